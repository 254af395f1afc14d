"""Proxies and helpers in front of services, all of Debian 12: haproxy, varnish, squid, tinyproxy, stunnel, hitch, and the
small programs that bind a Unix socket for others (fcgiwrap, spawn-fcgi, socat, dbus-daemon, ssh-agent).

Who removes a dead socket's file was found by running them: haproxy and varnish do; fcgiwrap, socat, ssh-agent and stunnel
do not, and fcgiwrap does not name it either.
"""

# ruff: noqa: E501, E731 - a scenario's script stays in one piece

from __future__ import annotations

from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import (
    Scenario,
    certificate,
    hold_port,
    hold_socket,
    killed,
    put,
    record_all,
    requests,
    stale,
    volumes,
)

UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"
PEM = certificate() + "cat /config/tls/tls.crt /config/tls/tls.key >/config/tls/tls.pem\n"


def haproxy(
    bind: str = ":8080",
    *,
    top: str = "",
    backend: str = "server app1 127.0.0.1:9000 check inter 500ms",
    rest: str = "",
) -> str:
    return put(
        "/config/haproxy.cfg",
        f"""
global
    log stdout format raw local0 info
    maxconn 2000
{top}

defaults
    log global
    mode http
    option httplog
    timeout connect 2s
    timeout client 30s
    timeout server 30s

frontend web
    bind {bind}
    default_backend app

backend app
    {backend}
{rest}
""",
    )


