"""Services and jobs of one's own as shops write them, and a few well-known ones: a Node chat gateway, a Go reverse proxy, a
PHP import, an LDAP sync, a backup check, Django Q, carbon-cache, Verdaccio, PeerJS and Helm in a job.

The libraries come from PyPI and npm; the servers that they meet are real ones inside the recording's own network.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ..recorder import Recorder, apt
from .aside_daemons import UNPRIVILEGED, Program, full, http, listening, record_programs
from .aside_jobs import MYSQL, MYSQL_NAME
from .python_programs import CACHE, host
from .web import certificate, hold_port, put

NODE_HOME, VENV, GO_HOME = (
    CACHE / "aside_services_node",
    CACHE / "aside_services_python" / "venv",
    CACHE / "aside_services_go",
)
CLUSTER = Path(__file__).resolve().parents[2] / "cluster"
NODE_WANTED = ("verdaccio@6.0.5", "ws@8.18.0", "peer@1.0.2")
PYTHON_WANTED = (
    "django==5.0.9", "django-q2==1.7.6", "redis==5.2.1", "ldap3==2.9.1", "pydantic-settings==2.6.1", "carbon==1.1.10", "whisper==1.1.10", "setuptools==75.8.0",
)  # fmt: skip
SELF = host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
NODE = (
    SELF + f"mkdir -p /srv/node_modules; mount --bind {NODE_HOME}/node_modules /srv/node_modules\n"
)
PYTHON = SELF + f"mkdir -p /srv/venv /srv/app; mount --bind {VENV} /srv/venv\n"
PY = "/srv/venv/bin/python"
BASE = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/srv/app"}


def chat_gateway() -> Program:
    source = put("/srv/gateway.js", """
const http = require('http');
const fs = require('fs');
const { WebSocketServer } = require('ws');

const log = (level, msg, more = {}) => console.log(JSON.stringify({ time: new Date().toISOString(), level, msg, ...more }));
const port = Number(process.env.PORT || 8080);
const secret = process.env.SESSION_SECRET;
if (!secret) {
  log('fatal', 'SESSION_SECRET is required');
  process.exit(78);
}
const rooms = JSON.parse(fs.readFileSync(process.env.ROOMS_FILE || '/config/rooms.json', 'utf8'));
log('info', 'loaded rooms', { count: rooms.length });

async function presence() {
  try {
    const reply = await fetch(process.env.PRESENCE_URL + '/online');
    return await reply.json();
  } catch (error) {
    log('warn', 'presence is not reachable', { error: String(error.cause || error) });
    return undefined;
  }
}

