"""The arguments and configuration files of the node's programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .certificates import Certificates
from .home import Home
from .network import (
    API_SERVICE,
    NODE_ADDRESS,
    POD_RANGE,
    SERVICE_RANGE,
)
from .ports import PORTS
from .runtime import Runtime

NODE: Final = "crashloop-doctor"
DOMAIN: Final = "cluster.local"
SHORT_BACKOFF: Final = "10s"
_ETCD: Final = f"http://127.0.0.1:{PORTS['etcd']}"
_PEERS: Final = f"http://127.0.0.1:{PORTS['etcd peers']}"
# The names under which a program is known to the API server, and the groups its rights come from.
USERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "admin": ("crashloop-doctor-admin", ("system:masters",)),
    "kube-controller-manager": ("system:kube-controller-manager", ()),
    "kube-scheduler": ("system:kube-scheduler", ()),
    "kube-proxy": ("system:kube-proxy", ()),
    "kubelet": (f"system:node:{NODE}", ("system:nodes",)),
    "coredns": ("crashloop-doctor-dns", ("system:masters",)),
}


class Settings:
    """Command lines and files, computed from where things lie."""

    def __init__(self, home: Home, binaries: Mapping[str, Path], runtime: Runtime) -> None:
        self._home = home
        self._binaries = binaries
        self._runtime = runtime
        self._certificates = Certificates(home.certificates)

    def kubeconfig(self, user: str) -> Path:
        return self._home.kubeconfig if user == "admin" else self._file(f"{user}.kubeconfig")

    @property
    def kubelet_root(self) -> Path:
        return self._home.cluster / "kubelet"

    def write_certificates(self) -> None:
        """The authority, the servers' certificates, and a kubeconfig for each user."""
        made = self._certificates
        made.make_authority()
        made.make_key("service-accounts")
        made.make(
            "kube-apiserver",
            "kube-apiserver",
            hosts=[
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                f"kubernetes.default.svc.{DOMAIN}",
                "127.0.0.1",
                NODE_ADDRESS,
                API_SERVICE,
            ],
        )
        made.make("kubelet-server", NODE, hosts=[NODE, NODE_ADDRESS])
        made.make("kubelet-client", "kube-apiserver", groups=["system:masters"])
        for name, (user, groups) in USERS.items():
            made.make(name, user, groups=groups)
            server = f"https://{NODE_ADDRESS}:{PORTS['kube-apiserver']}"
            made.write_kubeconfig(self.kubeconfig(name), name, server)

    def write_files(self, *, default_backoff: bool) -> None:
        folder = self._home.cluster / "settings"
        folder.mkdir(parents=True, exist_ok=True)
        self._file("containerd.toml").write_text(self._runtime.config())
        self._file("kubelet.json").write_text(self._kubelet(default_backoff=default_backoff))
        self._file("kube-proxy.json").write_text(self._proxy())
        self._file("Corefile").write_text(self._dns())

    def containerd(self) -> list[str | Path]:
        return ["/usr/bin/containerd", "--config", self._file("containerd.toml")]

    def etcd(self) -> list[str | Path]:
        return [
            self._binaries["etcd"],
            f"--data-dir={self._home.cluster}/etcd",
            f"--listen-client-urls={_ETCD}",
            f"--advertise-client-urls={_ETCD}",
            f"--listen-peer-urls={_PEERS}",
            f"--initial-advertise-peer-urls={_PEERS}",
            f"--initial-cluster=default={_PEERS}",
            # The data need not survive a power cut, and a sync costs more than all the rest.
            "--unsafe-no-fsync",
            "--quota-backend-bytes=4294967296",
        ]

    def apiserver(self) -> list[str | Path]:
        made = self._certificates
        return [
            self._binaries["kube-apiserver"],
            f"--etcd-servers={_ETCD}",
            f"--secure-port={PORTS['kube-apiserver']}",
            # Pods reach it at the node's address, the person on loopback.
            "--bind-address=0.0.0.0",
            f"--advertise-address={NODE_ADDRESS}",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            f"--cert-dir={made.folder}",
            f"--tls-cert-file={made.certificate('kube-apiserver')}",
            f"--tls-private-key-file={made.key('kube-apiserver')}",
            f"--client-ca-file={made.authority}",
            f"--kubelet-certificate-authority={made.authority}",
            f"--kubelet-client-certificate={made.certificate('kubelet-client')}",
            f"--kubelet-client-key={made.key('kubelet-client')}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-issuer=https://kubernetes.default.svc.{DOMAIN}",
            f"--service-account-key-file={made.key('service-accounts')}",
            f"--service-account-signing-key-file={made.key('service-accounts')}",
            # Off by default in 1.35; the admission overlays of this project need it.
            "--feature-gates=MutatingAdmissionPolicy=true",
            "--runtime-config=admissionregistration.k8s.io/v1beta1=true",
        ]

    def controllers(self) -> list[str | Path]:
        made = self._certificates
        return [
            self._binaries["kube-controller-manager"],
            f"--kubeconfig={self.kubeconfig('kube-controller-manager')}",
            "--bind-address=127.0.0.1",
            f"--secure-port={PORTS['kube-controller-manager']}",
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={made.key('service-accounts')}",
            f"--flex-volume-plugin-dir={self._home.cluster}/volume-plugins",
            f"--root-ca-file={made.authority}",
            f"--cluster-signing-cert-file={made.authority}",
            f"--cluster-signing-key-file={made.authority_key}",
        ]

    def scheduler(self) -> list[str | Path]:
        return [
            self._binaries["kube-scheduler"],
            f"--kubeconfig={self.kubeconfig('kube-scheduler')}",
            "--bind-address=127.0.0.1",
            f"--secure-port={PORTS['kube-scheduler']}",
            "--leader-elect=false",
        ]

    def proxy(self) -> list[str | Path]:
        return [
            self._binaries["kube-proxy"],
            f"--config={self._file('kube-proxy.json')}",
            f"--hostname-override={NODE}",
        ]

    def kubelet(self) -> list[str | Path]:
        return [
            self._binaries["kubelet"],
            f"--config={self._file('kubelet.json')}",
            f"--kubeconfig={self.kubeconfig('kubelet')}",
            # Must be absolute: the kubelet itself accepts a relative one, its mounts don't.
            f"--root-dir={self.kubelet_root}",
            f"--cert-dir={self._home.certificates}",
            f"--hostname-override={NODE}",
            # Loopback is refused.
            f"--node-ip={NODE_ADDRESS}",
        ]

    def dns(self) -> list[str | Path]:
        return [self._binaries["coredns"], f"-conf={self._file('Corefile')}"]

    def _file(self, name: str) -> Path:
        return self._home.cluster / "settings" / name

    def _kubelet(self, *, default_backoff: bool) -> str:
        made = self._certificates
        config: dict[str, object] = {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(made.authority)},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": str(made.certificate("kubelet-server")),
            "tlsPrivateKeyFile": str(made.key("kubelet-server")),
            "port": PORTS["kubelet"],
            "healthzPort": PORTS["kubelet health"],
            "containerRuntimeEndpoint": f"unix://{self._runtime.socket}",
            "volumePluginDir": str(self._home.cluster / "volume-plugins"),
            "podLogsDir": str(self._home.cluster / "pod-logs"),
            "clusterDNS": [NODE_ADDRESS],
            "clusterDomain": DOMAIN,
            # Nothing of the host's own resolver: a pod's answers must not depend on the machine.
            "resolvConf": "",
            "failCgroupV1": False,
            "cgroupDriver": "cgroupfs",
            # Without it a resize of a pod's memory kills the kubelet.
            "cgroupsPerQOS": True,
            "enforceNodeAllocatable": [],
            # Root without CAP_SYS_RESOURCE can't lower it.
            "oomScoreAdj": 0,
            "failSwapOn": False,
            # The defaults (15% of the disk free) would evict pods on a half-full workstation, and
            # collect images that were loaded by hand and can't be pulled again.
            "evictionHard": {
                "memory.available": "100Mi",
                "nodefs.available": "1%",
                "nodefs.inodesFree": "1%",
                "imagefs.available": "1%",
            },
            "imageGCHighThresholdPercent": 100,
            "imageGCLowThresholdPercent": 99,
        }
        if not default_backoff:
            config["featureGates"] = {"KubeletCrashLoopBackOffMax": True}
            config["crashLoopBackOff"] = {"maxContainerRestartPeriod": SHORT_BACKOFF}
        return json.dumps(config, indent=2)

    def _proxy(self) -> str:
        return json.dumps(
            {
                "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
                "kind": "KubeProxyConfiguration",
                "mode": "iptables",
                "clusterCIDR": POD_RANGE,
                "clientConnection": {"kubeconfig": str(self.kubeconfig("kube-proxy"))},
                "healthzBindAddress": f"127.0.0.1:{PORTS['kube-proxy health']}",
                "metricsBindAddress": f"127.0.0.1:{PORTS['kube-proxy metrics']}",
                # Zero leaves the host's limits alone; there may be no right to change them.
                "conntrack": {
                    "maxPerCore": 0,
                    "min": 0,
                    "tcpEstablishedTimeout": "0s",
                    "tcpCloseWaitTimeout": "0s",
                },
                # Else it opens loopback to routed packets on the whole machine.
                "iptables": {"localhostNodePorts": False},
            },
            indent=2,
        )

    def _dns(self) -> str:
        # Two blocks: within one, CoreDNS asks `template` before `kubernetes`, whatever their order.
        return f"""\
{DOMAIN}:53 in-addr.arpa:53 ip6.arpa:53 {{
    bind {NODE_ADDRESS}
    errors
    kubernetes {DOMAIN} in-addr.arpa ip6.arpa {{
        kubeconfig {self.kubeconfig("coredns")}
        pods insecure
        ttl 5
    }}
}}
# Any other name does not exist: tests must not depend on what the machine can resolve.
.:53 {{
    bind {NODE_ADDRESS}
    errors
    template ANY ANY . {{
        rcode NXDOMAIN
    }}
}}
"""
