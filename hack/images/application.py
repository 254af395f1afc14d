"""The layer of our own package, as pip builds it from this checkout."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from images import bytecode, cache, dependency, fingerprint, layout
from local_cluster.fault import Fault
from local_cluster.progress import Progress
from local_cluster.shell import run

_EPOCH = "315532800"  # 1980, the oldest time a zip file can hold
_SCRIPT = """\
#!{interpreter}
import sys

from {module} import {function}

if __name__ == "__main__":
    sys.exit({function}())
"""


def sources() -> list[Path]:
    """Every file that goes into the wheel."""
    top = layout.REPOSITORY
    named = [top / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    folders = [top / "operator/crashloop_doctor", top / "crds"]
    return [*named, *(path for folder in folders for path in fingerprint.files_under(folder))]


def scripts() -> dict[str, str]:
    """The console scripts of pyproject.toml, for the image's interpreter."""
    declared = layout.project()["scripts"]
    assert isinstance(declared, Mapping)
    made = {}
    for name, target in declared.items():
        module, _, function = str(target).partition(":")
        made[str(name)] = _SCRIPT.format(
            interpreter=layout.INTERPRETER, module=module, function=function
        )
    return made


def build(root: Path, progress: Progress) -> Path:
    """The layer's folder; `root` is the base layer, whose Python compiles."""
    missing = [path for path in sources() if not path.exists()]
    if missing:
        raise Fault(
            f"The checkout lacks {', '.join(path.name for path in missing)}.",
            "Restore it with git.",
        )
    recipe = fingerprint.of([layout.INTERPRETER], (Path(__file__), Path(bytecode.__file__)))
    key = fingerprint.of([recipe], sources(), layout.REPOSITORY)

    def fill(tree: Path) -> None:
        library = tree / layout.LIBRARY.lstrip("/")
        executables = tree / layout.EXECUTABLES.lstrip("/")
        for folder in (library, executables):
            folder.mkdir(parents=True)
        with progress.step("Build the crashloop-doctor wheel"), cache.scratch() as folder:
            run(
                [
                    *dependency.pip(),
                    *("wheel", "--quiet", "--no-deps", "--wheel-dir", folder, layout.REPOSITORY),
                ],
                way_out="See the lines above; the build needs hatchling from the package index.",
                env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
            )
            (wheel,) = folder.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(library)
            for name, text in scripts().items():
                script = executables / name
                script.write_text(text, encoding="utf-8")
                script.chmod(0o755)
            bytecode.compile_tree(root, tree, layout.LIBRARY)

    return cache.tree("application", key, fill)
