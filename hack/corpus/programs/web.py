"""Web servers: nginx, apache2, lighttpd and caddy, all of Debian 12, with the helpers that the other server families use.

What they print on errno 98 and whether they remove a dead socket's file by themselves was found by running them; the
settings are of the servers' own manuals (nginx.org, httpd.apache.org, redmine.lighttpd.net, caddyserver.com).
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod


@dataclass(frozen=True)
class Scenario:
    """One case of a server family; the log must hold `expect`."""

    program: str
    name: str
    cause: str
    situation: str
    run: Run
    expect: str
    pod: dict[str, Any] | None = None
    captures: dict[str, str] = field(default_factory=dict)
    running: bool = False
    masked: str = ""


def deployed(one: Scenario, place: int) -> dict[str, Any] | None:
    """The scenario's pod; every second one that has none gets a plain one that says what was run and no more.

    Where only the spec could tell what the log leaves open, nothing is added.
    """
    if one.pod is not None or place % 2 or one.cause in {"AddressInUse", "StaleUnixSocket"}:
        return one.pod
    spec: dict[str, Any] = {"command": list(one.run.command)}
    if one.run.environment:
        spec["env"] = [
            {"name": name, "value": value} for name, value in one.run.environment.items()
        ]
    if one.run.user:
        spec["securityContext"] = {"runAsUser": one.run.user}
    mounts = {
        name: mount
        for name, mount in (("config", "config:/config"), ("data", "claim:/data"))
        if "/" + name in one.run.prepare
    }
    if mounts:
        spec |= volumes(**mounts)
    return pod(one.program, f"registry.example.com/base/{one.program}:12", **spec)


def record_all(recorder: Recorder, scenarios: list[Scenario], sources: dict[str, str]) -> None:
    """Records a table of scenarios; `sources` says where each program comes from."""
    for place, one in enumerate(scenarios):
        recorder.record(
            one.program,
            one.name,
            one.run,
            cause=one.cause,
            situation=one.situation,
            source=sources[one.program],
            expect=one.expect,
            pod=deployed(one, place),
            captures=one.captures,
            running=one.running,
            masked=one.masked,
        )


def put(path: str, text: str) -> str:
    """Bash that writes a file."""
    return f"mkdir -p $(dirname {path}); cat >{path} <<'__END__'\n{text.strip(chr(10))}\n__END__\n"


def hold_port(port: int, host: str = "0.0.0.0", kind: str = "STREAM") -> str:
    """Bash that starts somebody who has the port."""
    family = "AF_INET6" if ":" in host else "AF_INET"
    stream = kind == "STREAM"
    reuse = "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); " if stream else ""
    listen = "s.listen(); " if stream else ""
    return (
        f"python3 -c 'import socket, time; s = socket.socket(socket.{family}, socket.SOCK_{kind}); "
        f'{reuse}s.bind(("{host}", {port})); '
        f"{listen}time.sleep(99)' >/dev/null 2>&1 &\nsleep 0.4\n"
    )


def hold_socket(path: str) -> str:
    """Bash that starts somebody who listens on that Unix socket file (or abstract name, `@...`)."""
    address = path.replace("@", "\\0", 1) if path.startswith("@") else path
    return (
        f"python3 -c 'import socket, time; s = socket.socket(socket.AF_UNIX); "
        f's.bind("{address}"); s.listen(); time.sleep(99)\' >/dev/null 2>&1 &\nsleep 0.4\n'
    )


def stale(path: str, owner: str = "") -> str:
    """Bash that leaves a Unix socket file whose owner was killed."""
    chown = f"chown {owner} {path}\n" if owner else ""
    return f"mkdir -p $(dirname {path}); set -m\n{hold_socket(path)}kill -9 $!\nset +m\ntest -S {path}\n{chown}"


def killed(command: str, seconds: float = 0.8) -> str:
    """Bash that starts the program itself and kills it with all its children, as a node's crash does."""
    return (
        f"set -m\n{command} >/dev/null 2>&1 &\nsleep {seconds}\nkill -9 -- -$!\nset +m\nsleep 0.1\n"
    )


def certificate(
    folder: str = "/config/tls", name: str = "tls", host: str = "shop.example.com"
) -> str:
    """Bash that makes NAME.key and a self-signed NAME.crt."""
    return (
        f"mkdir -p {folder}; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        f"-keyout {folder}/{name}.key -out {folder}/{name}.crt -days 90 -subj /CN={host} "
        f"-addext subjectAltName=DNS:{host} 2>/dev/null\n"
    )


