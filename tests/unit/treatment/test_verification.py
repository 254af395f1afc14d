"""Did it help? Proof must be positive, a relapse must be the treated cause's, and our own container must run."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_builders import (
    CAUSE,
    FIRST_AID,
    JANITOR,
    a_baseline,
    a_death,
    a_diagnosis,
    a_pod,
    a_workload,
    altered,
    at,
    carrier_name,
    readiness,
    running,
    terminated,
    waiting,
    with_carrier,
)
from crashloop_doctor.api.core import Condition as PodCondition
from crashloop_doctor.api.core import ContainerState, Pod
from crashloop_doctor.api.v1alpha1 import Death, Verification
from crashloop_doctor.treatment import verification
from crashloop_doctor.treatment.machine import Effect, next_transition
from crashloop_doctor.treatment.observation import Observation
from treatment_builders import carrying, plan_of, treated

BOUNDS = Verification(min_window_seconds=10, max_window_seconds=100)

WINDOWS = {
    "twice the longest life in the loop": (30, 60),
    "not shorter than the policy's minimum": (0, 10),
    "the minimum itself": (5, 10),
    "not longer than the policy's maximum": (5000, 100),
    "the maximum itself": (50, 100),
}


@pytest.mark.parametrize(("longest", "expected"), WINDOWS.values(), ids=WINDOWS.keys())
def test_the_window_is(longest: int, expected: int) -> None:
    assert verification.window_seconds(longest, BOUNDS) == expected


@given(st.integers(0, 10**6))
def test_the_window_keeps_to_the_policy_s_bounds(longest: int) -> None:
    found = verification.window_seconds(longest, BOUNDS)
    assert BOUNDS.min_window_seconds <= found <= BOUNDS.max_window_seconds
    assert found >= min(2 * longest, BOUNDS.max_window_seconds)


def rollout(kind: str, **changes: Any) -> bool:
    return verification.rolled_out(altered(a_workload(kind=kind), **changes))


ROLLOUTS = {
    "a Deployment with every replica updated": (rollout("Deployment"), True),
    "a Deployment whose controller has not seen the change": (
        rollout("Deployment", status__observed_generation=1),
        False,
    ),
    "a Deployment with an old replica left": (rollout("Deployment", status__replicas=2), False),
    "a Deployment with a replica not yet updated": (
        rollout("Deployment", status__updated_replicas=0),
        False,
    ),
    "a Deployment that wants one more": (rollout("Deployment", spec__replicas=2), False),
    "a Deployment that does not say how many: one": (
        rollout("Deployment", spec__replicas=None),
        True,
    ),
    "a Deployment scaled to zero": (
        rollout("Deployment", spec__replicas=0, status__replicas=0, status__updated_replicas=0),
        True,
    ),
    "a DaemonSet with every pod updated": (rollout("DaemonSet"), True),
    "a DaemonSet with one pod to go": (
        rollout("DaemonSet", status__desired_number_scheduled=2),
        False,
    ),
    "a DaemonSet whose controller has not seen the change": (
        rollout("DaemonSet", status__observed_generation=1),
        False,
    ),
}


@pytest.mark.parametrize(("found", "expected"), ROLLOUTS.values(), ids=ROLLOUTS.keys())
def test_a_rollout_is_complete_for(found: bool, expected: bool) -> None:
    assert found is expected


def pods(remedy: str, *others: Any, **changes: Any) -> Observation:
    ours = carrying(remedy, a_pod(ready=True))
    return altered(treated(remedy), pods=(ours, *others), **changes)


LEAVING = altered(a_pod("agent-b"), metadata__deletion_timestamp=at(1))
EVICTED = altered(a_pod("agent-b"), status__phase="Failed")

HEALTH = {
    "the treated pod is Ready after first aid": (pods(FIRST_AID), ""),
    "every pod is Ready after the sidecar": (pods(JANITOR, a_pod("agent-b", ready=True)), ""),
    "one pod is not Ready after the sidecar": (pods(JANITOR, a_pod("agent-b")), "agent-b"),
    "a pod that was not treated is not Ready after first aid": (
        pods(FIRST_AID, a_pod("agent-b")),
        "",
    ),
    "another patient of the diagnosis was not treated by this first aid": (
        pods(FIRST_AID, a_pod("agent-b"), diagnosis=a_diagnosis(a_pod(), a_pod("agent-b"))),
        "",
    ),
    "a pod that is being deleted does not count": (pods(JANITOR, LEAVING), ""),
    "an evicted pod does not count": (pods(JANITOR, EVICTED), ""),
    "fewer pods are Ready than before": (
        pods(
            FIRST_AID,
            remediation__status__baseline=a_baseline(2),
            workload__status__desired_number_scheduled=2,
        ),
        "1 pods are Ready, 2 should be",
    ),
    "fewer pods are Ready than before, since fewer are wanted now": (
        pods(FIRST_AID, remediation__status__baseline=a_baseline(2)),
        "",
    ),
    "fewer pods are Ready than before, since the Deployment was scaled down": (
        pods(
            FIRST_AID,
            remediation__status__baseline=a_baseline(3),
            workload=altered(a_workload(kind="Deployment"), spec__replicas=1),
        ),
        "",
    ),
    "fewer pods are Ready than the Deployment wants": (
        pods(
            FIRST_AID,
            remediation__status__baseline=a_baseline(3),
            workload=altered(a_workload(kind="Deployment"), spec__replicas=2),
        ),
        "1 pods are Ready, 2 should be",
    ),
    "as many pods are Ready as before": (
        pods(FIRST_AID, remediation__status__baseline=a_baseline(1)),
        "",
    ),
    "no pod exists": (altered(treated(JANITOR), pods=()), "no pod"),
    "only pods exist that are being deleted": (
        altered(treated(JANITOR), pods=(LEAVING,)),
        "no pod",
    ),
    "the workload is gone": (altered(treated(JANITOR), workload=None), "gone"),
    "the rollout is not complete": (
        altered(treated(JANITOR), workload__status__observed_generation=1),
        "rollout",
    ),
    "first aid waits for no rollout": (
        altered(treated(FIRST_AID), workload__status__observed_generation=1),
        "",
    ),
}


@pytest.mark.parametrize(("seen", "missing"), HEALTH.values(), ids=HEALTH.keys())
def test_what_is_missing_for_health(seen: Observation, missing: str) -> None:
    found = verification.unhealthy(seen)
    assert missing in found
    assert bool(found) is bool(missing)


def test_health_counts_from_the_last_treated_pod_that_became_ready() -> None:
    def ready(name: str, since: float) -> Pod:
        return altered(a_pod(name, ready=True), status__conditions=readiness(True, since))

    seen = altered(treated(JANITOR), pods=(ready("agent-a", 40), ready("agent-b", 70)))
    assert verification.ready_since(seen) == at(70)
    leaving = altered(ready("agent-c", 500), metadata__deletion_timestamp=at(1))
    assert verification.ready_since(altered(seen, pods=(*seen.pods, leaving))) == at(70)
    untold = altered(
        ready("agent-c", 0), status__conditions=(PodCondition(type="Ready", status="True"),)
    )
    assert verification.ready_since(altered(seen, pods=(*seen.pods, untold))) is None
    assert verification.ready_since(altered(seen, pods=())) is None
    others = altered(treated(FIRST_AID), pods=(ready("agent-a", 40), ready("agent-b", 70)))
    assert verification.ready_since(others) == at(40), "only the named pods for first aid"


def under_sidecar(name: str, since: float) -> Pod:
    """Ready since then, and so is its sidecar."""
    pod = carrying(JANITOR, a_pod(name, ready=True), since)
    return altered(pod, status__conditions=readiness(True, since))


SERVING = (under_sidecar("agent-a", 30), under_sidecar("agent-b", 90))
UNSTARTED = with_carrier(a_pod("agent-c"), carrier_name(JANITOR), waiting("ImagePullBackOff"))
DIED_UNDER_IT = a_diagnosis(
    deaths=tuple(a_death(95 + n, restarts=n, pod="agent-a") for n in (5, 6))
)

TOGETHER = {
    "the last one became Ready a moment ago": (
        (*SERVING, under_sidecar("agent-c", 60)),
        {},
        "Healthy",
    ),
    "one is not Ready": ((*SERVING, a_pod("agent-c")), {}, "NotHealthyYet"),
    "in one the sidecar cannot start": ((*SERVING, UNSTARTED), {}, "RollingBack"),
    "one relapsed": (
        (*SERVING, under_sidecar("agent-c", 60)),
        {"diagnosis": DIED_UNDER_IT},
        "RollingBack",
    ),
}


@pytest.mark.parametrize(("together", "changes", "reason"), TOGETHER.values(), ids=TOGETHER.keys())
def test_it_does_not_matter_in_which_order_the_pods_are_listed(
    together: tuple[Pod, ...], changes: dict[str, Any], reason: str
) -> None:
    seen = treated(JANITOR, healthy_since=at(25))
    seen = altered(seen, now=at(110), remediation__spec__healthy_pods_restarted=9, **changes)
    found = {next_transition(altered(seen, pods=order)) for order in permutations(together)}
    assert [transition.reason for transition in found] == [reason]


def after(remedy: str, *deaths: Death, **changes: Any) -> Observation:
    """Deaths in the diagnosis; the change is in force since 20 s."""
    return altered(treated(remedy), diagnosis=a_diagnosis(a_pod(), deaths=deaths), **changes)


SICK = carrying(JANITOR, a_pod())

RELAPSES = {
    "no death": (after(FIRST_AID), False),
    "the treated cause once after first aid": (after(FIRST_AID, a_death(30)), True),
    "the treated cause once after the sidecar: it had no time yet": (
        after(JANITOR, a_death(30)),
        False,
    ),
    "the treated cause twice after the sidecar": (
        after(JANITOR, a_death(30), a_death(40, restarts=2), pods=(SICK,)),
        True,
    ),
    "twice after the sidecar, with a death of another cause in between": (
        after(
            JANITOR,
            a_death(30),
            a_death(35, restarts=2, cause="OutOfMemory"),
            a_death(40, restarts=3),
        ),
        False,
    ),
    "twice after the sidecar, with a restart in between that nobody saw": (
        after(JANITOR, a_death(30), a_death(900, restarts=3)),
        False,
    ),
    "twice in a row after the sidecar, and once before": (
        after(
            JANITOR,
            a_death(30),
            a_death(90, restarts=7),
            a_death(95, restarts=8),
            pods=(SICK,),
        ),
        True,
    ),
    "once in each of two pods after the sidecar": (
        after(
            JANITOR,
            a_death(30),
            a_death(31, pod="agent-b"),
            pods=(
                carrying(JANITOR, a_pod(ready=True)),
                carrying(JANITOR, a_pod("agent-b", ready=True)),
            ),
        ),
        False,
    ),
    "another cause after first aid": (after(FIRST_AID, a_death(30, cause="OutOfMemory")), False),
    "an unexamined death after first aid": (after(FIRST_AID, a_death(30, cause="")), False),
    "a death of an instance that began before the change": (
        after(FIRST_AID, a_death(30, lived=15)),
        False,
    ),
    "a death of an instance that began in the very second of the change": (
        after(FIRST_AID, a_death(23, lived=3)),
        False,
    ),
    "a death before the change": (after(FIRST_AID, a_death(15)), False),
    "a death in a pod without the change": (after(FIRST_AID, a_death(30, pod="agent-z")), False),
    "a death before our sidecar was ready": (
        after(
            JANITOR,
            a_death(30),
            a_death(40, restarts=2),
            pods=(with_carrier(a_pod(), carrier_name(JANITOR), running(20), ready=False),),
        ),
        False,
    ),
    "nobody keeps a diagnosis": (altered(treated(FIRST_AID), diagnosis=None), False),
}


@pytest.mark.parametrize(("seen", "expected"), RELAPSES.values(), ids=RELAPSES.keys())
def test_it_is_a_relapse(seen: Observation, expected: bool) -> None:
    assert (verification.relapse(seen) is not None) is expected
    found = next_transition(seen)
    durable = seen.remediation.spec.remedy == JANITOR
    assert (found.reason == ("RollingBack" if durable else "Relapsed")) is expected
    if expected:
        assert found.state == ("Verifying" if durable else "RolledBack")
        assert found.effect is Effect.NONE
        assert CAUSE in found.message


def carrier(remedy: str, state: ContainerState, **status: Any) -> Observation:
    pod = with_carrier(a_pod(), carrier_name(remedy), state, **status)
    return altered(treated(remedy), pods=(pod,))


FAILURES: dict[str, tuple[Observation, str]] = {
    **{
        f"our {remedy} waits with {reason}": (carrier(remedy, waiting(reason)), reason)
        for remedy in (FIRST_AID, JANITOR)
        for reason in verification.UNSTARTABLE
    },
    "our first aid's image could not be pulled once": (
        carrier(FIRST_AID, waiting("ErrImagePull")),
        "",
    ),
    "our sidecar's image could not be pulled once": (carrier(JANITOR, waiting("ErrImagePull")), ""),
    "our first aid is being created": (carrier(FIRST_AID, waiting("ContainerCreating")), ""),
    "our first aid runs": (carrier(FIRST_AID, running()), ""),
    "our first aid ended well": (carrier(FIRST_AID, terminated(0)), ""),
    "our first aid ended with 3": (carrier(FIRST_AID, terminated(3)), "exit code 3"),
    "our sidecar runs and is ready": (carrier(JANITOR, running(), ready=True), ""),
    "our sidecar runs and is not ready yet": (carrier(JANITOR, running()), ""),
    "our sidecar ended once": (carrier(JANITOR, terminated(1), restart_count=1), ""),
    "our sidecar keeps failing": (
        carrier(JANITOR, terminated(1), restart_count=2),
        "keeps failing",
    ),
    "our sidecar failed and is well again": (
        carrier(JANITOR, running(), restart_count=5, ready=True),
        "",
    ),
    "our container is not reported yet": (altered(treated(JANITOR), pods=(a_pod(),)), ""),
}


@pytest.mark.parametrize(("seen", "said"), FAILURES.values(), ids=FAILURES.keys())
def test_our_own_container_must_not_become_the_outage(seen: Observation, said: str) -> None:
    found = verification.carrier_failure(seen)
    assert said in found
    assert bool(found) is bool(said)
    found_next = next_transition(seen)
    if said and seen.durable:
        assert (found_next.state, found_next.reason) == ("Verifying", "RollingBack")
    elif said:
        assert found_next.state == "RolledBack"


def test_first_aid_is_done_when_it_ended_well_in_every_named_pod() -> None:
    two = (a_pod(), a_pod("agent-b"))
    actions = tuple(
        altered(plan_of(FIRST_AID).actions[0], name=p.metadata.name, uid=p.metadata.uid)
        for p in two
    )
    seen = altered(treated(FIRST_AID, "Applied"), remediation__spec__actions=actions)
    done = tuple(carrying(FIRST_AID, pod) for pod in two)
    assert verification.first_aid_done(altered(seen, pods=done))
    runs = with_carrier(two[1], carrier_name(FIRST_AID), running())
    assert not verification.first_aid_done(altered(seen, pods=(done[0], runs)))
    unreported = altered(runs, status__ephemeral_container_statuses=())
    assert not verification.first_aid_done(altered(seen, pods=(done[0], unreported)))
    assert verification.first_aid_done(altered(seen, pods=(done[0], two[1]))), "one never given it"
    assert not verification.first_aid_done(altered(seen, pods=two)), "none was given it"
    assert verification.first_aid_done(altered(seen, pods=done[:1])), "a pod that is gone"
    assert not verification.first_aid_done(altered(seen, pods=()))
    assert altered(seen, pods=done).in_place
    assert not altered(seen, pods=(done[0], two[1])).in_place
    assert not altered(seen, pods=()).in_place


def test_another_attempt_s_container_is_not_ours() -> None:
    seen = altered(treated(FIRST_AID), remediation__spec__attempt=2)
    assert not seen.in_place
    assert list(seen.carriers) == []
