"""Database servers: PostgreSQL, MariaDB, Redis and Sentinel, memcached, InfluxDB, OpenLDAP, PgBouncer.

All are Debian 12's packages, run as their images run them: in the foreground, as their own users, with the log on the
container's streams. Data directories are made by the programs' own tools once and copied for each case. Locks, sockets
and half-written files are left by instances that were really started and really killed; a process ID is "reused" by
setting `ns_last_pid`, which is what happens by itself in a container where everything gets the same low numbers.
"""

from __future__ import annotations

import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod

CACHE = Path.home() / ".cache" / "crashloop-doctor" / "corpus" / "databases"


@dataclass(frozen=True)
class Row:
    """One case. `user` is a name of this machine's users; the family fills in `program` and `source`."""

    name: str
    cause: str
    situation: str
    expect: str
    command: str | list[str] = ""
    prepare: str = ""
    meanwhile: str = ""
    env: dict[str, str] = field(default_factory=dict)
    user: str = ""
    seconds: float = 4
    stop: str = "SIGTERM"
    memory: int = 0
    open_files: int = 0
    pod: dict[str, Any] | None = None
    captures: dict[str, str] = field(default_factory=dict)
    running: bool = False
    program: str = ""
    source: str = ""
    hostname: str = "app-5d8c7f6b9-x2x7k"


def family(
    rows: Iterable[Row],
    *,
    program: str,
    source: str,
    command: str,
    user: str = "root",
    before: str = "",
) -> list[Row]:
    """The rows of one program with what they share; a `command` that starts with "+" is added to the common one."""
    done = []
    for row in rows:
        words = row.command
        if isinstance(words, str):
            words = (
                f"{command} {words[1:]}" if words.startswith("+") else words or command
            ).split()
        done.append(
            replace(
                row,
                command=words,
                program=row.program or program,
                source=row.source or source,
                user=row.user or user,
                prepare=before + row.prepare,
            )
        )
    return done


def record_rows(recorder: Recorder, rows: Iterable[Row], workers: int = 4) -> None:
    """Records them, several at a time; those with a memory cgroup in turn (the recorder has one name for it)."""

    def one(row: Row) -> None:
        ended = recorder.record(
            row.program,
            row.name,
            Run(
                list(row.command),
                prepare=row.prepare,
                meanwhile=row.meanwhile,
                environment=row.env,
                user=pwd.getpwnam(row.user).pw_uid,
                open_files=row.open_files,
                memory_bytes=row.memory,
                seconds=row.seconds,
                stop_signal=row.stop,
                hostname=row.hostname,
            ),
            cause=row.cause,
            situation=row.situation,
            source=row.source,
            expect=row.expect,
            pod=row.pod,
            captures=row.captures,
            running=row.running,
        )
        if ended and row.running and not ended.stopped:
            recorder.failed.append(
                f"{row.program}/{row.name}: was not running, exit {ended.exit_code}"
            )

    rows = list(rows)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(one, [row for row in rows if not row.memory]))
    for row in rows:
        if row.memory:
            one(row)


def template(name: str, make: Callable[[Path], None]) -> Path:
    """A data directory in the cache, made when absent in a folder that other users can reach."""
    kept = CACHE / name
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="corpus-", dir="/var/tmp") as folder:
            Path(folder).chmod(0o755)
            made = Path(folder) / "data"
            make(made)
            subprocess.run(["cp", "-a", str(made), f"{kept}.new"], check=True)
        shutil.move(f"{kept}.new", kept)
    return kept


