"""Whether a log goes on as usual after a line: time passes, or the same kind of line comes again and again."""

from __future__ import annotations

from collections import Counter

from ..signatures import signs
from ..signatures.expression import compile_bytes
from ..signatures.scan import Scan, Sign
from .log_line import by_a_logger, is_done, is_information, is_of_a_stack, is_work, leaves
from .shape import shape_of

LONG_AFTER_SECONDS = 10
"""A program that ends of an error does so within seconds; orderly shutdowns take longer only when they wait."""

A_PART_S_END_SECONDS = 60
"""A program that stops is gone after that; what stopped was one of its parts."""

SILENT_SECONDS = 600
"""A program may try for so long, and say nothing of it, before it stops."""

LONG_BEFORE_SECONDS = 180
"""A program that cannot start says so earlier, or again and again."""

SAME_SHAPE = 6
"""Lines of one shape that make a routine, if they are also half of what follows."""

OFTEN = 3
"""Times that a warning has to come before it is what the program is stuck on."""
LAST_MATCHES = 400
"""Matches that are looked at for it: a hostile log has any number."""

RECORD_LINES = 10
"""Lines before one of a record in which the record's time stands."""

TRIES = 3
"""Intervals after the last of several tries that show that the program goes on without what it tried."""

MANY_LINES = 5000
"""More than any shutdown, stack trace or thread dump has."""

_CLOCK = compile_bytes(r"(?:^|[\sT\[\"'=(]|/\d{4}:)([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[^\d:]|$)")
# Unreal Engine's way.
_DOTTED_CLOCK = compile_bytes(r"^\[\d{4}\.\d\d\.\d\d-(\d\d)\.(\d\d)\.(\d\d)")
_CRASH = compile_bytes(
    r"^(?:panic: |fatal error: |thread '|Unhandled exception|Uncaught |Exception in thread|terminate called"
    r"|PHP Fatal error|node:internal/)"
)
_FRAME = compile_bytes(r'^\s{2,}File "[^"]{1,300}", line \d+, in ')
_DAY = 24 * 3600


def seconds_between(earlier: str, later: str) -> int | None:
    """Seconds between the times of day that two lines begin with; None when one of them has none."""
    lines = [line.encode("utf-8", "replace") for line in (earlier, later)]
    times = [_CLOCK.search(line) or _DOTTED_CLOCK.search(line) for line in lines]
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
    if stamped is not None and stamped >= max(LONG_AFTER_SECONDS, TRIES * _interval(text, scan)):
        return f"the log goes on for {stamped} s after it"
    shapes = Counter(shape_of(shown) for shown in later)
    _, most = shapes.most_common(1)[0]
    if most >= SAME_SHAPE and most * 2 >= len(later):
        return f"{most} lines of routine follow it"
    return ""


def _interval(text: str, scan: Scan) -> int:
    """Seconds between the last two lines of that shape; a program that says a thing every minute waits so long."""
    shape = shape_of(text)
    by_line = {m.line: m.text for m in scan.matches[-LAST_MATCHES:] if shape_of(m.text) == shape}
    said = [shown for _, shown in sorted(by_line.items())]
    passed = seconds_between(said[-2], said[-1]) if len(said) > 1 else None
    return passed or 0


def stops_much_later(line: int, text: str, scan: Scan, *, lived: bool) -> str:
    """Why what ended the program so long after that line was something else, in words; empty when it may be the line.

    `lived`: it had worked before.
    """
    stop = next(
        (s for s in scan.signs if s.name in (signs.SHUTDOWN, signs.ASKED) and s.line > line), None
    )
    if stop is None:
        return ""
    before = [shown for n, shown in scan.last_lines if line - RECORD_LINES <= n <= line]
    times = (seconds_between(shown, stop.text) for shown in (text, *reversed(before)))
    passed = next((s for s in times if s is not None), None)
    long = LONG_AFTER_SECONDS if lived else A_PART_S_END_SECONDS
    if _only_stops(line, text, stop, scan):
        long = SILENT_SECONDS
    return (
        f"the program stopped {passed} s after it" if passed is not None and passed >= long else ""
    )


