"""containerd: its configuration, its images, and the shims that outlive it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from .fault import Fault
from .home import Home
from .image import write_archive
from .process import Identity, command_line, identify, pids
from .shell import run

PAUSE: Final = "crashloop-doctor.local/pause:1"
_PLUGIN: Final = 'plugins."io.containerd.grpc.v1.cri"'
_SHIM_SOCKETS: Final = Path("/run/containerd/s")


class Runtime:
    """One containerd of our own, beside any other that the machine may have."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @property
    def socket(self) -> Path:
        return self._home.run / "containerd.sock"

    @property
    def state(self) -> Path:
        return self._home.run / "containerd"

    @property
    def network_config(self) -> Path:
        return self._home.cluster / "cni"

    def config(self) -> str:
        """containerd's configuration; every folder it names is ours."""
        return f"""\
version = 2
root = "{self._home.cluster}/containerd"
state = "{self.state}"
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
address = "{self.socket}"

[{_PLUGIN}]
sandbox_image = "{PAUSE}"
# Root may lack CAP_SYS_RESOURCE (inside a container or a small VM), and runc then dies when it
# lowers a score.
restrict_oom_score_adj = true
# Else they lie in /var/run/netns, where nobody can tell whose they are.
netns_mounts_under_state_dir = true

[{_PLUGIN}.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{self.network_config}"

[{_PLUGIN}.containerd]
snapshotter = "{self._snapshotter()}"
default_runtime_name = "runc"

[{_PLUGIN}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[{_PLUGIN}.containerd.runtimes.runc.options]
Root = "{self._home.run}/runc"
"""

    def load(self, archives: list[Path]) -> list[str]:
        """Import images and return their names."""
        loaded: list[str] = []
        for archive in archives:
            said = run(
                [
                    *("ctr", "--address", self.socket, "--namespace", "k8s.io"),
                    *("images", "import", archive.absolute()),
                ],
                way_out="Is it a docker-archive or OCI tar? `hack/cluster status` tells whether "
                "the node runs.",
            ).stdout
            loaded += [line.split()[1] for line in said.splitlines() if line.startswith("unpack")]
        return loaded

    def load_pause(self, program: Path) -> None:
        """The sandbox image: one static program of our own, since nothing can be pulled."""
        with tempfile.TemporaryDirectory(dir=self._home.cluster) as scratch:
            root = Path(scratch) / "root"
            root.mkdir()
            target = root / "pause"
            target.write_bytes(program.read_bytes())
            target.chmod(0o755)
            archive = Path(scratch) / "pause.tar"
            write_archive(archive, PAUSE, [root], entrypoint=["/pause"], user="65535:65535")
            self.load([archive])

    def shims(self) -> list[Identity]:
        """The shims of our containers: each has our socket among its arguments."""
        found = []
        for pid in pids():
            words = command_line(pid)
            if (
                words
                and Path(words[0]).name.startswith("containerd-shim")
                and str(self.socket) in words
                and (process := identify(pid))
            ):
                found.append(process)
        return found

    def tasks(self) -> list[str]:
        """The IDs of our containers, pods' sandboxes among them."""
        return [task.name for task in self.state.glob("io.containerd.runtime.v2.task/k8s.io/*")]

    def shim_sockets(self) -> list[Path]:
        """Sockets that killed shims leave in a folder which they share with other containerds."""
        found = []
        for note in self.state.glob("io.containerd.runtime.v2.task/*/*/address"):
            try:
                address = Path(note.read_text().strip().removeprefix("unix://"))
            except OSError:
                continue
            if address.parent == _SHIM_SOCKETS:
                found.append(address)
        return found

    def _snapshotter(self) -> str:
        """An overlay can't lie on an overlay, as inside a container; plain copies can."""
        self._home.cluster.mkdir(parents=True, exist_ok=True)
        kind = run(["stat", "--file-system", "--format=%T", self._home.cluster]).stdout.strip()
        return "native" if kind == "overlayfs" else "overlayfs"


def remove_sockets(sockets: list[Path]) -> None:
    """Remove shims' sockets, and the shared folders if that leaves them empty."""
    for socket in sockets:
        socket.unlink(missing_ok=True)
    for folder in (_SHIM_SOCKETS, _SHIM_SOCKETS.parent):
        try:
            folder.rmdir()
        except OSError:
            break


def check_socket_length(path: Path) -> None:
    """A Unix socket's path has at most 107 bytes; say so before a daemon does in riddles."""
    if len(os.fsencode(path)) > 107:
        raise Fault(
            f"The path {path} is too long for a Unix socket.",
            "Set CRASHLOOP_DOCTOR_CACHE to a folder with a shorter path.",
        )
