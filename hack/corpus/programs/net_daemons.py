"""Name servers, mail servers, brokers and other small network daemons of Debian 12, in the foreground as in a container.

Settings are of the daemons' own manual pages; what they print was found by running them.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import Scenario, certificate, hold_port, killed, put, record_all, stale, volumes

UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"
PACKAGES = {
    "dnsmasq": "dnsmasq-base", "unbound": "unbound", "named": "bind9", "sshd": "openssh-server", "postfix": "postfix", "dovecot": "dovecot-core", "memcached": "memcached", "mosquitto": "mosquitto",
    "coturn": "coturn", "prosody": "prosody", "chronyd": "chrony",
}  # fmt: skip


def dnsmasq(rest: str = "") -> str:
    return put(
        "/config/dnsmasq.conf",
        f"port=5353\nno-resolv\nserver=10.0.0.10\nlog-queries\nuser=root\npid-file=\n{rest}",
    )


def unbound(rest: str = "", remote: str = "control-enable: no", port: int = 5353) -> str:
    return put("/config/unbound.conf", f"""
server:
  verbosity: 1
  interface: 0.0.0.0
  port: {port}
  do-daemonize: no
  use-syslog: no
  logfile: ""
  chroot: ""
  username: ""
  directory: "/tmp"
  pidfile: "/tmp/unbound.pid"
  access-control: 0.0.0.0/0 allow
  {rest}
remote-control:
  {remote}
""")  # fmt: skip


def named(options: str = "", zones: str = "", port: int = 5353) -> str:
    return put("/config/named.conf", f"""
options {{
  directory "/tmp";
  listen-on port {port} {{ any; }};
  listen-on-v6 {{ none; }};
  pid-file "/tmp/named.pid";
  session-keyfile "/tmp/session.key";
  recursion no;
  {options}
}};
controls {{ }};
{zones}
""")  # fmt: skip


def sshd(rest: str = "", keys: bool = True) -> str:
    made = (
        "mkdir -p /config/ssh /run/sshd; ssh-keygen -q -t ed25519 -N '' -f /config/ssh/host_ed25519\n"
        if keys
        else "mkdir -p /run/sshd\n"
    )
    return made + put(
        "/config/sshd_config",
        f"Port 2222\nHostKey /config/ssh/host_ed25519\nPidFile none\nUsePAM no\nLogLevel VERBOSE\n{rest}",
    )


def mosquitto(rest: str = "", listener: str = "listener 1883") -> str:
    return (
        put(
            "/config/mosquitto.conf",
            f"{listener}\nallow_anonymous true\npersistence true\npersistence_location /data/mosquitto/\nlog_dest stderr\nuser root\n{rest}",
        )
        + "mkdir -p /data/mosquitto\n"
    )


def turn(rest: str = "") -> str:
    return put(
        "/config/turnserver.conf",
        f"listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port=3478\nrealm=example.com\nno-cli\nlog-file=stdout\npidfile=/tmp/turn.pid\nuserdb=/tmp/turndb\n{rest}",
    )


def dovecot(rest: str = "", port: int = 1143) -> str:
    return put("/config/dovecot.conf", f"""
log_path = /dev/stderr
base_dir = /run/dovecot
state_dir = /tmp
protocols = imap
ssl = no
mail_location = maildir:/data/mail/%u
default_internal_user = dovecot
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
{rest}
""")  # fmt: skip


def prosody(rest: str = "", top: str = "") -> str:
    return put("/config/prosody.cfg.lua", f"""
