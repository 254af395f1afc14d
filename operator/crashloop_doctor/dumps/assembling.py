"""The objects of a dump -> which containers fail, whose they are, and the evidence on each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..api.core import (
    ClusterEvent,
    ContainerStatus,
    ObjectMeta,
    OwnerReference,
    Pod,
    Struct,
    Workload,
)
from ..diagnosis.deaths import OWN_PREFIX, deaths_of, looping_containers
from ..diagnosis.evidence import Evidence, LogExcerpt
from .layout import PodKey
from .objects import WAITING_IN_ERROR

MAX_EVENTS = 50
"""Events about one pod that count; the newest."""


class DumpedEvent(ClusterEvent, frozen=True, kw_only=True):
    """An event with its other time: events of newer reporters have only that one."""

    event_time: datetime | None = None


class Owner(Struct, frozen=True, kw_only=True):
    """A workload by name: all that is certain when the dump does not hold it."""

    kind: str
    name: str


class Contents:
    """The objects of a dump, filled while it is read."""

    def __init__(self) -> None:
        self.pods: dict[PodKey, Pod] = {}
        self.workloads: dict[tuple[str, str, str], Workload] = {}
        self.events: dict[PodKey, list[DumpedEvent]] = {}
        self.with_events: set[str] = set()
        """Namespaces whose events were read, though there may be none."""

    def add_event(self, event: DumpedEvent) -> None:
        about = event.involved_object
        if about.kind == "Pod":
            self.events.setdefault((about.namespace, about.name), []).append(event)


class Logs(Struct, frozen=True, kw_only=True):
    """What the dump has of one container's logs; each is of one instance."""

    current: LogExcerpt | None = None
    previous: LogExcerpt | None = None
    refused: str = ""
    """What stands in the dump instead of a log: why the API server gave none."""


def failing_containers(pod: Pod) -> tuple[str, ...]:
    """Containers that loop, are dead with an error, cannot be started, or run and are not Ready after a restart."""
    if pod.metadata.deletion_timestamp is not None:
        return ()
    looping = looping_containers(pod)
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return tuple(
        status.name
        for status in statuses
        if status.name in looping or (not status.name.startswith(OWN_PREFIX) and _fails(status))
    )


def _fails(status: ContainerStatus) -> bool:
    state = status.state
    if state.terminated is not None:
        return state.terminated.exit_code != 0
    if state.waiting is not None:
        return state.waiting.reason in WAITING_IN_ERROR
    return state.running is not None and not status.ready and status.restart_count > 0


def owner_of(pod: Pod, contents: Contents) -> tuple[Owner, Workload | None]:
    """Who answers for the pod: the topmost owner that the dump knows of, the pod itself without one."""
    namespace = pod.metadata.namespace
    reference = _controller(pod.metadata)
    owner, workload = Owner(kind="Pod", name=pod.metadata.name), None
    # A replica set has its deployment, a job its cron job; more levels would be somebody's own.
    for _ in range(2):
        if reference is None:
            break
        owner = Owner(kind=reference.kind, name=reference.name)
        found = contents.workloads.get((namespace, reference.kind, reference.name))
        if found is None:
            break
        workload = found
        reference = _controller(found.metadata)
    return owner, workload


def _controller(metadata: ObjectMeta) -> OwnerReference | None:
    owners = metadata.owner_references
    return next((o for o in owners if o.controller), owners[0] if len(owners) == 1 else None)


def evidence_on(pod: Pod, container: str, contents: Contents, logs: Logs) -> Evidence:
    """Everything that the dump says of one container."""
    key = (pod.metadata.namespace, pod.metadata.name)
    missing: list[str] = []
    if key[0] not in contents.with_events:
        missing.append("the pod's events (the dump has none of its namespace)")
    return Evidence(
        pod=pod,
        container=container,
        workload=owner_of(pod, contents)[1],
        deaths=deaths_of(pod, container),
        logs=_chosen(pod, container, logs, missing),
        events=_newest(pod, contents.events.get(key, ())),
        missing=tuple(missing),
    )


def _chosen(pod: Pod, container: str, logs: Logs, missing: list[str]) -> tuple[LogExcerpt, ...]:
    """The dead instance's log: the current one while the container is down, the previous one once it runs again."""
    status = pod.container_status(container)
    running = status is not None and status.state.running is not None
    started = status is not None and (running or bool(deaths_of(pod, container)))
    if running and logs.previous is None and logs.current is not None:
        missing.append("the log of the instance that died (the dump has only the running one's)")
        return (logs.current,)
    chosen = logs.previous if running else logs.current or logs.previous
    if chosen is not None:
        return (chosen,)
    if started:
        missing.append(f"the container's log ({logs.refused or 'the dump has none of it'})")
    return ()


def _newest(pod: Pod, events: Iterable[DumpedEvent]) -> tuple[ClusterEvent, ...]:
    """The events about this pod and not about an earlier one of its name, oldest first."""
    uid = pod.metadata.uid
    own = [e for e in events if not uid or e.involved_object.uid in ("", uid)]
    return tuple(sorted(own, key=_time)[-MAX_EVENTS:])


def _time(event: DumpedEvent) -> float:
    time = event.last_timestamp or event.event_time
    return time.timestamp() if time is not None else 0.0