def _only_stops(line: int, text: str, stop: Sign, scan: Scan) -> bool:
    """Whether nothing stands between the record of that line and `stop`, which ends the log."""
    end = max(line, record_end(line, whose(line, text, scan)[0], scan))
    said = [number for number, _ in scan.last_lines]
    unseen = bool(said) and end + 1 < min(said[0], stop.line)
    return (
        not unseen
        and not any(end < number < stop.line for number in said)
        and not was_a_part(stop, scan)
    )


def ends_calmly(line: int, scan: Scan, *, known: bool, orderly: bool, lived_with: bool) -> str:
    """Why the log's last line shows that the program went on after that line, in words; empty when it does not.

    `known`: how it ended is known. `orderly`: it ended with exit code 0. `lived_with`: it is an error of others.
    """
    if not scan.last_lines or scan.last_lines[-1][0] <= line:
        return ""
    if any(s.line > line for s in scan.signs if s.name in (signs.SHUTDOWN, signs.FATAL)):
        return ""
    if not known and any(s.line == line for s in scan.signs if s.name == signs.FATAL):
        return ""
    number, last = scan.last_lines[-1]
    if not is_work(last):
        return ""
    said_before = sum(shape_of(text) == shape_of(last) for n, text in scan.last_lines if n < line)
    # Where no end is known: a stack's last frame may have ended one before, and a logger repeats itself as it stops.
    alike = not known and (is_of_a_stack(last) or by_a_logger(last))
    if said_before > int(alike):
        return f"line {number} is what it said before, too"
    if is_information(last):
        return f"an ordinary line ends the log (line {number})"
    if orderly and (lived_with or is_done(last)) and not is_of_a_stack(last) and not leaves(last):
        return f"it went on (line {number}) and ended well"
    return ""


def had_worked(line: int, text: str, scan: Scan) -> bool:
    """Whether the log went on for long before that line, and nothing of the kind had been said."""
    earlier = (shown for number, shown in scan.last_lines if number < line)
    passed = next((s for shown in earlier if (s := seconds_between(shown, text)) is not None), None)
    return passed is not None and passed >= LONG_BEFORE_SECONDS and not said_often(text, scan)


def was_a_part(sign: Sign, scan: Scan) -> bool:
    """Whether the log goes on for so long after `sign` that what stopped there was not the program."""
    if not scan.last_lines:
        return False
    passed = seconds_between(sign.text, scan.last_lines[-1][1])
    return passed is not None and passed >= A_PART_S_END_SECONDS


def said_often(text: str, scan: Scan) -> bool:
    """Whether a line of that shape was found again and again: a program that is stuck says one thing."""
    shape = shape_of(text)
    return len({m.line for m in scan.matches[-LAST_MATCHES:] if shape_of(m.text) == shape}) >= OFTEN


def whose(line: int, text: str, scan: Scan) -> tuple[int, str]:
    """The logger's line that an exception at that line belongs to (number, text); the line itself if there is none."""
    header = (line, text)
    for n_text in reversed([n_text for n_text in scan.last_lines if n_text[0] <= line]):
        if by_a_logger(n_text[1]):
            header = n_text
            break
        if n_text[0] != line and not is_of_a_stack(n_text[1]):
            break
    # What follows mere information is no exception of its, but something printed.
    return (line, text) if is_information(header[1]) else header


def record_end(line: int, header: int, scan: Scan) -> int:
    """The last line of the logger's record that begins at `header` and holds `line`: the next record is another's."""
    if header == line and not any(
        n == line + 1 and is_of_a_stack(shown) for n, shown in scan.last_lines
    ):
        return line
    end = line
    for number, shown in scan.last_lines:
        if number > line:
            if by_a_logger(shown) or _CRASH.search(shown.encode("utf-8", "replace")):
                break
            end = number
    return end


def is_last(line: int, text: str, scan: Scan) -> bool:
    """Whether nothing but its like follows it: the program had not got past it."""
    return bool(scan.last_lines) and all(
        n <= line or shape_of(shown) == shape_of(text) for n, shown in scan.last_lines
    )


def is_source_line(line: int, text: str, scan: Scan) -> bool:
    """Whether it is the line of code that Python's traceback shows below a frame."""
    return text.startswith("    ") and any(
        n == line - 1 and _FRAME.search(shown.encode("utf-8", "replace"))
        for n, shown in scan.last_lines
    )
