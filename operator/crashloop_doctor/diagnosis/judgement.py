"""Evidence -> Finding: weighs what the signatures matched against what status and spec say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..api.v1alpha1 import Death
from ..signatures.catalog import EVENT, LOG, STATUS, Catalog
from ..signatures.scan import Match, Scan
from . import log_line, report, supervision
from .evidence import Evidence, LogExcerpt
from .finding import Finding
from .weighing import Candidate, Case, cached_places, weighed

MISSING_EVIDENCE_FACTOR = 0.85
"""Each kind of evidence that could not be read makes us this much less sure."""

LEAST_CONFIDENCE = 0.3
"""Below it, `Unknown` is the honest word."""

LATER_BONUS = 0.06
"""What the last of several errors is ahead of the first: consequences are vaguer, and causes nearer to the death."""

WRAPPING_CAUSES = (
    "ApplicationError",
    "CertificateInvalid",
    "ConfigurationInvalid",
    "ConfigurationMissing",
    "LibraryMissing",
    "SilentFallback",
    "StaleLock",
)
"""Causes that a program names around any error which it met while it read or wrote a file."""

WRAPPING_A_REFUSAL = ("ApplicationError", "ConfigurationMissing", "MigrationFailed")
"""Causes that a program names around a connection that failed."""

SIGNALS = (135, 137, 139, 143)
"""128 + the number of a signal; a program that exits with the numbers of its own errors may mean something else."""

DIRECTLY_BEFORE = 8
"""Lines between a warning of a runtime (PHP) and the end of the exception that it was the reason for."""

UNHANDLED = "application-error"
"""The signature of a traceback or a panic: the runtime's own word on what ended the program."""

_RUNTIME_REASONS = ("ContainerCannotRun", "StartError", "RunContainerError", "CreateContainerError")
"""Ends that the container runtime explains itself; any other message of a terminated state is the program's own."""


def diagnose(evidence: Evidence, catalog: Catalog) -> Finding:
    """The most credible cause of the container's deaths, or `Unknown` with the last lines of its log."""
    logs = tuple(
        (excerpt, excerpt.scan if excerpt.scan is not None else catalog.scan(excerpt.content))
        for excerpt in (*evidence.logs, *_own_messages(evidence))
    )
    shown = evidence
    evidence = _with_own_code(evidence, logs)
    death = evidence.deaths[-1] if evidence.deaths else None
    container = evidence.pod.container(evidence.container)
    hidden = next(
        (s for _, scan in logs if (s := supervision.seen_in(scan, death, container))), None
    )
    case = Case(
        evidence=evidence,
        container=container,
        logs=logs,
        masked=hidden is not None,
    )
    candidates = list(_candidates(case, catalog))
    best = _leading(candidates)
    case = msgspec.structs.replace(case, evidence=shown)
    if best is None:
        return report.unknown(case, candidates, hidden)
    penalty = MISSING_EVIDENCE_FACTOR ** len(evidence.missing)
    return report.found(case, best, candidates, hidden, penalty)


def _with_own_code(evidence: Evidence, logs: tuple[tuple[LogExcerpt, Scan], ...]) -> Evidence:
    """The evidence with a plain failure for an exit code that looks like a signal's and is an error's number."""
    if not evidence.deaths or evidence.deaths[-1].exit_code not in SIGNALS:
        return evidence
    *earlier, death = evidence.deaths
    if death.reason == "OOMKilled" or not any(
        log_line.has_error_code(text, death.exit_code)
        for _, scan in logs
        for _, text in scan.last_lines
    ):
        return evidence
    own = msgspec.structs.replace(death, exit_code=1)
    return msgspec.structs.replace(evidence, deaths=(*earlier, own))


def _candidates(case: Case, catalog: Catalog) -> Iterator[Candidate]:
    places = cached_places(case)
    texts = [
        *((excerpt.source, LOG, scan) for excerpt, scan in case.logs),
        ("status", STATUS, catalog.scan(_status(case.evidence), STATUS)),
        ("event", EVENT, catalog.scan(_events(case.evidence), EVENT)),
    ]
    for order, (shown, source, scan) in enumerate(texts, start=1):
        by_signature: dict[str, list[Match]] = {}
        for match in scan.matches:
            by_signature.setdefault(match.signature, []).append(match)
        for name, matches in by_signature.items():
            signature = catalog.signatures[name]
            candidate = weighed(
                signature, matches, STATUS if source != LOG else source, scan, case, places
            )
            # What the kubelet says has no place among the lines of a log.
            yield report.placed(candidate, shown, order if source == LOG else 0)


