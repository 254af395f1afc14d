"""Starts a real program in namespaces of its own and records what a kubelet would have seen.

Fresh tmpfs on /run, /tmp, /data, /config, /srv, /var/log and /home; a network with loopback alone; a PID namespace, so
that nothing outlives a run. Needs root. The program's output (both streams, in order) is the log, as in a container.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .case import Case

MAX_LOG_BYTES = 256 * 1024
"""A longer log keeps its end, as `kubectl logs --tail` does."""

CHECKOUT = str(Path(__file__).resolve().parents[2]).encode()
"""What stack traces name; a log says /src instead, wherever it was recorded."""

INSIDE = Path(__file__).with_name("inside.py")
MEMORY = Path("/sys/fs/cgroup/memory")


class RecordingFailed(RuntimeError):
    """The program did not end as the scenario says: nothing is recorded."""


@dataclass(frozen=True)
class Run:
    """What is run: `prepare` (bash, not recorded) first, then `command`; `meanwhile` (bash) beside it.

    After `seconds` the program gets `stop_signal`: SIGTERM for a healthy end, SIGKILL for a kill from outside.
    """

    command: Sequence[str]
    prepare: str = ""
    meanwhile: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    user: int = 0
    open_files: int = 0
    memory_bytes: int = 0
    seconds: float = 10
    stop_signal: str = "SIGTERM"
    hostname: str = "app-5d8c7f6b9-x2x7k"


@dataclass(frozen=True)
class Ended:
    """How it ended. `reason` is the kubelet's word: Completed, Error, OOMKilled, or ContainerCannotRun with `error`."""

    log: bytes
    exit_code: int
    reason: str
    stopped: str
    error: str


class Recorder:
    """Runs scenarios and writes their cases; a scenario that does not fail as it should is listed, not written."""

    def __init__(self) -> None:
        self.written: list[Case] = []
        self.failed: list[str] = []

    def run(self, run: Run) -> Ended:
        """Runs it once."""
        with tempfile.TemporaryDirectory(prefix="corpus-", dir="/var/tmp") as folder:
            place = Path(folder)
            place.chmod(0o755)
            log, result = place / "log", place / "result"
            group = _memory_group(run.memory_bytes)
            request = dataclasses.asdict(run) | {
                "command": list(run.command),
                "log": str(log),
                "result": str(result),
                "memory_cgroup": str(group or ""),
                "cgroup": "",
            }
            (place / "run.json").write_text(json.dumps(request))
            try:
                asked = subprocess.run(
                    ["unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork",
                     "--kill-child", "--mount-proc", "--propagation", "private",
                     sys.executable, str(INSIDE), str(place / "run.json")],
                    capture_output=True, text=True, timeout=run.seconds + 120, check=False,
                )  # fmt: skip
                killed_by_memory = group is not None and _oom_kills(group) > 0
            finally:
                if group is not None:
                    group.rmdir()
            if asked.returncode or not result.exists():
                raise RecordingFailed(asked.stderr.strip()[-2000:] or "no result")
            ended = json.loads(result.read_text())
            code = ended["exit_code"]
            reason = "Completed" if code == 0 else "Error"
            if killed_by_memory:
                reason = "OOMKilled"
            if ended["error"]:
                reason = "ContainerCannotRun"
            return Ended(
                log=log.read_bytes()[-MAX_LOG_BYTES:].replace(CHECKOUT, b"/src"),
                exit_code=code,
                reason=reason,
                stopped=ended.get("stopped", ""),
                error=ended["error"],
            )

    def record(
        self,
        program: str,
        name: str,
        run: Run,
        *,
        cause: str,
        situation: str,
        source: str,
        expect: str = "",
        masked: str = "",
        container: str = "",
        pod: dict[str, Any] | None = None,
        captures: dict[str, str] | None = None,
        reason: str = "",
        running: bool = False,
    ) -> Ended | None:
        """Runs and writes one case.

        `expect` must stand in the log (a guard against recording something else than the scenario says). `running`:
        the program was still up and well when it was stopped, so the case has no exit (healthy, or a masked loop).
        """
        try:
            ended = self.run(run)
            if expect and expect.encode() not in ended.log:
                raise RecordingFailed(
                    f"{expect!r} is not in the log, which ends {ended.log[-1500:].decode(errors='replace')}"
                )
        except (RecordingFailed, subprocess.TimeoutExpired) as fault:
            self.failed.append(f"{program}/{name}: {fault}")
            print(f"FAILED   {program}/{name}: {fault}", file=sys.stderr)
            return None
        case = Case(
            program=program,
            name=name,
            cause=cause,
            situation=situation,
            log=ended.log,
            source=source,
            command=shlex.join(run.command),
            masked=masked,
            exit_code=None if running else ended.exit_code,
            reason="" if running else reason or ended.reason,
            container=container or (pod["spec"]["containers"][0]["name"] if pod else ""),
            pod=pod,
            captures=captures or {},
        )
        case.write()
        self.written.append(case)
        print(
            f"recorded {case.id:<52} {cause:<22} exit {ended.exit_code} {case.reason},"
            f" {len(ended.log)} bytes",
            file=sys.stderr,
        )
        return ended


