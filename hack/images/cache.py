"""Where finished archives, layers and downloads live between builds."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local_cluster.home import find_home

_KEPT_VERSIONS = 2


def directory() -> Path:
    """The images' part of the cache."""
    return find_home().root / "images"


@contextmanager
def scratch() -> Iterator[Path]:
    """A private folder on the cache's disk, gone afterwards."""
    parent = directory() / "scratch"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tree(kind: str, key: str, fill: Callable[[Path], None]) -> Path:
    """The folder of one layer: kept under its key, filled when it is not there yet.

    It appears by one rename, so a build that dies half-way leaves nothing that looks finished.
    """
    kept = directory() / "layers" / f"{kind}-{key}"
    if kept.is_dir():
        os.utime(kept)
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with scratch() as folder:
        fresh = folder / "tree"
        usual = os.umask(0o022)  # an image's user has to read what a careful builder owns
        try:
            fresh.mkdir()
            fill(fresh)
        finally:
            os.umask(usual)
        try:
            fresh.rename(kept)
        except OSError:
            if not kept.is_dir():  # it is there when a build beside this one was faster
                raise
    _forget(kept.parent, kind, _KEPT_VERSIONS)
    return kept


def _forget(layers: Path, kind: str, spare: int) -> None:
    """Remove all but the last used versions of one kind of layer."""
    length = len(kind) + 1
    versions = [path for path in layers.glob(f"{kind}-*") if "-" not in path.name[length:]]
    for old in sorted(versions, key=lambda path: path.stat().st_mtime)[:-spare]:
        shutil.rmtree(old, ignore_errors=True)
