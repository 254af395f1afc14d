"""One observation, one transition: which way a treatment goes from each of its states."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from case_builders import (
    FIRST_AID,
    JANITOR,
    a_pod,
    a_remediation,
    a_workload,
    altered,
    an_approval,
    at,
    carrier_name,
    readiness,
    terminated,
    waiting,
    with_carrier,
    with_janitor,
)
from crashloop_doctor.api.core import Pod
from crashloop_doctor.api.states import ENDS
from crashloop_doctor.api.v1alpha1 import Condition
from crashloop_doctor.remedies.plan import Refusal
from crashloop_doctor.treatment import machine
from crashloop_doctor.treatment.machine import PASTED, Effect, next_transition
from crashloop_doctor.treatment.observation import Observation
from treatment_builders import (
    APPROVE,
    AUTO,
    SUGGEST,
    TIMEOUT,
    WAITING,
    WINDOW,
    carrying,
    plan_of,
    proposed,
    treated,
)

NOTHING, APPLY, ROLL_BACK = Effect.NONE, Effect.APPLY, Effect.ROLL_BACK
DIGEST = plan_of(FIRST_AID).digest
BOTH = pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])
OVERDUE = at(10 + TIMEOUT + WINDOW + 1)


class Step(NamedTuple):
    seen: Observation
    state: str
    reason: str
    effect: Effect = NOTHING


def decided(decision: str = "Approve", digest: str = DIGEST, **changes: Any) -> Observation:
    """Given under the guard of the admission policy, unless a test says otherwise."""
    approval = an_approval(decision, digest)
    changes = {"approval_trusted": True, **changes}
    return altered(proposed(), remediation__spec__approval=approval, **changes)


def approved(**changes: Any) -> Observation:
    return altered(proposed(state="Approved"), **changes)


def pasted(remedy: str) -> Observation:
    seen = proposed(remedy)
    if remedy == JANITOR:
        return altered(seen, workload=with_janitor(seen.workload))  # type: ignore[arg-type]
    return altered(seen, pods=(carrying(remedy, a_pod()),))


REFUSAL = Refusal(remedy=FIRST_AID, reason="SharedHostPath", message="a neighbour came")
HEALED_SINCE = (a_remediation("Healed", name="rem-0", ended_at=100),)
UNTRUSTED = {"approval_trusted": False, "gate": APPROVE}
SNOOZED = {"diagnosis__spec__snoozed_until": at(3600)}
MORE_HEALTHY = altered(plan_of(FIRST_AID), healthy_pods_restarted=1)
OTHER_PLAN = altered(plan_of(FIRST_AID), digest="sha256:other")

BEFORE = {
    "open for Auto: approved by the policy": Step(proposed(), "Approved", "ApprovedByPolicy"),
    "open for Auto, but healed by another treatment since: waits for a death": Step(
        altered(proposed(), history=HEALED_SINCE), "Proposed", "NothingToHeal"
    ),
    "open for Auto, healed since, approved by a person all the same": Step(
        decided(history=HEALED_SINCE), "Approved", "Approved"
    ),
    "open for Auto, healed since, approved for another plan": Step(
        decided(digest="sha256:other", history=HEALED_SINCE), "Proposed", "ApprovalForAnotherPlan"
    ),
    "open for approval, nobody decided: waits": Step(
        altered(proposed(), gate=APPROVE), "Proposed", "PolicyAllows"
    ),
    "open for approval and approved": Step(decided(gate=APPROVE), "Approved", "Approved"),
    "approved, but for another plan: waits": Step(
        decided(digest="sha256:other", gate=APPROVE), "Proposed", "ApprovalForAnotherPlan"
    ),
    "approved, but the policy only suggests: waits": Step(
        decided(gate=SUGGEST), "Proposed", "ModeOfPolicy"
    ),
    "approved, but a cooldown runs: waits": Step(decided(gate=WAITING), "Proposed", "Cooldown"),
    "approved while no admission policy guarded approvals: waits": Step(
        decided(**UNTRUSTED), "Proposed", "ApprovalNotTrusted"
    ),
    "rejected while no admission policy guarded approvals": Step(
        decided("Reject", **UNTRUSTED), "Rejected", "Rejected"
    ),
    "snoozed: waits": Step(altered(proposed(), **SNOOZED), "Proposed", "Snoozed"),
    "snoozed and approved: waits": Step(decided(gate=APPROVE, **SNOOZED), "Proposed", "Snoozed"),
    "snoozed beyond its expiry: waits": Step(
        altered(proposed(), now=at(86400), diagnosis__spec__snoozed_until=at(90000)),
        "Proposed",
        "Snoozed",
    ),
    "snoozed until this second": Step(
        altered(proposed(), now=at(3600), **SNOOZED), "Approved", "ApprovedByPolicy"
    ),
    "it would restart more healthy pods than was announced": Step(
        altered(proposed(), plan=MORE_HEALTHY), "Superseded", "MoreHealthyPods"
    ),
    "it would restart as many healthy pods as was announced": Step(
        altered(proposed(), plan=MORE_HEALTHY, remediation__spec__healthy_pods_restarted=1),
        "Approved",
        "ApprovedByPolicy",
    ),
    "a suggestion without an end does not expire": Step(
        altered(proposed(), gate=SUGGEST, now=at(10**9), remediation__spec__expires_at=None),
        "Proposed",
        "ModeOfPolicy",
    ),
    "a sidecar for another container is no change made by hand": Step(
        altered(proposed(JANITOR), workload=with_janitor(a_workload(), "/run/agent/other.sock")),
        "Approved",
        "ApprovedByPolicy",
    ),
    "rejected": Step(decided("Reject"), "Rejected", "Rejected"),
    "rejected, whatever digest it names": Step(
        decided("Reject", "sha256:other"), "Rejected", "Rejected"
    ),
    "the policy only suggests: waits": Step(
        altered(proposed(), gate=SUGGEST), "Proposed", "ModeOfPolicy"
    ),
    "nobody decided in time": Step(
        altered(proposed(), gate=APPROVE, now=at(86400)), "Expired", "Expired"
    ),
    "approved too late": Step(decided(gate=APPROVE, now=at(86400)), "Expired", "Expired"),
    "first aid pasted by hand": Step(pasted(FIRST_AID), "Verifying", "PastedByHand"),
    "the sidecar pasted by hand": Step(pasted(JANITOR), "Verifying", "PastedByHand"),
    "the workload is gone": Step(
        altered(proposed(), workload=None, plan=None, gate=None, pods=()),
        "Superseded",
        "WorkloadGone",
    ),
    "the diagnosis is gone": Step(
        altered(proposed(), diagnosis=None, plan=None, gate=None), "Superseded", "Recovered"
    ),
    "the workload recovered by itself": Step(
        altered(proposed(), diagnosis__status__state="Recovered"), "Superseded", "Recovered"
    ),
    "the remedy refuses by now": Step(
        altered(proposed(), plan=REFUSAL, gate=None), "Superseded", "SharedHostPath"
    ),
    "the plan is another by now": Step(
        altered(proposed(), plan=OTHER_PLAN), "Superseded", "PlanChanged"
    ),
    "approved, but the plan is another by now": Step(
        decided(plan=OTHER_PLAN, gate=APPROVE), "Superseded", "PlanChanged"
    ),
    "Approved under Auto: applied": Step(approved(), "Applied", "Applied", APPLY),
    "Approved by a person: applied": Step(
        altered(decided(gate=APPROVE), remediation__status__state="Approved"),
        "Applied",
        "Applied",
        APPLY,
    ),
    "Approved under Auto, but the policy asks a person by now": Step(
        approved(gate=APPROVE), "Proposed", "PolicyAllows"
    ),
    "Approved, but the approval names another plan": Step(
        altered(decided(digest="sha256:x", gate=APPROVE), remediation__status__state="Approved"),
        "Proposed",
        "PolicyAllows",
    ),
    "Approved, then rejected before it was applied": Step(
        altered(decided("Reject", gate=APPROVE), remediation__status__state="Approved"),
        "Rejected",
        "Rejected",
    ),
    "Approved, but the policy only suggests by now": Step(
        approved(gate=SUGGEST), "Proposed", "ModeOfPolicy"
    ),
    "Approved by a person, but nobody guarded that: back": Step(
        altered(decided(**UNTRUSTED), remediation__status__state="Approved"),
        "Proposed",
        "PolicyAllows",
    ),
    "Approved, then snoozed: back": Step(approved(**SNOOZED), "Proposed", "Snoozed"),
    "Approved, but it would restart more healthy pods by now": Step(
        approved(plan=MORE_HEALTHY), "Superseded", "MoreHealthyPods"
    ),
    "Approved, but another treatment runs": Step(approved(gate=WAITING), "Proposed", "Cooldown"),
    "Approved, but the plan is another by now": Step(
        approved(plan=OTHER_PLAN), "Superseded", "PlanChanged"
    ),
    "Approved, but the remedy refuses by now": Step(
        approved(plan=REFUSAL, gate=None), "Superseded", "SharedHostPath"
    ),
    "Approved, but the workload is gone": Step(
        approved(workload=None, plan=None, gate=None), "Superseded", "WorkloadGone"
    ),
    "Approved, applied, and killed before it was recorded": Step(
        approved(pods=(carrying(FIRST_AID, a_pod()),)), "Applied", "Applied"
    ),
}


@pytest.mark.parametrize("step", BEFORE.values(), ids=BEFORE.keys())
def test_before_a_change(step: Step) -> None:
    found = next_transition(step.seen)
    assert (found.state, found.reason, found.effect) == (step.state, step.reason, step.effect)
    assert found.message


def first_aid(state: Any, **changes: Any) -> Observation:
    pod = with_carrier(a_pod(), carrier_name(FIRST_AID), state)
    return altered(treated(FIRST_AID, "Applied"), pods=(pod,), **changes)


def sick(remedy: str, **changes: Any) -> Observation:
    return altered(treated(remedy), pods=(carrying(remedy, a_pod()),), **changes)


HELD = {"remediation__status__healthy_since": at(30)}
ROLLING_BACK = {
    "remediation__status__conditions": (
        Condition(
            type="Healed",
            status="Unknown",
            reason=machine.ROLLING_BACK,
            message="so far",
            last_transition_time=at(25),
        ),
    )
}


def ready_again(seconds: float, remedy: str = JANITOR) -> tuple[Pod, ...]:
    """The kubelet says that the pod has been Ready since then only."""
    pod = altered(a_pod(ready=True), status__conditions=readiness(True, seconds))
    return (carrying(remedy, pod),)


def broken(*, serving: int = 0, **changes: Any) -> Observation:
    """One pod's sidecar cannot start; so many others carry one that works."""
    sick_one = with_carrier(a_pod(), carrier_name(JANITOR), waiting("ImagePullBackOff"))
    well = tuple(carrying(JANITOR, a_pod(f"well-{n}", ready=True)) for n in range(serving))
    return altered(treated(JANITOR), pods=(sick_one, *well), **changes)


