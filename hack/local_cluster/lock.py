"""One at a time: a lock that the kernel drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .fault import Fault
from .progress import Progress, duration


@contextmanager
def hold(path: Path, doing: str, progress: Progress, *, patience: float = 900.0) -> Iterator[None]:
    """Hold the lock at `path`; wait `patience` seconds for another holder and say who it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, path, progress, patience)
        content = json.dumps({"pid": os.getpid(), "doing": doing, "since": time.time()})
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content.encode(), 0)
        yield
    finally:
        # Closing drops the lock. The file stays: removing it would let two hold two files.
        os.close(descriptor)


def _take(descriptor: int, path: Path, progress: Progress, patience: float) -> None:
    deadline = time.monotonic() + patience
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            who = _holder(path)
            if time.monotonic() >= deadline:
                raise Fault(
                    f"The local cluster is busy: {who} holds the lock {path}.",
                    "Wait for it to end, or stop it, and try again.",
                ) from None
            if not told:
                progress.say(f"Waiting for {who}.")
                told = True
            time.sleep(0.2)


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text())
        passed = duration(time.time() - held["since"])
        return f"'{held['doing']}' (process {held['pid']}, for {passed})"
    except (OSError, ValueError, KeyError):
        # The holder has the lock but has not written its name yet.
        return "another process"
