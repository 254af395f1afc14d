"""One Diagnosis -> proposals for its treatment, its state in words, and its end when the workload stays healthy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from .. import metrics
from ..api.core import Pod
from ..api.states import ENDS
from ..api.v1alpha1 import Diagnosis, DiagnosisStatus, Remediation, RemediationSpec
from ..diagnosis.deaths import longest_loop_uptime_seconds
from ..policy.selection import Ruling, ruling
from ..remedies.plan import Plan, Refusal
from ..remedies.registry import REMEDIES
from ..treatment.proposal import Proposal, died_since_healed, proposals
from . import consulting, naming, workloads
from .client import Client
from .event_recorder import EventRecorder
from .records import Records, with_condition
from .store import Key, Store
from .workloads import KnownWorkload

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 15.0
RECOVERED_AFTER_SECONDS = 60
"""Shortest health after which a diagnosis closes by itself; twice the longest life in the loop if that is longer."""

RECOVERED_AT_MOST_SECONDS = 1800
KEPT_AFTER_RECOVERY = timedelta(days=7)
MAX_ATTEMPT = 1000
"""As the CRD bounds `spec.attempt`."""

KEPT_WITHOUT_PODS = timedelta(days=1)
KEPT_WITHOUT_STATUS = timedelta(minutes=10)
KEPT_REMEDIATIONS = 20
"""Ended Remediations kept for each Diagnosis; the oldest that changed nothing go first."""


class DiagnosisReconciler:
    """Call `reconcile` with the key of a Diagnosis."""

    def __init__(
        self,
        client: Client,
        records: Records,
        store: Store,
        recorder: EventRecorder,
        clock: Callable[[], datetime],
        toolbox_image: str,
        on_remediation: Callable[[Key], None],
    ) -> None:
        self._client = client
        self._records = records
        self._store = store
        self._recorder = recorder
        self._clock = clock
        self._toolbox_image = toolbox_image
        self._on_remediation = on_remediation

    async def reconcile(self, key: Key) -> float:
        """Seconds after which to look again, 0 for not by itself. Raises ApiError, Conflict."""
        if self._store.diagnosis(key) is None:
            return 0.0
        diagnosis: Diagnosis | None = await self._records.read("Diagnosis", *key)
        if diagnosis is None:
            return 0.0
        now = self._clock()
        if not diagnosis.status.state:
            return await self._abandoned(diagnosis, now)
        if diagnosis.status.state == "Recovered":
            # Only a new death that was examined opens it again.
            left = (diagnosis.status.last_seen or now) + KEPT_AFTER_RECOVERY - now
            if any(_guarded(r) for r in self._store.remediations_of(diagnosis)):
                # Its sidecar is watched over as long as the workload lives.
                return KEPT_AFTER_RECOVERY.total_seconds()
            if left <= timedelta():
                await self._records.delete("Diagnosis", *key)
            return left.total_seconds()
        known = await workloads.read(self._client, key[0], diagnosis.spec.workload)
        if known is None:
            # The garbage collector removes it with its workload.
            return 0.0
        pods = await workloads.pods_of(self._client, known.workload, diagnosis.status.pods)
        history = self._store.remediations_of(diagnosis)
        silent = now - (diagnosis.status.last_seen or now) > KEPT_WITHOUT_PODS
        if not pods and silent and not any(map(_guarded, history)):
            await self._records.delete("Diagnosis", *key)
            return 0.0
        recovered = self._recovered(diagnosis, pods, now)
        refusals: list[Refusal] = []
        ruled = ruling(
            self._store.policies(),
            known.workload,
            diagnosis.spec.cause,
            float(diagnosis.status.confidence or 0),
        )
        snoozed = diagnosis.spec.snoozed_until is not None and now < diagnosis.spec.snoozed_until
        if not recovered and not snoozed:
            for proposal in proposals(diagnosis, ruled, history, now):
                refused = await self._propose(diagnosis, known, pods, proposal, ruled, now)
                if refused is not None:
                    refusals.append(refused)
                elif ruled.mode == "Auto":
                    break
            history = self._store.remediations_of(diagnosis)
        await self._prune(history)
        changed = await self._write(diagnosis, pods, history, refusals, recovered, snoozed, now)
        for remediation in history:
            if changed and remediation.status.state not in ENDS:
                self._on_remediation((remediation.metadata.namespace, remediation.metadata.name))
        return RECHECK_SECONDS

    async def _abandoned(self, diagnosis: Diagnosis, now: datetime) -> float:
        """A Diagnosis whose examination was cut off after its creation: the next death completes it, or nobody does."""
        age = now - (diagnosis.metadata.creation_timestamp or now)
        if age < KEPT_WITHOUT_STATUS:
            return (KEPT_WITHOUT_STATUS - age).total_seconds()
        await self._records.delete(
            "Diagnosis", diagnosis.metadata.namespace, diagnosis.metadata.name
        )
        return 0.0

    def _recovered(self, diagnosis: Diagnosis, pods: tuple[Pod, ...], now: datetime) -> bool:
        """Every pod Ready without a break for the whole window; no pod at all proves nothing."""
        present = [pod for pod in pods if pod.living]
        if not present or not all(pod.status.ready for pod in present):
            return False
        window = min(
            max(
                RECOVERED_AFTER_SECONDS,
                2 * longest_loop_uptime_seconds(diagnosis.status.deaths),
            ),
            RECOVERED_AT_MOST_SECONDS,
        )
        since = [
            c.last_transition_time
            for pod in present
            for c in pod.status.conditions
            if c.type == "Ready" and c.last_transition_time is not None
        ]
        if diagnosis.status.last_seen is not None:
            since.append(diagnosis.status.last_seen)
        return bool(since) and (now - max(since)).total_seconds() >= window

    async def _propose(
        self,
        diagnosis: Diagnosis,
        known: KnownWorkload,
        pods: tuple[Pod, ...],
        proposal: Proposal,
        ruled: Ruling,
        now: datetime,
    ) -> Refusal | None:
        attempt = max(proposal.attempt, REMEDIES[proposal.remedy].last_attempt(pods) + 1)
        if attempt > MAX_ATTEMPT:
            return Refusal(
                remedy=proposal.remedy,
                reason="AttemptsExhausted",
                message=f"attempt {attempt} would be beyond the {MAX_ATTEMPT} a Remediation can count",
            )
        proposal = Proposal(remedy=proposal.remedy, attempt=attempt)
        plan = await consulting.plan(
            self._client,
            diagnosis,
            known,
            pods,
            self._store.diagnoses(),
            remedy=proposal.remedy,
            attempt=attempt,
            toolbox_image=self._toolbox_image,
        )
        if isinstance(plan, Refusal):
            return plan
        created = await self._create(diagnosis, proposal, plan, ruled, now)
        self._on_remediation((created.metadata.namespace, created.metadata.name))
        return None

    async def _create(
        self, diagnosis: Diagnosis, proposal: Proposal, plan: Plan, ruled: Ruling, now: datetime
    ) -> Remediation:
        namespace = diagnosis.metadata.namespace
        name = naming.remediation_name(diagnosis.metadata.name, proposal.remedy, proposal.attempt)
        owner = {
            "apiVersion": "crashloop-doctor.io/v1alpha1",
            "kind": "Diagnosis",
            "name": diagnosis.metadata.name,
            "uid": diagnosis.metadata.uid,
            "controller": True,
            "blockOwnerDeletion": False,
        }
        spec = RemediationSpec(
            diagnosis=diagnosis.metadata.name,
            workload=diagnosis.spec.workload,
            container=diagnosis.spec.container,
            cause=diagnosis.spec.cause,
            remedy=proposal.remedy,
            attempt=proposal.attempt,
            change_class=plan.change_class,
            healthy_pods_restarted=plan.healthy_pods_restarted,
            digest=plan.digest,
            template_hash=plan.template_hash,
            actions=plan.actions,
            mode=ruled.mode,
            policy=ruled.policy,
            # What nobody is asked to decide does not lapse.
            expires_at=(
                now + timedelta(seconds=ruled.approval_expiry_seconds)
                if ruled.mode in ("Approve", "Auto")
                else None
            ),
            paste=plan.paste,
        )
        created: Remediation = await self._records.create(
            "Remediation", namespace, {"name": name, "ownerReferences": [owner]}, spec
        )
        if not created.status.state:
            logger.info(
                "proposed",
                extra={
                    "namespace": namespace,
                    "remediation": name,
                    "remedy": plan.remedy,
                    "mode": ruled.mode,
                    "digest": plan.digest,
                },
            )
            metrics.transitions.labels(plan.remedy, "Proposed").inc()
            await self._recorder.record(
                diagnosis.spec.workload,
                namespace,
                reason=f"Proposed{plan.remedy}",
                message=f"{plan.summary} (kubectl describe rem/{name})",
                now=now,
            )
        return created

    async def _prune(self, history: tuple[Remediation, ...]) -> None:
        ended = [r for r in history if r.status.state in ENDS]
        spare = [r for r in ended if r.status.applied_at is None and r.status.state != "Rejected"]
        for remediation in spare[: max(0, len(ended) - KEPT_REMEDIATIONS)]:
            await self._records.delete(
                "Remediation", remediation.metadata.namespace, remediation.metadata.name
            )

    async def _write(
        self,
        diagnosis: Diagnosis,
        pods: tuple[Pod, ...],
        history: tuple[Remediation, ...],
        refusals: list[Refusal],
        recovered: bool,
        snoozed: bool,
        now: datetime,
    ) -> bool:
        """Whether there was anything new to write."""
        old = diagnosis.status
        state, todo = _state_and_next(diagnosis, history, refusals, recovered, snoozed)
        existing = {pod.metadata.uid for pod in pods}
        kept = tuple(p for p in old.pods if p.uid in existing) or old.pods
        conditions = with_condition(
            old.conditions,
            "Active",
            not recovered,
            "Recovered" if recovered else "CrashLooping",
            "every pod of the workload has stayed healthy" if recovered else old.summary,
            now=now,
            generation=diagnosis.metadata.generation,
        )
        if refusals or any(c.type == "Treatable" for c in old.conditions):
            conditions = with_condition(
                conditions,
                "Treatable",
                not refusals,
                refusals[0].reason if refusals else "PlanFound",
                " | ".join(f"{r.remedy}: {r.message}" for r in refusals) or "a remedy is planned",
                now=now,
                generation=diagnosis.metadata.generation,
            )
        status: DiagnosisStatus = msgspec.structs.replace(
            old,
            observed_generation=diagnosis.metadata.generation,
            state=state,
            next=todo,
            pods=kept,
            pod_count=len(kept),
            conditions=conditions,
        )
        if status == old:
            return False
        await self._records.write_status("Diagnosis", diagnosis, status)
        if recovered and old.state != "Recovered":
            await self._recorder.record(
                diagnosis.spec.workload,
                diagnosis.metadata.namespace,
                reason="Recovered",
                message=f"container {diagnosis.spec.container} has stayed healthy; {diagnosis.spec.cause} is over",
                now=now,
            )
        return True


def _guarded(remediation: Remediation) -> bool:
    """Whether it left something in the workload that must never become the outage."""
    return remediation.status.state == "Healed" and REMEDIES[remediation.spec.remedy].durable


def _state_and_next(
    diagnosis: Diagnosis,
    history: tuple[Remediation, ...],
    refusals: list[Refusal],
    recovered: bool,
    snoozed: bool,
) -> tuple[str, str]:
    """What the columns STATE and NEXT say."""
    if recovered:
        return "Recovered", "nothing"
    if snoozed:
        return "Snoozed", "wait"
    if history and not died_since_healed(diagnosis, history):
        return "Healed", "watch"
    open_ones = [r for r in history if r.status.state not in ENDS]
    if open_ones:
        # The one that is furthest on speaks; what is only proposed may wait for it.
        leading = next((r for r in open_ones if r.status.state != "Proposed"), open_ones[0])
        return leading.status.state or "Proposed", leading.status.next or "wait"
    last = history[-1].status.state if history else ""
    if last in ("RolledBack", "NeedsHuman"):
        return "NeedsHuman", "describe"
    if any(refusal.reason == "AlreadyInPlace" for refusal in refusals):
        return "Healing", "wait"
    return "Active", "describe"
