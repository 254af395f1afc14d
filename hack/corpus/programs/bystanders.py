"""Programs that report the errors of others and live on, jobs that end well, kills from outside, and their neighbours:
true bugs after everything was reached, dependencies given up on, heaps spent in a runtime's own words.

The programs of sources/bystanders are ordinary small services in Go, Java, Python, Ruby, Node, PHP and bash.
"""

# ruff: noqa: E501 - tables of shell lines and situations

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, pod
from .python_programs import (
    DB,
    EXPIRED,
    POSTGRES,
    PYTHON,
    REDIS,
    Scenario,
    env,
    host,
    pypi,
    record_all,
)

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "bystanders"
CACHE = Path.home() / ".cache" / "crashloop-doctor" / "corpus" / "bystanders"
NODE_MODULES = Path.home() / ".cache/crashloop-doctor/corpus/node/node_modules"
BEFORE = f"cp -r {SOURCES}/. /srv/; cp -r {CACHE}/. /srv/\n"
NODE = f"mkdir -p /srv/node_modules; mount --bind {NODE_MODULES} /srv/node_modules\n"

SOURCE = {
    "tax-service": "Go program with log/slog and net/http",
    "settlement-job": "Java 17 program with java.util.logging",
    "device-gateway": "PyPI tornado 6.6.1",
    "feature-flags": "PyPI starlette 0.41.3, uvicorn 0.32.1, redis 5.3.1",
    "rate-refresher": "PyPI APScheduler 3.11.0, requests 2.32.3",
    "ticker": "Python 3.11 program",
    "audit-log": "Ruby 3.1 program with Logger and Net::HTTP",
    "mail-digest": "npm winston 3.17.0, Node 20",
    "cleanup-job": "PHP 8.2 program with PDO",
    "shop-migrate": "PyPI django 5.0.9, psycopg2-binary 2.9.10",
    "export-job": "Debian 12 bash and curl",
}

STORE = host("postgres.shop.svc.cluster.local", "10.96.14.7")
RATES = host("rates.finance", "10.96.40.3")
ANSWERING = (
    "(cd /run; python3 -m http.server {port} --bind {address} >/dev/null 2>&1 &); sleep 0.6\n"
)
LATE = "(sleep 2.5; cd /run; exec python3 -m http.server {port} --bind {address} >/dev/null 2>&1) & sleep 0.1\n"
TAX = ["/srv/tax_service"]
ADDR = {"ADDR": ":8080"}
JAVA = ["java", "-Xmx24m", "-cp", "/srv", "Settlement"]
GATEWAY = ["python3", "-u", "device_gateway.py"]
FLAGS = ["uvicorn", "feature_flags:app", "--host", "0.0.0.0", "--port", "8000"]
REFRESHER, TICKER = ["python3", "-u", "rate_refresher.py"], ["python3", "-u", "ticker.py"]
AUDIT, DIGEST = ["ruby", "audit_log.rb"], ["node", "mail_digest.js"]
CLEANUP, EXPORT = ["php", "cleanup_job.php"], ["bash", "/srv/export_job.sh"]
MIGRATE = ["python3", "-u", "manage.py", "migrate", "--noinput"]
IN_MIGRATE = "cp -r /srv/shopmigrate/. /srv/\n"


def asking(*paths: str, port: int = 8080, wait: float = 1.5) -> str:
    """Bash that asks for these pages one after the other."""
    return f"sleep {wait}; " + "; ".join(
        f"curl -s -m 2 -A kube-probe/1.29 'localhost:{port}{path}'; sleep 0.4" for path in paths
    )


def job(name: str, command: list[str], **more: Any) -> dict[str, Any]:
    """A pod of a Job."""
    return {
        "pod": pod(
            name, f"registry.example.com/{name}:3", command=command, restartPolicy="Never", **more
        )
    }


def service(name: str, command: list[str], port: int = 8080, **more: Any) -> dict[str, Any]:
    return {
        "pod": pod(
            name,
            f"registry.example.com/{name}:3",
            command=command,
            ports=[{"containerPort": port}],
            **more,
        )
    }


