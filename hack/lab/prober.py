"""Asks a daemon over its Unix socket without pause, to notice the moment in which it can no longer be reached."""

from __future__ import annotations

import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .installation import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from patients import probe

CONNECT_EVERY = 0.02
ASK_EVERY = 25
"""Of so many connections one also asks a question: a web server logs questions, and its log is evidence."""


@dataclass(frozen=True)
class Interruption:
    """The daemon could be reached, nobody had announced its death, and it could not be reached."""

    seconds: float
    error: str


class Prober:
    """Runs in a thread of its own, as a context manager. Announce a death before you cause it."""

    def __init__(self, path: Path, question: str, expected: str) -> None:
        self._path = str(path)
        self._question = question
        self._expected = expected
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._announced = False
        self._up = False
        self._thread = threading.Thread(target=self._run, name="prober", daemon=True)
        self.interruptions: list[Interruption] = []
        self.answers = 0
        """Successful connections."""
        self.slow = 0
        """Connections that got no answer within two seconds: a busy machine, not a missing socket."""

    def __enter__(self) -> Prober:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def announce_death(self) -> None:
        with self._lock:
            self._announced = True

    def _run(self) -> None:
        count = 0
        while not self._stop.wait(CONNECT_EVERY):
            count += 1
            try:
                self._probe(ask=count % ASK_EVERY == 0)
            except TimeoutError:
                self.slow += 1
            except OSError as error:
                self._failed(str(error))
            else:
                self._succeeded()

    def _probe(self, *, ask: bool) -> None:
        if ask:
            answer = probe.ask(self._path, self._question)
            if self._expected not in answer:
                raise ConnectionError(f"wrong answer {answer[:80]!r}")
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(self._path)

    def _succeeded(self) -> None:
        self.answers += 1
        with self._lock:
            if not self._up:
                # Risen again: the announced death is behind us.
                self._up, self._announced = True, False

    def _failed(self, error: str) -> None:
        with self._lock:
            if self._up and not self._announced:
                self.interruptions.append(Interruption(time.monotonic() - self._began, error))
            self._up = False