def claim(path: str, program: str, name: str = "data") -> dict[str, Any]:
    """The pod fields of a persistent volume at `path`."""
    return {
        "volumeMounts": [{"name": name, "mountPath": path}],
        "volumes": [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{program}-0"}}],
    }


def config_map(path: str, program: str) -> dict[str, Any]:
    return {
        "volumeMounts": [{"name": "config", "mountPath": path}],
        "volumes": [{"name": "config", "configMap": {"name": f"{program}-config"}}],
    }


def joined(*parts: dict[str, Any]) -> dict[str, Any]:
    """Several pod fields in one, their lists one after the other."""
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            whole[key] = whole[key] + value if isinstance(value, list) and key in whole else value
    return whole


def ports(**named: int) -> dict[str, Any]:
    return {"ports": [{"name": name, "containerPort": number} for name, number in named.items()]}


FULL = "mount -t tmpfs -o size={size},mode=0755 tmpfs {place}\n"
PID_REUSED = 'echo $((P - 1)) >/proc/sys/kernel/ns_last_pid; $AS sleep 300 & [ "$!" = "$P" ]\n'
"""Something else now has the process ID `$P` of the killed server."""

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

PG_DATA = "/var/lib/postgresql/data"
PG_SOCKET = "/var/run/postgresql/.s.PGSQL.5432"
PG_BIN = "/usr/lib/postgresql/15/bin"
POSTGRES = "postgres -c listen_addresses=*"


def _initdb(place: Path) -> None:
    place.mkdir()
    shutil.chown(place, "postgres", "postgres")
    subprocess.run(
        ["runuser", "-u", "postgres", "--", f"{PG_BIN}/initdb", "-D", str(place), "--auth-local=trust",
         "--auth-host=scram-sha-256", "--locale=C.UTF-8"],
        check=True, stdout=subprocess.DEVNULL,
        env={"PATH": f"{PG_BIN}:/usr/sbin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"},
    )  # fmt: skip
    with (place / "pg_hba.conf").open("a") as rules:
        rules.write("host all all all scram-sha-256\n")
    place.chmod(0o700)


def postgres_before() -> str:
    return f"""
AS="setpriv --reuid postgres --regid postgres --clear-groups"
mount -t tmpfs -o mode=755 tmpfs /var/lib/postgresql
cp -a {template("postgres-15", _initdb)} {PG_DATA}
D={PG_DATA}
install -d -o postgres -m 2775 /run/postgresql
launch() {{ $AS postgres "$@" >/run/first.log 2>&1 & P=$!; }}
ready() {{ for i in $(seq 100); do pg_isready -q && return; sleep 0.1; done; cat /run/first.log >&2; return 1; }}
sql() {{ psql -q -X -U postgres "$@" >/dev/null; }}
killed() {{ kill -9 $P; wait $P || true; sleep 0.4; }}
"""


PG_ENV = {"PGDATA": PG_DATA, "PATH": f"{PG_BIN}:/usr/sbin:/usr/bin:/sbin:/bin"}
PG_VOLUME = claim("/var/lib/postgresql/data", "postgres")


def _pg_pod(**spec: Any) -> dict[str, Any]:
    return pod("postgres", "postgres:15.18", **joined(ports(postgres=5432), spec))


PG_LIFE = """
sleep 1; sql() { psql -q -X -U postgres "$@"; }
sql -c "create role app login password 'correct'" -c 'create database shop owner app'
sql -d shop -c 'create table orders(id serial primary key, state text, total numeric)' -c 'create schema audit'
"""
PG_CLIENT = "psql -X -h 127.0.0.1"

POSTGRES_ROWS = [
    Row(
        "stale-postmaster-pid",
        "StaleLock",
        "the server was killed; its lock file names a process ID that another process has by now",
        'lock file "postmaster.pid" already exists',
        prepare="launch; ready; killed\n" + PID_REUSED,
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "second-server-on-one-volume",
        "StaleLock",
        "another server still runs on the data directory: two pods share the volume",
        'lock file "postmaster.pid" already exists',
        command="+-p 5433 -c log_line_prefix=%m_[%p]_%q%u@%d_",
        prepare="launch; ready\n",
    ),
    Row(
        "empty-lock-file",
        "StaleLock",
        "the node lost power while the lock file was written: it is there and empty",
        'lock file "postmaster.pid" is empty',
        prepare="launch; ready; killed; truncate -s0 $D/postmaster.pid\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "shared-memory-block-in-use",
        "StaleLock",
        "the postmaster was killed, but a process of it hangs and holds the shared memory of the data directory",
        "pre-existing shared memory block",
        prepare="launch; ready; kill -STOP $(pgrep -f ^postgres:.checkpointer); killed\n",
    ),
    Row(
        "stale-socket-lock",
        "StaleUnixSocket",
        "socket and socket lock of a killed server stay in a shared volume; its process ID is taken by another process",
        '.s.PGSQL.5432.lock" already exists',
        prepare="launch; ready; killed; rm $D/postmaster.pid\n" + PID_REUSED,
        captures={"path": PG_SOCKET},
        pod=_pg_pod(
            volumeMounts=[
                {"name": "data", "mountPath": PG_DATA},
                {"name": "sockets", "mountPath": "/var/run/postgresql"},
            ],
            volumes=[
                {"name": "data", "persistentVolumeClaim": {"claimName": "data-postgres-0"}},
                {"name": "sockets", "hostPath": {"path": "/var/run/shop-postgres"}},
            ],
        ),
    ),
    Row(
        "socket-lock-in-tmp",
        "StaleUnixSocket",
        "the same with the sockets in /tmp and a log with session prefixes",
        '/tmp/.s.PGSQL.5432.lock" already exists',
        command="+-c unix_socket_directories=/tmp -c cluster_name=shop",
        prepare="launch -k /tmp; for i in $(seq 50); do pg_isready -q -h /tmp && break; sleep 0.1; done; killed\n"
        "rm $D/postmaster.pid\n" + PID_REUSED,
        captures={"path": "/tmp/.s.PGSQL.5432"},
    ),
    Row(
        "port-in-use-on-the-host",
        "PortConflict",
        "hostNetwork: the node runs a PostgreSQL of its own on 5432",
        "Address already in use",
        prepare="cp -a $D /data/other; launch -D /data/other -c 'listen_addresses=*' -k /run; sleep 1.5\n",
        captures={"address": "0.0.0.0:5432"},
        pod=_pg_pod(hostNetwork=True, **PG_VOLUME),
    ),
    Row(
        "port-in-use-one-address",
        "PortConflict",
        "the pod's address and port are taken by a proxy in the same pod",
        "Address already in use",
        command="postgres -c listen_addresses=127.0.0.1 -p 6432",
        prepare="(python3 -m http.server --bind 127.0.0.1 6432 >/dev/null 2>&1 &) ; sleep 1.2\n",
        captures={"address": "127.0.0.1:6432"},
    ),
    Row(
        "data-of-another-owner",
        "PermissionDenied",
        "the volume belongs to the user of another image",
        "has wrong ownership",
        prepare="chown -R 999:999 $D; chmod -R a+rX $D\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "data-of-root",
        "PermissionDenied",
        "the volume belongs to root with mode 0700",
        "Permission denied",
        prepare="chown -R root:root $D\n",
    ),
    Row(
        "one-file-of-root",
        "PermissionDenied",
        "a restore as root left files in the data directory that the server cannot read",
        "Permission denied",
        prepare="chown -R root:root $D/global $D/pg_wal\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "socket-directory-not-writable",
        "PermissionDenied",
        "the socket directory belongs to root: the lock file of the socket cannot be made",
        '.s.PGSQL.5432.lock": Permission denied',
        prepare="chown root:root /run/postgresql; chmod 755 /run/postgresql\n",
        pod=_pg_pod(
            volumeMounts=[{"name": "sockets", "mountPath": "/var/run/postgresql"}],
            volumes=[{"name": "sockets", "emptyDir": {}}],
        ),
    ),
    Row(
        "data-mode-0775",
        "PermissionDenied",
        "fsGroup made the data directory writable for the group, which the server refuses",
        "has invalid permissions",
        prepare="chmod 0775 $D\n",
        pod=_pg_pod(securityContext_={"fsGroup": 999}, **PG_VOLUME),
    ),
    Row(
        "wal-volume-full",
        "DiskFull",
        "the separate volume of the write-ahead log fills up; the server panics and cannot recover either",
        "No space left on device",
        prepare="cp -a $D/pg_wal /data/keep; mount -t tmpfs -o size=40m,mode=0700 tmpfs $D/pg_wal\n"
        "cp -a /data/keep/. $D/pg_wal/; chown postgres:postgres $D/pg_wal\n",
        command="+-c log_line_prefix=%m_[%p]_%q%u@%d_%a_ -c max_wal_size=4GB",
        meanwhile=PG_LIFE
        + "for i in $(seq 40); do sql -d shop -c \"insert into orders(state,total) select 'new', g from"
        ' generate_series(1,20000) g"; done\n',
        seconds=9,
        stop="SIGKILL",
        pod=_pg_pod(**claim(f"{PG_DATA}/pg_wal", "postgres", "wal")),
    ),
    Row(
        "lock-file-no-space",
        "DiskFull",
        "not even the lock file can be written",
        "No space left on device",
        prepare="cp -a $D /data/keep; S=$(du -sk /data/keep | cut -f1)\n"
        "mount -t tmpfs -o size=$((S + 400))k,mode=0700 tmpfs $D; cp -a /data/keep/. $D/; chown postgres:postgres $D\n"
        "dd if=/dev/zero of=$D/core.1 bs=1k 2>/dev/null || true\n",
    ),
    Row(
        "checkpoint-on-full-disk",
        "DiskFull",
        "a bulk load fills the volume; the write-ahead log cannot be extended and the server panics",
        "No space left on device",
        prepare="cp -a $D /data/keep; S=$(du -sk /data/keep | cut -f1)\n"
        "mount -t tmpfs -o size=$((S + 19000))k,mode=0700 tmpfs $D; cp -a /data/keep/. $D/;"
        " chown postgres:postgres $D\n",
        command="+-c log_connections=on -c log_statement=ddl",
        meanwhile=PG_LIFE
        + "for i in $(seq 40); do sql -d shop -c \"insert into orders(state,total) select 'new', g from"
        ' generate_series(1,20000) g"; done\n',
        seconds=9,
        stop="SIGKILL",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "dev-shm-full",
        "DiskFull",
        "/dev/shm of the pod is full: no dynamic shared memory can be had",
        "No space left on device",
        prepare="mount -t tmpfs -o size=8m,mode=1777 tmpfs /dev/shm; dd if=/dev/zero"
        " of=/dev/shm/cache bs=1k 2>/dev/null || :\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "initdb-no-space",
        "DiskFull",
        "the first start runs initdb on a volume of 8 MiB",
        "No space left on device",
        command="initdb -D /data/pgdata --auth-host=scram-sha-256 --locale=C.UTF-8",
        prepare="mount -t tmpfs -o size=8m,mode=0777 tmpfs /data\n",
        pod=_pg_pod(**claim("/data", "postgres")),
    ),
    Row(
        "data-of-version-13",
        "ConfigurationInvalid",
        "the image was raised from 13 to 15 without an upgrade of the data",
        "database files are incompatible with server",
        prepare="echo 13 >$D/PG_VERSION\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "data-of-version-16",
        "ConfigurationInvalid",
        "a roll-back of the image from 16 to 15; terse log",
        "database files are incompatible with server",
        command="+-c log_error_verbosity=terse",
        prepare="echo 16 >$D/PG_VERSION\n",
    ),
    Row(
        "unknown-parameter",
        "ConfigurationInvalid",
        "a misspelt parameter in the configuration",
        "unrecognized configuration parameter",
        prepare="echo \"shared_bufers = '256MB'\" >>$D/postgresql.conf\n",
    ),
    Row(
        "bad-value",
        "ConfigurationInvalid",
        "shared_buffers with a unit that does not exist",
        "invalid value for parameter",
        command="+-c shared_buffers=256M",
        pod=_pg_pod(args=["postgres", "-c", "shared_buffers=256M"]),
    ),
    Row(
        "hba-syntax",
        "ConfigurationInvalid",
        "pg_hba.conf from a config map has a line with an unknown method",
        "could not load pg_hba.conf",
        prepare="echo 'host all app 10.0.0.0/8 scram' >>$D/pg_hba.conf\n",
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "archiving-needs-replica-level",
        "ConfigurationInvalid",
        "archive_mode is on while wal_level is minimal",
        "WAL archival cannot be enabled",
        command="+-c wal_level=minimal -c archive_mode=on -c max_wal_senders=0",
    ),
    Row(
        "config-file-missing",
        "ConfigurationMissing",
        "config_file points to a config map that is not mounted",
        "could not access the server configuration file",
        command="postgres --config-file=/config/postgresql.conf",
        pod=_pg_pod(args=["postgres", "--config-file=/config/postgresql.conf"]),
    ),
    Row(
        "tls-files-missing",
        "ConfigurationMissing",
        "ssl is on and the secret with the certificate is not mounted",
        "could not load server certificate file",
        command="+-c ssl=on -c ssl_cert_file=/config/tls/tls.crt -c ssl_key_file=/config/tls/tls.key",
    ),
    Row(
        "key-of-another-certificate",
        "CertificateInvalid",
        "the key in the secret does not belong to the certificate",
        "key values mismatch",
        command="+-c ssl=on -c ssl_cert_file=/config/tls.crt -c ssl_key_file=/config/tls.key",
        prepare="cd /config; openssl req -x509 -newkey rsa:2048 -nodes -keyout a.key -out tls.crt"
        " -subj /CN=pg 2>/dev/null\n"
        "openssl genrsa -out tls.key 2>/dev/null; chown postgres tls.key; chmod 600 tls.key; chmod 644 tls.crt\n",
    ),
    Row(
        "shared-buffers-too-large",
        "OutOfMemory",
        "shared_buffers is larger than the machine's memory",
        "Cannot allocate memory",
        command="+-c shared_buffers=800GB -c huge_pages=off",
        pod=_pg_pod(resources={"limits": {"memory": "2Gi"}}, **PG_VOLUME),
    ),
    Row(
        "memory-limit",
        "OutOfMemory",
        "the container's limit is smaller than what the server touches during a large sort",
        "ready to accept connections",
        command="+-c log_connections=on -c work_mem=1GB",
        meanwhile=PG_LIFE
        + 'sql -d shop -c "select count(*) from (select g, repeat(md5(g::text), 8) t from generate_series(1,1500000) g'
        ' order by t) x"\n',
        memory=90 << 20,
        stop="SIGKILL",
        seconds=8,
        pod=_pg_pod(resources={"limits": {"memory": "90Mi"}}, **PG_VOLUME),
    ),
    Row(
        "too-few-file-descriptors",
        "FileLimitReached",
        "the runtime allows 24 open files",
        "insufficient file descriptors",
        open_files=24,
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "write-ahead-log-reset",
        "ApplicationError",
        "the volume was restored without its write-ahead log: no valid checkpoint is found",
        "could not locate a valid checkpoint record",
        prepare="launch; ready; kill $P; wait $P || true; for f in $D/pg_wal/0*; do head -c"
        " 16777216 /dev/zero >$f; done\n",
    ),
    Row(
        "healthy-served-and-stopped",
        "Unknown",
        "healthy: serves, is stopped with SIGTERM and ends orderly",
        "database system is shut down",
        command="+-c log_checkpoints=on",
        meanwhile=PG_LIFE,
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "healthy-recovered-after-kill",
        "Unknown",
        "healthy: the last instance was killed; automatic recovery replays the log and the server serves",
        "automatic recovery in progress",
        prepare="launch; ready; sql -c 'create table t as select g from generate_series(1,200000) g'; killed\n",
        running=True,
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "healthy-stale-pid-file-taken-over",
        "Unknown",
        "healthy: the pid file of a dead process is overwritten without a word; clients come too early",
        "the database system is",
        command="+-c log_connections=on -c recovery_prefetch=off",
        prepare="launch; ready; sql -c 'create table t(g int primary key, x text)'"
        ' -c "insert into t select g, md5(g::text) from generate_series(1,700000) g"; killed\n',
        meanwhile="until pkill -STOP -f '^postgres: startup'; do :; done; for i in 1 2 3 4 5 6; do\n"
        "psql -X -U postgres -c 'select 1'; sleep 0.3; done; pkill -CONT -f '^postgres: startup'; sleep 1\n"
        "psql -X -U postgres -c 'select 1'",
        running=True,
        seconds=6,
    ),
    Row(
        "healthy-clients-with-wrong-passwords",
        "Unknown",
        "healthy: the server refuses clients' passwords all the time and serves the others",
        "password authentication failed for user",
        meanwhile=PG_LIFE
        + f"for i in 1 2 3 4 5; do PGPASSWORD=wrong {PG_CLIENT} -U app shop -c 'select 1';"
        f" PGPASSWORD=correct {PG_CLIENT} -U app shop -c 'select 1'; sleep 0.2; done\n",
        running=True,
        seconds=6,
        pod=_pg_pod(**PG_VOLUME),
    ),
    Row(
        "healthy-statement-errors",
        "Unknown",
        "healthy: clients send wrong statements, lack privileges, ask for databases that do not exist and are cut off",
        "permission denied for schema audit",
        command="+-c log_connections=on -c log_disconnections=on -c log_min_duration_statement=0",
        meanwhile=PG_LIFE
        + "export PGPASSWORD=correct\nfor i in $(seq 6); do\n"
        + "".join(
            f'{PG_CLIENT} -U app shop -c "{q}"\n'
            for q in (
                "select * from invoices",
                "create table audit.log(id int)",
                "insert into orders values(1,'a',1)",
                "insert into orders values(1,'a',1)",
                "select 1/0",
                "set statement_timeout=5; select pg_sleep(1)",
            )
        )
        + f"{PG_CLIENT} -U app reporting -c 'select 1'\ntimeout -s KILL 0.1 {PG_CLIENT} -U app"
        f" shop -c 'select pg_sleep(9)'\n"
        "done\n",
        running=True,
        seconds=7,
    ),
    Row(
        "healthy-backend-killed",
        "Unknown",
        "healthy in the end: a backend is killed with signal 9; the server restarts its processes, recovers and serves",
        "was terminated by signal 9: Killed",
        meanwhile=PG_LIFE
        + "psql -X -U postgres -c 'select pg_sleep(60)' & sleep 0.5; pkill -9 -f '^postgres: postgres postgres'\n"
        "sleep 1; psql -X -U postgres -c 'select 1'\n",
        running=True,
        seconds=6,
    ),
    Row(
        "healthy-too-many-clients",
        "Unknown",
        "healthy: more clients than connections; the surplus is refused, the others are served",
        "too many clients already",
        command="+-c max_connections=6 -c superuser_reserved_connections=1",
        meanwhile="sleep 1; for i in $(seq 12); do psql -X -U postgres -c 'select pg_sleep(1)' &"
        " sleep 0.02; done; wait",
        running=True,
    ),
    Row(
        "healthy-fast-shutdown-by-administrator",
        "Unknown",
        "healthy: SIGINT ends the clients' connections and the server, orderly",
        "terminating connection due to administrator command",
        meanwhile="sleep 1; psql -X -U postgres -c 'select pg_sleep(60)'",
        stop="SIGINT",
    ),
    Row(
        "killed-from-outside",
        "Unknown",
        "a calm server is killed from outside; nothing says why",
        "ready to accept connections",
        stop="SIGKILL",
        pod=_pg_pod(**PG_VOLUME),
    ),
]

# --- Redis ------------------------------------------------------------------------------------------------------------

REDIS = "redis-server /config/redis.conf"
REDIS_BEFORE = """
AS="setpriv --reuid redis --regid redis --clear-groups"
mount -t tmpfs -o mode=755 tmpfs /data; chown redis /data
cat >/config/redis.conf <<'CONF'
bind * -::*
protected-mode no
dir /data
appendonly no
CONF
conf() { printf '%s\\n' "$@" >>/config/redis.conf; }
"""
REDIS_VOLUME = claim("/data", "redis")


def _redis_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "redis",
        "redis:7.0.15",
        args=["redis-server", "/config/redis.conf"],
        **joined(ports(redis=6379), spec),
    )


