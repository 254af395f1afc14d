"""What became of the program after a line of its log: the end, or a trifle it got over."""

from __future__ import annotations

import bisect
import functools

from ..api.core import Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.expression import compile_bytes
from ..signatures.scan import Scan, Sign
from .log_line import (
    by_a_logger,
    can_be_lived_with,
    cause_of_errno,
    is_conversation,
    is_hardly_an_end,
    is_information,
    is_its_own,
    is_no_error,
    is_of_another,
    is_of_nothing,
    is_tls_alert,
    is_work,
    tries_again,
)
from .routine import (
    ends_calmly,
    goes_on,
    had_worked,
    record_end,
    said_often,
    seconds_between,
    stops_much_later,
    was_a_part,
    whose,
)

KILLED = 137
"""128 + SIGKILL: what the kubelet reports of a process that somebody else ended."""
TERMINATED = 143
"""128 + SIGTERM: a program that was asked to stop and did not handle it."""

CRASH_SIGNALS = (132, 133, 134, 135, 136, 139)
"""128 + SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV: nobody asks a program to end with these."""

NEAR_END = 25
"""Lines before the end of a log within which an error counts as the last thing that happened."""
FATAL_WITHIN = 6
"""Lines after an error within which `cannot continue` is said of it."""


BUG = "bug-in-code"
"""The signature of an exception that only a program's own code can be the reason for."""

BEFORE_ASKED = 2
"""Lines directly before a program is asked to end in which an error of its own may be why it is."""

FLUSHED_LINES = 12
"""More lines than a program says before it fails to start."""
FLUSHED_SECONDS = 2
"""More time than passes between them."""

STEPS = 3
"""Ordinary lines that show a program at work."""

LAST_RECORD = 2
"""Lines that may follow a program's last record: a farewell, an exit code."""

LOGGED = 0.7
"""What an error that a logger wrote is worth when nobody knows whether the program ended at all."""
ONE_WARNING = 0.3
"""What one warning is worth in a program that did not end by itself."""


KEPT_SCANS = 4
"""Logs whose signs are kept sorted: those of one diagnosis."""

_NO_MEMORY = compile_bytes(r"(?i)\bcannot allocate memory\b|\bENOMEM\b")


class Fate(Struct, frozen=True, kw_only=True):
    """How much a line counts (a factor from 0 to 1), and why in words."""

    factor: float
    reason: str = ""
    objection: str = ""


def ended_by_itself(death: Death | None) -> bool:
    """Whether the program chose its end, with an exit code that says failure."""
    return death is not None and death.exit_code not in (0, KILLED, TERMINATED)


class _Ending(Struct, frozen=True, kw_only=True):
    """How the program ended, as far as it is known."""

    known: bool
    by_itself: bool
    killed: bool
    orderly: bool
    probed: bool


class _Signs(Struct, frozen=True, kw_only=True):
    """What the signs of one log say, read once for all of its candidates."""

    fatal_lines: tuple[int, ...]
    """The lines that the program calls fatal, in their order; not those where TLS calls a handshake so."""
    last_end: int
    """The last of them that may be the program's own end; 0 without one."""
    life: tuple[int, ...]
    quoted: frozenset[int]
    """Those that stand indented below a fatal line, as a parser shows what it could not read."""
    failures: frozenset[int]
    """Lines that are fatal, or speak of a stop."""


@functools.lru_cache(maxsize=KEPT_SCANS)
def _read(found: tuple[Sign, ...]) -> _Signs:
    fatal = [s for s in found if s.name == signs.FATAL and not is_tls_alert(s.text)]
    lines = tuple(sorted(s.line for s in fatal))
    life = [s for s in found if s.name == signs.LIFE]
    return _Signs(
        fatal_lines=lines,
        last_end=max((s.line for s in fatal if not is_hardly_an_end(s.text)), default=0),
        life=tuple(s.line for s in life),
        quoted=frozenset(
            s.line
            for s in life
            if s.text[:1].isspace()
            and bisect.bisect_left(lines, s.line - FATAL_WITHIN) < bisect.bisect_left(lines, s.line)
        ),
        failures=frozenset((*lines, *(s.line for s in found if s.name == signs.SHUTDOWN))),
    )


