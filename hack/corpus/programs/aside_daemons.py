"""More daemons of Debian 12 in the foreground as in a container: name, mail, file, proxy and backup servers.

Settings are of the daemons' own manual pages; what they print was found by running them. `Program` is used by the
other `aside_*` modules too.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import shlex
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import certificate, hold_port, put, volumes

UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"
RUN_FIELDS = (
    "meanwhile",
    "user",
    "open_files",
    "seconds",
    "memory_bytes",
    "stop_signal",
    "hostname",
)


def words(command: str | list[str]) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else command


def full(place: str, size: str = "64k") -> str:
    """Bash that puts a small volume there."""
    return f"mkdir -p {place}; mount -t tmpfs -o size={size},mode=1777 tmpfs {place}\n"


def listening(port: int) -> dict[str, Any]:
    """A liveness probe that a platform engineer would write for a plain TCP service."""
    return {"tcpSocket": {"port": port}, "initialDelaySeconds": 15, "periodSeconds": 20}


def http(path: str, port: int | str) -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": port}, "initialDelaySeconds": 30, "periodSeconds": 10}


@dataclass
class Program:
    """A program with what its scenarios share; calling it adds one.

    `entry`: how many of the command's first words are the image's own entry point, so that the pod has `args`.
    """

    name: str
    source: str
    image: str
    command: str | list[str]
    before: str = ""
    seconds: float = 3
    env: dict[str, str] = field(default_factory=dict)
    mounts: dict[str, str] = field(default_factory=dict)
    spec: dict[str, Any] = field(default_factory=dict)
    entry: int = 0
    user: int = 0
    cases: list[dict[str, Any]] = field(default_factory=list)

    def __call__(
        self, name: str, cause: str, situation: str, expect: str = "", prepare: str = "", *,
        command: str | list[str] = "", env: dict[str, str] | None = None, without: Iterable[str] = (),
        mounts: dict[str, str] | None = None, spec: dict[str, Any] | None = None, entry: int | None = None, **more: Any,
    ) -> None:  # fmt: skip
        run = {"seconds": self.seconds, "user": self.user}
        run |= {key: more.pop(key) for key in RUN_FIELDS if key in more}
        environment = {**self.env, **(env or {})}
        for key in without:
            del environment[key]
        line = words(command or self.command)
        skip = self.entry if entry is None else entry
        fields: dict[str, Any] = {"args": line[skip:]} if skip else {"command": line}
        if environment:
            fields["env"] = [{"name": key, "value": value} for key, value in environment.items()]
        fields |= self.spec
        if run["user"]:
            fields["securityContext"] = {
                "runAsUser": run["user"],
                "allowPrivilegeEscalation": False,
            }
        if run.get("memory_bytes"):
            limit = f"{run['memory_bytes'] // 1024 // 1024}Mi"
            fields["resources"] = {
                "requests": {"cpu": "100m", "memory": limit},
                "limits": {"memory": limit},
            }
        mounted = self.mounts | (mounts or {})
        if mounted:
            fields |= volumes(**mounted)
        fields |= spec or {}
        fields = {key: value for key, value in fields.items() if value not in (None, [])}
        self.cases.append(
            {
                "program": self.name,
                "name": name,
                "run": Run(line, prepare=self.before + prepare, environment=environment, **run),
                "cause": cause,
                "situation": situation,
                "source": self.source,
                "expect": expect,
                "pod": pod(self.name.replace("_", "-").split(".")[0], self.image, **fields),
                **more,
            }
        )


def record_programs(recorder: Recorder, programs: Iterable[Program], workers: int = 2) -> None:
    """Records them, two at a time; those with a memory limit in turn (the recorder has one name for the group)."""

    def one(case: dict[str, Any]) -> None:
        case = dict(case)
        program, name = case.pop("program"), case.pop("name")
        ended = recorder.record(program, name, case.pop("run"), **case)
        if ended and case.get("running") and not ended.stopped:
            recorder.failed.append(f"{program}/{name}: was not running, exit {ended.exit_code}")

    cases = [case for program in programs for case in program.cases]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(one, [case for case in cases if not case["run"].memory_bytes]))
    for case in cases:
        if case["run"].memory_bytes:
            one(case)


def nsd() -> Program:
    def conf(rest: str = "", server: str = "", zone: str = "shop.internal.zone") -> str:
        return put("/config/nsd.conf", f"""
