"""Keeps sessions in Redis (redis-py, loguru)."""

import os
import sys
import time

import redis
from loguru import logger
from redis.backoff import ConstantBackoff
from redis.retry import Retry

logger.remove()
logger.add(sys.stdout, colorize=True, backtrace=False, diagnose=False)


def main() -> None:
    url = os.environ["REDIS_URL"]
    retries = int(os.environ.get("REDIS_RETRIES", "0"))
    logger.info("session-cache 1.12.0 starting")
    client = redis.Redis.from_url(
        url, socket_connect_timeout=2, socket_timeout=2,
        retry=Retry(ConstantBackoff(1), 0), retry_on_error=[],
    )  # fmt: skip
    for attempt in range(retries + 1):
        try:
            client.ping()
            break
        except redis.exceptions.ConnectionError as error:
            if attempt == retries:
                raise
            logger.warning("redis is not there yet ({}/{}): {}", attempt + 1, retries, error)
            time.sleep(1)
    logger.success("connected to redis {}", client.info("server")["redis_version"])
    for number in range(int(os.environ.get("WARM_UP", "200"))):
        client.set(f"session:{number}", os.urandom(256).hex(), ex=3600)
        if number % 50 == 0:
            logger.debug("warmed up {} sessions", number)
    logger.info("serving")
    while True:
        time.sleep(1)
        client.get("session:1")


with logger.catch(reraise=True):
    main()
