"""Ordinary Go services and well-known Go servers, built from the Go module proxy with the local toolchain.

The services of `hack/corpus/sources/golang` use the libraries that people use (net/http, grpc-go, gin, pgx, go-redis,
sarama, zap, zerolog, logrus, slog, klog, viper, golang-migrate, controller-runtime): what fails is the library, and what
is printed is the library's message in the logger's format. The servers (prometheus, caddy, coredns, ...) are the
released modules.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..recorder import Recorder

GO = Path(shutil.which("go") or "/usr/local/go/bin/go")
SOURCES = Path(__file__).resolve().parents[1] / "sources"
BUILT = Path.home() / ".cache" / "crashloop-doctor" / "corpus" / "go"


@dataclass(frozen=True)
class Released:
    """A released Go program: `version` is the module's, `tags` its build tags."""

    name: str
    module: str
    version: str
    package: str = "."
    tags: str = ""
    cgo: bool = False

    @property
    def source(self) -> str:
        return f"Go module {self.module} {self.version}"


SERVERS = {
    server.name: server
    for server in (
        Released("nats-server", "github.com/nats-io/nats-server/v2", "v2.15.2"),
        Released("node_exporter", "github.com/prometheus/node_exporter", "v1.12.1"),
        Released("alertmanager", "github.com/prometheus/alertmanager", "v0.34.2", "./cmd/alertmanager"),
        Released("caddy", "github.com/caddyserver/caddy/v2", "v2.11.9", "./cmd/caddy"),
        Released("consul", "github.com/hashicorp/consul", "v1.22.0"),
        Released("prometheus", "github.com/prometheus/prometheus", "v0.316.0", "./cmd/prometheus", "remove_all_sd"),
        Released("vault", "github.com/hashicorp/vault", "v1.21.4", tags="minimal"),
        Released("terraform", "github.com/hashicorp/terraform", "v1.13.3"),
        Released("traefik", "github.com/traefik/traefik/v3", "v3.7.13", "./cmd/traefik"),
    )
}


def _go(*words: str, folder: Path, **environment: str) -> str:
    return subprocess.run(
        ["nice", "-n", "10", str(GO), *words],
        cwd=folder,
        env={**os.environ, "CGO_ENABLED": "0", **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def released(name: str) -> Path | None:
    """The program's binary, built on the first call; None when the module cannot be had or does not build."""
    server = SERVERS[name]
    binary = BUILT / f"{name}-{server.version}" / name
    if binary.exists():
        return binary
    refused = binary.with_name("refused")
    if refused.exists():
        return None
    binary.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="go-", dir="/var/tmp") as folder:  # noqa: S108
        place = Path(folder) / name
        try:
            got = json.loads(_go("mod", "download", "-json", f"{server.module}@{server.version}", folder=Path(folder)))
            shutil.copytree(got["Dir"], place)
            subprocess.run(["chmod", "-R", "u+w", str(place)], check=True)
            # A module's zip is without its nested modules: a replacement that points to one is dropped.
            for entry in json.loads(_go("mod", "edit", "-json", folder=place)).get("Replace") or []:
                if entry["New"]["Path"].startswith(".") and not (place / entry["New"]["Path"] / "go.mod").exists():
                    _go("mod", "edit", f"-dropreplace={entry['Old']['Path']}", folder=place)
            words = ["build", "-mod=mod", "-trimpath", "-buildvcs=false", "-tags", server.tags, "-o", str(binary)]
            _go(*words, server.package, folder=place, CGO_ENABLED="1" if server.cgo else "0")
        except subprocess.CalledProcessError as fault:
            refused.write_text(f"{fault}\n{fault.stdout or ''}")
            return None
    return binary


def own(name: str, sources: str = "golang", *, cgo: bool = False) -> Path:
    """The binary of `sources/SOURCES/cmd/NAME`, built anew when its sources have changed."""
    folder = SOURCES / sources
    files = sorted(p for p in folder.rglob("*") if p.suffix in {".go", ".mod", ".sum"} or p.parent.name == "sql")
    digest = hashlib.sha256()
    for file in files:
        part = file.relative_to(folder).parts
        if part[0] != "cmd" or part[1] == name:
            digest.update(str(file).encode() + b"\0" + file.read_bytes())
    binary = BUILT / f"{name}-{digest.hexdigest()[:12]}" / name
    if not binary.exists():
        for stale in BUILT.glob(f"{name}-" + "[0-9a-f]" * 12):
            shutil.rmtree(stale)
        words = ["build", "-trimpath", "-buildvcs=false", "-o", str(binary), f"./cmd/{name}"]
        _go(*words, folder=folder, CGO_ENABLED="1" if cgo else "0")
    return binary


def at(binary: Path, place: str = "") -> str:
    """Bash for `prepare`: the binary at /srv/NAME, where every user can start it."""
    place = place or f"/srv/{binary.name}"
    return f"touch {place}; mount --bind {shlex.quote(str(binary))} {place}\n"


def record(recorder: Recorder) -> None:
    pass
