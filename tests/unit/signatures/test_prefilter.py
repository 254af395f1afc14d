"""The prefilter may find too much, never too little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crashloop_doctor.signatures import expression
from crashloop_doctor.signatures.catalog import LOG, Catalog, builtin
from crashloop_doctor.signatures.coarse import coarse
from crashloop_doctor.signatures.prefilter import Prefilter

PATTERNS = sorted(
    {p.regex for s in builtin().signatures.values() for p in s.spec.patterns if p.source == LOG}
)
EXAMPLES = sorted({e.log for s in builtin().signatures.values() for e in s.spec.examples})

ODD = {
    "a count in a class, after an escaped bracket": (r"x[\]{1,20}]y", b"x2y"),
    "a count in a class, after a named class": (r"x[[:alpha:]{1,20}]y", b"x2y"),
    "a count in a class that begins with a bracket": (r"x[]{1,20}]y", b"x2y"),
    "a quoted count": (r"\Qa{1,20}\E", b"a{1,20}"),
    "a brace that is no count": (r"servers=\[{Voter, x}.{0,90}end", b"servers=[{Voter, x} and end"),
    "a long count": (r"ab{2,90}c", b"a" + b"b" * 50 + b"c"),
    "a heavy part after a light one": (r"(?:op|re).{0,9}: denied", b"op x: denied"),
    "a heavy part that is optional": (r"abc.{0,9}(?:longer words)?", b"abc x"),
    "a group that may be empty": (r"(?:|much longer words).{0,9}abcd", b"x abcd"),
    "branches": (r"first thing|second (?P<what>\w+)", b"second one"),
    "branches in a class": (r"[a|b]\|cdef", b"a|cdef"),
    "boundaries": (r"(?i)\bout of memory\b", b"Out Of Memory"),
    "flags in the middle": (r"abcd(?i)EF", b"abcdef"),
    "the line's ends": (r"^fatal$", b"fatal"),
    "a class of letters": (r"\pLailed to migrate", b"failed to migrate"),
    "a class that is not": (r"\PLmigration ended", b"1migration ended"),
    "a letter by its number": (r"\x5bschema\x5d failed", b"[schema] failed"),
    "a letter by its octal number": (r"\101bsent schema", b"Absent schema"),
    "a boundary that is repeated": (r"error \b{2}code seven", b"error code seven"),
    "a count with leading zeros, which is none": (r"foo{0,09}error", b"foo{0,09}error"),
    "flags for a group": (r"(?i:first|second) (?-i:Thing) here", b"SECOND Thing here"),
    "flags for all there is": (r"\b(?i:first thing|second thing)\b", b"SECOND THING"),
    "a choice between wide things": (r".*(?:open.*failed|read \S+ denied)", b"x open y failed"),
    "an escaped dot and a dot": (r"a\.b.*cdefg", b"a.b cdefg"),
}


@pytest.mark.parametrize(("pattern", "line"), ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("fast", [False, True], ids=["RE2", "Hyperscan"])
def test_nothing_that_occurs_is_lost(pattern: str, line: bytes, fast: bool) -> None:
    assert expression.compile_for_lines(pattern).search(line) is not None
    prefilter = Prefilter([pattern])
    if fast:
        prefilter.wait_until_fast()
    assert prefilter.found_in(b"before\n" + line + b"\nafter\n") == {0}


def test_every_coarse_form_of_the_catalogue_is_found_where_the_pattern_matches() -> None:
    lost = [
        (pattern, example)
        for pattern in PATTERNS
        for example in EXAMPLES
        if expression.compile_for_lines(pattern).search(example.encode()) is not None
        and not any(
            expression.compile_for_lines(part).search(example.encode()) is not None
            for part in coarse(pattern)
        )
    ]
    assert lost == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=5).map("\n".join))
def test_both_engines_lead_to_the_same_scan(log: str) -> None:
    assert SLOW.scan(log.encode()) == FAST.scan(log.encode())


SLOW = Catalog(list(builtin().signatures.values()))
FAST = Catalog(list(builtin().signatures.values()))
FAST.wait_until_fast()


@pytest.mark.parametrize("pattern", [r"failed\z", r"\Afail", r"(?-m)failed$"])
def test_a_pattern_about_a_text_s_ends_is_refused(pattern: str) -> None:
    with pytest.raises(expression.InvalidPattern, match="ends"):
        expression.check_for_lines(pattern)


def test_lines_of_a_log_with_carriage_returns_keep_their_numbers() -> None:
    log = b"a\\nb\r\n" + b"x\r\n" * 50 + b"panic: boom\r\n"
    (found,) = {m.line for m in builtin().scan(log).matches}
    assert found == 52


def test_a_progress_bar_that_clears_its_line_does_not_shift_the_numbers() -> None:
    log = b"10%\r\x1b[K\n" * 30 + b"a\rb\n" + b"panic: boom\n"
    (found,) = {m.line for m in builtin().scan(log).matches}
    assert found == 32


@pytest.mark.parametrize("pattern", [r"\w+\b?failed", r"foo+\b+bar", r"foo\s*\b{1}bar"])
def test_one_pattern_without_a_coarse_form_does_not_cost_the_others_theirs(pattern: str) -> None:
    prefilter = Prefilter([*PATTERNS, pattern])
    assert len(PATTERNS) in prefilter.found_in(b"it failed\nfoobar\nfoo bar")
