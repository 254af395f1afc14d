"""Ordinary Go services and well-known Go servers, built from the Go module proxy with the local toolchain.

The services of `hack/corpus/sources/golang` use the libraries that people use (net/http, grpc-go, gin, pgx, go-redis,
sarama, zap, zerolog, logrus, slog, klog, viper, golang-migrate, controller-runtime): what fails is the library, and what
is printed is the library's message in the logger's format. The servers (prometheus, caddy, coredns, ...) are the
released modules.
"""

# ruff: noqa: E501 - lines of shell and configuration

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, pod

GO = Path(shutil.which("go") or "/usr/local/go/bin/go")
SOURCES = Path(__file__).resolve().parents[1] / "sources"
BUILT = Path.home() / ".cache" / "crashloop-doctor" / "corpus" / "go"


@dataclass(frozen=True)
class Released:
    """A released Go program: `version` is the module's, `tags` its build tags."""

    name: str
    module: str
    version: str
    package: str = "."
    tags: str = ""
    cgo: bool = False

    @property
    def source(self) -> str:
        return f"Go module {self.module} {self.version}"


SERVERS = {
    server.name: server
    for server in (
        Released("nats-server", "github.com/nats-io/nats-server/v2", "v2.15.2"),
        Released("node_exporter", "github.com/prometheus/node_exporter", "v1.12.1"),
        Released(
            "alertmanager", "github.com/prometheus/alertmanager", "v0.27.0", "./cmd/alertmanager"
        ),
        Released("caddy", "github.com/caddyserver/caddy/v2", "v2.11.9", "./cmd/caddy"),
    )
}


def _go(*words: str, folder: Path, **environment: str) -> str:
    return subprocess.run(
        ["nice", "-n", "10", str(GO), *words],
        cwd=folder,
        env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def released(name: str) -> Path | None:
    """The program's binary, built on the first call; None when the module cannot be had or does not build."""
    server = SERVERS[name]
    binary = BUILT / f"{name}-{server.version}" / name
    if binary.exists():
        return binary
    refused = binary.with_name("refused")
    if refused.exists():
        return None
    binary.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="go-", dir="/var/tmp") as folder:
        place = Path(folder) / name
        try:
            got = json.loads(
                _go(
                    "mod",
                    "download",
                    "-json",
                    f"{server.module}@{server.version}",
                    folder=Path(folder),
                )
            )
            shutil.copytree(got["Dir"], place)
            subprocess.run(["chmod", "-R", "u+w", str(place)], check=True)
            # A module's zip is without its nested modules: a replacement that points to one is dropped.
            for entry in json.loads(_go("mod", "edit", "-json", folder=place)).get("Replace") or []:
                if (
                    entry["New"]["Path"].startswith(".")
                    and not (place / entry["New"]["Path"] / "go.mod").exists()
                ):
                    _go("mod", "edit", f"-dropreplace={entry['Old']['Path']}", folder=place)
            words = [
                "build",
                "-mod=mod",
                "-trimpath",
                "-buildvcs=false",
                "-tags",
                server.tags,
                "-o",
                str(binary),
            ]
            _go(*words, server.package, folder=place, CGO_ENABLED="1" if server.cgo else "0")
        except subprocess.CalledProcessError as fault:
            refused.write_text(f"{fault}\n{fault.stdout or ''}")
            return None
    return binary


def own(name: str, sources: str = "golang", *, cgo: bool = False) -> Path:
    """The binary of `sources/SOURCES/cmd/NAME`, built anew when its sources have changed."""
    folder = SOURCES / sources
    files = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in {".go", ".mod", ".sum"} or p.parent.name == "sql"
    )
    digest = hashlib.sha256()
    for file in files:
        part = file.relative_to(folder).parts
        if part[0] != "cmd" or part[1] == name:
            digest.update(str(file).encode() + b"\0" + file.read_bytes())
    binary = BUILT / f"{name}-{digest.hexdigest()[:12]}" / name
    if not binary.exists():
        for stale in BUILT.glob(f"{name}-" + "[0-9a-f]" * 12):
            shutil.rmtree(stale)
        words = ["build", "-trimpath", "-buildvcs=false", "-o", str(binary), f"./cmd/{name}"]
        _go(*words, folder=folder, CGO_ENABLED="1" if cgo else "0")
    return binary


def at(binary: Path, place: str = "") -> str:
    """Bash for `prepare`: the binary at /srv/NAME, where every user can start it."""
    place = place or f"/srv/{binary.name}"
    return f"touch {place}; mount --bind {shlex.quote(str(binary))} {place}\n"


def together(works: Iterable[Callable[[], object]]) -> None:
    """Does the recordings, which mostly wait, several at a time (each has namespaces of its own)."""
    with ThreadPoolExecutor(max_workers=6) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


