"""A container's first process is found and killed from the node, by the container's ID."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patients import killing

IDENTITY = "4f0a" * 16
CGROUPS = Path("/sys/fs/cgroup")
MAY_MAKE_CGROUPS = (
    sys.platform == "linux" and os.geteuid() == 0 and os.access(CGROUPS, os.W_OK | os.X_OK)
)


def _process(proc: Path, pid: int, cgroup: str, started: int, name: str = "nginx") -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "cgroup").write_text(cgroup)
    fields = ["S", *["0"] * 18, str(started), "0"]
    (folder / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")


@pytest.mark.parametrize(
    "cgroup",
    [
        f"4:memory:/kubepods/burstable/pod1-2/{IDENTITY}\n2:cpu:/kubepods/pod1-2/{IDENTITY}\n",
        f"0::/kubepods/burstable/pod1-2/{IDENTITY}\n",
        f"0::/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-{IDENTITY}.scope\n",
    ],
    ids=["v1", "v2", "v2 with systemd"],
)
def test_the_oldest_process_of_the_containers_cgroup_is_its_first(
    tmp_path: Path, cgroup: str
) -> None:
    _process(tmp_path, 7, "0::/init.scope\n", 1)
    _process(tmp_path, 900, cgroup, 5000)
    _process(tmp_path, 100, cgroup, 7000, name="worker) S 1 (")  # the numbers went round
    _process(tmp_path, 950, cgroup, 9000, name="python3 probe")
    assert killing.init_process(f"containerd://{IDENTITY}", tmp_path) == 900


def test_a_container_without_processes_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=IDENTITY):
        killing.init_process(IDENTITY, tmp_path)


@pytest.mark.parametrize("nonsense", ["", "containerd://", "4f0a"])
def test_an_empty_or_short_id_kills_nothing(nonsense: str) -> None:
    with pytest.raises(ValueError, match="no container ID"):
        killing.kill_container(nonsense)


@pytest.fixture
def cgroup() -> Iterator[Path]:
    """A cgroup of our own, named as a container's."""
    parent = CGROUPS if (CGROUPS / "cgroup.procs").exists() else CGROUPS / "cpu"
    folder = parent / secrets.token_hex(32)
    folder.mkdir()
    yield folder
    folder.rmdir()


@pytest.mark.skipif(not MAY_MAKE_CGROUPS, reason="needs root and a writable cgroup tree")
def test_the_kill_reaches_the_process_and_nobody_cleans_up(cgroup: Path) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        (cgroup / "cgroup.procs").write_text(str(process.pid))
        assert killing.kill_container(f"containerd://{cgroup.name}") == process.pid
        assert process.wait(5) == -signal.SIGKILL
    finally:
        process.kill()
        process.wait(5)
