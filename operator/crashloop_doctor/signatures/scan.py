"""What one pass over a log found: bounded values, whatever the log's size."""

from __future__ import annotations

from ..api.core import Struct


class Match(Struct, frozen=True, kw_only=True):
    """One signature found in one line."""

    signature: str
    line: int
    text: str
    captures: dict[str, str] = {}


class Sign(Struct, frozen=True, kw_only=True):
    """A line that says how the program fares (signatures/signs.yaml), or that refutes or excludes a signature."""

    name: str
    line: int
    text: str


class Scan(Struct, frozen=True, kw_only=True):
    """The findings of one log, in the order of its lines.

    Of what occurs very often, the first and the last occurrences are kept (matcher.KEPT_*).
    """

    matches: tuple[Match, ...] = ()
    signs: tuple[Sign, ...] = ()
    last_lines: tuple[tuple[int, str], ...] = ()
    """The last lines that are not blank: (1-based number, text)."""
    line_count: int = 0

    def last_sign(self, name: str) -> int:
        """The number of the last line with that sign; 0 without one."""
        return max((sign.line for sign in self.signs if sign.name == name), default=0)

    def first_sign(self, name: str) -> int:
        """The number of the first line with that sign; 0 without one."""
        return min((sign.line for sign in self.signs if sign.name == name), default=0)