@dataclass(frozen=True)
class Scenario:
    """One run of a program: its arguments, or the whole command line (bash) when they begin with `$`."""

    name: str
    args: str
    cause: str
    situation: str
    expect: str = ""
    prepare: str = ""
    meanwhile: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    user: int = 0
    open_files: int = 0
    memory_bytes: int = 0
    seconds: float = 6
    stop: str = "SIGTERM"
    running: bool = False
    pod: dict[str, Any] | None = None
    captures: dict[str, str] = field(default_factory=dict)


def work(
    recorder: Recorder, program: str, binary: Path, source: str, s: Scenario
) -> Callable[[], object]:
    """The recording of a scenario, to be done later."""
    place = f"/srv/{program}"
    command = (
        ["bash", "-c", s.args[1:]] if s.args.startswith("$") else [place, *shlex.split(s.args)]
    )
    described = None
    if s.pod is not None:
        described = pod(program.replace("_", "-"), f"registry.example.com/shop/{program}:stable", **{
            **({} if s.args.startswith("$") or not s.args else {"args": command[1:]}),
            **({"env": [{"name": k, "value": v} for k, v in s.environment.items()]} if s.environment else {}),
            **s.pod,
        })  # fmt: skip
    run = Run(
        command,
        prepare=at(binary, place) + NETWORK + s.prepare,
        meanwhile=s.meanwhile,
        environment=s.environment,
        user=s.user,
        open_files=s.open_files,
        memory_bytes=s.memory_bytes,
        seconds=s.seconds,
        stop_signal=s.stop,
    )
    return partial(
        recorder.record, program, s.name, run, cause=s.cause, situation=s.situation, source=source,
        expect=s.expect, pod=described, captures=s.captures, running=s.running,
    )  # fmt: skip


NETWORK = "ip addr add 10.96.0.0/16 dev lo; ip addr add 10.244.0.0/16 dev lo\n"
HOSTS = """printf '127.0.0.1 localhost\\n10.96.10.5 orders-db orders-db.shop.svc kafka-0.kafka nats redis\\n' >/tmp/hosts
mount --bind /tmp/hosts /etc/hosts
"""
"""Names that resolve; with `dns()` every other name is an NXDOMAIN of the cluster's DNS."""

TAKEN = """python3 -m http.server {0} >/dev/null 2>&1 &
set -- {0}
for i in $(seq 80); do ss -ltn | grep -q ":$1 " && break; sleep 0.1; done
"""

POSTGRES = """mkdir -p /dev/shm; PG=/usr/lib/postgresql/15/bin
install -d -o postgres /data/pg; echo s3cret >/tmp/pw
runuser -u postgres -- $PG/initdb -D /data/pg -A scram-sha-256 --pwfile=/tmp/pw >/dev/null 2>&1
chmod 0644 /tmp/pw
"""
POSTGRES_UP = """export PGPASSWORD=s3cret PGHOST=10.96.10.5 PGUSER=postgres; cd /data
runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -w -l /data/pg/log \\
  -o "-c unix_socket_directories=/tmp -c listen_addresses=10.96.10.5 ${PG_FLAGS:-}" start >/dev/null 2>&1
"""
CLIENTS = "echo 'host all all 0.0.0.0/0 scram-sha-256' >>/data/pg/pg_hba.conf\n"
DATABASE = POSTGRES + CLIENTS + POSTGRES_UP
GOOD = "postgres://postgres:s3cret@orders-db:5432/postgres?sslmode=disable"

CERTIFICATES = """openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=orders-db -addext subjectAltName=DNS:orders-db \\
  -keyout /tmp/tls.key -out /tmp/tls.crt 2>/dev/null; openssl genrsa -out /tmp/other.key 2048 2>/dev/null
chmod 0644 /tmp/*.key
"""


def dns() -> str:
    """Bash that serves the cluster's DNS on 10.96.0.10 with coredns, where every name is unknown."""
    built = sorted((Path.home() / ".cache/crashloop-doctor/bin").glob("coredns-*/coredns"))
    if not built:
        return ""
    return f"""printf '. {{\\n bind 10.96.0.10\\n template ANY ANY {{\\n rcode NXDOMAIN\\n }}\\n}}\\n' >/tmp/Corefile
{built[-1]} -conf /tmp/Corefile >/dev/null 2>&1 &
printf 'search shop.svc.cluster.local svc.cluster.local cluster.local\\nnameserver 10.96.0.10\\noptions ndots:5\\n' >/tmp/resolv
mount --bind /tmp/resolv /etc/resolv.conf
sleep 1
"""


def _config(**values: Any) -> str:
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items())
    return f"cat >/config/orders.yaml <<'END'\n{text}END\n"


