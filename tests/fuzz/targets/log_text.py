"""Untrusted bytes -> lines."""

from __future__ import annotations

from collections.abc import Iterator

from crashloop_doctor.signatures import log_text

from . import logs

SAYS = "a log's lines hold no control character, are bounded, ascending, and as long as the log at most"

_LONGEST = log_text.MAX_LINE_BYTES + 16


def seeds() -> Iterator[bytes]:
    yield from (
        b"",
        b"a\r\nb\r",
        b"\x1b[31mred\x1b[0m",
        b"\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\",
        b"\xc2\x9b31m",
    )
    yield from logs()


def one(data: bytes) -> None:
    before = 0
    total = 0
    for number, line in log_text.lines(data):
        assert number > before, "numbers ascend"
        before = number
        total += len(line)
        assert line.strip(), "blank lines are left out"
        assert len(line) <= _LONGEST, "lines are bounded"
        shown = log_text.text(line)
        assert all(c == "\t" or ord(c) >= 0x20 for c in shown), "no control character"
        assert not any(0x7F <= ord(c) < 0xA0 for c in shown), "no C1 control character"
        again = shown.encode()
        if len(again) <= log_text.MAX_LINE_BYTES:  # U+FFFD is longer than the byte it stands for
            assert log_text.text(log_text.plain_bytes(again)) == shown, "what is plain stays"
    assert before <= data.count(b"\n") + 1, "no line is invented"
    assert total <= len(data) + 16 * before, "no byte is invented"
