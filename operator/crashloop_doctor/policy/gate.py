"""Ruling + plan + history -> Gate: how far this plan may go now. An ordered chain; the first guard that objects speaks.

Every count comes from Remediation objects, so a restart of the operator forgets nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..api.core import Struct, Workload
from ..api.states import ENDS, IN_TREATMENT, TRIED
from ..api.v1alpha1 import Remediation
from ..remedies.plan import Plan
from ..remedies.registry import REMEDIES
from . import gitops
from .selection import Ruling, stricter_mode


class GateInput(Struct, frozen=True, kw_only=True):
    """What the guards look at; `others` are all Remediations but the one in question."""

    ruling: Ruling
    plan: Plan
    workload: Workload
    cause: str
    others: tuple[Remediation, ...]
    now: datetime
    approval_enforced: bool
    """Whether the chart's ValidatingAdmissionPolicy guards approvals."""
    validated: str = ""
    """Result of the server-side dry run: `True`, `False`, `Unknown`, or empty while it has not been made."""


class Gate(Struct, frozen=True, kw_only=True):
    """The mode in force for the plan, and the sentence that explains it; `wait_seconds` when time alone opens it."""

    mode: str
    reason: str
    message: str
    wait_seconds: int = 0

    @property
    def open(self) -> bool:
        """Whether nothing but an approval is missing."""
        return self.mode in ("Approve", "Auto") and not self.wait_seconds


def gate(given: GateInput) -> Gate:
    """How far the plan may go now."""
    ruled = given.ruling
    for guard in _GUARDS:
        objection = guard(given)
        if objection is None:
            continue
        if objection.wait_seconds:
            return objection
        return Gate(
            mode=stricter_mode(ruled.mode, objection.mode),
            reason=objection.reason,
            message=objection.message,
        )
    return Gate(mode=ruled.mode, reason="PolicyAllows", message=ruled.reason)


def _mode(given: GateInput) -> Gate | None:
    """Below Approve nothing else matters: no change will be made."""
    if given.ruling.mode in ("Observe", "Suggest"):
        return Gate(mode=given.ruling.mode, reason="ModeOfPolicy", message=given.ruling.reason)
    return None


def _remedy_allowed(given: GateInput) -> Gate | None:
    """The policy may have changed since the plan was proposed, or somebody may have made the Remediation by hand."""
    allowed = given.ruling.remedies
    if allowed and given.plan.remedy not in allowed:
        return Gate(
            mode="Suggest",
            reason="RemedyNotAllowed",
            message=f"{given.ruling.policy} does not list {given.plan.remedy} under remedies",
        )
    return None


def _approval_enforced(given: GateInput) -> Gate | None:
    if given.ruling.mode == "Approve" and not given.approval_enforced:
        return Gate(
            mode="Suggest",
            reason="ApprovalNotEnforced",
            message="mode Approve needs the chart's ValidatingAdmissionPolicy (approvalPolicy.enabled);"
            " without it anybody who may edit a Remediation could approve it",
        )
    return None


def _dry_run(given: GateInput) -> Gate | None:
    """What the server refused, or would not let us try, is for a person to apply."""
    if given.validated == "False":
        return Gate(
            mode="Suggest", reason="RefusedByServer", message="the API server refused the dry run"
        )
    if given.validated == "Unknown":
        return Gate(
            mode="Suggest",
            reason="NoRight",
            message=f"the doctor has no right to make this change; the chart grants it with"
            f" remedies.{given.plan.remedy[0].lower()}{given.plan.remedy[1:]}.enabled=true",
        )
    return None


def _git_ops(given: GateInput) -> Gate | None:
    """A change of the owner would be drift; a pod's ephemeral container is not in Git."""
    changes_owner = any(a.kind == given.workload.kind for a in given.plan.actions)
    owner = gitops.owner_of(given.workload.metadata)
    if owner and changes_owner and given.ruling.git_ops != "Apply":
        return Gate(
            mode="Suggest",
            reason="ManagedByGitOps",
            message=f"{owner} manages {given.workload.kind}/{given.workload.metadata.name}; put the change into"
            " its source, or allow it with gitOps: Apply in a cluster policy",
        )
    return None


