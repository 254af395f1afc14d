"""What the two remedies for a stale socket would send: smallest rights, own entries only, no shell."""

from __future__ import annotations

import json
import posixpath
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_builders import (
    FIRST_AID,
    HOST_DIRECTORY,
    JANITOR,
    MOUNT,
    SOCKET,
    TOOLBOX,
    WORKLOAD_UID,
    a_consultation,
    a_pod,
    a_workload,
    altered,
    terminated,
    with_carrier,
    with_container,
    with_janitor,
    with_status,
)
from crashloop_doctor.api.core import (
    Container,
    ContainerUser,
    LinuxUser,
    ManagedFields,
    Node,
    NodeStatus,
    NodeSystemInfo,
    ObjectMeta,
    RollingUpdate,
    UpdateStrategy,
    Workload,
)
from crashloop_doctor.api.v1alpha1 import CAUSES
from crashloop_doctor.api.v1alpha1 import REMEDIES as DECLARED
from crashloop_doctor.remedies import inject_socket_janitor, registry, remove_stale_socket
from crashloop_doctor.remedies.plan import (
    Consultation,
    Plan,
    Refusal,
    canonical_json,
    template_hash,
)
from crashloop_doctor.remedies.registry import REMEDIES

BOTH = pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])


def planned(remedy: str, consultation: Consultation | None = None) -> Plan:
    plan = REMEDIES[remedy].plan(consultation or a_consultation())
    assert isinstance(plan, Plan), plan
    return plan


def refused(remedy: str, consultation: Consultation) -> str:
    refusal = REMEDIES[remedy].plan(consultation)
    assert isinstance(refusal, Refusal)
    return refusal.reason


def body_of(plan: Plan) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(plan.actions[0].body)
    return body


def added_by(plan: Plan) -> dict[str, Any]:
    """The container that the plan adds."""
    spec = body_of(plan)["spec"]
    entries = spec["ephemeralContainers"] if plan.remedy == FIRST_AID else None
    entries = entries or spec["template"]["spec"]["initContainers"]
    (container,) = entries
    return dict(container)


def test_the_registry_names_what_the_resources_declare_mildest_first() -> None:
    assert tuple(REMEDIES) == DECLARED
    assert registry.for_cause("StaleUnixSocket") == (FIRST_AID, JANITOR)
    assert registry.for_cause("Unknown") == ()
    assert all(cause in CAUSES for remedy in REMEDIES.values() for cause in remedy.causes)


@BOTH
def test_our_container_may_do_nothing_but_remove_that_socket(remedy: str) -> None:
    container = added_by(planned(remedy))
    assert container["securityContext"] == {
        "runAsUser": 1000,
        "runAsGroup": 2000,
        "runAsNonRoot": True,
        "allowPrivilegeEscalation": False,
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["volumeMounts"] == [{"name": "sockets", "mountPath": MOUNT}]
    assert container["image"] == TOOLBOX
    assert container["args"][1:] == [f"--socket={SOCKET}", f"--mount={MOUNT}"]
    assert "command" not in container


def test_first_aid_joins_no_other_container_s_namespace_and_restarts_nothing() -> None:
    plan = planned(FIRST_AID)
    assert "targetContainerName" not in added_by(plan)
    assert plan.healthy_pods_restarted == 0
    assert plan.change_class == "Addition"


def test_first_aid_addresses_the_pod_by_its_uid() -> None:
    (action,) = planned(FIRST_AID).actions
    assert (action.kind, action.subresource, action.uid) == (
        "Pod",
        "ephemeralcontainers",
        "agent-a-uid",
    )
    body = json.loads(action.body)
    assert body["metadata"] == {"uid": "agent-a-uid"}
    assert set(body) == {"metadata", "spec"}
    assert set(body["spec"]) == {"ephemeralContainers"}


def test_each_first_aid_has_its_own_name_since_an_ephemeral_container_runs_once() -> None:
    names = {added_by(planned(FIRST_AID, a_consultation(attempt=n)))["name"] for n in (1, 2, 3)}
    assert names == {f"crashloop-doctor-first-aid-{n}" for n in (1, 2, 3)}
    assert names == {REMEDIES[FIRST_AID].carrier_name(n) for n in (1, 2, 3)}


def many(count: int) -> Consultation:
    pods = tuple(a_pod(f"agent-{n:02}", node=f"node-{n}") for n in range(count))
    return a_consultation(
        patients=pods[::-1], workload_pods=pods, neighbours=pods, workload=a_workload(pods[0])
    )


def test_first_aid_treats_a_bounded_number_of_pods_and_pastes_for_the_same_ones() -> None:
    plan = planned(FIRST_AID, many(remove_stale_socket.MAX_PODS + 4))
    names = [action.name for action in plan.actions]
    assert names == [f"agent-{n:02}" for n in range(remove_stale_socket.MAX_PODS)]
    assert [command.split()[8] for command in plan.paste.splitlines()] == names
    assert all(len(action.body) < 65536 for action in plan.actions)


def test_the_sidecar_s_apply_carries_only_our_entry_and_the_identity_with_the_uid() -> None:
    (action,) = planned(JANITOR).actions
    body = json.loads(action.body)
    entry = body["spec"]["template"]["spec"]["initContainers"]
    assert body == {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "uid": WORKLOAD_UID},
        "spec": {"template": {"spec": {"initContainers": entry}}},
    }
    assert [container["name"] for container in entry] == ["crashloop-doctor-janitor"]
    assert action.content_type == "application/apply-patch+yaml"
    assert (action.uid, action.subresource) == (WORKLOAD_UID, "")