VOLUME = {
    "volumeMounts": [{"name": "config", "mountPath": "/config"}],
    "volumes": [{"name": "config", "configMap": {"name": "orders"}}],
}
WEB = {"ports": [{"name": "http", "containerPort": 8080}]}
PROBED = {
    **WEB,
    "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
}
REQUESTS = (
    """sleep 2; for i in $(seq 1 {}); do curl -s -o /dev/null http://127.0.0.1:8080/{}; done"""
)


def orders_api() -> list[Scenario]:
    good = HOSTS + _config(database=GOOD, workers=8)
    return [
        Scenario("config-missing", "", "ConfigurationMissing", "the config map is not mounted",
                 "no such file or directory", pod=WEB),
        Scenario("config-not-yaml", "", "ConfigurationInvalid", "a tab in the YAML file", "yaml:",
                 "printf 'listen: \":8080\"\\ntls:\\n\\tcert: /tls/tls.crt\\n' >/config/orders.yaml", pod={**VOLUME,
                 **WEB}),
        Scenario("config-wrong-type", "", "ConfigurationInvalid", "a number is spelt as a word", "cannot decode",
                 _config(database=GOOD, workers="many")),
        Scenario("config-unreadable", "", "PermissionDenied", "the file belongs to root, the program runs as nobody",
                 "permission denied", _config(database=GOOD) + "chmod 0600 /config/orders.yaml", user=65534,
                 pod={**VOLUME, "securityContext": {"runAsUser": 65534}}),
        Scenario("database-not-set", "", "ConfigurationMissing", "neither file nor environment names the database",
                 "is not set", _config(workers=2)),
        Scenario("database-url-invalid", "", "ConfigurationInvalid", "the port of the database URL is not a number",
                 "invalid database URL", _config(),
                 environment={"ORDERS_DATABASE": "postgres://app:x@orders-db:port/app"},
                 pod=WEB),
        Scenario("database-refused", "", "DependencyNotReady", "nothing listens on the database's port",
                 "connection refused", HOSTS + _config(database=GOOD, retries=4),
                 captures={"host": "10.96.10.5", "port": "5432"}, pod=PROBED),
        Scenario("database-unknown-host", "", "DependencyNotReady", "the database's service does not exist (yet)",
                 "no such host", dns() + _config(database=GOOD.replace("orders-db", "orders-db-rw"))),
        Scenario("database-hangs", "", "DependencyNotReady", "the database accepts and never answers", "deadline",
                 HOSTS + _config(database=GOOD, timeout="2s", retries=2)
                 + "python3 -c 'import socket,time; s=socket.socket(); s.bind((\"10.96.10.5\",5432)); s.listen();"
                 " time.sleep(60)' & sleep 1", seconds=9, environment={"ORDERS_LOG_FORMAT": "console"}),
        Scenario("database-password", "", "AuthenticationFailed", "the secret has an old password",
                 "password authentication failed", DATABASE + HOSTS + _config(database=GOOD.replace("s3cret", "old")),
                 pod=WEB),
        Scenario("database-not-allowed", "", "AuthenticationFailed", "pg_hba.conf has no entry for the pod's address",
                 "no pg_hba.conf entry", POSTGRES + POSTGRES_UP.replace("-w -l", "-l") + "sleep 2\n" + good),
        Scenario("table-privilege", "", "PermissionDenied", "the login works, the privilege on the table is missing",
                 "42501", DATABASE + "psql -qc 'create table orders(id int)' -c \"create user app password 'x1'\"\n"
                 + HOSTS + _config(database=GOOD.replace("postgres:s3cret", "app:x1"), query="select * from orders")),
        Scenario("database-certificate", "", "CertificateInvalid", "the database's certificate is self-signed",
                 "certificate", CERTIFICATES + POSTGRES + "cp /tmp/tls.* /data/pg/; chown postgres /data/pg/tls.*;"
                 " chmod 0600 /data/pg/tls.key; PG_FLAGS='-c ssl=on -c ssl_cert_file=tls.crt -c ssl_key_file=tls.key'\n"
                 + CLIENTS + POSTGRES_UP + HOSTS + _config(database=GOOD.replace("disable", "verify-full"))),
        Scenario("key-mismatch", "", "CertificateInvalid", "certificate and key do not belong together",
                 "private key does not match", DATABASE + CERTIFICATES + HOSTS
                 + _config(database=GOOD, tls={"cert": "/tmp/tls.crt", "key": "/tmp/other.key"})),
        Scenario("tls-secret-missing", "", "ConfigurationMissing", "the certificate's secret is not mounted",
                 "no such file or directory", DATABASE + HOSTS
                 + _config(database=GOOD, tls={"cert": "/etc/tls/tls.crt", "key": "/etc/tls/tls.key"}), pod=WEB),
        Scenario("port-conflict", "", "PortConflict", "port 8080 is taken; console logger",
                 "address already in use", DATABASE + TAKEN.format(8080) + good,
                 environment={"ORDERS_LOG_FORMAT": "console"}, pod={**WEB, "hostNetwork": True}),
        Scenario("port-80-as-nobody", "", "PermissionDenied", "a port below 1024 without the capability",
                 "permission denied", DATABASE + HOSTS + _config(database=GOOD, listen=":80"), user=65534,
                 pod={"ports": [{"containerPort": 80}], "securityContext": {"runAsUser": 65534}}),
        Scenario("listen-unknown-address", "", "ConfigurationInvalid", "the address to listen on is not the machine's",
                 "cannot assign requested address", DATABASE + HOSTS + _config(database=GOOD, listen="192.0.2.7:8080")),
        Scenario("healthy-after-retries", "", "Unknown", "the database starts later; three refusals, then serving",
                 "listening", POSTGRES + CLIENTS + HOSTS + _config(database=GOOD, retries=20),
                 "sleep 3\n" + POSTGRES_UP + REQUESTS.format(40, "orders/7"), seconds=9, running=True, pod=PROBED),
        Scenario("healthy-traffic-then-sigterm", "", "Unknown",
                 "400 requests, some not found, some recovered panics, then an orderly stop", "Recovery",
                 DATABASE + good,
                 REQUESTS.format(300, "orders/7") + ";" + REQUESTS.format(40, "orders/0") + ";"
                 + REQUESTS.format(2, "export"), seconds=10, pod=PROBED),
        Scenario("killed-from-outside", "", "Unknown", "a calm log, killed with SIGKILL from outside", "listening",
                 DATABASE + good, REQUESTS.format(100, "orders/7"), seconds=7, stop="SIGKILL"),
    ]  # fmt: skip


