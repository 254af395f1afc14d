"""Untrusted log bytes become plain text: no byte of a log can command a terminal or grow without bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crashloop_doctor.signatures import log_text

CLEANED = {
    "a colour is cut": (b"\x1b[31mERROR\x1b[0m failed", "ERROR failed"),
    "a cursor movement is cut": (b"\x1b[2J\x1b[1;1Hfailed", "failed"),
    "a private mode is cut": (b"\x1b[?1049hfailed", "failed"),
    "a window title is cut": (b"\x1b]0;rm -rf\x07failed", "failed"),
    "a hyperlink keeps only its words": (
        b"\x1b]8;;http://evil.example\x1b\\failed\x1b]8;;\x1b\\",
        "failed",
    ),
    "a device control string is cut": (b"\x1bP1;2|payload\x1b\\failed", "failed"),
    "a two-byte escape is cut": (b"\x1bcfailed", "failed"),
    "an escape that never ends leaves no escape": (b"failed\x1b", "failed"),
    "an escape inside an escape leaves none": (b"\x1b\x1b[31m[31mfailed", "[31mfailed"),
    "NUL bytes are cut": (b"fa\x00iled", "failed"),
    "a backspace is cut": (b"good\x08\x08\x08\x08bad", "goodbad"),
    "DEL is cut": (b"fail\x7fed", "failed"),
    "a tab stays": (b"a\tb", "a\tb"),
    "a C1 control as UTF-8 is replaced": (b"a\xc2\x9b31mb", "a\ufffd31mb"),
    "a C1 control made by removing what was between is replaced": (b"a\xc2\x01\x9bb", "a\ufffdb"),
    "invalid UTF-8 is replaced": (b"a\xff\xfeb", "a\ufffd\ufffdb"),
    "letters of other languages stay": ("Gerät läuft, 失败".encode(), "Gerät läuft, 失败"),
}


@pytest.mark.parametrize(("raw", "expected"), CLEANED.values(), ids=CLEANED.keys())
def test_a_line_is_made_plain(raw: bytes, expected: str) -> None:
    assert [log_text.text(line) for _, line in log_text.lines(raw)] == [expected]


NUMBERED = {
    "an empty log has no line": (b"", []),
    "blank lines are counted but not given": (b"a\n\n  \nb\n", [(1, b"a"), (4, b"b")]),
    "a line of nothing but escapes counts as blank": (b"\x1b[0m\nb", [(2, b"b")]),
    "a last line without an end counts": (b"a\nb", [(1, b"a"), (2, b"b")]),
    "line ends of Windows are cut": (b"a\r\nb\r\n", [(1, b"a"), (2, b"b")]),
    "of a progress bar, what was left standing counts": (b"10%\r50%\r100%\n", [(1, b"100%")]),
}


@pytest.mark.parametrize(("log", "expected"), NUMBERED.values(), ids=NUMBERED.keys())
def test_lines_are_numbered_as_a_reader_counts_them(
    log: bytes, expected: list[tuple[int, bytes]]
) -> None:
    assert list(log_text.lines(log)) == expected


def test_a_long_line_keeps_both_ends() -> None:
    ((_, line),) = log_text.lines(b"bind failed" + b"x" * 100_000 + b"(os error 98)")
    assert line.startswith(b"bind failed")
    assert line.endswith(b"(os error 98)")
    assert len(line) <= log_text.MAX_LINE_BYTES + len(b" ... ")


FRAGMENTS = st.sampled_from(
    [b"\x1b", b"\x1b[", b"\x1b]8;;", b"\x07", b"\x1b\\", b"\xc2", b"\x9b", b"\r", b"\n", b"\x00"]
)
HOSTILE = st.lists(st.binary(max_size=40) | FRAGMENTS, max_size=40).map(b"".join)


@given(HOSTILE)
def test_whatever_the_log_holds_no_control_character_comes_out(log: bytes) -> None:
    for _, line in log_text.lines(log):
        shown = log_text.text(line)
        assert all(c == "\t" or ord(c) >= 0x20 for c in shown)
        assert not any(0x7F <= ord(c) < 0xA0 for c in shown)


@given(HOSTILE, st.integers(min_value=1, max_value=400))
def test_whatever_the_log_holds_lines_are_bounded_and_ascending(log: bytes, times: int) -> None:
    found = list(log_text.lines(log * times))
    assert all(len(line) <= log_text.MAX_LINE_BYTES + 5 for _, line in found)
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    assert not numbers or numbers[-1] <= (log * times).count(b"\n") + 1


@pytest.mark.parametrize("blanks", [1, 2, 79, 511])
def test_what_pads_a_line_is_not_part_of_it(blanks: int) -> None:
    padded = b"said." + b" " * blanks + b"\n"
    assert log_text.unwrapped(padded * 3) == b"said.\n" * 3
