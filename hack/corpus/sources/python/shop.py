"""A shop behind gunicorn: flask, sqlalchemy, psycopg2."""

import logging
import os
import time

from flask import Flask, jsonify
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s [%(name)s] %(message)s")
log = logging.getLogger("shop")


def create_app() -> Flask:
    app = Flask("shop")
    app.secret_key = os.environ["SHOP_SECRET_KEY"]
    log.info("shop 4.2.0 starting, pid %d", os.getpid())
    if url := os.environ.get("DATABASE_URL"):
        engine = create_engine(url, pool_pre_ping=True)
        attempts = int(os.environ.get("DATABASE_ATTEMPTS", "1"))
        for attempt in range(1, attempts + 1):
            try:
                with engine.begin() as connection:
                    version = connection.execute(text("select version()")).scalar()
                break
            except OperationalError as error:
                if attempt == attempts:
                    raise
                log.warning("database not ready (%d/%d): %s", attempt, attempts, error.orig)
                time.sleep(0.5)
        log.info("connected to %s", str(version).split(",")[0])
        if os.environ.get("PRELOAD"):
            with engine.begin() as connection:
                count = connection.execute(text("select count(*) from catalogue")).scalar()
            log.info("catalogue has %s products", count)
    if rates := os.environ.get("RATES_FILE"):
        import tomllib

        with open(rates, "rb") as file:
            table = tomllib.load(file)
        log.info("shipping rates for %d countries", len(table["countries"]))
    if os.environ.get("FEATURES") == "recommendations":
        import shop_recommendations  # noqa: F401

    @app.get("/healthz")
    def healthz():
        return jsonify(status="ok")

    @app.get("/")
    def index():
        return jsonify(products=[])

    return app


if __name__ == "__main__":
    create_app().run(host="0.0.0.0", port=int(os.environ.get("PORT", "5000")))
