"""An orders service on psycopg 3; JSON log by structlog. Waits for its database as often as ORDERS_DB_RETRIES says."""

import http.server
import os
import sys

import psycopg
import structlog
import tenacity

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
)
log = structlog.get_logger(service="orders-api", version="3.4.1")


def not_yet(state: tenacity.RetryCallState) -> None:
    log.warning("database not ready", attempt=state.attempt_number, error=str(state.outcome.exception()).strip())


@tenacity.retry(
    stop=tenacity.stop_after_attempt(int(os.environ.get("ORDERS_DB_RETRIES", "3"))),
    wait=tenacity.wait_fixed(float(os.environ.get("ORDERS_DB_WAIT", "0.5"))),
    before_sleep=not_yet,
    reraise=True,
)
def connect() -> psycopg.Connection:
    return psycopg.connect(os.environ["ORDERS_DB_URL"], connect_timeout=2, autocommit=True)


def main() -> None:
    log.info("starting", pid=os.getpid(), python=sys.version.split()[0])
    try:
        connection = connect()
    except psycopg.OperationalError:
        log.exception("giving up on the database")
        raise SystemExit(1) from None
    log.info("connected", server_version=connection.info.server_version, backend=connection.info.backend_pid)
    waiting = connection.execute(os.environ.get("ORDERS_QUERY", "select 1")).fetchone()
    log.info("outbox loaded", waiting=waiting[0])
    log.info("listening", address="0.0.0.0:8080")
    http.server.HTTPServer(("0.0.0.0", 8080), http.server.BaseHTTPRequestHandler).serve_forever()


main()
