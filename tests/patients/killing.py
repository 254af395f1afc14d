"""Kill a container as the OOM killer or `kill -9` on its node does: no warning, no clean-up.

`kubectl exec POD -- kill -9 1` cannot do this: the kernel does not deliver SIGKILL to PID 1 from
inside its own PID namespace. The local cluster's node is this very host, so the process is looked
up from outside, by the container's ID in its cgroup path (v1 and v2, cgroupfs and systemd drivers),
and killed there. With its PID 1 the kernel ends every other process of the container.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_START_TIME = 19  # of the fields after the command's name in /proc/PID/stat
_SHORTEST_ID = 12


def members(container_id: str, proc: Path = _PROC) -> Iterator[int]:
    """Every process of a container, forked children and running probes among them."""
    for entry in proc.iterdir():
        if entry.name.isdigit() and _belongs(int(entry.name), container_id, proc):
            yield int(entry.name)


def init_process(container_id: str, proc: Path = _PROC) -> int:
    """The host's number for the container's first process."""
    identity = _bare(container_id)
    started = {}
    for pid in members(identity, proc):
        try:
            started[pid] = _started(pid, proc)
        except OSError:  # it ended meanwhile
            continue
    if not started:
        raise LookupError(f"no process on this host belongs to container {identity}")
    return min(started, key=lambda pid: (started[pid], pid))


def kill_container(container_id: str) -> int:
    """SIGKILL a container's first process and return the number it had on the host.

    The ID is the one in the pod's status, with or without `containerd://`.
    """
    identity = _bare(container_id)
    pid = init_process(identity)
    handle = os.pidfd_open(pid)
    try:
        # The handle is fixed now: if the number went to another process before, it shows here.
        if not _belongs(pid, identity, _PROC):
            raise LookupError(f"container {identity} ended by itself")
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    finally:
        os.close(handle)
    return pid


def _bare(container_id: str) -> str:
    identity = container_id.rpartition("://")[2]
    if len(identity) < _SHORTEST_ID:
        raise ValueError(f"'{container_id}' is no container ID")
    return identity


def _belongs(pid: int, identity: str, proc: Path) -> bool:
    try:
        return identity in (proc / str(pid) / "cgroup").read_text(encoding="ascii")
    except OSError:
        return False


def _started(pid: int, proc: Path) -> int:
    stat = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    return int(stat.rpartition(")")[2].split()[_START_TIME])
