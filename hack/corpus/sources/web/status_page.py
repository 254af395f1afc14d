"""A worker with a status page that takes the next free port when its own is taken (aiohttp)."""

import asyncio
import logging
import os
import sys

from aiohttp import web

logging.basicConfig(
    level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(name)s %(message)s"
)
log = logging.getLogger("worker")


async def status(_: web.Request) -> web.Response:
    return web.json_response({"state": "running"})


async def main() -> None:
    app = web.Application()
    app.router.add_get("/status", status)
    runner = web.AppRunner(app)
    await runner.setup()
    first = int(os.environ.get("STATUS_PORT", "9101"))
    for port in range(first, first + int(os.environ.get("STATUS_PORTS", "5"))):
        try:
            await web.TCPSite(runner, "0.0.0.0", port).start()
            log.info("status page on port %d", port)
            break
        except OSError as error:
            log.warning("status page: %s", error)
    else:
        log.error("status page disabled, no port is free")
        if os.environ.get("STATUS_REQUIRED"):
            raise SystemExit("status page is required and could not be started")
    for number in range(10_000):
        log.info("job %d done", number)
        await asyncio.sleep(0.1)


asyncio.run(main())
