"""Evidence -> Finding: weighs what the signatures matched against what status and spec say."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator

from ..api.core import Container, Struct
from ..api.v1alpha1 import Alternative, EvidenceLine, FailureSignature
from ..signatures import log_text
from ..signatures.catalog import Catalog, Match
from ..signatures.expression import compile_bytes
from . import volumes
from .evidence import Evidence, LogExcerpt
from .finding import Finding, confidence_text
from .redaction import redacted

MAX_EVIDENCE = 20
MAX_ALTERNATIVES = 5
MAX_TEXT = 1024
KILLED = 137
"""128 + SIGKILL: what the kubelet reports of a process that somebody else ended."""

LAST_LINES_SHOWN = 5
"""Lines of the log shown when no cause was found, so that a person can go on from there."""

MISSING_EVIDENCE_FACTOR = 0.85
"""Each kind of evidence that could not be read makes us this much less sure."""

# What ends a path is not consumed: it may begin the next one.
_PATH = compile_bytes(r"(?:^|[\s='\"(:\[,;])(/[^\s'\",:;()\[\]]+)")
_SOCKET_ENDINGS = (".sock", ".socket")

_Sockets = dict[str, tuple[str, volumes.MountedPath, str]]
"""Canonical path -> path as written, its mount, and where it was read."""


class _Candidate(Struct, frozen=True, kw_only=True):
    signature: FailureSignature
    match: Match
    excerpt: LogExcerpt
    confidence: float
    captures: dict[str, str]
    notes: tuple[EvidenceLine, ...] = ()
    objection: str = ""


def diagnose(evidence: Evidence, catalog: Catalog) -> Finding:
    """The most credible cause of the container's deaths, or `Unknown` with the last lines of its log."""
    candidates = list(_candidates(evidence, catalog))
    sound = [c for c in candidates if not c.objection]
    outranked = {name for c in sound for name in c.signature.spec.outranks}
    leading = [c for c in sound if c.signature.metadata.name not in outranked] or sound
    penalty = MISSING_EVIDENCE_FACTOR ** len(evidence.missing)
    if not leading:
        return _unknown(evidence, candidates)
    # Equally sure: the later line is nearer to the death.
    best = max(leading, key=lambda c: (c.confidence, c.match.line))
    return Finding(
        cause=best.signature.spec.cause,
        confidence=round(best.confidence * penalty, 2),
        summary=redacted(_summary(best))[:MAX_TEXT],
        advice=_advice(best),
        evidence=_evidence_lines(best, candidates, evidence),
        # A value that holds a secret is left out whole: masked, it would be another value.
        captures={k: v for k, v in best.captures.items() if redacted(v) == v},
        alternatives=_alternatives(best, candidates, penalty),
        missing=evidence.missing,
    )


def _candidates(evidence: Evidence, catalog: Catalog) -> Iterator[_Candidate]:
    container = evidence.pod.container(evidence.container)
    # Read once for all candidates: a hostile log holds its fatal line ten thousand times.
    sockets = functools.cache(functools.partial(_sockets_on_volumes, evidence, container))
    for excerpt in evidence.logs:
        matches = catalog.matches(excerpt.content)
        named = {m.line: m.captures["path"] for m in matches if "path" in m.captures}
        for match in matches:
            signature = catalog.signatures[match.signature]
            line_names = named.get(match.line)
            yield _weighed(signature, match, excerpt, evidence, container, line_names, sockets)


def _weighed(
    signature: FailureSignature,
    match: Match,
    excerpt: LogExcerpt,
    evidence: Evidence,
    container: Container | None,
    line_names: str | None,
    sockets: Callable[[], _Sockets],
) -> _Candidate:
    """`line_names` is the path that any signature captured in the same line."""
    captures = dict(match.captures)
    notes: list[EvidenceLine] = []
    objection = ""
    for requirement in signature.spec.requires:
        if requirement == "WritableVolume":
            if line_names is not None and "path" not in captures:
                objection = f"the line itself names {line_names}"
            else:
                objection = _locate_socket(evidence, container, captures, notes, sockets)
        elif requirement == "EndedByItself":
            # Whoever was killed from outside had got past this line.
            if evidence.deaths and evidence.deaths[-1].exit_code == KILLED:
                objection = "the instance was killed from outside (exit code 137)"
        elif requirement == "NoWritableVolume":
            if container is None or any(not mount.read_only for mount in container.volume_mounts):
                objection = "the container has a writable volume"
        elif requirement == "HostNetworkOrPort":
            ports = container.ports if container is not None else ()
            if not evidence.pod.spec.host_network and not any(p.host_port for p in ports):
                objection = "the pod uses neither hostNetwork nor a hostPort"
        if objection:
            break
    return _Candidate(
        signature=signature,
        match=match,
        excerpt=excerpt,
        confidence=float(signature.spec.confidence),
        captures=captures,
        notes=tuple(notes),
        objection=objection,
    )