const server = http.createServer(async (req, res) => {
  if (req.url === '/healthz') return res.end('ok');
  if (req.url === '/online') {
    const online = await presence();
    if (!online) { res.statusCode = 502; return res.end(); }
    return res.end(JSON.stringify(online));
  }
  res.statusCode = 404;
  res.end();
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, req) => {
  log('info', 'client connected', { from: req.socket.remoteAddress });
  socket.on('error', (error) => log('error', 'client error', { code: error.code, error: error.message }));
  socket.on('close', (code) => log('info', 'client gone', { code }));
});
const cache = [];
async function main() {
  if (process.env.HISTORY_DIR) fs.writeFileSync(process.env.HISTORY_DIR + '/journal.log', '');
  if (process.env.WARM_UP) {
    const online = await presence();
    log('info', 'warm', { users: online.users.length });
  }
  if (process.env.PRELOAD) for (let i = 0; ; i++) cache.push({ id: i, text: 'message '.repeat(40) + i });
  server.listen(port, '0.0.0.0', () => log('info', 'listening', { port }));
}
process.on('SIGTERM', () => { log('info', 'SIGTERM, closing'); sockets.close(); server.close(() => process.exit(0)); server.closeAllConnections(); });
main();
""") + put("/config/rooms.json", '[{"name": "lobby"}, {"name": "support"}]')  # fmt: skip
    p = Program(
        "chat-gateway", "npm ws 8.18.0, Node 20", "registry.example.com/chat/gateway:4.2.0", "node /srv/gateway.js", before=NODE + source, mounts={"rooms": "config:/config"}, seconds=5,
        env={"SESSION_SECRET": "s3cr3t", "PORT": "8080", "PRESENCE_URL": "http://presence.chat.svc:8081"}, spec={"ports": [{"containerPort": 8080}], "livenessProbe": http("/healthz", 8080)},
    )  # fmt: skip
    presence = host("presence.chat.svc", "10.96.14.30")
    p(
        "secret-missing",
        "ConfigurationMissing",
        "SESSION_SECRET is not set",
        "SESSION_SECRET is required",
        without=["SESSION_SECRET"],
    )
    p(
        "rooms-broken",
        "ConfigurationInvalid",
        "the rooms' file has a comma too many",
        "SyntaxError",
        put("/config/rooms.json", '[{"name": "lobby"}, {"name": "support"},]'),
    )
    p("port-out-of-range", "ConfigurationInvalid", "the port has a digit too many", "ERR_SOCKET_BAD_PORT", env={"PORT": "808080"}, spec={"livenessProbe": None})  # fmt: skip
    p("port-taken", "PortConflict", "another gateway of the node has the port", "EADDRINUSE", hold_port(8080), spec={"hostNetwork": True})  # fmt: skip
    p(
        "history-read-only",
        "PermissionDenied",
        "the journal's folder is root's",
        "EACCES",
        "mkdir -m 755 /data/history\n",
        env={"HISTORY_DIR": "/data/history"},
        mounts={"history": "claim:/data/history"},
        user=1000,
    )
    p(
        "heap-spent",
        "OutOfMemory",
        "the history that it loads does not fit the heap that is set",
        "heap out of memory",
        env={"PRELOAD": "1", "NODE_OPTIONS": "--max-old-space-size=48"},
        seconds=25,
    )
    p(
        "clients-reset-stopped",
        "Unknown",
        "clients break off, presence is away for one request; stopped",
        "SIGTERM, closing",
        presence,
        meanwhile='sleep 1.5; curl -s localhost:8080/online; curl -s localhost:8080/none; python3 -c \'\nimport socket, struct\nfor i in range(3):\n    s = socket.create_connection(("127.0.0.1", 8080))\n    s.send(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n")\n    s.recv(500)\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); s.close()\'',
        seconds=6,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "a client comes and goes, one request meets an absent presence; killed",
        "presence is not reachable",
        presence,
        meanwhile='sleep 1.5; curl -s localhost:8080/online; node -e \'const W = require("ws"); const s = new W("ws://127.0.0.1:8080"); s.on("open", () => setTimeout(() => s.close(1000), 800))\'',
        stop_signal="SIGKILL",
    )
    return p


def go_proxy() -> Program:
    p = Program(
        "go-proxy", "a Go reverse proxy of one's own (standard library)", "registry.example.com/edge/go-proxy:4.2.0", "/srv/go-proxy --config /config/proxy.json",
        before=SELF + f"cp {GO_HOME}/go-proxy /srv/go-proxy; chmod 755 /srv/go-proxy\n", mounts={"config": "config:/config"}, seconds=4,
        spec={"ports": [{"containerPort": 8443}], "livenessProbe": listening(8443)},
    )  # fmt: skip

    def conf(
        rest: str = "", upstream: str = "http://orders.shop.svc:9000", listen: str = ":8443"
    ) -> str:
        return put("/config/proxy.json", f'{{"listen": "{listen}", "routes": {{"/orders": "{upstream}"}}{rest}}}')  # fmt: skip

    name = host("orders.shop.svc", "10.96.14.31")
    p("configuration-missing", "ConfigurationMissing", "no file at the place of --config", "no such file or directory", "", mounts={"config": "config:/etc/proxy"})  # fmt: skip
    p("configuration-key-unknown", "ConfigurationInvalid", "a key with a typo", "unknown field", conf(', "timeoutSecond": 30'))  # fmt: skip
    p("upstream-no-url", "ConfigurationInvalid", "an upstream with a blank in its port", "invalid port", conf(upstream="http://orders.shop.svc: 9000"))  # fmt: skip
    p(
        "key-of-another-certificate",
        "CertificateInvalid",
        "the secret has the key of the old certificate",
        "private key does not match",
        conf(', "cert": "/config/tls/new.crt", "key": "/config/tls/old.key"')
        + certificate(name="new")
        + certificate(name="old"),
    )
    p("port-taken", "PortConflict", "the ingress of the node has the port", "address already in use", conf() + hold_port(8443), spec={"hostNetwork": True})  # fmt: skip
    p("upstream-checked-and-away", "DependencyNotReady", "it wants its upstreams at the start; nobody listens there", "connection refused", name + conf(', "check": true'), seconds=8)  # fmt: skip
    p("rule-raises", "ApplicationError", "the table of weights is indexed past its end", "index out of range", conf(', "weights": [70, 20, 10]'))  # fmt: skip
    p("upstream-away-stopped", "Unknown", "each request meets an absent upstream, one handler panics and is caught; stopped", "shutting down",
      name + conf(), meanwhile="sleep 1; for i in 1 2 3; do curl -s localhost:8443/orders/$i; done; curl -s localhost:8443/debug/boom; curl -s localhost:8443/healthz")  # fmt: skip
    p("killed-from-outside", "Unknown", "one request meets an absent upstream; killed", "listening", name + conf(), meanwhile="sleep 1; curl -s localhost:8443/orders/1; curl -s localhost:8443/healthz", stop_signal="SIGKILL")  # fmt: skip
    return p


GO_PROXY = """
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type settings struct {
	Listen  string            `json:"listen"`
	Routes  map[string]string `json:"routes"`
	Timeout string            `json:"timeout"`
	Cert    string            `json:"cert"`
	Key     string            `json:"key"`
	Check   bool              `json:"check"`
	Weights []int             `json:"weights"`
}

func load(path string) (*settings, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading configuration: %w", err)
	}
	defer file.Close()
	s := &settings{Timeout: "30s"}
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(s); err != nil {
		return nil, fmt.Errorf("reading configuration %s: %w", path, err)
	}
	return s, nil
}

func pick(weights []int, count int) int {
	total := 0
	for i := 0; i <= count; i++ {
		total += weights[i]
	}
	return total
}

type recorded struct {
	http.ResponseWriter
	status int
}

