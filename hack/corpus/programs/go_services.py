"""Go services in the layouts of the widespread libraries (cobra and viper, kong, gorm, controller-runtime) and small released
ones (goose, statsd_exporter).

The services are in sources/goservices, the released programs come from the Go module proxy.
"""

# ruff: noqa: E501 - lines of shell and configuration

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from ..recorder import Recorder
from .golang import (
    CERTIFICATES,
    DATABASE,
    GOOD,
    HOSTS,
    REQUESTS,
    SERVERS,
    TAKEN,
    Released,
    Scenario,
    dns,
    own,
    released,
    together,
    work,
)
from .jvm import answering
from .web import put

SERVERS.update(
    (server.name, server)
    for server in (
        Released("goose", "github.com/pressly/goose/v3", "v3.24.1", "./cmd/goose",
                 tags="no_clickhouse no_libsql no_mssql no_mysql no_vertica no_ydb no_sqlite3"),
        Released("statsd_exporter", "github.com/prometheus/statsd_exporter", "v0.28.0"),
    )
)  # fmt: skip
# `released` looks programs up by name.

LIBRARIES = {
    "viper-api": "cobra v1.9.1, viper v1.20.1, validator v10.20.0, zap v1.27.0",
    "gorm-shop": "gorm v1.25.12, its PostgreSQL driver v1.5.11 (pgx v5), log and slog",
    "tenant-operator": "controller-runtime v0.21.0",
    "kong-cli": "kong v1.6.0, logrus v1.9.3, pkg/errors v0.9.1",
}
CONFIG = {
    "volumeMounts": [{"name": "config", "mountPath": "/config"}],
    "volumes": [{"name": "config", "configMap": {"name": "app"}}],
}
WEB = {"ports": [{"name": "http", "containerPort": 8080}]}
NOBODY = {"securityContext": {"runAsUser": 65534}}


def small(folder: str, size: str) -> str:
    return f"mkdir -p {folder}; mount -t tmpfs -o size={size},mode=1777 tmpfs {folder}\n"


