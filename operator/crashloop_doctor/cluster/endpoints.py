"""HTTP for Prometheus and for the kubelet's probes."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from .. import metrics


async def serve(
    *,
    health_port: int,
    metrics_port: int,
    host: str,
    unhealthy: Callable[[], str],
    refresh: Callable[[], None],
) -> list[web.AppRunner]:
    """Starts both servers; `unhealthy` says what is wrong, or nothing. Raises OSError when a port is taken."""

    async def healthz(_: web.Request) -> web.Response:
        wrong = unhealthy()
        return web.Response(text=wrong or "ok", status=503 if wrong else 200)

    async def scrape(_: web.Request) -> web.Response:
        refresh()
        return web.Response(
            body=generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    runners: list[web.AppRunner] = []
    try:
        for port, path, handler in (
            (health_port, "/healthz", healthz),
            (metrics_port, "/metrics", scrape),
        ):
            app = web.Application()
            app.router.add_get(path, handler)
            runner = web.AppRunner(app, access_log=None)
            runners.append(runner)
            await runner.setup()
            await web.TCPSite(runner, host, port).start()
    except OSError:
        for runner in runners:
            await runner.cleanup()
        raise
    return runners
