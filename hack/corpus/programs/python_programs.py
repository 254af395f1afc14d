"""Python services: flask, django, fastapi, celery, aiohttp, grpcio, kafka-python, boto3, kubernetes client, pid files.

The libraries are PyPI's, pinned in sources/python/requirements.txt; the dependencies that they meet (PostgreSQL, Redis,
an HTTPS server with a bad certificate) are real ones inside the recording's own network.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, pod

CACHE = Path.home() / ".cache" / "crashloop-doctor" / "corpus"
SOURCES = Path(__file__).resolve().parents[1] / "sources"
SITE = CACHE / "python" / "site"


@dataclass(frozen=True)
class Scenario:
    """One case as a row of a table; `run` holds further fields of `Run`, `more` further arguments of `record`."""

    program: str
    name: str
    cause: str
    situation: str
    command: list[str]
    expect: str
    source: str = ""
    prepare: str = ""
    env: dict[str, str] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def record_all(
    recorder: Recorder, scenarios: list[Scenario], before: str, sources: dict[str, str]
) -> None:
    """Records a table. `before` is prepared for each; `sources` names a program's source when the row does not.

    What is still running ends with SIGKILL, so that its log has no word of a stop."""
    for row in scenarios:
        running = {"stop_signal": "SIGKILL"} if row.more.get("running") else {}
        ended = recorder.record(
            row.program,
            row.name,
            Run(
                row.command,
                prepare=before + row.prepare,
                environment=row.env,
                **{"seconds": 5, **running, **row.run},
            ),
            cause=row.cause,
            situation=row.situation,
            source=row.source or sources[row.program],
            expect=row.expect,
            **row.more,
        )
        if ended and row.more.get("running") and not ended.stopped:
            recorder.failed.append(
                f"{row.program}/{row.name}: was not running, exit {ended.exit_code}"
            )


def pypi() -> None:
    """Installs the pinned packages where `PYTHON` mounts them."""
    wanted = SOURCES / "python" / "requirements.txt"
    stamp = SITE / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    apt("python3", "python3-pip")
    subprocess.run(
        ["nice", "-n", "10", "/usr/bin/python3", "-m", "pip", "install", "-q", "--upgrade", "--target", str(SITE),
         "-r", str(wanted)],
        check=True,
    )  # fmt: skip
    stamp.write_text(wanted.read_text())


PACKAGES = f"""
mount --bind {SITE} /usr/local/lib/python3.11/dist-packages
mount --bind {SITE}/bin /usr/local/bin
cp -r {SOURCES}/python/. /srv/; rm -f /srv/requirements.txt
"""
"""The packages where an image has them, and the programs in the working folder."""

PYTHON = PACKAGES + "mount -t tmpfs tmpfs /usr/lib/python3/dist-packages\n"
"""The same without Debian's own packages."""


def host(name: str, address: str) -> str:
    """Bash that gives the recording's network a service with a name."""
    return f"""
ip addr add {address}/32 dev lo
[ -e /run/hosts ] || {{ cp /etc/hosts /run/hosts; mount --bind /run/hosts /etc/hosts; }}
echo '{address} {name}' >>/run/hosts
"""


POSTGRES = """
export PATH=/usr/lib/postgresql/15/bin:$PATH
install -d -o postgres -m 700 /data/pg; install -d -o postgres /run/postgresql
runuser -u postgres -- initdb -D /data/pg --no-sync --auth-local=trust --auth-host=scram-sha-256 >/dev/null
echo 'host all all all scram-sha-256' >>/data/pg/pg_hba.conf
runuser -u postgres -- pg_ctl -D /data/pg -s -w -o '-c listen_addresses=*' -l /data/pg/log start
psql() { command psql -q -U postgres "$@" >/dev/null; }
psql -c "create role app login password 'correct'" -c 'create database shop owner app'
"""
"""A PostgreSQL 15 with a role `app` (password `correct`) and its database `shop`."""

EXPIRED = """
cd /run; openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/CN=shop-ca' 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj "/CN=$TLS_NAME" 2>/dev/null
echo "subjectAltName=DNS:$TLS_NAME" >ext; openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
 -days $TLS_DAYS -extfile ext -out tls.pem 2>/dev/null; chmod 644 *.pem
(openssl s_server -accept 8443 -cert tls.pem -key tls.key -www -quiet >/dev/null 2>&1 &) ; sleep 0.3; cd /srv
"""
"""An HTTPS server on 8443 with a certificate of a private authority (/run/ca.pem)."""

TAKEN = "(python3 -m http.server {port} >/dev/null 2>&1 &); sleep 0.6\n"
REDIS = "(redis-server --port 6379 --save '' --dir /data {more} >/dev/null 2>&1 &); sleep 0.4\n"

