"""Observations of one treatment at each of its stations, for tests that change one fact."""

from __future__ import annotations

from typing import Any

from case_builders import (
    FIRST_AID,
    a_baseline,
    a_consultation,
    a_death,
    a_diagnosis,
    a_pod,
    a_remediation,
    a_workload,
    altered,
    at,
    carrier_name,
    running,
    terminated,
    with_carrier,
    with_janitor,
)
from crashloop_doctor.api.core import Pod
from crashloop_doctor.api.v1alpha1 import Verification
from crashloop_doctor.policy.gate import Gate
from crashloop_doctor.policy.selection import Ruling
from crashloop_doctor.remedies.plan import Plan
from crashloop_doctor.remedies.registry import REMEDIES
from crashloop_doctor.treatment.observation import Observation

WINDOW = 60
TIMEOUT = 600
APPLIED_AT = 10.0
IN_FORCE_SINCE = 20.0

RULING = Ruling(
    mode="Auto",
    policy="ClusterRemediationPolicy/p",
    reason="p says so",
    verification=Verification(timeout_seconds=TIMEOUT),
)
AUTO = Gate(mode="Auto", reason="PolicyAllows", message="p says so")
APPROVE = Gate(mode="Approve", reason="PolicyAllows", message="p asks for an approval")
SUGGEST = Gate(mode="Suggest", reason="ModeOfPolicy", message="p only suggests")
WAITING = Gate(mode="Approve", reason="Cooldown", message="wait", wait_seconds=30)


def plan_of(remedy: str) -> Plan:
    plan = REMEDIES[remedy].plan(a_consultation())
    assert isinstance(plan, Plan)
    return plan


def proposed(remedy: str = FIRST_AID, state: str = "Proposed") -> Observation:
    """Nothing has been changed yet, and the gate stands open for Auto."""
    plan = plan_of(remedy)
    patient = a_pod()
    return Observation(
        now=at(0),
        remediation=a_remediation(
            state, remedy=remedy, digest=plan.digest, actions=plan.actions, message="so far"
        ),
        diagnosis=a_diagnosis(patient, deaths=(a_death(3),)),
        workload=a_workload(),
        pods=(patient,),
        plan=plan,
        ruling=RULING,
        gate=AUTO,
    )


def treated(remedy: str = FIRST_AID, state: str = "Verifying", **status: Any) -> Observation:
    """The change is in force since 20 s and the workload is Ready; the verification's window runs."""
    before = proposed(remedy, state)
    known = {
        "applied_at": at(APPLIED_AT),
        "window_seconds": WINDOW,
        "baseline": a_baseline(),
        "approved_by": "ClusterRemediationPolicy/p",
        **status,
    }
    seen = altered(
        before,
        remediation=altered(before.remediation, **{f"status__{k}": v for k, v in known.items()}),
        plan=None,
        gate=None,
        now=at(30),
        pods=(carrying(remedy, a_pod(ready=True)),),
    )
    if remedy == FIRST_AID:
        return seen
    return altered(seen, workload=with_janitor(a_workload()))


def carrying(remedy: str, pod: Pod, since: float = IN_FORCE_SINCE) -> Pod:
    """The pod with our container, which has done its work (first aid) or does it (sidecar)."""
    if remedy == FIRST_AID:
        state = terminated(0, began=since - 2, ended=since, reason="Completed")
        return with_carrier(pod, carrier_name(remedy), state)
    return with_carrier(pod, carrier_name(remedy), running(since), ready=True)
