"""Debian packages without a package manager's database: located, fetched, checked, unpacked.

The packages come from the host's own configured sources, so the host has to be the release that
the images are made of. apt verifies the signed lists; each file is held against the SHA-256 that
these lists name.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from subprocess import DEVNULL, PIPE

from images import cache
from local_cluster.fault import Fault
from local_cluster.progress import Progress
from local_cluster.shell import run

RELEASE = "bookworm"

_BLOCK = 65536
_LOCATION = re.compile(r"^'[^']*' (?P<file>\S+) (?P<size>\d+) SHA256:(?P<sha256>[0-9a-f]{64})$")
_MERGED = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}
_LEFT_OUT = (
    "usr/share/doc/*/[!c]*",
    "usr/share/doc/*/c[!o]*",
    "usr/share/doc-base/*",
    "usr/share/man/*",
    "usr/share/info/*",
    "usr/share/locale/*",
    "usr/share/lintian/*",
    "usr/share/bash-completion/*",
    "usr/share/bug/*",
    "usr/share/menu/*",
    "usr/share/gcc/*",
    "usr/share/gdb/*",
    "usr/share/base-files/*",
    "usr/lib/*/gconv/*",
    "usr/lib/*/perl-base/*",
    "etc/init.d/*",
    "etc/logrotate.d/*",
    "etc/update-motd.d/*",
    "usr/lib/systemd/*",
)


@dataclass(frozen=True)
class Package:
    """One package file as the signed lists describe it."""

    file: str
    sha256: str


def _host() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def is_release() -> bool:
    """Whether this host's packages are those that the images are made of."""
    return _host().get("VERSION_CODENAME") == RELEASE


def require_release() -> None:
    """Stop early on another distribution: its packages would make another image."""
    here = _host()
    if not is_release():
        raise Fault(
            f"Images are made from Debian {RELEASE}'s packages, "
            f"and this host is {here.get('PRETTY_NAME', 'not Debian')}.",
            f"Build on Debian {RELEASE}, or build the Dockerfiles with a container engine.",
        )


def _locations(names: Sequence[str]) -> list[Package]:
    listed = run(["apt-get", "download", "--print-uris", *names], check=False)
    found = [_LOCATION.match(line) for line in listed.stdout.splitlines()]
    packages = [Package(hit["file"], hit["sha256"]) for hit in found if hit]
    return packages if listed.returncode == 0 and len(packages) == len(names) else []


def locate(names: Sequence[str], progress: Progress) -> tuple[Package, ...]:
    """Each package's current version; the package lists are fetched first if there are none."""
    require_release()
    packages = _locations(names)
    if not packages:
        with progress.step("Fetch the package lists"):
            run(["apt-get", "update"], way_out="Run `apt-get update` as root and try again.")
        packages = _locations(names)
    if not packages:
        raise Fault(
            f"apt does not know all of: {' '.join(names)}.",
            "Run `apt-get update` as root, then `apt-cache policy` with these names.",
        )
    return tuple(sorted(packages, key=lambda package: package.file))


def fetch(names: Sequence[str], packages: Iterable[Package], progress: Progress) -> list[Path]:
    """The package files, downloaded once and checked each time."""
    shelf = cache.directory() / "debian"
    shelf.mkdir(parents=True, exist_ok=True)
    wanted = list(packages)
    if any(not (shelf / package.file).exists() for package in wanted):
        with progress.step(f"Download {len(wanted)} Debian packages"), cache.scratch() as folder:
            folder.chmod(0o777)  # apt drops to its own user for downloads
            run(
                ["apt-get", "download", *names],
                way_out="Run `apt-get update` as root: the lists may name files that are gone.",
                cwd=folder,
            )
            for deb in folder.glob("*.deb"):
                shutil.move(deb, shelf / deb.name)
    for package in wanted:
        deb = shelf / package.file
        if not deb.exists() or hashlib.sha256(deb.read_bytes()).hexdigest() != package.sha256:
            deb.unlink(missing_ok=True)
            raise Fault(
                f"{package.file} is not what the package lists describe.",
                "Run `apt-get update` as root and build again.",
            )
    return [shelf / package.file for package in wanted]


def merged(name: str) -> str | None:
    """A member's place under /usr (bookworm's layout), or None for what stays out."""
    path = PurePosixPath(name)
    parts = path.parts
    if parts and parts[0] in _MERGED:
        parts = ("usr", *parts)
    place = "/".join(parts)
    if not place or any(fnmatch.fnmatchcase(place, pattern) for pattern in _LEFT_OUT):
        return None
    return place


def unpack(deb: Path, root: Path) -> None:
    """Lay one package's files into a root folder and note the package for scanners.

    Maintainer scripts do not run. /var/lib/dpkg/status.d is where scanners of images without a
    package manager look.
    """
    command = ["dpkg-deb", "--fsys-tarfile", str(deb)]
    try:
        with subprocess.Popen(command, stdout=PIPE, stderr=DEVNULL) as reader:
            assert reader.stdout is not None
            with tarfile.open(fileobj=reader.stdout, mode="r|") as archive:
                for member in archive:
                    place = merged(member.name)
                    if place is not None:
                        _lay(archive, member, place, root)
            while reader.stdout.read(_BLOCK):  # padding after the last member
                pass
    except FileNotFoundError as missing:
        raise Fault("dpkg-deb is not on this machine.", "Build on Debian.") from missing
    except tarfile.TarError as broken:
        raise Fault(f"{deb.name} cannot be read.", f"Remove {deb} and build again.") from broken
    if reader.returncode:
        raise Fault(f"{deb.name} cannot be read.", f"Remove {deb} and build again.")
    control = run(["dpkg-deb", "--field", deb], way_out=f"Remove {deb} and build again.").stdout
    note = root / "var/lib/dpkg/status.d" / deb.name.partition("_")[0]
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(control, encoding="utf-8")


def _lay(archive: tarfile.TarFile, member: tarfile.TarInfo, place: str, root: Path) -> None:
    target = root / place
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(member.mode)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if member.issym():
        target.symlink_to(member.linkname)
    elif member.islnk():
        source = merged(member.linkname)
        if source is not None:
            os.link(root / source, target)
    elif member.isfile():
        content = archive.extractfile(member)
        assert content is not None
        with target.open("wb") as out:
            shutil.copyfileobj(content, out)
        target.chmod(member.mode & 0o1777)  # no set-user-ID program in any image


def prune_empty(root: Path) -> None:
    """Remove the folders that only held left-out files."""
    shares = root / "usr/share"
    for folder in sorted(shares.rglob("*"), reverse=True):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()