def killed_at(name: str, seconds: int, code: int) -> dict[str, Any]:
    """The status of a container in a loop whose last instance lived so long."""
    end = f"2026-11-20T10:{seconds // 60:02d}:{seconds % 60:02d}Z"
    reason = "Completed" if code == 0 else "Error"
    return {
        "phase": "Running",
        "containerStatuses": [
            {
                "name": name,
                "ready": False,
                "restartCount": 5,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 2m40s"}},
                "lastState": {
                    "terminated": {
                        "exitCode": code,
                        "reason": reason,
                        "startedAt": "2026-11-20T10:00:00Z",
                        "finishedAt": end,
                    }
                },
            }
        ],
    }


LIVE = {
    "httpGet": {"path": "/health", "port": 8080},
    "initialDelaySeconds": 5,
    "periodSeconds": 5,
    "failureThreshold": 3,
}
KILL = {"seconds": 6, "stop_signal": "SIGKILL"}
TERM = {"seconds": 6}

ROWS = [
    # name, situation: (program, case, cause, situation, command, expected text, extra)
    Scenario("tax-service", "store-late-then-fine", "Unknown", "the store comes up after three tries; killed from outside later",
             TAX, "store opened", prepare=STORE + LATE.format(port=5432, address="10.96.14.7"), env={**ADDR, "STORE": "postgres.shop.svc.cluster.local:5432", "ATTEMPTS": "10"},
             run={**KILL, "seconds": 8, "meanwhile": asking("/healthz", "/healthz", wait=5)}, more=service("tax-service", TAX)),
    Scenario("tax-service", "rates-refused-and-stopped", "Unknown", "the rates service refuses while requests are answered with 502; SIGTERM",
             TAX, "rates unavailable", prepare=RATES, env={**ADDR, "RATES_URL": "http://rates.finance:8081/eu"}, run={**TERM, "meanwhile": asking("/quote", "/quote", "/quote")}, more=service("tax-service", TAX)),
    Scenario("tax-service", "handler-panics-and-stopped", "Unknown", "a handler panics, net/http recovers it; SIGTERM",
             TAX, "http: panic serving", env=ADDR, run={**TERM, "meanwhile": asking("/panic", "/healthz")}, more=service("tax-service", TAX)),
    Scenario("tax-service", "store-given-up", "DependencyNotReady", "the store refuses three times, the program gives up; its last line names no errno",
             TAX, "startup aborted", prepare=STORE, env={**ADDR, "STORE": "postgres.shop.svc.cluster.local:5432", "HIDE_LAST": "1"}, more=service("tax-service", TAX)),
    Scenario("tax-service", "store-given-up-errno-last", "DependencyNotReady", "the store refuses, the last line has the error in a field after the message",
             TAX, "startup aborted", prepare=STORE, env={**ADDR, "STORE": "postgres.shop.svc.cluster.local:5432"}, more=service("tax-service", TAX)),
    Scenario("tax-service", "index-panic-after-refused-rates", "ApplicationError", "requests fail for a refused upstream; then a goroutine panics with an index out of range",
             TAX, "index out of range", prepare=RATES, env={**ADDR, "RATES_URL": "http://rates.finance:8081/eu"}, run={"meanwhile": asking("/quote", "/quote", "/bug")}, more=service("tax-service", TAX)),
    Scenario("tax-service", "default-rounding-does-not-fit", "SilentFallback", "the settings service refuses, the default rounding mode is not the ledger's",
             TAX, "using default", prepare=host("settings.core", "10.96.41.3"), env={**ADDR, "SETTINGS_URL": "http://settings.core:8080/rounding", "STORED_MODE": "half-even"}, more=service("tax-service", TAX)),
    Scenario("tax-service", "default-rounding-fits", "Unknown", "the settings service refuses, the default does well; SIGTERM",
             TAX, "using default", prepare=host("settings.core", "10.96.41.3"), env={**ADDR, "SETTINGS_URL": "http://settings.core:8080/rounding"}, run={**TERM, "meanwhile": asking("/healthz")}, more=service("tax-service", TAX)),
    Scenario("tax-service", "liveness-path-wrong", "ProbeKilled", "the liveness probe asks for a path that is not there; it handles SIGTERM and ends with 0",
             TAX, "shutdown requested", env=ADDR, run={**TERM, "meanwhile": asking("/health", "/health", "/health")},
             more=service("tax-service", TAX, livenessProbe=LIVE, status=killed_at("tax-service", 21, 0))),

    Scenario("settlement-job", "finished-after-retries", "Unknown", "the ledger answers at the third try, the job ends well",
             JAVA, "settlement finished", prepare=host("ledger.bank", "10.96.50.2") + LATE.format(port=7001, address="10.96.50.2"), env={"LEDGER_HOST": "ledger.bank", "ATTEMPTS": "12"}, run={"seconds": 15}, more=job("settlement", JAVA)),
    Scenario("settlement-job", "ledger-given-up", "DependencyNotReady", "the ledger refuses; an IllegalStateException wraps it",
             JAVA, "not available", prepare=host("ledger.bank", "10.96.50.2"), env={"LEDGER_HOST": "ledger.bank"}, run={"seconds": 15}, more=job("settlement", JAVA)),
    Scenario("settlement-job", "null-amount-in-pool", "ApplicationError", "a NullPointerException in a pool's task comes out of Future.get, after a warning about the ledger",
             [*JAVA, "bug"], "NullPointerException", prepare=host("ledger.bank", "10.96.50.2") + LATE.format(port=7001, address="10.96.50.2"), env={"LEDGER_HOST": "ledger.bank", "ATTEMPTS": "12"}, run={"seconds": 15}, more=job("settlement", [*JAVA, "bug"])),
    Scenario("settlement-job", "heap-spent-exit-1", "OutOfMemory", "the heap is spent in the main thread, which ends with 1",
             [*JAVA, "heap"], "OutOfMemoryError", run={"seconds": 20}, more=job("settlement", [*JAVA, "heap"])),
    Scenario("settlement-job", "heap-spent-exit-3", "OutOfMemory", "the same with ExitOnOutOfMemoryError",
             ["java", "-XX:+ExitOnOutOfMemoryError", *JAVA[1:], "heap"], "OutOfMemoryError", run={"seconds": 20}),
    Scenario("settlement-job", "heap-spent-in-pool", "OutOfMemory", "a pool's task spends the heap, Future.get wraps it",
             [*JAVA, "poolheap"], "OutOfMemoryError", run={"seconds": 25}),
    Scenario("settlement-job", "killed-while-waiting", "Unknown", "killed from outside while it waits",
             [*JAVA, "service"], "waiting for the next day", run=KILL),

    Scenario("device-gateway", "request-bug-and-stopped", "Unknown", "one request raises a KeyError, others go on; SIGTERM",
             GATEWAY, "Uncaught exception GET", run={**TERM, "meanwhile": asking("/devices/bug", "/devices/a", "/healthz")}, more=service("device-gateway", GATEWAY)),
    Scenario("device-gateway", "request-bug-and-killed", "Unknown", "the same at the end of the log; killed from outside",
             GATEWAY, "Uncaught exception GET", run={**KILL, "meanwhile": asking("/devices/a", "/devices/bug")}, more=service("device-gateway", GATEWAY)),
    Scenario("device-gateway", "ingest-refused-and-term", "Unknown", "an upstream refuses one request; SIGTERM is not handled (143)",
             GATEWAY, "Connection refused", prepare=host("ingest.core", "10.96.51.2"), env={"INGEST_URL": "http://ingest.core:9000/", "NO_SIGNALS": "1"}, run={**TERM, "meanwhile": asking("/devices/a", "/devices/forward")}),
    Scenario("device-gateway", "clients-distrust-it", "Unknown", "clients break off the TLS handshake, for they do not know the authority; SIGTERM",
             GATEWAY, "SSL", prepare="export TLS_NAME=gateway.core TLS_DAYS=90\n" + EXPIRED.split("(openssl s_server")[0], env={"TLS_CERT": "/run/tls.pem", "TLS_KEY": "/run/tls.key"},
             run={**TERM, "meanwhile": "sleep 2; curl -s https://localhost:8443/healthz; sleep 0.3; curl -s https://localhost:8443/healthz; curl -s localhost:8080/devices/c"}),
    Scenario("device-gateway", "index-error-after-requests", "ApplicationError", "a list is too short, after the gateway was ready and a request had failed",
             [*GATEWAY, "count"], "IndexError", prepare=host("ingest.core", "10.96.51.2"), env={"INGEST_URL": "http://ingest.core:9000/"}, run={"meanwhile": asking("/devices/forward", "/devices/b", wait=1.2)}),
    Scenario("device-gateway", "probe-asks-http-of-a-slow-path", "ProbeKilled", "the liveness probe's path is not there (404); it ends with 0 on SIGTERM",
             GATEWAY, "stop requested", run={**TERM, "meanwhile": asking("/health", "/health", "/health")}, more=service("device-gateway", GATEWAY, livenessProbe=LIVE, status=killed_at("device-gateway", 18, 0))),

    Scenario("feature-flags", "wrong-tokens-and-stopped", "Unknown", "clients come with wrong tokens (401), one flag is unknown (500); SIGTERM",
             FLAGS, "401", env={"NO_STORE": "1"}, run={**TERM, "meanwhile": asking("/flags/a", "/flags/b", port=8000, wait=2.5) + "; curl -s -H 'Authorization: Bearer web' localhost:8000/flags/none"}, more=service("feature-flags", FLAGS, 8000)),
    Scenario("feature-flags", "store-refused", "DependencyNotReady", "redis refuses in the lifespan, uvicorn ends with 3",
             FLAGS, "Application startup failed", prepare=host("redis.cache", "10.96.3.9"), env={"REDIS_URL": "redis://redis.cache:6379/0"}, more=service("feature-flags", FLAGS, 8000)),
    Scenario("feature-flags", "store-optional", "Unknown", "redis refuses, the flags of the image are served; killed from outside",
             FLAGS, "serving the flags of the image", prepare=host("redis.cache", "10.96.3.9"), env={"REDIS_URL": "redis://redis.cache:6379/0", "OPTIONAL_STORE": "1"}, run={**KILL, "meanwhile": asking("/flags/a", port=8000, wait=2.5)}, more=service("feature-flags", FLAGS, 8000)),
    Scenario("feature-flags", "bug-in-lifespan", "ApplicationError", "a TypeError in the lifespan, with redis reached",
             FLAGS, "TypeError", prepare=host("redis.cache", "10.96.3.9") + REDIS.format(more="--bind 10.96.3.9 --protected-mode no"), env={"REDIS_URL": "redis://redis.cache:6379/0", "ROLLOUT": "1,2"}, more=service("feature-flags", FLAGS, 8000)),
    Scenario("feature-flags", "store-demands-password", "AuthenticationFailed", "redis demands a password in the lifespan",
             FLAGS, "Authentication required", prepare=host("redis.cache", "10.96.3.9") + REDIS.format(more="--bind 10.96.3.9 --requirepass x"), env={"REDIS_URL": "redis://redis.cache:6379/0"}),

    Scenario("rate-refresher", "runs-fail-at-first", "Unknown", "the first runs are refused and logged with their tracebacks, later ones succeed; SIGTERM",
             REFRESHER, "raised an exception", prepare=RATES + LATE.format(port=8081, address="10.96.40.3"), env={"RATES_URL": "http://rates.finance:8081/"}, run={**TERM, "seconds": 8}),
    Scenario("rate-refresher", "fine-and-killed", "Unknown", "healthy; killed from outside", REFRESHER, "run 2", run=KILL),
    Scenario("rate-refresher", "once-after-retry", "Unknown", "one run succeeds after two refusals; ends with 0",
             [*REFRESHER, "once"], "published", prepare=RATES + "(sleep 1.2; cd /run; exec python3 -m http.server 8080 --bind 10.96.40.3 >/dev/null 2>&1) & sleep 0.1\n", env={"RATES_URL": "http://rates.finance:8080/", "ATTEMPTS": "2000"}, run={"seconds": 20}, more=job("rate-refresher", [*REFRESHER, "once"])),
    Scenario("rate-refresher", "once-given-up", "DependencyNotReady", "one run is refused three times, the program ends with 1",
             [*REFRESHER, "once"], "rates are stale", prepare=RATES, env={"RATES_URL": "http://rates.finance:8080/eu"}, more=job("rate-refresher", [*REFRESHER, "once"])),
    Scenario("rate-refresher", "once-given-up-exit-0", "DependencyNotReady", "the same, and the program ends with 0 again and again",
             [*REFRESHER, "once"], "rates are stale", prepare=RATES, env={"RATES_URL": "http://rates.finance:8080/eu", "EXIT": "0"}, more=service("rate-refresher", [*REFRESHER, "once"])),
    Scenario("rate-refresher", "once-bug", "ApplicationError", "everything was reached; a currency is not in the table",
             [*REFRESHER, "once"], "KeyError: 'CHF'", prepare=RATES + ANSWERING.format(port=8080, address="10.96.40.3"), env={"RATES_URL": "http://rates.finance:8080/", "CURRENCY": "CHF"}, more=job("rate-refresher", [*REFRESHER, "once"])),

    Scenario("ticker", "ended-well", "Unknown", "it prints and ends with 0", [*TICKER, "ok"], "no more quotes", more=service("ticker", [*TICKER, "ok"])),
    Scenario("ticker", "killed", "Unknown", "killed from outside", [*TICKER, "loop"], "EUR", run=KILL),
    Scenario("ticker", "key-error", "ApplicationError", "a key of its own table is not there", [*TICKER, "key"], "KeyError: 'CHF'"),
    Scenario("ticker", "assertion", "ApplicationError", "an assertion with a text", [*TICKER, "assert"], "AssertionError"),
    Scenario("ticker", "recursion", "ApplicationError", "a recursion without end", [*TICKER, "recursion"], "RecursionError"),
    Scenario("ticker", "memory-error", "OutOfMemory", "ulimit -v: MemoryError ends it", ["bash", "-c", "ulimit -v 300000; exec python3 -u ticker.py memory"], "MemoryError"),
    Scenario("ticker", "memory-error-caught", "OutOfMemory", "ulimit -v: it says in its own words that memory is spent", ["bash", "-c", "ulimit -v 300000; exec python3 -u ticker.py memory-caught"], "does not fit into memory"),
    Scenario("ticker", "killed-for-memory", "OutOfMemory", "the kernel kills it", [*TICKER, "memory"], "GBP", run={"memory_bytes": 64 << 20, "seconds": 20}),

    Scenario("audit-log", "archive-late", "Unknown", "the archive answers at the third try; SIGTERM", [*AUDIT], "drained", prepare=host("archive.core", "10.96.52.2") + "(sleep 1.6; cd /run; exec python3 -m http.server 8080 --bind 10.96.52.2 >/dev/null 2>&1) & sleep 0.1\n", env={"ARCHIVE_URL": "http://archive.core:8080/", "TRIES": "20"}, run=TERM),
    Scenario("audit-log", "archive-refused-spooling", "Unknown", "the archive refuses for ever, records are spooled; SIGTERM", [*AUDIT], "drained", prepare=host("archive.core", "10.96.52.2"), env={"ARCHIVE_URL": "http://archive.core:8080/", "SPOOL": "1"}, run=TERM),
    Scenario("audit-log", "archive-refused", "DependencyNotReady", "the archive refuses three times, the exception ends it", [*AUDIT], "Errno::ECONNREFUSED", prepare=host("archive.core", "10.96.52.2"), env={"ARCHIVE_URL": "http://archive.core:8080/"}),
    Scenario("audit-log", "nil-bug-after-late-archive", "ApplicationError", "a record has no owner: NoMethodError, after the archive was reached at last", [*AUDIT, "bug"], "NoMethodError", prepare=host("archive.core", "10.96.52.2") + "(sleep 1.6; cd /run; exec python3 -m http.server 8080 --bind 10.96.52.2 >/dev/null 2>&1) & sleep 0.1\n", env={"ARCHIVE_URL": "http://archive.core:8080/", "TRIES": "20"}),
    Scenario("audit-log", "stack-level", "ApplicationError", "SystemStackError", [*AUDIT, "deep"], "stack level too deep"),
    Scenario("audit-log", "no-memory", "OutOfMemory", "ulimit -v: NoMemoryError", ["bash", "-c", "ulimit -v 600000; exec ruby audit_log.rb heap"], "failed to allocate memory"),
    Scenario("audit-log", "job-done", "Unknown", "ends well", [*AUDIT, "job"], "archived", more=job("audit-log", [*AUDIT, "job"])),

    Scenario("mail-digest", "smtp-late", "Unknown", "digests are refused and tried in the next round until the mail server is up; SIGTERM, exit 0", [*DIGEST, "ok"], "digest not sent", prepare=NODE + host("smtp.mail", "10.96.53.2") + LATE.format(port=25, address="10.96.53.2"), env={"SMTP": "smtp.mail:25"}, run=TERM, more=service("mail-digest", [*DIGEST, "ok"])),
    Scenario("mail-digest", "smtp-refused-at-start", "DependencyNotReady", "the first connection is demanded, refused, exit 2", [*DIGEST, "strict"], "ECONNREFUSED", prepare=NODE + host("smtp.mail", "10.96.53.2"), env={"SMTP": "smtp.mail:25"}, more=service("mail-digest", [*DIGEST, "strict"])),
    Scenario("mail-digest", "bug-after-refused-digests", "ApplicationError", "digests were refused and put off; then a TypeError", [*DIGEST, "bug"], "TypeError", prepare=NODE + host("smtp.mail", "10.96.53.2"), env={"SMTP": "smtp.mail:25"}, more=service("mail-digest", [*DIGEST, "bug"])),
    Scenario("mail-digest", "unhandled-rejection", "ApplicationError", "an unhandled RangeError", [*DIGEST, "reject"], "RangeError", prepare=NODE + ANSWERING.format(port=2525, address="127.0.0.1")),
    Scenario("mail-digest", "heap-spent", "OutOfMemory", "V8's heap is spent (134), after refused digests", ["node", "--max-old-space-size=40", "mail_digest.js", "heap"], "heap out of memory", prepare=NODE + host("smtp.mail", "10.96.53.2"), env={"SMTP": "smtp.mail:25"}, run={"seconds": 40}),
    Scenario("mail-digest", "job-done-with-refused-digests", "Unknown", "a job that reports refused digests and ends with 0", [*DIGEST, "job"], "no digests left", prepare=NODE + host("smtp.mail", "10.96.53.2"), env={"SMTP": "smtp.mail:25"}, more=job("mail-digest", [*DIGEST, "job"])),
    Scenario("mail-digest", "deprecated-and-killed", "Unknown", "a deprecation warning, then work; killed from outside", [*DIGEST, "flag"], "deprecated", prepare=NODE + ANSWERING.format(port=2525, address="127.0.0.1"), run=KILL),

    Scenario("cleanup-job", "done", "Unknown", "ends well", CLEANUP, "done", more=job("cleanup", CLEANUP)),
    Scenario("cleanup-job", "notices-and-done", "Unknown", "deprecations, notices and warnings of PHP, and it ends well", [*CLEANUP, "deprecated"], "done", more=job("cleanup", [*CLEANUP, "deprecated"])),
    Scenario("cleanup-job", "type-error", "ApplicationError", "an uncaught TypeError after two carts", [*CLEANUP, "bug"], "Uncaught TypeError", more=job("cleanup", [*CLEANUP, "bug"])),
    Scenario("cleanup-job", "memory-limit", "OutOfMemory", "memory_limit is exhausted", ["php", "-d", "memory_limit=32M", "cleanup_job.php", "memory"], "Allowed memory size"),
    Scenario("cleanup-job", "database-late", "Unknown", "the database answers at the second try or later; ends well", CLEANUP, "connected", prepare=DB + POSTGRES + "runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -m fast stop; (sleep 1.5; exec runuser -u postgres -- /usr/lib/postgresql/15/bin/postgres -D /data/pg -c listen_addresses=* >/dev/null 2>&1) & sleep 0.1\n", env={"DSN": "pgsql:host=postgres.shop.svc.cluster.local;dbname=shop", "TRIES": "9"}, run={"seconds": 15}, more=job("cleanup", CLEANUP)),
    Scenario("cleanup-job", "database-refused", "DependencyNotReady", "the database refuses, an uncaught PDOException ends it", CLEANUP, "PDOException", prepare=DB, env={"DSN": "pgsql:host=postgres.shop.svc.cluster.local;dbname=shop"}, run={"seconds": 15}, more=job("cleanup", CLEANUP)),
    Scenario("cleanup-job", "no-privilege", "PermissionDenied", "the role may not delete carts", [*CLEANUP, "grant"], "permission denied for table", prepare=DB + POSTGRES + "psql shop -c 'create table carts (id int)'\n", env={"DSN": "pgsql:host=postgres.shop.svc.cluster.local;dbname=shop"}, more=job("cleanup", [*CLEANUP, "grant"])),

    Scenario("shop-migrate", "done", "Unknown", "all migrations run", MIGRATE, "OK", prepare=IN_MIGRATE + DB + POSTGRES, run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "database-refused", "DependencyNotReady", "the database refuses", MIGRATE, "Connection refused", prepare=IN_MIGRATE + DB, run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "password", "AuthenticationFailed", "the database rejects the password", MIGRATE, "password authentication failed", prepare=IN_MIGRATE + DB + POSTGRES, env={"DB_PASSWORD": "old"}, run={"seconds": 15}, more=job("migrate", MIGRATE, env=env(DB_PASSWORD="old"))),
    Scenario("shop-migrate", "schema-public-denied", "PermissionDenied", "the role may not create tables in the schema", MIGRATE, "permission denied for schema", prepare=IN_MIGRATE + DB + POSTGRES + "psql shop -c 'alter database shop owner to postgres' -c 'revoke create on schema public from public'\n", run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "not-the-owner", "PermissionDenied", "the table belongs to another role", MIGRATE, "must be owner", prepare=IN_MIGRATE + DB + POSTGRES + "(cd /srv; python3 manage.py migrate shop 0001 >/dev/null); psql shop -c 'alter table shop_cart owner to postgres'\n", run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "table-exists", "MigrationFailed", "the table is there already and the migration is not recorded", MIGRATE, "already exists", prepare=IN_MIGRATE + DB + POSTGRES + "psql shop -c 'create table shop_cart (id int)' -c 'alter table shop_cart owner to app'\n", run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "history-inconsistent", "MigrationFailed", "0002 is recorded, 0001 is not", MIGRATE, "InconsistentMigrationHistory", prepare=IN_MIGRATE + DB + POSTGRES + "(cd /srv; python3 manage.py migrate >/dev/null); psql shop -c \"delete from django_migrations where name='0001_initial'\"\n", run={"seconds": 15}, more=job("migrate", MIGRATE)),
    Scenario("shop-migrate", "bug-in-data-migration", "MigrationFailed", "a data migration's own code reads beyond a list", MIGRATE, "IndexError", prepare=IN_MIGRATE + DB + POSTGRES, env={"CURRENCY": "USD"}, run={"seconds": 15}, more=job("migrate", MIGRATE)),

    Scenario("export-job", "warehouse-late", "Unknown", "curl retries and gets through; ends well", EXPORT, "done", prepare=host("warehouse.core", "10.96.54.2") + "echo '[{\"id\":1}]' >/run/rows; (sleep 1.5; cd /run; exec python3 -m http.server 8080 --bind 10.96.54.2 >/dev/null 2>&1) & sleep 0.1\n", env={"WAREHOUSE": "http://warehouse.core:8080", "RETRIES": "6"}, run={"seconds": 20}, more=job("export", EXPORT)),
    Scenario("export-job", "warehouse-refused", "DependencyNotReady", "curl gives up, set -e ends the script with 7", EXPORT, "curl: (7)", prepare=host("warehouse.core", "10.96.54.2"), env={"WAREHOUSE": "http://warehouse.core:8080"}, run={"seconds": 20}, more=job("export", EXPORT)),
    Scenario("export-job", "warehouse-refused-lenient", "Unknown", "curl gives up, the script goes on with nothing and ends well", EXPORT, "done", prepare=host("warehouse.core", "10.96.54.2"), env={"WAREHOUSE": "http://warehouse.core:8080", "LENIENT": "1"}, run={"seconds": 20}, more=job("export", EXPORT)),
    Scenario("export-job", "target-read-only", "PermissionDenied", "the target folder may not be written", EXPORT, "Permission denied", prepare="install -d -m 755 /data/out\n", env={"TARGET": "/data/out"}, run={"user": 1000}, more=job("export", EXPORT)),
    Scenario("export-job", "too-few-rows", "ApplicationError", "the export has fewer rows than expected", EXPORT, "expected at least", env={"CHECK": "3"}, more=job("export", EXPORT)),
    Scenario("export-job", "certificate-unknown", "CertificateInvalid", "the warehouse's authority is not known to curl", EXPORT, "curl: (60)", prepare=host("warehouse.core", "10.96.54.2") + "export TLS_NAME=warehouse.core TLS_DAYS=90\n" + EXPIRED, env={"WAREHOUSE": "https://warehouse.core:8443"}, run={"seconds": 20}, more=job("export", EXPORT)),
]  # fmt: skip


def _built() -> None:
    """Compiles the Go and the Java program once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    go, java = SOURCES / "tax_service.go", SOURCES / "Settlement.java"
    if not (CACHE / "tax_service").exists():
        subprocess.run(["go", "build", "-o", str(CACHE / "tax_service"), str(go)], check=True)
    if not (CACHE / "Settlement.class").exists():
        subprocess.run(["javac", "-d", str(CACHE), str(java)], check=True)


def record(recorder: Recorder) -> None:
    pypi()
    apt("redis-server", "postgresql-15", "curl", "openssl", "ruby", "php-cli", "php-pgsql")
    _built()
    record_all(recorder, ROWS, PYTHON + BEFORE, SOURCE)
