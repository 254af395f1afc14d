"""Where things lie: built binaries and the cluster's state, all outside the checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# Sockets lie here, not in the cache: a Unix socket's path has at most 107 bytes. It also outlives
# an `rm -rf` of the cache, so that `down` still finds what it has to stop.
RUN: Final = Path("/run/crashloop-doctor")


@dataclass(frozen=True)
class Home:
    """The folders of one user's cluster."""

    root: Path
    run: Path = RUN

    @property
    def binaries(self) -> Path:
        return self.root / "bin"

    @property
    def cluster(self) -> Path:
        """Everything of the present cluster; `down` removes it."""
        return self.root / "cluster"

    @property
    def record(self) -> Path:
        return self.cluster / "cluster.json"

    @property
    def kubeconfig(self) -> Path:
        return self.cluster / "kubeconfig"

    @property
    def logs(self) -> Path:
        return self.cluster / "logs"

    @property
    def certificates(self) -> Path:
        return self.cluster / "certificates"


def find_home() -> Home:
    """The folder that the environment names, or the user's cache."""
    # Resolved, because the kernel's table of mounts knows only real paths.
    named = os.environ.get("CRASHLOOP_DOCTOR_CACHE")
    if named:
        return Home(Path(named).resolve())
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Home(Path(cache).resolve() / "crashloop-doctor")
