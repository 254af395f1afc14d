"""The engine `given`: a cluster of the caller's own, used only because the caller said so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from .binaries import Binaries
from .engine import Problem
from .engine_kind import reachable, server_version
from .fault import Fault
from .home import Home
from .progress import Progress
from .shell import run


class Given:
    """Somebody's cluster: it is asked, never changed, and never taken down."""

    name = "given"

    def __init__(self, home: Home, progress: Progress, binaries: Binaries) -> None:
        self._home = home
        self._progress = progress
        self._binaries = binaries

    def check_machine(self) -> None:
        named = os.environ.get("KUBECONFIG")
        if not named:
            raise Fault(
                "--use-kubeconfig was given, but KUBECONFIG is not set.",
                "Set KUBECONFIG to the cluster's file, or leave the flag out for a new cluster.",
            )
        trouble = reachable(self._kubectl(), named.split(os.pathsep)[0])
        if trouble:
            raise Fault(
                f"The cluster of KUBECONFIG={named} can't be used: {trouble[0].text}.",
                "Correct KUBECONFIG, or leave --use-kubeconfig out for a new local cluster.",
            )

    def up(self, *, default_backoff: bool) -> None:
        """Keep a copy: the caller may change the context of the original at any time."""
        named = os.environ["KUBECONFIG"].split(os.pathsep)[0]
        flat = run(
            [self._kubectl(), "--kubeconfig", named, "config", "view", "--minify", "--flatten"]
        ).stdout
        self._home.cluster.mkdir(parents=True, exist_ok=True)
        self._home.kubeconfig.touch(mode=0o600)
        self._home.kubeconfig.write_text(flat)
        context = run([self._kubectl(), "--kubeconfig", named, "config", "current-context"]).stdout
        self._progress.say(
            f"Using the caller's own cluster: context {context.strip()} of {named}. Its back-off "
            "and feature gates are as they are."
        )

    def down(self) -> None:
        self._progress.say("The cluster is the caller's own: it is left as it is, only forgotten.")
        shutil.rmtree(self._home.cluster, ignore_errors=True)

    def problems(self) -> list[Problem]:
        return reachable(self._kubectl(), self._home.kubeconfig)

    def load(self, archives: list[Path]) -> list[str]:
        raise Fault(
            "Images can't be loaded into a cluster that was given by its kubeconfig.",
            "Push them to a registry which that cluster reads.",
        )

    def versions(self) -> dict[str, str]:
        return server_version(self._kubectl(), self._home.kubeconfig)

    def node_command(self, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        raise Fault("A given cluster's nodes can't be entered.", "Use kubectl debug node/NAME.")

    def _kubectl(self) -> str:
        return shutil.which("kubectl") or str(self._binaries.find("kubectl"))
