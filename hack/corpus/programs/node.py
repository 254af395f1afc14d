"""Node 20 services of sources/node with packages of the npm registry (sources/node/package-lock.json): Express, Fastify,
NestJS (compiled by tsc), ES modules, workers with winston, bunyan and pino, knex and Sequelize migrations, and their
wrappers npm, pm2-runtime and nodemon.

What each prints on a failure was found by running it; the settings are of the packages' own documentation.
"""

# ruff: noqa: E501 - the tables hold shell lines and situations that are clearer on one line

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, pod
from .jvm import (
    DB,
    DB_HOST,
    HTTPS,
    PG,
    REDIS,
    REDIS_HOST,
    REDIS_NAME,
    TLS,
    UNPRIVILEGED,
    Table,
    answering,
    asked,
    env,
    prepare_postgres,
)
from .python_programs import host
from .web import Scenario, hold_port, put, record_all, stale, volumes

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "node"
CACHE = Path.home() / ".cache/crashloop-doctor/corpus/node"
NODE = "Node 20"
SOURCE = {
    "express": f"npm express 4.21.2, pg 8.13.1, dotenv 16.4.7, {NODE}",
    "fastify": f"npm fastify 5.2.0 (pino), envalid 8.0.0, ioredis 5.4.2, {NODE}",
    "nestjs": f"npm @nestjs/core 10.4.15, @nestjs/config 3.3.0, typeorm 0.3.20, {NODE}",
    "node-notifications": f"npm winston 3.17.0, amqplib 0.10.5, kafkajs 2.2.4, mongodb 5.9.2, mysql2 3.12.0, {NODE}",
    "node-report-job": f"npm bunyan 1.8.15, chokidar 4.0.3, proper-lockfile 4.1.2, {NODE}",
    "webhook-relay": f"npm pino 9.6.0, zod 3.24.1, ES modules, {NODE}",
    "knex-migrate-job": f"npm knex 3.1.0, pg 8.13.1, {NODE}",
    "sequelize": f"npm sequelize 6.37.5, umzug 3.8.2, {NODE}",
    "npm": f"npm 11 with express 4.21.2, {NODE}",
    "pm2": f"npm pm2 5.4.3, {NODE}",
    "nodemon": f"npm nodemon 3.1.9, {NODE}",
    "ts-node": f"npm ts-node 10.9.2, typescript 5.7.2, {NODE}",
}
APP = host("app-5d8c7f6b9-x2x7k", "10.244.1.23") + (
    f"cp -r {SOURCES}/. /srv/; mkdir -p /srv/node_modules /srv/nest; mount --bind {CACHE}/node_modules /srv/node_modules\n"
    f"cp -r {CACHE}/nest/dist /srv/nest/; chmod -R a+rX /srv/nest /srv/*.js* /srv/lib /srv/relay\n"
)
STARTPG = "runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -l /data/pg/log -o '-c listen_addresses=*' start"
STOPPG = "runuser -u postgres -- pg_ctl -D /data/pg -s -m fast stop\n"
URL = f"postgres://app:correct@{DB_HOST}:5432/shop"
BROKER, MONGO, MYSQL, RATES = (
    "rabbitmq.shop.svc.cluster.local",
    "mongodb.shop.svc.cluster.local",
    "mysql.shop.svc.cluster.local",
    "pricing.shop.svc.cluster.local",
)


def shop(name: str, **spec: Any) -> dict[str, Any]:
    return pod(name, f"registry.example.com/shop/{name}:4.2.0", **spec)


