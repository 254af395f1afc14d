"""The doctor dies in the middle of a treatment: it resumes there, and no step is done twice."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from clinic import (
    FIRST_AID,
    JANITOR,
    JANITOR_CONTAINER,
    ChangedPatient,
    Operator,
    Ward,
    first_aid_containers,
    on_state,
    states,
)

from patients.killing import kill_container

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("treating")]

TREATMENT = ["Approved", "Applied", "Verifying", "Healed"]
"""Under Auto the first thing a new Remediation is told is that the policy approves."""


@pytest.fixture
def fresh_operator(operator: Operator) -> Operator:
    """On its way: a pod that was never killed, since the kubelet restarts that one at once, without a back-off."""
    operator.delete()
    return operator


def assert_done_once(ward: Ward, patient: ChangedPatient, remedy: str, before: Any) -> None:
    """Healed, and the cluster shows each change once."""
    ward.wait_state(patient, remedy, "Healed")
    pod = patient.wait_ready()
    (only,) = ward.remediations(patient)
    steps = [state for state in states(only) if state != "Proposed"]
    assert steps == TREATMENT, f"steps of {only['metadata']['name']}: {states(only)}"
    assert only["spec"]["attempt"] == 1
    workload = patient.workload()
    moved = workload["metadata"]["generation"] - before["metadata"]["generation"]
    added = [c["name"] for c in workload["spec"]["template"]["spec"].get("initContainers", [])]
    if remedy == FIRST_AID:
        assert first_aid_containers(pod) == ["crashloop-doctor-first-aid-1"]
        assert (moved, added) == (0, [])
    else:
        assert first_aid_containers(pod) == []
        assert (moved, added) == (1, [JANITOR_CONTAINER])


def doomed(ward: Ward, manifest: str = "dfdaemon-hostpath") -> tuple[ChangedPatient, Any]:
    patient = ward.admit(manifest)
    patient.wait_ready()
    return patient, patient.workload()


@pytest.mark.parametrize("state", ["Proposed", "Approved", "Applied", "Verifying"])
@pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])
def test_a_treatment_resumes_after_kill_9_of_the_operator_in_the_state(
    ward: Ward, fresh_operator: Operator, remedy: str, state: str
) -> None:
    ward.policy("Auto", (remedy,))
    patient, before = doomed(ward)
    fresh_operator.wait_ready()
    victim = fresh_operator.container()["containerID"]
    died_in: list[str] = []

    def kill() -> None:
        # Nothing is asked before: `Approved` lasts a tenth of a second.
        kill_container(victim)
        died_in.extend(
            r.get("status", {}).get("state", "Proposed") for r in ward.remediations(patient)
        )

    with on_state(ward.kubectl, state, kill) as killed:
        patient.kill()
        assert_done_once(ward, patient, remedy, before)
    assert killed.is_set(), f"no Remediation was ever seen {state}"
    print(f"killed on {state}, died in {died_in}")
    status = fresh_operator.container()
    assert status["containerID"] != victim, "the operator's process was not replaced"
    assert status["lastState"]["terminated"]["exitCode"] == 137


def test_a_treatment_resumes_in_another_pod_of_the_operator(ward: Ward, operator: Operator) -> None:
    ward.policy("Auto", (FIRST_AID,))
    patient, before = doomed(ward)
    operator.wait_ready()
    victim = operator.pod()["metadata"]["uid"]
    with on_state(ward.kubectl, "Applied", operator.delete) as deleted:
        patient.kill()
        assert_done_once(ward, patient, FIRST_AID, before)
    assert deleted.is_set()
    assert operator.pod()["metadata"]["uid"] != victim


def test_treatments_survive_kills_at_random_moments(ward: Ward, fresh_operator: Operator) -> None:
    """A kill between doing and recording is hit only by chance; the seed is printed for the record."""
    seed = time.time_ns()
    print(f"seed {seed}")
    dice = random.Random(seed)
    ward.policy("Auto", (FIRST_AID,), maxConcurrentPerNamespace=3)
    patients = [doomed(ward, name) for name in ("dfdaemon-emptydir", "dfdaemon-traceback")]
    fresh_operator.wait_ready()
    victim = fresh_operator.container()["containerID"]
    for patient, _ in patients:
        patient.kill()
    ward.diagnosis(patients[0][0])
    for _ in range(2):
        time.sleep(dice.uniform(0, 1))  # the moment is what is tested
        kill_container(victim)
        victim = fresh_operator.wait_restarted(victim)["containerID"]
    for patient, before in patients:
        assert_done_once(ward, patient, FIRST_AID, before)