def session_cache() -> list[Scenario]:
    at_redis = {"REDIS_ADDR": "redis:6379"}
    up = "redis-server --bind 10.96.10.5 --port 6379 --save '' --protected-mode no {} >/dev/null 2>&1 & sleep 1\n"
    return [
        Scenario("address-not-set", "", "ConfigurationMissing", "a required variable is missing",
                 "required key REDIS_ADDR missing value", pod=WEB),
        Scenario("port-not-a-number", "", "ConfigurationInvalid", "PORT was overwritten by a service link",
                 "assigning PORT", environment={**at_redis, "PORT": "tcp://10.96.3.8:8080"}, pod=WEB),
        Scenario("redis-refused", "", "DependencyNotReady", "redis is not up", "connection refused", HOSTS,
                 environment=at_redis, captures={"host": "10.96.10.5", "port": "6379"}),
        Scenario("redis-refused-console", "", "DependencyNotReady", "redis is not up; coloured console logger",
                 "connection refused", HOSTS, environment={**at_redis, "LOG_CONSOLE": "1"}, pod=WEB,
                 captures={"host": "10.96.10.5", "port": "6379"}),
        Scenario("redis-unknown-host", "", "DependencyNotReady", "the service has no such name", "no such host", dns(),
                 environment={"REDIS_ADDR": "redis-master:6379"}),
        Scenario("redis-noauth", "", "AuthenticationFailed", "redis demands a password", "NOAUTH",
                 HOSTS + up.format("--requirepass x"), environment=at_redis),
        Scenario("redis-wrongpass", "", "AuthenticationFailed", "redis rejects the password", "WRONGPASS",
                 HOSTS + up.format("--requirepass x"), environment={**at_redis, "REDIS_PASSWORD": "y",
                 "LOG_CONSOLE": "1"}),
        Scenario("ca-file-missing", "", "ConfigurationMissing", "the CA's file is not mounted", "no such file", HOSTS,
                 environment={**at_redis, "REDIS_CA_FILE": "/etc/redis/ca.crt"}),
        Scenario("ca-file-empty", "", "CertificateInvalid", "the CA's file holds no certificate",
                 "no certificate found",
                 HOSTS + "echo pending >/config/ca.crt", environment={**at_redis, "REDIS_CA_FILE": "/config/ca.crt"}),
        Scenario("redis-certificate", "", "CertificateInvalid", "the certificate of redis is for another name",
                 "x509", HOSTS + CERTIFICATES + "cp /tmp/tls.crt /tmp/server.crt; cp /tmp/tls.key /tmp/server.key\n"
                 + CERTIFICATES + "redis-server --bind 10.96.10.5 --port 0 --tls-port 6379 --tls-cert-file /tmp/server.crt"
                 " --tls-key-file /tmp/server.key --tls-auth-clients no --save '' >/dev/null 2>&1 & sleep 1",
                 environment={**at_redis, "REDIS_CA_FILE": "/tmp/tls.crt"}),
        Scenario("port-conflict", "", "PortConflict", "echo cannot bind its port", "address already in use",
                 HOSTS + up.format("") + TAKEN.format(8080), environment=at_redis, pod=WEB),
        Scenario("listen-without-colon", "", "ConfigurationInvalid", "the address lacks its colon",
                 "missing port in address",
                 HOSTS + up.format(""), environment={**at_redis, "LISTEN": "8080"}),
        Scenario("healthy-after-retries", "", "Unknown", "redis refuses twice and is up then", "http server started",
                 HOSTS,
                 "sleep 1.5; " + up.format("") + REQUESTS.format(50, "sessions/abc"),
                 environment={**at_redis, "REDIS_CONNECT_RETRIES": "20"}, running=True, seconds=8, pod=PROBED),
        Scenario("healthy-console", "", "Unknown", "serves; sessions are not found", "http server started",
                 HOSTS + up.format(""), REQUESTS.format(120, "sessions/abc"),
                 environment={**at_redis, "LOG_CONSOLE": "1"}, running=True),
    ]  # fmt: skip


