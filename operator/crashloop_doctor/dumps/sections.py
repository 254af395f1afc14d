"""What `kubectl cluster-info dump` writes into one stream: lists of objects, and containers' logs between markers.

kubectl's source, pkg/cmd/clusterinfo/clusterinfo_dump.go: `==== START logs for container C of pod NS/POD ====`, the log
as it is (also without a last line feed), `==== END logs for container C of pod NS/POD ====`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_LINE = 1 << 20
BATCH = 1 << 18

_START = re.compile(rb"==== START logs for container (\S+) of pod ([^\s/]+)/(\S+) ====\r?\n?")


class Start(NamedTuple):
    """A container's log begins."""

    container: str
    namespace: str
    pod: str


class Data(NamedTuple):
    """More of the log that began."""

    content: bytes


class Document(NamedTuple):
    """Lines between the logs: a list of objects as JSON or YAML."""

    content: bytes


class TooLong(ValueError):
    """A document is larger than what is read at once."""


def split(stream: BinaryIO, max_document: int = 0) -> Iterator[Start | Data | Document]:
    """The parts in their order. With `max_document` 0 the documents are skipped; else a larger one raises TooLong.

    A container can print such markers itself; it then forges logs of this dump, and the evidence shows them.
    """
    end = b""
    batch: list[bytes] = []
    size = 0
    document: list[bytes] = []
    documented = 0
    while line := stream.readline(MAX_LINE):
        started = _START.fullmatch(line) if line.startswith(b"====") else None
        if end and started is None:
            # The END marker follows at once on a log without a last line feed.
            ended = line.rstrip(b"\r\n").endswith(end)
            if ended:
                line = line.rstrip(b"\r\n")[: -len(end)]
            batch.append(line)
            size += len(line)
            if size >= BATCH or ended:
                yield Data(b"".join(batch))
                batch, size = [], 0
            if ended:
                end = b""
            continue
        if batch:
            yield Data(b"".join(batch))
            batch, size = [], 0
        if started is not None or line.startswith(b"---") or _is_new_json(line, document):
            if document:
                yield Document(b"".join(document))
            document, documented = [], 0
        if started is not None:
            container, namespace, pod = (
                part.decode("utf-8", "replace") for part in started.groups()
            )
            end = b"==== END logs for container %b of pod %b/%b ====" % started.groups()
            yield Start(container, namespace, pod)
        elif max_document and not line.startswith(b"---"):
            documented += len(line)
            if documented > max_document:
                raise TooLong(f"a list of objects is larger than {max_document >> 20} MiB")
            document.append(line)
    if batch:
        yield Data(b"".join(batch))
    if document:
        yield Document(b"".join(document))


def _is_new_json(line: bytes, document: list[bytes]) -> bool:
    """kubectl indents what is inside, so a brace at the margin begins a list."""
    return line.startswith(b"{") and bool(document)
