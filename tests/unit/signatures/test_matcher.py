"""What a pass over a log finds, wherever in the log it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crashloop_doctor.signatures.expression import compile_for_lines
from crashloop_doctor.signatures.literals import relaxed
from crashloop_doctor.signatures.matcher import (
    BLOCK_BYTES,
    EARLY_BLOCKS,
    KEPT_LINES,
    KEPT_PATTERNS,
    KEPT_SIGNS,
    Found,
    Matcher,
)

FAILURE, BESIDE, WHOLE = r"(?P<what>disk|port) is .{0,20}broken", r"\bclient \d+", r"\bserving\b"
MATCHER = Matcher([FAILURE, BESIDE, WHOLE], everywhere=1, beside=1)

LINES = st.lists(
    st.sampled_from(
        ["disk is quite broken", "port is broken", "port is open", "is broken", "", "serving", "client 7 left", "ok"]
    ),
    max_size=60,
)  # fmt: skip


def found(log: str, matcher: Matcher = MATCHER) -> list[Found]:
    scanner = matcher.scanner()
    scanner.feed(log.encode())
    scanner.finish()
    return scanner.found


def lines_of(log: str, index: int) -> list[int]:
    return sorted({f.line for f in found(log) if f.index == index})


def expected(log: str, pattern: str, kept: int) -> list[int]:
    compiled = re.compile(pattern)
    every = [n for n, line in enumerate(log.split("\n"), 1) if compiled.search(line)]
    return every if len(every) <= kept else sorted({*every[:kept], every[-1]})


@settings(deadline=None, max_examples=200)
@given(LINES)
def test_the_first_lines_with_a_failure_and_the_last_one_are_found(lines: list[str]) -> None:
    log = "\n".join(lines)
    assert set(expected(log, FAILURE, KEPT_LINES)) <= set(lines_of(log, 0))
    assert set(lines_of(log, 0)) <= set(expected(log, FAILURE, len(lines)))


@settings(deadline=None, max_examples=200)
@given(LINES)
def test_the_first_signs_and_the_last_one_are_found(lines: list[str]) -> None:
    log = "\n".join(lines)
    assert set(expected(log, WHOLE, KEPT_SIGNS)) <= set(lines_of(log, 2))
    assert set(lines_of(log, 2)) <= set(expected(log, WHOLE, len(lines)))


def test_what_is_said_of_a_match_is_found_in_the_middle_of_many_such_lines() -> None:
    busy = [f"client {n} came" for n in range(400)]
    log = "\n".join([*busy, "client 400 says port is broken", *busy])
    assert 401 in lines_of(log, 1)


def test_the_last_sign_is_found_far_from_the_end_of_its_block() -> None:
    quiet = ["nothing to see here"] * 1500
    log = "\n".join([*["serving"] * 20, "serving for the last time", *quiet])
    assert len(log) < BLOCK_BYTES
    assert lines_of(log, 2)[-1] == 21


def test_a_failure_is_found_after_many_lines_that_only_look_like_it() -> None:
    log = "\n".join([*["is very much broken"] * 500, "port is broken", *["is not broken"] * 500])
    assert lines_of(log, 0) == [501]


@pytest.mark.parametrize("line", ["disk is broken", "x" * 40_000 + " disk is broken"])
def test_captures_and_lines_are_those_of_the_match(line: str) -> None:
    (hit,) = (f for f in found(f"first\n{line}\nlast") if f.index == 0)
    assert (hit.line, hit.captures) == (2, {"what": "disk"})


def test_the_end_of_a_line_is_its_end_also_when_only_that_line_is_searched() -> None:
    matcher = Matcher([r"broken$"], everywhere=1)
    log = "port broken\n" * 5 + "broken port\n" + "port broken"
    assert [f.line for f in found(log, matcher)] == [1, 2, 3, 4, 5, 7]
    assert compile_for_lines(r"broken$").search(b"a broken\nb") is not None


def test_an_operator_that_sees_all_kinds_of_logs_keeps_a_bounded_number_of_compiled_patterns() -> (
    None
):
    names = [f"failure number {n:04}" for n in range(KEPT_PATTERNS + 40)]
    matcher = Matcher(names, everywhere=len(names))
    for _ in range(2):
        for n, name in enumerate(names):
            assert [f.index for f in found(f"ok\n{name}\nok", matcher)] == [n]
    assert len(matcher._compiled) == KEPT_PATTERNS


def test_common_words_are_found_at_both_ends_of_a_large_log_and_rare_ones_everywhere() -> None:
    matcher = Matcher([r"error \d+", r"disk \w+ vanished"], everywhere=2)
    calm = "a calm line of some length\n" * (BLOCK_BYTES * EARLY_BLOCKS // 20)
    said = "error 7\ndisk sda vanished\n"
    log = said + calm + said + calm + said
    lines, middle = log.count("\n"), calm.count("\n") + 2
    at = {i: [f.line for f in found(log, matcher) if f.index == i] for i in (0, 1)}
    assert at == {0: [1, lines - 1], 1: [2, middle + 2, lines]}


def test_a_likely_word_in_every_block_does_not_hide_the_failure_among_them() -> None:
    matcher = Matcher([r"disk vanished (?:twice|for ever)"], everywhere=1)
    block = "the disk vanished once\n" * (BLOCK_BYTES // 20)
    log = block * 8 + "disk vanished for ever\n" + block * 40
    assert [f.line for f in found(log, matcher)] == [8 * block.count("\n") + 1]


def test_a_pattern_with_a_long_exact_count_costs_what_others_cost() -> None:
    # Its automaton would have a state for each of 400 letters, for each place that they may have begun at.
    assert relaxed(r"a[ab]{400}b$") == r"a[ab]+b$"
    assert relaxed(r"x{3,90}[{9}]\d{9}") == r"x{3,}[{9}]\d+"
    matcher = Matcher([r"a[ab]{20}b$"], everywhere=1)
    assert [f.line for f in found("ab\n" + "a" * 21 + "b\n" + "a" * 9 + "b", matcher)] == [2]
