"""Daemons are stopped by their record, and only if they are what was recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cluster.process import Daemon, boot_id, end, identify, recorded

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    made = Daemon("sleeper", tmp_path / "pids", tmp_path / "logs")
    yield made
    made.stop(grace=0)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_a_started_daemon_is_alive_until_it_is_stopped(daemon: Daemon) -> None:
    daemon.start(["sleep", "60"])
    assert daemon.alive()
    assert [found.name for found in recorded(daemon.records, daemon.logs)] == ["sleeper"]
    daemon.stop()
    assert not daemon.alive()
    assert not daemon.record.exists()


def test_it_is_recorded_before_it_runs(daemon: Daemon, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    daemon.start(["sh", "-c", f"cat {daemon.record} > {seen}; exec sleep 60"])
    deadline = time.monotonic() + 5
    while not (seen.exists() and seen.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    known = daemon.identity()
    assert known is not None
    assert json.loads(seen.read_text())["pid"] == known.pid


def test_a_stranger_with_the_recorded_pid_is_not_touched(
    daemon: Daemon, stranger: subprocess.Popen[bytes]
) -> None:
    daemon.records.mkdir(parents=True)
    held = {"pid": stranger.pid, "start": 1, "boot": boot_id()}
    daemon.record.write_text(json.dumps(held))
    assert not daemon.alive()
    daemon.stop()
    assert stranger.poll() is None


def test_a_record_from_before_the_boot_means_nothing(
    daemon: Daemon, stranger: subprocess.Popen[bytes]
) -> None:
    now = identify(stranger.pid)
    assert now is not None
    daemon.records.mkdir(parents=True)
    held = {"pid": now.pid, "start": now.start, "boot": "another boot"}
    daemon.record.write_text(json.dumps(held))
    daemon.stop()
    assert stranger.poll() is None


def test_one_that_ignores_sigterm_is_killed(daemon: Daemon, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    daemon.start(["sh", "-c", f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done"])
    deadline = time.monotonic() + 5
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    daemon.stop(grace=0.3)
    assert not daemon.alive()


def test_the_callers_signals_do_not_reach_it(daemon: Daemon) -> None:
    daemon.start(["sleep", "60"])
    known = daemon.identity()
    assert known is not None
    assert os.getsid(known.pid) == known.pid


def test_a_zombie_counts_as_gone(stranger: subprocess.Popen[bytes]) -> None:
    known = identify(stranger.pid)
    assert known is not None
    os.kill(stranger.pid, signal.SIGKILL)
    began = time.monotonic()
    end([known])
    assert time.monotonic() - began < 2


def test_its_last_words_are_the_end_of_its_log(daemon: Daemon) -> None:
    daemon.start(["sh", "-c", "seq 100; echo the reason >&2"])
    deadline = time.monotonic() + 5
    while daemon.alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    words = daemon.last_words(2)
    assert words == "100\n  the reason"


def test_a_broken_record_is_no_daemon(daemon: Daemon) -> None:
    daemon.records.mkdir(parents=True)
    daemon.record.write_text("{")
    assert not daemon.alive()
    daemon.stop()
    assert not daemon.record.exists()