FILL = "sleep 0.7; redis-benchmark -q -n {n} -r 1000000 -d 400 -t set\n"
STUCK_SOCKET = """
chmod 1777 {folder}
python3 - <<'PY'
import os, signal, socket
if not os.fork():
    s = socket.socket(socket.AF_UNIX); s.bind('{path}'); s.listen(); os.kill(os.getpid(), signal.SIGKILL)
os.wait()
PY
"""
"""A socket that root's earlier instance left in a sticky directory: the user can neither use nor remove it."""

REDIS_ROWS = [
    Row(
        "port-in-use",
        "PortConflict",
        "hostNetwork: another Redis runs on the node",
        "bind: Address already in use",
        prepare="$AS redis-server --save '' >/dev/null 2>&1 & sleep 0.6\n",
        captures={"address": "*:6379"},
        pod=_redis_pod(hostNetwork=True, **REDIS_VOLUME),
    ),
    Row(
        "tls-port-in-use",
        "PortConflict",
        "the port and the TLS port are the same",
        "bind: Address already in use",
        command="+--port 6380 --bind 127.0.0.1",
        prepare="(python3 -m http.server --bind 127.0.0.1 6380 >/dev/null 2>&1 &) ; sleep 1.2\n",
        captures={"address": "127.0.0.1:6380"},
    ),
    Row(
        "socket-left-behind",
        "StaleUnixSocket",
        "a socket of root's instance lies in a sticky shared directory; the message has no path, the pod has no port",
        "Address already in use",
        prepare="mkdir /run/redis\n"
        + STUCK_SOCKET.format(folder="/run/redis", path="/run/redis/redis.sock")
        + "conf 'port 0' 'unixsocket /run/redis/redis.sock' 'unixsocketperm 770'\n",
        captures={"path": "/run/redis/redis.sock"},
        pod=pod(
            "redis",
            "redis:7.0.15",
            args=[
                "redis-server",
                "/config/redis.conf",
                "--port",
                "0",
                "--unixsocket",
                "/run/redis/redis.sock",
            ],
            volumeMounts=[{"name": "socket", "mountPath": "/run/redis"}],
            volumes=[{"name": "socket", "hostPath": {"path": "/run/shared/redis"}}],
        ),
    ),
    Row(
        "socket-directory-not-writable",
        "PermissionDenied",
        "the directory of the Unix socket belongs to root",
        "bind: Permission denied",
        prepare="install -d -m 755 /run/redis; conf 'unixsocket /run/redis/redis.sock'\n",
        pod=_redis_pod(
            volumeMounts=[{"name": "socket", "mountPath": "/run/redis"}],
            volumes=[{"name": "socket", "emptyDir": {}}],
        ),
    ),
    Row(
        "append-only-directory-of-root",
        "PermissionDenied",
        "the volume belongs to root: the append-only directory cannot be made",
        "Permission denied",
        prepare="chown root /data; conf 'appendonly yes'\n",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "dump-of-root",
        "PermissionDenied",
        "a dump was restored as root and cannot be read",
        "Permission denied",
        prepare="(redis-server --dir /data --port 7000 >/dev/null 2>&1 &) ; sleep 0.5; redis-cli -p 7000 set a b\n"
        "redis-cli -p 7000 shutdown save || true; chown root /data/dump.rdb; chmod 600 /data/dump.rdb\n",
    ),
    Row(
        "log-file-not-writable",
        "PermissionDenied",
        "the configured log file is in a directory of root",
        "Permission denied",
        prepare="install -d -m 755 /var/log/redis; conf 'logfile /var/log/redis/redis-server.log'\n",
    ),
    Row(
        "append-only-file-full",
        "DiskFull",
        "the volume fills up while clients write; with appendfsync always the server gives up",
        "Short write while writing to the AOF file",
        prepare="mount -t tmpfs -o size=6m,mode=0777 tmpfs /data\n"
        "conf 'appendonly yes' 'appendfsync always' 'auto-aof-rewrite-percentage 0'\n",
        meanwhile=FILL.format(n=200000),
        seconds=8,
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "append-only-file-no-space",
        "DiskFull",
        "the volume is full after a restart; the first write ends the server, since appendfsync is always",
        "No space left on device",
        prepare="mount -t tmpfs -o size=2m,mode=0777 tmpfs /data; conf 'appendonly yes' 'appendfsync always'\n"
        "$AS redis-server /config/redis.conf >/dev/null 2>&1 & P=$!; sleep 0.6; kill $P; wait $P || true\n"
        "dd if=/dev/zero of=/data/backup.rdb bs=1k 2>/dev/null || :\n",
        meanwhile="sleep 0.7; redis-cli set session:1 x",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "no-space-for-append-only-directory",
        "DiskFull",
        "the volume is full at the start",
        "No space left on device",
        prepare="mount -t tmpfs -o size=64k,mode=0777 tmpfs /data; dd if=/dev/zero"
        " of=/data/dump.old bs=1k 2>/dev/null || :\n"
        "conf 'appendonly yes'\n",
    ),
    Row(
        "memory-limit",
        "OutOfMemory",
        "no maxmemory is set and the container's limit is 48 MiB",
        "Ready to accept connections",
        meanwhile=FILL.format(n=900000),
        memory=48 << 20,
        stop="SIGKILL",
        seconds=12,
        pod=_redis_pod(resources={"limits": {"memory": "48Mi"}}),
    ),
    Row(
        "memory-limit-while-saving",
        "OutOfMemory",
        "the copy on write of a background save runs into the limit",
        "Background saving started",
        prepare="conf 'save 1 1000'\n",
        meanwhile=FILL.format(n=900000),
        memory=64 << 20,
        stop="SIGKILL",
        seconds=12,
    ),
    Row(
        "unknown-directive",
        "ConfigurationInvalid",
        "a misspelt directive in redis.conf",
        "Bad directive or wrong number of arguments",
        prepare="conf 'maxmemroy 100mb'\n",
        pod=_redis_pod(**config_map("/config", "redis")),
    ),
    Row(
        "bad-value",
        "ConfigurationInvalid",
        "a yes-no directive has another value",
        "FATAL CONFIG FILE ERROR",
        prepare="conf 'appendonly true'\n",
    ),
    Row(
        "bad-memory-unit",
        "ConfigurationInvalid",
        "maxmemory in the units of Kubernetes",
        "argument must be a memory value",
        command="+--maxmemory 512Mi",
        pod=pod(
            "redis",
            "redis:7.0.15",
            args=["redis-server", "/config/redis.conf", "--maxmemory", "512Mi"],
        ),
    ),
    Row(
        "dump-of-a-newer-version",
        "ConfigurationInvalid",
        "a roll-back from Redis 7.4: the dump has a newer format",
        "Can't handle RDB format version 12",
        prepare="(redis-server --dir /data --port 7000 >/dev/null 2>&1 &) ; sleep 0.5; redis-cli -p 7000 set a b\n"
        "redis-cli -p 7000 shutdown save || true\n"
        "printf REDIS0012 | dd of=/data/dump.rdb conv=notrunc 2>/dev/null; chown redis /data/dump.rdb\n",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "config-file-missing",
        "ConfigurationMissing",
        "the config map is not mounted",
        "can't open config file",
        command="redis-server /etc/redis-conf/redis.conf",
        pod=pod("redis", "redis:7.0.15", args=["redis-server", "/etc/redis-conf/redis.conf"]),
    ),
    Row(
        "acl-file-missing",
        "ConfigurationMissing",
        "the file of the users is not there",
        "No such file or directory",
        prepare="conf 'aclfile /config/users.acl'\n",
    ),
    Row(
        "module-missing",
        "LibraryMissing",
        "the search module is not in the image",
        "failed to load",
        prepare="conf 'loadmodule /opt/redis-stack/lib/redisearch.so'\n",
    ),
    Row(
        "too-few-open-files",
        "FileLimitReached",
        "the runtime allows 20 open files",
        "is not enough for the server to start",
        open_files=20,
    ),
    Row(
        "cluster-config-locked",
        "StaleLock",
        "another node holds the lock of nodes.conf on the shared volume",
        "is already used by a different Redis Cluster node",
        command="+--cluster-enabled yes --port 6380",
        prepare="$AS redis-server --cluster-enabled yes --dir /data >/dev/null 2>&1 & sleep 0.6\n",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "append-only-file-damaged",
        "ApplicationError",
        "the append-only file is damaged in its middle",
        "Bad file format reading the append only file",
        prepare="conf 'appendonly yes'; $AS redis-server /config/redis.conf >/dev/null 2>&1 & P=$!; sleep 0.6\n"
        "for i in $(seq 40); do redis-cli set key$i value$i; done >/dev/null; kill -9 $P; sleep 0.3\n"
        "F=$(ls /data/appendonlydir/*incr.aof); printf 'XXXXXXXX' | dd of=$F bs=1 seek=300 conv=notrunc 2>/dev/null\n",
    ),
    Row(
        "replica-with-wrong-password",
        "AuthenticationFailed",
        "the replica's masterauth is not the master's password; the startup probe stops it",
        "Unable to AUTH to MASTER",
        prepare="$AS redis-server --port 6380 --requirepass right --dir /tmp >/dev/null 2>&1 & sleep 0.5\n"
        "conf 'replicaof 127.0.0.1 6380' 'masterauth wrong'\n",
    ),
    Row(
        "replica-without-password",
        "AuthenticationFailed",
        "the master demands a password and the replica has none",
        "NOAUTH",
        prepare="$AS redis-server --port 6380 --requirepass right --dir /tmp >/dev/null 2>&1 & sleep 0.5\n"
        "conf 'replicaof 127.0.0.1 6380'\n",
        seconds=0.25,
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "replica-without-master",
        "DependencyNotReady",
        "the master is not up; the startup probe, which asks for a finished sync, ends the replica",
        "Connection refused",
        prepare="ip addr add 10.96.31.4/32 dev lo; conf 'replicaof 10.96.31.4 6380'\n",
        seconds=7,
    ),
    Row(
        "healthy-served-and-stopped",
        "Unknown",
        "healthy: warns about overcommit and the backlog, saves, ends orderly on SIGTERM",
        "overcommit_memory",
        prepare="conf 'save 1 10'\n",
        meanwhile="sleep 0.7; redis-benchmark -q -n 20000 -t set,incr",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "healthy-loads-a-truncated-file",
        "Unknown",
        "healthy: the append-only file ends in the middle of a command after a kill; it is truncated and loaded",
        "loaded anyway because aof-load-truncated",
        prepare="conf 'appendonly yes'; $AS redis-server /config/redis.conf >/dev/null 2>&1 & P=$!; sleep 0.6\n"
        "for i in $(seq 40); do redis-cli set key$i value$i; done >/dev/null; kill -9 $P; sleep 0.3\n"
        "F=$(ls /data/appendonlydir/*incr.aof); truncate -s -7 $F\n",
        running=True,
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "healthy-fewer-clients-than-asked",
        "Unknown",
        "healthy: the limit of open files is low, so it takes fewer clients",
        "maxclients has been reduced",
        open_files=1024,
        running=True,
    ),
    Row(
        "healthy-replica-after-retries",
        "Unknown",
        "healthy: the master comes late; after some refused connections the replica has its data",
        "Finished with success",
        prepare="conf 'replicaof 127.0.0.1 6380'\n",
        meanwhile="sleep 3.2; cd /tmp; redis-server --port 6380 --save '' --repl-diskless-sync-delay 0",
        running=True,
        seconds=8,
        pod=_redis_pod(**REDIS_VOLUME),
    ),
    Row(
        "healthy-scanned-by-http",
        "Unknown",
        "healthy: an HTTP probe talks to the port, which Redis calls a possible attack",
        "Possible SECURITY ATTACK",
        meanwhile="sleep 0.7; for i in 1 2 3; do curl -s -d x http://127.0.0.1:6379/; sleep 0.2; done",
        running=True,
    ),
    Row(
        "killed-from-outside",
        "Unknown",
        "a calm Redis is killed from outside",
        "Ready to accept connections",
        stop="SIGKILL",
        pod=_redis_pod(**REDIS_VOLUME),
    ),
]

