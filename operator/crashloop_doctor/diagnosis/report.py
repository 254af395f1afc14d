"""A Finding in words and lines: what a person reads, redacted and bounded."""

from __future__ import annotations

import msgspec

from ..api.v1alpha1 import Alternative, Death, EvidenceLine
from ..signatures import log_text
from .finding import Finding, confidence_text
from .redaction import Redactor, redacted
from .supervision import Supervision
from .weighing import Candidate, Case

MAX_EVIDENCE = 20
MAX_ALTERNATIVES = 5
MAX_TEXT = 1024

NO_LOGS = ("status", "event")
"""Sources whose lines are ours: they have no number."""

LAST_LINES_SHOWN = 5
"""Lines of the log shown when no cause was found, so that a person can go on from there."""


def placed(candidate: Candidate, source: str, order: int) -> Candidate:
    """The candidate with the name of the text it was found in, as people see it, and that text's place among them."""
    return msgspec.structs.replace(candidate, source=source, order=order)


def found(
    case: Case,
    best: Candidate,
    candidates: list[Candidate],
    hidden: Supervision | None,
    penalty: float,
) -> Finding:
    """The finding for the leading candidate; `penalty` is for evidence that could not be read."""
    captures = _captures(best, candidates)
    return Finding(
        cause=best.cause,
        confidence=round(best.confidence * penalty, 2),
        confidence_reason=_reason(case, best, candidates),
        masked=hidden.name if hidden else "",
        summary=redacted(_summary(best, captures))[:MAX_TEXT],
        advice=_advice(best, captures),
        evidence=_evidence_lines(case, best, candidates, hidden),
        captures=captures,
        alternatives=_alternatives(best, candidates, penalty),
        missing=case.evidence.missing,
    )


def _captures(best: Candidate, candidates: list[Candidate]) -> dict[str, str]:
    """The leading candidate's values, and those that only others of the same cause have.

    Not for a cause that is cured by what was captured: there all values come from one line.
    """
    captures = _public(best)
    if best.cause not in CURED_BY_CAPTURES:
        for other in candidates:
            if other.cause == best.cause and not other.objection:
                captures = {**_public(other), **captures}
    host, address = captures.get("host"), captures.get("address", "")
    if best.cause == "PortConflict" and host and address.isdigit():
        captures["address"] = f"[{host}]:{address}" if ":" in host else f"{host}:{address}"
    return captures


def _public(candidate: Candidate) -> dict[str, str]:
    """The captured values that are no secret, by themselves or where they stand in their line.

    A secret is left out whole: masked, it would be another value.
    """
    written, shown = candidate.match.text, redacted(candidate.match.text)
    return {
        name: value
        for name, value in candidate.captures.items()
        if value.isprintable()
        and redacted(value) == value
        and (value not in written or value in shown)
    }


CURED_BY_CAPTURES = ("StaleUnixSocket",)


def unknown(case: Case, candidates: list[Candidate], hidden: Supervision | None) -> Finding:
    """No cause shows: the last lines of the log, so that a person can go on from there."""
    lines: list[EvidenceLine] = []
    for excerpt, scan in case.logs:
        # A key that began above the lines shown is still a key.
        redactor = Redactor()
        for _, text in scan.last_lines[:-LAST_LINES_SHOWN]:
            redactor.passed(text)
        lines.extend(
            EvidenceLine(source=excerpt.source, line=number, text=redactor.line(text))
            for number, text in scan.last_lines[-LAST_LINES_SHOWN:]
        )
    if (death := case.death) is not None:
        lines.append(_end(death))
    if hidden is not None:
        lines.extend(_supervision_lines(hidden))
    return Finding(
        cause="Unknown",
        confidence=0.0,
        confidence_reason="nothing in log, status or events shows a known cause",
        masked=hidden.name if hidden else "",
        summary="no known cause shows in the log; its last lines are in the evidence",
        advice="Read the whole log with `kubectl logs --previous`; a FailureSignature teaches the doctor a new cause.",
        evidence=_safe(lines),
        alternatives=_alternatives(None, candidates, 1.0),
        missing=case.evidence.missing,
    )


def _reason(case: Case, best: Candidate, candidates: list[Candidate]) -> str:
    """Why so sure, and why not surer."""
    parts = [f"signature {best.signature.metadata.name}"]
    if best.count > 1:
        parts.append(f"in {best.count} lines")
    parts.extend(best.reasons)
    agreeing = {
        c.signature.metadata.name for c in candidates if c.cause == best.cause and not c.objection
    }
    if len(agreeing) > 1:
        parts.append(f"{len(agreeing)} signatures agree")
    if case.evidence.missing:
        parts.append(f"not seen: {', '.join(case.evidence.missing)}")
    return redacted("; ".join(parts))[:512]


