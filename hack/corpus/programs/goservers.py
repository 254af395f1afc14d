"""Well-known Go servers: caddy, node_exporter, alertmanager, nats-server, and, where the local cluster has built them
(~/.cache/crashloop-doctor/bin, see hack/local_cluster), coredns, etcd and the Kubernetes daemons."""

# ruff: noqa: E501 - lines of shell and configuration

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..recorder import Recorder
from .golang import CERTIFICATES, SERVERS, TAKEN, Scenario, own, released, together, work

CLUSTER = Path.home() / ".cache" / "crashloop-doctor" / "bin"
HOST = {"hostNetwork": True}


def cluster_binary(name: str) -> Path | None:
    """A binary that hack/local_cluster built, or None."""
    found = sorted(CLUSTER.glob(f"*/{name}"))
    return found[-1] if found else None


def _file(path: str, text: str) -> str:
    return f"cat >{path} <<'END'\n{text}\nEND\n"


def caddy() -> list[Scenario]:
    run = "run --config /config/Caddyfile --adapter caddyfile"
    good = "{\n auto_https off\n}\n:8080 {\n respond \"hello\"\n log\n}"  # fmt: skip
    mount = {
        "volumeMounts": [{"name": "config", "mountPath": "/config"}],
        "volumes": [{"name": "config", "configMap": {"name": "caddy"}}],
    }
    return [
        Scenario("config-missing", run, "ConfigurationMissing", "the Caddyfile is not mounted", "no such file", pod={}),
        Scenario("unknown-directive", run, "ConfigurationInvalid", "a directive is misspelt", "unrecognized directive",
                 _file("/config/Caddyfile", ":8080 {\n reverse_prxy app:80\n}"), pod=mount),
        Scenario("port-conflict", run, "PortConflict", "the site's port is taken", "address already in use",
                 TAKEN.format(8080) + _file("/config/Caddyfile", good), pod={**mount, **HOST}),
        Scenario("admin-port-conflict", run, "PortConflict", "the admin endpoint's port is taken",
                 "address already in use",
                 TAKEN.format("2019 --bind 127.0.0.1") + _file("/config/Caddyfile", good),
                 captures={"address": "127.0.0.1:2019"}),
        Scenario("stale-socket-admin", run, "Unknown", "caddy removes a stale admin socket by itself and serves",
                 "serving initial configuration", "python3 -c 'import socket; s=socket.socket(socket.AF_UNIX);"
                 " s.bind(\"/run/caddy.sock\")'\n" + _file("/config/Caddyfile", "{\n admin unix//run/caddy.sock\n"
                 " auto_https off\n}\n:8080 {\n respond ok\n}"), running=True),
        Scenario("key-mismatch", run, "CertificateInvalid", "certificate and key do not belong together",
                 "does not match",
                 CERTIFICATES + _file("/config/Caddyfile",
                 "https://orders-db:8443 {\n tls /tmp/tls.crt /tmp/other.key\n}")),
        Scenario("certificate-missing", run, "ConfigurationMissing", "the certificate's secret is not mounted",
                 "no such file", _file("/config/Caddyfile", "https://shop:8443 {\n tls /tls/tls.crt /tls/tls.key\n}"),
                 pod=mount),
        Scenario("port-80-as-nobody", run, "PermissionDenied", "port 80 without the capability", "permission denied",
                 _file("/config/Caddyfile", "http://shop {\n respond ok\n}"), user=65534,
                 pod={**mount, "securityContext": {"runAsUser": 65534}}),
        Scenario("healthy", run, "Unknown", "serves requests with an access log", "handled request",
                 _file("/config/Caddyfile", good), "sleep 2; for i in $(seq 60); do curl -s 127.0.0.1:8080/$i; done",
                 running=True, pod=mount),
        Scenario("healthy-upstream-refused", run, "Unknown", "the proxy answers 502 while its upstream is down",
                 "connection refused", _file("/config/Caddyfile", ":8080 {\n reverse_proxy 127.0.0.1:9999\n log\n}"),
                 "sleep 2; for i in $(seq 30); do curl -s 127.0.0.1:8080/$i; done", running=True),
    ]  # fmt: skip


