"""Python application servers (gunicorn, uvicorn, hypercorn, waitress, daphne of PyPI; uWSGI of Debian 12) with the small
services of hack/corpus/sources/web, and two services on the standard library's own servers.

Which of them remove a dead socket's file before they bind was found by running them: gunicorn, hypercorn, waitress and
uWSGI do, uvicorn does with one worker and not with several, socketserver and multiprocessing never do.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import Scenario, hold_port, hold_socket, killed, put, record_all, requests, stale, volumes

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "web"
CACHE = Path.home() / ".cache/crashloop-doctor/corpus/web"
VERSIONS = {
    "gunicorn": "23.0.0",
    "uvicorn": "0.32.0",
    "hypercorn": "0.17.3",
    "waitress": "3.0.2",
    "daphne": "4.1.2",
    "aiohttp": "3.10.10",
    "flask": "3.0.3",
    "fastapi": "0.115.4",
    "structlog": "24.4.0",
    "python-json-logger": "2.0.7",
    "pydantic-settings": "2.6.1",
    "uvloop": "0.23.0",
    "cryptography": "50.0.2",
}
PLACE = (
    f"mkdir -p /srv/venv /srv/app; mount --bind {CACHE}/py /srv/venv; cp {SOURCES}/*.py /srv/app/; "
    "chmod -R a+rX /srv/app; cd /srv/app\n"
)
CERTIFICATES = "/srv/venv/bin/python /srv/app/certificates.py /config/tls\n"
HTTPS = """
import http.server, ssl, sys
class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"[]")
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 8444), Quiet)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"/config/tls/{sys.argv[1]}.crt", f"/config/tls/{sys.argv[1]}.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"


def https(name: str) -> str:
    """Bash that starts a catalog service with that certificate."""
    return (
        CERTIFICATES
        + put("/srv/https.py", HTTPS)
        + f"python3 /srv/https.py {name} >/dev/null 2>&1 &\nsleep 0.5\n"
    )


