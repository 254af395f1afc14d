"""Diagnosis + history -> what to propose next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..api.core import Struct
from ..api.states import ENDS
from ..api.v1alpha1 import Diagnosis, Remediation
from ..policy.selection import Ruling
from ..remedies import registry

MAX_WAIT_SECONDS = 300
"""Longest pause after a plan that reality overtook, so that a workload in flux does not fill etcd with plans."""

OVERTAKEN = ("Superseded", "Expired")

NOT_WORTH_REPEATING = ("RolledBack", "NeedsHuman", "Rejected")


OTHER_CAUSE_SECONDS = 900
"""A loop whose latest death of one cause is so much older than one of another has changed its cause: the kubelet's
longest pause is 300 s, and an instance that lives for 600 s ends the loop (diagnosis/deaths.py)."""


class Proposal(Struct, frozen=True, kw_only=True):
    """A remedy to plan; `attempt` counts this remedy's Remediations on this workload and cause, from 1."""

    remedy: str
    attempt: int


def proposals(
    diagnosis: Diagnosis, ruling: Ruling, history: Sequence[Remediation], now: datetime
) -> tuple[Proposal, ...]:
    """Remedies that may be proposed now, in order, given every Remediation of this diagnosis.

    Under Auto only the first that can be planned is taken, nothing while one is open, and after one that healed the
    next in order: a first aid that is needed again was no cure. Otherwise all of them stand side by side.
    """
    if ruling.mode == "Observe":
        return ()
    ailing = died_since_healed(diagnosis, history)
    known = registry.for_cause(diagnosis.spec.cause)
    allowed = [name for name in (ruling.remedies or known) if name in known]
    open_ones = {r.spec.remedy for r in history if r.status.state not in ENDS}
    if ruling.mode == "Auto" and open_ones:
        return ()
    cured = any(r.status.state == "Healed" for r in history)
    result = []
    for name in allowed:
        own = [r for r in history if r.spec.remedy == name]
        failed = any(r.status.state in NOT_WORTH_REPEATING for r in own)
        healed = any(r.status.state == "Healed" for r in own)
        if name in open_ones or failed or _too_soon(own, now):
            continue
        if ruling.mode == "Auto" and healed and name != allowed[-1]:
            continue
        # After first aid has healed, a person may still want the durable cure; a policy waits for a death.
        cure = cured and not healed and registry.REMEDIES[name].durable
        if not ailing and (ruling.mode == "Auto" or not cure):
            continue
        result.append(
            Proposal(remedy=name, attempt=max((r.spec.attempt for r in own), default=0) + 1)
        )
    return tuple(result)


def _too_soon(own: Sequence[Remediation], now: datetime) -> bool:
    """Whether plans of this remedy keep being superseded: each makes the wait for the next twice as long."""
    ends = [r.status.steps[-1].time for r in own if r.status.state in OVERTAKEN]
    wait = timedelta(seconds=min(2 ** len(ends), MAX_WAIT_SECONDS))
    return bool(ends) and now - max(ends) < wait


def overtaken_by(diagnosis: Diagnosis, others: Iterable[Diagnosis]) -> Diagnosis | None:
    """The Diagnosis of what the same container dies of now, if that is no longer this one's cause.

    Curing the cause of old deaths would change a workload for nothing, and be judged by deaths it cannot prevent.
    """
    own = _last_of_its_cause(diagnosis)
    later = [
        (last, other)
        for other in others
        if other.metadata.uid != diagnosis.metadata.uid
        and other.metadata.namespace == diagnosis.metadata.namespace
        and other.spec.workload.uid == diagnosis.spec.workload.uid
        and other.spec.container == diagnosis.spec.container
        and other.spec.cause != "Unknown"
        and other.status.state != "Recovered"
        and (last := _last_of_its_cause(other)) is not None
        and (own is None or (last - own).total_seconds() > OTHER_CAUSE_SECONDS)
    ]
    return max(later, key=lambda pair: pair[0])[1] if later else None


def _last_of_its_cause(diagnosis: Diagnosis) -> datetime | None:
    return max(
        (d.finished_at for d in diagnosis.status.deaths if d.cause == diagnosis.spec.cause),
        default=None,
    )


def died_since_healed(diagnosis: Diagnosis, history: Sequence[Remediation]) -> bool:
    """Whether the container died of this cause again after the last treatment that healed it.

    A pod that is merely not Ready may have been killed for any reason: its death is examined first.
    """
    healed = [r.status.steps[-1].time for r in history if r.status.state == "Healed"]
    last = _last_of_its_cause(diagnosis)
    return last is not None and (not healed or last > max(healed))
