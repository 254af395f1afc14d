"""Kubernetes Events: one object for a workload and a reason, repeats counted on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from api_server import ApiServer, drops, refuses

from crashloop_doctor.api.v1alpha1 import WorkloadReference
from crashloop_doctor.cluster.client import Client
from crashloop_doctor.cluster.event_recorder import EventRecorder

COLLECTION = "/api/v1/namespaces/shop/events"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WEB = WorkloadReference(api_version="apps/v1", kind="Deployment", name="web", uid="w-1")


class Events:
    """The collection of events as a server keeps it: a name once, merge patches."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.stored: dict[str, dict[str, Any]] = {}
        server.on("POST", COLLECTION, self._create)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        name = body["metadata"]["name"]
        if name in self.stored:
            return await refuses(409, "AlreadyExists", "exists")(request)
        self.stored[name] = body
        self.server.on("GET", f"{COLLECTION}/{name}", self._one(name))
        self.server.on("PATCH", f"{COLLECTION}/{name}", self._one(name))
        return web.json_response(body, status=201)

    def _one(self, name: str) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            if request.method == "PATCH":
                assert request.content_type == "application/merge-patch+json"
                self.stored[name] |= json.loads(await request.read())
            return web.json_response(self.stored[name])

        return answer


@pytest.fixture
def events(server: ApiServer) -> Events:
    return Events(server)


@pytest.fixture
def recorder(client: Client) -> EventRecorder:
    return EventRecorder(client)


async def record(recorder: EventRecorder, minutes: int = 0, **changes: Any) -> None:
    given: dict[str, Any] = {"reason": "DiagnosedStaleUnixSocket", "message": f"at {minutes}"}
    await recorder.record(
        changes.pop("workload", WEB),
        "shop",
        now=NOW + timedelta(minutes=minutes),
        **{**given, **changes},
    )


async def test_an_event_says_what_it_is_about(events: Events, recorder: EventRecorder) -> None:
    await record(recorder, warning=True)
    (event,) = events.stored.values()
    assert event["involvedObject"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "web",
        "namespace": "shop",
        "uid": "w-1",
    }
    assert (event["type"], event["reason"]) == ("Warning", "DiagnosedStaleUnixSocket")
    assert event["source"] == {"component": "crashloop-doctor"}
    assert event["firstTimestamp"] == event["lastTimestamp"] == "2026-11-21T09:00:00Z"


async def test_repeats_are_counted_on_one_object(events: Events, recorder: EventRecorder) -> None:
    for minutes in (0, 1, 2):
        await record(recorder, minutes)
    (event,) = events.stored.values()
    assert event["count"] == 3
    assert event["message"] == "at 2"
    assert event["firstTimestamp"] == "2026-11-21T09:00:00Z"
    assert event["lastTimestamp"] == "2026-11-21T09:02:00Z"


async def test_another_reason_or_workload_is_another_event(
    events: Events, recorder: EventRecorder
) -> None:
    successor = WorkloadReference(api_version="apps/v1", kind="Deployment", name="web", uid="w-2")
    await record(recorder)
    await record(recorder, reason="Recovered")
    await record(recorder, workload=successor)
    assert len(events.stored) == 3


async def test_a_long_name_and_message_stay_within_bounds(
    events: Events, recorder: EventRecorder
) -> None:
    long = WorkloadReference(api_version="v1", kind="Pod", name="n" * 253, uid="w-3")
    await record(recorder, workload=long, message="m" * 5000)
    (event,) = events.stored.values()
    assert len(event["metadata"]["name"]) <= 253
    assert len(event["message"]) == 1024


@pytest.mark.parametrize(
    "fault",
    [
        refuses(403, "Forbidden", "namespace shop is being terminated"),
        refuses(500, "InternalError", "etcd"),
        refuses(409, "AlreadyExists", "exists"),  # and gone when it is looked for
        drops(),
    ],
)
async def test_an_event_that_cannot_be_written_stops_nothing(
    server: ApiServer, recorder: EventRecorder, caplog: pytest.LogCaptureFixture, fault: Any
) -> None:
    server.on("POST", COLLECTION, fault)
    await record(recorder)
    assert "an event was not recorded" in caplog.text
