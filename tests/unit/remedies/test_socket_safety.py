"""Rule 10: when a socket may be removed at all. Each refusal is one fact changed in a case that goes through."""

from __future__ import annotations

from typing import Any

import pytest

from case_builders import (
    FIRST_AID,
    HOST_DIRECTORY,
    JANITOR,
    SOCKET,
    a_consultation,
    a_pod,
    a_workload,
    altered,
    host_volume,
    mounting,
    with_container,
    with_status,
)
from crashloop_doctor.api.core import (
    Container,
    OsSelector,
    Pod,
    PodSpec,
    SecurityContext,
    Volume,
    VolumeMount,
)
from crashloop_doctor.remedies.plan import Consultation, Plan, Refusal
from crashloop_doctor.remedies.registry import REMEDIES

BOTH = pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])


def stranger(
    path: str = HOST_DIRECTORY,
    *,
    node: str = "node-1",
    read_only: bool = False,
    name: str = "other",
    phase: str = "Running",
    container: str = "app",
    mounted: bool = True,
    init: bool = False,
) -> Pod:
    mounts = (VolumeMount(name="host", mount_path="/host", read_only=read_only),) if mounted else ()
    own = Container(name=container, volume_mounts=mounts)
    spec = PodSpec(
        containers=() if init else (own,),
        init_containers=(own,) if init else (),
        volumes=(host_volume(path, name="host"),),
        node_name=node,
    )
    return altered(a_pod(name, node=node, namespace="elsewhere", spec=spec), status__phase=phase)


def beside(*neighbours: Pod) -> Consultation:
    return a_consultation(neighbours=(a_pod(), *neighbours))


def of(pod: Pod) -> Consultation:
    return a_consultation(pod, workload=a_workload())


def mount(**changes: Any) -> Pod:
    (daemon,) = a_pod().spec.containers
    return with_container(a_pod(), volume_mounts=(altered(daemon.volume_mounts[0], **changes),))


def on(**volume: Any) -> Pod:
    return altered(a_pod(), spec__volumes=(Volume(name="sockets", **volume),))


def captured(path: str) -> Consultation:
    return a_consultation(captures={"path": path, "hostPath": HOST_DIRECTORY})


TWIN = a_pod("agent-b", node="node-2")
NO_USER = with_status(a_pod(), user=None)

