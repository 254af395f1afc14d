"""Each reconciler over a server that keeps objects: what it writes, what it sends, and what it never does."""

from __future__ import annotations

import copy
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from api_server import refuses, says
from ward import (
    DAEMON_SET,
    DIAGNOSES,
    NOW,
    POLICIES,
    REMEDIATIONS,
    TOOLBOX,
    WORKLOAD,
    Ward,
    a_daemon_set,
    a_pod,
    a_ward,
    logs,
    pod_path,
    stamp,
)

from crashloop_doctor.api.v1alpha1 import WorkloadReference
from crashloop_doctor.cluster import naming
from crashloop_doctor.cluster.client import ApiError
from crashloop_doctor.cluster.controller import Controller, Settings
from crashloop_doctor.cluster.diagnosis_reconciler import MAX_ATTEMPT
from crashloop_doctor.cluster.records import Conflict
from crashloop_doctor.remedies.registry import REMEDIES

HEAL = f"{POLICIES}/heal"
AID, FIX = "RemoveStaleSocket", "InjectSocketJanitor"
UNPULLABLE = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with a_ward() as ward:
        yield ward


def condition(of: dict[str, Any], type_: str) -> tuple[str, str]:
    (found,) = [c for c in of["status"]["conditions"] if c["type"] == type_]
    return found["status"], found["reason"]


async def suggested(ward: Ward, mode: str = "Suggest", **spec: Any) -> None:
    """A Diagnosis, and both cures beside it."""
    await ward.policy(mode=mode, **spec)
    await ward.examine()
    await ward.consider()


# What the doctor may do.


async def test_policies_are_read_anew_right_before_a_change(ward: Ward) -> None:
    """The watch never told that the policy was deleted."""
    await suggested(ward, "Auto")
    assert (await ward.treat(AID))["status"]["state"] == "Approved"
    del ward.server.objects[f"{POLICIES}/heal"]
    assert (await ward.treat(AID))["status"]["state"] == "Proposed"
    assert ward.applied() == []


async def test_a_change_that_a_policy_still_allows_is_sent(ward: Ward) -> None:
    await suggested(ward, "Auto")
    await ward.treat(AID)
    assert (await ward.treat(AID))["status"]["state"] == "Applied"
    assert [a.path for a in ward.applied()] == [f"{pod_path()}/ephemeralcontainers"]


async def test_the_number_of_ready_pods_is_noted_before_the_change(ward: Ward) -> None:
    await suggested(ward, "Auto")
    found = await ward.treat(AID)
    assert (found["status"]["state"], found["status"]["baseline"]["readyPods"]) == ("Approved", 0)


async def test_a_right_that_is_missing_only_at_the_change_may_be_granted_later(
    ward: Ward,
) -> None:
    await suggested(ward, "Auto")
    await ward.treat(AID)
    words = 'pods is forbidden: User "doctor" cannot patch resource "pods/ephemeralcontainers"'
    ward.server.on(
        "PATCH", f"{pod_path()}/ephemeralcontainers", refuses(403, "Forbidden", words), says({})
    )
    found = await ward.treat(AID)
    assert found["status"]["state"] == "Proposed"
    assert condition(found, "Validated") == ("Unknown", "NoRight")
    found = await ward.treat(AID)
    assert condition(found, "Validated") == ("True", "DryRunPassed")


async def test_a_webhook_s_own_word_for_its_refusal_makes_no_unwritable_reason(
    ward: Ward,
) -> None:
    await suggested(ward, "Auto")
    await ward.treat(AID)
    odd = refuses(403, "no sidecars here, please!", "denied")
    ward.server.on("PATCH", f"{pod_path()}/ephemeralcontainers", odd)
    found = await ward.treat(AID)
    assert condition(found, "Validated") == ("False", "Forbidden")


@pytest.mark.parametrize("guarded_later", [True, False])
async def test_an_approval_that_nobody_guarded_never_counts(
    ward: Ward, guarded_later: bool
) -> None:
    await suggested(ward, "Approve")
    ward.approve(AID)
    found = await ward.treat(AID)
    assert condition(found, "ApprovalTrusted") == ("False", "Unguarded")
    if guarded_later:
        ward.guard_approvals()
    found = await ward.treat(AID)
    assert found["status"]["state"] == "Proposed"
    assert condition(found, "ApprovalTrusted") == ("False", "Unguarded")
    assert condition(found, "Healed") == ("Unknown", "ApprovalNotTrusted")
    assert ward.applied() == []


