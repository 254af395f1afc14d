"""An API server that keeps objects: what is created, written, patched and deleted stays so for the next read."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from api_server import ApiServer, Asked

OURS = "/apis/crashloop-doctor.io/v1alpha1"


class ObjectServer(ApiServer):
    """Objects by path; an answer that a test registered by `on` comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, dict[str, Any]] = {}
        self.version = 100

    def keep(self, path: str, value: dict[str, Any]) -> None:
        self.version += 1
        value.setdefault("metadata", {})["resourceVersion"] = str(self.version)
        self.objects[path] = value

    def writes(self) -> list[Asked]:
        """What would change something, events aside."""
        return [a for a in self.asked if a.method != "GET" and not a.path.endswith("/events")]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self._answers.get((request.method, request.path)):
            return await super().serve(request)
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                dict(request.headers),
                await request.read(),
                0.0,
            )
        )
        return self._answer(self.asked[-1])

    def _answer(self, asked: Asked) -> web.Response:
        path = asked.path
        if asked.method == "GET":
            return self._read(asked)
        if asked.method == "DELETE":
            found = self.objects.pop(path, None)
            return web.json_response({}) if found else _missing(path)
        if asked.method == "POST":
            name = asked.json["metadata"]["name"]
            if f"{path}/{name}" in self.objects:
                return _status(409, "AlreadyExists", f"{name} already exists")
            value = dict(asked.json)
            value["metadata"] |= {"uid": f"uid-{name}", "generation": 1}
            value["metadata"]["creationTimestamp"] = "2026-11-21T09:00:00Z"
            value.pop("status", None)
            self.keep(f"{path}/{name}", value)
            return web.json_response(value, status=201)
        if asked.method == "PUT":
            stored = self.objects.get(path.removesuffix("/status"))
            if stored is None:
                return _missing(path)
            if stored["metadata"]["resourceVersion"] != asked.json["metadata"]["resourceVersion"]:
                return _status(409, "Conflict", "the object has been modified")
            stored["status"] = asked.json["status"]
            self.keep(path.removesuffix("/status"), stored)
            return web.json_response(stored)
        return web.json_response({})

    def _read(self, asked: Asked) -> web.Response:
        path = asked.path
        if path in self.objects:
            return web.json_response(self.objects[path])
        collection = path.rpartition("/")[2]
        if not collection.endswith("s"):
            return _missing(path)
        found = []
        for key, value in self.objects.items():
            parent = key.rpartition("/")[0]
            if parent == path or (
                parent.rpartition("/")[2] == collection and "/namespaces/" not in path
            ):
                found.append(value)
        node = dict(
            term.split("=", 1) for term in asked.query.get("fieldSelector", "").split(",") if term
        )
        if "spec.nodeName" in node:
            found = [p for p in found if p["spec"].get("nodeName") == node["spec.nodeName"]]
        if "metadata.name" in node:
            found = [p for p in found if p["metadata"]["name"] == node["metadata.name"]]
        return web.json_response({"metadata": {}, "items": found})


def _missing(path: str) -> web.Response:
    return _status(404, "NotFound", f"{path} not found")


def _status(code: int, reason: str, message: str) -> web.Response:
    body = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return web.Response(
        body=json.dumps(body).encode(), status=code, content_type="application/json"
    )
