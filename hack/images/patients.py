"""The layers of the patients: Python's base, nginx, a shell for people, and tests/patients."""

from __future__ import annotations

import shutil
from pathlib import Path

from images import cache, debian, fingerprint, layout
from local_cluster.progress import Progress

PACKAGES = ("busybox-static", "libpcre2-8-0", "nginx", "nginx-common")
SOURCE = layout.REPOSITORY / "tests/patients"
_APPLETS = ("sh", "cat", "kill", "ls", "ps", "rm", "sleep", "stat", "wget")
_NOT_IN_THE_IMAGE = {"manifests", "manifest.py", "killing.py"}


def programs(progress: Progress) -> Path:
    """nginx and busybox, laid over the base layer."""
    packages = debian.locate(PACKAGES, progress)
    recipe = (Path(__file__), Path(debian.__file__))
    key = fingerprint.of([repr(packages)], recipe)

    def fill(tree: Path) -> None:
        debs = debian.fetch(PACKAGES, packages, progress)
        with progress.step(f"Unpack {len(debs)} Debian packages"):
            for deb in debs:
                debian.unpack(deb, tree)
            for applet in _APPLETS:
                (tree / "usr/bin" / applet).symlink_to("busybox")
            for folder in ("var/lib/nginx", "var/log/nginx"):
                (tree / folder).mkdir(parents=True, exist_ok=True)
            debian.prune_empty(tree)

    return cache.tree("patients-programs", key, fill)


def sources() -> list[Path]:
    """The files of tests/patients that the image carries."""
    return [
        path
        for path in fingerprint.files_under(SOURCE)
        if path.relative_to(SOURCE).parts[0] not in _NOT_IN_THE_IMAGE
    ]


def build() -> Path:
    """The layer with this repository's own patients."""
    key = fingerprint.of([layout.PATIENTS], (*sources(), Path(__file__)), layout.REPOSITORY)

    def fill(tree: Path) -> None:
        for path in sources():
            target = tree / layout.PATIENTS.lstrip("/") / path.relative_to(SOURCE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            target.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)

    return cache.tree("patients", key, fill)