SENTINEL_BEFORE = """
cat >/config/sentinel.conf <<'CONF'
port 26379
sentinel resolve-hostnames yes
CONF
chown redis /config /config/sentinel.conf
conf() { printf '%s\\n' "$@" >>/config/sentinel.conf; }
"""
SENTINEL_ROWS = [
    Row(
        "master-name-unknown",
        "DependencyNotReady",
        "the headless service of the master has no ready pod yet: its name does not resolve",
        "resolve",
        prepare="conf 'sentinel monitor mymaster redis-node-0.redis-headless.shop.svc.cluster.local 6379 2'\n",
        captures={"host": "redis-node-0.redis-headless.shop.svc.cluster.local"},
        pod=pod(
            "sentinel",
            "redis:7.0.15",
            args=["redis-sentinel", "/config/sentinel.conf"],
            **ports(sentinel=26379),
        ),
    ),
    Row(
        "config-map-is-read-only",
        "PermissionDenied",
        "Sentinel rewrites its configuration, which is mounted from a config map",
        "not writable",
        prepare="conf 'sentinel monitor mymaster 127.0.0.1 6379 2'; chown -R root /config; chmod 755 /config\n",
        pod=pod(
            "sentinel",
            "redis:7.0.15",
            args=["redis-sentinel", "/config/sentinel.conf"],
            **config_map("/config", "sentinel"),
        ),
    ),
    Row(
        "config-file-missing",
        "ConfigurationMissing",
        "Sentinel is started without its configuration",
        "Sentinel needs config file on disk",
        command="redis-sentinel",
    ),
    Row(
        "bad-quorum",
        "ConfigurationInvalid",
        "the quorum is zero",
        "Quorum must be 1 or greater",
        prepare="conf 'sentinel monitor mymaster 127.0.0.1 6379 0'\n",
    ),
    Row(
        "healthy-failover",
        "Unknown",
        "healthy: the master goes down, Sentinel votes, elects a leader and fails over to the replica",
        "+switch-master",
        prepare="(redis-server --port 6379 --dir /tmp --save '' >/dev/null 2>&1 & echo $! >/run/m; )\n"
        "(redis-server --port 6380 --dir /srv --save '' --replicaof 127.0.0.1 6379 --repl-diskless-sync-delay 0"
        " >/dev/null 2>&1 &); sleep 1.5\n"
        "conf 'sentinel monitor mymaster 127.0.0.1 6379 1' 'sentinel down-after-milliseconds mymaster 800'"
        " 'sentinel failover-timeout mymaster 4000'\n",
        meanwhile="sleep 12; kill -9 $(cat /run/m)",
        seconds=18,
        running=True,
    ),
    Row(
        "failover-aborted",
        "Unknown",
        "the master is down and there is no replica to promote; Sentinel itself runs on",
        "-failover-abort-no-good-slave",
        prepare="(redis-server --port 6379 --dir /tmp --save '' >/dev/null 2>&1 & echo $! >/run/m; ); sleep 0.5\n"
        "conf 'sentinel monitor mymaster 127.0.0.1 6379 1' 'sentinel down-after-milliseconds mymaster 600'"
        " 'sentinel failover-timeout mymaster 1500'\n",
        meanwhile="sleep 1; kill -9 $(cat /run/m)",
        seconds=9,
        running=True,
    ),
]