def events_consumer() -> list[Scenario]:
    base = {"KAFKA_VERSION": "3.6.0", "KAFKA_BROKERS": "kafka-0.kafka:9092"}
    return [
        Scenario("brokers-refused", "", "DependencyNotReady", "no broker is up", "run out of available brokers", HOSTS,
                 environment=base, captures={"host": "10.96.10.5", "port": "9092"}, pod={}),
        Scenario("brokers-refused-json", "", "DependencyNotReady", "no broker is up; JSON",
                 "run out of available brokers",
                 HOSTS, environment={**base, "LOG_FORMAT": "json"}),
        Scenario("brokers-unknown-colour", "", "DependencyNotReady", "the brokers' names are unknown; coloured text",
                 "no such host", dns(), environment={**base, "LOG_COLOR": "1", "KAFKA_BROKERS": "kafka-1.kafka:9092"}),
        Scenario("broker-is-a-url", "", "ConfigurationInvalid", "the broker is given as a URL", "too many colons",
                 HOSTS, environment={**base, "KAFKA_BROKERS": "http://kafka-0.kafka:9092"}),
        Scenario("version-invalid", "", "ConfigurationInvalid", "the Kafka version is no version", "invalid version",
                 environment={**base, "KAFKA_VERSION": "latest"}, pod={}),
    ]  # fmt: skip


def events_relay() -> list[Scenario]:
    nats = released("nats-server")
    server = f"{nats} -a 10.96.10.5 {{}} >/dev/null 2>&1 & sleep 1\n"
    source = {"SOURCE_URL": "nats://nats:4222"}
    return [
        Scenario("rabbitmq-refused", "", "DependencyNotReady", "RabbitMQ is not up; slog text", "connection refused",
                 HOSTS,
                 environment={"SOURCE_URL": "amqp://relay:x@redis:5672/"}, captures={"host": "10.96.10.5",
                 "port": "5672"}),
        Scenario("rabbitmq-scheme", "", "ConfigurationInvalid", "the URL's scheme is not AMQP's",
                 "AMQP scheme must be", environment={"SOURCE_URL": "amqp+tls://relay:x@redis:5672/"}),
        Scenario("nats-refused-json", "", "DependencyNotReady", "NATS is not up; slog JSON", "no servers available",
                 HOSTS,
                 environment={**source, "LOG_FORMAT": "json"}, pod={}),
        Scenario("nats-authorization", "", "AuthenticationFailed", "NATS wants a user", "Authorization Violation",
                 HOSTS + server.format("--user a --pass b"), environment=source, pod={}),
        Scenario("nats-lost", "", "DependencyNotReady", "NATS goes away for good while relaying",
                 "nats connection closed",
                 HOSTS + server.format("") + "echo $! >/tmp/nats.pid", "sleep 3; kill -9 $(cat /tmp/nats.pid)",
                 environment=source, seconds=14),
        Scenario("nats-reconnected", "", "Unknown", "NATS restarts, the client reconnects and goes on",
                 "nats reconnected",
                 HOSTS + server.format("") + "echo $! >/tmp/nats.pid",
                 "sleep 2; kill -9 $(cat /tmp/nats.pid); " + server.format(""), environment=source, seconds=8,
                 running=True, pod={}),
        Scenario("kafka-refused", "", "DependencyNotReady", "franz-go finds no seed broker", "kafka is not reachable",
                 HOSTS,
                 environment={"KAFKA_SEEDS": "kafka-0.kafka:9092"}, seconds=8),
        Scenario("healthy-json", "", "Unknown", "relays", "relayed batch", HOSTS + server.format(""),
                 environment={**source, "LOG_FORMAT": "json"}, running=True),
    ]  # fmt: skip


