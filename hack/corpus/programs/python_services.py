"""Python, Ruby and Perl services: servers and job runners of PyPI and Debian, and home-made ones around the libraries that
such programs read their settings with (pydantic-settings, dynaconf, environs, hydra, typer, click, configparser, cattrs,
jsonschema, python-decouple).

The packages are pinned in sources/services/requirements.txt, which is a whole environment: installed without looking for
dependencies, since some of these cannot agree on one.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .databases import mariadb_before
from .python_programs import host
from .web import Scenario, hold_port, put, record_all

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "services"
CACHE = Path.home() / ".cache/crashloop-doctor/corpus/services"
PLACE = (
    f"mkdir -p /srv/venv /srv/app; mount --bind {CACHE}/py /srv/venv; cp -r {SOURCES}/. /srv/app/; "
    "rm /srv/app/requirements.txt; chmod -R a+rX /srv/app\n"
)
POSTGRES = (
    host("postgres.shop.svc.cluster.local", "10.96.14.7")
    + """
PATH=/usr/lib/postgresql/15/bin:$PATH
install -d -o postgres -m 700 /data/pg; install -d -o postgres /run/postgresql
runuser -u postgres -- initdb -D /data/pg --no-sync --auth-local=trust --auth-host=scram-sha-256 >/dev/null
echo 'host all all all scram-sha-256' >>/data/pg/pg_hba.conf
runuser -u postgres -- pg_ctl -D /data/pg -s -w -o '-c listen_addresses=*' -l /data/pg/log start
sql() { psql -q -U postgres "$@" >/dev/null; }
sql -c "create role app login password 'correct'" -c 'create database shop owner app'
sql -d shop -c 'create table schema_version(version int)' -c 'insert into schema_version values (12)' -c 'create table payments(id int)' -c 'create table orders(id int, total text)' -c "insert into orders values (1, '7'), (2, '9')" -c 'grant select on schema_version, orders to app'
"""
)
REDIS = host("redis.shop.svc.cluster.local", "10.96.14.9") + (
    "(redis-server --protected-mode no --save '' --dir /data {more} >/dev/null 2>&1 &) ; sleep 0.8\n"
)
MYSQL = host("mysql.shop.svc.cluster.local", "10.96.14.8") + mariadb_before() + (
    "launch --init-file=/run/crm.sql --skip-name-resolve; ready; sleep 1\n"
).replace("launch", """cat /run/users.sql - >/run/crm.sql <<'SQL'
CREATE DATABASE crm;
CREATE USER 'crm'@'%' IDENTIFIED BY 'correct';
GRANT ALL ON crm.* TO 'crm'@'%';
SQL
launch""", 1)  # fmt: skip
MYSQL_TABLE = "env -u MYSQL_HOST mariadb -e \"create table crm.contacts(id int, name text, phone text); insert into crm.contacts values (1, 'Ada', '{phone}')\"\n"
PG_URL = "postgresql://app:correct@postgres.shop.svc.cluster.local:5432/shop"
PAYMENTS = {"PAYMENTS_DATABASE_URL": PG_URL, "PAYMENTS_PROVIDER_KEY": "sk_test_1"}
UVICORN = "uvicorn --factory payments_api:create_app --host 0.0.0.0 --port 8080"
VAULT = "python3 /srv/app/vault_stub.py {mode} >/dev/null 2>&1 & sleep 0.5; printf hvs.good >/config/token\n"
KUBE = "python3 /srv/app/kube_stub.py {mode} >/dev/null 2>&1 & sleep 0.5\n" + put(
    "/config/kubeconfig",
    """
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:6443'}}]
users: [{name: u, user: {token: eyJhbGciOi}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
""",
)
LUIGI = "[retcode]\ntask_failed = 30\nscheduling_error = 35\nunhandled_exception = 40\n"
RATES = {
    "RATES_URL": "http://rates.shop.svc.cluster.local:8088/latest.json",
    "RATES_TOKEN": "0123456789ab",
}
RATES_HOST = host("rates.shop.svc.cluster.local", "10.96.14.20")
RATES_JSON = '{"base": "EUR", "date": "2026-11-20", "rates": {"USD": "1.09", "PLN": "4.3"}}'
SMALL = "mkdir -p {0}; mount -t tmpfs -o size={1} tmpfs {0}; chmod 777 {0}\n"


def served(text: str, folder: str = "/srv/www", name: str = "latest.json", port: int = 8088) -> str:
    """Bash that serves one file."""
    return (
        put(f"{folder}/{name}", text)
        + f"(cd {folder}; python3 -m http.server {port} >/dev/null 2>&1 &); sleep 0.5\n"
    )


def answering(code: int, body: str, port: int = 8088) -> str:
    """Bash that starts a server with one answer to everything."""
    return put(
        "/srv/answer.py",
        f"""
import http.server
class One(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({code}); self.end_headers(); self.wfile.write(b'''{body}''')
    do_POST = do_PUT = do_HEAD = do_GET
    def log_message(self, *_): pass
http.server.HTTPServer(("0.0.0.0", {port}), One).serve_forever()
""",
    ) + "python3 /srv/answer.py >/dev/null 2>&1 &\nsleep 0.5\n"  # fmt: skip


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []
    base = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/srv/app", "PYTHONUNBUFFERED": "1"}

    def add(
        program: str, name: str, cause: str, situation: str, command: str | list[str], expect: str, prepare: str = "", env: dict[str, str] | None = None, **more: Any
    ) -> None:  # fmt: skip
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "memory_bytes", "stop_signal")
            if key in more
        }
        if cause != "Unknown" and not more.get("running"):
            # It ends by itself, however busy the machine is.
            run["seconds"] = max(40, run.get("seconds", 0))
        if isinstance(command, str):
            command = command.split()
        if command[0].endswith(".py"):
            command = ["/srv/venv/bin/python", f"/srv/app/{command[0]}", *command[1:]]
        elif command[0] not in {
            "ruby",
            "perl",
            "thin",
            "barman",
            "schleuder",
            "schleuder-api-daemon",
            "plackup",
            "bash",
        }:
            command = ["/srv/venv/bin/python", f"/srv/venv/bin/{command[0]}", *command[1:]]
        table.append(
            Scenario(
                program, name, cause, situation,
                Run(command, prepare=PLACE + prepare, environment=base | (env or {}), **({"seconds": 8 if cause == "Unknown" else 40} | run)), expect, **more,
            )
        )  # fmt: skip

    # fmt: off
    p = "payments-api"
    add(p, "url-missing", "ConfigurationMissing", "the database's URL is not set", UVICORN, "Field required", env={"PAYMENTS_PROVIDER_KEY": "k"})
    add(p, "mode-unknown", "ConfigurationInvalid", "a mode that is none", UVICORN, "literal_error", env=PAYMENTS | {"PAYMENTS_MODE": "production"})
    add(p, "currencies-no-json", "ConfigurationInvalid", "a list that is no JSON", UVICORN, "SettingsError", env=PAYMENTS | {"PAYMENTS_CURRENCIES": "EUR,USD"})
    add(p, "currency-lower-case", "ConfigurationInvalid", "the service's own check of a setting", UVICORN, "ISO 4217", env=PAYMENTS | {"PAYMENTS_CURRENCIES": '["eur"]'})
    add(p, "database-refused", "DependencyNotReady", "no database; the pool's own words and the service's exception around them", UVICORN, "PoolTimeout", host("postgres.shop.svc.cluster.local", "10.96.14.7"), PAYMENTS, seconds=30)
    add(p, "password-rejected", "AuthenticationFailed", "the database rejects the password, the pool times out", UVICORN, "password authentication failed", POSTGRES, PAYMENTS | {"PAYMENTS_DATABASE_URL": PG_URL.replace("correct", "old")}, seconds=30)
    add(p, "schema-too-old", "MigrationFailed", "the schema is of another version", UVICORN, "this release needs 12", POSTGRES + "sql -d shop -c 'update schema_version set version = 11'\n", PAYMENTS, seconds=30)
    add(p, "table-without-privilege", "PermissionDenied", "the role may not read payments", UVICORN, "permission denied for table payments", POSTGRES, PAYMENTS, seconds=30)
    add(p, "fees-file-missing", "ConfigurationMissing", "the fees are not mounted", UVICORN, "No such file", env=PAYMENTS | {"PAYMENTS_FEES_FILE": "/config/fees"})
    add(p, "healthy", "Unknown", "healthy, stopped in order", UVICORN, "Finished server process", POSTGRES + "sql -d shop -c 'grant select on payments to app'\n", PAYMENTS)

    p = "price-feed"
    feed = {"FEED_AMQP_URL": "amqp://feed:pw@rabbitmq.shop.svc.cluster.local:5672/%2f", "FEED_SOURCE": "file"}
    add(p, "source-unknown", "ConfigurationInvalid", "a source that is none", "price_feed.py", "must is_in", env=feed | {"FEED_SOURCE": "bloomberg"})
    add(p, "url-missing", "ConfigurationMissing", "the broker's URL is not set", "price_feed.py", "is required in env", env={"FEED_SOURCE": "ecb"})
    add(p, "settings-broken", "ConfigurationInvalid", "the mounted TOML is none", "price_feed.py", "toml", put("/config/settings.toml", 'source = "ecb"\ninterval: 5\n'), feed)
    add(p, "broker-unknown", "DependencyNotReady", "the broker's name does not resolve", "price_feed.py", "ddress", env=feed)
    add(p, "broker-refused", "DependencyNotReady", "the broker is not there", "price_feed.py", "AMQPConnectionError", host("rabbitmq.shop.svc.cluster.local", "10.96.14.10"), feed)
    add(p, "url-of-another-kind", "ConfigurationInvalid", "the port in the URL is no number", "price_feed.py", "Port could not be cast", env=feed | {"FEED_AMQP_URL": "amqp://feed:pw@rabbitmq:amqp/%2f"})

    p = "currency-rates"
    add(p, "token-missing", "ConfigurationMissing", "RATES_TOKEN is not set", "currency_rates.py", "RATES_TOKEN", env={"RATES_URL": RATES["RATES_URL"]})
    add(p, "token-too-short", "ConfigurationInvalid", "a token that is too short", "currency_rates.py", "Shorter than", env=RATES | {"RATES_TOKEN": "x"})
    add(p, "interval-no-number", "ConfigurationInvalid", "an interval with a unit it does not know", "currency_rates.py", "RATES_INTERVAL", env=RATES | {"RATES_INTERVAL": "one hour"})
    add(p, "url-without-scheme", "ConfigurationInvalid", "an address without a scheme", "currency_rates.py", "RATES_URL", env=RATES | {"RATES_URL": "rates:8088/latest"})
    add(p, "refused", "DependencyNotReady", "the rates' service is not there", "currency_rates.py", "RatesError", RATES_HOST, RATES)
    add(p, "refused-then-reached", "Unknown", "the service comes up after two attempts", "currency_rates.py", "rates written", RATES_HOST + put("/srv/www/latest.json", RATES_JSON), RATES, meanwhile="sleep 1.2; cd /srv/www; exec python3 -m http.server 8088", running=True)
    add(p, "token-rejected", "AuthenticationFailed", "the service answers 401", "currency_rates.py", "401", RATES_HOST + answering(401, '{"error": "token expired"}'), RATES)
    add(p, "answer-without-usd", "ApplicationError", "the answer lacks a currency that the program's code takes for granted", "currency_rates.py", "KeyError", RATES_HOST + served(RATES_JSON.replace("USD", "CHF")), RATES)
    add(p, "answer-of-another-form", "ApplicationError", "the service changed its answer's form", "currency_rates.py", "ValidationError", RATES_HOST + served('{"base": "EUR", "quotes": []}'), RATES)
    add(p, "volume-full", "DiskFull", "the volume is full", "currency_rates.py", "No space left", RATES_HOST + served(RATES_JSON) + SMALL.format("/data/out", "64k"), RATES | {"RATES_FILE": "/data/out/rates.json"})
    add(p, "volume-of-root", "PermissionDenied", "the volume is root's", "currency_rates.py", "Permission denied", RATES_HOST + served(RATES_JSON) + "mkdir -m 755 /data/out\n", RATES | {"RATES_FILE": "/data/out/rates.json"}, user=10001)

    p = "hydra-train"
    train = {"DATASET_PATH": "/data/churn.csv", "REGISTRY_TOKEN": "t"}
    csv = "python3 -c \"print('a,b,churned'); [print(f'{i},{i%7},{i%2}') for i in range(300)]\" >/data/churn.csv\n"
    registry = "registry.url=http://127.0.0.1:8088"
    add(p, "registry-mandatory", "ConfigurationMissing", "a mandatory value was not given", "hydra_train.py", "MissingMandatoryValue", csv, train)
    add(p, "dataset-variable-missing", "ConfigurationMissing", "the variable in the configuration is not set", f"hydra_train.py {registry}", "DATASET_PATH", answering(200, "{}"), {})
    add(p, "override-unknown", "ConfigurationInvalid", "an override of a key that is none", f"hydra_train.py {registry} epoch=5", "Could not override", csv, train)
    add(p, "group-unknown", "ConfigurationInvalid", "a model that there is no file of", f"hydra_train.py {registry} model=xgboost", "Could not find", csv, train)
    add(p, "parquet-engine-missing", "LibraryMissing", "pandas without an engine for parquet", f"hydra_train.py {registry} dataset=/data/churn.parquet", "pyarrow", csv + answering(200, "{}"), train)
    add(p, "dataset-missing", "ConfigurationMissing", "the dataset that the configuration names is not mounted", f"hydra_train.py {registry} dataset=/data/november.csv", "No such file", answering(200, "{}"), train)
    add(p, "column-missing", "ApplicationError", "the dataset has no such column", f"hydra_train.py {registry}", "KeyError: 'churned'", csv.replace("churned", "left") + answering(200, "{}"), train)
    add(p, "registry-refused", "DependencyNotReady", "the registry is not there", f"hydra_train.py {registry}", "Connection refused", csv, train)
    add(p, "disk-full", "DiskFull", "the model does not fit its volume", f"hydra_train.py {registry} output=/data/models", "No space left", csv + answering(200, "{}") + SMALL.format("/data/models", "512k"), train)
    add(p, "done", "Unknown", "trained and done", f"hydra_train.py {registry}", "model written", csv + answering(200, "{}"), train)

    p = "data-quality-check"
    rules = "version: 2\ntables:\n  - name: orders\n    columns: [id, total]\n"
    dsn = {"DQ_RULES": "/config/rules.yaml", "DQ_DSN": PG_URL.replace("postgresql:", "postgresql+psycopg2:")}
    add(p, "rules-not-named", "ConfigurationMissing", "neither flag nor variable", "data_quality_check.py", "the following arguments are required", env={})
    add(p, "rules-missing", "ConfigurationMissing", "the rules are not mounted", "data_quality_check.py", "No such file", env=dsn)
    add(p, "rules-of-version-1", "ConfigurationInvalid", "the rules break their schema", "data_quality_check.py", "2 was expected", put("/config/rules.yaml", rules.replace("2", "1", 1)), dsn)
    add(p, "rules-unknown-key", "ConfigurationInvalid", "a key that the schema does not know", "data_quality_check.py", "Additional properties", put("/config/rules.yaml", rules + "notify: slack\n"), dsn)
    add(p, "mode-unknown", "ConfigurationInvalid", "a choice that is none", "data_quality_check.py --mode lenient", "invalid choice", put("/config/rules.yaml", rules), dsn)
    add(p, "dsn-missing", "ConfigurationMissing", "no DSN: SQLAlchemy gets None", "data_quality_check.py", "got None", put("/config/rules.yaml", rules), {"DQ_RULES": "/config/rules.yaml"})
    add(p, "dialect-unknown", "ConfigurationInvalid", "a DSN for a dialect that is none", "data_quality_check.py", "NoSuchModuleError", put("/config/rules.yaml", rules), dsn | {"DQ_DSN": PG_URL.replace("postgresql", "postgres")})
    add(p, "database-refused", "DependencyNotReady", "no database", "data_quality_check.py", "Connection refused", put("/config/rules.yaml", rules) + host("postgres.shop.svc.cluster.local", "10.96.14.7"), dsn)
    add(p, "rule-violated", "ApplicationError", "the data break a rule; the message speaks of a lost connection", "data_quality_check.py", "QualityViolation", put("/config/rules.yaml", rules) + POSTGRES + "sql -d shop -c 'update orders set total = null'\n", dsn, seconds=30)
    add(p, "report-not-writable", "PermissionDenied", "argparse cannot open the report", "data_quality_check.py --report /data/report.txt", "Permission denied", put("/config/rules.yaml", rules) + "touch /data/report.txt; chmod 600 /data/report.txt\n", dsn, user=10001)
    add(p, "done", "Unknown", "all rules hold", "data_quality_check.py", "all rules hold", put("/config/rules.yaml", rules) + POSTGRES, dsn, seconds=30)

    p = "crm-sync"
    crm = {"MYSQL_HOST": "mysql.shop.svc.cluster.local", "MYSQL_PASSWORD": "correct", "COLUMNS": "100"}
    fields = put("/config/fields.yaml", "contact:\n  source: name\n  target: fn\n")
    add(p, "host-missing", "ConfigurationMissing", "neither flag nor variable", "crm_sync.py push", "Missing option", fields, {})
    add(p, "direction-unknown", "ConfigurationInvalid", "an argument that is none", "crm_sync.py both", "Invalid value for", fields, crm)
    add(p, "fields-missing", "ConfigurationMissing", "typer misses the mapping's file", "crm_sync.py push", "does not exist", "", crm)
    add(p, "fields-without-target", "ConfigurationMissing", "the mapping lacks a key; a pretty traceback", "crm_sync.py push", "KeyError", put("/config/fields.yaml", "contact:\n  source: name\n"), crm)
    add(p, "mysql-refused", "DependencyNotReady", "no database; a pretty traceback", "crm_sync.py push", "Can't connect to MySQL server", fields + host("mysql.shop.svc.cluster.local", "10.96.14.8"), crm)
    add(p, "password-rejected", "AuthenticationFailed", "MySQL rejects the password", "crm_sync.py push", "Access denied for user", fields + MYSQL, crm | {"MYSQL_PASSWORD": "old"}, seconds=30)
    add(p, "table-missing", "MigrationFailed", "the schema was never made", "crm_sync.py push", "doesn't exist", fields + MYSQL, crm, seconds=30)
    add(p, "phone-no-number", "ApplicationError", "a value in the data that the code cannot read", "crm_sync.py push", "invalid literal for int()", fields + MYSQL + MYSQL_TABLE.format(phone="ext. 7"), crm, seconds=30)
    add(p, "spool-not-writable", "PermissionDenied", "the spool is root's", "crm_sync.py push", "Permission denied", fields + MYSQL + MYSQL_TABLE.format(phone="+49 7") + "chmod 755 /data\n", crm, user=10001, seconds=30)
    add(p, "healthy", "Unknown", "copies and goes on", "crm_sync.py push", "1 contacts", fields + MYSQL + MYSQL_TABLE.format(phone="+49 7"), crm, seconds=30)

    p = "vault-sync"
    vault = {"VAULT_ADDR": "http://127.0.0.1:8200"}
    add(p, "address-missing", "ConfigurationMissing", "no address", "vault_sync.py shop", "Missing option", "printf x >/config/token\n", {})
    add(p, "token-file-missing", "ConfigurationMissing", "the token's file is not mounted", "vault_sync.py shop", "does not exist", "", vault)
    add(p, "token-rejected", "AuthenticationFailed", "the token has expired", "vault_sync.py shop", "did not accept", VAULT.format(mode="ok") + "printf hvs.old >/config/token\n", vault)
    add(p, "sealed", "DependencyNotReady", "vault is sealed", "vault_sync.py shop", "sealed", VAULT.format(mode="sealed"), vault)
    add(p, "path-forbidden", "PermissionDenied", "the token's policy does not allow this path", "vault_sync.py forbidden", "permission denied", VAULT.format(mode="ok"), vault | {"LOG_TRACEBACKS": "1"})
    add(p, "secret-missing", "ConfigurationMissing", "there is no such secret", "vault_sync.py billing", "InvalidPath", VAULT.format(mode="ok"), vault)
    add(p, "refused", "DependencyNotReady", "no vault", "vault_sync.py shop", "Connection refused", "printf x >/config/token\n", vault)
    add(p, "target-read-only", "PermissionDenied", "the root file system is read-only", "vault_sync.py shop", "not writable", VAULT.format(mode="ok") + "mkdir /data/secrets; mount -t tmpfs -o ro tmpfs /data/secrets\n", vault)
    add(p, "secret-no-text", "ApplicationError", "a value that the program does not expect", "vault_sync.py shop", "TypeError", VAULT.format(mode="number"), vault)
    add(p, "interval-too-small", "ConfigurationInvalid", "a value below the bound", "vault_sync.py shop", "not in the range", VAULT.format(mode="ok"), vault | {"VSYNC_INTERVAL": "0"})
    add(p, "healthy", "Unknown", "copies and goes on", "vault_sync.py shop", "secret written", VAULT.format(mode="ok"), vault, seconds=4)

    p = "audit-archiver"
    logs = "mkdir /data/audit; for d in 1 2 3; do head -c 40000 /dev/urandom >/data/audit/audit-2026110$d-x.log; done\n"
    ini = "[archive]\nbucket = audit\nsource = /data/audit\nendpoint = http://127.0.0.1:9000\n"
    keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1"}
    add(p, "file-missing", "ConfigurationMissing", "the ini file is not mounted", "audit_archiver.py", "No such file", "", keys)
    add(p, "key-missing", "ConfigurationMissing", "the bucket is not named", "audit_archiver.py", "KeyError: 'bucket'", put("/config/archiver.ini", ini.replace("bucket = audit\n", "")) + logs, keys)
    add(p, "section-missing", "ConfigurationMissing", "the section has another name", "audit_archiver.py", "KeyError: 'archive'", put("/config/archiver.ini", ini.replace("[archive]", "[archiver]")) + logs, keys)
    add(p, "duplicate-option", "ConfigurationInvalid", "an option twice", "audit_archiver.py", "already exists", put("/config/archiver.ini", ini + "bucket = b\n") + logs, keys)
    add(p, "no-section-header", "ConfigurationInvalid", "a file without a section", "audit_archiver.py", "no section headers", put("/config/archiver.ini", ini.replace("[archive]\n", "")) + logs, keys)
    add(p, "interpolation-of-nothing", "ConfigurationInvalid", "a value refers to an option that is none", "audit_archiver.py", "Bad value substitution", put("/config/archiver.ini", ini + "work_dir = ${paths:work}\n[paths]\ntmp = /tmp\n") + logs, keys)
    add(p, "logging-broken", "ConfigurationInvalid", "the logging's section names a class that is none", "audit_archiver.py", "handler", put("/config/archiver.ini", ini + "[loggers]\nkeys=root\n[handlers]\nkeys=out\n[formatters]\nkeys=\n[logger_root]\nlevel=INFO\nhandlers=out\n[handler_out]\nclass=StreamHandlr\nargs=()\n") + logs, keys)
    add(p, "nothing-to-archive", "ApplicationError", "no files: the program's own bug", "audit_archiver.py", "IndexError", put("/config/archiver.ini", ini) + "mkdir /data/audit\n", keys)
    add(p, "no-credentials", "ConfigurationMissing", "no credentials at all", "audit_archiver.py", "Unable to locate credentials", put("/config/archiver.ini", ini) + logs, {"AWS_EC2_METADATA_DISABLED": "true"})
    add(p, "bucket-denied", "PermissionDenied", "the bucket's policy denies", "audit_archiver.py", "AccessDenied", put("/config/archiver.ini", ini) + logs + answering(403, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", 9000), keys)
    add(p, "key-unknown", "AuthenticationFailed", "the store does not know the key", "audit_archiver.py", "InvalidAccessKeyId", put("/config/archiver.ini", ini) + logs + answering(403, "<?xml version=\"1.0\"?><Error><Code>InvalidAccessKeyId</Code><Message>The Access Key Id you provided does not exist in our records.</Message></Error>", 9000), keys)
    add(p, "store-refused", "DependencyNotReady", "no object store", "audit_archiver.py", "Could not connect to the endpoint", put("/config/archiver.ini", ini) + logs, keys)
    add(p, "work-directory-full", "DiskFull", "the archive does not fit", "audit_archiver.py", "No space left", put("/config/archiver.ini", ini + "work_dir = /data/work\n") + logs + SMALL.format("/data/work", "32k"), keys)
    add(p, "source-not-readable", "PermissionDenied", "one file may not be read", "audit_archiver.py", "Permission denied", put("/config/archiver.ini", ini) + logs + "chmod 600 /data/audit/*2-x.log\n", keys, user=10001)

    p = "quota-enforcer"
    kube = {"KUBECONFIG": "/config/kubeconfig", "QUOTA_NAMESPACES": "shop"}
    add(p, "namespaces-missing", "ConfigurationMissing", "python-decouple finds no value", "quota_enforcer.py", "not found. Declare it", KUBE.replace("{mode}", "ok"), {})
    add(p, "limit-no-number", "ConfigurationInvalid", "a limit that is no number", "quota_enforcer.py", "invalid literal for int()", KUBE.replace("{mode}", "ok"), kube | {"QUOTA_PODS": "fifty"})
    add(p, "dry-run-no-boolean", "ConfigurationInvalid", "a boolean that is none", "quota_enforcer.py", "ValueError", KUBE.replace("{mode}", "ok"), kube | {"QUOTA_DRY_RUN": "maybe"})
    add(p, "not-in-a-cluster", "ConfigurationMissing", "no service account is mounted", "quota_enforcer.py", "Service host/port is not set", "", {"QUOTA_NAMESPACES": "shop"})
    add(p, "kubeconfig-missing", "ConfigurationMissing", "the kubeconfig is not mounted", "quota_enforcer.py", "Invalid kube-config", "", kube)
    add(p, "forbidden", "PermissionDenied", "RBAC does not allow this namespace", "quota_enforcer.py", "forbidden", KUBE.replace("{mode}", "ok"), kube | {"QUOTA_NAMESPACES": "shop,billing"})
    add(p, "token-rejected", "AuthenticationFailed", "the token has expired", "quota_enforcer.py", "Unauthorized", KUBE.replace("{mode}", "unauthorized"), kube)
    add(p, "api-refused", "DependencyNotReady", "no API server", "quota_enforcer.py", "Connection refused", KUBE.replace("{mode}", "ok").replace("python3 /srv/app/kube_stub.py", "true"), kube)
    add(p, "pod-without-owner", "ApplicationError", "a pod without an owner: the program's own bug", "quota_enforcer.py", "NoneType", KUBE.replace("{mode}", "orphan"), kube)
    add(p, "healthy", "Unknown", "enforces and goes on", "quota_enforcer.py", "0 too many", KUBE.replace("{mode}", "ok"), kube, running=True, seconds=16)

    p = "fraud-scorer"
    scorer = {"SCORER_CONFIG": "/config/scorer.yaml"}
    good = "listen: '0.0.0.0:9009'\nmodel:\n  path: /data/model.pkl\n  threshold: 0.7\n"
    model = "/srv/venv/bin/python -c \"import pickle; pickle.dump({'weights': [1, 2, 3, {n}]}, open('/data/model.pkl', 'wb'))\"\n".replace("{n}", "4")
    add(p, "variable-missing", "ConfigurationMissing", "SCORER_CONFIG is not set", "fraud_scorer.py", "KeyError: 'SCORER_CONFIG'", model, {})
    add(p, "threshold-out-of-bounds", "ConfigurationInvalid", "attrs' validator", "fraud_scorer.py", "must be < 1", model + put("/config/scorer.yaml", good.replace("0.7", "7")), scorer)
    add(p, "listen-missing", "ConfigurationMissing", "cattrs misses a field", "fraud_scorer.py", "ClassValidationError", model + put("/config/scorer.yaml", good.replace("listen", "listen_on")), scorer)
    add(p, "yaml-broken", "ConfigurationInvalid", "the file is no YAML", "fraud_scorer.py", "scanner", model + put("/config/scorer.yaml", good.replace("listen: ", "listen: @")), scorer)
    add(p, "model-missing", "ConfigurationMissing", "the model's volume is empty", "fraud_scorer.py", "No such file", put("/config/scorer.yaml", good), scorer)
    add(p, "model-truncated", "ApplicationError", "the model's file is cut off", "fraud_scorer.py", "Ran out of input", put("/config/scorer.yaml", good) + ": >/data/model.pkl\n", scorer)
    add(p, "model-of-another-library", "LibraryMissing", "the pickle needs a package that the image lacks", "fraud_scorer.py", "No module named", put("/config/scorer.yaml", good) + "printf 'csklearn.linear_model\\nLinearRegression\\n.' >/data/model.pkl\n", scorer)
    add(p, "weights-of-another-shape", "ApplicationError", "the program's own check in tempting words", "fraud_scorer.py", "permission matrix", put("/config/scorer.yaml", good) + model.replace(", 4]", "]"), scorer)
    add(p, "port-conflict", "PortConflict", "another process has the port", "fraud_scorer.py", "address already in use", put("/config/scorer.yaml", good) + model + hold_port(9009), scorer, pod=pod("scorer", "registry.example.com/ml/scorer:2.1", hostNetwork=True, ports=[{"containerPort": 9009}]))
    add(p, "listen-no-port", "ConfigurationInvalid", "the address has no number for a port", "fraud_scorer.py", "invalid literal for int()", put("/config/scorer.yaml", good.replace("9009", "http")) + model, scorer)
    add(p, "healthy", "Unknown", "scores, stopped in order", "fraud_scorer.py", "stopped", put("/config/scorer.yaml", good) + model, scorer, seconds=3)

    p = "nightly-export"
    export = {"DATABASE_URL": PG_URL}
    yml = put("/config/export.yml", "target: /data/out\n")
    out = "mkdir -m 777 /data/out\n"
    rb = "ruby /srv/app/nightly_export.rb"
    add(p, "file-missing", "ConfigurationMissing", "the YAML is not mounted", rb, "No such file or directory", "", export)
    add(p, "yaml-broken", "ConfigurationInvalid", "the YAML is none", rb, "Psych::SyntaxError", put("/config/export.yml", "target: [a\nformat: csv\n"), export)
    add(p, "key-missing", "ConfigurationMissing", "the target is not named", rb, "key not found: :target", put("/config/export.yml", "targets: /data\n"), export)
    add(p, "format-unknown", "ConfigurationInvalid", "OptionParser refuses a format", f"{rb} --format xlsx", "InvalidArgument", yml, export)
    add(p, "variable-missing", "ConfigurationMissing", "DATABASE_URL is not set", rb, "DATABASE_URL", yml + out, {})
    add(p, "driver-missing", "LibraryMissing", "a gem is not in the image", rb, "cannot load such file", put("/config/export.yml", "target: /data/out\ndriver: activerecord-multi-tenant\n") + out, export)
    add(p, "refused", "DependencyNotReady", "no database", rb, "Connection refused", yml + out + host("postgres.shop.svc.cluster.local", "10.96.14.7"), export)
    add(p, "password-rejected", "AuthenticationFailed", "the database rejects the password", rb, "password authentication failed", yml + out + POSTGRES, {"DATABASE_URL": PG_URL.replace("correct", "old"), "TERSE": "1"}, seconds=30)
    add(p, "target-missing", "ConfigurationMissing", "the target's directory is not there", rb, "No such file or directory", yml + POSTGRES, export, seconds=30)
    add(p, "total-no-number", "ApplicationError", "a value in the data that the code cannot read", rb, "invalid value for Integer()", yml + out + POSTGRES + "sql -d shop -c \"update orders set total = 'connection fee'\"\n", export, seconds=30)
    add(p, "disk-full", "DiskFull", "the export does not fit", rb, "No space left on device", yml + POSTGRES + SMALL.format("/data/out", "4k") + "head -c 4096 /dev/zero >/data/out/orders.old\n", export, seconds=30)
    add(p, "target-not-writable", "PermissionDenied", "the target is root's", rb, "Permission denied", yml + POSTGRES + "mkdir -m 755 /data/out\n", export, user=10001, seconds=30)

    p = "huey"
    hue = {"REDIS_URL": "redis://redis.shop.svc.cluster.local:6379/0"}
    consumer = "huey_consumer huey_tasks.huey -w 2"
    add(p, "url-missing", "ConfigurationMissing", "REDIS_URL is not set", consumer, "REDIS_URL", "", {})
    add(p, "sizes-broken", "ConfigurationInvalid", "a list of numbers with a letter", consumer, "invalid literal", "", hue | {"SIZES": "120,large"})
    add(p, "tasks-missing", "ExecutableMissing", "the tasks' module is not in the image", "huey_consumer thumbs.tasks.huey -w 2", "thumbs", "", hue, pod=pod("thumbs", "registry.example.com/shop/thumbs:2", command=["huey_consumer", "thumbs.tasks.huey", "-w", "2"]))
    add(p, "unknown-option", "ConfigurationInvalid", "an option that is none", consumer + " --concurrency 4", "no such option", "", hue)
    add(p, "redis-without-password", "AuthenticationFailed", "Redis wants a password", consumer, "uthentication", REDIS.replace("{more}", "--requirepass s"), hue, seconds=7, stop_signal="SIGKILL", running=True)
    add(p, "healthy-task-fails", "Unknown", "one task fails with words of a connection; the consumer works on", consumer, "Unhandled exception in task", REDIS.replace("{more}", ""), hue, meanwhile="sleep 2; cd /srv/app; for n in a.png b.svg; do /srv/venv/bin/python -c \"import huey_tasks; huey_tasks.shrink('$n')\"; done", seconds=20)

    p = "rq"
    worker = "rq worker --url redis://redis.shop.svc.cluster.local:6379 invoices"
    add(p, "redis-refused", "DependencyNotReady", "no Redis", worker, "onnection refused", host("redis.shop.svc.cluster.local", "10.96.14.9"), {})
    add(p, "redis-without-password", "AuthenticationFailed", "Redis wants a password", worker, "authenticated", REDIS.replace("{more}", "--requirepass s"), {})
    add(p, "url-of-another-kind", "ConfigurationInvalid", "a URL of no kind that Redis has", "rq worker --url http://redis:6379 invoices", "scheme", "", {})
    add(p, "settings-missing", "ConfigurationMissing", "the settings' module is not there", "rq worker -c prod_settings invoices", "prod_settings", "", {})
    add(p, "unknown-option", "ConfigurationInvalid", "an option that is none", worker + " --max-job 5", "o such option", "", {})
    add(p, "healthy-jobs-fail", "Unknown", "one job fails with a PermissionError; the worker goes on", worker, "PermissionError", REDIS.replace("{more}", ""), {"REDIS_URL": "redis://redis.shop.svc.cluster.local:6379"}, meanwhile="sleep 1.5; cd /srv/app; /srv/venv/bin/python -c 'import rq_jobs; rq_jobs.enqueue()'", seconds=7)

    p = "luigi"
    pipeline = "luigi --module luigi_jobs Load --local-scheduler --day 2026-11-20"
    add(p, "parameter-missing", "ConfigurationMissing", "the date is not given", "luigi --module luigi_jobs Load --local-scheduler", "requires the", "", {})
    add(p, "date-broken", "ConfigurationInvalid", "the date is none", pipeline.replace("2026-11-20", "yesterday"), "yesterday", "", {})
    add(p, "module-missing", "ExecutableMissing", "the pipeline's module is not in the image", pipeline.replace("luigi_jobs", "pipelines.shop"), "No module named", "", {}, pod=pod("nightly", "registry.example.com/data/nightly:9", command=["luigi", "--module", "pipelines.shop", "Load", "--local-scheduler"]))
    add(p, "scheduler-refused", "DependencyNotReady", "the central scheduler is not there", pipeline.replace("--local-scheduler", "--scheduler-url http://127.0.0.1:8082 ") , "Failed connecting", "", {}, seconds=150)
    add(p, "column-missing", "ApplicationError", "a task's own KeyError; luigi's summary", pipeline + " --no-lock", "KeyError: 'amount'", put("/config/luigi.cfg", "[shop]\nbucket = x\n" + LUIGI), {"LUIGI_CONFIG_PATH": "/config/luigi.cfg"})
    add(p, "bucket-missing", "ConfigurationMissing", "a parameter that has no value in the configuration", pipeline, "MissingParameterException", "printf '[]' >/data/extract-2026-11-20.json\n" + put("/config/luigi.cfg", LUIGI), {"LUIGI_CONFIG_PATH": "/config/luigi.cfg"})

    p = "borgmatic"
    add(p, "configuration-missing", "ConfigurationMissing", "no configuration", "borgmatic -c /config/borgmatic.yaml", "No such file", "", {})
    add(p, "option-unknown", "ConfigurationInvalid", "an option that the schema does not know", "borgmatic -c /config/borgmatic.yaml", "", put("/config/borgmatic.yaml", "source_directories: [/data]\nrepositories: [{path: /data/repo}]\nretention: {keep_daily: 7}\nkeep_dayly: 3\n"), {})
    add(p, "type-wrong", "ConfigurationInvalid", "a number that is text", "borgmatic -c /config/borgmatic.yaml", "", put("/config/borgmatic.yaml", "source_directories: [/data]\nrepositories: [{path: /data/repo}]\nkeep_daily: seven\n"), {})
    add(p, "borg-missing", "ExecutableMissing", "the image has no borg", "borgmatic -c /config/borgmatic.yaml create", "borg", put("/config/borgmatic.yaml", "source_directories: [/data]\nrepositories: [{path: /data/repo}]\n"), {})

    p = "curator"
    action = "actions:\n  1:\n    action: delete_indices\n    options: {ignore_empty_list: true}\n    filters:\n    - {filtertype: age, source: name, direction: older, timestring: '%Y.%m.%d', unit: days, unit_count: 30}\n"
    conf = "elasticsearch:\n  client: {hosts: 'http://127.0.0.1:9200', request_timeout: 2}\n"
    run = "curator --config /config/curator.yml /config/action.yml"
    add(p, "action-missing", "ConfigurationMissing", "the actions are not mounted", run, "does not exist", put("/config/curator.yml", conf), {})
    add(p, "filter-unknown", "ConfigurationInvalid", "a filter that is none", run, "filtertype", put("/config/curator.yml", conf) + put("/config/action.yml", action.replace("filtertype: age", "filtertype: aged")), {})
    add(p, "refused", "DependencyNotReady", "no Elasticsearch", run, "onnection", put("/config/curator.yml", conf) + put("/config/action.yml", action), {}, seconds=20)
    add(p, "rejected", "AuthenticationFailed", "Elasticsearch answers 401", run, "401", put("/config/curator.yml", conf) + put("/config/action.yml", action) + answering(401, "{}", 9200), {}, seconds=20)
    add(p, "client-key-unknown", "ConfigurationInvalid", "a setting that is none", run, "", put("/config/curator.yml", conf.replace("request_timeout", "timeout_seconds")) + put("/config/action.yml", action), {})

    p = "radicale"
    rc = "[server]\nhosts = 0.0.0.0:5232\n[storage]\nfilesystem_folder = /data/collections\n[auth]\ntype = htpasswd\nhtpasswd_filename = /config/users\nhtpasswd_encryption = plain\n"
    cal = "radicale --config /config/radicale.conf"
    users = "printf 'ada:x\\n' >/config/users\n"
    add(p, "configuration-missing", "ConfigurationMissing", "the named file is not there", cal, "No such file", "", {})
    add(p, "option-unknown", "ConfigurationInvalid", "an option that is none", cal, "Invalid option", users + put("/config/radicale.conf", rc + "htpasswd_file = /x\n"), {})
    add(p, "users-missing", "ConfigurationMissing", "the password file is not mounted", cal, "", put("/config/radicale.conf", rc), {})
    add(p, "encryption-unknown", "ConfigurationInvalid", "a value that is none", cal, "ncryption", users + put("/config/radicale.conf", rc.replace("plain", "rot13")), {})
    add(p, "port-in-use", "PortConflict", "somebody has the port", cal, "ddress already in use", users + put("/config/radicale.conf", rc) + hold_port(5232), {}, pod=pod("radicale", "registry.example.com/radicale:3", hostNetwork=True, ports=[{"containerPort": 5232}]))
    add(p, "folder-not-writable", "PermissionDenied", "the volume is root's", cal, "Permission denied", users + put("/config/radicale.conf", rc) + "mkdir -m 755 /data/collections\n", {}, user=10001)
    add(p, "healthy", "Unknown", "serves, stopped in order", cal, "Listening on", users + put("/config/radicale.conf", rc), {})

    p = "devpi-server"
    dev = "devpi-server --serverdir /data/devpi --host 0.0.0.0 --port 3141"
    init = "/srv/venv/bin/python /srv/venv/bin/devpi-init --serverdir /data/devpi >/dev/null 2>&1\n"
    add(p, "never-initialised", "ConfigurationMissing", "the volume was never set up with devpi-init", dev, "devpi-init", "", {})
    add(p, "directory-not-writable", "PermissionDenied", "the volume is root's", dev, "ermission denied", init + "chmod -R go-w /data/devpi\n", {}, user=10001)
    add(p, "state-of-another-version", "ConfigurationInvalid", "the volume's state is of a version that this one cannot read", dev, "ncompatible", init + "printf 99.0 >/data/devpi/.serverversion\n", {})
    add(p, "role-unknown", "ConfigurationInvalid", "a role that is none", dev + " --role leader", "nvalid choice", init, {})

    p = "locust"
    add(p, "file-missing", "ConfigurationMissing", "the load test is not mounted", "locust -f /config/locustfile.py --headless -u 1 -H http://127.0.0.1:8088", "Could not find", "", {})
    add(p, "no-user-class", "ConfigurationInvalid", "a file without a user's class", "locust -f /config/locustfile.py --headless -u 1", "No User class", put("/config/locustfile.py", "import os\n"), {})
    add(p, "products-missing", "ConfigurationMissing", "the test's own data file is not mounted", "locust -f /srv/app/locustfile.py --headless -u 1 -H http://127.0.0.1:8088", "No such file", "", {"PRODUCTS": "/config/products.txt"}, seconds=8)
    add(p, "own-bug", "ApplicationError", "the test's listener fails", "locust -f /srv/app/locustfile.py --headless -u 1 -t 4s -H http://127.0.0.1:8088", "IndexError", "", {"PREPARE": "1"}, seconds=12)
    add(p, "spawn-rate-broken", "ConfigurationInvalid", "a rate that is no number", "locust -f /srv/app/locustfile.py --headless -u ten -H http://127.0.0.1:8088", "nvalid", "", {})
    add(p, "target-refuses", "Unknown", "a load test whose target refuses ends in order: failed requests are its result", "locust -f /srv/app/locustfile.py --headless -u 2 -t 3s --exit-code-on-error 0 -H http://127.0.0.1:8088", "onnection", "", {}, seconds=20)

    p = "synapse"
    synapse = "synapse_homeserver -c /config/homeserver.yaml"
    home = "cd /data; /srv/venv/bin/python /srv/venv/bin/synapse_homeserver -c /config/homeserver.yaml --server-name chat.example.com --generate-config --report-stats=no --config-directory /config --data-directory /data >/dev/null 2>&1; cd /srv\n"
    add(p, "configuration-missing", "ConfigurationMissing", "no homeserver.yaml", synapse, "homeserver.yaml", "", {}, seconds=12)
    add(p, "database-name-wrong", "ConfigurationInvalid", "a database that it does not know", synapse, "database", home + "sed -i 's/name: sqlite3/name: mysql/' /config/homeserver.yaml\n", {}, seconds=14)
    add(p, "postgres-refused", "DependencyNotReady", "PostgreSQL is not there", synapse, "onnection refused", home + "sed -i 's/name: sqlite3/name: psycopg2/; s,  database: .*,  {user: app\\, password: x\\, host: 127.0.0.1},' /config/homeserver.yaml\n" + "sed -i 's/^  args:/  args:/' /config/homeserver.yaml\n", {}, seconds=14)
    add(p, "data-not-writable", "PermissionDenied", "the volume is root's", synapse, "", home + "chmod 755 /data; chmod -R a+rX /config; rm -f /data/homeserver.db; mkdir -p /data/media_store\n", {}, user=10001, seconds=14)
    add(p, "healthy", "Unknown", "serves, stopped in order", synapse, "", home, {}, seconds=14)

    p = "buildbot"
    start = "buildbot start --nodaemon /data/master"
    add(p, "no-master-there", "ConfigurationMissing", "the volume is empty", start, "No such file", "mkdir /data/master\n", {}, seconds=12)

    p = "streamlit"
    run = "streamlit run /srv/dash.py --server.port 8501 --server.headless true"
    dash = put("/srv/dash.py", "import streamlit as st\nst.title('Sales')\n")
    add(p, "file-missing", "ExecutableMissing", "the script is not in the image", run, "does not exist", "", {}, seconds=10)
    add(p, "option-unknown", "ConfigurationInvalid", "an option that is none", run + " --server.prot 1", "", dash, {}, seconds=10)
    add(p, "port-in-use", "PortConflict", "somebody has the port", run, "ort 8501 is", dash + hold_port(8501), {}, seconds=10, pod=pod("dash", "registry.example.com/bi/dash:1", hostNetwork=True, ports=[{"containerPort": 8501}]))
    add(p, "toml-broken", "Unknown", "config.toml is none: it says so, and serves", run, "You can now view", dash + put("/home/.streamlit/config.toml", "[server\nport = 8501\n"), {}, seconds=10)
    add(p, "healthy", "Unknown", "serves, stopped in order", run, "", dash, {}, seconds=8)

    p = "jupyter-server"
    jup = "jupyter-server --ip 0.0.0.0 --port 8888 --allow-root --no-browser"
    add(p, "root-refused", "ConfigurationInvalid", "as root without --allow-root", jup.replace(" --allow-root", ""), "Running as root", "", {}, seconds=10)
    add(p, "configuration-syntax", "Unknown", "a syntax error in the configuration: it prints the traceback, and serves", jup + " --config /config/jupyter.py", "SyntaxError", put("/config/jupyter.py", "c.ServerApp.port = 8888\nc.ServerApp.ip = '0.0.0.0\n"), {}, seconds=10)
    add(p, "trait-wrong", "ConfigurationInvalid", "a trait of another type", jup + " --ServerApp.port_retries=many", "", "", {}, seconds=10)
    add(p, "home-not-writable", "PermissionDenied", "the home is root's", jup, "Permission denied", "chmod 755 /home\n", {}, user=10001, seconds=10)
    add(p, "certificate-missing", "ConfigurationMissing", "the certificate is not mounted", jup + " --certfile /config/tls.crt", "", "", {}, seconds=10)
    add(p, "port-in-use", "PortConflict", "somebody has the port and no other may be tried", jup + " --ServerApp.port_retries=0", "8888", hold_port(8888), {}, seconds=10, pod=pod("notebook", "registry.example.com/ml/notebook:3", hostNetwork=True, ports=[{"containerPort": 8888}]))
    add(p, "directory-missing", "ConfigurationMissing", "the notebooks' directory is not there", jup + " --ServerApp.root_dir=/data/notebooks", "", "", {}, seconds=10)
    add(p, "healthy", "Unknown", "serves, stopped in order", jup, "", "", {}, seconds=8)

    p = "thin"
    ru = put("/srv/app/config.ru", "require 'sinatra'\nget('/') { 'ok' }\nrun Sinatra::Application\n")
    thin = "thin -c /srv/app -a 0.0.0.0 -p 3000 -e production start"
    add(p, "pid-file-left", "StaleLock", "a pid file of an instance that is gone or not", thin + " -d -P /data/thin.pid", "already exists", ru + "sleep 99 & echo $! >/data/thin.pid\n", {})
    add(p, "rackup-syntax", "ApplicationError", "a syntax error in the program itself", thin, "yntax", put("/srv/app/config.ru", "require 'sinatra'\nget('/') { 'ok'\nrun Sinatra::Application\n"), {})
    add(p, "gem-missing", "LibraryMissing", "a gem that is not in the image", thin, "cannot load such file", put("/srv/app/config.ru", "require 'roda'\nrun Roda\n"), {})
    add(p, "port-in-use", "PortConflict", "somebody has the port; eventmachine's words", thin, "no acceptor", ru + hold_port(3000), {}, pod=pod("web", "registry.example.com/shop/web:2", hostNetwork=True, ports=[{"containerPort": 3000}]))
    add(p, "configuration-missing", "ConfigurationMissing", "the file of -C is not mounted", "thin -C /config/thin.yml start", "No such file", ru, {})
    add(p, "healthy", "Unknown", "serves, stopped in order", thin, "Listening on", ru, {})

    p = "barman"
    bconf = "[barman]\nbarman_home = /data/barman\nbarman_user = root\nlog_level = INFO\nconfiguration_files_directory = /config/d\n"
    server = put("/config/d/shop.conf", "[shop]\ndescription = shop\nconninfo = host=127.0.0.1 user=barman dbname=postgres\nbackup_method = postgres\nstreaming_archiver = on\nslot_name = barman\nstreaming_conninfo = host=127.0.0.1 user=barman\n")
    bar = "barman -c /config/barman.conf"
    add(p, "configuration-missing", "ConfigurationMissing", "no configuration", f"{bar} cron", "barman.conf", "", {})
    add(p, "server-unknown", "ConfigurationInvalid", "a server that no file describes", f"{bar} backup shop-db", "Unknown server", put("/config/barman.conf", bconf) + server, {})
    add(p, "postgres-refused", "DependencyNotReady", "PostgreSQL is not there", f"{bar} backup shop", "onnect", put("/config/barman.conf", bconf) + server, {})

    p = "dancer2"
    dancer = put("/srv/app/bin/app.psgi", "use Dancer2; set port => 3000;\nuse DBI;\nmy $rate = $ENV{RATE} // die \"RATE is not set\\n\" if $ENV{STRICT};\ndie \"no connection between tables orders and items\" if $ENV{BUG};\nif ($ENV{DSN}) { DBI->connect($ENV{DSN}, 'app', 'x', {RaiseError => 1, PrintError => 0}) }\nget '/' => sub { 'ok' };\nto_app;\n")
    psgi = "perl /usr/bin/plackup -p 3000 /srv/app/bin/app.psgi"
    add(p, "variable-missing", "ConfigurationMissing", "the program demands a variable", psgi, "RATE is not set", dancer, {"STRICT": "1"})
    add(p, "own-bug", "ApplicationError", "the program's own death in tempting words", psgi, "no connection between", dancer, {"BUG": "1"})
    add(p, "driver-missing", "LibraryMissing", "a database driver that is not in the image", psgi, "install_driver", dancer, {"DSN": "dbi:Oracle:host=db"})
    add(p, "database-refused", "DependencyNotReady", "no database", psgi, "onnection refused", dancer, {"DSN": "dbi:Pg:host=127.0.0.1;dbname=shop"})
    add(p, "app-missing", "ExecutableMissing", "the program is not in the image", psgi, "No such file", "", {})
    add(p, "port-in-use", "PortConflict", "somebody has the port", psgi, "ddress already in use", dancer + hold_port(3000), {}, pod=pod("web", "registry.example.com/shop/web:2", hostNetwork=True, ports=[{"containerPort": 3000}]))
    add(p, "healthy", "Unknown", "serves, stopped from outside in order", psgi, "Accepting connections", dancer, {})
    # fmt: on
    return table


def _environment() -> None:
    wanted = SOURCES / "requirements.txt"
    stamp = CACHE / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["/usr/bin/python3", "-m", "venv", str(CACHE / "py")], check=True)
    subprocess.run(
        [CACHE / "py/bin/python", "-m", "pip", "install", "-q", "--no-deps", "-r", str(wanted)],
        check=True,
    )
    stamp.write_text(wanted.read_text())


def record(recorder: Recorder) -> None:
    apt("python3", "python3-venv", "ruby", "ruby-pg", "ruby-sinatra", "thin", "barman", "libdancer2-perl", "libdbd-pg-perl",
        "redis-server", "postgresql-15", "mariadb-server", "openssl", "curl")  # fmt: skip
    _environment()
    versions = dict(
        line.split("==")
        for line in (SOURCES / "requirements.txt").read_text().split()
        if "==" in line
    )
    of = {name.lower().replace("_", "-"): version for name, version in versions.items()}
    sources = {
        "payments-api": f"hack/corpus/sources/services/payments_api.py (PyPI litestar {of['litestar']}, pydantic-settings {of['pydantic-settings']})",
        "price-feed": f"hack/corpus/sources/services/price_feed.py (PyPI dynaconf {of['dynaconf']}, pika {of['pika']})",
        "currency-rates": f"hack/corpus/sources/services/currency_rates.py (PyPI environs {of['environs']}, loguru {of['loguru']})",
        "hydra-train": f"hack/corpus/sources/services/hydra_train.py (PyPI hydra-core {of['hydra-core']}, pandas {of['pandas']})",
        "data-quality-check": f"hack/corpus/sources/services/data_quality_check.py (PyPI jsonschema {of['jsonschema']}, SQLAlchemy {of['sqlalchemy']})",
        "crm-sync": f"hack/corpus/sources/services/crm_sync.py (PyPI typer {of['typer']}, PyMySQL {of['pymysql']})",
        "vault-sync": f"hack/corpus/sources/services/vault_sync.py (PyPI click {of['click']}, hvac {of['hvac']}, structlog {of['structlog']})",
        "audit-archiver": f"hack/corpus/sources/services/audit_archiver.py (PyPI boto3 {of['boto3']})",
        "quota-enforcer": f"hack/corpus/sources/services/quota_enforcer.py (PyPI kubernetes {of['kubernetes']}, python-decouple {of['python-decouple']})",
        "fraud-scorer": f"hack/corpus/sources/services/fraud_scorer.py (PyPI cattrs {of['cattrs']})",
        "nightly-export": "hack/corpus/sources/services/nightly_export.rb (Ruby 3.1)",
        "synapse": f"PyPI matrix-synapse {of['matrix-synapse']}",
        "curator": f"PyPI elasticsearch-curator {of['elasticsearch-curator']}",
        "thin": debian("thin"),
        "barman": debian("barman"),
        "dancer2": debian("libdancer2-perl"),
    }
    for name in (
        "huey",
        "rq",
        "luigi",
        "borgmatic",
        "radicale",
        "devpi-server",
        "locust",
        "buildbot",
        "streamlit",
        "jupyter-server",
    ):
        sources[name] = f"PyPI {name} {of[name]}"
    record_all(recorder, scenarios(), sources)