def app_pod(name: str, **spec: Any) -> dict[str, Any]:
    return pod(name, f"registry.example.com/shop/{name}:4.11.2", **spec)


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []
    base = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/srv/app", "PYTHONUNBUFFERED": "1"}

    def add(
        program: str, name: str, cause: str, situation: str, command: str | list[str], expect: str, prepare: str = "", **more: Any
    ) -> None:  # fmt: skip
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "memory_bytes", "stop_signal")
            if key in more
        }
        environment = base | more.pop("environment", {})
        if isinstance(command, str):
            command = command.split()
        if command[0] in {"gunicorn", "uvicorn", "hypercorn", "daphne", "waitress"}:
            command = ["/srv/venv/bin/python", "-m", *command]
        elif command[0].endswith(".py"):
            command = ["/srv/venv/bin/python", f"/srv/app/{command[0]}", *command[1:]]
        table.append(
            Scenario(
                program, name, cause, situation,
                Run(command, prepare=PLACE + prepare, environment=environment, **({"seconds": 5} | run)), expect, **more,
            )
        )  # fmt: skip

    tcp, uds = (
        "gunicorn -b 0.0.0.0:8000 -w 2 --access-logfile - shop:app",
        "gunicorn -b unix:/run/app/shop.sock -w 2 shop:app",
    )
    g = "gunicorn"
    add(
        g,
        "port-conflict",
        "PortConflict",
        "another process on the host network has port 8000; gunicorn tries five times",
        tcp,
        "Connection in use: ('0.0.0.0', 8000)",
        hold_port(8000),
        seconds=9,
        pod=app_pod(
            "shop",
            hostNetwork=True,
            ports=[{"containerPort": 8000}],
            env=[{"name": "PYTHONUNBUFFERED", "value": "1"}],
        ),
    )
    add(
        g,
        "port-conflict-recovered",
        "Unknown",
        "the port becomes free during gunicorn's retries",
        tcp,
        "Connection in use",
        hold_port(8000).replace("time.sleep(99)", "time.sleep(4)"),
        seconds=9,
        running=True,
        meanwhile="sleep 6; " + requests("localhost:8000", 20, path="/items/$i"),
    )
    add(
        g,
        "dead-socket-removed",
        "Unknown",
        "gunicorn removes the socket's file of its killed predecessor",
        uds,
        "Listening at: unix:/run/app/shop.sock",
        stale("/run/app/shop.sock"),
        running=True,
        pod=app_pod("shop", **volumes(run="/run/app")),
    )
    add(
        g,
        "dead-socket-not-removable",
        "PermissionDenied",
        "gunicorn may not remove root's dead socket",
        uds,
        "Permission denied: '/run/app/shop.sock'",
        stale("/run/app/shop.sock") + "chmod 755 /run/app\n",
        user=65534,
        pod=app_pod("shop", securityContext={"runAsUser": 65534}, **volumes(run="/run/app")),
    )
    add(
        g,
        "port-below-1024",
        "PermissionDenied",
        "port 80 as nobody; gunicorn's words are those of a port in use",
        "gunicorn -b 0.0.0.0:80 shop:app",
        "Permission denied",
        UNPRIVILEGED,
        user=65534,
        seconds=9,
    )
    add(
        g,
        "pid-file-of-a-dead-instance",
        "StaleLock",
        "the pid file on a volume names a process that exists again",
        "gunicorn -b 0.0.0.0:8000 -p /data/gunicorn.pid shop:app",
        "Already running on PID",
        "sleep 99 & echo $! >/data/gunicorn.pid\n",
        pod=app_pod("shop", **volumes(state="claim:/data")),
    )
    add(
        g,
        "stale-pid-file-ignored",
        "Unknown",
        "a pid file whose process is gone does not matter",
        "gunicorn -b 0.0.0.0:8000 -p /data/gunicorn.pid shop:app",
        "Booting worker with pid",
        "echo 4242 >/data/gunicorn.pid\n",
        running=True,
    )
    add(
        g,
        "module-missing",
        "LibraryMissing",
        "the application imports a package that is not installed",
        tcp,
        "No module named 'stripe'",
        environment={"PAYMENTS": "1"},
        pod=app_pod("shop", ports=[{"containerPort": 8000}]),
    )
    add(
        g,
        "worker-class-missing",
        "LibraryMissing",
        "the worker class needs gevent",
        "gunicorn -b 0.0.0.0:8000 -k gevent shop:app",
        "gevent",
    )
    add(
        g,
        "application-missing",
        "ExecutableMissing",
        "the application's own module is not in the image",
        "gunicorn -b 0.0.0.0:8000 store.wsgi:application",
        "No module named 'store'",
        pod=app_pod("shop", args=["gunicorn", "-b", "0.0.0.0:8000", "store.wsgi:application"]),
    )
    add(
        g,
        "attribute-missing",
        "ConfigurationInvalid",
        "the callable has another name",
        "gunicorn -b 0.0.0.0:8000 shop:application",
        "Failed to find attribute 'application' in 'shop'",
    )
    add(
        g,
        "environment-missing",
        "ConfigurationMissing",
        "SESSION_SECRET is not set",
        tcp,
        "KeyError: 'SESSION_SECRET'",
        environment={"SESSION_SECRET_REQUIRED": "1"},
        pod=app_pod("shop", env=[{"name": "SESSION_SECRET_REQUIRED", "value": "1"}]),
    )
    add(
        g,
        "bad-number",
        "ConfigurationInvalid",
        "a number with a unit",
        tcp,
        "invalid literal for int()",
        environment={"PAGE_SIZE": "50 items"},
    )
    add(
        g,
        "features-invalid",
        "ConfigurationInvalid",
        "the feature file is no JSON",
        tcp,
        "JSONDecodeError",
        put("/config/features.json", '{"search": true,\n "beta": }'),
    )
    add(
        g,
        "features-not-readable",
        "PermissionDenied",
        "the feature file may not be read",
        tcp,
        "Permission denied: '/config/features.json'",
        put("/config/features.json", "{}") + "chmod 600 /config/features.json\n",
        user=65534,
    )
    add(
        g,
        "configuration-file-missing",
        "ConfigurationMissing",
        "the file of -c is not there",
        "gunicorn -c /config/gunicorn.conf.py shop:app",
        "doesn't exist",
        pod=app_pod("shop", **volumes(config="config:/etc/gunicorn")),
    )
    add(
        g,
        "unknown-option",
        "ConfigurationInvalid",
        "an option that gunicorn does not know",
        "gunicorn --workers 2 --bind-port 8000 shop:app",
        "unrecognized arguments",
    )
    add(
        g,
        "bad-bind",
        "ConfigurationInvalid",
        "the port is not a number",
        "gunicorn -b 0.0.0.0:$PORT shop:app",
        "is not a valid port number",
    )
    add(
        g,
        "spool-full",
        "DiskFull",
        "the volume of the thumbnails is full",
        tcp,
        "[Errno 28] No space left on device",
        "mkdir /data/spool; mount -t tmpfs -o size=128k tmpfs /data/spool\n",
        environment={"SPOOL_DIR": "/data/spool"},
        pod=app_pod("shop", **volumes(spool="claim:/data/spool")),
    )
    add(
        g,
        "worker-directory-full",
        "DiskFull",
        "the workers' heartbeat files do not fit their volume",
        tcp + " --worker-tmp-dir /data",
        "No space left on device",
        "mount -t tmpfs -o size=64k,nr_inodes=2 tmpfs /data; touch /data/a\n",
        pod=app_pod("shop", **volumes(beats="/data")),
    )
    add(
        g,
        "too-many-open-files",
        "FileLimitReached",
        "the application holds more files than nofile allows",
        tcp,
        "[Errno 24] Too many open files",
        open_files=40,
        environment={"KEEP_OPEN": "1", "THUMBNAILS": "60"},
    )
    add(
        g,
        "spool-not-writable",
        "PermissionDenied",
        "the volume belongs to root",
        tcp,
        "Permission denied: '/data/spool'",
        "chmod 755 /data\n",
        user=65534,
        environment={"SPOOL_DIR": "/data/spool"},
    )
    for kind, text in (
        ("expired", "certificate has expired"),
        ("future", "certificate is not yet valid"),
        ("other-name", "Hostname mismatch"),
    ):
        add(
            g,
            f"catalog-certificate-{kind}",
            "CertificateInvalid",
            f"the catalog service's certificate: {text}",
            tcp,
            text,
            https(kind),
            environment={
                "CATALOG_URL": "https://localhost:8444/catalog",
                "CATALOG_CA": f"/config/tls/{kind}.crt",
                "LOG_FORMAT": "json" if kind == "future" else "",
            },
            seconds=7,
        )
    add(
        g,
        "catalog-authority-unknown",
        "CertificateInvalid",
        "the catalog service's certificate is of an authority that is not in the image",
        tcp,
        "self-signed certificate",
        https("good"),
        environment={"CATALOG_URL": "https://localhost:8444/catalog"},
        seconds=7,
    )
    add(
        g,
        "catalog-authority-file-missing",
        "ConfigurationMissing",
        "the authority's file is not mounted",
        tcp,
        "No such file or directory",
        https("good"),
        environment={
            "CATALOG_URL": "https://localhost:8444/catalog",
            "CATALOG_CA": "/config/ca/ca.crt",
        },
    )
    add(
        g,
        "catalog-refused",
        "DependencyNotReady",
        "the catalog service is not there",
        tcp,
        "Connection refused",
        environment={"CATALOG_URL": "https://localhost:8444/catalog"},
        seconds=7,
    )
    add(
        g,
        "catalog-refused-then-reached",
        "Unknown",
        "the catalog service comes up between the attempts",
        tcp,
        "catalog loaded",
        CERTIFICATES + put("/srv/https.py", HTTPS),
        environment={
            "CATALOG_URL": "https://localhost:8444/catalog",
            "CATALOG_CA": "/config/tls/good.crt",
            "CATALOG_ATTEMPTS": "5",
        },
        meanwhile="sleep 1.6; python3 /srv/https.py good",
        running=True,
        seconds=7,
    )
    add(
        g,
        "healthy-with-request-errors",
        "Unknown",
        "requests fail with a PermissionError's traceback, the service goes on and ends in order",
        tcp,
        "PermissionError: [Errno 13]",
        meanwhile="sleep 1; " + requests("localhost:8000", 120, path="/items/$i"),
        seconds=6,
        pod=app_pod(
            "shop",
            ports=[{"containerPort": 8000}],
            livenessProbe={"httpGet": {"path": "/healthz", "port": 8000}},
        ),
    )
    add(
        g,
        "healthy-json",
        "Unknown",
        "JSON logs with warnings",
        tcp,
        "no feature file",
        environment={"LOG_FORMAT": "json"},
        meanwhile="sleep 1; " + requests("localhost:8000", 80, path="/items/$i"),
        running=True,
    )
    add(
        g,
        "worker-timeout",
        "Unknown",
        "a worker is killed for its timeout and replaced; gunicorn goes on",
        "gunicorn -b 0.0.0.0:8000 -t 1 shop:app",
        "WORKER TIMEOUT",
        put(
            "/srv/app/shop.py",
            "import time\ndef app(e, s):\n    if e['PATH_INFO'] == '/slow':\n        time.sleep(4)\n    s('200 OK', [])\n    return [b'ok']",
        ),
        meanwhile="sleep 1; curl -s -m 3 localhost:8000/slow; " + requests("localhost:8000", 5),
        running=True,
        seconds=6,
    )
    add(
        g,
        "killed-for-memory",
        "OutOfMemory",
        "the container has too little memory",
        tcp,
        "starting",
        memory_bytes=24 << 20,
        seconds=8,
        pod=app_pod("shop", resources={"limits": {"memory": "24Mi"}}),
    )

    api, key = "uvicorn api:app --host 0.0.0.0 --port 8000", {"API_KEY": "k-3381"}
    socket = "/run/app/api.sock"
    several = f"uvicorn api:app --uds {socket} --workers 2"
    run_volume = volumes(run="/run/app")
    u = "uvicorn"
    add(
        u,
        "stale-socket",
        "StaleUnixSocket",
        "uvicorn with several workers does not remove the dead socket and does not name it either",
        several,
        "[Errno 98] Address already in use",
        stale(socket),
        environment=key,
        captures={"path": socket},
        pod=app_pod("api", args=several.split(), **run_volume),
    )
    add(
        u,
        "address-in-use",
        "AddressInUse",
        "the same, seen without the pod",
        several,
        "[Errno 98] Address already in use",
        stale(socket),
        environment=key,
    )
    add(
        u,
        "port-conflict-bare",
        "PortConflict",
        "the same words for a port: the spec leaves nothing else",
        api + " --workers 2",
        "[Errno 98] Address already in use",
        hold_port(8000),
        environment=key,
        pod=app_pod(
            "api",
            args=(api + " --workers 2").split(),
            hostNetwork=True,
            ports=[{"containerPort": 8000}],
        ),
    )
    add(
        u,
        "port-conflict",
        "PortConflict",
        "one worker: the address is in the message",
        api,
        "error while attempting to bind on address ('0.0.0.0', 8000)",
        hold_port(8000),
        environment=key,
    )
    add(
        u,
        "dead-socket-removed",
        "Unknown",
        "one worker: the dead socket's file is removed",
        f"uvicorn api:app --uds {socket}",
        f"Uvicorn running on unix socket {socket}",
        stale(socket),
        environment=key,
        running=True,
        pod=app_pod("api", **run_volume),
    )
    add(
        u,
        "setting-missing",
        "ConfigurationMissing",
        "pydantic: the mandatory setting API_KEY is missing",
        api,
        "Field required",
        pod=app_pod("api", ports=[{"containerPort": 8000}]),
    )
    add(
        u,
        "setting-invalid",
        "ConfigurationInvalid",
        "pydantic: a URL and a number that are none",
        api,
        "validation errors for Settings",
        environment=key | {"INVENTORY_URL": "inventory:9100", "MAX_CONNECTIONS": "many"},
    )
    add(
        u,
        "port-below-1024",
        "PermissionDenied",
        "port 443 as nobody",
        "uvicorn api:app --host 0.0.0.0 --port 443",
        "permission denied",
        UNPRIVILEGED,
        environment=key,
        user=65534,
    )
    add(
        u,
        "application-missing",
        "ExecutableMissing",
        "the application's module is not in the image",
        "uvicorn main:app --port 8000",
        'Could not import module "main"',
    )
    add(
        u,
        "attribute-missing",
        "ConfigurationInvalid",
        "the application has another name",
        "uvicorn api:application",
        'Attribute "application" not found',
        environment=key,
    )
    add(
        u,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        api + " --ssl-certfile /config/tls/tls.crt --ssl-keyfile /config/tls/tls.key",
        "No such file or directory",
        environment=key,
    )
    add(
        u,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate differ",
        api + " --ssl-certfile /config/tls/good.crt --ssl-keyfile /config/tls/future.key",
        "KEY_VALUES_MISMATCH",
        CERTIFICATES,
        environment=key,
    )
    add(
        u,
        "dependency-late",
        "Unknown",
        "the inventory refuses four times, then it serves",
        api,
        "inventory reachable",
        environment=key | {"INVENTORY_ATTEMPTS": "8", "LOG_FORMAT": "json"},
        meanwhile="sleep 2.6; python3 -m http.server 9100 -d /config",
        running=True,
        seconds=8,
    )
    add(
        u,
        "dependency-absent-but-serving",
        "Unknown",
        "the inventory is not reachable, the cache serves; a 503 now and then",
        api,
        "serving from the cache",
        environment=key,
        meanwhile="sleep 2; " + requests("localhost:8000", 90, path="/stock/$i"),
        seconds=6,
    )

    h = "hypercorn"
    add(
        h,
        "port-conflict-bare",
        "PortConflict",
        "hypercorn's error does not name the port, the spec leaves nothing else",
        "hypercorn api:app -b 0.0.0.0:8000",
        "[Errno 98] Address already in use",
        hold_port(8000),
        environment=key,
        pod=app_pod(
            "api",
            args=["hypercorn", "api:app", "-b", "0.0.0.0:8000"],
            hostNetwork=True,
            ports=[{"containerPort": 8000, "hostPort": 8000}],
        ),
    )
    add(
        h,
        "dead-socket-removed",
        "Unknown",
        "hypercorn removes the dead socket's file",
        f"hypercorn api:app -b unix:{socket}",
        "Running on",
        stale(socket),
        environment=key,
        running=True,
    )
    add(
        h,
        "bad-configuration",
        "ConfigurationInvalid",
        "a TOML file with a mistake",
        "hypercorn -c /config/hypercorn.toml api:app",
        "TOMLDecodeError",
        put("/config/hypercorn.toml", 'bind = ["0.0.0.0:8000"\nworkers = 2'),
        environment=key,
    )
    add(
        h,
        "configuration-missing",
        "ConfigurationMissing",
        "the TOML file is not there",
        "hypercorn -c /config/hypercorn.toml api:app",
        "/config/hypercorn.toml",
        environment=key,
    )
    add(
        h,
        "healthy",
        "Unknown",
        "a healthy server",
        "hypercorn api:app -b 0.0.0.0:8000 --access-logfile -",
        "Running on",
        environment=key,
        meanwhile="sleep 1.5; " + requests("localhost:8000", 60, path="/stock/$i"),
    )

    w = "waitress"
    add(
        w,
        "port-conflict",
        "PortConflict",
        "a traceback of the TCP server without the port's number",
        "waitress --listen=0.0.0.0:8000 shop:app",
        "[Errno 98] Address already in use",
        hold_port(8000),
        pod=app_pod("shop", hostNetwork=True, ports=[{"containerPort": 8000}]),
    )
    add(
        w,
        "dead-socket-removed",
        "Unknown",
        "waitress removes the dead socket's file",
        "waitress --unix-socket=/run/app/shop.sock shop:app",
        "Serving on",
        stale("/run/app/shop.sock"),
        running=True,
    )
    add(
        w,
        "bad-import",
        "ExecutableMissing",
        "no such module",
        "waitress --listen=*:8000 store:app",
        "store",
        pod=app_pod("shop", args=["waitress-serve", "--listen=*:8000", "store:app"]),
    )

    d = "daphne"
    add(
        d,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        "daphne -b 0.0.0.0 -p 8000 api:app",
        "Couldn't listen on 0.0.0.0:8000",
        hold_port(8000),
        environment=key,
        captures={"address": "0.0.0.0:8000"},
    )
    add(
        d,
        "socket-in-use",
        "StaleUnixSocket",
        "a dead socket without its lock file",
        f"daphne -u {socket} api:app",
        "Listen failure",
        stale(socket),
        environment=key,
        captures={"path": socket},
    )

    m = "metrics-agent"
    unix = {"METRICS_ENDPOINT": "unix:/run/metrics/agent.sock"}
    mpod = {
        "args": ["python", "/srv/app/metrics_agent.py"],
        "env": [{"name": "METRICS_ENDPOINT", "value": unix["METRICS_ENDPOINT"]}],
    }
    first = killed(
        "METRICS_ENDPOINT=unix:/run/metrics/agent.sock /srv/venv/bin/python /srv/app/metrics_agent.py"
    )
    add(
        m,
        "stale-socket",
        "StaleUnixSocket",
        "a traceback without a path; the spec has the socket's directory on a hostPath",
        "metrics_agent.py",
        "OSError: [Errno 98] Address already in use",
        "mkdir -p /run/metrics\n" + first,
        environment=unix,
        captures={"path": "/run/metrics/agent.sock"},
        pod=app_pod("metrics-agent", **mpod, **volumes(run="host:/run/metrics")),
    )
    add(
        m,
        "stale-socket-terse",
        "StaleUnixSocket",
        "one line without a path; the spec has the socket's directory in an emptyDir",
        "metrics_agent.py",
        "cannot start: [Errno 98] Address already in use",
        "mkdir -p /run/metrics\n" + first,
        environment=unix | {"TERSE": "1"},
        captures={"path": "/run/metrics/agent.sock"},
        pod=app_pod("metrics-agent", **mpod, **volumes(run="/run/metrics")),
    )
    add(
        m,
        "address-in-use",
        "AddressInUse",
        "the same traceback without the pod",
        "metrics_agent.py",
        "OSError: [Errno 98]",
        "mkdir -p /run/metrics\n" + first,
        environment=unix,
    )
    add(
        m,
        "address-in-use-terse",
        "AddressInUse",
        "the same line for a port, without the pod",
        "metrics_agent.py",
        "cannot start: [Errno 98]",
        hold_port(9125),
        environment={"METRICS_ENDPOINT": "tcp:9125", "TERSE": "1"},
    )
    add(
        m,
        "port-conflict",
        "PortConflict",
        "the same traceback for a port on the host network",
        "metrics_agent.py",
        "OSError: [Errno 98]",
        hold_port(9125),
        environment={"METRICS_ENDPOINT": "tcp:9125"},
        pod=app_pod(
            "metrics-agent",
            hostNetwork=True,
            ports=[{"containerPort": 9125, "hostPort": 9125}],
            args=["python", "/srv/app/metrics_agent.py"],
            env=[{"name": "METRICS_ENDPOINT", "value": "tcp:9125"}],
        ),
    )
    add(
        m,
        "socket-directory-not-writable",
        "PermissionDenied",
        "the socket's directory belongs to root",
        "metrics_agent.py",
        "[Errno 13] Permission denied",
        "mkdir -p /run/metrics; chmod 755 /run/metrics\n",
        user=65534,
        environment=unix,
    )
    add(
        m,
        "environment-missing",
        "ConfigurationMissing",
        "METRICS_ENDPOINT is not set",
        "metrics_agent.py",
        "KeyError: 'METRICS_ENDPOINT'",
    )
    add(
        m,
        "healthy",
        "Unknown",
        "a healthy agent",
        "metrics_agent.py",
        "ready",
        environment={"METRICS_ENDPOINT": "tcp:9125"},
        running=True,
        meanwhile="sleep 1; for i in $(seq 200); do echo requests.total:$i; done | nc -q1 localhost 9125; echo 'bind.failed.address already in use:1' | nc -q1 localhost 9125",
    )

    b = "queue-broker"
    add(
        b,
        "stale-socket",
        "StaleUnixSocket",
        "multiprocessing's listener does not name its path, the spec's env and volume do",
        "queue_broker.py",
        "OSError: [Errno 98] Address already in use",
        "mkdir -p /run/broker\n"
        + killed(
            "BROKER_ADDRESS=/run/broker/queue.sock /srv/venv/bin/python /srv/app/queue_broker.py"
        ),
        environment={"BROKER_ADDRESS": "/run/broker/queue.sock"},
        captures={"path": "/run/broker/queue.sock"},
        pod=app_pod(
            "broker",
            env=[{"name": "BROKER_ADDRESS", "value": "/run/broker/queue.sock"}],
            **volumes(sockets="/run/broker"),
        ),
    )
    add(
        b,
        "abstract-socket-in-use",
        "AddressInUse",
        "an abstract name is taken by a living process",
        "queue_broker.py",
        "OSError: [Errno 98] Address already in use",
        hold_socket("@broker"),
        environment={"BROKER_ADDRESS": "@broker"},
        pod=app_pod(
            "broker", hostNetwork=True, env=[{"name": "BROKER_ADDRESS", "value": "@broker"}]
        ),
    )
    add(
        b,
        "healthy",
        "Unknown",
        "a healthy broker",
        "queue_broker.py",
        "accepting connections",
        "mkdir -p /run/broker\n",
        environment={"BROKER_ADDRESS": "/run/broker/queue.sock"},
        running=True,
    )

    s = "status-page"
    add(
        s,
        "next-port-taken",
        "Unknown",
        "two ports are in use, the third serves",
        "status_page.py",
        "status page on port 9103",
        hold_port(9101) + hold_port(9102),
        running=True,
        pod=app_pod("worker", hostNetwork=True),
    )
    add(
        s,
        "disabled",
        "Unknown",
        "no port for the status page, the jobs go on without it",
        "status_page.py",
        "status page disabled",
        hold_port(9101),
        environment={"STATUS_PORTS": "1"},
        running=True,
    )
    add(
        s,
        "required",
        "PortConflict",
        "the status page is mandatory and its only port is taken",
        "status_page.py",
        "status page is required",
        hold_port(9101),
        environment={"STATUS_PORTS": "1", "STATUS_REQUIRED": "1"},
    )

    z = "uwsgi"
    py = "uwsgi-core --plugin python3 --die-on-term --need-app --master -H /srv/venv --pythonpath /srv/app"
    add(
        z,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        f"{py} --http-socket 0.0.0.0:8000 -w shop:app",
        "probably another instance of uWSGI is running on the same address (0.0.0.0:8000)",
        hold_port(8000),
        captures={"address": "0.0.0.0:8000"},
        pod=app_pod("shop", ports=[{"containerPort": 8000}], hostNetwork=True),
    )
    add(
        z,
        "dead-socket-removed",
        "Unknown",
        "uWSGI removes the dead socket's file",
        f"{py} --socket /run/app/shop.sock -w shop:app",
        "spawned uWSGI worker 1",
        stale("/run/app/shop.sock"),
        running=True,
    )
    add(
        z,
        "port-below-1024",
        "PermissionDenied",
        "port 80 as nobody",
        f"{py} --http-socket :80 -w shop:app",
        "bind(): Permission denied",
        UNPRIVILEGED,
        user=65534,
    )
    add(
        z,
        "module-missing",
        "LibraryMissing",
        "the application imports a package that is not installed",
        f"{py} --http-socket :8000 -w shop:app",
        "No module named 'stripe'",
        environment={"PAYMENTS": "1"},
    )
    add(
        z,
        "plugin-missing",
        "LibraryMissing",
        "the plugin is of a package that is not installed",
        "uwsgi-core --plugin python311_gevent --http-socket :8000 --gevent 10 -w shop:app",
        "cannot open shared object file",
    )
    add(
        z,
        "ini-missing",
        "ConfigurationMissing",
        "the ini file is not there",
        "uwsgi-core --ini /config/uwsgi.ini",
        "No such file or directory",
        pod=app_pod("shop", **volumes(config="config:/config")),
    )
    add(
        z,
        "strict-unknown-option",
        "ConfigurationInvalid",
        "strict mode and an unknown option",
        "uwsgi-core --ini /config/uwsgi.ini",
        "unknown config directive",
        put(
            "/config/uwsgi.ini",
            "[uwsgi]\nstrict = true\nplugin = python3\nhttp-socket = :8000\nwsgi-fiel = app.py\n",
        ),
    )
    add(
        z,
        "socket-directory-not-writable",
        "PermissionDenied",
        "the socket's directory belongs to root",
        f"{py} --socket /run/app/shop.sock -w shop:app",
        "Permission denied",
        "mkdir -p /run/app; chmod 755 /run/app\n",
        user=65534,
    )
    add(
        z,
        "healthy",
        "Unknown",
        "a healthy uWSGI with its frightening banner",
        f"{py} --http-socket :8000 -p 2 -w shop:app",
        "spawned uWSGI worker 2",
        meanwhile="sleep 1.5; " + requests("localhost:8000", 60, path="/items/$i"),
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    apt("uwsgi-core", "uwsgi-plugin-python3", "python3-venv", "curl", "netcat-openbsd")
    python = CACHE / "py/bin/python"
    if not (CACHE / "py/installed").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(CACHE / "py")], check=True)
        packages = [f"{name}=={version}" for name, version in VERSIONS.items()]
        subprocess.run(
            [python, "-m", "pip", "-q", "install", "uvicorn[standard]==0.32.0", *packages],
            check=True,
        )
        (CACHE / "py/installed").touch()
    sources = {
        name: f"PyPI {name} {VERSIONS[name]}"
        for name in ("gunicorn", "uvicorn", "hypercorn", "waitress", "daphne")
    }
    sources |= {
        "metrics-agent": "hack/corpus/sources/web/metrics_agent.py (Python 3.11 socketserver)",
        "queue-broker": "hack/corpus/sources/web/queue_broker.py (Python 3.11 multiprocessing)",
        "status-page": f"hack/corpus/sources/web/status_page.py (PyPI aiohttp {VERSIONS['aiohttp']})",
        "uwsgi": debian("uwsgi-core"),
    }
    record_all(recorder, scenarios(), sources)
