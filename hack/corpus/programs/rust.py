"""Rust services built by cargo from sources/rust: axum, actix-web, tonic, sqlx, redis, reqwest, sled, anyhow chains.

The crates are pinned by sources/rust/Cargo.lock.
"""

from __future__ import annotations

import os
import subprocess

from ..recorder import Recorder, apt, pod
from .python_programs import (
    CACHE,
    DB,
    EXPIRED,
    POSTGRES,
    REDIS,
    SOURCES,
    TAKEN,
    Scenario,
    env,
    host,
    record_all,
    traffic,
)

TARGET = CACHE / "rust" / "target"
BEFORE = f"""
mkdir -p /srv/bin; cp {SOURCES}/rust/migrations /srv/ -r
for program in {TARGET}/debug/*; do
  inside=/srv/bin/${{program##*/}}
  [ -f $program ] && [ -x $program ] && touch $inside && mount --bind $program $inside
done
export PATH=$PATH:/srv/bin
"""
STALE = "mkdir -p {folder}; python3 -c \"import socket; socket.socket(1).bind('{path}')\"\n"

URL = "postgres://app:correct@postgres.shop.svc.cluster.local:5432/shop"
ORDERS, LEDGER, CSI = "/srv/bin/orders-api", "/srv/bin/ledger-grpc", "/srv/bin/csi-node-driver"
GATEWAY, SHIPPER, FEATURES = (
    "/srv/bin/session-gateway",
    "/srv/bin/log-shipper",
    "/srv/bin/feature-store",
)
AGENT = "/srv/bin/edge-agent"
JSON = {"LOG_FORMAT": "json"}
SECRET = {"SESSION_SECRET": "0123456789abcdef0123456789abcdef"}

SOURCE = {
    "rust-orders-api": "crates.io axum 0.7, sqlx 0.8, reqwest 0.12, tracing-subscriber 0.3",
    "rust-ledger-grpc": "crates.io tonic 0.12, tokio 1",
    "rust-csi-driver": "crates.io tonic 0.12, anyhow 1, env_logger 0.11",
    "rust-session-gateway": "crates.io actix-web 4, redis 0.27, env_logger 0.11",
    "rust-log-shipper": "crates.io notify 6, config 0.14, anyhow 1, tracing-subscriber 0.3",
    "rust-feature-store": "crates.io sled 0.34, env_logger 0.11",
    "rust-edge-agent": "crates.io reqwest 0.12, tokio 1, tracing-subscriber 0.3",
}


def shipper(text: str) -> str:
    return f"cat >/config/shipper.yaml <<'EOF'\n{text}\nEOF\nmkdir -p /data/logs /data/spool\n"


LOGS = "watch: /data/logs\nspool: /data/spool\n"
CSI_POD = pod(
    "driver", "registry.example.com/csi-node-driver:2.4.1",
    args=["--endpoint=unix:///data/csi/csi.sock"],
    volumeMounts=[{"name": "plugin", "mountPath": "/data/csi"}],
    volumes=[{"name": "plugin", "hostPath": {"path": "/var/lib/kubelet/plugins/csi.example.com"}}],
)  # fmt: skip
CSI_RUN = [CSI, "--endpoint=unix:///data/csi/csi.sock", "--node-id=worker-3"]

