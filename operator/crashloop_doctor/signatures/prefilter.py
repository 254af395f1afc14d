"""Which patterns occur in a block of log at all: the part of the matcher that must be fast.

RE2's Set is compiled in milliseconds and slows down with the number of patterns; Hyperscan takes seconds to compile
and is then many times as fast (tests/benchmarks). So a small log never waits for Hyperscan, and a large one soon has
it: it is compiled in a thread, without the interpreter's lock, once enough has been read. Both only say where to look,
in patterns that are made to match more than they should; RE2 decides, on the line.
"""

from __future__ import annotations

import threading
from typing import Any

from .coarse import coarse
from .expression import InvalidPattern, PatternSet

WORTH_COMPILING = 1 << 20
"""Bytes after which Hyperscan's compilation pays."""

_ONLY_RE2 = ("\\p", "\\P", "\\C", "\\x{", "\\Q", "\\v", "\\z", "\\A")
"""Spellings that PCRE, whose syntax Hyperscan speaks, may read in another way than RE2."""


class Prefilter:
    """Finds which of the patterns may occur in a block. Not to be used by two threads at once."""

    def __init__(self, patterns: list[str]) -> None:
        """Raises InvalidPattern."""
        try:
            self._take([coarse(pattern) for pattern in patterns])
        except InvalidPattern:
            # One that has no coarse form worth the name: it is looked for as it was written.
            self._take([_usable(pattern) for pattern in patterns])
        self._scanned = 0
        self._compiling: threading.Thread | None = None
        self._fast: _Hyperscan | None = None

    def _take(self, forms: list[list[str]]) -> None:
        owners: dict[str, set[int]] = {}
        for index, parts in enumerate(forms):
            for expression in parts:
                owners.setdefault(expression, set()).add(index)
        self._expressions = list(owners)
        self._owners = list(owners.values())
        self._set = PatternSet(self._expressions)

    def found_in(self, block: bytes) -> set[int]:
        """Indices of the patterns that may occur in the block; none that occurs is left out."""
        return set().union(*(self._owners[i] for i in self._expressions_in(block)))

    def _expressions_in(self, block: bytes) -> list[int]:
        if self._fast is not None:
            return self._fast.found_in(block)
        self._scanned += len(block)
        if self._scanned > WORTH_COMPILING:
            self.compile_in_background()
        return self._set.found_in(block)

    def compile_in_background(self) -> None:
        """Starts the compilation, once."""
        if self._compiling is None:
            self._compiling = threading.Thread(target=self._compile, daemon=True)
            self._compiling.start()

    def _compile(self) -> None:
        self._fast = _Hyperscan(self._expressions)
        # Its automaton has grown while Hyperscan was compiled.
        self._set = PatternSet([])

    def wait_until_fast(self) -> None:
        """Compiles Hyperscan's database now: for benchmarks, and for tests that compare both engines."""
        if self._compiling is None:
            self._compile()
        else:
            self._compiling.join()


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


def _usable(pattern: str) -> list[str]:
    """The pattern's coarse form, or the pattern itself where that cannot be used. Raises InvalidPattern."""
    parts = coarse(pattern)
    try:
        for part in parts:
            PatternSet([part])
    except InvalidPattern:
        PatternSet([pattern])
        return [pattern]
    return parts


def _same_syntax(pattern: str) -> bool:
    """Whether both engines read the pattern alike. (In letters beyond ASCII, both see the bytes of their UTF-8.)"""
    return not any(spelling in pattern for spelling in _ONLY_RE2)
