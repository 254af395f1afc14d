"""RE2 expressions: the only engine that decides over untrusted text or patterns, since its time is linear in both.

google-re2 (RE2 syntax page of its project): no look-around, no back-references, repeats up to 1,000.
"""

from __future__ import annotations

from typing import Any

import re2


class InvalidPattern(ValueError):
    """The pattern cannot be used; the text says what is wrong with it."""


LINE_MEMORY, BLOCK_MEMORY, LARGE_MEMORY = 200 << 10, 2 << 20, 8 << 20
"""Bytes for one pattern and its automaton: for a line, for a block of them, and for a large pattern."""


def _options() -> Any:
    options = re2.Options()
    # On bytes, LATIN1 lets `.` match invalid UTF-8, which logs contain.
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    # A pattern of a thousand characters must not be able to claim a gigabyte.
    options.max_mem = LARGE_MEMORY
    return options


def compile_bytes(pattern: str) -> Any:
    """The compiled pattern, for searching bytes. Raises InvalidPattern."""
    return _compiled(pattern, pattern, _options())


def compile_for_lines(pattern: str, memory: int = LINE_MEMORY) -> Any:
    """The pattern for a block of lines: `^` and `$` stand at each line's ends, and no match leaves its line."""
    options = _options()
    options.never_nl = True
    # Automata of hundreds of patterns live side by side: each gets little room to grow in, unless it is large itself.
    options.max_mem = memory
    try:
        return _compiled(pattern, multi_line(pattern), options)
    except InvalidPattern:
        options.max_mem = LARGE_MEMORY
        return _compiled(pattern, multi_line(pattern), options)


class LineSearch:
    """A pattern for blocks of lines, asked thousands of times: google-re2's engine without its Python matches.

    `Pattern.search` builds an iterator and a match around each answer, which takes longer than searching a line.
    """

    def __init__(self, pattern: str, memory: int = LINE_MEMORY) -> None:
        """Raises InvalidPattern."""
        compiled = compile_for_lines(pattern, memory)
        self._match = compiled._regexp.Match
        self.groups = {
            name.decode() if isinstance(name, bytes) else name: index
            for name, index in compiled.groupindex.items()
        }

    def spans(self, block: bytes, start: int, end: int) -> list[tuple[int, int]] | None:
        """Where the first match between start and end lies: the whole, then its groups ((-1, -1): not in it)."""
        spans: list[tuple[int, int]] = self._match(_UNANCHORED, block, start, end)
        return None if spans[0][0] < 0 else spans


_UNANCHORED = re2._Anchor.UNANCHORED

LONGEST_GROUP_NAME = 63
"""Characters of a captured value's name in a Diagnosis."""


def check_for_lines(pattern: str) -> None:
    """Raises InvalidPattern when the pattern cannot be used on the lines of a log."""
    compiled = compile_for_lines(pattern)
    if _ONE_TEXT.search(pattern.encode("utf-8", "surrogatepass")):
        raise InvalidPattern(
            f"{pattern!r} speaks of a text's ends (\\A, \\z or (?-m)); write ^ or $ for a line's"
        )
    for name in compiled.groupindex:
        if len(name) > LONGEST_GROUP_NAME:
            raise InvalidPattern(f"the group name {name!r} is longer than {LONGEST_GROUP_NAME}")


def multi_line(pattern: str) -> str:
    """The pattern with `^` and `$` at every line's ends."""
    return f"(?m){pattern}"


def _compiled(shown: str, pattern: str, options: Any) -> Any:
    try:
        return re2.compile(pattern.encode("utf-8", "surrogatepass"), options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidPattern(
            f"{shown!r} is not a valid RE2 pattern: {reason}"
            " (look-around and back-references do not exist in RE2)"
        ) from error


SET_MEMORY = 4 << 20
"""Bytes that one set of some patterns may take, with the automaton that it builds while it reads."""


class PatternSet:
    """Many patterns searched in one pass over a block of lines.

    Never half-built: matching an uncompiled re2.Set crashes the process.
    """

    def __init__(self, patterns: list[str]) -> None:
        """Raises InvalidPattern."""
        self._set: Any = None
        if not patterns:
            return
        options = _options()
        options.never_nl = True
        options.max_mem = SET_MEMORY
        built = re2.Set.SearchSet(options)
        try:
            for pattern in patterns:
                built.Add(multi_line(pattern).encode("utf-8", "surrogatepass"))
        except re2.error:
            for pattern in patterns:
                compile_for_lines(pattern)  # says which one is wrong, and why
            raise
        try:
            built.Compile()
        except re2.error as error:
            raise InvalidPattern(
                "the patterns together need too much memory; make them simpler"
            ) from error
        for index in built.Match(b"") or ():
            raise InvalidPattern(f"{patterns[index]!r} matches every line; make it narrower")
        self._set = built

    def found_in(self, block: bytes) -> list[int]:
        """Indices of the patterns found in the block."""
        return (self._set.Match(block) or []) if self._set is not None else []


_ONE_TEXT = compile_bytes(r"(?:^|[^\\])(?:\\\\)*\\[Az]|\(\?[a-z]*-[a-z]*m")
