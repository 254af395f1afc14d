"""php-fpm 8.2 of Debian 12, as the php:fpm images run it: in the foreground, logging to stderr."""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import Scenario, hold_port, hold_socket, killed, put, record_all, stale, volumes

SOCKET = "/run/php/php-fpm.sock"
FPM = ["php-fpm8.2", "--nodaemonize", "--fpm-config", "/config/php-fpm.conf"]


def config(
    listen: str = SOCKET,
    *,
    pool: str = "",
    top: str = "",
    owner: str = "user = www-data\ngroup = www-data",
) -> str:
    """Bash that writes /config/php-fpm.conf, after the image's docker.conf."""
    return "mkdir -p /run/php; chown www-data /run/php\n" + put(
        "/config/php-fpm.conf",
        f"""
[global]
error_log = /proc/self/fd/2
log_limit = 8192
{top}
[www]
{owner}
listen = {listen}
listen.owner = www-data
listen.group = www-data
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
access.log = /proc/self/fd/2
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
{pool}
""",
    )


def fpm_pod(**spec: Any) -> dict[str, Any]:
    return pod("php-fpm", "php:8.2-fpm", **spec)


SHARED = volumes(run="/run/php")
NGINX = {
    "name": "nginx",
    "image": "nginx:1.27",
    "volumeMounts": [{"name": "run", "mountPath": "/run/php"}],
}


