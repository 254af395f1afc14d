"""A log in pieces."""

from __future__ import annotations

from collections.abc import Iterator

from crashloop_doctor.signatures.catalog import builtin

from . import logs

SAYS = "a log that comes in pieces of any size is scanned as if it came whole, and what is kept is bounded"

_CATALOG = builtin()
_JOINTS = (
    b"\r",
    b"\n",
    b"\r\n",
    b"\x1b[0m",
    b"\n\n",
    b"  ",
    b"\n\tat ",
    b"\nCaused by: ",
    b"\x00",
    b"\xff",
    b"x" * 9000,
)


def seeds() -> Iterator[bytes]:
    for log in logs():
        yield b"\x01\x07\x40\x00\x03" + log
        yield b"\x02\xff\x01\x00\x00" + log[-600:]


def one(data: bytes) -> None:
    sizes = [1 + size for size in data[:4]]
    joint = _JOINTS[data[4] % len(_JOINTS)] if len(data) > 4 else b""
    log = data[5:]
    # A second copy behind a joint: line ends, colours and overlong lines where pieces meet.
    log = log[: len(log) // 2] + joint + log[len(log) // 2 :]
    whole = _CATALOG.scan(log)
    scanner = _CATALOG.scanner()
    at = turn = 0
    while at < len(log):
        # One size in four is large, so that a long log is not read byte by byte.
        size = sizes[turn % len(sizes)] * (16 if turn % 4 == 3 else 1)
        scanner.feed(log[at : at + size])
        at += size
        turn += 1
        if turn % 5 == 0:
            scanner.feed(b"")
    assert scanner.finish() == whole, "whatever the pieces"
    assert whole.line_count <= log.count(b"\n") + 1
    numbers = [match.line for match in whole.matches]
    assert all(1 <= number <= whole.line_count for number in numbers), "matches lie in the log"
