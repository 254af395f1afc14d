"""The arithmetic of probes: whether a liveness or startup probe can have ended an instance, by its uptime alone.

Kubernetes documentation, "Configure Liveness, Readiness and Startup Probes": the first probe comes initialDelaySeconds
after the start, failureThreshold failures in a row end the container, each periodSeconds after the other.
"""

from __future__ import annotations

from typing import Any

from ..api.core import Container, Pod

SLACK_SECONDS = 3
"""The kubelet jitters a probe's start, and counts whole seconds."""

DEFAULT_GRACE_SECONDS = 30


def _number(probe: dict[str, Any], field: str, default: int) -> int:
    value = probe.get(field, default)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def earliest_kill(probe: dict[str, Any]) -> int:
    """Seconds after its start at which a probe that never succeeds ends the container."""
    period = max(1, _number(probe, "periodSeconds", 10))
    threshold = max(1, _number(probe, "failureThreshold", 3))
    return _number(probe, "initialDelaySeconds", 0) + period * (threshold - 1)


def killer(pod: Pod, container: Container | None, uptime_seconds: int) -> str:
    """`startup` or `liveness`: the probe whose arithmetic fits an uptime; empty when none does.

    A startup probe that fails holds the liveness probe back, so its window is the narrow one. A liveness probe may fail
    at any later time; it fits where the program never became live: within one threshold of its earliest kill.
    """
    if container is None:
        return ""
    grace = pod.spec.termination_grace_period_seconds
    grace = DEFAULT_GRACE_SECONDS if grace is None else grace
    for name, probe in (
        ("startup", container.startup_probe),
        ("liveness", container.liveness_probe),
    ):
        if not probe:
            continue
        own_grace = _number(probe, "terminationGracePeriodSeconds", grace)
        timeout = max(1, _number(probe, "timeoutSeconds", 1))
        earliest = earliest_kill(probe)
        period = max(1, _number(probe, "periodSeconds", 10))
        latest = earliest + period + timeout + own_grace
        if earliest - SLACK_SECONDS <= uptime_seconds <= latest + SLACK_SECONDS:
            return name
    return ""