async def test_an_approval_under_guard_counts(ward: Ward) -> None:
    ward.guard_approvals()
    await suggested(ward, "Approve")
    ward.approve(AID)
    found = await ward.treat(AID)
    assert condition(found, "ApprovalTrusted") == ("True", "Guarded")
    assert (found["status"]["state"], found["status"]["approvedBy"]) == ("Approved", "jane")
    assert (await ward.treat(AID))["status"]["state"] == "Applied"


async def test_a_snoozed_case_is_left_alone_though_approved(ward: Ward) -> None:
    await suggested(ward, "Auto")
    await ward.treat(AID)
    (diagnosis,) = ward.of(DIAGNOSES)
    diagnosis["spec"]["snoozedUntil"] = stamp(3600)
    ward.diagnosed()
    found = await ward.treat(AID)
    assert (found["status"]["state"], found["status"]["next"]) == ("Proposed", "wait")
    assert ward.applied() == []


async def test_the_cure_of_what_it_died_of_before_is_not_carried_out(ward: Ward) -> None:
    """Since then the container dies of something else, and this cure could not be seen to work."""
    await suggested(ward, "Auto")
    await ward.treat(AID)
    (diagnosis,) = ward.of(DIAGNOSES)
    rival = copy.deepcopy(diagnosis)
    rival["metadata"] |= {"name": "agent-oom", "uid": "uid-oom"}
    rival["spec"]["cause"] = "OutOfMemory"
    rival["status"]["deaths"] = [
        {**diagnosis["status"]["deaths"][-1], "cause": "OutOfMemory", "finishedAt": stamp(1000)}
    ]
    ward._stored(rival, "Diagnosis")
    found = await ward.treat(AID)
    assert found["status"]["state"] == "Superseded"
    assert "dies of OutOfMemory now (dx/agent-oom)" in found["status"]["message"]
    assert ward.applied() == []


# A sidecar is taken back in two steps, and watched for as long as it is there.


async def sidecar(ward: Ward, state: dict[str, Any], status: str, **more: Any) -> None:
    await suggested(ward)
    ward.sidecar_in_place(state, **more)
    ward.status(FIX, state=status, appliedAt=stamp(-60), windowSeconds=10, message="so far")


@pytest.mark.parametrize("state", ["Applied", "Verifying", "Healed"])
async def test_a_rollback_is_recorded_before_it_is_done(ward: Ward, state: str) -> None:
    await sidecar(ward, UNPULLABLE, state)
    found = await ward.treat(FIX)
    assert (found["status"]["state"], condition(found, "Healed")[1]) == (state, "RollingBack")
    assert ward.applied() == []
    found = await ward.treat(FIX)
    assert found["status"]["state"] == "RolledBack"
    assert "ImagePullBackOff" in found["status"]["message"]
    (sent,) = ward.applied()
    assert (sent.path, "spec" in sent.json) == (DAEMON_SET, False)


@pytest.mark.parametrize("state", ["Applied", "Verifying", "Healed"])
async def test_a_doctor_who_dies_while_taking_back_does_not_blame_another(
    ward: Ward, state: str
) -> None:
    await sidecar(ward, UNPULLABLE, state)
    await ward.treat(FIX)
    ward.server.keep(DAEMON_SET, a_daemon_set())
    found = await ward.treat(FIX)
    assert (found["status"]["state"], condition(found, "Healed")) == (
        "RolledBack",
        ("False", "RolledBack"),
    )
    assert ward.applied() == []


async def test_a_healed_sidecar_is_looked_at_again_and_again(ward: Ward) -> None:
    await sidecar(ward, {"running": {"startedAt": stamp(-50)}}, "Healed", ready=True)
    name = ward.remediation(FIX)["metadata"]["name"]
    assert await ward.remediations.reconcile(("shop", name)) > 0
    assert ward.remediation(FIX)["status"]["state"] == "Healed"


async def test_first_aid_that_healed_is_history(ward: Ward) -> None:
    await suggested(ward)
    ward.status(AID, state="Healed")
    seen = len(ward.server.asked)
    name = ward.remediation(AID)["metadata"]["name"]
    assert await ward.remediations.reconcile(("shop", name)) == 0
    assert len(ward.server.asked) == seen + 1


