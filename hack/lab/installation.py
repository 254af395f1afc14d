"""Images loaded, the chart installed with helm: what a user does, done for the local cluster."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .kubectl import Kubectl, LabFault

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "crashloop-doctor"
RELEASE = "crashloop-doctor"
NAMESPACE = "crashloop-doctor"


def cluster(*words: str, quiet: bool = True) -> str:
    """Runs hack/cluster. Raises LabFault; its progress goes to stderr."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "hack" / "cluster"), *words],
        stdout=subprocess.PIPE,
        stderr=None if not quiet else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LabFault(f"hack/cluster {' '.join(words)} failed: {(done.stderr or '')[-2000:]}")
    return done.stdout.strip()


def build_and_load(*, quiet: bool = True) -> None:
    """Builds the three images (minutes the first time) and brings them onto the node."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "hack" / "build-images")],
        stdout=subprocess.PIPE,
        stderr=None if not quiet else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LabFault(f"hack/build-images failed: {(done.stderr or '')[-3000:]}")
    archives = [word for word in done.stdout.split() if word.endswith(".tar")]
    cluster("load-image", *archives, quiet=quiet)


def install(kubectl: Kubectl, values: dict[str, Any] | None = None) -> None:
    """`helm upgrade --install` with nothing but the given values, and waits until the doctor is ready."""
    command = [
        cluster("tool", "helm"), "upgrade", "--install", RELEASE, str(CHART),
        "--namespace", NAMESPACE, "--create-namespace", "--reset-values",
        # Tests apply the CRDs with kubectl: in the lab the chart takes them over.
        "--take-ownership", "--force-conflicts",
        "--wait", "--timeout", "120s",
    ]  # fmt: skip
    for key, value in (values or {}).items():
        command += ["--set-json", f"{key}={json.dumps(value)}"]
    done = subprocess.run(
        command, env=kubectl.environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pods = kubectl.within(NAMESPACE).run("describe", "pods", check=False)[-3000:]
        raise LabFault(f"helm failed: {done.stderr.strip()}\n{pods}")


def uninstall(kubectl: Kubectl) -> None:
    subprocess.run(
        [cluster("tool", "helm"), "uninstall", RELEASE, "--namespace", NAMESPACE, "--wait"],
        env=kubectl.environment,
        capture_output=True,
        check=False,
    )


def doctor_pods(kubectl: Kubectl) -> list[Any]:
    selector = "app.kubernetes.io/name=crashloop-doctor"
    return kubectl.within(NAMESPACE).items("pods", "--selector", selector)