def _locate_socket(
    evidence: Evidence,
    container: Container | None,
    captures: dict[str, str],
    notes: list[EvidenceLine],
    sockets: Callable[[], _Sockets],
) -> str:
    """Adds path, mount and volume to the captures; returns the objection if the spec contradicts the log."""
    named = captures.get("path")
    if container is None:
        # A log alone, on a person's desk: what it names counts, and no remedy acts without a mount.
        return "" if named else "the line names no socket, and the pod's spec is not known"
    if named is not None:
        place = volumes.mounted_path(evidence.pod, container, named)
        if not volumes.is_plain_absolute(named) or place is None or not volumes.writable(place):
            return f"{named} lies on no writable volume, so no earlier instance can have left it"
    else:
        places = sockets()
        if len(places) != 1:
            found = ", ".join(itertools.islice(places, 3)) or "none"
            return (
                f"the line names no socket, and its log and spec mention not exactly one: {found}"
            )
        named, place, source = next(iter(places.values()))
        notes.append(EvidenceLine(source=source, text=f"the socket's path is {named}"))
    captures["path"] = named
    captures["mount"] = place.mount.mount_path
    captures["volume"] = place.volume.name
    captures["volumeKind"] = place.volume.kind
    detail = place.volume.kind
    if place.volume.host_path is not None:
        captures["hostPath"] = place.volume.host_path.path
        detail += f" {place.volume.host_path.path}"
    notes.append(
        EvidenceLine(
            source="spec",
            text=f"{named} lies on volume {place.volume.name} ({detail}), which outlives the container",
        )
    )
    return ""


def _sockets_on_volumes(evidence: Evidence, container: Container | None) -> _Sockets:
    """By canonical path, since /run/x.sock and /var/run/x.sock are one socket."""
    if container is None:
        return {}
    return {
        volumes.canonical(path): (path, place, source)
        for path, source in _mentioned_sockets(evidence, container)
        if (place := volumes.mounted_path(evidence.pod, container, path)) is not None
        and volumes.writable(place)
    }


def _mentioned_sockets(evidence: Evidence, container: Container) -> Iterator[tuple[str, str]]:
    """(path, where it was read) for every socket path in the container's arguments and its own log."""
    for word in (*container.command, *container.args):
        yield from ((path, "spec") for path in _socket_paths(word.encode()))
    for excerpt in evidence.logs:
        for _, line in log_text.lines(excerpt.content):
            yield from ((path, excerpt.source) for path in _socket_paths(line))


def _socket_paths(line: bytes) -> Iterator[str]:
    for match in _PATH.finditer(line):
        path = log_text.text(match.group(1)).rstrip(".")
        if path.endswith(_SOCKET_ENDINGS) and volumes.is_plain_absolute(path):
            yield path


def _advice(best: _Candidate) -> str:
    """The signature's advice; `{name}` stands for a captured value."""
    advice = best.signature.spec.advice.strip()
    for name, value in best.captures.items():
        advice = advice.replace("{" + name + "}", value)
    return redacted(advice)


def _summary(best: _Candidate) -> str:
    summary = best.signature.spec.summary.strip()
    place = best.captures.get("path") or best.captures.get("address")
    return f"{place}: {summary}" if place else summary


def _evidence_lines(
    best: _Candidate, candidates: list[_Candidate], evidence: Evidence
) -> tuple[EvidenceLine, ...]:
    lines = [_shown(best)]
    lines.extend(best.notes)
    cause = best.signature.spec.cause
    seen = {best.match.text}
    for other in candidates:
        if other.signature.spec.cause == cause and other.match.text not in seen:
            seen.add(other.match.text)
            lines.append(_shown(other))
    if evidence.deaths:
        last = evidence.deaths[-1]
        lines.append(
            EvidenceLine(
                source="status",
                text=f"exit code {last.exit_code}, reason {last.reason or 'none'},"
                f" after {last.uptime_seconds} s; restart count {last.restart_count}",
            )
        )
    warnings = [event for event in evidence.events if event.type == "Warning"]
    if warnings:
        lines.append(
            EvidenceLine(source="event", text=f"{warnings[-1].reason}: {warnings[-1].message}")
        )
    return tuple(
        EvidenceLine(
            source=line.source,
            line=line.line,
            signature=line.signature,
            text=redacted(log_text.text(log_text.plain_bytes(line.text.encode())))[:MAX_TEXT],
        )
        for line in lines[:MAX_EVIDENCE]
    )


def _shown(candidate: _Candidate) -> EvidenceLine:
    return EvidenceLine(
        source=candidate.excerpt.source,
        line=candidate.match.line,
        text=candidate.match.text,
        signature=candidate.match.signature,
    )


def _alternatives(
    best: _Candidate | None, candidates: list[_Candidate], penalty: float
) -> tuple[Alternative, ...]:
    causes: dict[str, Alternative] = {}
    for other in sorted(candidates, key=lambda c: -c.confidence):
        cause = other.signature.spec.cause
        if (best is not None and cause == best.signature.spec.cause) or cause in causes:
            continue
        # What the spec contradicts stays visible, far below what nothing contradicts.
        confidence = other.confidence * penalty * (0.1 if other.objection else 0.5)
        causes[cause] = Alternative(
            cause=cause,
            confidence=confidence_text(confidence),
            reason=redacted(other.objection or "a less specific reading of the same log")[:512],
        )
    return tuple(causes.values())[:MAX_ALTERNATIVES]


def _unknown(evidence: Evidence, candidates: list[_Candidate]) -> Finding:
    shown: list[EvidenceLine] = []
    for excerpt in evidence.logs:
        last = list(log_text.lines(excerpt.content))[-LAST_LINES_SHOWN:]
        shown.extend(
            EvidenceLine(
                source=excerpt.source,
                line=number,
                text=redacted(log_text.text(line))[:MAX_TEXT],
            )
            for number, line in last
        )
    return Finding(
        cause="Unknown",
        confidence=0.0,
        summary="no known cause shows in the log; its last lines are in the evidence",
        advice="Read the whole log with `kubectl logs --previous`; a FailureSignature teaches the doctor a new cause.",
        evidence=tuple(shown[:MAX_EVIDENCE]),
        alternatives=_alternatives(None, candidates, 1.0),
        missing=evidence.missing,
    )
