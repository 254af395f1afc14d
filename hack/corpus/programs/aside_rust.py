"""More Rust: a worker of one's own with color-eyre, config, tracing and tokio-postgres, whose reports have several parts.

Built by cargo from sources/eyre_worker.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import os
import subprocess

from ..recorder import Recorder, apt
from .aside_daemons import Program, full, record_programs
from .aside_python import PG, PG_HOST, PG_NAME
from .python_programs import CACHE, SOURCES
from .web import put

TARGET = CACHE / "aside_rust" / "target"
BINARY = TARGET / "debug" / "eyre-worker"


def eyre_worker() -> Program:
    url = f"postgres://app:correct@{PG_HOST}:5432/shop?connect_timeout=5"

    def conf(rest: str = "", batch: str = "50", link: str = url) -> str:
        return (
            put(
                "/config/worker.toml",
                f'database_url = "{link}"\nspool = "/data/spool"\nbatch = {batch}\n{rest}\n[regions]\nemea = 0.6\napac = 0.4',
            )
            + "chmod a+r /config/*\n"
        )

    table = "psql -d shop -c 'set role app' -c 'create table orders(id int primary key, region text not null, total int not null)' -c \"insert into orders values (1, 'emea', 100), (2, 'apac', 250)\"\n"
    p = Program(
        "eyre-worker", "crates.io color-eyre 0.6, config 0.14, tokio-postgres 0.7, tracing-subscriber 0.3", "registry.example.com/shop/worker:0.4.1", "/srv/worker/eyre-worker",
        before=f"mkdir -p /srv/worker; touch /srv/worker/eyre-worker; mount --bind {BINARY} /srv/worker/eyre-worker\n", seconds=8, env={"WORKER_CONFIG": "/config/worker.toml", "NO_COLOR": "1"},
        mounts={"config": "secret:/config", "spool": "claim:/data"}, spec={"resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}}},
    )  # fmt: skip
    p(
        "variable-missing",
        "ConfigurationMissing",
        "WORKER_CONFIG is not set",
        "",
        without=["WORKER_CONFIG"],
    )
    p("file-missing", "ConfigurationMissing", "the secret is not mounted", "")
    p(
        "field-missing",
        "ConfigurationMissing",
        "the file has no spool",
        "",
        conf() + "sed -i '/^spool/d' /config/worker.toml\n",
    )
    p(
        "field-of-another-type",
        "ConfigurationInvalid",
        "a batch that is no number",
        "",
        conf(batch='"fifty"'),
    )
    p("file-broken", "ConfigurationInvalid", "the TOML does not parse", "", conf("timeout = 5s"))
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME + conf(),
    )
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG + table + conf(link=url.replace("correct", "former")),
    )
    p("table-missing", "MigrationFailed", "the schema was never migrated", "", PG + conf())
    p(
        "spool-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        PG + table + conf() + "chmod 755 /data\n",
        user=1000,
    )
    p(
        "spool-full",
        "DiskFull",
        "the claim has no room for a batch",
        "",
        PG + table + conf() + full("/data/spool", "128k"),
        mounts={"spool": "claim:/data/spool"},
    )
    p(
        "negative-total",
        "ApplicationError",
        "a check of its own, in words that speak of refusing to connect",
        "",
        PG + table + conf() + "psql -d shop -c \"insert into orders values (3, 'emea', -5)\"\n",
    )
    p(
        "panic-without-share",
        "ApplicationError",
        "a panic of its own for a region that it does not know",
        "",
        PG + table + conf() + "psql -d shop -c \"insert into orders values (3, 'latam', 5)\"\n",
    )
    p(
        "skips-and-is-stopped",
        "Unknown",
        "orders that are not there are skipped with warnings; stopped",
        "",
        PG + table + conf(),
    )
    p(
        "killed-from-outside",
        "Unknown",
        "works, skips orders with warnings, is killed",
        "",
        PG + table + conf(),
        stop_signal="SIGKILL",
    )
    return p


def programs() -> list[Program]:
    return [eyre_worker()]


def record(recorder: Recorder) -> None:
    apt("postgresql")
    subprocess.run(
        ["nice", "-n", "10", "cargo", "build"], cwd=SOURCES / "eyre_worker", check=True, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET), "CARGO_PROFILE_DEV_DEBUG": "1"},
    )  # fmt: skip
    record_programs(recorder, programs())
