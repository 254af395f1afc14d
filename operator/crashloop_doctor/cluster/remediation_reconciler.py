"""One Remediation, one step: read the world, ask the state machine, act, record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

from .. import metrics
from ..api.core import Condition, Pod
from ..api.states import ENDS
from ..api.v1alpha1 import (
    Baseline,
    Diagnosis,
    PodReference,
    Remediation,
    RemediationStatus,
    TreatmentStep,
)
from ..diagnosis.deaths import longest_loop_uptime_seconds
from ..policy.gate import Gate, GateInput, gate
from ..policy.selection import Ruling, ruling
from ..remedies.plan import Plan, Refusal
from ..remedies.registry import REMEDIES
from ..treatment import verification
from ..treatment.machine import Effect, Transition, next_transition
from ..treatment.observation import Observation
from . import applying, consulting, workloads
from .approval_policy import ApprovalPolicy
from .client import ApiError, Client
from .event_recorder import EventRecorder
from .records import Records, condition, with_condition
from .store import Key, Store
from .workloads import KnownWorkload

logger = logging.getLogger(__name__)

MAX_STEPS = 32
WARNINGS = ("RolledBack", "NeedsHuman")
APPROVAL_TRUSTED = "ApprovalTrusted"


class RemediationReconciler:
    """Call `reconcile` with the key of a Remediation; one call at a time, since budgets span all of them."""

    def __init__(
        self,
        client: Client,
        records: Records,
        store: Store,
        recorder: EventRecorder,
        clock: Callable[[], datetime],
        toolbox_image: str,
        approval_policy: ApprovalPolicy,
        on_end: Callable[[Key], None],
    ) -> None:
        self._client = client
        self._records = records
        self._store = store
        self._recorder = recorder
        self._clock = clock
        self._toolbox_image = toolbox_image
        self._approval_policy = approval_policy
        self._on_end = on_end

    async def reconcile(self, key: Key) -> float:
        """Seconds after which to look again, 0 for not by itself. Raises ApiError, Conflict."""
        remediation: Remediation | None = await self._records.read("Remediation", *key)
        if remediation is None:
            return 0.0
        over = remediation.status.state in ENDS and remediation.status.state != "Healed"
        # A sidecar that healed is watched over further; first aid that healed is history.
        if over or (
            remediation.status.state == "Healed" and not REMEDIES[remediation.spec.remedy].durable
        ):
            return 0.0
        diagnosis: Diagnosis | None = await self._records.read(
            "Diagnosis", key[0], remediation.spec.diagnosis
        )
        known = await workloads.read(self._client, key[0], remediation.spec.workload)
        pods: tuple[Pod, ...] = ()
        if known is not None:
            references = diagnosis.status.pods if diagnosis is not None else ()
            pods = await workloads.pods_of(self._client, known.workload, references)
        plan = await self._plan(remediation, diagnosis, known, pods)
        remediation = await self._validated(remediation, plan)
        remediation = await self._approval_seen(remediation)
        if remediation.status.state == "Approved":
            await self._store.refresh_policies(self._client)
        seen = await self._observe(remediation, diagnosis, known, pods, plan)
        transition = next_transition(seen)
        transition, remediation = await self._act(transition, seen)
        await self._record(transition, seen, remediation)
        return float(transition.recheck_seconds)

    async def _plan(
        self,
        remediation: Remediation,
        diagnosis: Diagnosis | None,
        known: KnownWorkload | None,
        pods: tuple[Pod, ...],
    ) -> Plan | Refusal | None:
        """A plan is only needed until the change has been made."""
        undecided = remediation.status.state in ("", "Proposed", "Approved")
        if not undecided or diagnosis is None or known is None:
            return None
        return await consulting.plan(
            self._client,
            diagnosis,
            known,
            pods,
            self._store.diagnoses(),
            remedy=remediation.spec.remedy,
            attempt=remediation.spec.attempt,
            toolbox_image=self._toolbox_image,
        )

    async def _validated(
        self, remediation: Remediation, plan: Plan | Refusal | None
    ) -> Remediation:
        """The Remediation with its dry run made; a missing right is asked for again, it may be granted any time."""
        known = condition(remediation.status.conditions, "Validated")
        if not isinstance(plan, Plan) or plan.digest != remediation.spec.digest:
            return remediation
        if known is not None and known.status != "Unknown":
            return remediation
        result = await applying.validate(self._client, remediation.metadata.namespace, plan.actions)
        return self._with_condition(remediation, result.status, result.reason, result.message)

    async def _approval_seen(self, remediation: Remediation) -> Remediation:
        """Notes, the first time an approval is seen, whether anything kept just anybody from giving it."""
        known = condition(remediation.status.conditions, APPROVAL_TRUSTED)
        if remediation.spec.approval is None or known is not None:
            return remediation
        if await self._approval_policy.enforced(fresh=True):
            return self._with_condition(
                remediation,
                "True",
                "Guarded",
                "the admission policy was in force",
                APPROVAL_TRUSTED,
            )
        return self._with_condition(
            remediation,
            "False",
            "Unguarded",
            "no admission policy was in force; the approval never counts",
            APPROVAL_TRUSTED,
        )

    def _with_condition(
        self,
        remediation: Remediation,
        status: str,
        reason: str,
        message: str,
        type_: str = "Validated",
    ) -> Remediation:
        """In memory only: written together with the transition."""
        conditions = with_condition(
            remediation.status.conditions,
            type_,
            status,
            reason,
            message,
            now=self._clock(),
            generation=remediation.metadata.generation,
        )
        changed = msgspec.structs.replace(remediation.status, conditions=conditions)
        return msgspec.structs.replace(remediation, status=changed)

    async def _observe(
        self,
        remediation: Remediation,
        diagnosis: Diagnosis | None,
        known: KnownWorkload | None,
        pods: tuple[Pod, ...],
        plan: Plan | Refusal | None,
    ) -> Observation:
        now = self._clock()
        ruled = Ruling(mode="Suggest", policy="", reason="the workload is gone")
        gated: Gate | None = None
        if known is not None:
            confidence = float(diagnosis.status.confidence or 0) if diagnosis else 0.0
            ruled = ruling(
                self._store.policies(), known.workload, remediation.spec.cause, confidence
            )
            if isinstance(plan, Plan):
                validated = condition(remediation.status.conditions, "Validated")
                gated = gate(
                    GateInput(
                        ruling=ruled,
                        plan=plan,
                        workload=known.workload,
                        cause=remediation.spec.cause,
                        others=self._others(remediation),
                        now=now,
                        approval_enforced=await self._approval_policy.enforced(),
                        validated=validated.status if validated else "",
                    )
                )
        trusted = condition(remediation.status.conditions, APPROVAL_TRUSTED)
        return Observation(
            now=now,
            remediation=remediation,
            diagnosis=diagnosis,
            workload=known.workload if known else None,
            pods=pods,
            history=self._store.remediations_of(diagnosis) if diagnosis else (),
            plan=plan,
            ruling=ruled,
            gate=gated,
            approval_trusted=trusted is not None and trusted.status == "True",
        )

    def _others(self, remediation: Remediation) -> tuple[Remediation, ...]:
        return tuple(
            r for r in self._store.remediations() if r.metadata.uid != remediation.metadata.uid
        )

    async def _act(
        self, transition: Transition, seen: Observation
    ) -> tuple[Transition, Remediation]:
        """Carries out the effect; what the server refuses becomes a suggestion with the server's words."""
        remediation = seen.remediation
        namespace = remediation.metadata.namespace
        try:
            if transition.effect is Effect.APPLY:
                assert isinstance(seen.plan, Plan)
                # The plan made now, whose digest is the approved one: a stored patch is never applied.
                await applying.carry_out(self._client, namespace, seen.plan.actions)
            elif transition.effect is Effect.ROLL_BACK:
                assert seen.workload is not None
                undo = REMEDIES[remediation.spec.remedy].rollback(seen.workload)
                await applying.carry_out(self._client, namespace, undo)
        except ApiError as error:
            if error.passing or error.status == 0:
                raise
            if transition.effect is Effect.ROLL_BACK:
                return (
                    Transition(
                        state="NeedsHuman",
                        reason="RollbackRefused",
                        message=f"{transition.message}; the API server refused to take it back: {error.message}",
                    ),
                    remediation,
                )
            said = applying.refusal(error)
            refused = self._with_condition(remediation, said.status, said.reason, said.message)
            return (
                Transition(
                    state="Proposed",
                    reason="RefusedByServer",
                    message=f"the API server refused the change: {error.message}",
                ),
                refused,
            )
        return transition, remediation

    async def _record(
        self, transition: Transition, seen: Observation, remediation: Remediation
    ) -> None:
        old = remediation.status
        status = _next_status(transition, seen, remediation)
        if status != self._written_status(seen):
            await self._records.write_status("Remediation", remediation, status)
        if transition.state == (old.state or "Proposed"):
            return
        spec = remediation.spec
        namespace, name = remediation.metadata.namespace, remediation.metadata.name
        metrics.transitions.labels(spec.remedy, transition.state).inc()
        logger.info(
            "treatment",
            extra={
                "namespace": namespace,
                "remediation": name,
                "from": old.state or "Proposed",
                "to": transition.state,
                "reason": transition.reason,
                "detail": transition.message,
            },
        )
        await self._recorder.record(
            spec.workload,
            namespace,
            reason=f"{spec.remedy}{transition.state}",
            message=f"{transition.message} (rem/{name})",
            now=seen.now,
            warning=transition.state in WARNINGS,
        )
        # The diagnosis' columns, and what comes next, depend on it.
        self._on_end((namespace, spec.diagnosis))

    def _written_status(self, seen: Observation) -> RemediationStatus | None:
        """The status as the API server has it."""
        key = (seen.remediation.metadata.namespace, seen.remediation.metadata.name)
        for stored in self._store.remediations():
            if (stored.metadata.namespace, stored.metadata.name) == key:
                return stored.status
        return None


