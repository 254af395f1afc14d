"""Copies contacts from MySQL to the CRM: typer with its pretty tracebacks, rich's log handler, PyMySQL."""

import logging
import os
import time
from enum import Enum
from pathlib import Path
from typing import Annotated

import pymysql
import typer
import yaml
from rich.logging import RichHandler

logging.basicConfig(level="INFO", format="%(message)s", handlers=[RichHandler(rich_tracebacks=True)])
log = logging.getLogger("crm-sync")
app = typer.Typer(add_completion=False)


class Direction(str, Enum):
    push = "push"
    pull = "pull"


def mapping(path: Path) -> dict[str, str]:
    with path.open() as file:
        fields = yaml.safe_load(file)
    return {fields["contact"]["source"]: fields["contact"]["target"]}


@app.command()
def sync(
    direction: Annotated[Direction, typer.Argument()],
    host: Annotated[str, typer.Option(envvar="MYSQL_HOST")],
    password: Annotated[str, typer.Option(envvar="MYSQL_PASSWORD")],
    port: Annotated[int, typer.Option(envvar="MYSQL_PORT", min=1, max=65535)] = 3306,
    fields: Annotated[Path, typer.Option(envvar="CRM_FIELDS", exists=True, readable=True)] = Path("/config/fields.yaml"),
    spool: Annotated[Path, typer.Option(envvar="CRM_SPOOL")] = Path("/data/spool"),
    every: Annotated[float, typer.Option(envvar="CRM_EVERY")] = 1,
) -> None:
    names = mapping(fields)
    log.info("%s, %d fields", direction.value, len(names))
    spool.mkdir(parents=True, exist_ok=True)
    while True:
        connection = pymysql.connect(host=host, port=port, user="crm", password=password, database="crm", connect_timeout=2)
        with connection.cursor() as cursor:
            cursor.execute("select id, name, phone from contacts")
            rows = cursor.fetchall()
        for number, name, phone in rows:
            country, _, rest = phone.removeprefix("+").partition(" ")
            (spool / f"{number}.vcf").write_text(f"{name};{int(country)};{rest}")
        log.info("%d contacts", len(rows))
        connection.close()
        time.sleep(every)


if __name__ == "__main__":
    app()