def node_exporter() -> list[Scenario]:
    return [
        Scenario("port-conflict", "", "PortConflict", "a second exporter on the node's network",
                 "address already in use",
                 TAKEN.format(9100), pod={**HOST, "ports": [{"containerPort": 9100, "hostPort": 9100}]}),
        Scenario("unknown-flag", "--collector.wireguard", "ConfigurationInvalid",
                 "a flag that this version no longer has", "unknown long flag", pod={}),
        Scenario("web-config-missing", "--web.config.file=/etc/web.yml", "ConfigurationMissing",
                 "the TLS configuration is not mounted", "no such file or directory"),
        Scenario("web-config-invalid", "--web.config.file=/config/web.yml", "ConfigurationInvalid",
                 "the TLS configuration has an unknown field", "not found in type",
                 _file("/config/web.yml", "tls_config:\n  certfile: /tls/tls.crt")),
        Scenario("healthy-collectors-fail", "--collector.textfile.directory=/no/such/folder --collector.ntp", "Unknown",
                 "some collectors fail at every scrape, the exporter serves", "collector failed", "",
                 "sleep 1.5; for i in 1 2 3; do curl -s -o /dev/null 127.0.0.1:9100/metrics; done", running=True,
                 pod=HOST),
    ]  # fmt: skip


def alertmanager() -> list[Scenario]:
    run = "--config.file=/config/am.yml --storage.path=/data --cluster.listen-address="
    good = _file("/config/am.yml", "route:\n  receiver: none\nreceivers:\n- name: none")
    return [
        Scenario("config-missing", run, "ConfigurationMissing", "the configuration is not mounted", "no such file",
                 pod={}),
        Scenario("config-undefined-receiver", run, "ConfigurationInvalid", "the route names an unknown receiver",
                 "undefined receiver", _file("/config/am.yml", "route:\n  receiver: team\nreceivers:\n- name: none")),
        Scenario("config-unknown-field", run, "ConfigurationInvalid", "an unknown field", "not found in type",
                 _file("/config/am.yml", "route:\n  reciever: none\nreceivers:\n- name: none"), pod={}),
        Scenario("port-conflict", run, "PortConflict", "port 9093 is taken", "address already in use",
                 TAKEN.format(9093) + good),
        Scenario("healthy-snapshots-denied", run, "Unknown",
                 "it serves until SIGTERM; only its last snapshots cannot be written to the volume",
                 "permission denied",
                 good + "chmod 0755 /data", user=65534, pod={"securityContext": {"runAsUser": 65534}}),
        Scenario("gossip-port-conflict", run.replace("address=", "address=0.0.0.0:9094"), "PortConflict",
                 "the cluster's port is taken", "address already in use", TAKEN.format(9094) + good),
        Scenario("healthy-peers-unresolved", run.replace("address=", "address=127.0.0.1:9094")
                 + " --cluster.peer=10.96.10.7:9094 --cluster.peer=10.96.10.8:9094", "Unknown",
                 "no peer can be joined, the gossip settles alone and it serves", "Listening on", good, running=True,
                 seconds=8, pod={}),
    ]  # fmt: skip


