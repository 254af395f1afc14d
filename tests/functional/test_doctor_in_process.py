"""The whole doctor in this process, against an API server of a few hundred lines' worth of truth: no kopf, no kubelet.

What the real server and kubelet do with it is tried in tests/e2e.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from crashloop_doctor.cluster.client import Client
from crashloop_doctor.cluster.controller import Controller, Settings
from crashloop_doctor.cluster.credentials import Credentials
from crashloop_doctor.treatment import machine

OURS = "/apis/crashloop-doctor.io/v1alpha1"
KINDS = (
    "failuresignatures",
    "clusterremediationpolicies",
    "remediationpolicies",
    "diagnoses",
    "remediations",
)
COLUMNS = ("Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node")
TOOLBOX = "registry.example.com/toolbox:1"
SOCKET = "/var/run/dragonfly/dfdaemon.sock"
# As dfdaemon 0.2.5 said it: the key line in colour, then 68 lines of a shutdown in good order.
LOG = (
    b"2026-11-21T09:00:01Z \x1b[32m INFO\x1b[0m dfdaemon: starting\n"
    b"2026-11-21T09:00:02Z \x1b[31mERROR\x1b[0m dfdaemon: download grpc server failed: "
    b"Address already in use (os error 98)\n"
    + b"2026-11-21T09:00:02Z \x1b[32m INFO\x1b[0m dfdaemon: a service has shut down\n"
    * 68
)


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def labels() -> dict[str, str]:
    return {"app.kubernetes.io/name": "dfdaemon"}


def pod_spec() -> dict[str, Any]:
    return {
        "containers": [
            {
                "name": "dfdaemon",
                "image": "dragonflyoss/client:v0.2.5",
                "command": ["dfdaemon", "--socket", SOCKET],
                "securityContext": {"runAsUser": 0},
                "resources": {"requests": {"cpu": "10m"}},
                "readinessProbe": {"exec": {"command": ["probe"]}, "periodSeconds": 2},
                "volumeMounts": [{"name": "run", "mountPath": "/var/run/dragonfly"}],
            }
        ],
        "volumes": [{"name": "run", "hostPath": {"path": "/var/run/dragonfly", "type": ""}}],
        "restartPolicy": "Always",
    }


def owner(api_version: str, kind: str, name: str) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name,
        "uid": f"uid-{name}",
        "controller": True,
    }


def workload(kind: str, name: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "resourceVersion": "10",
            "generation": 1,
            "labels": labels(),
            "ownerReferences": owners,
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels()},
            "template": {"metadata": {"labels": labels()}, "spec": pod_spec()},
        },
        "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1},
    }


def crash_looping_pod() -> dict[str, Any]:
    died = {
        "exitCode": 0,
        "reason": "Completed",
        "startedAt": ago(12),
        "finishedAt": ago(10),
        "containerID": "containerd://3",
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "dfdaemon-6c9f-x2x8p",
            "namespace": "shop",
            "uid": "uid-pod",
            "resourceVersion": "20",
            "creationTimestamp": ago(100),
            "labels": labels(),
            "ownerReferences": [owner("apps/v1", "ReplicaSet", "dfdaemon-6c9f")],
        },
        "spec": {**pod_spec(), "nodeName": "node-1"},
        "status": {
            "phase": "Running",
            "podIP": "10.200.0.7",
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": ago(90)}],
            "containerStatuses": [
                {
                    "name": "dfdaemon",
                    "ready": False,
                    "restartCount": 3,
                    "containerID": "containerd://3",
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                    "lastState": {"terminated": died},
                }
            ],
        },
    }


class World:
    """Objects by path, as an API server keeps them; `writes` are all requests that would change something."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.writes: list[tuple[str, str, dict[str, str], Any]] = []
        self.watchers: set[asyncio.Queue[bytes]] = set()
        self.version = 1000
        self.kubelet: Callable[[dict[str, Any]], None] = lambda change: None
        self.pod = crash_looping_pod()
        shop = "/apis/apps/v1/namespaces/shop"
        self.objects[f"{shop}/deployments/dfdaemon"] = workload("Deployment", "dfdaemon", [])
        self.objects[f"{shop}/replicasets/dfdaemon-6c9f"] = workload(
            "ReplicaSet", "dfdaemon-6c9f", [owner("apps/v1", "Deployment", "dfdaemon")]
        )

    @property
    def pod_path(self) -> str:
        return f"/api/v1/namespaces/shop/pods/{self.pod['metadata']['name']}"

    def of(self, plural: str) -> list[dict[str, Any]]:
        """Our own objects, of every namespace."""
        return [o for path, o in self.objects.items() if f"{OURS}/" in path and plural in path]

    def row(self) -> dict[str, Any]:
        (status,) = self.pod["status"]["containerStatuses"]
        running = "running" in status["state"]
        cells = [
            self.pod["metadata"]["name"],
            "1/1" if status["ready"] else "0/1",
            "Running" if running else "CrashLoopBackOff",
            f"{status['restartCount']} (10s ago)",
            "100s",
            "10.200.0.7",
            "node-1",
            "<none>",
        ]
        return {"cells": cells, "object": None}

    def table(self, *, columns: bool) -> dict[str, Any]:
        return {
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": {"resourceVersion": str(self.version)},
            "columnDefinitions": [{"name": c} for c in COLUMNS] if columns else None,
            "rows": [self.row()],
        }

    def pod_changed(self) -> None:
        self.version += 1
        self.pod["metadata"]["resourceVersion"] = str(self.version)
        event = json.dumps({"type": "MODIFIED", "object": self.table(columns=True)})
        for watcher in self.watchers:
            watcher.put_nowait(event.encode() + b"\n")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path, query = request.path, request.query
        if request.method != "GET":
            return await self._write(request)
        if path in ("/api/v1/pods", "/api/v1/namespaces/shop/pods"):
            if "watch" in query:
                return await self._watch(request)
            if "as=Table" in request.headers["Accept"]:
                return web.json_response(self.table(columns=True))
            return web.json_response({"metadata": {}, "items": [self.pod]})
        if path == self.pod_path:
            return web.json_response(self.pod)
        if path == f"{self.pod_path}/log":
            return web.Response(body=LOG)
        if path == "/api/v1/nodes":
            info = {"status": {"nodeInfo": {"kubeletVersion": "v1.35.4"}}}
            return web.json_response({"items": [{"metadata": {"name": "node-1"}, **info}]})
        if path in self.objects:
            return web.json_response(self.objects[path])
        if path.rpartition("/")[2] in (*KINDS, "events"):
            # A list without a namespace is one of all of them.
            parts = path.replace(f"{OURS}/", f"{OURS}/namespaces/shop/")
            items = [o for k, o in self.objects.items() if k.rpartition("/")[0] in (path, parts)]
            return web.json_response({"metadata": {}, "items": items})
        return self._status(404, "NotFound", f"{path} not found")

    def _status(self, code: int, reason: str, message: str) -> web.Response:
        body = {"kind": "Status", "code": code, "reason": reason, "message": message}
        return web.json_response(body, status=code)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.watchers.add(queue)
        try:
            while True:
                await response.write(await queue.get())
        finally:
            self.watchers.discard(queue)

    async def _write(self, request: web.Request) -> web.Response:
        path, body = request.path, json.loads(await request.read() or b"{}")
        self.writes.append((request.method, path, dict(request.query), body))
        if request.query.get("dryRun") == "All":
            return web.json_response({})
        self.version += 1
        if request.method == "POST":
            return self._create(f"{path}/{body['metadata']['name']}", body)
        if request.method == "PUT" and path.endswith("/status"):
            stored = self.objects.get(path.removesuffix("/status"))
            if stored is None:
                return self._status(404, "NotFound", f"{path} not found")
            if stored["metadata"]["resourceVersion"] != body["metadata"]["resourceVersion"]:
                return self._status(409, "Conflict", "the object has been modified")
            stored["status"] = body["status"]
            stored["metadata"]["resourceVersion"] = str(self.version)
            return web.json_response(stored)
        if request.method == "PATCH" and path == f"{self.pod_path}/ephemeralcontainers":
            self.kubelet(body)
            self.pod_changed()
            return web.json_response(self.pod)
        return self._status(405, "MethodNotAllowed", path)

    def _create(self, path: str, body: dict[str, Any]) -> web.Response:
        if path in self.objects:
            return self._status(409, "AlreadyExists", f"{path} already exists")
        created = copy.deepcopy(body)
        created["metadata"] |= {
            "uid": f"uid-{self.version}",
            "resourceVersion": str(self.version),
            "generation": 1,
            "creationTimestamp": ago(0),
        }
        created.pop("status", None)
        self.objects[path] = created
        return web.json_response(created, status=201)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Ward:
    """The world, the doctor in it, and what it says of itself."""

    def __init__(self, world: World, settings: Settings, work: asyncio.Task[None]) -> None:
        self.world = world
        self._settings = settings
        self._work = work

    async def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 8
        while not holds():
            if self._work.done():
                self._work.result()
            assert time.monotonic() < deadline, self.world.of("remediations")
            await asyncio.sleep(0.02)

    async def health(self) -> tuple[int, str]:
        return await self._get(self._settings.health_port, "/healthz")

    async def metrics(self) -> str:
        return (await self._get(self._settings.metrics_port, "/metrics"))[1]

    async def _get(self, port: int, path: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}{path}") as response,
        ):
            return response.status, await response.text()


