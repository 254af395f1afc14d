"""Publishes prices to RabbitMQ: dynaconf, pika, the standard library's logging with a last-resort handler."""

import json
import logging
import sys
import time

import pika
from dynaconf import Dynaconf, Validator

logging.basicConfig(level=logging.INFO, format="[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s")
log = logging.getLogger("price-feed")

settings = Dynaconf(
    envvar_prefix="FEED",
    settings_files=["/config/settings.toml", "/config/.secrets.toml"],
    validators=[
        Validator("amqp_url", must_exist=True),
        Validator("interval", gte=1, lte=3600, default=5, cast=int),
        Validator("source", must_exist=True, is_in=["ecb", "nbp", "file"]),
    ],
)


def prices():
    if settings.source == "file":
        with open(settings.get("source_file", "/data/prices.json")) as file:
            quotes = json.load(file)
        return [(quote["symbol"], quote["bid"] / quote["connection_factor"]) for quote in quotes]
    return [("EURUSD", 1.09), ("EURPLN", 4.3)]


def main():
    settings.validators.validate()
    log.info("starting, source %s, every %s s", settings.source, settings.interval)
    connection = pika.BlockingConnection(pika.URLParameters(settings.amqp_url))
    channel = connection.channel()
    channel.queue_declare("prices", durable=True)
    while True:
        for symbol, price in prices():
            channel.basic_publish("", "prices", json.dumps({"symbol": symbol, "price": price}))
        log.info("published")
        connection.sleep(settings.interval)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except Exception:
        log.exception("price-feed stopped unexpectedly")
        time.sleep(0.2)
        sys.exit(1)
