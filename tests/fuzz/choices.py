"""A fuzzer's bytes as a row of decisions, so that a mutated byte is another decision and not another parse error.

Our own and not atheris's provider: crashes are replayed where atheris has no wheel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Decisions read from the front; when the bytes are used up every decision is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, most: int) -> int:
        """From 0 to `most`, which is at most 65,535."""
        size = 1 if most < 256 else 2
        taken = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(taken, "little") % (most + 1)

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.number(len(options) - 1)]

    def some(self, most: int) -> bytes:
        """Up to `most` bytes as they are."""
        length = self.number(most)
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken

    def text(self, most: int) -> str:
        return self.some(most).decode("utf-8", "replace")

    def rest(self) -> bytes:
        taken = self._data[self._at :]
        self._at = len(self._data)
        return taken