def grpc_inventory() -> list[Scenario]:
    socket = "/run/inventory/inventory.sock"
    stale = (
        "mkdir -p /run/inventory; python3 -c 'import socket,os,signal; s=socket.socket(socket.AF_UNIX);"
        f's.bind("{socket}"); s.listen(); os.kill(os.getpid(), signal.SIGKILL)\' || true\n'
    )
    mounted = {
        "volumeMounts": [{"name": "socket", "mountPath": "/run/inventory"}],
        "volumes": [
            {"name": "socket", "hostPath": {"path": "/run/inventory", "type": "DirectoryOrCreate"}}
        ],
    }
    empty = {**mounted, "volumes": [{"name": "socket", "emptyDir": {}}]}
    held = "python3 -c 'import socket,time; s=socket.socket(socket.AF_UNIX); s.bind(\"\\0inventory\"); time.sleep(60)' & sleep 1"
    return [
        Scenario("stale-socket", f"-endpoint unix://{socket}", "StaleUnixSocket",
                 "an earlier container left its socket on a hostPath", "address already in use", stale, pod=mounted,
                 captures={"path": socket}),
        Scenario("stale-socket-emptydir", f"-endpoint unix://{socket} -v 2 -logtostderr", "StaleUnixSocket",
                 "the emptyDir outlives the container and holds its socket", "address already in use", stale, pod=empty,
                 captures={"path": socket}),
        Scenario("abstract-socket", "-endpoint unix://@inventory", "AddressInUse",
                 "an abstract socket is taken by another process", "address already in use", held),
        Scenario("port-conflict", "-endpoint tcp://0.0.0.0:9090", "PortConflict", "the gRPC port is taken",
                 "address already in use", TAKEN.format(9090), captures={"address": "0.0.0.0:9090"},
                 pod={"hostNetwork": True, "ports": [{"containerPort": 9090}]}),
        Scenario("port-conflict-ipv6", "-endpoint tcp://[::1]:9090", "PortConflict", "the gRPC port is taken on ::1",
                 "address already in use", "python3 -m http.server 9090 --bind ::1 >/dev/null 2>&1 & sleep 1",
                 captures={"address": "[::1]:9090"}),
        Scenario("socket-folder-missing", "-endpoint unix:///run/kubelet/plugins/inventory.sock",
                 "ConfigurationMissing",
                 "the folder of the socket is not mounted", "no such file or directory"),
        Scenario("socket-folder-denied", f"-endpoint unix://{socket}", "PermissionDenied",
                 "the socket's folder belongs to root", "permission denied", "install -d -m 0755 /run/inventory",
                 user=65534,
                 pod={**mounted, "securityContext": {"runAsUser": 65534, "runAsNonRoot": True}}),
        Scenario("socket-path-too-long", "-endpoint unix:///tmp/" + "inventory" * 13 + ".sock", "ConfigurationInvalid",
                 "the socket's path is longer than 108 bytes", "invalid argument"),
        Scenario("certificate-garbage", "-tls-cert /tmp/tls.crt -tls-key /tmp/tls.key", "CertificateInvalid",
                 "the certificate's file holds no PEM", "failed to find any PEM data",
                 CERTIFICATES + "echo 'MIIB=' >/tmp/tls.crt"),
        Scenario("key-mismatch", "-tls-cert /tmp/tls.crt -tls-key /tmp/other.key", "CertificateInvalid",
                 "certificate and key do not belong together", "does not match", CERTIFICATES),
        Scenario("certificate-missing", "-tls-cert /etc/tls/tls.crt -tls-key /etc/tls/tls.key", "ConfigurationMissing",
                 "the certificate's secret is not mounted", "no such file or directory", pod={}),
        Scenario("key-unreadable", "-tls-cert /tmp/tls.crt -tls-key /tmp/tls.key", "PermissionDenied",
                 "the key may only be read by root", "permission denied", CERTIFICATES + "chmod 0600 /tmp/tls.key",
                 user=65534),
        Scenario("unknown-flag", "-endpont tcp://:9090", "ConfigurationInvalid", "a flag is misspelt",
                 "flag provided but not defined", pod={}),
        Scenario("watch-folder-missing", "-watch /dev/inventory", "ConfigurationMissing",
                 "the folder to watch is not mounted", "no such file or directory"),
        Scenario("healthy-stale-socket-removed", f"-endpoint unix://{socket} -remove-socket -v 1", "Unknown",
                 "the program removes the stale socket itself and serves", "Serving", stale, running=True, pod=mounted),
        Scenario("healthy-fallback-port", "-endpoint tcp://:9090 -fallback tcp://:9091 -v 1", "Unknown",
                 "the first port is taken, the second is used", "address already in use", TAKEN.format(9090),
                 running=True,
                 pod={"ports": [{"containerPort": 9091}]}),
        Scenario("orderly-stop", "-v 1", "Unknown", "serves, then stops on SIGTERM", "Stopped"),
    ]  # fmt: skip


