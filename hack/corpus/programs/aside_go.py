"""More Go programs, as Debian 12 builds them: Prometheus and its exporters, rclone as server and as job, serf, webhook.

Settings are of the programs' own documentation; what they print was found by running them.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from ..recorder import Recorder, apt, debian
from .aside_daemons import UNPRIVILEGED, Program, full, http, listening, record_programs
from .python_programs import host
from .web import certificate, hold_port, put


def prometheus() -> Program:
    def conf(
        rest: str = "", rule: str = 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) > 5'
    ) -> str:
        return put("/config/prometheus.yml", f"""
global:
  scrape_interval: 2s
  evaluation_interval: 2s
  external_labels:
    cluster: shop-prod
rule_files:
  - /config/rules/*.yaml
scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
  - job_name: orders
    static_configs:
      - targets: ["localhost:8080"]
{rest}
""") + put("/config/rules/shop.yaml", f"""
groups:
  - name: shop
    rules:
      - alert: ErrorsHigh
        expr: {rule}
        for: 5m
        labels: {{severity: page}}
""") + "mkdir -p /data/prometheus; chown 65534 /data/prometheus; chmod -R a+rX /config\n"  # fmt: skip

    line = "prometheus --config.file=/config/prometheus.yml --storage.tsdb.path=/data/prometheus --storage.tsdb.retention.time=15d --web.enable-lifecycle"
    p = Program(
        "prometheus", debian("prometheus"), "quay.io/prometheus/prometheus:v2.42.0", line, entry=1, user=65534, seconds=5,
        mounts={"config": "config:/config", "data": "claim:/data/prometheus"},
        spec={
            "ports": [{"containerPort": 9090, "name": "web"}],
            "livenessProbe": http("/-/healthy", "web"), "readinessProbe": http("/-/ready", "web"),
            "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}},
        },
    )  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "the config map has no such key",
        "",
        "mkdir -p /data/prometheus; chmod 777 /data/prometheus\n",
    )
    p(
        "unknown-field",
        "ConfigurationInvalid",
        "a field in the wrong place",
        "",
        conf("    scrape_timeouts: 5s"),
    )
    p(
        "rule-broken",
        "ConfigurationInvalid",
        "a rule's expression does not parse",
        "",
        conf(rule="sum by (job) (rate(http_requests_total[5m]) > 5"),
    )
    p(
        "data-of-root",
        "PermissionDenied",
        "the claim belongs to root and there is no fsGroup",
        "",
        conf() + "chown 0:0 /data/prometheus; chmod 755 /data/prometheus\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "the other Prometheus of the node has port 9090",
        "",
        conf() + hold_port(9090),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag of 1.x",
        "",
        conf(),
        command=line + " -storage.local.memory-chunks=1048576",
    )
    p("scrapes-fail-stopped", "Unknown", "a target refuses and remote write finds nobody; scaled down", "",
      conf("remote_write:\n  - url: http://127.0.0.1:9201/api/v1/write"), seconds=9)  # fmt: skip
    p(
        "killed-from-outside",
        "Unknown",
        "a calm server is killed without a word",
        "",
        conf(),
        seconds=7,
        stop_signal="SIGKILL",
    )
    p(
        "reload-fails-goes-on", "Unknown", "a broken rule file is refused at a reload, the old rules stay; stopped", "", conf() + "chmod 666 /config/rules/shop.yaml\n",
        meanwhile="sleep 3; sed -i 's/> 5$/> (5/' /config/rules/shop.yaml; curl -s -X POST localhost:9090/-/reload", seconds=8,
    )  # fmt: skip
    return p


def pushgateway() -> Program:
    line = "prometheus-pushgateway --web.listen-address=:9091 --persistence.file=/data/pushgateway/metrics.db --persistence.interval=1s"
    p = Program(
        "pushgateway", debian("prometheus-pushgateway"), "registry.example.com/monitoring/pushgateway:1.5.1", line, user=65534,
        before="mkdir -p /data/pushgateway; chmod 777 /data/pushgateway\n", mounts={"data": "claim:/data/pushgateway"},
        spec={"ports": [{"containerPort": 9091}], "livenessProbe": http("/-/healthy", 9091)},
    )  # fmt: skip
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag that is gone",
        "",
        command=line + " --web.route-prefx=/push",
    )
    p(
        "web-config-missing",
        "ConfigurationMissing",
        "the file with the basic-auth users is not mounted",
        "",
        command=line + " --web.config.file=/config/web.yml",
        mounts={"web": "secret:/config"},
    )
    p("web-config-broken", "ConfigurationInvalid", "the users' hash is no bcrypt hash, and a field is unknown", "",
      put("/config/web.yml", "basic_auth_user:\n  ci: $2y$10$short"), command=line + " --web.config.file=/config/web.yml", mounts={"web": "secret:/config"})  # fmt: skip
    p("key-mismatch", "CertificateInvalid", "key and certificate are of two issues", "",
      certificate() + certificate(name="new") + put("/config/web.yml", "tls_server_config:\n  cert_file: /config/tls/tls.crt\n  key_file: /config/tls/new.key") + "chmod a+r /config/tls/*\n",
      command=line + " --web.config.file=/config/web.yml", mounts={"web": "config:/config", "tls": "secret:/config/tls"})  # fmt: skip
    p(
        "port-taken",
        "PortConflict",
        "another service of the host network has port 9091",
        "",
        hold_port(9091),
        spec={"hostNetwork": True},
    )
    p(
        "log-level-unknown",
        "ConfigurationInvalid",
        "a log level that there is not",
        "",
        command=line + " --log.level=verbose",
    )
    return p


def redis_exporter() -> Program:
    redis = host("redis.shop.svc", "10.96.14.8")
    p = Program(
        "redis_exporter", debian("prometheus-redis-exporter"), "docker.io/oliver006/redis_exporter:v1.45.0", "prometheus-redis-exporter -log-format json",
        before=redis, env={"REDIS_ADDR": "redis://redis.shop.svc:6379", "REDIS_EXPORTER_WEB_LISTEN_ADDRESS": "0.0.0.0:9121"}, user=59000,
        spec={"ports": [{"containerPort": 9121, "name": "metrics"}], "livenessProbe": http("/health", 9121), "resources": {"limits": {"memory": "64Mi"}}},
    )  # fmt: skip
    p(
        "password-file-missing",
        "ConfigurationMissing",
        "the secret's file is not mounted",
        "",
        env={"REDIS_PASSWORD_FILE": "/config/passwords.json"},
        mounts={"auth": "secret:/config"},
    )
    p("password-file-broken", "ConfigurationInvalid", "the password file holds the bare password, not JSON", "", put("/config/passwords.json", "s3cr3t") + "chmod a+r /config/*\n",
      env={"REDIS_PASSWORD_FILE": "/config/passwords.json"}, mounts={"auth": "secret:/config"})  # fmt: skip
    p(
        "script-missing",
        "ConfigurationMissing",
        "the Lua script is not mounted",
        "",
        env={"REDIS_EXPORTER_SCRIPT": "/config/queue-length.lua"},
        mounts={"scripts": "config:/config"},
    )
    p(
        "port-taken",
        "PortConflict",
        "two exporters in one pod want the port",
        "",
        hold_port(9121),
        spec={"hostNetwork": True},
    )
    p(
        "client-certificate-missing",
        "ConfigurationMissing",
        "the client certificate's secret is not mounted",
        "",
        env={
            "REDIS_EXPORTER_TLS_CLIENT_CERT_FILE": "/config/tls/tls.crt",
            "REDIS_EXPORTER_TLS_CLIENT_KEY_FILE": "/config/tls/tls.key",
            "REDIS_ADDR": "rediss://redis.shop.svc:6380",
        },
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        command="prometheus-redis-exporter -redis.addrs redis://redis.shop.svc:6379",
    )
    return p


def mysqld_exporter() -> Program:
    p = Program(
        "mysqld_exporter", debian("prometheus-mysqld-exporter"), "docker.io/prom/mysqld-exporter:v0.14.0", "prometheus-mysqld-exporter --config.my-cnf=/config/.my.cnf --collect.info_schema.processlist",
        user=65534, mounts={"credentials": "secret:/config"}, spec={"ports": [{"containerPort": 9104, "name": "metrics"}], "livenessProbe": http("/", 9104)},
    )  # fmt: skip
    good = (
        put("/config/.my.cnf", "[client]\nuser = exporter\npassword = s3cr3t\nhost = 10.96.14.9")
        + "chmod a+r /config/.my.cnf\n"
    )
    p("credentials-missing", "ConfigurationMissing", "neither DATA_SOURCE_NAME nor the file", "")
    p(
        "user-missing",
        "ConfigurationMissing",
        "the file has no user",
        "",
        put("/config/.my.cnf", "[client]\npassword = s3cr3t\n") + "chmod a+r /config/.my.cnf\n",
    )
    p(
        "file-not-readable",
        "PermissionDenied",
        "the secret is mode 0400 of root",
        "",
        good + "chmod 400 /config/.my.cnf\n",
    )
    p(
        "file-broken",
        "ConfigurationInvalid",
        "a line that is no INI",
        "",
        put("/config/.my.cnf", "[client\nuser: exporter") + "chmod a+r /config/.my.cnf\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "the exporter of the other MySQL has the host's port",
        "",
        good + hold_port(9104),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a collector that there is not",
        "",
        good,
        command="prometheus-mysqld-exporter --config.my-cnf=/config/.my.cnf --collect.slave_lag",
    )
    return p


def rclone() -> Program:
    conf = (
        put(
            "/config/rclone.conf",
            "[offsite]\ntype = s3\nprovider = Minio\naccess_key_id = backup\nsecret_access_key = wrong-since-rotation\nendpoint = http://minio.backup.svc:9000\n",
        )
        + "chmod a+r /config/rclone.conf\n"
    )
    files = "mkdir -p /srv/export; for i in 1 2 3 4; do head -c 60000 /dev/urandom >/srv/export/orders-$i.parquet; done; chmod -R a+rX /srv\n"
    name = host("minio.backup.svc", "10.96.20.4")
    stub = put("/tmp/s3.py", """
import http.server
class S3(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message><Key>x</Key><BucketName>offsite</BucketName><Resource>/offsite</Resource><RequestId>17D2A1B2C3D4E5F6</RequestId></Error>' % ERROR
        self.send_response(403); self.send_header("Content-Type", "application/xml"); self.send_header("Content-Length", str(len(body))); self.end_headers()
        if self.command != "HEAD": self.wfile.write(body)
    do_PUT = do_HEAD = do_POST = do_GET
    def log_message(self, *_): pass
ERROR = (b"%CODE%", b"%MESSAGE%")
http.server.ThreadingHTTPServer(("", 9000), S3).serve_forever()
""")  # fmt: skip

    def rejecting(code: str, message: str) -> str:
        return (
            stub.replace("%CODE%", code).replace("%MESSAGE%", message)
            + "(python3 /tmp/s3.py >/dev/null 2>&1 &); sleep 0.6\n"
        )

    sync = "rclone sync /srv/export offsite:shop-backup/export --config /config/rclone.conf --transfers 4 --retries 2 --low-level-retries 2 --stats-one-line -v"
    p = Program(
        "rclone", debian("rclone"), "docker.io/rclone/rclone:1.60.1", sync, entry=1, seconds=40, before=files,
        mounts={"config": "secret:/config", "export": "claim:/srv/export"}, spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    p(
        "section-missing",
        "ConfigurationMissing",
        "the remote of the command has no section in the file",
        "",
        put("/config/rclone.conf", "[s3-old]\ntype = s3\n"),
    )
    p("configuration-missing", "ConfigurationMissing", "the secret is not mounted at all", "", "")
    p(
        "configuration-not-readable",
        "PermissionDenied",
        "the secret's file is mode 0400 of root",
        "",
        conf + "chmod 400 /config/rclone.conf\n",
        user=1009,
    )
    p(
        "access-key-rejected",
        "AuthenticationFailed",
        "the store does not know the access key",
        "",
        conf
        + name
        + rejecting(
            "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records."
        ),
    )
    p(
        "signature-rejected",
        "AuthenticationFailed",
        "the secret key was rotated",
        "",
        conf
        + name
        + rejecting(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
    )
    p(
        "store-refuses",
        "DependencyNotReady",
        "nobody listens at the store's service",
        "",
        conf + name,
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        conf,
        command=sync + " --bw-limit 10M",
    )
    p(
        "bad-flag-value",
        "ConfigurationInvalid",
        "a size without a unit that it knows",
        "",
        conf,
        command=sync + " --bwlimit 10MBps",
    )
    p("destination-full", "DiskFull", "the target volume is full", "", full("/data/mirror", "128k"), command="rclone copy /srv/export /data/mirror --config /config/rclone.conf --retries 1 --low-level-retries 1 -v",
      mounts={"mirror": "claim:/data/mirror"})  # fmt: skip
    p("serve-port-taken", "PortConflict", "another WebDAV server on the host network", "", hold_port(8080), command="rclone serve webdav /srv/export --addr 0.0.0.0:8080 --read-only --config /config/rclone.conf -v",
      spec={"hostNetwork": True, "restartPolicy": None})  # fmt: skip
    p(
        "job-done",
        "Unknown",
        "copies everything and ends well",
        "",
        command="rclone copy /srv/export /data/mirror --config /config/rclone.conf --stats-one-line -v --checksum",
        mounts={"mirror": "claim:/data/mirror"},
    )
    p("serve-stopped", "Unknown", "a read-only WebDAV server refuses uploads and is stopped", "", command="rclone serve webdav /srv/export --addr 0.0.0.0:8080 --read-only --config /config/rclone.conf -v",
      spec={"restartPolicy": None}, seconds=5, meanwhile="sleep 1.5; for i in 1 2; do curl -s -o /dev/null -T /etc/hostname localhost:8080/new-$i; curl -s -o /dev/null localhost:8080/none; done")  # fmt: skip
    return p


def serf() -> Program:
    line = "serf agent -node=web-0 -bind=10.244.1.23:7946 -rpc-addr=127.0.0.1:7373 -config-dir=/config/serf -tag role=web"
    conf = (
        host("web-0", "10.244.1.23")
        + put(
            "/config/serf/serf.json",
            '{"log_level": "info", "encrypt_key": "pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=", "reconnect_timeout": "24h"}',
        )
        + "mkdir -p /data/serf\n"
    )
    p = Program("serf", debian("serf"), "registry.example.com/mesh/serf:0.9.4", line, mounts={"config": "config:/config/serf", "data": "/data/serf"},
                spec={"ports": [{"containerPort": 7946}], "livenessProbe": {"exec": {"command": ["serf", "info"]}, "periodSeconds": 20}})  # fmt: skip
    p(
        "key-too-short",
        "ConfigurationInvalid",
        "the gossip key is not of 16, 24 or 32 bytes",
        "",
        conf + put("/config/serf/zz-key.json", '{"encrypt_key": "c2hvcnQ="}'),
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "a trailing comma",
        "",
        conf + put("/config/serf/tags.json", '{"tags": {"role": "web",}}'),
    )
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "the folder of -config-dir is not there",
        "",
        conf + "rm -r /config/serf\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "the node's own agent has the port",
        "",
        conf + hold_port(7946),
        spec={"hostNetwork": True},
    )
    p(
        "join-refused",
        "DependencyNotReady",
        "the seed's service has no endpoint",
        "",
        conf + host("serf.mesh.svc", "10.96.30.1"),
        command=line + " -join=serf.mesh.svc:7946",
    )
    p(
        "snapshot-not-writable",
        "PermissionDenied",
        "the snapshot's folder belongs to root",
        "",
        conf + "chmod 755 /data/serf; chmod -R a+rX /config\n",
        command=line + " -snapshot=/data/serf/snapshot",
        user=100,
    )
    return p


def webhook() -> Program:
    hooks = put(
        "/config/hooks.json",
        '[{"id": "redeploy", "execute-command": "/srv/redeploy.sh", "command-working-directory": "/srv", "response-message": "ok",\n "trigger-rule": {"match": {"type": "value", "value": "t0k3n", "parameter": {"source": "header", "name": "X-Token"}}}}]',
    )
    script = (
        put("/srv/redeploy.sh", "#!/bin/sh\necho deploying; exit 3")
        + "chmod 755 /srv/redeploy.sh\n"
    )
    line = "webhook -hooks /config/hooks.json -port 9000 -urlprefix hooks -hotreload"
    p = Program("webhook", debian("webhook"), "docker.io/almir/webhook:2.8.0", line, entry=1, before=script, mounts={"hooks": "config:/config"},
                spec={"ports": [{"containerPort": 9000}], "livenessProbe": listening(9000)})  # fmt: skip
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        hooks,
        command=line + " -http-method POST",
    )
    p(
        "port-taken",
        "PortConflict",
        "another webhook has the host's port",
        "",
        hooks + hold_port(9000),
        spec={"hostNetwork": True},
        command=line + " -verbose",
    )
    p(
        "port-80-as-nobody",
        "PermissionDenied",
        "port 80 without NET_BIND_SERVICE",
        "",
        UNPRIVILEGED + hooks,
        user=65534,
        command=line.replace("9000", "80") + " -verbose",
        spec={"ports": [{"containerPort": 80}], "livenessProbe": None},
    )
    p(
        "pid-file-in-the-way",
        "StaleLock",
        "the pid file on the volume names a process that lives",
        "",
        hooks + "sleep 60 & echo $! >/data/webhook.pid\n",
        command=line + " -verbose -pidfile /data/webhook.pid",
        mounts={"state": "claim:/data"},
    )
    p(
        "certificate-missing",
        "ConfigurationMissing",
        "-secure without the mounted secret",
        "",
        hooks,
        command=line + " -verbose -secure -cert /config/tls/tls.crt -key /config/tls/tls.key",
    )
    p("hook-fails-goes-on", "Unknown", "a hook's script fails, others are not allowed; stopped", "", hooks, command=line + " -verbose",
      meanwhile="sleep 0.6; for i in 1 2; do curl -s localhost:9000/hooks/redeploy; curl -s -H 'X-Token: t0k3n' localhost:9000/hooks/redeploy; curl -s localhost:9000/hooks/none; done")  # fmt: skip
    p(
        "killed-from-outside",
        "Unknown",
        "answers a few requests, is killed",
        "",
        hooks,
        command=line + " -verbose",
        stop_signal="SIGKILL",
        meanwhile="sleep 0.6; for i in 1 2; do curl -s localhost:9000/hooks/redeploy; done",
    )
    return p


def programs() -> list[Program]:
    return [
        prometheus(),
        pushgateway(),
        redis_exporter(),
        mysqld_exporter(),
        rclone(),
        serf(),
        webhook(),
    ]


def record(recorder: Recorder) -> None:
    apt("prometheus", "prometheus-pushgateway", "prometheus-redis-exporter", "prometheus-mysqld-exporter", "rclone", "serf", "webhook")  # fmt: skip
    record_programs(recorder, programs())