def call(script: str, text: str, times: int = 1) -> tuple[str, str]:
    """Bash that writes the PHP script, and bash that has it run through FastCGI (a request written by hand)."""
    client = put(
        "/srv/client.py",
        f"""
import socket, struct, sys
def record(kind, data): return struct.pack(">BBHHBx", 1, kind, 1, len(data), 0) + data
def pair(k, v): return struct.pack("BB", len(k), len(v)) + k.encode() + v.encode()
for _ in range(int(sys.argv[1])):
    s = socket.socket(socket.AF_UNIX); s.connect("{SOCKET}")
    params = pair("SCRIPT_FILENAME", "{script}") + pair("REQUEST_METHOD", "GET") + pair("REQUEST_URI", "/index.php") \\
        + pair("SCRIPT_NAME", "/index.php") + pair("REMOTE_ADDR", "10.42.0.7")
    s.sendall(record(1, b"\\0\\1\\0\\0\\0\\0\\0\\0") + record(4, params) + record(4, b"") + record(5, b""))
    while s.recv(65536): pass
""",
    )
    return put(script, text) + client, f"sleep 0.8; python3 /srv/client.py {times}"


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []

    def add(name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any) -> None:
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds")
            if key in more
        }
        command = more.pop("command", FPM)
        table.append(
            Scenario("php-fpm", name, cause, situation, Run(command, prepare=prepare, **({"seconds": 3} | run)), expect, **more)
        )  # fmt: skip

    add(
        "socket-in-use",
        "StaleUnixSocket",
        "another php-fpm of the pod still listens on the shared socket's file",
        config() + "php-fpm8.2 -F -y /config/php-fpm.conf >/dev/null 2>&1 & sleep 0.6\n",
        "Another FPM instance seems to already listen on /run/php/php-fpm.sock",
        captures={"path": SOCKET},
        pod=fpm_pod(**SHARED, siblings=[NGINX]),
    )
    add(
        "socket-in-use-without-pod",
        "StaleUnixSocket",
        "somebody listens on the socket's file, seen from the log alone",
        config("/var/run/php8-fpm.sock", top="log_level = debug")
        + hold_socket("/var/run/php8-fpm.sock"),
        "Another FPM instance",
        captures={"path": "/var/run/php8-fpm.sock"},
    )
    add(
        "dead-socket-removed",
        "Unknown",
        "php-fpm removes the socket's file of a killed instance by itself and runs",
        config(top="log_level = notice")
        + killed("php-fpm8.2 -F -y /config/php-fpm.conf")
        + f"test -S {SOCKET}\n",
        "ready to handle connections",
        running=True,
        pod=fpm_pod(**SHARED, siblings=[NGINX]),
    )
    add(
        "dead-socket-not-removable",
        "StaleUnixSocket",
        "an unprivileged php-fpm cannot remove the dead socket's file of root",
        config() + stale(SOCKET) + "chown root /run/php; chmod 755 /run/php\n",
        "Address already in use (98)",
        user=33,
        captures={"path": SOCKET},
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 9000 is taken",
        config("9000") + hold_port(9000, "::"),
        "unable to bind listening socket for address '9000': Address already in use (98)",
        pod=fpm_pod(hostNetwork=True, ports=[{"containerPort": 9000}]),
    )
    add(
        "port-conflict-ipv4",
        "PortConflict",
        "127.0.0.1:9000 is taken by a sibling with xdebug",
        config("127.0.0.1:9000") + hold_port(9000, "127.0.0.1"),
        "Address already in use (98)",
        captures={"address": "127.0.0.1:9000"},
    )
    add(
        "socket-directory-not-writable",
        "PermissionDenied",
        "the socket's directory belongs to root",
        config() + "chown root /run/php; chmod 755 /run/php\n",
        "Permission denied (13)",
        user=33,
        pod=fpm_pod(**SHARED, securityContext={"runAsUser": 33}),
    )
    add(
        "log-not-writable",
        "PermissionDenied",
        "the error log's directory belongs to root",
        config().replace("/proc/self/fd/2\nlog_limit", "/data/log/fpm.log\nlog_limit")
        + "mkdir -p /data/log; chmod 755 /data/log\n",
        "failed to open error_log",
        user=33,
    )
    add(
        "unknown-entry",
        "ConfigurationInvalid",
        "a directive that php-fpm does not know",
        config(pool="pm.max_clients = 20"),
        "unknown entry 'pm.max_clients'",
    )
    add(
        "spare-servers",
        "ConfigurationInvalid",
        "numbers that contradict each other",
        config(pool="pm.start_servers = 9"),
        "pm.start_servers",
    )
    add(
        "no-user",
        "ConfigurationMissing",
        "the pool has no user",
        config(owner=""),
        "user has not been defined",
    )
    add(
        "unknown-user",
        "ConfigurationInvalid",
        "the pool's user is not in the image",
        config(owner="user = webapp\ngroup = webapp"),
        "cannot get uid for user 'webapp'",
    )
    add(
        "configuration-missing",
        "ConfigurationMissing",
        "the ConfigMap lacks php-fpm.conf",
        "",
        "failed to open configuration file '/config/php-fpm.conf'",
        pod=fpm_pod(command=FPM, **volumes(config="config:/config")),
    )
    add(
        "extension-missing-but-running",
        "Unknown",
        "a PHP extension cannot be loaded: a warning, php-fpm runs on",
        config()
        + put(
            "/config/php.ini",
            "extension=redis.so\nextension=imagick\nlog_errors=1\nerror_log=/proc/self/fd/2\ndisplay_startup_errors=1",
        ),
        "Unable to load dynamic library 'redis.so'",
        command=[*FPM, "-c", "/config/php.ini"],
        running=True,
    )
    add(
        "rlimit-warning",
        "Unknown",
        "rlimit_files cannot be raised: said once per worker, php-fpm runs on",
        config(pool="rlimit_files = 1048576"),
        "rlimit_files",
        user=33,
        running=True,
    )
    add(
        "too-many-open-files",
        "FileLimitReached",
        "no descriptor is left for the workers' pipes",
        config(pool="pm.start_servers = 3"),
        "Too many open files",
        open_files=12,
    )
    add(
        "too-many-open-files-at-user-lookup",
        "FileLimitReached",
        "no descriptor is left to read /etc/passwd",
        config(),
        "cannot get uid for user 'www-data': Too many open files",
        open_files=9,
    )
    for script, name, situation, text, expect, count in (
        ("index.php", "application-fatal", "an application's uncaught errors end requests, php-fpm serves on",
         "<?php error_log('connecting'); $db = new PDO('mysql:host=127.0.0.1;dbname=shop', 'shop', 'x');", "PHP Fatal error", 6),
        ("memory.php", "request-memory-exhausted", "requests that reach memory_limit are ended, php-fpm serves on",
         "<?php ini_set('memory_limit', '4M'); $a = []; while (true) { $a[] = str_repeat('x', 65536); }", "Allowed memory size", 3),
        ("exit.php", "worker-segfault", "workers that die of SIGSEGV are replaced, php-fpm serves on",
         "<?php posix_kill(getmypid(), 11);", "exited on signal 11", 3),
        ("ok.php", "healthy", "many requests and an orderly end", "<?php echo 'ok';", "ready to handle connections", 150),
    ):  # fmt: skip
        prepare, beside = call(f"/srv/www/{script}", text, count)
        add(
            name,
            "Unknown",
            situation,
            config() + prepare,
            expect,
            meanwhile=beside,
            running=name != "healthy",
            pod=fpm_pod(**SHARED, siblings=[NGINX]) if name == "healthy" else None,
        )
    add(
        "max-children",
        "Unknown",
        "the warning that pm.max_children is reached does no harm",
        config(pool="pm.max_children = 1\npm.start_servers = 1\npm.max_spare_servers = 1")
        + call("/srv/www/slow.php", "<?php sleep(1);")[0],
        "max_children",
        meanwhile="sleep 0.5; for i in 1 2 3; do python3 /srv/client.py 1 & done; wait",
        seconds=5,
        running=True,
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    apt("php8.2-fpm", "php8.2-sqlite3")
    record_all(recorder, scenarios(), {"php-fpm": debian("php8.2-fpm")})
