"""Needs its queue; ends when it is not there, runs for good when it is."""

import logging
import os
import socket
import sys
import time

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s worker: %(message)s")
logging.info("worker starting")
try:
    socket.create_connection((os.environ.get("QUEUE", "localhost"), 5672), timeout=1)
except OSError as error:
    logging.error("cannot connect to queue %s:5672: %s", os.environ.get("QUEUE", "localhost"), error)
    sys.exit(1)
logging.info("connected to queue, consuming")
while True:
    time.sleep(1)
    logging.info("heartbeat ok, 0 failed jobs")
