"""The detector against a server that pages, streams, expires, falls silent and fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from api_server import Answer, ApiServer, drops, refuses, says, streams

from crashloop_doctor.cluster import detector as detector_module
from crashloop_doctor.cluster.client import Client
from crashloop_doctor.cluster.detector import Detector

PODS = "/api/v1/pods"
# As kubectl 1.35 gets them; the order is the API server's business.
COLUMNS = (
    "Name",
    "Ready",
    "Status",
    "Restarts",
    "Age",
    "IP",
    "Node",
    "Nominated Node",
    "Readiness Gates",
)
SILENT = streams(then_silent=True)


def row(
    name: str,
    ready: str = "0/1",
    status: str = "CrashLoopBackOff",
    restarts: Any = "3 (12s ago)",
    ip: str = "10.200.0.7",
    node: str = "node-1",
) -> dict[str, Any]:
    return {
        "cells": [name, ready, status, restarts, "5m", ip, node, "<none>", "<none>"],
        "object": None,
    }


def well(name: str, restarts: Any = "0", **more: str) -> dict[str, Any]:
    return row(name, "1/1", "Running", restarts, **more)


def table(
    *rows: dict[str, Any], version: str = "100", more: str = "", columns: bool = True
) -> dict[str, Any]:
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version, **({"continue": more} if more else {})},
        "columnDefinitions": (
            [{"name": c, "type": "string", "format": "", "priority": 0} for c in COLUMNS]
            if columns
            else None
        ),
        "rows": list(rows),
    }


def event(type_: str, *rows: dict[str, Any], version: str, columns: bool = False) -> bytes:
    content = {"type": type_, "object": table(*rows, version=version, columns=columns)}
    return json.dumps(content).encode() + b"\n"


def gone(code: int = 410, message: str = "too old resource version: 1 (9)") -> bytes:
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "Expired",
        "code": code,
    }
    return json.dumps({"type": "ERROR", "object": status}).encode() + b"\n"


class Cluster:
    """Lists and watches of pods come to the same path; here each kind has its own script."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.lists: list[Answer] = [says(table())]
        self.watches: list[Answer] = [SILENT]
        server.on("GET", PODS, self._answer)

    async def _answer(self, request: Any) -> Any:
        answers = self.watches if "watch" in request.query else self.lists
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return await answer(request)

    def asked_lists(self) -> list[dict[str, str]]:
        return [a.query for a in self.server.asked if "watch" not in a.query]

    def asked_watches(self) -> list[dict[str, str]]:
        return [a.query for a in self.server.asked if "watch" in a.query]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_module, "PAUSE_SECONDS", (0.01, 0.02))


@pytest.fixture
def cluster(server: ApiServer) -> Cluster:
    return Cluster(server)


@asynccontextmanager
async def detecting(client: Client) -> AsyncIterator[tuple[Detector, list[str]]]:
    """A running detector and the suspects it named; it must still run at the end."""
    suspects: list[str] = []
    detector = Detector(client, suspects.append)
    task = asyncio.create_task(detector.run())
    try:
        yield detector, suspects
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def once_watching(cluster: Cluster, times: int = 1) -> None:
    await cluster.server.until(lambda: len(cluster.asked_watches()) >= times)


async def test_the_first_list_is_read_page_by_page(cluster: Cluster, client: Client) -> None:
    cluster.lists = [
        says(table(row("a"), more="page-2")),
        says(table(row("b"), more="page-3")),
        says(table(row("c"), version="300")),
    ]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster)
        assert suspects == ["a", "b", "c"]
    pages = cluster.asked_lists()
    assert [p.get("continue") for p in pages] == [None, "page-2", "page-3"]
    assert {p["limit"] for p in pages} == {"500"}
    assert {p["includeObject"] for p in pages} == {"None"}
    assert cluster.asked_watches()[0]["resourceVersion"] == "300"
    accepts = {a.headers["Accept"] for a in cluster.server.asked}
    assert accepts == {"application/json;as=Table;v=v1;g=meta.k8s.io"}


@pytest.mark.parametrize(
    ("seen", "suspect"),
    [
        pytest.param(row("p"), True, id="in back-off"),
        pytest.param(row("p", status="Error", restarts="1 (2s ago)"), True, id="reads Error"),
        pytest.param(row("p", status="Completed", restarts="2 (9s ago)"), True, id="exits with 0"),
        pytest.param(row("p", "1/2", "Running", "4 (1s ago)"), True, id="one of two is down"),
        pytest.param(
            row("p", "0/1", "Init:CrashLoopBackOff", "4"), True, id="an init container loops"
        ),
        pytest.param(row("p", "0/1", "Running", 2), True, id="a number instead of text"),
        pytest.param(row("p", "0/1", "Running", "0"), False, id="starts up"),
        pytest.param(row("p", "0/1", "Error", "0"), False, id="died only once"),
        pytest.param(row("p", "0/1", "Pending", "0", "<none>", "<none>"), False, id="pending"),
        pytest.param(well("p"), False, id="well"),
        pytest.param(well("p", "7 (3d ago)"), False, id="restarted long ago and well since"),
        pytest.param(row("p", restarts="many"), False, id="not a number"),
    ],
)
async def test_who_is_a_suspect_at_first_sight(
    cluster: Cluster, client: Client, seen: dict[str, Any], suspect: bool
) -> None:
    cluster.lists = [says(table(seen))]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster)
        assert suspects == (["p"] if suspect else [])


