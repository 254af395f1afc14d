"""The doctor's own resources, group `crashloop-doctor.io/v1alpha1`.

`crds/` is the source of truth; `tests/unit/test_crd_contract.py` holds these types against it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from .core import Condition, LabelSelector, ObjectMeta, Struct

GROUP = "crashloop-doctor.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

CAUSES = (
    "StaleUnixSocket",
    "PortConflict",
    "AddressInUse",
    "NoLeader",
    "PluginHandshakeFailed",
    "DependencyNotReady",
    "OutOfMemory",
    "PermissionDenied",
    "ConfigurationMissing",
    "ConfigurationInvalid",
    "ArchitectureMismatch",
    "ExecutableMissing",
    "ProbeKilled",
    "CertificateInvalid",
    "DiskFull",
    "FileLimitReached",
    "MigrationFailed",
    "StaleLock",
    "SegmentationFault",
    "AuthenticationFailed",
    "LibraryMissing",
    "SilentFallback",
    "ApplicationError",
    "Unknown",
)

REMEDIES = ("RemoveStaleSocket", "InjectSocketJanitor")
"""RemoveStaleSocket is first aid in the pod; InjectSocketJanitor is the durable sidecar in its owner."""

MODES = ("Observe", "Suggest", "Approve", "Auto")

REQUIREMENTS = (
    "WritableVolume",
    "SocketVolume",
    "NoWritableVolume",
    "HostNetworkOrPort",
    "PortNamedNearby",
    "NoPortNamed",
    "EndedByItself",
    "EndedAbnormally",
    "EndedWithError",
    "KilledFromOutside",
    "LivenessProbe",
    "ProbeCouldHaveKilled",
)
"""What spec and status must say besides the log before a signature counts (docs/signatures.md)."""

SOURCES = ("Log", "Status", "Event")
"""Where a pattern looks: in the container's log, in what the kubelet says of its end, in the pod's events."""


class WorkloadReference(Struct, frozen=True, kw_only=True):
    api_version: str
    kind: str
    name: str
    uid: str


class PatternSpec(Struct, frozen=True, kw_only=True):
    regex: str
    source: str = "Log"


class RefutingPattern(Struct, frozen=True, kw_only=True):
    regex: str


class SignatureExample(Struct, frozen=True, kw_only=True):
    log: str
    captures: dict[str, str] = {}


class FailureSignatureSpec(Struct, frozen=True, kw_only=True):
    cause: str
    summary: str
    patterns: tuple[PatternSpec, ...]
    confidence: str
    advice: str = ""
    requires: tuple[str, ...] = ()
    outranks: tuple[str, ...] = ()
    refuted_by: tuple[RefutingPattern, ...] = ()
    """A later line with one of these takes the failure back: what was refused was granted at last."""
    excluded_by: tuple[RefutingPattern, ...] = ()
    """A log with one of these anywhere is not spoken of by this signature."""
    examples: tuple[SignatureExample, ...] = ()
    counter_examples: tuple[SignatureExample, ...] = ()


class FailureSignatureStatus(Struct, frozen=True, kw_only=True):
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class FailureSignature(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta
    spec: FailureSignatureSpec
    status: FailureSignatureStatus = FailureSignatureStatus()


class WorkloadSelector(Struct, frozen=True, kw_only=True):
    """Which workloads a policy is about; an empty field matches everything."""

    namespaces: tuple[str, ...] = ()
    excluded_namespaces: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    labels: LabelSelector = LabelSelector()


class RemedyChoice(Struct, frozen=True, kw_only=True):
    name: str


class Guards(Struct, frozen=True, kw_only=True):
    """Limits in force before a change is made; every count is read from Remediation objects, never from memory."""

    max_attempts: int = 3
    cooldown_seconds: int = 300
    max_concurrent: int = 5
    max_concurrent_per_namespace: int = 2
    max_healthy_pods_restarted: int = 0


class Verification(Struct, frozen=True, kw_only=True):
    min_window_seconds: int = 10
    max_window_seconds: int = 1800
    timeout_seconds: int = 600


class PolicySpec(Struct, frozen=True, kw_only=True):
    """Spec of both policy kinds; a RemediationPolicy's selector has no namespaces of its own."""

    mode: str = "Suggest"
    priority: int = 0
    selector: WorkloadSelector = WorkloadSelector()
    causes: tuple[str, ...] = ()
    min_confidence: str = "0.9"
    remedies: tuple[RemedyChoice, ...] = ()
    guards: Guards = Guards()
    verification: Verification = Verification()
    git_ops: str = "Suggest"
    approval_expiry_seconds: int = 86400


