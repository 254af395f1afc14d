"""The files of a dump, one after the other, from a folder, an archive or a single stream: nothing is ever written.

Everything in it is a stranger's: links, devices and names that climb out of the folder are not followed, and there is a
bound for every count and size.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from .bounded import Bounded, CutShort, Refused

MAX_MEMBERS = 200_000
"""Files and folders of a dump; a cluster of 5,000 pods has about 20,000."""
MAX_NESTING = 30


class NotADump(ValueError):
    """The file is of no kind that is read here; the sentence says what to give."""


class Member(NamedTuple):
    """One file: the parts of its path, and its bytes, which are there until the next one is asked for."""

    parts: tuple[str, ...]
    content: io.BufferedReader


class Files:
    """The dump at a path. `members` may be gone through more than once; `warnings` says what could not be read."""

    def __init__(self, path: Path) -> None:
        """Raises OSError and NotADump."""
        self._path = path
        self.warnings: list[str] = []
        self.kind = self._kind()

    def members(self) -> Iterator[Member]:
        """Every regular file. Raises OSError and Refused; of what is damaged it gives what can be read."""
        if self.kind == "folder":
            yield from self._in_folder()
        elif self.kind == "archive":
            yield from self._in_archive()
        else:
            with self._path.open("rb") as raw:
                yield Member((), io.BufferedReader(Bounded(raw, str(self._path))))

    def warn(self, sentence: str) -> None:
        """Remembers a sentence, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _kind(self) -> str:
        if self._path.is_dir():
            return "folder"
        with self._path.open("rb") as raw:
            if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
                raise NotADump(f"{self._path} is neither a folder nor a file")
            try:
                head = Bounded(raw, str(self._path)).read(1024)
            except CutShort as error:
                raise NotADump(f"{error}; get it again") from error
        if head[257:262] == b"ustar":
            return "archive"
        if head.startswith(b"PK\x03\x04"):
            raise NotADump(f"{self._path} is a zip file; expand it and give the folder")
        if head.lstrip().startswith((b"{", b"apiVersion:", b"---", b"==== START logs")):
            return "stream"
        raise NotADump(
            f"{self._path} is no dump; give the folder of `kubectl cluster-info dump"
            " --output-directory`, what it prints without that option, or a support bundle"
        )

    def _in_folder(self) -> Iterator[Member]:
        counted = 0
        pending: list[tuple[str, ...]] = [()]
        while pending:
            parts = pending.pop()
            try:
                with os.scandir(self._path.joinpath(*parts)) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self.warn(f"{'/'.join(parts)} could not be read: {error.strerror}")
                continue
            folders = []
            for entry in listed:
                counted += 1
                if counted > MAX_MEMBERS:
                    raise Refused(f"{self._path} holds more than {MAX_MEMBERS:,} files")
                inner = (*parts, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if len(inner) <= MAX_NESTING:
                        folders.append(inner)
                elif entry.is_file(follow_symlinks=False):
                    yield from self._file(inner)
            pending.extend(reversed(folders))

    def _file(self, parts: tuple[str, ...]) -> Iterator[Member]:
        # Between the listing and now a link or a pipe may have taken its place.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(self._path.joinpath(*parts), flags)
        except OSError as error:
            self.warn(f"{'/'.join(parts)} could not be read: {error.strerror}")
            return
        with os.fdopen(descriptor, "rb", buffering=0) as raw:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                content = Bounded(raw, "/".join(parts))
                yield Member(parts, io.BufferedReader(content))

    def _in_archive(self) -> Iterator[Member]:
        name = str(self._path)
        with self._path.open("rb") as raw:
            bounded = Bounded(raw, name)
            try:
                archive = tarfile.open(fileobj=bounded, mode="r:")  # noqa: SIM115 - closed with `raw`
                yield from self._of_archive(archive)
                if bounded.last != tarfile.NUL * tarfile.BLOCKSIZE:
                    raise CutShort("its end mark is missing")
            except (CutShort, tarfile.TarError, EOFError, OverflowError) as error:
                self.warn(f"{name} ends early or is damaged ({error}); what comes before was read")

    def _of_archive(self, archive: tarfile.TarFile) -> Iterator[Member]:
        counted = 0
        while (info := archive.next()) is not None:
            # tarfile keeps every header it has seen.
            archive.members = []  # type: ignore[attr-defined]
            counted += 1
            if counted > MAX_MEMBERS:
                raise Refused(f"{self._path} holds more than {MAX_MEMBERS:,} files")
            if not info.isreg() or info.issparse():
                continue
            parts = tuple(part for part in info.name.split("/") if part not in ("", "."))
            if info.name.startswith("/") or ".." in parts or len(parts) > MAX_NESTING:
                self.warn(f"a file with the name {info.name[:100]!r} was left out")
                continue
            content = archive.extractfile(info)
            if content is not None:
                yield Member(parts, io.BufferedReader(_Archived(content, "/".join(parts)), 1 << 16))


class _Archived(io.RawIOBase):
    """A file in an archive; where the archive ends before it does, CutShort."""

    def __init__(self, content: IO[bytes], name: str) -> None:
        super().__init__()
        self._content = content
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._content.read(len(view))
        except tarfile.TarError as error:
            raise CutShort(f"{self._name} ends early ({error})") from error
        view[: len(data)] = data
        return len(data)