def test_the_sidecar_is_native_and_its_probe_ends_in_time() -> None:
    container = added_by(planned(JANITOR))
    assert container["restartPolicy"] == "Always"
    assert container["startupProbe"]["exec"]["command"] == ["/toolbox", "janitor-ready"]


def test_the_rollback_gives_up_our_fields_and_names_the_same_object() -> None:
    (action,) = REMEDIES[JANITOR].rollback(a_workload())
    assert json.loads(action.body) == {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "uid": WORKLOAD_UID},
    }
    assert action.content_type == "application/apply-patch+yaml"
    assert REMEDIES[FIRST_AID].rollback(a_workload()) == ()


HEALTHY = {"none": 0, "one": 1, "three": 3}


@pytest.mark.parametrize("count", HEALTHY.values(), ids=HEALTHY.keys())
def test_the_sidecar_says_how_many_healthy_pods_it_would_restart(count: int) -> None:
    healthy = tuple(a_pod(f"well-{n}", node=f"far-{n}", ready=True) for n in range(count))
    given = a_consultation(workload_pods=(a_pod(), *healthy), neighbours=(a_pod(), *healthy))
    assert planned(JANITOR, given).healthy_pods_restarted == count
    assert planned(FIRST_AID, given).healthy_pods_restarted == 0


AMOUNTS = {"requests": {"cpu": "25m", "memory": "16Mi"}, "limits": {"cpu": "25m", "memory": "16Mi"}}
CPU = {"requests": {"cpu": "1"}}

QOS = {
    "a pod without amounts stays BestEffort": ({}, {}, None),
    "a pod with empty amounts stays BestEffort": ({"requests": {}, "limits": {}}, {}, None),
    "a pod with claims alone stays BestEffort": ({"claims": [{"name": "gpu"}]}, {}, None),
    "a pod with a limit on its disk alone stays BestEffort": (
        {"limits": {"ephemeral-storage": "1Gi"}},
        {},
        None,
    ),
    "a Burstable pod gets requests equal to limits": (CPU, {}, AMOUNTS),
    "a Guaranteed pod gets requests equal to limits": (
        {"limits": {"cpu": "1", "memory": "1Gi"}},
        {},
        AMOUNTS,
    ),
    "an init container's amounts count too": ({}, CPU, AMOUNTS),
}


