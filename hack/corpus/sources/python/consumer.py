"""Consumes a topic: kafka-python."""

import logging
import os

from kafka import KafkaConsumer

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("consumer")
log.info("billing-consumer starting")
consumer = KafkaConsumer(
    "invoices",
    bootstrap_servers=os.environ["KAFKA_BROKERS"].split(","),
    group_id="billing",
    security_protocol=os.environ.get("KAFKA_PROTOCOL", "PLAINTEXT"),
    ssl_cafile=os.environ.get("KAFKA_CA"),
)
for message in consumer:
    log.info("invoice %s", message.key)
