"""Gathers one Evidence: the log of the death in question, statuses, spec, events."""

from __future__ import annotations

from ..api.core import ClusterEvent, Node, Pod, Struct, Workload
from ..api.v1alpha1 import Death
from ..diagnosis.deaths import deaths_of
from ..diagnosis.evidence import Evidence, LogExcerpt
from ..diagnosis.redaction import redacted
from ..signatures import log_text
from ..signatures.expression import compile_bytes
from . import paths
from .client import ApiError, Client
from .event_recorder import COMPONENT

TAIL_LINES = 500
HEAD_BYTES = 32 * 1024
TAIL_BYTES = 256 * 1024
MAX_EVENTS = 50
TRIES = 3
LEFT_OUT = b"\n[crashloop-doctor: lines in between are left out]\n"

_NO_LOG = compile_bytes(r"unable to retrieve container logs for [a-z][-a-z0-9]*://[0-9a-f]+\s*")


class _Events(Struct, frozen=True, kw_only=True):
    items: tuple[ClusterEvent, ...] = ()


async def collect(
    client: Client,
    pod: Pod,
    container: str,
    workload: Workload | None,
    history: tuple[Death, ...] = (),
) -> Evidence | None:
    """The evidence on the container's latest death; None when the pod is gone.

    `history` are the deaths that the workload's Diagnoses keep.

    The dead instance's log is the current one while the container is down and the previous one once it runs again, so
    the status is read again after the log: if the container moved on meanwhile, the log is of another death.
    """
    path = paths.resource("v1", "Pod", pod.metadata.namespace, pod.metadata.name)
    for _ in range(TRIES):
        status = pod.container_status(container)
        running = status is not None and status.state.running is not None
        missing: list[str] = []
        logs = await _logs(client, pod, container, previous=running, missing=missing)
        after = await client.find(path, Pod)
        if after is None or after.metadata.uid != pod.metadata.uid:
            return None
        moved = _instance(after, container) != _instance(pod, container)
        pod = after
        if not moved:
            break
    else:
        missing.append("the container restarted each time its log was read")
    return Evidence(
        pod=pod,
        container=container,
        workload=workload,
        deaths=deaths_of(pod, container),
        history=history,
        logs=tuple(logs),
        events=await _events(client, pod, missing),
        node=await _node(client, pod.spec.node_name, missing),
        missing=tuple(redacted(log_text.text(log_text.plain_bytes(m.encode()))) for m in missing),
    )


def _instance(pod: Pod, container: str) -> tuple[int, bool]:
    status = pod.container_status(container)
    if status is None:
        return (0, False)
    return (status.restart_count, status.state.running is not None)


async def _logs(
    client: Client, pod: Pod, container: str, *, previous: bool, missing: list[str]
) -> list[LogExcerpt]:
    source = "previous log" if previous else "current log"
    lines = TAIL_LINES
    path = paths.resource("v1", "Pod", pod.metadata.namespace, pod.metadata.name, "log")
    params = {"container": container, "previous": str(previous).lower()}
    try:
        while True:
            tail = await client.read(
                path, {**params, "tailLines": str(lines), "limitBytes": str(TAIL_BYTES)}, "*/*"
            )
            # limitBytes cuts off the end, where the fatal line is: ask again for fewer lines.
            if len(tail) < TAIL_BYTES or lines <= 1:
                break
            lines = max(1, lines // 4)
        if _NO_LOG.fullmatch(tail):
            # Status 200, and the kubelet's sentence in place of a log that was collected already.
            missing.append(f"the {source}: the kubelet could not retrieve it")
            return []
        if tail.count(b"\n") < lines:
            return [LogExcerpt(source=source, content=tail)]
        head = await client.read(path, {**params, "limitBytes": str(HEAD_BYTES)}, "*/*")
    except ApiError as error:
        missing.append(f"the {source}: {error.message or error.reason}")
        return []
    # One text: what stands in the head is not the end of the program.
    return [LogExcerpt(source=source, content=head + LEFT_OUT + tail, position="ends")]


async def _events(client: Client, pod: Pod, missing: list[str]) -> tuple[ClusterEvent, ...]:
    selector = f"involvedObject.uid={pod.metadata.uid}"
    try:
        found = await client.get(
            paths.resource("v1", "Event", pod.metadata.namespace),
            _Events,
            {"fieldSelector": selector, "limit": str(MAX_EVENTS)},
        )
    except ApiError as error:
        missing.append(f"the pod's events: {error.message or error.reason}")
        return ()
    # Our own words about a bare pod are no evidence.
    return tuple(event for event in found.items if event.source.component != COMPONENT)


async def _node(client: Client, name: str, missing: list[str]) -> Node | None:
    """The node the pod ran on, for its conditions; without the right to read it, it is simply not looked at."""
    if not name:
        return None
    try:
        node = await client.find(paths.resource("v1", "Node", "", name), Node)
    except ApiError:
        return None
    if node is None:
        missing.append(f"the node {name}: it is gone")
    return node