def volumes(**mounts: str) -> dict[str, Any]:
    """`volumes(run="/run", config="config:/etc/nginx")`: volumeMounts and volumes of a pod; without a kind it is an
    emptyDir, `config:`, `secret:`, `claim:` and `host:` make the others."""
    made: list[dict[str, Any]] = []
    kinds = {
        "config": lambda name, _: {"configMap": {"name": name}},
        "secret": lambda name, _: {"secret": {"secretName": name}},
        "claim": lambda name, _: {"persistentVolumeClaim": {"claimName": name}},
        "host": lambda _, path: {"hostPath": {"path": path, "type": "DirectoryOrCreate"}},
    }
    paths = {}
    for name, mount in mounts.items():
        kind, _, path = mount.rpartition(":")
        paths[name] = path
        made.append({"name": name, **(kinds[kind](name, path) if kind else {"emptyDir": {}})})
    return {
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in paths.items()],
        "volumes": made,
    }


# --- nginx ---

NGINX = ["nginx", "-c", "/config/nginx.conf", "-g", "daemon off;"]


def nginx(server: str, *, top: str = "", http: str = "", level: str = "notice") -> str:
    """Bash that writes /config/nginx.conf in the manner of the image's own."""
    return put(
        "/config/nginx.conf",
        f"""
error_log  /dev/stderr {level};
pid        /tmp/nginx.pid;
{top}
events {{
    worker_connections  1024;
}}

http {{
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" "$http_user_agent"';
    access_log  /dev/stdout  main;
    client_body_temp_path /tmp/client_temp;
    proxy_temp_path /tmp/proxy_temp;
    fastcgi_temp_path /tmp/fastcgi_temp;
    uwsgi_temp_path /tmp/uwsgi_temp;
    scgi_temp_path /tmp/scgi_temp;
    {http}
{server}
}}
""",
    )


def server(listen: str, rest: str = "location / { root /usr/share/nginx/html; }") -> str:
    return f"    server {{\n        listen {listen};\n        server_name shop.example.com;\n        {rest}\n    }}"


def nginx_pod(**spec: Any) -> dict[str, Any]:
    spec = {"ports": [{"containerPort": 8080}]} | spec
    return pod("nginx", "docker.io/library/nginx:1.22.1", **spec)


def requests(url: str, count: int, *, path: str = "/item/$i", unix: str = "") -> str:
    """Bash beside the program: some traffic."""
    socket = f"--unix-socket {unix} " if unix else ""
    return f"sleep 0.7; for i in $(seq {count}); do curl -s -o /dev/null {socket}{url}{path}; done"


