"""Gathering the evidence on one death: the right instance's log, bounded, and what could not be had."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from aiohttp import web
from api_server import Answer, ApiServer, refuses, says

from crashloop_doctor.api.core import Pod
from crashloop_doctor.cluster import evidence_collector
from crashloop_doctor.cluster.client import ApiError, Client
from crashloop_doctor.cluster.evidence_collector import HEAD_BYTES, TAIL_BYTES, collect

POD = "/api/v1/namespaces/shop/pods/web-0"
LOG = f"{POD}/log"
EVENTS = "/api/v1/namespaces/shop/events"
DIED = {
    "exitCode": 1,
    "reason": "Error",
    "startedAt": "2026-11-21T09:00:00Z",
    "finishedAt": "2026-11-21T09:00:02Z",
    "containerID": "containerd://dead",
}
WAITING = {
    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}},
    "lastState": {"terminated": DIED},
}
RUNNING = {
    "state": {"running": {"startedAt": "2026-11-21T09:00:14Z"}},
    "lastState": {"terminated": DIED},
}
TERMINATED = {"state": {"terminated": DIED}}


NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1"},
    "status": {"conditions": [{"type": "DiskPressure", "status": "True", "message": "full"}]},
}


def pod(state: dict[str, Any], restarts: int = 2, uid: str = "u-1") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "namespace": "shop", "uid": uid, "resourceVersion": "7"},
        "spec": {"containers": [{"name": "app", "image": "app:1"}], "nodeName": "node-1"},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {"name": "app", "ready": False, "restartCount": restarts, **state}
            ],
        },
    }


def typed(raw: dict[str, Any]) -> Pod:
    return msgspec.convert(raw, Pod, strict=False)


def logs(content: bytes) -> Answer:
    """The kubelet's log endpoint: tailLines first, then limitBytes from the start of what is left."""

    async def answer(request: web.Request) -> web.StreamResponse:
        part = content
        if "tailLines" in request.query:
            lines = part.splitlines(keepends=True)
            part = b"".join(lines[-int(request.query["tailLines"]) :])
        if "limitBytes" in request.query:
            part = part[: int(request.query["limitBytes"])]
        return web.Response(body=part, content_type="text/plain")

    return answer


@pytest.fixture(autouse=True)
def _a_looping_pod(server: ApiServer) -> None:
    server.on("GET", POD, says(pod(WAITING)))
    server.on("GET", LOG, logs(b"starting\nfatal: no\n"))
    server.on("GET", "/api/v1/nodes/node-1", says(NODE))
    server.on("GET", EVENTS, says({"kind": "EventList", "metadata": {}, "items": []}))


@pytest.mark.parametrize(
    ("state", "previous", "source"),
    [
        pytest.param(RUNNING, "true", "previous", id="it runs again"),
        pytest.param(WAITING, "false", "current", id="it waits in back-off"),
        pytest.param(TERMINATED, "false", "current", id="it has just died"),
    ],
)
async def test_the_log_is_the_dead_instances(
    server: ApiServer, client: Client, state: dict[str, Any], previous: str, source: str
) -> None:
    server.on("GET", POD, says(pod(state)))
    evidence = await collect(client, typed(pod(state)), "app", None)
    assert evidence is not None
    (asked,) = server.asked_for("GET", LOG)
    assert (asked.query["previous"], asked.query["container"]) == (previous, "app")
    (log,) = evidence.logs
    assert log.source == f"{source} log"
    assert (log.content, log.position) == (b"starting\nfatal: no\n", "whole")
    assert [death.container_id for death in evidence.deaths] == ["containerd://dead"]
    assert evidence.missing == ()


@pytest.mark.parametrize(
    ("then", "restarts", "previous"),
    [
        pytest.param(RUNNING, 3, "true", id="it was started again"),
        pytest.param(WAITING, 3, "false", id="it was started again and died"),
    ],
)
async def test_a_restart_between_status_and_log_means_reading_again(
    server: ApiServer, client: Client, then: dict[str, Any], restarts: int, previous: str
) -> None:
    server.on("GET", POD, says(pod(then, restarts)))
    server.on("GET", LOG, logs(b"of another death\n"), logs(b"of this death\n"))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert [log.content for log in evidence.logs] == [b"of this death\n"]
    assert [a.query["previous"] for a in server.asked_for("GET", LOG)] == ["false", previous]
    assert evidence.missing == ()
    status = evidence.pod.container_status("app")
    assert status is not None
    assert status.restart_count == restarts


async def test_a_container_that_never_holds_still_is_said_so(
    server: ApiServer, client: Client
) -> None:
    server.on("GET", POD, *(says(pod(WAITING, restarts)) for restarts in range(3, 9)))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert evidence.missing == ("the container restarted each time its log was read",)
    assert len(server.asked_for("GET", LOG)) == evidence_collector.TRIES


async def test_a_long_log_is_read_from_both_ends(server: ApiServer, client: Client) -> None:
    content = b"".join(b"line %d\n" % n for n in range(100_000)) + b"fatal: no\n"
    server.on("GET", LOG, logs(content))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    (both,) = evidence.logs
    assert both.position == "ends"
    head, tail = both.content.split(evidence_collector.LEFT_OUT)
    assert head == content[:HEAD_BYTES]
    assert tail.endswith(b"fatal: no\n")
    assert tail.count(b"\n") == evidence_collector.TAIL_LINES