@asynccontextmanager
async def doctor_in(world: World) -> AsyncIterator[Ward]:
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", world.serve)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    credentials = Credentials(
        server=f"http://127.0.0.1:{runner.addresses[0][1]}",
        ssl_context=None,
        authorization=lambda: "Bearer t",
    )
    settings = Settings(
        toolbox_image=TOOLBOX,
        metrics_port=free_port(),
        health_port=free_port(),
        host="127.0.0.1",
    )
    async with Client(credentials, "crashloop-doctor/test") as client:
        work = asyncio.create_task(Controller(client, settings).run())
        try:
            yield Ward(world, settings, work)
            assert not work.done()
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            await runner.cleanup()


def proposed(world: World) -> dict[str, dict[str, Any]]:
    """Remediations with a recorded state, by remedy."""
    return {
        r["spec"]["remedy"]: r for r in world.of("remediations") if r.get("status", {}).get("state")
    }


async def test_a_crash_loop_is_diagnosed_and_two_cures_are_suggested() -> None:
    world = World()
    before = copy.deepcopy(world.pod)
    async with doctor_in(world) as ward:
        await ward.until(lambda: len(proposed(world)) == 2)
        status, said = await ward.health()
        scraped = await ward.metrics()
    assert (status, said) == (200, "ok")
    assert 'crashloop_doctor_active_diagnoses{cause="StaleUnixSocket"} 1.0' in scraped

    (diagnosis,) = world.of("diagnoses")
    assert diagnosis["spec"]["cause"] == "StaleUnixSocket"
    assert diagnosis["spec"]["workload"]["kind"] == "Deployment"
    (owned_by,) = diagnosis["metadata"]["ownerReferences"]
    assert (owned_by["uid"], owned_by["blockOwnerDeletion"]) == ("uid-dfdaemon", False)
    captures = {c["name"]: c["value"] for c in diagnosis["status"]["captures"]}
    assert captures["path"] == SOCKET
    assert [d["reason"] for d in diagnosis["status"]["deaths"]] == ["Completed"]
    texts = [line["text"] for line in diagnosis["status"]["evidence"]]
    assert any("Address already in use" in text for text in texts)
    assert "\x1b" not in json.dumps(texts, ensure_ascii=False)

    found = proposed(world)
    assert found.keys() == {"RemoveStaleSocket", "InjectSocketJanitor"}
    for remediation in found.values():
        assert remediation["spec"]["mode"] == "Suggest"
        assert remediation["status"]["state"] == "Proposed"
        assert remediation["spec"]["paste"]
        validated = [c for c in remediation["status"]["conditions"] if c["type"] == "Validated"]
        assert [c["status"] for c in validated] == ["True"]

    # Nothing outside our own group was changed: dry runs and events only.
    foreign = [w for w in world.writes if not w[1].startswith(OURS)]
    assert {w[1] for w in foreign if w[0] == "PATCH"} == {
        f"{world.pod_path}/ephemeralcontainers",
        "/apis/apps/v1/namespaces/shop/deployments/dfdaemon",
    }
    assert all(w[2].get("dryRun") == "All" for w in foreign if w[0] == "PATCH")
    assert {w[1] for w in foreign if w[0] != "PATCH"} == {"/api/v1/namespaces/shop/events"}
    assert world.pod == before


