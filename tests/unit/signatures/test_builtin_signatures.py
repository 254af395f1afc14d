"""The signatures that ship: each keeps to its own examples, and none to another cause's."""

from __future__ import annotations

import msgspec
import pytest

from crashloop_doctor.api.v1alpha1 import FailureSignature, SignatureExample
from crashloop_doctor.signatures.catalog import Catalog, builtin, check

SIGNATURES = builtin().signatures
EXAMPLES = {
    f"{name}: {example.log}": (signature, example)
    for name, signature in SIGNATURES.items()
    for example in signature.spec.examples
}
COUNTER_EXAMPLES = {
    f"{name}: {example.log}": (signature, example)
    for name, signature in SIGNATURES.items()
    for example in signature.spec.counter_examples
}


@pytest.mark.parametrize(("signature", "example"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_an_example_is_found_with_its_captures(
    signature: FailureSignature, example: SignatureExample
) -> None:
    (match, *_) = Catalog([signature]).scan(example.log.encode()).matches
    assert match.signature == signature.metadata.name
    assert {**match.captures, **example.captures} == match.captures


@pytest.mark.parametrize(("signature", "example"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_an_example_is_found_between_colours_and_other_lines(
    signature: FailureSignature, example: SignatureExample
) -> None:
    log = b"starting\n\x1b[31m" + example.log.encode() + b"\x1b[0m\nstopped\n"
    found = Catalog([signature]).scan(log).matches
    assert {match.line for match in found} == {2}


@pytest.mark.parametrize(
    ("signature", "example"), COUNTER_EXAMPLES.values(), ids=COUNTER_EXAMPLES.keys()
)
def test_a_counter_example_is_not_found(
    signature: FailureSignature, example: SignatureExample
) -> None:
    assert Catalog([signature]).scan(example.log.encode()).matches == ()


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_every_signature_has_examples_counter_examples_and_advice(
    signature: FailureSignature,
) -> None:
    check(signature)
    assert signature.spec.examples
    assert signature.spec.counter_examples
    assert signature.spec.advice
    assert 0 < float(signature.spec.confidence) <= 1


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_what_a_signature_outranks_exists(signature: FailureSignature) -> None:
    assert set(signature.spec.outranks) <= set(SIGNATURES) - {signature.metadata.name}


def test_a_user_s_signature_of_the_same_name_replaces_the_built_in_one() -> None:
    ours = SIGNATURES["address-in-use"]
    theirs = msgspec.structs.replace(
        ours, spec=msgspec.structs.replace(ours.spec, cause="ApplicationError")
    )
    both = builtin().with_signatures([theirs])
    assert both.signatures["address-in-use"].spec.cause == "ApplicationError"
    assert len(both.signatures) == len(SIGNATURES)
    assert builtin().signatures["address-in-use"].spec.cause == "AddressInUse"
