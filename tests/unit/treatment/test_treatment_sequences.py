"""Treatments under random histories: the doctor is killed or looks late, the clock jumps, the world moves.

The machine is asked as the shell asks it: look, act, record. Each of the three may be repeated, lost or late.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from case_builders import (
    CAUSE,
    FIRST_AID,
    JANITOR,
    a_baseline,
    a_death,
    a_diagnosis,
    a_pod,
    a_workload,
    altered,
    an_approval,
    at,
    carrier_name,
    running,
    terminated,
    waiting,
    with_carrier,
    with_janitor,
)
from crashloop_doctor.api.core import Pod, Struct
from crashloop_doctor.api.states import ENDS
from crashloop_doctor.api.v1alpha1 import Condition
from crashloop_doctor.policy.gate import Gate
from crashloop_doctor.remedies.plan import Plan, Refusal
from crashloop_doctor.treatment.machine import (
    PASTED,
    ROLLING_BACK,
    Effect,
    Transition,
    next_transition,
)
from crashloop_doctor.treatment.observation import Observation
from treatment_builders import APPROVE, AUTO, RULING, SUGGEST, WAITING, WINDOW, plan_of, proposed

EDGES = {
    "Proposed": {"Proposed", "Approved", "Verifying", "Rejected", "Expired", "Superseded"},
    "Approved": {"Proposed", "Applied", "Superseded", "Rejected"},
    "Applied": {"Applied", "Verifying", "RolledBack", "NeedsHuman", "Superseded"},
    "Verifying": {"Verifying", "Healed", "RolledBack", "NeedsHuman", "Superseded"},
    **{end: {end} for end in ENDS},
    # A sidecar that healed is watched over further.
    "Healed": {"Healed", "RolledBack", "NeedsHuman"},
}

CARRIERS = {
    "missing": None,
    "creating": waiting("ContainerCreating"),
    "unpullable": waiting("ImagePullBackOff"),
    "running": running(20),
    "done": terminated(0, began=18, ended=20),
    "failed": terminated(3, began=18, ended=20),
}


class World(Struct, frozen=True, kw_only=True):
    """What the cluster holds, apart from the Remediation itself."""

    exists: bool = True
    changed: bool = False
    """Whether our change is in the cluster."""
    carrier: str = "missing"
    ready: bool = False
    replaced: bool = False
    recovered: bool = False
    deaths: tuple[Any, ...] = (a_death(3, restarts=0, instance="first"),)
    plan: str = "same"
    snoozed: bool = False
    trusted: bool = True
    gate: Gate = AUTO


class Treatment(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.earlier: list[World] = [self.world]
        self.clock = 0.0

    @initialize(
        remedy=st.sampled_from([FIRST_AID, JANITOR]),
        state=st.sampled_from(["Proposed", "Approved"]),
        gate=st.sampled_from([AUTO, APPROVE, SUGGEST]),
        changed=st.booleans(),
    )
    def begin(self, remedy: str, state: str, gate: Gate, changed: bool) -> None:
        self.remedy = remedy
        self.plan = plan_of(remedy)
        self.remediation = proposed(remedy, state).remediation
        self.becomes(gate=gate, changed=changed)

    # The world moves.

    def becomes(self, **changes: Any) -> None:
        self.earlier = [*self.earlier[-4:], self.world]
        self.world = altered(self.world, **changes)

    @rule(seconds=st.one_of(st.integers(-3600, 3600), st.integers(0, 30), st.just(90_000)))
    def the_clock_moves(self, seconds: int) -> None:
        self.clock += seconds

    @rule(gate=st.sampled_from([AUTO, APPROVE, SUGGEST, WAITING]))
    def the_policy_changes(self, gate: Gate) -> None:
        self.becomes(gate=gate)

    @rule(plan=st.sampled_from(["same", "same", "other", "refused"]))
    def the_plan_changes(self, plan: str) -> None:
        self.becomes(plan=plan)

    @rule(ready=st.booleans())
    def the_workload_turns(self, ready: bool) -> None:
        self.becomes(ready=ready)

    @rule(carrier=st.sampled_from(sorted(CARRIERS)))
    def our_container_turns(self, carrier: str) -> None:
        self.becomes(carrier=carrier)

    @rule(cause=st.sampled_from([CAUSE, "OutOfMemory", ""]), ended=st.integers(0, 500))
    def the_container_dies(self, cause: str, ended: int) -> None:
        number = len(self.world.deaths)
        death = a_death(ended, restarts=number, cause=cause, instance=f"i{number}")
        self.becomes(deaths=(*self.world.deaths, death)[-20:], ready=False)

    @rule(
        digest=st.sampled_from(["own", "own", "other"]),
        decision=st.sampled_from(["Approve"] * 3 + ["Reject"]),
    )
    def a_person_decides(self, digest: str, decision: str) -> None:
        named = self.plan.digest if digest == "own" else "sha256:other"
        self.remediation = altered(self.remediation, spec__approval=an_approval(decision, named))

    @rule()
    def a_person_takes_the_approval_back(self) -> None:
        self.remediation = altered(self.remediation, spec__approval=None)

    @rule(changed=st.booleans())
    def somebody_else_makes_or_removes_the_change(self, changed: bool) -> None:
        self.becomes(changed=changed)

    @rule()
    def a_person_snoozes_it_or_wakes_it(self) -> None:
        self.becomes(snoozed=not self.world.snoozed)

    @rule()
    def the_guard_of_approvals_turns(self) -> None:
        self.becomes(trusted=not self.world.trusted)

    @rule()
    def the_pod_is_replaced(self) -> None:
        self.becomes(replaced=True, carrier="missing")

    @rule()
    def the_diagnosis_recovers(self) -> None:
        self.becomes(recovered=not self.world.recovered)

    @precondition(lambda self: self.clock > 50)
    @rule()
    def the_workload_is_deleted(self) -> None:
        self.becomes(exists=False)

    # The doctor looks, acts and records.

    def pods(self, world: World) -> tuple[Pod, ...]:
        if not world.exists:
            return ()
        pod = a_pod("agent-z" if world.replaced else "agent-a", ready=world.ready)
        state = CARRIERS[world.carrier]
        if not world.changed:
            return (pod,)
        name = carrier_name(self.remedy)
        carried = with_carrier(pod, name, state or waiting(""), ready=world.carrier == "running")
        if state is None:
            carried = altered(
                carried,
                status__ephemeral_container_statuses=(),
                status__init_container_statuses=(),
            )
        if world.replaced and self.remedy == FIRST_AID:
            return (pod,)
        return (carried,)

    def seen(self, world: World) -> Observation:
        workload = a_workload() if world.exists else None
        if workload is not None and self.remedy == JANITOR and world.changed:
            workload = with_janitor(workload)
        undecided = self.remediation.status.state in ("Proposed", "Approved")
        plan: Plan | Refusal | None = None
        if undecided and world.exists:
            plan = {
                "same": self.plan,
                "other": altered(self.plan, digest="sha256:other"),
                "refused": Refusal(remedy=self.remedy, reason="Refused", message="no"),
            }[world.plan]
        state = "Recovered" if world.recovered else "Active"
        diagnosis = a_diagnosis(a_pod(), deaths=world.deaths, state=state)
        until = at(self.clock + 60) if world.snoozed else None
        return Observation(
            now=at(self.clock),
            remediation=self.remediation,
            diagnosis=altered(diagnosis, spec__snoozed_until=until),
            workload=workload,
            pods=self.pods(world),
            plan=plan,
            ruling=RULING,
            gate=world.gate if isinstance(plan, Plan) else None,
            approval_trusted=world.trusted,
        )

    def recorded(self, seen: Observation, step: Transition) -> None:
        """As the shell records it."""
        old = self.remediation.status
        applied_at, window = old.applied_at, old.window_seconds
        if step.state in ("Applied", "Verifying") and applied_at is None:
            applied_at, window = seen.now, WINDOW
        since = old.healthy_since
        if step.healthy is not None:
            since = (since or seen.now) if step.healthy else None
        self.remediation = altered(
            self.remediation,
            status__state=step.state,
            status__message=step.message,
            status__approved_by=step.approved_by or old.approved_by,
            status__applied_at=applied_at,
            status__window_seconds=window,
            status__healthy_since=since,
            status__baseline=old.baseline or a_baseline(),
            status__conditions=(
                Condition(
                    type="Healed",
                    status="Unknown",
                    reason=step.reason,
                    message=step.message,
                    last_transition_time=seen.now,
                ),
            ),
        )

    def acted(self, step: Transition) -> None:
        if step.effect is Effect.APPLY and self.world.exists:
            self.becomes(changed=True)
        if step.effect is Effect.ROLL_BACK and self.world.exists:
            self.becomes(changed=False, carrier="missing")

    @rule(
        fate=st.sampled_from(
            ["recorded"] * 4 + ["killed before it acts", "killed before it records"]
        ),
        stale=st.sampled_from([0, 0, 0, 1, 3]),
        times=st.integers(1, 2),
    )
    def the_doctor_looks(self, fate: str, stale: int, times: int) -> None:
        world = [*self.earlier, self.world][-1 - min(stale, len(self.earlier))]
        for _ in range(times):
            seen = self.seen(world)
            step = next_transition(seen)
            self.check(seen, step)
            if fate == "killed before it acts":
                return
            self.acted(step)
            if fate == "killed before it records":
                return
            self.recorded(seen, step)

    @invariant()
    def a_look_at_any_moment_keeps_the_promises(self) -> None:
        """As if the doctor had looked now, and been killed before it acted."""
        if hasattr(self, "remediation"):
            seen = self.seen(self.world)
            self.check(seen, next_transition(seen))

    @rule()
    def the_doctor_is_quick(self) -> None:
        self.the_doctor_looks(fate="recorded", stale=0, times=1)

    def check(self, seen: Observation, step: Transition) -> None:
        status, spec = seen.remediation.status, seen.remediation.spec
        assert next_transition(seen) == step
        assert step.state in EDGES[status.state]
        assert step.message or status.state in ENDS
        guarded = status.state == step.state == "Healed" and seen.durable and seen.in_place
        assert (step.recheck_seconds > 0) is (step.state not in ENDS or guarded)
        if status.state in ENDS and not (status.state == "Healed" and seen.durable):
            assert (step.state, step.effect) == (status.state, Effect.NONE)
        if step.state == "Approved" or step.effect is Effect.APPLY:
            assert seen.gate is not None
            assert seen.gate.open
            by_person = (
                spec.approval is not None
                and seen.approval_trusted
                and spec.approval.decision == "Approve"
                and spec.approval.digest == spec.digest
            )
            assert seen.gate.mode == "Auto" or by_person
            assert isinstance(seen.plan, Plan)
            assert seen.plan.digest == spec.digest
            assert seen.diagnosis is not None
            assert seen.diagnosis.spec.snoozed_until is None
        if step.effect is Effect.APPLY:
            assert status.state == "Approved"
            assert not seen.in_place
            assert step.state == "Applied"
        if step.effect is Effect.ROLL_BACK:
            assert status.state in ("Applied", "Verifying", "Healed")
            assert [c.reason for c in status.conditions] == [ROLLING_BACK], "said before it is done"
            assert status.approved_by != PASTED
            assert seen.in_place
            assert step.state == "RolledBack"
        if step.state == "Healed" and status.state != "Healed":
            assert seen.workload is not None
            assert all(pod.status.ready for pod in seen.pods)
            assert status.healthy_since is not None
            assert seen.now - status.healthy_since >= timedelta(seconds=status.window_seconds)

    def teardown(self) -> None:
        """With nothing moving but the clock every treatment comes to an end."""
        if not hasattr(self, "remediation"):
            return
        self.clock = max(self.clock, 0)
        self.becomes(snoozed=False)
        for _ in range(200):
            seen = self.seen(self.world)
            step = next_transition(seen)
            self.check(seen, step)
            self.acted(step)
            self.recorded(seen, step)
            if step.state in ENDS:
                return
            self.clock += 3600
        raise AssertionError(f"no end in sight: {step}")


Treatment.TestCase.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, print_blob=False
)
test_treatment_keeps_its_promises = Treatment.TestCase
