"""Bytecode ahead of time: a read-only container cannot write it, and start-up pays for that.

The image's own interpreter compiles, through the image's own loader, so neither the host's Python
nor root rights matter. The files never look at the source's time ("unchecked-hash").
"""

from __future__ import annotations

import os
from pathlib import Path

from local_cluster.fault import Fault
from local_cluster.shell import run


def interpreter(root: Path) -> list[Path | str]:
    """The command that starts the image's Python from outside the image."""
    loaders = sorted(root.glob("usr/lib*/ld-linux-*.so.*"))
    if not loaders:
        raise Fault("The base layer has no dynamic loader.", "Remove the cache's images/layers.")
    libraries = [*root.glob("usr/lib/*-linux-gnu"), root / "usr/lib"]
    paths = ":".join(str(path) for path in libraries)
    return [loaders[0], "--library-path", paths, root / "usr/bin/python3.11"]


def compile_tree(root: Path, tree: Path, place: str) -> None:
    """Compile all below `place` of a layer's folder with the Python of the base layer `root`."""
    run(
        [
            *interpreter(root),
            *("-s", "-m", "compileall", "-q", "-f", "-j", str(os.cpu_count() or 1)),
            *("--invalidation-mode", "unchecked-hash"),
            *("-s", str(tree), "-p", "/"),
            tree / place.lstrip("/"),
        ],
        way_out="A source file does not compile with Python 3.11: see the lines above.",
        env={
            "LANG": "C.UTF-8",
            "PYTHONHOME": str(root / "usr"),
            # Equal sources give equal files; and what the compiler itself imports must not leave
            # files that look at times, which the archive sets to zero.
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
