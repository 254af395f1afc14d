"""The parts of Kubernetes' own objects that a decision depends on.

Decoded straight from the API server's JSON: unknown fields are skipped, so a newer server does not break us, and a
pod costs a hundredth of what the full client's models cost (docs/dependencies.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Struct(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Base of every API type: immutable, camelCase on the wire, defaults left out when written."""


class OwnerReference(Struct, frozen=True, kw_only=True):
    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool = False
    block_owner_deletion: bool | None = None


class ManagedFields(Struct, frozen=True, kw_only=True):
    manager: str = ""
    operation: str = ""
    subresource: str = ""


class ObjectMeta(Struct, frozen=True, kw_only=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()
    managed_fields: tuple[ManagedFields, ...] = ()


class VolumeMount(Struct, frozen=True, kw_only=True):
    name: str
    mount_path: str
    read_only: bool = False
    sub_path: str = ""
    sub_path_expr: str = ""


class HostPathVolume(Struct, frozen=True, kw_only=True):
    path: str
    type: str = ""


class Volume(Struct, frozen=True, kw_only=True):
    """One volume of a pod; `kind` says which source it has, since only some can keep a socket."""

    name: str
    host_path: HostPathVolume | None = None
    empty_dir: dict[str, Any] | None = None
    persistent_volume_claim: dict[str, Any] | None = None
    nfs: dict[str, Any] | None = None
    csi: dict[str, Any] | None = None
    ephemeral: dict[str, Any] | None = None

    @property
    def kind(self) -> str:
        """The name of the source field, or `other` (config maps, secrets, projections: never writable)."""
        for field in (
            "host_path",
            "empty_dir",
            "persistent_volume_claim",
            "nfs",
            "csi",
            "ephemeral",
        ):
            if getattr(self, field) is not None:
                head, *rest = field.split("_")
                return head + "".join(word.title() for word in rest)
        return "other"


class SecurityContext(Struct, frozen=True, kw_only=True):
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None


class ContainerPort(Struct, frozen=True, kw_only=True):
    container_port: int = 0
    host_port: int = 0
    protocol: str = "TCP"


class EnvVar(Struct, frozen=True, kw_only=True):
    """A variable with its literal value; empty when it comes from elsewhere."""

    name: str
    value: str = ""


class Container(Struct, frozen=True, kw_only=True):
    name: str
    image: str = ""
    env: tuple[EnvVar, ...] = ()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    security_context: SecurityContext | None = None
    restart_policy: str = ""
    resources: dict[str, Any] = {}
    readiness_probe: dict[str, Any] | None = None
    liveness_probe: dict[str, Any] | None = None
    startup_probe: dict[str, Any] | None = None


class OsSelector(Struct, frozen=True, kw_only=True):
    name: str = ""


class PodSpec(Struct, frozen=True, kw_only=True):
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    node_name: str = ""
    restart_policy: str = "Always"
    runtime_class_name: str = ""
    termination_grace_period_seconds: int | None = None
    host_network: bool = False
    os: OsSelector | None = None
    node_selector: dict[str, str] = {}
    security_context: SecurityContext | None = None


class Terminated(Struct, frozen=True, kw_only=True):
    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    container_id: str = msgspec.field(name="containerID", default="")


class Waiting(Struct, frozen=True, kw_only=True):
    reason: str = ""
    message: str = ""


class Running(Struct, frozen=True, kw_only=True):
    started_at: datetime | None = None


class ContainerState(Struct, frozen=True, kw_only=True):
    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class LinuxUser(Struct, frozen=True, kw_only=True):
    uid: int = 0
    gid: int = 0


class ContainerUser(Struct, frozen=True, kw_only=True):
    linux: LinuxUser | None = None


class ContainerStatus(Struct, frozen=True, kw_only=True):
    name: str
    ready: bool = False
    restart_count: int = 0
    container_id: str = msgspec.field(name="containerID", default="")
    image: str = ""
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    user: ContainerUser | None = None


class Condition(Struct, frozen=True, kw_only=True):
    """A condition as metav1 defines it; used for pods and for our own resources alike."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: datetime | None = None
    observed_generation: int | None = None


class PodStatus(Struct, frozen=True, kw_only=True):
    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()

    @property
    def ready(self) -> bool:
        return any(c.type == "Ready" and c.status == "True" for c in self.conditions)


class Pod(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()

    @property
    def living(self) -> bool:
        """Neither being deleted nor over: an evicted pod stays as an object, and its successor counts."""
        over = self.status.phase in ("Succeeded", "Failed")
        return self.metadata.deletion_timestamp is None and not over

    def container(self, name: str) -> Container | None:
        """The app or init container of that name."""
        for container in (*self.spec.containers, *self.spec.init_containers):
            if container.name == name:
                return container
        return None

    def container_status(self, name: str) -> ContainerStatus | None:
        for status in (
            *self.status.container_statuses,
            *self.status.init_container_statuses,
            *self.status.ephemeral_container_statuses,
        ):
            if status.name == name:
                return status
        return None


class PodTemplate(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()


class LabelSelector(Struct, frozen=True, kw_only=True):
    match_labels: dict[str, str] = {}
    match_expressions: tuple[dict[str, Any], ...] = ()


class RollingUpdate(Struct, frozen=True, kw_only=True):
    partition: int = 0


class UpdateStrategy(Struct, frozen=True, kw_only=True):
    type: str = ""
    rolling_update: RollingUpdate = RollingUpdate()


class WorkloadSpec(Struct, frozen=True, kw_only=True):
    replicas: int | None = None
    paused: bool = False
    pod_management_policy: str = ""
    update_strategy: UpdateStrategy = UpdateStrategy()
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()


class WorkloadStatus(Struct, frozen=True, kw_only=True):
    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    desired_number_scheduled: int = 0
    updated_number_scheduled: int = 0
    number_ready: int = 0


class Workload(Struct, frozen=True, kw_only=True):
    """A Deployment, StatefulSet, DaemonSet or ReplicaSet, or the pod itself when nothing owns it."""

    api_version: str
    kind: str
    metadata: ObjectMeta = ObjectMeta()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class NodeSystemInfo(Struct, frozen=True, kw_only=True):
    kubelet_version: str = ""


class NodeStatus(Struct, frozen=True, kw_only=True):
    node_info: NodeSystemInfo = NodeSystemInfo()
    conditions: tuple[Condition, ...] = ()


class Node(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta = ObjectMeta()
    status: NodeStatus = NodeStatus()


class EventSource(Struct, frozen=True, kw_only=True):
    component: str = ""


class ObjectReference(Struct, frozen=True, kw_only=True):
    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    field_path: str = ""


class ClusterEvent(Struct, frozen=True, kw_only=True):
    """An Event about a pod, as evidence only: the API server drops most of a busy object's events."""

    type: str = ""
    reason: str = ""
    message: str = ""
    count: int = 1
    source: EventSource = EventSource()
    involved_object: ObjectReference = ObjectReference()
    last_timestamp: datetime | None = None
