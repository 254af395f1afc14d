"""An API gateway: aiohttp server and client, loguru."""

import asyncio
import os
import signal
import ssl
import sys

import aiohttp
from aiohttp import web
from loguru import logger

logger.remove()
logger.add(sys.stderr, serialize=os.environ.get("LOG_JSON") == "1", colorize=os.environ.get("LOG_COLOUR") == "1",
           backtrace=False, diagnose=False)


async def check(url: str) -> None:
    context = ssl.create_default_context(cafile=os.environ.get("CA_FILE"))
    async with aiohttp.ClientSession() as session:
        async with session.get(url, ssl=context, timeout=aiohttp.ClientTimeout(2)) as answer:
            answer.raise_for_status()
            logger.info("upstream {} answered {}", url, answer.status)


async def main() -> None:
    logger.info("gateway 1.9.3 starting")
    if url := os.environ.get("UPSTREAM"):
        attempts = int(os.environ.get("ATTEMPTS", "1"))
        for attempt in range(1, attempts + 1):
            try:
                await check(url)
                break
            except aiohttp.ClientError as error:
                if attempt == attempts:
                    raise
                logger.warning("upstream check {}/{} failed: {}", attempt, attempts, error)
                await asyncio.sleep(0.4)
    app = web.Application()

    async def root(request):
        return web.json_response({})

    app.router.add_get("/", root)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    admin = int(os.environ.get("ADMIN_PORT", "9901"))
    for port in range(admin, admin + 3):
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            logger.info("admin endpoint on port {}", port)
            break
        except OSError as error:
            logger.warning("admin endpoint: {} - trying port {}", error, port + 1)
    if path := os.environ.get("CONTROL_SOCKET"):
        import socket

        control = socket.socket(socket.AF_UNIX)
        control.bind(path)
        control.listen()
        logger.info("control channel open")
    site = web.TCPSite(runner, "0.0.0.0", int(os.environ.get("PORT", "8080")))
    await site.start()
    logger.info("listening on {}", site.name)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tenants = int(os.environ.get("TENANTS", "0"))
    connections = []
    for tenant in range(tenants):
        connections.append(await asyncio.open_connection("127.0.0.1", site._port))
        logger.debug("tenant channel {} open", tenant)
    await stop.wait()
    logger.info("SIGTERM: draining connections")
    await runner.cleanup()
    logger.info("stopped")


try:
    asyncio.run(main())
except Exception:
    logger.exception("gateway failed")
    sys.exit(1)
