"""A process inside the container that starts the program again and again, so that the kubelet sees no death."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from ..api.core import Container, Struct
from ..api.v1alpha1 import Death
from ..signatures import signs
from ..signatures.expression import compile_bytes
from ..signatures.scan import Scan
from .fate import ended_by_itself
from .routine import seconds_between
from .shape import shape_of

RESTARTS = 2
"""Restarts that make a loop: the first may have been an accident."""
SURELY = 3

CALM_ROUNDS = 2
"""A program that still lives after so many rounds of its loop has left it."""

WORDLESS = 5
"""Starts in a row, and no other line, of a program that ends without a word."""

GENERIC = ("shell", "watchdog")
"""Supervisors that are known by ordinary words: any other that shows is the one."""

JOB_SECONDS = 60
"""A program that exits with 0 this often is no job."""

TRIED_AGAIN = (
    "dependency",
    "no-leader",
    "authentication",
    "certificate",
    "tls",
    "error-line",
    "fatal-line",
)
"""Beginnings of the names of signatures whose failures a living program may meet again and again."""

SILENT_AND_SLOW = ("circus", "watchdog")
"""Those that neither say that they restart nor do so at once (a watchdog that is known to run waits for changed files):
one end of the program shows, and the container stays."""

GAVE_UP, BANNER, RUNNING = "gaveUp", "banner", "running"
"""What a supervisor's name in signs.yaml may be followed by: `NAME:gaveUp` (it starts the program no more, and stays),
`NAME:banner` (what it says once, when the container starts) and `NAME:running` (it is here, whatever becomes of its
program)."""

ANY = "any:"
_START, _RETRY = ANY + "start", ANY + "retry"

ON_CHANGE = ("nodemon", "watchdog")
"""Those that start a program that crashed again once its files have changed."""

_LEADING_TIME = compile_bytes(r"^[\[\s]*\d[\dT:.,Z+\-/ ]{7,34}\]?")

_COMMANDS = (
    ("supervisord", r"(?:^|/)supervisord$"),
    ("s6", r"(?:^|/)s6-(?:svscan|supervise)$|^/init$"),
    ("runit", r"(?:^|/)(?:runsvdir|runsvdir-start|runsv|runit|runit-init|my_init)$"),
    ("pm2", r"(?:^|/)pm2(?:-runtime|-docker|-dev)?$"),
    ("monit", r"(?:^|/)monit$"),
    ("circus", r"(?:^|/)circusd$"),
    ("nodemon", r"(?:^|/)nodemon$"),
)
_BY_COMMAND = tuple((name, compile_bytes(pattern)) for name, pattern in _COMMANDS)
_INITS = compile_bytes(r"(?:^|/)(?:tini|dumb-init|catatonit|docker-init|--|-[a-z]+)$")
_SHELLS = compile_bytes(r"(?:^|/)(?:sh|bash|ash|dash|zsh)$|\.(?:sh|bash)$")
_LOOP = compile_bytes(r"\b(?:while|until)\b[^;\n]{0,200}(?:;|\n)\s*do\b|\bfor \(\(\s*;;")
_WAITS = compile_bytes(
    r"\b(?:until|while)\s+(?:!\s*)?\(?\s*(?:\S*/)?(?:nc|ncat|netcat|pg_isready|curl|wget|redis-cli"
    r"|mysqladmin|mysql|psql|mongosh?"
    r"|nslookup|dig|host|getent|ping|kubectl|timeout|cqlsh|rabbitmq\S*)\s|/dev/tcp/"
)
_SHELL_WORDS = compile_bytes(r"(?i)^[^\s:]{1,40}\.sh: |^\[?(?:docker-)?entrypoint(?:\.sh)?\]?:? ")
_OWN_LOGGER = compile_bytes(
    r"(?i)\b(?:watch ?dog|launcher|monitor|supervis(?:e|or|ing)|guardian|keeper|manager|wrapper)\b"
    r"|(?i)\b(?:parent|master|daemon|heart)\b"
    r"|\b(?:ERROR|WARN(?:ING)?|INFO|CRITICAL|SEVERE|FATAL)\b"
)
_ORDERLY = compile_bytes(
    r"(?i)\b(?:code|status|exited|rc)[ =:(\[]{0,3}0\b"
    r"|\b(?:exit(?:ed)?|ended|finished) (?:normally|cleanly|successfully)\b"
    r"|\bafter \d+ (?:job|request|task|message|item)s\b|\bmax[_ -]?(?:requests|jobs|tasks)\b|\brecycl"
)
# A program restarts many things that are no processes of its own container.
_OTHERS = compile_bytes(
    r"(?i)\b(?:pod|container|deployment|statefulset|daemonset|replica|vm|virtual machine|connection|stream|thread"
    r"|goroutine|coroutine|session|connector|subscription|websocket|tunnel|peer|informer|watch(?:er)?|transaction"
    r"|download|timer|election|actor|task)s?\b"
)


class Supervision(Struct, frozen=True, kw_only=True):
    """The supervisor and the lines in which it starts its program again."""

    name: str
    lines: tuple[tuple[int, str], ...]


def seen_in(
    scan: Scan, death: Death | None, container: Container | None = None
) -> Supervision | None:
    """The supervisor that hides a loop in this log, or None.

    One that gave up and exited hides nothing any more: the kubelet saw that death.
    """
    if ended_by_itself(death):
        return None
    by_name: dict[str, dict[int, str]] = {}
    for sign in scan.signs:
        if name := signs.supervisor_of(sign.name):
            by_name.setdefault(name, {})[sign.line] = sign.text
    present = _present(by_name, container)
    # What a supervisor says of its program ("app started") is no sign of life of it.
    own = {line for name, found in by_name.items() if not name.startswith(ANY) for line in found}
    life = max(
        (s.line for s in scan.signs if s.name == signs.LIFE and s.line not in own), default=0
    )
    if loop := _said(by_name, life):
        name, lines = loop
        if name in GENERIC:
            reloads = f"watchdog:{GAVE_UP}" in by_name
            name = present or ("watchdog" if reloads else _kind(lines, container))
        return Supervision(name=name, lines=tuple(lines))
    if present:
        lines = _silent_rounds(present, by_name, scan, death, life)
        if lines:
            return Supervision(name=present, lines=tuple(lines))
    return None


def _said(
    by_name: dict[str, dict[int, str]], life: int
) -> tuple[str, list[tuple[int, str]]] | None:
    """The supervisor that says itself that it restarts, with its lines."""
    loops: dict[str, list[tuple[int, str]]] = {}
    for name, found in by_name.items():
        base, _, kind = name.partition(":")
        if kind == GAVE_UP:
            # Whoever was given up on stays down, be the other programs of the container as alive as they may.
            if base not in ON_CHANGE or life < max(found):
                loops.setdefault(base, []).extend(sorted(found.items()))
        elif not kind:
            if name in GENERIC:
                found = {line: text for line, text in found.items() if not _others(text)}
            rounds = _longest(found.items())
            needed = SURELY if _lives_on(rounds, life, calm=0) else RESTARTS
            calm = 1 if name in GENERIC else CALM_ROUNDS
            if (
                len(rounds) >= needed
                and not _on_schedule(rounds)
                and not _lives_on(rounds, life, calm=calm)
            ):
                loops.setdefault(base, []).extend(sorted(found.items()))
    if not loops:
        return None
    name = min(loops, key=lambda n: (n in GENERIC, -len(loops[n])))
    return name, sorted(loops[name])


def _silent_rounds(
    present: str,
    by_name: dict[str, dict[int, str]],
    scan: Scan,
    death: Death | None,
    life: int,
) -> list[tuple[int, str]]:
    """The program's own lines that come again and again under a supervisor that says nothing of it."""
    failures = dict(
        [(match.line, match.text) for match in scan.matches]
        + [(sign.line, sign.text) for sign in scan.signs if sign.name == signs.FATAL]
    )
    deadly = {
        match.line: match.text
        for match in scan.matches
        if not match.signature.startswith(TRIED_AGAIN)
    }
    rounds = _longest(failures.items())
    started = _longest(by_name.get(_START, {}).items())
    starts = len(started)
    tail = scan.last_lines[-WORDLESS:]
    if len(tail) == WORDLESS == len(_longest(tail)) and tail[-1] in started:
        return started
    if present in SILENT_AND_SLOW and death is None and failures:
        return [] if life > max(failures) else rounds
    banners = len(_longest(by_name.get(f"{present}:{BANNER}", {}).items()))
    # As many banners of the supervisor as ends of the program: it was the container that started again.
    if len(rounds) < SURELY or (banners > 1 and len(rounds) <= banners + 1):
        return []
    if _lives_on(rounds, life, calm=1) or 0 < life < rounds[0][0]:
        # It came up once, and has been complaining ever since: that is one life.
        return []
    if by_name.get(_RETRY) and starts < SURELY:
        return []
    ends = max(starts, len(_longest(deadly.items())))
    return rounds if ends >= SURELY else []