def image_resizer() -> list[Scenario]:
    return [
        Scenario("cgo-null-pointer", "decode --queue 60", "SegmentationFault", "C code writes to a null pointer",
                 "SIGSEGV"),
        Scenario("cgo-double-free", "release", "SegmentationFault", "C code frees twice", "SIGABRT", pod={}),
        Scenario("nil-pointer", "thumbnail --queue 150", "ApplicationError", "a nil pointer in Go", "nil pointer",
                 pod={}),
        Scenario("index-out-of-range", "crop 31", "ApplicationError", "an index out of range", "index out of range"),
        Scenario("stack-overflow", "nest", "ApplicationError", "endless recursion", "stack overflow"),
        Scenario("concurrent-map", "stats", "ApplicationError", "a map is written by several goroutines",
                 "concurrent map"),
        Scenario("memory-limit", "batch 16", "OutOfMemory", "the container's memory limit is reached", "batch: loaded",
                 memory_bytes=120 << 20, seconds=20, pod={"resources": {"limits": {"memory": "120Mi"}}}),
        Scenario("memory-limit-after-long-queue", "batch 4 --queue 700", "OutOfMemory",
                 "hundreds of images, then the memory limit", "batch: loaded", memory_bytes=80 << 20, seconds=25),
        Scenario("address-space-spent", "$ulimit -v 1600000; exec /srv/image-resizer batch 128", "OutOfMemory",
                 "the runtime cannot get memory from the system", "out of memory", seconds=20),
        Scenario("threads-spent", "$ulimit -u 2; exec /srv/image-resizer serve", "FileLimitReached",
                 "no further thread may be made", "Resource temporarily unavailable", user=65533),
        Scenario("disk-full", "archive /data/out.zip --queue 40", "DiskFull", "the volume is full",
                 "no space left on device", "mount -t tmpfs -o size=1m tmpfs /data", pod={}),
        Scenario("read-only", "archive /data/out.zip", "PermissionDenied", "the root file system is read-only",
                 "read-only file system", "mount -o remount,ro /data",
                 pod={"securityContext": {"readOnlyRootFilesystem": True}}),
        Scenario("not-writable", "archive /data/out.zip", "PermissionDenied", "the folder belongs to root",
                 "permission denied", "chmod 0755 /data", user=65534),
        Scenario("open-files", "fetch", "FileLimitReached", "files are never closed", "too many open files",
                 open_files=64,
                 pod={}),
        Scenario("accept-open-files", "fetch accept", "FileLimitReached", "accept4 finds no descriptor",
                 "too many open files",
                 open_files=48),
        Scenario("unknown-flag", "thumbnail --with 640", "ConfigurationInvalid", "a flag is misspelt", "unknown flag"),
        Scenario("unknown-command", "resize", "ConfigurationInvalid", "a command that this version lacks",
                 "unknown command",
                 pod={}),
        Scenario("healthy", "serve --queue 900", "Unknown", "a long queue, then waiting", "waiting for work",
                 running=True,
                 pod={}),
        Scenario("killed-from-outside", "serve --queue 300", "Unknown", "killed with SIGKILL and no reason",
                 "resized", stop="SIGKILL", pod={"resources": {"limits": {"memory": "512Mi"}}}),
        Scenario("memory-heavy-but-well",
                 "$timeout 3 /srv/image-resizer batch 2 --queue 100; exec /srv/image-resizer serve",
                 "Unknown", "much memory is used, nothing fails", "waiting for work", running=True,
                 memory_bytes=8 << 30),
    ]  # fmt: skip


