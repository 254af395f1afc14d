"""What is proposed next: mildest first, nothing twice that failed, the next in order when a cure did not last."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from case_builders import (
    FIRST_AID,
    JANITOR,
    a_death,
    a_diagnosis,
    a_pod,
    a_remediation,
    altered,
    at,
)
from crashloop_doctor.api.states import ENDS
from crashloop_doctor.api.v1alpha1 import Diagnosis, Remediation
from crashloop_doctor.policy.selection import Ruling
from crashloop_doctor.treatment.proposal import (
    MAX_WAIT_SECONDS,
    OTHER_CAUSE_SECONDS,
    overtaken_by,
    proposals,
)

DIED_AGAIN = a_diagnosis(a_pod(), deaths=(a_death(3), a_death(900, restarts=2)))


def ruled(mode: str = "Auto", *remedies: str) -> Ruling:
    return Ruling(mode=mode, policy="p", reason="", remedies=remedies)


def past(state: str, remedy: str = FIRST_AID, attempt: int = 1, ended: float = 100) -> Remediation:
    return a_remediation(
        state, remedy=remedy, attempt=attempt, ended_at=ended, name=f"{remedy}-{attempt}"
    )


class Case(NamedTuple):
    mode: Ruling
    history: list[Remediation]
    expected: list[tuple[str, int]]
    diagnosis: Diagnosis = DIED_AGAIN
    now: float = 50_000


BOTH = [(FIRST_AID, 1), (JANITOR, 1)]
AUTO, SUGGEST = ruled("Auto"), ruled("Suggest")

CASES = {
    "Observe proposes nothing": Case(ruled("Observe"), [], []),
    "Auto names them in order, the mildest first": Case(AUTO, [], BOTH),
    "Suggest puts all side by side": Case(SUGGEST, [], BOTH),
    "the policy's order counts": Case(
        ruled("Suggest", JANITOR, FIRST_AID), [], [(JANITOR, 1), (FIRST_AID, 1)]
    ),
    "only what the policy chose": Case(ruled("Auto", JANITOR), [], [(JANITOR, 1)]),
    "a remedy that does not exist is left out": Case(ruled("Auto", "Prayer"), [], []),
    "Auto proposes nothing while one is open": Case(AUTO, [past("Proposed")], []),
    "Suggest proposes the others while one is open": Case(
        SUGGEST, [past("Proposed")], [(JANITOR, 1)]
    ),
    "a new remediation without a state is open": Case(AUTO, [past("")], []),
    "a failure is not repeated, the next in order is": Case(
        AUTO, [past("RolledBack")], [(JANITOR, 1)]
    ),
    "what a person must look at is not repeated": Case(AUTO, [past("NeedsHuman")], [(JANITOR, 1)]),
    "what was rejected is not proposed again": Case(SUGGEST, [past("Rejected")], [(JANITOR, 1)]),
    "what was superseded comes again with the next number": Case(
        AUTO, [past("Superseded")], [(FIRST_AID, 2), (JANITOR, 1)]
    ),
    "what expired comes again with the next number": Case(
        SUGGEST, [past("Expired", attempt=4)], [(FIRST_AID, 5), (JANITOR, 1)]
    ),
    "Auto goes on to the next when what healed did not last": Case(
        AUTO, [past("Healed")], [(JANITOR, 1)]
    ),
    "the last in order may be repeated": Case(
        AUTO, [past("Healed"), past("Healed", JANITOR)], [(JANITOR, 2)]
    ),
    "a single choice may be repeated": Case(
        ruled("Auto", FIRST_AID), [past("Healed")], [(FIRST_AID, 2)]
    ),
    "Suggest offers what healed again": Case(
        SUGGEST, [past("Healed")], [(FIRST_AID, 2), (JANITOR, 1)]
    ),
    "what was superseded this second waits a little": Case(
        AUTO, [past("Superseded")], [(JANITOR, 1)], now=101
    ),
    "what was superseded twice waits twice as long": Case(
        AUTO, [past("Superseded"), past("Superseded", attempt=2)], [(JANITOR, 1)], now=103
    ),
    "after its wait it comes again": Case(
        AUTO,
        [past("Superseded"), past("Superseded", attempt=2)],
        [(FIRST_AID, 3), (JANITOR, 1)],
        now=104,
    ),
    "the wait is bounded however often plans were overtaken": Case(
        AUTO,
        [past("Superseded", attempt=n) for n in range(1, 200)],
        [(FIRST_AID, 200), (JANITOR, 1)],
        now=100 + MAX_WAIT_SECONDS,
    ),
    "a clock that went back only makes it wait": Case(
        AUTO, [past("Superseded")], [(JANITOR, 1)], now=-999
    ),
    "nothing is left when all failed": Case(
        AUTO, [past("RolledBack"), past("NeedsHuman", JANITOR)], []
    ),
    "nothing before the first death is examined": Case(AUTO, [], [], a_diagnosis(a_pod())),
    "nothing for deaths of another cause alone": Case(
        AUTO, [], [], a_diagnosis(a_pod(), deaths=(a_death(3, cause="OutOfMemory"),))
    ),
    "nothing while no death followed the cure": Case(
        AUTO, [past("Healed", ended=1000)], [], DIED_AGAIN
    ),
    "the durable cure, for a person to choose, though no death followed first aid": Case(
        SUGGEST, [past("Healed", ended=1000)], [(JANITOR, 1)], DIED_AGAIN
    ),
    "and under Approve": Case(
        ruled("Approve"), [past("Healed", ended=1000)], [(JANITOR, 1)], DIED_AGAIN
    ),
    "nothing while no death followed the durable cure, under Suggest too": Case(
        SUGGEST, [past("Healed", JANITOR, ended=1000)], [], DIED_AGAIN
    ),
    "nothing before the first death is examined, under Suggest too": Case(
        SUGGEST, [], [], a_diagnosis(a_pod())
    ),
    "nothing when only another death followed the cure": Case(
        AUTO,
        [past("Healed")],
        [],
        a_diagnosis(a_pod(), deaths=(a_death(3), a_death(900, restarts=2, cause=""))),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_proposed(case: Case) -> None:
    found = proposals(case.diagnosis, case.mode, case.history, at(case.now))
    assert [(p.remedy, p.attempt) for p in found] == case.expected


LAPSED = {
    "a proposal that nobody decided about": (["Expired"], 2),
    "two of them": (["Expired", "Expired"], 4),
    "one that was overtaken, and one that lapsed": (["Superseded", "Expired"], 4),
    "one that lapsed, but not one that healed": (["Healed", "Expired"], 2),
}


@pytest.mark.parametrize("mode", ["Suggest", "Approve"])
@pytest.mark.parametrize(("ends", "seconds"), LAPSED.values(), ids=LAPSED.keys())
def test_the_next_proposal_waits_after(ends: list[str], seconds: int, mode: str) -> None:
    history = [past(state, attempt=number) for number, state in enumerate(ends, 1)]

    def attempts(now: float) -> list[int]:
        found = proposals(DIED_AGAIN, ruled(mode), history, at(now))
        return [p.attempt for p in found if p.remedy == FIRST_AID]

    assert attempts(100 + seconds - 0.001) == []
    assert attempts(100 + seconds) == [len(ends) + 1]


@pytest.mark.parametrize("state", [*ENDS, "Proposed", "Approved", "Applied", "Verifying", ""])
@pytest.mark.parametrize("mode", ["Observe", "Suggest", "Approve", "Auto"])
def test_no_number_is_given_twice_and_nothing_stands_open_twice(state: str, mode: str) -> None:
    history: list[Any] = [past(state), past("Superseded", attempt=7), past("Expired", JANITOR, 3)]
    found = proposals(DIED_AGAIN, ruled(mode), history, at(50_000))
    used = {(r.spec.remedy, r.spec.attempt) for r in history}
    assert not used & {(p.remedy, p.attempt) for p in found}
    assert all(p.attempt > 3 for p in found)
    if state not in ENDS:
        assert FIRST_AID not in {p.remedy for p in found}


def of(cause: str, last_death: float, **changes: Any) -> Diagnosis:
    death = altered(a_death(last_death), cause=cause)
    diagnosis = a_diagnosis(a_pod(), deaths=(death,))
    spec = altered(diagnosis.spec, cause=cause, **changes.pop("spec", {}))
    metadata = altered(diagnosis.metadata, name=cause.lower(), uid=cause, **changes)
    return altered(diagnosis, spec=spec, metadata=metadata)


OWN = of("StaleUnixSocket", 100)
AFTER = OTHER_CAUSE_SECONDS + 101
OTHERS = {
    "a later death of another cause overtakes it": (of("OutOfMemory", AFTER), True),
    "not one that is only a little later, as loops alternate": (
        of("OutOfMemory", AFTER - 2),
        False,
    ),
    "nor one that is older": (of("OutOfMemory", 50), False),
    "nor itself": (altered(of("StaleUnixSocket", AFTER), metadata=OWN.metadata), False),
    "nor one of another container": (
        of("OutOfMemory", AFTER, spec={"container": "sidecar"}),
        False,
    ),
    "nor one in another namespace": (of("OutOfMemory", AFTER, namespace="elsewhere"), False),
}


@pytest.mark.parametrize(("other", "overtaken"), OTHERS.values(), ids=OTHERS.keys())
def test_what_the_container_dies_of_now_is_what_counts(other: Diagnosis, overtaken: bool) -> None:
    assert (overtaken_by(OWN, [OWN, other]) is not None) == overtaken


def test_one_that_recovered_overtakes_nothing() -> None:
    other = of("OutOfMemory", AFTER)
    assert (
        overtaken_by(OWN, [altered(other, status=altered(other.status, state="Recovered"))]) is None
    )
