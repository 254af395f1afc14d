"""The state machine of one Remediation: Observation -> Transition. Pure; the shell acts first, then records.

    Proposed -> Approved -> Applied -> Verifying -> Healed
       |            |          |           |
       |            |          +-----------+--> RolledBack | NeedsHuman
       +------------+--> Rejected | Expired | Superseded

An effect may be asked for twice (the operator dies between doing it and recording it), so every effect is one that the
cluster itself makes idempotent: a container of a fixed name, an apply of the same fields.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from ..api.core import Struct
from ..remedies.plan import Plan, Refusal
from . import verification
from .observation import Observation
from .proposal import died_since_healed

POLL_SECONDS = 2
"""How soon to look again while something is under way; events of the cluster usually come first."""

IDLE_SECONDS = 60

PASTED = "a change made by hand"
"""`approvedBy` of a treatment whose change somebody else made; the doctor never takes that back."""


class Effect(Enum):
    """What the shell does to the cluster before it records the transition."""

    NONE = "none"
    APPLY = "apply"
    ROLL_BACK = "roll back"


class Transition(Struct, frozen=True, kw_only=True):
    """The next state (possibly the same), why, and what to do first."""

    state: str
    reason: str
    message: str
    effect: Effect = Effect.NONE
    approved_by: str = ""
    healthy: bool | None = None
    """During verification: whether the workload is healthy now; None elsewhere."""
    recheck_seconds: int = 0


def next_transition(seen: Observation) -> Transition:
    """What happens now to this Remediation. Ends stay as they are."""
    state = seen.remediation.status.state or "Proposed"
    match state:
        case "Proposed":
            return _proposed(seen)
        case "Approved":
            return _approved(seen)
        case "Applied":
            return _applied(seen)
        case "Verifying":
            return _verifying(seen)
        case "Healed" if seen.durable and (seen.in_place or _rolling_back(seen)):
            return _guarding(seen)
    return Transition(state=state, reason="Ended", message=seen.remediation.status.message)


def _proposed(seen: Observation) -> Transition:
    spec = seen.remediation.spec
    approval = spec.approval
    if approval is not None and approval.decision == "Reject":
        return Transition(
            state="Rejected", reason="Rejected", message=f"rejected by {approval.approved_by}"
        )
    if seen.in_place:
        return Transition(
            state="Verifying",
            reason="PastedByHand",
            message="the change is in place, made by hand; verifying it",
            approved_by=PASTED,
            recheck_seconds=POLL_SECONDS,
        )
    stale = _stale(seen)
    if stale is not None:
        return stale
    snoozed = _snoozed(seen)
    if snoozed is not None:
        return snoozed
    if spec.expires_at is not None and seen.now >= spec.expires_at:
        return Transition(
            state="Expired", reason="Expired", message="nobody decided in time; nothing was changed"
        )
    assert seen.gate is not None
    by_policy = seen.gate.open and seen.gate.mode == "Auto"
    # A policy acts on a failure that is there; a person may approve it all the same.
    healed = seen.diagnosis is not None and not died_since_healed(seen.diagnosis, seen.history)
    if by_policy and not healed:
        return Transition(
            state="Approved",
            reason="ApprovedByPolicy",
            message=seen.gate.message,
            approved_by=seen.ruling.policy,
            recheck_seconds=POLL_SECONDS,
        )
    if approval is not None:
        if approval.digest != spec.digest:
            return _stay(seen, "ApprovalForAnotherPlan", "the approval names another digest")
        if not seen.approval_trusted:
            return _stay(
                seen,
                "ApprovalNotTrusted",
                "the approval was given while no admission policy guarded approvals; it never counts",
            )
        if seen.gate.open:
            return Transition(
                state="Approved",
                reason="Approved",
                message=f"approved by {approval.approved_by}",
                approved_by=approval.approved_by,
                recheck_seconds=POLL_SECONDS,
            )
        return _stay(seen, seen.gate.reason, f"approved, but: {seen.gate.message}")
    if by_policy:
        return _stay(seen, "NothingToHeal", "healed; it waits for another death of this cause")
    return _stay(seen, seen.gate.reason, seen.gate.message)


def _stay(seen: Observation, reason: str, message: str) -> Transition:
    wait = seen.gate.wait_seconds if seen.gate is not None else 0
    return Transition(
        state=seen.remediation.status.state or "Proposed",
        reason=reason,
        message=message,
        recheck_seconds=min(wait, IDLE_SECONDS) or IDLE_SECONDS,
    )


def _stale(seen: Observation) -> Transition | None:
    """The reasons for which a plan that was not yet carried out must not be any more."""
    if seen.workload is None:
        return Transition(
            state="Superseded", reason="WorkloadGone", message="the workload no longer exists"
        )
    diagnosis = seen.diagnosis
    if diagnosis is None or diagnosis.status.state == "Recovered":
        return Transition(
            state="Superseded",
            reason="Recovered",
            message="the workload recovered before anything was changed",
        )
    if isinstance(seen.plan, Refusal):
        return Transition(state="Superseded", reason=seen.plan.reason, message=seen.plan.message)
    if not isinstance(seen.plan, Plan) or seen.plan.digest != seen.remediation.spec.digest:
        return Transition(
            state="Superseded",
            reason="PlanChanged",
            message="the workload or its pods changed; a new plan takes this one's place",
        )
    if seen.plan.healthy_pods_restarted > seen.remediation.spec.healthy_pods_restarted:
        return Transition(
            state="Superseded",
            reason="MoreHealthyPods",
            message=f"healthy pods it would restart now: {seen.plan.healthy_pods_restarted};"
            f" announced were {seen.remediation.spec.healthy_pods_restarted}; a new plan says so",
        )
    return None


def _snoozed(seen: Observation) -> Transition | None:
    until = seen.diagnosis.spec.snoozed_until if seen.diagnosis is not None else None
    if until is None or seen.now >= until:
        return None
    return Transition(
        state="Proposed",
        reason="Snoozed",
        message=f"its diagnosis is snoozed until {until:%Y-%m-%d %H:%M}Z; nothing is changed",
        recheck_seconds=IDLE_SECONDS,
    )


def _approved(seen: Observation) -> Transition:
    if seen.in_place:
        # We died between applying and recording: what is asked for is there already.
        return _now_applied("the change is in place")
    approval = seen.remediation.spec.approval
    if approval is not None and approval.decision == "Reject":
        return Transition(
            state="Rejected", reason="Rejected", message=f"rejected by {approval.approved_by}"
        )
    stale = _stale(seen)
    if stale is not None:
        return stale
    snoozed = _snoozed(seen)
    if snoozed is not None:
        return snoozed
    assert seen.gate is not None
    # The policy may have changed since, and the approval may be gone: Approved is a word, not a right.
    if not (seen.gate.open and (seen.gate.mode == "Auto" or _approved_by_person(seen))):
        return Transition(
            state="Proposed",
            reason=seen.gate.reason,
            message=seen.gate.message,
            recheck_seconds=POLL_SECONDS,
        )
    applied = _now_applied("sent to the API server")
    return Transition(
        state=applied.state,
        reason=applied.reason,
        message=applied.message,
        effect=Effect.APPLY,
        recheck_seconds=applied.recheck_seconds,
    )


def _approved_by_person(seen: Observation) -> bool:
    spec = seen.remediation.spec
    return (
        spec.approval is not None
        and seen.approval_trusted
        and spec.approval.decision == "Approve"
        and spec.approval.digest == spec.digest
    )


def _now_applied(message: str) -> Transition:
    return Transition(
        state="Applied", reason="Applied", message=message, recheck_seconds=POLL_SECONDS
    )


def _applied(seen: Observation) -> Transition:
    failure = _failure(seen)
    if failure is not None:
        return failure
    if seen.durable:
        assert seen.workload is not None
        begun = verification.rolled_out(seen.workload)
        message = "the new template is rolled out; verifying"
    else:
        begun = verification.first_aid_done(seen)
        message = _first_aid_message(seen)
    if begun:
        return Transition(
            state="Verifying", reason="TakenUp", message=message, recheck_seconds=POLL_SECONDS
        )
    return _timed_out(seen) or Transition(
        state="Applied",
        reason="Applied",
        message="waiting for the kubelet to run our container",
        recheck_seconds=POLL_SECONDS,
    )


def _first_aid_message(seen: Observation) -> str:
    for _, status in seen.carriers:
        if status.state.terminated is not None and status.state.terminated.message:
            return verification.said(status.state.terminated)
    return "first aid ended with success; verifying"


def _verifying(seen: Observation) -> Transition:
    failure = _failure(seen)
    if failure is not None:
        return failure
    status = seen.remediation.status
    missing = verification.unhealthy(seen)
    if missing:
        return _timed_out(seen) or Transition(
            state="Verifying",
            reason="NotHealthyYet",
            message=missing,
            healthy=False,
            recheck_seconds=POLL_SECONDS,
        )
    # The later of our own memory and the kubelet's: nobody may have looked in between.
    since = max(status.healthy_since or seen.now, verification.ready_since(seen) or seen.now)
    lasted = (seen.now - since).total_seconds()
    if lasted >= status.window_seconds:
        return Transition(
            state="Healed",
            reason="Healed",
            message=f"healthy for {int(lasted)} s, without a death of {seen.remediation.spec.cause}",
            healthy=True,
        )
    return Transition(
        state="Verifying",
        reason="Healthy",
        message=f"healthy; must stay so for {status.window_seconds} s",
        healthy=True,
        recheck_seconds=max(1, min(POLL_SECONDS, int(status.window_seconds - lasted))),
    )


def _guarding(seen: Observation) -> Transition:
    """A sidecar that healed stays our responsibility: it must never become the outage (rule 11)."""
    if _rolling_back(seen):
        return _undone(seen)
    broken = verification.carrier_failure(seen)
    if broken:
        return _undo(seen, "CarrierFailed", broken)
    death = verification.relapse(seen)
    if death is not None and death.finished_at > seen.remediation.status.steps[-1].time:
        return Transition(
            state="NeedsHuman",
            reason="Relapsed",
            message=f"{death.pod} died of {seen.remediation.spec.cause} again although the sidecar is in place;"
            " it was left there",
        )
    return Transition(
        state="Healed",
        reason="Healed",
        message=seen.remediation.status.message,
        healthy=True,
        recheck_seconds=IDLE_SECONDS,
    )


def _failure(seen: Observation) -> Transition | None:
    """What ends a change that was made: it is gone, it cannot run, or it did not help."""
    if seen.workload is not None and _rolling_back(seen):
        return _undone(seen)
    if seen.workload is None:
        return Transition(
            state="NeedsHuman",
            reason="WorkloadGone",
            message="the workload disappeared during the treatment; that is no success",
        )
    if not seen.in_place and seen.durable:
        return Transition(
            state="NeedsHuman",
            reason="ChangeTakenBack",
            message="another writer removed our change; it is not fought over",
        )
    if not seen.durable and not seen.targets:
        return Transition(
            state="Superseded",
            reason="PodReplaced",
            message="the pod was replaced during first aid; its successor is looked at anew",
        )
    broken = verification.carrier_failure(seen)
    if broken:
        return _undo(seen, "CarrierFailed", broken)
    death = verification.relapse(seen)
    if death is not None:
        return _undo(
            seen,
            "Relapsed",
            f"{death.pod} died of {seen.remediation.spec.cause} again at {death.finished_at:%H:%M:%S}Z",
        )
    return None


def _timed_out(seen: Observation) -> Transition | None:
    """Only for a workload that is not healthy now: after a pause of the doctor's own, a cure that works must stay."""
    status = seen.remediation.status
    limit = timedelta(seconds=seen.ruling.verification.timeout_seconds + status.window_seconds)
    if status.applied_at is None or seen.now - status.applied_at <= limit:
        return None
    if status.healthy_since is None:
        return _undo(seen, "TimedOut", "the workload did not become healthy in time")
    return Transition(
        state="NeedsHuman",
        reason="TimedOut",
        message="healthy now and then, but not long enough; the change was left in place",
    )