def schema_migrator() -> list[Scenario]:
    sql = (
        "mkdir /config/sql; cd /config/sql; echo 'create table a(id int);' >1_a.up.sql;"
        " echo 'create table b(id int);' >2_b.up.sql\n"
    )
    url = "pgx5" + GOOD.removeprefix("postgres")
    base = {"MIGRATIONS": "file:///config/sql", "DATABASE_URL": url, "VERBOSE": "1"}
    applied = "create table schema_migrations(version bigint primary key, dirty boolean); insert into schema_migrations values "
    return [
        Scenario("dirty", "", "MigrationFailed", "an earlier migration failed half way", "Dirty database version 2",
                 sql + DATABASE + HOSTS + f'psql -qc "{applied}(2, true)"', environment=base, pod={}),
        Scenario("syntax-error", "", "MigrationFailed", "a migration's SQL is wrong", "syntax error",
                 sql + "echo 'alter tabel a add x int;' >3_x.up.sql\n" + DATABASE + HOSTS, environment=base),
        Scenario("table-exists", "", "MigrationFailed", "a migration's table is there already", "already exists",
                 sql + DATABASE + HOSTS + "psql -qc 'create table b(id int)'", environment=base),
        Scenario("schema-is-newer", "", "MigrationFailed", "an older image meets a newer schema", "no migration found",
                 sql + DATABASE + HOSTS + f'psql -qc "{applied}(9, false)"', environment=base, pod={}),
        Scenario("no-privilege", "", "PermissionDenied", "the user may not create tables in the schema",
                 "permission denied for schema", sql + DATABASE + HOSTS + "psql -qc \"create user app password 'x1'\"",
                 environment={**base, "DATABASE_URL": url.replace("postgres:s3cret", "app:x1")}),
        Scenario("password", "", "AuthenticationFailed", "the password is wrong", "password authentication failed",
                 sql + DATABASE + HOSTS, environment={**base, "DATABASE_URL": url.replace("s3cret", "x")}),
        Scenario("database-refused", "", "DependencyNotReady", "the database is not up", "connection refused",
                 sql + HOSTS,
                 environment=base, captures={"host": "10.96.10.5", "port": "5432"}, pod={}),
        Scenario("migrations-missing", "", "ConfigurationMissing", "the folder of the migrations is not mounted",
                 "no such file or directory", DATABASE + HOSTS, environment=base),
        Scenario("driver-unknown", "", "ConfigurationInvalid", "no driver for the URL's scheme", "unknown driver",
                 sql + HOSTS, environment={**base, "DATABASE_URL": "mysql://root@db/app"}),
        Scenario("healthy", "", "Unknown", "two migrations are applied, then it serves", "version 2",
                 sql + DATABASE + HOSTS,
                 environment=base, running=True),
        Scenario("healthy-nothing-to-do", "", "Unknown", "the schema is up to date", "version 2",
                 sql + DATABASE + HOSTS + f'psql -qc "{applied}(2, false)"', environment=base, running=True, pod={}),
    ]  # fmt: skip


def report_worker() -> list[Scenario]:
    return [
        Scenario("deadlock", "", "ApplicationError", "every worker waits for the others", "deadlock!",
                 environment={"REPORTS": "120"}, pod={}),
        Scenario("healthy", "", "Unknown", "all reports are rendered", "waiting for the next day",
                 environment={"REPORTS": "300", "WATCH": "1"}, running=True),
        Scenario("reports-not-set", "", "ConfigurationInvalid", "an empty value where a number belongs",
                 "invalid REPORTS",
                 environment={"REPORTS": ""}, pod={}),
        Scenario("threads-spent", "$ulimit -u 2; exec /srv/report-worker", "FileLimitReached",
                 "no further thread may be made",
                 "failed to create new OS thread", environment={"REPORTS": "10"}, user=65532),
    ]  # fmt: skip


LIBRARIES = {
    "report-worker": "log/slog of the standard library",
    "orders-api": "gin v1.10.1, pgx v5.7.5, viper v1.20.1, zap v1.27.0",
    "session-cache": "echo v4.13.4, go-redis v9.12.1, envconfig v1.4.0, zerolog v1.34.0",
    "events-consumer": "IBM/sarama v1.45.2, logrus v1.9.3",
    "events-relay": "amqp091-go v1.10.0, nats.go v1.44.0, franz-go v1.19.5, log/slog",
    "grpc-inventory": "grpc v1.74.2, klog v2.130.1, fsnotify v1.9.0",
    "image-resizer": "cobra v1.9.1",
    "schema-migrator": "golang-migrate v4.18.3",
}


def record(recorder: Recorder) -> None:
    only = set(os.environ.get("CORPUS_ONLY", "").split())
    """Names of programs to record alone, for work on one of them."""
    tables: dict[str, Callable[[], list[Scenario]]] = {
        "orders-api": orders_api,
        "session-cache": session_cache,
        "events-consumer": events_consumer,
        "events-relay": events_relay,
        "grpc-inventory": grpc_inventory,
        "image-resizer": image_resizer,
        "schema-migrator": schema_migrator,
        "report-worker": report_worker,
    }
    works: list[Callable[[], object]] = []
    alone: list[Callable[[], object]] = []
    for program, scenarios in tables.items():
        if only and program not in only:
            continue
        binary = own(program, cgo=program == "image-resizer")
        source = f"own program on Go modules {LIBRARIES[program]}"
        for s in scenarios():
            (alone if s.memory_bytes else works).append(work(recorder, program, binary, source, s))
    together(works)
    for one in alone:  # the recorder has one memory cgroup
        one()
