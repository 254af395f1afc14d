"""Write container images as docker-archive tars, without a container engine or a registry.

    write_archive(
        Path("/tmp/toolbox.tar"),
        "crashloop-doctor/toolbox:dev",
        [Path("/tmp/root")],             # folders or tars, lowest first
        entrypoint=["/toolbox"],
        user="65532:65532",
    )

`hack/cluster load-image /tmp/toolbox.tar` then puts it into the node, where a pod uses it with
`imagePullPolicy: IfNotPresent`. The same input gives the same bytes: entries are sorted, and every
time is SOURCE_DATE_EPOCH or 0.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import platform
import re
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from .fault import Fault

_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_REFERENCE: Final = re.compile(
    r"(?:[a-zA-Z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*:[\w][\w.-]{0,127}"
)
_GZIP: Final = b"\x1f\x8b"


def write_archive(
    path: Path,
    reference: str,
    layers: Sequence[Path],
    *,
    entrypoint: Sequence[str] = (),
    cmd: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    user: str = "",
    workdir: str = "",
    labels: Mapping[str, str] | None = None,
    keep_owners: bool = False,
    architecture: str | None = None,
) -> str:
    """Write one image to `path` and return its ID (`sha256:...` of its configuration).

    Args:
        path: the archive; replaced in one step, so that no reader sees half of it.
        reference: `name:tag`. The tag must not be `latest`: the kubelet always pulls that one.
        layers: each a folder (its content becomes `/`) or a tar, gzipped or not; lowest first.
        env: environment variables; PATH has the usual default.
        user: `uid`, `uid:gid` or a name from the image's /etc/passwd; empty is root.
        keep_owners: take a folder's uids and gids as they are
            instead of giving everything to root. Tars are taken as they are in any case.
        architecture: Go's name of it; the machine's own by default.
    """
    if not _REFERENCE.fullmatch(reference):
        raise Fault(
            f"'{reference}' is no image reference with a tag.",
            "Write it as name:tag, for example crashloop-doctor/toolbox:dev.",
        )
    if reference.endswith(":latest"):
        raise Fault(
            f"'{reference}' has the tag latest, which a kubelet tries to pull at every start.",
            "Give it another tag, for example :dev.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as scratch:
        written = [
            _layer(layer, Path(scratch) / f"{number}.tar", keep_owners=keep_owners)
            for number, layer in enumerate(layers)
        ]
        config = _encode(
            {
                "architecture": architecture or _architecture(),
                "os": "linux",
                "created": datetime.fromtimestamp(_epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "config": _config(entrypoint, cmd, env or {}, user, workdir, labels or {}),
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{d}" for d, _ in written]},
                "history": [{"created_by": f"layer {number}"} for number, _ in enumerate(written)],
            }
        )
        identity = hashlib.sha256(config).hexdigest()
        manifest = _encode(
            [
                {
                    "Config": f"{identity}.json",
                    "RepoTags": [reference],
                    "Layers": [f"{digest}.tar" for digest, _ in written],
                }
            ]
        )
        finished = Path(scratch) / "archive"
        with tarfile.open(finished, "w", format=tarfile.GNU_FORMAT) as archive:
            _add_bytes(archive, f"{identity}.json", config)
            # Two equal layers are one file: a second entry of that name would only cost space.
            for digest, tar in dict(written).items():
                info = _entry(f"{digest}.tar", tar.stat().st_size)
                with tar.open("rb") as content:
                    archive.addfile(info, content)
            _add_bytes(archive, "manifest.json", manifest)
        finished.replace(path)
    return f"sha256:{identity}"


def write_layer(folder: Path, path: Path, *, keep_owners: bool = False) -> None:
    """Write a folder's content as a deterministic tar, for a layer that several images share."""
    with path.open("wb") as target:
        _write_tar(folder, target, keep_owners=keep_owners)


def _layer(source: Path, target: Path, *, keep_owners: bool) -> tuple[str, Path]:
    """Return the layer's digest and the uncompressed tar that has it."""
    if source.is_dir():
        write_layer(source, target, keep_owners=keep_owners)
    elif source.is_file():
        with source.open("rb") as file:
            packed = file.read(2) == _GZIP
        if not packed:
            return _digest(source), source
        # The layer's ID is the digest of the tar itself, so it can't stay compressed here.
        with gzip.open(source, "rb") as content, target.open("wb") as plain:
            shutil.copyfileobj(content, plain)
    else:
        raise Fault(f"The layer {source} is neither a folder nor a tar.", "Build it first.")
    return _digest(target), target


def _write_tar(folder: Path, target: IO[bytes], *, keep_owners: bool) -> None:
    seen: dict[tuple[int, int], str] = {}
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, found in _walk(folder):
            info = archive.gettarinfo(str(found), arcname=name)
            # A listening socket is no content, and tar has no entry for one.
            if info is None:
                continue
            info.mtime = _epoch()
            # Names differ from machine to machine; numbers are what the kernel reads.
            info.uname = info.gname = ""
            if not keep_owners:
                info.uid = info.gid = 0
            state = found.lstat()
            if stat.S_ISREG(state.st_mode):
                # gettarinfo finds a hard link only if it met the first name before in this very
                # archive object; say it ourselves, so that the order of names alone decides.
                first = seen.setdefault((state.st_dev, state.st_ino), name)
                if first != name:
                    info.type, info.linkname, info.size = tarfile.LNKTYPE, first, 0
                    archive.addfile(info)
                    continue
                info.type, info.size = tarfile.REGTYPE, state.st_size
                with found.open("rb") as content:
                    archive.addfile(info, content)
            else:
                archive.addfile(info)


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        names = [name for name in folders if (Path(parent) / name).is_symlink()] + files
        here = Path(parent)
        if here != folder:
            yield here.relative_to(folder).as_posix(), here
        for name in sorted(names):
            found = here / name
            yield found.relative_to(folder).as_posix(), found


def _config(
    entrypoint: Sequence[str],
    cmd: Sequence[str],
    env: Mapping[str, str],
    user: str,
    workdir: str,
    labels: Mapping[str, str],
) -> dict[str, object]:
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    whole: dict[str, object] = {
        "Env": [f"{name}={value}" for name, value in sorted({"PATH": path, **env}.items())],
        "Entrypoint": list(entrypoint),
        "Cmd": list(cmd),
        "User": user,
        "WorkingDir": workdir,
        "Labels": dict(sorted(labels.items())),
    }
    return {name: value for name, value in whole.items() if value}


def _architecture() -> str:
    machine = platform.machine()
    return _ARCHITECTURES.get(machine, machine)


def _epoch() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def _encode(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, _epoch()
    return info


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_entry(name, len(content)), io.BytesIO(content))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