server:
    ip-address: 0.0.0.0
    port: 5353
    server-count: 1
    username: ""
    zonesdir: "/config"
    zonelistfile: "/tmp/zone.list"
    xfrdfile: "/tmp/xfrd.state"
    pidfile: "/run/nsd/nsd.pid"
    logfile: ""
    verbosity: 2
    {server}
remote-control:
    control-enable: no
zone:
    name: shop.internal
    zonefile: {zone}
{rest}
""") + put("/config/shop.internal.zone", """
$ORIGIN shop.internal.
$TTL 300
@ IN SOA ns1 hostmaster 2026112101 3600 900 604800 300
  IN NS ns1
ns1 IN A 10.9.0.2
www IN A 10.9.0.4
""") + "mkdir -p /run/nsd\n"  # fmt: skip

    p = Program(
        "nsd", debian("nsd"), "docker.io/nlnetlabs/nsd:4.6.1", "nsd -d -c /config/nsd.conf",
        mounts={"zones": "config:/config", "run": "/run/nsd"},
        spec={"ports": [{"containerPort": 5353, "protocol": "UDP", "name": "dns"}], "livenessProbe": listening(5353)},
    )  # fmt: skip
    p(
        "unknown-attribute",
        "ConfigurationInvalid",
        "an attribute with a typo",
        "",
        conf(server="tcp-timout: 30"),
    )
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "the config map is mounted elsewhere",
        "",
        "",
        mounts={"zones": "config:/etc/nsd/conf.d"},
    )
    p("port-taken", "PortConflict", "the node's resolver has the port", "", conf() + hold_port(5353, kind="DGRAM") + hold_port(5353),
      spec={"hostNetwork": True})  # fmt: skip
    p("port-53-as-nobody", "PermissionDenied", "port 53 without NET_BIND_SERVICE", "", UNPRIVILEGED + conf().replace("port: 5353", "port: 53"),
      user=65534, spec={"ports": [{"containerPort": 53, "protocol": "UDP"}], "livenessProbe": None})  # fmt: skip
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user to change to is not in the image",
        "",
        conf().replace('username: ""', "username: named"),
    )
    p(
        "pid-directory-of-root",
        "PermissionDenied",
        "the directory of the pid file may not be written",
        "",
        conf() + "chmod 755 /run/nsd\n",
        user=65534,
    )
    p("zone-broken-goes-on", "Unknown", "one zone of two does not load; the server serves the other and is stopped", "",
      conf(zone="shop.internal.zone", rest="zone:\n    name: old.internal\n    zonefile: old.zone") + put("/config/old.zone", "$ORIGIN old.internal.\n@ IN SOA ns1\nwww IN A 10.9.0\n"),
      meanwhile="sleep 1; dig @127.0.0.1 -p 5353 www.shop.internal; kill -HUP $(cat /run/nsd/nsd.pid)", stop_signal="SIGTERM")  # fmt: skip
    p(
        "killed-from-outside",
        "Unknown",
        "serves calmly and is killed with the node's container runtime",
        "",
        conf(),
        meanwhile="sleep 1; for i in 1 2 3; do dig @127.0.0.1 -p 5353 www.shop.internal; dig @127.0.0.1 -p 5353 example.com; done",
        stop_signal="SIGKILL",
    )
    return p


def tor() -> Program:
    def conf(rest: str = "", socks: str = "9050") -> str:
        return put("/config/torrc", f"""