def viper_api() -> list[Scenario]:
    def config(text: str = "", currency: str = "currency: EUR") -> str:
        return put("/config/pricing.yaml", f"{currency}\n{text}")

    s = "serve"
    return [
        Scenario("config-missing", s, "ConfigurationMissing", "the config map is not mounted; viper looks in two folders", "Not Found in", pod=WEB),
        Scenario("config-missing-named", f"{s} --config /config/pricing.yml", "ConfigurationMissing", "the file of --config is not there", "no such file", pod={**CONFIG, **WEB}),
        Scenario("config-key-unknown", s, "ConfigurationInvalid", "a key is misspelt and viper unmarshals exactly", "invalid keys", config("cachedir: /data"), pod=CONFIG),
        Scenario("config-type", s, "ConfigurationInvalid", "a duration is a sentence", "invalid duration", config("server:\n  read_timeout: five seconds")),
        Scenario("config-not-yaml", s, "ConfigurationInvalid", "the YAML is broken", "yaml", config("server:\n addr: :80\n  x: 1")),
        Scenario("currency-not-set", s, "ConfigurationMissing", "the validator misses a required setting", "'required' tag", config(currency=""), pod=CONFIG),
        Scenario("currency-not-one-of", s, "ConfigurationInvalid", "the validator knows no such currency", "'oneof' tag", config(currency="currency: CHF")),
        Scenario("discount-too-large", s, "ConfigurationInvalid", "the validator's upper bound", "'lte' tag", config("discount: 20"), pod={**CONFIG, **WEB}),
        Scenario("level-invalid", s, "ConfigurationInvalid", "zap does not know the level", "unrecognized level", config("log:\n  level: verbose")),
        Scenario("encoding-invalid", s, "ConfigurationInvalid", "zap does not know the encoding", "no encoder registered", config("log:\n  encoding: logfmt"), pod=CONFIG),
        Scenario("flag-unknown", "serve --listen :8080", "ConfigurationInvalid", "cobra does not know the flag", "unknown flag", pod={}),
        Scenario("command-unknown", "server", "ConfigurationInvalid", "cobra does not know the command", "unknown command", pod={}),
        Scenario("flag-required", "export", "ConfigurationMissing", "cobra misses a required flag", "required flag", pod={}),
        Scenario("flag-value", "serve --read-timeout 30", "ConfigurationInvalid", "the duration has no unit", "missing unit in duration"),
        Scenario("cache-denied", s, "PermissionDenied", "the cache's volume belongs to root", "permission denied", config("cache_dir: /data/cache") + "chmod 0755 /data\n",
                 user=65534, pod={**CONFIG, **NOBODY}),
        Scenario("cache-full", s, "DiskFull", "the cache's volume is full", "no space left", config("cache_dir: /data/cache") + small("/data/cache", "512k"), pod=CONFIG),
        Scenario("template-missing", s, "ConfigurationMissing", "template.Must panics: the config map with the templates is not there", "pattern matches no files", config("templates: /templates/*.tmpl")),
        Scenario("template-broken", s, "ConfigurationInvalid", "template.Must panics: a template of the config map is broken", "panic",
                 config("templates: /config/t/*.tmpl") + put("/config/t/mail.tmpl", "Hello {{ .Name | upperr }}"), pod=CONFIG),
        Scenario("nil-map", s, "ApplicationError", "the code forgot a currency that the settings allow: assignment to a nil map", "nil map", config(currency="currency: GBP"), pod=CONFIG),
        Scenario("upstream-503", s, "DependencyNotReady", "the price feed answers 503", "503", HOSTS + answering(9000, 503, "warming up") + "sleep 2\n" + config("upstream: http://127.0.0.1:9000/feed"), pod=CONFIG),
        Scenario("upstream-401", s, "AuthenticationFailed", "the price feed wants a token", "401", HOSTS + answering(9000, 401, "no token") + "sleep 2\n" + config("upstream: http://127.0.0.1:9000/feed")),
        Scenario("upstream-unknown", s, "DependencyNotReady", "the price feed's name is unknown", "no such host", dns() + config("upstream: http://feed.pricing:9000/feed"), pod=CONFIG),
        Scenario("upstream-certificate", s, "CertificateInvalid", "nobody here knows the feed's authority", "x509",
                 HOSTS + CERTIFICATES + "(openssl s_server -accept 9443 -cert /tmp/tls.crt -key /tmp/tls.key -www -quiet >/dev/null 2>&1 &); sleep 0.5\n" + config("upstream: https://orders-db:9443/feed"), pod=CONFIG),
        Scenario("certificate-missing", s, "ConfigurationMissing", "the certificate's secret is not mounted; it said that it listens", "no such file", config("server:\n  cert_file: /tls/tls.crt\n  key_file: /tls/tls.key"), pod=WEB),
        Scenario("healthy-errors-of-requests", s, "Unknown", "some prices are not found, in words of other troubles", "permission denied for tenant", config(),
                 REQUESTS.format(30, "prices/0"), running=True, pod={**CONFIG, **WEB}),
        Scenario("sigterm", s, "Unknown", "some prices are not found, then an orderly stop", "shutting down", config(), REQUESTS.format(10, "prices/0"), pod={**CONFIG, **WEB}),
    ]  # fmt: skip


