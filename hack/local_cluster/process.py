"""Daemons that are started once, recorded, and stopped by that record alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Nothing else of the caller's environment: a proxy setting would send cluster traffic outside.
ENVIRONMENT: Final[Mapping[str, str]] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Identity:
    """One process for certain: a pid alone is given to another process sooner or later."""

    pid: int
    start: int
    boot: str

    def alive(self) -> bool:
        return self.boot == boot_id() and start_time(self.pid) == self.start

    def signal(self, number: int) -> None:
        """Send a signal, but only to the very process that was recorded."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except OSError:
            return
        try:
            # The descriptor pins the process; only now can the check not be overtaken.
            if self.alive():
                signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            pass
        finally:
            os.close(descriptor)


@dataclass(frozen=True)
class Daemon:
    """A program that runs in the background under a name of its own."""

    name: str
    records: Path
    logs: Path

    @property
    def record(self) -> Path:
        return self.records / f"{self.name}.json"

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    def start(self, argv: Sequence[str | Path]) -> None:
        """Start it in a session of its own, so that the terminal's signals don't reach it."""
        self.records.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(ENVIRONMENT),
                start_new_session=True,
                # The child records itself before it becomes the daemon: whenever `up` is killed,
                # there is no daemon without a record. Until then it also keeps its copy of the
                # lock, so no `down` can look in between.
                preexec_fn=self._record_self,
            )

    def identity(self) -> Identity | None:
        try:
            held = json.loads(self.record.read_text())
            return Identity(int(held["pid"]), int(held["start"]), str(held["boot"]))
        except (OSError, ValueError, KeyError):
            return None

    def alive(self) -> bool:
        known = self.identity()
        return known is not None and known.alive()

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, for the person who has to find out why it ended."""
        try:
            said = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return "(no log)"
        return "\n  ".join(line[:300] for line in said[-lines:]) or "(an empty log)"

    def stop(self, *, grace: float = 5.0) -> None:
        """SIGTERM, then SIGKILL; the record goes once the process is gone."""
        known = self.identity()
        if known is not None:
            end([known], grace=grace)
        self.record.unlink(missing_ok=True)

    def _record_self(self) -> None:
        content = json.dumps(
            {"pid": os.getpid(), "start": start_time(os.getpid()), "boot": boot_id()}
        )
        # A half-written record would be a daemon that nobody can stop.
        draft = self.record.with_suffix(".draft")
        draft.write_text(content)
        draft.replace(self.record)


def recorded(records: Path, logs: Path) -> list[Daemon]:
    """Every daemon that has a record, whichever version of this code wrote it."""
    return [Daemon(found.stem, records, logs) for found in sorted(records.glob("*.json"))]


def end(processes: Iterable[Identity], *, grace: float = 5.0) -> None:
    """Ask all at once to end, and kill those that have not after `grace` seconds."""
    left = [process for process in processes if process.alive()]
    for process in left:
        process.signal(signal.SIGTERM if grace > 0 else signal.SIGKILL)
    left = wait_gone(left, grace)
    for process in left:
        process.signal(signal.SIGKILL)
    wait_gone(left, 5.0)


def wait_gone(processes: Iterable[Identity], seconds: float) -> list[Identity]:
    """Wait until all are gone, and return those that are still here at the deadline."""
    deadline = time.monotonic() + seconds
    left = list(processes)
    while True:
        left = [process for process in left if process.alive()]
        if not left or time.monotonic() >= deadline:
            return left
        time.sleep(0.05)


def identify(pid: int) -> Identity | None:
    """The identity of a process that runs now."""
    start = start_time(pid)
    return None if start is None else Identity(pid, start, boot_id())


def command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def start_time(pid: int) -> int | None:
    """When the kernel started it, in clock ticks since boot; None if it is gone or a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The second field is the program's name in brackets and may hold anything, brackets too.
    fields = state.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def boot_id() -> str:
    """Start times are counted from the boot, so a record from before it means nothing."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