def nginx_scenarios() -> list[Scenario]:
    tls = "ssl_certificate /config/tls/tls.crt; ssl_certificate_key /config/tls/tls.key;"
    sock = server("unix:/run/nginx/edge.sock")
    table: list[Scenario] = []

    def add(name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any) -> None:
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "memory_bytes")
            if key in more
        }
        command = more.pop("command", NGINX)
        table.append(
            Scenario(
                "nginx", name, cause, situation, Run(command, prepare=prepare, **({"seconds": 4} | run)), expect, **more
            )
        )  # fmt: skip

    add(
        "stale-socket", "StaleUnixSocket", "nginx was killed and its socket stayed in the emptyDir",
        "mkdir -p /run/nginx\n" + nginx(sock) + killed("nginx -c /config/nginx.conf -g 'daemon off;'"),
        "bind() to unix:/run/nginx/edge.sock failed (98: Address already in use)",
        pod=nginx_pod(**volumes(run="/run/nginx", nginx="config:/config")),
        captures={"path": "/run/nginx/edge.sock"},
    )  # fmt: skip
    add(
        "stale-socket-beside-a-port", "StaleUnixSocket", "a server block on TCP is fine, the one on a dead socket's file is not",
        "mkdir -p /run/nginx\n" + nginx(server("8080") + "\n" + sock) + stale("/run/nginx/edge.sock"),
        "still could not bind()", captures={"path": "/run/nginx/edge.sock"},
    )  # fmt: skip
    add(
        "port-conflict", "PortConflict", "another process on the host network has port 8080",
        nginx(server("8080")) + hold_port(8080), "bind() to 0.0.0.0:8080 failed (98: Address already in use)",
        captures={"address": "0.0.0.0:8080"}, pod=nginx_pod(hostNetwork=True),
    )  # fmt: skip
    add(
        "port-conflict-ipv6", "PortConflict", "the IPv6 half of the listen directives is taken",
        nginx(server("8443 default_server; listen [::]:9443 ipv6only=on")) + hold_port(9443, "::"),
        "bind() to [::]:9443 failed (98", captures={"address": "[::]:9443"},
    )  # fmt: skip
    add(
        "port-conflict-recovered", "Unknown", "the old instance lets go of the port during nginx's retries and it serves",
        nginx(server("8080")) + hold_port(8080).replace("time.sleep(99)", "time.sleep(1.6)"), "start worker process",
        running=True, seconds=6, meanwhile="sleep 3; for i in 1 2 3; do curl -s localhost:8080/ -o /dev/null; done",
    )  # fmt: skip
    add(
        "port-below-1024-unprivileged", "PermissionDenied", "user 101 may not bind port 80 without NET_BIND_SERVICE",
        "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 || true\n" + nginx(server("80")),
        "bind() to 0.0.0.0:80 failed (13: Permission denied)", user=101,
        pod=nginx_pod(ports=[{"containerPort": 80}], securityContext={"runAsUser": 101, "runAsNonRoot": True}),
    )  # fmt: skip
    add(
        "socket-directory-not-writable", "PermissionDenied", "the directory of the Unix socket belongs to root",
        "mkdir -p /run/nginx\nchmod 755 /run/nginx\n" + nginx(sock), "bind() to unix:/run/nginx/edge.sock failed (13", user=101,
    )  # fmt: skip
    add(
        "cache-directory-not-writable", "PermissionDenied", "an unprivileged nginx with the packaged temp paths",
        nginx(server("8080")).replace("/tmp/client_temp", "/data/cache/client_temp") + "\nmkdir -p /data/cache\nchmod 755 /data/cache\n",
        'mkdir() "/data/cache/client_temp" failed (13: Permission denied)', user=101,
        pod=nginx_pod(securityContext={"runAsUser": 101}, **volumes(cache="claim:/data/cache", nginx="config:/config")),
    )  # fmt: skip
    add(
        "read-only-file-system", "PermissionDenied", "readOnlyRootFilesystem without a volume for the pid file",
        nginx(server("8080")).replace("/tmp/nginx.pid", "/data/nginx.pid") + "mount -o remount,ro /data\n",
        "(30: Read-only file system)", pod=nginx_pod(securityContext={"readOnlyRootFilesystem": True}),
    )  # fmt: skip
    add(
        "key-not-readable", "PermissionDenied", "the secret's key is mode 0400 of root and nginx runs as 101",
        nginx(server("8443 ssl", tls)) + certificate() + "chmod 400 /config/tls/tls.key\nchmod 755 /config/tls",
        "Permission denied:", user=101,
        pod=nginx_pod(securityContext={"runAsUser": 101}, **volumes(tls="secret:/config/tls")),
    )  # fmt: skip
    add(
        "unknown-directive", "ConfigurationInvalid", "a directive that a missing semicolon or a typo made unknown",
        nginx(server("8080", "locaton / { return 200; }")), 'unknown directive "locaton"',
    )  # fmt: skip
    add(
        "duplicate-listen-options", "ConfigurationInvalid", "a config error that speaks of a port and of duplicates",
        nginx(server("8080 default_server") + "\n" + server("8080 default_server")),
        "a duplicate default server for 0.0.0.0:8080", pod=nginx_pod(),
    )  # fmt: skip
    add(
        "invalid-port", "ConfigurationInvalid", "the template put a service's URL into listen",
        nginx(server("tcp://10.96.13.7:8080")), "invalid", pod=nginx_pod(**volumes(nginx="config:/config")),
    )  # fmt: skip
    add(
        "unexpected-end", "ConfigurationInvalid", "the last brace was lost in the ConfigMap",
        nginx(server("8080")) + "sed -i '$d' /config/nginx.conf\n", "unexpected end of file, expecting",
    )  # fmt: skip
    add(
        "environment-not-substituted", "ConfigurationInvalid", "envsubst was forgotten, so the upstream is a literal ${BACKEND}",
        nginx(server("8080", "location / { proxy_pass http://${BACKEND}:9000; }")), 'unknown "backend" variable',
    )  # fmt: skip
    add(
        "upstream-host-unknown", "DependencyNotReady", "the upstream's service does not exist (yet), nginx resolves at start",
        nginx(server("8080", "location / { proxy_pass http://backend:9000; }")), "host not found in upstream",
        captures={"host": "backend"},
    )  # fmt: skip
    add(
        "upstream-url-doubled", "ConfigurationInvalid", "the upstream's address has a scheme too many",
        nginx(server("8080", "location / { proxy_pass http://http://backend:9000; }")), "invalid port in upstream",
    )  # fmt: skip
    add(
        "configuration-missing", "ConfigurationMissing", "the ConfigMap is mounted elsewhere",
        "", 'open() "/config/nginx.conf" failed (2: No such file or directory)',
        pod=nginx_pod(args=NGINX, **volumes(nginx="config:/etc/nginx/conf.d")),
    )  # fmt: skip
    add(
        "include-missing", "ConfigurationMissing", "an included snippet is not in the image",
        nginx(server("8080", "include /config/snippets/security.conf;")), "/config/snippets/security.conf",
    )  # fmt: skip
    add(
        "certificate-missing", "ConfigurationMissing", "the TLS secret is not mounted",
        nginx(server("8443 ssl", tls)), 'cannot load certificate "/config/tls/tls.crt"',
        pod=nginx_pod(ports=[{"containerPort": 8443}], **volumes(nginx="config:/config")),
    )  # fmt: skip
    add(
        "password-file-missing", "Unknown", "the basic auth file is missing, which costs one request and not the server",
        nginx(server("8080", "location / { root /usr/share/nginx/html; auth_basic x; auth_basic_user_file /config/htpasswd; }")),
        "(2: No such file or directory)", running=True, meanwhile="sleep 1; curl -s -u a:b localhost:8080/",
    )  # fmt: skip
    add(
        "key-mismatch", "CertificateInvalid", "key and certificate are of two different renewals",
        nginx(server("8443 ssl", tls)) + certificate() + certificate(name="new") + "mv /config/tls/new.key /config/tls/tls.key\n",
        "key values mismatch",
    )  # fmt: skip
    add(
        "certificate-garbled", "CertificateInvalid", "the secret holds the certificate encoded twice in base64",
        nginx(server("8443 ssl", tls)) + certificate() + "base64 -w0 /config/tls/tls.crt >/tmp/c; mv /tmp/c /config/tls/tls.crt\n",
        "no start line", pod=nginx_pod(**volumes(tls="secret:/config/tls")),
    )  # fmt: skip
    add(
        "module-missing", "LibraryMissing", "load_module of a module that the image does not have",
        nginx(server("8080"), top="load_module modules/ngx_http_brotli_filter_module.so;"), "dlopen()",
    )  # fmt: skip
    add(
        "too-many-open-files", "FileLimitReached", "nofile is far too low for the listeners and workers",
        nginx("\n".join(server(str(p)) for p in range(8000, 8070))), "(24: Too many open files)", open_files=64,
    )  # fmt: skip
    add(
        "worker-connections-exceed-limit", "Unknown", "the warning about the open file limit does no harm",
        nginx(server("8080")), "exceed open file resource limit", open_files=256, running=True,
        meanwhile=requests("localhost:8080", 6, path="/"),
    )  # fmt: skip
    add(
        "disk-full", "DiskFull", "the cache volume has no inodes left",
        "mkdir -p /data/cache; mount -t tmpfs -o size=64k,nr_inodes=3 tmpfs /data/cache; touch /data/cache/a /data/cache/b\n"
        + nginx(server("8080"), http="proxy_cache_path /data/cache/objects keys_zone=objects:1m;"),
        "(28: No space left on device)", pod=nginx_pod(**volumes(cache="claim:/data/cache")),
    )  # fmt: skip
    add(
        "out-of-memory", "OutOfMemory", "the shared zone is larger than the container's memory limit allows to map",
        nginx(server("8080"), http="proxy_cache_path /tmp/cache keys_zone=objects:90000000m;"), "mmap(",
    )  # fmt: skip
    add(
        "healthy", "Unknown", "an hour of traffic in short, ended in order",
        nginx(server("8080", "location / { root /usr/share/nginx/html; try_files $uri /index.html; }")), "start worker processes",
        meanwhile=requests("localhost:8080", 260, path="/products/$i?sort=price"), seconds=6,
        pod=nginx_pod(ports=[{"containerPort": 8080}], livenessProbe={"httpGet": {"path": "/", "port": 8080}}),
    )  # fmt: skip
    add(
        "upstream-refused-and-back", "Unknown", "the upstream was away for a while: 502, connection refused, then fine",
        nginx(server("8080", "location / { proxy_pass http://127.0.0.1:9000; }")), "connect() failed (111: Connection refused)",
        running=True, seconds=5, pod=nginx_pod(siblings=[{"name": "app", "image": "example/app:3"}]),
        meanwhile="sleep 0.5; for i in $(seq 12); do curl -s localhost:8080/api/$i; done; "
        "cd /usr/share/nginx/html; python3 -m http.server 9000 & sleep 1; for i in $(seq 30); do curl -s localhost:8080/; done",
    )  # fmt: skip
    add(
        "upstream-socket-permission", "Unknown", "requests to php-fpm's socket are denied (502), while nginx itself runs on",
        "mkdir -p /run/php; chmod 700 /run/php\n" + hold_socket("/run/php/fpm.sock")
        + nginx(server("8080", "location / { include /etc/nginx/fastcgi_params; fastcgi_pass unix:/run/php/fpm.sock; }")),
        "(13: Permission denied) while connecting to upstream", running=True, meanwhile=requests("localhost:8080", 5),
    )  # fmt: skip
    add(
        "killed-from-outside", "Unknown", "killed with SIGKILL after calm traffic", nginx(server("8080")), "GET /",
        meanwhile=requests("localhost:8080", 90, path="/"), pod=nginx_pod(),
    )  # fmt: skip
    table[-1] = Scenario(**{**vars(table[-1]), "run": Run(NGINX, prepare=table[-1].run.prepare, stop_signal="SIGKILL",
                                                         meanwhile=table[-1].run.meanwhile, seconds=4)})  # fmt: skip
    add(
        "entrypoint-without-program", "ExecutableMissing", "the entry script starts envsubst, which the image lacks",
        put("/config/entry.sh", "set -e\necho 'rendering /config/nginx.conf.template'\n"
            "gomplate -f /config/nginx.conf.template -o /config/nginx.conf\nexec nginx -c /config/nginx.conf -g 'daemon off;'"),
        "gomplate: command not found", command=["bash", "/config/entry.sh"],
    )  # fmt: skip
    add(
        "stale-socket-removed-by-entrypoint", "Unknown", "the entry script clears the dead socket's file first, and all is well",
        "mkdir -p /run/nginx\n" + nginx(sock, level="info") + stale("/run/nginx/edge.sock")
        + put("/config/entry.sh", "if [ -S /run/nginx/edge.sock ]; then\n"
              "  echo 'entry.sh: /run/nginx/edge.sock: address already in use by a dead process, removing'\n"
              "  rm -f /run/nginx/edge.sock\nfi\nexec nginx -c /config/nginx.conf -g 'daemon off;'"),
        "removing", command=["bash", "/config/entry.sh"], running=True, pod=nginx_pod(**volumes(run="/run/nginx")),
    )  # fmt: skip
    return table


