"""Install Debian packages without questions and without starting their services."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .fault import Fault
from .progress import Progress

FOR_NODE: Final = (
    "busybox-static",
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "iproute2",
    "iptables",
    "openssl",
    "runc",
    "socat",
)
LISTS: Final = Path("/var/lib/apt/lists")
_GUARD: Final = Path("/usr/sbin/policy-rc.d")
_MARK: Final = "# temporary, by crashloop-doctor's hack/cluster"


def ensure(names: Iterable[str], progress: Progress | None = None) -> None:
    """Make sure that these Debian packages are installed; at once when they are."""
    missing = absent(names)
    if not missing:
        return
    by_hand = f"Install them yourself: apt-get install {' '.join(missing)}"
    if shutil.which("apt-get") is None:
        raise Fault(
            f"These packages are needed, and there is no apt-get here: {', '.join(missing)}.",
            "Use Debian or Ubuntu, or a machine with Docker (hack/cluster up --engine kind).",
        )
    if os.geteuid() != 0:
        raise Fault(f"Only root can install {', '.join(missing)}.", by_hand)
    telling = progress or Progress()
    with telling.step(f"Installing from Debian: {', '.join(missing)}"), _no_services():
        fresh = not any(LISTS.glob("*_Packages*"))
        if fresh:
            _apt(["update"])
        # --no-install-recommends: containerd's would bring criu and twenty packages more.
        # --no-remove: where Docker's own containerd.io is installed, ours would push it out.
        install = ["install", "--yes", "--no-remove", "--no-install-recommends", *missing]
        ended = _apt(install)
        if ended.returncode != 0 and not fresh:
            # Old lists name package versions that the mirror no longer has.
            _apt(["update"])
            ended = _apt(install)
    if ended.returncode != 0 or absent(missing):
        said = "\n  ".join((ended.stderr or ended.stdout).strip().splitlines()[-6:])
        raise Fault(f"apt-get could not install {', '.join(missing)}:\n  {said}", by_hand)


def absent(names: Iterable[str]) -> list[str]:
    """Those of the packages that are not fully installed."""
    wanted = sorted(set(names))
    if shutil.which("dpkg-query") is None:
        return wanted
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n", *wanted],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    there = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in there]


def _apt(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *words],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1", "LC_ALL": "C"},
    )


@contextmanager
def _no_services(guard: Path = _GUARD) -> Iterator[None]:
    """Forbid package scripts to start daemons, unless the machine has a rule of its own."""
    remove_guard(guard)
    if guard.exists():
        yield
        return
    guard.write_text(f"#!/bin/sh\n{_MARK}\nexit 101\n")
    guard.chmod(0o755)
    try:
        yield
    finally:
        remove_guard(guard)


def remove_guard(guard: Path = _GUARD) -> None:
    """Remove our own rule, also one that an `up` left behind when it was killed."""
    try:
        if _MARK in guard.read_text():
            guard.unlink()
    except OSError:
        pass
