"""Servers, workers and command lines of sources/node_servers: Koa, Hapi, BullMQ, grammY, Deno and Bun programs,
ready-made npm servers (Node-RED, Parse, PostGraphile, ...), and programs in PHP, Elixir, Erlang and Lua with packages of Debian 12.

Many of them speak tempting words (a bug whose message holds "permission denied", a job that lacks credentials), so that the
engine has to tell what a program died of from what it talks about.
"""

# ruff: noqa: E501 - the tables hold shell lines and situations that are clearer on one line
# fmt: off

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, debian, pod
from .jvm import (
    DB,
    DB_HOST,
    PG,
    REDIS,
    REDIS_HOST,
    REDIS_NAME,
    Table,
    answering,
    asked,
    env,
    prepare_postgres,
)
from .python_programs import host
from .web import Scenario, hold_port, put, record_all, volumes

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "node_servers"
CACHE = Path.home() / ".cache/crashloop-doctor/corpus/node_servers"
BIN = "node_modules/.bin"
URL = f"postgres://app:correct@{DB_HOST}:5432/shop"
TAX = "tax.shop.svc.cluster.local"
APP = host("app-5d8c7f6b9-x2x7k", "10.244.1.23") + (
    f"cp -r {SOURCES}/. /srv/; mkdir -p /srv/node_modules; mount --bind {CACHE}/node_modules /srv/node_modules\nchmod -R a+rX /srv/[a-m]*/ /srv/package.json\n"
)
SMALL = "mkdir -p /data/full; mount -t tmpfs -o size=512k,mode=1777 tmpfs /data/full\n"
KEY = "mkdir -p /config; openssl genrsa -out /config/signing.pem 2048 2>/dev/null; chmod 644 /config/signing.pem\n"


def shop(name: str, **spec: Any) -> dict[str, Any]:
    return pod(name, f"registry.example.com/shop/{name}:2.7.1", **spec)


