"""Payments API: Litestar, pydantic-settings, psycopg's pool."""

import logging
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from litestar import Litestar, get
from litestar.datastructures import State
from psycopg_pool import AsyncConnectionPool
from pydantic import AnyHttpUrl, Field, PostgresDsn, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

log = logging.getLogger("payments")


class StartupError(RuntimeError):
    pass


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PAYMENTS_", env_nested_delimiter="__")

    database_url: PostgresDsn
    provider_url: AnyHttpUrl = AnyHttpUrl("https://psp.example.com/v2")
    provider_key: SecretStr
    mode: Literal["live", "sandbox"] = "sandbox"
    pool_size: int = Field(default=4, ge=1, le=64)
    currencies: list[str] = ["EUR"]
    fees_file: Path | None = None

    @field_validator("currencies")
    @classmethod
    def iso(cls, value: list[str]) -> list[str]:
        for one in value:
            if len(one) != 3 or not one.isupper():
                raise ValueError(f"{one!r} is no ISO 4217 code")
        return value


@asynccontextmanager
async def lifespan(app: Litestar):
    settings = app.state.settings
    if settings.fees_file:
        app.state.fees = read_fees(settings.fees_file)
    pool = AsyncConnectionPool(str(settings.database_url), min_size=1, max_size=settings.pool_size, open=False)
    try:
        await pool.open(wait=True, timeout=4)
    except Exception as error:
        raise StartupError("payments could not be started") from error
    async with pool.connection() as connection:
        row = await (await connection.execute("select version from schema_version")).fetchone()
        if row is None or row[0] != 12:
            raise StartupError(f"schema version {row and row[0]} found, this release needs 12; run `payments migrate`")
        await connection.execute("select 1 from payments limit 1")
    log.info("connected, %s currencies", len(settings.currencies))
    yield
    await pool.close()


def read_fees(path: Path) -> dict[str, float]:
    fees = {}
    for line in path.read_text().splitlines():
        currency, _, percent = line.partition("=")
        fees[currency] = float(percent)
    return {name: fees[name] for name in ("EUR", "USD")}


@get("/payments")
async def payments(state: State) -> dict[str, int]:
    return {"open": 0}


def create_app() -> Litestar:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    return Litestar([payments], lifespan=[lifespan], state=State({"settings": settings}))
