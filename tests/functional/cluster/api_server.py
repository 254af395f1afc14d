"""An HTTP server that plays the API server's part: it says what a test told it to, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from aiohttp import web

from crashloop_doctor.cluster.client import Client
from crashloop_doctor.cluster.credentials import Credentials

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
PATIENCE = 5.0


class Asked(NamedTuple):
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    time: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def says(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON value, or with bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=content,
            status=status,
            headers={"Content-Type": "application/json", **(headers or {})},
        )

    return answer


def refuses(code: int, reason: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """A refusal as the API server writes it: a Status."""
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }
    return says(status, code, headers)


def drops() -> Answer:
    """The connection is cut before any answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return answer


def breaks_off(beginning: bytes) -> Answer:
    """The connection is cut in the middle of the answer."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(beginning) + 100)})
        await response.prepare(request)
        await response.write(beginning)
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def streams(*chunks: bytes, then_silent: bool = False) -> Answer:
    """A watch: the chunks as they are, then its end, or silence until the client goes away."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(0.005)
        if then_silent:
            await asyncio.sleep(PATIENCE)
        return response

    return answer


class ApiServer:
    """Answers by (method, path), one after the other; the last one of a path stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def on(self, method: str, path: str, *answers: Answer) -> None:
        self._answers[method, path] = list(answers)

    def asked_for(self, method: str, path: str) -> list[Asked]:
        return [a for a in self.asked if (a.method, a.path) == (method, path)]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so; looked at after every request and 100 times a second."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, [f"{a.method} {a.path}" for a in self.asked]
            await asyncio.sleep(0.01)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                dict(request.headers),
                await request.read(),
                time.monotonic(),
            )
        )
        answers = self._answers.get((request.method, request.path))
        if not answers:
            answer = refuses(404, "NotFound", f"{request.path} not found")
        else:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return await answer(request)

    async def start(self, ssl_context: Any = None) -> web.AppRunner:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{anything:.*}", self.serve)
        # A handler ends when its client goes away, or every silent watch would be waited for.
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl_context)
        await site.start()
        scheme = "https" if ssl_context else "http"
        self.url = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def client(self, token: Callable[[], str | None] = lambda: "Bearer secret") -> Client:
        credentials = Credentials(server=self.url, ssl_context=None, authorization=token)
        return Client(credentials, "crashloop-doctor/test")