async def test_the_limit_of_bytes_never_costs_the_fatal_line(
    server: ApiServer, client: Client
) -> None:
    """limitBytes cuts off the end of the tail: fewer lines are asked for until the end is in."""
    content = b"first\n" + (b"x" * 4000 + b"\n") * 600 + b"fatal: no\n"
    server.on("GET", LOG, logs(content))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    (both,) = evidence.logs
    head, tail = both.content.split(evidence_collector.LEFT_OUT)
    assert head.startswith(b"first\n")
    assert tail.endswith(b"fatal: no\n")
    assert len(tail) < TAIL_BYTES
    asked = [a.query.get("tailLines") for a in server.asked_for("GET", LOG)]
    assert asked == ["500", "125", "31", None]


async def test_one_endless_line_is_cut_and_asked_for_no_more(
    server: ApiServer, client: Client
) -> None:
    server.on("GET", LOG, logs(b"x" * (3 * TAIL_BYTES)))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert all(len(log.content) <= TAIL_BYTES for log in evidence.logs)
    asked = [a.query.get("tailLines") for a in server.asked_for("GET", LOG)]
    assert asked[:5] == ["500", "125", "31", "7", "1"]
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("path", "words", "sentence"),
    [
        (LOG, 'cannot get resource "pods/log"', "the current log: "),
        (EVENTS, 'cannot list resource "events"', "the pod's events: "),
    ],
)
async def test_a_missing_right_is_missing_evidence(
    server: ApiServer, client: Client, path: str, words: str, sentence: str
) -> None:
    server.on("GET", path, refuses(403, "Forbidden", words))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert evidence.missing == (sentence + words,)
    assert len(server.asked_for("GET", path)) == 1


async def test_no_right_at_all_still_gives_evidence(server: ApiServer, client: Client) -> None:
    for path in (LOG, EVENTS):
        server.on("GET", path, refuses(403, "Forbidden", "no"))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert (evidence.logs, evidence.events, len(evidence.missing)) == ((), (), 2)
    assert evidence.deaths


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            says(b"unable to retrieve container logs for containerd://dead"),
            id="200 of the kubelet",
        ),
        pytest.param(
            says(b"unable to retrieve container logs for cri-o://dead\n"),
            id="200 of the kubelet with CRI-O",
        ),
        pytest.param(
            refuses(400, "BadRequest", 'previous terminated container "app" not found'),
            id="400 of the kubelet",
        ),
    ],
)
async def test_a_log_that_was_collected_already_is_missing(
    server: ApiServer, client: Client, answer: Answer
) -> None:
    server.on("GET", LOG, answer)
    server.on("GET", POD, says(pod(RUNNING)))
    evidence = await collect(client, typed(pod(RUNNING)), "app", None)
    assert evidence is not None
    assert evidence.logs == ()
    (missing,) = evidence.missing
    assert missing.startswith("the previous log: ")


@pytest.mark.parametrize(
    "log",
    [
        b"unable to retrieve container logs for containerd://dead\nfatal: no\n",
        b"unable to retrieve container logs for containerd://dead: retrying",
        b"unable to retrieve container logs for my own reasons\n",
        b"warning\nunable to retrieve container logs for containerd://dead\n",
    ],
)
async def test_a_log_that_only_speaks_like_the_kubelet_is_a_log(
    server: ApiServer, client: Client, log: bytes
) -> None:
    server.on("GET", LOG, logs(log))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert [excerpt.content for excerpt in evidence.logs] == [log]
    assert evidence.missing == ()


async def test_what_is_missing_is_said_plainly_and_without_secrets(
    server: ApiServer, client: Client
) -> None:
    server.on("GET", LOG, refuses(403, "Forbidden", "\x1b[31mno\x1b[0m password=hunter2"))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    (missing,) = evidence.missing
    assert missing.startswith("the current log: no password=")
    assert "hunter2" not in missing
    assert "\x1b" not in missing


async def test_a_pod_that_is_gone_has_no_evidence(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, refuses(404, "NotFound", 'pods "web-0" not found'))
    server.on("GET", LOG, refuses(404, "NotFound", 'pods "web-0" not found'))
    assert await collect(client, typed(pod(WAITING)), "app", None) is None


async def test_a_successor_of_the_same_name_is_another_pod(
    server: ApiServer, client: Client
) -> None:
    server.on("GET", POD, says(pod(WAITING, uid="u-2")))
    assert await collect(client, typed(pod(WAITING)), "app", None) is None


async def test_a_pod_that_may_not_be_read_is_an_error(server: ApiServer, client: Client) -> None:
    """Never `gone`: a remediation was once called a success because any error meant that."""
    server.on("GET", POD, refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match="no"):
        await collect(client, typed(pod(WAITING)), "app", None)


async def test_only_the_pods_own_events_are_asked_for(server: ApiServer, client: Client) -> None:
    killing = {
        "type": "Warning",
        "reason": "BackOff",
        "message": "Back-off restarting failed container",
        "count": 4,
        "firstTimestamp": None,
        "lastTimestamp": "2026-11-21T09:00:20Z",
        "eventTime": None,
        "source": {"component": "kubelet", "host": "node-1"},
        "reportingComponent": "kubelet",
    }
    server.on("GET", EVENTS, says({"items": [killing]}))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    (event,) = evidence.events
    assert (event.reason, event.count, event.source.component) == ("BackOff", 4, "kubelet")
    (asked,) = server.asked_for("GET", EVENTS)
    assert asked.query["fieldSelector"] == "involvedObject.uid=u-1"
    assert "limit" in asked.query


async def test_a_log_that_is_no_text_arrives_as_it_is(server: ApiServer, client: Client) -> None:
    content = bytes(range(256)) + b"\n"
    server.on("GET", LOG, logs(content))
    evidence = await collect(client, typed(pod(WAITING)), "app", None)
    assert evidence is not None
    assert evidence.logs[0].content == content