HEALED = {"remediation__status__state": "Healed"}
GONE = {"workload": a_workload()}
NOT_ROLLED_OUT = {"workload__status__updated_number_scheduled": 0}

AFTER = {
    "first aid has not started yet": Step(
        first_aid(waiting("ContainerCreating")), "Applied", "Applied"
    ),
    "first aid ended with success": Step(treated(FIRST_AID, "Applied"), "Verifying", "TakenUp"),
    "first aid says that it kept the socket": Step(
        first_aid(terminated(3)), "RolledBack", "CarrierFailed"
    ),
    "first aid's image cannot be pulled": Step(
        first_aid(waiting("ImagePullBackOff")), "RolledBack", "CarrierFailed"
    ),
    "first aid never starts": Step(
        first_aid(waiting("ContainerCreating"), now=OVERDUE), "RolledBack", "TimedOut"
    ),
    "first aid's pod was replaced": Step(
        altered(treated(FIRST_AID, "Applied"), pods=(a_pod("agent-z"),)),
        "Superseded",
        "PodReplaced",
    ),
    "the sidecar is not rolled out yet": Step(
        altered(treated(JANITOR, "Applied"), **NOT_ROLLED_OUT), "Applied", "Applied"
    ),
    "the sidecar is rolled out": Step(treated(JANITOR, "Applied"), "Verifying", "TakenUp"),
    "the sidecar is never rolled out": Step(
        altered(
            treated(JANITOR, "Applied"),
            now=OVERDUE,
            pods=(carrying(JANITOR, a_pod()),),
            **NOT_ROLLED_OUT,
        ),
        "Applied",
        "RollingBack",
    ),
    "the sidecar is never rolled out, and where it is the pod is healthy": Step(
        altered(treated(JANITOR, "Applied"), now=OVERDUE, **NOT_ROLLED_OUT),
        "NeedsHuman",
        "TimedOut",
    ),
    "our sidecar cannot run: it is said first": Step(broken(), "Verifying", "RollingBack"),
    "it is said, so it is taken back": Step(
        broken(**ROLLING_BACK), "RolledBack", "RolledBack", ROLL_BACK
    ),
    "it is said, and the workload is well meanwhile: taken back all the same": Step(
        altered(treated(JANITOR), **ROLLING_BACK), "RolledBack", "RolledBack", ROLL_BACK
    ),
    "it was taken back, and the doctor died before it said so": Step(
        broken(**ROLLING_BACK, **GONE), "RolledBack", "RolledBack"
    ),
    "the workload went away while the sidecar was taken back": Step(
        broken(**ROLLING_BACK, workload=None), "NeedsHuman", "WorkloadGone"
    ),
    "taking it back would restart a healthy pod": Step(
        broken(serving=1), "NeedsHuman", "CarrierFailed"
    ),
    "taking it back would restart as many healthy pods as the policy allows": Step(
        broken(serving=1, ruling__guards__max_healthy_pods_restarted=1),
        "Verifying",
        "RollingBack",
    ),
    "taking it back would restart as many healthy pods as were announced": Step(
        broken(serving=2, remediation__spec__healthy_pods_restarted=2),
        "Verifying",
        "RollingBack",
    ),
    "healed, and our sidecar works": Step(altered(treated(JANITOR), **HEALED), "Healed", "Healed"),
    "healed, and later our sidecar cannot start": Step(broken(**HEALED), "Healed", "RollingBack"),
    "healed, said that it is taken back": Step(
        broken(**HEALED, **ROLLING_BACK), "RolledBack", "RolledBack", ROLL_BACK
    ),
    "healed, taken back, and the doctor died before it said so": Step(
        broken(**HEALED, **ROLLING_BACK, **GONE), "RolledBack", "RolledBack"
    ),
    "healed, and taking it back would restart a healthy pod": Step(
        broken(serving=1, **HEALED), "NeedsHuman", "CarrierFailed"
    ),
    "healed, and the pods fail for another reason": Step(
        sick(JANITOR, **HEALED), "Healed", "Healed"
    ),
    "healed, and somebody took the sidecar out": Step(
        altered(treated(JANITOR), **HEALED, **GONE), "Healed", "Ended"
    ),
    "healed by first aid, whose container is history": Step(
        first_aid(terminated(3), **HEALED), "Healed", "Ended"
    ),
    "a first ErrImagePull may be a blip": Step(
        altered(
            treated(JANITOR),
            pods=(with_carrier(a_pod(), carrier_name(JANITOR), waiting("ErrImagePull")),),
        ),
        "Verifying",
        "NotHealthyYet",
    ),
    "somebody put a sidecar for another socket in its place": Step(
        altered(treated(JANITOR), workload=with_janitor(a_workload(), "/run/agent/other.sock")),
        "NeedsHuman",
        "ChangeTakenBack",
    ),
    "somebody took the sidecar out": Step(
        altered(treated(JANITOR), workload=proposed(JANITOR).workload),
        "NeedsHuman",
        "ChangeTakenBack",
    ),
    "the workload is gone after first aid, which is no success": Step(
        altered(treated(FIRST_AID, healthy_since=at(0)), workload=None, pods=()),
        "NeedsHuman",
        "WorkloadGone",
    ),
    "the workload is gone after the sidecar, which is no success": Step(
        altered(treated(JANITOR, healthy_since=at(0)), workload=None, pods=()),
        "NeedsHuman",
        "WorkloadGone",
    ),
    "not Ready yet": Step(sick(JANITOR), "Verifying", "NotHealthyYet"),
    "never Ready": Step(sick(JANITOR, now=OVERDUE), "Verifying", "RollingBack"),
    "never Ready after first aid": Step(sick(FIRST_AID, now=OVERDUE), "RolledBack", "TimedOut"),
    "Ready a moment ago, not now, and time is up": Step(
        sick(JANITOR, now=OVERDUE, **HELD), "NeedsHuman", "TimedOut"
    ),
    "Ready for the first time": Step(treated(JANITOR), "Verifying", "Healthy"),
    "Ready, one second short of the window": Step(
        altered(treated(JANITOR), now=at(30 + WINDOW - 1), **HELD), "Verifying", "Healthy"
    ),
    "Ready for the whole window": Step(
        altered(treated(JANITOR), now=at(30 + WINDOW), **HELD), "Healed", "Healed"
    ),
    "Ready for the whole window, but not in between, says the kubelet": Step(
        altered(treated(JANITOR), now=at(30 + WINDOW), pods=ready_again(40), **HELD),
        "Verifying",
        "Healthy",
    ),
    "Ready for the whole window since it was not": Step(
        altered(treated(JANITOR), now=at(40 + WINDOW), pods=ready_again(40), **HELD),
        "Healed",
        "Healed",
    ),
    "Ready for the whole window, but not in between, after first aid": Step(
        altered(treated(FIRST_AID), now=at(30 + WINDOW), pods=ready_again(40, FIRST_AID), **HELD),
        "Verifying",
        "Healthy",
    ),
    "Ready for the whole window after first aid": Step(
        altered(treated(FIRST_AID), now=at(30 + WINDOW), **HELD), "Healed", "Healed"
    ),
    "Ready, and time is up because the doctor was away: it is given its window": Step(
        altered(treated(JANITOR), now=OVERDUE), "Verifying", "Healthy"
    ),
    "Ready since long, and the doctor was away": Step(
        altered(treated(JANITOR), now=OVERDUE, **HELD), "Healed", "Healed"
    ),
    "the clock went back: it is not healed before its time": Step(
        altered(treated(JANITOR), now=at(-500), **HELD), "Verifying", "Healthy"
    ),
}


