"""Which patterns occur in a block of log at all: the part of the matcher that must be fast.

RE2's Set is compiled in milliseconds and slows down with the number of patterns; Hyperscan takes a second to compile
and then runs at a gigabyte a second with hundreds of patterns (tests/benchmarks). So a small log never waits for
Hyperscan, and a large one soon has it. Both only say where to look: RE2 decides, on the line.
"""

from __future__ import annotations

from typing import Any

from .expression import PatternSet

WORTH_COMPILING = 1 << 20
"""Bytes after which Hyperscan's compilation pays."""

_ONLY_RE2 = ("\\p", "\\P", "\\C", "\\x{", "\\Q", "\\v", "\\z", "\\A")
"""Spellings that PCRE, whose syntax Hyperscan speaks, may read in another way than RE2."""


class Prefilter:
    """Finds which of the patterns occur in a block. Not to be used by two threads at once."""

    def __init__(self, patterns: list[str]) -> None:
        """Raises InvalidPattern."""
        self._patterns = patterns
        self._set = PatternSet(patterns)
        self._scanned = 0
        self._fast: _Hyperscan | None = None

    def found_in(self, block: bytes) -> list[int]:
        """Indices of the patterns that may occur in the block; none that occurs is left out."""
        if self._fast is None:
            self._scanned += len(block)
            if self._scanned <= WORTH_COMPILING:
                return self._set.found_in(block)
            self._fast = _Hyperscan(self._patterns)
        return self._fast.found_in(block)


class _Hyperscan:
    """The patterns as one Hyperscan database; those that it cannot take stay with RE2."""

    def __init__(self, patterns: list[str]) -> None:
        import hyperscan

        self._flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_SINGLEMATCH
        self._hyperscan = hyperscan
        taken = [i for i, pattern in enumerate(patterns) if _same_syntax(pattern)]
        database = self._compiled(patterns, taken)
        if database is None:
            # One of them is refused (too large, or a construct of RE2's own): each is tried alone.
            taken = [i for i in taken if self._compiled(patterns, [i]) is not None]
            database = self._compiled(patterns, taken)
            taken = [] if database is None else taken
        self._database = database
        self._rest = sorted(set(range(len(patterns))) - set(taken))
        self._rest_set = PatternSet([patterns[i] for i in self._rest])
        self._found: list[int] = []

    def _compiled(self, patterns: list[str], taken: list[int]) -> Any:
        if not taken:
            return None
        database = self._hyperscan.Database()
        try:
            database.compile(
                expressions=[patterns[i].encode() for i in taken],
                ids=taken,
                elements=len(taken),
                flags=[self._flags] * len(taken),
            )
        except self._hyperscan.error:
            return None
        return database

    def found_in(self, block: bytes) -> list[int]:
        found = [self._rest[i] for i in self._rest_set.found_in(block)]
        if self._database is not None:
            self._found = found
            self._database.scan(block, match_event_handler=self._on_match)
        return found

    def _on_match(self, pattern: int, _start: int, _end: int, _flags: int, _context: Any) -> None:
        self._found.append(pattern)


def _same_syntax(pattern: str) -> bool:
    return pattern.isascii() and not any(spelling in pattern for spelling in _ONLY_RE2)