def gorm_shop() -> list[Scenario]:
    dsn = {
        "DATABASE_DSN": "host=orders-db user=postgres password=s3cret dbname=postgres port=5432 sslmode=disable connect_timeout=3"
    }
    up = DATABASE + HOSTS
    return [
        Scenario("dsn-not-set", "", "ConfigurationMissing", "a panic of its own says which variable is not set", "environment variable DATABASE_DSN not set", pod=WEB),
        Scenario("database-refused", "", "DependencyNotReady", "the database is not up", "connection refused", HOSTS, environment=dsn, pod=WEB),
        Scenario("database-refused-panic", "", "DependencyNotReady", "the same, with the panic of gorm's guide; only gorm's own line says why", "panic: failed to connect database", HOSTS, environment={**dsn, "PANIC": "1"}),
        Scenario("database-unknown-host", "", "DependencyNotReady", "the service does not exist", "no such host", dns(), environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("orders-db", "orders-db-rw"), "LOG_FORMAT": "json"}, pod=WEB),
        Scenario("database-password", "", "AuthenticationFailed", "the password is wrong; a panic", "password authentication failed", up, environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("s3cret", "old"), "PANIC": "1"}, pod=WEB),
        Scenario("dsn-broken", "", "ConfigurationInvalid", "the DSN is not parsable", "cannot parse", up, environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("port=5432", "port=db")}, pod=WEB),
        Scenario("sslmode-unknown", "", "ConfigurationInvalid", "an sslmode that does not exist", "sslmode", up, environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("disable", "preferred")}),
        Scenario("database-without-tls", "", "CertificateInvalid", "the database offers no TLS and the DSN wants it", "TLS", up, environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("disable", "require")}),
        Scenario("migration-fails", "", "MigrationFailed", "gorm's AutoMigrate meets rows that its index forbids", "auto migration", up + "psql -qc 'create table products(id bigint, code varchar(64))' -c \"insert into products values (1,'a'),(2,'a')\"", environment=dsn, pod=WEB),
        Scenario("privilege-missing", "", "PermissionDenied", "the user may not create the table", "permission denied for schema", up + "psql -qc \"create user app password 'x1'\"", environment={"DATABASE_DSN": dsn["DATABASE_DSN"].replace("user=postgres password=s3cret", "user=app password=x1")}, pod=WEB),
        Scenario("seed-missing", "", "ConfigurationMissing", "the seed file is not mounted; log.Panic", "no such file", up, environment={**dsn, "SEED_FILE": "/config/seed.json"}),
        Scenario("seed-not-json", "", "ConfigurationInvalid", "the seed file of the config map is no JSON; log.Panicf", "invalid character", up + put("/config/seed.json", "- Code: a"), environment={**dsn, "SEED_FILE": "/config/seed.json"}, pod={**CONFIG, **WEB}),
        Scenario("seed-empty", "", "ApplicationError", "the code does not reckon with an empty list", "index out of range", up + put("/config/seed.json", "[]"), environment={**dsn, "SEED_FILE": "/config/seed.json"}, pod={**CONFIG, **WEB}),
        Scenario("seed-twice", "", "ApplicationError", "the seed was done at the last start: a duplicate key, log.Panicf", "duplicate key", up + put("/config/seed.json", '[{"Code": "a", "Price": 3}, {"Code": "a", "Price": 4}]'), environment={**dsn, "SEED_FILE": "/config/seed.json"}),
        Scenario("port-invalid", "", "ConfigurationInvalid", "PORT was overwritten by a service link", "strconv", up, environment={**dsn, "PORT": "tcp://10.96.3.8:8080"}, pod=WEB),
        Scenario("port-conflict", "", "PortConflict", "port 8080 is taken", "address already in use", up + TAKEN.format(8080), environment=dsn, pod={**WEB, "hostNetwork": True}),
        Scenario("healthy", "", "Unknown", "it migrates, serves, and products are not found", "record not found", up, REQUESTS.format(30, "products/a"), environment=dsn, running=True, seconds=8, pod=WEB),
        Scenario("healthy-json", "", "Unknown", "the same with JSON lines among gorm's", "serving", up, REQUESTS.format(20, "products/b"), environment={**dsn, "LOG_FORMAT": "json"}, running=True, seconds=8),
    ]  # fmt: skip


def kubeconfig(server: str = "http://10.96.0.1:6443") -> str:
    return put(
        "/config/kubeconfig",
        f"apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {{server: '{server}'}}\nusers:\n- name: u\n  user: {{token: abc}}\ncontexts:\n- name: x\n  context: {{cluster: c, user: u}}\ncurrent-context: x\n",
    )


def api(status: int, body: str) -> str:
    """Bash that serves an API server which answers everything so."""
    return answering(6443, status, body) + "sleep 2\n"


FORBIDDEN = '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"forbidden: User \\"system:serviceaccount:shop:default\\" cannot get path \\"/api\\"","reason":"Forbidden","code":403}'
UNAUTHORIZED = '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}'
EMPTY = '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[],"groups":[],"versions":["v1"]}'


