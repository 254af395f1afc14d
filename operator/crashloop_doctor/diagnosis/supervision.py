"""A process inside the container that starts the program again and again, so that the kubelet sees no death."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.scan import Scan
from .fate import ended_by_itself

RESTARTS = 2
"""Restarts that make a loop: the first may have been an accident."""
SURELY = 3

_SPECIFIC_FIRST = ("shell", "watchdog")
"""Supervisors that are known by ordinary words: any other that shows is the one."""


class Supervision(Struct, frozen=True, kw_only=True):
    """The supervisor and the lines in which it starts its program again."""

    name: str
    lines: tuple[tuple[int, str], ...]


def seen_in(scan: Scan, death: Death | None) -> Supervision | None:
    """The supervisor that hides a loop in this log, or None.

    One that gave up and exited hides nothing any more: the kubelet saw that death.
    """
    if ended_by_itself(death):
        return None
    by_name: dict[str, list[tuple[int, str]]] = {}
    for sign in scan.signs:
        if name := signs.supervisor_of(sign.name):
            by_name.setdefault(name, []).append((sign.line, sign.text))
    loops = {
        name: lines
        for name, lines in by_name.items()
        if (len(lines) >= SURELY and name not in _SPECIFIC_FIRST)
        or (len(lines) >= RESTARTS and scan.last_sign(signs.LIFE) <= lines[-1][0])
    }
    if not loops:
        return None
    name = min(loops, key=lambda n: (n in _SPECIFIC_FIRST, -len(loops[n])))
    return Supervision(name=name, lines=tuple(loops[name]))