def express() -> list[Scenario]:
    add = Table(
        "express", ["node", "server.js"], APP, 12, NODE_ENV="production", SESSION_SECRET="s3cr3t"
    )
    port = {"ports": [{"containerPort": 3000, "name": "http"}]}
    products = "psql -d shop -c 'create table products(id int)' -c 'grant all on products to app'\n"
    add(
        "port-conflict",
        "PortConflict",
        "another process of the host network has port 3000",
        "EADDRINUSE: address already in use 0.0.0.0:3000",
        hold_port(3000),
        captures={"address": "0.0.0.0:3000"},
        pod=shop("shop-api", hostNetwork=True, **port),
    )
    add(
        "port-conflict-any-address",
        "PortConflict",
        "port 8080 of all addresses is taken",
        "EADDRINUSE: address already in use :::8080",
        hold_port(8080, "::"),
        environment={"PORT": "8080", "HOST": "::"},
        captures={"address": ":::8080"},
    )
    add(
        "port-taken-next-used",
        "Unknown",
        "port 3000 is taken; the next one is used and the service is up",
        "trying port 3001",
        hold_port(3000),
        environment={"NEXT_PORT": "1"},
        running=True,
        seconds=5,
        meanwhile=asked(3001, 40, "/products/$i", 1),
    )
    add(
        "stale-socket",
        "StaleUnixSocket",
        "the socket's file of a killed predecessor is in the volume shared with nginx",
        "EADDRINUSE: address already in use /run/app/shop.sock",
        stale("/run/app/shop.sock"),
        environment={"LISTEN": "/run/app/shop.sock"},
        captures={"path": "/run/app/shop.sock"},
        pod=shop(
            "shop-api",
            env=env(LISTEN="/run/app/shop.sock"),
            siblings=[{"name": "nginx", "image": "nginx:1.27"}],
            **volumes(run="/run/app"),
        ),
    )
    add(
        "socket-folder-not-writable",
        "PermissionDenied",
        "the folder of the socket may not be written",
        "EACCES: permission denied /run/app/shop.sock",
        "mkdir -m 755 /run/app\n",
        user=65534,
        environment={"LISTEN": "/run/app/shop.sock"},
    )
    add(
        "port-below-1024",
        "PermissionDenied",
        "port 80 as nobody",
        "EACCES: permission denied 0.0.0.0:80",
        UNPRIVILEGED,
        user=65534,
        environment={"PORT": "80"},
        pod=shop("shop-api", securityContext={"runAsUser": 65534}, env=env(PORT="80")),
    )
    add(
        "port-invalid",
        "ConfigurationInvalid",
        "PORT is out of range",
        "ERR_SOCKET_BAD_PORT",
        environment={"PORT": "80800"},
        pod=shop("shop-api", env=env(PORT="80800")),
    )
    add(
        "secret-missing",
        "ConfigurationMissing",
        "SESSION_SECRET is not set",
        "SESSION_SECRET is required",
        environment={"SESSION_SECRET": ""},
        pod=shop("shop-api", **port),
    )
    add(
        "database-refused",
        "DependencyNotReady",
        "the database refuses connections",
        "ECONNREFUSED 10.96.14.7:5432",
        DB,
        environment={"DATABASE_URL": URL, "DATABASE_ATTEMPTS": "5"},
        captures={"host": "10.96.14.7", "port": "5432"},
    )
    add(
        "database-name-unknown",
        "DependencyNotReady",
        "the database's name cannot be resolved; an unhandled rejection",
        DB_HOST,
        environment={"DATABASE_URL": URL, "EXIT_ON_ERROR": "0"},
        pod=shop("shop-api", env=env(DATABASE_URL=URL), **port),
        seconds=25,
    )
    add(
        "database-password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG,
        environment={"DATABASE_URL": URL.replace("correct", "changed")},
    )
    add(
        "database-password-not-a-string",
        "ConfigurationMissing",
        "the URL has no password",
        "client password must be a string",
        PG,
        environment={"DATABASE_URL": URL.replace(":correct", "")},
    )
    add(
        "database-without-tls",
        "ConfigurationInvalid",
        "TLS is demanded of a database that has none",
        "The server does not support SSL connections",
        PG,
        environment={"DATABASE_URL": URL, "DATABASE_TLS": "1"},
    )
    add(
        "database-reached-late",
        "Unknown",
        "the database refuses four times and is then there",
        "[db] connected",
        PG + products + STOPPG,
        environment={"DATABASE_URL": URL, "DATABASE_ATTEMPTS": "12"},
        running=True,
        meanwhile="sleep 4; " + STARTPG,
        seconds=11,
        pod=shop("shop-api", **port),
    )
    add(
        "table-missing",
        "MigrationFailed",
        "the schema has not been migrated",
        'relation "products" does not exist',
        PG,
        environment={"DATABASE_URL": URL, "EXIT_ON_ERROR": "0"},
    )
    add(
        "table-privilege",
        "PermissionDenied",
        "the role may not read the table",
        "permission denied for table products",
        PG + "psql -d shop -c 'create table products(id int)'\n",
        environment={"DATABASE_URL": URL},
    )
    add(
        "features-missing",
        "ConfigurationMissing",
        "the mounted file is not there",
        "ENOENT: no such file or directory, open '/config/features.json'",
        environment={"FEATURES_FILE": "/config/features.json"},
        pod=shop("shop-api", **port, **volumes(config="config:/etc/shop")),
    )
    add(
        "features-invalid",
        "ConfigurationInvalid",
        "the mounted file is no JSON",
        "Unexpected token",
        put("/config/features.json", '{"search": true,\n "beta": }'),
        environment={"FEATURES_FILE": "/config/features.json", "EXIT_ON_ERROR": "0"},
    )
    add(
        "features-not-readable",
        "PermissionDenied",
        "the mounted file belongs to root alone",
        "EACCES: permission denied, open '/config/features.json'",
        put("/config/features.json", "{}") + "chmod 600 /config/features.json\n",
        user=65534,
        environment={"FEATURES_FILE": "/config/features.json"},
    )
    add(
        "certificate-missing",
        "ConfigurationMissing",
        "the certificate's secret is not mounted",
        "ENOENT",
        environment={"TLS_KEY": "/config/tls/tls.key", "TLS_CERT": "/config/tls/tls.crt"},
    )
    add(
        "certificate-of-another-key",
        "CertificateInvalid",
        "key and certificate do not belong together",
        "key values mismatch",
        TLS
        + "openssl genrsa -out /config/tls/tls.key 2048 2>/dev/null; chmod 644 /config/tls/tls.key\n",
        environment={"TLS_KEY": "/config/tls/tls.key", "TLS_CERT": "/config/tls/tls.crt"},
        pod=shop("shop-api", **volumes(tls="secret:/config/tls")),
    )
    add(
        "certificate-damaged",
        "CertificateInvalid",
        "the certificate is cut off",
        "PEM",
        TLS + "sed -i '5,$d' /config/tls/tls.crt\n",
        environment={"TLS_KEY": "/config/tls/tls.key", "TLS_CERT": "/config/tls/tls.crt"},
    )
    add(
        "entry-missing",
        "ExecutableMissing",
        "the entry file is not in the image",
        "Cannot find module '/srv/dist/server.js'",
        command=["node", "dist/server.js"],
        pod=shop("shop-api", command=["node", "dist/server.js"]),
    )
    add(
        "dependency-missing",
        "LibraryMissing",
        "express is not installed in the image",
        "Cannot find module 'express'",
        "umount /srv/node_modules; mkdir /srv/node_modules/dotenv; cp -r "
        f"{CACHE}/node_modules/dotenv/. /srv/node_modules/dotenv/\n",
        pod=shop("shop-api", command=["node", "server.js"], **port),
    )
    add(
        "own-module-missing",
        "LibraryMissing",
        "a file of the program was not copied into the image",
        "Cannot find module './lib/retry'",
        "rm /srv/lib/retry.js\n",
    )
    add(
        "syntax-error",
        "ApplicationError",
        "a merge conflict is in the source",
        "SyntaxError",
        "sed -i '2i <<<<<<< HEAD' /srv/lib/retry.js\n",
    )
    add(
        "preload-missing",
        "LibraryMissing",
        "the tracing module of NODE_OPTIONS is not in the image",
        "Cannot find module",
        environment={"NODE_OPTIONS": "--require /opt/otel/register.js"},
        pod=shop("shop-api", env=env(NODE_OPTIONS="--require /opt/otel/register.js")),
    )
    add(
        "option-unknown",
        "ConfigurationInvalid",
        "an option that this node does not know",
        "bad option",
        command=["node", "--max-heap=512", "server.js"],
    )
    add(
        "healthy",
        "Unknown",
        "serves, some requests fail with ECONNREFUSED, ends in order on SIGTERM",
        "server closed",
        meanwhile=asked(3000, 40, "/products/$i", 1) + "; " + asked(3000, 8, "/broken", 1),
        seconds=7,
        pod=shop("shop-api", livenessProbe={"httpGet": {"path": "/healthz", "port": 3000}}, **port),
    )
    add(
        "healthy-with-deprecations",
        "Unknown",
        "node warns of deprecated and experimental features; the service is up",
        "DeprecationWarning",
        "sed -i '2i new Buffer(4);' /srv/server.js\n",
        running=True,
        seconds=4,
        meanwhile=asked(3000, 30, "/products/$i", 1),
    )
    add(
        "killed-from-outside",
        "Unknown",
        "killed with SIGKILL while it serves",
        "listening on 3000",
        stop_signal="SIGKILL",
        seconds=4,
        meanwhile=asked(3000, 30, "/healthz", 1),
    )
    return add.scenarios


