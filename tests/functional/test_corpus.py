"""The engine on the recorded corpus: what it may get wrong has a number here; for wrong cures that is none."""

from __future__ import annotations

import pytest

from corpus.case import SET_ASIDE, SYNTHETIC, TUNING, cases
from corpus.replay import replayed
from corpus.score import Score, scored
from crashloop_doctor.api.v1alpha1 import CAUSES
from crashloop_doctor.signatures.catalog import builtin

SCORES: dict[str, Score] = {}


def score(part: str) -> Score:
    if part not in SCORES:
        catalog = builtin()
        SCORES[part] = scored([replayed(case, catalog) for case in cases(part)])
    return SCORES[part]


@pytest.mark.parametrize(("part", "least"), [(TUNING, 0.95), (SET_ASIDE, 0.88), (SYNTHETIC, 0.95)])
def test_so_many_causes_are_named_rightly(part: str, least: float) -> None:
    assert score(part).accuracy >= least


@pytest.mark.parametrize("part", [TUNING, SET_ASIDE, SYNTHETIC])
def test_a_cause_with_an_automatic_remedy_is_never_named_where_it_is_not_the_cause(
    part: str,
) -> None:
    assert [outcome.case.id for outcome in score(part).wrong_cures] == []


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_cases(cause: str) -> None:
    first_six = CAUSES.index(cause) < 6
    recorded = [c for c in cases(TUNING, SET_ASIDE) if c.cause == cause]
    assert len(recorded) >= (12 if first_six else 4)


def test_a_third_at_least_is_set_aside_by_program() -> None:
    tuning, aside = cases(TUNING), cases(SET_ASIDE)
    assert len(aside) >= len(tuning) / 3
    assert not {c.program for c in tuning} & {c.program for c in aside}


def test_of_seven_cases_one_at_least_has_no_cause_at_all() -> None:
    recorded = cases(TUNING, SET_ASIDE)
    assert sum(c.cause == "Unknown" for c in recorded) * 7 >= len(recorded)
