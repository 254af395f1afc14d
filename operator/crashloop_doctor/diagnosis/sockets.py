"""Which Unix socket a failed bind() spoke of: the line names it, or spec and log together leave only one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from ..api.core import Container, Pod
from ..signatures import log_text
from ..signatures.expression import compile_bytes
from . import volumes

# What ends a path is not consumed: it may begin the next one.
_PATH = compile_bytes(r"(?:^|[\s='\"(:\[,;`])(?:unix:(?://)?)?(/[^\s'\",:;()\[\]`]+)")
_ENDINGS = (".sock", ".socket")

Place = tuple[str, volumes.MountedPath, str]
"""A path as written, its mount, and where it was read."""


def on_writable_volumes(
    pod: Pod, container: Container | None, log_lines: Iterable[tuple[str, str]]
) -> dict[str, Place]:
    """The sockets that the container's spec or its log mention and that outlive it, by canonical path.

    `log_lines` are (source, text) of lines that may name one. /run/x.sock and /var/run/x.sock are one socket.
    """
    if container is None:
        return {}
    return {
        volumes.canonical(path): (path, place, source)
        for path, source in _mentioned(container, log_lines)
        if (place := volumes.mounted_path(pod, container, path)) is not None
        and volumes.writable(place)
    }


def named(places: dict[str, Place]) -> str:
    """Three of them at most, for a sentence."""
    return ", ".join(itertools.islice(places, 3)) or "none"


def _mentioned(
    container: Container, log_lines: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    values = (variable.value for variable in container.env)
    for word in (*container.command, *container.args, *values):
        yield from ((path, "spec") for path in _paths(word))
    for source, text in log_lines:
        yield from ((path, source) for path in _paths(text))


def _paths(text: str) -> Iterator[str]:
    for match in _PATH.finditer(text.encode("utf-8", "replace")):
        path = log_text.text(match.group(1)).rstrip(".")
        if path.endswith(_ENDINGS) and volumes.is_plain_absolute(path):
            yield path