def squid(rest: str = "", port: str = "3128") -> str:
    return (
        put(
            "/config/squid.conf",
            f"""
http_port {port}
acl localnet src 127.0.0.0/8 10.0.0.0/8
http_access allow localnet
http_access deny all
pid_filename /run/squid/squid.pid
cache_log /var/log/squid/cache.log
access_log /var/log/squid/access.log
visible_hostname proxy.example.com
cache_mem 16 MB
shutdown_lifetime 1 seconds
coredump_dir /tmp
{rest}
""",
        )
        + "mkdir -p /run/squid /var/log/squid; chown proxy /run/squid /var/log/squid\n"
    )


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []
    commands = {
        "haproxy": "haproxy -W -db -f /config/haproxy.cfg",
        "squid": "squid -NYCd 1 -f /config/squid.conf",
        "tinyproxy": "tinyproxy -d -c /config/tinyproxy.conf",
        "stunnel": "stunnel4 /config/stunnel.conf",
        "hitch": "hitch --config=/config/hitch.conf",
        "dbus-daemon": "dbus-daemon --config-file=/config/bus.conf --nofork --nopidfile --print-address",
    }

    def add(
        program: str, name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any
    ) -> None:
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "environment")
            if key in more
        }
        command = more.pop("command", "") or commands[program]
        if isinstance(command, str):
            command = command.split()
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

    h = "haproxy"
    hpod = lambda **spec: pod("haproxy", "haproxy:2.6", **spec)
    add(
        h,
        "port-conflict",
        "PortConflict",
        "the port is taken on the host network",
        haproxy() + hold_port(8080),
        "Address already in use",
        captures={"address": "0.0.0.0:8080"},
        pod=hpod(hostNetwork=True, ports=[{"containerPort": 8080}]),
    )
    add(
        h,
        "abstract-socket-in-use",
        "AddressInUse",
        "an abstract socket of another process",
        haproxy("abns@edge") + "haproxy -db -f /config/haproxy.cfg >/dev/null 2>&1 & sleep 0.7\n",
        "cannot bind UNIX socket (already in use) []",
    )
    add(
        h,
        "dead-socket-replaced",
        "Unknown",
        "haproxy replaces the dead sockets' files",
        "mkdir -p /run/haproxy\n"
        + haproxy(
            "/run/haproxy/web.sock",
            top="    stats socket /run/haproxy/admin.sock mode 660 level admin",
        )
        + stale("/run/haproxy/web.sock")
        + stale("/run/haproxy/admin.sock"),
        "New worker",
        running=True,
        pod=hpod(**volumes(run="/run/haproxy")),
    )
    add(
        h,
        "socket-directory-not-writable",
        "PermissionDenied",
        "a socket in root's directory",
        "mkdir -p /run/haproxy; chmod 755 /run/haproxy\n" + haproxy("/run/haproxy/web.sock"),
        "Permission denied",
        user=65534,
    )
    add(
        h,
        "port-below-1024",
        "PermissionDenied",
        "port 80 as the image's user",
        UNPRIVILEGED + haproxy(":80"),
        "Permission denied",
        user=65534,
        pod=hpod(ports=[{"containerPort": 80}]),
    )
    add(
        h,
        "unknown-keyword",
        "ConfigurationInvalid",
        "an option that this version does not know",
        haproxy(rest="    option httpchkk GET /healthz\n    balance leastcon"),
        "unknown option",
    )
    add(
        h,
        "backend-missing",
        "ConfigurationInvalid",
        "default_backend names a backend that is not there",
        haproxy().replace("default_backend app", "default_backend shop"),
        "unable to find required default_backend",
    )
    add(
        h,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/haproxy.cfg",
        pod=hpod(**volumes(cfg="config:/usr/local/etc/haproxy")),
    )
    add(
        h,
        "host-unknown",
        "DependencyNotReady",
        "the server's name cannot be resolved at start",
        haproxy(backend="server app1 app.shop.svc.cluster.local:9000 check"),
        "could not resolve address",
        captures={"host": "app.shop.svc.cluster.local"},
    )
    add(
        h,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        haproxy(":8443 ssl crt /config/tls/tls.pem"),
        "No such file or directory",
    )
    add(
        h,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate differ",
        haproxy(":8443 ssl crt /config/tls/tls.pem")
        + certificate()
        + certificate(name="new")
        + "cat /config/tls/tls.crt /config/tls/new.key >/config/tls/tls.pem\n",
        "inconsistencies between private key and certificate",
    )
    add(
        h,
        "certificate-garbled",
        "CertificateInvalid",
        "the secret was cut off",
        haproxy(":8443 ssl crt /config/tls/tls.pem") + PEM + "sed -i 4d /config/tls/tls.pem\n",
        "tls.pem",
    )
    add(
        h,
        "lua-module-missing",
        "LibraryMissing",
        "a Lua script requires a module that is not installed",
        haproxy(top="    lua-load /config/auth.lua")
        + put(
            "/config/auth.lua",
            'local http = require("resty.http")\ncore.register_action("auth", {"http-req"}, function() end)',
        ),
        "module 'resty.http' not found",
    )
    add(
        h,
        "file-limit-too-low",
        "FileLimitReached",
        "maxconn needs more descriptors than the limit allows",
        haproxy().replace("maxconn 2000", "maxconn 200000"),
        "limit",
        user=65534,
        open_files=256,
    )
    add(
        h,
        "backend-down-and-up",
        "Unknown",
        "the only server is down (connection refused), then it comes",
        haproxy(),
        "is UP",
        running=True,
        seconds=7,
        meanwhile="sleep 1; for i in $(seq 6); do curl -s localhost:8080/; done; sleep 1; cd /usr/share/nginx/html; python3 -m http.server 9000 & sleep 3; for i in $(seq 25); do curl -s localhost:8080/; done",
        pod=hpod(siblings=[{"name": "app", "image": "example/app:3"}]),
    )
    add(
        h,
        "healthy",
        "Unknown",
        "much traffic, an orderly end",
        haproxy(backend="http-request return status 200 content-type text/plain lf-string ok"),
        "New worker",
        meanwhile=requests("localhost:8080", 120),
        seconds=5,
    )

    v = "varnish"
    vcl = put(
        "/config/default.vcl",
        'vcl 4.1;\nbackend default {\n  .host = "127.0.0.1";\n  .port = "9000";\n}\n',
    )
    varnishd = "varnishd -F -f /config/default.vcl -n /tmp/varnish -s malloc,16m -a http=:8080"
    add(
        v,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        vcl + hold_port(8080),
        "Address already in use",
        command=varnishd,
        pod=pod("varnish", "varnish:7.1", hostNetwork=True, ports=[{"containerPort": 8080}]),
    )
    add(
        v,
        "dead-socket-removed",
        "Unknown",
        "varnish removes the dead socket's file",
        "mkdir -p /run/varnish\n" + vcl + stale("/run/varnish/http.sock"),
        "Child launched OK",
        command=varnishd.replace("http=:8080", "/run/varnish/http.sock"),
        running=True,
        pod=pod("varnish", "varnish:7.1", **volumes(run="/run/varnish")),
    )
    add(
        v,
        "syntax-error",
        "ConfigurationInvalid",
        "a VCL that does not compile",
        put(
            "/config/default.vcl",
            'vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\nsub vcl_recv {\n  if (req.url ~ "^/admin" {\n    return (synth(403));\n  }\n}',
        ),
        "VCL compilation failed",
        command=varnishd,
    )
    add(
        v,
        "vmod-missing",
        "LibraryMissing",
        "a VMOD that is not installed",
        put(
            "/config/default.vcl",
            'vcl 4.1;\nimport dynamic;\nbackend default { .host = "127.0.0.1"; }',
        ),
        "Could not find VMOD dynamic",
        command=varnishd,
    )
    add(
        v,
        "vcl-missing",
        "ConfigurationMissing",
        "no VCL at the place",
        "",
        "Cannot read -f file",
        command=varnishd,
        pod=pod(
            "varnish", "varnish:7.1", args=varnishd.split(), **volumes(vcl="config:/etc/varnish")
        ),
    )
    add(
        v,
        "host-unknown",
        "DependencyNotReady",
        "the backend's name cannot be resolved",
        put("/config/default.vcl", 'vcl 4.1;\nbackend default { .host = "shop"; .port = "9000"; }'),
        "could not be resolved",
        command=varnishd,
    )
    add(
        v,
        "compiler-missing",
        "ExecutableMissing",
        "varnish compiles its VCL with a C compiler, which is not in the image",
        vcl + "mkdir /srv/bin; ln -s /usr/bin/sh /usr/bin/rm /srv/bin/\n",
        "not found",
        command="env PATH=/srv/bin /usr/sbin/" + varnishd,
    )
    add(
        v,
        "already-running",
        "StaleLock",
        "another varnishd has the working directory",
        vcl + f"{varnishd.replace('8080', '8081')} >/dev/null 2>&1 & sleep 2\n",
        "already running",
        command=varnishd,
        pod=pod("varnish", "varnish:7.1", **volumes(work="/tmp/varnish")),
    )
    add(
        v,
        "storage-larger-than-volume",
        "ConfigurationInvalid",
        "the cache is configured larger than its volume",
        vcl + "mkdir /data/cache; mount -t tmpfs -o size=1m tmpfs /data/cache\n",
        "larger than file system",
        command=varnishd.replace("malloc,16m", "file,/data/cache/objects.bin,64m"),
    )
    add(
        v,
        "healthy",
        "Unknown",
        "a healthy varnish",
        vcl,
        "Child launched OK",
        command=varnishd,
        seconds=5,
        running=True,
        meanwhile=requests("localhost:8080", 20),
    )

    s = "squid"
    spod = lambda **spec: pod("squid", "ubuntu/squid:5.7", **spec)
    add(
        s,
        "port-conflict",
        "PortConflict",
        "squid cannot have its port and gives up",
        squid() + hold_port(3128, "::"),
        "Address already in use",
        seconds=8,
        pod=spod(hostNetwork=True, ports=[{"containerPort": 3128}]),
    )
    add(
        s,
        "pid-file-of-a-dead-instance",
        "StaleLock",
        "the pid file on a volume names a living process",
        squid() + "sleep 99 & echo $! >/run/squid/squid.pid\n",
        "already running",
        pod=spod(**volumes(run="claim:/run/squid")),
    )
    add(
        s,
        "pid-file-not-writable",
        "PermissionDenied",
        "the pid file's directory belongs to root",
        squid() + "chown root /run/squid; chmod 755 /run/squid\n",
        "Permission denied",
        user=13,
    )
    add(
        s,
        "unrecognized-directive",
        "ConfigurationInvalid",
        "a directive that is gone in this version",
        squid("acl all src 0.0.0.0/0\ncache_dirs ufs /data 100 16 256\nhttp_access allow nowhere"),
        "nowhere",
    )
    add(
        s,
        "configuration-missing",
        "ConfigurationMissing",
        "no squid.conf at the place",
        "",
        "/config/squid.conf",
        pod=spod(**volumes(config="config:/etc/squid")),
    )
    add(
        s,
        "helper-missing",
        "ExecutableMissing",
        "the authentication helper is not in the image",
        squid("auth_param basic program /usr/lib/squid/basic_ldap_authentication -b dc=example"),
        "basic_ldap_authentication",
    )
    add(
        s,
        "cache-not-initialized",
        "ApplicationError",
        "the cache directory has no swap directories",
        squid("cache_dir ufs /data/cache 100 16 256")
        + "mkdir /data/cache; chown proxy /data/cache\n",
        "verify",
        seconds=6,
    )
    add(
        s,
        "cache-directory-not-writable",
        "PermissionDenied",
        "the cache volume belongs to root",
        squid("cache_dir ufs /data/cache 100 16 256")
        + "mkdir /data/cache; chmod 700 /data/cache\n",
        "(13) Permission denied",
        seconds=6,
    )
    add(
        s,
        "healthy",
        "Unknown",
        "a healthy squid with denied and failing requests",
        squid(),
        "Accepting HTTP Socket connections",
        seconds=6,
        meanwhile="sleep 1.5; for i in $(seq 30); do curl -s -o /dev/null -x localhost:3128 http://127.0.0.1:9/$i; done",
    )

    t = "tinyproxy"
    tiny = lambda rest="", port=8888: put(
        "/config/tinyproxy.conf",
        f"Port {port}\nListen 0.0.0.0\nTimeout 60\nMaxClients 20\nLogLevel Info\n{rest}",
    )
    add(
        t,
        "no-listening-sockets",
        "ApplicationError",
        "the port is taken, but tinyproxy does not say so",
        tiny() + hold_port(8888),
        "Could not create listening sockets",
    )
    add(
        t,
        "syntax-error",
        "ConfigurationInvalid",
        "a value of the wrong kind",
        tiny("MaxClients many"),
        "Syntax error",
    )
    add(
        t,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/tinyproxy.conf",
    )
    add(
        t,
        "healthy",
        "Unknown",
        "a proxy whose clients' targets refuse",
        tiny(),
        "Accepting connections",
        meanwhile="sleep 1; for i in $(seq 15); do curl -s -x localhost:8888 http://127.0.0.1:9/; done",
        seconds=4,
    )

    st = "stunnel"
    stunnel = lambda rest, top="": put(
        "/config/stunnel.conf", f"foreground = yes\nsyslog = no\npid =\n{top}\n[pg]\n{rest}"
    )
    both = "accept = 0.0.0.0:5433\nconnect = 127.0.0.1:5432\ncert = /config/tls/tls.pem"
    add(
        st,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        stunnel(both) + PEM + hold_port(5433),
        "Address already in use (98)",
        captures={"address": "0.0.0.0:5433"},
    )
    add(
        st,
        "stale-socket",
        "StaleUnixSocket",
        "a dead socket's file",
        "mkdir -p /run/stunnel\n"
        + stunnel(both.replace("0.0.0.0:5433", "/run/stunnel/pg.sock"))
        + PEM
        + stale("/run/stunnel/pg.sock"),
        "Address already in use (98)",
        captures={"path": "/run/stunnel/pg.sock"},
        pod=pod(
            "tunnel", "example/stunnel:5", **volumes(run="/run/stunnel", tls="secret:/config/tls")
        ),
    )
    add(
        st,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        stunnel(both),
        "No such file or directory",
    )
    add(
        st,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate differ",
        stunnel(both + "\nkey = /config/tls/new.key") + PEM + certificate(name="new"),
        "key values mismatch",
    )
    add(
        st,
        "invalid-option",
        "ConfigurationInvalid",
        "an option that this version does not know",
        stunnel(both + "\nsslVersions = TLSv1.2") + PEM,
        "sslVersions",
    )
    add(
        st,
        "port-below-1024",
        "PermissionDenied",
        "port 443 as nobody",
        UNPRIVILEGED + stunnel(both.replace("5433", "443")) + PEM + "chmod -R a+rX /config\n",
        "Permission denied",
        user=65534,
    )
    add(
        st,
        "healthy-peer-refuses",
        "Unknown",
        "clients come while the database refuses, stunnel goes on",
        stunnel(both) + PEM,
        "Connection refused",
        running=True,
        meanwhile="sleep 1; for i in 1 2 3; do echo | openssl s_client -connect localhost:5433; done",
        seconds=4,
    )

    hi = "hitch"
    hitch = put(
        "/config/hitch.conf",
        'frontend = "[*]:8443"\nbackend = "[127.0.0.1]:8080"\npem-file = "/config/tls/tls.pem"\nuser = "nobody"\ndaemon = off\nworkers = 1\nlog-level = 2\n',
    )
    add(
        hi,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        hitch + PEM + hold_port(8443),
        "Address already in use",
    )
    add(
        hi,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        hitch,
        "tls.pem",
    )
    add(
        hi,
        "syntax-error",
        "ConfigurationInvalid",
        "an unknown key",
        hitch + PEM + "echo 'back-end = 3' >>/config/hitch.conf\n",
        "Parsing error",
    )

    f = "fcgiwrap"
    fcgi = "fcgiwrap -c 2 -s unix:/run/fcgi/wrap.sock"
    add(
        f,
        "stale-socket",
        "StaleUnixSocket",
        "fcgiwrap names neither the path nor the kind; the spec has the volume",
        "mkdir -p /run/fcgi\n" + killed(fcgi),
        "Failed to bind: Address already in use",
        command=fcgi,
        captures={"path": "/run/fcgi/wrap.sock"},
        pod=pod(
            "git-http", "example/git-http:2.39", command=fcgi.split(), **volumes(fcgi="/run/fcgi")
        ),
    )
    add(
        f,
        "address-in-use",
        "AddressInUse",
        "the same without the pod",
        "mkdir -p /run/fcgi\n" + killed(fcgi),
        "Failed to bind: Address already in use",
        command=fcgi,
    )
    add(
        f,
        "port-conflict-bare",
        "PortConflict",
        "the same words for a TCP port on the host network",
        hold_port(9001),
        "Failed to bind: Address already in use",
        command="fcgiwrap -s tcp:0.0.0.0:9001",
        pod=pod(
            "git-http",
            "example/git-http:2.39",
            command=["fcgiwrap", "-s", "tcp:0.0.0.0:9001"],
            hostNetwork=True,
            ports=[{"containerPort": 9001}],
        ),
    )
    add(
        f,
        "socket-directory-not-writable",
        "PermissionDenied",
        "the directory belongs to root",
        "mkdir -p /run/fcgi; chmod 755 /run/fcgi\n",
        "Failed to bind: Permission denied",
        command=fcgi,
        user=33,
    )

    add(
        "spawn-fcgi",
        "socket-in-use",
        "StaleUnixSocket",
        "somebody still listens on the socket's file",
        "mkdir -p /run/fcgi\n" + hold_socket("/run/fcgi/app.sock"),
        "socket is already in use",
        command="spawn-fcgi -n -s /run/fcgi/app.sock -- /usr/sbin/fcgiwrap",
        pod=pod(
            "cgi",
            "example/cgi:1",
            command=["spawn-fcgi", "-n", "-s", "/run/fcgi/app.sock", "--", "/usr/sbin/fcgiwrap"],
            **volumes(fcgi="/run/fcgi"),
        ),
        captures={"path": "/run/fcgi/app.sock"},
    )
    add(
        "spawn-fcgi",
        "program-missing",
        "ExecutableMissing",
        "the program to spawn is not in the image",
        "mkdir -p /run/fcgi\n",
        "No such file or directory",
        command="spawn-fcgi -n -s /run/fcgi/app.sock -- /usr/local/bin/app.fcgi",
    )
    add(
        "spawn-fcgi",
        "port-conflict",
        "PortConflict",
        "the port is taken",
        hold_port(9001),
        "Address already in use",
        command="spawn-fcgi -n -a 0.0.0.0 -p 9001 -- /usr/sbin/fcgiwrap",
        pod=pod("cgi", "example/cgi:1", hostNetwork=True, ports=[{"containerPort": 9001}]),
    )

    so = "socat"
    add(
        so,
        "stale-socket",
        "StaleUnixSocket",
        "a dead socket's file",
        "mkdir -p /run/bridge\n"
        + killed("socat UNIX-LISTEN:/run/bridge/docker.sock,fork TCP:127.0.0.1:2375"),
        "exists",
        command="socat -d -d UNIX-LISTEN:/run/bridge/docker.sock,fork TCP:127.0.0.1:2375",
        captures={"path": "/run/bridge/docker.sock"},
        pod=pod(
            "bridge",
            "alpine/socat:1.7.4",
            args=["-d", "-d", "UNIX-LISTEN:/run/bridge/docker.sock,fork", "TCP:127.0.0.1:2375"],
            **volumes(run="/run/bridge"),
        ),
    )
    add(
        so,
        "abstract-socket-in-use",
        "AddressInUse",
        "an abstract name that is taken",
        hold_socket("@bridge"),
        "Address already in use",
        command="socat -d -d ABSTRACT-LISTEN:bridge,fork TCP:127.0.0.1:2375",
    )
    add(
        so,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        hold_port(2375),
        "Address already in use",
        command="socat -d -d TCP-LISTEN:2375,fork UNIX-CONNECT:/var/run/docker.sock",
        captures={"address": "0.0.0.0:2375"},
    )
    add(
        so,
        "healthy-refused-clients",
        "Unknown",
        "the target refuses some clients, socat goes on",
        "",
        "Connection refused",
        command="socat -d -d TCP-LISTEN:2375,fork TCP:127.0.0.1:9",
        running=True,
        meanwhile="sleep 0.6; for i in 1 2 3 4; do curl -s -m 1 localhost:2375; done",
    )

    d = "dbus-daemon"
    bus = lambda address: put(
        "/config/bus.conf",
        f'<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">\n<busconfig>\n  <listen>{address}</listen>\n  <policy context="default"><allow send_destination="*"/><allow own="*"/></policy>\n</busconfig>',
    )
    add(
        d,
        "abstract-socket-in-use",
        "AddressInUse",
        "an abstract name that is taken",
        bus("unix:tmpdir=/tmp") + hold_socket("@/tmp/shared-bus"),
        "Address already in use",
        command=commands[d] + " --address=unix:abstract=/tmp/shared-bus",
        pod=pod(
            "bus",
            "example/dbus:1.14",
            hostNetwork=True,
            command=(commands[d] + " --address=unix:abstract=/tmp/shared-bus").split(),
        ),
    )
    add(
        d,
        "unknown-transport",
        "ConfigurationInvalid",
        "a listen address of an unknown kind",
        bus("sock:path=/run/dbus/x"),
        "sock",
    )
    add(
        d,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "/config/bus.conf",
    )
    add(
        "ssh-agent",
        "stale-socket",
        "StaleUnixSocket",
        "a socket's file of an agent that was killed",
        "mkdir -p /run/agent\n" + killed("ssh-agent -D -a /run/agent/agent.sock"),
        "Address already in use",
        command="ssh-agent -D -a /run/agent/agent.sock",
        captures={"path": "/run/agent/agent.sock"},
        pod=pod(
            "deployer",
            "example/deployer:1",
            command=["ssh-agent", "-D", "-a", "/run/agent/agent.sock"],
            **volumes(agent="/run/agent"),
        ),
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    packages = {
        "haproxy": "haproxy", "varnish": "varnish", "squid": "squid", "tinyproxy": "tinyproxy", "stunnel": "stunnel4",
        "hitch": "hitch", "fcgiwrap": "fcgiwrap", "spawn-fcgi": "spawn-fcgi", "socat": "socat", "dbus-daemon": "dbus-daemon",
        "ssh-agent": "openssh-client",
    }  # fmt: skip
    apt(*packages.values(), "curl", "openssl", "gcc", "libc6-dev")
    record_all(
        recorder, scenarios(), {program: debian(package) for program, package in packages.items()}
    )