def fastify() -> list[Scenario]:
    add = Table("fastify", ["node", "users.js"], APP, 12, JWT_PUBLIC_KEY="k")
    redis = {"REDIS_URL": f"redis://{REDIS_HOST}:6379"}
    add(
        "port-conflict",
        "PortConflict",
        "port 3000 is taken",
        "EADDRINUSE",
        hold_port(3000),
        captures={"address": "0.0.0.0:3000"},
        pod=shop("users", hostNetwork=True, ports=[{"containerPort": 3000}]),
    )
    add(
        "stale-socket",
        "StaleUnixSocket",
        "the socket's file of a killed predecessor is in the volume",
        "EADDRINUSE",
        stale("/run/users/http.sock"),
        environment={"SOCKET_PATH": "/run/users/http.sock"},
        captures={"path": "/run/users/http.sock"},
        pod=shop("users", **volumes(run="/run/users")),
    )
    add(
        "socket-healthy",
        "Unknown",
        "listens on a Unix socket and ends in order",
        "bye",
        "mkdir /run/users\n",
        environment={"SOCKET_PATH": "/run/users/http.sock"},
        seconds=5,
        meanwhile="sleep 3; for i in $(seq 40); do curl -s --unix-socket /run/users/http.sock localhost/users/$i; done",
    )
    add(
        "environment-missing",
        "ConfigurationMissing",
        "a mandatory variable is not set (envalid)",
        "JWT_PUBLIC_KEY",
        command=["env", "-u", "JWT_PUBLIC_KEY", "node", "users.js"],
        pod=shop("users", ports=[{"containerPort": 3000}]),
    )
    add(
        "environment-invalid",
        "ConfigurationInvalid",
        "PORT is no port (envalid)",
        "Invalid port input",
        environment={"PORT": "http"},
        pod=shop("users", env=env(PORT="http")),
    )
    add(
        "redis-refused",
        "DependencyNotReady",
        "Redis refuses connections until the retries are spent",
        "ECONNREFUSED",
        REDIS_NAME,
        environment=redis,
        captures={"host": "10.96.14.8", "port": "6379"},
    )
    add(
        "redis-name-unknown",
        "DependencyNotReady",
        "Redis' name cannot be resolved",
        REDIS_HOST,
        environment=redis,
        seconds=30,
    )
    add(
        "redis-reached-late",
        "Unknown",
        "Redis refuses a few times and is then there",
        "redis says PONG",
        REDIS_NAME,
        environment=redis | {"REDIS_ATTEMPTS": "20"},
        running=True,
        meanwhile="sleep 3; redis-server --port 6379 --protected-mode no --save '' --dir /data",
        seconds=9,
    )
    add(
        "redis-demands-password",
        "AuthenticationFailed",
        "Redis demands a password",
        "NOAUTH",
        REDIS_NAME + REDIS.format(more="--requirepass s3cr3t"),
        environment=redis,
    )
    add(
        "avatars-full",
        "DiskFull",
        "the volume of the avatars is full",
        "ENOSPC: no space left on device",
        "mkdir /data/avatars; mount -t tmpfs -o size=64k tmpfs /data/avatars\n",
        environment={"AVATAR_DIR": "/data/avatars"},
        pod=shop("users", **volumes(avatars="claim:/data/avatars")),
    )
    add(
        "avatars-read-only",
        "PermissionDenied",
        "the volume of the avatars is mounted read-only",
        "EROFS: read-only file system",
        "mkdir /data/avatars; mount -t tmpfs -o ro tmpfs /data/avatars\n",
        environment={"AVATAR_DIR": "/data/avatars"},
    )
    add(
        "healthy-with-request-errors",
        "Unknown",
        "requests fail with ENOTFOUND; the service goes on and ends in order",
        "bye",
        meanwhile=asked(3000, 12, "/fail", 1),
        seconds=6,
        pod=shop("users", ports=[{"containerPort": 3000}]),
    )
    return add.scenarios


