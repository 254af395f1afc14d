"""The toolbox image: one static Go program and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from images import cache, fingerprint, layout
from local_cluster.fault import Fault
from local_cluster.progress import Progress
from local_cluster.shell import run

SOURCE = layout.REPOSITORY / "operator/toolbox"
BUILD = ("go", "build", "-trimpath", "-ldflags", "-s -w")


def sources() -> list[Path]:
    """Everything that decides the binary."""
    return [
        path
        for path in fingerprint.files_under(SOURCE)
        if path.name in {"go.mod", "go.sum"}
        or (path.suffix == ".go" and not path.name.endswith("_test.go"))
    ]


def build(progress: Progress) -> Path:
    """The layer's folder with the binary."""
    if not (SOURCE / "go.mod").exists():
        raise Fault("operator/toolbox has no go.mod.", "Restore the folder with git.")
    compiler = run(
        ["go", "version"], way_out="Install Go as operator/toolbox/go.mod asks for, on PATH."
    ).stdout
    key = fingerprint.of([compiler, *BUILD, layout.machine()], sources(), SOURCE)

    def fill(tree: Path) -> None:
        with progress.step("Build the toolbox (up to 30 s the first time)"):
            run(
                [*BUILD, "-o", tree / layout.TOOLBOX.lstrip("/"), "."],
                way_out="See the compiler's lines above.",
                cwd=SOURCE,
                env={**os.environ, "CGO_ENABLED": "0"},
            )

    return cache.tree("toolbox", key, fill)