class PolicyStatus(Struct, frozen=True, kw_only=True):
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class Policy(Struct, frozen=True, kw_only=True):
    """A ClusterRemediationPolicy (no namespace) or a RemediationPolicy."""

    metadata: ObjectMeta
    spec: PolicySpec = PolicySpec()
    status: PolicyStatus = PolicyStatus()


class EvidenceLine(Struct, frozen=True, kw_only=True):
    """One log line (or status, or event) that speaks for the cause: redacted, without terminal escapes."""

    source: str
    text: str
    line: int = 0
    signature: str = ""


class NamedValue(Struct, frozen=True, kw_only=True):
    name: str
    value: str


class Alternative(Struct, frozen=True, kw_only=True):
    cause: str
    confidence: str
    reason: str = ""


class PodReference(Struct, frozen=True, kw_only=True):
    name: str
    uid: str
    node: str = ""


class Death(Struct, frozen=True, kw_only=True):
    """One end of one container instance; (containerID, finishedAt, restartCount) tells two deaths apart."""

    pod: str
    container_id: str = msgspec.field(name="containerID")
    restart_count: int
    finished_at: datetime
    exit_code: int = 0
    reason: str = ""
    uptime_seconds: int = 0
    cause: str = ""


class DiagnosisSpec(Struct, frozen=True, kw_only=True):
    workload: WorkloadReference
    container: str
    cause: str
    snoozed_until: datetime | None = None


class DiagnosisStatus(Struct, frozen=True, kw_only=True):
    observed_generation: int = 0
    workload: str = ""
    state: str = ""
    next: str = ""
    confidence: str = ""
    confidence_reason: str = ""
    masked: bool = False
    supervisor: str = ""
    summary: str = ""
    advice: str = ""
    evidence: tuple[EvidenceLine, ...] = ()
    captures: tuple[NamedValue, ...] = ()
    missing: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    pods: tuple[PodReference, ...] = ()
    pod_count: int = 0
    deaths: tuple[Death, ...] = ()
    death_count: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    conditions: tuple[Condition, ...] = ()


class Diagnosis(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta
    spec: DiagnosisSpec
    status: DiagnosisStatus = DiagnosisStatus()


class ActionSpec(Struct, frozen=True, kw_only=True):
    """One request to the API server, exactly as it will be sent."""

    api_version: str
    kind: str
    name: str
    uid: str
    content_type: str
    body: str
    subresource: str = ""


class Approval(Struct, frozen=True, kw_only=True):
    decision: str
    approved_by: str
    digest: str


class RemediationSpec(Struct, frozen=True, kw_only=True):
    diagnosis: str
    workload: WorkloadReference
    container: str
    cause: str
    remedy: str
    attempt: int
    change_class: str
    healthy_pods_restarted: int
    digest: str
    template_hash: str
    actions: tuple[ActionSpec, ...]
    mode: str
    policy: str = ""
    expires_at: datetime | None = None
    paste: str = ""
    approval: Approval | None = None


class TreatmentStep(Struct, frozen=True, kw_only=True):
    """A line of the treatment's record: appended once, never changed."""

    state: str
    time: datetime
    message: str = ""


class Baseline(Struct, frozen=True, kw_only=True):
    """How the workload stood before the change; verification and rollback compare with it."""

    taken_at: datetime
    template_hash: str
    ready_pods: int
    pods: tuple[PodReference, ...] = ()
    longest_loop_uptime_seconds: int = 0


class RemediationStatus(Struct, frozen=True, kw_only=True):
    observed_generation: int = 0
    state: str = ""
    workload: str = ""
    message: str = ""
    next: str = ""
    approved_by: str = ""
    applied_at: datetime | None = None
    healthy_since: datetime | None = None
    window_seconds: int = 0
    baseline: Baseline | None = None
    steps: tuple[TreatmentStep, ...] = ()
    conditions: tuple[Condition, ...] = ()


class Remediation(Struct, frozen=True, kw_only=True):
    metadata: ObjectMeta
    spec: RemediationSpec
    status: RemediationStatus = RemediationStatus()


class Kind(Struct, frozen=True, kw_only=True):
    """How one of our kinds is addressed on the API server."""

    kind: str
    plural: str
    namespaced: bool
    type: Any


KINDS = (
    Kind(
        kind="FailureSignature", plural="failuresignatures", namespaced=False, type=FailureSignature
    ),
    Kind(
        kind="ClusterRemediationPolicy",
        plural="clusterremediationpolicies",
        namespaced=False,
        type=Policy,
    ),
    Kind(kind="RemediationPolicy", plural="remediationpolicies", namespaced=True, type=Policy),
    Kind(kind="Diagnosis", plural="diagnoses", namespaced=True, type=Diagnosis),
    Kind(kind="Remediation", plural="remediations", namespaced=True, type=Remediation),
)
