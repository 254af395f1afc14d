"""Signatures compiled into one matcher: the built-in ones and the users' FailureSignature resources."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib import resources
from typing import Any

import msgspec
import yaml

from ..api.core import Struct
from ..api.v1alpha1 import CAUSES, REQUIREMENTS, FailureSignature, SignatureExample
from . import log_text
from .expression import InvalidPattern, PatternSet, compile_bytes


class InvalidSignature(ValueError):
    """A signature that cannot be used; `reason` is a condition's reason, the text a sentence for its author."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Match(Struct, frozen=True, kw_only=True):
    """One signature found in one line."""

    signature: str
    line: int
    text: str
    captures: dict[str, str] = {}


class Catalog:
    """A set of checked signatures, compiled once. Later signatures of the same name replace earlier ones."""

    def __init__(self, signatures: Iterable[FailureSignature]) -> None:
        self.signatures = {signature.metadata.name: signature for signature in signatures}
        self._patterns: list[tuple[str, Any]] = []
        sources = []
        for name, signature in self.signatures.items():
            for pattern in signature.spec.patterns:
                self._patterns.append((name, compile_bytes(pattern.regex)))
                sources.append(pattern.regex)
        self._set = PatternSet(sources)

    def matches(self, log: bytes) -> list[Match]:
        """Every (signature, line) that holds, in the order of the lines; the first pattern of a signature wins."""
        found = []
        for number, line in log_text.lines(log):
            seen = set()
            for index in self._set.matching(line):
                name, pattern = self._patterns[index]
                if name in seen:
                    continue
                seen.add(name)
                groups = pattern.search(line)
                captures = {
                    key.decode(): log_text.text(value)
                    for key, value in (groups.groupdict() if groups else {}).items()
                    if value is not None
                }
                found.append(
                    Match(signature=name, line=number, text=log_text.text(line), captures=captures)
                )
        return found

    def with_signatures(self, signatures: Iterable[FailureSignature]) -> Catalog:
        """This catalogue with more signatures; theirs replace ours of the same name."""
        return Catalog([*self.signatures.values(), *signatures])


def check(signature: FailureSignature) -> None:
    """Raises InvalidSignature when the signature cannot be used or does not keep to its own examples."""
    spec = signature.spec
    if spec.cause not in CAUSES:
        raise InvalidSignature(
            "UnknownCause", f"cause {spec.cause!r} is unknown; use one of {', '.join(CAUSES)}"
        )
    unknown = [name for name in spec.requires if name not in REQUIREMENTS]
    if unknown:
        raise InvalidSignature(
            "UnknownRequirement",
            f"requires {unknown[0]!r} is unknown; use one of {', '.join(REQUIREMENTS)}",
        )
    if not spec.patterns:
        raise InvalidSignature("NoPattern", "patterns is empty; give at least one")
    try:
        catalog = Catalog([signature])
    except InvalidPattern as error:
        raise InvalidSignature("InvalidPattern", str(error)) from error
    for example in spec.examples:
        _check_example(catalog, example)
    for example in spec.counter_examples:
        if matches := catalog.matches(example.log.encode()):
            raise InvalidSignature(
                "CounterExampleMatched",
                f"the counter-example {example.log!r} is matched in line {matches[0].line};"
                " make the pattern narrower",
            )


def _check_example(catalog: Catalog, example: SignatureExample) -> None:
    matches = catalog.matches(example.log.encode())
    if not matches:
        raise InvalidSignature(
            "ExampleNotMatched", f"no pattern matches the example {example.log!r}"
        )
    captured = matches[-1].captures
    for name, value in example.captures.items():
        if captured.get(name) != value:
            raise InvalidSignature(
                "ExampleNotMatched",
                f"in the example {example.log!r} the group {name!r} captures"
                f" {captured.get(name)!r}, not {value!r}",
            )


def parse(document: str) -> list[FailureSignature]:
    """The FailureSignatures of a YAML text. Raises InvalidSignature."""
    try:
        loaded = [item for item in yaml.safe_load_all(document) if item is not None]
    except yaml.YAMLError as error:
        raise InvalidSignature("InvalidYAML", f"this is not YAML: {error}") from error
    signatures = []
    for item in loaded:
        if not isinstance(item, dict) or item.get("kind") != "FailureSignature":
            raise InvalidSignature(
                "InvalidKind", "every document must be a FailureSignature (field `kind`)"
            )
        try:
            signatures.append(msgspec.convert(item, FailureSignature))
        except msgspec.ValidationError as error:
            raise InvalidSignature("InvalidField", str(error)) from error
    return signatures


@functools.cache
def builtin() -> Catalog:
    """The catalogue that ships with the doctor, every example checked."""
    signatures = []
    for file in sorted(
        resources.files(__package__).joinpath("catalogue").iterdir(), key=lambda f: f.name
    ):
        if file.name.endswith(".yaml"):
            signatures.extend(parse(file.read_text("utf-8")))
    for signature in signatures:
        check(signature)
    return Catalog(signatures)
