"""Find out, before anything starts, whether a port is free, and who has it if not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from .fault import Fault
from .process import command_line, pids

# Away from the usual numbers where nobody outside the node has to know them.
PORTS: Final[Mapping[str, int]] = {
    "kube-apiserver": 6443,
    "kubelet": 10250,
    "etcd": 12379,
    "etcd peers": 12380,
    "kubelet health": 16248,
    "kube-proxy metrics": 16249,
    "kube-proxy health": 16256,
    "kube-controller-manager": 16257,
    "kube-scheduler": 16259,
}
_LISTENING: Final = "0A"


def require_free(ports: Mapping[str, int] = PORTS) -> None:
    """A Fault for the first port that someone else listens on."""
    for owner, port in ports.items():
        if is_free(port):
            continue
        holder = listener(port)
        who = f"by {holder}" if holder else "by a process that can't be seen from here"
        raise Fault(
            f"Port {port}, which {owner} needs, is taken {who}.",
            "Stop that program (another cluster?), then run hack/cluster up again.",
        )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do it: a connection that is merely closing does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as wrong:
            return wrong.errno != errno.EADDRINUSE
    return True


def listener(port: int) -> str:
    """The process that listens on a port, as `name (pid N)`; empty when it can't be known."""
    sockets = _listening(port)
    for pid in pids():
        if sockets & _open_files(pid):
            words = command_line(pid)
            return f"{Path(words[0]).name if words else 'a process'} (pid {pid})"
    return ""


def _listening(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _open_files(pid: int) -> set[str]:
    found = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            # Files are closed while we look; ours for this very listing is one of them.
            with suppress(FileNotFoundError):
                found.add(str(entry.readlink()))
    except OSError:
        # It ended, or it is another user's.
        pass
    return found
