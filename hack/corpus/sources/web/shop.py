"""A small shop on Flask, as it is served by gunicorn, uWSGI or waitress. Settings come from the environment."""

import json
import logging
import os
import ssl
import sys
import urllib.request
from pathlib import Path

from flask import Flask, jsonify

if os.environ.get("LOG_FORMAT") == "json":
    from pythonjsonlogger import jsonlogger

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(jsonlogger.JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
else:
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stdout,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )
log = logging.getLogger("shop")

app = Flask(__name__)
opened = []


def load_features() -> dict:
    path = Path(os.environ.get("FEATURES_FILE", "/config/features.json"))
    if not path.exists():
        log.warning("no feature file at %s, using defaults", path)
        return {"search": True}
    with path.open() as file:
        return json.load(file)


def load_catalog() -> None:
    url = os.environ.get("CATALOG_URL")
    if not url:
        return
    attempts = int(os.environ.get("CATALOG_ATTEMPTS", "3"))
    context = ssl.create_default_context(cafile=os.environ.get("CATALOG_CA"))
    for attempt in range(1, attempts + 1):
        log.info("loading the catalog from %s (attempt %d of %d)", url, attempt, attempts)
        try:
            with urllib.request.urlopen(url, timeout=2, context=context) as answer:
                log.info("catalog loaded, %d bytes", len(answer.read()))
                return
        except OSError as error:
            if attempt == attempts:
                raise
            log.warning("catalog not available: %s", error)
            import time

            time.sleep(0.7)


def warm_up() -> None:
    spool = Path(os.environ.get("SPOOL_DIR", "/tmp/spool"))
    spool.mkdir(parents=True, exist_ok=True)
    log.info("warming up thumbnails in %s", spool)
    for number in range(int(os.environ.get("THUMBNAILS", "20"))):
        file = (spool / f"{number}.webp").open("wb")
        file.write(b"\0" * 16384)
        file.flush()
        if os.environ.get("KEEP_OPEN"):
            opened.append(file)
        else:
            file.close()
    log.info("thumbnails ready")


log.info("shop 4.11.2 starting")
features = load_features()
log.info("features: %s", ", ".join(sorted(features)))
if os.environ.get("PAYMENTS"):
    import stripe  # noqa: F401
if os.environ.get("SESSION_SECRET_REQUIRED"):
    app.secret_key = os.environ["SESSION_SECRET"]
app.config["PAGE_SIZE"] = int(os.environ.get("PAGE_SIZE", "50"))
load_catalog()
warm_up()


@app.get("/items/<int:number>")
def item(number: int):
    if number % 17 == 0:
        log.warning(
            "item %d: price service answered late, connection refused once, retried", number
        )
    if number == 13:
        raise PermissionError(13, "Permission denied", "/data/thumbs/13.webp")
    return jsonify(id=number, name=f"item {number}")


@app.get("/healthz")
def healthz():
    return "ok"