SocksPort 0.0.0.0:{socks}
SocksPolicy accept 10.0.0.0/8
SocksPolicy reject *
DataDirectory /data/tor
Log notice stdout
{rest}
""") + "mkdir -p -m 700 /data/tor\n"  # fmt: skip

    p = Program(
        "tor", debian("tor"), "registry.example.com/infra/tor:0.4.9", "tor -f /config/torrc",
        mounts={"torrc": "config:/config", "data": "claim:/data"},
        spec={"ports": [{"containerPort": 9050, "name": "socks"}], "livenessProbe": listening(9050)},
    )  # fmt: skip
    p(
        "unknown-option",
        "ConfigurationInvalid",
        "an option that tor does not know",
        "",
        conf("HiddenServicePorts 80 shop:8080"),
    )
    p(
        "bad-value",
        "ConfigurationInvalid",
        "an address without a port",
        "",
        conf("HTTPSProxy proxy.corp.example.com:https"),
    )
    p("configuration-missing", "ConfigurationMissing", "no torrc at the place of -f", "", "")
    p(
        "data-directory-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "",
        conf() + "chown -R 0:0 /data; chmod 700 /data\n",
        user=101,
    )
    p(
        "port-taken",
        "PortConflict",
        "another socks proxy of the node has the port",
        "",
        conf() + hold_port(9050),
        spec={"hostNetwork": True},
        seconds=6,
    )
    p("other-instance-has-the-lock", "StaleLock", "the old pod still holds the volume", "",
      conf() + "(tor -f /config/torrc --SocksPort 0 >/dev/null 2>&1 &); sleep 2\n", seconds=14)  # fmt: skip
    p(
        "no-network-stopped",
        "Unknown",
        "cannot bootstrap for want of a network, waits; stopped for a rollout",
        "",
        conf("DirReqStatistics 0"),
        seconds=9,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "has no network, waits, is killed",
        "",
        conf("HTTPTunnelPort 0.0.0.0:8118"),
        seconds=6,
        stop_signal="SIGKILL",
    )
    return p


def rsyslogd() -> Program:
    def conf(rest: str = "", top: str = "") -> str:
        return put("/config/rsyslog.conf", f"""
{top}
global(workDirectory="/data/spool" maxMessageSize="64k" abortOnUncleanConfig="on")
module(load="imudp")
module(load="imtcp")
input(type="imudp" port="5514")
input(type="imtcp" port="5514")
template(name="json" type="list") {{
  constant(value="{{")
  property(name="hostname" outname="host" format="jsonf")
  constant(value=",")
  property(name="msg" outname="message" format="jsonf")
  constant(value="}}\\n")
}}
{rest}
""") + "mkdir -p /data/spool\n"  # fmt: skip

    out = 'action(type="omfile" file="/dev/stdout" template="json")'
    p = Program(
        "rsyslogd", debian("rsyslog"), "registry.example.com/logging/rsyslog:8.2302", "rsyslogd -n -f /config/rsyslog.conf -i /run/rsyslogd.pid",
        mounts={"config": "config:/config", "spool": "claim:/data"},
        spec={"ports": [{"containerPort": 5514, "protocol": "UDP"}, {"containerPort": 5514}], "livenessProbe": listening(5514)},
    )  # fmt: skip
    p("syntax-error", "ConfigurationInvalid", "a closing bracket is missing", "", conf(out[:-1]))
    p(
        "unknown-parameter",
        "ConfigurationInvalid",
        "a parameter that omfwd does not know",
        "",
        conf(
            out
            + '\naction(type="omfwd" target="loki.logging.svc" port="1514" protocol="tcp" resumeRetryCount="-1" queueSize="50000")'
        ),
    )
    p(
        "output-module-missing",
        "LibraryMissing",
        "omelasticsearch is a package of its own that the image lacks",
        "",
        conf(out, 'module(load="omelasticsearch")'),
    )
    p("configuration-missing", "ConfigurationMissing", "no file at the place of -f", "", "")
    p("pid-file-of-another-life", "StaleLock", "the pid file on the claim names a process that lives", "", conf(out) + "sleep 60 & echo $! >/data/rsyslogd.pid\n",
      command="rsyslogd -n -f /config/rsyslog.conf -i /data/rsyslogd.pid")  # fmt: skip
    p("pid-file-not-writable", "PermissionDenied", "the pid file's directory belongs to root", "", conf(out) + "mkdir -p /run/rsyslog; chmod 755 /run/rsyslog\n",
      command="rsyslogd -n -f /config/rsyslog.conf -i /run/rsyslog/rsyslogd.pid", user=104)  # fmt: skip
    return p


def opendkim() -> Program:
    def conf(rest: str = "", socket: str = "inet:8891@0.0.0.0") -> str:
        return put("/config/opendkim.conf", f"""
