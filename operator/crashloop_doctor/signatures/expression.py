"""RE2 expressions: the only engine that sees untrusted text or patterns, since its time is linear in both.

google-re2 (RE2 syntax page of its project): no look-around, no back-references, repeats up to 1,000.
"""

from __future__ import annotations

from typing import Any

import re2


class InvalidPattern(ValueError):
    """The pattern is not RE2 syntax; the text says what is wrong with it."""


def _options() -> Any:
    options = re2.Options()
    # On bytes, LATIN1 lets `.` match invalid UTF-8, which logs contain.
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    # A pattern of a thousand characters must not be able to claim a gigabyte.
    options.max_mem = 8 << 20
    return options


def compile_bytes(pattern: str) -> Any:
    """The compiled pattern, for searching bytes. Raises InvalidPattern."""
    try:
        return re2.compile(pattern.encode(), _options())
    except re2.error as error:
        reason = error.args[0] if error.args else error
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidPattern(
            f"{pattern!r} is not a valid RE2 pattern: {reason}"
            " (look-around and back-references do not exist in RE2)"
        ) from error


SET_MEMORY = 64 << 20
"""Bytes that all patterns together may take: half of what the chart gives the operator."""


class PatternSet:
    """Many patterns searched in one pass. Never half-built: matching an uncompiled re2.Set crashes the process."""

    def __init__(self, patterns: list[str]) -> None:
        """Raises InvalidPattern."""
        self._set: Any = None
        if not patterns:
            return
        options = _options()
        options.max_mem = SET_MEMORY
        built = re2.Set.SearchSet(options)
        for pattern in patterns:
            compile_bytes(pattern)  # says which one is wrong, and why
            built.Add(pattern.encode())
        try:
            built.Compile()
        except re2.error as error:
            raise InvalidPattern("the patterns together need too much memory; use fewer") from error
        self._set = built

    def matching(self, line: bytes) -> list[int]:
        """Indices of the patterns found in the line, ascending."""
        return sorted(self._set.Match(line) or ()) if self._set is not None else []
