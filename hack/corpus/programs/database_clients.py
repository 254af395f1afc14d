"""Services and migrations that meet real databases and brokers: wrong credentials, nobody there, dirty schemas.

The services of `hack/corpus/sources/databases` use PyPI's and npm's clients (pinned there): psycopg 3, asyncpg,
PyMySQL, redis-py, pika, kazoo, ldap3, node-postgres, ioredis, mysql2, amqplib, knex; migrations run by
alembic, Django, knex and golang-migrate. The servers are Debian's, started inside the recording's own network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, pod
from .databases import (
    CACHE,
    SLAPD_BEFORE,
    Row,
    family,
    mariadb_before,
    postgres_before,
    record_rows,
)
from .golang import SERVERS, Released, at, released
from .python_programs import host
from .queues import RABBIT_BEFORE, RABBIT_ENV, RABBIT_HOME, ZK, ZK_BEFORE, ZK_MEMBER

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "databases"
SITE = CACHE / "site"
NODE = CACHE / "node"
SERVERS.setdefault(
    "migrate",
    Released(
        "migrate", "github.com/golang-migrate/migrate/v4", "v4.17.1", "./cmd/migrate", "postgres"
    ),
)

PG_HOST = host("postgres.shop.svc.cluster.local", "10.96.14.7")
MY_HOST = host("mysql.shop.svc.cluster.local", "10.96.14.8")
REDIS_HOST = host("redis.shop.svc.cluster.local", "10.96.14.9")
MQ_HOST = host("rabbitmq.shop.svc.cluster.local", "10.96.14.10")
LDAP_HOST = host("ldap.shop.svc.cluster.local", "10.96.14.11")
ZK_HOST = host("zookeeper.shop.svc.cluster.local", "10.96.14.12")


def packages() -> str:
    """Installs the clients when they are not there; bash that mounts them."""
    wanted = SOURCES / "requirements.txt"
    if (
        not (SITE / "requirements.txt").exists()
        or (SITE / "requirements.txt").read_text() != wanted.read_text()
    ):
        subprocess.run(
            ["nice", "-n", "10", "/usr/bin/python3", "-m", "pip", "install", "-q", "--upgrade", "--target", str(SITE),
             "-r", str(wanted)],
            check=True,
        )  # fmt: skip
        shutil.copy(wanted, SITE / "requirements.txt")
    manifest = SOURCES / "node" / "package.json"
    if (
        not (NODE / "node_modules").exists()
        or (NODE / "package.json").read_text() != manifest.read_text()
    ):
        NODE.mkdir(parents=True, exist_ok=True)
        shutil.copy(manifest, NODE / "package.json")
        subprocess.run(
            ["nice", "-n", "10", "npm", "install", "--no-audit", "--no-fund", "--silent"],
            cwd=NODE,
            check=True,
        )
    return f"""