Syslog                  no
LogWhy                  yes
Mode                    sv
Canonicalization        relaxed/simple
Domain                  example.com
Selector                mail2026
KeyFile                 /config/keys/mail2026.private
Socket                  {socket}
PidFile                 /run/opendkim/opendkim.pid
UMask                   007
{rest}
""") + "mkdir -p /config/keys /run/opendkim; openssl genrsa -out /config/keys/mail2026.private 2048 2>/dev/null; chmod 600 /config/keys/mail2026.private; chmod 755 /config\n"  # fmt: skip

    p = Program(
        "opendkim", debian("opendkim"), "registry.example.com/mail/opendkim:2.11", "opendkim -f -v -x /config/opendkim.conf",
        mounts={"config": "config:/config", "keys": "secret:/config/keys", "run": "/run/opendkim"},
        spec={"ports": [{"containerPort": 8891, "name": "milter"}], "livenessProbe": listening(8891)},
    )  # fmt: skip
    p(
        "unknown-parameter",
        "ConfigurationInvalid",
        "a parameter with a typo",
        "",
        conf("SignatureAlgoritm rsa-sha256"),
    )
    p("configuration-missing", "ConfigurationMissing", "no file at the place of -x", "", "")
    p(
        "key-missing",
        "ConfigurationMissing",
        "the secret holds another selector's key",
        "",
        conf() + "mv /config/keys/mail2026.private /config/keys/mail2025.private\n",
    )
    p(
        "key-not-readable",
        "PermissionDenied",
        "the secret's file belongs to root, mode 0600",
        "",
        conf(),
        user=110,
    )
    p(
        "key-table-missing",
        "ConfigurationMissing",
        "the key table's file is not mounted",
        "",
        conf("KeyTable refile:/config/key.table\nSigningTable refile:/config/signing.table"),
    )
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user to become does not exist in this image",
        "",
        conf("UserID dkim-filter"),
    )
    p(
        "stopped",
        "Unknown",
        "serves a mail server that hangs up early; stopped for a rollout",
        "",
        conf(),
        meanwhile="sleep 0.6; for i in 1 2 3; do echo | nc -q0 localhost 8891; done",
    )
    return p


def freeradius() -> Program:
    raddb = "mkdir -p /config/raddb /run/freeradius /var/log/freeradius; cp -a /etc/freeradius/3.0/. /config/raddb/; cd /config/raddb\n"
    plain = (
        raddb
        + certificate("/config/tls")
        + (
            "sed -i 's/^\\(\\s*\\)user = freerad/\\1#user = freerad/; s/^\\(\\s*\\)group = freerad/\\1#group = freerad/' radiusd.conf\n"
            "sed -i 's#/etc/ssl/certs/ssl-cert-snakeoil.pem#/config/tls/tls.crt#; s#/etc/ssl/private/ssl-cert-snakeoil.key#/config/tls/tls.key#; s#/etc/ssl/certs/ca-certificates.crt#/config/tls/tls.crt#' mods-available/eap\n"
        )
    )
    p = Program(
        "freeradius", debian("freeradius"), "docker.io/freeradius/freeradius-server:3.2.1", "freeradius -f -l stdout -d /config/raddb",
        mounts={"raddb": "config:/config/raddb"}, entry=1,
        spec={"ports": [{"containerPort": 1812, "protocol": "UDP"}, {"containerPort": 1813, "protocol": "UDP"}]},
    )  # fmt: skip
    p(
        "clients-syntax",
        "ConfigurationInvalid",
        "a brace is missing in clients.conf",
        "",
        plain
        + "printf 'client wlc {\\n  ipaddr = 10.4.0.0/16\\n  secret = s3cret\\n' >>clients.conf\n",
    )
    p("module-driver-missing", "LibraryMissing", "the SQL module is on, its driver's package is not in the image", "",
      plain + "ln -s ../mods-available/sql mods-enabled/sql; sed -i 's/dialect = \"sqlite\"/dialect = \"mysql\"/; s/driver = \"rlm_sql_null\"/driver = \"rlm_sql_${dialect}\"/' mods-available/sql\n")  # fmt: skip
    p("folder-missing", "ConfigurationMissing", "nothing is mounted at the folder of -d", "", "")
    p(
        "port-taken",
        "PortConflict",
        "the node's own server has port 1812",
        "",
        plain + hold_port(1812, kind="DGRAM"),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-module",
        "ConfigurationInvalid",
        "the site calls a module that nobody defines",
        "",
        plain
        + "sed -i '0,/^\\s*preprocess/s//\\tpreprocess\\n\\tshop_groups/' sites-enabled/default\n",
    )
    p("certificate-missing", "ConfigurationMissing", "EAP's certificate is not in the secret", "",
      raddb + "sed -i 's#/etc/ssl/certs/ssl-cert-snakeoil.pem#/config/tls/tls.crt#; s#/etc/ssl/private/ssl-cert-snakeoil.key#/config/tls/tls.key#' mods-available/eap\n", mounts={"tls": "secret:/config/tls"})  # fmt: skip
    p("users-not-readable", "PermissionDenied", "the users' file may be read by root alone", "",
      plain + "chmod -R a+rX /config; chmod a+r /config/tls/*; chmod 600 $(readlink -f mods-config/files/authorize); chmod 1777 /run/freeradius /var/log/freeradius\n", user=110)  # fmt: skip
    p("healthy-stopped", "Unknown", "rejects a client that it does not know; stopped", "", plain,
      meanwhile="sleep 1.5; for i in 1 2 3; do echo 'User-Name=bob,User-Password=wrong' | radclient -t 1 -r 1 127.0.0.1 auth testing123; done", seconds=5)  # fmt: skip
    p("killed-from-outside", "Unknown", "rejects logins, is killed", "", plain, stop_signal="SIGKILL",
      meanwhile="sleep 1.5; for i in 1 2 3; do echo 'User-Name=bob,User-Password=wrong' | radclient -t 1 -r 1 127.0.0.1 auth testing123; done", seconds=5)  # fmt: skip
    return p


def cron() -> Program:
    tab = (
        put("/config/jobs", 'MAILTO=""\n*/5 * * * * root /srv/sync.sh >/proc/1/fd/1 2>&1')
        + "mkdir -p /run\n"
    )
    p = Program("cron", debian("cron"), "registry.example.com/ops/cron:12", "cron -f -L 15", before=tab,
                mounts={"jobs": "config:/etc/cron.d"}, spec={"resources": {"limits": {"cpu": "50m", "memory": "32Mi"}}})  # fmt: skip
    p(
        "pid-file-locked",
        "StaleLock",
        "another cron of the shared pid folder holds the lock",
        "",
        "(cron -f >/dev/null 2>&1 &); sleep 0.5\n",
    )
    p(
        "not-root",
        "PermissionDenied",
        "cron as an unprivileged user",
        "",
        "chmod 755 /run\n",
        user=65534,
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "busybox's flags, Debian's cron",
        "",
        command="cron -f -d 8 -c /config",
    )
    p(
        "read-only-run",
        "PermissionDenied",
        "readOnlyRootFilesystem without a volume for /run",
        "",
        "mount -o remount,ro /run\n",
        spec={"securityContext": {"readOnlyRootFilesystem": True}},
    )
    return p


def spamd() -> Program:
    rules = "mkdir -p /config/sa /data/bayes /run/spamd; cp -r /usr/share/spamassassin /config/rules; cp -r /etc/spamassassin/. /config/sa/; rm -f /config/sa/65_debian.cf\n"
    p = Program(
        "spamd", debian("spamd"), "registry.example.com/mail/spamassassin:4.0", "spamd --local --syslog=stderr --listen=0.0.0.0:1783 --allowed-ips=0.0.0.0/0 --max-children=3 --configpath=/config/rules --siteconfigpath=/config/sa --pidfile=/run/spamd/spamd.pid",
        before=rules, mounts={"sa": "config:/config/sa", "bayes": "claim:/data/bayes", "run": "/run/spamd"}, seconds=12,
        spec={"ports": [{"containerPort": 1783}], "livenessProbe": listening(1783)},
    )  # fmt: skip
    p(
        "rules-missing",
        "ConfigurationMissing",
        "the rules were never downloaded",
        "",
        "rm -rf /config/rules /config/sa; mkdir /config/rules /config/sa\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "another spamd on the host network",
        "",
        hold_port(1783),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        command="spamd --syslog=stderr --listen=0.0.0.0:1783 --max-childs=3",
    )
    p(
        "pid-file-not-writable-goes-on",
        "Unknown",
        "the pid file cannot be written, spamd serves all the same; stopped",
        "",
        "chmod 755 /run/spamd\n",
        user=65534,
    )
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user of -u is not in the image",
        "",
        command="spamd --syslog=stderr --listen=0.0.0.0:1783 -u debian-spamd2 --configpath=/config/rules --siteconfigpath=/config/sa",
    )
    p(
        "rule-broken-goes-on",
        "Unknown",
        "a broken rule is skipped; spamd serves and is stopped",
        "",
        "printf 'body SHOP_1 /cheap (pills/\\nscore SHOP_1 high\\nreport_safe_copy 3\\n' >/config/sa/shop.cf\n",
    )
    return p


def munin_node() -> Program:
    def conf(rest: str = "") -> str:
        return put("/config/munin-node.conf", f"""
