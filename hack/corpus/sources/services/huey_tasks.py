"""Tasks of a huey consumer on a Redis that is named by REDIS_URL."""

import logging
import os

from huey import RedisHuey, crontab

logging.basicConfig(level=logging.INFO)
huey = RedisHuey("thumbnails", url=os.environ["REDIS_URL"])
SIZES = [int(size) for size in os.environ.get("SIZES", "120,480").split(",")]


@huey.task(retries=1)
def shrink(name):
    if name.endswith(".svg"):
        raise ConnectionError(f"no connection between paths in {name}")
    return [f"{name}@{size}" for size in SIZES]


@huey.periodic_task(crontab(minute="*"))
def tidy():
    return None
