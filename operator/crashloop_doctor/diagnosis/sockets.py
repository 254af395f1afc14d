"""Which Unix socket a failed bind() spoke of: the line names it, or spec and log together leave only one."""

from __future__ import annotations

import itertools
import urllib.parse
from collections.abc import Iterable, Iterator

from ..api.core import Container, Pod
from ..signatures import log_text
from ..signatures.expression import compile_bytes
from . import volumes

# What ends a path is not consumed: it may begin the next one.
_PATH = compile_bytes(r"(?:^|[\s='\"(:\[,;`])(?:unix:(?://)?)?(/[^\s'\",:;()\[\]`]+)")
_ENDINGS = (".sock", ".socket")
# Where the spec calls it a socket, any name will do; in a URL's host part its slashes are written as %2F.
_CALLED_SOCKET = compile_bytes(
    r"(?i)(?:\b(?:unix|ldapi|ipc|http\+unix):(?://)?|(?:^|[\s-])[a-z_-]*sock(?:et)?(?:[-_](?:path|file))?=)"
    r"((?:/|%2F)[^\s'\",:;()\[\]`?]+)"
)
_SOCKET_OPTION = compile_bytes(r"(?i)^--?[a-z-]*sock(?:et)?(?:[-_](?:path|file))?(?:=|$)")
_OWN_OPTION = compile_bytes(
    r"(?i)^--?(?:(?:unix|listen(?:ing)?|bind|server|control|domain|http|api|grpc|uwsgi|fastcgi|rpc|ctl|my)[-_]?)*sock(?:et)?"
    r"(?:[-_](?:path|file))?(?:=|$)"
)
_OWN_VARIABLE = compile_bytes(
    r"(?i)(?:^|_)(?:LISTEN|BIND)(?:_(?:ADDR(?:ESS)?|SOCKET|PATH|URL|URI|ENDPOINT|ON|FILE))*$"
    r"|^(?:CONTROL_SOCKET(?:_PATH)?|CSI_ENDPOINT)$"
)
"""Variables that name what the program itself binds."""

_PORT_BOUND = compile_bytes(
    r"(?i)\blisten (?:tcp|udp)|\bbind\(\) to (?:\d{1,3}\.){3}\d|\bport[ =:]+\d{2,5}\b|\btcp port\b"
    r"|\b(?:bind|listen)\w*\b[^/]{0,40}?(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]*\]|localhost|\*):\d{2,5}\b"
    r"|(?:^|[\s=(]|[\s=]['\"])(?:0\.0\.0\.0|127\.0\.0\.1|\[::\]|\*)?:\d{2,5}\b"
)

ENVIRONMENT = "environment"

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
        and not _is_anothers(path, place, source)
    }


NODE_SOCKETS = (
    "docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "podman.sock",
    "kubelet.sock", "system_bus_socket", "notify", "journal.socket",
)  # fmt: skip
"""Sockets of a node's own daemons, which containers only connect to."""


def _is_anothers(path: str, place: volumes.MountedPath, source: str) -> bool:
    """Whether a mentioned socket is rather one that the container connects to than one it binds."""
    if path.rsplit("/", 1)[-1] in NODE_SOCKETS:
        return True
    # A variable names servers more often than one's own socket; in a volume of the pod's own that does no harm.
    return source == ENVIRONMENT and place.volume.kind != "emptyDir"


def names_a_port(line: str) -> bool:
    """Whether a line speaks of listening on a TCP or UDP port, whatever socket it names besides."""
    return _PORT_BOUND.search(line.encode("utf-8", "replace")) is not None


def named(places: dict[str, Place]) -> str:
    """Three of them at most, for a sentence."""
    return ", ".join(itertools.islice(places, 3)) or "none"


def _mentioned(
    container: Container, log_lines: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    before = ""
    for word in (*container.command, *container.args):
        yield from ((path, "spec") for path in _paths(word))
        # `--docker-socket` is somebody else's, `--socket` and `--listen-socket` are its own.
        option = (word if word.startswith("-") else before).encode("utf-8", "replace")
        own = not _SOCKET_OPTION.search(option) or _OWN_OPTION.search(option)
        yield from ((path, "spec" if own else ENVIRONMENT) for path in _called(before, word))
        before = word
    for variable in container.env:
        own = _OWN_VARIABLE.search(variable.name.encode("utf-8", "replace"))
        source = "spec" if own else ENVIRONMENT
        yield from (
            (path, source) for path in (*_paths(variable.value), *_called("", variable.value))
        )
    for source, text in log_lines:
        yield from ((path, source) for path in _paths(text))


def _paths(text: str) -> Iterator[str]:
    for match in _PATH.finditer(text.encode("utf-8", "replace")):
        path = log_text.text(match.group(1)).rstrip(".")
        if path.endswith(_ENDINGS) and volumes.is_plain_absolute(path):
            yield path


def _called(before: str, word: str) -> Iterator[str]:
    """The paths that a word of the spec, or the option before it, calls sockets, whatever their names end in."""
    for match in _CALLED_SOCKET.finditer(word.encode("utf-8", "replace")):
        path = urllib.parse.unquote(log_text.text(match.group(1)))
        if volumes.is_plain_absolute(path):
            yield path
    if _SOCKET_OPTION.search(before.encode("utf-8", "replace")) and volumes.is_plain_absolute(word):
        yield word
