"""Untrusted log bytes -> lines of plain text that are safe to match, store and print."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from .expression import compile_bytes

MAX_LINE_BYTES = 16 * 1024
"""Longer lines keep both ends: the message stands at the front, the errno at the end."""

CUT = b" ... "


@functools.cache
def _escape() -> Any:
    """ECMA-48: control sequences, operating system commands, other strings, then the remaining two-byte escapes.

    Compiled for the first log that has one: it takes longer than a small log.
    """
    return compile_bytes(
        r"\x1b\[[0-?]*[ -/]*[@-~]"
        r"|\x1b\][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)"
        r"|\x1b[PX^_][^\x1b\n]{0,1000}\x1b\\"
        r"|\x1b[ -/]*[0-~]"
    )


_LONGEST_COLOUR = 26
_FEW_COLOURS = 16
"""A logger's colours are few: each is replaced everywhere at once."""
_DROPPED = b"\x01"
_CONTROL = bytes(c for c in range(256) if (c < 32 and c not in b"\t\n") or c == 127)

# JSON inside a line (RFC 8259, section 7), and JSON inside that: what a logger escaped is unwrapped for the patterns.
_JSON = (
    (b"\\\\", b"\\"),
    (b'\\"', b'"'),
    (b"\\u001b", b"\x1b"),
    (b"\\u001B", b"\x1b"),
    (b"\\x1b", b"\x1b"),
    (b"\\u003c", b"<"),
    (b"\\u003e", b">"),
    (b"\\u0026", b"&"),
    (b"\\u0027", b"'"),
    (b"\\r\\n", b"\n"),
    (b"\\n", b"\n"),
    (b"\\t", b"\t"),
    (b"\\/", b"/"),
)
_PADDING = tuple(b" " * 2**power for power in range(8, -1, -1))
"""Up to 511 blanks, each power of two once."""
_JSON_OFTEN = tuple(pair for pair in _JSON if not pair[0].startswith((b"\\u", b"\\x")))


def unwrapped(block: bytes) -> bytes:
    """The block as it is matched: no terminal escapes, control characters and padding, JSON escapes resolved.

    A carriage return (a progress bar) and a line feed that a JSON string holds escaped become line feeds, so one line
    may become several; `unwrapped` of a block is always the sum of `unwrapped` of its lines.
    """
    if b"\\" in block:
        for escaped, plain in _JSON if b"\\u00" in block or b"\\x1b" in block else _JSON_OFTEN:
            block = block.replace(escaped, plain)
    if b"\x1b" in block:
        block = _without_colours(block)
        if b"\x1b" in block:
            block = _escape().sub(b"", block)
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    block = block.translate(None, _CONTROL)
    if b" \n" in block:
        # A table or a box pads its lines; a pattern's $ means the end of what is said.
        for blanks in _PADDING:
            block = block.replace(blanks + b"\n", b"\n")
    return block


def _without_colours(block: bytes) -> bytes:
    """The block with a control character for each `ESC [ ... m`, which is nearly all that loggers use.

    Not with nothing: what stood around it must not become another escape sequence.
    """
    for _ in range(_FEW_COLOURS):
        start = block.find(b"\x1b[")
        if start < 0:
            return block
        end = block.find(b"m", start, start + _LONGEST_COLOUR)
        if end < 0 or block[start + 2 : end].strip(b"0123456789;"):
            break
        block = block.replace(block[start : end + 1], _DROPPED)
    first, *rest = block.split(b"\x1b[")
    parts = [first]
    for piece in rest:
        end = piece.find(b"m", 0, _LONGEST_COLOUR - 2)
        if end < 0 or piece[:end].strip(b"0123456789;"):
            parts.append(b"\x1b[" + piece)
        else:
            parts.append(_DROPPED + piece[end + 1 :])
    return b"".join(parts)


def plain_bytes(line: bytes) -> bytes:
    """One line without terminal escapes and control characters, cut in the middle when it is too long."""
    line = shortened(line)
    if b"\x1b" in line:
        line = _escape().sub(b"", line)
    return line.translate(None, _CONTROL + b"\n")


def shortened(line: bytes) -> bytes:
    """The line, cut in the middle when it is longer than MAX_LINE_BYTES."""
    if len(line) <= MAX_LINE_BYTES:
        return line
    half = MAX_LINE_BYTES // 2
    return line[:half] + CUT + line[-half:]


def lines(log: bytes) -> Iterator[tuple[int, bytes]]:
    """(1-based number, plain bytes) of every line; blank ones are skipped but counted."""
    start, number = 0, 0
    while start < len(log):
        end = log.find(b"\n", start)
        end = len(log) if end < 0 else end
        number += 1
        # A progress bar rewrites its line with carriage returns: what was left standing counts.
        line = log[start:end].rstrip(b"\r").rpartition(b"\r")[2]
        start = end + 1
        plain = plain_bytes(line)
        if plain.strip():
            yield number, plain


def text(line: bytes) -> str:
    """The line as text; C1 control characters (a terminal obeys them) and invalid UTF-8 become U+FFFD."""
    decoded = line.decode("utf-8", "replace")
    if decoded.isascii():
        return decoded
    return "".join("�" if 0x7F <= ord(c) < 0xA0 else c for c in decoded)