@pytest.mark.parametrize("step", AFTER.values(), ids=AFTER.keys())
def test_after_a_change(step: Step) -> None:
    found = next_transition(step.seen)
    assert (found.state, found.reason, found.effect) == (step.state, step.reason, step.effect)
    assert found.message


HAND = {"remediation__status__approved_by": PASTED}
BY_HAND = {
    "its container cannot run": altered(
        treated(JANITOR),
        pods=(with_carrier(a_pod(), carrier_name(JANITOR), waiting("ImagePullBackOff")),),
        **HAND,
    ),
    "it did not help in time": sick(JANITOR, now=OVERDUE, **HAND),
    "first aid by hand failed": first_aid(terminated(1), **HAND),
}


@pytest.mark.parametrize("seen", BY_HAND.values(), ids=BY_HAND.keys())
def test_a_change_made_by_hand_is_never_taken_back_although(seen: Observation) -> None:
    found = next_transition(seen)
    assert (found.state, found.effect) == ("NeedsHuman", NOTHING)
    assert "by hand" in found.message


def test_a_change_made_by_hand_that_helps_is_healed() -> None:
    seen = altered(treated(JANITOR), now=at(30 + WINDOW), **HELD, **HAND)
    assert next_transition(seen).state == "Healed"


@BOTH
def test_a_change_made_by_hand_is_recorded_as_such(remedy: str) -> None:
    assert next_transition(pasted(remedy)).approved_by == PASTED