async def test_the_record_of_steps_keeps_the_first_and_the_last(ward: Ward) -> None:
    await suggested(ward, "Auto")
    steps = [{"state": f"S{n}", "time": stamp(n)} for n in range(32)]
    ward.status(AID, state="Proposed", steps=steps)
    found = await ward.treat(AID)
    states = [step["state"] for step in found["status"]["steps"]]
    assert states == ["S0", *(f"S{n}" for n in range(2, 32)), "Approved"]


# Proposals.


async def test_what_nobody_is_asked_to_decide_does_not_lapse(ward: Ward) -> None:
    await suggested(ward)
    assert all("expiresAt" not in r["spec"] for r in ward.of(REMEDIATIONS))


async def test_what_a_person_is_to_decide_lapses(ward: Ward) -> None:
    await suggested(ward, "Approve", approvalExpirySeconds=3600)
    ends = {r["spec"]["expiresAt"] for r in ward.of(REMEDIATIONS)}
    assert ends == {stamp(3600)}


async def test_the_name_of_an_earlier_first_aid_is_not_used_again(ward: Ward) -> None:
    """Its Remediation is gone, the container stays in the pod for as long as that lives."""
    pod = a_pod()
    pod["spec"]["ephemeralContainers"] = [{"name": "crashloop-doctor-first-aid-2"}]
    ward.server.keep(pod_path(), pod)
    await suggested(ward)
    assert ward.remediation(AID)["spec"]["attempt"] == 3
    assert ward.remediation(FIX)["spec"]["attempt"] == 1


