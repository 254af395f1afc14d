"""Build the Go programs from committed modules, once per machine, and find them again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .fault import Fault
from .home import Home
from .lock import hold
from .progress import Progress

KUBERNETES: Final = "v1.35.4"
MODULES: Final = Path(__file__).resolve().parent / "gotools"
NEEDED_BYTES: Final = 5 * 1024**3


@dataclass(frozen=True)
class Recipe:
    """How one binary is built: the module it lies in, the package, and what to expect."""

    module: str
    package: str
    takes: str
    flags: str = ""
    names: tuple[str, ...] = ()


# One module each: one for all would force one version of every shared library on all of them, and
# so other versions than their authors tested (helm and Kubernetes differ in k8s.io/client-go).
RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {
        "node": Recipe(
            "",
            ".",
            "4 to 7 minutes on two cores",
            f"-X k8s.io/component-base/version.gitVersion={KUBERNETES}",
            (
                "kube-apiserver",
                "kube-controller-manager",
                "kube-scheduler",
                "kubelet",
                "kube-proxy",
            ),
        ),
        "etcd": Recipe("etcd", "go.etcd.io/etcd/server/v3", "half a minute"),
        "coredns": Recipe("coredns", "github.com/coredns/coredns", "2 to 3 minutes"),
        "pause": Recipe("pause", ".", "seconds"),
        "helm": Recipe(
            "helm",
            "helm.sh/helm/v4/cmd/helm",
            "2 to 3 minutes",
            "-X helm.sh/helm/v4/internal/version.version=v4.3.1",
        ),
        "helm-unittest": Recipe(
            "helm-unittest", "github.com/helm-unittest/helm-unittest/cmd/helm-unittest", "a minute"
        ),
        "kind": Recipe("kind", "sigs.k8s.io/kind", "half a minute"),
        "kwok": Recipe("kwok", "sigs.k8s.io/kwok/cmd/kwok", "1 to 2 minutes"),
        "kubeconform": Recipe(
            "kubeconform",
            "github.com/yannh/kubeconform/cmd/kubeconform",
            "seconds",
            "-X main.version=v0.8.0",
        ),
        "kubectl": Recipe(
            "kubectl", ".", "a minute", f"-X k8s.io/component-base/version.gitVersion={KUBERNETES}"
        ),
    }
)
FOR_UP: Final = ("etcd", "pause", "node", "coredns")


class Binaries:
    """The built programs in the cache, each in a folder that its sources' hash names."""

    def __init__(self, home: Home, progress: Progress, modules: Path = MODULES) -> None:
        self._home = home
        self._progress = progress
        self._modules = modules

    def find(self, name: str) -> Path:
        """The absolute path of a built program, which is built first if need be."""
        built = self._path(name)
        if not built.exists():
            self.build([name])
        return built

    def missing(self, names: tuple[str, ...] = FOR_UP) -> list[str]:
        return [name for name in names if not self._path(name).exists()]

    def build(self, names: list[str]) -> None:
        """Build those that are not there yet, one after another: each uses every core."""
        with hold(
            self._home.root / "build.lock",
            f"build of {', '.join(names)}",
            self._progress,
            patience=1800,
        ):
            missing = [name for name in names if not self._path(name).exists()]
            if not missing:
                return
            go = self._go()
            require_room(self._home)
            # A build that was killed left its scratch folder; nobody else can be at one now.
            for scratch in self._home.binaries.glob(".building-*"):
                shutil.rmtree(scratch, ignore_errors=True)
            for name in missing:
                self._build(go, name)

    def module(self, name: str) -> Path:
        """The folder of an upstream module's sources (kwok ships its stages there)."""
        recipe = RECIPES[name]
        folder = self._modules / recipe.module
        wanted = recipe.package.split("/cmd/")[0]
        ended = subprocess.run(
            [self._go(), "mod", "download", "-json", wanted],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        found = re.search(r'"Dir": "([^"]+)"', ended.stdout)
        if ended.returncode != 0 or not found:
            raise Fault(f"The sources of {wanted} can't be had: {ended.stderr.strip()[-500:]}")
        return Path(found[1])

    def _path(self, name: str) -> Path:
        return self._home.binaries / f"{name}-{self._key(name)}" / name

    def _key(self, name: str) -> str:
        recipe = RECIPES[name]
        folder = self._modules / recipe.module
        digest = hashlib.sha256(f"{recipe.package} {recipe.flags} {recipe.names}".encode())
        for source in sorted([*folder.glob("*.go"), *folder.glob("go.*")]):
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
        return digest.hexdigest()[:12]

    def _build(self, go: str, name: str) -> None:
        recipe = RECIPES[name]
        target = self._path(name).parent
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as scratch,
            tempfile.TemporaryFile("w+", errors="replace") as said,
        ):
            folder = Path(scratch) / target.name
            folder.mkdir()
            # -buildvcs=false: git refuses to answer root about another user's checkout.
            argv = [go, "build", "-trimpath", "-buildvcs=false"]
            argv += ["-ldflags", f"-s -w {recipe.flags}".strip()]
            text = f"Building {name} from its Go sources (the first time takes {recipe.takes})"
            with self._progress.step(text):
                ended = subprocess.run(
                    [*argv, "-o", str(folder / name), recipe.package],
                    cwd=self._modules / recipe.module,
                    env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            if ended.returncode != 0:
                said.seek(0)
                words = "\n  ".join(said.read().strip().splitlines()[-10:])
                raise Fault(
                    f"The build of {name} failed:\n  {words}",
                    "If a module could not be fetched, check the network and `go env GOPROXY`.",
                )
            for other in recipe.names:
                (folder / other).symlink_to(name)
            shutil.rmtree(target, ignore_errors=True)
            # In one step: a build that is killed leaves nothing that looks finished.
            folder.rename(target)

    def _go(self) -> str:
        go = shutil.which("go")
        if go is None:
            raise Fault(
                "Go is not here, and the cluster's programs are built with it.",
                f"Install Go {self._wanted()} or newer and put it on PATH.",
            )
        # Outside any module, so that an old Go with toolchain switching answers for itself.
        found = subprocess.run(
            [go, "env", "GOVERSION", "GOTOOLCHAIN"],
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
        ).stdout.split()
        version, toolchain = [*found, "", ""][:2]
        older = _numbers(version) < _numbers(self._wanted())
        # Since 1.21 Go fetches the version that a module asks for, unless it is told not to.
        switches = toolchain != "local" and _numbers(version) >= (1, 21)
        if older and not switches:
            raise Fault(
                f"Go at {go} is {version or 'of an unknown version'}, which is too old.",
                f"Install Go {self._wanted()} or newer, or set GOTOOLCHAIN=auto.",
            )
        return go

    def _wanted(self) -> str:
        wanted = "1.25"
        for file in self._modules.glob("**/go.mod"):
            found = re.search(r"^go (\S+)", file.read_text(), re.MULTILINE)
            if found and _numbers(found[1]) > _numbers(wanted):
                wanted = found[1]
        return wanted


def require_room(home: Home) -> None:
    """A Fault when the disk can't hold the builds, or the node's images and data."""
    home.root.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home.root).free
    if free < NEEDED_BYTES:
        raise Fault(
            f"Only {free / 1024**3:.1f} GiB are free at {home.root}; 5 GiB are needed.",
            "Free some space, or set CRASHLOOP_DOCTOR_CACHE to a folder on another disk.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
