"""The chart as Helm renders it: what would be sent to a cluster, as plain objects."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
CHART = ROOT / "charts/crashloop-doctor"
NAMESPACE = "crashloop-doctor"
# Without a cluster to ask, Helm would assume a version of its own.
OLDEST_SUPPORTED = "--kube-version=1.30.0"
Object = dict[str, Any]


@functools.cache
def helm() -> str:
    """HELM when given, otherwise the one that hack/cluster builds (minutes the first time)."""
    if given := os.environ.get("HELM"):
        return given
    return subprocess.run(
        [sys.executable, ROOT / "hack/cluster", "tool", "helm"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([helm(), *args], check=False, capture_output=True, text=True)


@functools.cache
def template(*args: str) -> subprocess.CompletedProcess[str]:
    release = ("crashloop-doctor", str(CHART), f"--namespace={NAMESPACE}")
    return run("template", *release, OLDEST_SUPPORTED, *args)


def rendered(*args: str) -> list[Object]:
    """All objects of a release with these arguments for helm template."""
    done = template(*args)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def of_kind(kind: str, *args: str) -> list[Object]:
    return [document for document in rendered(*args) if document["kind"] == kind]


def only(kind: str, *args: str) -> Object:
    (document,) = of_kind(kind, *args)
    return document


def enabled(*switches: str) -> tuple[str, ...]:
    return tuple(f"--set={switch}=true" for switch in switches)
