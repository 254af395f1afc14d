"""Bytes from strangers, plain or compressed: never more than a bound, and no bomb."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"

MAX_EXPANDED = 8 << 30
"""Bytes that are read from one file once it is expanded; a support bundle of 200 nodes has about one tenth."""
MAX_RATIO = 500
"""gzip reaches 1032 with nothing but zeros (zlib's technical notes); logs reach 10 to 50."""
RATIO_COUNTS_FROM = 256 << 20
"""Below it a bomb does no harm, and a log of one line repeated may look like one."""
MAX_READ = 64 << 20
"""Bytes asked for at once: a tar header may claim a name of gigabytes."""
CHUNK = 1 << 20


class Refused(ValueError):
    """The file is not read any further, on purpose; the sentence says why."""


class CutShort(ValueError):
    """The file ends early or is damaged; what came before is sound."""


class _Counted(io.RawIOBase):
    """Counts the compressed bytes that were taken."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__()
        self._raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)


class Bounded(io.RawIOBase):
    """A file, expanded when it is gzip, that only goes forward. Raises Refused and CutShort while it is read."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        super().__init__()
        self._name = name
        self._counted = _Counted(raw)
        buffered = io.BufferedReader(self._counted, 1 << 16)
        self.compressed = buffered.peek(2)[:2] == GZIP_MAGIC
        self._source = gzip.GzipFile(fileobj=buffered) if self.compressed else buffered
        self._failure: CutShort | None = None
        self._position = 0
        self.last = b""
        """What the last read gave: how a tar file ended."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    @property
    def taken(self) -> int:
        """Bytes of the file itself that were read, for a progress line."""
        return self._counted.count

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > MAX_READ:
            raise Refused(
                f"{self._name} asks for {size:,} bytes in one piece; it is damaged or a trap"
            )
        parts: list[bytes] = []
        missing = size
        while missing:
            if self._failure is not None and not parts:
                raise self._failure
            try:
                part = self._source.read1(missing)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                # What was expanded before the damage is handed out first.
                self._failure = CutShort(f"{self._name} is damaged or ends early ({error})")
                self._failure.__cause__ = error
                if parts:
                    break
                continue
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        self._position += len(data)
        self.last = data
        self._check(self._position)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Forward only, by reading: what is skipped counts as well."""
        if whence != io.SEEK_SET or offset < self._position:
            raise io.UnsupportedOperation("it only goes forward")
        self._check(offset)
        while self._position < offset:
            if not self.read(min(CHUNK, offset - self._position)):
                break
        return self._position

    def _check(self, position: int) -> None:
        if position > MAX_EXPANDED:
            raise Refused(
                f"{self._name} holds more than {MAX_EXPANDED >> 20:,} MiB; expand it yourself and"
                " give the parts that matter"
            )
        if (
            self.compressed
            and self._position > RATIO_COUNTS_FROM
            and self._position > MAX_RATIO * max(1, self._counted.count)
        ):
            raise Refused(
                f"{self._name} expands to more than {MAX_RATIO} times its size, which logs do not:"
                " it looks like a decompression bomb; if you trust it, expand it yourself"
            )


def chunks(raw: BinaryIO, name: str) -> Iterator[bytes]:
    """The file's bytes, expanded, piece by piece. Raises Refused and CutShort."""
    source = Bounded(raw, name)
    while data := source.read(CHUNK):
        yield data