def tenant_operator() -> list[Scenario]:
    k = {"KUBECONFIG": "/config/kubeconfig"}
    inside = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}
    return [
        Scenario("kubeconfig-missing", "", "ConfigurationMissing", "neither in a cluster nor a kubeconfig", "unable to get kubeconfig", pod={}),
        Scenario("kubeconfig-file-missing", "", "ConfigurationMissing", "the secret with the kubeconfig is not mounted", "unable to get kubeconfig", environment=k, pod=CONFIG),
        Scenario("kubeconfig-broken", "", "ConfigurationInvalid", "the kubeconfig is no YAML", "error loading config file", put("/config/kubeconfig", "apiVersion: v1\nclusters: ["), environment=k, pod=CONFIG),
        Scenario("token-missing", "", "ConfigurationMissing", "in a cluster without the service account's token", "serviceaccount/token", environment=inside, pod={"automountServiceAccountToken": False}),
        Scenario("api-refused", "", "DependencyNotReady", "the API server refuses", "connection refused", kubeconfig(), environment=k, seconds=150, pod=CONFIG),
        Scenario("api-forbidden", "", "PermissionDenied", "the API forbids even discovery", "forbidden", api(403, FORBIDDEN) + kubeconfig("http://127.0.0.1:6443"), environment=k, seconds=150, pod=CONFIG),
        Scenario("api-unauthorized", "", "AuthenticationFailed", "the API rejects the token; JSON", "asked for the client to provide credentials", api(401, UNAUTHORIZED) + kubeconfig("http://127.0.0.1:6443"), environment={**k, "ZAP_PRODUCTION": "1"}, seconds=150, pod=CONFIG),
        Scenario("crd-missing", "", "ConfigurationMissing", "the custom resource's definition is not installed", "no matches for kind", api(200, EMPTY) + kubeconfig("http://127.0.0.1:6443"), environment=k, seconds=150, pod=CONFIG),
        Scenario("leader-election-namespace", "--leader-elect", "ConfigurationMissing", "leader election outside of a cluster without a namespace", "leader election", api(200, EMPTY) + kubeconfig("http://127.0.0.1:6443"), environment=k),
        Scenario("flag-unknown", "--metrics-addr=:8080", "ConfigurationInvalid", "a flag of an older layout", "flag provided but not defined", pod={}),
        Scenario("log-level-invalid", "--zap-log-level=verbose", "ConfigurationInvalid", "zap's level is no level", "invalid", pod={}),
        Scenario("webhook-certificate-missing", "--enable-webhooks", "ConfigurationMissing", "cert-manager has not made the webhook's certificate", "tls.crt: no such file", api(200, EMPTY) + kubeconfig("http://127.0.0.1:6443"), environment=k, seconds=150,
                 pod={**CONFIG, "ports": [{"containerPort": 9443}]}),
        Scenario("probe-port-conflict", "", "PortConflict", "port 8081 is taken", "address already in use", TAKEN.format(8081) + api(200, EMPTY) + kubeconfig("http://127.0.0.1:6443"), environment=k, pod={**CONFIG, "hostNetwork": True}),
    ]  # fmt: skip