def koa() -> list[Scenario]:
    add = Table("koa-api", ["node", "koa/server.js"], APP + KEY, 15, SIGNING_KEY_FILE="/config/signing.pem", NODE_ENV="production")
    port = {"ports": [{"containerPort": 8080}]}
    add("port-not-a-port", "ConfigurationInvalid", "PORT holds the tcp:// URL that Kubernetes injects (convict)", "ports must be within range", environment={"PORT": "tcp://10.96.7.7:8080"},
        pod=shop("invoices", env=env(PORT="tcp://10.96.7.7:8080"), **port))
    add("origins-not-urls", "ConfigurationInvalid", "an origin has no scheme (a convict format of the program's own)", "Invalid URL", environment={"CORS_ORIGINS": "shop.example.com"})
    add("origins-not-urls-json", "ConfigurationInvalid", "an environment that convict's enumeration does not have", "must be one of the possible values", environment={"NODE_ENV": "prod", "ON_ERROR": "json"})
    add("file-undeclared-key", "ConfigurationInvalid", "the mounted file has a key that the schema does not have", "not declared in the schema", put("/config/app.json", '{"port": 8080, "databse": {"pool": 9}}'), environment={"CONFIG_FILE": "/config/app.json"})
    add("file-not-json", "ConfigurationInvalid", "the mounted file ends too early", "JSON", put("/config/app.json", '{"port": 8080,'), environment={"CONFIG_FILE": "/config/app.json"},
        pod=shop("invoices", env=env(CONFIG_FILE="/config/app.json"), **volumes(config="config:/config")))
    add("file-missing", "ConfigurationMissing", "the mounted file is not there", "ENOENT", environment={"CONFIG_FILE": "/config/app.json"})
    add("key-file-not-set", "ConfigurationMissing", "SIGNING_KEY_FILE is not set", 'must be of type String', command=["env", "-u", "SIGNING_KEY_FILE", "node", "koa/server.js"])
    add("key-file-not-readable", "PermissionDenied", "the key belongs to root alone", "EACCES", "chmod 600 /config/signing.pem\n", user=65534, environment={"ON_ERROR": "json"})
    add("key-file-empty", "ConfigurationInvalid", "the key's file has an empty line only", "secretOrPrivateKey", "echo >/config/signing.pem\n")
    add("key-too-small", "ConfigurationInvalid", "the key has 1024 bits", "minimum key size", "openssl genrsa -out /config/signing.pem 1024 2>/dev/null\n", environment={"ON_ERROR": "json"})
    add("database-refused", "DependencyNotReady", "the database refuses", "ECONNREFUSED", DB, environment={"DATABASE_URL": URL})
    add("database-password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG, environment={"DATABASE_URL": URL.replace("correct", "changed"), "ON_ERROR": "json"})
    add("database-scheme-wrong", "ConfigurationInvalid", "the URL's host is a second URL", "http", DB, environment={"DATABASE_URL": f"postgres://app:correct@http://{DB_HOST}:5432/shop"})
    add("migration-table-there", "MigrationFailed", "the migration meets a table that exists already", "already exists", PG + "psql -d shop -c 'create table invoices(id int)'\n", environment={"DATABASE_URL": URL})
    add("migration-no-privilege", "PermissionDenied", "the role may not create tables in the schema", "permission denied for schema public", PG + "psql -d shop -c 'revoke all on schema public from public, app' -c 'alter schema public owner to postgres'; psql -d shop -c 'alter database shop owner to postgres'; psql -d shop -c 'grant usage on schema public to app'\n", environment={"DATABASE_URL": URL})
    add("tax-unauthorized", "AuthenticationFailed", "the tax service rejects the API key", "401", host(TAX, "10.96.14.12") + answering(8090, 401, '{"error":"invalid api key"}'), environment={"TAX_URL": f"http://{TAX}:8090", "TAX_API_KEY": "old"})
    add("tax-not-ready", "DependencyNotReady", "the tax service answers 503", "503", host(TAX, "10.96.14.12") + answering(8090, 503, "starting"), environment={"TAX_URL": f"http://{TAX}:8090", "ON_ERROR": "json"})
    add("tax-answer-unusable", "ApplicationError", "the tax service answers something that the program does not expect", "Cannot convert undefined or null to object", host(TAX, "10.96.14.12") + answering(8090, 200, '{"rates": {}}'), environment={"TAX_URL": f"http://{TAX}:8090"},
        pod=shop("invoices", env=env(TAX_URL=f"http://{TAX}:8090"), **port))
    add("templates-disk-full", "DiskFull", "the volume of the templates is full", "ENOSPC", SMALL, environment={"INVOICE_DIR": "/data/full/invoices"})
    add("templates-not-writable", "PermissionDenied", "the volume of the templates belongs to root", "EACCES", "mkdir -m 755 /data/invoices\n", user=65534, environment={"INVOICE_DIR": "/data/invoices/2026", "ON_ERROR": "json"},
        pod=shop("invoices", securityContext={"runAsUser": 65534}, **volumes(data="claim:/data/invoices")))
    for kind, expect, situation in (
        ("undefined-config", "reading 'denied'", "a TypeError whose properties sound like a refusal"),
        ("assert", "AssertionError", "an assertion that speaks of denied cases"),
        ("range", "Invalid array length", "a RangeError"),
        ("invariant", "Invariant failed", "an invariant that speaks of a refused connection"),
        ("stack", "Maximum call stack size exceeded", "endless recursion in a function called configure"),
        ("plain", "status: 'lost'", "something that is no Error is thrown"),
        ("rejected", "undefined", "a promise is rejected without a reason"),
    ):
        add(f"bug-{kind}", "ApplicationError", situation, expect, environment={"BUG": kind})
    add("healthy", "Unknown", "serves; one request fails with tempting words; ends in order", "drained", seconds=7, meanwhile=asked(8080, 20, "/invoices/$i", 1), pod=shop("invoices", **port))
    add("healthy-with-database", "Unknown", "migrates, serves, ends in order", "database ready", PG + "psql -d shop -c 'grant all on schema public to app'\n", environment={"DATABASE_URL": URL}, seconds=8, meanwhile=asked(8080, 20, "/invoices/$i", 1))
    return add.scenarios


HAPI_DEFAULT = put("/config/default.json", '{"server": {"port": 3000, "host": "0.0.0.0"}, "sessions": {"password": "a-password-of-thirty-two-characters!"}}')


def hapi() -> list[Scenario]:
    add = Table("hapi-api", ["node", "hapi/server.js"], APP + HAPI_DEFAULT, 15, NODE_CONFIG_DIR="/config", NODE_ENV="production")
    mongo = "mongodb.shop.svc.cluster.local"
    add("config-folder-missing", "ConfigurationMissing", "no configuration is mounted; the schema finds nothing", "is required", environment={"NODE_CONFIG_DIR": "/etc/booking"})
    add("password-too-short", "ConfigurationInvalid", "the session password is too short (joi)", "length must be at least 32", put("/config/local.json", '{"sessions": {"password": "short"}}'))
    add("several-problems-listed", "ConfigurationInvalid", "joi's messages, listed by the program", "must be a valid port", put("/config/production.json", '{"server": {"port": 123456}, "sessions": {"ttl": 5}}'), environment={"SUMMARY": "1"},
        pod=shop("booking", env=env(SUMMARY="1"), **volumes(config="config:/config")))
    add("key-unknown", "ConfigurationInvalid", "a key that the schema does not allow", "is not allowed", put("/config/production.json", '{"server": {"prot": 3000}}'))
    add("file-broken", "ConfigurationInvalid", "the configuration package cannot parse the mounted file", "Cannot parse config file", put("/config/production.json", '{"server": {"port": 3000,}\n'))
    add("mongo-not-resolved", "DependencyNotReady", "the database's name cannot be resolved", "EAI_AGAIN", put("/config/production.json", f'{{"mongo": {{"uri": "mongodb://{mongo}:27017/booking"}}}}'))
    add("mongo-refused", "DependencyNotReady", "the database refuses", "ECONNREFUSED", host(mongo, "10.96.14.9") + put("/config/production.json", f'{{"mongo": {{"uri": "mongodb://{mongo}:27017/booking"}}}}'))
    add("mongo-option-unknown", "ConfigurationInvalid", "an option that the driver does not know stands in the URI", "not supported", put("/config/production.json", f'{{"mongo": {{"uri": "mongodb://{mongo}:27017/booking?retrywritess=true"}}}}'))
    add("seatmaps-missing", "ConfigurationMissing", "the mounted seat maps are not there", "ENOENT", put("/config/production.json", '{"seatmaps": "/config/seats/halls.json"}'))
    add("seatmaps-without-halls", "ApplicationError", "the program takes a list for granted and dies of a TypeError of its own", "reading 'length'", put("/config/production.json", '{"seatmaps": "/config/halls.json"}') + put("/config/halls.json", "{}"))
    add("export-not-writable", "PermissionDenied", "the export's volume is mounted read-only", "EROFS", "mkdir /data/exports; mount -t tmpfs -o ro tmpfs /data/exports\n" + put("/config/production.json", '{"exportDir": "/data/exports"}'))
    add("port-conflict", "PortConflict", "port 3000 is taken", "EADDRINUSE", hold_port(3000), pod=shop("booking", hostNetwork=True, ports=[{"containerPort": 3000}]))
    add("host-not-ours", "ConfigurationInvalid", "it shall listen on an address that the pod does not have", "EADDRNOTAVAIL", put("/config/production.json", '{"server": {"host": "10.9.8.7"}}'))
    add("healthy", "Unknown", "serves; one seat's request fails with EACCES in its words; ends in order", "server stopped", seconds=7, meanwhile=asked(3000, 12, "/seats/$i", 1))
    return add.scenarios


def bullmq() -> list[Scenario]:
    add = Table("bullmq", ["node", "bullmq/worker.js"], APP + REDIS_NAME, 14, REDIS_URL=f"redis://{REDIS_HOST}:6379")
    rules = {"RULES_FILE": "/config/rules.json"}
    redis = REDIS.format(more="")
    add("url-missing", "ConfigurationMissing", "REDIS_URL is not set (env-var)", "EnvVarError", command=["env", "-u", "REDIS_URL", "node", "bullmq/worker.js"])
    add("url-invalid", "ConfigurationInvalid", "REDIS_URL is no URL (env-var)", "should be a valid URL", environment={"REDIS_URL": REDIS_HOST})
    add("concurrency-invalid", "ConfigurationInvalid", "CONCURRENCY is negative (env-var)", "should be a positive integer", environment={"CONCURRENCY": "-2"}, pod=shop("thumbnailer", env=env(CONCURRENCY="-2")))
    add("mode-invalid", "ConfigurationInvalid", "MODE is none of the allowed (env-var)", "should be one of", environment={"MODE": "thumbs"})
    add("rules-wrong-shape", "ConfigurationInvalid", "the rules are not of the schema (zod)", "ZodError", put("/config/rules.json", '{"version": 1, "queues": [{"name": "", "retries": "3"}], "notify": "ops"}'), environment=rules)
    add("rules-field-missing", "ConfigurationMissing", "a mandatory field of the rules is not there (zod)", "Required", put("/config/rules.json", '{"version": 2}'), environment=rules)
    add("rules-a-folder", "ConfigurationInvalid", "the rules' path is a folder: the ConfigMap was mounted over the file's name", "EISDIR", "mkdir -p /config/rules.json\n", environment=rules, pod=shop("thumbnailer", env=env(**rules), **volumes(rules="config:/config/rules.json")))
    add("rules-not-readable", "PermissionDenied", "the rules belong to root alone", "EACCES", put("/config/rules.json", "{}") + "chmod 600 /config/rules.json\n", environment=rules, user=65534)
    add("converter-missing", "ExecutableMissing", "the converter is not in the image", "ENOENT", environment={"CONVERTER": "vipsthumbnail"})
    add("converter-not-executable", "PermissionDenied", "the converter's file may not be executed", "EACCES", put("/config/bin/magick", "#!/bin/sh\necho 7"), environment={"CONVERTER": "/config/bin/magick"})
    add("converter-fails", "ApplicationError", "the converter is there and fails by itself", "Command failed", put("/config/bin/magick", '#!/bin/sh\necho "magick: internal table is corrupt" >&2; exit 9') + "chmod 755 /config/bin/magick\n", environment={"CONVERTER": "/config/bin/magick"})
    add("spool-full", "DiskFull", "the spool's volume is full; the stream's error is not handled", "ENOSPC", SMALL, environment={"SPOOL_DIR": "/data/full"})
    add("redis-gives-up", "DependencyNotReady", "Redis refuses; the worker gives up", "gone for good", environment={"GIVE_UP": "1"}, pod=shop("thumbnailer", env=env(GIVE_UP="1")))
    add("redis-password-needed", "AuthenticationFailed", "Redis demands a password", "NOAUTH", REDIS.format(more="--requirepass hidden"), pod=shop("thumbnailer"))
    add("redis-password-wrong", "AuthenticationFailed", "Redis rejects the password", "WRONGPASS", REDIS.format(more="--requirepass hidden"), environment={"REDIS_URL": f"redis://default:old@{REDIS_HOST}:6379"})
    add("plugin-missing", "LibraryMissing", "a module that the settings name is not in the image", "Cannot find module", redis, environment={"EXPORT_ENTRY": "@shop/exporter"})
    add("native-module-missing", "LibraryMissing", "a native module has no build for this platform", "msgpackr", redis + put("/srv/bullmq/native.js", "module.exports = process.dlopen(module, '/srv/bullmq/msgpackr_extract.node');"), environment={"EXPORT_ENTRY": "./native.js", "NOTE": "msgpackr"})
    add("healthy-failing-jobs", "Unknown", "works; some jobs fail with tempting words; ends in order", "closing workers", redis, meanwhile="sleep 3; cd /srv; node bullmq/add.js", seconds=8)
    add("redis-late", "Unknown", "Redis refuses at first and is there later", "ready", meanwhile="sleep 2; (redis-server --port 6379 --protected-mode no --save '' >/dev/null 2>&1 &); sleep 3; cd /srv; node bullmq/add.js", running=True, seconds=10)
    return add.scenarios


def telegram() -> list[Scenario]:
    add = Table("telegram-bot", ["node", "telegram/bot.js"], APP + "(python3 telegram/api.py &) ; sleep 0.6\n", 8, BOT_TOKEN="bot", API_ROOT="http://127.0.0.1:8081")
    right = {"BOT_TOKEN": "8123456:AAF-correct"}
    add("token-empty", "ConfigurationMissing", "BOT_TOKEN is empty", "Empty token", environment={"BOT_TOKEN": ""}, pod=pod("bot", "registry.example.com/shop/bot:5"))
    add("token-rejected", "AuthenticationFailed", "the API rejects the token", "401: Unauthorized", environment={"BOT_TOKEN": "8123456:AAF-old"})
    add("token-rejected-wrapped", "AuthenticationFailed", "the API rejects the token; the program says it in its own words", "said no", environment={"BOT_TOKEN": "8123456:AAF-old", "WRAPPED": "1"})
    add("api-not-resolved", "DependencyNotReady", "the API's name cannot be resolved; it tries on until it is killed", "Network request", environment={**right, "API_ROOT": "https://api.telegram.org", "DEBUG": "grammy*"}, seconds=9, stop_signal="SIGKILL")
    add("state-not-writable", "PermissionDenied", "the state's volume belongs to root", "EACCES", "mkdir -m 755 /data/bot\n", environment={**right, "STORAGE_DIR": "/data/bot"}, user=65534)
    add("healthy", "Unknown", "polls, ends in order", "long polling", environment=right, seconds=4)
    return add.scenarios


def deno() -> list[Scenario]:
    run = [f"{BIN}/deno", "run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-write", "deno/main.ts"]
    add = Table("deno-api", run, APP, 10, COOKIE_SECRET="c00kie", NO_COLOR="1", DENO_DIR="/tmp/deno", DENO_NO_UPDATE_CHECK="1")
    settings = {"SETTINGS_FILE": "/config/settings.json"}
    up = {"UPSTREAM_URL": f"http://{TAX}:8090"}
    add("secret-missing", "ConfigurationMissing", "COOKIE_SECRET is not set", "COOKIE_SECRET must be set", environment={"COOKIE_SECRET": ""})
    add("settings-missing", "ConfigurationMissing", "the mounted file is not there", "NotFound", environment=settings)
    add("settings-broken", "ConfigurationInvalid", "the mounted file is no JSON", "SyntaxError", put("/config/settings.json", "port: 8000"), environment=settings)
    add("settings-not-readable", "PermissionDenied", "the mounted file belongs to root alone", "PermissionDenied", put("/config/settings.json", "{}") + "chmod 600 /config/settings.json\n", environment=settings, user=65534)
    add("port-no-number", "ConfigurationInvalid", "PORT is no number", "port", environment={"PORT": "http"})
    add("port-conflict", "PortConflict", "port 8000 is taken", "AddrInUse", hold_port(8000), pod=shop("edge", hostNetwork=True, ports=[{"containerPort": 8000}]))
    add("upstream-refused", "DependencyNotReady", "the upstream refuses", "onnection refused", host(TAX, "10.96.14.12"), environment=up)
    add("upstream-url-without-scheme", "ConfigurationInvalid", "the upstream's URL is none", "Invalid URL", environment={"UPSTREAM_URL": TAX})
    add("upstream-unauthorized", "AuthenticationFailed", "the upstream demands a login", "401", host(TAX, "10.96.14.12") + answering(8090, 401, "Unauthorized"), environment=up)
    add("cache-full", "DiskFull", "the cache's volume is full", "os error 28", SMALL, environment={"CACHE_DIR": "/data/full/c"})
    add("cache-read-only", "PermissionDenied", "the cache's volume is read-only", "os error 30", "mkdir /data/ro; mount -t tmpfs -o ro tmpfs /data/ro\n", environment={"CACHE_DIR": "/data/ro/c"})
    add("rules-module-missing", "LibraryMissing", "a module of the program was not copied into the image", "Module not found", "rm /srv/deno/rules.ts\n")
    add("entry-missing", "ExecutableMissing", "the entry file is not in the image", "Module not found", command=[*run[:-1], "dist/main.ts"])
    add("flag-unknown", "ConfigurationInvalid", "a flag that this version does not know", "unexpected argument", command=[f"{BIN}/deno", "run", "--allow-network", "deno/main.ts"])
    add("bug-syntax", "ApplicationError", "the source has a syntax error", "error: ", "echo 'const x: = 3;' >>/srv/deno/rules.ts\n")
    add("bug-type", "ApplicationError", "a TypeError of the program's own", "TypeError", "sed -i 's/const rules = .*/const rules = (undefined as any).denied.map(String);/' /srv/deno/main.ts\n")
    add("healthy", "Unknown", "serves; one request throws; ends in order", "shutting down", meanwhile=asked(8000, 12, "/item/$i", 1), seconds=7)
    return add.scenarios


def bun() -> list[Scenario]:
    add = Table("bun-api", ["/tmp/bun", "run", "bun/index.ts"], APP + f"cp {CACHE}/node_modules/@oven/bun-linux-x64/bin/bun /tmp/bun; chmod 755 /tmp/bun\n", 8, SESSION_KEY="0123456789abcdef01", NO_COLOR="1")
    mail = {"MAIL_URL": f"http://{TAX}:8090"}
    add("key-missing", "ConfigurationMissing", "SESSION_KEY is not set (zod)", "Required", command=["env", "-u", "SESSION_KEY", "/tmp/bun", "run", "bun/index.ts"])
    add("level-invalid", "ConfigurationInvalid", "LOG_LEVEL is none of the allowed (zod)", "invalid_enum_value", environment={"LOG_LEVEL": "verbose"}, pod=shop("cart-edge", env=env(LOG_LEVEL="verbose")))
    add("port-too-big", "ConfigurationInvalid", "PORT is out of range (zod)", "too_big", environment={"PORT": "80800"})
    add("features-missing", "ConfigurationMissing", "the mounted file is not there", "ENOENT", environment={"FEATURES": "/config/features.json"})
    add("features-broken", "ConfigurationInvalid", "the mounted file is no JSON", "JSON", put("/config/features.json", '{"a": 1'), environment={"FEATURES": "/config/features.json"})
    add("database-not-writable", "PermissionDenied", "the database belongs to root", "readonly database", "sqlite3 /data/cart.sqlite 'create table t(x)' 2>/dev/null || python3 -c 'import sqlite3; c = sqlite3.connect(\"/data/cart.sqlite\"); c.execute(\"create table t(x)\"); c.commit()'; chmod 644 /data/cart.sqlite; chmod 755 /data\n", environment={"DB_FILE": "/data/cart.sqlite"}, user=65534)
    add("database-full", "DiskFull", "the database's volume is full", "disk is full", SMALL, environment={"DB_FILE": "/data/full/cart.sqlite", "FILL": "1"})
    add("table-missing", "MigrationFailed", "the schema has not been migrated", "no such table", environment={"MIGRATED": "1"})
    add("mail-refused", "DependencyNotReady", "the mail service refuses", "onnect", host(TAX, "10.96.14.12"), environment=mail)
    add("mail-unauthorized", "AuthenticationFailed", "the mail service rejects the key", "401", host(TAX, "10.96.14.12") + answering(8090, 401, '{"message":"key revoked"}'), environment=mail)
    add("port-conflict", "PortConflict", "port 3000 is taken", "EADDRINUSE", hold_port(3000), pod=shop("cart-edge", hostNetwork=True, ports=[{"containerPort": 3000}]))
    add("script-missing", "ExecutableMissing", "the entry file is not in the image", "not found", command=["/tmp/bun", "run", "dist/index.js"])
    add("package-missing", "LibraryMissing", "zod is not installed in the image", "zod", "umount /srv/node_modules\n")
    add("bug-type", "ApplicationError", "a TypeError of the program's own", "TypeError", "sed -i 's/^const server = /const first = (process.versions as any).config.missing; const server = /' /srv/bun/index.ts\n")
    add("healthy", "Unknown", "serves; one request throws ENOENT; ends in order", "bye", meanwhile=asked(3000, 12, "/item/$i", 1), seconds=6)
    return add.scenarios


RED = put("/data/red/settings.js", "module.exports = { uiPort: process.env.PORT || 1880, flowFile: 'flows.json', credentialSecret: process.env.RED_SECRET, logging: { console: { level: 'info' } } };")


def ready_made() -> list[Scenario]:
    red = Table("node-red", ["node", "node_modules/node-red/red.js", "--userDir", "/data/red"], APP + RED + "chmod 777 /data/red\n", 14, NODE_RED_ENABLE_SAFE_MODE="false")
    red("settings-syntax-error", "ConfigurationInvalid", "settings.js has a syntax error", "Error loading settings file", put("/data/red/settings.js", "module.exports = {\n  uiPort: 1880\n  flowFile: 'flows.json'\n};"),
        pod=pod("node-red", "nodered/node-red:4.0.9", **volumes(data="claim:/data")))
    red("folder-not-writable", "PermissionDenied", "the volume belongs to root", "EACCES", "rm -rf /data/red; mkdir -m 755 /data/red\n", user=1000, pod=pod("node-red", "nodered/node-red:4.0.9", securityContext={"runAsUser": 1000}, **volumes(data="claim:/data")))
    red("port-conflict", "PortConflict", "port 1880 is taken", "port in use", hold_port(1880), captures={})
    red("https-key-missing", "ConfigurationMissing", "the key of the settings is not mounted", "ENOENT", put("/data/red/settings.js", "module.exports = { uiPort: 1880, https: { key: require('fs').readFileSync('/config/tls/tls.key'), cert: require('fs').readFileSync('/config/tls/tls.crt') } };"))
    red("flows-broken-goes-on", "Unknown", "the flows cannot be decrypted and a node type is missing; it runs all the same", "Waiting for missing types", put("/data/red/flows.json", '[{"id":"a1","type":"tab","label":"x"},{"id":"b2","type":"mqtt-cloud in","z":"a1","wires":[[]]}]'), running=True, seconds=9)
    red("healthy", "Unknown", "runs; ends on SIGTERM", "Started flows", seconds=9, meanwhile=asked(1880, 6, "/", 1))

    pg = f"postgres://app:correct@{DB_HOST}:5432/shop"
    parse = Table("parse-server", [f"{BIN}/parse-server", "--appId", "shop", "--masterKey", "m4ster", "--serverURL", "http://localhost:1337/parse", "--databaseURI", pg], APP, 25)
    base = [f"{BIN}/parse-server", "--appId", "shop", "--serverURL", "http://localhost:1337/parse", "--databaseURI", pg]
    parse("master-key-missing", "ConfigurationMissing", "no master key is given", "masterKey", command=base, pod=pod("parse", "parseplatform/parse-server:7.4.0"))
    parse("option-unknown", "ConfigurationInvalid", "an option that it does not know", "unknown option", command=[*base, "--masterKey", "m", "--databaseURL", pg])
    parse("port-invalid", "ConfigurationInvalid", "the port is no number", "port", command=[*base, "--masterKey", "m", "--port", "http"])
    parse("config-file-missing", "ConfigurationMissing", "the JSON configuration is not mounted", "Cannot find module '/config/parse.json'", command=[f"{BIN}/parse-server", "/config/parse.json"])
    parse("config-file-broken", "ConfigurationInvalid", "the JSON configuration is cut off", "JSON", put("/config/parse.json", '{"appId": "shop",'), command=[f"{BIN}/parse-server", "/config/parse.json"])
    parse("database-refused", "DependencyNotReady", "the database refuses", "ECONNREFUSED", DB)
    parse("database-password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG, command=[*base[:-1], pg.replace("correct", "old"), "--masterKey", "m"])

    graph = Table("postgraphile", [f"{BIN}/postgraphile", "-c", pg, "--port", "5000", "--host", "0.0.0.0"], APP, 12)
    graph("database-refused", "DependencyNotReady", "the database refuses at start; it tries on", "ECONNREFUSED", DB, running=False, seconds=9, pod=pod("graphql", "graphile/postgraphile:4.14.1"))
    graph("password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG, command=[f"{BIN}/postgraphile", "-c", pg.replace("correct", "old"), "--port", "5000"], seconds=9, pod=pod("graphql", "graphile/postgraphile:4.14.1"))
    graph("port-conflict", "PortConflict", "port 5000 is taken", "EADDRINUSE", PG + hold_port(5000))
    graph("plugin-missing", "LibraryMissing", "a plugin of the arguments is not in the image", "Cannot find module", PG, command=[f"{BIN}/postgraphile", "-c", pg, "--append-plugins", "@graphile-contrib/pg-simplify-inflector"])
    graph("option-unknown", "ConfigurationInvalid", "an option that it does not know", "unknown option", command=[f"{BIN}/postgraphile", "-c", pg, "--enhance-graphql"])

    mail = Table("maildev", [f"{BIN}/maildev", "--smtp", "1025", "--web", "1080"], APP, 7)
    mail("folder-not-writable", "PermissionDenied", "the mail directory belongs to root", "EACCES", "mkdir -m 755 /data/mail\n", command=[f"{BIN}/maildev", "--mail-directory", "/data/mail/in"], user=65534)
    mail("healthy", "Unknown", "runs; ends on SIGTERM", "MailDev webapp running", seconds=5)

    prism = Table("prism", [f"{BIN}/prism", "mock", "-h", "0.0.0.0", "/config/openapi.yaml"], APP, 12)
    spec = "openapi: 3.0.3\ninfo: {title: shop, version: '1'}\npaths:\n  /items:\n    get:\n      responses:\n        '200':\n          description: ok\n"
    prism("document-missing", "ConfigurationMissing", "the document is not mounted", "ENOENT")
    prism("document-broken", "ConfigurationInvalid", "the document's YAML is broken", "", put("/config/openapi.yaml", "openapi: 3.0.3\npaths:\n  /items:\n get: [\n"))
    prism("document-no-operations", "ConfigurationInvalid", "the mounted document is none of OpenAPI", "", put("/config/openapi.yaml", "kind: ConfigMap\ndata: {}"))
    prism("port-conflict", "PortConflict", "port 4010 is taken", "EADDRINUSE", put("/config/openapi.yaml", spec) + hold_port(4010))

    bank = Table("mountebank", [f"{BIN}/mb", "start", "--configfile", "/config/imposters.json", "--nologfile", "--pidfile", "/tmp/mb.pid"], APP, 9)
    bank("imposters-missing", "ConfigurationMissing", "the file of imposters is not mounted", "")
    bank("imposters-broken", "ConfigurationInvalid", "the file of imposters is no JSON", "", put("/config/imposters.json", '{"imposters": [ { "port": 4545, } ]}'))
    bank("imposter-protocol-unknown", "ConfigurationInvalid", "an imposter has a protocol that is not known", "protocol", put("/config/imposters.json", '{"imposters": [ { "port": 4545, "protocol": "htttp" } ]}'))
    bank("port-conflict", "PortConflict", "port 2525 is taken", "", put("/config/imposters.json", '{"imposters": []}') + hold_port(2525), pod=pod("mountebank", "bbyars/mountebank:2.9.1", hostNetwork=True, ports=[{"containerPort": 2525}]))
    bank("healthy", "Unknown", "serves imposters; ends in order", "now taking orders", put("/config/imposters.json", '{"imposters": [{"port": 4545, "protocol": "http"}]}'), meanwhile=asked(4545, 4, "/", 1), seconds=6)

    stats = Table("statsd", ["node", "node_modules/statsd/stats.js", "/config/statsd.js"], APP, 5)
    stats("config-missing", "ConfigurationMissing", "the configuration is not mounted", "", pod=pod("statsd", "statsd/statsd:v0.9.0"))
    stats("config-broken", "ConfigurationInvalid", "the configuration is no JavaScript object", "", put("/config/statsd.js", "{ port: 8125, backends: [ './backends/console' ], }}"))
    stats("backend-missing", "LibraryMissing", "a backend of the configuration is not in the image", "", put("/config/statsd.js", "{ port: 8125, backends: ['statsd-influxdb-backend'] }"))
    stats("port-conflict", "PortConflict", "UDP port 8125 is taken", "", put("/config/statsd.js", "{ port: 8125, backends: ['./backends/console'], mgmt_port: 8126 }") + hold_port(8125, kind="DGRAM"), pod=pod("statsd", "statsd/statsd:v0.9.0", hostNetwork=True, ports=[{"containerPort": 8125, "protocol": "UDP"}]))
    stats("healthy", "Unknown", "counts; bad lines are reported", "", put("/config/statsd.js", "{ port: 8125, flushInterval: 1500, dumpMessages: true, backends: ['./backends/console'] }"), meanwhile="sleep 1; for i in 1 2 3; do echo 'shop.denied:x|q' >/dev/udp/127.0.0.1/8125; echo 'shop.ok:1|c' >/dev/udp/127.0.0.1/8125; done", running=True, seconds=4)

    home = Table("homebridge", ["node", f"{BIN}/homebridge", "-U", "/data/hb"], APP + "mkdir -p /data/hb; chmod 777 /data/hb\n", 9)
    home("config-broken", "ConfigurationInvalid", "config.json has a trailing comma", "", put("/data/hb/config.json", '{"bridge": {"name": "HB", "username": "CC:22:3D:E3:CE:30", "port": 51826, "pin": "031-45-154",}}'))
    home("username-invalid", "ConfigurationInvalid", "the bridge's username is no MAC address", "", put("/data/hb/config.json", '{"bridge": {"name": "HB", "username": "homebridge", "port": 51826, "pin": "031-45-154"}}'))
    home("config-not-readable", "PermissionDenied", "config.json belongs to root alone", "EACCES", put("/data/hb/config.json", "{}") + "chmod 600 /data/hb/config.json\n", user=65534)
    home("plugin-missing-goes-on", "Unknown", "a plugin of the configuration is not installed; it says so and runs", "", put("/data/hb/config.json", '{"bridge": {"name": "HB", "username": "CC:22:3D:E3:CE:30", "port": 51826, "pin": "031-45-154"}, "accessories": [{"accessory": "WeMo", "name": "x"}], "platforms": []}'), running=True, seconds=6)

    rc = Table("redis-commander", ["node", "node_modules/redis-commander/bin/redis-commander.js", "--redis-host", REDIS_HOST], APP, 8)
    rc("redis-refused-goes-on", "Unknown", "Redis refuses; the server is up and says so again and again", "ECONNREFUSED", REDIS_NAME, running=True)
    rc("port-conflict", "PortConflict", "port 8081 is taken", "EADDRINUSE", REDIS_NAME + REDIS.format(more="") + hold_port(8081))
    rc("config-broken", "ConfigurationInvalid", "the mounted configuration is no JSON", "", put("/config/local.json", '{"noSave": true,,}'), command=["env", "NODE_CONFIG_DIR=/config", "node", "node_modules/redis-commander/bin/redis-commander.js"])

    probot = Table("probot", [f"{BIN}/probot", "run", "./telegram/app.js"], APP + put("/srv/telegram/app.js", "module.exports = (app) => { app.log.info('app was loaded'); app.on('issues.opened', async () => {}); };"), 9, NODE_ENV="production", NO_SMEE_SETUP="true")
    probot("app-id-missing", "ConfigurationMissing", "the app's number and key are not set", "")
    probot("key-broken", "ConfigurationInvalid", "the private key is no PEM", "", environment={"APP_ID": "12345", "PRIVATE_KEY": "not-a-key", "WEBHOOK_SECRET": "x"})
    probot("key-file-missing", "ConfigurationMissing", "the file of the private key is not mounted", "", environment={"APP_ID": "12345", "PRIVATE_KEY_PATH": "/config/key.pem", "WEBHOOK_SECRET": "x"})
    probot("app-missing", "ExecutableMissing", "the app's file is not in the image", "", command=[f"{BIN}/probot", "run", "/srv/lib/index.js"], environment={"APP_ID": "12345", "PRIVATE_KEY_PATH": "/config/signing.pem", "WEBHOOK_SECRET": "x"}, prepare=KEY)
    probot("healthy", "Unknown", "runs; ends on SIGTERM", "istening on", KEY, environment={"APP_ID": "12345", "PRIVATE_KEY_PATH": "/config/signing.pem", "WEBHOOK_SECRET": "x"}, seconds=6)

    pack = Table("webpack-dev-server", ["webpack", "serve"], APP + "cd /srv/webpack\n", 12)
    in_folder = ["bash", "-c", "cd /srv/webpack && exec ../node_modules/.bin/webpack serve --no-open"]
    pack("config-syntax-error", "ConfigurationInvalid", "the mounted configuration has a syntax error", "SyntaxError", put("/srv/webpack/webpack.config.js", "module.exports = {\n  entry: './src/index.js',,\n};"), command=in_folder)
    pack("config-unknown-property", "ConfigurationInvalid", "the configuration has a property that this version does not know", "unknown property", put("/srv/webpack/webpack.config.js", "module.exports = { mode: 'development', entry: './src/index.js', devServer: { port: 8080, contentBase: './public', disableHostCheck: true } };"), command=in_folder)
    pack("loader-missing", "LibraryMissing", "a plugin that the configuration requires is not installed", "Cannot find module", put("/srv/webpack/webpack.config.js", "const Html = require('html-webpack-plugin');\nmodule.exports = { mode: 'development', plugins: [new Html()] };"), command=in_folder)
    pack("port-conflict", "PortConflict", "port 8080 is taken", "EADDRINUSE", hold_port(8080), command=in_folder, pod=shop("frontend", hostNetwork=True, ports=[{"containerPort": 8080}]))
    pack("compile-error-goes-on", "Unknown", "a module of the frontend does not compile; the server runs", "ERROR in", "rm /srv/webpack/src/cart.js\n", command=in_folder, running=True, seconds=9)
    pack("healthy", "Unknown", "compiles and serves", "compiled", command=in_folder, seconds=9)

    migrate = Table("node-pg-migrate", [f"{BIN}/node-pg-migrate", "up"], APP + "mkdir -p /srv/migrations\n", 15, DATABASE_URL=URL)
    grant = "psql -d shop -c 'grant all on schema public to app'\n"
    migrate("url-missing", "ConfigurationMissing", "DATABASE_URL is not set", "DATABASE_URL", environment={"DATABASE_URL": ""})
    migrate("refused", "DependencyNotReady", "the database refuses", "ECONNREFUSED", DB)
    migrate("password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG, environment={"DATABASE_URL": URL.replace("correct", "old")})
    migrate("table-there", "MigrationFailed", "the migration meets a table that is there already", "already exists", PG + grant + "psql -d shop -c 'create table cart_items(id int)'\n", environment={})
    migrate("order-wrong", "MigrationFailed", "a migration older than the last one was added", "Not run migration", PG + grant + "mv migrations/1700000000001_carts.js /tmp/; sed -i \"s/, references: 'carts'//\" migrations/17*; node_modules/.bin/node-pg-migrate up >/dev/null 2>&1; mv /tmp/1700000000001_carts.js migrations/\n")
    migrate("schema-no-privilege", "PermissionDenied", "the role may not create tables in the schema", "permission denied for schema", PG + "psql -d shop -c 'alter schema public owner to postgres' -c 'revoke all on schema public from public, app' -c 'grant usage on schema public to app'; psql -d postgres -c 'alter database shop owner to postgres'\n")
    migrate("healthy", "Unknown", "migrates and ends", "Migrations complete", PG + grant)

    tables = (red, parse, graph, mail, prism, bank, stats, home, rc, probot, pack, migrate)
    return [one for table in tables for one in table.scenarios]


PHP = f"cp -r {SOURCES}/php /srv/; chmod -R a+rX /srv/php\n"


def php() -> list[Scenario]:
    add = Table("symfony-console", ["php", "php/bin/console", "app:consume", "-vv"], PHP + REDIS_NAME, 7, REDIS_HOST=REDIS_HOST, NO_COLOR="1")
    redis = REDIS.format(more="")
    export = ["php", "php/bin/console", "app:export", "/data/out"]
    migrate = {"command": ["php", "php/bin/console", "app:migrate"], "environment": {"DATABASE_URL": URL}}
    add("host-missing", "ConfigurationMissing", "REDIS_HOST is not set", "Environment variable not found", environment={"REDIS_HOST": ""})
    add("redis-refused", "DependencyNotReady", "Redis refuses", "Connection refused")
    add("redis-not-resolved", "DependencyNotReady", "Redis's name cannot be resolved", "getaddrinfo", environment={"REDIS_HOST": "redis.stage.svc.cluster.local"})
    add("redis-password-needed", "AuthenticationFailed", "Redis demands a password", "NOAUTH", REDIS.format(more="--requirepass hidden"))
    add("redis-password-wrong", "AuthenticationFailed", "Redis rejects the password", "WRONGPASS", REDIS.format(more="--requirepass hidden"), environment={"REDIS_PASSWORD": "old"})
    add("extension-missing", "LibraryMissing", "the redis extension is not loaded", 'Class "Redis" not found', command=["php", "-n", "-d", "extension=mbstring", "php/bin/console", "app:consume"])
    add("env-file-missing", "ConfigurationMissing", "the .env file is not mounted", "Unable to read", environment={"ENV_FILE": "/config/.env"})
    add("env-file-broken", "ConfigurationInvalid", "the .env file has a space in a name", ".env", put("/config/.env", "APP ENV=prod\nREDIS_HOST=x"), environment={"ENV_FILE": "/config/.env"})
    add("command-unknown", "ConfigurationInvalid", "a command that the console does not have", "There are no commands defined", command=["php", "php/bin/console", "messenger:consume", "async"])
    add("argument-missing", "ConfigurationMissing", "a mandatory argument is not given", "Not enough arguments", command=export[:-1])
    add("console-missing", "ExecutableMissing", "the console is not in the image", "Could not open input file", command=["php", "bin/console", "app:consume"])
    add("class-missing", "LibraryMissing", "a class of the program was not copied into the image", "not found", "rm /srv/php/src/Command/Export.php\n")
    add("bug-message", "ApplicationError", "a message without an id ends the consumer; its words sound like a setting", "Required key", redis + "redis-cli rpush orders '{\"i\":4}' >/dev/null\n", environment={"STRICT": "1"})
    add("bug-type", "ApplicationError", "a TypeError: an array was expected", "TypeError", put("/srv/php/items.json", "[]") + "sed -i 's/count(\\$items)/count(null)/' /srv/php/src/Command/Export.php; mkdir /data/out\n", command=export)
    add("bug-parse", "ApplicationError", "a source file has a syntax error", "syntax error", "echo 'public function denied( {' >>/srv/php/src/Command/Migrate.php\n")
    add("export-folder-not-writable", "PermissionDenied", "the export's volume belongs to root", "rmission denied", "mkdir -m 755 /data/out\n", command=export, user=65534, pod=pod("export", "registry.example.com/shop/export:3.4.1", **volumes(out="claim:/data/out")))
    add("export-disk-full", "DiskFull", "the export's volume is full", "failed with errno=28", "mkdir -p /data/out; mount -t tmpfs -o size=64k,mode=1777 tmpfs /data/out\n", command=export)
    add("export-source-missing", "ConfigurationMissing", "the mounted list is not there", "items.json", command=export, environment={"SOURCE": "/config/items.json"}, prepare="mkdir /data/out\n")
    add("export-source-broken", "ConfigurationInvalid", "the mounted list is no JSON", "malformed JSON", put("/config/items.json", "[{]") + "mkdir /data/out\n", command=export, environment={"SOURCE": "/config/items.json"})
    add("export-endpoint-unauthorized", "AuthenticationFailed", "the catalogue demands a login", "401", host(TAX, "10.96.14.12") + answering(8090, 401, "login"), command=export, environment={"ENDPOINT": f"http://{TAX}:8090"})
    add("migrate-url-missing", "ConfigurationMissing", "DATABASE_URL is not set", "not configured", **{**migrate, "environment": {}})
    add("migrate-refused", "DependencyNotReady", "the database refuses", "SQLSTATE[08006]", DB, **migrate)
    add("migrate-password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG, **{**migrate, "environment": {"DATABASE_URL": URL.replace("correct", "old")}})
    add("migrate-no-privilege", "PermissionDenied", "the role may not create tables in the schema", "Insufficient privilege", PG + "psql -d shop -c 'alter schema public owner to postgres' -c 'revoke all on schema public from public, app' -c 'grant usage on schema public to app'; psql -d postgres -c 'alter database shop owner to postgres'\n", **migrate)
    add("migrate-table-there", "MigrationFailed", "the table is there already", "Duplicate table", PG + "psql -d shop -c 'grant all on schema public to app' -c 'create table orders(id int)'\n", **migrate)
    add("healthy", "Unknown", "consumes, drops a bad message, ends in order", "stopped", redis + "redis-cli rpush orders '{\"id\":4}' '{\"i\":5}' '{\"id\":6}' >/dev/null\n", seconds=4)

    composer = Table("composer", ["composer", "--no-interaction", "install", "--no-dev"], "mkdir /srv/app; cd /srv/app\n", 20, COMPOSER_ALLOW_SUPERUSER="1", COMPOSER_HOME="/tmp/composer")
    at = ["--working-dir=/srv/app"]
    inst = ["composer", "--no-interaction", "install", *at]
    composer("file-missing", "ConfigurationMissing", "composer.json is not in the image", "could not find a composer.json", command=inst)
    composer("file-broken", "ConfigurationInvalid", "composer.json is no JSON", "does not contain valid JSON", put("/srv/app/composer.json", '{"require": {"php": ">=8.1",}}'), command=inst)
    composer("registry-unreachable", "DependencyNotReady", "the registry cannot be resolved", "Could not resolve host", put("/srv/app/composer.json", '{"repositories": [{"type": "composer", "url": "https://packages.shop.svc.cluster.local"}, {"packagist.org": false}], "require": {"shop/core": "^2"}}'), command=inst)
    composer("platform-too-old", "LibraryMissing", "the image lacks a PHP extension that the lock file demands", "ext-", put("/srv/app/composer.json", '{"repositories": [{"packagist.org": false}], "require": {"ext-imagick": "*"}}'), command=inst)
    composer("script-fails", "ApplicationError", "a script of the project's own fails", "returned with error code", put("/srv/app/composer.json", '{"repositories": [{"packagist.org": false}], "scripts": {"post-autoload-dump": "echo plan lost; exit 3"}}'), command=inst)
    composer("vendor-not-writable", "PermissionDenied", "the project's volume belongs to root", "", put("/srv/app/composer.json", '{"repositories": [{"packagist.org": false}], "require": {}}') + "chmod 755 /srv/app\n", command=inst, user=65534, environment={"COMPOSER_HOME": "/tmp/c2"})
    composer("healthy", "Unknown", "nothing to install; ends well", "Generating autoload files", put("/srv/app/composer.json", '{"repositories": [{"packagist.org": false}]}'), command=inst)

    wiki = Table("mediawiki", ["php", "/usr/share/mediawiki/maintenance/runJobs.php", "--conf", "/config/LocalSettings.php", "--wait"], "", 12)
    local = '<?php\n$wgSitename = "Shop"; $wgServer = "http://wiki"; $wgDBtype = "postgres"; $wgDBserver = "%s"; $wgDBname = "shop"; $wgDBuser = "app"; $wgDBpassword = "%s"; $wgSecretKey = "k"; $wgDBmwschema = "public"; $wgDBport = 5432;\n'
    wiki("settings-missing", "ConfigurationMissing", "LocalSettings.php is not mounted", "LocalSettings.php")
    wiki("settings-parse-error", "ConfigurationInvalid", "LocalSettings.php has a syntax error", "syntax error", put("/config/LocalSettings.php", '<?php\n$wgSitename = "Shop"\n$wgServer = "x";'))
    wiki("database-refused", "DependencyNotReady", "the database refuses", "annot access the database", DB + put("/config/LocalSettings.php", local % (DB_HOST, "correct")))
    wiki("database-password-wrong", "AuthenticationFailed", "the database rejects the password", "password authentication failed", PG + put("/config/LocalSettings.php", local % (DB_HOST, "old") + "$wgShowExceptionDetails = true; $wgShowHostnames = true;"))
    wiki("option-unknown", "ConfigurationInvalid", "an option that the script does not know", "Unexpected option", DB + put("/config/LocalSettings.php", local % (DB_HOST, "correct")), command=["php", "/usr/share/mediawiki/maintenance/runJobs.php", "--conf", "/config/LocalSettings.php", "--forever"])
    wiki("tables-missing", "MigrationFailed", "the wiki's tables have not been made", "does not exist", PG + put("/config/LocalSettings.php", local % (DB_HOST, "correct") + "$wgShowExceptionDetails = true;"))
    return add.scenarios + composer.scenarios + wiki.scenarios


ERLANG = "mkdir -p /srv/ledger; cp -r " + f"{SOURCES}/erlang/. /srv/ledger/; (cd /srv/ledger; erlc *.erl); chmod -R a+rX /srv/ledger\n"


def others() -> list[Scenario]:
    erl = Table("erlang-release", ["erl", "-noinput", "-pa", "/srv/ledger", "-s", "ledgerd", "main"], ERLANG, 5)
    conf = put("/config/ledger.config", '{journal_dir, "/data"}.')
    erl("config-missing", "ConfigurationMissing", "the configuration is not mounted", "enoent", pod=shop("ledgerd"))
    erl("config-term-broken", "ConfigurationInvalid", "the configuration has no Erlang term", "ledger", put("/config/ledger.config", '{journal_dir "/data"}.'))
    erl("setting-missing", "ConfigurationMissing", "a mandatory setting is not there", "missing_setting", put("/config/ledger.config", "{rate, 5}."))
    erl("port-no-number", "ConfigurationInvalid", "the port is no number", "badarg", conf, environment={"LEDGER_PORT": "tcp://10.96.0.9:7400"})
    erl("port-conflict", "PortConflict", "port 7400 is taken", "eaddrinuse", conf + hold_port(7400), pod=shop("ledgerd", hostNetwork=True, ports=[{"containerPort": 7400}]))
    erl("port-below-1024", "PermissionDenied", "port 400 as nobody", "eacces", conf + "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n", environment={"LEDGER_PORT": "400"}, user=65534)
    erl("journal-not-writable", "PermissionDenied", "the journal's volume belongs to root", "eacces", conf + "chmod 755 /data\n", user=65534)
    erl("journal-disk-full", "DiskFull", "the journal's volume is full", "enospc", SMALL + put("/config/ledger.config", '{journal_dir, "/data/full"}. {preallocate, 40}.'))
    erl("upstream-refused", "DependencyNotReady", "the upstream refuses", "econnrefused", host(TAX, "10.96.14.12") + put("/config/ledger.config", f'{{journal_dir, "/data"}}. {{upstream, {{"{TAX}", 7500}}}}.'))
    erl("upstream-unknown", "DependencyNotReady", "the upstream's name cannot be resolved", "nxdomain", put("/config/ledger.config", '{journal_dir, "/data"}. {upstream, {"ledger-hub.shop.svc.cluster.local", 7500}}.'))
    erl("module-missing", "LibraryMissing", "a module of the application was not copied into the image", "undef", conf + "rm /srv/ledger/ledgerd_journal.beam\n")
    erl("entry-missing", "ExecutableMissing", "the application's start module is not in the image", "undef", conf, command=["erl", "-noinput", "-pa", "/srv/ledger/ebin", "-s", "ledgerd", "main"])
    erl("bug-division", "ApplicationError", "a division by zero in the server kills it again and again", "badarith", put("/config/ledger.config", '{journal_dir, "/data"}. {rate, 0}.'))
    erl("healthy", "Unknown", "runs; ends on SIGTERM", "is up", conf, seconds=3)

    lua = Table("lua-gateway", ["lua5.4", "gateway.lua"], f"cp {SOURCES}/lua/*.lua /srv/; chmod a+r /srv/*.lua\n", 5)
    routes = 'routes = { { prefix = "/" } }'
    cfg = lambda more="": put("/config/gateway.lua", f"return {{ port = 9080, {routes}, {more} }}")  # noqa: E731
    lua("config-missing", "ConfigurationMissing", "the configuration is not mounted", "No such file")
    lua("config-broken", "ConfigurationInvalid", "the configuration has a syntax error", "expected", put("/config/gateway.lua", "return { port = 9080\n routes = {} }"))
    lua("config-not-readable", "PermissionDenied", "the configuration belongs to root alone", "Permission denied", cfg() + "chmod 600 /config/gateway.lua\n", user=65534)
    lua("route-wrong-type", "ConfigurationInvalid", "a route's prefix is a number", "prefix must be a string", put("/config/gateway.lua", "return { port = 9080, routes = { { prefix = 7 } } }"))
    lua("port-conflict", "PortConflict", "port 9080 is taken", "address already in use", cfg() + hold_port(9080), pod=shop("gateway", hostNetwork=True, ports=[{"containerPort": 9080}]))
    lua("upstream-refused", "DependencyNotReady", "the upstream refuses", "connection refused", host(TAX, "10.96.14.12") + cfg(f'upstream = "http://{TAX}:8090"'))
    lua("upstream-unauthorized", "AuthenticationFailed", "the upstream demands a login", "answered 401", host(TAX, "10.96.14.12") + answering(8090, 401, "no") + "sleep 1.5\n" + cfg(f'upstream = "http://{TAX}:8090"'))
    lua("access-log-not-writable", "PermissionDenied", "the folder of the access log belongs to root", "Permission denied", "mkdir -m 755 /data/log\n" + cfg('access_log = "/data/log/access.log"'), user=65534)
    lua("access-log-disk-full", "DiskFull", "the volume of the access log is full", "No space left", SMALL + cfg('access_log = "/data/full/access.log"'))
    lua("library-missing", "LibraryMissing", "luasocket is not in the image", "module 'socket' not found", cfg(), environment={"LUA_PATH": "/srv/?.lua", "LUA_CPATH": "/srv/?.so"})
    lua("own-module-missing", "LibraryMissing", "a module of the program was not copied into the image", "module 'routing' not found", cfg() + "rm /srv/routing.lua\n")
    lua("script-missing", "ExecutableMissing", "the script is not in the image", "cannot open", command=["lua5.4", "/opt/gateway/main.lua"])
    lua("bug-nil", "ApplicationError", "after four requests it indexes nil in a function about keys", "attempt to index a nil value", cfg("quota = 4"), meanwhile="sleep 1; for i in 1 2 3 4 5 6 7 8; do curl -s -m 1 localhost:9080/item/$i; done", seconds=6)
    lua("healthy", "Unknown", "serves; one request fails with tempting words; killed by SIGTERM", "request failed", cfg(), meanwhile="sleep 1; for i in 1 2 3 4 5 6 7 8; do curl -s -m 1 localhost:9080/item/$i; done", seconds=4)

    jab = Table("ejabberd", ["setpriv", "--reuid=ejabberd", "--regid=ejabberd", "--clear-groups", "ejabberdctl", "--spool", "/data/spool", "--logs", "/var/log/ejabberd", "foreground"], "mkdir -p /data/spool /var/log/ejabberd /run/ejabberd; chown ejabberd /data/spool /var/log/ejabberd /run/ejabberd; cp -r /etc/ejabberd /run/ej; rm /run/ej/ejabberd.yml; chmod -R a+rX /run/ej; mount --bind /run/ej /etc/ejabberd\n", 14)
    good = "hosts: [localhost]\nloglevel: info\nlisten:\n  -\n    port: 5222\n    module: ejabberd_c2s\nmodules:\n  mod_roster: {}\n"
    yml = lambda text=good: put("/etc/ejabberd/ejabberd.yml", text)  # noqa: E731
    image = pod("ejabberd", "ghcr.io/processone/ejabberd:23.01", **volumes(config="config:/etc/ejabberd", data="claim:/data"))
    jab("config-missing", "ConfigurationMissing", "ejabberd.yml is not mounted", "", pod=image)
    jab("config-broken", "ConfigurationInvalid", "ejabberd.yml is no YAML", "", yml(good.replace("modules:", "modules")), pod=image)
    jab("option-unknown", "ConfigurationInvalid", "an option that it does not know", "", yml(good + "auth_metod: internal\n"))
    jab("module-unknown", "ConfigurationInvalid", "a module that it does not have", "", yml(good + "  mod_offlin: {}\n"))
    jab("value-invalid", "ConfigurationInvalid", "the log level is none", "", yml(good.replace("info", "loud")))
    jab("port-conflict", "PortConflict", "port 5222 is taken", "eaddrinuse", yml() + hold_port(5222), running=False)
    jab("spool-not-writable", "PermissionDenied", "the spool's volume belongs to root", "", yml() + "chown root /data/spool; chmod 755 /data/spool\n")
    jab("healthy", "Unknown", "runs; ends on SIGTERM", "Start accepting TCP connections", yml(), seconds=9)

    return erl.scenarios + lua.scenarios + jab.scenarios


def more() -> list[Scenario]:
    ex = Table("elixir-release", ["/srv/tickets/bin/tickets", "start"], f"mkdir /srv/tickets; mount --bind {CACHE}/elixir/_build/prod/rel/tickets /srv/tickets\n", 7, TICKETS_SECRET="s3cret", RELEASE_DISTRIBUTION="none", RELEASE_TMP="/tmp")
    gateway = {"GATEWAY_URL": f"http://{TAX}:8090/health"}
    halls = {"HALLS_FILE": "/config/halls.exs"}
    ex("secret-missing", "ConfigurationMissing", "TICKETS_SECRET is not set; config/runtime.exs raises", "TICKETS_SECRET is missing", environment={"TICKETS_SECRET": ""}, command=["env", "-u", "TICKETS_SECRET", "/srv/tickets/bin/tickets", "start"])
    ex("port-of-the-service", "ConfigurationInvalid", "PORT holds the tcp:// URL that Kubernetes injects", "tcp://10.43.11.20:4000", environment={"PORT": "tcp://10.43.11.20:4000"}, pod=shop("tickets", env=env(PORT="tcp://10.43.11.20:4000")))
    ex("mode-unknown", "ConfigurationInvalid", "TICKETS_MODE is no atom that the program knows", "existing atom", environment={"TICKETS_MODE": "maintenence-xyz"})
    ex("halls-missing", "ConfigurationMissing", "the mounted file of halls is not there", "no such file or directory", environment=halls)
    ex("halls-syntax-error", "ConfigurationInvalid", "the mounted file of halls has a syntax error", "halls.exs", put("/config/halls.exs", "[main: 400,\n  garden: }"), environment=halls, pod=shop("tickets", env=env(**halls), **volumes(config="config:/config")))
    ex("store-not-writable", "PermissionDenied", "the store's volume belongs to root", "permission denied", "chmod 755 /data\n", user=65534)
    ex("store-full", "DiskFull", "the store's volume is full", "no space left", SMALL, environment={"STORE_DIR": "/data/full", "BLOCKS": "40"})
    ex("gateway-refused", "DependencyNotReady", "the gateway refuses", "econnrefused", host(TAX, "10.96.14.12"), environment=gateway)
    ex("gateway-not-resolved", "DependencyNotReady", "the gateway's name cannot be resolved", "nxdomain", environment=gateway)
    ex("gateway-unauthorized", "AuthenticationFailed", "the gateway demands a login", "gateway_status", host(TAX, "10.96.14.12") + answering(8090, 401, "no") + "sleep 1\n", environment=gateway)
    ex("gateway-without-host", "ConfigurationInvalid", "the gateway's URL has no scheme, so no host", "GATEWAY_URL has no host", environment={"GATEWAY_URL": "gateway:8090/health"})
    ex("port-conflict", "PortConflict", "port 4100 is taken", "eaddrinuse", hold_port(4100), pod=shop("tickets", hostNetwork=True, ports=[{"containerPort": 4100}]))
    ex("port-below-1024", "PermissionDenied", "port 410 as nobody", "eacces", "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n", environment={"PORT": "410"}, user=65534)
    ex("beam-missing", "LibraryMissing", "a module of the release is not in the image", "Tickets.Store", f"cp -r {CACHE}/elixir/_build/prod/rel/tickets /tmp/t; rm /tmp/t/lib/tickets-*/ebin/Elixir.Tickets.Store.beam; umount /srv/tickets; mount --bind /tmp/t /srv/tickets\n")
    ex("release-missing", "ExecutableMissing", "the release is not where the command looks", "", command=["/bin/sh", "-c", "exec /app/bin/tickets start"])
    ex("bug-enum", "ApplicationError", "a bug whose list holds tempting words kills a server again and again", "Enum.OutOfBoundsError", environment={"REFUND_DAYS": "bug"}, seconds=12)
    ex("healthy", "Unknown", "serves; one connection dies of an error with tempting words; ends in order", "listening on port 4100", meanwhile="sleep 2; for i in 1 2 3 4 5 6 7; do curl -s -m 1 localhost:4100/item/$i; done", seconds=6)

    worker = Table("php-worker", ["php", "worker.php"], f"cp -r {SOURCES}/phpworker/. /srv/; chmod -R a+rX /srv/lib; mkdir /data/out; chmod 777 /data/out\n", 4)
    ini = lambda export="", queue="": put("/config/worker.ini", f"[queue]\npath = /data/queue.db\n{queue}\n[export]\ndir = /data/out\n{export}\n[map]\n0 = id\n1 = price")  # noqa: E731
    job = "php -r '$d = new PDO(\"sqlite:/data/queue.db\"); $d->exec(\"create table jobs(id integer primary key, body text)\"); $d->exec(\"insert into jobs(body) values (\" . $d->quote($argv[1]) . \")\");' '%s'\n"
    worker("ini-missing", "ConfigurationMissing", "worker.ini is not mounted", "No such file", pod=shop("export-worker", command=["php", "worker.php"]))
    worker("ini-syntax-error", "ConfigurationInvalid", "worker.ini has a bracket too many", "syntax error", put("/config/worker.ini", "[queue]\npath = /data/q.db\n[export\ndir = (/data/out"))
    worker("ini-key-missing", "ConfigurationMissing", "worker.ini lacks a key", "worker.ini has no export.dir", put("/config/worker.ini", "[queue]\npath = /data/q.db"))
    worker("ini-not-readable", "PermissionDenied", "worker.ini belongs to root alone", "Permission denied", ini() + "chmod 600 /config/worker.ini\n", user=65534)
    worker("format-unknown", "ConfigurationInvalid", "a format that it cannot write", "only csv and xml", ini("format = parquet"))
    worker("queue-folder-not-writable", "PermissionDenied", "the queue's volume belongs to root", "unable to open database file", ini() + "chmod 755 /data\n", user=65534)
    worker("queue-not-migrated", "MigrationFailed", "the queue has no table", "no such table", ini(queue="create = false"))
    worker("queue-damaged", "ApplicationError", "the queue's file is damaged", "not a database", ini(queue="create = false") + "head -c 8192 /dev/urandom >/data/queue.db\n")
    worker("driver-missing", "LibraryMissing", "the SQLite extension is not in the image", "could not find driver", ini(), command=["php", "-n", "-d", "extension=pdo", "worker.php"])
    worker("own-file-missing", "LibraryMissing", "a file of the program was not copied into the image", "Mapper.php", ini() + "rm /srv/lib/Mapper.php\n")
    worker("lock-held", "StaleLock", "a sibling holds the lock", "another worker already holds", ini("lock = /data/export.lock") + "(flock /data/export.lock sleep 30 &) ; sleep 0.3\n")
    worker("compressor-missing", "ExecutableMissing", "the compressor is not in the image", "not found", ini("compressor = zstd-parallel"))
    worker("compressor-not-executable", "PermissionDenied", "the compressor may not be executed", "Permission denied", ini("compressor = /config/bin/zstd") + put("/config/bin/zstd", "#!/bin/sh") + "chmod 644 /config/bin/zstd\n")
    worker("export-not-writable", "PermissionDenied", "the export's volume belongs to root", "cannot append", ini() + "chmod 755 /data/out; chmod 777 /data\n", user=65534)
    worker("export-full", "DiskFull", "the export's volume is full", "errno=28", ini() + "mount -t tmpfs -o size=128k,mode=1777 tmpfs /data/out\n")
    worker("bug-columns", "ApplicationError", "a job with too few columns kills it", "ValueError", ini() + job % '{"user":"denied","columns":[1]}')
    worker("bug-null", "ApplicationError", "a job without columns kills it by a TypeError", "TypeError", ini() + job % '{"user":"config"}')
    worker("healthy-bad-job", "Unknown", "skips a job with tempting words, ends in order", "stopped on request", ini() + job % '{"columns":[1,2]}')
    return [*ex.scenarios, *worker.scenarios]


NPM = {
    "koa-api": "koa 2.15.3, convict 6.2.4, typeorm 0.3.20, got 11.8.6, jsonwebtoken 9.0.2",
    "hapi-api": "@hapi/hapi 21.3.12, joi 17.13.3, config 3.3.12, mongoose 8.10.1",
    "bullmq": "bullmq 5.41.5, ioredis 5.4.2, env-var 7.5.0, zod 3.24.1",
    "telegram-bot": "grammy 1.35.0",
    "deno-api": "deno 2.5.6",
    "bun-api": "bun 1.2.23, zod 3.24.1",
    "node-red": "node-red 4.0.9",
    "parse-server": "parse-server 7.4.0",
    "postgraphile": "postgraphile 4.14.1",
    "maildev": "maildev 2.2.1",
    "prism": "@stoplight/prism-cli 5.12.0",
    "mountebank": "mountebank 2.9.1",
    "statsd": "statsd 0.9.0",
    "homebridge": "homebridge 1.8.5",
    "redis-commander": "redis-commander 0.9.0",
    "probot": "probot 13.4.4",
    "webpack-dev-server": "webpack 5.98.0, webpack-dev-server 5.2.0",
    "node-pg-migrate": "node-pg-migrate 7.9.1, pg 8.13.1",
}
DEBIAN = {
    "symfony-console": "php-symfony-console",
    "composer": "composer",
    "mediawiki": "mediawiki",
    "erlang-release": "erlang-base",
    "lua-gateway": "lua-socket",
    "ejabberd": "ejabberd",
    "elixir-release": "elixir",
    "php-worker": "php8.2-cli",
}


def prepare() -> None:
    """Installs the packages of package.json, exact versions, and Debian's."""
    apt(
        *DEBIAN.values(), "php8.2-cli", "php8.2-mbstring", "php8.2-xml", "php8.2-pgsql", "php8.2-sqlite3", "php-redis",
        "php-symfony-dotenv", "postgresql-15", "redis-server", "openssl", "lua5.4",
    )
    prepare_postgres()
    shutil.copytree(SOURCES / "elixir", CACHE / "elixir", dirs_exist_ok=True)
    subprocess.run(["nice", "mix", "release", "--quiet", "--overwrite"], cwd=CACHE / "elixir", check=True, env={**os.environ, "MIX_ENV": "prod"})
    wanted = (SOURCES / "package.json").read_text()
    if (CACHE / "installed").exists() and (CACHE / "installed").read_text() == wanted:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOURCES / "package.json", CACHE)
    subprocess.run(
        ["nice", "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--silent"],
        cwd=CACHE, check=True,
    )
    (CACHE / "installed").write_text(wanted)


def scenarios() -> list[Scenario]:
    return [one for family in (koa, hapi, bullmq, telegram, deno, bun, ready_made, php, others, more) for one in family()]


def record(recorder: Recorder) -> None:
    prepare()
    sources = {name: f"npm {packages}, Node 20" for name, packages in NPM.items()}
    sources |= {name: debian(package) for name, package in DEBIAN.items()}
    record_all(recorder, scenarios(), sources)
