"""Say which step runs and for how long: a live line on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def duration(seconds: float) -> str:
    """A time as a person says it: `8 s`, `4 min 34 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """Steps on standard error, so that standard output carries only the answer."""

    def __init__(self, stream: TextIO | None = None, *, every: float = 20.0) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._every = 0.5 if self._live else every

    def say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show `text` while the block runs, then how long it took."""
        began = time.monotonic()
        over = threading.Event()
        if not self._live:
            self.say(f"{text} ...")

        def tell() -> None:
            while not over.wait(self._every):
                passed = duration(time.monotonic() - began)
                if self._live:
                    self._stream.write(f"\r\x1b[K{text} ... {passed}")
                    self._stream.flush()
                else:
                    self.say(f"{text} ... {passed} so far")

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        ending = "failed"
        try:
            yield
            ending = "done"
        finally:
            over.set()
            teller.join()
            clear = "\r\x1b[K" if self._live else ""
            self.say(f"{clear}{text}: {ending}, {duration(time.monotonic() - began)}")