def nest() -> list[Scenario]:
    add = Table(
        "nestjs", ["node", "nest/dist/main.js"], APP, 15, STRIPE_API_KEY="sk_test_4eC39HqLyjWD"
    )
    ledger = "ledger.shop.svc.cluster.local"
    add(
        "port-conflict",
        "PortConflict",
        "port 3000 is taken",
        "EADDRINUSE",
        hold_port(3000, "::"),
        pod=shop("payments", hostNetwork=True, ports=[{"containerPort": 3000}]),
        captures={"address": ":::3000"},
    )
    add(
        "environment-missing",
        "ConfigurationMissing",
        "a mandatory variable is not set (joi)",
        '"STRIPE_API_KEY" is required',
        command=["env", "-u", "STRIPE_API_KEY", "node", "nest/dist/main.js"],
        pod=shop("payments"),
    )
    add(
        "environment-invalid",
        "ConfigurationInvalid",
        "a variable has a wrong form (joi)",
        "fails to match the required pattern",
        environment={"STRIPE_API_KEY": "changeme"},
    )
    add(
        "provider-missing",
        "ApplicationError",
        "a module does not import what its controller needs",
        "Nest can't resolve dependencies",
        environment={"NO_LEDGER": "1"},
    )
    database = {"WITH_DATABASE": "1", "DATABASE_URL": URL}
    add(
        "database-refused",
        "DependencyNotReady",
        "TypeORM retries and gives up",
        "ECONNREFUSED",
        DB,
        environment=database,
        captures={"host": "10.96.14.7", "port": "5432"},
        pod=shop("payments", env=env(DATABASE_URL=URL)),
    )
    add(
        "database-password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG,
        environment=database | {"DATABASE_URL": URL.replace("correct", "changed")},
    )
    add(
        "database-reached-late",
        "Unknown",
        "TypeORM retries until the database is there",
        "Nest application successfully started",
        PG + STOPPG,
        environment=database | {"DATABASE_ATTEMPTS": "12"},
        running=True,
        meanwhile="sleep 4; " + STARTPG,
        seconds=12,
    )
    add(
        "database-driver-missing",
        "LibraryMissing",
        "the database's driver is not installed",
        "has not been found installed",
        environment=database,
        prepare="mkdir /data/empty; mount --bind /data/empty /srv/node_modules/pg\n",
    )
    add(
        "ledger-refused",
        "DependencyNotReady",
        "the ledger refuses connections; fetch says it in its cause",
        "fetch failed",
        host(ledger, "10.96.14.15"),
        environment={"LEDGER_URL": f"http://{ledger}:9000/health"},
    )
    add(
        "ledger-unavailable",
        "DependencyNotReady",
        "the ledger answers 503",
        "503 Service Unavailable",
        host(ledger, "10.96.14.15") + answering(9000, 503, "starting"),
        environment={"LEDGER_URL": f"http://{ledger}:9000/health"},
    )
    add(
        "ledger-rejects-token",
        "AuthenticationFailed",
        "the ledger answers 401",
        "401 Unauthorized",
        host(ledger, "10.96.14.15") + answering(9000, 401, "no token"),
        environment={"LEDGER_URL": f"http://{ledger}:9000/health"},
    )
    add(
        "ledger-certificate-self-signed",
        "CertificateInvalid",
        "the ledger's certificate is self-signed",
        "self-signed certificate",
        host(RATES, "10.96.14.9") + TLS + HTTPS,
        environment={"LEDGER_URL": f"https://{RATES}:8443/health"},
    )
    add(
        "ledger-reached-late",
        "Unknown",
        "the ledger is there at the third attempt",
        "ledger is reachable",
        host(ledger, "10.96.14.15"),
        environment={"LEDGER_URL": f"http://{ledger}:9000/", "LEDGER_ATTEMPTS": "12"},
        running=True,
        meanwhile="sleep 4; cd /config; python3 -m http.server 9000",
        seconds=9,
    )
    add(
        "healthy",
        "Unknown",
        "serves, a request fails with ETIMEDOUT, ends in order on SIGTERM",
        "closing ledger connections",
        meanwhile=asked(3000, 60, "/payments/$i", 1) + "; " + asked(3000, 2, "/payments/x", 1),
        seconds=8,
        pod=shop("payments", ports=[{"containerPort": 3000}]),
    )
    return add.scenarios


def notifications() -> list[Scenario]:
    add = Table("node-notifications", ["node", "notifications.js"], APP, 14)

    def yaml(text: str) -> str:
        return put("/config/notifications.yaml", text)

    amqp = yaml(f"queue: amqp\nurl: amqp://app:secret@{BROKER}:5672\nretries: 2\n")
    add(
        "queue-refused",
        "DependencyNotReady",
        "RabbitMQ refuses connections",
        "ECONNREFUSED",
        host(BROKER, "10.96.14.12") + amqp,
        captures={"host": "10.96.14.12", "port": "5672"},
        pod=shop("notifications", **volumes(config="config:/config")),
    )
    add(
        "queue-name-unknown",
        "DependencyNotReady",
        "RabbitMQ's name cannot be resolved",
        BROKER,
        amqp,
        seconds=25,
    )
    add(
        "queue-url-invalid",
        "ConfigurationInvalid",
        "the URL's scheme is not of AMQP",
        "Expected amqp: or amqps: as the protocol",
        yaml("queue: amqp\nurl: http://rabbitmq:5672\nretries: 0\n"),
    )
    add(
        "kafka-refused",
        "DependencyNotReady",
        "no Kafka broker answers",
        "KafkaJSNumberOfRetriesExceeded",
        host("kafka-0.kafka", "10.96.14.10")
        + yaml("queue: kafka\nurl: kafka-0.kafka:9092\nretries: 3\n"),
        captures={"host": "kafka-0.kafka", "port": "9092"},
    )
    add(
        "mongodb-refused",
        "DependencyNotReady",
        "MongoDB refuses connections",
        "MongoServerSelectionError",
        host(MONGO, "10.96.14.11") + yaml(f"queue: none\nstore: mongodb://{MONGO}:27017/mails\n"),
    )
    add(
        "mysql-refused",
        "DependencyNotReady",
        "MySQL refuses connections",
        "ECONNREFUSED",
        host(MYSQL, "10.96.14.16")
        + yaml(f"queue: none\nstore: mysql://app:secret@{MYSQL}:3306/mails\n"),
        captures={"host": "10.96.14.16", "port": "3306"},
    )
    add(
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        "ENOENT",
        pod=shop("notifications"),
    )
    add(
        "config-not-yaml",
        "ConfigurationInvalid",
        "a bracket is not closed",
        "YAMLException",
        yaml("queue: [amqp\nurl: amqp://x\n"),
    )
    add(
        "config-value-invalid",
        "ConfigurationInvalid",
        "a value is not allowed (joi)",
        "must be one of",
        yaml("queue: rabbit\nprefetch: many\n"),
        pod=shop("notifications", **volumes(config="config:/config")),
    )
    add(
        "config-key-missing",
        "ConfigurationMissing",
        "a mandatory key is left out (joi)",
        "is required",
        yaml("prefetch: 5\n"),
    )
    add(
        "config-not-readable",
        "PermissionDenied",
        "the configuration belongs to root alone",
        "EACCES",
        yaml("queue: none\n") + "chmod 600 /config/notifications.yaml\n",
        user=65534,
    )
    add(
        "healthy",
        "Unknown",
        "works and ends in order",
        "received SIGTERM, draining",
        yaml("queue: none\n"),
        seconds=9,
    )
    return add.scenarios


