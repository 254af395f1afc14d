"""Whose pod it is, which pods are whose, and who else is on the node."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from api_server import refuses
from ward import DAEMON_SET, DIAGNOSES, WORKLOAD, Ward, a_daemon_set, a_pod, a_ward, pod_path

from crashloop_doctor.api.core import Pod, Workload, WorkloadSpec
from crashloop_doctor.api.v1alpha1 import PodReference
from crashloop_doctor.cluster import paths, workloads
from crashloop_doctor.cluster.client import ApiError

PODS = "/api/v1/pods"
KIND = {"apiVersion": "apps/v1", "kind": "DaemonSet"}


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with a_ward() as ward:
        yield ward


def typed(raw: dict[str, Any]) -> Pod:
    return msgspec.convert(raw, Pod, strict=False)


def plain(name: str, node: str) -> dict[str, Any]:
    """A pod that mounts nothing of its node."""
    pod = a_pod(name, node=node, namespace="other")
    pod["spec"]["volumes"] = [{"name": "run", "emptyDir": {}}]
    return pod


def asked(ward: Ward) -> list[str]:
    return [a.query.get("fieldSelector", "") for a in ward.server.asked if a.path == PODS]


async def test_neighbours_are_asked_for_by_node(ward: Ward) -> None:
    ward.server.keep(pod_path("there", "other"), a_pod("there", node="node-1", namespace="other"))
    ward.server.keep(pod_path("far", "other"), a_pod("far", node="node-9", namespace="other"))
    ward.server.keep(pod_path("plain", "other"), plain("plain", "node-1"))
    own = (typed(a_pod()), typed(a_pod("agent-b", node="node-2")), typed(a_pod("new", node="")))
    found = await workloads.neighbours(ward.client, own)
    assert {pod.metadata.name for pod in found} == {"agent-a", "there"}
    assert asked(ward) == ["spec.nodeName=node-1", "spec.nodeName=node-2"]


async def test_many_nodes_are_read_in_one_list(ward: Ward) -> None:
    ward.server.keep(pod_path("there", "other"), a_pod("there", node="node-3", namespace="other"))
    ward.server.keep(pod_path("far", "other"), a_pod("far", node="elsewhere", namespace="other"))
    ward.server.keep(pod_path("plain", "other"), plain("plain", "node-3"))
    count = workloads.MAX_NODES_ASKED + 1
    own = tuple(typed(a_pod(f"a-{n}", node=f"node-{n}")) for n in range(count))
    found = await workloads.neighbours(ward.client, own)
    assert {pod.metadata.name for pod in found} == {"agent-a", "there"}
    assert asked(ward) == [""]


async def test_neighbours_that_may_not_be_read_are_an_error_and_not_none(ward: Ward) -> None:
    ward.server.on("GET", PODS, refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        await workloads.neighbours(ward.client, (typed(a_pod()),))


async def plan_again(ward: Ward, captures: list[dict[str, str]]) -> str:
    """Why the cures are refused by the Diagnosis' word, with these captures in it."""
    await ward.policy(mode="Suggest")
    await ward.examine()
    ward.diagnosed(captures=captures)
    ward.server.asked.clear()
    await ward.consider()
    (diagnosis,) = ward.of(DIAGNOSES)
    reasons = [c["reason"] for c in diagnosis["status"]["conditions"] if c["type"] == "Treatable"]
    return reasons[0] if reasons else ""


async def test_whether_strangers_can_share_is_read_from_the_specs_never_from_the_captures(
    ward: Ward,
) -> None:
    """A process that keeps the captures from saying hostPath must not hide its neighbour."""
    ward.server.keep(pod_path("spy", "other"), a_pod("spy", namespace="other"))
    reason = await plan_again(ward, [{"name": "path", "value": "/run/agent/agent.sock"}])
    assert reason == "SharedHostPath"
    assert "spec.nodeName=node-1" in asked(ward)