data_path = "/data/prosody"
pidfile = "/run/prosody/prosody.pid"
daemonize = false
{top}
modules_enabled = {{ "roster", "saslauth", "disco", "posix", "ping"; }}
modules_disabled = {{ "s2s" }}
c2s_ports = {{ 5222 }}
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
certificates = "/config/certs"
VirtualHost "example.com"
{rest}
""") + "mkdir -p /data/prosody /run/prosody /config/certs; chown -R prosody /data/prosody /run/prosody\n"  # fmt: skip


POSTFIX = (
    "mkdir -p /srv/etc /data/postfix /data/mail; cp -a /etc/postfix /srv/etc/; mount --bind /srv/etc/postfix /etc/postfix\n"
    "cp -a /usr/share/postfix/main.cf.dist /etc/postfix/main.cf 2>/dev/null || true\n"
    "cat >/etc/postfix/main.cf <<'__END__'\ncompatibility_level = 3.6\nmaillog_file = /dev/stdout\nqueue_directory = /data/postfix\n"
    "data_directory = /data/postfix-data\nmyhostname = mail.example.com\ninet_interfaces = all\ninet_protocols = ipv4\n{rest}\n__END__\n"
    "cp -a /var/spool/postfix/. /data/postfix/ 2>/dev/null || true; mkdir -p /data/postfix-data; chown postfix /data/postfix-data\n"
)


def postfix(rest: str = "") -> str:
    return POSTFIX.replace("{rest}", rest)


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []
    commands = {
        "dnsmasq": "dnsmasq --keep-in-foreground --log-facility=- --conf-file=/config/dnsmasq.conf",
        "unbound": "unbound -d -c /config/unbound.conf",
        "named": "named -g -c /config/named.conf",
        "sshd": "/usr/sbin/sshd -D -e -f /config/sshd_config",
        "postfix": "postfix start-fg",
        "dovecot": "dovecot -F -c /config/dovecot.conf",
        "memcached": "memcached -u nobody -m 64 -p 11211 -v",
        "mosquitto": "mosquitto -c /config/mosquitto.conf",
        "coturn": "turnserver -c /config/turnserver.conf",
        "prosody": "prosody --config /config/prosody.cfg.lua -F",
        "chronyd": "chronyd -d -x -f /config/chrony.conf",
    }

    def add(
        program: str, name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any
    ) -> None:
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "memory_bytes")
            if key in more
        }
        command = (more.pop("command", "") or commands[program]).split()
        table.append(
            Scenario(
                program,
                name,
                cause,
                situation,
                Run(command, prepare=prepare, **({"seconds": 3} | run)),
                expect,
                **more,
            )
        )

    def image(program: str, **spec: Any) -> dict[str, Any]:
        return pod(program, f"registry.example.com/infra/{program}:12", **spec)

    d = "dnsmasq"
    add(
        d,
        "port-conflict",
        "PortConflict",
        "a node-local cache has the port",
        dnsmasq() + hold_port(5353, kind="DGRAM"),
        "failed to create listening socket for port 5353: Address already in use",
        pod=image(d, hostNetwork=True, ports=[{"containerPort": 5353, "protocol": "UDP"}]),
    )
    add(
        d,
        "port-below-1024",
        "PermissionDenied",
        "port 53 as nobody",
        UNPRIVILEGED + put("/config/dnsmasq.conf", "port=53\nno-resolv"),
        "Permission denied",
        user=65534,
    )
    add(
        d,
        "bad-option",
        "ConfigurationInvalid",
        "an option that dnsmasq does not know",
        dnsmasq("cache-sise=1000"),
        "bad option",
    )
    add(
        d,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "cannot read /config/dnsmasq.conf",
        pod=image(d, **volumes(config="config:/etc/dnsmasq.d")),
    )
    add(
        d,
        "healthy",
        "Unknown",
        "a healthy dnsmasq, missing hosts file and all",
        dnsmasq("addn-hosts=/config/hosts.extra\naddress=/shop.internal/10.9.0.4"),
        "started, version",
        running=True,
        meanwhile="sleep 0.6; for i in $(seq 8); do python3 -c \"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(bytes.fromhex('00010100000100000000000004') + b'shop' + bytes([8]) + b'internal' + bytes.fromhex('0000010001'), ('127.0.0.1', 5353)); s.recv(512)\"; done",
    )

    u = "unbound"
    add(
        u,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        unbound() + hold_port(5353, kind="DGRAM"),
        "ddress already in use",
        pod=image(u, hostNetwork=True),
    )
    add(
        u,
        "port-below-1024",
        "PermissionDenied",
        "port 53 as nobody",
        UNPRIVILEGED + unbound(port=53),
        "ermission denied",
        user=65534,
    )
    add(
        u,
        "syntax-error",
        "ConfigurationInvalid",
        "a keyword with a typo",
        unbound("cache-max-tll: 60"),
        "error: ",
    )
    add(
        u,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/unbound.conf",
    )
    add(
        u,
        "control-certificate-missing",
        "ConfigurationMissing",
        "the control certificates are not generated",
        unbound(
            remote="control-enable: yes\n  control-interface: 127.0.0.1\n  server-key-file: /config/unbound_server.key\n  server-cert-file: /config/unbound_server.pem"
        ),
        "unbound_server",
    )
    add(
        u,
        "file-limit-warning",
        "Unknown",
        "the descriptor limit is too low for the wanted ports: a warning",
        unbound("outgoing-range: 4096\n  num-threads: 2"),
        "start of service",
        open_files=256,
        user=65534,
        running=True,
    )
    add(
        u,
        "trust-anchor-missing",
        "ConfigurationMissing",
        "the trust anchor's file is not there",
        unbound('auto-trust-anchor-file: "/data/unbound/root.key"'),
        "/data/unbound/root.key",
    )
    add(
        u,
        "control-socket-dead",
        "Unknown",
        "the dead control socket is removed",
        unbound(
            remote="control-enable: yes\n  control-interface: /run/unbound/ctl.sock\n  control-use-cert: no"
        )
        + stale("/run/unbound/ctl.sock"),
        "start of service",
        running=True,
    )

    n = "named"
    add(
        n,
        "port-conflict-goes-on",
        "Unknown",
        "no interface could be had: named says address in use and runs on",
        named() + hold_port(5353, "127.0.0.1"),
        "address in use",
        running=True,
    )
    add(
        n,
        "unknown-option",
        "ConfigurationInvalid",
        "an option that is gone",
        named("dnssec-lookasid auto;"),
        "unknown option",
    )
    add(
        n,
        "zone-file-missing",
        "Unknown",
        "a zone's file is missing, the server runs on without it",
        named(zones='zone "example.com" { type primary; file "/config/zones/example.com"; };'),
        "file not found",
        running=True,
    )
    add(
        n,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/named.conf",
        pod=image(n, **volumes(config="config:/etc/bind")),
    )
    add(
        n,
        "working-directory-not-writable",
        "PermissionDenied",
        "the working directory belongs to root",
        named().replace('directory "/tmp"', 'directory "/data/bind"')
        + "mkdir /data/bind; chmod 755 /data/bind\n",
        "permission denied",
        user=65534,
    )
    add(
        n,
        "key-file-missing",
        "ConfigurationMissing",
        "an included key file is not there",
        named(zones='include "/config/keys/rndc.key";'),
        "parsing failed: file not found",
    )
    add(
        n,
        "lock-file",
        "StaleLock",
        "another named has the lock file",
        named('lock-file "/tmp/named.lock";')
        + "named -g -c /config/named.conf >/dev/null 2>&1 & sleep 1\n",
        "named.lock",
        pod=image(n, **volumes(state="claim:/tmp")),
    )

    s = "sshd"
    add(
        s,
        "host-keys-missing",
        "ConfigurationMissing",
        "no host keys were generated",
        sshd(keys=False),
        "no hostkeys available",
    )
    add(
        s,
        "port-conflict-ipv4-goes-on",
        "Unknown",
        "0.0.0.0 is taken, [::] is not: sshd says so and serves",
        sshd() + hold_port(2222),
        "Bind to port 2222 on 0.0.0.0 failed: Address already in use",
        running=True,
    )
    add(
        s,
        "port-conflict",
        "PortConflict",
        "the node's own sshd has the port",
        sshd("ListenAddress 0.0.0.0") + hold_port(2222),
        "Cannot bind any address",
        pod=image(s, hostNetwork=True, ports=[{"containerPort": 2222}]),
    )
    add(
        s,
        "host-key-too-open",
        "ConfigurationInvalid",
        "the secret's key file may be read by everybody, so sshd ignores it",
        sshd() + "chmod 644 /config/ssh/host_ed25519\n",
        "UNPROTECTED PRIVATE KEY FILE",
    )
    add(
        s,
        "bad-option",
        "ConfigurationInvalid",
        "a typo in sshd_config",
        sshd("PasswordAuthentification no"),
        "Bad configuration option",
    )
    add(
        s,
        "privilege-separation-directory",
        "ConfigurationMissing",
        "/run/sshd is not there",
        sshd() + "rmdir /run/sshd\n",
        "Missing privilege separation directory",
    )
    add(
        s,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/sshd_config",
    )
    add(
        s,
        "healthy-with-scanners",
        "Unknown",
        "clients that fail to log in: invalid users, resets",
        sshd(),
        "Server listening",
        running=True,
        meanwhile="sleep 0.6; for i in 1 2 3 4 5 6; do ssh -o BatchMode=yes -o StrictHostKeyChecking=no -p 2222 admin$i@localhost true; echo | nc -q0 localhost 2222; done",
        seconds=4,
    )

    p = "postfix"
    add(
        p,
        "healthy",
        "Unknown",
        "a healthy postfix with its warnings",
        postfix(),
        "daemon started",
        running=True,
        seconds=5,
    )
    add(
        p,
        "port-conflict",
        "PortConflict",
        "port 25 is taken on the host network",
        postfix() + hold_port(25),
        "ddress already in use",
        seconds=6,
        pod=image(p, hostNetwork=True),
    )

    o = "dovecot"
    add(
        o,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        dovecot() + hold_port(1143),
        "Address already in use",
        pod=image(o, hostNetwork=True),
    )
    add(
        o,
        "already-running",
        "StaleLock",
        "the pid file names a living process of an earlier life",
        dovecot()
        + "mkdir -p /run/dovecot; (dovecot -F -c /config/dovecot.conf >/dev/null 2>&1 &); sleep 1\n",
        "already running",
        pod=image(o, **volumes(run="/run/dovecot")),
    )
    add(
        o,
        "dead-sockets-removed",
        "Unknown",
        "dovecot removes the dead sockets of its killed predecessor",
        dovecot() + "mkdir -p /run/dovecot\n" + killed("dovecot -F -c /config/dovecot.conf"),
        "starting up",
        running=True,
        pod=image(o, **volumes(run="/run/dovecot")),
    )
    add(
        o,
        "run-directory-full",
        "DiskFull",
        "the volume of the sockets has no inodes left",
        dovecot()
        + "mkdir -p /run/dovecot; mount -t tmpfs -o size=64k,nr_inodes=4 tmpfs /run/dovecot\n",
        "No space left on device",
    )
    add(
        o,
        "unknown-setting",
        "ConfigurationInvalid",
        "a setting that this version does not know",
        dovecot("imap_clinet_workarounds = delay-newmail"),
        "Unknown setting",
    )
    add(
        o,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        dovecot("ssl = required\nssl_cert = </config/tls/tls.crt\nssl_key = </config/tls/tls.key"),
        "/config/tls/tls.crt",
    )
    add(
        o,
        "user-missing",
        "ConfigurationInvalid",
        "the internal user is not in the image",
        dovecot("default_internal_user = vmail"),
        "vmail",
    )
    add(
        o,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/dovecot.conf",
    )

    m = "memcached"
    add(
        m,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        hold_port(11211),
        "failed to listen on one of interface(s) 0.0.0.0: Address already in use",
        pod=image(m, hostNetwork=True, args=["-m", "64"]),
        command="memcached -u nobody -m 64 -l 0.0.0.0 -p 11211 -v",
    )
    add(
        m,
        "file-limit",
        "FileLimitReached",
        "more connections than descriptors are allowed",
        "",
        "failed to set rlimit for open files",
        command="memcached -c 200000 -m 64",
        user=65534,
        open_files=128,
    )
    add(
        m,
        "dead-socket-not-removable",
        "StaleUnixSocket",
        "memcached drops its rights first and then cannot remove the dead socket's file",
        stale("/run/memcached/m.sock"),
        "failed to listen on UNIX socket: /run/memcached/m.sock: Address already in use",
        command="memcached -u nobody -s /run/memcached/m.sock -vv",
        captures={"path": "/run/memcached/m.sock"},
        pod=image(m, **volumes(run="/run/memcached")),
    )
    add(
        m,
        "unknown-option",
        "ConfigurationInvalid",
        "an option that memcached does not know",
        "",
        "Illegal",
        command="memcached -m 64 --max-item-sise=2m",
    )
    add(
        m,
        "root-without-user",
        "ConfigurationMissing",
        "memcached refuses to be root without -u",
        "",
        "can't run as root without the -u switch",
        command="memcached -m 64",
    )
    add(
        m,
        "unknown-user",
        "ConfigurationInvalid",
        "the user is not in the image",
        "",
        "can't find the user memcache2",
        command="memcached -m 64 -u memcache2",
    )
    add(
        m,
        "socket-directory-not-writable",
        "PermissionDenied",
        "the directory belongs to root",
        "mkdir -p /run/memcached; chmod 755 /run/memcached\n",
        "Permission denied",
        command="memcached -s /run/memcached/m.sock",
        user=65534,
    )

    q = "mosquitto"
    add(
        q,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        mosquitto() + hold_port(1883),
        "Error: Address already in use",
        pod=image(q, hostNetwork=True, ports=[{"containerPort": 1883}]),
    )
    add(
        q,
        "dead-socket-removed",
        "Unknown",
        "mosquitto removes the dead socket's file",
        mosquitto(listener="listener 0 /run/mosquitto/mqtt.sock")
        + stale("/run/mosquitto/mqtt.sock"),
        "running",
        running=True,
    )
    add(
        q,
        "unknown-variable",
        "ConfigurationInvalid",
        "a setting with a typo",
        mosquitto("persistance true"),
        "Unknown configuration variable",
    )
    add(
        q,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "Unable to open config file",
        pod=image(q, **volumes(config="config:/mosquitto/config")),
    )
    add(
        q,
        "password-file-missing",
        "ConfigurationMissing",
        "the password file's secret is not mounted",
        mosquitto("password_file /config/auth/passwords"),
        "/config/auth/passwords",
    )
    add(
        q,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        mosquitto("certfile /config/tls/tls.crt\nkeyfile /config/tls/tls.key", "listener 8883"),
        "/config/tls/tls.crt",
    )
    add(
        q,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate differ",
        mosquitto("certfile /config/tls/tls.crt\nkeyfile /config/tls/new.key", "listener 8883")
        + certificate()
        + certificate(name="new"),
        "key values mismatch",
    )
    add(
        q,
        "database-not-writable-at-stop",
        "Unknown",
        "the volume belongs to root, which is said at an orderly stop only",
        mosquitto().replace("user root\n", "")
        + "echo x >/data/mosquitto/mosquitto.db; chmod 600 /data/mosquitto/mosquitto.db\n",
        "ermission denied",
        user=65534,
        running=True,
    )
    add(
        q,
        "local-only-mode",
        "Unknown",
        "no listener is configured: local only mode, runs",
        put("/config/mosquitto.conf", "log_dest stderr\nuser root"),
        "local only mode",
        running=True,
    )
    add(
        q,
        "healthy",
        "Unknown",
        "clients that come and break the protocol",
        mosquitto(),
        "running",
        meanwhile="sleep 0.6; for i in $(seq 20); do echo hello | nc -q0 localhost 1883; done",
    )
    add(
        q,
        "persistence-full",
        "Unknown",
        "the volume of the database is full when it stops; the broker has served",
        mosquitto()
        + "mount -t tmpfs -o size=4k,nr_inodes=2 tmpfs /data/mosquitto; touch /data/mosquitto/x\n",
        "mosquitto version",
        running=True,
    )

    c = "coturn"
    add(
        c,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        turn() + hold_port(3478, "127.0.0.1") + hold_port(3478, "127.0.0.1", "DGRAM"),
        "ddress already in use",
        seconds=6,
        pod=image(c, hostNetwork=True),
    )
    add(
        c,
        "certificate-missing-but-running",
        "Unknown",
        "no certificate and no key: warnings only",
        turn("cert=/config/tls/tls.crt\npkey=/config/tls/tls.key"),
        "cannot find certificate file",
        running=True,
    )

    x = "prosody"
    add(
        x,
        "module-missing",
        "Unknown",
        "a module is not there: said as an error, prosody runs on",
        prosody('modules_enabled = { "cloud_notify" }'),
        "cloud_notify",
        running=True,
        user=0,
    )
    add(
        x,
        "syntax-error",
        "ConfigurationInvalid",
        "a Lua syntax error",
        prosody('admins = { "root@example.com"\n'),
        "prosody.cfg.lua",
    )
    add(
        x,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/prosody.cfg.lua",
    )

    k = "chronyd"
    chrony = (
        put(
            "/config/chrony.conf",
            "server 10.0.0.123 iburst\ndriftfile /tmp/drift\npidfile /run/chrony/chronyd.pid\nbindcmdaddress /\ncmdport 0\nuser root",
        )
        + "mkdir -p /run/chrony; chmod 700 /run/chrony\n"
    )
    add(
        k,
        "pid-file-of-a-dead-instance",
        "StaleLock",
        "the pid file names a living process",
        chrony + "sleep 99 & echo $! >/run/chrony/chronyd.pid\n",
        "Another chronyd may already be running",
        pod=image(k, **volumes(run="host:/run/chrony")),
    )
    add(
        k,
        "invalid-directive",
        "ConfigurationInvalid",
        "a directive with a typo",
        chrony + "echo 'makestpe 1 3' >>/config/chrony.conf\n",
        "Invalid directive",
    )
    add(
        k,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/chrony.conf",
    )
    add(
        k,
        "clock-not-permitted",
        "PermissionDenied",
        "without -x and without CAP_SYS_TIME",
        chrony,
        "Not superuser",
        command="chronyd -d -f /config/chrony.conf",
        user=65534,
    )
    add(
        k,
        "healthy",
        "Unknown",
        "a healthy chronyd without a reachable source",
        chrony,
        "starting",
        running=True,
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    apt(*PACKAGES.values(), "dovecot-imapd", "netcat-openbsd", "openssh-client", "openssl")
    record_all(
        recorder, scenarios(), {program: debian(package) for program, package in PACKAGES.items()}
    )