def report() -> list[Scenario]:
    add = Table("node-report-job", ["node", "report.js"], APP, 25)

    def node(*arguments: str, **options: str) -> list[str]:
        return [
            "node",
            *(f"--{k.replace('_', '-')}={v}" for k, v in options.items()),
            "report.js",
            *arguments,
        ]

    job = {"restartPolicy": "OnFailure"}
    add(
        "heap-spent",
        "OutOfMemory",
        "the old space is too small",
        "JavaScript heap out of memory",
        command=node("aggregate", "3000000", max_old_space_size="48"),
        pod=shop("report", env=env(NODE_OPTIONS="--max-old-space-size=48"), **job),
    )
    add(
        "memory-limit",
        "OutOfMemory",
        "the kernel kills it at the memory limit",
        "page rendered",
        command=node("buffers", "200"),
        memory_bytes=160 << 20,
        pod=shop("report", resources={"limits": {"memory": "160Mi"}}, **job),
    )
    add(
        "too-many-open-files",
        "FileLimitReached",
        "more parts than nofile allows",
        "EMFILE: too many open files",
        command=node("split", "500"),
        open_files=64,
    )
    add(
        "volume-full",
        "DiskFull",
        "the volume of the reports is full",
        "ENOSPC: no space left on device",
        "mkdir /data/reports; mount -t tmpfs -o size=128k tmpfs /data/reports\n",
        command=node("aggregate", "60000"),
    )
    add(
        "volume-not-writable",
        "PermissionDenied",
        "the volume belongs to root",
        "EACCES: permission denied, mkdir '/data/reports'",
        "chmod 755 /data\n",
        user=65534,
        pod=shop("report", securityContext={"runAsUser": 65534}, **volumes(data="claim:/data")),
    )
    add(
        "lock-held",
        "StaleLock",
        "the lock folder of an earlier instance is still there",
        "Lock file is already being held",
        "mkdir -p /data/reports.lock /data/reports\n",
        command=node("locked"),
        pod=shop("report", **volumes(data="claim:/data"), **job),
    )
    add(
        "lock-of-long-ago",
        "Unknown",
        "the lock of an earlier instance is too old to count; the job does its work",
        "lock taken",
        "mkdir -p /data/reports.lock /data/reports; touch -d '2 days ago' /data/reports.lock\n",
        command=node("locked"),
    )
    add(
        "mode-unknown",
        "ConfigurationInvalid",
        "the argument is no mode of the program",
        "unknown mode",
        command=node("weekly"),
        pod=shop("report", args=["weekly"]),
    )
    add(
        "rates-refused",
        "DependencyNotReady",
        "the rates service refuses connections",
        "ECONNREFUSED",
        host(RATES, "10.96.14.9"),
        command=node("fetch", f"http://{RATES}:9000/rates"),
        captures={"host": "10.96.14.9", "port": "9000"},
    )
    add(
        "rates-timeout",
        "DependencyNotReady",
        "the rates service does not answer in time",
        "request timed out",
        host(RATES, "10.96.14.9") + hold_port(9000),
        command=node("fetch", f"http://{RATES}:9000/rates"),
    )
    add(
        "rates-token-rejected",
        "AuthenticationFailed",
        "the rates service answers 401",
        "401 Unauthorized",
        host(RATES, "10.96.14.9") + answering(9000, 401, "no"),
        command=node("fetch", f"http://{RATES}:9000/rates"),
    )
    add(
        "rates-certificate-self-signed",
        "CertificateInvalid",
        "the rates service's certificate is self-signed",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        host(RATES, "10.96.14.9") + TLS + HTTPS,
        command=node("fetch", f"https://{RATES}:8443/rates"),
    )
    add(
        "rates-certificate-other-name",
        "CertificateInvalid",
        "the rates service's certificate is for another name",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        host("rates.shop.svc", "10.96.14.9") + TLS + HTTPS,
        command=node("fetch", "https://rates.shop.svc:8443/rates"),
        environment={"RATES_CA": "/config/tls/tls.crt"},
    )
    add(
        "completed",
        "Unknown",
        "the job does its work and ends",
        "report written",
        command=node("aggregate", "120000"),
        pod=shop("report", **job),
    )
    return add.scenarios


