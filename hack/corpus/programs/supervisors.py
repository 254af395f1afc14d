"""Supervisors that hide a program's death, programs that fall back silently, and programs that a probe kills.

Supervisors are Debian's (supervisord, s6, runit, monit, uwsgi) and PyPI's (circus, gunicorn, honcho), or a few lines of
shell, Python or Java as images have them. The inner programs are those of the other families and sources/supervised.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from ..recorder import Recorder, Run, apt, pod
from . import native, rust
from .python_programs import (
    DB,
    PACKAGES,
    POSTGRES,
    SOURCES,
    TAKEN,
    Scenario,
    env,
    host,
    pypi,
    record_all,
)
from .rust import STALE

BEFORE = (
    PACKAGES + f"cp {SOURCES}/supervised/* /srv/\n" + rust.BEFORE
    + f"cp {native.BUILT}/telemetryd {native.BUILT}/agent /srv/\n"
    + "ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo\n"
)  # fmt: skip
KAFKA = host("kafka.billing", "10.96.50.1")
DBURL = "postgres://app:stale@postgres.shop.svc.cluster.local:5432/shop"


def supervisord(*programs: tuple[str, str], more: str = "") -> str:
    text = "[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
    text += "pidfile=/run/supervisord.pid\n"
    for name, command in programs:
        text += (
            f"\n[program:{name}]\ncommand={command}\nautorestart=true\nstartsecs=2\nstartretries=3\nstdout_logfile=/dev/fd/1\n"
            f"stdout_logfile_maxbytes=0\nredirect_stderr=true\n"
        )
    return f"cat >/config/supervisord.conf <<'EOF'\n{text}{more}\nEOF\n"


def service(name: str, command: str, finish: str = "") -> str:
    """A service folder as s6 and runit know it."""
    folder = f"/srv/service/{name}"
    text = f"mkdir -p {folder}\nprintf '#!/bin/sh\\nexec 2>&1\\nexec {command}\\n' >{folder}/run\n"
    text += f"chmod +x {folder}/run\n"
    if finish:
        text += (
            f"cat >{folder}/finish <<'EOF'\n#!/bin/sh\n{finish}\nEOF\nchmod +x {folder}/finish\n"
        )
    return text


def script(text: str) -> str:
    return f"cat >/srv/run.sh <<'EOF'\n{text}\nEOF\n"


MONIT = """cat >/config/monitrc <<'EOF'
set daemon 2
set log /dev/stdout
check process app with pidfile /run/app.pid
  start program = "/bin/bash -c {command}" with timeout 2 seconds