# --- MariaDB ----------------------------------------------------------------------------------------------------------

MARIADB = (
    "mariadbd --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0"
)


def _mariadb_install(place: Path) -> None:
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={place}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def mariadb_before() -> str:
    return f"""
AS="setpriv --reuid mysql --regid mysql --clear-groups"
D=/var/lib/mysql
[ -d $D ] && mount -t tmpfs -o mode=755 tmpfs /var/lib
cp -a {template("mariadb-10.11", _mariadb_install)} $D
mount -t tmpfs tmpfs /etc/mysql; install -d -o mysql /run/mysqld
cat >/run/users.sql <<'SQL'
CREATE DATABASE IF NOT EXISTS shop;
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'correct';
GRANT ALL ON shop.* TO 'app'@'%';
CREATE USER IF NOT EXISTS 'reader'@'%' IDENTIFIED BY 'correct';
GRANT SELECT ON shop.* TO 'reader'@'%';
SQL
launch() {{ $AS mariadbd --datadir=$D --socket=/run/mysqld/mysqld.sock "$@" >/run/first.log 2>&1 & P=$!; }}
ready() {{ for i in $(seq 100); do mariadb-admin -s ping >/dev/null 2>&1 && return; sleep 0.1; done
 cat /run/first.log >&2; return 1; }}
killed() {{ kill -9 $P; wait $P || true; sleep 0.4; }}
"""


MARIADB_VOLUME = claim("/var/lib/mysql", "mariadb")


def _mariadb_pod(**spec: Any) -> dict[str, Any]:
    return pod("mariadb", "mariadb:10.11", **joined(ports(mysql=3306), spec))


