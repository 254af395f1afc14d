"""Patterns of users, compiled alone and as part of a catalogue, on untrusted text."""

from __future__ import annotations

from collections.abc import Iterator

from crashloop_doctor.api.core import ObjectMeta
from crashloop_doctor.api.v1alpha1 import FailureSignature, FailureSignatureSpec, PatternSpec
from crashloop_doctor.signatures.catalog import Catalog, InvalidSignature, builtin, check
from crashloop_doctor.signatures.expression import InvalidPattern, compile_bytes

SAYS = "a user's pattern is refused as InvalidPattern or works, and finds with others what it finds alone"


def seeds() -> Iterator[bytes]:
    for signature in list(builtin().signatures.values())[::7]:
        example = signature.spec.examples[0].log if signature.spec.examples else "x"
        for pattern in signature.spec.patterns[:1]:
            yield pattern.regex.encode() + b"\0" + example.encode()
    yield from (
        pattern + b"\0" + text
        for pattern, text in (
            (b"(a+)+$", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
            (b"(?P<path>/[^ ]+): in use", b"/run/x.sock: in use"),
            (b"(?P<a>x)|(?P<a>y)", b"y"),
            (b"(?=x)", b"x"),
            (b"x{1001}", b"x"),
            (b"((((x{100}){100}){100}){100})", b"x"),
            (b"\\C\\pN[[:alpha:]]", b"\xff"),
            (b"(?i)\xc3\xa4|[^\\n]*", b"\xc3\x84"),
            (b"", b""),
            (b"^$", b"\n\n"),
        )
    )


def one(data: bytes) -> None:
    pattern, _, log = data.partition(b"\0")
    regex = pattern.decode("utf-8", "replace")[:512]
    try:
        alone = compile_bytes(regex)
    except InvalidPattern:
        alone = None
    patterns = (PatternSpec(regex=regex), PatternSpec(regex="fatal"))
    spec = FailureSignatureSpec(cause="Unknown", summary="", confidence="0.5", patterns=patterns)
    signature = FailureSignature(metadata=ObjectMeta(name="users"), spec=spec)
    try:
        check(signature)
        catalog = Catalog([signature])
    except (InvalidSignature, InvalidPattern):
        return
    assert alone is not None, "what cannot be compiled alone cannot be part of a catalogue"
    alone.search(log)
    found = catalog.scan(log)
    assert found == catalog.scan(log), "the same twice"
