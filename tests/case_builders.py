"""One crash-looping workload as typed values, for tests that change one fact of it.

`altered(pod, spec__runtime_class_name="kata")` is the same pod with that one field changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from crashloop_doctor.api.core import Condition as PodCondition
from crashloop_doctor.api.core import (
    Container,
    ContainerState,
    ContainerStatus,
    ContainerUser,
    HostPathVolume,
    LinuxUser,
    ObjectMeta,
    Pod,
    PodSpec,
    PodStatus,
    PodTemplate,
    Running,
    Terminated,
    Volume,
    VolumeMount,
    Waiting,
    Workload,
    WorkloadSpec,
    WorkloadStatus,
)
from crashloop_doctor.api.v1alpha1 import (
    ActionSpec,
    Approval,
    Baseline,
    Death,
    Diagnosis,
    DiagnosisSpec,
    DiagnosisStatus,
    PodReference,
    Remediation,
    RemediationSpec,
    RemediationStatus,
    TreatmentStep,
    WorkloadReference,
)
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.finding import Finding
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.remedies.plan import Consultation
from crashloop_doctor.remedies.registry import REMEDIES
from crashloop_doctor.signatures.catalog import builtin

T = TypeVar("T")

START = datetime(2026, 11, 21, 9, 0, 0, tzinfo=UTC)
CAUSE = "StaleUnixSocket"
CONTAINER = "daemon"
SOCKET = "/run/agent/agent.sock"
MOUNT = "/run/agent"
HOST_DIRECTORY = "/var/run/agent"
TOOLBOX = "registry.example/toolbox@sha256:" + "0" * 64
FIRST_AID = "RemoveStaleSocket"
JANITOR = "InjectSocketJanitor"
WORKLOAD_UID = "workload-uid"
CURRENT_HASH = "sha256:template"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def altered(value: T, **changes: Any) -> T:
    """The value with single fields changed; two underscores go one level down."""
    result: Any = value
    for path, wanted in changes.items():
        field, _, rest = path.partition("__")
        inner = altered(getattr(result, field), **{rest: wanted}) if rest else wanted
        result = msgspec.structs.replace(result, **{field: inner})
    return result  # type: ignore[no-any-return]


def terminated(
    code: int = 1, *, began: float = 0, ended: float = 3, reason: str = "Error", instance: str = ""
) -> ContainerState:
    end = Terminated(
        exit_code=code,
        reason=reason,
        started_at=at(began),
        finished_at=at(ended),
        container_id=instance or f"containerd://{began}-{ended}",
    )
    return ContainerState(terminated=end)


def waiting(reason: str = "CrashLoopBackOff", message: str = "") -> ContainerState:
    return ContainerState(waiting=Waiting(reason=reason, message=message))


def running(since: float = 0) -> ContainerState:
    return ContainerState(running=Running(started_at=at(since)))


def mounting(*, mount: str = MOUNT, volume: str = "sockets", **more: Any) -> Container:
    return Container(
        name=CONTAINER,
        image="registry.example/agent:1",
        args=(f"--socket={SOCKET}",),
        volume_mounts=(VolumeMount(name=volume, mount_path=mount),),
        **more,
    )


def host_volume(path: str = HOST_DIRECTORY, name: str = "sockets") -> Volume:
    return Volume(name=name, host_path=HostPathVolume(path=path))


def readiness(ready: bool, since: float = 0) -> tuple[PodCondition, ...]:
    status = "True" if ready else "False"
    return (PodCondition(type="Ready", status=status, last_transition_time=at(since)),)


def a_pod(
    name: str = "agent-a",
    *,
    node: str = "node-1",
    ready: bool = False,
    namespace: str = "team",
    spec: PodSpec | None = None,
    state: ContainerState | None = None,
    last: ContainerState | None = None,
    restarts: int = 4,
) -> Pod:
    """A patient: its daemon waits in the back-off after an end with code 1."""
    own = PodSpec(
        containers=(mounting(),),
        volumes=(host_volume(),),
        node_name=node,
    )
    status = ContainerStatus(
        name=CONTAINER,
        ready=ready,
        restart_count=restarts,
        state=state or (running() if ready else waiting()),
        last_state=last if last is not None else terminated(),
        user=ContainerUser(linux=LinuxUser(uid=1000, gid=2000)),
    )
    return Pod(
        metadata=ObjectMeta(name=name, namespace=namespace, uid=f"{name}-uid"),
        spec=spec or own,
        status=PodStatus(
            phase="Running", conditions=readiness(ready), container_statuses=(status,)
        ),
    )


def with_container(pod: Pod, **changes: Any) -> Pod:
    """The pod with its daemon's spec changed."""
    return altered(pod, spec__containers=(altered(pod.spec.containers[0], **changes),))


def with_status(pod: Pod, **changes: Any) -> Pod:
    """The pod with its daemon's status changed."""
    first, *others = pod.status.container_statuses
    return altered(pod, status__container_statuses=(altered(first, **changes), *others))


def with_carrier(pod: Pod, name: str, state: ContainerState, **status: Any) -> Pod:
    """The pod with a container that the doctor added, as spec and status show it."""
    container = Container(name=name)
    report = ContainerStatus(name=name, state=state, **status)
    if name.startswith("crashloop-doctor-first-aid"):
        return altered(
            pod,
            spec__ephemeral_containers=(*pod.spec.ephemeral_containers, container),
            status__ephemeral_container_statuses=(report,),
        )
    return altered(
        pod,
        spec__init_containers=(container, *pod.spec.init_containers),
        status__init_container_statuses=(report,),
    )


