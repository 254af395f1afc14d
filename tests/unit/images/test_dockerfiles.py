"""The Dockerfiles promise what hack/build-images builds."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import dockerfile
import pytest

from images import application, base, layout, toolbox

OPERATOR = layout.REPOSITORY / "Dockerfile"
TOOLBOX = layout.REPOSITORY / "operator/toolbox/Dockerfile"
BOTH = pytest.mark.parametrize(
    ("path", "promised"), [(OPERATOR, layout.operator), (TOOLBOX, layout.toolbox)]
)


@BOTH
def test_the_final_stage_promises_the_built_layout(
    path: Path, promised: Callable[[], layout.Layout]
) -> None:
    final = dockerfile.read(path)[-1]
    built = promised()
    assert final.user == built.user
    assert final.workdir == built.workdir
    assert final.entrypoint == built.entrypoint
    assert final.environment == dict(built.environment)
    assert final.labels == built.labels


def test_the_operators_files_come_to_the_same_folder() -> None:
    build, final = dockerfile.read(OPERATOR)
    assert final.copied == [layout.HOME]
    assert f"--target {layout.LIBRARY} " in " ".join(build.commands)
    assert f" {layout.EXECUTABLES}/" in " ".join(build.commands)
    for name in application.scripts():
        assert f"/own/bin/{name} " in " ".join(build.commands)


def test_the_operators_base_is_the_release_of_the_packages() -> None:
    build, final = dockerfile.read(OPERATOR)
    assert build.base == final.base == "debian:bookworm-slim"
    assert "python3.11-minimal" in base.PACKAGES


def test_the_wheels_are_held_to_their_hashes() -> None:
    (install,) = (
        command
        for command in dockerfile.read(OPERATOR)[0].commands
        if "requirements.lock" in command
    )
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(shlex.split(install))


def test_the_toolbox_is_compiled_with_the_same_flags() -> None:
    build, final = dockerfile.read(TOOLBOX)
    (command,) = build.commands
    assert command == f"CGO_ENABLED=0 {shlex.join(toolbox.BUILD)} -o {layout.TOOLBOX} .".replace(
        "'", '"'
    )
    assert (final.base, final.copied) == ("scratch", [layout.TOOLBOX])


def test_the_toolboxs_compiler_is_new_enough_for_its_module() -> None:
    module = (toolbox.SOURCE / "go.mod").read_text(encoding="utf-8")
    asked = re.search(r"(?m)^go (\d+)\.(\d+)", module)
    offered = re.match(r"golang:(\d+)\.(\d+)-", dockerfile.read(TOOLBOX)[0].base)
    assert asked is not None
    assert offered is not None
    assert tuple(map(int, offered.groups())) >= tuple(map(int, asked.groups()))