def pod(container: str, image: str, **spec: Any) -> dict[str, Any]:
    """A pod with one container. `spec` may hold the container's fields (`args`, `env`, `ports`, `volumeMounts`,
    `livenessProbe`, `resources`, ...) and the pod's (`volumes`, `hostNetwork`, `initContainers`, `status`, ...)."""
    of_pod = {
        "volumes",
        "hostNetwork",
        "initContainers",
        "restartPolicy",
        "securityContext_",
        "nodeName",
    }
    fields = {
        key: value for key, value in spec.items() if key not in of_pod | {"status", "siblings"}
    }
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{container}-5d8c7f6b9-x2x7k", "namespace": "default"},
        "spec": {
            **{key.rstrip("_"): spec[key] for key in of_pod if key in spec},
            "containers": [
                {"name": container, "image": image, **fields},
                *spec.get("siblings", []),
            ],
        },
    }
    if "status" in spec:
        document["status"] = spec["status"]
    return document


def apt(*packages: str) -> None:
    """Installs Debian packages without starting their services."""
    missing = [
        p
        for p in packages
        if b"install ok installed"
        not in subprocess.run(["dpkg", "-s", p], capture_output=True, check=False).stdout
    ]
    if not missing:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    guard = Path("/usr/sbin/policy-rc.d")
    made = not guard.exists()
    if made:
        guard.write_text("#!/bin/sh\nexit 101\n")
        guard.chmod(0o755)
    try:
        subprocess.run(
            ["flock", "/var/tmp/crashloop-doctor-apt.lock", "apt-get", "-o", "DPkg::Lock::Timeout=600",
             "install", "-y", "-qq", "--no-install-recommends", *missing],
            check=True, env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        if made:
            guard.unlink(missing_ok=True)


def debian(package: str) -> str:
    """`Debian package NAME VERSION`, for a case's source."""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package],
        capture_output=True,
        text=True,
        check=True,
    )
    return f"Debian package {package} {asked.stdout}"


def _memory_group(limit: int) -> Path | None:
    """A memory cgroup with that limit (v1, or v2 where the controller is there), or None without a limit."""
    if not limit:
        return None
    v1 = (MEMORY / "memory.limit_in_bytes").exists()
    group = (MEMORY if v1 else MEMORY.parent) / f"corpus-{os.getpid()}"
    group.mkdir(exist_ok=True)
    (group / ("memory.limit_in_bytes" if v1 else "memory.max")).write_text(str(limit))
    swap = group / ("memory.memsw.limit_in_bytes" if v1 else "memory.swap.max")
    if swap.exists():
        swap.write_text(str(limit) if v1 else "0")
    return group


def _oom_kills(group: Path) -> int:
    for name in ("memory.oom_control", "memory.events"):
        file = group / name
        if file.exists():
            for line in file.read_text().splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    return 0
