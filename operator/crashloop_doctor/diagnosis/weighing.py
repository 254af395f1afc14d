"""What status and spec say about one match: the requirements of its signature, and what they add to its captures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from ..api.core import Container, Struct
from ..api.v1alpha1 import Death, EvidenceLine, FailureSignature
from ..signatures import signs
from ..signatures.catalog import STATUS, excluding, refuting
from ..signatures.expression import compile_bytes
from ..signatures.matcher import LINES_AFTER, LINES_BEFORE
from ..signatures.scan import Match, Scan
from . import entry, fate, log_line, probes, quoted_setting, routine, sockets, volumes
from .deaths import looping_containers
from .evidence import Evidence, LogExcerpt
from .fate import KILLED, TERMINATED

_LOOPBACK = compile_bytes(r"(?i)(?:^|[^\w.])(?:127\.0\.0\.1|localhost|\[?::1\]?)(?:[^\w.]|$)")


LASTING_CAUSES = ("NoLeader", "ProbeKilled")
"""What is said once and lasts, or is the kubelet's word: only what refutes it ends it, never the calm that follows."""


CURED = ("StaleUnixSocket",)
"""Causes that may be cured without asking: for them the exit code has to agree."""

LAST_RESORTS = ("fatal-line", "error-line")
"""Signatures of any error whatever: what else the log says tells against them, but not when it was said before."""

ANY_ERROR = (*LAST_RESORTS, "application-error")
"""Signatures that say only that the program failed; a setting which they quote says why."""

LAST_WORD = 0.9
"""What an error is worth whose exit code says nothing of it, and which was the last that the program said."""

SOURCE_LINE = 0.5
"""What a line of code that a traceback shows is worth: what it would say is not what it said."""


class Told(Struct, frozen=True, kw_only=True):
    """A cause that the line itself leaves open, and the pod's spec tells; `advice` is empty for the signature's own."""

    cause: str
    summary: str
    advice: str = ""


class Candidate(Struct, frozen=True, kw_only=True):
    """One signature in one log: its last match, how much it counts, and why not if it does not."""

    signature: FailureSignature
    match: Match
    source: str
    order: int = 0
    confidence: float
    captures: dict[str, str]
    count: int = 1
    notes: tuple[EvidenceLine, ...] = ()
    reasons: tuple[str, ...] = ()
    objection: str = ""

    told: Told | None = None
    """What the pod's spec tells of the line, in the signature's place."""

    @property
    def cause(self) -> str:
        return self.told.cause if self.told else self.signature.spec.cause


class Case(Struct, frozen=True, kw_only=True):
    """The evidence with its logs scanned: what every requirement may ask."""

    evidence: Evidence
    container: Container | None
    logs: tuple[tuple[LogExcerpt, Scan], ...]
    masked: bool = False

    @property
    def death(self) -> Death | None:
        return self.evidence.deaths[-1] if self.evidence.deaths else None

    @property
    def looping_siblings(self) -> tuple[str, ...]:
        """Other containers of the pod that crash-loop too; one of them may be the true patient."""
        return tuple(
            name
            for name in looping_containers(self.evidence.pod)
            if name != self.evidence.container
        )

    @property
    def killed_from_outside(self) -> bool:
        """Whether somebody else ended it: by a signal, or it was asked to end and did so in good order."""
        death = self.death
        if death is None or death.reason == "OOMKilled":
            return False
        return death.exit_code in (KILLED, TERMINATED) or (
            death.exit_code == 0 and any(scan.last_sign(signs.ASKED) for _, scan in self.logs)
        )


@dataclass
class _Weight:
    captures: dict[str, str]
    notes: list[EvidenceLine]
    reasons: list[str]
    objection: str = ""


def socket_places(case: Case) -> dict[str, sockets.Place]:
    """The sockets on writable volumes that spec or log mention."""
    mentioned = [
        (excerpt.source, sign.text)
        for excerpt, scan in case.logs
        for sign in scan.signs
        if sign.name == signs.SOCKET_PATH
    ]
    return sockets.on_writable_volumes(case.evidence.pod, case.container, mentioned)


