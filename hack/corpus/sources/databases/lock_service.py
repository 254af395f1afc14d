"""Hands out locks that live in ZooKeeper (kazoo)."""

import logging
import os
import sys
import time

from kazoo.client import KazooClient

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s | %(levelname)s | %(name)s | %(message)s")
log = logging.getLogger("lock-service")
log.info("lock-service 0.8, ensemble %s", os.environ["ZOOKEEPER_HOSTS"])
client = KazooClient(hosts=os.environ["ZOOKEEPER_HOSTS"], timeout=4)
client.start(timeout=float(os.environ.get("START_TIMEOUT", "5")))
client.ensure_path("/locks")
log.info("ready, %d locks", len(client.get_children("/locks")))
while True:
    time.sleep(1)
