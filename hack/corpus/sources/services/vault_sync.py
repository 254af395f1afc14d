"""Copies secrets of Vault into files: click, hvac, structlog's JSON."""

import logging
import os
import sys
import time
from pathlib import Path

import click
import hvac
import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.dict_tracebacks if os.environ.get("LOG_TRACEBACKS") else structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
)
log = structlog.get_logger()


@click.command(context_settings={"auto_envvar_prefix": "VSYNC"})
@click.option("--address", required=True, envvar="VAULT_ADDR", show_envvar=True)
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default="/config/token")
@click.option("--mount", default="kv")
@click.option("--target", type=click.Path(file_okay=False, writable=True, path_type=Path), default="/data/secrets")
@click.option("--interval", type=click.FloatRange(0.5, 86400), default=1)
@click.argument("paths", nargs=-1, required=True)
def main(address, token_file, mount, target, interval, paths):
    log.info("starting", address=address, paths=list(paths), version="2.3.0")
    client = hvac.Client(url=address, token=token_file.read_text().strip(), timeout=3)
    try:
        if not client.is_authenticated():
            raise click.ClickException("vault did not accept the token")
        while True:
            for path in paths:
                secret = client.secrets.kv.v2.read_secret_version(path=path, mount_point=mount, raise_on_deleted_version=True)
                target.mkdir(parents=True, exist_ok=True)
                for key, value in secret["data"]["data"].items():
                    (target / key).write_text(value)
                log.info("secret written", path=path, keys=len(secret["data"]["data"]))
            time.sleep(interval)
    except click.ClickException:
        raise
    except Exception:
        log.critical("sync aborted", exc_info=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
