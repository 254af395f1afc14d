"""Refreshes exchange rates every second: APScheduler, failures of a run are logged and the next run comes."""

import logging
import os
import signal
import sys

import requests
from apscheduler.schedulers.blocking import BlockingScheduler

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("rates")
runs = 0
RATES = {"EUR": 1.0, "USD": 1.09}


def refresh():
    global runs
    runs += 1
    if url := os.environ.get("RATES_URL"):
        requests.get(url, timeout=2).raise_for_status()
    log.info("run %d: %d rates", runs, len(RATES))


def publish():
    print(RATES[os.environ.get("CURRENCY", "EUR")])


scheduler = BlockingScheduler(timezone="UTC")
scheduler.add_job(refresh, "interval", seconds=1)
signal.signal(signal.SIGTERM, lambda *_: (log.info("got SIGTERM, stopping after this run"), scheduler.shutdown(wait=False)))
if sys.argv[1:] == ["once"]:
    for attempt in range(int(os.environ.get("ATTEMPTS", "3"))):
        try:
            refresh()
            break
        except requests.RequestException as error:
            log.warning("attempt %d: %s", attempt + 1, error)
    else:
        log.error("rates are stale, ending without them")
        sys.exit(int(os.environ.get("EXIT", "1")))
    publish()
    log.info("published")
    sys.exit(0)
log.info("rate-refresher 5.0 starting")
scheduler.start()
log.info("stopped")