MARIADB_ROWS = [
    Row(
        "second-server-on-one-volume",
        "StaleLock",
        "the server of the old pod still holds the lock of the data directory",
        "Unable to lock ./ibdata1",
        command="+--port=3307 --socket=/run/mysqld/second.sock --skip-log-error",
        prepare="launch; ready\n",
        seconds=50,
        pod=_mariadb_pod(**MARIADB_VOLUME),
    ),
    Row(
        "socket-left-behind",
        "StaleUnixSocket",
        "a socket of root's instance lies in a sticky shared directory and cannot be removed",
        "Bind on unix socket: Address already in use",
        prepare="mkdir /run/shared\n"
        + STUCK_SOCKET.format(folder="/run/shared", path="/run/shared/mysqld.sock")
        + "chmod 777 /run/shared/mysqld.sock\n",
        command="+--socket=/run/shared/mysqld.sock",
        captures={"path": "/run/shared/mysqld.sock"},
        pod=_mariadb_pod(
            args=["--socket=/run/shared/mysqld.sock"],
            volumeMounts=[
                {"name": "data", "mountPath": "/var/lib/mysql"},
                {"name": "run", "mountPath": "/run/shared"},
            ],
            volumes=[
                {"name": "data", "persistentVolumeClaim": {"claimName": "data-mariadb-0"}},
                {"name": "run", "hostPath": {"path": "/run/shop"}},
            ],
        ),
        seconds=8,
    ),
    Row(
        "socket-of-root-left-behind",
        "PermissionDenied",
        "the socket of root's instance is in the way, and the server may not even ask whether it is in use",
        "Error checking socket file",
        prepare="mkdir /run/shared\n"
        + STUCK_SOCKET.format(folder="/run/shared", path="/run/shared/mysqld.sock"),
        command="+--socket=/run/shared/mysqld.sock",
        seconds=8,
    ),
    Row(
        "port-in-use",
        "PortConflict",
        "another MySQL runs on the node and the pod uses the host's network",
        "Bind on TCP/IP port. Got error: 98",
        prepare="(python3 -m http.server 3306 >/dev/null 2>&1 &) ; sleep 1.2\n",
        pod=_mariadb_pod(hostNetwork=True, **MARIADB_VOLUME),
        seconds=8,
    ),
    Row(
        "socket-directory-not-writable",
        "PermissionDenied",
        "the directory of the socket belongs to root; the message speaks of another server",
        "Bind on unix socket: Permission denied",
        prepare="chown root /run/mysqld; chmod 755 /run/mysqld\n",
        seconds=8,
    ),
    Row(
        "tables-of-root",
        "PermissionDenied",
        "a restore as root left data files that the server may not write",
        "must be writable",
        prepare="chown root:root $D/ibdata1 $D/ib_logfile0; chmod 644 $D/ibdata1\n",
        pod=_mariadb_pod(**MARIADB_VOLUME),
        seconds=8,
    ),
    Row(
        "data-directory-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "Permission denied",
        prepare="chown -R root:root $D; chmod 755 $D\n",
        seconds=8,
    ),
    Row(
        "unknown-variable",
        "ConfigurationInvalid",
        "a variable of MySQL 8 that MariaDB does not know",
        "unknown variable",
        command="+--mysqlx=OFF",
        pod=_mariadb_pod(args=["--mysqlx=OFF"], **MARIADB_VOLUME),
        seconds=8,
    ),
    Row(
        "other-page-size",
        "ConfigurationInvalid",
        "the data directory was made with another page size",
        "uses page size",
        command="+--innodb-page-size=4k",
        seconds=8,
    ),
    Row(
        "runs-as-root",
        "ConfigurationInvalid",
        "the container runs as root and no user is set, which the server refuses",
        "as root!",
        user="root",
    ),
    Row(
        "bad-line-in-option-file",
        "ConfigurationInvalid",
        "an option stands before any group in the file from the config map",
        "Found option without preceding group",
        command="mariadbd --defaults-file=/config/my.cnf",
        prepare="printf 'max_connections=200\n[mariadbd]\ndatadir=/var/lib/mysql\n' >/config/my.cnf\n",
        pod=_mariadb_pod(**config_map("/config", "mariadb")),
    ),
    Row(
        "option-file-missing",
        "ConfigurationMissing",
        "the option file is not mounted",
        "Could not open required defaults file",
        command="mariadbd --defaults-file=/config/my.cnf",
    ),
    Row(
        "temporary-tablespace-no-space",
        "DiskFull",
        "the volume has no room for the temporary tablespace",
        "failed with error 28",
        prepare="mkdir /data/keep; cp -a $D/. /data/keep/; S=$(du -sk /data/keep | cut -f1)\n"
        "mount -t tmpfs -o size=$((S + 2048))k,mode=0755 tmpfs $D; cp -a /data/keep/. $D/; chown mysql $D\n",
        pod=_mariadb_pod(**MARIADB_VOLUME),
        seconds=8,
    ),
    Row(
        "buffer-pool-too-large",
        "OutOfMemory",
        "the buffer pool is far larger than the machine's memory",
        "Out of memory",
        command="+--innodb-buffer-pool-size=900G",
        prepare="ulimit -v unlimited\n",
        pod=_mariadb_pod(resources={"limits": {"memory": "2Gi"}}, **MARIADB_VOLUME),
        seconds=8,
    ),
    Row(
        "memory-limit",
        "OutOfMemory",
        "the limit is smaller than what the start needs",
        "Starting MariaDB",
        memory=45 << 20,
        stop="SIGKILL",
        seconds=12,
        pod=_mariadb_pod(resources={"limits": {"memory": "45Mi"}}),
    ),
    Row(
        "not-initialised",
        "ApplicationError",
        "the data directory has no system tables; the log says only that they are not there",
        "doesn't exist",
        prepare="rm -rf $D/mysql\n",
        seconds=8,
    ),
    Row(
        "healthy-served-and-stopped",
        "Unknown",
        "healthy: starts, serves, warns about refused logins, ends orderly",
        "Access denied for user 'app'",
        command="+--init-file=/run/users.sql --log-warnings=9",
        meanwhile="sleep 3; for p in wrong correct wrong correct; do mariadb -h 127.0.0.1 -u app -p$p"
        " shop -e 'select 1';"
        " done; timeout -s KILL 0.3 mariadb -h 127.0.0.1 -u app -pcorrect shop -e 'select sleep(9)'\n",
        seconds=8,
        pod=_mariadb_pod(**MARIADB_VOLUME),
    ),
    Row(
        "healthy-recovered-after-kill",
        "Unknown",
        "healthy: the last instance was killed in the middle of writes; crash recovery, then it serves",
        "InnoDB: Starting crash recovery",
        prepare="launch --init-file=/run/users.sql; ready; sleep 1; mariadb -e 'create table"
        " shop.t(id int auto_increment primary key,"
        " x text)'\nfor i in $(seq 60); do mariadb -e \"insert into shop.t(x)"
        " values(repeat('x',9000))\"; done; killed\n",
        running=True,
        seconds=8,
        pod=_mariadb_pod(**MARIADB_VOLUME),
    ),
    Row(
        "healthy-few-files",
        "Unknown",
        "healthy: fewer open files than it wants, so it lowers its own limits",
        "Could not increase number of max_open_files",
        command="+--max-connections=2000",
        open_files=600,
        running=True,
        seconds=8,
    ),
    Row(
        "killed-from-outside",
        "Unknown",
        "a calm server is killed from outside",
        "ready for connections",
        stop="SIGKILL",
        seconds=6,
    ),
]

# --- memcached --------------------------------------------------------------------------------------------------------

MEMCACHED_ROWS = [
    Row(
        "port-in-use",
        "PortConflict",
        "hostNetwork and two memcached on a node",
        "Address already in use",
        command="memcached -l 0.0.0.0 -p 11211 -m 64",
        prepare="(memcached -u memcache -l 0.0.0.0 &) ; sleep 1.2\n",
        pod=pod(
            "memcached",
            "memcached:1.6.18",
            args=["memcached", "-l", "0.0.0.0"],
            hostNetwork=True,
            **ports(memcache=11211),
        ),
    ),
    Row(
        "socket-left-behind",
        "StaleUnixSocket",
        "a socket that the user may not remove is in the way",
        "failed to listen on UNIX socket",
        command="memcached -s /run/cache/memcached.sock -a 0770",
        prepare="mkdir /run/cache\n"
        + STUCK_SOCKET.format(folder="/run/cache", path="/run/cache/memcached.sock"),
        captures={"path": "/run/cache/memcached.sock"},
        pod=pod(
            "memcached",
            "memcached:1.6.18",
            args=["memcached", "-s", "/run/cache/memcached.sock"],
            volumeMounts=[{"name": "run", "mountPath": "/run/cache"}],
            volumes=[{"name": "run", "emptyDir": {}}],
        ),
    ),
    Row(
        "socket-directory-missing-rights",
        "PermissionDenied",
        "the socket's directory belongs to root",
        "Permission denied",
        command="memcached -s /run/cache/memcached.sock",
        prepare="install -d -m 755 /run/cache\n",
    ),
    Row(
        "too-many-connections-asked",
        "FileLimitReached",
        "more connections than the limit of open files allows",
        "failed to set rlimit for open files",
        command="memcached -c 8192",
        open_files=256,
        pod=pod("memcached", "memcached:1.6.18", args=["memcached", "-c", "8192"]),
    ),
    Row(
        "item-size-too-large",
        "ConfigurationInvalid",
        "the largest item is larger than half the memory",
        "Item max size",
        command="memcached -m 64 -I 2g",
    ),
    Row(
        "no-user-for-root",
        "ConfigurationMissing",
        "root without -u",
        "can't run as root",
        command="memcached -m 64",
        user="root",
    ),
    Row(
        "healthy-verbose",
        "Unknown",
        "healthy: a verbose log of hits, misses and errors of clients",
        "CLIENT_ERROR",
        command="memcached -vv -l 127.0.0.1",
        running=True,
        seconds=3,
        meanwhile="sleep 0.7; for i in $(seq 40); do printf 'set session:'$i' 0 60"
        " 5\\r\\nhello\\r\\nget session:'$i'\\r\\nincr session:'$i' x\\r\\n"
        "quit\\r\\n' | curl -s -m 1 telnet://127.0.0.1:11211; done",
    ),
]

