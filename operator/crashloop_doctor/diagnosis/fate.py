"""What became of the program after a line of its log: the end, or a trifle it got over."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.scan import Scan
from .routine import goes_on

KILLED = 137
"""128 + SIGKILL: what the kubelet reports of a process that somebody else ended."""
TERMINATED = 143
"""128 + SIGTERM: a program that was asked to stop and did not handle it."""

NEAR_END = 25
"""Lines before the end of a log within which an error counts as the last thing that happened."""
FATAL_WITHIN = 6
"""Lines after an error within which `cannot continue` is said of it."""


class Fate(Struct, frozen=True, kw_only=True):
    """How much a line counts (a factor from 0 to 1), and why in words."""

    factor: float
    reason: str = ""
    objection: str = ""


def ended_by_itself(death: Death | None) -> bool:
    """Whether the program chose its end, with an exit code that says failure."""
    return death is not None and death.exit_code not in (0, KILLED, TERMINATED)


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
    by_itself = ended_by_itself(death)
    if not repeated_loop:
        overcome = _overcome(line, text, scan, by_itself=by_itself, probed=probed)
        if overcome is not None:
            return overcome
    if any(
        line <= sign.line <= line + FATAL_WITHIN for sign in scan.signs if sign.name == signs.FATAL
    ):
        return Fate(factor=1.0, reason="the program itself calls it fatal")
    if scan.last_sign(signs.SHUTDOWN) > line:
        return Fate(factor=1.0, reason="the program began to stop after it")
    near_end = line + NEAR_END >= scan.line_count
    if by_itself or (death is not None and death.exit_code == 0):
        return Fate(factor=1.0 if near_end else 0.95)
    if near_end:
        return Fate(factor=0.95)
    return Fate(factor=0.8, reason=f"{scan.line_count - line} more lines follow")


def _overcome(line: int, text: str, scan: Scan, *, by_itself: bool, probed: bool) -> Fate | None:
    """The fate of an error that the program got over; None when it did not."""
    failures = {m.line for m in scan.matches} | {
        s.line for s in scan.signs if s.name == signs.FATAL
    }
    # "Failed listening on port 6379" is no sign of life.
    alive = [s.line for s in scan.signs if s.name == signs.LIFE and s.line not in failures]
    lived = max(alive, default=0)
    if lived > line:
        if by_itself:
            return Fate(factor=0.45, reason=f"the program still worked later (line {lived})")
        return Fate(factor=0.0, objection=f"the program went on to work after it (line {lived})")
    if why := goes_on(line, text, scan):
        if by_itself:
            return Fate(factor=0.7, reason=why)
        return Fate(factor=0.0, objection=why)
    if by_itself:
        return None
    if any(sign.line == line for sign in scan.signs if sign.name == signs.REQUEST):
        return Fate(factor=0.0, objection="the line is about one request")
    if not alive or probed:
        return None
    asked, stopped = scan.last_sign(signs.ASKED), scan.first_sign(signs.SHUTDOWN)
    if alive[0] < asked:
        why = f"the program worked, and was asked to end (line {asked})"
        return Fate(factor=0.0, objection=why)
    if alive[0] < stopped < line:
        return Fate(factor=0.0, objection=f"the program worked, and was ending (line {stopped})")
    return None
