"""`crashloop-doctor signatures`: the catalogue, and what helps to write a signature of one's own."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from ..api.v1alpha1 import API_VERSION, FailureSignature, SignatureExample
from ..diagnosis.redaction import MASK, redacted
from ..signatures import catalog
from . import log_files, presentation, signature_files

LIST_WIDTH = 120


def run(options: argparse.Namespace) -> int:
    try:
        match options.action:
            case "list":
                return _list(options.output)
            case "show":
                return _show(options.name)
            case "lint":
                return _lint(options)
            case _:
                return _test(options)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        _complain(f"crashloop-doctor signatures {options.action}: {presentation.said(error)}")
        return 1


def _complain(text: str) -> None:
    sys.stdout.flush()
    print(presentation.line(text), file=sys.stderr)


def _list(output: str) -> int:
    signatures = catalog.builtin().signatures
    if output == "json":
        print(json.dumps([_summary(s) for s in signatures.values()], indent=2))
        return 0
    names = max(len(name) for name in signatures)
    causes = max(len(s.spec.cause) for s in signatures.values())
    wide = presentation.width() if sys.stdout.isatty() else LIST_WIDTH
    for name, signature in signatures.items():
        spec = signature.spec
        line = f"{name:<{names}}  {spec.cause:<{causes}}  "
        if output == "wide":
            needs = f" (requires {', '.join(spec.requires)})" if spec.requires else ""
            print(presentation.line(f"{line}{spec.confidence:<4}  {_flat(spec.summary)}{needs}"))
        else:
            print(presentation.line(_cut(line + _flat(spec.summary), wide)))
    return 0


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _summary(signature: FailureSignature) -> dict[str, Any]:
    spec = signature.spec
    return {
        "name": signature.metadata.name,
        "cause": spec.cause,
        "confidence": float(spec.confidence),
        "summary": _flat(spec.summary),
        "requires": list(spec.requires),
        "outranks": list(spec.outranks),
        "patterns": [{"regex": p.regex, "source": p.source} for p in spec.patterns],
    }


def _show(name: str) -> int:
    signatures = catalog.builtin().signatures
    signature = signatures.get(name)
    if signature is None:
        import difflib

        near = difflib.get_close_matches(name, signatures, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`signatures list` has them all"
        raise ValueError(f"there is no built-in signature {name!r}; {hint}")
    import yaml

    document = {
        "apiVersion": API_VERSION,
        "kind": "FailureSignature",
        "metadata": {"name": name},
        "spec": msgspec.to_builtins(signature.spec),
    }
    # Escaped where it is not ASCII: examples are logs, and logs hold escapes.
    print(yaml.safe_dump(document, sort_keys=False, width=100), end="")
    return 0


def _lint(options: argparse.Namespace) -> int:
    failed = 0
    for file in options.files:
        try:
            found = signature_files.read(file)
        except signature_files.InvalidFile as error:
            _complain(str(error))
            failed += 1
            continue
        print(presentation.line(f"{file}: {len(found)} signature(s), all examples hold"))
        for signature in found:
            if broad := signature_files.too_broad(signature):
                more = f" and {len(broad) - 1} more" if len(broad) > 1 else ""
                _complain(
                    f"{file}: warning: {signature.metadata.name} matches the ordinary line"
                    f" {broad[0]!r}{more}; make its patterns narrower"
                )
            elif common := signature_files.of_common_words(signature):
                _complain(
                    f"{file}: warning: {signature.metadata.name}: {common[0]!r} has nothing but common words, which is"
                    " slow, and looked for at both ends of a large log only; give each alternative a rarer one"
                )
    return 1 if failed else 0


class _Trial(NamedTuple):
    """One example, and what came of it."""

    signature: str
    example: str
    failure: str
    captures: str


def _test(options: argparse.Namespace) -> int:
    signatures = signature_files.parsed(options.file)
    trials = [trial for signature in signatures for trial in _trials(signature)]
    names = max((len(t.signature) for t in trials), default=0)
    for trial in trials:
        verdict = "FAILED" if trial.failure else "ok"
        said = redacted(trial.failure or trial.captures)
        line = f"{trial.signature:<{names}}  {trial.example:<18}  {verdict:<6}  {said}"
        print(_cut(presentation.line(line).rstrip(), presentation.width()))
    failed = sum(bool(trial.failure) for trial in trials)
    if not trials:
        print(presentation.line(f"{options.file} has no examples; add some to each signature"))
    if options.log is not None:
        _matched_lines(signatures, options)
    if failed:
        _complain(
            f"{options.file}: {failed} of {len(trials)} examples failed;"
            " `signatures lint` says the first in full"
        )
    return 1 if failed else 0


def _trials(signature: FailureSignature) -> Iterator[_Trial]:
    name, spec = signature.metadata.name or "(no name)", signature.spec
    bare = msgspec.structs.replace(spec, examples=(), counter_examples=())
    try:
        signature_files.check(msgspec.structs.replace(signature, spec=bare))
    except catalog.InvalidSignature as error:
        yield _Trial(name, "patterns", presentation.line(str(error)), "")
        return
    for kind, examples in (
        ("examples", spec.examples),
        ("counter_examples", spec.counter_examples),
    ):
        shown = kind.replace("_examples", "-example").removesuffix("s")
        for number, example in enumerate(examples, start=1):
            alone = msgspec.structs.replace(
                signature, spec=msgspec.structs.replace(bare, **{kind: (example,)})
            )
            try:
                catalog.check(alone)
            except catalog.InvalidSignature as error:
                yield _Trial(name, f"{shown} {number}", presentation.line(str(error)), "")
            else:
                captured = "" if kind != "examples" else _captured(alone, example)
                yield _Trial(name, f"{shown} {number}", "", captured)


def _captured(signature: FailureSignature, example: SignatureExample) -> str:
    """What the groups of the last match captured, from whichever source it matched."""
    own = catalog.Catalog([signature])
    log = example.log.encode("utf-8", "replace")
    for source in (catalog.LOG, catalog.STATUS, catalog.EVENT):
        if matches := own.scan(log, source).matches:
            return " ".join(f"{k}={v}" for k, v in sorted(matches[-1].captures.items()))
    return ""


def _matched_lines(signatures: list[FailureSignature], options: argparse.Namespace) -> None:
    missing: list[str] = []
    excerpt = log_files.scanned(options.log, catalog.Catalog(signatures), missing)
    matches = excerpt.scan.matches if excerpt.scan is not None else ()
    for found in matches:
        shown = redacted(found.text)
        captured = " ".join(
            # A value whose line names it a secret does not look like one alone.
            f"{k}={v if v in shown or v not in found.text else MASK}"
            for k, v in sorted(found.captures.items())
        )
        text = f"{excerpt.source}:{found.line}: {found.signature}"
        text += f" [{captured}]: {found.text}" if captured else f": {found.text}"
        print(_cut(presentation.line(redacted(text)), presentation.width()))
    if not matches:
        print(presentation.line(f"no line of {excerpt.source} is matched"))
    for sentence in missing:
        _complain(f"crashloop-doctor signatures test: warning: not read: {sentence}")
