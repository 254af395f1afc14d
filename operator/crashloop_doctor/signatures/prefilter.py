"""Which patterns may hold in a block of log, and in which of its lines: the part of the matcher that must be fast.

Hyperscan's literal matcher finds thousands of pieces of text in one pass, at a cost that hardly grows with their
number (Hyperscan's developer reference, hs_compile_lit_multi); the few patterns that need no text are RE2's sets.
Both only say where to look: RE2 decides, on the line.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator
from typing import Any, TypeVar

from .expression import InvalidPattern, PatternSet
from .literals import Required, relaxed, required

_Item = TypeVar("_Item")
_required = functools.lru_cache(maxsize=4096)(required)


SEARCHED_TOGETHER = 12
"""Patterns of one set: an automaton of more has states for all that they may have seen half of (tests/benchmarks)."""


MOST_WITHOUT_TEXT = 240
"""Patterns that need no rare text: each set of them may take expression.SET_MEMORY."""


class Prefilter:
    """Finds where the patterns may hold in a block. Not to be used by two threads at once."""

    def __init__(self, patterns: list[str]) -> None:
        """Raises InvalidPattern for one that needs no rare text and cannot be used, and for too many of those."""
        needs: list[Required] = [_required(pattern) for pattern in patterns]
        owners: dict[str, list[int]] = {}
        for index, need in enumerate(needs):
            for literal in need.literals:
                owners.setdefault(literal, []).append(index)
        self._literals = [literal.encode("utf-8", "surrogatepass") for literal in owners]
        self._owners = list(owners.values())
        others = [
            (relaxed(other), index) for index, need in enumerate(needs) for other in need.others
        ]
        if len(others) > MOST_WITHOUT_TEXT:
            raise InvalidPattern(
                f"more than {MOST_WITHOUT_TEXT} patterns together have nothing but common words; give them rare ones"
            )
        self._others = [
            (PatternSet([o for o, _ in few]), [index for _, index in few])
            for few in _batched(others, SEARCHED_TOGETHER)
        ]

    def found_in(self, block: bytes) -> set[int]:
        """Indices of the patterns whose rare text is in the block; of those that need none, nothing."""
        literals = list[int]()

        def on_match(literal: int, _start: int, _end: int, _flags: int, _context: Any) -> None:
            literals.append(literal)

        if self._once is not None:
            self._once.scan(block, match_event_handler=on_match)
        return set().union(*(self._owners[literal] for literal in literals))

    def places_in(self, block: bytes, *, common: bool = True) -> Places:
        """Where in the block the patterns may hold; no place is left out.

        Without `common`, nothing of the patterns of which an alternative needs no rare text.
        """
        literals, ends = list[int](), list[int]()

        def on_match(literal: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            literals.append(literal)
            ends.append(end)

        if self._each is not None:
            self._each.scan(block, match_event_handler=on_match)
        of_literal: dict[int, list[int]] = {}
        for literal, end in zip(literals, ends, strict=True):
            if literal in of_literal:
                of_literal[literal].append(end)
            else:
                of_literal[literal] = [end]
        places: dict[int, list[int]] = {}
        for literal, literal_ends in of_literal.items():
            for index in self._owners[literal]:
                known = places.get(index)
                places[index] = sorted(known + literal_ends) if known else literal_ends
        if not common:
            return Places(places, set())
        return Places(
            places, {owners[i] for few, owners in self._others for i in few.found_in(block)}
        )

    @functools.cached_property
    def _each(self) -> Any:
        return _database(self._literals, once=False)

    @functools.cached_property
    def _once(self) -> Any:
        return _database(self._literals, once=True)


class Places:
    """Where in a block each pattern may hold."""

    def __init__(self, ends: dict[int, list[int]], anywhere: set[int]) -> None:
        self._ends = ends
        self._anywhere = anywhere
        self.indices = sorted(ends.keys() | anywhere)

    def between(self, index: int, begin: int, until: int) -> list[int] | None:
        """Positions in the lines between begin and until (line starts) that may have the pattern; None: any line."""
        if index in self._anywhere:
            return None
        ends = self._ends.get(index, [])
        return ends[bisect.bisect_right(ends, begin) : bisect.bisect_right(ends, until)]


def _batched(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    """The items, so many at a time (itertools.batched of Python 3.12)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _database(literals: list[bytes], *, once: bool) -> Any:
    """Hyperscan's database of these pieces, whatever their case; it tells of each place, or `once` a block."""
    if not literals:
        return None
    import hyperscan

    flags = hyperscan.HS_FLAG_CASELESS | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
    database = hyperscan.Database()
    database.compile(
        expressions=literals,
        ids=list(range(len(literals))),
        elements=len(literals),
        flags=[flags] * len(literals),
        literal=True,
    )
    return database
