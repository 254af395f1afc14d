"""A nightly job that became a service: watchdog, filelock, python-json-logger, apscheduler."""

import logging
import os
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, SoftFileLock
from pythonjsonlogger import jsonlogger

handler = logging.StreamHandler(sys.stdout)
if os.environ.get("LOG_JSON") == "1":
    handler.setFormatter(jsonlogger.JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
else:
    handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s"))
logging.basicConfig(level=logging.INFO, handlers=[handler])
log = logging.getLogger("etl")


def extract(rows: int) -> list[dict]:
    log.info("extracting %d rows", rows)
    return [{"id": n, "amount": n * 1.5, "text": "x" * 200 + str(n)} for n in range(rows)]


def load(rows: list[dict], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w", buffering=1) as out:
        for row in rows:
            out.write(f"{row['id']};{row['amount']};{row['text']}\n")
    log.info("loaded %d rows into %s", len(rows), target)


def main() -> None:
    log.info("etl 0.14.2 starting")
    work = Path(os.environ.get("WORK", "/data"))
    kind = SoftFileLock if os.environ.get("LOCK") == "soft" else FileLock
    if os.environ.get("LOCK"):
        log.info("waiting for %s", work / "etl.lock")
        kind(work / "etl.lock", timeout=2).acquire()
        log.info("lock acquired")
    if folder := os.environ.get("INBOX"):
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        observer = Observer()
        observer.schedule(FileSystemEventHandler(), folder, recursive=True)
        observer.start()
        log.info("watching %s", folder)
    for number in range(int(os.environ.get("THREADS", "0"))):
        threading.Thread(target=time.sleep, args=(30,), daemon=True, name=f"loader-{number}").start()
    rows = extract(int(os.environ.get("ROWS", "1000")))
    load(rows, work / "out" / "rows.csv")
    if os.environ.get("CHECK") == "assert":
        assert sum(row["amount"] for row in rows) == 1, "sum of amounts does not match control total"
    if os.environ.get("CHECK") == "divide":
        log.info("mean price per unit %.2f", sum(row["amount"] for row in rows) / (len(rows) - 1000))
    if os.environ.get("CHECK") == "grow":
        keep = []
        while True:
            keep.append(extract(20000))
    log.info("sleeping until next run")
    time.sleep(600)


if __name__ == "__main__":
    main()
