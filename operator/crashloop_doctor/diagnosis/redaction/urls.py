"""User and password of a URL or connection string: `scheme://[redacted]@host`."""

from __future__ import annotations

from collections.abc import Iterator

from .mask import Span, compiled, cut, is_masked

# A password may hold a slash or an @ itself: every URL parser refuses it, and then it stands in an error message.
_WITH_PASSWORD = compiled(r"""(?i)[a-z][a-z0-9+.-]*:(?:\\*/){2}([^\s/@:"'<>]*:[^\s"<>]*)@""")
_HOST_AND_PORT = compiled(r"""[^\s/@:"'<>]+:\d{1,5}\\*[/?#,]""")
_SPARED_SCHEMES = (b"http", b"https", b"ws", b"wss", b"grpc", b"tcp")
"""`http://registry:4873/@scope/package` has an @ in its path. Nothing of a database has."""

_MAX_SPARED = 16
"""Each one is searched from again, so they are counted: the time stays linear."""


def without_passwords(line: bytes) -> bytes:
    """The line with user and password of every URL cut."""
    return cut(line, _spans(line))


def _spans(line: bytes) -> Iterator[Span]:
    at = spared = 0
    while match := _WITH_PASSWORD.search(line, at):
        start, end = match.span(1)
        scheme = line[match.start() : start].partition(b":")[0].lower()
        may_be_spared = scheme in _SPARED_SCHEMES and spared < _MAX_SPARED
        if may_be_spared and (port := _HOST_AND_PORT.match(line, start)):
            spared += 1
            at = port.end()
            continue
        at = match.end()
        if not is_masked(line, start, end):
            yield start, end