REFUSALS = {
    "every diagnosed pod is gone": (a_consultation(patients=()), "NoPatient"),
    "the patient's spec lacks the container": (
        of(with_container(a_pod(), name="x")),
        "PathUnknown",
    ),
    "no path was captured": (a_consultation(captures={}), "PathUnknown"),
    "the path is relative": (captured("agent.sock"), "PathUnknown"),
    "the path goes up": (captured("/run/agent/../x.sock"), "PathUnknown"),
    "the path has a line break": (captured("/run/agent/x\n.sock"), "PathUnknown"),
    "the path lies on no volume": (captured("/tmp/x.sock"), "NotOnVolume"),
    "the path is the mount itself": (captured("/run/agent"), "NotOnVolume"),
    "the path is the mount itself in its other spelling": (
        captured("/var/run/agent"),
        "NotOnVolume",
    ),
    "another kernel may run the pod": (
        of(altered(a_pod(), spec__runtime_class_name="kata")),
        "OtherKernel",
    ),
    "the pod says Windows": (of(altered(a_pod(), spec__os=OsSelector(name="windows"))), "Windows"),
    "the pod selects Windows nodes": (
        of(altered(a_pod(), spec__node_selector={"kubernetes.io/os": "windows"})),
        "Windows",
    ),
    "the volume is a claim": (of(on(persistent_volume_claim={})), "SharedVolume"),
    "the volume is NFS": (of(on(nfs={})), "SharedVolume"),
    "the volume is CSI's": (of(on(csi={})), "SharedVolume"),
    "the volume is an ephemeral claim": (of(on(ephemeral={})), "SharedVolume"),
    "the volume is none that can be written": (of(on()), "SharedVolume"),
    "the mount has a subPath": (of(mount(sub_path="x")), "SubPath"),
    "the mount has a subPathExpr": (of(mount(sub_path_expr="$(POD)")), "SubPath"),
    "the mount is read-only": (of(mount(read_only=True)), "ReadOnly"),
    "another pod mounts the same directory": (beside(stranger()), "SharedHostPath"),
    "another pod mounts it by its other spelling": (
        beside(stranger("/run/agent")),
        "SharedHostPath",
    ),
    "another pod mounts the parent": (beside(stranger("/var/run")), "SharedHostPath"),
    "another pod mounts the parent by its other spelling": (
        beside(stranger("/run")),
        "SharedHostPath",
    ),
    "another pod mounts a child": (beside(stranger("/var/run/agent/sub")), "SharedHostPath"),
    "another pod mounts the node's root": (beside(stranger("/")), "SharedHostPath"),
    "another pod's init container mounts it": (beside(stranger(init=True)), "SharedHostPath"),
    "another pod is about to start there": (beside(stranger(phase="Pending")), "SharedHostPath"),
    "two patients share a node and so the directory": (
        a_consultation(
            patients=(a_pod(), a_pod("agent-b")),
            workload_pods=(a_pod(), a_pod("agent-b")),
            neighbours=(a_pod(), a_pod("agent-b")),
        ),
        "SharedHostPath",
    ),
    "a healthy pod of the same workload shares the node": (
        a_consultation(
            workload_pods=(a_pod(), a_pod("agent-b", ready=True)),
            neighbours=(a_pod(), a_pod("agent-b", ready=True)),
        ),
        "SharedHostPath",
    ),
    "nobody has read the other pods of the node": (
        a_consultation(neighbours=None),
        "NeighboursUnknown",
    ),
    "the socket's name is one that the toolbox keeps for itself": (
        captured("/run/agent/.crashloop-doctor.x.sock"),
        "PathUnknown",
    ),
    "the path is longer than the toolbox takes": (
        captured("/run/agent/" + "x" * 1024),
        "PathUnknown",
    ),
    "the mount has characters that are not printable": (
        a_consultation(
            mount(mount_path="/run/a\u2028b"),
            workload=a_workload(),
            captures={"path": "/run/a\u2028b/x.sock"},
        ),
        "PathUnknown",
    ),
    "nobody says which user the container runs as": (of(NO_USER), "UserUnknown"),
    "a second patient may run under another kernel": (
        a_consultation(patients=(a_pod(), altered(TWIN, spec__runtime_class_name="kata"))),
        "OtherKernel",
    ),
    "a second patient has its volume elsewhere": (
        a_consultation(
            patients=(a_pod(), altered(TWIN, spec__volumes=(host_volume("/run/other"),)))
        ),
        "PatientsDiffer",
    ),
    "a second patient runs as another user": (
        a_consultation(
            patients=(
                a_pod(),
                altered(TWIN, spec__security_context=SecurityContext(run_as_user=7)),
            )
        ),
        "PatientsDiffer",
    ),
}


@BOTH
def test_the_case_from_which_every_refusal_differs_goes_through(remedy: str) -> None:
    assert isinstance(REMEDIES[remedy].plan(a_consultation()), Plan)


@BOTH
@pytest.mark.parametrize(("given", "reason"), REFUSALS.values(), ids=REFUSALS.keys())
def test_it_is_refused_when(remedy: str, given: Consultation, reason: str) -> None:
    refused = REMEDIES[remedy].plan(given)
    assert isinstance(refused, Refusal)
    assert (refused.remedy, refused.reason) == (remedy, reason)
    assert refused.message


