"""Fetches currency rates and keeps them in a file: environs, marshmallow, loguru, requests."""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta

import requests
from environs import Env
from loguru import logger
from marshmallow import Schema, fields, validate

logger.remove()
logger.add(sys.stderr, level="DEBUG", backtrace=True, diagnose=True)
env = Env()


class Rates(Schema):
    base = fields.Str(required=True, validate=validate.Length(equal=3))
    date = fields.Date(required=True)
    rates = fields.Dict(keys=fields.Str(), values=fields.Decimal(), required=True)


class RatesError(Exception):
    pass


def fetch(url, token, timeout):
    reply = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout)
    reply.raise_for_status()
    return Rates().load(reply.json())


def write(path, rates):
    folder = os.path.dirname(path)
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as file:
        for _ in range(4000):
            json.dump(rates, file, default=str)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


@logger.catch(onerror=lambda _: sys.exit(1))
def main():
    url = env.url("RATES_URL").geturl()
    token = env.str("RATES_TOKEN", validate=validate.Length(min=8))
    every = env.timedelta("RATES_INTERVAL", default=timedelta(seconds=60))
    timeout = env.float("RATES_TIMEOUT", default=2.0)
    path = env.str("RATES_FILE", "/data/rates.json")
    logger.info("currency-rates starting (pid {})", os.getpid())
    failures = 0
    while True:
        try:
            rates = fetch(url, token, timeout)
            failures = 0
        except requests.RequestException as error:
            failures += 1
            logger.warning("attempt {}: {}", failures, error)
            if failures >= 3:
                raise RatesError(f"no rates after {failures} attempts") from error
            time.sleep(0.5)
            continue
        logger.debug("{} rates of {}", len(rates["rates"]), rates["date"])
        usd = rates["rates"]["USD"]
        write(path, {"usd": usd, **rates})
        logger.success("rates written to {}", path)
        time.sleep(min(every.total_seconds(), 2))


main()
