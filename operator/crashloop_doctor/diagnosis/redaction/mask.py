"""A pattern with the part of it that is cut, and how spans of one line of UTF-8 are cut.

Expressions are RE2 on bytes (LATIN1, so that any byte is a character): time linear in the line, and no copy of the
line for each search. What is cut always begins and ends beside an ASCII character, so no letter is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import re2

MASK = "[redacted]"
MASKED = MASK.encode()


def compiled(pattern: str) -> Any:
    """The pattern for bytes."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


Span = tuple[int, int]
"""First and last + 1 byte of what is cut."""

Spared = Callable[[bytes, bytes], bool]
"""(what stands before, at most CONTEXT bytes; what was found) -> whether it stays."""

CONTEXT = 24


class Rule(NamedTuple):
    """Cuts the pattern's first group, or all of it where it has none."""

    pattern: Any
    spared: Spared | None = None

    def __call__(self, line: bytes) -> Iterator[Span]:
        group = 1 if self.pattern.groups else 0
        for match in self.pattern.finditer(line):
            start, end = match.span(group)
            if start >= end or is_masked(line, start, end):
                continue
            if self.spared and self.spared(line[max(0, start - CONTEXT) : start], line[start:end]):
                continue
            yield start, end


def rule(pattern: str, spared: Spared | None = None) -> Rule:
    """The rule of a pattern."""
    return Rule(compiled(pattern), spared)


def is_masked(line: bytes, start: int, end: int) -> bool:
    """Whether the span is a mask already, or lies within one."""
    at = line.find(MASKED, max(0, start - len(MASKED)), end + len(MASKED))
    return 0 <= at <= start and end <= at + len(MASKED)


def cut(line: bytes, spans: Iterable[Span]) -> bytes:
    """The line with a mask for each span; those that overlap share one."""
    pieces: list[bytes] = []
    kept = masked_to = 0
    for start, end in sorted(_around_masks(line, spans)):
        if end <= masked_to:
            continue
        if not pieces or start > masked_to:
            pieces += (line[kept:start], MASKED)
        kept = masked_to = end
    return b"".join((*pieces, line[kept:])) if pieces else line


def _around_masks(line: bytes, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, each with the whole of a mask that it only touches: a torn mask would be cut again and grow."""
    length = len(MASKED)
    for start, end in spans:
        before = line.rfind(MASKED, max(0, start - length + 1), start + length - 1)
        after = line.find(MASKED, max(0, end - length + 1), end + length - 1)
        yield (
            before if 0 <= before < start else start,
            after + length if 0 <= after < end else end,
        )
