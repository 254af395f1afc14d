"""Pods that are over, nodes that reboot, and cures that fail long after they healed."""

from __future__ import annotations

from case_builders import (
    FIRST_AID,
    JANITOR,
    a_death,
    a_diagnosis,
    a_pod,
    altered,
    at,
    carrier_name,
    running,
    terminated,
    with_carrier,
)
from crashloop_doctor.api.core import ContainerState, Pod
from crashloop_doctor.api.v1alpha1 import TreatmentStep
from crashloop_doctor.treatment.machine import Effect, next_transition
from treatment_builders import carrying, treated

HEALED = (TreatmentStep(state="Healed", time=at(100)),)


def evicted(pod: Pod) -> Pod:
    return altered(pod, status__phase="Failed")


def test_first_aid_ends_when_its_pod_was_evicted_and_a_successor_serves() -> None:
    seen = treated(FIRST_AID)
    successor = a_pod("agent-b", ready=True)
    seen = altered(seen, pods=(evicted(seen.pods[0]), successor), now=at(10_000_000))
    assert next_transition(seen).reason == "PodReplaced"


def test_a_sidecar_that_two_reboots_restarted_is_no_failure() -> None:
    pod = with_carrier(
        a_pod(ready=True),
        carrier_name(JANITOR),
        running(99_990),
        ready=False,
        restart_count=2,
        last_state=ContainerState(terminated=terminated(0, began=20, ended=99_900).terminated),
    )
    seen = altered(treated(JANITOR, state="Healed", steps=HEALED), pods=(pod,), now=at(100_000))
    assert next_transition(seen).state == "Healed"
    assert next_transition(seen).reason == "Healed"


def test_an_evicted_pod_does_not_speak_against_a_healthy_cure() -> None:
    bad = with_carrier(
        a_pod("agent-old"),
        carrier_name(JANITOR),
        terminated(1, began=20, ended=21),
        restart_count=5,
    )
    good = carrying(JANITOR, a_pod(ready=True))
    seen = treated(JANITOR, state="Healed", steps=HEALED)
    seen = altered(seen, pods=(evicted(bad), good), now=at(200))
    assert next_transition(seen).reason == "Healed"


def test_a_loop_that_comes_back_under_the_sidecar_reaches_a_person_and_leaves_it_there() -> None:
    deaths = (a_death(200, restarts=7), a_death(215, restarts=8))
    pod = carrying(JANITOR, a_pod())
    seen = treated(JANITOR, state="Healed", steps=HEALED)
    seen = altered(seen, pods=(pod,), diagnosis=a_diagnosis(pod, deaths=deaths), now=at(230))
    end = next_transition(seen)
    assert (end.state, end.reason, end.effect) == ("NeedsHuman", "Relapsed", Effect.NONE)