def after(
    line: int,
    text: str,
    scan: Scan,
    death: Death | None,
    *,
    repeated_loop: bool = False,
    probed: bool = False,
    cured: bool = False,
) -> Fate:
    """The fate of the program after that line.

    `repeated_loop`: a supervisor starts it again and again. `probed`: a probe may have asked it to end.
    `cured`: its cause may be cured without asking, so it gets no benefit of the doubt.
    """
    ending = _Ending(
        known=death is not None,
        by_itself=ended_by_itself(death) and not _served_until_asked(scan, death),
        killed=death is not None and death.exit_code in (KILLED, TERMINATED),
        orderly=death is not None and death.exit_code == 0,
        probed=probed,
    )
    header, said = whose(line, text, scan)
    warned = not ending.by_itself and not repeated_loop and is_no_error(said)
    if not repeated_loop:
        overcome = _overcome(line, text, scan, ending, cured=cured)
        if overcome is not None:
            return overcome
    if any(
        not (warned and fatal in (line, header))
        for fatal in _fatal_between(line, line + FATAL_WITHIN, scan)
    ):
        return Fate(factor=1.0, reason="the program itself calls it fatal")
    if scan.last_sign(signs.SHUTDOWN) > line:
        return Fate(factor=1.0, reason="the program began to stop after it")
    if warned and not said_often(text, scan):
        return Fate(factor=ONE_WARNING, reason="it is a mere warning")
    if not ending.known and by_a_logger(text):
        return Fate(factor=LOGGED, reason="how the program ended is not known")
    near_end = max(line, record_end(line, header, scan)) + NEAR_END >= scan.line_count
    if ending.by_itself or ending.orderly:
        return Fate(factor=1.0 if near_end else 0.95)
    if near_end:
        return Fate(factor=0.95)
    return Fate(factor=0.8, reason=f"{scan.line_count - line} more lines follow")


def _overcome(line: int, text: str, scan: Scan, ending: _Ending, *, cured: bool) -> Fate | None:
    """The fate of an error that the program got over; None when it did not."""
    # "Failed listening on port 6379" is no sign of life, nor is what a parser quotes below its exception.
    read = _read(scan.signs)
    matched = {m.line for m in scan.matches}
    alive = [
        number
        for number in read.life
        if number not in matched
        and number not in read.failures
        and not (ending.by_itself and number in read.quoted)
    ]
    lived = max(alive, default=0)
    lived_since = min(alive, default=0)
    if lived > line and not ending.by_itself:
        return Fate(factor=0.0, objection=f"the program went on to work after it (line {lived})")
    why = goes_on(line, text, scan)
    bug = _bug_later(line, text, scan, lived_since) if ending.by_itself else 0
    if lived > line:
        if (
            not why
            and not bug
            and not cured
            and lived_since > line
            and _was_flushed(line, text, scan, lived_since)
        ):
            return None
        return Fate(factor=0.45, reason=f"the program still worked later (line {lived})")
    if not why and not ending.by_itself and not is_its_own(text):
        why = stops_much_later(line, text, scan, lived=bool(lived))
    if why:
        if ending.by_itself:
            return Fate(factor=0.7, reason=why)
        return Fate(factor=0.0, objection=why)
    if ending.by_itself:
        return Fate(factor=0.45, reason=f"what ended it is a bug (line {bug})") if bug else None
    why = _harmless(line, text, scan, ending, lived_since)
    return Fate(factor=0.0, objection=why) if why else None


def _was_flushed(line: int, text: str, scan: Scan, lived_since: int) -> bool:
    """Whether what follows an exception was said before it.

    Standard error is written at once, standard output when the program ends: little of it, all of one moment, and
    no other error.
    """
    header, said = whose(line, text, scan)
    if by_a_logger(said) or any(m.line >= lived_since for m in scan.matches):
        return False
    end = min(max(line, record_end(line, header, scan)), lived_since - 1)
    if scan.line_count - end > FLUSHED_LINES:
        return False
    later = [shown for number, shown in scan.last_lines if number > end]
    first = next((shown for shown in later if seconds_between(shown, shown) is not None), "")
    return not any(
        (passed or 0) > FLUSHED_SECONDS
        for shown in later
        for passed in (
            seconds_between(text, shown),
            seconds_between(first, shown),
            # Half a day later counts as before.
            seconds_between(shown, first),
        )
    )


def _harmless(line: int, text: str, scan: Scan, ending: _Ending, lived_since: int) -> str:
    """Why the program, which did not end by itself, did not end of that line; empty when it may have.

    `lived_since`: the line where it first worked, 0 without one.
    """
    # What a logger prints of an exception follows the line that says whose it is.
    header, said = whose(line, text, scan)
    end = record_end(line, header, scan)
    if any(header <= s.line <= end for s in scan.signs if s.name == signs.REQUEST):
        return "the line is about one request"
    if ending.probed:
        return ""
    asked, stopped = scan.last_sign(signs.ASKED), scan.first_sign(signs.SHUTDOWN)
    # What it says of signals when it starts asks for nothing.
    stopping = any(asked <= s.line <= line for s in scan.signs if s.name == signs.SHUTDOWN)
    if 0 < asked <= line and (stopping or 0 < lived_since < asked):
        return f"the program had been asked to end (line {asked})"
    bearable = not is_its_own(text)
    bearable_here = can_be_lived_with(text) or can_be_lived_with(said)
    why = ends_calmly(
        line, scan, known=ending.known, orderly=ending.orderly, lived_with=bearable_here
    )
    if why and bearable:
        return why
    ends = _ends_of_it(line, scan, killed=ending.killed)
    if (
        line < asked
        and lived_since
        and bearable
        and not _fatal(line, scan)
        and not said_often(text, scan)
    ):
        return f"the program went on until it was asked to end (line {asked})"
    if is_information(text) and is_conversation(text) and not ends:
        return "the program itself calls it information"
    # A bare exception at the end may be what it died of, unless somebody else killed it.
    lived_with = (ending.killed or _by_a_logger(text, scan)) and bearable_here
    if lived_with and not ends and had_worked(header, said, scan):
        return "the program had worked for long, and says nothing of ending"
    if not lived_since:
        return ""
    if lived_since < line and lived_with and not ends:
        return f"the program worked (line {lived_since}), and says nothing of ending"
    if lived_since < asked:
        return f"the program worked, and was asked to end (line {asked})"
    if lived_since < stopped < header:
        return f"the program worked, and was ending (line {stopped})"
    return ""