@pytest.mark.parametrize(("own", "init", "expected"), QOS.values(), ids=QOS.keys())
def test_the_qos_class_stays(
    own: dict[str, Any], init: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    pod = with_container(a_pod(), resources=own)
    pod = altered(pod, spec__init_containers=(Container(name="setup", resources=init),))
    assert added_by(planned(JANITOR, a_consultation(pod))).get("resources") == expected


def node(version: str) -> Node:
    return Node(
        metadata=ObjectMeta(name="node-1"),
        status=NodeStatus(node_info=NodeSystemInfo(kubelet_version=version)),
    )


KUBELETS = {
    "v1.28.9": "KubeletTooOld",
    "v1.9.0": "KubeletTooOld",
    "v1.28.9-gke.1": "KubeletTooOld",
    "v1.29.0": "",
    "v1.35.1+k3s1": "",
    "v2.0.0": "",
    "": "",
}


@pytest.mark.parametrize(("version", "reason"), KUBELETS.items())
def test_native_sidecars_need_a_kubelet_of_1_29(version: str, reason: str) -> None:
    given = a_consultation(nodes=(node("v1.35.0"), node(version)))
    if reason:
        assert refused(JANITOR, given) == reason
    else:
        planned(JANITOR, given)
    planned(FIRST_AID, given)


def test_only_nodes_that_the_template_selects_need_the_kubelet() -> None:
    old = altered(node("v1.28.0"), metadata__labels={"pool": "old"})
    elsewhere = workload(spec__template__spec__node_selector={"pool": "new"})
    planned(JANITOR, altered(elsewhere, nodes=(old,)))
    there = workload(spec__template__spec__node_selector={"pool": "old"})
    assert refused(JANITOR, altered(there, nodes=(old,))) == "KubeletTooOld"


def workload(**changes: Any) -> Consultation:
    return a_consultation(workload=altered(a_workload(), **changes))


OBJECTIONS = {
    "the sidecar is in place": (
        a_consultation(workload=with_janitor(a_workload())),
        "AlreadyInPlace",
    ),
    "the sidecar is in place, under the socket's other name": (
        a_consultation(workload=with_janitor(a_workload(), f"/var{SOCKET}")),
        "AlreadyInPlace",
    ),
    "a sidecar for another socket is in place": (
        a_consultation(workload=with_janitor(a_workload(), "/run/agent/other.sock")),
        "AnotherAdditionInPlace",
    ),
    "the Deployment is paused": (
        workload(kind="Deployment", spec__paused=True),
        "RolloutBlocked",
    ),
    "the DaemonSet replaces pods only when they are deleted": (
        workload(spec__update_strategy=UpdateStrategy(type="OnDelete")),
        "RolloutBlocked",
    ),
    "the StatefulSet says nothing of its order": (
        workload(kind="StatefulSet"),
        "RolloutBlocked",
    ),
    "the StatefulSet is OrderedReady": (
        workload(kind="StatefulSet", spec__pod_management_policy="OrderedReady"),
        "RolloutBlocked",
    ),
    "the StatefulSet has a partition": (
        workload(
            kind="StatefulSet",
            spec__pod_management_policy="Parallel",
            spec__update_strategy=UpdateStrategy(
                type="RollingUpdate", rolling_update=RollingUpdate(partition=1)
            ),
        ),
        "RolloutBlocked",
    ),
    "the owner is a bare pod": (workload(kind="Pod", api_version="v1"), "OwnerNotPatchable"),
    "the owner is a ReplicaSet": (workload(kind="ReplicaSet"), "OwnerNotPatchable"),
    "the owner is a Deployment of another group": (
        workload(kind="Deployment", api_version="example.io/v1"),
        "OwnerNotPatchable",
    ),
    "an addition of ours is in the owner": (
        workload(metadata__managed_fields=(ManagedFields(manager="crashloop-doctor"),)),
        "AnotherAdditionInPlace",
    ),
    "the patient is an init container": (
        workload(spec__template__spec__containers=(Container(name="other"),)),
        "InitContainer",
    ),
}


@pytest.mark.parametrize(("given", "reason"), OBJECTIONS.values(), ids=OBJECTIONS.keys())
def test_the_sidecar_is_refused_when(given: Consultation, reason: str) -> None:
    assert refused(JANITOR, given) == reason


def test_first_aid_is_refused_where_the_sidecar_does_the_work() -> None:
    assert (
        refused(FIRST_AID, a_consultation(workload=with_janitor(a_workload()))) == "AlreadyInPlace"
    )


@pytest.mark.parametrize("name", [n for n, (_, r) in OBJECTIONS.items() if r == "RolloutBlocked"])
def test_first_aid_needs_no_rollout_when(name: str) -> None:
    planned(FIRST_AID, OBJECTIONS[name][0])


def test_first_aid_goes_on_beside_a_sidecar_for_another_socket() -> None:
    other = with_janitor(a_workload(), "/run/agent/other.sock")
    planned(FIRST_AID, a_consultation(workload=other))


def test_an_attempt_s_name_is_taken_for_as_long_as_a_pod_carries_it() -> None:
    aid = REMEDIES[FIRST_AID]
    first = with_carrier(a_pod(), aid.carrier_name(3), terminated(0))
    second = with_carrier(a_pod("agent-b"), aid.carrier_name(12), terminated(0))
    assert aid.last_attempt(()) == 0
    assert aid.last_attempt((a_pod(), first, second)) == 12
    odd = with_carrier(a_pod(), "crashloop-doctor-first-aid-x", terminated(0))
    assert aid.last_attempt((odd,)) == 0
    assert REMEDIES[JANITOR].last_attempt((second,)) == 0


def test_a_sidecar_is_the_plan_s_own_only_with_the_plan_s_arguments() -> None:
    actions = planned(JANITOR).actions
    assert inject_socket_janitor.carried(with_janitor(a_workload()), actions)
    other = with_janitor(a_workload(), "/run/agent/other.sock")
    assert not inject_socket_janitor.carried(other, actions)
    assert not inject_socket_janitor.carried(a_workload(), actions)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_the_sidecar_goes_into(kind: str) -> None:
    given_ = workload(kind=kind, spec__pod_management_policy="Parallel")
    assert body_of(planned(JANITOR, given_))["kind"] == kind


HOSTILE_PATHS = [
    "/run/agent/a b.sock",
    "/run/agent/'; rm -rf / #.sock",
    '/run/agent/".sock',
    "/run/agent/$(reboot).sock",
    "/run/agent/`reboot`.sock",
    "/run/agent/\\.sock",
    "/run/agent/*?[a].sock",
    "/run/agent/-rf.sock",
    "/run/agent/{{template}}.sock",
    "/run/agent/%s%n.sock",
    "/run/agent/--mount=.sock",
    "/run/agent/ä失.sock",
]


def argv_of(paste: str) -> list[list[str]]:
    """The commands of a pasted pipeline as a shell would split them."""
    commands: list[list[str]] = [[]]
    for word in shlex.split(paste):
        if word == "|":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


@BOTH
@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_a_hostile_path_stays_one_argument(remedy: str, path: str) -> None:
    plan = planned(remedy, a_consultation(captures={"path": path, "hostPath": HOST_DIRECTORY}))
    assert added_by(plan)["args"][1] == f"--socket={path}"
    words = [word for command in argv_of(plan.paste) for word in command]
    carriers = [word for word in words if path in word or canonical_json(path)[1:-1] in word]
    assert len(carriers) == 1


@BOTH
@pytest.mark.parametrize(
    "path", ["/run/agent/x\n.sock", "/run/agent/\x1b[2J.sock", "/run/agent/\x00"]
)
def test_a_path_with_control_characters_is_refused(remedy: str, path: str) -> None:
    assert refused(remedy, a_consultation(captures={"path": path})) == "PathUnknown"


@given(st.text(min_size=1, max_size=60), st.sampled_from([FIRST_AID, JANITOR]))
def test_any_path_is_refused_or_one_argument(name: str, remedy: str) -> None:
    path = f"/run/agent/{name}"
    plan = REMEDIES[remedy].plan(a_consultation(captures={"path": path}))
    if isinstance(plan, Refusal):
        return
    assert path.isprintable()
    # In the clean spelling: the toolbox takes no other.
    path = posixpath.normpath(path)
    assert added_by(plan)["args"] == [
        added_by(plan)["args"][0],
        f"--socket={path}",
        f"--mount={MOUNT}",
    ]
    if remedy == FIRST_AID:
        assert argv_of(plan.paste)[-1][-2:] == [f"--socket={path}", f"--mount={MOUNT}"]


def test_pasting_first_aid_runs_the_same_container() -> None:
    plan = planned(FIRST_AID)
    container = added_by(plan)
    printed, debug = argv_of(plan.paste)
    assert printed[:2] == ["printf", "%s"]
    assert json.loads(printed[2]) == {
        "volumeMounts": container["volumeMounts"],
        "securityContext": container["securityContext"],
    }
    assert debug == [
        "kubectl",
        "debug",
        "--namespace",
        "team",
        "agent-a",
        f"--image={TOOLBOX}",
        f"--container={container['name']}",
        "--profile=baseline",
        "--custom=/dev/stdin",
        "--",
        "/toolbox",
        *container["args"],
    ]


def test_pasting_the_sidecar_sends_the_same_entry() -> None:
    plan = planned(JANITOR)
    *head, patch = shlex.split(plan.paste)
    assert head == (
        [
            "kubectl",
            "patch",
            "--namespace",
            "team",
            "daemonset/agent",
            "--type=strategic",
            "--patch",
        ]
    )
    assert json.loads(patch)["spec"] == body_of(plan)["spec"]


@BOTH
def test_the_digest_is_stable(remedy: str) -> None:
    assert planned(remedy).digest == planned(remedy, a_consultation()).digest


def test_the_digest_does_not_depend_on_the_order_of_the_pods() -> None:
    two = many(2)
    other = altered(two, patients=two.patients[::-1])
    assert planned(FIRST_AID, two).digest == planned(FIRST_AID, other).digest
    assert planned(FIRST_AID, two).paste == planned(FIRST_AID, other).paste


def renamed(uid: str) -> Workload:
    return altered(a_workload(), metadata__uid=uid)


OTHER_USER = with_status(a_pod(), user=ContainerUser(linux=LinuxUser(uid=1, gid=1)))
CHANGES = {
    "another path": a_consultation(captures={"path": "/run/agent/b.sock"}),
    "another template": a_consultation(template_hash="sha256:other"),
    "another workload of the same name": a_consultation(workload=renamed("other-uid")),
    "another toolbox": a_consultation(toolbox_image="registry.example/toolbox:2"),
    "another user": a_consultation(OTHER_USER),
}


@BOTH
@pytest.mark.parametrize("given_", CHANGES.values(), ids=CHANGES.keys())
def test_the_digest_changes_with(remedy: str, given_: Consultation) -> None:
    assert planned(remedy, given_).digest != planned(remedy).digest


def test_first_aid_s_digest_changes_with_the_pod_and_the_attempt() -> None:
    digests = {
        planned(FIRST_AID).digest,
        planned(FIRST_AID, a_consultation(altered(a_pod(), metadata__uid="later"))).digest,
        planned(FIRST_AID, a_consultation(attempt=2)).digest,
        planned(FIRST_AID, many(2)).digest,
    }
    assert len(digests) == 4


def test_the_remedies_have_different_digests() -> None:
    assert planned(FIRST_AID).digest != planned(JANITOR).digest


UNCHANGED = {
    "the workload was scaled": {"workload__spec__replicas": 9},
    "the workload's generation moved": {"workload__metadata__generation": 77},
    "the workload's status moved": {"workload__status__number_ready": 5},
}


@BOTH
@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED.keys())
def test_the_digest_stays_when(remedy: str, change: dict[str, Any]) -> None:
    given_ = altered(a_consultation(), **change)
    assert planned(remedy, given_).digest == planned(remedy).digest


def test_the_template_s_hash_knows_no_order_of_keys_but_every_value() -> None:
    assert template_hash({"a": 1, "b": 2}) == template_hash({"b": 2, "a": 1})
    assert template_hash({"a": 1}) != template_hash({"a": 2})
    assert template_hash({"a": [1, 2]}) != template_hash({"a": [2, 1]})
    assert template_hash(None) == template_hash(None)