DB = host("postgres.shop.svc.cluster.local", "10.96.14.7")
URL = "postgresql+psycopg2://app:correct@postgres.shop.svc.cluster.local:5432/shop"
GUNICORN = [
    "gunicorn",
    "--bind",
    "0.0.0.0:8000",
    "--workers",
    "2",
    "--access-logfile",
    "-",
    "shop:create_app()",
]
SECRET = {"SHOP_SECRET_KEY": "s3cr3t", "PYTHONUNBUFFERED": "1"}
DJANGO = {"PYTHONUNBUFFERED": "1", "DJANGO_SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "*"}
MANAGE = ["python3", "cms/manage.py"]
UVICORN = ["uvicorn", "quotes:app", "--host", "0.0.0.0", "--port", "8080"]
QUOTES = {"QUOTES_API_TOKEN": "t0k3n", "QUOTES_UPSTREAM": "https://quotes.example.com/v2"}
CELERY = ["celery", "-A", "tasks", "worker", "--loglevel=INFO", "--concurrency=1"]
BEAT = ["celery", "-A", "tasks", "beat", "--loglevel=INFO", "--pidfile=/data/celerybeat.pid"]

SOURCE = {
    "flask-shop": "PyPI flask 3.0.3, sqlalchemy 2.0.36, gunicorn 23.0.0",
    "django-cms": "PyPI django 5.0.9",
    "fastapi-quotes": "PyPI fastapi 0.115.5, uvicorn 0.32.1, structlog 24.4.0, pydantic-settings 2.6.1",
    "celery-worker": "PyPI celery 5.4.0",
    "celery-beat": "PyPI celery 5.4.0",
    "aiohttp-gateway": "PyPI aiohttp 3.11.9, loguru 0.7.2",
    "python-grpc": "PyPI grpcio 1.68.1",
    "etl-job": "PyPI filelock 3.16.1, watchdog 6.0.0, python-json-logger 2.0.7",
    "kafka-consumer": "PyPI kafka-python 2.0.2",
    "s3-exporter": "PyPI boto3 1.35.76",
    "namespace-labeller": "PyPI kubernetes 31.0.0",
    "meterd": "PyPI python-daemon 3.1.0, pid 3.0.4",
    "alembic": "PyPI alembic 1.14.0",
}


def env(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def traffic(port: int, count: int, path: str = "/", wait: float = 1.5) -> str:
    """Bash that asks for a page again and again."""
    return f"sleep {wait}; for i in $(seq {count}); do curl -s -A kube-probe/1.29 localhost:{port}{path}; done"


SHOP = [
    Scenario(
        "flask-shop",
        "secret-env-missing",
        "ConfigurationMissing",
        "the environment variable SHOP_SECRET_KEY is not set",
        GUNICORN,
        "KeyError: 'SHOP_SECRET_KEY'",
        more={
            "pod": pod(
                "shop",
                "registry.example.com/shop:4.2.0",
                args=GUNICORN[1:],
                ports=[{"containerPort": 8000}],
                env=env(DATABASE_URL="postgresql://..."),
            )
        },
    ),
    Scenario(
        "flask-shop",
        "database-refused",
        "DependencyNotReady",
        "the database's service has no ready endpoint, so connections are refused",
        GUNICORN,
        "Connection refused",
        prepare=DB,
        env={**SECRET, "DATABASE_URL": URL, "DATABASE_ATTEMPTS": "4"},
        more={"captures": {"host": "postgres.shop.svc.cluster.local", "port": "5432"}},
    ),
    Scenario(
        "flask-shop",
        "database-name-unknown",
        "DependencyNotReady",
        "the database's name cannot be resolved",
        ["python3", "shop.py"],
        "could not translate host name",
        env={**SECRET, "DATABASE_URL": URL},
        run={"seconds": 12},
        more={
            "pod": pod(
                "shop",
                "registry.example.com/shop:4.2.0",
                command=["python3", "shop.py"],
                env=env(DATABASE_URL=URL),
            )
        },
    ),
    Scenario(
        "flask-shop",
        "database-password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        GUNICORN,
        "password authentication failed",
        prepare=DB + POSTGRES,
        env={**SECRET, "DATABASE_URL": URL.replace("correct", "changed")},
        run={"seconds": 20},
    ),
    Scenario(
        "flask-shop",
        "no-pg-hba-entry",
        "AuthenticationFailed",
        "the database has no rule that lets this host and user in",
        ["python3", "shop.py"],
        "no pg_hba.conf entry for host",
        prepare=DB
        + POSTGRES
        + "sed -i '$d' /data/pg/pg_hba.conf; runuser -u postgres -- pg_ctl -D /data/pg -s reload\n"
        "sleep 0.5\n",
        env={**SECRET, "DATABASE_URL": URL},
    ),
    Scenario(
        "flask-shop",
        "table-privilege",
        "PermissionDenied",
        "the database user may not read a table",
        ["python3", "shop.py"],
        "permission denied for table catalogue",
        prepare=DB + POSTGRES + "psql -d shop -c 'create table catalogue(id int)'\n",
        env={**SECRET, "DATABASE_URL": URL, "PRELOAD": "1"},
    ),
    Scenario(
        "flask-shop",
        "table-missing",
        "MigrationFailed",
        "the schema lacks a table that this version needs",
        ["python3", "shop.py"],
        'relation "catalogue" does not exist',
        prepare=DB + POSTGRES,
        env={**SECRET, "DATABASE_URL": URL, "PRELOAD": "1"},
    ),
    Scenario(
        "flask-shop",
        "port-taken",
        "PortConflict",
        "flask's own server finds its port taken",
        ["python3", "shop.py"],
        "Address already in use",
        prepare=TAKEN.format(port=5000),
        env=SECRET,
    ),
    Scenario(
        "flask-shop",
        "gunicorn-port-taken",
        "PortConflict",
        "gunicorn gives up on its port after five tries",
        GUNICORN,
        "Can't connect to ('0.0.0.0', 8000)",
        prepare=TAKEN.format(port=8000),
        env=SECRET,
        run={"seconds": 10},
        more={
            "captures": {"address": "0.0.0.0:8000"},
            "pod": pod(
                "shop",
                "registry.example.com/shop:4.2.0",
                hostNetwork=True,
                ports=[{"containerPort": 8000, "hostPort": 8000}],
            ),
        },
    ),
    Scenario(
        "flask-shop",
        "port-freed-in-time",
        "Unknown",
        "healthy: the port was still taken by the previous instance at first, then free",
        GUNICORN,
        "Booting worker",
        prepare="(timeout 2.5 python3 -m http.server 8000 >/dev/null 2>&1 &); sleep 0.6\n",
        env=SECRET,
        run={"seconds": 7},
        more={"running": True},
    ),
    Scenario(
        "flask-shop",
        "served-and-stopped",
        "Unknown",
        "healthy: hundreds of requests, then an orderly stop on SIGTERM",
        GUNICORN,
        "Handling signal: term",
        env=SECRET,
        run={"seconds": 6, "meanwhile": traffic(8000, 260, "/healthz")},
    ),
    Scenario(
        "flask-shop",
        "database-came-late",
        "Unknown",
        "healthy: the database was refused at first and came up on the third try",
        ["python3", "shop.py"],
        "connected to PostgreSQL",
        prepare=DB + POSTGRES + "runuser -u postgres -- pg_ctl -D /data/pg -s -w stop\n"
        "(sleep 1.5; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -w"
        " -o '-c listen_addresses=*' start >/dev/null 2>&1 &)\n",
        env={**SECRET, "DATABASE_URL": URL, "DATABASE_ATTEMPTS": "12"},
        run={"seconds": 8},
        more={"running": True},
    ),
    Scenario(
        "flask-shop",
        "module-missing",
        "LibraryMissing",
        "an optional feature's package is not installed",
        GUNICORN,
        "No module named 'shop_recommendations'",
        env={**SECRET, "FEATURES": "recommendations"},
    ),
    Scenario(
        "flask-shop",
        "rates-syntax",
        "ConfigurationInvalid",
        "the mounted shipping rates are not TOML",
        GUNICORN,
        "TOMLDecodeError",
        prepare="printf '[countries\\nDE = 4.9\\n' >/config/rates.toml\n",
        env={**SECRET, "RATES_FILE": "/config/rates.toml"},
        more={
            "pod": pod(
                "shop",
                "registry.example.com/shop:4.2.0",
                volumeMounts=[{"name": "rates", "mountPath": "/config"}],
                volumes=[{"name": "rates", "configMap": {"name": "shipping-rates"}}],
            )
        },
    ),
    Scenario(
        "flask-shop",
        "rates-missing",
        "ConfigurationMissing",
        "the file with the shipping rates is not mounted",
        ["python3", "shop.py"],
        "No such file or directory: '/config/rates.toml'",
        env={**SECRET, "RATES_FILE": "/config/rates.toml"},
    ),
    Scenario(
        "flask-shop",
        "entry-missing",
        "ExecutableMissing",
        "the script that the image starts is not in it",
        ["python3", "/srv/app/main.py"],
        "can't open file '/srv/app/main.py'",
        more={
            "pod": pod(
                "shop", "registry.example.com/shop:4.3.0", command=["python3", "/srv/app/main.py"]
            )
        },
    ),
    Scenario(
        "alembic",
        "revision-lost",
        "MigrationFailed",
        "the database is stamped with a revision that the image does not know",
        ["sh", "-c", "alembic upgrade head && exec python3 shop.py"],
        "Can't locate revision identified by",
        prepare="alembic init -q migrations >/dev/null 2>&1 || alembic init migrations >/dev/null\n"
        "sed -i 's#^sqlalchemy.url.*#sqlalchemy.url = sqlite:////data/shop.db#' alembic.ini\n"
        "python3 -c \"import sqlite3; c=sqlite3.connect('/data/shop.db'); c.execute('create table alembic_version"
        "(version_num varchar(32))'); c.execute(\\\"insert into alembic_version values ('8f3c2e1ab7d4')\\\");"
        'c.commit()"\n',
        env=SECRET,
    ),
    Scenario(
        "alembic",
        "duplicate-table",
        "MigrationFailed",
        "a migration creates a table that is there already",
        ["sh", "-c", "alembic upgrade head && exec python3 shop.py"],
        "already exists",
        prepare="alembic init migrations >/dev/null\n"
        "sed -i 's#^sqlalchemy.url.*#sqlalchemy.url = sqlite:////data/shop.db#' alembic.ini\n"
        "alembic revision -m 'orders' >/dev/null 2>&1\n"
        'sed -i \'s/^def upgrade.*/def upgrade():\\n    op.create_table("orders", sa.Column("id", sa.Integer))\\n'
        "    return/' migrations/versions/*.py\n"
        "python3 -c \"import sqlite3; c=sqlite3.connect('/data/shop.db'); c.execute('create table orders(id int)');"
        'c.commit()"\n',
        env=SECRET,
    ),
    Scenario(
        "alembic",
        "upgraded-then-serving",
        "Unknown",
        "healthy: migrations run (one complains about SQLite), then the shop serves",
        ["sh", "-c", "alembic upgrade head && exec python3 shop.py"],
        "Running upgrade",
        prepare="alembic init migrations >/dev/null\n"
        "sed -i 's#^sqlalchemy.url.*#sqlalchemy.url = sqlite:////data/shop.db#' alembic.ini\n"
        "alembic revision -m 'drop failed orders' >/dev/null 2>&1\n",
        env=SECRET,
        more={"running": True},
    ),
]

CMS = [
    Scenario(
        "django-cms",
        "secret-key-empty",
        "ConfigurationMissing",
        "DJANGO_SECRET_KEY is not set",
        ["sh", "-c", "python3 cms/manage.py migrate --noinput"],
        "KeyError: 'DJANGO_SECRET_KEY'",
        env={"PYTHONUNBUFFERED": "1"},
    ),
    Scenario(
        "django-cms",
        "allowed-hosts",
        "ConfigurationMissing",
        "ALLOWED_HOSTS is not set",
        [*MANAGE, "runserver", "0.0.0.0:8000", "--noreload"],
        "You must set settings.ALLOWED_HOSTS",
        env={**DJANGO, "ALLOWED_HOSTS": ""},
    ),
    Scenario(
        "django-cms",
        "port-taken",
        "PortConflict",
        "the development server finds its port taken",
        [*MANAGE, "runserver", "0.0.0.0:8000", "--noreload"],
        "That port is already in use",
        prepare=TAKEN.format(port=8000),
        env=DJANGO,
    ),
    Scenario(
        "django-cms",
        "unapplied-migrations",
        "Unknown",
        "healthy: it warns about unapplied migrations and serves all the same",
        [*MANAGE, "runserver", "0.0.0.0:8000", "--noreload"],
        "unapplied migration",
        env={**DJANGO, "DJANGO_DEBUG": "1"},
        run={"meanwhile": traffic(8000, 20, "/healthz")},
        more={"running": True},
    ),
    Scenario(
        "django-cms",
        "migrate-duplicate",
        "MigrationFailed",
        "the migration finds a table of an earlier half-done migration",
        [*MANAGE, "migrate", "--noinput"],
        "already exists",
        prepare=DB + POSTGRES + "psql -d shop -c 'create table pages_page(id int)'\n",
        env={
            **DJANGO,
            "DB_HOST": "postgres.shop.svc.cluster.local",
            "DB_NAME": "shop",
            "DB_USER": "app",
            "DB_PASSWORD": "correct",
        },
        run={"seconds": 15},
    ),
    Scenario(
        "django-cms",
        "migrate-without-database",
        "DependencyNotReady",
        "the database is refused while migrating",
        [
            "sh",
            "-c",
            "echo 'Applying database migrations'; "
            "python3 cms/manage.py migrate --noinput && exec gunicorn --chdir cms cms.wsgi",
        ],
        "Connection refused",
        prepare=DB,
        env={**DJANGO, "DB_HOST": "postgres.shop.svc.cluster.local"},
        more={"captures": {"host": "postgres.shop.svc.cluster.local", "port": "5432"}},
    ),
    Scenario(
        "django-cms",
        "app-not-installed",
        "LibraryMissing",
        "INSTALLED_APPS names a package that is not in the image",
        [*MANAGE, "check"],
        "No module named 'debug_toolbar'",
        env={**DJANGO, "EXTRA_APPS": "debug_toolbar"},
    ),
    Scenario(
        "django-cms",
        "static-not-writable",
        "PermissionDenied",
        "collectstatic may not write the static files",
        [
            "sh",
            "-c",
            "set -e; "
            "python3 cms/manage.py migrate --noinput; python3 cms/manage.py collectstatic --noinput; "
            "exec gunicorn --chdir cms cms.wsgi",
        ],
        "PermissionError",
        prepare="mkdir /srv/static; chmod 755 /srv/static; printf 'STATICFILES_DIRS=[\"/srv/assets\"]\\n'"
        " >>/srv/cms/cms/settings.py; mkdir /srv/assets; echo 'a{}' >/srv/assets/site.css\n",
        env=DJANGO,
        run={"user": 65534, "seconds": 10},
        more={
            "pod": pod(
                "cms", "registry.example.com/cms:2024.6", securityContext={"runAsUser": 65534}
            )
        },
    ),
    Scenario(
        "django-cms",
        "migrated-and-serving",
        "Unknown",
        "healthy: all migrations applied, gunicorn serves",
        [
            "sh",
            "-c",
            "python3 cms/manage.py migrate --noinput && exec gunicorn --chdir cms -b :8000 --access-logfile - cms.wsgi",
        ],
        "Listening at",
        env=DJANGO,
        run={"seconds": 8, "meanwhile": traffic(8000, 30, "/healthz", 4)},
        more={
            "running": True,
            "pod": pod("cms", "registry.example.com/cms:2024.6", ports=[{"containerPort": 8000}]),
        },
    ),
    Scenario(
        "fastapi-quotes",
        "settings-missing",
        "ConfigurationMissing",
        "two mandatory settings are not in the environment",
        UVICORN,
        "Field required",
    ),
    Scenario(
        "fastapi-quotes",
        "setting-wrong-type",
        "ConfigurationInvalid",
        "the cache size is not a number",
        UVICORN,
        "Input should be a valid integer",
        env={**QUOTES, "QUOTES_CACHE_SIZE": "500Mi"},
        more={
            "pod": pod(
                "quotes", "registry.example.com/quotes:1.8", env=env(QUOTES_CACHE_SIZE="500Mi")
            )
        },
    ),
    Scenario(
        "fastapi-quotes",
        "upstream-not-a-url",
        "ConfigurationInvalid",
        "the upstream has no scheme",
        UVICORN,
        "Input should be a valid URL",
        env={**QUOTES, "QUOTES_UPSTREAM": "quotes.example.com/v2"},
    ),
    Scenario(
        "fastapi-quotes",
        "port-taken",
        "PortConflict",
        "uvicorn finds its port taken",
        UVICORN,
        "address already in use",
        prepare=TAKEN.format(port=8080),
        env=QUOTES,
        more={"captures": {"address": "0.0.0.0:8080"}},
    ),
    Scenario(
        "fastapi-quotes",
        "self-test-keyerror",
        "ApplicationError",
        "the self-test at start runs into a KeyError of the program's own",
        UVICORN,
        "KeyError",
        env={**QUOTES, "SELF_TEST": "1"},
    ),
    Scenario(
        "fastapi-quotes",
        "pricing-unreadable",
        "PermissionDenied",
        "the mounted pricing file may not be read by this user",
        UVICORN,
        "Permission denied",
        prepare="echo x >/config/pricing.csv; chmod 600 /config/pricing.csv\n",
        env={**QUOTES, "QUOTES_PRICING_FILE": "/config/pricing.csv"},
        run={"user": 65534},
        more={
            "pod": pod(
                "quotes",
                "registry.example.com/quotes:1.8",
                securityContext={"runAsUser": 65534},
                volumeMounts=[{"name": "pricing", "mountPath": "/config"}],
                volumes=[
                    {"name": "pricing", "secret": {"secretName": "pricing", "defaultMode": 384}}
                ],
            )
        },
    ),
    Scenario(
        "fastapi-quotes",
        "served-and-stopped",
        "Unknown",
        "healthy: it served and was stopped with SIGTERM",
        UVICORN,
        "Finished server process",
        env=QUOTES,
        run={"meanwhile": traffic(8080, 120, "/livez")},
    ),
    Scenario(
        "celery-worker",
        "broker-refused",
        "DependencyNotReady",
        "the broker refuses connections and the worker gives up",
        CELERY,
        "Connection refused",
        prepare=host("redis", "10.96.3.9"),
        env={"BROKER_RETRIES": "2"},
        run={"seconds": 14},
        more={"captures": {"host": "redis", "port": "6379"}},
    ),
    Scenario(
        "celery-worker",
        "broker-password",
        "AuthenticationFailed",
        "the broker wants a password and gets none",
        CELERY,
        "Authentication required",
        prepare=host("redis", "10.96.3.9") + REDIS.format(more="--requirepass x"),
        env={"BROKER_RETRIES": "1"},
        run={"seconds": 10},
    ),
    Scenario(
        "celery-worker",
        "broker-came-late",
        "Unknown",
        "healthy: the broker was refused once and then found",
        CELERY,
        "ready.",
        prepare=host("redis", "10.96.3.9")
        + "(sleep 3; redis-server --port 6379 --bind 0.0.0.0 --protected-mode no"
        " --save '' >/dev/null 2>&1) & disown\n",
        run={"seconds": 12},
        more={"running": True},
    ),
    Scenario(
        "celery-worker",
        "broker-url-typo",
        "ConfigurationInvalid",
        "the broker's transport is misspelt",
        CELERY,
        "No such transport",
        env={"BROKER_URL": "reddis://redis:6379/0"},
    ),
    Scenario(
        "celery-worker",
        "zookeeper-library-missing",
        "LibraryMissing",
        "the broker is ZooKeeper, but its library is not installed",
        CELERY,
        "kazoo",
        prepare=host("redis", "10.96.3.9"),
        env={"BROKER_URL": "zookeeper://zk:2181"},
    ),
    Scenario(
        "celery-beat",
        "pidfile-left",
        "StaleLock",
        "the pid file of the killed instance is on the volume; its pid is the new process's parent",
        BEAT,
        "already exists",
        prepare=host("redis", "10.96.3.9") + "echo 1 >/data/celerybeat.pid\n",
        more={
            "pod": pod(
                "beat",
                "registry.example.com/shop:4.2.0",
                args=BEAT,
                volumeMounts=[{"name": "data", "mountPath": "/data"}],
                volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "beat"}}],
            )
        },
    ),
    Scenario(
        "celery-beat",
        "pidfile-stale-removed",
        "Unknown",
        "healthy: the pid file was stale, beat removed it and went on",
        BEAT,
        "Stale pidfile exists",
        prepare=host("redis", "10.96.3.9")
        + REDIS.format(more="--bind 0.0.0.0 --protected-mode no")
        + "echo 31337 >/data/celerybeat.pid\n",
        run={"seconds": 8},
        more={"running": True},
    ),
]