def _advice(best: Candidate, captures: dict[str, str]) -> str:
    """The signature's advice; `{name}` stands for a captured value."""
    told = best.told.advice if best.told else ""
    advice = told or best.signature.spec.advice.strip()
    for name, value in captures.items():
        advice = advice.replace("{" + name + "}", value)
    return redacted(advice)


def _summary(best: Candidate, captures: dict[str, str]) -> str:
    summary = best.signature.spec.summary.strip()
    if best.told:
        summary = best.told.summary
    place = captures.get("path") or captures.get("address")
    return f"{place}: {summary}" if place else summary


def _supervision_lines(hidden: Supervision) -> list[EvidenceLine]:
    line, text = hidden.lines[-1]
    return [EvidenceLine(source=f"{hidden.name} restarts it", line=line, text=text)]


def _evidence_lines(
    case: Case, best: Candidate, candidates: list[Candidate], hidden: Supervision | None
) -> tuple[EvidenceLine, ...]:
    lines = [_shown(best), *best.notes]
    if hidden is not None:
        lines.extend(_supervision_lines(hidden))
    seen = {best.match.text}
    for other in candidates:
        if other.cause == best.cause and other.match.text not in seen:
            seen.add(other.match.text)
            lines.append(_shown(other))
    if (death := case.death) is not None:
        lines.append(_end(death))
        first = min(case.evidence.history, key=lambda d: d.finished_at, default=death)
        if (first.exit_code, first.reason) != (death.exit_code, death.reason):
            lines.append(
                EvidenceLine(
                    source="history",
                    text=f"the first death of this loop was another: exit code {first.exit_code},"
                    f" reason {first.reason or 'none'}, at {first.finished_at:%Y-%m-%dT%H:%M:%SZ}"
                    + (f", {first.cause}" if first.cause else ""),
                )
            )
    lines.extend(_surroundings(case))
    warnings = [event for event in case.evidence.events if event.type == "Warning"]
    if warnings:
        last = max(
            enumerate(warnings),
            key=lambda e: (e[1].last_timestamp.timestamp() if e[1].last_timestamp else 0.0, e[0]),
        )[1]
        lines.append(EvidenceLine(source="event", text=f"{last.reason}: {last.message}"))
    return _safe(lines)


def _end(death: Death) -> EvidenceLine:
    return EvidenceLine(
        source="status",
        text=f"exit code {death.exit_code}, reason {death.reason or 'none'},"
        f" after {death.uptime_seconds} s; restart count {death.restart_count}",
    )


PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


def _surroundings(case: Case) -> list[EvidenceLine]:
    """What else was wrong nearby: the node under pressure, a sibling container that loops too."""
    lines = []
    node = case.evidence.node
    for condition in node.status.conditions if node is not None else ():
        wrong = "True" if condition.type in PRESSURES else "False"
        if (condition.type in PRESSURES or condition.type == "Ready") and condition.status == wrong:
            lines.append(
                EvidenceLine(
                    source="node",
                    text=f"{condition.type} is {condition.status}: {condition.message}",
                )
            )
    lines.extend(
        EvidenceLine(source="status", text=f"container {name} of the same pod loops too")
        for name in case.looping_siblings
    )
    return lines


def _safe(lines: list[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    """Redacted, without anything that a terminal obeys, bounded."""
    return tuple(
        EvidenceLine(
            source=line.source,
            line=line.line,
            signature=line.signature,
            text=redacted(
                log_text.text(log_text.plain_bytes(line.text.encode("utf-8", "replace")))
            )[:MAX_TEXT],
        )
        for line in lines[:MAX_EVIDENCE]
    )


def _shown(candidate: Candidate) -> EvidenceLine:
    return EvidenceLine(
        source=candidate.source,
        line=0 if candidate.source in NO_LOGS else candidate.match.line,
        text=candidate.match.text,
        signature=candidate.match.signature,
    )


def _alternatives(
    best: Candidate | None, candidates: list[Candidate], penalty: float
) -> tuple[Alternative, ...]:
    # What the spec contradicts stays visible, far below what nothing contradicts.
    weighed = [(c.confidence * penalty * (0.1 if c.objection else 0.5), c) for c in candidates]
    causes: dict[str, Alternative] = {}
    for confidence, other in sorted(weighed, key=lambda pair: -pair[0]):
        if (best is not None and other.cause == best.cause) or other.cause in causes:
            continue
        causes[other.cause] = Alternative(
            cause=other.cause,
            confidence=confidence_text(confidence),
            reason=redacted(other.objection or "a less specific reading of the same log")[:512],
        )
    return tuple(causes.values())[:MAX_ALTERNATIVES]