async def test_a_doctor_that_starts_again_finds_its_own_work_and_does_it_once() -> None:
    world = World()
    async with doctor_in(world) as ward:
        await ward.until(lambda: len(proposed(world)) == 2)
    names = sorted(world.objects)
    created = [w for w in world.writes if w[0] == "POST" and w[1].startswith(OURS)]
    assert len(created) == 3
    async with doctor_in(world) as ward:
        seen = len(world.writes)
        await ward.until(lambda: len(world.watchers) == 1)
        world.pod_changed()
        await asyncio.sleep(0.3)
    assert sorted(world.objects) == names
    again = [w for w in world.writes[seen:] if w[0] == "POST" and w[1].startswith(OURS)]
    assert again == []


async def test_under_auto_first_aid_heals_and_nothing_else_is_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "POLL_SECONDS", 0.1)
    world = World()
    policy = {
        "metadata": {"name": "heal", "uid": "p", "resourceVersion": "1", "generation": 1},
        "spec": {
            "mode": "Auto",
            "minConfidence": "0.5",
            "verification": {"minWindowSeconds": 1, "maxWindowSeconds": 1},
        },
    }
    world.objects[f"{OURS}/clusterremediationpolicies/heal"] = policy

    def kubelet(change: dict[str, Any]) -> None:
        """Runs the ephemeral container, and then the daemon comes up."""
        (aid,) = change["spec"]["ephemeralContainers"]
        world.pod["spec"]["ephemeralContainers"] = [aid]
        end = {"exitCode": 0, "message": f"removed {SOCKET}", "finishedAt": ago(0)}
        world.pod["status"]["ephemeralContainerStatuses"] = [
            {"name": aid["name"], "state": {"terminated": end}}
        ]
        (status,) = world.pod["status"]["containerStatuses"]
        status |= {"ready": True, "restartCount": 4, "containerID": "containerd://4"}
        status["state"] = {"running": {"startedAt": ago(0)}}
        world.pod["status"]["conditions"][0] |= {"status": "True", "lastTransitionTime": ago(0)}

    world.kubelet = kubelet
    async with doctor_in(world) as ward:
        await ward.until(
            lambda: [r["status"]["state"] for r in proposed(world).values()] == ["Healed"]
        )
    (remediation,) = world.of("remediations")
    assert remediation["spec"]["remedy"] == "RemoveStaleSocket"
    assert [step["state"] for step in remediation["status"]["steps"]] == [
        "Approved",
        "Applied",
        "Verifying",
        "Healed",
    ]
    sent = [w for w in world.writes if w[0] == "PATCH" and "dryRun" not in w[2]]
    assert [(path, query) for _, path, query, _ in sent if "/events" not in path] == [
        (f"{world.pod_path}/ephemeralcontainers", {"fieldManager": "crashloop-doctor"})
    ]
    (aid,) = sent[0][3]["spec"]["ephemeralContainers"]
    assert (aid["image"], aid["args"][0]) == (TOOLBOX, "clean-socket")
    assert "targetContainerName" not in aid


async def test_a_server_without_our_resources_ends_the_start() -> None:
    world = World()
    real = world.serve

    async def without_crds(request: web.Request) -> web.StreamResponse:
        if request.path.startswith(OURS):
            return web.json_response(
                {"reason": "NotFound", "message": "the server could not find it"}, status=404
            )
        return await real(request)

    monkey: Any = world
    monkey.serve = without_crds
    with pytest.raises(Exception, match="could not find"):
        async with doctor_in(world) as ward:
            await ward.until(lambda: False)