HARMLESS = {
    "a neighbour mounts the node's root read-only": beside(stranger("/", read_only=True)),
    "a neighbour declares the volume and mounts it nowhere": beside(stranger(mounted=False)),
    "a neighbour on another node mounts the same": beside(stranger(node="node-9")),
    "a neighbour is not scheduled yet": beside(stranger(node="")),
    "a neighbour has ended": beside(stranger(phase="Succeeded")),
    "a neighbour has failed": beside(stranger(phase="Failed")),
    "a neighbour mounts a directory of a similar name": beside(stranger("/var/run/agent2")),
    "a neighbour is the doctor's own container": beside(
        stranger(container="crashloop-doctor-first-aid-1")
    ),
    "an emptyDir has no neighbours": altered(
        of(on(empty_dir={})), neighbours=(a_pod(), stranger("/"))
    ),
    "nobody has read the node's other pods, and an emptyDir has none": altered(
        of(on(empty_dir={})), neighbours=None
    ),
    "two patients have a node each": a_consultation(
        patients=(a_pod(), TWIN), workload_pods=(a_pod(), TWIN), neighbours=(a_pod(), TWIN)
    ),
    "Linux is said": of(altered(a_pod(), spec__os=OsSelector(name="linux"))),
    "the path is in its other spelling": captured(f"/var{SOCKET}"),
}


@BOTH
@pytest.mark.parametrize("given", HARMLESS.values(), ids=HARMLESS.keys())
def test_it_goes_through_although(remedy: str, given: Consultation) -> None:
    assert isinstance(REMEDIES[remedy].plan(given), Plan)


def test_the_sidecar_looks_at_the_nodes_of_healthy_pods_too_first_aid_only_at_the_patients() -> (
    None
):
    """The template's change reaches every pod; the ephemeral container only the named ones."""
    healthy = a_pod("agent-b", node="node-2", ready=True)
    given = a_consultation(
        workload_pods=(a_pod(), healthy),
        neighbours=(a_pod(), healthy, stranger(node="node-2")),
    )
    assert isinstance(REMEDIES[FIRST_AID].plan(given), Plan)
    refused = REMEDIES[JANITOR].plan(given)
    assert isinstance(refused, Refusal)
    assert refused.reason == "SharedHostPath"
    assert "elsewhere/other" in refused.message


CONTAINER_7 = SecurityContext(run_as_user=7, run_as_group=8)
POD_9 = SecurityContext(run_as_user=9, run_as_group=10)

USERS = {
    "the container's own user before the pod's and the status'": (CONTAINER_7, POD_9, True, (7, 8)),
    "the pod's user before the status'": (None, POD_9, True, (9, 10)),
    "the status' user when the spec says none": (None, None, True, (1000, 2000)),
    "the container's user with the pod's group": (
        SecurityContext(run_as_user=7),
        POD_9,
        True,
        (7, 10),
    ),
    "user 0, when the spec says so": (SecurityContext(run_as_user=0), None, True, (0, 2000)),
    "the container's own user with the status' group": (
        SecurityContext(run_as_user=7),
        None,
        True,
        (7, 2000),
    ),
    "a user without any group": (SecurityContext(run_as_user=7), None, False, (7, None)),
    "the container's own user without any status": (CONTAINER_7, None, False, (7, 8)),
    "nobody, so it is refused": (None, None, False, None),
    "a group alone is no user, so it is refused": (
        SecurityContext(run_as_group=8),
        None,
        False,
        None,
    ),
}


@BOTH
@pytest.mark.parametrize(
    ("container", "pod", "status", "expected"), USERS.values(), ids=USERS.keys()
)
def test_it_runs_as(
    remedy: str,
    container: SecurityContext | None,
    pod: SecurityContext | None,
    status: bool,
    expected: tuple[int, int | None] | None,
) -> None:
    patient = altered(a_pod(), spec__containers=(mounting(security_context=container),))
    patient = altered(patient, spec__security_context=pod)
    if not status:
        patient = with_status(patient, user=None)
    plan = REMEDIES[remedy].plan(a_consultation(patient))
    if expected is None:
        assert isinstance(plan, Refusal)
        assert plan.reason == "UserUnknown"
        return
    user, group = expected
    assert isinstance(plan, Plan)
    assert f'"runAsUser":{user}' in plan.actions[0].body
    said = f'"runAsGroup":{group}' if group is not None else '"runAsGroup"'
    assert (said in plan.actions[0].body) is (group is not None)
    assert f'"runAsNonRoot":{"true" if user else "false"}' in plan.actions[0].body
