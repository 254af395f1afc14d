"""The prefilter may find too much, never too little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crashloop_doctor.signatures import expression, log_text
from crashloop_doctor.signatures.catalog import LOG, builtin
from crashloop_doctor.signatures.literals import relaxed, required
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
    "a range that begins with an escape": (r"version[\+-9]mismatch", b"version5mismatch"),
    "a class that only looks like a named one": (r"[[:]foobar|refused [x]quux", b"[foobar"),
    "an exact count": (
        r"id [0-9a-f]{32} unknown to",
        b"id 0123456789abcdef0123456789abcdef unknown to",
    ),
}


@pytest.mark.parametrize(("pattern", "line"), ODD.values(), ids=ODD.keys())
def test_nothing_that_holds_is_lost(pattern: str, line: bytes) -> None:
    assert expression.compile_for_lines(pattern).search(line) is not None
    block = b"before\n" + line + b"\nafter\n"
    places = Prefilter([pattern]).places_in(block)
    assert places.indices == [0]
    between = places.between(0, 7, 8 + len(line))
    assert between is None or between


def test_every_pattern_of_the_catalogue_is_looked_for_where_it_holds() -> None:
    prefilter = Prefilter(PATTERNS)
    compiled = [expression.compile_for_lines(pattern) for pattern in PATTERNS]
    lost = []
    for example in EXAMPLES:
        line = example.encode()
        holding = {i for i, each in enumerate(compiled) if each.search(line) is not None}
        found = set(prefilter.places_in(line).indices)
        rare = {i for i in holding if not required(PATTERNS[i]).others}
        lost += [(PATTERNS[i], example) for i in holding - found]
        lost += [(PATTERNS[i], example) for i in rare - prefilter.found_in(line)]
    assert lost == []


_PIECES = st.sampled_from(
    ["disk", "Port ", "(?:no|not) ", "x?", "[ab]", ".{0,9}", "\\d+", "(?:a|b|cd){2}", "e{1,3}", "\\.", "(?P<x>full|y)",
     "(?:very )?", "^", "$", "\\b", "[^a]", "broken", "\\S*", "(?:|maybe)", "f+?", "(?i:Upper)", "é", "[A-F]",
     "[\\+-9]", "[[:]", "[[:digit:]x]", "a{9}", "b{2,12}"]
)  # fmt: skip
_PATTERN = st.lists(_PIECES, min_size=1, max_size=6).map("".join)
_LINE = st.lists(
    st.sampled_from(
        ["disk", "Port ", "PORT ", "no ", "not ", "x", "a", "b", "cdcd", "ee", "1", ".", "full", "y", "very ", "broken",
         "maybe", "f", "upper", "é", " ", "D", "5", "[", ":", "aaaaaaaaa"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(_PATTERN, min_size=1, max_size=3).map("|".join), st.booleans(), _LINE)
def test_no_pattern_is_lost_whatever_it_is_made_of(pattern: str, caseless: bool, line: str) -> None:
    pattern = f"(?i){pattern}" if caseless else pattern
    try:
        held = expression.compile_for_lines(pattern).search(line.encode()) is not None
        prefilter = Prefilter([pattern])
    except expression.InvalidPattern:
        return  # RE2 knows no such class, or it holds in every line
    if held:
        assert prefilter.places_in(line.encode()).indices == [0]
        assert expression.compile_for_lines(relaxed(pattern)).search(line.encode()) is not None


NEEDED = {
    "a text": ("permission denied", {"permission denied"}),
    "the rarer of two": (r"open .{0,99}permission denied", {"permission denied"}),
    "each choice": (r"(?:first|second) thing", {"first thing", "second thing"}),
    "what is there and is not": (r"address (?:already )?in use", {"address already in use", "address in use"}),
    "capitals made small": (r"(?i)EADDRinuse", {"eaddrinuse"}),
    "few letters of a class": (r"[Nn]o leader", {"no leader"}),
    "nothing of what may be missing": (r"(?:unlikely words)*short", {"short"}),
    "the end of a long text": ("x" * 20 + "y" * 10, {"x" * 14 + "y" * 10}),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "literals"), NEEDED.values(), ids=NEEDED.keys())
def test_what_is_looked_for_is(pattern: str, literals: set[str]) -> None:
    assert required(pattern) == (literals, ())


@pytest.mark.parametrize(
    "pattern", [r"\d+", r"(?i)error .*", r"a|b", r"error|failed|[a-z]+", r"(?s)whatever"]
)
def test_a_pattern_of_common_words_is_searched_for_itself(pattern: str) -> None:
    assert not required(pattern).literals
    assert "|".join(required(pattern).others).replace("|(?i)", "|") == pattern


def test_the_catalogue_needs_few_such_patterns() -> None:
    # Each costs time in every block: a text that is rare, or a pattern less, is better.
    assert len([p for p in PATTERNS if required(p).others]) < len(PATTERNS) / 4


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
def test_boundaries_that_are_repeated_lose_nothing(pattern: str) -> None:
    prefilter = Prefilter([*PATTERNS, pattern])
    assert len(PATTERNS) in prefilter.places_in(b"it unfailed\nfoobar\nfoo bar").indices


def test_colours_that_are_put_into_each_other_make_no_new_ones() -> None:
    line = b"\x1b[31mred\x1b[0m \x1b[3\x1b[0m1m \x1b\x1b[31m[0m x\n"
    assert log_text.unwrapped(line * 2) == 2 * log_text.unwrapped(line)