def test_who_approved_is_recorded() -> None:
    assert next_transition(proposed()).approved_by == "ClusterRemediationPolicy/p"
    assert next_transition(decided(gate=APPROVE)).approved_by == "jane"


@pytest.mark.parametrize("end", ENDS)
@BOTH
def test_an_end_stays_an_end(end: str, remedy: str) -> None:
    for seen in (proposed(remedy), treated(remedy), altered(treated(remedy), workload=None)):
        if end == "Healed" and seen.durable and seen.in_place:
            continue  # watched over further
        found = next_transition(altered(seen, remediation__status__state=end, gate=AUTO))
        assert (found.state, found.effect, found.recheck_seconds) == (end, NOTHING, 0)


@BOTH
def test_a_new_remediation_without_a_state_is_proposed(remedy: str) -> None:
    fresh = altered(proposed(remedy), remediation__status__state="", gate=SUGGEST)
    assert next_transition(fresh).state == "Proposed"


@pytest.mark.parametrize("step", [*BEFORE.values(), *AFTER.values()])
def test_whatever_is_under_way_is_looked_at_again(step: Step) -> None:
    found = next_transition(step.seen)
    guarded = found.state == "Healed" and found.reason in ("RollingBack", "Healed")
    guarded = guarded and step.seen.remediation.status.state == "Healed"
    assert (found.recheck_seconds > 0) is (found.state not in ENDS or guarded)


def test_why_a_change_is_taken_back_outlives_the_two_steps() -> None:
    first = next_transition(broken())
    assert "ImagePullBackOff" in first.message
    then = altered(broken(**ROLLING_BACK), remediation__status__message=first.message)
    assert next_transition(then).message == first.message


def test_a_healed_change_made_by_hand_is_never_taken_back() -> None:
    found = next_transition(broken(**HEALED, **HAND))
    assert (found.state, found.effect) == ("NeedsHuman", NOTHING)
    assert "by hand" in found.message


def test_the_first_aid_s_own_words_are_passed_on() -> None:
    said = altered(
        terminated(0, began=1, ended=2), terminated__message="removed /run/agent/agent.sock\n"
    )
    assert next_transition(first_aid(said)).message == "removed /run/agent/agent.sock"
    grim = altered(terminated(3), terminated__message="StillInUse: a process listens")
    assert "StillInUse: a process listens" in next_transition(first_aid(grim)).message
