"""Signatures compiled into one matcher: the built-in ones and the users' FailureSignature resources."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from importlib import resources

import msgspec
import yaml

from ..api.core import Struct
from ..api.v1alpha1 import (
    CAUSES,
    REQUIREMENTS,
    SOURCES,
    FailureSignature,
    SignatureExample,
)
from .expression import InvalidPattern, check_for_lines
from .matcher import Matcher
from .matcher import Scanner as BlockScanner
from .scan import Match, Scan, Sign
from .signs import BESIDE_A_MATCH, SIGNS

LOG, STATUS, EVENT = SOURCES

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class InvalidSignature(ValueError):
    """A signature that cannot be used; `reason` is a condition's reason, the text a sentence for its author."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class _Meaning(Struct, frozen=True, kw_only=True):
    """What it means when a pattern holds: a match of a signature, or a sign."""

    signature: str = ""
    sign: str = ""


class Catalog:
    """A set of checked signatures, compiled once. Later signatures of the same name replace earlier ones."""

    def __init__(self, signatures: Iterable[FailureSignature]) -> None:
        """Raises InvalidPattern."""
        self.signatures = {signature.metadata.name: signature for signature in signatures}
        self._matchers: dict[str, Matcher] = {}
        self._meanings: dict[str, list[list[_Meaning]]] = {}
        for source in SOURCES:
            failures: dict[str, list[_Meaning]] = {}
            beside: dict[str, list[_Meaning]] = {}
            others: dict[str, list[_Meaning]] = {}
            for regex, meaning in self._patterns(source):
                signs = beside if meaning.sign in BESIDE_A_MATCH else others
                chosen = failures if meaning.signature else signs
                chosen.setdefault(regex, []).append(meaning)
            self._matchers[source] = Matcher(
                [*failures, *beside, *others], everywhere=len(failures), beside=len(beside)
            )
            self._meanings[source] = [*failures.values(), *beside.values(), *others.values()]

    def _patterns(self, source: str) -> Iterator[tuple[str, _Meaning]]:
        """Every pattern for that source with what it means; several signatures may share one."""
        for name, signature in self.signatures.items():
            for pattern in signature.spec.patterns:
                if pattern.source == source:
                    yield pattern.regex, _Meaning(signature=name)
            if source == LOG:
                for refutation in signature.spec.refuted_by:
                    yield refutation.regex, _Meaning(sign=refuting(name))
                for exclusion in signature.spec.excluded_by:
                    yield exclusion.regex, _Meaning(sign=excluding(name))
        if source == LOG:
            for sign, regexes in SIGNS.items():
                for regex in regexes:
                    yield regex, _Meaning(sign=sign)

    def scanner(self, source: str = LOG) -> Scanner:
        """A pass over one log that comes in pieces."""
        return Scanner(self._matchers[source].scanner(), self._meanings[source])

    def scan(self, content: bytes, source: str = LOG) -> Scan:
        """What the signatures find in a log (or in the lines of a status, or of events)."""
        scanner = self.scanner(source)
        scanner.feed(content)
        return scanner.finish()

    def with_signatures(self, signatures: Iterable[FailureSignature]) -> Catalog:
        """This catalogue with more signatures; theirs replace ours of the same name."""
        return Catalog([*self.signatures.values(), *signatures])


class Scanner:
    """One pass over one log: `feed` it in pieces of any size, `finish` says what was found."""

    def __init__(self, blocks: BlockScanner, meanings: list[list[_Meaning]]) -> None:
        self._blocks = blocks
        self._meanings = meanings

    def feed(self, data: bytes) -> None:
        """The next bytes of the log."""
        self._blocks.feed(data)

    def finish(self) -> Scan:
        """The log has ended. Every (signature, line) that holds; the first pattern of a signature wins."""
        self._blocks.finish()
        matches, signs = [], []
        seen: set[tuple[str, int]] = set()
        for found in self._blocks.found:
            for meaning in self._meanings[found.index]:
                name = meaning.signature or meaning.sign
                if (name, found.line) in seen:
                    continue
                seen.add((name, found.line))
                if meaning.sign:
                    signs.append(Sign(name=name, line=found.line, text=found.text))
                    continue
                matches.append(
                    Match(
                        signature=name,
                        line=found.line,
                        text=found.text,
                        captures=found.captures,
                    )
                )
        return Scan(
            matches=tuple(matches),
            signs=tuple(signs),
            last_lines=self._blocks.last_lines,
            line_count=self._blocks.line_count,
        )


def refuting(signature: str) -> str:
    """The name of the sign that a later line takes the signature's failure back."""
    return f"refuted:{signature}"


def excluding(signature: str) -> str:
    """The name of the sign that the signature does not apply to this log at all."""
    return f"excluded:{signature}"


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
    odd = [pattern.source for pattern in spec.patterns if pattern.source not in SOURCES]
    if odd:
        raise InvalidSignature(
            "UnknownSource", f"source {odd[0]!r} is unknown; use one of {', '.join(SOURCES)}"
        )
    if not spec.patterns:
        raise InvalidSignature("NoPattern", "patterns is empty; give at least one")
    try:
        against = (*spec.refuted_by, *spec.excluded_by)
        for regex in (*(p.regex for p in spec.patterns), *(p.regex for p in against)):
            check_for_lines(regex)
        catalog = Catalog([signature])
    except InvalidPattern as error:
        raise InvalidSignature("InvalidPattern", str(error)) from error
    for example in spec.examples:
        _check_example(catalog, example)
    for example in spec.counter_examples:
        if matches := _standing(catalog, signature, example):
            raise InvalidSignature(
                "CounterExampleMatched",
                f"the counter-example {example.log!r} is matched in line {matches[0].line};"
                " make the pattern narrower",
            )


def _standing(
    catalog: Catalog, signature: FailureSignature, example: SignatureExample
) -> list[Match]:
    """The matches that no later line of the example refutes and no line excludes, in whichever source they hold."""
    name = signature.metadata.name
    log = example.log.encode("utf-8", "surrogatepass")
    standing: list[Match] = []
    for source in SOURCES:
        scan = catalog.scan(log, source)
        if not scan.last_sign(excluding(name)):
            refuted = scan.last_sign(refuting(name))
            standing.extend(match for match in scan.matches if match.line > refuted)
    return standing


def _check_example(catalog: Catalog, example: SignatureExample) -> None:
    signature = next(iter(catalog.signatures.values()))
    matches = _standing(catalog, signature, example)
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
        loaded = [item for item in yaml.load_all(document, Loader=_LOADER) if item is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
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
    """The catalogue that ships with the doctor. Its examples are checked by the tests, not at each start."""
    signatures = []
    for file in sorted(
        resources.files(__package__).joinpath("catalogue").iterdir(), key=lambda f: f.name
    ):
        if file.name.endswith(".yaml"):
            signatures.extend(parse(file.read_text("utf-8")))
    return Catalog(signatures)