EOF
chmod 600 /config/monitrc
"""
SUPERVISORD = ["supervisord", "-c", "/config/supervisord.conf"]
S6, RUNIT = ["s6-svscan", "/srv/service"], ["runsvdir", "-P", "/srv/service"]
SH, JAVA = ["bash", "/srv/run.sh"], ["java", "-XX:TieredStopAtLevel=1", "/srv/Launcher.java"]
IMAGE = "registry.example.com/allinone:8"
FINISH = 'echo "$(basename "$PWD") exited with code $1, restarting"'
LOUD = {"PYTHONUNBUFFERED": "1"}


def masked(name: str, command: list[str] | None = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"masked": name, "running": True, **more}
    if command:
        found["pod"] = pod("app", IMAGE, command=command)
    return found


SOURCE = {
    "supervisord": "Debian package supervisor 4.2.5",
    "s6": "Debian package s6 2.11.3",
    "runit": "Debian package runit 2.1.2",
    "monit": "Debian package monit 5.33.0",
    "uwsgi": "Debian package uwsgi 2.0.21",
    "circus": "PyPI circus 0.18.0",
    "honcho": "PyPI honcho 2.0.0",
    "gunicorn-workers": "PyPI gunicorn 23.0.0",
    "shell-loop": "Debian 12 bash",
    "python-watchdog": "a watchdog in Python 3.11",
    "java-launcher": "a launcher in Java 17",
    "notifier": "node 20 program",
    "mail-relay": "Java program",
    "discovery-gateway": "Python 3.11 program",
    "bootstrap-script": "Debian 12 bash, curl and postgresql-client",
}

SCENARIOS = [
    Scenario(
        "supervisord",
        "env-missing",
        "ConfigurationMissing",
        "the shop lacks a variable",
        SUPERVISORD,
        "KeyError: 'SHOP_SECRET_KEY'",
        prepare=supervisord(("shop", "python3 /srv/shop.py")),
        env=LOUD,
        run={"seconds": 22},
        more=masked("supervisord", SUPERVISORD),
    ),
    Scenario(
        "supervisord",
        "kafka-away",
        "DependencyNotReady",
        "the consumer cannot reach its broker; nginx-like sibling is well",
        SUPERVISORD,
        "NoBrokersAvailable",
        prepare=KAFKA
        + supervisord(
            ("consumer", "python3 /srv/consumer.py"), ("static", "python3 -m http.server 8000")
        ),
        env={**LOUD, "KAFKA_BROKERS": "kafka.billing:9092"},
        run={"seconds": 14},
        more=masked("supervisord"),
    ),
    Scenario(
        "supervisord",
        "port-taken",
        "PortConflict",
        "the gateway's port is taken",
        SUPERVISORD,
        "address already in use",
        prepare=TAKEN.format(port=8080) + supervisord(("gateway", "python3 /srv/gateway.py")),
        run={"seconds": 9},
        more=masked("supervisord", captures={"address": "0.0.0.0:8080"}),
    ),
    Scenario(
        "supervisord",
        "stale-socket",
        "StaleUnixSocket",
        "the driver's socket is left",
        SUPERVISORD,
        "failed to listen on",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock")
        + supervisord(
            ("driver", "/srv/bin/csi-node-driver --endpoint=unix:///data/csi/csi.sock --node-id=w1")
        ),
        run={"seconds": 10},
        more=masked("supervisord", captures={"path": "/data/csi/csi.sock"}),
    ),
    Scenario(
        "supervisord",
        "segfault",
        "SegmentationFault",
        "the daemon dies of SIGSEGV again and again",
        SUPERVISORD,
        "terminated by SIGSEGV",
        prepare=supervisord(("telemetryd", "/srv/telemetryd")),
        env={"MODE": "segfault"},
        run={"seconds": 8},
        more=masked("supervisord", SUPERVISORD),
    ),
    Scenario(
        "supervisord",
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        SUPERVISORD,
        "can't find command",
        prepare=supervisord(("cron", "/usr/sbin/crond -n"), ("app", "python3 -m http.server 8000")),
        run={"seconds": 8},
        more=masked("supervisord", SUPERVISORD),
    ),
    Scenario(
        "supervisord",
        "exec-format",
        "ArchitectureMismatch",
        "the program is for arm64",
        SUPERVISORD,
        "exec",
        prepare=supervisord(("agent", "/srv/agent")),
        run={"seconds": 8},
        more=masked("supervisord", SUPERVISORD),
    ),
    Scenario(
        "supervisord",
        "heap-spent",
        "OutOfMemory",
        "node's heap is spent",
        SUPERVISORD,
        "heap out of memory",
        prepare=supervisord(("notifier", "node --max-old-space-size=24 /srv/server.js")),
        env={"GROW": "1"},
        run={"seconds": 12},
        more=masked("supervisord"),
    ),
    Scenario(
        "supervisord",
        "restarted-once",
        "Unknown",
        "healthy: the worker failed once, was restarted and runs well",
        SUPERVISORD,
        "connected to queue",
        prepare=supervisord(("worker", "python3 /srv/flaky.py")),
        env=LOUD,
        run={"seconds": 12, "meanwhile": "sleep 2; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "supervisord",
        "config-missing",
        "ConfigurationMissing",
        "supervisord itself lacks its configuration",
        SUPERVISORD,
        "could not find config file",
    ),
    Scenario(
        "supervisord",
        "config-invalid",
        "ConfigurationInvalid",
        "supervisord's own configuration is wrong",
        SUPERVISORD,
        "Error",
        prepare=supervisord(("a", "true"), more="\nautorestart=sometimes\n"),
    ),
    Scenario(
        "supervisord",
        "socket-stale-unlinked",
        "Unknown",
        "healthy: supervisord removed a stale socket file itself",
        SUPERVISORD,
        "RUNNING state",
        prepare="python3 -c \"import socket; socket.socket(1).bind('/run/supervisor.sock')\"\n"
        + supervisord(
            ("app", "python3 -m http.server 8000"),
            more="\n[unix_http_server]\nfile=/run/supervisor.sock\n",
        ),
        run={"seconds": 5},
        more={"running": True},
    ),
    Scenario(
        "supervisord",
        "stopped",
        "Unknown",
        "healthy: an orderly stop of two programs",
        SUPERVISORD,
        "SIGTERM",
        prepare=supervisord(
            ("gateway", "python3 /srv/gateway.py"), ("app", "python3 -m http.server 8000")
        ),
        run={"seconds": 5},
    ),
    Scenario(
        "s6",
        "password",
        "AuthenticationFailed",
        "the database rejects the inner program's password",
        S6,
        "password authentication failed",
        prepare=DB + POSTGRES + service("orders", "/srv/bin/orders-api", FINISH),
        env={"DATABASE_URL": DBURL, "DATABASE_ATTEMPTS": "1"},
        run={"seconds": 7},
        more=masked("s6", S6),
    ),
    Scenario(
        "s6",
        "settings-missing",
        "ConfigurationMissing",
        "the inner program lacks settings",
        S6,
        "Field required",
        prepare=service("quotes", "uvicorn --app-dir /srv quotes:app", FINISH),
        run={"seconds": 7},
        more=masked("s6", S6),
    ),
    Scenario(
        "s6",
        "disk-full",
        "DiskFull",
        "the inner job's volume is full",
        S6,
        "No space left on device",
        prepare="mount -t tmpfs -o size=512k tmpfs /data\n"
        + service("etl", "python3 /srv/etl.py", FINISH),
        env={"ROWS": "20000"},
        run={"seconds": 7},
        more=masked("s6", S6),
    ),
    Scenario(
        "s6",
        "run-not-executable",
        "PermissionDenied",
        "a service's run file lacks its executable bit",
        S6,
        "ermission denied",
        prepare=service("app", "python3 -m http.server") + "chmod -x /srv/service/app/run\n",
        run={"seconds": 5},
        more=masked("s6", S6),
    ),
    Scenario(
        "s6",
        "segfault",
        "SegmentationFault",
        "the inner daemon dies of SIGSEGV (256 and signal 11 for its finish script)",
        S6,
        "signal 11",
        prepare=service(
            "telemetryd", "/srv/telemetryd", 'echo "telemetryd killed by signal $2 (code $1)"'
        ),
        env={"MODE": "segfault"},
        run={"seconds": 5},
        more=masked("s6", S6),
    ),
    Scenario(
        "s6",
        "healthy",
        "Unknown",
        "healthy: two services, one restarted once",
        S6,
        "connected to queue",
        prepare=service("worker", "python3 /srv/flaky.py", FINISH)
        + service("gateway", "python3 /srv/gateway.py"),
        run={"seconds": 7, "meanwhile": "sleep 0.8; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "s6",
        "scan-folder-missing",
        "ConfigurationMissing",
        "the folder of services is not there",
        ["s6-svscan", "/config/services"],
        "No such file or directory",
    ),
    Scenario(
        "runit",
        "module-missing",
        "LibraryMissing",
        "a node module is missing",
        RUNIT,
        "Cannot find module 'ioredis'",
        prepare=service("notifier", "node /srv/server.js"),
        env={"NEEDS": "ioredis"},
        run={"seconds": 6},
        more=masked("runit", RUNIT),
    ),
    Scenario(
        "runit",
        "port-taken",
        "PortConflict",
        "the inner port is taken",
        RUNIT,
        "EADDRINUSE",
        prepare=TAKEN.format(port=3000) + service("notifier", "node /srv/server.js"),
        run={"seconds": 6},
        more=masked("runit", RUNIT),
    ),
    Scenario(
        "runit",
        "run-missing",
        "ExecutableMissing",
        "a service has no run file",
        RUNIT,
        "unable to start ./run",
        prepare="mkdir -p /srv/service/app\n",
        run={"seconds": 5},
        more=masked("runit", RUNIT),
    ),
    Scenario(
        "runit",
        "lock-held",
        "StaleLock",
        "another instance holds the inner program's lock",
        RUNIT,
        "could not be acquired",
        prepare="touch /data/etl.lock\n" + service("etl", "python3 /srv/etl.py"),
        env={"LOCK": "soft"},
        run={"seconds": 9},
        more=masked("runit", RUNIT),
    ),
    Scenario(
        "runit",
        "healthy",
        "Unknown",
        "healthy: the worker failed twice before its queue was there",
        RUNIT,
        "connected to queue",
        prepare=service("worker", "python3 /srv/flaky.py"),
        run={"seconds": 7, "meanwhile": "sleep 2; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "monit",
        "start-fails",
        "ConfigurationMissing",
        "monit restarts a gateway that lacks a variable",
        ["monit", "-I", "-c", "/config/monitrc"],
        "SESSION_SECRET must be set",
        run={"seconds": 12},
        prepare="cat >/config/monitrc <<'EOF'\nset daemon 2\nset log /dev/stdout\n"
        "check process gateway with pidfile /run/gateway.pid\n"
        '  start program = "/srv/start.sh" with timeout 2 seconds\nEOF\n'
        "chmod 600 /config/monitrc; printf '#!/bin/sh\\nexec /srv/bin/session-gateway\\n' >/srv/start.sh\n"
        "chmod +x /srv/start.sh\n",
        more=masked("monit", ["monit", "-I", "-c", "/config/monitrc"]),
    ),
    Scenario(
        "monit",
        "not-running",
        "DependencyNotReady",
        "monit restarts a worker that cannot reach its queue",
        ["monit", "-I", "-c", "/config/monitrc"],
        "cannot connect to queue",
        run={"seconds": 12},
        prepare="cat >/config/monitrc <<'EOF'\nset daemon 2\nset log /dev/stdout\n"
        'check process worker matching "flaky.py"\n'
        '  start program = "/srv/start.sh" with timeout 2 seconds\nEOF\n'
        "chmod 600 /config/monitrc; printf '#!/bin/sh\\nexec python3 /srv/flaky.py\\n' >/srv/start.sh\n"
        "chmod +x /srv/start.sh\n",
        more=masked("monit"),
    ),
    Scenario(
        "monit",
        "port-taken",
        "PortConflict",
        "monit restarts a gateway whose port is taken",
        ["monit", "-I", "-c", "/config/monitrc"],
        "AddrInUse",
        run={"seconds": 12},
        env={"SESSION_SECRET": "x"},
        prepare=TAKEN.format(port=8080) + MONIT.format(command="/srv/bin/session-gateway"),
        more=masked("monit"),
    ),
    Scenario(
        "monit",
        "exec-format",
        "ArchitectureMismatch",
        "monit restarts a program for arm64",
        ["monit", "-I", "-c", "/config/monitrc"],
        "Exec format error",
        run={"seconds": 12},
        prepare=MONIT.format(command="/srv/agent"),
        more=masked("monit", ["monit", "-I", "-c", "/config/monitrc"]),
    ),
    Scenario(
        "monit",
        "config-permissions",
        "PermissionDenied",
        "monit refuses a control file that others may read",
        ["monit", "-I", "-c", "/config/monitrc"],
        "permission",
        prepare="echo 'set daemon 2' >/config/monitrc; chmod 666 /config/monitrc\n",
    ),
    Scenario(
        "monit",
        "healthy",
        "Unknown",
        "healthy: monit started the program once",
        ["monit", "-I", "-c", "/config/monitrc"],
        "start",
        prepare="cat >/config/monitrc <<'EOF'\nset daemon 2\nset log /dev/stdout\n"
        'check process web matching "http.server"\n  start program = "/srv/start.sh"\nEOF\nchmod 600 /config/monitrc\n'
        "printf '#!/bin/sh\\npython3 -m http.server 8000 >/dev/null 2>&1 &\\n' >/srv/start.sh\n"
        "chmod +x /srv/start.sh\n",
        run={"seconds": 8},
        more={"running": True},
    ),
    Scenario(
        "uwsgi",
        "full-dynamic-mode",
        "LibraryMissing",
        "the application cannot be imported; uwsgi goes on without it",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--master",
        ],
        "no app loaded. going in full dynamic mode",
        env={"MODE": "module"},
        more={"running": True},
    ),
    Scenario(
        "uwsgi",
        "daemon-respawned",
        "DependencyNotReady",
        "an attached consumer is respawned again and again",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--master",
            "--attach-daemon",
            "python3 /srv/flaky.py",
        ],
        "respawning",
        run={"seconds": 9},
        more=masked("uwsgi"),
    ),
    Scenario(
        "uwsgi",
        "worker-segfault",
        "SegmentationFault",
        "each worker dies of SIGSEGV and is respawned",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--master",
            "--lazy-apps",
        ],
        "Segmentation Fault",
        env={"MODE": "abort"},
        run={"seconds": 8},
        more=masked("uwsgi"),
    ),
    Scenario(
        "uwsgi",
        "env-missing",
        "ConfigurationMissing",
        "with lazy apps each worker misses the variable and has no app",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--master",
            "--lazy-apps",
            "--processes",
            "2",
        ],
        "CATALOGUE_TOKEN",
        env={"MODE": "env"},
        more={"running": True},
    ),
    Scenario(
        "uwsgi",
        "need-app",
        "LibraryMissing",
        "with --need-app uwsgi itself ends: nothing is masked",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--need-app",
        ],
        "No module named 'catalogue_search'",
        env={"MODE": "module"},
    ),
    Scenario(
        "uwsgi",
        "port-taken",
        "PortConflict",
        "uwsgi's own port is taken",
        ["uwsgi", "--plugin", "python3", "--http-socket", ":8000", "--wsgi-file", "/srv/wsgi.py"],
        "Address already in use",
        prepare=TAKEN.format(port=8000),
    ),
    Scenario(
        "uwsgi",
        "serving",
        "Unknown",
        "healthy: it serves",
        [
            "uwsgi",
            "--plugin",
            "python3",
            "--http-socket",
            ":8000",
            "--wsgi-file",
            "/srv/wsgi.py",
            "--master",
            "--processes",
            "2",
        ],
        "spawned uWSGI worker 1",
        run={"meanwhile": "sleep 1.5; for i in $(seq 40); do curl -s localhost:8000/; done"},
        more={"running": True},
    ),
    Scenario(
        "circus",
        "env-missing",
        "ConfigurationMissing",
        "circus starts the shop again and again",
        ["circusd", "/config/circus.ini"],
        "KeyError",
        prepare="printf '[watcher:shop]\\ncmd = python3 /srv/shop.py\\nnumprocesses = 1\\nmax_retry = -1\\n'"
        " >/config/circus.ini\n",
        more=masked("circus", ["circusd", "/config/circus.ini"]),
    ),
    Scenario(
        "circus",
        "queue-refused",
        "DependencyNotReady",
        "circus starts the worker again and again",
        ["circusd", "/config/circus.ini"],
        "cannot connect to queue",
        prepare="printf '[watcher:worker]\\ncmd = python3 /srv/flaky.py\\nmax_retry = -1\\n"
        "warmup_delay = 1\\n' >/config/circus.ini\n",
        env=LOUD,
        more=masked("circus", ["circusd", "/config/circus.ini"]),
    ),
    Scenario(
        "gunicorn-workers",
        "worker-segfault",
        "SegmentationFault",
        "each worker dies of SIGSEGV and gunicorn boots another",
        ["gunicorn", "--workers", "1", "wsgi"],
        "SIGSEGV",
        env={"MODE": "abort"},
        run={"seconds": 4},
        more=masked("gunicorn"),
    ),
    Scenario(
        "circus",
        "stale-socket",
        "StaleUnixSocket",
        "the driver's socket is left",
        ["circusd", "/config/circus.ini"],
        "failed to listen on",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock")
        + "printf '[watcher:driver]\\ncmd = /srv/bin/csi-node-driver --endpoint=unix:///data/csi/csi.sock"
        " --node-id=w1\\n"
        "max_retry = -1\\nwarmup_delay = 1\\n' >/config/circus.ini\n",
        more=masked("circus", captures={"path": "/data/csi/csi.sock"}),
    ),
    Scenario(
        "circus",
        "segfault",
        "SegmentationFault",
        "the daemon smashes its stack again and again",
        ["circusd", "/config/circus.ini"],
        "stack smashing",
        prepare="printf '[watcher:telemetryd]\\ncmd = /srv/telemetryd\\n"
        "copy_env = True\\nmax_retry = -1\\nwarmup_delay = 1\\n' >/config/circus.ini\n",
        env={"MODE": "smash", "LABEL": "rack-17-row-4-building-east-floor-2"},
        more=masked("circus"),
    ),
    Scenario(
        "circus",
        "healthy",
        "Unknown",
        "healthy: the worker was started twice until its queue was there",
        ["circusd", "/config/circus.ini"],
        "connected to queue",
        prepare="printf '[watcher:worker]\\n"
        "cmd = python3 /srv/flaky.py\\nmax_retry = -1\\nwarmup_delay = 1\\n' >/config/circus.ini\n",
        env=LOUD,
        run={"seconds": 8, "meanwhile": "sleep 2; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "gunicorn-workers",
        "worker-memory",
        "OutOfMemory",
        "the kernel kills each worker for memory, gunicorn boots another",
        ["gunicorn", "--workers", "1", "wsgi"],
        "Perhaps out of memory?",
        env={"MODE": "grow"},
        run={"seconds": 12, "memory_bytes": 90 << 20},
        more={
            "masked": "gunicorn",
            "running": True,
            "pod": pod(
                "web",
                IMAGE,
                command=["gunicorn", "--workers", "1", "wsgi"],
                resources={"limits": {"memory": "90Mi"}},
            ),
        },
    ),
    Scenario(
        "gunicorn-workers",
        "max-requests",
        "Unknown",
        "healthy: workers are recycled after 20 requests by design",
        [
            "gunicorn",
            "-b",
            "0.0.0.0:8000",
            "--workers",
            "2",
            "--max-requests",
            "20",
            "--access-logfile",
            "-",
            "wsgi",
        ],
        "Autorestarting worker",
        run={
            "seconds": 7,
            "meanwhile": "sleep 1.5; for i in $(seq 90); do curl -s localhost:8000/; done",
        },
        more={"running": True},
    ),
    Scenario(
        "gunicorn-workers",
        "worker-boot",
        "ConfigurationMissing",
        "the workers fail to boot and gunicorn ends: not masked",
        ["gunicorn", "--workers", "2", "wsgi"],
        "Worker failed to boot",
        env={"MODE": "env"},
        run={"seconds": 20},
    ),
    Scenario(
        "honcho",
        "web-exits",
        "PortConflict",
        "one process ends, so honcho stops all and ends: not masked",
        ["honcho", "start", "-f", "/config/Procfile"],
        "Address already in use",
        prepare=TAKEN.format(port=8000)
        + "printf 'web: python3 -m http.server 8000\\nstatic: python3 -m http.server 8001\\n'"
        " >/config/Procfile\n",
    ),
    Scenario(
        "shell-loop",
        "while-true",
        "ConfigurationMissing",
        "a loop starts the shop again and again",
        SH,
        "KeyError",
        prepare=script(
            'while true; do\n  python3 /srv/shop.py\n  echo "shop exited with status $?, restarting in 1s" >&2\n'
            "  sleep 1\ndone"
        ),
        more=masked("shell", SH),
    ),
    Scenario(
        "shell-loop",
        "until",
        "SegmentationFault",
        "the well-known until loop",
        SH,
        "Respawning",
        prepare=script(
            "until /srv/telemetryd; do\n    echo \"Server 'telemetryd' crashed with exit code $?.  Respawning..\" >&2\n"
            "    sleep 1\ndone"
        ),
        env={"MODE": "segfault"},
        more=masked("shell"),
    ),
    Scenario(
        "shell-loop",
        "queue-refused",
        "DependencyNotReady",
        "a loop around a worker without its queue",
        SH,
        "cannot connect",
        prepare=script(
            "echo 'entrypoint: starting worker loop'\nwhile :; do python3 /srv/flaky.py || true; sleep 0.7; done"
        ),
        run={"seconds": 7},
        more=masked("shell", SH),
    ),
    Scenario(
        "shell-loop",
        "jar-missing",
        "ExecutableMissing",
        "a loop around a jar file that is not there",
        SH,
        "Unable to access jarfile",
        prepare=script(
            'for i in $(seq 1000); do\n  echo "[$(date -u +%FT%TZ)] start #$i"\n'
            "  java -jar /srv/lib/billing.jar\n  sleep 1\ndone"
        ),
        more=masked("shell"),
    ),
    Scenario(
        "shell-loop",
        "three-tries",
        "DependencyNotReady",
        "the loop gives up after three tries: not masked",
        SH,
        "giving up",
        prepare=script(
            'for n in 1 2 3; do\n  python3 /srv/flaky.py && exit 0\n  echo "attempt $n failed, exit $?"\n'
            "  sleep 0.5\ndone\necho 'giving up after 3 attempts'\nexit 1"
        ),
        env={"QUEUE": "127.0.0.1"},
        more={"captures": {"port": "5672"}},
    ),
    Scenario(
        "shell-loop",
        "recovered",
        "Unknown",
        "healthy: the second start found its queue",
        SH,
        "connected to queue",
        prepare=script(
            'while true; do\n  python3 /srv/flaky.py\n  echo "worker died ($?), restarting"\n  sleep 1\ndone'
        ),
        run={"seconds": 7, "meanwhile": "sleep 0.6; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "python-watchdog",
        "kafka-away",
        "DependencyNotReady",
        "the watchdog restarts a consumer without its broker",
        ["python3", "watchdog.py", "python3", "consumer.py"],
        "NoBrokersAvailable",
        prepare=KAFKA,
        env={"KAFKA_BROKERS": "kafka.billing:9092"},
        run={"seconds": 9},
        more=masked("watchdog"),
    ),
    Scenario(
        "python-watchdog",
        "double-free",
        "SegmentationFault",
        "the watchdog restarts a daemon that corrupts its heap",
        ["python3", "watchdog.py", "/srv/telemetryd"],
        "double free",
        env={"MODE": "double-free"},
        more=masked("watchdog"),
    ),
    Scenario(
        "python-watchdog",
        "secret-missing",
        "ConfigurationMissing",
        "the watchdog restarts a gateway without its secret",
        ["python3", "watchdog.py", "/srv/bin/session-gateway"],
        "SESSION_SECRET must be set",
        more=masked("watchdog"),
    ),
    Scenario(
        "python-watchdog",
        "gave-up",
        "ConfigurationInvalid",
        "the watchdog reaches its limit and ends: not masked",
        ["python3", "watchdog.py", "/srv/bin/session-gateway"],
        "giving up",
        env={"SESSION_SECRET": "x", "PORT": "http", "MAX_RESTARTS": "3"},
        run={"seconds": 8},
    ),
    Scenario(
        "python-watchdog",
        "restarted-once",
        "Unknown",
        "healthy: restarted once, then well",
        ["python3", "watchdog.py", "python3", "flaky.py"],
        "connected to queue",
        run={"seconds": 6, "meanwhile": "sleep 0.9; exec python3 -m http.server 5672"},
        more={"running": True},
    ),
    Scenario(
        "java-launcher",
        "socket-stale",
        "StaleUnixSocket",
        "the business process finds its socket left",
        [*JAVA, "/srv/bin/csi-node-driver", "--endpoint=unix:///data/csi/csi.sock", "--node-id=w1"],
        "Restarting business process in 5 seconds",
        prepare=STALE.format(folder="/data/csi", path="/data/csi/csi.sock"),
        run={"seconds": 16},
        more=masked("watchdog", captures={"path": "/data/csi/csi.sock"}),
    ),
    Scenario(
        "java-launcher",
        "heap-space",
        "OutOfMemory",
        "the business process spends its Java heap",
        [*JAVA, "java", "-Xmx24m", "-XX:TieredStopAtLevel=1", "/srv/Report.java"],
        "OutOfMemoryError",
        env={"RESTART_MILLIS": "1500"},
        run={"seconds": 16},
        more=masked("watchdog"),
    ),
    Scenario(
        "java-launcher",
        "settings-invalid",
        "ConfigurationInvalid",
        "the business process rejects a flag's value",
        [*JAVA, "/srv/bin/orders-api", "--request-timeout=soon"],
        "invalid value",
        env={"RESTART_MILLIS": "2000"},
        run={"seconds": 10},
        more=masked("watchdog"),
    ),
    Scenario(
        "java-launcher",
        "gave-up",
        "DependencyNotReady",
        "after three failures the launcher ends: not masked",
        [*JAVA, "python3", "/srv/flaky.py"],
        "launcher exits",
        env={"RESTART_MILLIS": "500", "MAX_RESTARTS": "3", "QUEUE": "rabbitmq.messaging"},
        prepare=host("rabbitmq.messaging", "10.96.12.3"),
        run={"seconds": 20},
    ),
    Scenario(
        "java-launcher",
        "healthy",
        "Unknown",
        "healthy: the business process runs",
        [*JAVA, "python3", "/srv/gateway.py"],
        "listening on",
        run={"seconds": 8},
        more={"running": True},
    ),
    # What falls back silently.
    Scenario(
        "notifier",
        "queue-default",
        "SilentFallback",
        "the config server is away, the queue defaults to localhost and is refused",
        ["node", "server.js"],
        "defaulting queue to localhost",
        prepare=host("configserver", "10.96.71.1"),
        env={"SETTINGS_HOST": "configserver"},
    ),
    Scenario(
        "notifier",
        "queue-default-harmless",
        "Unknown",
        "healthy: the config server is away, and the default serves",
        ["node", "server.js"],
        "defaulting queue to localhost",
        prepare=host("configserver", "10.96.71.1"),
        env={"SETTINGS_HOST": "configserver", "QUEUE": "off"},
        run={"seconds": 3},
        more={"running": True},
    ),
    Scenario(
        "mail-relay",
        "smtp-default",
        "SilentFallback",
        "the registry cannot be read, so localhost is used and refuses",
        ["java", "-XX:TieredStopAtLevel=1", "Registry.java"],
        "will be used",
        prepare=host("nacos.infra", "10.96.72.1"),
        env={"REGISTRY_HOST": "nacos.infra"},
        run={"seconds": 12},
    ),
    Scenario(
        "discovery-gateway",
        "bind-default",
        "SilentFallback",
        "Consul cannot be read, so it binds to loopback, where the probe cannot reach it",
        ["python3", "discovery.py"],
        "continuing with default value",
        prepare=host("consul.infra", "10.96.73.1"),
        run={"seconds": 22},
        more={
            "pod": pod(
                "gateway",
                "registry.example.com/gateway:2",
                ports=[{"containerPort": 9000}],
                livenessProbe={
                    "tcpSocket": {"port": 9000},
                    "initialDelaySeconds": 5,
                    "periodSeconds": 5,
                    "failureThreshold": 3,
                },
            )
        },
    ),
    Scenario(
        "discovery-gateway",
        "peer-default",
        "SilentFallback",
        "Consul cannot be read; the default peer 0.0.0.0:0 cannot be joined",
        ["python3", "discovery.py"],
        "use default 0.0.0.0:0",
        prepare=host("consul.infra", "10.96.73.1"),
        env={"PEER": "required", "STYLE": "terse"},
    ),
    Scenario(
        "bootstrap-script",
        "metadata-default",
        "SilentFallback",
        "the metadata service does not answer, localhost is used and nothing listens there",
        SH,
        "using default",
        prepare=host("metadata.internal", "10.96.74.1")
        + script(
            "set -e\necho '==> looking up database endpoint'\n"
            "DB=$(curl -fsS -m 1 http://metadata.internal/db-endpoint) || { echo 'WARN: could not read db-endpoint from"
            " metadata service, using default localhost' >&2; DB=localhost; }\n"
            'echo "==> waiting for postgres at $DB"\npsql -h "$DB" -U app -c \'select 1\'\nexec python3 shop.py'
        ),
    ),
    Scenario(
        "bootstrap-script",
        "config-default-harmless",
        "Unknown",
        "healthy: no settings file, defaults are used, it serves",
        SH,
        "using defaults",
        prepare=script(
            "[ -f /config/app.env ] || echo 'Config file /config/app.env not found, using defaults'\n"
            "exec python3 gateway.py"
        ),
        run={"seconds": 4},
        more={"running": True},
    ),
    Scenario(
        "bootstrap-script",
        "kv-default-port",
        "SilentFallback",
        "the port is not to be had from the KV store; the default is taken",
        SH,
        "falling back to port",
        prepare=host("etcd.infra", "10.96.75.1")
        + TAKEN.format(port=8080)
        + script(
            'PORT=$(curl -fs -m 1 http://etcd.infra:2379/v2/keys/app/port) || { PORT=8080; echo "etcd unreachable:'
            ' could not obtain port, falling back to port $PORT"; }\nexport PORT\nexec python3 gateway.py'
        ),
    ),
]

LIVE = {
    "httpGet": {"path": "/healthz", "port": 8080},
    "initialDelaySeconds": 10,
    "periodSeconds": 10,
    "failureThreshold": 3,
}
TCP = {
    "tcpSocket": {"port": 8501},
    "initialDelaySeconds": 5,
    "periodSeconds": 5,
    "failureThreshold": 5,
}
MODEL = ["python3", "model_server.py"]
REPORT = ["java", "-XX:TieredStopAtLevel=1", "Report.java"]
NOTIFIER = ["node", "server.js"]


@dataclasses.dataclass(frozen=True)
class Killed:
    """A run of exactly `seconds` that then gets `signal`; the status gets the real times."""

    program: str
    name: str
    cause: str
    situation: str
    command: list[str]
    expect: str
    seconds: float
    signal: str
    fields: dict[str, Any]
    prepare: str = ""
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    meanwhile: str = ""
    grace: int = 30
    memory: int = 0
    user: int = 0
    source: str = "Python 3.11 program"


PROBED = [
    Killed(
        "model-server",
        "liveness-too-early",
        "ProbeKilled",
        "the model takes longer to load than liveness allows (10 + 2..3 x 10 s)",
        MODEL,
        "loading checkpoint shards: 20/64",
        31,
        "SIGTERM",
        {"livenessProbe": LIVE},
    ),
    Killed(
        "model-server",
        "startup-too-short",
        "ProbeKilled",
        "the model takes longer to load than the startup probe allows (6 x 5 s)",
        MODEL,
        "loading checkpoint shards: 20/64",
        30,
        "SIGTERM",
        {
            "startupProbe": {
                "httpGet": {"path": "/", "port": 8501},
                "periodSeconds": 5,
                "failureThreshold": 6,
            },
            "livenessProbe": {"httpGet": {"path": "/", "port": 8501}},
        },
    ),
    Killed(
        "model-server",
        "grace-spent",
        "ProbeKilled",
        "SIGTERM is ignored, so it is killed after the grace period (5 + 5 x 5 + 8 s)",
        MODEL,
        "SIGTERM ignored until model is loaded",
        38,
        "SIGKILL",
        {"livenessProbe": TCP},
        env={"IGNORE_TERM": "1"},
        meanwhile="sleep 30; kill -TERM $(pgrep -f '^python3 model_server')",
        grace=8,
    ),
    Killed(
        "report-server",
        "cube-slow",
        "ProbeKilled",
        "a Java program loads its cube longer than liveness allows",
        REPORT,
        "cube: month 20 of 240 loaded",
        27,
        "SIGTERM",
        {
            "livenessProbe": {
                "httpGet": {"path": "/actuator/health/liveness", "port": 8080},
                "initialDelaySeconds": 15,
                "periodSeconds": 4,
                "failureThreshold": 3,
            }
        },
        env={"SLOW": "1"},
        source="Java 17 program",
    ),
    Killed(
        "report-server",
        "startup-exec",
        "ProbeKilled",
        "a startup probe that runs a command gives up after 8 x 3 s",
        REPORT,
        "cube: month 15 of 240 loaded",
        24,
        "SIGTERM",
        {
            "startupProbe": {
                "exec": {"command": ["test", "-f", "/tmp/ready"]},
                "periodSeconds": 3,
                "failureThreshold": 8,
            }
        },
        env={"SLOW": "1"},
        source="Java 17 program",
    ),
    Killed(
        "notifier",
        "index-slow",
        "ProbeKilled",
        "the index takes longer than liveness allows (no delay, 3 x 10 s)",
        NOTIFIER,
        "building recipient index",
        30,
        "SIGTERM",
        {"livenessProbe": {"tcpSocket": {"port": 3000}}},
        env={"CHUNKS": "200"},
        source="node 20 program",
    ),
    Killed(
        "fastapi-quotes",
        "liveness-path-wrong",
        "ProbeKilled",
        "the liveness probe asks for a path that answers 404",
        ["uvicorn", "quotes:app", "--host", "0.0.0.0", "--port", "8080"],
        "404 Not Found",
        31,
        "SIGTERM",
        {"livenessProbe": LIVE},
        env={"QUOTES_API_TOKEN": "t", "QUOTES_UPSTREAM": "https://quotes.example.com/v2"},
        meanwhile="for n in 1 2 3; do sleep 10; curl -s -A kube-probe/1.29 localhost:8080/healthz; done",
        source="PyPI fastapi 0.115.5, uvicorn 0.32.1",
    ),
    Killed(
        "flask-shop",
        "liveness-path-wrong",
        "ProbeKilled",
        "the liveness probe asks for a path that answers 404",
        ["gunicorn", "-b", "0.0.0.0:8080", "--access-logfile", "-", "shop:create_app()"],
        "kube-probe",
        21,
        "SIGTERM",
        {
            "livenessProbe": {
                "httpGet": {"path": "/health", "port": 8080},
                "initialDelaySeconds": 6,
                "periodSeconds": 5,
            }
        },
        env={"SHOP_SECRET_KEY": "k"},
        meanwhile="sleep 1; for n in 1 2 3; do sleep 5;"
        " curl -s -A kube-probe/1.29 localhost:8080/health; done",
        source="PyPI flask 3.0.3, gunicorn 23.0.0",
    ),
    Killed(
        "reindex-script",
        "shell-ignores-term",
        "ProbeKilled",
        "a shell as entry point does not pass SIGTERM on, so it is killed after the grace period (5 + 3 x 5 + 10 s)",
        ["bash", "/srv/run.sh"],
        "indexed 20 of 900 documents",
        30,
        "SIGKILL",
        {
            "livenessProbe": {
                "exec": {"command": ["pgrep", "searchd"]},
                "initialDelaySeconds": 5,
                "periodSeconds": 5,
            }
        },
        prepare=script(
            "trap '' TERM\necho 'rebuilding search index before start'\nfor n in $(seq 900); do sleep 1;"
            ' echo "indexed $n of 900 documents"; done\nexec searchd'
        ),
        grace=10,
        source="Debian 12 bash",
    ),
    Killed(
        "model-server",
        "killed-too-soon",
        "Unknown",
        "killed after 6 s, when no probe can have failed three times yet",
        MODEL,
        "loading checkpoint shards",
        6,
        "SIGKILL",
        {"livenessProbe": LIVE},
    ),
    Killed(
        "model-server",
        "probe-far-away",
        "Unknown",
        "killed after 15 s; the probe starts at 120 s only",
        MODEL,
        "loading checkpoint shards",
        15,
        "SIGKILL",
        {"livenessProbe": {**LIVE, "initialDelaySeconds": 120}},
    ),
    Killed(
        "model-server",
        "readiness-only",
        "Unknown",
        "killed after 30 s; there is a readiness probe alone, which kills nothing",
        MODEL,
        "loading checkpoint shards",
        30,
        "SIGKILL",
        {"readinessProbe": LIVE},
    ),
    Killed(
        "report-server",
        "terminated-early",
        "Unknown",
        "stopped by hand after 5 s; the startup probe has minutes",
        REPORT,
        "cube: month",
        5,
        "SIGTERM",
        {
            "startupProbe": {
                "httpGet": {"path": "/", "port": 8080},
                "periodSeconds": 10,
                "failureThreshold": 30,
            }
        },
        env={"SLOW": "1"},
        source="Java 17 program",
    ),
    Killed(
        "etl-job",
        "probe-fits-but-memory",
        "OutOfMemory",
        "the kernel killed it for memory, whatever the probe says",
        ["python3", "etl.py"],
        "extracting",
        40,
        "SIGKILL",
        {
            "livenessProbe": {
                "exec": {"command": ["true"]},
                "periodSeconds": 2,
                "failureThreshold": 1,
            },
            "resources": {"limits": {"memory": "80Mi"}},
        },
        env={"CHECK": "grow"},
        memory=80 << 20,
    ),
    Killed(
        "flask-shop",
        "probe-fits-but-refused",
        "DependencyNotReady",
        "it ends by itself for want of its database; the probe is a bystander",
        ["python3", "shop.py"],
        "Connection refused",
        40,
        "SIGKILL",
        {
            "livenessProbe": {
                "httpGet": {"path": "/healthz", "port": 5000},
                "initialDelaySeconds": 3,
                "periodSeconds": 3,
                "failureThreshold": 2,
            }
        },
        prepare=DB,
        env={
            "SHOP_SECRET_KEY": "k",
            "DATABASE_ATTEMPTS": "16",
            "DATABASE_URL": "postgresql+psycopg2://app:correct@postgres.shop.svc.cluster.local/shop",
        },
        source="PyPI flask 3.0.3, sqlalchemy 2.0.36",
    ),
    Killed(
        "fastapi-quotes",
        "probes-answered",
        "Unknown",
        "healthy: probes are answered with 200, then an orderly stop",
        ["uvicorn", "quotes:app", "--host", "0.0.0.0", "--port", "8080"],
        "200 OK",
        16,
        "SIGTERM",
        {"livenessProbe": {"httpGet": {"path": "/livez", "port": 8080}, "periodSeconds": 2}},
        env={"QUOTES_API_TOKEN": "t", "QUOTES_UPSTREAM": "https://quotes.example.com/v2"},
        meanwhile="while sleep 2; do curl -s -A kube-probe/1.29 localhost:8080/livez; done",
        source="PyPI fastapi 0.115.5, uvicorn 0.32.1",
    ),
]


def _probed(recorder: Recorder, row: Killed) -> None:
    document = pod(
        row.program, f"registry.example.com/{row.program}:1", command=row.command,
        **({"env": env(**row.env)} if row.env else {}), **row.fields,
    )  # fmt: skip
    document["spec"]["terminationGracePeriodSeconds"] = row.grace
    begun = datetime.now(UTC)
    ended = recorder.record(
        row.program, row.name,
        Run(row.command, prepare=BEFORE + row.prepare, environment=row.env, seconds=row.seconds, stop_signal=row.signal,
            meanwhile=row.meanwhile, memory_bytes=row.memory, user=row.user),
        cause=row.cause, situation=row.situation, source=row.source, expect=row.expect, pod=document,
    )  # fmt: skip
    if ended is None:
        return
    lasted = timedelta(seconds=row.seconds)
    if not ended.stopped:
        lasted = datetime.now(UTC) - begun
    form = "%Y-%m-%dT%H:%M:%SZ"
    document["status"] = {
        "phase": "Running",
        "containerStatuses": [{
            "name": row.program, "ready": False, "started": False, "restartCount": 7,
            "state": {"waiting": {"reason": "CrashLoopBackOff",
                                  "message": f"back-off 5m0s restarting failed container={row.program}"}},
            "lastState": {"terminated": {
                "exitCode": ended.exit_code, "reason": ended.reason, "startedAt": begun.strftime(form),
                "finishedAt": (begun + lasted).strftime(form)}},
        }],
    }  # fmt: skip
    next(
        case for case in recorder.written if (case.program, case.name) == (row.program, row.name)
    ).write()


def record(recorder: Recorder) -> None:
    pypi()
    rust.build()
    apt(
        "supervisor",
        "s6",
        "runit",
        "monit",
        "uwsgi",
        "uwsgi-plugin-python3",
        "curl",
        "postgresql-15",
        "musl-tools",
    )
    apt("gcc", "g++", "libpython3.11-dev")
    native.build()
    with ThreadPoolExecutor(6) as pool:
        slow = [pool.submit(_probed, recorder, row) for row in PROBED]
        record_all(recorder, SCENARIOS, BEFORE, SOURCE)
        for one in slow:
            one.result()
