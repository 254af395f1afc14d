"""Users' signatures: those for which there is no room are left out and told so; the others go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from object_server import OURS
from ward import NOW, Ward, a_ward

from crashloop_doctor.cluster.catalogue_reconciler import CatalogueReconciler
from crashloop_doctor.signatures import expression, prefilter
from crashloop_doctor.signatures.catalog import LOG, builtin
from crashloop_doctor.signatures.literals import required

SIGNATURES = f"{OURS}/failuresignatures"
BIG = "(?:abcdefghij|klmnopqrst|uvwxyzabcd){900}"
COMMON = r"error \d+ "


@pytest.fixture
async def ward(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ward]:
    """Room for one more pattern of common words."""
    regexes = [
        p.regex for s in builtin().signatures.values() for p in s.spec.patterns if p.source == LOG
    ]
    without_text = sum(len(required(regex).others) for regex in dict.fromkeys(regexes))
    monkeypatch.setattr(prefilter, "MOST_WITHOUT_TEXT", without_text + 1)
    async with a_ward() as ward:
        yield ward


def signature(name: str, regex: str, minute: int) -> dict[str, Any]:
    return {
        "metadata": {
            "name": name,
            "uid": name,
            "generation": 1,
            "creationTimestamp": f"2026-11-21T09:{minute:02}:00Z",
        },
        "spec": {
            "cause": "DiskFull",
            "confidence": "0.9",
            "summary": "the disk is full",
            "patterns": [{"regex": regex}],
            "examples": [],
        },
    }


async def told(ward: Ward, *given: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Status and reason of each one's Ready."""
    for raw in given:
        ward.server.keep(f"{SIGNATURES}/{raw['metadata']['name']}", raw)
        ward.store.put("FailureSignature", raw)
    reconciler = CatalogueReconciler(ward.records, ward.store, lambda: NOW)
    for raw in given:
        await reconciler.reconcile_signature(("", raw["metadata"]["name"]))
    ward.catalog = reconciler.catalog
    found = {}
    for raw in given:
        stored = ward.server.objects[f"{SIGNATURES}/{raw['metadata']['name']}"]
        (ready,) = stored["status"]["conditions"]
        found[raw["metadata"]["name"]] = (ready["status"], ready["reason"])
    return found


async def test_the_last_signatures_are_left_out_when_too_many_have_no_rare_words(
    ward: Ward,
) -> None:
    found = await told(
        ward,
        # The names' order is not the order in which they were made.
        signature("a-newest", f"{COMMON}A", 30),
        signature("m-small", "disk gone", 20),
        signature("z-oldest", f"{COMMON}Z", 10),
        signature("broken", "(?=x)", 5),
    )
    assert found == {
        "z-oldest": ("True", "Compiled"),
        "m-small": ("True", "Compiled"),
        "a-newest": ("False", "TooLarge"),
        "broken": ("False", "InvalidPattern"),
    }
    names = set(ward.catalog.signatures)
    assert {"z-oldest", "m-small", "address-in-use"} <= names
    assert not {"a-newest", "broken"} & names


async def test_signatures_that_fit_are_all_in_use(ward: Ward) -> None:
    found = await told(ward, signature("one", f"{COMMON}A", 1), signature("two", "disk gone", 2))
    assert set(found.values()) == {("True", "Compiled")}


def test_patterns_that_are_too_many_together_are_no_half_built_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expression, "SET_MEMORY", 4 << 20)
    expression.PatternSet([BIG])
    with pytest.raises(expression.InvalidPattern, match="together"):
        expression.PatternSet([f"{n}{BIG}" for n in range(12)])