def weighed(
    signature: FailureSignature,
    matches: list[Match],
    source: str,
    scan: Scan,
    case: Case,
    places: Callable[[], dict[str, sockets.Place]],
) -> Candidate:
    """The candidate that these matches of one signature in one text make."""
    match = matches[-1]
    name = signature.metadata.name
    weight = _Weight(captures=_captures(signature, matches), notes=[], reasons=[])
    factor = 1.0
    if scan.last_sign(excluding(name)) and not (
        name in LAST_RESORTS and fate.was_last_record(match.line, match.text, scan, case.death)
    ):
        weight.objection = "another line of the log says that it is something else"
    elif (refuted := scan.last_sign(refuting(name))) > match.line:
        weight.objection = f"line {refuted} takes it back"
    elif source != STATUS and signature.spec.cause not in LASTING_CAUSES:
        became = fate.after(
            match.line,
            match.text,
            scan,
            case.death,
            repeated_loop=case.masked,
            probed=case.death is not None and not _liveness_probe(case),
            cured=signature.spec.cause in CURED,
        )
        factor, weight.objection = became.factor, became.objection
        if became.reason:
            weight.reasons.append(became.reason)
    if source != STATUS and routine.is_source_line(match.line, match.text, scan):
        factor *= SOURCE_LINE
    line_names = next(
        (m.captures["path"] for m in scan.matches if m.line == match.line and "path" in m.captures),
        None,
    )
    if (
        signature.spec.cause == "DependencyNotReady"
        and case.looping_siblings
        and _LOOPBACK.search(match.text.encode("utf-8", "replace"))
    ):
        weight.objection = (
            f"what it cannot reach is in its own pod, where {case.looping_siblings[0]} loops too"
        )
    for requirement in signature.spec.requires:
        if weight.objection:
            break
        if requirement == "SocketVolume" and line_names is not None:
            weight.objection = f"the line itself names {line_names}"
        elif requirement == "WritableVolume":
            _locate_socket(case, match, weight, line_names, places)
        elif requirement in ("PortNamedNearby", "NoPortNamed"):
            _look_for_port(weight, match, scan, wanted=requirement == "PortNamedNearby")
        elif objection := _REQUIREMENTS[requirement](case):
            if (
                source != STATUS
                and signature.spec.cause not in CURED
                and _last_word(requirement, match, scan, case)
            ):
                factor *= LAST_WORD
            else:
                weight.objection = objection
    return Candidate(
        signature=signature,
        match=match,
        source=source,
        confidence=float(signature.spec.confidence) * factor,
        captures=weight.captures,
        count=len(matches),
        notes=tuple(weight.notes),
        reasons=tuple(weight.reasons),
        objection=weight.objection,
        told=_told(signature, match, case),
    )


def _told(signature: FailureSignature, match: Match, case: Case) -> Told | None:
    if signature.spec.cause == "LibraryMissing":
        cause = entry.cause_of_missing(match.text, case.container)
        summary = "the container's command names a module that is not in the image"
        return Told(cause=cause, summary=summary) if cause else None
    if signature.metadata.name not in ANY_ERROR:
        return None
    setting = quoted_setting.quoted(match.text, case.container)
    if not setting:
        return None
    return Told(
        cause="ConfigurationInvalid",
        summary=f"the error that ended it quotes the container's own setting {setting}",
        advice=f"Compare {setting} in the pod's spec with what the message asks for.",
    )


def _last_word(requirement: str, match: Match, scan: Scan, case: Case) -> bool:
    """Whether the program's last words show what its exit code does not."""
    if requirement == "EndedByItself":
        return log_line.tries_again(match.text) and routine.is_last(match.line, match.text, scan)
    return requirement == "EndedAbnormally" and fate.ends_fatally(scan, case.death)


def _captures(signature: FailureSignature, matches: list[Match]) -> dict[str, str]:
    """What the last match captured; of a dependency also the address that an earlier one named.

    Only there: what a cure writes to must stand in the very line that is the proof.
    """
    captures = dict(matches[-1].captures)
    if signature.spec.cause == "DependencyNotReady" and "host" not in captures:
        earlier = (m.captures for m in reversed(matches) if "host" in m.captures)
        captures = {**next(earlier, {}), **captures}
    return captures


def _locate_socket(
    case: Case,
    match: Match,
    weight: _Weight,
    line_names: str | None,
    places: Callable[[], dict[str, sockets.Place]],
) -> None:
    """Adds path, mount and volume to the captures, or the objection if the spec contradicts the log."""
    pod, container = case.evidence.pod, case.container
    if sockets.names_a_port(match.text):
        weight.objection = "the line speaks of a port"
        return
    written = weight.captures.get("path")
    if written is None and line_names is not None:
        weight.objection = f"the line itself names {line_names}"
        return
    if container is None:
        # A log alone, on a person's desk: what it names counts, and no remedy acts without a mount.
        if written is None:
            weight.objection = "the line names no socket, and the pod's spec is not known"
        return
    if written is not None:
        place = volumes.mounted_path(pod, container, written)
        if not volumes.is_plain_absolute(written) or place is None or not volumes.writable(place):
            weight.objection = (
                f"{written} lies on no writable volume, so no earlier instance can have left it"
            )
            return
    else:
        known = places()
        if len(known) != 1:
            weight.objection = (
                "the line names no socket, and its log and spec mention not exactly one:"
                f" {sockets.named(known)}"
            )
            return
        written, place, source = next(iter(known.values()))
        weight.notes.append(EvidenceLine(source=source, text=f"the socket's path is {written}"))
    weight.captures["path"] = written
    weight.captures["mount"] = place.mount.mount_path
    weight.captures["volume"] = place.volume.name
    weight.captures["volumeKind"] = place.volume.kind
    detail = place.volume.kind
    if place.volume.host_path is not None:
        weight.captures["hostPath"] = place.volume.host_path.path
        detail += f" {place.volume.host_path.path}"
    weight.notes.append(
        EvidenceLine(
            source="spec",
            text=f"{written} lies on volume {place.volume.name} ({detail}), which outlives the container",
        )
    )
    weight.reasons.append("the pod's spec has the volume that keeps the socket")


