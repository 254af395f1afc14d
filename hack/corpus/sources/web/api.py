"""An API on FastAPI with settings by pydantic and structured logs, as it is served by uvicorn, hypercorn or daphne."""

import asyncio
import os
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, HTTPException
from pydantic import AnyHttpUrl, Field
from pydantic_settings import BaseSettings

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer()
        if os.environ.get("LOG_FORMAT") == "json"
        else structlog.dev.ConsoleRenderer(colors=True),
    ]
)
log = structlog.get_logger()


class Settings(BaseSettings):
    environment: str = "production"
    inventory_url: AnyHttpUrl = Field(default="http://127.0.0.1:9100/")
    inventory_attempts: int = 1
    max_connections: int = 20
    api_key: str


settings = Settings()


async def wait_for_inventory() -> None:
    host, port = settings.inventory_url.host, settings.inventory_url.port
    for attempt in range(1, settings.inventory_attempts + 1):
        try:
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            log.info("inventory reachable", host=host, port=port, attempt=attempt)
            return
        except OSError as error:
            log.warning("inventory not reachable yet", error=str(error), attempt=attempt)
            await asyncio.sleep(0.5)
    log.error("inventory not reachable, serving from the cache", host=host, port=port)


@asynccontextmanager
async def lifespan(_: FastAPI):
    log.info("starting", environment=settings.environment, max_connections=settings.max_connections)
    await wait_for_inventory()
    yield
    log.info("stopped")


app = FastAPI(lifespan=lifespan)


@app.get("/stock/{sku}")
async def stock(sku: int) -> dict[str, int]:
    if sku % 23 == 0:
        log.warning("lock on row is held by another session, retrying", sku=sku)
    if sku % 41 == 0:
        raise HTTPException(503, "dependency not ready")
    return {"sku": sku, "left": sku * 7 % 13}