# --- InfluxDB ---------------------------------------------------------------------------------------------------------

INFLUX_BEFORE = """
mkdir -p /data/influxdb
HOME=/data influxd config 2>/dev/null | sed 's#/var/lib/influxdb#/data/influxdb#g' >/config/influxdb.conf
chown -R influxdb /data/influxdb
"""
INFLUX_VOLUME = claim("/data/influxdb", "influxdb")


def _influx_pod(**spec: Any) -> dict[str, Any]:
    return pod("influxdb", "influxdb:1.6", args=["influxd", "-config", "/config/influxdb.conf"],
               **joined(ports(http=8086), spec))  # fmt: skip


INFLUX_WRITE = (
    "sleep 1.2; curl -s -XPOST 'localhost:8086/query?q=CREATE+DATABASE+metrics'\n"
    'for i in $(seq {n}); do seq 1 3000 | sed "s/.*/cpu,host=h$i-& value=&,text=\\"$(head'
    ' -c 60 /dev/urandom | base64 -w0)\\"/" |'
    " curl -s -XPOST 'localhost:8086/write?db=metrics' --data-binary @-; done\n"
)
INFLUX_ROWS = [
    Row(
        "http-port-in-use",
        "PortConflict",
        "the HTTP port is taken",
        "address already in use",
        prepare="(python3 -m http.server --bind :: 8086 >/dev/null 2>&1 &) ; sleep 1.2\n",
        pod=_influx_pod(hostNetwork=True, **INFLUX_VOLUME),
    ),
    Row(
        "rpc-port-in-use",
        "PortConflict",
        "the RPC port for backups is taken by another influxd on the host",
        "address already in use",
        prepare="(python3 -m http.server --bind 127.0.0.1 8088 >/dev/null 2>&1 &) ; sleep 1.2\n",
        captures={"address": "127.0.0.1:8088"},
    ),
    Row(
        "volume-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "permission denied",
        prepare="chown -R root /data/influxdb; chmod 755 /data /data/influxdb\n",
        pod=_influx_pod(**INFLUX_VOLUME),
    ),
    Row(
        "bad-toml",
        "ConfigurationInvalid",
        "a value without quotes in influxdb.conf",
        "parse config",
        prepare="sed -i 's/bind-address = .*8086.*/bind-address = :8086/' /config/influxdb.conf\n",
    ),
    Row(
        "bad-duration",
        "ConfigurationInvalid",
        "a duration with an unknown unit in the environment",
        "unknown unit",
        env={"INFLUXDB_RETENTION_CHECK_INTERVAL": "30min"},
        pod=_influx_pod(env=[{"name": "INFLUXDB_RETENTION_CHECK_INTERVAL", "value": "30min"}]),
    ),
    Row(
        "config-missing",
        "ConfigurationMissing",
        "the config map is not mounted",
        "no such file or directory",
        prepare="rm /config/influxdb.conf\n",
    ),
    Row(
        "certificate-missing",
        "ConfigurationMissing",
        "HTTPS is on and the certificate's secret is not mounted",
        "no such file or directory",
        env={
            "INFLUXDB_HTTP_HTTPS_ENABLED": "true",
            "INFLUXDB_HTTP_HTTPS_CERTIFICATE": "/etc/tls/tls.crt",
        },
    ),
    Row(
        "volume-full-at-start",
        "DiskFull",
        "the volume is full: the stores cannot be opened",
        "no space left on device",
        prepare="mount -t tmpfs -o size=32k,mode=777 tmpfs /data/influxdb; dd if=/dev/zero of=/data/influxdb/old bs=1k"
        " 2>/dev/null || :\n",
        pod=_influx_pod(**INFLUX_VOLUME),
    ),
    Row(
        "memory-limit",
        "OutOfMemory",
        "points of high cardinality under a limit of 40 MiB",
        "Listening on HTTP",
        meanwhile=INFLUX_WRITE.format(n=80),
        memory=40 << 20,
        stop="SIGKILL",
        seconds=14,
        pod=_influx_pod(resources={"limits": {"memory": "40Mi"}}, **INFLUX_VOLUME),
    ),
    Row(
        "healthy-served-and-stopped",
        "Unknown",
        "healthy: writes, wrong queries, an orderly end",
        "Server shutdown completed",
        meanwhile=INFLUX_WRITE.format(n=4)
        + "for i in 1 2 3; do curl -s 'localhost:8086/query?db=none&q=SELEC'; done\n",
        seconds=5,
        pod=_influx_pod(**INFLUX_VOLUME),
    ),
    Row(
        "healthy-after-kill",
        "Unknown",
        "healthy: replays its write-ahead log after a kill",
        "Reading file",
        prepare="setpriv --reuid influxdb --clear-groups --regid influxdb influxd -config"
        " /config/influxdb.conf >/dev/null"
        " 2>&1 & P=$!; " + INFLUX_WRITE.format(n=3) + "kill -9 $P; sleep 0.3\n",
        running=True,
    ),
]

# --- OpenLDAP ---------------------------------------------------------------------------------------------------------

SLAPD_BEFORE = """
mkdir /data/ldap /run/slapd
cat >/config/slapd.conf <<'CONF'
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile /run/slapd/slapd.pid
database mdb
suffix dc=example,dc=org
rootdn cn=admin,dc=example,dc=org
rootpw secret
directory /data/ldap
CONF
chown -R openldap /data/ldap /run/slapd
conf() { sed -i "1i $1" /config/slapd.conf; }
"""
SLAPD = "slapd -d stats -f /config/slapd.conf -h"
SLAPD_VOLUME = claim("/data/ldap", "openldap")


def _slapd_pod(**spec: Any) -> dict[str, Any]:
    return pod("openldap", "registry.example.com/openldap:2.5.13", **joined(ports(ldap=1389), spec))


SLAPD_ROWS = [
    Row(
        "port-in-use",
        "PortConflict",
        "the LDAP port is taken; the message has only the errno and the spec a port",
        "errno=98",
        command="+ldap://0.0.0.0:1389",
        prepare="(python3 -m http.server 1389 >/dev/null 2>&1 &) ; sleep 1.2\n",
        pod=_slapd_pod(hostNetwork=True),
    ),
    Row(
        "socket-left-behind",
        "StaleUnixSocket",
        "the ldapi socket of root's instance lies in a sticky shared directory",
        "errno=98",
        command="+ldapi://%2Frun%2Fldap%2Fldapi",
        prepare="mkdir /run/ldap\n"
        + STUCK_SOCKET.format(folder="/run/ldap", path="/run/ldap/ldapi"),
        captures={"path": "/run/ldap/ldapi"},
        pod=pod(
            "openldap",
            "registry.example.com/openldap:2.5.13",
            args=["slapd", "-d", "stats", "-h", "ldapi://%2Frun%2Fldap%2Fldapi"],
            volumeMounts=[{"name": "run", "mountPath": "/run/ldap"}],
            volumes=[{"name": "run", "hostPath": {"path": "/run/ldap"}}],
        ),
    ),
    Row(
        "errno-98-of-unknown-kind",
        "AddressInUse",
        "only the errno is in the log, and there is no spec",
        "errno=98",
        command="+ldap://127.0.0.1:1389",
        prepare="(python3 -m http.server 1389 >/dev/null 2>&1 &) ; sleep 1.2\n",
    ),
    Row(
        "privileged-port",
        "PermissionDenied",
        "port 389 as a plain user",
        "errno=13",
        command="+ldap:///",
        prepare="echo 1024 >/proc/sys/net/ipv4/ip_unprivileged_port_start\n",
    ),
    Row(
        "database-of-root",
        "PermissionDenied",
        "the database belongs to root",
        "Permission denied",
        prepare="chown -R root /data/ldap; chmod 700 /data/ldap\n",
        command="+ldap://:1389",
        pod=_slapd_pod(**SLAPD_VOLUME),
    ),
    Row(
        "unknown-directive",
        "ConfigurationInvalid",
        "a directive that does not exist",
        "unknown directive",
        prepare="conf 'tls_cacert /etc/ssl/ca.pem'\n",
        command="+ldap://:1389",
    ),
    Row(
        "schema-missing",
        "ConfigurationMissing",
        "an included schema is not in the image",
        "No such file or directory",
        prepare="conf 'include /etc/ldap/schema/shop.schema'\n",
        command="+ldap://:1389",
    ),
    Row(
        "database-directory-missing",
        "ConfigurationMissing",
        "the volume is not mounted: the directory is not there",
        "No such file or directory",
        prepare="rmdir /data/ldap\n",
        command="+ldap://:1389",
    ),
    Row(
        "healthy-clients-refused",
        "Unknown",
        "healthy: binds with wrong credentials are refused with err=49, others work",
        "err=49",
        command="+ldap://:1389",
        running=True,
        meanwhile="sleep 0.7; for w in wrong secret wrong; do ldapsearch -x -H ldap://127.0.0.1:1389 -D"
        " cn=admin,dc=example,dc=org -w $w -b dc=example,dc=org; done",
    ),
    Row(
        "healthy-after-kill",
        "Unknown",
        "healthy: an unclean shutdown is noticed and the server goes on",
        "slapd starting",
        prepare="setpriv --reuid openldap --regid openldap --clear-groups slapd -d 0 -f /config/slapd.conf -h ldap://:1390"
        " >/dev/null 2>&1 & P=$!; sleep 1; kill -9 $P; sleep 0.3\n",
        command="+ldap://:1389",
        running=True,
        pod=_slapd_pod(**SLAPD_VOLUME),
    ),
]

