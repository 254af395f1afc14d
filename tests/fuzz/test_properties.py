"""The targets' properties on what hypothesis makes: shrunk when they fail, and on every Python."""

from __future__ import annotations

import functools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import targets

JOINTS = st.sampled_from(
    (b"\n", b"\r", b"\r\n", b"\x1b[31m", b"\x1b[0m", b"\x1b]8;;", b"\x07", b"\x00", b"\xff", b"\xc2", b"\x9b",
     b"\t", b" ")
)  # fmt: skip
REPEATS = st.tuples(st.binary(min_size=1, max_size=3), st.integers(1, 3000)).map(
    lambda piece: piece[0] * piece[1]
)


@functools.cache
def _recorded_lines() -> list[bytes]:
    return sorted({line for log in targets.logs() for line in log.splitlines() if line})


RECORDED = st.deferred(lambda: st.sampled_from(_recorded_lines()))
LOGS = st.lists(RECORDED | JOINTS | st.binary(max_size=30) | REPEATS, max_size=30).map(b"".join)
REGEX = st.lists(
    st.sampled_from(
        ("a", ".", "*", "+", "?", "(", ")", "(?:", "(?P<path>", "[", "]", "^", "$", "|", "\\b", "\\s", "{2}", "{9,}",
         "/run/x", "(?i)", "fatal", "\\Q", "\\E", "\\pL", "\\xff", "é", "\\", "#", "\n"),
    ),
    min_size=1, max_size=12,
).map("".join)  # fmt: skip

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@EXAMPLES
@given(LOGS)
def test_a_log_becomes_plain_bounded_lines(log: bytes) -> None:
    targets.load("log_text").one(log)


@EXAMPLES
@given(st.binary(min_size=5, max_size=5), LOGS)
def test_a_log_in_pieces_is_scanned_as_a_whole(pieces: bytes, log: bytes) -> None:
    targets.load("scanner").one(pieces + log)


@EXAMPLES
@given(REGEX, LOGS)
def test_a_pattern_is_refused_or_works(pattern: str, log: bytes) -> None:
    targets.load("expression").one(pattern.encode() + b"\0" + log)


@EXAMPLES
@given(LOGS)
def test_a_log_is_redacted_once_and_for_all(log: bytes) -> None:
    targets.load("redactor").one(b"\x01" + log)


@pytest.mark.parametrize("name", targets.NAMES)
@settings(parent=EXAMPLES, max_examples=40)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_case(name: str, data: bytes) -> None:
    targets.load(name).one(data)
