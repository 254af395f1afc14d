"""What became of the program after a line of its log: the end, or a trifle it got over."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.scan import Scan
from .log_line import (
    by_a_logger,
    can_be_lived_with,
    is_conversation,
    is_hardly_an_end,
    is_information,
    is_its_own,
    is_no_error,
    is_of_another,
)
from .routine import ends_calmly, goes_on, had_worked, said_often, was_a_part, whose

KILLED = 137
"""128 + SIGKILL: what the kubelet reports of a process that somebody else ended."""
TERMINATED = 143
"""128 + SIGTERM: a program that was asked to stop and did not handle it."""

NEAR_END = 25
"""Lines before the end of a log within which an error counts as the last thing that happened."""
FATAL_WITHIN = 6
"""Lines after an error within which `cannot continue` is said of it."""


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
        by_itself=ended_by_itself(death),
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
        for sign in scan.signs
        if sign.name == signs.FATAL
    ):
        return Fate(factor=1.0, reason="the program itself calls it fatal")
    if scan.last_sign(signs.SHUTDOWN) > line:
        return Fate(factor=1.0, reason="the program began to stop after it")
    if warned and not said_often(text, scan):
        return Fate(factor=ONE_WARNING, reason="it is a mere warning")
    if not ending.known and by_a_logger(text):
        return Fate(factor=LOGGED, reason="how the program ended is not known")
    near_end = line + NEAR_END >= scan.line_count
    if ending.by_itself or ending.orderly:
        return Fate(factor=1.0 if near_end else 0.95)
    if near_end:
        return Fate(factor=0.95)
    return Fate(factor=0.8, reason=f"{scan.line_count - line} more lines follow")


def _overcome(line: int, text: str, scan: Scan, ending: _Ending) -> Fate | None:
    """The fate of an error that the program got over; None when it did not."""
    failures = {m.line for m in scan.matches} | {
        s.line for s in scan.signs if s.name == signs.FATAL
    }
    # "Failed listening on port 6379" is no sign of life.
    alive = [s.line for s in scan.signs if s.name == signs.LIFE and s.line not in failures]
    lived = max(alive, default=0)
    if lived > line:
        if ending.by_itself:
            return Fate(factor=0.45, reason=f"the program still worked later (line {lived})")
        return Fate(factor=0.0, objection=f"the program went on to work after it (line {lived})")
    if why := goes_on(line, text, scan):
        if ending.by_itself:
            return Fate(factor=0.7, reason=why)
        return Fate(factor=0.0, objection=why)
    if ending.by_itself:
        return None
    why = _harmless(line, text, scan, ending, min(alive, default=0))
    return Fate(factor=0.0, objection=why) if why else None


def _harmless(line: int, text: str, scan: Scan, ending: _Ending, lived_since: int) -> str:
    """Why the program, which did not end by itself, did not end of that line; empty when it may have.

    `lived_since`: the line where it first worked, 0 without one.
    """
    # What a logger prints of an exception follows the line that says whose it is.
    header, said = whose(line, text, scan)
    if any(sign.line in (line, header) for sign in scan.signs if sign.name == signs.REQUEST):
        return "the line is about one request"
    if ending.probed:
        return ""
    asked, stopped = scan.last_sign(signs.ASKED), scan.first_sign(signs.SHUTDOWN)
    # What it says of signals when it starts asks for nothing.
    stopping = any(asked <= s.line <= line for s in scan.signs if s.name == signs.SHUTDOWN)
    if 0 < asked <= line and (stopping or 0 < lived_since < asked):
        return f"the program had been asked to end (line {asked})"
    bearable = not is_its_own(text)
    why = ends_calmly(line, scan, known=ending.known, orderly=ending.orderly)
    if why and bearable:
        return why
    ends = _ends_of_it(line, scan)
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
    lived_with = (ending.killed or _by_a_logger(text, scan)) and (
        can_be_lived_with(text) or can_be_lived_with(said)
    )
    if lived_with and not ends and had_worked(header, said, scan):
        return "the program had worked for long, and says nothing of ending"
    if not lived_since:
        return ""
    if lived_since < line and lived_with and not ends:
        return f"the program worked (line {lived_since}), and says nothing of ending"
    if lived_since < asked:
        return f"the program worked, and was asked to end (line {asked})"
    if lived_since < stopped < line:
        return f"the program worked, and was ending (line {stopped})"
    return ""


def _by_a_logger(text: str, scan: Scan) -> bool:
    """Whether a logger wrote the line, or the log's last one: who dies of an exception has none any more."""
    return by_a_logger(text) or (bool(scan.last_lines) and by_a_logger(scan.last_lines[-1][1]))


def _ends_of_it(line: int, scan: Scan) -> bool:
    """Whether the program calls the error at that line fatal, or stops after it."""
    stops = (sign for sign in scan.signs if sign.name == signs.SHUTDOWN and sign.line >= line)
    return _fatal(line, scan) or any(
        not was_a_part(stop, scan) and not is_of_another(stop.text) for stop in stops
    )


def _fatal(line: int, scan: Scan) -> bool:
    """Whether the program calls something fatal from that line on."""
    return any(
        sign.line >= line and not is_hardly_an_end(sign.text)
        for sign in scan.signs
        if sign.name == signs.FATAL
    )