def _served_until_asked(scan: Scan, death: Death | None) -> bool:
    """Whether it worked until it was asked to end, and then ended with an exit code that only says so."""
    asked, lived = scan.last_sign(signs.ASKED), scan.first_sign(signs.LIFE)
    return (
        0 < lived < asked
        and asked + FATAL_WITHIN >= scan.line_count
        and not _fatal_between(lived, scan.line_count, scan)
        and not (death is not None and death.exit_code in CRASH_SIGNALS)
        and not _failed_when_asked(asked, scan)
    )


def _failed_when_asked(asked: int, scan: Scan) -> bool:
    """Whether directly before it was asked to end the program met an error that no other made: it may have asked."""
    stops = {s.line for s in scan.signs if s.name in (signs.ASKED, signs.SHUTDOWN)}
    before = [shown for n, shown in scan.last_lines if n < asked and n not in stops]
    return any(
        not is_no_error(shown)
        and (
            is_its_own(shown)
            or cause_of_errno(shown) not in ("", "DependencyNotReady")
            or _NO_MEMORY.search(shown.encode("utf-8", "replace")) is not None
        )
        for shown in before[-BEFORE_ASKED:]
    )


def was_last_record(line: int, text: str, scan: Scan, death: Death | None) -> bool:
    """Whether a program that ended with an exit code of its own said next to nothing after that line's record."""
    header, said = whose(line, text, scan)
    return (
        ended_by_itself(death)
        and max(line, record_end(line, header, scan)) + LAST_RECORD >= scan.line_count
        and scan.last_sign(signs.LIFE) <= line
        and not is_no_error(said)
    )


def ends_fatally(scan: Scan, death: Death | None) -> bool:
    """Whether its last words call the end fatal, whatever its exit code says, and nobody had asked for an end."""
    if death is None or death.exit_code not in (0, TERMINATED) or scan.last_sign(signs.ASKED):
        return False
    last = {number for number, _ in scan.last_lines[-2:]}
    fatal = _read(scan.signs).fatal_lines
    return not last.isdisjoint(fatal) and not is_work(scan.last_lines[-1][1])


def _bug_later(line: int, text: str, scan: Scan, lived_since: int) -> int:
    """The line of the bug that ended the program, which had only reported the error at `line`; 0 for none.

    What is not there (nil, None) may be so because of that error; not if the program worked, or tries again.
    """
    header, said = whose(line, text, scan)
    if not by_a_logger(said) or not (can_be_lived_with(text) or can_be_lived_with(said)):
        return 0
    if not lived_since and not {line, header}.isdisjoint(_read(scan.signs).fatal_lines):
        return 0
    end = line if header == line else record_end(line, header, scan)
    bugs = [m for m in scan.matches if m.signature == BUG and m.line > end]
    if not bugs:
        return 0
    steps = sum(
        end < n < bugs[0].line and is_information(shown) and is_work(shown)
        for n, shown in scan.last_lines
    )
    worked = lived_since or steps >= STEPS or tries_again(said) or tries_again(text)
    return max((m.line for m in bugs if worked or not is_of_nothing(m.text)), default=0)


def _fatal_between(first: int, last: int, scan: Scan) -> tuple[int, ...]:
    """The lines from `first` to `last` that the program calls fatal."""
    lines = _read(scan.signs).fatal_lines
    return lines[bisect.bisect_left(lines, first) : bisect.bisect_right(lines, last)]


def _by_a_logger(text: str, scan: Scan) -> bool:
    """Whether a logger wrote the line, or the log's last one: who dies of an exception has none any more."""
    return by_a_logger(text) or (bool(scan.last_lines) and by_a_logger(scan.last_lines[-1][1]))


def _ends_of_it(line: int, scan: Scan, *, killed: bool) -> bool:
    """Whether the program calls the error at that line fatal, or stops after it."""
    stops = [sign for sign in scan.signs if sign.name == signs.SHUTDOWN and sign.line >= line]
    last, said = scan.last_lines[-1] if scan.last_lines else (0, "")
    if killed and stops and stops[-1].line < last and is_work(said):
        # Whoever works on after that and is killed did not stop.
        stops = []
    return _fatal(line, scan) or any(
        not was_a_part(stop, scan) and not is_of_another(stop.text) for stop in stops
    )


def _fatal(line: int, scan: Scan) -> bool:
    """Whether the program calls something fatal from that line on."""
    return _read(scan.signs).last_end >= line
