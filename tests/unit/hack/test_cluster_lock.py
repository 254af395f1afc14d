"""Two at once: the second waits and says for whom, and a dead holder holds nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local_cluster.fault import Fault
from local_cluster.lock import hold
from local_cluster.progress import Progress

HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from local_cluster.lock import hold
from local_cluster.progress import Progress
with hold(Path(sys.argv[1]), "hack/cluster up", Progress()):
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
"""


@contextmanager
def other_process(lock: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    hack = str(Path(__file__).resolve().parents[3] / "hack")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock), hack, str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_message_says_who_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        other_process(lock, 60) as process,
        pytest.raises(Fault) as refused,
        hold(lock, "hack/cluster down", Progress(io.StringIO()), patience=0.3),
    ):
        pytest.fail("two held it")
    assert f"'hack/cluster up' (process {process.pid}, for " in str(refused.value)


def test_waits_for_the_holder_and_says_so(tmp_path: Path) -> None:
    lock, said = tmp_path / "lock", io.StringIO()
    with (
        other_process(lock, 0.5),
        hold(lock, "hack/cluster down", Progress(said), patience=30),
    ):
        assert "Waiting for 'hack/cluster up' (process " in said.getvalue()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with other_process(lock, 60) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        began = time.monotonic()
        with hold(lock, "hack/cluster down", Progress(io.StringIO()), patience=5):
            assert time.monotonic() - began < 2