GATEWAY = ["python3", "gateway.py"]
OTHERS = [
    Scenario(
        "aiohttp-gateway",
        "port-taken",
        "PortConflict",
        "the port is taken",
        GATEWAY,
        "address already in use",
        prepare=TAKEN.format(port=8080),
        more={"captures": {"address": "0.0.0.0:8080"}},
    ),
    Scenario(
        "aiohttp-gateway",
        "port-privileged",
        "PermissionDenied",
        "an unprivileged user may not bind port 80",
        GATEWAY,
        "permission denied",
        env={"PORT": "80", "LOG_JSON": "1"},
        run={"user": 65534},
        more={
            "pod": pod(
                "gateway",
                "registry.example.com/gateway:1.9.3",
                env=env(PORT="80"),
                ports=[{"containerPort": 80}],
                securityContext={"runAsNonRoot": True},
            )
        },
    ),
    Scenario(
        "aiohttp-gateway",
        "control-socket-stale",
        "StaleUnixSocket",
        "the control socket of the killed instance is still on the volume; the message has no path",
        GATEWAY,
        "Address already in use",
        prepare='mkdir /data/run; python3 -c "import socket; s=socket.socket(1);'
        " s.bind('/data/run/control.sock')\"\n",
        env={"CONTROL_SOCKET": "/data/run/control.sock"},
        more={
            "pod": pod(
                "gateway",
                "registry.example.com/gateway:1.9.3",
                env=env(CONTROL_SOCKET="/data/run/control.sock"),
                volumeMounts=[{"name": "run", "mountPath": "/data/run"}],
                volumes=[{"name": "run", "emptyDir": {}}],
            ),
            "captures": {"path": "/data/run/control.sock"},
        },
    ),
    Scenario(
        "aiohttp-gateway",
        "control-socket-stale-json",
        "AddressInUse",
        "the same without a spec: nothing says which kind of address it is",
        GATEWAY,
        "Address already in use",
        prepare="mkdir /data/run; python3 -c \"import socket; s=socket.socket(1); s.bind('/data/run/c.sock')\"\n",
        env={"CONTROL_SOCKET": "/data/run/c.sock", "LOG_JSON": "1"},
    ),
    Scenario(
        "aiohttp-gateway",
        "admin-port-moved",
        "Unknown",
        "healthy: the admin port was in use and the next one taken instead",
        GATEWAY,
        "address already in use",
        prepare=TAKEN.format(port=9901),
        env={"LOG_COLOUR": "1"},
        more={"running": True},
    ),
    Scenario(
        "aiohttp-gateway",
        "upstream-certificate-expired",
        "CertificateInvalid",
        "the upstream's certificate has expired",
        GATEWAY,
        "certificate has expired",
        prepare="TLS_NAME=upstream TLS_DAYS=-1\n" + host("upstream", "10.96.20.2") + EXPIRED,
        env={"UPSTREAM": "https://upstream:8443/", "CA_FILE": "/run/ca.pem", "ATTEMPTS": "3"},
    ),
    Scenario(
        "aiohttp-gateway",
        "upstream-certificate-name",
        "CertificateInvalid",
        "the upstream's certificate is for another name",
        GATEWAY,
        "Hostname mismatch",
        prepare="TLS_NAME=upstream.internal TLS_DAYS=9\n"
        + host("upstream", "10.96.20.2")
        + EXPIRED,
        env={"UPSTREAM": "https://upstream:8443/", "CA_FILE": "/run/ca.pem", "LOG_JSON": "1"},
    ),
    Scenario(
        "aiohttp-gateway",
        "upstream-refused",
        "DependencyNotReady",
        "the upstream refuses connections",
        GATEWAY,
        "Connect call failed",
        prepare=host("upstream", "10.96.20.2"),
        env={"UPSTREAM": "http://upstream:8081/", "ATTEMPTS": "4"},
        more={"captures": {"host": "upstream", "port": "8081"}},
    ),
    Scenario(
        "aiohttp-gateway",
        "upstream-later",
        "Unknown",
        "healthy: the upstream was refused twice, then answered",
        GATEWAY,
        "listening on",
        prepare=host("upstream", "10.96.20.2"),
        env={"UPSTREAM": "http://upstream:8081/", "ATTEMPTS": "20"},
        run={"meanwhile": "sleep 1; cd /config; python3 -m http.server 8081", "seconds": 7},
        more={"running": True},
    ),
    Scenario(
        "aiohttp-gateway",
        "files-spent",
        "FileLimitReached",
        "one connection per tenant spends the open files",
        GATEWAY,
        "Too many open files",
        env={"TENANTS": "200"},
        run={"open_files": 64},
    ),
    Scenario(
        "aiohttp-gateway",
        "stopped",
        "Unknown",
        "healthy: an orderly stop on SIGTERM",
        GATEWAY,
        "draining connections",
        env={"LOG_JSON": "1"},
    ),
    Scenario(
        "python-grpc",
        "port-taken",
        "PortConflict",
        "the gRPC port is taken",
        ["python3", "pricing_grpc.py"],
        "Failed to bind to address",
        prepare="(python3 -m http.server 50051 >/dev/null 2>&1 &); sleep 0.6\n",
    ),
    Scenario(
        "python-grpc",
        "dependency-unavailable",
        "DependencyNotReady",
        "the rates service refuses connections",
        ["python3", "pricing_grpc.py"],
        "StatusCode.UNAVAILABLE",
        prepare=host("rates.pricing.svc", "10.96.77.1"),
        env={"RATES_TARGET": "rates.pricing.svc:50052"},
    ),
    Scenario(
        "python-grpc",
        "serving",
        "Unknown",
        "healthy: it serves",
        ["python3", "pricing_grpc.py"],
        "listening on",
        run={"seconds": 3},
        more={"running": True},
    ),
    Scenario(
        "etl-job",
        "soft-lock-left",
        "StaleLock",
        "the lock file of a killed run is on the volume",
        ["python3", "etl.py"],
        "could not be acquired",
        prepare="touch /data/etl.lock\n",
        env={"LOCK": "soft"},
        more={
            "pod": pod(
                "etl",
                "registry.example.com/etl:0.14",
                env=env(LOCK="soft"),
                volumeMounts=[{"name": "work", "mountPath": "/data"}],
                volumes=[{"name": "work", "persistentVolumeClaim": {"claimName": "etl-work"}}],
            )
        },
    ),
    Scenario(
        "etl-job",
        "lock-held",
        "StaleLock",
        "another instance holds the lock on the shared volume",
        ["python3", "etl.py"],
        "could not be acquired",
        prepare="(flock /data/etl.lock sleep 60 &); sleep 0.2\n",
        env={"LOCK": "1", "LOG_JSON": "1"},
    ),
    Scenario(
        "etl-job",
        "lock-acquired",
        "Unknown",
        "healthy: it waited for the lock, got it and sleeps until the next run",
        ["python3", "etl.py"],
        "lock acquired",
        prepare="(flock /data/etl.lock sleep 1 &); sleep 0.2\n",
        env={"LOCK": "1"},
        more={"running": True},
    ),
    Scenario(
        "etl-job",
        "disk-full",
        "DiskFull",
        "the volume is full",
        ["python3", "etl.py"],
        "No space left on device",
        prepare="mount -t tmpfs -o size=1m tmpfs /data\n",
        env={"ROWS": "20000"},
        more={
            "pod": pod(
                "etl",
                "registry.example.com/etl:0.14",
                volumeMounts=[{"name": "work", "mountPath": "/data"}],
                volumes=[{"name": "work", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}],
            )
        },
    ),
    Scenario(
        "etl-job",
        "read-only",
        "PermissionDenied",
        "the volume is mounted read-only",
        ["python3", "etl.py"],
        "Read-only file system",
        prepare="mount -t tmpfs -o ro tmpfs /data\n",
        env={"LOG_JSON": "1"},
    ),
    Scenario(
        "etl-job",
        "assertion",
        "ApplicationError",
        "its own control total does not match",
        ["python3", "etl.py"],
        "AssertionError",
        env={"CHECK": "assert"},
    ),
    Scenario(
        "etl-job",
        "division",
        "ApplicationError",
        "a division by zero",
        ["python3", "etl.py"],
        "ZeroDivisionError",
        env={"CHECK": "divide", "LOG_JSON": "1"},
    ),
    Scenario(
        "etl-job",
        "memory-killed",
        "OutOfMemory",
        "the kernel kills it for memory",
        ["python3", "etl.py"],
        "extracting",
        env={"CHECK": "grow"},
        run={"memory_bytes": 80 << 20, "seconds": 25},
        more={
            "pod": pod(
                "etl", "registry.example.com/etl:0.14", resources={"limits": {"memory": "80Mi"}}
            )
        },
    ),
    Scenario(
        "etl-job",
        "memory-error",
        "OutOfMemory",
        "an address space limit makes malloc fail: MemoryError",
        ["bash", "-c", "ulimit -v 300000; exec python3 etl.py"],
        "MemoryError",
        env={"CHECK": "grow"},
        run={"seconds": 25},
    ),
    Scenario(
        "etl-job",
        "killed-from-outside",
        "Unknown",
        "killed from outside (137, Error) with a calm log",
        ["python3", "etl.py"],
        "sleeping until next run",
        run={"stop_signal": "SIGKILL", "seconds": 3},
    ),
    Scenario(
        "etl-job",
        "threads-spent",
        "FileLimitReached",
        "no more threads may be started",
        ["bash", "-c", "ulimit -u 20; exec python3 etl.py"],
        "can't start new thread",
        env={"THREADS": "60"},
        run={"user": 64123},
    ),
    Scenario(
        "etl-job",
        "inotify-instances",
        "FileLimitReached",
        "the user's inotify instances are spent",
        ["python3", "etl.py"],
        "inotify instance limit reached",
        prepare='(setpriv --reuid=64124 --clear-groups python3 -c "import ctypes,time; l=ctypes.CDLL(None);'
        ' [l.inotify_init() for _ in range(600)]; time.sleep(60)" &); sleep 0.6\n',
        env={"INBOX": "/data"},
        run={"user": 64124},
    ),
    Scenario(
        "etl-job",
        "rows-not-a-number",
        "ConfigurationInvalid",
        "the environment variable ROWS is not a number",
        ["python3", "etl.py"],
        "ValueError: invalid literal",
        env={"ROWS": "many"},
    ),
    Scenario(
        "kafka-consumer",
        "no-brokers",
        "DependencyNotReady",
        "no broker can be reached",
        ["python3", "consumer.py"],
        "NoBrokersAvailable",
        prepare=host("kafka-0.kafka", "10.96.50.1") + host("kafka-1.kafka", "10.96.50.2"),
        env={"KAFKA_BROKERS": "kafka-0.kafka:9092,kafka-1.kafka:9092"},
        run={"seconds": 12},
    ),
    Scenario(
        "kafka-consumer",
        "brokers-env-missing",
        "ConfigurationMissing",
        "KAFKA_BROKERS is not set",
        ["python3", "consumer.py"],
        "KeyError: 'KAFKA_BROKERS'",
    ),
    Scenario(
        "kafka-consumer",
        "ca-missing",
        "ConfigurationMissing",
        "the file of the brokers' authority is not mounted",
        ["python3", "consumer.py"],
        "No such file or directory",
        prepare=host("kafka-0.kafka", "10.96.50.1")
        + "(python3 -m http.server 9093 >/dev/null 2>&1 &); sleep 0.6\n",
        env={
            "KAFKA_BROKERS": "kafka-0.kafka:9093",
            "KAFKA_PROTOCOL": "SSL",
            "KAFKA_CA": "/config/ca.crt",
        },
    ),
    Scenario(
        "s3-exporter",
        "no-credentials",
        "ConfigurationMissing",
        "no credentials are configured",
        ["python3", "exporter.py"],
        "Unable to locate credentials",
        prepare=host("minio.storage", "10.96.60.1"),
        env={
            "S3_ENDPOINT": "http://minio.storage:9000",
            "AWS_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    ),
    Scenario(
        "s3-exporter",
        "endpoint-refused",
        "DependencyNotReady",
        "the object store refuses connections",
        ["python3", "exporter.py"],
        "Could not connect to the endpoint",
        prepare=host("minio.storage", "10.96.60.1"),
        run={"seconds": 25},
        env={
            "S3_ENDPOINT": "http://minio.storage:9000",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_MAX_ATTEMPTS": "2",
        },
    ),
    Scenario(
        "s3-exporter",
        "endpoint-invalid",
        "ConfigurationInvalid",
        "the endpoint has no scheme",
        ["python3", "exporter.py"],
        "Invalid endpoint",
        env={
            "S3_ENDPOINT": "minio.storage:9000",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
        },
        more={
            "pod": pod(
                "exporter",
                "registry.example.com/exporter:2",
                env=env(S3_ENDPOINT="minio.storage:9000"),
            )
        },
    ),
    Scenario(
        "namespace-labeller",
        "not-in-cluster",
        "ConfigurationMissing",
        "the service account is not mounted and the service's environment is not there",
        ["python3", "controller.py"],
        "Service host/port is not set",
    ),
    Scenario(
        "namespace-labeller",
        "token-missing",
        "ConfigurationMissing",
        "automountServiceAccountToken is false: no token",
        ["python3", "controller.py"],
        "Service token file does not exist",
        env={"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"},
    ),
    Scenario(
        "namespace-labeller",
        "apiserver-refused",
        "DependencyNotReady",
        "the API server refuses connections",
        ["python3", "controller.py"],
        "Connection refused",
        prepare="ip addr add 10.96.0.1/32 dev lo; mkdir -p /run/secrets/kubernetes.io/serviceaccount\n"
        "cp /etc/ssl/certs/ca-certificates.crt /run/secrets/kubernetes.io/serviceaccount/ca.crt\n"
        "echo t >/run/secrets/kubernetes.io/serviceaccount/token\n",
        env={"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"},
        run={"seconds": 15},
    ),
    Scenario(
        "meterd",
        "pid-package-locked",
        "StaleLock",
        "another instance holds the pid file",
        ["python3", "meter.py"],
        "PidFileAlreadyLockedError",
        prepare="(STYLE=pid python3 meter.py >/dev/null 2>&1 &); sleep 1\n",
        env={"STYLE": "pid"},
    ),
    Scenario(
        "meterd",
        "pidfile-left",
        "StaleLock",
        "the pid file of the killed daemon is on the volume",
        ["python3", "meter.py"],
        "meterd.pid",
        prepare="echo 14 >/data/meterd.pid\n",
        run={"seconds": 6},
        more={
            "pod": pod(
                "meterd",
                "registry.example.com/meterd:3.1",
                volumeMounts=[{"name": "state", "mountPath": "/data"}],
                volumes=[{"name": "state", "hostPath": {"path": "/var/lib/meterd"}}],
            )
        },
    ),
    Scenario(
        "meterd",
        "pid-folder-forbidden",
        "PermissionDenied",
        "the pid file may not be written by this user",
        ["python3", "meter.py"],
        "cannot be written to",
        prepare="install -d -m 755 /data/run\n",
        env={"STYLE": "pid", "PIDDIR": "/data/run"},
        run={"user": 65534},
    ),
    Scenario(
        "meterd",
        "stale-pid-taken-over",
        "Unknown",
        "healthy: an old pid file was overwritten",
        ["python3", "meter.py"],
        "metering",
        prepare="echo 31337 >/data/meterd.pid\n",
        env={"STYLE": "pid"},
        more={"running": True},
    ),
]


def record(recorder: Recorder) -> None:
    pypi()
    apt("redis-server", "postgresql-15", "curl", "openssl")
    record_all(recorder, [*SHOP, *CMS, *OTHERS], PYTHON, SOURCE)
