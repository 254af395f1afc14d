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


@pytest.mark.parametrize("name", sorted(builtin().signatures))
def test_a_signature_keeps_to_its_examples_and_counter_examples(name: str) -> None:
    check(builtin().signatures[name])


LOGGED = {
    case: (signature, example)
    for case, (signature, example) in EXAMPLES.items()
    if Catalog([signature]).scan(example.log.encode()).matches
}


@pytest.mark.parametrize(("signature", "example"), LOGGED.values(), ids=LOGGED.keys())
def test_an_example_is_found_between_colours_and_other_lines(
    signature: FailureSignature, example: SignatureExample
) -> None:
    lines = len(example.log.splitlines())
    log = b"starting\n\x1b[31m" + example.log.encode() + b"\x1b[0m\nstopped\n"
    found = Catalog([signature]).scan(log).matches
    assert found
    assert {match.line for match in found} <= set(range(2, 2 + lines))


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