# --- PgBouncer --------------------------------------------------------------------------------------------------------

PGBOUNCER_BEFORE = """
AS="setpriv --reuid postgres --regid postgres --clear-groups"
install -d -o postgres /run/pgbouncer
cat >/config/pgbouncer.ini <<'CONF'
[databases]
shop = host=10.96.14.7 port=5432 dbname=shop
[pgbouncer]
listen_addr = 0.0.0.0
listen_port = 6432
auth_type = md5
auth_file = /config/userlist.txt
unix_socket_dir = /run/pgbouncer
pool_mode = transaction
CONF
echo '"app" "correct"' >/config/userlist.txt
conf() { printf '%s\\n' "$@" >>/config/pgbouncer.ini; }
"""
SOCKET_SHARE: dict[str, Any] = {
    "volumeMounts": [{"name": "sockets", "mountPath": "/run/pgbouncer"}],
    "volumes": [{"name": "sockets", "emptyDir": {}}],
}


def _bouncer_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "pgbouncer", "edoburu/pgbouncer:1.18.0", args=["pgbouncer", "/config/pgbouncer.ini"], **spec
    )


BOUNCER_SOCKET = "/run/pgbouncer/.s.PGSQL.6432"
PGBOUNCER_ROWS = [
    Row(
        "socket-only-and-left-behind",
        "StaleUnixSocket",
        "it listens on its socket alone, and a socket that it may not remove is in the way",
        "Address already in use",
        prepare="conf 'listen_addr ='; sed -i '/0.0.0.0/d' /config/pgbouncer.ini\n"
        + STUCK_SOCKET.format(folder="/run/pgbouncer", path=BOUNCER_SOCKET).replace(
            "chmod 1777", "chown root /run/pgbouncer; chmod 1777"
        ),
        captures={"path": BOUNCER_SOCKET},
        pod=_bouncer_pod(**SOCKET_SHARE),
    ),
    Row(
        "healthy-socket-left-behind",
        "Unknown",
        "healthy: the stale socket is only a warning, since it listens on its port as well",
        "Address already in use",
        prepare=STUCK_SOCKET.format(folder="/run/pgbouncer", path=BOUNCER_SOCKET).replace(
            "chmod 1777", "chown root /run/pgbouncer; chmod 1777"
        ),
        running=True,
        pod=_bouncer_pod(**joined(ports(postgres=6432), SOCKET_SHARE)),
    ),
    Row(
        "socket-in-use",
        "StaleUnixSocket",
        "the socket of another PgBouncer in the shared directory is in use",
        "unix socket is in use",
        prepare="$AS pgbouncer /config/pgbouncer.ini >/dev/null 2>&1 & sleep 0.6\n",
        captures={},
        pod=_bouncer_pod(**SOCKET_SHARE),
    ),
    Row(
        "pid-file-of-earlier-instance",
        "StaleLock",
        "the pid file of a killed instance names a process that lives",
        "another instance running",
        prepare="conf 'pidfile = /run/pgbouncer/pgbouncer.pid'; $AS pgbouncer /config/pgbouncer.ini"
        " >/dev/null 2>&1 & P=$!\n"
        "sleep 0.6; kill -9 $P; wait $P || true\n" + PID_REUSED,
        pod=_bouncer_pod(**SOCKET_SHARE),
    ),
    Row(
        "healthy-stale-pid-file",
        "Unknown",
        "healthy: the pid file of a dead process is removed",
        "stale pidfile",
        prepare="conf 'pidfile = /run/pgbouncer/pgbouncer.pid'; $AS pgbouncer /config/pgbouncer.ini"
        " >/dev/null 2>&1 & P=$!\n"
        "sleep 0.6; kill -9 $P; wait $P || true\n",
        running=True,
    ),
    Row(
        "unknown-parameter",
        "ConfigurationInvalid",
        "a parameter of a newer version",
        "unknown parameter",
        prepare="conf 'max_prepared_statements = 100'\n",
    ),
    Row(
        "bad-auth-type",
        "ConfigurationInvalid",
        "an auth_type that does not exist",
        "invalid value",
        prepare="conf 'auth_type = scram'\n",
    ),
    Row(
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        "No such file or directory",
        prepare="rm /config/pgbouncer.ini\n",
        pod=_bouncer_pod(**config_map("/config", "pgbouncer")),
    ),
    Row(
        "runs-as-root",
        "ConfigurationInvalid",
        "PgBouncer refuses to run as root",
        "should not run as root",
        user="root",
    ),
    Row(
        "healthy-server-away-then-back",
        "Unknown",
        "healthy: clients cannot be served while PostgreSQL is away; it logs failed connections and runs on",
        "connect failed",
        prepare="ip addr add 10.96.14.7/32 dev lo; conf 'server_login_retry = 1'\n",
        meanwhile="sleep 0.6; export PGPASSWORD=correct; for i in 1 2 3; do PGCONNECT_TIMEOUT=1 psql"
        " -h 127.0.0.1 -p 6432 -U app"
        " shop -c 'select 1'; done; PGPASSWORD=wrong psql -h 127.0.0.1 -p 6432 -U app shop -c 'select 1'",
        running=True,
        seconds=6,
        pod=_bouncer_pod(**ports(postgres=6432)),
    ),
]


def other_rows() -> list[Row]:
    apt("mariadb-server", "memcached", "influxdb", "slapd", "ldap-utils", "pgbouncer", "curl")
    tables = (
        (MARIADB_ROWS, "mariadbd", "mariadb-server", MARIADB, "mysql", mariadb_before()),
        (MEMCACHED_ROWS, "memcached", "memcached", "memcached", "memcache", ""),
        (
            INFLUX_ROWS,
            "influxd",
            "influxdb",
            "influxd -config /config/influxdb.conf",
            "influxdb",
            INFLUX_BEFORE,
        ),
        (SLAPD_ROWS, "slapd", "slapd", SLAPD, "openldap", SLAPD_BEFORE),
        (
            PGBOUNCER_ROWS,
            "pgbouncer",
            "pgbouncer",
            "pgbouncer /config/pgbouncer.ini",
            "postgres",
            PGBOUNCER_BEFORE,
        ),
    )
    return [
        row
        for rows, program, package, command, user, before in tables
        for row in family(
            rows, program=program, source=debian(package), command=command, user=user, before=before
        )
    ]


def postgres_rows() -> list[Row]:
    apt("postgresql-15")
    rows = family(
        POSTGRES_ROWS, program="postgres", source=debian("postgresql-15"), command=POSTGRES, user="postgres",
        before=postgres_before(),
    )  # fmt: skip
    return [replace(row, env={**PG_ENV, **row.env}) for row in rows]


def redis_rows() -> list[Row]:
    apt("redis-server", "redis-sentinel")
    return [
        *family(
            REDIS_ROWS,
            program="redis-server",
            source=debian("redis-server"),
            command=REDIS,
            user="redis",
            before=REDIS_BEFORE,
        ),
        *family(
            SENTINEL_ROWS,
            program="redis-sentinel",
            source=debian("redis-sentinel"),
            command="redis-sentinel /config/sentinel.conf",
            user="redis",
            before=SENTINEL_BEFORE,
        ),
    ]


def record(recorder: Recorder) -> None:
    record_rows(recorder, [*postgres_rows(), *redis_rows(), *other_rows()])