log_level 4
log_file /dev/stderr
pid_file /run/munin/munin-node.pid
background 0
setsid 0
user root
group root
host_name worker-3.k8s.example.com
allow ^127\\.0\\.0\\.1$
cidr_allow 10.0.0.0/8
host *
port 4949
{rest}
""") + "mkdir -p /run/munin\n"  # fmt: skip

    p = Program(
        "munin-node", debian("munin-node"), "registry.example.com/monitoring/munin-node:2.0", "munin-node --config /config/munin-node.conf",
        mounts={"config": "config:/config", "run": "/run/munin"}, seconds=5,
        spec={"ports": [{"containerPort": 4949}], "livenessProbe": listening(4949)},
    )  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "no file at the place", "", "")
    p(
        "port-taken",
        "PortConflict",
        "the node's own munin-node",
        "",
        conf() + hold_port(4949),
        spec={"hostNetwork": True},
    )
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user of the file is not in the image",
        "",
        conf().replace("user root", "user munin-agent"),
    )
    p(
        "log-not-writable",
        "PermissionDenied",
        "the log may not be written",
        "",
        conf().replace("/dev/stderr", "/data/logs/munin-node.log") + "mkdir -m 755 /data/logs\n",
        user=65534,
    )
    p("healthy-stopped", "Unknown", "serves, a plugin fails; stopped", "", conf(),
      meanwhile="sleep 1.5; printf 'list\\nfetch cpu\\nfetch nosuch\\nquit\\n' | nc -q1 localhost 4949")  # fmt: skip
    return p


def postgrey() -> Program:
    p = Program(
        "postgrey", debian("postgrey"), "registry.example.com/mail/postgrey:1.37", "postgrey --inet=0.0.0.0:10023 --dbdir=/data/postgrey --delay=300 --user=postgrey --group=postgrey --privacy",
        before="mkdir -p /data/postgrey; chown postgrey /data/postgrey\n", mounts={"db": "claim:/data/postgrey"},
        spec={"ports": [{"containerPort": 10023}], "livenessProbe": listening(10023)},
    )  # fmt: skip
    p(
        "port-taken",
        "PortConflict",
        "another instance has the port",
        "",
        hold_port(10023),
        spec={"hostNetwork": True},
    )
    p(
        "db-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        "chown 0:0 /data/postgrey; chmod 755 /data/postgrey\n",
    )
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user of --user is not in the image",
        "",
        command="postgrey --inet=0.0.0.0:10023 --dbdir=/data/postgrey --user=greylist",
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag of another version",
        "",
        command="postgrey --inet=0.0.0.0:10023 --dbdir=/data/postgrey --database=redis://redis:6379/0",
    )
    p(
        "db-volume-full",
        "DiskFull",
        "the claim is full",
        "",
        full("/data/postgrey", "16k")
        + "dd if=/dev/zero of=/data/postgrey/old.db bs=1k count=64 2>/dev/null || true\n",
    )
    p(
        "stopped",
        "Unknown",
        "greylists and is stopped for a rollout",
        "",
        meanwhile="sleep 1.5; for i in 1 2 3; do printf 'request=smtpd_access_policy\\nprotocol_state=RCPT\\nclient_address=203.0.113.%d\\nclient_name=unknown\\nsender=a@example.org\\nrecipient=b@example.com\\n\\n' $i | nc -q1 localhost 10023; done",
        seconds=6,
    )
    p(
        "listen-missing",
        "ConfigurationMissing",
        "neither --inet nor --unix is given",
        "",
        command="postgrey --dbdir=/data/postgrey --delay=300",
    )
    return p


def fail2ban() -> Program:
    conf = (
        "mkdir -p /config/f2b /run/fail2ban /data/logs /data/db; cp -a /etc/fail2ban/. /config/f2b/; rm -f /config/f2b/jail.d/*; touch /data/logs/access.log\n"
        + put(
            "/config/f2b/jail.local",
            "[DEFAULT]\nbantime = 10m\nbackend = polling\nbanaction = noop\n\n[nginx-http-auth]\nenabled = true\nlogpath = /data/logs/access.log",
        )
        + put(
            "/config/f2b/action.d/noop.conf",
            "[Definition]\nactionban = iptables -I DOCKER-USER -s <ip> -j DROP\nactionunban = true\n",
        )
        + "sed -i 's#^dbfile = .*#dbfile = /data/db/fail2ban.sqlite3#' /config/f2b/fail2ban.conf\n"
    )
    p = Program(
        "fail2ban", debian("fail2ban"), "docker.io/crazymax/fail2ban:1.0.2",
        "fail2ban-server -f -x -c /config/f2b -s /run/fail2ban/fail2ban.sock -p /run/fail2ban/fail2ban.pid --logtarget STDOUT start", before=conf,
        mounts={"f2b": "config:/config/f2b", "logs": "host:/data/logs", "db": "claim:/data/db"}, seconds=6,
        spec={"hostNetwork": True, "securityContext": {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}},
    )  # fmt: skip
    p(
        "jail-syntax",
        "ConfigurationInvalid",
        "a line without a section in jail.local",
        "",
        "sed -i 1d /config/f2b/jail.local\n",
    )
    p(
        "jail-skipped-goes-on",
        "Unknown",
        "one jail of two names a filter that there is not: it is skipped, the server runs until it is stopped",
        "",
        "printf '\\n[shop-login]\\nenabled = true\\nfilter = shop-login\\nlogpath = /data/logs/access.log\\n' >>/config/f2b/jail.local\n",
    )
    p(
        "folder-missing",
        "ConfigurationMissing",
        "nothing is mounted at the folder of -c",
        "",
        "rm -rf /config/f2b\n",
    )
    p(
        "database-not-writable",
        "PermissionDenied",
        "an unprivileged user and a database of root's",
        "",
        "chmod 755 /data/db; chmod -R a+rX /config; chmod 1777 /run/fail2ban\n",
        user=1000,
    )
    p(
        "bad-ban-time",
        "ConfigurationInvalid",
        "a time that is none",
        "",
        "sed -i 's/bantime = 10m/bantime = ten minutes/' /config/f2b/jail.local\n",
    )
    p("ban-fails-goes-on", "Unknown", "iptables is not there, so a ban fails; the server goes on and is stopped", "",
      "", meanwhile="sleep 2; for i in $(seq 8); do date +'%Y/%m/%d %H:%M:%S [error] 31#31: *1 user \"admin\": password mismatch, client: 203.0.113.7, server: shop.example.com, request: \"GET /admin HTTP/1.1\", host: \"shop.example.com\"' >>/data/logs/access.log; sleep 0.2; done")  # fmt: skip
    return p


def znc() -> Program:
    def conf(rest: str = "", port: str = "6667") -> str:
        return put("/data/znc/configs/znc.conf", f"""