def _baseline(seen: Observation) -> Baseline:
    deaths = seen.diagnosis.status.deaths if seen.diagnosis else ()
    return Baseline(
        taken_at=seen.now,
        template_hash=seen.remediation.spec.template_hash,
        ready_pods=sum(pod.status.ready for pod in seen.pods),
        pods=tuple(
            PodReference(name=p.metadata.name, uid=p.metadata.uid, node=p.spec.node_name)
            for p in seen.pods[:50]
        ),
        longest_loop_uptime_seconds=longest_loop_uptime_seconds(deaths),
    )


def _next_status(
    transition: Transition, seen: Observation, remediation: Remediation
) -> RemediationStatus:
    old, spec, now = remediation.status, remediation.spec, seen.now
    applied_at, baseline, window = old.applied_at, old.baseline, old.window_seconds
    if transition.state in ("Approved", "Verifying") and baseline is None:
        # Before the change: a doctor who dies while applying would measure it afterwards.
        baseline = _baseline(seen)
    if transition.state in ("Applied", "Verifying") and applied_at is None:
        applied_at = now
        baseline = baseline or _baseline(seen)
        window = verification.window_seconds(
            baseline.longest_loop_uptime_seconds, seen.ruling.verification
        )
    healthy_since = old.healthy_since
    if transition.healthy is True:
        healthy_since = healthy_since or now
    elif transition.healthy is False:
        healthy_since = None
    steps = old.steps
    if transition.state != old.state:
        steps = (
            *steps,
            TreatmentStep(state=transition.state, time=now, message=transition.message[:512]),
        )
    return msgspec.structs.replace(
        old,
        observed_generation=remediation.metadata.generation,
        state=transition.state,
        workload=f"{spec.workload.kind}/{spec.workload.name}",
        message=transition.message[:1024],
        next=_next_words(transition, seen),
        approved_by=transition.approved_by or old.approved_by,
        applied_at=applied_at,
        healthy_since=healthy_since,
        window_seconds=window,
        baseline=baseline,
        # The first says when it began, the last decides about cooldowns.
        steps=(*steps[:1], *steps[1:][-(MAX_STEPS - 1) :]),
        conditions=_conditions(transition, seen, remediation),
    )


def _conditions(
    transition: Transition, seen: Observation, remediation: Remediation
) -> tuple[Condition, ...]:
    """`Healed` says how it ended; `True` for a cure that was verified, `Unknown` on the way."""
    value = "Unknown"
    if transition.state in ENDS:
        value = "True" if transition.state == "Healed" else "False"
    return with_condition(
        remediation.status.conditions,
        "Healed",
        value,
        transition.reason,
        transition.message,
        now=seen.now,
        generation=remediation.metadata.generation,
    )


def _next_words(transition: Transition, seen: Observation) -> str:
    """What the column NEXT says, in a word; the message says the rest."""
    match transition.state:
        case "Proposed":
            waits = seen.gate is None or seen.gate.wait_seconds
            if waits or transition.reason in ("NothingToHeal", "Snoozed"):
                return "wait"
            return "approve" if seen.gate is not None and seen.gate.open else "paste"
        case "Approved" | "Applied" | "Verifying":
            return "wait"
        case "NeedsHuman" | "RolledBack":
            return "describe"
    return "nothing"
