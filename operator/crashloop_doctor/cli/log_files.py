"""Logs from files and pipes, of any size: read once, piece by piece, by a catalogue's scanner."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..diagnosis.evidence import LogExcerpt
from ..dumps.bounded import CHUNK, Bounded, CutShort
from ..signatures.catalog import Catalog
from . import presentation
from .progress import Progress

STANDARD_INPUT = "standard input"

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def scanned(file: Path | None, catalog: Catalog, missing: list[str]) -> LogExcerpt:
    """What the signatures find in a log, standard input without a file. Raises OSError and ValueError."""
    if file is None or str(file) == "-":
        if sys.stdin.isatty():
            print("reading a log from the terminal; end with Ctrl-D", file=sys.stderr)
        return _scanned(sys.stdin.buffer, STANDARD_INPUT, 0, catalog, missing)
    with file.open("rb") as raw:
        return _scanned(raw, file.name, os.fstat(raw.fileno()).st_size, catalog, missing)


def _scanned(
    raw: BinaryIO, name: str, size: int, catalog: Catalog, missing: list[str]
) -> LogExcerpt:
    source = Bounded(raw, name)
    scanner = catalog.scanner()
    position = "whole"
    with Progress(f"reading {presentation.line(name)}", size) as progress:
        try:
            for data in _text(source):
                scanner.feed(data)
                progress.tick(source.taken, f"{source.tell() >> 20:,} MiB")
        except CutShort:
            # Logs are rotated and copied while they are written.
            missing.append(f"the end of {name} (the compressed file is damaged or ends early)")
            position = "head"
    return LogExcerpt(source=name, position=position, scan=scanner.finish())


def _text(source: Bounded) -> Iterator[bytes]:
    """The bytes of the log; PowerShell's `>` writes UTF-16."""
    data = source.read(CHUNK)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            decoder = codecs.getincrementaldecoder(encoding)("replace")
            data = data[len(mark) :]
            while data:
                yield decoder.decode(data).encode("utf-8", "replace")
                data = source.read(CHUNK)
            yield decoder.decode(b"", final=True).encode("utf-8", "replace")
            return
    while data:
        yield data
        data = source.read(CHUNK)