def relay() -> list[Scenario]:
    add = Table("webhook-relay", ["node", "/srv/relay/index.mjs"], APP, 8)
    good = put(
        "/config/relay.json",
        '{"port": 8085, "targets": [{"name": "billing", "url": "http://billing.shop.svc.cluster.local:8080/hooks"}]}',
    )
    target = host("billing.shop.svc.cluster.local", "10.96.14.20")
    add(
        "port-conflict",
        "PortConflict",
        "port 8085 is taken; the error event is not handled",
        "EADDRINUSE",
        good + hold_port(8085, "::"),
        captures={"address": ":::8085"},
    )
    add(
        "settings-missing",
        "ConfigurationMissing",
        "the settings are not mounted",
        "ENOENT: no such file or directory, open '/config/relay.json'",
        pod=shop("relay", ports=[{"containerPort": 8085}]),
    )
    add(
        "settings-invalid",
        "ConfigurationInvalid",
        "a target's URL is none (zod)",
        "Invalid url",
        put(
            "/config/relay.json",
            '{"port": 8085, "targets": [{"name": "billing", "url": "billing:8080"}, {"name": "crm", "url": "/hooks"}]}',
        ),
    )
    add(
        "settings-key-missing",
        "ConfigurationMissing",
        "the targets are left out (zod)",
        '"received": "undefined"',
        put("/config/relay.json", '{"port": 8085}'),
        pod=shop("relay", **volumes(config="config:/config")),
    )
    add(
        "entry-missing",
        "ExecutableMissing",
        "the entry file has another name",
        "Cannot find module '/srv/relay/server.mjs'",
        command=["node", "/srv/relay/server.mjs"],
    )
    add(
        "package-missing",
        "LibraryMissing",
        "a package of the import list is not installed",
        "ERR_MODULE_NOT_FOUND",
        "sed -i \"s/from 'zod'/from 'zod-config'/\" /srv/relay/index.mjs\n",
    )
    add(
        "plugin-missing",
        "LibraryMissing",
        "a plugin that is imported by name is not installed",
        "Cannot find package",
        good,
        environment={"RELAY_PLUGIN": "@shop/relay-plugin-slack"},
        pod=shop("relay", env=env(RELAY_PLUGIN="@shop/relay-plugin-slack")),
    )
    add(
        "export-missing",
        "LibraryMissing",
        "the installed package has not the export that is imported",
        "does not provide an export named",
        "sed -i \"s/import { z } from 'zod'/import { z, prettifyError } from 'zod'/\" /srv/relay/index.mjs\n",
    )
    add(
        "import-in-commonjs",
        "ApplicationError",
        "an ES module is started as CommonJS",
        "Cannot use import statement outside a module",
        good + "sed -i '/\"type\"/d' /srv/package.json; cp /srv/relay/index.mjs /srv/relay.cjs\n",
        command=["node", "/srv/relay.cjs"],
    )
    add(
        "require-in-module",
        "ApplicationError",
        "require is used in an ES module",
        "require is not defined in ES module scope",
        "echo \"const os = require('os');\" >/srv/relay/main.js\n",
        command=["node", "/srv/relay/main.js"],
    )
    add(
        "key-not-readable",
        "PermissionDenied",
        "the signing key belongs to root alone",
        "EACCES",
        put(
            "/config/relay.json",
            '{"port": 8085, "signingKeyFile": "/config/key", "targets": [{"name": "b", "url": "http://b/h"}]}',
        )
        + "echo k >/config/key; chmod 600 /config/key\n",
        user=65534,
    )
    add(
        "target-refused",
        "DependencyNotReady",
        "a target refuses connections; fetch says it in its cause",
        "ECONNREFUSED",
        good + target,
        environment={"RELAY_PING": "1"},
        captures={"host": "10.96.14.20", "port": "8080"},
    )
    add(
        "target-name-unknown",
        "DependencyNotReady",
        "a target's name cannot be resolved",
        "billing.shop.svc.cluster.local",
        good,
        environment={"RELAY_PING": "1"},
        seconds=25,
    )
    add(
        "healthy",
        "Unknown",
        "deliveries fail and are retried; the relay is stopped in order",
        "delivery failed, will retry",
        good,
        meanwhile=asked(8085, 10, "/boom", 1) + "; " + asked(8085, 30, "/hooks/$i", 1),
        seconds=6,
    )
    return add.scenarios


