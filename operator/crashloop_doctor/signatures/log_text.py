"""Untrusted log bytes -> lines of plain text that are safe to match, store and print."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import compile_bytes

MAX_LINE_BYTES = 8 * 1024
"""Longer lines keep both ends: the message stands at the front, the errno at the end."""

# ECMA-48: control sequences, operating system commands, other strings, then the remaining two-byte escapes.
_ESCAPE = compile_bytes(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)"
    r"|\x1b[PX^_][^\x1b]{0,1000}\x1b\\"
    r"|\x1b[ -/]*[0-~]"
)
_CONTROL = bytes(c for c in range(256) if (c < 32 and c != 9) or c == 127)


def plain_bytes(line: bytes) -> bytes:
    """The line without terminal escapes and control characters, cut in the middle when it is too long."""
    if len(line) > MAX_LINE_BYTES:
        half = MAX_LINE_BYTES // 2
        line = line[:half] + b" ... " + line[-half:]
    if b"\x1b" in line:
        line = _ESCAPE.sub(b"", line)
    return line.translate(None, _CONTROL)


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
    return "".join("�" if 0x7F <= ord(c) < 0xA0 else c for c in decoded)