def _look_for_port(weight: _Weight, match: Match, scan: Scan, *, wanted: bool) -> None:
    """Looks around a bare `address already in use` for the port: in the announcement before, the traceback after."""
    near = [
        sign
        for sign in scan.signs
        if sign.name == signs.LISTEN_ADDRESS
        and match.line - LINES_BEFORE <= sign.line <= match.line + LINES_AFTER
    ]
    if not wanted:
        if near:
            weight.objection = f"line {near[0].line} names a port"
    elif not near:
        weight.objection = "no line nearby names a port"
    else:
        weight.reasons.append(f"line {near[0].line} names the port")
        weight.notes.append(EvidenceLine(source="log", line=near[0].line, text=near[0].text))


def _ended_by_itself(case: Case) -> str:
    if case.masked:
        return ""
    # Whoever was killed from outside had got past this line.
    if case.death is not None and case.death.exit_code == KILLED:
        return "the instance was killed from outside (exit code 137)"
    return ""


def _ended_abnormally(case: Case) -> str:
    if case.masked or case.death is None or fate.ended_by_itself(case.death):
        return ""
    return f"the instance ended with exit code {case.death.exit_code}"


def _ended_with_error(case: Case) -> str:
    if case.masked or fate.ended_by_itself(case.death):
        return ""
    if case.death is None:
        return "how the instance ended is not known"
    return f"the instance ended with exit code {case.death.exit_code}"


def _killed_from_outside(case: Case) -> str:
    return "" if case.killed_from_outside else "the instance was not killed from outside"


def _socket_volume_name(case: Case) -> str:
    """A volume of the container on which a socket would outlive it; empty without one.

    Scratch space of a container that declares ports says nothing: nearly every server has both.
    """
    if case.container is None:
        return ""
    kinds = {volume.name: volume.kind for volume in case.evidence.pod.spec.volumes}
    for mount in case.container.volume_mounts:
        kind = kinds.get(mount.name)
        scratch = (
            kind == "emptyDir"
            and case.container.ports
            and any(volumes.contains(folder, mount.mount_path) for folder in volumes.SCRATCH)
        )
        if kind in volumes.SOCKET_KEEPING and not mount.read_only and not scratch:
            return mount.name
    return ""


def _socket_volume(case: Case) -> str:
    if not _socket_volume_name(case):
        return "the container has no writable hostPath or emptyDir"
    return "" if _host_network_or_port(case) else "the pod shares the node's ports"


def _no_writable_volume(case: Case) -> str:
    if case.container is None:
        return "the pod's spec is not known"
    if name := _socket_volume_name(case):
        return f"the volume {name} can keep a socket"
    return ""


def _host_network_or_port(case: Case) -> str:
    ports = case.container.ports if case.container is not None else ()
    if case.evidence.pod.spec.host_network or any(port.host_port for port in ports):
        return ""
    return "the pod uses neither hostNetwork nor a hostPort"


def _liveness_probe(case: Case) -> str:
    if case.container is not None and (
        case.container.liveness_probe or case.container.startup_probe
    ):
        return ""
    return "the container has no liveness or startup probe"


def _probe_could_have_killed(case: Case) -> str:
    if (objection := _killed_from_outside(case)) or (objection := _liveness_probe(case)):
        return objection
    assert case.death is not None
    if probes.killer(case.evidence.pod, case.container, case.death.uptime_seconds):
        return ""
    return f"an uptime of {case.death.uptime_seconds} s does not fit what its probes would do"


_REQUIREMENTS: dict[str, Callable[[Case], str]] = {
    "SocketVolume": _socket_volume,
    "NoWritableVolume": _no_writable_volume,
    "HostNetworkOrPort": _host_network_or_port,
    "EndedByItself": _ended_by_itself,
    "EndedAbnormally": _ended_abnormally,
    "EndedWithError": _ended_with_error,
    "KilledFromOutside": _killed_from_outside,
    "LivenessProbe": _liveness_probe,
    "ProbeCouldHaveKilled": _probe_could_have_killed,
}


def cached_places(case: Case) -> Callable[[], dict[str, sockets.Place]]:
    """`socket_places`, read once for all candidates: a hostile log holds its fatal line ten thousand times."""
    return functools.cache(functools.partial(socket_places, case))
