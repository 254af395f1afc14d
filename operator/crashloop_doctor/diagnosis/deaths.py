"""Deaths of containers, read from pod statuses: what triggers a diagnosis.

The word CrashLoopBackOff is only shown in the last seconds of a back-off (docs/design.md, "Trigger on deaths"), so a
loop is two deaths of one container, whatever the pod's status reads.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..api.core import ContainerStatus, Pod, Terminated
from ..api.v1alpha1 import Death

MAX_KEPT = 20
"""Deaths kept in a Diagnosis, as its CRD bounds them: the first one and the latest."""

BACK_OFF_RESET_SECONDS = 600
"""An instance that lived this long ends a loop: the kubelet resets its back-off then, and so do we
(Kubernetes documentation, "Pod Lifecycle", container restart policy)."""

OWN_PREFIX = "crashloop-doctor-"
"""Names of the containers the doctor adds; they are never patients."""


def _death(pod: Pod, status: ContainerStatus, end: Terminated, restarts: int) -> Death | None:
    if end.finished_at is None:
        return None
    uptime = 0
    if end.started_at is not None:
        uptime = max(0, int((end.finished_at - end.started_at).total_seconds()))
    return Death(
        pod=pod.metadata.name,
        container_id=end.container_id,
        restart_count=restarts,
        finished_at=end.finished_at,
        exit_code=end.exit_code,
        reason=end.reason,
        uptime_seconds=uptime,
    )


def deaths_of(pod: Pod, container: str) -> tuple[Death, ...]:
    """The deaths the status still shows (at most two), oldest first."""
    status = pod.container_status(container)
    if status is None:
        return ()
    ends = []
    if status.state.terminated is not None:
        if status.last_state.terminated is not None:
            ends.append((status.last_state.terminated, status.restart_count - 1))
        ends.append((status.state.terminated, status.restart_count))
    elif status.last_state.terminated is not None:
        # While it waits or runs again, lastState is the latest death.
        waiting = status.state.waiting is not None
        restarts = status.restart_count if waiting else status.restart_count - 1
        ends.append((status.last_state.terminated, restarts))
    deaths = (_death(pod, status, end, max(0, restarts)) for end, restarts in ends)
    return tuple(death for death in deaths if death is not None)


def death_count(pod: Pod, container: str) -> int:
    """How often the container has died in this pod, including deaths the status no longer shows."""
    status = pod.container_status(container)
    if status is None:
        return 0
    # A waiting or terminated instance has died once more than it was restarted.
    dead_now = status.state.terminated is not None or (
        status.state.waiting is not None and status.last_state.terminated is not None
    )
    return status.restart_count + int(dead_now)


def looping_containers(pod: Pod) -> tuple[str, ...]:
    """Containers of the pod that died at least twice and are down or not Ready now.

    An init container that ended with 0 has done its work, and so has any container of a pod that may complete.
    """
    looping = []
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        if status.name.startswith(OWN_PREFIX) or death_count(pod, status.name) < 2:
            continue
        last = deaths_of(pod, status.name)
        if _may_complete(pod, status.name) and last and last[-1].exit_code == 0:
            continue
        if status.state.running is not None and status.ready:
            continue
        if not backing_off(status) and (
            not last or last[-1].uptime_seconds >= BACK_OFF_RESET_SECONDS
        ):
            continue
        looping.append(status.name)
    return tuple(looping)


def _may_complete(pod: Pod, name: str) -> bool:
    """Whether an end with 0 is a success; for a native sidecar (its own restartPolicy is Always) it never is."""
    for container in pod.spec.init_containers:
        if container.name == name:
            return container.restart_policy != "Always"
    return pod.spec.restart_policy != "Always"


def backing_off(status: ContainerStatus) -> bool:
    """Whether the kubelet itself calls it a crash loop, at this moment."""
    return status.state.waiting is not None and status.state.waiting.reason == "CrashLoopBackOff"


def merged(known: Iterable[Death], seen: Iterable[Death]) -> tuple[Death, ...]:
    """Known and newly seen deaths without repetition, bounded: the first of all explains a loop and stays."""
    by_key = {_key(death): death for death in seen}
    by_key |= {_key(death): death for death in known}
    # Pods of one workload die in the same second; without the ID their order, and so the status, would flap.
    ordered = sorted(
        by_key.values(), key=lambda d: (d.finished_at, d.restart_count, d.container_id)
    )
    if len(ordered) > MAX_KEPT:
        ordered = [ordered[0], *ordered[-(MAX_KEPT - 1) :]]
    return tuple(ordered)


def _key(death: Death) -> tuple[str, str]:
    return death.container_id, death.finished_at.isoformat()


def longest_loop_uptime_seconds(deaths: Iterable[Death]) -> int:
    """Longest life of an instance inside the loop, in seconds.

    The instance whose death began the loop does not count: a pod's first one, or one that outlived the back-off.
    """
    return max(
        (
            death.uptime_seconds
            for death in deaths
            if death.restart_count > 0 and death.uptime_seconds < BACK_OFF_RESET_SECONDS
        ),
        default=0,
    )
