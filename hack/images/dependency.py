"""The layer of third-party wheels: exactly requirements.lock, with hashes, for Debian's Python."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from images import base, bytecode, cache, fingerprint, layout
from local_cluster.fault import Fault
from local_cluster.progress import Progress
from local_cluster.shell import run

LOCK = layout.REPOSITORY / "requirements.lock"
_GLIBC_MINORS = range(36, 4, -1)  # bookworm has glibc 2.36


def pip() -> list[str | Path]:
    """A pip to install with; which Python it belongs to does not matter."""
    own = layout.REPOSITORY / ".venv/bin/python"
    if own.exists() and any(own.parent.glob("pip*")):
        return [own, "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    raise Fault(
        "There is no pip on this machine.", "Run `python3 -m venv .venv` in the repository."
    )


def _tags() -> list[str]:
    machine = layout.machine()
    names = [f"manylinux_2_{minor}_{machine}" for minor in _GLIBC_MINORS]
    words: list[str] = []
    for name in [*names, f"manylinux2014_{machine}", f"linux_{machine}"]:
        words += ["--platform", name]
    return [*words, "--python-version", "3.11", "--implementation", "cp"]


def build(root: Path, progress: Progress) -> Path:
    """The layer's folder; `root` is the base layer, whose Python compiles."""
    recipe = (LOCK, Path(__file__), Path(bytecode.__file__), Path(base.__file__))
    key = fingerprint.of(_tags(), recipe)

    def fill(tree: Path) -> None:
        library = tree / layout.LIBRARY.lstrip("/")
        library.mkdir(parents=True)
        with progress.step("Install the locked wheels (about 10 s)"):
            run(
                [
                    *pip(),
                    *("install", "--quiet", "--no-compile", "--no-deps", "--require-hashes"),
                    "--only-binary=:all:",
                    *_tags(),
                    *("--target", library, "--requirement", LOCK),
                ],
                way_out="See whether requirements.lock has a wheel for Python 3.11 on this processor, "
                "and whether the package index answers.",
            )
            # Console scripts name the host's Python; nothing in the image calls them.
            shutil.rmtree(library / "bin", ignore_errors=True)
        with progress.step("Compile the wheels (about 10 s)"):
            bytecode.compile_tree(root, tree, layout.LIBRARY)

    return cache.tree("dependencies", key, fill)
