"""A quote service: fastapi, pydantic-settings, structlog in JSON."""

import os
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from pydantic import HttpUrl, PositiveInt
from pydantic_settings import BaseSettings

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.dict_tracebacks,
        structlog.processors.JSONRenderer(),
    ]
)
log = structlog.get_logger()


class Settings(BaseSettings, env_prefix="QUOTES_"):
    api_token: str
    upstream: HttpUrl
    cache_size: PositiveInt = 500
    pricing_file: str = ""


settings = Settings()


@asynccontextmanager
async def lifespan(app: FastAPI):
    log.info("startup", upstream=str(settings.upstream), cache_size=settings.cache_size)
    if settings.pricing_file:
        try:
            with open(settings.pricing_file) as file:
                log.info("pricing_loaded", lines=len(file.readlines()))
        except OSError:
            log.exception("startup_failed", file=settings.pricing_file)
            raise SystemExit(1) from None
    if os.environ.get("SELF_TEST"):
        log.info("self_test")
        try:
            quote = {"symbol": "ACME", "bid": 10}
            log.info("self_test_result", mid=(quote["bid"] + quote["ask"]) / 2)
        except Exception:
            log.exception("self_test_failed")
            raise
    yield
    log.info("shutdown")


app = FastAPI(lifespan=lifespan)


@app.get("/quotes")
def quotes():
    return []


@app.get("/livez")
def livez():
    return {"status": "ok"}
