"""One patient: deployed, killed, watched."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from .installation import ROOT
from .kubectl import Kubectl, LabFault

sys.path.insert(0, str(ROOT / "tests"))

from patients import manifest
from patients.killing import kill_container


class Patient:
    """A workload of `tests/patients/manifests` in a namespace of its own."""

    def __init__(self, kubectl: Kubectl, manifest_name: str, kind: str, container: str) -> None:
        self.kubectl = kubectl
        self.name = manifest_name
        self.kind = kind
        self.container = container
        # A stale socket outlives its pod and namespace: every run has a directory of the node of its own.
        self._directory = f"{manifest_name}-{os.getpid()}-{time.monotonic_ns()}"

    @property
    def reference(self) -> str:
        return f"{self.kind.lower()}/{self.name}"

    @property
    def directory(self) -> Path:
        """The directory of the node that holds its socket."""
        return Path(manifest.ROOT) / self._directory

    def deploy(self) -> None:
        self.kubectl.run("apply", "-f", "-", stdin=manifest.text(self.name, self._directory))

    def discharge(self) -> None:
        """Removes the workload and what it left on the node (where the node is this machine)."""
        self.kubectl.run("delete", self.reference, "--ignore-not-found", "--wait=true")
        shutil.rmtree(self.directory, ignore_errors=True)

    def workload(self) -> Any:
        return self.kubectl.get(self.reference)

    def pods(self) -> list[Any]:
        found = self.kubectl.items("pods", "-l", f"app.kubernetes.io/name={self.name}")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def pod(self) -> Any:
        """The only pod. Raises LabFault when there are none or several."""
        pods = self.pods()
        if len(pods) != 1:
            raise LabFault(f"{self.name} has {len(pods)} pods")
        return pods[0]

    def status(self, pod: Any | None = None) -> Any:
        pod = pod or self.pod()
        for status in pod["status"].get("containerStatuses", []):
            if status["name"] == self.container:
                return status
        raise LabFault(f"the kubelet has not reported {self.container} yet")

    def ready(self) -> bool:
        return bool(self.status()["ready"])

    def wait_ready(self, seconds: float = 90) -> Any:
        return self.kubectl.wait_for(
            f"{self.name} Ready", lambda: self.pod() if self.ready() else None, seconds
        )

    def kill(self) -> int:
        """kill -9 of the daemon, from the node, as an OOM kill would; the restart count before it."""
        status = self.status()
        kill_container(status["containerID"].partition("://")[2])
        return int(status["restartCount"])

    def wait_restarted(self, beyond: int, seconds: float = 60) -> None:
        self.kubectl.wait_for(
            f"{self.name} restarted", lambda: self.status()["restartCount"] > beyond, seconds
        )

    def wait_crash_loop(self, seconds: float = 60) -> str:
        """Waits for the word CrashLoopBackOff, or for the second death: the word shows for moments only."""

        def look() -> str | None:
            status = self.status()
            waiting = status["state"].get("waiting", {})
            if waiting.get("reason") == "CrashLoopBackOff":
                return str(waiting.get("message", ""))
            ended = status["state"].get("terminated")
            if ended is not None and status["restartCount"] > 0:
                return f"{ended.get('reason')}, exit code {ended['exitCode']}, restarted {status['restartCount']} times"
            return None

        return self.kubectl.wait_for(f"{self.name} in CrashLoopBackOff", look, seconds)
