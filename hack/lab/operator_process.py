"""The doctor's own process, seen from the node (which is this machine): memory, files, threads, start, metrics."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import installation
from .kubectl import Kubectl, LabFault

sys.path.insert(0, str(installation.ROOT / "tests"))

from patients.killing import init_process

CONTAINER = "operator"
_SAMPLE = re.compile(r"^(?P<name>[a-z_]+)(?:\{[^}]*\})? (?P<value>\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """One look at the process. `failures` counts reconciliations that ended in an error, -1 where nobody answered."""

    at: float
    rss_kib: int
    fds: int
    threads: int
    failures: int
    silence_seconds: float


class OperatorProcess:
    """The doctor's container as it runs now; another container or process is another object."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Raises LabFault when the doctor is not running, or not on this machine."""
        pod = running_pod(kubectl)
        self.pod: str = pod["metadata"]["name"]
        self.container_id: str = pod["status"]["containerStatuses"][0]["containerID"]
        self._address = pod["status"]["podIP"]
        try:
            self.pid = init_process(self.container_id)
        except LookupError as error:
            raise LabFault(f"the doctor's process is not on this machine: {error}") from error

    def sample(self) -> Sample:
        """Raises LabFault when the process is gone."""
        folder = Path("/proc", str(self.pid))
        try:
            status = (folder / "status").read_text(encoding="ascii")
            fds = len(os.listdir(folder / "fd"))  # noqa: PTH208
        except OSError as error:
            raise LabFault(f"the doctor's process ended: {error}") from error
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        counters = self.metrics()
        return Sample(
            at=time.monotonic(),
            rss_kib=int(fields["VmRSS"].split()[0]),
            fds=fds,
            threads=int(fields["Threads"]),
            failures=int(counters.get("crashloop_doctor_reconcile_failures_total", 0))
            if counters
            else -1,
            silence_seconds=counters.get("crashloop_doctor_watch_silence_seconds", 0.0),
        )

    def metrics(self) -> dict[str, float]:
        """Metrics summed over their labels; empty when nobody answers."""
        try:
            with urllib.request.urlopen(
                f"http://{self._address}:8080/metrics", timeout=5
            ) as answer:
                text = answer.read().decode()
        except OSError:
            return {}
        sums: dict[str, float] = {}
        for found in _SAMPLE.finditer(text):
            sums[found["name"]] = sums.get(found["name"], 0.0) + float(found["value"])
        return sums

    def cut_connections(self) -> int:
        """Destroys its TCP connections to the API server, as a broken network would; how many there were.

        Raises LabFault where the kernel or this machine cannot do that (`ss --kill` needs CONFIG_INET_DIAG_DESTROY).
        """
        done = subprocess.run(
            ["nsenter", "--target", str(self.pid), "--net", "ss", "--no-header", "--kill", "--tcp",
             "state", "established", "( dport = :443 or dport = :6443 )"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise LabFault(f"connections cannot be cut here: {done.stderr.strip()}")
        return len(done.stdout.splitlines())


def running_pod(kubectl: Kubectl) -> Any:
    """The doctor's only pod, Ready. Raises LabFault."""
    found = [
        pod
        for pod in installation.doctor_pods(kubectl)
        if "deletionTimestamp" not in pod["metadata"]
        and any(s.get("ready") for s in pod["status"].get("containerStatuses", []))
    ]
    if len(found) != 1:
        raise LabFault(f"{len(found)} pods of the doctor are Ready, not one")
    return found[0]


def restart(kubectl: Kubectl) -> Any:
    """Replaces the doctor's pod and returns the new one, Ready: it also takes up an image that was loaded anew."""
    doctor = kubectl.within(installation.NAMESPACE)
    doctor.run("rollout", "restart", "deployment", installation.RELEASE)
    doctor.run("rollout", "status", "deployment", installation.RELEASE, "--timeout=90s")
    return kubectl.wait_for("the doctor Ready", lambda: running_pod(kubectl), 30)


def start_times(count: int, say: Callable[[str], None]) -> list[float]:
    """Seconds from the start of the doctor's process in its pod to its word `ready`, for fresh pods."""
    kubectl = Kubectl(installation.cluster("kubeconfig"))
    times = []
    for number in range(count):
        restart(kubectl)
        process = OperatorProcess(kubectl)
        ready = _said_ready(kubectl, process.pod)
        times.append(ready - _started(process.pid))
        say(f"operator start {number + 1} of {count}: {times[-1]:.2f} s")
    return times


def _said_ready(kubectl: Kubectl, pod: str) -> float:
    """When it logged that it is ready, as seconds of the epoch."""
    for line in (
        kubectl.within(installation.NAMESPACE).run("logs", pod, "--container", CONTAINER)
    ).splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("message") == "ready":
            return datetime.fromisoformat(entry["time"]).timestamp()
    raise LabFault("the doctor is Ready and has not said so in its log")


def _started(pid: int) -> float:
    """When a process started, as seconds of the epoch, to the hundredth."""
    stat = Path("/proc", str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    ticks = int(stat.rpartition(")")[2].split()[19])
    since_boot = ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot
