"""Feature flags over HTTP: starlette under uvicorn, flags kept in redis."""

import contextlib
import logging
import os

import redis.asyncio as redis
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

logging.basicConfig(level=logging.INFO, format="%(levelname)s:     %(name)s %(message)s")
log = logging.getLogger("flags")


@contextlib.asynccontextmanager
async def lifespan(app):
    store = redis.from_url(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
    if os.environ.get("OPTIONAL_STORE"):
        try:
            await store.ping()
        except redis.ConnectionError as error:
            log.error("no flag store (%s), serving the flags of the image", error)
    elif not os.environ.get("NO_STORE"):
        await store.ping()
    app.state.defaults = {"new-cart": 30}
    if os.environ.get("ROLLOUT"):
        app.state.defaults["rollout"] = sum(os.environ["ROLLOUT"].split(","))
    yield
    log.info("flags written back")


async def flag(request):
    name = request.path_params["name"]
    if request.headers.get("authorization") != "Bearer web":
        log.warning("invalid token from %s", request.client.host)
        raise HTTPException(401)
    return JSONResponse({name: request.app.state.defaults[name]})


app = Starlette(routes=[Route("/flags/{name}", flag)], lifespan=lifespan)