async def test_a_changed_row_is_reported_and_an_unchanged_one_is_not(
    cluster: Cluster, client: Client
) -> None:
    cluster.lists = [says(table(well("p", "1 (2d ago)"), well("fresh")))]
    cluster.watches = [
        streams(
            event("MODIFIED", well("p", "1 (3d ago)"), version="101", columns=True),
            event("MODIFIED", well("fresh"), version="102"),
            event("MODIFIED", row("p", "0/1", "Error", "1 (3d ago)"), version="103"),
            event("MODIFIED", row("p", "0/1", "Error", "1 (3d ago)"), version="104"),
            event("MODIFIED", well("p", "2 (1s ago)"), version="105"),
            then_silent=True,
        )
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: len(suspects) >= 2)
        # The second one is a patient that became well: its treatment wants to know.
        assert suspects == ["p", "p"]


async def test_an_expired_version_leads_to_a_new_list(
    cluster: Cluster, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    cluster.lists = [says(table(version="1")), says(table(row("late"), version="9"))]
    cluster.watches = [streams(gone()), SILENT]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster, 2)
        assert suspects == ["late"]
    assert [w["resourceVersion"] for w in cluster.asked_watches()] == ["1", "9"]
    assert caplog.text == ""  # it happens every day, and is no fault


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(refuses(410, "Expired", "too old resource version"), id="410 at the start"),
        pytest.param(refuses(403, "Forbidden", "no right to watch"), id="403"),
        pytest.param(refuses(500, "InternalError", "etcd"), id="500"),
        pytest.param(streams(gone(500, "etcdserver: no leader")), id="an ERROR event"),
        pytest.param(streams(b"this is no JSON\n"), id="not JSON"),
        pytest.param(drops(), id="connection dropped"),
    ],
)
async def test_no_fault_of_the_watch_ends_it(
    cluster: Cluster, client: Client, fault: Answer
) -> None:
    cluster.lists = [says(table(version="1")), says(table(row("late"), version="9"))]
    cluster.watches = [fault, fault, SILENT]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["late"])


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(refuses(403, "Forbidden", "no right to list"), id="403"),
        pytest.param(says(b"<html>a proxy</html>"), id="not JSON"),
        pytest.param(says({"rows": None}), id="not a table"),
    ],
)
async def test_no_fault_of_the_list_ends_it(
    cluster: Cluster, client: Client, fault: Answer
) -> None:
    cluster.lists = [fault, says(table(row("p")))]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["p"])


async def test_a_half_open_stream_is_opened_again_where_it_was(
    cluster: Cluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_module, "IDLE_SECONDS", 0.05)
    cluster.watches = [
        streams(event("BOOKMARK", version="150", columns=True), then_silent=True),
        streams(event("MODIFIED", row("p"), version="160", columns=True), then_silent=True),
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["p"])
    assert len(cluster.asked_lists()) == 1


async def test_a_bookmark_moves_the_version_on(cluster: Cluster, client: Client) -> None:
    cluster.lists = [says(table(version="100"))]
    cluster.watches = [
        streams(
            event("ADDED", well("p"), version="120", columns=True),
            event("BOOKMARK", version="500"),
        ),
        SILENT,
    ]
    async with detecting(client):
        await once_watching(cluster, 2)
    first, second = cluster.asked_watches()
    assert (first["resourceVersion"], second["resourceVersion"]) == ("100", "500")
    assert first["allowWatchBookmarks"] == "true"
    assert len(cluster.asked_lists()) == 1


async def test_a_bookmark_is_no_pod(cluster: Cluster, client: Client) -> None:
    empty = row("", "0/0", "", "5", "<none>", "<none>")
    cluster.watches = [
        streams(
            event("BOOKMARK", empty, version="2", columns=True),
            event("MODIFIED", row("p"), version="3"),
            then_silent=True,
        )
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: "p" in suspects)
        assert suspects == ["p"]


async def test_a_deleted_pod_is_forgotten(cluster: Cluster, client: Client) -> None:
    """Its successor of the same name and address is news."""
    cluster.lists = [says(table(row("web-0")))]
    cluster.watches = [
        streams(
            event("DELETED", row("web-0"), version="101", columns=True),
            event("ADDED", row("web-0"), version="102"),
            then_silent=True,
        )
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["web-0", "web-0"])


