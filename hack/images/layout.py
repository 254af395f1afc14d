"""What each image promises: its name, user, entry point, paths and environment.

The Dockerfiles promise the same; tests/unit/images holds both against each other.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

UNPRIVILEGED = "65532:65532"
HOME = "/opt/crashloop-doctor"
LIBRARY = f"{HOME}/lib"
EXECUTABLES = f"{HOME}/bin"
INTERPRETER = "/usr/bin/python3"
TOOLBOX = "/toolbox"
PATIENTS = "/opt/patients"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class Layout:
    """The part of an image's configuration that its users see."""

    name: str
    version: str
    title: str
    entrypoint: tuple[str, ...]
    user: str
    environment: Mapping[str, str] = field(default_factory=dict)
    workdir: str = "/"

    @property
    def reference(self) -> str:
        return f"{self.name}:{self.version}"

    @property
    def labels(self) -> dict[str, str]:
        return {
            "org.opencontainers.image.title": self.title,
            "org.opencontainers.image.version": self.version,
            "org.opencontainers.image.licenses": "Apache-2.0",
        }


def project() -> Mapping[str, object]:
    """The [project] table of pyproject.toml."""
    table: Mapping[str, object] = tomllib.loads(
        (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    return table


def version() -> str:
    return str(project()["version"])


def machine() -> str:
    """The kernel's name of this machine's processor: x86_64, aarch64."""
    return platform.machine()


def operator() -> Layout:
    return Layout(
        name="crashloop-doctor",
        version=version(),
        title="Crashloop Doctor operator",
        entrypoint=("crashloop-doctor",),
        user=UNPRIVILEGED,
        environment={
            "PATH": f"{EXECUTABLES}:{SYSTEM_PATH}",
            "PYTHONPATH": LIBRARY,
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        },
    )


def toolbox() -> Layout:
    return Layout(
        name="crashloop-doctor-toolbox",
        version=version(),
        title="Crashloop Doctor toolbox",
        entrypoint=(TOOLBOX,),
        user=UNPRIVILEGED,
    )


def patients() -> Layout:
    return Layout(
        name="crashloop-doctor-patients",
        version=version(),
        title="Programs that fail on purpose, for Crashloop Doctor's tests",
        entrypoint=(),
        user="0:0",
        environment={
            "PATH": SYSTEM_PATH,
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        },
    )
