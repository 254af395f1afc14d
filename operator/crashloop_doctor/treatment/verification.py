"""Did it help? Positive proof only: an object that is gone is no success, an unrelated death is no failure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from ..api.core import ContainerStatus, Pod, Struct, Terminated, Workload
from ..api.v1alpha1 import Death, Verification
from ..diagnosis.deaths import BACK_OFF_RESET_SECONDS
from .observation import Observation

UNSTARTABLE = (
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
)
"""Waiting reasons of the kubelet that say our own container will not run; a first ErrImagePull may be a blip."""


def window_seconds(longest_loop_uptime: int, bounds: Verification) -> int:
    """How long the workload must stay healthy: twice the longest life seen in the loop, within the policy's bounds."""
    return max(bounds.min_window_seconds, min(2 * longest_loop_uptime, bounds.max_window_seconds))


def carrier_failure(seen: Observation) -> str:
    """Why the container we added does not do its work, as a sentence; empty while it still may."""
    for pod, status in seen.carriers:
        waiting, end = status.state.waiting, status.state.terminated
        if waiting is not None and waiting.reason in UNSTARTABLE:
            return (
                f"our container in pod {pod.metadata.name} cannot start:"
                f" {waiting.reason} {waiting.message}".strip()
            )
        if not seen.durable and end is not None and end.exit_code != 0:
            return f"first aid in pod {pod.metadata.name} did not remove the socket: {said(end)}"
        if seen.durable and _keeps_failing(status, seen.now):
            return f"our sidecar in pod {pod.metadata.name} keeps failing"
    return ""


def _keeps_failing(status: ContainerStatus, now: datetime) -> bool:
    """Whether it died young, repeatedly and just now: two reboots of the node in a year are no loop."""
    end = status.state.terminated or status.last_state.terminated
    if status.ready or status.restart_count < 2 or end is None or end.finished_at is None:
        return False
    lived = (end.finished_at - end.started_at).total_seconds() if end.started_at else 0.0
    age = (now - end.finished_at).total_seconds()
    return lived < BACK_OFF_RESET_SECONDS and age < BACK_OFF_RESET_SECONDS


class _ToolboxResult(Struct, frozen=True, kw_only=True):
    message: str


def said(end: Terminated) -> str:
    """What the toolbox left as its termination message (docs/toolbox.md), or at least the exit code."""
    try:
        return msgspec.json.decode(end.message, type=_ToolboxResult).message[:500]
    except msgspec.MsgspecError:
        return end.message.strip()[:500] or f"exit code {end.exit_code}"


def first_aid_done(seen: Observation) -> bool:
    """Whether it ended with success in every living pod that was given it (at least one)."""
    # A pod that the API server refused to change does not keep the others from being verified.
    given = [pod for pod in seen.targets if seen.carried_by(pod)]
    done = [
        status.state.terminated is not None and status.state.terminated.exit_code == 0
        for _, status in seen.carriers
    ]
    return bool(done) and len(done) == len(given) and all(done)


def rolled_out(workload: Workload) -> bool:
    """Whether the controller has seen the change and every wanted pod runs the new template."""
    status = workload.status
    if status.observed_generation < workload.metadata.generation:
        return False
    if workload.kind == "DaemonSet":
        return status.updated_number_scheduled >= status.desired_number_scheduled
    wanted = wanted_pods(workload)
    return status.updated_replicas >= wanted and status.replicas <= wanted


def unhealthy(seen: Observation) -> str:
    """What is still missing for health, as a sentence; empty when nothing is.

    Every treated pod (for a sidecar: every pod, successors included) is Ready, and as many serve as before the change.
    """
    if seen.workload is None:
        return "the workload is gone"
    if seen.durable and not rolled_out(seen.workload):
        return "the rollout is not complete"
    present = [pod for pod in seen.pods if pod.living]
    if not present:
        return "no pod of the workload exists"
    treated = [pod for pod in seen.targets if pod.living] or present
    waiting = [pod.metadata.name for pod in treated if not pod.status.ready]
    if waiting:
        return f"not Ready: {', '.join(waiting[:3])}"
    ready = sum(pod.status.ready for pod in present)
    baseline = seen.remediation.status.baseline
    # A workload that was scaled down meanwhile owes no more than it is asked for.
    owed = min(baseline.ready_pods, wanted_pods(seen.workload)) if baseline is not None else 0
    if ready < owed:
        return f"{ready} pods are Ready, {owed} should be as before the change"
    return ""


def ready_since(seen: Observation) -> datetime | None:
    """When the last of the treated pods became Ready, by the kubelet's own record; None while one is not.

    The doctor may have been away: what it remembers of health is no proof of what happened in between.
    """
    moments = [
        condition.last_transition_time
        for pod in seen.targets
        if pod.living
        for condition in pod.status.conditions
        if condition.type == "Ready" and condition.status == "True"
    ]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def healthy_carriers(seen: Observation) -> int:
    """Ready pods that carry our sidecar: taking it back would restart them."""
    return sum(pod.status.ready and status.ready for pod, status in seen.carriers)


def wanted_pods(workload: Workload) -> int:
    """How many pods the workload's owner asks for."""
    if workload.kind == "DaemonSet":
        return workload.status.desired_number_scheduled
    return workload.spec.replicas if workload.spec.replicas is not None else 1


def relapse(seen: Observation) -> Death | None:
    """A death of the treated cause that the cure, in force in its pod, should have prevented; or None.

    After a new kill -9 the kubelet restarts at once, before a sidecar may take the young socket for stale: one such
    death is the cure at work, a second in a row is its failure.
    """
    if seen.diagnosis is None:
        return None
    in_force = {pod.metadata.name: _in_force_since(pod, status) for pod, status in seen.carriers}
    before: dict[str, int] = {}
    for death in seen.diagnosis.status.deaths:
        since = in_force.get(death.pod)
        # Kubelet times are whole seconds; an instance begun in the same second may have begun before.
        started = death.finished_at - timedelta(seconds=death.uptime_seconds)
        if death.cause == seen.remediation.spec.cause and since is not None and started > since:
            # In a row: the instance right before it, in this pod, died of the same cause.
            if not seen.durable or before.get(death.pod) == death.restart_count - 1:
                return death
            before[death.pod] = death.restart_count
    return None


def _in_force_since(pod: Pod, carrier: ContainerStatus) -> datetime | None:
    if carrier.state.terminated is not None:
        return carrier.state.terminated.finished_at
    if carrier.state.running is not None and carrier.ready:
        return carrier.state.running.started_at
    return None