async def test_nobody_s_pods_are_read_for_a_directory_of_the_pod_s_own(ward: Ward) -> None:
    owner, pod = a_daemon_set(), a_pod()
    for spec in (owner["spec"]["template"]["spec"], pod["spec"]):
        spec["volumes"] = [{"name": "run", "emptyDir": {}}]
    ward.server.keep(DAEMON_SET, owner)
    ward.server.keep(pod_path(), pod)
    captures = [
        {"name": "path", "value": "/run/agent/agent.sock"},
        {"name": "hostPath", "value": "/run/agent"},
    ]
    assert await plan_again(ward, captures) == ""
    assert asked(ward) == []


def owned_by(**owner: Any) -> dict[str, Any]:
    pod = a_pod()
    pod["metadata"]["ownerReferences"] = [{**WORKLOAD, "controller": True, **owner}]
    return pod


ROLLOUT = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}

OWNERS = {
    "its DaemonSet": (owned_by(), ("DaemonSet", "agent")),
    "a kind that the doctor cannot read": (owned_by(**ROLLOUT), ("Rollout", "agent")),
    "a node, as of a mirror pod": (
        owned_by(apiVersion="v1", kind="Node", name="node-1"),
        ("Pod", "agent-a"),
    ),
    "a DaemonSet that does not exist": (owned_by(name="gone"), ("Pod", "agent-a")),
    "a DaemonSet of that name with another UID": (owned_by(uid="other"), ("Pod", "agent-a")),
    "a kind with odd characters": (
        owned_by(**{**ROLLOUT, "kind": "Roll out"}),
        ("Pod", "agent-a"),
    ),
    "a kind that is too long": (
        owned_by(**{**ROLLOUT, "kind": "R" * 64}),
        ("Pod", "agent-a"),
    ),
    "a name with odd characters": (owned_by(**ROLLOUT, name="../pods"), ("Pod", "agent-a")),
    "a name that is too long": (owned_by(**ROLLOUT, name="a" * 254), ("Pod", "agent-a")),
    "a name of full length": (owned_by(**ROLLOUT, name="a" * 253), ("Rollout", "a" * 253)),
    "an API version that is too long": (
        owned_by(apiVersion="a" * 257, kind="Rollout"),
        ("Pod", "agent-a"),
    ),
    "no UID": (owned_by(**ROLLOUT, uid=""), ("Pod", "agent-a")),
    "a UID that is too long": (owned_by(**ROLLOUT, uid="u" * 65), ("Pod", "agent-a")),
    "nothing": (owned_by(controller=False), ("Pod", "agent-a")),
}


@pytest.mark.parametrize(("pod", "expected"), OWNERS.values(), ids=OWNERS.keys())
async def test_the_workload_of_a_pod_that_is_owned_by(
    ward: Ward, pod: dict[str, Any], expected: tuple[str, str]
) -> None:
    found = await workloads.workload_of(ward.client, typed(pod))
    assert (found.kind, found.name) == expected


async def test_an_owner_whose_own_owner_is_gone_is_the_workload(ward: Ward) -> None:
    owner = a_daemon_set()
    owner["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x", "uid": "x", "controller": True}
    ]
    ward.server.keep(DAEMON_SET, owner)
    found = await workloads.workload_of(ward.client, typed(a_pod()))
    assert (found.kind, found.name) == ("DaemonSet", "agent")


async def test_a_pod_of_the_same_name_is_not_the_one_that_was_diagnosed(ward: Ward) -> None:
    owner = msgspec.convert({**a_daemon_set(), **KIND}, Workload, strict=False)
    bare = msgspec.structs.replace(owner, spec=WorkloadSpec())
    known = (
        PodReference(name="agent-a", uid="uid-agent-a-shop", node="node-1"),
        PodReference(name="agent-gone", uid="uid-gone", node="node-1"),
    )
    found = await workloads.pods_of(ward.client, bare, known)
    assert [pod.metadata.name for pod in found] == ["agent-a"]
    successor = (PodReference(name="agent-a", uid="uid-of-another", node="node-1"),)
    assert await workloads.pods_of(ward.client, bare, successor) == ()


def test_nodes_and_events_are_no_workloads() -> None:
    assert paths.readable("apps/v1", "DaemonSet")
    assert not paths.readable("v1", "Node")
    assert not paths.readable("v1", "Event")
