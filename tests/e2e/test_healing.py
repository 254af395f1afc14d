"""Real patients on a real kubelet: diagnosed, and treated as far as a policy and the chart's rights allow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinic import (
    ALL_REMEDIES,
    CAUSE,
    FIRST_AID,
    JANITOR,
    JANITOR_CONTAINER,
    NO_RIGHTS,
    ChangedPatient,
    Chart,
    Object,
    Operator,
    Ward,
    columns,
    condition,
    environment_for,
    first_aid_containers,
    frozen,
    kubeconfig_of,
    managers,
    states,
)

from lab.kubectl import Kubectl, LabFault

pytestmark = pytest.mark.cluster

IMAGE = "crashloop-doctor-patients:0.1.0"
DFDAEMON_SOCKET = "/var/run/dragonfly/dfdaemon.sock"


def crash(patient: ChangedPatient) -> int:
    """From the first Ready to the kill that leaves a stale socket; the restart count before it."""
    patient.wait_ready()
    return patient.kill()


def captures(diagnosis: Any) -> dict[str, str]:
    return {item["name"]: item["value"] for item in diagnosis["status"]["captures"]}


class TestWithoutRightsOrPolicy:
    """One patient for all of these: none of them changes anything."""

    @pytest.fixture(scope="class")
    @classmethod
    def ward(cls, cluster: Kubectl, _release: Chart) -> Iterator[Ward]:
        _release.use(NO_RIGHTS)
        ward = Ward(cluster)
        ward.open()
        yield ward
        ward.close()
        cluster.run("wait", "namespace", ward.name, "--for=delete", "--timeout=60s", check=False)
        ward.clean_node()

    @pytest.fixture(scope="class")
    @classmethod
    def before(cls, ward: Ward) -> dict[str, Any]:
        """The patient, and how it and its pod were written before the first crash."""
        patient = ward.admit("nginx-daemonset")
        pod = patient.wait_ready()
        found = {
            "patient": patient,
            "workload": frozen(patient.workload()),
            "pod": frozen(pod),
            "workload managers": managers(ward.kubectl, patient.reference),
        }
        patient.kill()
        ward.diagnosis(patient)
        for remedy in (FIRST_AID, JANITOR):
            ward.wait_state(patient, remedy, "Proposed")
        return found

    def test_a_crash_loop_is_diagnosed_with_the_socket_its_volume_and_the_line_that_proves_it(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        patient = before["patient"]
        diagnosis = ward.diagnosis(patient)
        known = captures(diagnosis)
        assert known["path"] == "/var/run/demo/app.sock"
        assert known["volume"] == "run"
        assert known["hostPath"] == patient.host_directory
        lines = [line["text"] for line in diagnosis["status"]["evidence"]]
        exact = "bind() to unix:/var/run/demo/app.sock failed (98: Address already in use)"
        proof = next((text for text in lines if exact in text), "")
        assert proof, f"the line is not among the evidence: {lines}"
        printed = ward.kubectl.run(
            "logs", patient.pod()["metadata"]["name"], "--previous", check=False
        ) + ward.kubectl.run("logs", patient.pod()["metadata"]["name"], check=False)
        # nginx prints each attempt twice, once with a time stamp of that instance.
        assert exact in printed
        assert float(diagnosis["status"]["confidence"]) >= 0.9

    def test_both_cures_are_proposed_and_say_that_the_right_to_make_them_is_missing(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        remediations = ward.remediations(before["patient"])
        assert [r["spec"]["remedy"] for r in remediations] == [JANITOR, FIRST_AID]
        for remediation in remediations:
            assert remediation["status"]["state"] == "Proposed"
            assert remediation["spec"]["digest"].startswith("sha256:")
            for action in remediation["spec"]["actions"]:
                assert "/var/run/demo/app.sock" in json.dumps(json.loads(action["body"]))
            validated = condition(remediation, "Validated")
            assert (validated["status"], validated["reason"]) == ("Unknown", "NoRight")

    def test_workload_and_pod_stay_byte_for_byte_what_they_were(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        patient = before["patient"]
        assert frozen(patient.workload()) == before["workload"]
        assert frozen(patient.pod()) == before["pod"]

    def test_nobody_but_the_kubelet_and_the_controllers_wrote_them(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        patient = before["patient"]
        assert managers(ward.kubectl, patient.reference) == before["workload managers"]
        pod = patient.pod()["metadata"]["name"]
        assert managers(ward.kubectl, f"pod/{pod}") == {"kube-controller-manager", "kubelet"}

    def test_the_tables_fit_a_terminal_of_120_columns(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        table = ward.kubectl.run("get", "dx,rem")
        assert before["patient"].name in table
        assert columns(table) <= 120, table

    def test_one_word_lists_everything_of_the_doctor(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        ward.policy("Suggest")
        listed = ward.kubectl.run("get", "crashloop", "-A")
        for kind in ("clusterremediationpolicy", "diagnosis", "remediation"):
            assert f"{kind}.crashloop-doctor.io/" in listed, listed
        assert ward.name in listed

    def test_events_tell_the_story_on_the_workload(
        self, ward: Ward, before: dict[str, Any]
    ) -> None:
        wanted = {f"Diagnosed{CAUSE}", f"Proposed{FIRST_AID}", f"Proposed{JANITOR}"}

        def look() -> bool:
            found = ward.kubectl.items(
                "events",
                "--field-selector",
                "source=crashloop-doctor,involvedObject.kind=DaemonSet",
            )
            return wanted <= {event["reason"] for event in found}

        ward.kubectl.wait_for(f"the events {', '.join(sorted(wanted))}", look, 10)

    def test_the_metrics_count_the_diagnosis_and_name_no_pod(
        self, ward: Ward, before: dict[str, Any], operator: Operator
    ) -> None:
        text = operator.metrics()
        assert f'crashloop_doctor_active_diagnoses{{cause="{CAUSE}"}}' in text
        assert f'crashloop_doctor_examinations_total{{cause="{CAUSE}"}}' in text
        assert f'remedy="{FIRST_AID}"' in text
        for private in (before["patient"].name, ward.name):
            assert private not in text

    def test_every_line_of_the_operators_log_is_a_json_object(
        self, ward: Ward, before: dict[str, Any], operator: Operator
    ) -> None:
        lines = operator.logs().splitlines()
        assert lines
        for line in lines:
            try:
                assert isinstance(json.loads(line), dict), line
            except ValueError:
                pytest.fail(f"not JSON: {line}")
        assert any(
            json.loads(line).get("namespace") == ward.name
            and json.loads(line)["message"] == "diagnosed"
            for line in lines
        )


def bystander(ward: Ward) -> str:
    """A healthy pod that nothing may restart."""
    ward.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "bystander"},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [
                    {
                        "name": "sleeper",
                        "image": IMAGE,
                        "imagePullPolicy": "IfNotPresent",
                        "command": ["python3", "-c", "import time; time.sleep(86400)"],
                    }
                ],
            },
        }
    )
    ward.kubectl.run("wait", "pod/bystander", "--for=condition=Ready", "--timeout=60s")
    return str(ward.kubectl.get("pod/bystander")["metadata"]["uid"])


@pytest.mark.usefixtures("treating")
def test_first_aid_heals_the_same_pod_and_a_recurrence_brings_the_sidecar_that_lasts(
    ward: Ward,
) -> None:
    ward.policy("Auto")
    witness = bystander(ward)
    patient = ward.admit("nginx-daemonset")
    pod = patient.wait_ready()
    before = patient.workload()

    patient.kill()
    healed = ward.wait_state(patient, FIRST_AID, "Healed")
    after = patient.wait_ready()
    assert states(healed) == ["Approved", "Applied", "Verifying", "Healed"]
    assert after["metadata"]["uid"] == pod["metadata"]["uid"], "first aid replaced the pod"
    assert first_aid_containers(after) == ["crashloop-doctor-first-aid-1"]
    assert frozen(patient.workload()) == frozen(before), "first aid changed the workload"
    assert ward.remediations(patient, JANITOR) == [], "a sidecar although first aid was enough"

    patient.kill()
    ward.wait_state(patient, JANITOR, "Healed")
    cured = patient.workload()
    template = cured["spec"]["template"]["spec"]
    (ours,) = template.pop("initContainers")
    assert ours["name"] == JANITOR_CONTAINER
    assert ours["restartPolicy"] == "Always"
    assert cured["spec"] == before["spec"], "more than one sidecar was changed"
    assert cured["metadata"]["generation"] == before["metadata"]["generation"] + 1

    in_cure = patient.wait_ready()
    known = [r["metadata"]["name"] for r in ward.remediations(patient)]
    for number in (1, 2):
        restarts = patient.kill()
        patient.wait_restarted(restarts)
        now = patient.wait_ready()
        assert now["metadata"]["uid"] == in_cure["metadata"]["uid"], f"kill {number}: pod replaced"
    assert [r["metadata"]["name"] for r in ward.remediations(patient)] == known

    there = ward.kubectl.get("pod/bystander")
    assert there["metadata"]["uid"] == witness
    assert there["status"]["containerStatuses"][0]["restartCount"] == 0


def test_a_cure_that_cannot_run_is_taken_back_without_a_trace_and_not_tried_again(
    ward: Ward, chart: Chart
) -> None:
    chart.use({**ALL_REMEDIES, "toolboxImage.repository": "127.0.0.1:9/no-such-toolbox"})
    ward.policy("Auto", (JANITOR,), cooldownSeconds=0)
    patient = ward.admit("nginx-daemonset")
    patient.wait_ready()
    before = patient.workload()
    patient.kill()

    undone = ward.wait_state(patient, JANITOR, "RolledBack")
    assert states(undone)[:2] == ["Approved", "Applied"]
    assert "cannot start" in undone["status"]["message"]
    after = patient.workload()
    assert after["spec"] == before["spec"]
    assert "crashloop-doctor" not in managers(ward.kubectl, patient.reference)
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 2

    # The crash loop goes on in a new pod. The doctor looks into it, as one who would try again.
    taken_back = undone["status"]["steps"][-1]["time"]

    def examined() -> bool:
        deaths = ward.diagnosis(patient)["status"]["deaths"]
        return any(d["finishedAt"] > taken_back and d.get("cause") == CAUSE for d in deaths)

    ward.kubectl.wait_for("a death after the rollback examined", examined, 60)
    diagnosis = ward.kubectl.wait_for(
        "a person asked for",
        lambda: next(
            (d for d in [ward.diagnosis(patient)] if d["status"]["state"] == "NeedsHuman"), None
        ),
        30,
    )
    assert diagnosis["status"]["next"] == "describe"
    assert len(ward.remediations(patient)) == 1
    assert patient.workload()["spec"] == before["spec"]


def traceback_on_an_empty_dir(document: Object) -> None:
    (container,) = document["spec"]["template"]["spec"]["containers"]
    container["command"] += ["--style", "traceback"]


@pytest.mark.usefixtures("treating")
def test_dfdaemon_is_healed_though_it_exits_with_0_and_says_why_68_lines_before_the_end(
    ward: Ward,
) -> None:
    ward.policy("Auto", (FIRST_AID,), maxConcurrentPerNamespace=3)
    quiet = ward.admit("dfdaemon-hostpath")
    loud = ward.admit("dfdaemon-emptydir", change=traceback_on_an_empty_dir)
    before = {}
    for patient in (quiet, loud):
        crash(patient)
        before[patient.name] = (frozen(patient.workload()), patient.pod()["metadata"]["uid"])

    for patient, code in ((quiet, 0), (loud, 1)):
        ward.wait_state(patient, FIRST_AID, "Healed")
        status = ward.diagnosis(patient)["status"]
        assert captures(ward.diagnosis(patient))["path"] == DFDAEMON_SOCKET
        loop = [death for death in status["deaths"] if death.get("cause") == CAUSE]
        assert {death.get("exitCode", 0) for death in loop} == {code}, status["deaths"]
        pod = patient.wait_ready()
        assert (frozen(patient.workload()), pod["metadata"]["uid"]) == before[patient.name]
        assert first_aid_containers(pod) == ["crashloop-doctor-first-aid-1"]

    evidence = ward.diagnosis(quiet)["status"]["evidence"]
    (proof,) = [e for e in evidence if "Address already in use" in e["text"]]
    assert DFDAEMON_SOCKET not in proof["text"]
    assert "\x1b" not in json.dumps(evidence, ensure_ascii=False)
    # What the log of the dead instance looked like: its key line, and how much came after it.
    name = quiet.pod()["metadata"]["name"]
    lines = ward.kubectl.run("logs", name, "--previous").splitlines()
    (number,) = [n for n, line in enumerate(lines, 1) if "Address already in use" in line]
    assert (proof["line"], len(lines) - number) == (number, 68)
    assert "\x1b[" in lines[number - 1], "the patient was to colour the line"


# -- approval ----------------------------------------------------------------------------------------------------------


def allow(ward: Ward, user: str, role: str, *, rules: list[Object] | None = None) -> None:
    """Binds a cluster role to the user in this namespace, or a role of its own that is made of the rules."""
    kind = "ClusterRole"
    if rules is not None:
        kind = "Role"
        ward.create(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": kind,
                "metadata": {"name": role},
                "rules": rules,
            }
        )
    if user.startswith("system:serviceaccount:"):
        words = [f"--serviceaccount={user.removeprefix('system:serviceaccount:')}"]
    else:
        words = [f"--user={user}"]
    ward.kubectl.run("create", "rolebinding", role, f"--{kind.lower()}={role}", *words)


def may(ward: Ward, user: str, verb: str, what: str) -> bool:
    return ward.kubectl.run("auth", "can-i", verb, what, f"--as={user}", check=False) == "yes\n"


def approval(remediation: Any, user: str, decision: str = "Approve", digest: str = "") -> str:
    given = {
        "decision": decision,
        "approvedBy": user,
        "digest": digest or remediation["spec"]["digest"],
    }
    return json.dumps({"spec": {"approval": given}})


def decide(kubectl: Kubectl, remediation: Any, patch: str, *words: str) -> str:
    name = f"rem/{remediation['metadata']['name']}"
    return kubectl.run("patch", name, "--type=merge", "--patch", patch, *words)


@pytest.mark.usefixtures("treating")
def test_only_an_approver_approves_as_himself_and_only_the_plan_he_read(
    ward: Ward, tmp_path: Path
) -> None:
    ward.policy("Approve")
    approver = f"system:serviceaccount:{ward.name}:alice"
    ward.kubectl.run("create", "serviceaccount", "alice")
    allow(ward, approver, "crashloop-doctor-approver")
    allow(ward, "erin", "edit")
    allow(
        ward,
        "fred",
        "writes-remediations",
        rules=[
            {
                "apiGroups": ["crashloop-doctor.io"],
                "resources": ["remediations", "remediations/status"],
                "verbs": ["get", "list", "create", "patch", "update", "delete"],
            }
        ],
    )
    patient, other = ward.admit("nginx-daemonset"), ward.admit("nginx-deployment")
    crash(patient)
    crash(other)
    before = patient.workload()
    first_aid, janitor = (
        ward.wait_state(patient, remedy, "Proposed") for remedy in (FIRST_AID, JANITOR)
    )
    alice = kubeconfig_of(ward.kubectl, "alice", tmp_path / "alice.json")
    for user, verb in ((approver, "approve"), ("fred", "create"), ("erin", "get")):
        ward.kubectl.wait_for(
            f"{user} may {verb}",
            lambda user=user, verb=verb: may(  # type: ignore[misc]
                ward, user, verb, "remediations.crashloop-doctor.io"
            ),
            15,
        )

    # Whoever may edit the namespace may not even touch a Remediation.
    with pytest.raises(LabFault, match=r'"erin" cannot patch resource "remediations"'):
        decide(ward.kubectl, first_aid, approval(first_aid, "erin"), "--as=erin")
    # Whoever may write one may not approve it ...
    with pytest.raises(LabFault, match="you may not approve or reject this Remediation"):
        decide(ward.kubectl, first_aid, approval(first_aid, "fred"), "--as=fred")
    # ... nor forge one ...
    forged = {
        "apiVersion": first_aid["apiVersion"],
        "kind": "Remediation",
        "metadata": {"name": "forged"},
        "spec": {k: v for k, v in first_aid["spec"].items() if k != "approval"},
    }
    with pytest.raises(LabFault, match="only Crashloop Doctor itself makes"):
        ward.kubectl.run("create", "--as=fred", "-f", "-", stdin=json.dumps(forged))
    # ... nor say how it stands.
    status = '{"status": {"state": "Approved", "approvedBy": "alice"}}'
    with pytest.raises(LabFault, match="only Crashloop Doctor itself writes the status"):
        decide(ward.kubectl, first_aid, status, "--subresource=status", "--as=fred")
    # The approver cannot sign with another's name, nor approve what she has not read.
    with pytest.raises(LabFault, match=f"has to be your own user name, which is {approver}"):
        decide(alice, first_aid, approval(first_aid, "erin"))
    with pytest.raises(LabFault, match="is not the digest of this plan"):
        decide(alice, first_aid, approval(first_aid, approver, digest="sha256:" + "0" * 64))

    for remediation in ward.remediations(patient):
        assert remediation["status"]["state"] == "Proposed", "one of the refusals had an effect"
        assert "approval" not in remediation["spec"]
    assert frozen(patient.workload()) == frozen(before)

    # What she may: approve by a patch of her own, reject, and approve by our command.
    sidecar = ward.wait_state(other, JANITOR, "Proposed")
    decide(alice, sidecar, approval(sidecar, approver))
    decide(alice, janitor, approval(janitor, approver, "Reject"))
    rejected = ward.wait_state(patient, JANITOR, "Rejected")
    assert approver in rejected["status"]["message"]

    done = subprocess.run(
        [
            Path(sys.executable).parent / "crashloop-doctor",
            "approve",
            first_aid["metadata"]["name"],
        ],
        env=environment_for(alice),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"approved by {approver}" in done.stdout
    healed = ward.wait_state(patient, FIRST_AID, "Healed")
    assert healed["status"]["approvedBy"] == approver
    assert healed["spec"]["approval"]["digest"] == first_aid["spec"]["digest"]
    assert frozen(patient.workload()) == frozen(before)
    assert len(ward.remediations(patient)) == 2

    healed = ward.wait_state(other, JANITOR, "Healed")
    assert healed["status"]["approvedBy"] == approver
    assert states(healed) == ["Proposed", "Approved", "Applied", "Verifying", "Healed"]


# -- by hand -----------------------------------------------------------------------------------------------------------


def paste(kubectl: Kubectl, remediation: Any) -> None:
    """Runs what the Remediation offers for pasting, as a person would."""
    command = remediation["spec"]["paste"]
    done = subprocess.run(
        ["bash", "-c", command],
        env=environment_for(kubectl),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.usefixtures("suggesting")
def test_a_change_pasted_by_hand_is_recognised_verified_and_never_taken_back(ward: Ward) -> None:
    ward.policy("Suggest")
    pasted = {FIRST_AID: ward.admit("nginx-daemonset"), JANITOR: ward.admit("nginx-deployment")}
    for patient in pasted.values():
        crash(patient)
    specs = {}
    for remedy, patient in pasted.items():
        paste(ward.kubectl, ward.wait_state(patient, remedy, "Proposed"))
        specs[remedy] = patient.workload()["spec"]
    for remedy, patient in pasted.items():
        healed = ward.wait_state(patient, remedy, "Healed")
        assert states(healed) == ["Proposed", "Verifying", "Healed"]
        assert healed["status"]["approvedBy"] == "a change made by hand"
        assert patient.workload()["spec"] == specs[remedy], "the doctor took a change back"
        assert "crashloop-doctor" not in managers(ward.kubectl, patient.reference)
        patient.wait_ready()
    (sidecar,) = specs[JANITOR]["template"]["spec"]["initContainers"]
    assert sidecar["name"] == JANITOR_CONTAINER
    assert first_aid_containers(pasted[FIRST_AID].pod()) == ["crashloop-doctor-first-aid-1"]


# -- what must not be touched ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("treating")
def test_a_directory_that_another_pod_may_write_to_is_left_alone_and_the_diagnosis_says_why(
    ward: Ward,
) -> None:
    ward.policy("Auto")
    patient = ward.admit("nginx-deployment")
    patient.wait_ready()
    ward.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "neighbour"},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [
                    {
                        "name": "sleeper",
                        "image": IMAGE,
                        "imagePullPolicy": "IfNotPresent",
                        "command": ["python3", "-c", "import time; time.sleep(86400)"],
                        "volumeMounts": [{"name": "shared", "mountPath": "/shared"}],
                    }
                ],
                "volumes": [{"name": "shared", "hostPath": {"path": patient.host_directory}}],
            },
        }
    )
    ward.kubectl.run("wait", "pod/neighbour", "--for=condition=Ready", "--timeout=60s")
    patient.kill()
    diagnosis = ward.diagnosis(patient)

    def refused() -> Any | None:
        known = condition(ward.diagnosis(patient), "Treatable")
        return known if known["status"] == "False" else None

    treatable = ward.kubectl.wait_for("Treatable=False", refused, 30)
    assert treatable["reason"] == "SharedHostPath"
    assert f"{ward.name}/neighbour" in treatable["message"]
    described = ward.kubectl.run("describe", "dx", diagnosis["metadata"]["name"])
    assert "SharedHostPath" in described
    assert ward.remediations(patient) == []
    assert Path(patient.host_directory, "app.sock").is_socket()


def held_by_another_container(document: Object) -> None:
    """A sidecar listens on the very socket before the daemon starts: in use, and not stale."""
    spec = document["spec"]["template"]["spec"]
    (daemon,) = spec["containers"]
    probe = daemon["readinessProbe"]["exec"]
    holder = {
        **{key: value for key, value in daemon.items() if key != "readinessProbe"},
        "name": "holder",
        "restartPolicy": "Always",
        "startupProbe": {"exec": probe, "periodSeconds": 1, "timeoutSeconds": 5},
    }
    # Its own readiness must not be answered by the holder.
    daemon["readinessProbe"] = {"exec": {"command": ["/bin/false"]}}
    spec["initContainers"] = [holder]


@pytest.mark.usefixtures("treating")
def test_a_socket_that_somebody_listens_on_is_never_removed(ward: Ward) -> None:
    ward.policy("Auto", (FIRST_AID,), cooldownSeconds=0)
    patient = ward.admit("dfdaemon-emptydir", change=held_by_another_container)
    ended = ward.wait_state(patient, FIRST_AID, "RolledBack", "NeedsHuman")
    assert "did not remove the socket" in ended["status"]["message"]
    pod = patient.pod()
    words = ("exec", pod["metadata"]["name"], "-c", "holder", "--")
    answer = ward.kubectl.run(
        *words, "python3", "/opt/patients/probe.py", "health", DFDAEMON_SOCKET
    )
    assert answer.strip() == "SERVING", "the socket is there no more, or nobody listens"
    assert first_aid_containers(pod) == ["crashloop-doctor-first-aid-1"]
    # The loop goes on; the doctor does not.
    seen = patient.container_restarts()
    patient.wait_restarted(seen)
    assert len(ward.remediations(patient)) == 1


# -- rules of users ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("suggesting")
def test_a_broken_signature_is_told_so_and_the_doctor_goes_on_diagnosing(ward: Ward) -> None:
    patient = ward.admit("nginx-daemonset")
    broken = {
        # Go's RE2, which the API server asks, knows runes; the operator matches bytes.
        "pattern": ({"patterns": [{"regex": r"snowman \x{2603}"}]}, "InvalidPattern"),
        "example": (
            {"patterns": [{"regex": "unicorn"}], "examples": [{"log": "a plain horse"}]},
            "ExampleNotMatched",
        ),
    }
    names = {}
    try:
        for kind, (spec, _) in broken.items():
            names[kind] = f"{ward.name}-{kind}"
            ward.create(
                {
                    "apiVersion": "crashloop-doctor.io/v1alpha1",
                    "kind": "FailureSignature",
                    "metadata": {"name": names[kind]},
                    "spec": {
                        "cause": "ApplicationError",
                        "summary": "a broken rule",
                        "confidence": "0.99",
                        **spec,
                    },
                },
                mark=True,
            )
        for kind, (_, reason) in broken.items():
            ready = ward.kubectl.wait_for(
                f"signature {kind} judged",
                lambda kind=kind: condition(ward.kubectl.get("fsig", names[kind]), "Ready"),  # type: ignore[misc]
                15,
            )
            assert (ready["status"], ready["reason"]) == ("False", reason)
            assert "Traceback" not in ready["message"]
            assert len(ready["message"].split()) >= 5, f"no sentence: {ready['message']}"
        crash(patient)
        ward.diagnosis(patient)
        ward.wait_state(patient, FIRST_AID, "Proposed")
    finally:
        for name in names.values():
            ward.kubectl.run("delete", "fsig", name, "--ignore-not-found")
