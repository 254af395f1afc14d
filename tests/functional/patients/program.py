"""A patient as a process of this host, killed with its children as a container's PID 1 takes them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 10.0


class Program:
    """One running patient."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so, or fail with what the program said."""
        deadline = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"it never came to that; the log:\n{self.log}"
            time.sleep(0.02)

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        return self._process.wait(_PATIENCE)

    def terminate(self) -> int:
        self._process.terminate()
        return self.ended()

    def kill(self) -> None:
        """SIGKILL for the process and its children, and no zombie left."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(_PATIENCE)


@contextmanager
def running(command: Sequence[str | Path], log: Path) -> Iterator[Program]:
    """A program that does not outlive the test."""
    program = Program(command, log)
    try:
        yield program
    finally:
        program.kill()
