"""Each image as a docker-archive tar in the cache, written again only when its inputs changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from images import application, base, cache, dependency, fingerprint, layout, patients, toolbox
from images.layout import Layout
from local_cluster import image
from local_cluster.progress import Progress


@dataclass(frozen=True)
class Archive:
    """A finished image."""

    reference: str
    path: Path
    fresh: bool


def _operator_layers(progress: Progress) -> list[Path]:
    root = base.build(progress)
    return [root, dependency.build(root, progress), application.build(root, progress)]


def _toolbox_layers(progress: Progress) -> list[Path]:
    return [toolbox.build(progress)]


def _patients_layers(progress: Progress) -> list[Path]:
    return [base.build(progress), patients.programs(progress), patients.build()]


@dataclass(frozen=True)
class _Recipe:
    layout: Callable[[], Layout]
    layers: Callable[[Progress], Sequence[Path]]


_RECIPES: Mapping[str, _Recipe] = {
    "operator": _Recipe(layout.operator, _operator_layers),
    "toolbox": _Recipe(layout.toolbox, _toolbox_layers),
    "patients": _Recipe(layout.patients, _patients_layers),
}
NAMES = tuple(_RECIPES)


def layers(name: str, progress: Progress) -> Sequence[Path]:
    """An image's layers as folders, lowest first."""
    return _RECIPES[name].layers(progress)


def build(name: str, progress: Progress, output: Path | None = None) -> Archive:
    """Make one image, or find it made; with `output`, a copy of it there."""
    recipe = _RECIPES[name]
    promised = recipe.layout()
    folders = recipe.layers(progress)
    # A layer's folder carries the key of what is in it.
    key = fingerprint.of([repr(promised), *(folder.name for folder in folders)])
    shelf = cache.directory()
    path = shelf / f"{promised.name}-{promised.version}.tar"
    stamp = shelf / f"{path.name}.key"
    fresh = not (path.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == key)
    if fresh:
        stamp.unlink(missing_ok=True)
        with progress.step(f"Write {path.name}"):
            image.write_archive(
                path,
                promised.reference,
                folders,
                entrypoint=promised.entrypoint,
                env=promised.environment,
                user=promised.user,
                workdir=promised.workdir,
                labels=promised.labels,
            )
        stamp.write_text(key, encoding="ascii")
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        path = Path(shutil.copy(path, output))
    return Archive(promised.reference, path, fresh)