async def test_a_pod_that_went_unseen_is_forgotten_by_the_next_list(
    cluster: Cluster, client: Client
) -> None:
    cluster.lists = [
        says(table(row("web-0"))),
        says(table()),
        says(table(row("web-0"))),
    ]
    cluster.watches = [streams(gone()), streams(gone()), SILENT]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster, 3)
        assert suspects == ["web-0", "web-0"]


async def test_an_unchanged_row_is_no_news_in_the_next_list(
    cluster: Cluster, client: Client
) -> None:
    cluster.lists = [says(table(row("web-0", restarts="3 (12s ago)")))]
    cluster.lists.append(says(table(row("web-0", restarts="3 (5m ago)"))))
    cluster.watches = [streams(gone()), SILENT]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster, 2)
        assert suspects == ["web-0"]


async def test_columns_are_found_by_name(cluster: Cluster, client: Client) -> None:
    def turned(content: dict[str, Any]) -> dict[str, Any]:
        content["columnDefinitions"] = content["columnDefinitions"][::-1]
        for entry in content["rows"]:
            entry["cells"] = entry["cells"][::-1]
        return content

    cluster.lists = [says(turned(table(row("loops"), well("is-well", "2 (1d ago)"))))]
    async with detecting(client) as (_, suspects):
        await once_watching(cluster)
        assert suspects == ["loops"]


@pytest.mark.parametrize("first", ["ADDED", "MODIFIED", "BOOKMARK", "DELETED"])
async def test_columns_come_with_the_first_event_only(
    cluster: Cluster, client: Client, first: str
) -> None:
    """After an upgrade of the server the order may be another one than in our list."""

    def turned(line: bytes) -> bytes:
        content = json.loads(line)
        inner = content["object"]
        inner["columnDefinitions"] = inner["columnDefinitions"] and [
            {"name": c} for c in COLUMNS[::-1]
        ]
        for entry in inner["rows"]:
            entry["cells"] = entry["cells"][::-1]
        return json.dumps(content).encode() + b"\n"

    cluster.watches = [
        streams(
            turned(event(first, well("other"), version="101", columns=True)),
            turned(event("MODIFIED", row("p"), version="102")),
            then_silent=True,
        )
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["p"])


@pytest.mark.parametrize("other", [{"ip": "10.200.0.8"}, {"node": "node-2"}])
async def test_namesakes_in_two_namespaces_are_two_pods(
    cluster: Cluster, client: Client, other: dict[str, str]
) -> None:
    """A row has no namespace: name, address and node tell two pods apart."""
    cluster.lists = [says(table(well("redis-0", "1 (2d ago)"), row("redis-0", **other)))]
    cluster.watches = [
        streams(
            event("MODIFIED", row("redis-0"), version="101", columns=True),
            then_silent=True,
        )
    ]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["redis-0", "redis-0"])


async def test_a_server_that_ends_every_watch_at_once_is_not_hammered(
    cluster: Cluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_module, "PAUSE_SECONDS", (0.05, 0.05))
    cluster.watches = [streams()]
    async with detecting(client):
        await asyncio.sleep(0.3)
    assert 2 <= len(cluster.asked_watches()) <= 7
    assert len(cluster.asked_lists()) == 1


async def test_a_server_that_forgets_at_once_is_not_hammered(
    cluster: Cluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector_module, "PAUSE_SECONDS", (0.05, 0.05))
    cluster.watches = [streams(gone())]
    async with detecting(client):
        await asyncio.sleep(0.3)
    assert 2 <= len(cluster.asked_lists()) <= 7


async def test_everything_the_server_says_counts_as_life(cluster: Cluster, client: Client) -> None:
    speaks = asyncio.Event()

    async def bookmark_later(request: web.Request) -> web.StreamResponse:
        await speaks.wait()
        said = streams(event("BOOKMARK", version="1", columns=True), then_silent=True)
        return await said(request)

    cluster.watches = [bookmark_later]
    async with detecting(client) as (detector, _):
        await once_watching(cluster)
        assert detector.last_activity > 0
        detector.last_activity = 0.0
        speaks.set()
        await cluster.server.until(lambda: detector.last_activity > 0)


async def test_a_sweep_backs_the_watch_up(
    cluster: Cluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch that lives on without saying what happened is no better than none."""
    monkeypatch.setattr(detector_module, "SWEEP_SECONDS", 0.05)
    cluster.lists = [says(table()), says(table(row("missed")))]
    cluster.watches = [streams(event("BOOKMARK", version="101", columns=True))]
    async with detecting(client) as (_, suspects):
        await cluster.server.until(lambda: suspects == ["missed"])
