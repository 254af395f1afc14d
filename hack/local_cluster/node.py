"""The one-node cluster from plain processes: start it, judge it, and leave nothing of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from . import cgroups, mounts, network, packages, strays
from .api import Api
from .binaries import FOR_UP, RECIPES, Binaries, require_room
from .certificates import Certificates
from .engine import Problem
from .fault import Fault
from .home import Home
from .ports import PORTS, require_free
from .process import Daemon, Identity, end, recorded
from .progress import Progress
from .runtime import Runtime, check_socket_length, remove_sockets
from .settings import NODE, Settings

DAEMONS: Final = (
    "etcd",
    "containerd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "coredns",
)
# These keep pods and rules alive or bring them back, so they go first and the rest after the pods.
_FIRST_TO_STOP: Final = (
    "kubelet",
    "kube-proxy",
    "kube-scheduler",
    "kube-controller-manager",
    "coredns",
)


class Node:
    """The engine `local`."""

    name = "local"

    def __init__(self, home: Home, progress: Progress, binaries: Binaries) -> None:
        self._home = home
        self._progress = progress
        self._binaries = binaries
        self._runtime = Runtime(home)
        self._owner = home.run / "owner"
        self._before = home.run / "before.json"
        # Not in /run: what it lists outlives a reboot.
        self._strays = home.cluster / "strays.json"

    @property
    def records(self) -> Path:
        return self._home.run / "pids"

    def check_machine(self) -> None:
        """A Fault for everything that this machine lacks, before anything is changed."""
        if not sys.platform.startswith("linux"):
            raise Fault(
                "A node without a container engine needs Linux.",
                "Start Docker, Podman or nerdctl here, and run hack/cluster up --engine kind.",
            )
        if os.geteuid() != 0:
            raise Fault(
                "A node without a container engine needs root: it makes mounts and devices.",
                "Run it with sudo -E, or start Docker, Podman or nerdctl and use --engine kind.",
            )
        check_socket_length(self._home.cluster / "kubelet/pod-resources/kubelet.sock")
        other = self._other_owner()
        if other:
            raise Fault(
                f"Another cluster of this kind, with its state in {other}, runs on this machine.",
                f"End it first: CRASHLOOP_DOCTOR_CACHE={other} hack/cluster down",
            )
        require_room(self._home)
        require_free()

    def up(self, *, default_backoff: bool) -> None:
        """Start everything and return once the node is Ready and pods can be made."""
        packages.ensure(packages.FOR_NODE, self._progress)
        self._announce_builds()
        paths = self._build()
        settings = Settings(self._home, paths, self._runtime)
        with self._progress.step("Starting the control plane and containerd"):
            self._claim()
            network.prepare(self._before)
            strays.note(self._strays)
            settings.write_files(default_backoff=default_backoff)
            settings.write_certificates()
            self._runtime.network_config.mkdir(exist_ok=True)
            (self._runtime.network_config / "10-pods.conflist").write_text(
                network.cni_config(self._home.run / "cni")
            )
            self._start("etcd", settings.etcd())
            self._start("containerd", settings.containerd())
            self._start("kube-apiserver", settings.apiserver())
            self._wait("containerd answers", self._runtime.socket.is_socket, 30)
            self._wait("the API server is ready", self._api().ready, 120)
        with self._progress.step("Starting the node"):
            self._runtime.load_pause(paths["pause"])
            self._start("kubelet", settings.kubelet())
            self._start("kube-controller-manager", settings.controllers())
            self._start("kube-scheduler", settings.scheduler())
            self._start("kube-proxy", settings.proxy())
            self._start("coredns", settings.dns())
            self._wait("the node is Ready", lambda: not self._api().problem_of_node(NODE), 90)
            account = "/api/v1/namespaces/default/serviceaccounts/default"
            # No pod can be made before its service account exists.
            self._wait("the default account exists", lambda: self._api().exists(account), 30)

    def down(self) -> None:
        """Take back all that any `up` did, however far it came."""
        if os.geteuid() != 0:
            raise Fault("The node was started by root.", "Run hack/cluster down as root, too.")
        other = self._other_owner()
        if other:
            self._progress.say(f"The cluster with its state in {other} is not this one: left.")
            mounts.remove_tree(self._home.cluster)
            return
        packages.remove_guard()
        # Read before anything goes: the notes lie in a folder that is removed below.
        sockets = self._runtime.shim_sockets()
        sandboxes = self._runtime.tasks()
        ours = self._home.run.exists()
        with self._progress.step("Stopping the node and removing all traces"):
            self._stop(_FIRST_TO_STOP)
            if ours:
                cgroups.kill_members()
                end(self._runtime.shims(), grace=0)
            # Their data is thrown away below, so they need no time to put it in order.
            self._stop([daemon.name for daemon in self._recorded()], grace=1.0)
            # containerd may have started one more while it was asked to end.
            end(self._runtime.shims(), grace=0)
            if ours:
                cgroups.kill_members()
                cgroups.remove()
                network.restore(self._before)
            remove_sockets(sockets)
            strays.remove(self._strays, self._home.cluster, sandboxes)
            mounts.remove_tree(self._home.cluster)
            mounts.remove_tree(self._home.run)

    def remains(self) -> bool:
        """Whether there is anything of this cluster that `down` would have to remove."""
        return (self._home.run.exists() and not self._other_owner()) or self._home.cluster.exists()

    def problems(self) -> list[Problem]:
        """Programs that ended stay so; an API server under load may be only slow."""
        found = [
            Problem(f"{name} does not run") for name in DAEMONS if not self._daemon(name).alive()
        ]
        if self._daemon("kube-apiserver").alive():
            if not self._api().ready():
                found.append(Problem("the API server is not ready", passing=True))
            elif trouble := self._api().problem_of_node(NODE):
                found.append(Problem(trouble, passing=True))
        return found

    def load(self, archives: list[Path]) -> list[str]:
        return self._runtime.load(archives)

    def versions(self) -> dict[str, str]:
        found = {}
        try:
            found["Kubernetes"] = str(self._api().get("/version")["gitVersion"])
            node = self._api().get(f"/api/v1/nodes/{NODE}")["status"]["nodeInfo"]
            found["runtime"] = str(node["containerRuntimeVersion"])
            found["kernel"] = str(node["kernelVersion"])
        except (OSError, Fault, KeyError, ValueError):
            pass
        return found

    def node_command(self, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """The node is this machine; only the addresses of its parts are missing."""
        return list(words), {
            "CONTAINERD_ADDRESS": str(self._runtime.socket),
            "CONTAINERD_NAMESPACE": "k8s.io",
            "CONTAINER_RUNTIME_ENDPOINT": f"unix://{self._runtime.socket}",
            "KUBECONFIG": str(self._home.kubeconfig),
        }

    def _announce_builds(self) -> None:
        missing = self._binaries.missing()
        if missing:
            takes = "; ".join(f"{name} {RECIPES[name].takes}" for name in missing)
            self._progress.say(
                f"First time on this machine (or new versions): {len(missing)} programs are built "
                f"from their Go sources, and kept in {self._home.binaries}.\nExpect: {takes}."
            )

    def _build(self) -> dict[str, Path]:
        self._binaries.build(list(FOR_UP))
        found = {name: self._binaries.find(name) for name in FOR_UP}
        node = found.pop("node")
        return found | {name: node.parent / name for name in RECIPES["node"].names}

    def _claim(self) -> None:
        self._home.run.mkdir(parents=True, exist_ok=True)
        self._home.run.chmod(0o700)
        self._owner.write_text(str(self._home.root))

    def _other_owner(self) -> str:
        """The cache of another cluster on this machine; empty if there is none."""
        try:
            owner = self._owner.read_text().strip()
        except PermissionError:
            # Only root's clusters lie there, and this is not root.
            return "a folder of root's"
        except OSError:
            return ""
        return owner if owner and owner != str(self._home.root) else ""

    def _api(self) -> Api:
        made = Certificates(self._home.certificates)
        return Api(network.NODE_ADDRESS, PORTS["kube-apiserver"], made, "admin")

    def _daemon(self, name: str) -> Daemon:
        return Daemon(name, self.records, self._home.logs)

    def _recorded(self) -> list[Daemon]:
        return recorded(self.records, self._home.logs)

    def _start(self, name: str, argv: Sequence[str | Path]) -> None:
        self._daemon(name).start(argv)

    def _stop(self, names: Sequence[str], *, grace: float = 3.0) -> None:
        """All at once, so that the slowest one alone decides how long it takes."""
        daemons = [self._daemon(name) for name in names]
        running: list[Identity] = [known for d in daemons if (known := d.identity())]
        end(running, grace=grace)
        for daemon in daemons:
            daemon.record.unlink(missing_ok=True)

    def _wait(self, what: str, done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            for daemon in self._recorded():
                if not daemon.alive():
                    raise Fault(
                        f"{daemon.name} ended by itself. Its last words:\n  {daemon.last_words()}",
                        f"The whole log: {daemon.log}",
                    )
            if time.monotonic() > deadline:
                trouble = self._api().problem_of_node(NODE)
                raise Fault(
                    f"Waited {seconds:.0f} s in vain until {what} ({trouble or 'no reason known'}).",
                    f"The logs of all parts: {self._home.logs}",
                )
            time.sleep(0.1)