def nats_server() -> list[Scenario]:
    cluster = (
        'server_name: "{0}"\njetstream {{ store_dir: "/data" }}\ncluster {{\n name: shop\n listen: "10.244.9.{1}:6222"\n'
        ' routes: ["nats://10.244.9.1:6222","nats://10.244.9.2:6222","nats://10.244.9.3:6222"]\n}}\nlisten: "10.244.9.{1}:4222"\n'
        'http: "10.244.9.{1}:8222"'
    )
    one = _file("/config/nats.conf", cluster.format("nats-0", 1))
    others = "".join(
        _file(
            f"/home/n{n}.conf", cluster.format(f"nats-{n}", n + 1).replace("/data", f"/home/n{n}")
        )
        + f"/srv/nats-server -c /home/n{n}.conf >/dev/null 2>&1 &\n"
        for n in (1, 2)
    )
    volume = {
        "volumeMounts": [{"name": "js", "mountPath": "/data"}],
        "volumes": [{"name": "js", "persistentVolumeClaim": {"claimName": "js-nats-0"}}],
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": 8222},
            "periodSeconds": 5,
            "failureThreshold": 3,
        },
    }
    run = "-c /config/nats.conf"
    return [
        Scenario("jetstream-lost-meta-leader", run, "NoLeader",
                 "two of three servers die: no JetStream metadata leader any more; normal log level",
                 "no metadata leader", one, others + "sleep 9; kill -9 $(jobs -p)", seconds=40, stop="SIGKILL",
                 pod=volume),
        Scenario("jetstream-lost-quorum", run + " -D", "NoLeader",
                 "two of three servers die: JetStream's meta group loses its quorum", "quorum", one,
                 others + "sleep 9; kill -9 $(jobs -p)", seconds=40, stop="SIGKILL"),
        Scenario("healthy-cluster-late-peers", run, "Unknown", "the peers come later and a meta leader is elected",
                 "leader", one, "sleep 5\n" + others + "wait", seconds=18, running=True, pod=volume),
        Scenario("healthy", "-js -sd /data -DV", "Unknown", "a single server with JetStream", "Server is ready",
                 running=True),
        Scenario("port-conflict", "-p 4222", "PortConflict", "the client port is taken", "address already in use",
                 TAKEN.format(4222), pod=HOST),
        Scenario("config-unknown-field", run, "ConfigurationInvalid", "an unknown field", "unknown field",
                 _file("/config/nats.conf", "listen: 0.0.0.0:4222\njetstreem { store_dir: /data }"), pod={}),
        Scenario("config-missing", run, "ConfigurationMissing", "the configuration is not mounted", "no such file"),
        Scenario("store-denied", "-js -sd /data", "PermissionDenied", "the store's volume belongs to root",
                 "permission denied", "chmod 0755 /data", user=65534, pod=volume),
        Scenario("certificate-missing", run, "ConfigurationMissing", "the certificate is not mounted", "no such file",
                 _file("/config/nats.conf", 'tls { cert_file: "/tls/tls.crt", key_file: "/tls/tls.key" }')),
    ]  # fmt: skip


def etcd() -> list[Scenario]:
    trio = "--initial-cluster e0=http://10.244.9.1:2380,e1=http://10.244.9.2:2380,e2=http://10.244.9.3:2380"

    def member(n: int, data: str = "/data/etcd") -> str:
        peer, client = f"http://10.244.9.{n + 1}:2380", f"http://10.244.9.{n + 1}:2379"
        return (
            f"--name e{n} --data-dir {data} --listen-peer-urls {peer} --initial-advertise-peer-urls {peer}"
            f" --listen-client-urls {client} --advertise-client-urls {client} {trio}"
        )

    others = "".join(f"/srv/etcd {member(n, f'/home/e{n}')} >/dev/null 2>&1 &\n" for n in (1, 2))
    volume = {
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-etcd-0"}}],
        "livenessProbe": {"httpGet": {"path": "/health", "port": 2379}, "periodSeconds": 5},
    }
    return [
        Scenario("member-alone", member(0), "NoLeader", "a member of three starts alone and is killed by its probe",
                 "is starting a new election", seconds=15, stop="SIGKILL", pod=volume),
        Scenario("member-alone-console", member(0) + " --log-format console", "NoLeader",
                 "a member of three starts alone; console log", "is starting a new election", seconds=12),
        Scenario("lost-quorum", member(0), "NoLeader", "the other two members die", "is starting a new election", "",
                 others + "sleep 5; kill -9 $(jobs -p)", seconds=16, stop="SIGKILL"),
        Scenario("election-won-late", member(0), "Unknown", "the others come after seconds of futile elections",
                 "elected leader", "", "sleep 5\n" + others + "wait", seconds=12, running=True, pod=volume),
        Scenario("name-not-in-cluster", member(0).replace("--name e0", "--name etcd-0"), "ConfigurationInvalid",
                 "the member's name is not in the initial cluster", "couldn't find local name", pod=volume),
        Scenario("port-conflict", "--data-dir /data/etcd", "PortConflict", "the peer port is taken",
                 "address already in use", TAKEN.format("2380 --bind 127.0.0.1"),
                 captures={"address": "127.0.0.1:2380"}),
        Scenario("data-denied", "--data-dir /data/etcd", "PermissionDenied", "the volume belongs to root",
                 "permission denied", "chmod 0755 /data", user=65534, pod=volume),
        Scenario("disk-full", "--data-dir /data/etcd", "DiskFull", "the volume is too small for the log",
                 "no space left", "mount -t tmpfs -o size=1m tmpfs /data"),
        Scenario("healthy", "--data-dir /data/etcd", "Unknown", "a single member", "elected leader", running=True),
        Scenario("orderly-stop", "--data-dir /data/etcd --log-format console", "Unknown", "stopped with SIGTERM",
                 "closed etcd server", pod=volume),
    ]  # fmt: skip