def kong_cli() -> list[Scenario]:
    bucket = {"REPORT_BUCKET": "s3://reports"}
    data = {
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "reports"}}],
    }
    made = "mkdir -p /data/reports; chmod 777 /data/reports\n"
    return [
        Scenario("bucket-missing", "upload", "ConfigurationMissing", "a required flag is neither set nor in the environment", "missing flags", pod={}),
        Scenario("flag-unknown", "upload --buckets=x", "ConfigurationInvalid", "a flag that it does not know", "unknown flag", environment=bucket, pod={}),
        Scenario("level-not-one-of", "upload", "ConfigurationInvalid", "the level is none of the enumeration", "must be one of", environment={**bucket, "LOG_LEVEL": "verbose"}, pod={}),
        Scenario("interval-invalid", "upload", "ConfigurationInvalid", "the interval has no unit", "duration", environment={**bucket, "REPORT_INTERVAL": "30"}, pod={}),
        Scenario("workers-invalid", "upload", "ConfigurationInvalid", "a number is empty words", "expected a valid 64 bit int", environment={**bucket, "REPORT_WORKERS": "auto"}),
        Scenario("template-missing", "upload", "ConfigurationMissing", "the template's file is not mounted", "no such file", environment={**bucket, "REPORT_TEMPLATE": "/config/report.tmpl"}, pod=CONFIG),
        Scenario("command-missing", "", "ConfigurationMissing", "the manifest has no arguments", "expected one of", pod={}),
        Scenario("output-missing", "upload", "ConfigurationMissing", "the folder for the reports is not there", "no such file", environment=bucket, pod={}),
        Scenario("output-denied", "upload", "PermissionDenied", "the volume belongs to root", "permission denied", made + "chmod 755 /data/reports\n", environment={**bucket, "LOG_FORMAT": "json"}, user=65534, pod={**data, **NOBODY}),
        Scenario("disk-full", "upload", "DiskFull", "the volume is full after some reports", "no space left", small("/data/reports", "8m"), environment={**bucket, "REPORT_INTERVAL": "200ms"}, pod=data),
        Scenario("disk-full-json", "upload", "DiskFull", "the same in JSON", "no space left", small("/data/reports", "8m"), environment={**bucket, "REPORT_INTERVAL": "200ms", "LOG_FORMAT": "json"}),
        Scenario("report-exists", "upload", "ApplicationError", "a second run finds the files of the first one", "file exists", made + "touch /data/reports/report-0002.csv\n", environment={**bucket, "REPORT_INTERVAL": "100ms"}, pod=data),
        Scenario("one-worker", "upload", "ApplicationError", "the code expects two workers: index out of range", "index out of range", made, environment={**bucket, "REPORT_WORKERS": "1", "REPORT_INTERVAL": "100ms"}, pod=data),
        Scenario("completed", "upload --rounds 4", "Unknown", "four reports, then it ends in good order", "report uploaded", made, environment={**bucket, "REPORT_INTERVAL": "100ms"}, pod=data),
        Scenario("check-tempting-words", "check /data/x", "Unknown", "a check that is fine, in words of troubles", "all fine", pod={}),
    ]  # fmt: skip


def goose() -> list[Scenario]:
    base = {
        "GOOSE_DRIVER": "postgres",
        "GOOSE_DBSTRING": GOOD,
        "GOOSE_MIGRATION_DIR": "/srv/migrations",
    }
    sql = put(
        "/srv/migrations/00001_orders.sql",
        "-- +goose Up\ncreate table orders(id int);\n-- +goose Down\ndrop table orders;",
    ) + put(
        "/srv/migrations/00002_totals.sql",
        "-- +goose Up\nalter table orders add total int;\n-- +goose Down\nalter table orders drop total;",
    )
    up = sql + DATABASE + HOSTS
    first = (
        "GOOSE_DRIVER=postgres GOOSE_DBSTRING='"
        + GOOD
        + "' GOOSE_MIGRATION_DIR=/srv/migrations /srv/goose up >/dev/null 2>&1\n"
    )
    return [
        Scenario("driver-not-set", "up", "ConfigurationMissing", "no driver is named: it shows how to call it", "Usage", sql, environment={"GOOSE_DBSTRING": GOOD}, pod={}),
        Scenario("driver-unknown", "up", "ConfigurationInvalid", "the driver is misspelt", "unknown dialect", sql, environment={**base, "GOOSE_DRIVER": "postgress"}, pod={}),
        Scenario("directory-missing", "up", "ConfigurationMissing", "the migrations are not in the image", "does not exist", DATABASE + HOSTS, environment=base, pod={}),
        Scenario("database-refused", "up", "DependencyNotReady", "the database is not up", "connection refused", sql + HOSTS, environment=base, pod={}),
        Scenario("database-password", "up", "AuthenticationFailed", "the password is wrong", "password authentication failed", up, environment={**base, "GOOSE_DBSTRING": GOOD.replace("s3cret", "x")}, pod={}),
        Scenario("statement-fails", "up", "MigrationFailed", "a migration's statement fails", "already exists", up + "psql -qc 'create table orders(id int)'", environment=base, pod={}),
        Scenario("annotation-missing", "up", "MigrationFailed", "a migration's file has no annotation", "failed to parse", up + "echo 'create table x(id int);' >/srv/migrations/00003_x.sql\n", environment=base),
        Scenario("out-of-order", "up", "MigrationFailed", "a migration was added below the current version", "missing",
                 up + "mv /srv/migrations/00002_totals.sql /srv/migrations/00004_totals.sql\n" + first + put("/srv/migrations/00003_late.sql", "-- +goose Up\nselect 1;"), environment=base, pod={}),
        Scenario("privilege-missing", "up", "PermissionDenied", "the user may not create tables", "permission denied", up + "psql -qc \"create user app password 'x1'\"", environment={**base, "GOOSE_DBSTRING": GOOD.replace("postgres:s3cret", "app:x1")}),
        Scenario("healthy", "up", "Unknown", "two migrations are applied", "successfully migrated", up, environment=base, pod={}),
        Scenario("healthy-nothing-to-do", "up", "Unknown", "the schema is up to date", "no migrations to run", up + first, environment=base),
    ]  # fmt: skip


