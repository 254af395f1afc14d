"""A line without what changes from one time to the next: lines of one shape say one thing."""

from __future__ import annotations

import functools

from ..signatures.expression import compile_bytes

CHARACTERS = 400
"""The part of a line that tells its shape."""

_LEADING_TIME = compile_bytes(r"^[\[\s]*\d[\dT:.,Z+\-/ ]{7,34}\]?")
# Time, process and count; a number that belongs to a name tells two of its kind apart.
_CHANGING = compile_bytes(r"(^|[^A-Za-z0-9_\-])0?x?[0-9a-fA-F]*\d[0-9a-fA-F]*")


@functools.lru_cache(maxsize=4096)
def shape_of(line: str) -> bytes:
    """The line's shape."""
    text = line[:CHARACTERS].encode("utf-8", "replace")
    shape: bytes = _CHANGING.sub(rb"\1#", _LEADING_TIME.sub(b"", text))
    return shape