mount --bind {SITE} /usr/local/lib/python3.11/dist-packages
cp -r {SOURCES}/*.py {SOURCES}/node/*.js {SOURCES}/migrations /srv/; mkdir /srv/node_modules
mount --bind {NODE}/node_modules /srv/node_modules
chmod -R a+rX /srv
"""


def start_postgres() -> str:
    return (
        postgres_before()
        + "export PATH=/usr/lib/postgresql/15/bin:$PATH\n"
        + "launch -D $D -c listen_addresses=* ; ready\n"
        + "sql -c \"create role app login password 'correct'\" -c \"create role reader login password 'correct'\""
        + " -c 'create database shop owner app'\n"
        + "sql -d shop -c 'create table outbox(id int)' -c 'revoke all on outbox from public'\n"
    )


def start_mariadb() -> str:
    return (
        mariadb_before() + "launch --init-file=/run/users.sql --skip-name-resolve; ready; sleep 1\n"
    )


REDIS = "(redis-server --protected-mode no --save '' --dir /data {more} >/dev/null 2>&1 &) ; sleep 1.2\n"
DNS = """
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >/run/resolv.conf
mount --bind /run/resolv.conf /etc/resolv.conf
python3 - <<'PY' &
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 53))
while True:
    q, a = s.recvfrom(999); s.sendto(q[:2] + bytes((0x85, 0x83)) + q[4:6] + bytes(6) + q[12:], a)
PY
"""
"""The cluster's DNS, which knows no name: it answers NXDOMAIN."""
DEAF = """
python3 - <<'PY' &
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('{address}', {port})); s.listen(64)
time.sleep(600)
PY
sleep 1.2
"""
"""Somebody who takes the connection and never answers."""


def _service(name: str, env: dict[str, str], **spec: Any) -> dict[str, Any]:
    listed = [
        {"name": key, "valueFrom": {"secretKeyRef": {"name": f"{name}-db", "key": key}}}
        if "PASSWORD" in key or "@" in value
        else {"name": key, "value": value}
        for key, value in env.items()
    ]
    return pod(name, f"registry.example.com/shop/{name}:2024.11", env=listed, **spec)


ORDERS = {"ORDERS_DB_URL": "postgresql://app:correct@postgres.shop.svc.cluster.local:5432/shop"}


def _orders(
    password: str = "correct",
    user: str = "app",
    database: str = "shop",
    at_host: str = "",
    **more: str,
) -> dict[str, str]:
    place = at_host or "postgres.shop.svc.cluster.local:5432"
    return {"ORDERS_DB_URL": f"postgresql://{user}:{password}@{place}/{database}", **more}


PG_PLACE = {"host": "postgres.shop.svc.cluster.local", "port": "5432"}
IN_RECOVERY = (
    "launch -D $D -c listen_addresses=*; ready\n"
    "sql -c 'create table t as select g, md5(g::text) from generate_series(1,300000) g'; killed\n"
    "launch -D $D -c listen_addresses=* -c hot_standby=off\n"
    "until pkill -STOP -f ^postgres:.startup; do :; done\n"
)


def orders_rows() -> list[Row]:
    postgres = start_postgres()
    return [
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "the password in the secret is an old one",
            "password authentication failed",
            prepare=postgres,
            env=_orders("0ld-pa55"),
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "unknown-role",
            "AuthenticationFailed",
            "the role was never created",
            "password authentication failed",
            prepare=postgres,
            env=_orders(user="orders"),
        ),
        Row(
            "no-password-given",
            "AuthenticationFailed",
            "the password in the URL is empty",
            "no password supplied",
            prepare=postgres,
            env=_orders(""),
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "not-in-pg-hba",
            "AuthenticationFailed",
            "pg_hba.conf has no entry for the client",
            "no pg_hba.conf entry",
            prepare=postgres + "sed -i '/all .*scram/d' $D/pg_hba.conf; kill -HUP $P; sleep 0.3\n",
            env=_orders(),
        ),
        Row(
            "refused",
            "DependencyNotReady",
            "PostgreSQL is not there yet; three attempts are not enough",
            "onnection refused",
            env=_orders(),
            captures=PG_PLACE,
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "name-does-not-resolve",
            "DependencyNotReady",
            "the headless service has no endpoints: the name is unknown",
            "Name or service not known",
            env=_orders(at_host="postgres-rw.shop.svc.cluster.local:5432"),
        ),
        Row(
            "cluster-dns-is-away",
            "DependencyNotReady",
            "the cluster's DNS does not answer",
            "Temporary failure in name resolution",
            prepare="umount /etc/resolv.conf\n",
            env=_orders(at_host="postgres-rw.shop.svc.cluster.local:5432"),
            seconds=9,
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "still-starting-up",
            "DependencyNotReady",
            "PostgreSQL replays its log after a crash for longer than the retries",
            "the database system is",
            prepare=postgres_before() + IN_RECOVERY,
            env=_orders(),
            captures=PG_PLACE,
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "connection-times-out",
            "DependencyNotReady",
            "the database takes the connection and never answers",
            "timeout expired",
            prepare=DEAF.format(address="10.96.14.7", port=5432),
            env=_orders(ORDERS_DB_RETRIES="2"),
            seconds=9,
        ),
        Row(
            "loopback-refused",
            "DependencyNotReady",
            "the address is the loopback and there is no sibling",
            "refused",
            env=_orders(at_host="127.0.0.1:5432"),
            captures={"host": "127.0.0.1", "port": "5432"},
        ),
        Row(
            "bad-port",
            "ConfigurationInvalid",
            "the port in the URL is no number",
            "port",
            env=_orders(at_host="postgres.shop.svc.cluster.local:http"),
        ),
        Row(
            "url-missing", "ConfigurationMissing", "the environment lacks the URL", "ORDERS_DB_URL"
        ),
        Row(
            "no-privilege-on-table",
            "PermissionDenied",
            "the role may log in and may not read the table",
            "permission denied for table",
            prepare=postgres,
            env=_orders(user="reader", ORDERS_QUERY="select count(*) from outbox"),
        ),
        Row(
            "table-missing",
            "ApplicationError",
            "the table that it wants is not there: nobody has run the migrations",
            "does not exist",
            prepare=postgres,
            env=_orders(ORDERS_QUERY="select count(*) from outbox_v2"),
        ),
        Row(
            "port-taken",
            "PortConflict",
            "the database is reached; then the service's own port is taken",
            "Address already in use",
            prepare=postgres + "(python3 -m http.server 8080 >/dev/null 2>&1 &) ; sleep 1.2\n",
            env=_orders(),
            pod=_service(
                "orders-psycopg", _orders(), hostNetwork=True, ports=[{"containerPort": 8080}]
            ),
        ),
        Row(
            "healthy-after-retries",
            "Unknown",
            "healthy: the database comes up after some refused connections",
            "listening",
            prepare=postgres + "kill $P; wait $P || true\n",
            meanwhile="sleep 2.5; export PATH=/usr/lib/postgresql/15/bin:$PATH\n"
            "setpriv --reuid postgres --regid postgres --clear-groups postgres -D"
            " /var/lib/postgresql/data -c 'listen_addresses=*'",
            env=_orders(ORDERS_DB_RETRIES="20"),
            running=True,
            seconds=8,
            pod=_service("orders-psycopg", _orders()),
        ),
        Row(
            "healthy-waited-for-recovery",
            "Unknown",
            "healthy: the database was starting up for a while",
            "listening",
            prepare=postgres_before() + IN_RECOVERY,
            meanwhile="sleep 2; pkill -CONT -f ^postgres:.startup; sleep 1\n"
            "psql -U postgres -c \"create role app login password 'correct'\" -c 'create database shop owner app'",
            env=_orders(ORDERS_DB_RETRIES="30"),
            running=True,
            seconds=9,
        ),
    ]


def ledger_rows() -> list[Row]:
    postgres = start_postgres()

    def url(rest: str) -> dict[str, str]:
        return {"DATABASE_URL": f"postgresql://{rest}"}

    return [
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "asyncpg: the password is wrong",
            "InvalidPasswordError",
            prepare=postgres,
            env=url("app:wrong@postgres.shop.svc.cluster.local/shop"),
            pod=_service("ledger", url("app:x@postgres/shop")),
        ),
        Row(
            "refused",
            "DependencyNotReady",
            "asyncpg: nobody listens on the database's port",
            "onnect call failed",
            env=url("app:correct@postgres.shop.svc.cluster.local/shop"),
        ),
        Row(
            "starting-up",
            "DependencyNotReady",
            "asyncpg: the database is starting up",
            "CannotConnectNowError",
            prepare=postgres_before() + IN_RECOVERY,
            env=url("app:correct@postgres.shop.svc.cluster.local/shop"),
            pod=_service("ledger", url("app:x@postgres/shop")),
        ),
        Row(
            "times-out",
            "DependencyNotReady",
            "asyncpg: the database takes the connection and does not answer",
            "TimeoutError",
            prepare=DEAF.format(address="10.96.14.7", port=5432),
            env=url("app:correct@postgres.shop.svc.cluster.local/shop"),
        ),
        Row(
            "unknown-host",
            "DependencyNotReady",
            "asyncpg: the name does not resolve",
            "gaierror",
            env=url("app:correct@ledger-db.ledger.svc.cluster.local/shop"),
            pod=_service("ledger", url("app:x@ledger-db/shop")),
        ),
        Row(
            "too-many-clients",
            "DependencyNotReady",
            "asyncpg: the database has no free connection",
            "TooManyConnectionsError",
            prepare=postgres_before() + "launch -D $D -c listen_addresses=* -c max_connections=4"
            " -c superuser_reserved_connections=2; ready; sql -c \"create role app login password 'correct'\""
            " -c 'create database shop owner app'\nexport PGPASSWORD=correct\nfor i in 1 2"
            " 3; do (psql -h 10.96.14.7 -U app shop -c"
            " 'select pg_sleep(60)' >/dev/null 2>&1 &) ; done; sleep 0.7\n",
            env=url("app:correct@postgres.shop.svc.cluster.local/shop"),
        ),
        Row(
            "bad-scheme",
            "ConfigurationInvalid",
            "asyncpg: the DSN has SQLAlchemy's scheme",
            "invalid DSN",
            env={
                "DATABASE_URL": "postgresql+asyncpg://app:correct@postgres.shop.svc.cluster.local/shop"
            },
        ),
        Row(
            "no-create-privilege",
            "PermissionDenied",
            "the role may not create tables in the schema",
            "InsufficientPrivilegeError",
            prepare=postgres,
            env=url("reader:correct@postgres.shop.svc.cluster.local/shop"),
        ),
        Row(
            "healthy",
            "Unknown",
            "healthy: it posts entries and waits",
            "posted 39",
            prepare=postgres,
            running=True,
            env=url("app:correct@postgres.shop.svc.cluster.local/shop"),
        ),
    ]


def billing_rows() -> list[Row]:
    server = start_mariadb()
    env = {
        "MYSQL_HOST": "mysql.shop.svc.cluster.local",
        "MYSQL_USER": "app",
        "MYSQL_PASSWORD": "correct",
    }
    return [
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "PyMySQL: the password is wrong",
            "Access denied for user",
            prepare=server,
            env=env | {"MYSQL_PASSWORD": "hunter2"},
            pod=_service("billing", env),
            seconds=6,
        ),
        Row(
            "database-not-granted",
            "PermissionDenied",
            "PyMySQL: the login works, the database is not granted to the user",
            "Access denied for user",
            prepare=server + "env -u MYSQL_HOST mariadb -e 'create database books'\n",
            env=env | {"MYSQL_DATABASE": "books"},
            seconds=6,
        ),
        Row(
            "refused",
            "DependencyNotReady",
            "PyMySQL: MariaDB is not there",
            "Connection refused",
            env=env,
            captures={"host": "mysql.shop.svc.cluster.local"},
            pod=_service("billing", env),
            seconds=6,
        ),
        Row(
            "unknown-host",
            "DependencyNotReady",
            "PyMySQL: the name does not resolve",
            "Can't connect to MySQL server",
            env=env | {"MYSQL_HOST": "mysql-primary.db.svc.cluster.local"},
            captures={"host": "mysql-primary.db.svc.cluster.local"},
            seconds=8,
        ),
        Row(
            "host-with-scheme",
            "ConfigurationInvalid",
            "PyMySQL: the host is a URL",
            "mysql://",
            env=env | {"MYSQL_HOST": "mysql://mysql.shop.svc.cluster.local"},
            pod=_service("billing", env),
            seconds=8,
        ),
        Row(
            "no-create-privilege",
            "PermissionDenied",
            "PyMySQL: the user may only read",
            "CREATE command denied",
            prepare=server,
            env=env | {"MYSQL_USER": "reader"},
            seconds=6,
        ),
        Row(
            "port-not-a-number",
            "ConfigurationInvalid",
            "Kubernetes' own service variable became the port",
            "invalid literal",
            env=env | {"MYSQL_PORT": "tcp://10.96.14.8:3306"},
            pod=_service("billing", env | {"MYSQL_PORT": "x"}),
        ),
        Row(
            "healthy-after-retries",
            "Unknown",
            "healthy: MariaDB comes up while it tries",
            "waiting for the next period",
            prepare=server + "mariadb-admin shutdown; sleep 1\n",
            env=env | {"CONNECT_ATTEMPTS": "12"},
            running=True,
            seconds=12,
            meanwhile="sleep 2; setpriv --reuid mysql --regid mysql --clear-groups mariadbd --datadir=/var/lib/mysql"
            " --socket=/run/mysqld/mysqld.sock --skip-name-resolve",
            pod=_service("billing", env),
        ),
    ]


def cache_rows() -> list[Row]:
    url = "redis://:right@redis.shop.svc.cluster.local:6379/0"
    secured = REDIS.format(more="--requirepass right")
    return [
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "redis-py: the password is wrong",
            "invalid username-password pair",
            prepare=secured,
            env={"REDIS_URL": url.replace("right", "left")},
            pod=_service("session-redis", {"REDIS_URL": url}),
        ),
        Row(
            "no-password",
            "AuthenticationFailed",
            "redis-py: the server demands a password",
            "uthentication required",
            prepare=secured,
            env={"REDIS_URL": url.replace(":right@", "")},
        ),
        Row(
            "refused",
            "DependencyNotReady",
            "redis-py: nobody is there",
            "refused",
            env={"REDIS_URL": url, "REDIS_RETRIES": "2"},
            captures={"host": "redis.shop.svc.cluster.local", "port": "6379"},
            pod=_service("session-redis", {"REDIS_URL": url}),
            seconds=6,
        ),
        Row(
            "unknown-host",
            "DependencyNotReady",
            "redis-py: the name does not resolve",
            "Name or service not known",
            env={"REDIS_URL": "redis://redis-master.cache:6379/0"},
            captures={"host": "redis-master.cache"},
            seconds=7,
        ),
        Row(
            "times-out",
            "DependencyNotReady",
            "redis-py: the connection is taken and never answered",
            "imeout",
            prepare=DEAF.format(address="10.96.14.9", port=6379),
            env={"REDIS_URL": url},
            seconds=8,
        ),
        Row(
            "loading",
            "DependencyNotReady",
            "redis-py: Redis is loading its data set",
            "loading the dataset",
            prepare=REDIS.format(more="--port 7001")
            + "redis-benchmark -p 7001 -q -n 400000 -r 10000000 -d 100 -P 50 -t set >/dev/null\n"
            "redis-cli -p 7001 shutdown save || true\n(redis-server --protected-mode no"
            " --dir /data --loading-process-events-interval-bytes 1024"
            " --key-load-delay 5000 >/dev/null 2>&1 &) ; sleep 0.4\n",
            env={"REDIS_URL": url.replace(":right@", "")},
            pod=_service("session-redis", {"REDIS_URL": url}),
        ),
        Row(
            "maxmemory-reached",
            "OutOfMemory",
            "redis-py: Redis is at its maxmemory and evicts nothing",
            "maxmemory",
            prepare=REDIS.format(more="--maxmemory 2mb"),
            env={"REDIS_URL": url.replace(":right@", ""), "WARM_UP": "9000"},
        ),
        Row(
            "read-only-replica",
            "ApplicationError",
            "redis-py: the service name leads to a replica",
            "read only replica",
            prepare=REDIS.format(more="--replicaof 10.96.14.9 7002")
            + "(redis-server --protected-mode no --port 7002 --dir /tmp --save ''"
            " --repl-diskless-sync-delay 0 >/dev/null 2>&1 &) ; sleep 3\n",
            env={"REDIS_URL": url.replace(":right@", "")},
        ),
        Row(
            "no-permission-for-command",
            "PermissionDenied",
            "redis-py: the ACL of the user does not allow SET",
            "no permissions",
            prepare=REDIS.format(more="")
            + "redis-cli acl setuser cache on '>right' '~*' '+@read' '+@connection' '+info' >/dev/null\n",
            env={"REDIS_URL": url.replace(":right", "cache:right")},
        ),
        Row(
            "bad-url",
            "ConfigurationInvalid",
            "redis-py: a URL without a scheme",
            "Redis URL must specify",
            env={"REDIS_URL": "redis.shop.svc.cluster.local:6379"},
            pod=_service("session-redis", {"REDIS_URL": "r"}),
        ),
        Row(
            "healthy-after-retries",
            "Unknown",
            "healthy: Redis comes up on the third try",
            "serving",
            running=True,
            seconds=7,
            env={"REDIS_URL": url, "REDIS_RETRIES": "9"},
            pod=_service("session-redis", {"REDIS_URL": url}),
            meanwhile="sleep 2.2; cd /tmp; redis-server --protected-mode no --requirepass right --save ''",
        ),
    ]


def node_rows(rabbit: str) -> list[Row]:
    postgres, server, secured = (
        start_postgres(),
        start_mariadb(),
        REDIS.format(more="--requirepass right"),
    )
    pg = "postgres://app:correct@postgres.shop.svc.cluster.local:5432/shop"
    my = "mysql://app:correct@mysql.shop.svc.cluster.local:3306/shop"
    redis = "redis://:right@redis.shop.svc.cluster.local:6379"
    rows: dict[str, list[Row]] = {
        "inventory": [
            Row(
                "wrong-password",
                "AuthenticationFailed",
                "node-postgres: wrong password",
                "password authentication failed",
                prepare=postgres,
                env={"DATABASE_URL": pg.replace("correct", "wrong")},
                pod=_service("inventory", {"DATABASE_URL": pg}),
            ),
            Row(
                "refused",
                "DependencyNotReady",
                "node-postgres: nobody is there after three tries",
                "ECONNREFUSED",
                env={"DATABASE_URL": pg, "DB_ATTEMPTS": "3"},
                pod=_service("inventory", {"DATABASE_URL": pg}),
            ),
            Row(
                "unknown-host",
                "DependencyNotReady",
                "node-postgres: the name does not resolve",
                "getaddrinfo",
                env={"DATABASE_URL": pg.replace("postgres.shop", "pg-primary.shop")},
                captures={"host": "pg-primary.shop.svc.cluster.local"},
            ),
            Row(
                "times-out",
                "DependencyNotReady",
                "node-postgres: the server does not answer",
                "timeout",
                prepare=DEAF.format(address="10.96.14.7", port=5432),
                env={"DATABASE_URL": pg},
            ),
            Row(
                "no-privilege",
                "PermissionDenied",
                "node-postgres: permission denied for a table",
                "permission denied for table",
                prepare=postgres,
                env={
                    "DATABASE_URL": pg.replace("app:", "reader:"),
                    "BOOT_QUERY": "delete from outbox",
                },
            ),
            Row(
                "healthy-after-retries",
                "Unknown",
                "healthy: the database answers after some refused connections",
                "listening on 3000",
                prepare=postgres + "kill $P; wait $P || true\n",
                env={"DATABASE_URL": pg, "DB_ATTEMPTS": "15"},
                running=True,
                seconds=8,
                meanwhile="sleep 2.5; export PATH=/usr/lib/postgresql/15/bin:$PATH\nsetpriv --reuid postgres --regid"
                " postgres --clear-groups postgres -D /var/lib/postgresql/data -c 'listen_addresses=*'",
                pod=_service("inventory", {"DATABASE_URL": pg}),
            ),
        ],
        "notifier-ioredis": [
            Row(
                "no-password",
                "AuthenticationFailed",
                "ioredis: NOAUTH",
                "NOAUTH",
                prepare=secured,
                env={"REDIS_URL": redis.replace(":right@", "")},
                pod=_service("notifier-ioredis", {"REDIS_URL": redis}),
            ),
            Row(
                "wrong-password",
                "AuthenticationFailed",
                "ioredis: WRONGPASS",
                "WRONGPASS",
                prepare=secured,
                env={"REDIS_URL": redis.replace("right", "left")},
            ),
            Row(
                "refused",
                "DependencyNotReady",
                "ioredis: gives up after some refused connections",
                "ECONNREFUSED",
                env={"REDIS_URL": redis},
                pod=_service("notifier-ioredis", {"REDIS_URL": redis}),
                seconds=6,
            ),
            Row(
                "unknown-host",
                "DependencyNotReady",
                "ioredis: the name does not resolve",
                "ENOTFOUND",
                env={
                    "REDIS_URL": redis.replace("redis.shop", "redis-master.shop"),
                    "REDIS_RETRIES": "2",
                },
                seconds=12,
            ),
            Row(
                "healthy-after-reconnects",
                "Unknown",
                "healthy: it reconnects until Redis is there",
                "consumer group notifier",
                env={"REDIS_URL": redis, "REDIS_RETRIES": "40"},
                running=True,
                seconds=6,
                meanwhile="sleep 2; cd /tmp; redis-server --protected-mode no --requirepass right --save ''",
            ),
        ],
        "cart": [
            Row(
                "wrong-password",
                "AuthenticationFailed",
                "mysql2: ER_ACCESS_DENIED_ERROR",
                "ER_ACCESS_DENIED_ERROR",
                prepare=server,
                env={"MYSQL_URL": my.replace("correct", "wrong")},
                pod=_service("cart", {"MYSQL_URL": my}),
            ),
            Row(
                "refused",
                "DependencyNotReady",
                "mysql2: nobody is there",
                "ECONNREFUSED",
                env={"MYSQL_URL": my, "ATTEMPTS": "3"},
            ),
            Row(
                "no-create-privilege",
                "PermissionDenied",
                "mysql2: the user may not create tables",
                "command denied",
                prepare=server,
                env={"MYSQL_URL": my.replace("app:", "reader:")},
            ),
            Row(
                "healthy-after-retries",
                "Unknown",
                "healthy: MariaDB comes up while it tries",
                "serving on 4000",
                prepare=server + "mariadb-admin shutdown; sleep 1\n",
                env={"MYSQL_URL": my, "ATTEMPTS": "15"},
                running=True,
                seconds=10,
                meanwhile="sleep 2; setpriv --reuid mysql --regid mysql --clear-groups mariadbd"
                " --datadir=/var/lib/mysql"
                " --socket=/run/mysqld/mysqld.sock --skip-name-resolve",
            ),
        ],
        "mailer": [
            Row(
                "refused",
                "DependencyNotReady",
                "amqplib: nobody is there",
                "ECONNREFUSED",
                env={"AMQP_URL": "amqp://app:right@rabbitmq.shop.svc.cluster.local"},
            ),
            Row(
                "wrong-password",
                "AuthenticationFailed",
                "amqplib: the broker refuses the login",
                "ACCESS_REFUSED",
                prepare=rabbit,
                env={"AMQP_URL": "amqp://app:wrong@rabbitmq.shop.svc.cluster.local"},
                pod=_service("mailer", {"AMQP_URL": "amqp://app:x@r"}),
            ),
            Row(
                "bad-url",
                "ConfigurationInvalid",
                "amqplib: the scheme is http",
                "Expected amqp:",
                env={"AMQP_URL": "http://rabbitmq.shop.svc.cluster.local:5672"},
            ),
        ],
    }
    versions = json.loads((SOURCES / "node" / "package.json").read_text())["dependencies"]
    client = {
        "inventory": "pg",
        "notifier-ioredis": "ioredis",
        "cart": "mysql2",
        "mailer": "amqplib",
    }
    return [
        row
        for name, of_program in rows.items()
        for row in family(
            of_program,
            program=name,
            source=f"npm {client[name]} {versions[client[name]]}",
            command=f"node {name.removesuffix('-ioredis')}.js",
        )
    ]


def worker_rows(rabbit: str) -> list[Row]:
    url = "amqp://app:right@rabbitmq.shop.svc.cluster.local:5672/%2F"
    return [
        Row(
            "refused",
            "DependencyNotReady",
            "pika: nobody is there after three attempts",
            "onnection refused",
            env={"AMQP_URL": url, "AMQP_ATTEMPTS": "3"},
            pod=_service("invoice-worker", {"AMQP_URL": url}),
            seconds=7,
        ),
        Row(
            "unknown-host",
            "DependencyNotReady",
            "pika: the name does not resolve",
            "Name or service not known",
            env={"AMQP_URL": url.replace("rabbitmq.shop", "rabbit-mq.shop")},
            seconds=7,
        ),
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "pika: the broker refuses the login",
            "ACCESS_REFUSED",
            prepare=rabbit,
            env={"AMQP_URL": url.replace("right", "wrong")},
            pod=_service("invoice-worker", {"AMQP_URL": url}),
        ),
        Row(
            "no-permission-on-vhost",
            "PermissionDenied",
            "pika: the user may not use the virtual host",
            "refused",
            prepare=rabbit,
            env={"AMQP_URL": url.replace("app:right", "guestless:right")},
        ),
        Row(
            "healthy",
            "Unknown",
            "healthy: it consumes",
            "consuming",
            prepare=rabbit,
            env={"AMQP_URL": url},
            running=True,
        ),
    ]


def directory_rows() -> list[Row]:
    server = SLAPD_BEFORE.replace("/config/slapd.conf", "/run/slapd.conf") + (
        "(slapd -d 0 -f /run/slapd.conf -h ldap://:389 >/dev/null 2>&1 &) ; sleep 1.2\n"
    )
    env = {
        "LDAP_URL": "ldap://ldap.shop.svc.cluster.local",
        "LDAP_BIND_DN": "cn=admin,dc=example,dc=org",
        "LDAP_PASSWORD": "secret",
    }
    return [
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "ldap3: invalid credentials",
            "invalidCredentials",
            prepare=server,
            env=env | {"LDAP_PASSWORD": "wrong"},
            pod=_service("directory-sync", env),
        ),
        Row(
            "refused", "DependencyNotReady", "ldap3: nobody is there", "onnection refused", env=env
        ),
        Row(
            "variable-missing",
            "ConfigurationMissing",
            "the bind DN is not set",
            "LDAP_BIND_DN",
            env={k: v for k, v in env.items() if k != "LDAP_BIND_DN"},
            pod=_service("directory-sync", {"LDAP_URL": "x"}),
        ),
        Row(
            "healthy",
            "Unknown",
            "healthy: bound and waiting",
            "bound as",
            prepare=server,
            env=env,
            running=True,
        ),
    ]


def lock_rows() -> list[Row]:
    hosts = {"ZOOKEEPER_HOSTS": "zookeeper.shop.svc.cluster.local:2181"}
    single = ZK_BEFORE + ZK_MEMBER + "single >/config/zoo.cfg\n"
    return [
        Row(
            "refused",
            "DependencyNotReady",
            "kazoo: ZooKeeper is not there",
            "KazooTimeoutError",
            env=hosts,
            seconds=9,
            pod=_service("lock-service", hosts),
        ),
        Row(
            "unknown-host",
            "DependencyNotReady",
            "kazoo: the names do not resolve",
            "KazooTimeoutError",
            seconds=9,
            env={
                "ZOOKEEPER_HOSTS": "zk-0.zk-hs.kafka.svc.cluster.local:2181,zk-1.zk-hs.kafka.svc.cluster.local:2181"
            },
        ),
        Row(
            "healthy-after-reconnects",
            "Unknown",
            "healthy: refused at first, then ZooKeeper is there",
            "ready",
            running=True,
            prepare=single,
            env=hosts | {"START_TIMEOUT": "20"},
            meanwhile=f"sleep 1.5; {ZK} /config/zoo.cfg",
            seconds=14,
        ),
    ]


URL = {"DATABASE_URL": "postgresql://app:correct@postgres.shop.svc.cluster.local:5432/shop"}
PSYCOPG = {"DATABASE_URL": URL["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")}
APP = "PGPASSWORD=correct psql -q -X -h 10.96.14.7 -U app shop -v ON_ERROR_STOP=1"


def migration_rows() -> list[Row]:
    postgres = start_postgres()
    migrate = released("migrate")
    tool = (
        (at(migrate) if migrate else "")
        + "M='/srv/migrate -path /srv/migrations/sql -database "
        + (URL["DATABASE_URL"] + "?sslmode=disable'\n")
    )
    words = [
        "/srv/migrate",
        "-verbose",
        "-path",
        "/srv/migrations/sql",
        "-database",
        URL["DATABASE_URL"] + "?sslmode=disable",
        "up",
    ]
    init = {"restartPolicy": "OnFailure"}
    go = [
        Row(
            "dirty-version",
            "MigrationFailed",
            "an earlier run died in the middle of version 2",
            "Dirty database version",
            words,
            postgres
            + tool
            + f"$M up 1; {APP} -c \"insert into orders(state) values('new')\"; $M up || true\n",
            seconds=6,
            pod=pod("migrate", "migrate/migrate:v4.17.1", args=words[1:], **init),
        ),
        Row(
            "column-contains-nulls",
            "MigrationFailed",
            "version 2 adds a mandatory column to a table with rows",
            "contains null values",
            words,
            postgres + tool + f"$M up 1; {APP} -c \"insert into orders(state) values('new')\"\n",
            seconds=6,
        ),
        Row(
            "version-without-file",
            "MigrationFailed",
            "a roll-back of the image: the database's version has no file",
            "no migration found for version",
            words,
            postgres + tool + "$M up; rm /srv/migrations/sql/000003*\n",
            seconds=6,
            pod=pod("migrate", "migrate/migrate:v4.17.1", args=words[1:], **init),
        ),
        Row(
            "database-refused",
            "DependencyNotReady",
            "the database is not there",
            "onnection refused",
            words,
            tool,
            seconds=6,
        ),
        Row(
            "wrong-password",
            "AuthenticationFailed",
            "the password is wrong",
            "password authentication failed",
            [w.replace(":correct", ":wrong") for w in words],
            postgres + tool,
            seconds=6,
        ),
        Row(
            "healthy-no-change",
            "Unknown",
            "healthy: the schema is up to date",
            "no change",
            words,
            postgres + tool + "$M up\n",
            seconds=6,
        ),
        Row(
            "healthy-applied",
            "Unknown",
            "healthy: all versions are applied and it ends",
            "Finished",
            words,
            postgres + tool,
            seconds=6,
        ),
    ]
    manage = [
        "sh",
        "-c",
        "python3 manage.py check --database default && python3 manage.py migrate --noinput && exec sleep 60",
    ]
    folder = "cd /srv/migrations/shopadmin; cp -r . /srv/; cd /srv; export DJANGO_SETTINGS_MODULE=shopadmin.settings\n"
    django = [
        Row(
            "values-not-unique",
            "MigrationFailed",
            "Django: the rows that are there break a new unique constraint",
            "could not create unique index",
            manage,
            postgres
            + folder
            + "python3 manage.py migrate catalogue 0001 >/dev/null\n"
            + f"{APP} -c \"insert into catalogue_product(name) values('a'),('b')\"\n",
            seconds=8,
            pod=pod("shop-admin", "registry.example.com/shop/admin:7", command=manage),
        ),
        Row(
            "table-already-exists",
            "MigrationFailed",
            "Django: the table is there, its migration is not recorded",
            "already exists",
            manage,
            postgres + folder + f"{APP} -c 'create table catalogue_product(id int)'\n",
            seconds=8,
        ),
        Row(
            "two-leaves",
            "MigrationFailed",
            "Django: two branches of migrations were merged",
            "Conflicting migrations",
            manage,
            postgres
            + folder
            + "sed s/0002/0002/ catalogue/migrations/0002_sku.py >catalogue/migrations/0002_price.py\n",
            seconds=8,
        ),
        Row(
            "database-refused",
            "DependencyNotReady",
            "Django: the database is not there while it migrates",
            "onnection refused",
            manage,
            folder,
            seconds=8,
            pod=pod("shop-admin", "registry.example.com/shop/admin:7", command=manage),
        ),
        Row(
            "healthy",
            "Unknown",
            "healthy: all migrations are applied",
            "Applying catalogue.0002_sku... OK",
            manage,
            postgres + folder,
            running=True,
            seconds=8,
        ),
    ]
    knex_words = [
        "node",
        "/srv/node_modules/.bin/knex",
        "migrate:latest",
        "--knexfile",
        "/srv/migrations/knexfile.js",
    ]
    locked = "node /srv/node_modules/.bin/knex migrate:latest --knexfile /srv/migrations/knexfile.js >/dev/null\n"
    knex = [
        Row(
            "lock-is-taken",
            "MigrationFailed",
            "knex: an earlier migration died and left the lock of the migrations table",
            "lock",
            knex_words,
            postgres + locked + f"{APP} -c 'update knex_migrations_lock set is_locked=1'\n",
            env=URL,
            seconds=7,
            pod=pod("knex", "registry.example.com/shop/migrations:7", command=knex_words, **init),
        ),
        Row(
            "files-are-missing",
            "MigrationFailed",
            "knex: the database knows migrations that the image lacks",
            "migration directory is corrupt",
            knex_words,
            postgres + locked + "rm /srv/migrations/knex/20240415_totals.js\n",
            env=URL,
            seconds=7,
        ),
        Row(
            "column-contains-nulls",
            "MigrationFailed",
            "knex: a mandatory column for a table with rows",
            "contains null values",
            knex_words,
            postgres
            + "mkdir /run/k; mv /srv/migrations/knex/20240415_totals.js /run/k\n"
            + locked
            + f"mv /run/k/* /srv/migrations/knex/; {APP} -c \"insert into orders(state) values('x')\"\n",
            env=URL,
            seconds=7,
        ),
        Row(
            "database-refused",
            "DependencyNotReady",
            "knex: the database is not there",
            "ECONNREFUSED",
            knex_words,
            env=URL,
            seconds=7,
        ),
        Row(
            "healthy-up-to-date",
            "Unknown",
            "healthy: nothing to do",
            "Already up to date",
            knex_words,
            postgres + locked,
            env=URL,
            seconds=7,
        ),
    ]
    up = ["python3", "-m", "alembic", "-c", "alembic.ini", "upgrade", "head"]
    here = "cp -r /srv/migrations/alembic /srv/migrations/alembic.ini /srv/; cd /srv\n"
    alembic = [
        Row(
            "unknown-revision",
            "MigrationFailed",
            "alembic: the database is at a revision that the image does not know",
            "Can't locate revision",
            up,
            postgres + here + f"{APP} -c 'create table alembic_version(version_num varchar(32))'"
            " -c \"insert into alembic_version values('9f8e7d6c5b4a')\"\n",
            env=PSYCOPG,
            seconds=6,
        ),
        Row(
            "column-exists",
            "MigrationFailed",
            "alembic: the column was added by hand",
            "already exists",
            up,
            postgres
            + here
            + "DATABASE_URL="
            + PSYCOPG["DATABASE_URL"]
            + " python3 -m alembic upgrade 1a2b3c4d5e6f 2>/dev/null\n"
            + f"{APP} -c 'alter table accounts add balance numeric'\n",
            env=PSYCOPG,
            seconds=6,
            pod=pod(
                "accounts-migrations", "registry.example.com/shop/accounts:3", command=up, **init
            ),
        ),
        Row(
            "healthy",
            "Unknown",
            "healthy: two revisions are applied",
            "Running upgrade 1a2b3c4d5e6f",
            up,
            postgres + here,
            env=PSYCOPG,
            seconds=6,
        ),
    ]
    return [
        *(
            family(go, program="golang-migrate", source=SERVERS["migrate"].source, command="")
            if migrate
            else []
        ),
        *family(
            django, program="shop-admin", source="PyPI django 5.0.9, psycopg 3.2.3", command=""
        ),
        *family(knex, program="knex", source="npm knex 3.1.0, pg 8.13.1", command=""),
        *family(
            alembic,
            program="accounts-migrations",
            source="PyPI alembic 1.14.0, psycopg 3.2.3",
            command="",
        ),
    ]


def record(recorder: Recorder) -> None:
    apt(
        "postgresql-15",
        "mariadb-server",
        "redis-server",
        "rabbitmq-server",
        "slapd",
        "zookeeper",
        "python3-pip",
        "nodejs",
    )
    before = packages() + DNS + PG_HOST + MY_HOST + REDIS_HOST + MQ_HOST + LDAP_HOST + ZK_HOST
    sbin = next(iter(sorted(Path(RABBIT_HOME).glob("rabbitmq_server-*/sbin"))))
    assign = "".join(f"{key}={value} " for key, value in RABBIT_ENV.items())
    rabbit = RABBIT_BEFORE.replace("cp /etc/hosts /run/hosts; ", "").replace(
        "; mount --bind /run/hosts /etc/hosts", ""
    ) + (
        f"hostname rabbitmq-0; ENV='env {assign}HOSTNAME=rabbitmq-0'\n"
        f"$ENV $AS {sbin}/rabbitmq-server >/run/rabbit.log 2>&1 &\n"
        "for i in $(seq 240); do grep -q 'startup complete' /run/rabbit.log && break; sleep 0.5; done\n"
        f"for w in 'add_user app right' 'add_user guestless right' 'set_permissions app .* .* .*'; do"
        f" (set -f; $ENV $AS {sbin}/rabbitmqctl $w >/dev/null); done\n"
    )
    python = [
        ("orders-psycopg", orders_rows(), "orders_api.py", "PyPI psycopg 3.2.3, structlog 24.4.0"),
        ("ledger", ledger_rows(), "ledger.py", "PyPI asyncpg 0.30.0"),
        ("billing", billing_rows(), "billing.py", "PyPI PyMySQL 1.1.1"),
        ("session-redis", cache_rows(), "session_cache.py", "PyPI redis 5.2.0, loguru 0.7.2"),
        (
            "invoice-worker",
            worker_rows(rabbit),
            "invoice_worker.py",
            "PyPI pika 1.3.2, python-json-logger 2.0.7",
        ),
        ("directory-sync", directory_rows(), "directory_sync.py", "PyPI ldap3 2.9.1"),
        ("lock-service", lock_rows(), "lock_service.py", "PyPI kazoo 2.10.0"),
    ]
    rows = [
        row
        for program, table, script, source in python
        for row in family(table, program=program, source=source, command=f"python3 -u {script}")
    ]
    rows += node_rows(rabbit) + migration_rows()
    rows = [Row(**{**row.__dict__, "prepare": before + row.prepare}) for row in rows]
    record_rows(recorder, rows)