def _leading(candidates: list[Candidate]) -> Candidate | None:
    sound = [c for c in candidates if not c.objection and c.confidence >= LEAST_CONFIDENCE]
    sound = [
        c
        for c in sound
        if not any(_died_of_another(c, other) or _overruled_by_errno(c, other) for other in sound)
    ]
    outranked = {name for c in sound for name in c.signature.spec.outranks}
    leading = [c for c in sound if c.signature.metadata.name not in outranked] or sound
    if not leading:
        return None
    last = max((c.order, c.match.line) for c in leading)

    def rank(candidate: Candidate) -> tuple[float, int, int]:
        place = (candidate.order, candidate.match.line)
        later = LATER_BONUS if place == last and candidate.order else 0.0
        return (candidate.confidence + later, *place)

    return max(leading, key=rank)


def _died_of_another(warning: Candidate, other: Candidate) -> bool:
    """Whether a program warned of something, went on, and died of an exception that says nothing of it.

    What others do (a connection refused) is warned of often, and died of later in other words.
    """
    text = warning.match.text
    return (
        other.signature.metadata.name == UNHANDLED
        and warning.cause != other.cause
        and warning.order == other.order
        and warning.match.line < other.match.line
        and log_line.is_no_error(text)
        and not log_line.is_conversation(text)
        and not log_line.is_information(text)
        and not log_line.is_its_own(text)
        and not (
            other.match.line - warning.match.line <= DIRECTLY_BEFORE and log_line.has_a_reason(text)
        )
    )


def _overruled_by_errno(wrapper: Candidate, other: Candidate) -> bool:
    """Whether the line ends in the kernel's word for what `other` says: the errno decides, whoever wraps it."""
    return (
        (wrapper.order, wrapper.match.line) == (other.order, other.match.line)
        and wrapper.cause
        in (WRAPPING_A_REFUSAL if other.cause == "DependencyNotReady" else WRAPPING_CAUSES)
        and other.cause == log_line.cause_of_errno(other.match.text)
        and wrapper.cause != other.cause
    )


def _own_messages(evidence: Evidence) -> Iterator[LogExcerpt]:
    """The termination message that the program wrote: its own words, as untrusted as its log."""
    status = evidence.pod.container_status(evidence.container)
    if status is None:
        return
    # The latest death only: an earlier instance died of something else, perhaps.
    end = status.state.terminated or status.last_state.terminated
    if end is not None and end.message and end.reason not in _RUNTIME_REASONS:
        content = end.message.encode("utf-8", "replace")
        yield LogExcerpt(source="termination message", content=content)


def _status(evidence: Evidence) -> bytes:
    """What the kubelet and the runtime say of the end, one fact a line."""
    lines = []
    if evidence.deaths:
        lines.append(death_line(evidence.deaths[-1]))
    status = evidence.pod.container_status(evidence.container)
    if status is not None:
        end = status.state.terminated or status.last_state.terminated
        if end is not None and end.reason in _RUNTIME_REASONS:
            lines.append(f"{end.reason}: {end.message}")
        if status.state.waiting is not None:
            lines.append(f"{status.state.waiting.reason}: {status.state.waiting.message}")
    return "\n".join(" ".join(line.split()) for line in lines).encode("utf-8", "replace")


def death_line(death: Death) -> str:
    return f"exit code {death.exit_code}, reason {death.reason or 'none'}"


def _events(evidence: Evidence) -> bytes:
    lines = (
        f"{event.reason}: {' '.join(event.message.split())}"
        for event in evidence.events
        if event.source.component in ("", "kubelet")
        and _speaks_of(event.involved_object.field_path, evidence.container)
    )
    return "\n".join(lines).encode("utf-8", "replace")


def _speaks_of(field_path: str, container: str) -> bool:
    """Whether an event's field path (`spec.containers{app}`) is about the container, or about the whole pod."""
    return not field_path or f"{{{container}}}" in field_path
