"""Nightly billing on PyMySQL, with the standard library's logging."""

import logging
import os
import sys
import time

import pymysql

logging.basicConfig(
    stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)-8s [%(name)s] %(message)s"
)
log = logging.getLogger("billing")


def connect(attempts: int) -> pymysql.Connection:
    for attempt in range(1, attempts + 1):
        try:
            return pymysql.connect(
                host=os.environ["MYSQL_HOST"],
                port=int(os.environ.get("MYSQL_PORT", "3306")),
                user=os.environ["MYSQL_USER"],
                password=os.environ["MYSQL_PASSWORD"],
                database=os.environ.get("MYSQL_DATABASE", "shop"),
                connect_timeout=3,
            )
        except pymysql.err.OperationalError as error:
            if attempt == attempts:
                raise
            log.warning("attempt %d of %d failed: %s", attempt, attempts, error)
            time.sleep(1)
    raise AssertionError


def main() -> None:
    log.info("billing 2.9.0, period %s", time.strftime("%Y-%m"))
    connection = connect(int(os.environ.get("CONNECT_ATTEMPTS", "3")))
    log.info("connected to MySQL %s", connection.get_server_info())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS invoices (id INT AUTO_INCREMENT PRIMARY KEY, total DECIMAL(10,2))")
        for number in range(200):
            cursor.execute("INSERT INTO invoices (total) VALUES (%s)", (number * 1.19,))
            if number % 20 == 0:
                log.info("%d invoices written", number)
    connection.commit()
    log.info("done, waiting for the next period")
    time.sleep(3600)


main()
