"""The images as built here: what they promise, and that their content runs without the host's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from images import archive, cache, debian, layout
from local_cluster.progress import Progress

pytestmark = pytest.mark.skipif(
    not debian.is_release(), reason="images are made of Debian 12's packages, on Debian 12"
)
AS_ROOT = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="chroot needs root")

_PROMISES = {
    "operator": layout.operator,
    "toolbox": layout.toolbox,
    "patients": layout.patients,
}


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """The operator image's layers laid over each other, as a container sees them."""
    with cache.scratch() as folder:
        merged = folder / "root"
        for layer in archive.layers("operator", Progress()):
            shutil.copytree(layer, merged, symlinks=True, dirs_exist_ok=True)
        yield merged


def _inside(root: Path, *command: str) -> str:
    """Run a command as the image's user, with the image's environment and nothing of the host."""
    done = subprocess.run(
        ["chroot", f"--userspec={layout.UNPRIVILEGED}", str(root), *command],
        env=dict(layout.operator().environment),
        capture_output=True,
        text=True,
        check=False,
        executable=shutil.which("chroot", path="/usr/sbin:/usr/bin"),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", archive.NAMES)
def test_an_archive_keeps_its_layouts_promises(name: str, tmp_path: Path) -> None:
    made = archive.build(name, Progress(), tmp_path)
    promised = _PROMISES[name]()
    with tarfile.open(made.path) as tar:

        def read(member: str) -> Any:
            content = tar.extractfile(member)
            assert content is not None
            return json.load(content)

        (manifest,) = read("manifest.json")
        settings = read(manifest["Config"])["config"]
    assert made.path.parent == tmp_path
    assert manifest["RepoTags"] == [promised.reference]
    assert settings["User"] == promised.user
    assert settings["WorkingDir"] == promised.workdir
    assert tuple(settings.get("Entrypoint", ())) == promised.entrypoint
    assert settings["Labels"] == promised.labels
    environment = dict(entry.split("=", 1) for entry in settings["Env"])
    assert environment == {"PATH": layout.SYSTEM_PATH, **promised.environment}


@pytest.mark.parametrize("name", archive.NAMES)
def test_an_unchanged_image_is_not_written_again(name: str) -> None:
    first = archive.build(name, Progress())
    written = first.path.stat().st_mtime_ns
    again = archive.build(name, Progress())
    assert not again.fresh
    assert again.path.stat().st_mtime_ns == written


def test_the_toolbox_image_is_one_static_program() -> None:
    (layer,) = archive.layers("toolbox", Progress())
    (program,) = layer.iterdir()
    assert f"/{program.name}" == layout.TOOLBOX
    assert program.stat().st_mode & 0o555 == 0o555
    assert b"/ld-linux" not in program.read_bytes()


@AS_ROOT
def test_every_library_in_the_operator_image_finds_what_it_links_to(root: Path) -> None:
    (loader,) = root.glob("usr/lib*/ld-linux-*.so.*")
    libraries = [
        f"/{path.relative_to(root)}"
        for path in root.rglob("*.so*")
        if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF"
    ]
    assert len(libraries) > 50
    lost = []
    for library in libraries:
        if library.endswith(loader.name):
            continue
        listed = _inside(root, f"/{loader.relative_to(root)}", "--list", library)
        lost += [line for line in listed.splitlines() if "not found" in line]
    assert lost == []


@AS_ROOT
def test_the_operator_and_all_its_dependencies_import_as_the_images_user(root: Path) -> None:
    said = _inside(
        root,
        layout.INTERPRETER,
        "-c",
        "import aiohttp, kopf, kubernetes.client, msgspec, prometheus_client, re2, ssl, yaml\n"
        "import crashloop_doctor\n"
        "from importlib.metadata import version\n"
        "assert re2.search('(?P<word>b+)', 'abbb').group('word') == 'bbb'\n"
        "assert len(ssl.create_default_context().get_ca_certs()) > 100\n"
        "print(version('crashloop-doctor'), crashloop_doctor.__file__)",
    )
    assert said.split() == [layout.version(), f"{layout.LIBRARY}/crashloop_doctor/__init__.py"]


def test_every_module_of_the_operator_image_is_compiled_ahead(root: Path) -> None:
    folders = [root / "usr/lib/python3.11", root / layout.LIBRARY.lstrip("/")]
    sources = [path for folder in folders for path in folder.rglob("*.py")]
    assert len(sources) > 1000
    lacking = [
        path
        for path in sources
        if not (path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc").exists()
    ]
    assert lacking == []


def test_the_bytecode_never_looks_at_its_sources_times(root: Path) -> None:
    # Flags 01: hash-based, not checked. The archive sets all times to zero.
    compiled = list(root.rglob("*.pyc"))
    looking = [path for path in compiled if path.read_bytes()[4:8] != b"\x01\0\0\0"]
    assert looking == []


def test_the_custom_resources_travel_with_the_operator(root: Path) -> None:
    carried = root / layout.LIBRARY.lstrip("/") / "crashloop_doctor/crds"
    assert {path.name for path in carried.glob("*.yaml")} == {
        path.name for path in (layout.REPOSITORY / "crds").glob("*.yaml")
    }


@pytest.mark.parametrize("name", ["crashloop-doctor", "kubectl-crashloop"])
def test_the_executables_are_on_the_path_and_start_the_images_python(root: Path, name: str) -> None:
    script = root / layout.EXECUTABLES.lstrip("/") / name
    assert script.stat().st_mode & 0o555 == 0o555
    interpreter = script.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")
    assert (root / interpreter.lstrip("/")).exists()
    assert layout.operator().environment["PATH"].split(":")[0] == layout.EXECUTABLES


def test_the_operator_image_has_no_shell_package_manager_or_set_user_id_program(
    root: Path,
) -> None:
    unwanted = ("sh", "bash", "dash", "busybox", "apt*", "dpkg*", "pip*", "perl*")
    assert [path for name in unwanted for path in root.glob(f"usr/*bin/{name}")] == []
    programs = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not [path for path in programs if path.stat().st_mode & 0o6000]