def _lives_on(rounds: Sequence[tuple[int, str]], life: int, *, calm: int) -> bool:
    """Whether the program shows signs of life later than that many rounds after the last restart."""
    if not rounds:
        return False
    gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(rounds)]
    room = calm * max(gaps[-3:], default=0)
    return life > rounds[-1][0] + room


def _on_schedule(rounds: Sequence[tuple[int, str]]) -> bool:
    """Whether a program that ends in good order is started again by the clock, and not because it ended."""
    if not all(_ORDERLY.search(text.encode("utf-8", "replace")) for _, text in rounds):
        return False
    pauses = [
        seconds_between(earlier[1], later[1]) for earlier, later in itertools.pairwise(rounds)
    ]
    return any(pause is None or pause > JOB_SECONDS for pause in pauses)


def _longest(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of the shape that occurs most often: two things said of one restart are one restart."""
    by_shape: dict[bytes, list[tuple[int, str]]] = {}
    for line, text in sorted(found):
        by_shape.setdefault(shape_of(text), []).append((line, text))
    return max(by_shape.values(), key=len, default=[])


def _others(text: str) -> bool:
    return bool(_OTHERS.search(text.encode("utf-8", "replace")))


def _present(by_name: dict[str, dict[int, str]], container: Container | None) -> str:
    """The supervisor that runs in the container, by its own banner or by the container's command; empty for none."""
    words = _command(container)
    for word in words[:2]:
        for name, pattern in _BY_COMMAND:
            if pattern.search(word):
                return name
    if _loops(words):
        return "shell"
    return next(
        (name.partition(":")[0] for name in by_name if name.endswith((BANNER, RUNNING))), ""
    )


def _loops(words: Sequence[bytes]) -> bool:
    """Whether the command line is a shell's, with a loop in it that does not wait for something else."""
    return (
        bool(words)
        and bool(_SHELLS.search(words[0]))
        and any(_LOOP.search(word) and not _WAITS.search(word) for word in words)
    )


def _kind(lines: Sequence[tuple[int, str]], container: Container | None) -> str:
    """Whether a shell script or a program of its own is the watchdog: the command says, or the manner of its lines."""
    words = _command(container)
    if words:
        return "shell" if _SHELLS.search(words[0]) else "watchdog"
    said = [text.encode("utf-8", "replace") for _, text in lines]
    if any(_SHELL_WORDS.search(text) for text in said):
        return "shell"
    plain = not any(_OWN_LOGGER.search(text) or not text.isascii() for text in said)
    return "shell" if plain and not any(_LEADING_TIME.search(text) for text in said) else "watchdog"


def _command(container: Container | None) -> list[bytes]:
    """The words of the container's command line, without an init that only reaps."""
    if container is None:
        return []
    words = [word.encode("utf-8", "replace") for word in (*container.command, *container.args)]
    while words and _INITS.search(words[0]):
        words.pop(0)
    return words