func (r *recorded) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func run(path string) error {
	s, err := load(path)
	if err != nil {
		return err
	}
	timeout, err := time.ParseDuration(s.Timeout)
	if err != nil {
		return err
	}
	if len(s.Weights) > 0 {
		slog.Info("weighted routing", "total", pick(s.Weights, len(s.Weights)))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/debug/boom", func(http.ResponseWriter, *http.Request) { panic(errors.New("no route for tenant 17")) })
	for prefix, to := range s.Routes {
		target, err := url.Parse(to)
		if err != nil {
			return fmt.Errorf("route %s: %w", prefix, err)
		}
		if s.Check {
			for try := 1; ; try++ {
				connection, err := net.DialTimeout("tcp", target.Host, timeout)
				if err == nil {
					connection.Close()
					break
				}
				slog.Warn("upstream does not answer", "route", prefix, "try", try, "err", err)
				if try == 4 {
					return fmt.Errorf("route %s: upstream %s: %w", prefix, target.Host, err)
				}
				time.Sleep(time.Second)
			}
		}
		mux.Handle(prefix+"/", httputil.NewSingleHostReverseProxy(target))
		slog.Info("route", "prefix", prefix, "upstream", to)
	}
	logged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &recorded{ResponseWriter: w, status: 200}
		mux.ServeHTTP(seen, r)
		slog.Info("request", "method", r.Method, "path", r.URL.Path, "status", seen.status, "took", time.Since(start).Round(time.Microsecond))
	})
	server := &http.Server{Addr: s.Listen, Handler: logged, ReadHeaderTimeout: timeout}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		slog.Info("shutting down")
		server.Shutdown(context.Background())
	}()
	slog.Info("listening", "address", s.Listen, "tls", s.Cert != "")
	if s.Cert != "" {
		err = server.ListenAndServeTLS(s.Cert, s.Key)
	} else {
		err = server.ListenAndServe()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func main() {
	path := flag.String("config", "/config/proxy.json", "settings")
	flag.Parse()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	slog.Info("go-proxy", "version", "4.2.0", "pid", os.Getpid())
	if err := run(*path); err != nil {
		slog.Error("exiting", "err", err)
		os.Exit(1)
	}
}
"""


def import_job() -> Program:
    source = put("/srv/import.php", r"""
<?php
declare(strict_types=1);
error_reporting(E_ALL);
function say(string $text): void { fwrite(STDERR, date('c') . " import: $text\n"); }

$dsn = getenv('DATABASE_DSN') ?: throw new RuntimeException('DATABASE_DSN is not set');
$file = getenv('IMPORT_FILE') ?: '/data/in/orders.csv';
say("importing $file with PHP " . PHP_VERSION);
for ($try = 1; ; $try++) {
    try {
        $db = new PDO($dsn, 'backup', getenv('DATABASE_PASSWORD') ?: '', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
        break;
    } catch (PDOException $error) {
        if ($error->getCode() !== 2002 || $try >= 5) throw $error;
        say("try $try: " . $error->getMessage());
        sleep(1);
    }
}
say('connected');
$rows = file($file, FILE_IGNORE_NEW_LINES) ?: throw new RuntimeException("cannot read $file");
$insert = $db->prepare('insert into orders(id, note) values (?, ?)');
$done = 0;
$seen = [];
foreach ($rows as $number => $row) {
    $fields = explode(';', $row);
    if (count($fields) < 2) { say("line $number: skipped, not a row: $row"); continue; }
    if (getenv('KEEP_ALL')) $seen[] = str_repeat($row, 40000);
    $insert->execute([(int) $fields[0], $fields[1]]);
    $done++;
}
if (getenv('STATISTICS')) {
    $refused = array_filter($rows, fn ($row) => str_ends_with($row, ';refused'));
    say('rows for each refused one: ' . intdiv($done, count($refused)));
}
file_put_contents('/data/out/report.txt', "$done rows\n") ?: throw new RuntimeException('cannot write the report');
say("done, $done rows");
""") + put("/data/in/orders.csv", "10;first\n11;error: connection refused by the customer's mail server\ntotal\n12;third") + "mkdir -p /data/out; chmod 777 /data/out\n"  # fmt: skip
    grant = "my -e 'grant select, insert on shop.* to backup@\"%\"'\n"
    p = Program(
        "import-job", "a PHP 8.2 job of one's own (PDO, MariaDB 10.11)", "registry.example.com/shop/import-job:4.2.0", "php /srv/import.php", before=source, seconds=12, user=1000,
        env={"DATABASE_DSN": "mysql:host=mysql.shop.svc;dbname=shop", "DATABASE_PASSWORD": "correct", "IMPORT_FILE": "/data/in/orders.csv"}, mounts={"in": "claim:/data/in", "out": "claim:/data/out"},
        spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    p("dsn-of-an-absent-driver", "LibraryMissing", "the image has no driver for SQL Server", "could not find driver", env={"DATABASE_DSN": "sqlsrv:Server=mysql.shop.svc;Database=shop"})  # fmt: skip
    p("database-refused", "DependencyNotReady", "nobody listens at the database's address", "Connection refused", MYSQL_NAME)  # fmt: skip
    p("password-wrong", "AuthenticationFailed", "the secret was rotated, the job has the old one", "Access denied", MYSQL + grant, env={"DATABASE_PASSWORD": "old"})  # fmt: skip
    p("privilege-missing", "PermissionDenied", "the role may read, not insert", "INSERT command denied", MYSQL + "my -e 'grant select on shop.* to backup@\"%\"'\n")  # fmt: skip
    p("memory-limit", "OutOfMemory", "the job keeps every row in PHP's memory limit", "Allowed memory size", MYSQL + grant, command="php -d memory_limit=4M /srv/import.php", env={"KEEP_ALL": "1"})  # fmt: skip
    p("report-disk-full", "DiskFull", "the volume of the report is full", "No space left on device", MYSQL + grant + full("/data/out") + "dd if=/dev/zero of=/data/out/old bs=4k >/dev/null 2>&1 || true\n")  # fmt: skip
    p("database-late-done", "Unknown", "the database comes up while it tries; a row is skipped; done", "done, 3 rows",
      MYSQL + grant + "my -e 'create database hold'; mariadb-admin -uroot -S /run/mysqld/m.sock shutdown; sleep 1; mount -t tmpfs tmpfs /mnt\n",
      meanwhile="sleep 2.5; mariadbd --no-defaults --user=mysql --datadir=/data/my --socket=/run/mysqld/m.sock --bind-address=10.96.14.10 --innodb-flush-method=fsync")  # fmt: skip
    p("division-by-zero", "ApplicationError", "the job divides by a count that is zero that day", "Division by zero", MYSQL + grant, env={"STATISTICS": "yes"})  # fmt: skip
    return p


def backup_verify() -> Program:
    source = put("/srv/verify.sh", """
#!/bin/bash
set -euo pipefail
log() { printf '%s backup-verify %s\\n' "$(date -u +%FT%TZ)" "$*"; }

log "checking ${BACKUP_DIR:?} on $(hostname)"
cd "$BACKUP_DIR"
log "newest archive: $(ls -t *.tar.zst 2>/dev/null | head -1 || true)"
sums=${SUMS_FILE:-SHA256SUMS}
failed=0
while read -r sum name; do
  if echo "$sum  $name" | sha256sum --check --status -; then
    log "ok       $name"
  else
    log "MISMATCH $name"
    failed=$((failed + 1))
  fi
done <"$sums"
if [ "$failed" -gt 0 ]; then
  log "$failed archive(s) differ from their recorded checksum"
  exit 3
fi
log "unpacking the newest one"
newest=$(ls -t *.tar.zst | head -1)
mkdir -p "$SCRATCH_DIR/restore"
${UNPACK:-zstd} -dc "$newest" | tar -xf - -C "$SCRATCH_DIR/restore"
for size in 1 2 3; do log "part $size of the restore is complete"; sleep "${PAUSE:-0}"; done
if [ -n "${REPORT_URL:-}" ]; then
  log "reporting to $REPORT_URL"
  curl -sS --fail --retry 2 --retry-delay 1 --retry-connrefused -X POST -d "ok=$(ls *.tar.zst | wc -l)" "$REPORT_URL"
fi
log "done"
""") + "chmod 755 /srv/verify.sh; mkdir -p /data/backups; cd /data/backups; head -c 400000 /dev/urandom >/tmp/shop.dump; tar -cf - -C /tmp shop.dump | zstd -q -o shop-20.tar.zst; cp shop-20.tar.zst shop-21.tar.zst; sha256sum *.zst >SHA256SUMS; rm /tmp/shop.dump; cd /srv\n"  # fmt: skip
    p = Program(
        "backup-verify", "a bash job on Debian 12 (coreutils, zstd, curl)", "registry.example.com/ops/backup-verify:4.2.0", "/srv/verify.sh", before=source, seconds=9, user=1000,
        env={"BACKUP_DIR": "/data/backups", "SCRATCH_DIR": "/tmp"}, mounts={"backups": "claim:/data/backups"}, spec={"restartPolicy": "Never"},
    )  # fmt: skip
    p("checksum-differs", "ApplicationError", "an archive was damaged: the job's own finding", "MISMATCH", "printf x >>/data/backups/shop-21.tar.zst\n")  # fmt: skip
    p("tool-missing", "ExecutableMissing", "the image has no program of the set name", "command not found", env={"UNPACK": "pzstd-1.5"})  # fmt: skip
    p("scratch-read-only", "PermissionDenied", "readOnlyRootFilesystem and no volume at the scratch folder", "Read-only file system", "mkdir /data/scratch; mount -t tmpfs -o ro tmpfs /data/scratch\n", env={"SCRATCH_DIR": "/data/scratch"})  # fmt: skip
    p("scratch-full", "DiskFull", "the archive does not fit the scratch volume", "Wrote only", full("/data/scratch"), env={"SCRATCH_DIR": "/data/scratch"}, mounts={"scratch": "/data/scratch"})  # fmt: skip
    p("report-refused", "DependencyNotReady", "nobody listens where it reports to", "Couldn't connect", host("ops.monitoring.svc", "10.96.14.33"), env={"REPORT_URL": "http://ops.monitoring.svc:8080/backup"})  # fmt: skip
    p("report-name-unknown", "DependencyNotReady", "the name of the report's service does not resolve", "Could not resolve host", env={"REPORT_URL": "http://ops.monitoring.svc.cluster.local/backup"})  # fmt: skip
    p("done-without-a-report", "Unknown", "all archives are right; done", " done")  # fmt: skip
    p("killed-midway", "Unknown", "killed as its node goes away", "part 1 of the restore", env={"PAUSE": "4"}, seconds=5, stop_signal="SIGKILL")  # fmt: skip
    return p


LDAP_NAME = host("ldap.corp.svc", "10.96.14.40")
LDAP = (
    LDAP_NAME
    + """
mkdir -p /data/ldap /run/slapd
cat >/run/slapd.conf <<'CONF'
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=corp,dc=example"
rootdn "cn=admin,dc=corp,dc=example"
rootpw correct
directory /data/ldap
CONF
(slapd -d 0 -f /run/slapd.conf -h ldap://10.96.14.40:389 >/dev/null 2>&1 &) ; sleep 1.2
ldapadd -x -H ldap://10.96.14.40 -D cn=admin,dc=corp,dc=example -w correct >/dev/null <<'L'
dn: dc=corp,dc=example
objectClass: dcObject
objectClass: organization
o: corp
dc: corp

dn: ou=people,dc=corp,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=ann,ou=people,dc=corp,dc=example
objectClass: inetOrgPerson
cn: Ann
sn: A
mail: ann@corp.example
employeeNumber: 17

dn: uid=bob,ou=people,dc=corp,dc=example
objectClass: inetOrgPerson
cn: Bob
sn: B
mail: bob@corp.example
employeeNumber: x-18
L
"""
)


def ldap_sync() -> Program:
    source = put("/srv/app/ldap_sync.py", """
import json
import logging
import os
import sys
import time
from pathlib import Path

from ldap3 import ALL, SUBTREE, Connection, Server
from pydantic_settings import BaseSettings, SettingsConfigDict

log = logging.getLogger("ldap-sync")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LDAP_")
    url: str
    bind_dn: str
    bind_password: str
    base: str = "ou=people,dc=corp,dc=example"
    page: int = 200
    target: Path = Path("/data/users.json")
    strict: bool = False
    start_tls: bool = False
    loop: float = 0


def fetch(settings):
    server = Server(settings.url, get_info=ALL, connect_timeout=3)
    with Connection(server, settings.bind_dn, settings.bind_password, auto_bind="TLS_BEFORE_BIND" if settings.start_tls else True, raise_exceptions=True) as ldap:
        ldap.search(settings.base, "(objectClass=inetOrgPerson)", SUBTREE, attributes=["cn", "mail", "employeeNumber"])
        log.info("%d entries below %s", len(ldap.entries), settings.base)
        return [entry.entry_attributes_as_dict for entry in ldap.entries]


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
    settings = Settings()
    log.info("syncing from %s", settings.url)
    while True:
        users = []
        for entry in fetch(settings):
            number = entry["employeeNumber"][0]
            try:
                users.append({"id": int(number), "mail": entry["mail"][0]})
            except ValueError as error:
                if settings.strict:
                    raise
                log.warning("entry %s left out: %s", entry["cn"], error)
        settings.target.write_text(json.dumps(users))
        log.info("wrote %d users to %s", len(users), settings.target)
        if not settings.loop:
            return
        time.sleep(settings.loop)


main()
""")  # fmt: skip
    p = Program(
        "ldap-sync", "PyPI ldap3 2.9.1, pydantic-settings 2.6.1", "registry.example.com/identity/ldap-sync:4.2.0", f"{PY} /srv/app/ldap_sync.py", before=PYTHON + source, seconds=9,
        env={**BASE, "LDAP_URL": "ldap://ldap.corp.svc:389", "LDAP_BIND_DN": "cn=admin,dc=corp,dc=example", "LDAP_BIND_PASSWORD": "correct"}, mounts={"users": "claim:/data"},
    )  # fmt: skip
    p("settings-missing", "ConfigurationMissing", "the secret with the password is not referred to", "bind_password", without=["LDAP_BIND_PASSWORD"])  # fmt: skip
    p("page-no-number", "ConfigurationInvalid", "a number in words", "int_parsing", env={"LDAP_PAGE": "two hundred"})  # fmt: skip
    p("server-refused", "DependencyNotReady", "nobody listens at the directory's address", "refused", LDAP_NAME)  # fmt: skip
    p("password-wrong", "AuthenticationFailed", "the password was rotated", "invalidCredentials", LDAP, env={"LDAP_BIND_PASSWORD": "old"})  # fmt: skip
    p("entry-invalid", "ApplicationError", "one entry's number is none, and strict is on", "invalid literal for int()", LDAP, env={"LDAP_STRICT": "true"})  # fmt: skip
    p("target-not-writable", "PermissionDenied", "the volume belongs to root", "Permission denied", LDAP + "mkdir -m 755 /data/out\n", env={"LDAP_TARGET": "/data/out/users.json"}, user=1000)  # fmt: skip
    p("done", "Unknown", "leaves an entry out and is done", "wrote 1 users", LDAP)  # fmt: skip
    p("loop-killed", "Unknown", "syncs every second and is killed", "wrote 1 users", LDAP, env={"LDAP_LOOP": "1"}, seconds=6, stop_signal="SIGKILL")  # fmt: skip
    return p


def carbon_cache() -> Program:
    def conf(
        schemas: str = "[all]\npattern = .*\nretentions = 60s:1d",
        port: int = 2003,
        user: str = "",
        rest: str = "",
    ) -> str:
        return put("/config/carbon/carbon.conf", f"""
[cache]
STORAGE_DIR = /data
LOCAL_DATA_DIR = /data/whisper
CONF_DIR = /config/carbon
LOG_DIR = /data/log
PID_DIR = /run
USER = {user}
LINE_RECEIVER_INTERFACE = 0.0.0.0
LINE_RECEIVER_PORT = {port}
PICKLE_RECEIVER_INTERFACE = 0.0.0.0
PICKLE_RECEIVER_PORT = 2004
CACHE_QUERY_INTERFACE = 0.0.0.0
CACHE_QUERY_PORT = 7002
ENABLE_LOGROTATION = False
MAX_CREATES_PER_MINUTE = inf
{rest}
""") + (put("/config/carbon/storage-schemas.conf", schemas) if schemas else "") + "mkdir -p /data/whisper /data/log; chmod -R a+rwX /data\n"  # fmt: skip

    p = Program(
        "carbon-cache", "PyPI carbon 1.1.10, whisper 1.1.10, twisted", "docker.io/graphiteapp/carbon:1.1.10", f"{PY} /srv/venv/bin/carbon-cache.py --config=/config/carbon/carbon.conf --nodaemon start",
        before=PYTHON, env={**BASE, "GRAPHITE_ROOT": "/data", "PYTHONPATH": "/srv/venv/lib"}, seconds=6, mounts={"config": "config:/config/carbon", "data": "claim:/data"},
        spec={"ports": [{"containerPort": 2003, "name": "line"}, {"containerPort": 2004, "name": "pickle"}], "livenessProbe": listening(2003)},
    )  # fmt: skip
    p("schemas-missing", "ConfigurationMissing", "the config map lacks the storage schemas", "missing required config", conf(schemas=""))  # fmt: skip
    p("retention-invalid", "ConfigurationInvalid", "a retention in a unit that it does not know", "Invalid unit", conf(schemas="[all]\npattern = .*\nretentions = 60s:1month"))  # fmt: skip
    p("user-unknown", "ConfigurationInvalid", "the user to change to is not in the image", "name not found", conf(user="graphite"))  # fmt: skip
    p("port-taken", "PortConflict", "another metrics receiver of the node has the port", "already in use", conf() + hold_port(2003), spec={"hostNetwork": True})  # fmt: skip
    p("stopped", "Unknown", "takes metrics, drops a broken line, is stopped", "Server Shut Down", conf(), meanwhile="sleep 2.5; printf 'shop.orders 3 %s\\nnonsense\\n' $(date +%s) | nc -q 1 127.0.0.1 2003", seconds=7)  # fmt: skip
    p("port-no-number", "ConfigurationInvalid", "the port's variable was not filled in", "invalid literal", conf(port="${LINE_PORT}"))  # fmt: skip
    p("already-running", "StaleLock", "the pid file names a living process: an earlier instance's number was given anew", "already running", conf() + "sleep 60 & echo $! >/run/carbon-cache-a.pid\n")  # fmt: skip
    p("killed-from-outside", "Unknown", "takes metrics and is killed", "datapoints", conf(), meanwhile="sleep 2.5; for i in 1 2 3; do printf 'shop.orders %s %s\\n' $i $(date +%s) | nc -q 1 127.0.0.1 2003; done", seconds=8, stop_signal="SIGKILL")  # fmt: skip
    return p


REDIS = host("redis.shop.svc", "10.96.14.8") + "(redis-server --port 6379 --protected-mode no --save '' --dir /tmp {more} >/dev/null 2>&1 &); sleep 0.5\n"  # fmt: skip


def django_q() -> Program:
    source = put("/srv/app/shop/settings.py", """
import os
SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
DEBUG = False
INSTALLED_APPS = ["django.contrib.contenttypes", "django_q", *filter(None, os.environ.get("EXTRA_APPS", "").split(","))]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("DATABASE", "/data/db.sqlite3")}}
USE_TZ = True
Q_CLUSTER = {
    "name": "shop", "workers": int(os.environ.get("Q_WORKERS", "1")), "timeout": 20, "retry": 30, "max_attempts": 1, "poll": 0.3,
    "redis": os.environ["REDIS_URL"],
}
""") + put("/srv/app/shop/tasks.py", "def invoice(order):\n    return 100 // order\n") + put("/srv/app/shop/__init__.py", "") + put("/srv/app/manage.py", """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
""")  # fmt: skip
    env = {**BASE, "DJANGO_SECRET_KEY": "k" * 50, "REDIS_URL": "redis://redis.shop.svc:6379/0"}
    migrate = f"DJANGO_SECRET_KEY=k REDIS_URL=redis://redis.shop.svc:6379/0 PYTHONPATH=/srv/app PYTHONDONTWRITEBYTECODE=1 {PY} /srv/app/manage.py migrate >/dev/null\n"
    redis = REDIS.replace("{more}", "")
    p = Program(
        "django-q", "PyPI django 5.0.9, django-q2 1.7.6", "registry.example.com/shop/tasks:4.2.0", f"{PY} /srv/app/manage.py qcluster", before=PYTHON + source, env=env, mounts={"db": "claim:/data"}, seconds=8,
    )  # fmt: skip
    p("secret-missing", "ConfigurationMissing", "DJANGO_SECRET_KEY is not set", "KeyError", without=["DJANGO_SECRET_KEY"])  # fmt: skip
    p("app-missing", "LibraryMissing", "an app of INSTALLED_APPS is not installed", "ModuleNotFoundError", env={"EXTRA_APPS": "storages"})  # fmt: skip
    p("database-folder-not-readable", "PermissionDenied", "the database's folder may not be read", "unable to open database file", redis + "mkdir -m 700 /data/db\n", env={"DATABASE": "/data/db/db.sqlite3"}, user=1000, command=f"{PY} /srv/app/manage.py migrate")  # fmt: skip
    p("task-fails-stopped", "Unknown", "one task of two fails, the cluster goes on and is stopped", "ZeroDivisionError", redis + migrate, seconds=10,
      meanwhile=f"sleep 3; {PY} /srv/app/manage.py shell -c \"from django_q.tasks import async_task; async_task('shop.tasks.invoice', 0); async_task('shop.tasks.invoice', 5)\"")  # fmt: skip
    enqueue = put("/srv/app/shop/management/commands/enqueue_nightly.py", """
from django.core.management.base import BaseCommand
from django_q.tasks import async_task

class Command(BaseCommand):
    help = "queues the night's invoices"

    def handle(self, *args, **options):
        for order in (3, 5, 8):
            self.stdout.write(f"order {order}: {async_task('shop.tasks.invoice', order)}")
        self.stdout.write("3 queued")
""")  # fmt: skip
    night = {"command": f"{PY} /srv/app/manage.py enqueue_nightly", "spec": {"restartPolicy": "OnFailure"}}  # fmt: skip
    shop = {"EXTRA_APPS": "shop"}
    p("night-redis-refused", "DependencyNotReady", "nobody listens at the queue's address", "refused", enqueue + host("redis.shop.svc", "10.96.14.8") + migrate, env=shop, **night)  # fmt: skip
    p("night-redis-demands-a-password", "AuthenticationFailed", "Redis was given a password, the job not", "Authentication required", enqueue + REDIS.replace("{more}", "--requirepass correct") + migrate, env=shop, **night)  # fmt: skip
    p("night-redis-url-without-a-scheme", "ConfigurationInvalid", "REDIS_URL lacks its scheme", "schemes", enqueue + redis + migrate, env={**shop, "REDIS_URL": "redis.shop.svc:6379/0"}, **night)  # fmt: skip
    p("night-done", "Unknown", "queues its tasks and is done", "3 queued", enqueue + redis + migrate, env=shop, **night)  # fmt: skip
    return p


def verdaccio() -> Program:
    def conf(
        rest: str = "",
        storage: str = "/data/storage",
        auth: str = "htpasswd:\n    file: /data/htpasswd",
    ) -> str:
        return put("/config/config.yaml", f"""
storage: {storage}
auth:
  {auth}
uplinks:
  npmjs:
    url: http://registry.mirror.svc:4873/
    timeout: 2s
    maxage: 10m
packages:
  '@shop/*':
    access: $authenticated
    publish: $authenticated
  '**':
    access: $all
    proxy: npmjs
log: {{ type: stdout, format: pretty, level: http }}
{rest}
""") + "mkdir -p /data/storage; chmod 777 /data/storage\n"  # fmt: skip

    line = "node node_modules/verdaccio/bin/verdaccio --config /config/config.yaml --listen http://0.0.0.0:4873"
    p = Program(
        "verdaccio", "npm verdaccio 6.0.5, Node 20", "docker.io/verdaccio/verdaccio:6.0", line, before=NODE, seconds=7, mounts={"config": "config:/config", "storage": "claim:/data"},
        spec={"ports": [{"containerPort": 4873}], "livenessProbe": http("/-/ping", 4873)},
    )  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "no file at the place of --config", "cannot open config file", "", mounts={"config": "config:/verdaccio/conf"})  # fmt: skip
    p("plugin-missing", "LibraryMissing", "the plugin for LDAP is not in the image", "plugin not found", conf(auth="ldap:\n    type: ldap"))  # fmt: skip
    p("storage-missing", "ConfigurationMissing", "no storage is set", "storage default path not defined", conf().replace("storage: /data/storage\n", ""))  # fmt: skip
    p("port-taken", "PortConflict", "another registry of the node has the port", "EADDRINUSE", conf() + hold_port(4873), spec={"hostNetwork": True})  # fmt: skip
    p("mirror-away-stopped", "Unknown", "its upstream does not answer: 404 or 503 for one package; stopped", "/-/ping", conf(), meanwhile="sleep 3.5; curl -s localhost:4873/express; curl -s localhost:4873/@shop%2fui; curl -s localhost:4873/-/ping", seconds=9)  # fmt: skip
    p("listen-invalid", "ConfigurationInvalid", "the port's variable was not filled in", "invalid address", conf(), command=line.replace(":4873", ":${PORT}"))  # fmt: skip
    p("key-of-another-certificate", "CertificateInvalid", "the secret has the key of the old certificate", "key values mismatch",
      conf("https:\n  key: /config/tls/old.key\n  cert: /config/tls/new.crt") + certificate(name="old") + certificate(name="new"), command=line.replace("http://", "https://"))  # fmt: skip
    p("port-80-as-nobody", "PermissionDenied", "port 80 without NET_BIND_SERVICE", "EACCES", UNPRIVILEGED + conf() + "chmod -R a+rwX /config /data\n", user=65534, command=line.replace("4873", "80"), spec={"ports": [{"containerPort": 80}], "livenessProbe": None})  # fmt: skip
    return p


def peerjs() -> Program:
    line = "node node_modules/peer/dist/bin/peerjs.js --port 9000 --path /signal"
    p = Program("peerjs", "npm peer 1.0.2, Node 20", "docker.io/peerjs/peerjs-server:1.0.2", line, before=NODE, seconds=4, spec={"ports": [{"containerPort": 9000}], "livenessProbe": http("/signal", 9000)})  # fmt: skip
    p("port-not-given", "ConfigurationMissing", "the mandatory port is not given", "required argument", command=line.replace("--port 9000 ", ""))  # fmt: skip
    p("certificate-missing", "ConfigurationMissing", "the TLS secret is not mounted", "", command=line + " --sslkey /config/tls/tls.key --sslcert /config/tls/tls.crt")  # fmt: skip
    p("key-without-certificate", "ConfigurationMissing", "the key is given, the certificate is not", "has not been provided", certificate(), command=line + " --sslkey /config/tls/tls.key", mounts={"tls": "secret:/config/tls"})  # fmt: skip
    p("certificate-broken", "CertificateInvalid", "the certificate was cut off as it was copied", "PEM routines", certificate() + "head -c 200 /config/tls/tls.crt >/run/c; cp /run/c /config/tls/tls.crt\n", command=line + " --sslkey /config/tls/tls.key --sslcert /config/tls/tls.crt", mounts={"tls": "secret:/config/tls"})  # fmt: skip
    p("entry-missing", "ExecutableMissing", "the entry file has another name in this version", "", command=line.replace("bin/peerjs.js", "bin/peerjs.cjs"))  # fmt: skip
    p("stopped", "Unknown", "answers, refuses a bad request, is stopped", "", meanwhile="sleep 2; curl -s localhost:9000/signal; curl -s localhost:9000/signal/peerjs/id; curl -s localhost:9000/none")  # fmt: skip
    p("key-of-another-certificate", "CertificateInvalid", "the secret has the key of the old certificate", "key values mismatch", certificate(name="old") + certificate(name="new"), command=line + " --sslkey /config/tls/old.key --sslcert /config/tls/new.crt", mounts={"tls": "secret:/config/tls"})  # fmt: skip
    return p


def helm() -> Program:
    chart = put("/config/chart/Chart.yaml", "apiVersion: v2\nname: orders\nversion: 4.2.0") + put("/config/chart/values.yaml", "replicas: 2\nimage: registry.example.com/shop/orders:4.2.0") + put("/config/chart/templates/cm.yaml", 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  labels: {team: {{ required "values: team must be set" .Values.team }}}\ndata:\n  replicas: {{ .Values.replicas | quote }}') + put("/config/kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters:\n- name: a\n  cluster: {server: 'http://10.96.0.1:8080'}\nusers:\n- name: a\n  user: {token: abc}\ncontexts:\n- name: a\n  context: {cluster: a, user: a}")  # fmt: skip
    api = host("kubernetes.default.svc", "10.96.0.1")
    binary = f"cp {CACHE}/aside_services_go/helm /srv/helm; chmod 755 /srv/helm\n"
    line = "/srv/helm upgrade --install orders /config/chart --namespace shop --set team=shop --timeout 20s"
    p = Program(
        "helm", "Go module helm.sh/helm/v4 4.3.1", "docker.io/alpine/helm:4.3.1", line, before=SELF + binary + chart + api, seconds=12, entry=1, env={"KUBECONFIG": "/config/kubeconfig", "HELM_CACHE_HOME": "/tmp/helm"},
        mounts={"chart": "config:/config"}, spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    stub = put("/run/stub.py", """
import http.server, json, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        code = int(sys.argv[1])
        body = json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": sys.argv[3], "reason": sys.argv[2], "code": code}).encode()
        if self.path.startswith("/version"):
            code, body = 200, json.dumps({"major": "1", "minor": "31", "gitVersion": "v1.31.2"}).encode()
        self.send_response(code); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *a): pass