def statsd_exporter() -> list[Scenario]:
    mapping = "--statsd.mapping-config=/config/mapping.yaml"
    return [
        Scenario("mapping-missing", mapping, "ConfigurationMissing", "the mapping is not mounted", "no such file", pod=CONFIG),
        Scenario("mapping-broken", mapping, "ConfigurationInvalid", "the mapping is no YAML", "yaml", put("/config/mapping.yaml", "mappings:\n- match: 'a.*\n  name: x"), pod=CONFIG),
        Scenario("mapping-invalid", mapping, "ConfigurationInvalid", "a metric's name is none", "match regex", put("/config/mapping.yaml", "mappings:\n- match: 'shop.*'\n  name: '9shop-$1'\n")),
        Scenario("flag-unknown", "--statsd.mapping-confg=/config/mapping.yaml", "ConfigurationInvalid", "a flag is misspelt", "unknown long flag", pod={}),
        Scenario("web-port-conflict", "", "PortConflict", "port 9102 is taken", "address already in use", TAKEN.format(9102), pod={"hostNetwork": True}),
        Scenario("tcp-port-conflict", "", "PortConflict", "port 9125 is taken", "address already in use", TAKEN.format(9125), pod={"hostNetwork": True}),
        Scenario("socket-stale", "--statsd.listen-unixgram=/run/statsd/statsd.sock", "StaleUnixSocket", "the socket of a killed instance is left on the host; the program says so in its own words", "socket already exists",
                 "mkdir -p /run/statsd; python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(\"/run/statsd/statsd.sock\")'\n", captures={"path": "/run/statsd/statsd.sock"},
                 pod={"volumeMounts": [{"name": "run", "mountPath": "/run/statsd"}], "volumes": [{"name": "run", "hostPath": {"path": "/run/statsd"}}]}),
        Scenario("listen-invalid", "--statsd.listen-udp=tcp://10.96.0.3:9125", "ConfigurationInvalid", "the address was overwritten by a service link", "", pod={}),
        Scenario("healthy", "", "Unknown", "malformed lines of clients; it serves", "ccepting", "", "sleep 1; for i in 1 2 3; do echo 'bad line|x' >/dev/udp/127.0.0.1/9125; done", running=True, pod={}),
    ]  # fmt: skip


def record(recorder: Recorder) -> None:
    only = set(os.environ.get("CORPUS_ONLY", "").split())
    mine: dict[str, Callable[[], list[Scenario]]] = {
        "viper-api": viper_api, "gorm-shop": gorm_shop, "tenant-operator": tenant_operator, "kong-cli": kong_cli,
    }  # fmt: skip
    theirs: dict[str, Callable[[], list[Scenario]]] = {
        "goose": goose, "statsd_exporter": statsd_exporter,
    }  # fmt: skip
    works: list[Callable[[], Any]] = []
    for program, scenarios in (mine | theirs).items():
        if only and program not in only:
            continue
        if program in mine:
            binary, source = (
                own(program, "goservices"),
                f"own program on Go modules {LIBRARIES[program]}",
            )
        else:
            found = released(program)
            if found is None:
                works.append(partial(recorder.failed.append, f"{program}: does not build"))
                continue
            binary, source = found, SERVERS[program].source
        works += [work(recorder, program, binary, source, s) for s in scenarios()]
    together(works)