ROLLING_BACK = "RollingBack"
"""Reason of the condition `Healed` while a change is being taken back: said first, done then, so that a doctor who
dies in between does not take its own work for somebody else's."""


def _rolling_back(seen: Observation) -> bool:
    conditions = seen.remediation.status.conditions
    return any(c.type == "Healed" and c.reason == ROLLING_BACK for c in conditions)


def _undo(seen: Observation, reason: str, message: str) -> Transition:
    """How a change that failed ends; a sidecar is taken back in a second step."""
    if seen.remediation.status.approved_by == PASTED:
        return Transition(
            state="NeedsHuman",
            reason=reason,
            message=f"{message}; the change was made by hand and stays",
        )
    if not seen.durable:
        return Transition(
            state="RolledBack",
            reason=reason,
            message=f"{message}; first aid leaves nothing to take back",
        )
    serving = verification.healthy_carriers(seen)
    allowed = max(
        seen.ruling.guards.max_healthy_pods_restarted, seen.remediation.spec.healthy_pods_restarted
    )
    if serving > allowed:
        return Transition(
            state="NeedsHuman",
            reason=reason,
            message=f"{message}; taking the change back would restart {serving} healthy pods, so it was left",
        )
    return Transition(
        state=seen.remediation.status.state,
        reason=ROLLING_BACK,
        message=f"{reason}: {message}",
        recheck_seconds=1,
    )


def _undone(seen: Observation) -> Transition:
    return Transition(
        state="RolledBack",
        reason="RolledBack",
        message=seen.remediation.status.message,
        effect=Effect.ROLL_BACK if seen.in_place else Effect.NONE,
    )
