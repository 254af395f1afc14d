"""One line on a terminal's stderr while something takes long; nothing at all where nobody watches."""

from __future__ import annotations

import sys
import time
from types import TracebackType

FIRST_AFTER_SECONDS = 1.0
EVERY_SECONDS = 0.2


class Progress:
    """`tick` as often as you like; it writes a few times a second, and takes its line away at the end."""

    def __init__(self, doing: str, total: int = 0) -> None:
        self._doing = doing
        self._total = total
        self._next = time.monotonic() + FIRST_AFTER_SECONDS
        # Where the output itself goes to this terminal, it is the progress.
        self._seen = sys.stderr.isatty() and not sys.stdout.isatty()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def tick(self, done: int = 0, words: str = "") -> None:
        """So much of the total is done; `words` say more."""
        if not self._seen or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_SECONDS
        part = f" {min(100, 100 * done // self._total)}%" if self._total else ""
        sys.stderr.write(f"\r{self._doing}{part}{f' ({words})' if words else ''}"[:78] + "\x1b[K")
        sys.stderr.flush()
        self._shown = True