Version = 1.8.2
LoadModule = webadmin
<Listener l>
	Port = {port}
	IPv4 = true
	IPv6 = false
	SSL = false
</Listener>
{rest}
<User admin>
	Pass       = sha256#23f5a1ec1eee0b4ab1b8d5a3bb8ddb8eb6a1ffb6e4e53a8ab8a1c6ffe4d39d4d#?cDM;kx6MNVoJ:SDSYhx#
	Admin      = true
	Nick       = bot
	AltNick    = bot_
	Ident      = bot
	RealName   = Release bot
	LoadModule = chansaver
</User>
""") + "chmod -R a+rwX /data/znc\n"  # fmt: skip

    p = Program(
        "znc", debian("znc"), "docker.io/library/znc:1.8.2", "znc --foreground --datadir /data/znc", user=100,
        mounts={"data": "claim:/data/znc"}, entry=2, spec={"ports": [{"containerPort": 6667}], "livenessProbe": listening(6667)},
    )  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "an empty claim: no znc.conf",
        "",
        "mkdir -p /data/znc; chmod 777 /data/znc\n",
    )
    p(
        "other-instance",
        "StaleLock",
        "the old pod has the lock of the data folder",
        "",
        conf()
        + "chmod 777 /data/znc; (setpriv --reuid 100 --regid 100 --clear-groups znc --foreground --datadir /data/znc >/dev/null 2>&1 &); sleep 1.5\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "the node's bouncer has the port",
        "",
        conf() + hold_port(6667),
        spec={"hostNetwork": True},
    )
    p(
        "broken-configuration",
        "ConfigurationInvalid",
        "a tag that is not closed",
        "",
        conf("<Listener tls>\n\tPort = 6697\n\tSSL = true\n"),
    )
    p(
        "certificate-missing",
        "ConfigurationMissing",
        "the listener wants TLS and the PEM file is not mounted",
        "",
        conf().replace("SSL = false", "SSL = true"),
    )
    p("stopped", "Unknown", "a network cannot be resolved, clients give wrong passwords; stopped", "",
      conf().replace("\tLoadModule = chansaver\n", "\tLoadModule = chansaver\n\t<Network libera>\n\t\tServer = irc.libera.example +6697\n\t</Network>\n") + "chmod 777 /data/znc\n", seconds=8,
      meanwhile="sleep 1.5; for i in 1 2 3; do printf 'PASS admin:wrong\\r\\nNICK x\\r\\nUSER x 0 * :x\\r\\n' | nc -q1 localhost 6667; done")  # fmt: skip
    p(
        "module-missing",
        "LibraryMissing",
        "a module that this image was not built with",
        "",
        conf("LoadModule = modpython\nLoadModule = cyrusauth saslauthd"),
    )
    return p


def bacula_fd() -> Program:
    def conf(messages: str = "console = all", daemon: str = "") -> str:
        return put("/config/bacula-fd.conf", f"""