http.server.HTTPServer(("10.96.0.1", 8080), H).serve_forever()
""")  # fmt: skip

    def answering(code: int, reason: str, message: str) -> str:
        return (
            stub
            + f"(python3 /run/stub.py {code} {reason} '{message}' >/dev/null 2>&1 &); sleep 0.7\n"
        )

    p("api-refused", "DependencyNotReady", "nobody listens at the API server's address", "cluster unreachable")  # fmt: skip
    p("value-required", "ConfigurationMissing", "a value that the chart demands is not given", "must be set", answering(404, "NotFound", "not found"), command=line.replace("upgrade --install", "template").replace(" --set team=shop", ""))  # fmt: skip
    p("template-broken", "ConfigurationInvalid", "a template has an unclosed action", "parse error", "sed -i 's/quote }}/quote }/' /config/chart/templates/cm.yaml\n", command=line.replace("upgrade --install", "template"))  # fmt: skip
    p("role-may-not-list-secrets", "PermissionDenied", "the service account may not list secrets", "forbidden", answering(403, "Forbidden", 'secrets is forbidden: User "system:serviceaccount:shop:deployer" cannot list resource "secrets" in API group "" in the namespace "shop"'))  # fmt: skip
    p("token-rejected", "AuthenticationFailed", "the token is of another cluster", "Unauthorized", answering(401, "Unauthorized", "Unauthorized"), command=line.replace("upgrade --install", "status").split(" /config")[0] + " --namespace shop")  # fmt: skip
    p("template-done", "Unknown", "renders the chart and is done", "kind: ConfigMap", command=line.replace("upgrade --install", "template"))  # fmt: skip
    render = line.replace("upgrade --install", "template")
    p("chart-missing", "ConfigurationMissing", "the chart is not mounted where the command says", "not found", command=render.replace("/config/chart", "/charts/orders"))  # fmt: skip
    p("values-broken", "ConfigurationInvalid", "the mounted values do not parse", "failed to parse", put("/config/values.yaml", "replicas: 3\n image: x"), command=render + " -f /config/values.yaml")  # fmt: skip
    return p


def programs() -> list[Program]:
    return [
        chat_gateway(),
        go_proxy(),
        import_job(),
        backup_verify(),
        ldap_sync(),
        carbon_cache(),
        django_q(),
        verdaccio(),
        peerjs(),
        helm(),
    ]


def install() -> None:
    apt("python3-venv", "redis-server", "mariadb-server", "slapd", "ldap-utils", "php-cli", "php-mysql", "zstd", "curl", "netcat-openbsd")  # fmt: skip
    NODE_HOME.mkdir(parents=True, exist_ok=True)
    if not (NODE_HOME / "node_modules" / "verdaccio").exists():
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE_WANTED],
            cwd=NODE_HOME,
            check=True,
        )
    if not (VENV / "bin" / "carbon-cache.py").exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(VENV)], check=True)
        subprocess.run(
            [str(VENV / "bin/python"), "-m", "pip", "install", "-q", *PYTHON_WANTED], check=True
        )
    GO_HOME.mkdir(parents=True, exist_ok=True)
    (GO_HOME / "main.go").write_text(GO_PROXY.lstrip())
    if not (GO_HOME / "go-proxy").exists():
        subprocess.run(
            ["nice", "-n", "5", "go", "build", "-trimpath", "-o", "go-proxy", "main.go"],
            cwd=GO_HOME,
            check=True,
        )
    built = subprocess.run(
        [str(CLUSTER), "tool", "helm"], check=True, capture_output=True, text=True
    ).stdout.strip()
    shutil.copy(built, GO_HOME / "helm")


def record(recorder: Recorder) -> None:
    install()
    record_programs(recorder, programs())
