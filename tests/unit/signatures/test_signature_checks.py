"""A signature that cannot be used is refused with a reason and a sentence for its author."""

from __future__ import annotations

import textwrap

import pytest

from crashloop_doctor.signatures.catalog import Catalog, InvalidSignature, check, parse
from crashloop_doctor.signatures.expression import InvalidPattern, PatternSet, compile_bytes

GOOD = """
    apiVersion: crashloop-doctor.io/v1alpha1
    kind: FailureSignature
    metadata: {name: disk-full}
    spec:
      cause: DiskFull
      summary: the disk is full
      confidence: "0.9"
      requires: []
      patterns:
        - regex: 'cannot write (?P<file>/\\S+): No space left'
      examples:
        - {log: 'cannot write /data/a: No space left', captures: {file: /data/a}}
      counterExamples:
        - {log: 'No space left in this suitcase'}
"""

FAULTS = {
    "a cause that does not exist": (("DiskFull", "Goblins"), "UnknownCause", "Goblins"),
    "a requirement that does not exist": (
        ("requires: []", "requires: [FullMoon]"),
        "UnknownRequirement",
        "FullMoon",
    ),
    "a look-ahead, which RE2 does not have": (
        ("cannot write", "(?=cannot) write"),
        "InvalidPattern",
        "look-around",
    ),
    "a back-reference, which RE2 does not have": (
        ("No space left'\n      ex", "\\1'\n      ex"),
        "InvalidPattern",
        "RE2",
    ),
    "an example that no pattern matches": (
        ("log: 'cannot write", "log: 'could not write"),
        "ExampleNotMatched",
        "could not write",
    ),
    "an example with another capture": (
        ("file: /data/a}", "file: /data/b}"),
        "ExampleNotMatched",
        "/data/b",
    ),
    "an example with a capture that does not exist": (
        ("captures: {file: ", "captures: {path: "),
        "ExampleNotMatched",
        "path",
    ),
    "a counter-example that a pattern matches": (
        ("No space left in this suitcase", "cannot write /x: No space left"),
        "CounterExampleMatched",
        "narrower",
    ),
    "a document of another kind": (("kind: FailureSignature", "kind: Pod"), "InvalidKind", "kind"),
    "a field of the wrong type": (('confidence: "0.9"', "confidence: 0.9"), "InvalidField", ""),
    "no pattern at all": (
        (
            "patterns:\n        - regex: 'cannot write (?P<file>/\\S+): No space left'",
            "patterns: []",
        ),
        "NoPattern",
        "at least one",
    ),
    "a text that is not YAML": (("metadata: {name", "metadata: {name: {"), "InvalidYAML", "YAML"),
}


def check_all(document: str) -> None:
    for signature in parse(textwrap.dedent(document)):
        check(signature)


def test_a_good_signature_passes() -> None:
    check_all(GOOD)


@pytest.mark.parametrize(("change", "reason", "word"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_signature_is_refused(change: tuple[str, str], reason: str, word: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(InvalidSignature) as refused:
        check_all(GOOD.replace(change[0], change[1], 1))
    assert refused.value.reason == reason
    assert word in str(refused.value)


def test_empty_documents_between_signatures_are_no_fault() -> None:
    text = textwrap.dedent(GOOD)
    assert len(parse(f"---\n{text}---\n---\n{text}")) == 2


def test_the_first_matching_pattern_of_a_signature_gives_the_captures() -> None:
    (signature,) = parse(
        textwrap.dedent(GOOD).replace(
            "  patterns:\n", "  patterns:\n    - regex: '(?P<first>cannot)'\n"
        )
    )
    (match,) = Catalog([signature]).scan(b"cannot write /data/a: No space left").matches
    assert match.captures == {"first": "cannot"}


def test_a_group_that_took_no_part_is_no_capture() -> None:
    (signature,) = parse(textwrap.dedent(GOOD).replace("cannot write", "(?P<maybe>x)?cannot write"))
    (match,) = Catalog([signature]).scan(b"cannot write /data/a: No space left").matches
    assert match.captures == {"file": "/data/a"}


def test_captures_are_plain_text() -> None:
    (signature,) = parse(textwrap.dedent(GOOD))
    (match,) = Catalog([signature]).scan(b"cannot write /d\xff\xc2\x9b\x00: No space left").matches
    assert match.captures == {"file": "/d\ufffd\ufffd"}


def test_an_empty_set_matches_nothing() -> None:
    assert PatternSet([]).found_in(b"anything") == []
    assert Catalog([]).scan(b"anything").matches == ()


def test_a_pattern_cannot_claim_memory_without_bound() -> None:
    with pytest.raises(InvalidPattern):
        compile_bytes("((((x{1000}){1000}){1000}){1000})")
    with pytest.raises(InvalidPattern):
        compile_bytes("(?:[a-z]{900}[0-9]{900}){300}")


def test_matching_takes_linear_time_where_other_engines_explode() -> None:
    pattern = compile_bytes("(a+)+$")
    assert pattern.search(b"a" * 100_000 + b"!") is None