def a_workload(pod: Pod | None = None, *, kind: str = "DaemonSet") -> Workload:
    template = (pod or a_pod()).spec
    return Workload(
        api_version="apps/v1",
        kind=kind,
        metadata=ObjectMeta(name="agent", namespace="team", uid=WORKLOAD_UID, generation=2),
        spec=WorkloadSpec(replicas=1, template=PodTemplate(spec=altered(template, node_name=""))),
        status=WorkloadStatus(
            observed_generation=2,
            replicas=1,
            updated_replicas=1,
            desired_number_scheduled=1,
            updated_number_scheduled=1,
        ),
    )


def with_janitor(workload: Workload, socket: str = SOCKET) -> Workload:
    sidecar = Container(
        name="crashloop-doctor-janitor",
        args=("janitor", f"--socket={socket}", f"--mount={MOUNT}"),
        restart_policy="Always",
    )
    return altered(workload, spec__template__spec__init_containers=(sidecar,))


def a_consultation(pod: Pod | None = None, **changes: Any) -> Consultation:
    """One patient, alone on its node; every remedy for a stale socket has a plan for it."""
    patient = pod or a_pod()
    base = Consultation(
        cause=CAUSE,
        container=CONTAINER,
        captures={"path": SOCKET, "hostPath": HOST_DIRECTORY},
        workload=a_workload(patient),
        template_hash=CURRENT_HASH,
        patients=(patient,),
        workload_pods=(patient,),
        neighbours=(patient,),
        nodes=(),
        toolbox_image=TOOLBOX,
        attempt=1,
    )
    return altered(base, **changes)


def a_death(
    ended: float = 3,
    *,
    lived: int = 3,
    restarts: int = 1,
    pod: str = "agent-a",
    cause: str = CAUSE,
    instance: str = "",
) -> Death:
    return Death(
        pod=pod,
        container_id=instance or f"containerd://{pod}-{restarts}",
        restart_count=restarts,
        finished_at=at(ended),
        exit_code=1,
        uptime_seconds=lived,
        cause=cause,
    )


def a_diagnosis(*pods: Pod, deaths: tuple[Death, ...] = (), state: str = "Active") -> Diagnosis:
    return Diagnosis(
        metadata=ObjectMeta(name="agent-daemon-socket", namespace="team", uid="diagnosis-uid"),
        spec=DiagnosisSpec(workload=a_reference(), container=CONTAINER, cause=CAUSE),
        status=DiagnosisStatus(
            state=state,
            confidence="0.97",
            deaths=deaths,
            pods=tuple(
                PodReference(name=p.metadata.name, uid=p.metadata.uid, node=p.spec.node_name)
                for p in pods
            ),
        ),
    )


def a_reference(uid: str = WORKLOAD_UID) -> WorkloadReference:
    return WorkloadReference(api_version="apps/v1", kind="DaemonSet", name="agent", uid=uid)


def a_remediation(
    state: str = "Proposed",
    *,
    remedy: str = FIRST_AID,
    attempt: int = 1,
    digest: str = "sha256:plan",
    actions: tuple[ActionSpec, ...] = (),
    name: str = "rem-1",
    namespace: str = "team",
    uid: str = WORKLOAD_UID,
    cause: str = CAUSE,
    ended_at: float | None = None,
    approval: Approval | None = None,
    **status: Any,
) -> Remediation:
    steps = () if ended_at is None else (TreatmentStep(state=state, time=at(ended_at)),)
    return Remediation(
        metadata=ObjectMeta(name=name, namespace=namespace, uid=f"{name}-uid"),
        spec=RemediationSpec(
            diagnosis="agent-daemon-socket",
            workload=a_reference(uid),
            container=CONTAINER,
            cause=cause,
            remedy=remedy,
            attempt=attempt,
            change_class="Addition",
            healthy_pods_restarted=0,
            digest=digest,
            template_hash=CURRENT_HASH,
            actions=actions,
            mode="Auto",
            expires_at=at(86400),
            approval=approval,
        ),
        status=RemediationStatus(state=state, steps=steps, **status),
    )


def a_baseline(ready_pods: int = 0) -> Baseline:
    return Baseline(taken_at=at(0), template_hash=CURRENT_HASH, ready_pods=ready_pods)


def an_approval(decision: str = "Approve", digest: str = "sha256:plan") -> Approval:
    return Approval(decision=decision, approved_by="jane", digest=digest)


def carrier_name(remedy: str, attempt: int = 1) -> str:
    return REMEDIES[remedy].carrier_name(attempt)


def evidence_of(
    *logs: str | bytes, pod: Pod | None = None, deaths: tuple[Death, ...] = (), **more: Any
) -> Evidence:
    return Evidence(
        pod=pod or a_pod(),
        container=CONTAINER,
        deaths=deaths,
        logs=tuple(
            LogExcerpt(source="previous", content=log.encode() if isinstance(log, str) else log)
            for log in logs
        ),
        **more,
    )


def diagnosed(*logs: str | bytes, pod: Pod | None = None, **more: Any) -> Finding:
    """What the built-in catalogue makes of these logs."""
    return diagnose(evidence_of(*logs, pod=pod, **more), builtin())
