"""Whether a log goes on as usual after a line: time passes, or the same kind of line comes again and again."""

from __future__ import annotations

from collections import Counter

from ..signatures import signs
from ..signatures.expression import compile_bytes
from ..signatures.scan import Scan

LONG_AFTER_SECONDS = 10
"""A program that ends of an error does so within seconds; orderly shutdowns take longer only when they wait."""

SAME_SHAPE = 6
"""Lines of one shape that make a routine, if they are also half of what follows."""

MANY_LINES = 5000
"""More than any shutdown, stack trace or thread dump has."""

_CLOCK = compile_bytes(r"(?:^|[\sT\[\"'=(])([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[^\d:]|$)")
_CHANGING = compile_bytes(r"0x[0-9a-fA-F]+|[0-9a-fA-F]{8,}|\d+")
_DAY = 24 * 3600


def seconds_between(earlier: str, later: str) -> int | None:
    """Seconds between the times of day that two lines begin with; None when one of them has none."""
    times = [_CLOCK.search(line.encode("utf-8", "replace")) for line in (earlier, later)]
    if times[0] is None or times[1] is None:
        return None
    first, last = (int(t[1]) * 3600 + int(t[2]) * 60 + int(t[3]) for t in times if t is not None)
    passed = (last - first) % _DAY
    # Writers interleave: a line may be a little older than the one before it.
    return passed if passed < _DAY // 2 else 0


def goes_on(line: int, text: str, scan: Scan) -> str:
    """Why the log goes on as usual after that line, in words; empty when it does not."""
    if scan.line_count - line >= MANY_LINES:
        return f"{scan.line_count - line} lines follow it"
    stops = min(
        (s.line for s in scan.signs if s.name == signs.SHUTDOWN and s.line > line), default=0
    )
    # What it says while it stops is no routine, however long that takes.
    later = [n_text[1] for n_text in scan.last_lines if line < n_text[0] < (stops or n_text[0] + 1)]
    if not later:
        return ""
    stamped = next(
        (s for shown in reversed(later) if (s := seconds_between(text, shown)) is not None), None
    )
    if stamped is not None and stamped >= LONG_AFTER_SECONDS:
        return f"the log goes on for {stamped} s after it"
    shapes = Counter(_CHANGING.sub(b"#", shown.encode("utf-8", "replace")) for shown in later)
    _, most = shapes.most_common(1)[0]
    if most >= SAME_SHAPE and most * 2 >= len(later):
        return f"{most} lines of routine follow it"
    return ""