def database_jobs() -> list[Scenario]:
    knex = Table(
        "knex-migrate-job",
        ["node_modules/.bin/knex", "migrate:latest", "--knexfile", "knexfile.js"],
        APP,
        15,
        DATABASE_URL=URL,
    )
    run = "node_modules/.bin/knex migrate:latest --knexfile knexfile.js >/dev/null 2>&1\n"
    export = f"export DATABASE_URL={URL}\n"
    init = {"restartPolicy": "Never"}
    knex(
        "completed",
        "Unknown",
        "the migrations run and the job ends",
        "Batch 1 run: 2 migrations",
        PG,
    )
    knex(
        "up-to-date",
        "Unknown",
        "there is nothing to do",
        "Already up to date",
        PG + export + run,
        pod=shop("migrate", args=["knex", "migrate:latest"], **init),
    )
    knex(
        "migration-fails",
        "MigrationFailed",
        "the second migration adds a column that is there",
        "already exists",
        PG
        + "sed -i \"s/table.integer('stock')/table.integer('name')/\" /srv/migrations/*stock.js\n",
        pod=shop("migrate", args=["knex", "migrate:latest"], **init),
    )
    knex(
        "migration-locked",
        "MigrationFailed",
        "a killed predecessor left the lock in the table",
        "Migration table is already locked",
        PG + export + run + "psql -d shop -c 'update knex_migrations_lock set is_locked = 1'\n",
    )
    knex(
        "migration-file-removed",
        "MigrationFailed",
        "the database knows a migration that this release does not have",
        "The migration directory is corrupt",
        PG + export + run + "rm /srv/migrations/*stock.js\n",
        pod=shop("migrate"),
    )
    knex(
        "database-refused",
        "DependencyNotReady",
        "the database refuses while migrating",
        "ECONNREFUSED",
        DB,
        captures={"host": "10.96.14.7", "port": "5432"},
    )
    knex(
        "database-password-wrong",
        "AuthenticationFailed",
        "the database rejects the password while migrating",
        "password authentication failed",
        PG,
        environment={"DATABASE_URL": URL.replace("correct", "changed")},
    )
    knex(
        "schema-privilege",
        "PermissionDenied",
        "the role may not create tables",
        "permission denied for schema public",
        PG + "psql -d shop -c 'alter database shop owner to postgres'\n",
    )
    knex(
        "driver-missing",
        "LibraryMissing",
        "the driver of the configured client is not installed",
        "Cannot find module 'better-sqlite3'",
        environment={"DB_CLIENT": "better-sqlite3"},
    )
    knex(
        "folder-missing",
        "ConfigurationMissing",
        "the migrations are not in the image",
        "ENOENT",
        PG,
        environment={"MIGRATIONS": "/srv/db/migrations"},
    )
    sequelize = Table("sequelize", ["node", "sequelize/migrate.js"], APP, 15, DATABASE_URL=URL)
    sequelize(
        "migration-fails",
        "MigrationFailed",
        "rows violate the new column's NOT NULL",
        "contains null values",
        PG
        + "psql -d shop -c 'create table invoices(id int primary key, total int)' -c 'insert into invoices values (1, 2)' -c 'alter table invoices owner to app'"
        ' -c \'create table "SequelizeMeta" (name varchar primary key)\' -c "insert into \\"SequelizeMeta\\" values (\'001-invoices.js\')" -c \'alter table "SequelizeMeta" owner to app\'\n',
        pod=shop("billing"),
    )
    sequelize(
        "database-refused",
        "DependencyNotReady",
        "the database refuses connections",
        "SequelizeConnectionRefusedError",
        DB,
        captures={"host": "10.96.14.7", "port": "5432"},
    )
    sequelize(
        "database-name-unknown",
        "DependencyNotReady",
        "the database's name cannot be resolved",
        DB_HOST,
        seconds=25,
    )
    sequelize(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG,
        environment={"DATABASE_URL": URL.replace("correct", "changed")},
        pod=shop("billing", env=env(DATABASE_URL="postgres://...")),
    )
    sequelize(
        "dialect-driver-missing",
        "LibraryMissing",
        "the dialect's package is not installed",
        "Please install",
        environment={"DATABASE_URL": URL.replace("postgres:", "mssql:", 1)},
    )
    sequelize(
        "port-conflict",
        "PortConflict",
        "the migrations run, then port 8080 is taken",
        "EADDRINUSE",
        PG + hold_port(8080, "::"),
        captures={"address": ":::8080"},
    )
    sequelize(
        "healthy",
        "Unknown",
        "migrates and serves",
        "billing listening on :8080",
        PG,
        running=True,
        seconds=6,
    )
    return knex.scenarios + sequelize.scenarios


