"""What a figure was measured on. Never a host name or a path: results are published."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess

from .installation import ROOT

PACKAGES = ("aiohttp", "google-re2", "kopf", "msgspec")


def cores() -> int:
    """Those this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0))


def facts() -> dict[str, str]:
    """Name and value, in the order in which a reader asks for them."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": str(cores()),
        "memory": f"{memory / 2**30:.1f} GiB",
        "processor": _processor(),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "commit": _commit(),
    }


def load() -> float:
    """Processes that wanted to run in the last minute; figures from a busy machine say so."""
    return os.getloadavg()[0]


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()

    # Documents and results change no figure.
    changed = git("status", "--porcelain", "--", "operator", "charts", "crds", "hack", "tests")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (
        " with changes that are not committed" if changed else ""
    )