def coredns() -> list[Scenario]:
    run = "-conf /config/Corefile"
    return [
        Scenario("port-conflict", run, "PortConflict", "port 53 is taken by the node's resolver",
                 "address already in use",
                 "python3 -c 'import socket,time; s=socket.socket(); s.bind((\"0.0.0.0\",53)); s.listen(); time.sleep(60)' &"
                 " sleep 1\n" + _file("/config/Corefile", ".:53 {\n whoami\n}"), pod=HOST),
        Scenario("unknown-plugin", run, "ConfigurationInvalid", "an unknown directive", "Unknown directive",
                 _file("/config/Corefile", ".:53 {\n forwrd . 1.1.1.1\n}"), pod={}),
        Scenario("port-53-as-nobody", run, "PermissionDenied", "port 53 without the capability", "permission denied",
                 _file("/config/Corefile", ".:53 {\n whoami\n}"), user=65534, pod={}),
        Scenario("kubernetes-out-of-cluster", run, "ConfigurationMissing",
                 "no service account: the API cannot be found",
                 "KUBERNETES_SERVICE_HOST", _file("/config/Corefile", ".:53 {\n kubernetes cluster.local\n}")),
        Scenario("zone-file-missing", run, "Unknown", "a zone file is missing: warned, and served all the same",
                 "no such file", _file("/config/Corefile", ".:1053 {\n errors\n file /config/db.shop shop\n log\n}"),
                 running=True),
        Scenario("healthy-upstream-refused", run, "Unknown", "an upstream refuses; queries fail, the server runs",
                 "CoreDNS-", _file("/config/Corefile", ".:1053 {\n errors\n log\n forward . 127.0.0.1:5399\n}"),
                 "sleep 2; for i in 1 2 3 4; do python3 -c 'import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
                 " s.sendto(bytes.fromhex(\"1a2b01000001000000000000047368\"+\"6f700000010001\"),(\"127.0.0.1\",1053))'; done",
                 running=True, pod={}),
    ]  # fmt: skip


SA = "openssl genrsa -out /tmp/sa.key 2048 2>/dev/null\n"
ACCOUNTS = (
    "--service-account-issuer https://kubernetes.default.svc --service-account-key-file /tmp/sa.key"
    " --service-account-signing-key-file /tmp/sa.key --cert-dir /tmp/certs"
)
ADDRESS = " --advertise-address 10.244.9.10 --service-cluster-ip-range 10.96.0.0/16"


def kube_apiserver() -> list[Scenario]:
    base = f"{ACCOUNTS}{ADDRESS} --etcd-servers http://127.0.0.1:2379 --secure-port 6443"
    return [
        Scenario("etcd-refused", base, "DependencyNotReady", "etcd is not up", "connection refused", SA, seconds=45,
                 captures={"host": "127.0.0.1", "port": "2379"}, pod=HOST),
        Scenario("unknown-flag", base + " --insecure-port=0", "ConfigurationInvalid", "a flag that was removed",
                 "unknown flag", SA, pod=HOST),
        Scenario("issuer-missing", "--etcd-servers http://127.0.0.1:2379 --cert-dir /tmp/certs" + ADDRESS,
                 "ConfigurationMissing",
                 "mandatory flags for service accounts are missing", "service-account"),
        Scenario("etcd-servers-missing", ACCOUNTS + ADDRESS, "ConfigurationMissing", "no etcd server is given",
                 "--etcd-servers must be specified", SA),
        Scenario("port-conflict", base, "PortConflict", "port 6443 is taken", "address already in use",
                 SA + TAKEN.format(6443), pod=HOST),
        Scenario("certificate-missing",
                 base + " --tls-cert-file /etc/kubernetes/pki/apiserver.crt --tls-private-key-file"
                 " /etc/kubernetes/pki/apiserver.key", "ConfigurationMissing", "the serving certificate is not there",
                 "no such file", SA, pod=HOST),
        Scenario("key-mismatch", base + " --tls-cert-file /tmp/tls.crt --tls-private-key-file /tmp/other.key",
                 "CertificateInvalid", "certificate and key do not belong together", "does not match",
                 SA + CERTIFICATES),
    ]  # fmt: skip


