"""Takes invoices from RabbitMQ (pika, python-json-logger)."""

import logging
import os
import sys
import time

import pika
from pythonjsonlogger import jsonlogger

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(jsonlogger.JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
logging.basicConfig(level=logging.INFO, handlers=[handler])
log = logging.getLogger("invoice-worker")


def main() -> None:
    parameters = pika.URLParameters(os.environ["AMQP_URL"])
    parameters.connection_attempts = int(os.environ.get("AMQP_ATTEMPTS", "1"))
    parameters.retry_delay = 1
    parameters.socket_timeout = 2
    log.info("invoice-worker 0.14.2", extra={"queue": "invoices", "prefetch": 10})
    channel = pika.BlockingConnection(parameters).channel()
    channel.queue_declare("invoices", durable=True)
    channel.basic_qos(prefetch_count=10)
    log.info("consuming")
    for _, _, body in channel.consume("invoices", inactivity_timeout=1):
        log.info("invoice", extra={"body": str(body)})
        time.sleep(0.1)


main()