Director {{
  Name = backup-dir
  Password = "s3cr3t"
}}
FileDaemon {{
  Name = shop-fd
  FDport = 9102
  WorkingDirectory = /data/bacula
  Pid Directory = /run/bacula
  Maximum Concurrent Jobs = 4
  Plugin Directory = /usr/lib/bacula
  FDAddress = 0.0.0.0
  {daemon}
}}
Messages {{
  Name = Standard
  {messages}
}}
""") + "mkdir -p /data/bacula /run/bacula\n"  # fmt: skip

    p = Program(
        "bacula-fd", debian("bacula-fd"), "registry.example.com/backup/bacula-fd:9.6", "bacula-fd -f -c /config/bacula-fd.conf",
        mounts={"config": "config:/config", "work": "claim:/data/bacula", "run": "/run/bacula", "files": "claim:/srv/shop"},
        spec={"ports": [{"containerPort": 9102}], "livenessProbe": listening(9102)},
    )  # fmt: skip
    p(
        "unknown-keyword",
        "ConfigurationInvalid",
        "a keyword with a typo",
        "",
        conf(daemon="Heartbeat Intervall = 60"),
    )
    p("configuration-missing", "ConfigurationMissing", "no file at the place of -c", "", "")
    p(
        "port-taken",
        "PortConflict",
        "the node's file daemon has the port",
        "",
        conf() + hold_port(9102),
        spec={"hostNetwork": True},
        seconds=8,
    )
    p(
        "address-unknown",
        "ConfigurationInvalid",
        "a port in the address",
        "",
        conf().replace("FDAddress = 0.0.0.0", "FDAddress = 0.0.0.0:9102"),
    )
    p(
        "stopped",
        "Unknown",
        "somebody without a password asks; stopped for a rollout",
        "",
        conf(),
        meanwhile="sleep 0.7; for i in 1 2 3; do printf 'Hello Director x calling\\n' | nc -q1 localhost 9102; done",
        seconds=6,
    )
    p(
        "work-folder-not-writable",
        "PermissionDenied",
        "the working folder belongs to root",
        "",
        conf() + "chmod 755 /data/bacula /run/bacula\n",
        user=65534,
    )
    return p


PACKAGES = ("nsd", "tor", "rsyslog", "opendkim", "freeradius", "freeradius-utils", "cron", "spamd", "munin-node", "postgrey", "fail2ban", "znc", "bacula-fd")  # fmt: skip


def programs() -> list[Program]:
    return [
        nsd(),
        tor(),
        rsyslogd(),
        opendkim(),
        freeradius(),
        cron(),
        spamd(),
        munin_node(),
        postgrey(),
        fail2ban(),
        znc(),
        bacula_fd(),
    ]


def record(recorder: Recorder) -> None:
    apt(*PACKAGES)
    record_programs(recorder, programs())
