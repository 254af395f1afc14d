"""How these programs are deployed as a rule: the pods of the cases that do not bring their own."""

from __future__ import annotations

import hashlib
from typing import Any

from ..recorder import pod

IN_ONE_POD = {"aspnet-kestrel", "phoenix", "gitlab"}
"""Whose ports are taken by a neighbour in the pod; those of the others are taken on the host's network."""

UNTOUCHED = {"AddressInUse", "StaleUnixSocket"}
"""In these the pod decides, so a case says itself whether it has one."""

DEPLOYED: dict[str, tuple[str, str, list[int], str]] = {
    # program: image, arguments, ports, where its volume is mounted ("" for none)
    "mongodb": ("mongo:6.0.14", "--replSet rs0 --bind_ip_all", [27017], "/data/db"),
    "elasticsearch": ("docker.elastic.co/elasticsearch/elasticsearch:7.17.18", "", [9200, 9300],
                      "/usr/share/elasticsearch/data"),
    "clickhouse": ("clickhouse/clickhouse-server:23.8", "", [8123, 9000, 9009], "/var/lib/clickhouse"),
    "cockroachdb": ("cockroachdb/cockroach:v23.1.14", "", [26257, 8080], "/cockroach/cockroach-data"),
    "cassandra": ("cassandra:4.0.12", "", [7000, 7199, 9042], "/var/lib/cassandra"),
    "mariadb-galera": ("mariadb:11.4.2", "", [3306, 4567, 4568], "/var/lib/mysql"),
    "vault": ("hashicorp/vault:1.15.6", "server -config=/vault/config", [8200, 8201], "/vault/data"),
    "consul": ("hashicorp/consul:1.16.2", "agent -server -bootstrap-expect=3 -data-dir=/consul/data",
               [8300, 8301, 8500], "/consul/data"),
    "nomad": ("hashicorp/nomad:1.5.2", "agent -config=/etc/nomad.d", [4646, 4647, 4648], "/opt/nomad/data"),
    "dkron": ("dkron/dkron:3.2.7", "agent --server --bootstrap-expect=3 --node-name=$(POD_NAME)",
              [8080, 8946, 6868], "/dkron.data"),
    "kafka": ("quay.io/strimzi/kafka:0.40.0-kafka-3.7.0", "", [9090, 9092], "/var/lib/kafka/data"),
    "rabbitmq": ("rabbitmq:3.11-management", "", [4369, 5672, 15672, 25672], "/var/lib/rabbitmq"),
    "ceph-mon": ("quay.io/ceph/ceph:v16.2.15", "--id=a --mon-data=/var/lib/ceph/mon/ceph-a", [3300, 6789],
                 "/var/lib/ceph/mon/ceph-a"),
    "grafana": ("grafana/grafana:10.3.1", "", [3000], "/var/lib/grafana"),
    "loki": ("grafana/loki:2.9.10", "-config.file=/etc/loki/config/config.yaml -target=all", [3100, 9095, 7946],
             "/var/loki"),
    "prometheus": ("quay.io/prometheus/prometheus:v2.51.1",
                   "--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus", [9090],
                   "/prometheus"),
    "keycloak": ("quay.io/keycloak/keycloak:22.0.5", "start", [8080], ""),
    "sonarqube": ("sonarqube:9.9-community", "", [9000], "/opt/sonarqube/data"),
    "traefik": ("traefik", "--configfile=/etc/traefik/traefik.toml", [80, 443, 8080], ""),
    "istio-proxy": ("istio/proxyv2", "proxy sidecar", [15090], ""),
    "coredns": ("coredns/coredns", "-conf /etc/coredns/Corefile", [53, 8080, 9153], ""),
    "metrics-server": ("registry.k8s.io/metrics-server/metrics-server:v0.6.4",
                       "--secure-port=4443 --kubelet-preferred-address-types=InternalIP", [4443], ""),
    "cert-manager": ("quay.io/jetstack/cert-manager-controller:v1.8.1",
                     "--v=2 --leader-election-namespace=kube-system", [9402], ""),
    "cilium": ("quay.io/cilium/cilium:v1.15.6", "--config-dir=/tmp/cilium/config-map", [], ""),
    "kube-flannel": ("docker.io/flannel/flannel:v0.21.0", "--ip-masq --kube-subnet-mgr", [], ""),
    "velero": ("velero/velero:v1.5.4", "server", [8085], ""),
    "docker-dind": ("docker:25-dind", "", [2375, 2376], "/var/lib/docker"),
    "argocd-server": ("quay.io/argoproj/argocd:v2.11.2", "/usr/local/bin/argocd-server", [8080, 8083], ""),
    "aspnet-kestrel": ("registry.example.net/shop/orders-api:7.1", "", [8080], ""),
    "phoenix": ("registry.example.net/shop/web:1.9", "start", [4000], ""),
    "rails": ("registry.example.net/hyku:5.1", "", [3000], "/data"),
    "airflow": ("apache/airflow:2.8.1", "webserver", [8080], "/opt/airflow"),
    "celery-beat": ("registry.example.net/shop/jobs:3.0", "celery -A shop beat", [], "/srv/app"),
    "superset": ("apache/superset:3.1.0", "", [8088], ""),
    "home-assistant": ("ghcr.io/home-assistant/home-assistant:2025.11.1", "", [8123], "/config"),
    "frigate": ("ghcr.io/blakeblackshear/frigate:0.13.0", "", [5000, 8554], "/media/frigate"),
    "vaultwarden": ("vaultwarden/server:1.25.0", "", [80], "/data"),
    "nextcloud": ("nextcloud:27.0.1-apache", "", [80], "/var/www/html"),
    "gitea": ("gitea/gitea:1.22.6", "", [3000, 22], "/data"),
    "gitlab": ("sameersbn/gitlab:14.2.4", "", [80, 443, 22], "/home/git/data"),
    "minio": ("quay.io/minio/minio:RELEASE.2024-04-06T05-26-02Z", "server /data --console-address :9001",
              [9000, 9001], "/data"),
    "harbor-core": ("goharbor/harbor-core:v2.9.4", "", [8080], ""),
    "flink-taskmanager": ("flink:1.18.1", "taskmanager", [6121, 6122], ""),
    "pulsar-broker": ("apachepulsar/pulsar:3.0.4", "bin/pulsar broker", [6650, 8080], ""),
    "envoy": ("envoyproxy/envoy:v1.28.0", "-c /etc/envoy/envoy.yaml", [8080, 9901], ""),
}  # fmt: skip


def deployed(program: str, name: str, cause: str) -> dict[str, Any] | None:
    """The usual pod of two thirds of the cases; the rest stays a log alone."""
    if program not in DEPLOYED or cause in UNTOUCHED:
        return None
    if hashlib.sha256(f"{program}/{name}".encode()).digest()[1] % 3 == 0:
        return None
    image, arguments, ports, mount = DEPLOYED[program]
    spec: dict[str, Any] = {}
    if cause == "PortConflict" and program not in IN_ONE_POD:
        spec["hostNetwork"] = True
    if arguments:
        spec["args"] = arguments.split()
    if ports:
        spec["ports"] = [{"containerPort": port} for port in ports]
    if mount:
        spec["volumeMounts"] = [{"name": "data", "mountPath": mount}]
        spec["volumes"] = [
            {"name": "data", "persistentVolumeClaim": {"claimName": f"data-{program}-0"}}
        ]
    return pod(program, image, **spec)
