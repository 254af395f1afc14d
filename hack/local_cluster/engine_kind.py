"""The engine `kind`: a cluster in the containers of Docker, Podman or nerdctl."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .binaries import Binaries
from .engine import Problem
from .fault import Fault
from .home import CHECKOUT, Home
from .progress import Progress
from .shell import quiet, run

ENGINES: Final = ("docker", "podman", "nerdctl")
CLUSTER: Final = "crashloop-doctor"
CONFIG: Final = CHECKOUT / "hack" / "kind.yaml"
_SHORT_BACKOFF: Final = re.compile(
    r"^\s*# begin short back-off\n.*?# end short back-off\n", re.M | re.S
)


def container_engine() -> str:
    """The first engine that works; a client without its daemon does not. Empty if none does."""
    for engine in ENGINES:
        if shutil.which(engine) and quiet([engine, "info"], timeout=15):
            return engine
    return ""


class Kind:
    """A cluster by kind, with the same settings as the local node's where kind has them."""

    name = "kind"

    def __init__(self, home: Home, progress: Progress, binaries: Binaries) -> None:
        self._home = home
        self._progress = progress
        self._binaries = binaries

    def check_machine(self) -> None:
        if not container_engine():
            raise Fault(
                "No container engine answers: docker, podman and nerdctl were tried with `info`.",
                "Start one of them, or as root on Linux use hack/cluster up --engine local.",
            )

    def up(self, *, default_backoff: bool) -> None:
        config = self._home.cluster / "kind.yaml"
        config.parent.mkdir(parents=True, exist_ok=True)
        text = CONFIG.read_text()
        config.write_text(_SHORT_BACKOFF.sub("", text) if default_backoff else text)
        if self._exists():
            # Its record is lost, so nothing is known of how it was made.
            self._progress.say(f"kind has a cluster named {CLUSTER} already: replacing it.")
            self._kind(["delete", "cluster", "--name", CLUSTER])
        with self._progress.step("Starting a cluster with kind"):
            self._kind(
                [
                    *("create", "cluster", "--name", CLUSTER, "--config", str(config)),
                    *("--kubeconfig", str(self._home.kubeconfig), "--wait", "180s"),
                ]
            )

    def down(self) -> None:
        with self._progress.step("Removing the kind cluster"):
            self._kind(
                [
                    *("delete", "cluster", "--name", CLUSTER),
                    *("--kubeconfig", str(self._home.kubeconfig)),
                ]
            )
            shutil.rmtree(self._home.cluster, ignore_errors=True)

    def problems(self) -> list[Problem]:
        if not container_engine():
            return [Problem("no container engine answers")]
        if not self._exists():
            return [Problem(f"kind knows no cluster named {CLUSTER}")]
        return reachable(self._kubectl(), self._home.kubeconfig)

    def load(self, archives: list[Path]) -> list[str]:
        for archive in archives:
            self._kind(["load", "image-archive", str(archive.absolute()), "--name", CLUSTER])
        return [archive.name for archive in archives]

    def versions(self) -> dict[str, str]:
        return server_version(self._kubectl(), self._home.kubeconfig)

    def node_command(self, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        engine = container_engine()
        return [engine, "exec", "--interactive", f"{CLUSTER}-control-plane", *words], {}

    def _exists(self) -> bool:
        return CLUSTER in self._kind(["get", "clusters"]).split()

    def _kubectl(self) -> str:
        return shutil.which("kubectl") or str(self._binaries.find("kubectl"))

    def _kind(self, words: Sequence[str]) -> str:
        engine = container_engine()
        # kind tries Docker first unless it is told otherwise.
        env = dict(os.environ)
        if engine in ("podman", "nerdctl"):
            env["KIND_EXPERIMENTAL_PROVIDER"] = engine
        program = shutil.which("kind") or str(self._binaries.find("kind"))
        return run([program, *words], env=env).stdout


def reachable(kubectl: str, kubeconfig: Path | str) -> list[Problem]:
    """What is wrong with a cluster that is only known by its kubeconfig."""
    argv = [kubectl, "--kubeconfig", str(kubeconfig), "--request-timeout=10s"]
    asked = run([*argv, "get", "--raw", "/readyz"], check=False, timeout=30)
    if asked.returncode != 0:
        said = (asked.stderr.strip().splitlines() or ["no reason given"])[-1]
        return [Problem(f"the API server does not answer: {said}", passing=True)]
    state = "{range .items[*]}{.status.conditions[?(@.type=='Ready')].status} {end}"
    nodes = run([*argv, "get", "nodes", "-o", f"jsonpath={state}"], check=False, timeout=30)
    if nodes.returncode == 0 and "True" not in nodes.stdout.split():
        return [Problem("no node is Ready", passing=True)]
    return []


def server_version(kubectl: str, kubeconfig: Path | str) -> dict[str, str]:
    asked = run(
        [
            kubectl,
            "--kubeconfig",
            str(kubeconfig),
            "--request-timeout=10s",
            "get",
            "--raw",
            "/version",
        ],
        check=False,
        timeout=30,
    )
    found = re.search(r'"gitVersion": *"([^"]+)"', asked.stdout)
    return {"Kubernetes": found[1]} if found else {}
