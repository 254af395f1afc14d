"""A home-made watchdog as many images have one: starts its command again whenever it ends."""

import logging
import os
import subprocess
import sys
import time

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s [watchdog] %(levelname)s %(message)s")
command, limit = sys.argv[1:], int(os.environ.get("MAX_RESTARTS", "0"))
restarts = 0
while True:
    logging.info("launching child: %s", " ".join(command))
    code = subprocess.call(command)
    logging.error("child process died with exit code %d", code)
    restarts += 1
    if limit and restarts >= limit:
        logging.critical("restart limit of %d reached, giving up", limit)
        sys.exit(code)
    logging.warning("restarting child in 1 second (restart #%d)", restarts)
    time.sleep(1)