def wrappers() -> list[Scenario]:
    npm = Table(
        "npm",
        ["npm", "start"],
        APP,
        12,
        NODE_ENV="production",
        SESSION_SECRET="s3cr3t",
        npm_config_update_notifier="false",
    )
    npm(
        "port-conflict",
        "PortConflict",
        "npm start: port 3000 is taken",
        "EADDRINUSE: address already in use 0.0.0.0:3000",
        hold_port(3000),
        captures={"address": "0.0.0.0:3000"},
        pod=shop("shop-api", command=["npm", "start"], hostNetwork=True),
    )
    npm(
        "script-missing",
        "ConfigurationMissing",
        "package.json has no such script",
        "Missing script",
        command=["npm", "run", "serve"],
        pod=shop("shop-api", command=["npm", "run", "serve"]),
    )
    npm(
        "package-json-missing",
        "ConfigurationMissing",
        "the working folder has no package.json",
        "ENOENT",
        "rm /srv/package.json\n",
    )
    npm(
        "package-json-invalid",
        "ConfigurationInvalid",
        "package.json has a comma too many",
        "EJSONPARSE",
        'sed -i \'s/"private": true,/"private": true,,/\' /srv/package.json\n',
    )
    npm(
        "program-missing",
        "ExecutableMissing",
        "the script's program is a development dependency and was not installed",
        "not found",
        "sed -i 's/node server.js/nest start/' /srv/package.json\n",
    )
    npm(
        "entry-missing",
        "ExecutableMissing",
        "the build output is not in the image",
        "Cannot find module '/srv/dist/main.js'",
        "sed -i 's/node server.js/node dist\\/main.js/' /srv/package.json\n",
    )
    npm(
        "secret-missing",
        "ConfigurationMissing",
        "npm start: SESSION_SECRET is not set",
        "SESSION_SECRET is required",
        environment={"SESSION_SECRET": ""},
    )
    npm(
        "home-not-writable",
        "Unknown",
        "npm cannot write its logs; the service is up all the same",
        "shop-api listening on 3000",
        "chmod 755 /home\n",
        user=65534,
        running=True,
        seconds=7,
    )
    npm(
        "healthy",
        "Unknown",
        "npm start: serves and is ended by SIGTERM",
        "shop-api listening on 3000",
        seconds=7,
        meanwhile=asked(3000, 60, "/products/$i", 1),
    )
    pm2 = Table(
        "pm2",
        ["node_modules/.bin/pm2-runtime", "server.js"],
        APP,
        12,
        SESSION_SECRET="s3cr3t",
        PM2_HOME="/home/.pm2",
    )
    pm2(
        "port-conflict-masked",
        "PortConflict",
        "pm2-runtime starts the service again and again",
        "EADDRINUSE",
        hold_port(3000),
        masked="pm2",
        running=True,
        stop_signal="SIGKILL",
        seconds=9,
        pod=shop("shop-api", command=["pm2-runtime", "server.js"], hostNetwork=True),
        captures={"address": "0.0.0.0:3000"},
    )
    pm2(
        "secret-missing-masked",
        "ConfigurationMissing",
        "pm2-runtime starts the service again and again",
        "SESSION_SECRET is required",
        environment={"SESSION_SECRET": ""},
        masked="pm2",
        running=True,
        stop_signal="SIGKILL",
        seconds=7,
    )
    pm2(
        "database-refused-masked",
        "DependencyNotReady",
        "pm2-runtime starts the service again and again; the database refuses",
        "ECONNREFUSED",
        DB,
        environment={"DATABASE_URL": URL},
        masked="pm2",
        running=True,
        stop_signal="SIGKILL",
        seconds=8,
        pod=shop("shop-api", command=["pm2-runtime", "server.js"]),
    )
    pm2(
        "stale-socket-masked",
        "StaleUnixSocket",
        "pm2-runtime starts the service again and again; a dead socket is in the way",
        "EADDRINUSE",
        stale("/run/app/shop.sock"),
        environment={"LISTEN": "/run/app/shop.sock"},
        masked="pm2",
        running=True,
        stop_signal="SIGKILL",
        seconds=7,
        captures={"path": "/run/app/shop.sock"},
        pod=shop("shop-api", command=["pm2-runtime", "server.js"], **volumes(run="/run/app")),
    )
    pm2(
        "entry-missing",
        "ExecutableMissing",
        "the script is not in the image",
        "Script not found",
        command=["node_modules/.bin/pm2-runtime", "dist/server.js"],
    )
    pm2(
        "healthy",
        "Unknown",
        "serves under pm2-runtime and ends in order",
        "shop-api listening on 3000",
        seconds=7,
        meanwhile=asked(3000, 60, "/products/$i", 1),
    )
    nodemon = Table(
        "nodemon",
        ["node_modules/.bin/nodemon", "--delay", "1", "server.js"],
        APP,
        8,
        SESSION_SECRET="s3cr3t",
    )
    nodemon(
        "secret-missing-masked",
        "ConfigurationMissing",
        "nodemon waits after the crash, so the kubelet sees no death",
        "app crashed - waiting for file changes",
        environment={"SESSION_SECRET": ""},
        masked="nodemon",
        running=True,
        seconds=5,
    )
    nodemon(
        "port-conflict-masked",
        "PortConflict",
        "nodemon waits after the crash; the port is taken",
        "EADDRINUSE",
        hold_port(3000),
        masked="nodemon",
        running=True,
        seconds=5,
        captures={"address": "0.0.0.0:3000"},
        pod=shop("shop-api", command=["nodemon", "server.js"], hostNetwork=True),
    )
    nodemon(
        "dependency-missing-masked",
        "LibraryMissing",
        "nodemon waits after the crash; a module is missing",
        "Cannot find module './lib/retry'",
        "rm /srv/lib/retry.js\n",
        masked="nodemon",
        running=True,
        seconds=5,
    )
    nodemon(
        "healthy",
        "Unknown",
        "serves under nodemon; a file changes and it is started again",
        "restarting due to changes",
        running=True,
        seconds=9,
        meanwhile="sleep 3; touch /srv/lib/config.js",
    )
    ts = Table(
        "ts-node",
        ["node_modules/.bin/ts-node", "-P", "nest/tsconfig.json", "nest/src/main.ts"],
        APP,
        90,
        STRIPE_API_KEY="sk_test_4eC39HqLyjWD",
    )
    ts(
        "type-error",
        "ApplicationError",
        "the source does not compile",
        "TSError",
        "sed -i \"s/const port = process/const wrong: number = 'x';\\n  const port = process/\" nest/src/main.ts\n",
    )
    ts(
        "entry-missing",
        "ExecutableMissing",
        "the entry file is not in the image",
        "Cannot find module",
        command=["node_modules/.bin/ts-node", "src/server.ts"],
    )
    ts(
        "module-missing",
        "LibraryMissing",
        "a module of the program is not in the image",
        "ledger.module",
        "rm nest/src/ledger.module.ts\n",
    )
    return npm.scenarios + pm2.scenarios + nodemon.scenarios + ts.scenarios


def prepare() -> None:
    """Installs the packages of the lock file and compiles the NestJS service."""
    apt(
        "nodejs" if not shutil.which("node") else "curl", "postgresql-15", "redis-server", "openssl"
    )
    prepare_postgres()
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = CACHE / "built"
    if stamp.exists() and stamp.read_text() == digest:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    locked = CACHE / "node_modules/.package-lock.json"
    same = (
        locked.exists()
        and (CACHE / "package-lock.json").read_bytes()
        == (SOURCES / "package-lock.json").read_bytes()
    )
    shutil.copytree(SOURCES, CACHE, dirs_exist_ok=True)
    if not same:
        subprocess.run(
            [
                "nice",
                "npm",
                "ci",
                "--no-audit",
                "--no-fund",
                "--omit=optional",
                "--ignore-scripts",
                "--silent",
            ],
            cwd=CACHE,
            check=True,
        )
    subprocess.run(["node", "node_modules/typescript/bin/tsc", "-p", "nest"], cwd=CACHE, check=True)
    stamp.write_text(digest)


def scenarios() -> list[Scenario]:
    families = (express, fastify, nest, notifications, report, relay, database_jobs, wrappers)
    return [one for family in families for one in family()]


def record(recorder: Recorder) -> None:
    prepare()
    record_all(recorder, scenarios(), SOURCE)