SCENARIOS = [
    Scenario(
        "rust-orders-api",
        "database-refused",
        "DependencyNotReady",
        "the database refuses connections five times over; sqlx only says that its pool timed out",
        [ORDERS],
        "pool timed out while waiting for an open connection",
        prepare=DB,
        env={"DATABASE_URL": URL},
        run={"seconds": 25},
    ),
    Scenario(
        "rust-orders-api",
        "database-name-unknown",
        "DependencyNotReady",
        "the database's name cannot be resolved",
        [ORDERS],
        "failed to lookup address information",
        env={"DATABASE_URL": URL, **JSON, "DATABASE_ATTEMPTS": "2"},
        run={"seconds": 12},
    ),
    Scenario(
        "rust-orders-api",
        "database-password",
        "AuthenticationFailed",
        "the database rejects the password",
        [ORDERS],
        "password authentication failed",
        prepare=DB + POSTGRES,
        env={"DATABASE_URL": URL.replace("correct", "old"), "DATABASE_ATTEMPTS": "3"},
    ),
    Scenario(
        "rust-orders-api",
        "migration-modified",
        "MigrationFailed",
        "an applied migration was changed afterwards",
        [ORDERS],
        "has been modified",
        prepare=DB + POSTGRES + f"DATABASE_URL={URL} timeout 3 {ORDERS} >/dev/null || true\n"
        "echo '-- reviewed' >>/srv/migrations/20240110093000_orders.sql\n",
        env={"DATABASE_URL": URL, **JSON},
    ),
    Scenario(
        "rust-orders-api",
        "migration-duplicate-rows",
        "MigrationFailed",
        "a migration's unique constraint meets duplicate rows",
        [ORDERS],
        "could not create unique index",
        prepare=DB + POSTGRES + "mv migrations/20240611141500_unique_customer.sql /run/\n"
        f"DATABASE_URL={URL} timeout 3 {ORDERS} >/dev/null || true\nmv /run/2024*.sql migrations/\n"
        "psql -d shop -c \"insert into orders(customer,total) values ('a',1),('a',2)\"\n",
        env={"DATABASE_URL": URL},
    ),
    Scenario(
        "rust-orders-api",
        "migrations-missing",
        "ConfigurationMissing",
        "the folder with the migrations is not in the image",
        [ORDERS],
        "cannot read migrations from",
        prepare=DB + POSTGRES,
        env={"DATABASE_URL": URL, "MIGRATIONS": "/srv/app/migrations"},
    ),
    Scenario(
        "rust-orders-api",
        "schema-privilege",
        "PermissionDenied",
        "the database user may not create tables",
        [ORDERS],
        "permission denied for schema public",
        prepare=DB + POSTGRES + "psql -c 'alter database shop owner to postgres'\n",
        env={"DATABASE_URL": URL, **JSON},
    ),
    Scenario(
        "rust-orders-api",
        "database-url-invalid",
        "ConfigurationInvalid",
        "the database URL has no scheme",
        [ORDERS],
        "relative URL without a base",
        env={"DATABASE_URL": "postgres.shop.svc/shop", "DATABASE_ATTEMPTS": "1"},
    ),
    Scenario(
        "rust-orders-api",
        "timeout-invalid",
        "ConfigurationInvalid",
        "clap rejects a value from the environment",
        [ORDERS],
        "invalid value '30s'",
        env={"REQUEST_TIMEOUT": "30s"},
        more={
            "pod": pod(
                "orders", "registry.example.com/orders-api:2.4.1", env=env(REQUEST_TIMEOUT="30s")
            )
        },
    ),
    Scenario(
        "rust-orders-api",
        "unknown-flag",
        "ConfigurationInvalid",
        "an argument of an older version",
        [ORDERS, "--bind-address=0.0.0.0:8080"],
        "unexpected argument",
        more={
            "pod": pod(
                "orders",
                "registry.example.com/orders-api:2.4.1",
                args=["--bind-address=0.0.0.0:8080"],
            )
        },
    ),
    Scenario(
        "rust-orders-api",
        "port-taken",
        "PortConflict",
        "the port is taken; the address is in the chain",
        [ORDERS],
        "Address already in use (os error 98)",
        prepare=TAKEN.format(port=8080),
        more={"captures": {"address": "0.0.0.0:8080"}},
    ),
    Scenario(
        "rust-orders-api",
        "port-privileged",
        "PermissionDenied",
        "an unprivileged user may not bind port 443",
        [ORDERS, "--listen-addr", "0.0.0.0:443"],
        "Permission denied (os error 13)",
        env=JSON,
        run={"user": 65534},
    ),
    Scenario(
        "rust-orders-api",
        "payments-certificate",
        "CertificateInvalid",
        "the payment provider's certificate is from an unknown authority",
        [ORDERS],
        "UnknownIssuer",
        prepare="TLS_NAME=payments TLS_DAYS=9\n" + host("payments", "10.96.20.2") + EXPIRED,
        env={"PAYMENTS_URL": "https://payments:8443"},
    ),
    Scenario(
        "rust-orders-api",
        "payments-unauthorized",
        "AuthenticationFailed",
        "the payment provider answers 401",
        [ORDERS],
        "401 Unauthorized",
        prepare=host("payments", "10.96.20.2")
        + "cat >/run/p.py <<'EOF'\nfrom http.server import *\n"
        "class H(BaseHTTPRequestHandler):\n def do_GET(self): self.send_error(401)\n"
        "HTTPServer(('', 8081), H).serve_forever()\nEOF\n(python3 /run/p.py >/dev/null 2>&1 &); sleep 0.5\n",
        env={"PAYMENTS_URL": "http://payments:8081", **JSON},
    ),
    Scenario(
        "rust-orders-api",
        "payments-unavailable",
        "DependencyNotReady",
        "the payment provider answers 503",
        [ORDERS],
        "503 Service Unavailable",
        prepare=host("payments", "10.96.20.2")
        + "cat >/run/p.py <<'EOF'\nfrom http.server import *\n"
        "class H(BaseHTTPRequestHandler):\n def do_GET(self): self.send_error(503)\n"
        "HTTPServer(('', 8081), H).serve_forever()\nEOF\n(python3 /run/p.py >/dev/null 2>&1 &); sleep 0.5\n",
        env={"PAYMENTS_URL": "http://payments:8081"},
    ),
    Scenario(
        "rust-orders-api",
        "database-came-late",
        "Unknown",
        "healthy: two failed attempts, then connected, migrated and listening",
        [ORDERS],
        "listening",
        prepare=DB + POSTGRES + "runuser -u postgres -- pg_ctl -D /data/pg -s -w stop\n"
        "(sleep 2; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -w"
        " -o '-c listen_addresses=*' start >/dev/null 2>&1 &)\n",
        env={"DATABASE_URL": URL, "DATABASE_ATTEMPTS": "9"},
        run={"seconds": 15},
        more={"running": True},
    ),
    Scenario(
        "rust-orders-api",
        "stopped",
        "Unknown",
        "healthy: an orderly stop on SIGTERM",
        [ORDERS],
        "shutting down gracefully",
        env=JSON,
        run={"meanwhile": traffic(8080, 30, "/healthz"), "seconds": 4},
    ),
    Scenario(
        "rust-ledger-grpc",
        "socket-stale",
        "StaleUnixSocket",
        "the socket of the killed instance is on the volume; the message has neither path nor address, the spec has",
        [LEDGER],
        "Address already in use",
        prepare=STALE.format(folder="/run/ledger", path="/run/ledger/ledger.sock"),
        more={
            "captures": {"path": "/run/ledger/ledger.sock"},
            "pod": pod(
                "ledger",
                "registry.example.com/ledger:2.4.1",
                env=env(GRPC_SOCKET="/run/ledger/ledger.sock"),
                volumeMounts=[{"name": "sockets", "mountPath": "/run/ledger"}],
                volumes=[{"name": "sockets", "emptyDir": {}}],
            ),
        },
    ),
    Scenario(
        "rust-ledger-grpc",
        "socket-or-port",
        "AddressInUse",
        "the same message without a spec",
        [LEDGER],
        "Address already in use",
        prepare=STALE.format(folder="/run/ledger", path="/run/ledger/ledger.sock"),
    ),
    Scenario(
        "rust-ledger-grpc",
        "tcp-port-bare",
        "PortConflict",
        "a bare errno 98; the spec has a host port and no volume that can hold a socket",
        [LEDGER],
        "Address already in use",
        prepare=TAKEN.format(port=50051),
        env={"GRPC_ADDR": "0.0.0.0:50051"},
        more={
            "pod": pod(
                "ledger",
                "registry.example.com/ledger:2.4.1",
                hostNetwork=True,
                env=env(GRPC_ADDR="0.0.0.0:50051"),
                ports=[{"containerPort": 50051, "hostPort": 50051}],
            )
        },
    ),
    Scenario(
        "rust-ledger-grpc",
        "socket-forbidden",
        "PermissionDenied",
        "the folder of the socket may not be written",
        [LEDGER],
        "PermissionDenied",
        prepare="install -d -m 755 /data/sockets\n",
        env={"GRPC_SOCKET": "/data/sockets/ledger.sock"},
        run={"user": 65534},
    ),
    Scenario(
        "rust-ledger-grpc",
        "address-invalid",
        "ConfigurationInvalid",
        "the address has no port",
        [LEDGER],
        "AddrParseError",
        env={"GRPC_ADDR": "0.0.0.0"},
    ),
    Scenario(
        "rust-ledger-grpc",
        "stopped",
        "Unknown",
        "healthy: serves on its socket, stopped with SIGTERM",
        [LEDGER],
        "server stopped",
        run={"seconds": 3},
    ),
    Scenario(
        "rust-csi-driver",
        "socket-stale",
        "StaleUnixSocket",
        "the plugin's socket is left on the host's folder",
        CSI_RUN,
        "failed to listen on /data/csi/csi.sock",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock"),
        more={"pod": CSI_POD, "captures": {"path": "/data/csi/csi.sock"}},
    ),
    Scenario(
        "rust-csi-driver",
        "socket-stale-backtrace",
        "StaleUnixSocket",
        "the same with RUST_BACKTRACE=1",
        CSI_RUN,
        "Stack backtrace",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock"),
        env={"RUST_BACKTRACE": "1"},
        more={"captures": {"path": "/data/csi/csi.sock"}},
    ),
    Scenario(
        "rust-csi-driver",
        "socket-stale-removed",
        "Unknown",
        "healthy: it removed the stale socket itself, with a warning",
        [*CSI_RUN, "--remove-stale-socket"],
        "removed stale socket",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock"),
        run={"seconds": 3},
        more={"running": True, "pod": CSI_POD},
    ),
    Scenario(
        "rust-csi-driver",
        "node-id-missing",
        "ConfigurationMissing",
        "neither --node-id nor NODE_ID is given",
        CSI_RUN[:2],
        "required arguments were not provided",
    ),
    Scenario(
        "rust-csi-driver",
        "endpoint-tcp",
        "ConfigurationInvalid",
        "a TCP endpoint is not supported",
        [CSI, "--endpoint=tcp://0.0.0.0:10000", "--node-id=w"],
        "invalid value",
    ),
    Scenario(
        "rust-csi-driver",
        "socket-folder-missing",
        "ConfigurationMissing",
        "the folder of the socket is not mounted",
        CSI_RUN,
        "No such file or directory (os error 2)",
        more={
            "pod": pod(
                "driver",
                "registry.example.com/csi-node-driver:2.4.1",
                args=["--endpoint=unix:///data/csi/csi.sock"],
            )
        },
    ),
    Scenario(
        "rust-csi-driver",
        "state-disk-full",
        "DiskFull",
        "the state's volume is full",
        CSI_RUN,
        "No space left on device (os error 28)",
        prepare="mount -t tmpfs -o size=128k tmpfs /data; mkdir /data/csi\n",
    ),
    Scenario(
        "rust-csi-driver",
        "state-read-only",
        "PermissionDenied",
        "the root file system is read-only and the state folder lies on it",
        CSI_RUN,
        "Read-only file system (os error 30)",
        prepare="mount -t tmpfs -o ro tmpfs /data\n",
        more={
            "pod": pod(
                "driver",
                "registry.example.com/csi-node-driver:2.4.1",
                securityContext={"readOnlyRootFilesystem": True},
            )
        },
    ),
    Scenario(
        "rust-session-gateway",
        "port-taken",
        "PortConflict",
        "actix-web finds its port taken; the log line before has it",
        [GATEWAY],
        "AddrInUse",
        prepare=TAKEN.format(port=8080),
        env=SECRET,
        more={
            "pod": pod(
                "gateway",
                "registry.example.com/session-gateway:2.4.1",
                ports=[{"containerPort": 8080, "hostPort": 8080}],
            )
        },
    ),
    Scenario(
        "rust-session-gateway",
        "secret-missing",
        "ConfigurationMissing",
        "SESSION_SECRET is not set: a panic with expect()",
        [GATEWAY],
        "SESSION_SECRET must be set: NotPresent",
        more={
            "pod": pod(
                "gateway", "registry.example.com/session-gateway:2.4.1", env=env(PORT="8080")
            )
        },
    ),
    Scenario(
        "rust-session-gateway",
        "port-not-a-number",
        "ConfigurationInvalid",
        "PORT holds the service link that Kubernetes makes",
        [GATEWAY],
        "PORT must be a number",
        env={**SECRET, "PORT": "tcp://10.96.8.8:80"},
    ),
    Scenario(
        "rust-session-gateway",
        "redis-refused",
        "DependencyNotReady",
        "redis refuses connections",
        [GATEWAY],
        "Connection refused (os error 111)",
        prepare=host("redis-master.cache", "10.96.3.9"),
        env={**SECRET, "REDIS_URL": "redis://redis-master.cache:6379/"},
    ),
    Scenario(
        "rust-session-gateway",
        "redis-noauth",
        "AuthenticationFailed",
        "redis demands a password",
        [GATEWAY],
        "NOAUTH",
        prepare=host("redis-master.cache", "10.96.3.9") + REDIS.format(more="--requirepass x"),
        env={**SECRET, "REDIS_URL": "redis://redis-master.cache:6379/"},
    ),
    Scenario(
        "rust-session-gateway",
        "redis-loading-acl",
        "PermissionDenied",
        "the redis user lacks the right to run INCR",
        [GATEWAY],
        "NOPERM",
        prepare=host("redis-master.cache", "10.96.3.9")
        + REDIS.format(more="--bind 0.0.0.0 --protected-mode no")
        + "redis-cli acl setuser gw on '>pw' '~*' +@read +ping +client >/dev/null\n",
        env={**SECRET, "REDIS_URL": "redis://gw:pw@redis-master.cache:6379/"},
    ),
    Scenario(
        "rust-session-gateway",
        "served-and-stopped",
        "Unknown",
        "healthy: hundreds of requests and an orderly stop",
        [GATEWAY],
        "SIGTERM received",
        env=SECRET,
        run={"meanwhile": traffic(8080, 300, "/healthz", 1), "seconds": 7},
    ),
    Scenario(
        "rust-log-shipper",
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        [SHIPPER],
        "configuration file",
    ),
    Scenario(
        "rust-log-shipper",
        "config-field-missing",
        "ConfigurationMissing",
        "a mandatory field is not in the configuration",
        [SHIPPER],
        "missing field",
        prepare=shipper("watch: /data/logs"),
    ),
    Scenario(
        "rust-log-shipper",
        "config-type",
        "ConfigurationInvalid",
        "a number is a word",
        [SHIPPER],
        "invalid type",
        prepare=shipper(LOGS + "batch_kib: lots"),
        more={
            "pod": pod(
                "shipper",
                "registry.example.com/log-shipper:2.4.1",
                volumeMounts=[{"name": "config", "mountPath": "/config"}],
                volumes=[{"name": "config", "configMap": {"name": "shipper"}}],
            )
        },
    ),
    Scenario(
        "rust-log-shipper",
        "config-syntax",
        "ConfigurationInvalid",
        "the YAML is broken",
        [SHIPPER],
        "mapping values are not allowed",
        prepare=shipper(LOGS + "  upstream: {host: x\nport: 1"),
        env={"NO_COLOR": "1"},
    ),
    Scenario(
        "rust-log-shipper",
        "spool-locked",
        "StaleLock",
        "another shipper holds the spool's lock",
        [SHIPPER],
        "is locked by another shipper",
        prepare=shipper(LOGS) + "(flock /data/spool/.lock sleep 60 &); sleep 0.2\n",
    ),
    Scenario(
        "rust-log-shipper",
        "spool-full",
        "DiskFull",
        "the spool is full",
        [SHIPPER],
        "No space left on device (os error 28)",
        prepare="mount -t tmpfs -o size=1m tmpfs /data\n" + shipper(LOGS + "batch_kib: 300"),
        more={
            "pod": pod(
                "shipper",
                "registry.example.com/log-shipper:2.4.1",
                volumeMounts=[{"name": "spool", "mountPath": "/data"}],
                volumes=[{"name": "spool", "emptyDir": {"sizeLimit": "1Mi"}}],
            )
        },
    ),
    Scenario(
        "rust-log-shipper",
        "segments-files-spent",
        "FileLimitReached",
        "too many segments are open",
        [SHIPPER],
        "Too many open files (os error 24)",
        prepare=shipper(LOGS + "open_segments: 400"),
        run={"open_files": 64},
    ),
    Scenario(
        "rust-log-shipper",
        "inotify-spent",
        "FileLimitReached",
        "the user's inotify instances are spent",
        [SHIPPER],
        "os error 24",
        prepare=shipper(LOGS)
        + 'chmod 777 /data/*; (setpriv --reuid=64125 --clear-groups python3 -c "import ctypes,time;'
        ' l=ctypes.CDLL(None); [l.inotify_init() for _ in range(600)]; time.sleep(60)" &); sleep 0.6\n',
        env={"NO_COLOR": "1"},
        run={"user": 64125},
    ),
    Scenario(
        "rust-log-shipper",
        "threads-spent",
        "FileLimitReached",
        "no more threads may be started",
        ["bash", "-c", f"ulimit -u 20; exec {SHIPPER}"],
        "Resource temporarily unavailable (os error 11)",
        prepare=shipper(LOGS + "threads: 60") + "chmod 777 /data/*\n",
        run={"user": 64126},
    ),
    Scenario(
        "rust-log-shipper",
        "watch-folder-missing",
        "ConfigurationMissing",
        "the folder to watch is not mounted",
        [SHIPPER],
        "No such file or directory",
        prepare=shipper("watch: /data/pods\nspool: /data/spool"),
    ),
    Scenario(
        "rust-log-shipper",
        "spool-forbidden",
        "PermissionDenied",
        "the spool belongs to another user",
        [SHIPPER],
        "Permission denied (os error 13)",
        prepare=shipper(LOGS) + "chmod 700 /data/spool\n",
        run={"user": 65534},
    ),
    Scenario(
        "rust-log-shipper",
        "upstream-refused",
        "DependencyNotReady",
        "the upstream refuses connections and the shipper gives up",
        [SHIPPER],
        "is unreachable",
        prepare=host("loki.logging", "10.96.40.4")
        + shipper(LOGS + "upstream: {host: loki.logging, port: 3100}"),
        run={"seconds": 12},
        more={"captures": {"host": "loki.logging", "port": "3100"}},
    ),
    Scenario(
        "rust-log-shipper",
        "upstream-later",
        "Unknown",
        "healthy: the upstream was refused at first and then reached",
        [SHIPPER],
        "connected to upstream",
        prepare=host("loki.logging", "10.96.40.4")
        + shipper(LOGS + "upstream: {host: loki.logging, port: 3100}"),
        run={"seconds": 6, "meanwhile": "sleep 1; exec python3 -m http.server 3100"},
        more={"running": True},
    ),
    Scenario(
        "rust-feature-store",
        "database-locked",
        "StaleLock",
        "the database folder's lock is held",
        [FEATURES],
        "could not acquire lock",
        prepare=f"({FEATURES} >/dev/null 2>&1 &); sleep 1\n",
    ),
    Scenario(
        "rust-feature-store",
        "unwrap-none",
        "ApplicationError",
        "unwrap() on None",
        [FEATURES],
        "called `Option::unwrap()` on a `None` value",
        env={"DEFAULT_USER": "user:100000", "RUST_BACKTRACE": "1"},
    ),
    Scenario(
        "rust-feature-store",
        "index-out-of-bounds",
        "ApplicationError",
        "an index out of bounds",
        [FEATURES],
        "index out of bounds",
        env={"DEFAULT_USER": "user:1"},
        more={"pod": pod("features", "registry.example.com/feature-store:2.4.1")},
    ),
    Scenario(
        "rust-feature-store",
        "model-missing",
        "ConfigurationMissing",
        "the model file is not mounted: a panic with os error 2",
        [FEATURES],
        "kind: NotFound",
        env={"MODEL_FILE": "/config/model.json"},
        more={
            "pod": pod(
                "features",
                "registry.example.com/feature-store:2.4.1",
                env=env(MODEL_FILE="/config/model.json"),
            )
        },
    ),
    Scenario(
        "rust-feature-store",
        "warmup-not-a-number",
        "ConfigurationInvalid",
        "WARMUP is not a number",
        [FEATURES],
        "WARMUP: ParseIntError",
        env={"WARMUP": "1k"},
    ),
    Scenario(
        "rust-feature-store",
        "memory-killed",
        "OutOfMemory",
        "the kernel kills it for memory while it fills its cache",
        [FEATURES],
        "cache filled with",
        env={"CACHE_MIB": "900"},
        run={"memory_bytes": 96 << 20, "seconds": 20},
        more={
            "pod": pod(
                "features",
                "registry.example.com/feature-store:2.4.1",
                env=env(CACHE_MIB="900"),
                resources={"limits": {"memory": "96Mi"}},
            )
        },
    ),
    Scenario(
        "rust-feature-store",
        "allocation-failed",
        "OutOfMemory",
        "an address space limit makes an allocation fail",
        ["bash", "-c", f"ulimit -v 400000; exec {FEATURES}"],
        "memory allocation of",
        env={"CACHE_MIB": "900"},
    ),
    Scenario(
        "rust-feature-store",
        "stack-overflow",
        "ApplicationError",
        "endless recursion: the runtime reports a stack overflow and aborts",
        [FEATURES],
        "has overflowed its stack",
        env={"RECURSION": "1"},
        run={"seconds": 10},
    ),
    Scenario(
        "rust-feature-store",
        "plugin-missing",
        "LibraryMissing",
        "the scoring plugin's library is not there",
        [FEATURES],
        "cannot open shared object file",
        env={"PLUGIN": "libscoring.so.2"},
    ),
    Scenario(
        "rust-feature-store",
        "plugin-symbol-missing",
        "LibraryMissing",
        "the plugin is of an older version and lacks a symbol",
        [FEATURES],
        "undefined symbol: score_v2",
        env={"PLUGIN": "libz.so.1"},
    ),
    Scenario(
        "rust-feature-store",
        "recovered-and-ready",
        "Unknown",
        "healthy: the database was recovered after a kill",
        [FEATURES],
        "feature-store ready",
        prepare=f"timeout -s KILL 2 {FEATURES} >/dev/null 2>&1 || true\n",
        run={"seconds": 3},
        more={"running": True},
    ),
    Scenario(
        "rust-edge-agent",
        "settings-fallback-unreachable",
        "SilentFallback",
        "the settings service cannot be read, the built-in upstream is used and is not there",
        [AGENT],
        "falling back to built-in defaults",
        prepare=host("settings.platform.svc", "10.96.66.6"),
        run={"seconds": 9},
    ),
    Scenario(
        "rust-edge-agent",
        "settings-fallback-port",
        "SilentFallback",
        "the settings cannot be read, and the built-in port is taken on the node",
        [AGENT],
        "AddrInUse",
        prepare=host("settings.platform.svc", "10.96.66.6") + TAKEN.format(port=9400),
        env={"NO_COLOR": "1"},
        more={"pod": pod("agent", "registry.example.com/edge-agent:2.4.1", hostNetwork=True)},
    ),
    Scenario(
        "rust-edge-agent",
        "settings-fallback-harmless",
        "Unknown",
        "healthy: the settings could not be read, and the built-in values serve",
        [AGENT],
        "agent is ready",
        prepare=host("settings.platform.svc", "10.96.66.6") + TAKEN.format(port=7400),
        run={"seconds": 3},
        more={"running": True},
    ),
]


def build() -> None:
    """Builds the services when a source is newer than the programs."""
    source = SOURCES / "rust"
    newest = max(
        f.stat().st_mtime for f in source.rglob("*") if f.is_file() and f.name != "Cargo.lock"
    )
    built = TARGET / "debug" / "orders-api"
    if built.exists() and built.stat().st_mtime > newest:
        return
    subprocess.run(
        ["nice", "-n", "10", "cargo", "build", "--quiet", "--bins"],
        cwd=source, env={**os.environ, "CARGO_TARGET_DIR": str(TARGET)}, check=True,
    )  # fmt: skip


def record(recorder: Recorder) -> None:
    apt("redis-server", "postgresql-15", "curl", "openssl")
    build()
    record_all(recorder, SCENARIOS, BEFORE, SOURCE)
