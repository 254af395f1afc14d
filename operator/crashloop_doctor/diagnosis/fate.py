"""What became of the program after a line of its log: the end, or a trifle it got over."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.scan import Scan, Sign
from .log_line import (
    by_a_logger,
    can_be_lived_with,
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
    stops_much_later,
    was_a_part,
    whose,
)

KILLED = 137
"""128 + SIGKILL: what the kubelet reports of a process that somebody else ended."""
TERMINATED = 143
"""128 + SIGTERM: a program that was asked to stop and did not handle it."""

NEAR_END = 25
"""Lines before the end of a log within which an error counts as the last thing that happened."""
FATAL_WITHIN = 6
"""Lines after an error within which `cannot continue` is said of it."""


BUG = "bug-in-code"
"""The signature of an exception that only a program's own code can be the reason for."""

STEPS = 3
"""Ordinary lines that show a program at work."""

LAST_RECORD = 2
"""Lines that may follow a program's last record: a farewell, an exit code."""

LOGGED = 0.7
"""What an error that a logger wrote is worth when nobody knows whether the program ended at all."""
ONE_WARNING = 0.3
"""What one warning is worth in a program that did not end by itself."""


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


def after(
    line: int,
    text: str,
    scan: Scan,
    death: Death | None,
    *,
    repeated_loop: bool = False,
    probed: bool = False,
) -> Fate:
    """The fate of the program after that line.

    `repeated_loop`: a supervisor starts it again and again. `probed`: a probe may have asked it to end.
    """
    ending = _Ending(
        known=death is not None,
        by_itself=ended_by_itself(death) and not _served_until_asked(scan),
        killed=death is not None and death.exit_code in (KILLED, TERMINATED),
        orderly=death is not None and death.exit_code == 0,
        probed=probed,
    )
    header, said = whose(line, text, scan)
    warned = not ending.by_itself and not repeated_loop and is_no_error(said)
    if not repeated_loop:
        overcome = _overcome(line, text, scan, ending)
        if overcome is not None:
            return overcome
    if any(
        line <= sign.line <= line + FATAL_WITHIN and not (warned and sign.line in (line, header))
        for sign in _fatal_signs(scan)
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


def _overcome(line: int, text: str, scan: Scan, ending: _Ending) -> Fate | None:
    """The fate of an error that the program got over; None when it did not."""
    # "Failed listening on port 6379" is no sign of life, nor is what a parser quotes below its exception.
    failures = {m.line for m in scan.matches} | {s.line for s in _fatal_signs(scan)}
    failures |= {s.line for s in scan.signs if s.name == signs.SHUTDOWN}
    alive = [
        s.line
        for s in scan.signs
        if s.name == signs.LIFE
        and s.line not in failures
        and not (ending.by_itself and _is_quoted(s, scan))
    ]
    lived = max(alive, default=0)
    if lived > line:
        if ending.by_itself and min(alive) > line and not by_a_logger(whose(line, text, scan)[1]):
            # Standard error is written at once, standard output when the program ends.
            return None
        if ending.by_itself:
            return Fate(factor=0.45, reason=f"the program still worked later (line {lived})")
        return Fate(factor=0.0, objection=f"the program went on to work after it (line {lived})")
    why = goes_on(line, text, scan)
    if not why and not ending.by_itself and not is_its_own(text):
        why = stops_much_later(line, text, scan, lived=bool(lived))
    if why:
        if ending.by_itself:
            return Fate(factor=0.7, reason=why)
        return Fate(factor=0.0, objection=why)
    if ending.by_itself:
        bug = _bug_later(line, text, scan, min(alive, default=0))
        return Fate(factor=0.45, reason=f"what ended it is a bug (line {bug})") if bug else None
    why = _harmless(line, text, scan, ending, min(alive, default=0))
    return Fate(factor=0.0, objection=why) if why else None


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


def _served_until_asked(scan: Scan) -> bool:
    """Whether it worked until it was asked to end, and then ended with an exit code that only says so."""
    asked, lived = scan.last_sign(signs.ASKED), scan.first_sign(signs.LIFE)
    return (
        0 < lived < asked
        and asked + FATAL_WITHIN >= scan.line_count
        and not any(sign.line >= lived for sign in _fatal_signs(scan))
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
    return any(sign.line in last for sign in _fatal_signs(scan)) and not is_work(
        scan.last_lines[-1][1]
    )


def _is_quoted(sign: Sign, scan: Scan) -> bool:
    """Whether it stands indented below a fatal line, as a parser shows what it could not read."""
    return sign.text[:1].isspace() and any(
        s.line < sign.line <= s.line + FATAL_WITHIN for s in _fatal_signs(scan)
    )


def _bug_later(line: int, text: str, scan: Scan, lived_since: int) -> int:
    """The line of the bug that ended the program, which had only reported the error at `line`; 0 for none.

    What is not there (nil, None) may be so because of that error; not if the program worked, or tries again.
    """
    header, said = whose(line, text, scan)
    if not by_a_logger(said) or not (can_be_lived_with(text) or can_be_lived_with(said)):
        return 0
    if not lived_since and any(s.line in (line, header) for s in _fatal_signs(scan)):
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


def _fatal_signs(scan: Scan) -> list[Sign]:
    """The lines that the program calls fatal; not those where TLS calls a handshake so."""
    return [s for s in scan.signs if s.name == signs.FATAL and not is_tls_alert(s.text)]


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
    return any(sign.line >= line and not is_hardly_an_end(sign.text) for sign in _fatal_signs(scan))