def _healthy_pods(given: GateInput) -> Gate | None:
    """Auto only: a person who approves has read how many healthy pods the plan restarts."""
    allowed = given.ruling.guards.max_healthy_pods_restarted
    if given.ruling.mode == "Auto" and given.plan.healthy_pods_restarted > allowed:
        return Gate(
            mode="Approve" if given.approval_enforced else "Suggest",
            reason="WouldRestartHealthyPods",
            message=f"it would restart {given.plan.healthy_pods_restarted} healthy pods, the policy allows {allowed}"
            " (guards.maxHealthyPodsRestarted)",
        )
    return None


def _attempts(given: GateInput) -> Gate | None:
    limit = given.ruling.guards.max_attempts
    tried = [r for r in _same_case(given) if _counts(r)]
    if len(tried) >= limit:
        return Gate(
            mode="Suggest",
            reason="AttemptsExhausted",
            message=f"{len(tried)} of {limit} attempts on this workload and cause are used (guards.maxAttempts)",
        )
    return None


def _counts(remediation: Remediation) -> bool:
    """Whether an attempt is used up: tried to its end, or begun and then overtaken by a new pod."""
    status = remediation.status
    return status.state in TRIED or (status.state in ENDS and status.applied_at is not None)


def _one_at_a_time(given: GateInput) -> Gate | None:
    busy = [
        r
        for r in given.others
        if r.spec.workload.uid == given.workload.metadata.uid and r.status.state in IN_TREATMENT
    ]
    if busy:
        return _wait(
            "TreatmentRunning", f"{busy[0].metadata.name} is in treatment on this workload", 5
        )
    return None


def _order(given: GateInput) -> Gate | None:
    """Two may stand side by side from a time when the policy only suggested; the milder one goes first."""
    names = given.ruling.remedies or tuple(REMEDIES)
    mine = names.index(given.plan.remedy) if given.plan.remedy in names else len(names)
    for other in _same_case(given):
        refused = any(c.type == "Validated" and c.status != "True" for c in other.status.conditions)
        waiting = (
            other.status.state in ("", "Proposed") and other.spec.remedy in names and not refused
        )
        if given.ruling.mode == "Auto" and waiting and names.index(other.spec.remedy) < mine:
            return _wait(
                "EarlierRemedyFirst", f"{other.metadata.name} comes first in the policy", 10
            )
    return None


def _cooldown(given: GateInput) -> Gate | None:
    """Only an attempt that failed calls for patience; after one that healed a new crash is a new event."""
    seconds = given.ruling.guards.cooldown_seconds
    ends = [
        r.status.steps[-1].time
        for r in _same_case(given)
        if r.status.state in ("RolledBack", "NeedsHuman") and r.status.steps
    ]
    if ends and seconds:
        due = max(ends) + timedelta(seconds=seconds)
        if due > given.now:
            # The moment, not the seconds left: a sentence that changes each second would be written each second.
            return _wait(
                "Cooldown",
                f"the last attempt failed; the next may start at {due:%H:%M:%S}Z (guards.cooldownSeconds)",
                int((due - given.now).total_seconds()) + 1,
            )
    return None


def _concurrency(given: GateInput) -> Gate | None:
    guards = given.ruling.guards
    running = [r for r in given.others if r.status.state in IN_TREATMENT]
    here = [r for r in running if r.metadata.namespace == given.workload.metadata.namespace]
    if len(running) >= guards.max_concurrent:
        return _wait(
            "TooManyTreatments",
            f"{len(running)} treatments run in the cluster, the policy allows {guards.max_concurrent}",
            10,
        )
    if len(here) >= guards.max_concurrent_per_namespace:
        return _wait(
            "TooManyTreatments",
            f"{len(here)} treatments run in the namespace, the policy allows {guards.max_concurrent_per_namespace}",
            10,
        )
    return None


def _wait(reason: str, message: str, seconds: int) -> Gate:
    return Gate(mode="Approve", reason=reason, message=message, wait_seconds=seconds)


def _same_case(given: GateInput) -> list[Remediation]:
    return [
        r
        for r in given.others
        if r.spec.workload.uid == given.workload.metadata.uid and r.spec.cause == given.cause
    ]


_GUARDS: tuple[Callable[[GateInput], Gate | None], ...] = (
    _mode,
    _remedy_allowed,
    _approval_enforced,
    _dry_run,
    _git_ops,
    _attempts,
    _one_at_a_time,
    _order,
    _cooldown,
    _concurrency,
    # Last, since it leaves the gate open for an approval, which must not get around the guards above.
    _healthy_pods,
)
