"""Released Rust servers of crates.io: dufs."""

# ruff: noqa: E501 - lines of shell and situations that are clearer on one line

from __future__ import annotations

import os
import subprocess

from ..recorder import Recorder
from .golang import CERTIFICATES, TAKEN, Scenario, together, work
from .python_programs import CACHE
from .web import put

PLACE = CACHE / "rust" / "released"
CRATES = {"dufs": "0.47.0"}


def dufs() -> list[Scenario]:
    www = "mkdir -p /data/www; echo hello >/data/www/index.html\n"
    web = {"ports": [{"containerPort": 5000}]}
    data = {
        **web,
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "files"}}],
    }
    return [
        Scenario("path-missing", "/data/www", "ConfigurationMissing", "the folder to serve is not on the volume", "", pod=data),
        Scenario("port-conflict", "/data/www", "PortConflict", "port 5000 is taken", "", www + TAKEN.format(5000), pod={**data, "hostNetwork": True}),
        Scenario("port-80-as-nobody", "-p 80 /data/www", "PermissionDenied", "port 80 without the capability", "ermission denied", www + "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n", user=65534, pod={**data, "securityContext": {"runAsUser": 65534}}),
        Scenario("flag-unknown", "--allow-uploads /data/www", "ConfigurationInvalid", "a flag is misspelt", "unexpected argument", www, pod=data),
        Scenario("port-not-a-number", "/data/www", "ConfigurationInvalid", "the port was overwritten by a service link", "invalid", www, environment={"DUFS_PORT": "tcp://10.96.4.4:5000"}, pod=data),
        Scenario("auth-invalid", "-a admin /data/www", "ConfigurationInvalid", "an account without password and path", "", www, pod=data),
        Scenario("config-missing", "--config /config/dufs.yaml /data/www", "ConfigurationMissing", "the config map is not mounted", "", www),
        Scenario("config-broken", "--config /config/dufs.yaml /data/www", "ConfigurationInvalid", "the YAML is broken", "", www + put("/config/dufs.yaml", "port: 5000\nauth: [admin"), pod=data),
        Scenario("config-type", "--config /config/dufs.yaml /data/www", "ConfigurationInvalid", "a boolean is a word", "", www + put("/config/dufs.yaml", "port: 5000\nallow-upload: sometimes")),
        Scenario("certificate-missing", "--tls-cert /tls/tls.crt --tls-key /tls/tls.key /data/www", "ConfigurationMissing", "the certificate's secret is not mounted", "", www, pod=data),
        Scenario("key-is-no-key", "--tls-cert /tmp/tls.crt --tls-key /tmp/tls.crt /data/www", "CertificateInvalid", "the certificate was given as the key", "", www + CERTIFICATES, pod=data),
        Scenario("log-file-denied", "--log-file /var/log/dufs/dufs.log /data/www", "PermissionDenied", "the log's folder belongs to root", "", www + "mkdir -p /var/log/dufs; chmod 755 /var/log/dufs\n", user=65534, pod={**data, "securityContext": {"runAsUser": 65534}}),
        Scenario("healthy", "/data/www", "Unknown", "serves; some paths are not found", "Listening on", www, "sleep 1; for i in 1 2 3; do curl -s localhost:5000/secret$i; curl -s localhost:5000/; done", running=True, pod=data),
        Scenario("sigkill", "/data/www", "Unknown", "serves and is killed from outside", "GET", www, "sleep 1; for i in 1 2 3; do curl -s localhost:5000/; curl -s -X PUT -d x localhost:5000/y; done", stop="SIGKILL", pod=web),
    ]  # fmt: skip


def install() -> None:
    for name, version in CRATES.items():
        if not (PLACE / "bin" / name).exists():
            subprocess.run(
                ["nice", "-n", "10", "cargo", "install", "--quiet", "--locked", "--root", str(PLACE), f"{name}@{version}"],
                env={**os.environ, "CARGO_TARGET_DIR": str(CACHE / "rust" / "target-released")}, check=True,
            )  # fmt: skip


def record(recorder: Recorder) -> None:
    install()
    together(
        work(recorder, "dufs", PLACE / "bin" / "dufs", f"crates.io dufs {CRATES['dufs']}", s)
        for s in dufs()
    )