def kube_scheduler() -> list[Scenario]:
    config = _file("/config/kubeconfig", "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server:"
                   " https://10.96.0.1:6443\ncontexts:\n- name: c\n  context: {cluster: c, user: u}\ncurrent-context: c\n"
                   "users:\n- name: u\n  user: {token: x}")  # fmt: skip
    run = "--kubeconfig /config/kubeconfig --authentication-kubeconfig /config/kubeconfig"
    return [
        Scenario("api-refused", run, "DependencyNotReady", "the API server is not up", "connection refused", config,
                 seconds=14, pod=HOST),
        Scenario("kubeconfig-missing", "--kubeconfig /etc/kubernetes/scheduler.conf", "ConfigurationMissing",
                 "the kubeconfig is not mounted", "no such file", pod=HOST),
        Scenario("nothing-configured", "", "ConfigurationMissing", "no kubeconfig and no cluster", "no configuration"),
        Scenario("config-kind-unknown", "--config /config/s.yaml", "ConfigurationInvalid", "an old API version",
                 "no kind",
                 _file("/config/s.yaml",
                 "apiVersion: kubescheduler.config.k8s.io/v1alpha1\nkind: KubeSchedulerConfiguration")),
    ]  # fmt: skip


def kubelet() -> list[Scenario]:
    return [
        Scenario("config-missing", "--config /var/lib/kubelet/config.yaml", "ConfigurationMissing",
                 "kubeadm has not written the kubelet's configuration", "no such file"),
        Scenario("unknown-flag", "--network-plugin=cni", "ConfigurationInvalid", "a flag that was removed",
                 "unknown flag"),
        Scenario("config-unknown-field", "--config /config/k.yaml", "ConfigurationInvalid", "a misspelt field",
                 "unknown field", _file("/config/k.yaml",
                 "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDrivr: systemd")),
    ]  # fmt: skip


