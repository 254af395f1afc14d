"""YAML of users."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib import resources

from crashloop_doctor.dumps.documents import Unreadable, guard_yaml
from crashloop_doctor.signatures import catalog

SAYS = "a FailureSignature's YAML is loaded and checked, or refused as InvalidSignature"


def seeds() -> Iterator[bytes]:
    folder = resources.files("crashloop_doctor.signatures").joinpath("catalogue")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            documents = file.read_bytes().split(b"\n---\n")
            yield from itertools.islice((document[:3000] for document in documents), 2)
    yield from (
        b"kind: FailureSignature",
        b"kind: FailureSignature\nmetadata: {name: a}\nspec: {cause: Unknown, summary: s, confidence: x, patterns: []}",
        b"a: &a [*a]",
        b"- - - -",
        b"? {a: b}\n: c",
        b"!!python/object:os.system x",
        b"2026-13-45",
        b"---\n...\n---\n",
    )


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        # As both callers do it: aliases and depth are bounded first.
        guard_yaml(text)
        found = catalog.parse(text)
    except (Unreadable, catalog.InvalidSignature) as error:
        if not str(error):
            raise AssertionError("a refusal says why") from error
        return
    for signature in found[:3]:
        try:
            catalog.check(signature)
        except catalog.InvalidSignature as error:
            if not error.reason or not str(error):
                raise AssertionError("a refusal says why") from error