# --- apache2, lighttpd, caddy ---

APACHE = ["apache2", "-f", "/config/httpd.conf", "-DFOREGROUND"]


def apache(rest: str, listen: str = "8080", pid: str = "/run/httpd.pid") -> str:
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "dir", "alias", "env", "setenvif")
    )
    return put(
        "/config/httpd.conf",
        f"""
ServerRoot /etc/apache2
{modules}Listen {listen}
User www-data
Group www-data
PidFile {pid}
Mutex file:/tmp default
ErrorLog /dev/stderr
LogLevel info
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
CustomLog /dev/stdout common
DocumentRoot /usr/share/nginx/html
<Directory /usr/share/nginx/html>
    Require all granted
</Directory>
{rest}
""",
    )


def lighttpd(rest: str = "", bind: str = "", port: int = 8080) -> str:
    return put(
        "/config/lighttpd.conf",
        f"""
server.modules = ( "mod_accesslog" )
server.document-root = "/usr/share/nginx/html"
server.port = {port}
{f'server.bind = "{bind}"' if bind else ""}
server.errorlog = "/dev/stderr"
accesslog.filename = "|/bin/cat"
{rest}
""",
    )


def caddy(text: str) -> str:
    return put("/config/Caddyfile", text)


def other_scenarios() -> list[Scenario]:
    table: list[Scenario] = []

    def add(
        program: str, name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any
    ) -> None:
        run = {
            key: more.pop(key)
            for key in ("meanwhile", "user", "open_files", "seconds", "stop_signal")
            if key in more
        }
        command = (
            more.pop("command", None)
            or {
                "apache2": APACHE,
                "lighttpd": ["lighttpd", "-D", "-f", "/config/lighttpd.conf"],
                "caddy": [
                    "caddy",
                    "run",
                    "--config",
                    "/config/Caddyfile",
                    "--adapter",
                    "caddyfile",
                ],
            }[program]
        )
        environment = (
            {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config"} if program == "caddy" else {}
        )
        environment |= more.pop("environment", {})
        table.append(
            Scenario(
                program, name, cause, situation,
                Run(command, prepare=prepare, environment=environment, **({"seconds": 4} | run)), expect, **more,
            )
        )  # fmt: skip

    tls = (
        "\nLoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\nSSLEngine on\nServerName shop.example.com\n"
        "SSLCertificateFile /config/tls/tls.crt\nSSLCertificateKeyFile /config/tls/tls.key\n"
    )
    add(
        "apache2",
        "port-conflict",
        "PortConflict",
        "port 8080 is taken by another pod on the host network",
        apache("") + hold_port(8080),
        "AH00072: make_sock: could not bind to address 0.0.0.0:8080",
        captures={"address": "0.0.0.0:8080"},
        pod=pod(
            "httpd",
            "httpd:2.4",
            hostNetwork=True,
            ports=[{"containerPort": 8080, "hostPort": 8080}],
        ),
    )
    add(
        "apache2",
        "port-80-unprivileged",
        "PermissionDenied",
        "port 80 as www-data",
        "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 || true\n" + apache("", "80"),
        "(13)Permission denied: AH00072",
        user=33,
    )
    add(
        "apache2",
        "pid-file-of-a-dead-instance",
        "StaleLock",
        "the pid file lies on a volume, and another process has that pid now",
        apache("", pid="/data/httpd.pid") + "sleep 99 & echo $! >/data/httpd.pid\n",
        "already running",
        pod=pod("httpd", "httpd:2.4", **volumes(state="claim:/data")),
    )
    add(
        "apache2",
        "pid-file-overwritten",
        "Unknown",
        "a stale pid file is noticed with a warning and overwritten",
        apache("", pid="/data/httpd.pid") + "echo 4242 >/data/httpd.pid\n",
        "overwritten -- Unclean shutdown of previous Apache run?",
        running=True,
        meanwhile=requests("localhost:8080", 8, path="/"),
    )
    add(
        "apache2",
        "invalid-command",
        "ConfigurationInvalid",
        "a directive of a module that is not loaded",
        apache("RewriteEngine On"),
        "Invalid command 'RewriteEngine'",
    )
    add(
        "apache2",
        "variable-undefined",
        "ConfigurationMissing",
        "the variables of envvars are not set, since apache2 is started directly",
        put(
            "/config/httpd.conf",
            "ServerRoot /etc/apache2\nDefaultRuntimeDir ${APACHE_RUN_DIR}\nPidFile ${APACHE_PID_FILE}\nListen 8080",
        ),
        "APACHE_RUN_DIR",
        command=["apache2", "-DFOREGROUND", "-f", "/config/httpd.conf"],
    )
    add(
        "apache2",
        "module-missing",
        "LibraryMissing",
        "LoadModule of a shared object that is not installed",
        apache("LoadModule php_module /usr/lib/apache2/modules/libphp8.2.so"),
        "libphp8.2.so",
    )
    add(
        "apache2",
        "key-mismatch",
        "CertificateInvalid",
        "the key does not belong to the certificate",
        apache(tls, "8443")
        + certificate()
        + certificate(name="new")
        + "mv /config/tls/new.key /config/tls/tls.key\n",
        "AH02565",
    )
    add(
        "apache2",
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is empty",
        apache(tls, "8443"),
        "SSLCertificateFile: file '/config/tls/tls.crt' does not exist or is empty",
    )
    add(
        "apache2",
        "document-root-missing",
        "ConfigurationInvalid",
        "the document root names a directory that is not there",
        apache("DocumentRoot /srv/www/htdocs"),
        "is not a directory, or is not readable",
    )
    add(
        "apache2",
        "denied-requests",
        "Unknown",
        "requests that are denied by the configuration or by rights on files, a healthy server",
        apache(
            "<Location /admin>\nRequire all denied\n</Location>\nAlias /private /data/private\n<Directory /data/private>\nRequire all granted\n</Directory>"
        )
        + "mkdir -m 700 /data/private; echo x >/data/private/a\n",
        "AH01630: client denied by server configuration",
        meanwhile="sleep 0.6; for i in $(seq 9); do curl -s localhost:8080/admin/$i localhost:8080/private/a; done",
    )

    add(
        "lighttpd",
        "port-conflict",
        "PortConflict",
        "the port is taken",
        lighttpd() + hold_port(8080),
        "Address already in use",
    )
    add(
        "lighttpd",
        "socket-in-use",
        "StaleUnixSocket",
        "another lighttpd still listens on the socket's file",
        "mkdir -p /run/web\n"
        + lighttpd(bind="/run/web/httpd.sock")
        + hold_socket("/run/web/httpd.sock"),
        "/run/web/httpd.sock",
        captures={"path": "/run/web/httpd.sock"},
        pod=pod("web", "example/lighttpd:1.4", **volumes(run="/run/web")),
    )
    add(
        "lighttpd",
        "dead-socket-removed",
        "Unknown",
        "lighttpd removes a dead socket by itself",
        "mkdir -p /run/web\n" + lighttpd(bind="/run/web/httpd.sock") + stale("/run/web/httpd.sock"),
        "server started",
        running=True,
        meanwhile=requests("http://x", 12, path="/", unix="/run/web/httpd.sock"),
    )
    add(
        "lighttpd",
        "port-80-unprivileged",
        "PermissionDenied",
        "port 80 as an ordinary user",
        "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 || true\n" + lighttpd(port=80),
        "Permission denied",
        user=33,
    )
    add(
        "lighttpd",
        "syntax-error",
        "ConfigurationInvalid",
        "a list that is not closed",
        lighttpd('index-file.names = ( "index.html"\nserver.tag = "x"'),
        "parser failed",
    )
    add(
        "lighttpd",
        "module-missing",
        "LibraryMissing",
        "a module of a package that is not installed",
        lighttpd('server.modules += ( "mod_openssl_quic" )'),
        "mod_openssl_quic.so",
    )
    add(
        "lighttpd",
        "backend-program-missing",
        "ExecutableMissing",
        "the FastCGI program that lighttpd shall start is not in the image",
        lighttpd(
            'server.modules += ( "mod_fastcgi" )\nfastcgi.server = ( ".php" => (( "bin-path" => "/usr/bin/php-cgi8", "socket" => "/tmp/php.socket" )) )'
        ),
        "/usr/bin/php-cgi8",
    )
    add(
        "lighttpd",
        "healthy",
        "Unknown",
        "serves, is asked to stop and stops",
        lighttpd('debug.log-request-handling = "enable"'),
        "server stopped by",
        meanwhile=requests("localhost:8080", 70, path="/a/$i"),
    )
    add(
        "lighttpd",
        "log-directory-not-writable",
        "PermissionDenied",
        "the error log cannot be opened by the service's user",
        lighttpd().replace('errorlog = "/dev/stderr"', 'errorlog = "/data/log/error.log"')
        + "mkdir -p /data/log; chmod 755 /data/log\n",
        "Permission denied",
        user=33,
    )

    add(
        "caddy",
        "port-conflict",
        "PortConflict",
        "port 8080 is taken on the host network",
        caddy(':8080 {\n  respond "ok"\n}') + hold_port(8080, "::"),
        "address already in use",
        pod=pod("caddy", "caddy:2.6.2", hostNetwork=True),
    )
    add(
        "caddy",
        "admin-port-conflict",
        "PortConflict",
        "a second caddy in the pod: the admin endpoint on 2019 is taken",
        caddy(':8080 {\n  respond "ok"\n}') + hold_port(2019, "127.0.0.1"),
        "127.0.0.1:2019: bind: address already in use",
        captures={"address": "127.0.0.1:2019"},
    )
    add(
        "caddy",
        "dead-socket-removed",
        "Unknown",
        "the socket's file of a caddy that was killed is removed by the next",
        "mkdir -p /run/caddy\n"
        + caddy(
            '{\n  admin unix//run/caddy/admin.sock\n}\n:8080 {\n  bind unix//run/caddy/http.sock\n  respond "ok"\n}'
        )
        + stale("/run/caddy/http.sock"),
        "serving initial configuration",
        running=True,
        pod=pod("caddy", "caddy:2.6.2", **volumes(run="/run/caddy", caddy="config:/config")),
    )
    add(
        "caddy",
        "unrecognized-directive",
        "ConfigurationInvalid",
        "a directive of a plugin that this build lacks",
        caddy(':8080 {\n  rate_limit 10\n  respond "ok"\n}'),
        "unrecognized directive",
    )
    add(
        "caddy",
        "configuration-missing",
        "ConfigurationMissing",
        "no Caddyfile at the place",
        "",
        "/config/Caddyfile: no such file or directory",
        pod=pod("caddy", "caddy:2.6.2", **volumes(caddy="config:/etc/caddy")),
    )
    add(
        "caddy",
        "import-missing",
        "ConfigurationMissing",
        "the import that an environment variable should name is not there",
        caddy(":8080 {\n  import /config/sites/{$SITE:shop}.caddy\n}"),
        "not found",
    )
    add(
        "caddy",
        "port-below-1024-unprivileged",
        "PermissionDenied",
        "port 443 as user 1000",
        "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024 || true\n"
        + caddy('http://:80 {\n  respond "ok"\n}'),
        "bind: permission denied",
        user=65534,
    )
    add(
        "caddy",
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate differ",
        caddy("https://shop.example.com:8443 {\n  tls /config/tls/tls.crt /config/tls/tls.key\n}")
        + certificate()
        + certificate(name="new")
        + "mv /config/tls/new.key /config/tls/tls.key\n",
        "private key does not match public key",
    )
    add(
        "caddy",
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        caddy("https://shop.example.com:8443 {\n  tls /config/tls/tls.crt /config/tls/tls.key\n}"),
        "no such file or directory",
    )
    add(
        "caddy",
        "healthy",
        "Unknown",
        "JSON logs of a healthy server, with the usual warnings, ended in order",
        caddy(
            '{\n  auto_https off\n}\n:8080 {\n  log\n  reverse_proxy /api/* 127.0.0.1:9000\n  respond "ok"\n}'
        ),
        "serving initial configuration",
        meanwhile="sleep 0.9; for i in $(seq 40); do curl -s localhost:8080/$i; done; curl -s localhost:8080/api/7; curl -s localhost:8080/8",
        pod=pod("caddy", "caddy:2.6.2", ports=[{"containerPort": 8080}]),
    )
    add(
        "caddy",
        "certificate-authority-unreachable",
        "Unknown",
        "no certificate could be obtained, caddy serves on and retries",
        caddy('{\n  http_port 8081\n  https_port 8443\n}\nshop.example.com {\n  respond "ok"\n}'),
        "could not get certificate",
        running=True,
        seconds=6,
    )
    add(
        "caddy",
        "storage-read-only",
        "PermissionDenied",
        "the internal authority cannot be written",
        "chmod 755 /data\n" + caddy('localhost:8443 {\n  tls internal\n  respond "ok"\n}'),
        "permission denied",
        user=65534,
        seconds=5,
    )
    full = "mount -t tmpfs -o size=64k,nr_inodes=2 tmpfs /data; touch /data/lost+found\n"
    add(
        "caddy",
        "storage-full",
        "DiskFull",
        "the internal authority's volume has no inodes left",
        full + caddy('localhost:8443 {\n  tls internal\n  respond "ok"\n}'),
        "no space left on device",
        seconds=5,
        pod=pod("caddy", "caddy:2.6.2", **volumes(data="claim:/data")),
    )
    add(
        "lighttpd",
        "log-volume-full",
        "DiskFull",
        "the error log's volume has no inodes left",
        lighttpd().replace('errorlog = "/dev/stderr"', 'errorlog = "/data/error.log"') + full,
        "No space left on device",
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    apt("nginx", "apache2", "lighttpd", "caddy", "curl", "openssl", "python3")
    sources = {name: debian(name) for name in ("nginx", "apache2", "lighttpd", "caddy")}
    record_all(recorder, nginx_scenarios() + other_scenarios(), sources)