def lease_controller() -> list[Scenario]:
    """A controller-runtime manager against a real API server with etcd (when the local cluster has built them)."""
    kubeconfig = (
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://10.96.0.1:6443\n"
        "    insecure-skip-tls-verify: true\ncontexts:\n- name: c\n  context: {cluster: c, user: u}\ncurrent-context: c\n"
        "users:\n- name: u\n  user: {token: admin-token}"
    )
    config = _file("/config/kubeconfig", kubeconfig)
    etcd, server = cluster_binary("etcd"), cluster_binary("kube-apiserver")
    start = (
        f"{etcd} --data-dir /home/etcd >/dev/null 2>&1 & echo $! >/tmp/etcd.pid\n"
        f"{server} {ACCOUNTS}{ADDRESS} --etcd-servers http://127.0.0.1:2379 --secure-port 6443 --authorization-mode RBAC"
        " --token-auth-file /tmp/tokens >/tmp/api.log 2>&1 & echo $! >/tmp/api.pid\n"
    )
    tokens = "printf 'admin-token,admin,admin,system:masters\\napp-token,app,app\\n' >/tmp/tokens\n"
    up = (
        config
        + SA
        + tokens
        + start
        + "for i in $(seq 60); do curl -sk https://10.96.0.1:6443/readyz | grep -q ok && break;"
    )
    up += " sleep 0.5; done; sleep 1\n"
    run = "-kubeconfig /config/kubeconfig"
    elect = run + " -leader-elect"
    probes = {"livenessProbe": {"httpGet": {"path": "/healthz", "port": 8081}}, "env": [{"name": "POD_NAMESPACE",
              "value": "default"}]}  # fmt: skip
    lost = "sleep 5; kill -9 $(cat /tmp/api.pid)"
    cases = [
        Scenario("not-in-cluster", "-leader-elect", "ConfigurationMissing", "no kubeconfig and no service account",
                 "unable to", pod=probes),
        Scenario("api-refused", run, "DependencyNotReady", "the API server is not up", "connection refused", config,
                 captures={"host": "10.96.0.1", "port": "6443"}, seconds=14, pod=probes),
        Scenario("kubeconfig-invalid", run, "ConfigurationInvalid", "the kubeconfig is not YAML", "yaml",
                 _file("/config/kubeconfig", "apiVersion: v1\nclusters:\n\t- name: c")),
    ]  # fmt: skip
    if etcd is None or server is None:
        return cases
    return [
        *cases,
        Scenario("healthy-elected", elect, "Unknown", "the lease is acquired and config maps are reconciled",
                 "successfully acquired lease", up, running=True, seconds=7, pod=probes),
        Scenario("lease-lost-api-gone", elect, "DependencyNotReady",
                 "the API server goes away, the lease cannot be renewed and the manager ends", "leader election lost",
                 up,
                 lost, seconds=25, pod=probes),
        Scenario("lease-lost-development-log", elect, "DependencyNotReady", "the same with the development logger",
                 "leader election lost", up, lost, seconds=25, environment={"LOG_DEVELOPMENT": "1"}),
        Scenario("election-waits-for-old-leader", elect, "Unknown",
                 "a dead leader's lease is waited out, then acquired",
                 "successfully acquired lease",
                 up + "timeout -s KILL 6 /srv/lease-controller -kubeconfig /config/kubeconfig"
                 " -leader-elect -metrics-bind-address 0 -health-probe-bind-address 0 >/dev/null 2>&1 || true\n",
                 seconds=14, running=True, environment={"LOG_DEVELOPMENT": "1"}),
        Scenario("token-unknown", run, "AuthenticationFailed", "the token was revoked", "provide credentials",
                 up + "sed -i s/admin-token/old-token/ /config/kubeconfig", seconds=14, pod=probes),
        Scenario("forbidden", run, "PermissionDenied", "the service account has no role", "forbidden",
                 up + "sed -i s/admin-token/app-token/ /config/kubeconfig", seconds=14, pod=probes),
        Scenario("certificate-unknown-authority", run, "CertificateInvalid", "the API server's authority is not known",
                 "x509", up + "sed -i /insecure/d /config/kubeconfig", seconds=14),
        Scenario("metrics-port-conflict", run, "PortConflict", "the metrics' port is taken", "address already in use",
                 up + TAKEN.format(8080), seconds=8, pod=probes),
        Scenario("probe-port-conflict", elect, "PortConflict", "the probes' port is taken", "address already in use",
                 up + TAKEN.format(8081), environment={"LOG_DEVELOPMENT": "1"}),
        Scenario("orderly-stop", elect, "Unknown", "stopped with SIGTERM", "Stopping and waiting", up, seconds=6),
    ]  # fmt: skip


OWN = {
    "lease-controller": "own program on Go modules controller-runtime v0.21.0 and client-go v0.33.4"
}
TABLES: dict[str, Callable[[], list[Scenario]]] = {
    "lease-controller": lease_controller,
    "caddy": caddy,
    "node_exporter": node_exporter,
    "alertmanager": alertmanager,
    "nats-server": nats_server,
    "etcd": etcd,
    "coredns": coredns,
    "kube-apiserver": kube_apiserver,
    "kube-scheduler": kube_scheduler,
    "kubelet": kubelet,
}
VERSIONS = {"etcd": "etcd 3.6.16", "coredns": "coredns 1.15.0"}


SHARED = ("caddy", "etcd", "nats-server")
"""Programs that other families record, too: the cases' names here begin with `go-`."""


def record(recorder: Recorder) -> None:
    only = set(os.environ.get("CORPUS_ONLY", "").split())
    works: list[Callable[[], object]] = []
    for program, scenarios in TABLES.items():
        if only and program not in only:
            continue
        if program in OWN:
            binary: Path | None = own(program)
        else:
            binary = released(program) if program in SERVERS else cluster_binary(program)
        if binary is None:
            continue
        source = OWN.get(program) or (
            SERVERS[program].source
            if program in SERVERS
            else f"built from Go modules by hack/local_cluster: {VERSIONS.get(program, 'Kubernetes 1.35.4')}"
        )
        named = [
            replace(s, name=f"go-{s.name}" if program in SHARED else s.name) for s in scenarios()
        ]
        works += [work(recorder, program, binary, source, s) for s in named]
    together(works)