CRD = yaml.safe_load((Path(__file__).parents[3] / "crds/remediations.yaml").read_text())
SPEC = CRD["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]

LAST_ATTEMPTS = {
    "one is left": (MAX_ATTEMPT - 1, MAX_ATTEMPT),
    "none is left": (MAX_ATTEMPT, None),
    "somebody made up a number as long as a name may be": (10**35, None),
}


@pytest.mark.parametrize(("carried", "attempt"), LAST_ATTEMPTS.values(), ids=LAST_ATTEMPTS.keys())
async def test_attempts_are_counted_as_far_as_the_schema_goes(
    ward: Ward, carried: int, attempt: int | None
) -> None:
    pod = a_pod()
    pod["spec"]["ephemeralContainers"] = [{"name": REMEDIES[AID].carrier_name(carried)}]
    ward.server.keep(pod_path(), pod)
    await suggested(ward)
    made = ward.of(REMEDIATIONS)
    for remediation in made:
        jsonschema.Draft202012Validator(SPEC).validate(remediation["spec"])
    if attempt is not None:
        assert ward.remediation(AID)["spec"]["attempt"] == attempt
        return
    assert [r["spec"]["remedy"] for r in made] == [FIX], "the other cure is still there"
    (diagnosis,) = ward.of(DIAGNOSES)
    assert condition(diagnosis, "Treatable") == ("False", "AttemptsExhausted")


async def test_no_proposal_follows_the_last_attempt_on_record(ward: Ward) -> None:
    await suggested(ward)
    found = ward.remediation(AID)
    found["spec"]["attempt"] = MAX_ATTEMPT
    ward.status(AID, state="Superseded", steps=[_step("Superseded", 0)])
    assert SPEC["properties"]["attempt"]["maximum"] == MAX_ATTEMPT
    await ward.consider()
    assert ward.remediation(AID) == found
    (diagnosis,) = ward.of(DIAGNOSES)
    assert condition(diagnosis, "Treatable") == ("False", "AttemptsExhausted")


LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"


NAMES = {
    "one letter": "a",
    "as long as a name may be": "a" * 253,
    "many parts": "a." * 126 + "a",
    "a dot where it is cut": "a" * 32 + ".b",
    "a dash where it is cut": "a" * 32 + "-b",
}


@pytest.mark.parametrize("length", naming.HASH_LENGTHS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_the_last_attempt_of_any_workload_has_a_name_that_the_server_takes(
    name: str, length: int
) -> None:
    workload = WorkloadReference(api_version="apps/v1", kind="DaemonSet", name=name, uid="u" * 64)
    diagnosis = naming.diagnosis_name(workload, "c" * 63, "StaleUnixSocket", length)
    for remedy in REMEDIES.values():
        made = naming.remediation_name(diagnosis, remedy.name, MAX_ATTEMPT)
        assert re.fullmatch(rf"{LABEL}(\.{LABEL})*", made)
        assert len(made) <= 63
        carrier = remedy.carrier_name(MAX_ATTEMPT)
        assert re.fullmatch(LABEL, carrier)
        assert len(carrier) <= 63


PATIENT, STRANGER = "agent-b", "agent-c"
STANDING = {
    "runs": ({}, {}, True),
    "waits to be started": ({"phase": "Pending"}, {}, True),
    "is on a node that does not answer": ({"phase": "Unknown"}, {}, True),
    "was evicted": ({"phase": "Failed"}, {}, False),
    "has done its work": ({"phase": "Succeeded"}, {}, False),
    "is being deleted": ({}, {"deletionTimestamp": stamp(0)}, False),
    "has a successor of its name": ({}, {"uid": "uid-of-another"}, False),
}


@pytest.mark.parametrize(("status", "metadata", "treated"), STANDING.values(), ids=STANDING.keys())
async def test_first_aid_names_only_diagnosed_pods_that_live(
    ward: Ward, status: dict[str, Any], metadata: dict[str, Any], treated: bool
) -> None:
    """The second of two patients, beside a pod that nobody diagnosed."""
    await ward.policy(mode="Suggest")
    await ward.examine()
    for node, name in enumerate((PATIENT, STRANGER), 2):
        ward.server.keep(pod_path(name), a_pod(name, node=f"node-{node}"))
        logs(ward.server, name)
    await ward.examine(PATIENT)
    pod = a_pod(PATIENT, node="node-2")
    pod["status"] |= status
    pod["metadata"] |= metadata
    ward.server.keep(pod_path(PATIENT), pod)
    await ward.consider()
    named = [action["name"] for action in ward.remediation(AID)["spec"]["actions"]]
    assert named == (["agent-a", PATIENT] if treated else ["agent-a"])


PODS = {"agent-a": "node-1", "agent-b": "node-2", "agent-c": "node-3"}


async def hit(ward: Ward, *order: str) -> dict[str, Any]:
    """The pods made, listed and examined in this order; what was recorded of them."""
    del ward.server.objects[pod_path()]
    for name in order:
        ward.server.keep(pod_path(name), a_pod(name, node=PODS[name]))
        logs(ward.server, name)
    await ward.policy(mode="Suggest")
    for name in order:
        await ward.examine(name)
    await ward.consider()
    (diagnosis,) = ward.of(DIAGNOSES)
    plans = {r["metadata"]["name"]: r["spec"] for r in ward.of(REMEDIATIONS)}
    assert len(plans) == 2
    return {"pods": diagnosis["status"]["pods"], "plans": plans}


async def test_the_order_in_which_pods_died_makes_no_other_plan(ward: Ward) -> None:
    expected = await hit(ward, *PODS)
    for order in (reversed(PODS), ("agent-b", "agent-c", "agent-a")):
        async with a_ward() as other:
            assert await hit(other, *order) == expected


async def test_pods_listed_in_another_order_change_nothing(ward: Ward) -> None:
    await hit(ward, *PODS)
    for remedy in (AID, FIX):
        await ward.treat(remedy)
    await ward.consider()
    before = copy.deepcopy((ward.of(DIAGNOSES), ward.of(REMEDIATIONS)))
    for name in reversed(PODS):
        ward.server.objects[pod_path(name)] = ward.server.objects.pop(pod_path(name))
    ward.server.asked.clear()
    await ward.consider()
    for remedy in (AID, FIX):
        await ward.treat(remedy)
    assert ward.server.writes() == []
    assert (ward.of(DIAGNOSES), ward.of(REMEDIATIONS)) == before


async def test_a_plan_that_costs_more_than_it_said_makes_room_for_one_that_says_so(
    ward: Ward,
) -> None:
    await suggested(ward)
    ward.server.keep(pod_path("agent-b"), a_pod("agent-b", node="node-2", ready=True))
    found = await ward.treat(FIX)
    assert (found["status"]["state"], condition(found, "Healed")[1]) == (
        "Superseded",
        "MoreHealthyPods",
    )


async def test_only_what_was_never_applied_is_pruned(ward: Ward) -> None:
    await suggested(ward)
    example = ward.remediation(AID)
    for n in range(40):
        name = f"old-{n:02}"
        status: dict[str, Any] = {"state": "Superseded", "steps": [_step("Superseded", n)]}
        if n % 4 == 0:
            status["appliedAt"] = stamp(-9000)
        if n % 4 == 1:
            status = {"state": "Rejected", "steps": [_step("Rejected", n)]}
        raw = {
            "metadata": {
                "name": name,
                "namespace": "shop",
                "uid": name,
                "creationTimestamp": stamp(n),
            },
            "spec": {**example["spec"], "attempt": n + 2},
            "status": status,
        }
        ward.server.keep(f"{REMEDIATIONS}/{name}", raw)
        ward.store.put("Remediation", raw)
    await ward.consider()
    deleted = [a.path.rpartition("/")[2] for a in ward.server.writes() if a.method == "DELETE"]
    assert deleted == [f"old-{n:02}" for n in range(40) if n % 4 in (2, 3)]


def _step(state: str, seconds: float) -> dict[str, Any]:
    return {"state": state, "time": stamp(seconds - 5000)}


# The end of a Diagnosis.


async def later(ward: Ward, **past: Any) -> None:
    """As much time passes."""
    ward.now = NOW + timedelta(**past)


async def test_an_evicted_pod_does_not_keep_a_case_open(ward: Ward) -> None:
    await suggested(ward)
    evicted = a_pod("agent-old")
    evicted["status"] = {"phase": "Failed", "reason": "Evicted"}
    leaving = a_pod("agent-leaving")
    leaving["metadata"]["deletionTimestamp"] = stamp(0)
    ward.server.keep(pod_path("agent-old"), evicted)
    ward.server.keep(pod_path("agent-leaving"), leaving)
    ward.server.keep(pod_path(), a_pod(ready=True))
    await later(ward, minutes=31)
    await ward.consider()
    (diagnosis,) = ward.of(DIAGNOSES)
    assert diagnosis["status"]["state"] == "Recovered"


async def test_a_case_whose_examination_was_cut_off_is_deleted_in_the_end(ward: Ward) -> None:
    await suggested(ward)
    (diagnosis,) = ward.of(DIAGNOSES)
    diagnosis["metadata"]["creationTimestamp"] = stamp(0)
    diagnosis["status"] = {}
    ward.diagnosed()
    await later(ward, minutes=9)
    assert await ward.consider() == pytest.approx(60)
    await later(ward, minutes=10)
    assert await ward.consider() == 0
    assert ward.of(DIAGNOSES) == []


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
async def test_a_case_without_pods_is_deleted_after_a_day(
    ward: Ward, hours: int, kept: bool
) -> None:
    await suggested(ward)
    del ward.server.objects[pod_path()]
    await later(ward, hours=hours)
    await ward.consider()
    assert bool(ward.of(DIAGNOSES)) is kept


async def test_a_case_whose_sidecar_is_watched_over_is_kept_without_pods(ward: Ward) -> None:
    await suggested(ward)
    ward.status(FIX, state="Healed", steps=[_step("Healed", 0)])
    del ward.server.objects[pod_path()]
    await later(ward, days=3)
    await ward.consider()
    assert ward.of(DIAGNOSES)


@pytest.mark.parametrize(("healed", "kept"), [(FIX, True), (AID, False)])
async def test_a_recovered_case_is_kept_for_its_sidecar_only(
    ward: Ward, healed: str, kept: bool
) -> None:
    await suggested(ward)
    ward.status(healed, state="Healed", steps=[_step("Healed", 0)])
    ward.diagnosed(state="Recovered")
    await later(ward, days=8)
    assert (await ward.consider() > 0) is kept
    assert bool(ward.of(DIAGNOSES)) is kept


async def test_an_owner_without_a_selector_has_the_pods_that_were_diagnosed(ward: Ward) -> None:
    owner = a_daemon_set()
    owner["spec"]["selector"] = {}
    ward.server.keep(DAEMON_SET, owner)
    await suggested(ward)
    (diagnosis,) = ward.of(DIAGNOSES)
    assert [p["name"] for p in diagnosis["status"]["pods"]] == ["agent-a"]
    assert ward.remediation(AID)["spec"]["actions"][0]["name"] == "agent-a"
    ward.server.keep(pod_path(), {**a_pod(), "metadata": {"name": "agent-a", "uid": "another"}})
    found = await ward.treat(AID)
    assert condition(found, "Healed")[1] == "NoPatient"


# Whose Diagnosis it is.

REFERENCE = WorkloadReference(
    api_version="apps/v1", kind="DaemonSet", name="agent", uid="uid-agent"
)


def squatter(length: int) -> dict[str, Any]:
    """Another case's Diagnosis under the name that ours would get."""
    name = naming.diagnosis_name(REFERENCE, "daemon", "StaleUnixSocket", length)
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": f"other-{length}"},
        "spec": {
            "workload": {**WORKLOAD, "name": "other", "uid": "uid-other"},
            "container": "daemon",
            "cause": "StaleUnixSocket",
        },
    }


async def test_a_name_that_another_case_has_is_left_to_it(ward: Ward) -> None:
    short, long = naming.HASH_LENGTHS
    taken = squatter(short)
    ward.server.keep(f"{DIAGNOSES}/{taken['metadata']['name']}", taken)
    await ward.examine()
    wanted = naming.diagnosis_name(REFERENCE, "daemon", "StaleUnixSocket", long)
    assert f"{DIAGNOSES}/{wanted}" in ward.server.objects
    assert len(wanted) <= 63
    assert "status" not in taken
    writes = len(ward.of(DIAGNOSES))
    await ward.examine()
    assert len(ward.of(DIAGNOSES)) == writes


async def test_where_every_name_is_taken_nothing_is_written(ward: Ward) -> None:
    for length in naming.HASH_LENGTHS:
        taken = squatter(length)
        ward.server.keep(f"{DIAGNOSES}/{taken['metadata']['name']}", taken)
    with pytest.raises(Conflict, match="is taken"):
        await ward.examine()
    assert ward.server.writes() == []


async def test_a_snoozed_diagnosis_is_still_its_own(ward: Ward) -> None:
    await ward.examine()
    (diagnosis,) = ward.of(DIAGNOSES)
    diagnosis["spec"]["snoozedUntil"] = stamp(60)
    pod = a_pod()
    pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["containerID"] = "c://next"
    ward.server.keep(pod_path(), pod)
    await ward.examine()
    assert len(ward.of(DIAGNOSES)) == 1


async def test_a_pod_that_cannot_be_recorded_does_not_keep_its_namesakes_waiting(
    ward: Ward,
) -> None:
    for namespace in ("aaa", "zzz"):
        ward.server.keep(pod_path("agent-a", namespace), _orphan(namespace))
        logs(ward.server, "agent-a", namespace)
    # The order of the list is the server's; the refused one comes neither first nor last.
    refusing = "/apis/crashloop-doctor.io/v1alpha1/namespaces/aaa/diagnoses"
    ward.server.on("POST", refusing, refuses(403, "Forbidden", "quota"))
    with pytest.raises(ApiError, match="quota"):
        await ward.examine()
    assert ward.of(DIAGNOSES)
    assert ward.of("/apis/crashloop-doctor.io/v1alpha1/namespaces/zzz/diagnoses")


def _orphan(namespace: str) -> dict[str, Any]:
    pod = a_pod(namespace=namespace)
    pod["metadata"]["ownerReferences"] = []
    return pod


# Evidence, as far as the shell adds to it.


async def test_the_doctor_s_own_words_are_no_evidence(ward: Ward) -> None:
    events = [
        {"type": "Warning", "reason": "BackOff", "message": "restarting failed container"},
        {
            "type": "Warning",
            "reason": "DiagnosedStaleUnixSocket",
            "message": "container daemon",
            "source": {"component": "crashloop-doctor"},
        },
    ]
    ward.server.on("GET", "/api/v1/namespaces/shop/events", says({"items": events}))
    await ward.examine()
    (diagnosis,) = ward.of(DIAGNOSES)
    texts = [e["text"] for e in diagnosis["status"]["evidence"] if e["source"] == "event"]
    assert texts == ["BackOff: restarting failed container"]


# What the watch tells.


async def test_a_policy_that_changes_concerns_every_treatment(ward: Ward) -> None:
    await suggested(ward)
    controller = Controller(ward.client, Settings(toolbox_image=TOOLBOX))
    for remediation in ward.of(REMEDIATIONS):
        controller._store.put("Remediation", remediation)
    controller.observed("ClusterRemediationPolicy", "MODIFIED", ward.server.objects[HEAL])
    assert len(controller._remediations) == 2


async def test_the_end_of_an_old_object_is_not_that_of_its_successor(ward: Ward) -> None:
    await suggested(ward)
    controller = Controller(ward.client, Settings(toolbox_image=TOOLBOX))
    found = ward.remediation(AID)
    controller._store.put("Remediation", found)
    old = {**found, "metadata": {**found["metadata"], "uid": "old"}}
    controller.observed("Remediation", "DELETED", old)
    assert len(controller._store.remediations()) == 1
    controller.observed("Remediation", "DELETED", found)
    assert controller._store.remediations() == ()
