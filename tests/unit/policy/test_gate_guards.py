"""Each guard closes a gate that stands open for Auto but for the one fact the guard is about."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from case_builders import (
    CAUSE,
    FIRST_AID,
    JANITOR,
    a_consultation,
    a_remediation,
    a_workload,
    altered,
    at,
)
from crashloop_doctor.api.core import Condition, ManagedFields, ObjectMeta
from crashloop_doctor.api.v1alpha1 import Guards, Remediation
from crashloop_doctor.policy import gate as gates
from crashloop_doctor.policy.gate import GateInput, gate
from crashloop_doctor.policy.gitops import owner_of
from crashloop_doctor.policy.selection import Ruling
from crashloop_doctor.remedies.plan import Plan
from crashloop_doctor.remedies.registry import REMEDIES


def plan(remedy: str = JANITOR, healthy: int = 0) -> Plan:
    made = REMEDIES[remedy].plan(a_consultation())
    assert isinstance(made, Plan)
    return altered(made, healthy_pods_restarted=healthy)


def auto(mode: str = "Auto", **changes: Any) -> Ruling:
    return Ruling(mode=mode, policy="ClusterRemediationPolicy/p", reason="p says so", **changes)


OPEN = GateInput(
    ruling=auto(),
    plan=plan(),
    workload=a_workload(),
    cause=CAUSE,
    others=(),
    now=at(10_000),
    approval_enforced=True,
    validated="True",
)


def other(state: str, **changes: Any) -> Remediation:
    return a_remediation(state, name=f"other-{state}-{len(changes)}", **changes)


def far(state: str, number: int, namespace: str = "team") -> Remediation:
    """A treatment of another workload."""
    return a_remediation(state, name=f"far-{number}", uid=f"far-{number}", namespace=namespace)


def with_(**changes: Any) -> GateInput:
    return altered(OPEN, **changes)


def test_the_case_from_which_every_closed_gate_differs_stands_open() -> None:
    found = gate(OPEN)
    assert (found.mode, found.reason, found.open) == ("Auto", "PolicyAllows", True)


class Closed(NamedTuple):
    given: GateInput
    reason: str
    mode: str
    guard: str
    waits: bool = False


ARGO = {"argocd.argoproj.io/instance": "team"}

CLOSED = {
    "the policy only observes": Closed(
        with_(ruling=auto("Observe")), "ModeOfPolicy", "Observe", "_mode"
    ),
    "the policy only suggests": Closed(
        with_(ruling=auto("Suggest")), "ModeOfPolicy", "Suggest", "_mode"
    ),
    "the policy does not list the remedy": Closed(
        with_(ruling=auto(remedies=("RemoveStaleSocket",))),
        "RemedyNotAllowed",
        "Suggest",
        "_remedy_allowed",
    ),
    "nobody enforces who may approve": Closed(
        with_(ruling=auto("Approve"), approval_enforced=False),
        "ApprovalNotEnforced",
        "Suggest",
        "_approval_enforced",
    ),
    "the server refused the dry run": Closed(
        with_(validated="False"), "RefusedByServer", "Suggest", "_dry_run"
    ),
    "the doctor has no right to make the change": Closed(
        with_(validated="Unknown"), "NoRight", "Suggest", "_dry_run"
    ),
    "a GitOps controller owns the workload": Closed(
        with_(workload__metadata__labels=ARGO), "ManagedByGitOps", "Suggest", "_git_ops"
    ),
    "all attempts are used": Closed(
        with_(others=tuple(a_remediation("Healed", name=f"r{n}") for n in range(3))),
        "AttemptsExhausted",
        "Suggest",
        "_attempts",
    ),
    "more healthy pods would restart than allowed": Closed(
        with_(plan=plan(healthy=1)), "WouldRestartHealthyPods", "Approve", "_healthy_pods"
    ),
    "another treatment of the workload runs": Closed(
        with_(others=(other("Verifying"),)),
        "TreatmentRunning",
        "Approve",
        "_one_at_a_time",
        waits=True,
    ),
    "an earlier remedy of the policy waits beside it": Closed(
        with_(others=(other("Proposed", remedy=FIRST_AID),)),
        "EarlierRemedyFirst",
        "Approve",
        "_order",
        waits=True,
    ),
    "an attempt was applied and then overtaken, as often as attempts are allowed": Closed(
        with_(
            others=tuple(
                a_remediation("Superseded", name=f"r{n}", applied_at=at(1)) for n in range(3)
            )
        ),
        "AttemptsExhausted",
        "Suggest",
        "_attempts",
    ),
    "the last attempt failed a moment ago": Closed(
        with_(others=(other("RolledBack", ended_at=9_900),)),
        "Cooldown",
        "Approve",
        "_cooldown",
        waits=True,
    ),
    "too many treatments run in the namespace": Closed(
        with_(others=tuple(far("Applied", n) for n in range(2))),
        "TooManyTreatments",
        "Approve",
        "_concurrency",
        waits=True,
    ),
    "too many treatments run in the cluster": Closed(
        with_(others=tuple(far("Applied", n, f"ns-{n}") for n in range(5))),
        "TooManyTreatments",
        "Approve",
        "_concurrency",
        waits=True,
    ),
}


@pytest.mark.parametrize("case", CLOSED.values(), ids=CLOSED.keys())
def test_the_gate_closes_when(case: Closed) -> None:
    found = gate(case.given)
    assert (found.reason, found.mode) == (case.reason, case.mode)
    assert not (found.open and found.mode == "Auto")
    assert (found.wait_seconds > 0) is case.waits
    assert found.message


@pytest.mark.parametrize("case", CLOSED.values(), ids=CLOSED.keys())
def test_without_its_guard_it_would_stand_open(
    case: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(g for g in gates._GUARDS if g.__name__ != case.guard)
    assert len(rest) == len(gates._GUARDS) - 1
    monkeypatch.setattr(gates, "_GUARDS", rest)
    found = gate(case.given)
    # What the policy itself does not allow no guard can open.
    assert found.mode == case.given.ruling.mode
    assert found.open is (case.given.ruling.mode in ("Approve", "Auto"))


def test_every_guard_has_its_case() -> None:
    assert {case.guard for case in CLOSED.values()} == {g.__name__ for g in gates._GUARDS}


STILL_OPEN = {
    "the policy lists the remedy": with_(ruling=auto(remedies=("RemoveStaleSocket", JANITOR))),
    "another workload used its attempts": with_(others=tuple(far("Healed", n) for n in range(9))),
    "another cause of this workload used its attempts": with_(
        others=tuple(a_remediation("Healed", name=f"r{n}", cause="DiskFull") for n in range(9))
    ),
    "attempts that changed nothing do not count": with_(
        others=tuple(
            a_remediation(state, name=f"r-{state}-{n}", remedy=JANITOR)
            for n in range(3)
            for state in ("Superseded", "Expired", "Rejected", "Proposed")
        )
    ),
    "a later remedy of the policy waits beside it": with_(
        plan=plan(FIRST_AID), others=(other("Proposed", remedy=JANITOR),)
    ),
    "the policy names them the other way round": with_(
        ruling=auto(remedies=(JANITOR, FIRST_AID)), others=(other("Proposed", remedy=FIRST_AID),)
    ),
    "the policy does not name the other that waits": with_(
        ruling=auto(remedies=(JANITOR,)), others=(other("Proposed", remedy=FIRST_AID),)
    ),
    "the earlier remedy of the policy has ended": with_(
        others=(other("Expired", remedy=FIRST_AID),)
    ),
    "the earlier remedy of another workload waits": with_(others=(far("Proposed", 1),)),
    "the last attempt healed a moment ago": with_(others=(other("Healed", ended_at=9_999),)),
    "the last failure is long ago": with_(others=(other("RolledBack", ended_at=9_000),)),
    "the cooldown is over this second": with_(others=(other("RolledBack", ended_at=9_700),)),
    "another workload failed a moment ago": with_(
        others=(a_remediation("RolledBack", uid="far", ended_at=9_999),)
    ),
    "proposals of others are no treatments": with_(
        others=tuple(far("Proposed", n) for n in range(9))
    ),
    "one treatment of another workload runs": with_(others=(far("Applied", 1),)),
    "as many healthy pods as the policy allows": with_(
        plan=plan(healthy=3), ruling=auto(guards=Guards(max_healthy_pods_restarted=3))
    ),
    "the cluster's policy lets GitOps owners be patched": with_(
        workload__metadata__labels=ARGO, ruling=auto(git_ops="Apply")
    ),
    "first aid leaves a GitOps owner untouched": with_(
        workload__metadata__labels=ARGO, plan=plan("RemoveStaleSocket")
    ),
}


@pytest.mark.parametrize("given", STILL_OPEN.values(), ids=STILL_OPEN.keys())
def test_the_gate_stays_open_for_auto_although(given: GateInput) -> None:
    found = gate(given)
    assert (found.mode, found.open) == ("Auto", True)


def test_with_approval_it_stands_open_for_a_person() -> None:
    found = gate(with_(ruling=auto("Approve"), plan=plan(healthy=9)))
    assert (found.mode, found.open) == ("Approve", True)


def test_what_would_restart_healthy_pods_is_for_a_person_only_where_approval_is_enforced() -> None:
    given = with_(plan=plan(healthy=1))
    assert (gate(given).mode, gate(given).open) == ("Approve", True)
    unguarded = gate(altered(given, approval_enforced=False))
    assert (unguarded.mode, unguarded.open) == ("Suggest", False)


WAITS = [name for name, case in CLOSED.items() if case.waits]


@pytest.mark.parametrize("name", WAITS)
def test_an_approval_of_what_restarts_healthy_pods_does_not_get_around(name: str) -> None:
    found = gate(altered(CLOSED[name].given, plan=plan(healthy=1)))
    assert not found.open
    assert found.reason == CLOSED[name].reason


@pytest.mark.parametrize("name", [n for n in WAITS if CLOSED[n].guard != "_order"])
def test_an_approval_in_mode_approve_does_not_get_around(name: str) -> None:
    assert not gate(altered(CLOSED[name].given, ruling=auto("Approve"))).open


def test_a_person_may_take_the_remedies_in_any_order() -> None:
    given = with_(ruling=auto("Approve"), others=(other("Proposed", remedy=FIRST_AID),))
    assert gate(given).open


def earlier(type_: str, status: str) -> Remediation:
    """The milder remedy, still Proposed, with this condition."""
    told = Condition(type=type_, status=status)
    return a_remediation(remedy=FIRST_AID, name=f"{type_}-{status}", conditions=(told,))


TO_BE_TRIED = earlier("Validated", "True")
REFUSED, NO_RIGHT = earlier("Validated", "False"), earlier("Validated", "Unknown")

BESIDE = {
    "the server refused it": ((REFUSED,), True),
    "the doctor has no right to make it": ((NO_RIGHT,), True),
    "its dry run passed": ((TO_BE_TRIED,), False),
    "another condition of it is not True": ((earlier("Healed", "Unknown"),), False),
    "one was refused, and the next one of it was not": ((REFUSED, TO_BE_TRIED), False),
}


@pytest.mark.parametrize(("others", "goes_ahead"), BESIDE.values(), ids=BESIDE.keys())
def test_an_earlier_remedy_goes_first_unless_it_cannot_be_made(
    others: tuple[Remediation, ...], goes_ahead: bool
) -> None:
    found = gate(with_(others=others))
    assert found.open is goes_ahead
    assert found.reason == ("PolicyAllows" if goes_ahead else "EarlierRemedyFirst")


@pytest.mark.parametrize("state", ["Expired", "Superseded", "Rejected"])
def test_what_ended_without_a_change_calls_for_no_cooldown(state: str) -> None:
    assert gate(with_(others=(other(state, ended_at=9_999),))).open


def test_a_cooldown_names_the_moment_of_its_end() -> None:
    found = gate(CLOSED["the last attempt failed a moment ago"].given)
    assert found.wait_seconds == 201
    assert "may start at 11:50:00Z" in found.message
    a_second_on = gate(
        altered(CLOSED["the last attempt failed a moment ago"].given, now=at(10_001))
    )
    assert a_second_on.message == found.message, "or it would be written each second"
    later = gate(with_(others=(other("NeedsHuman", ended_at=9_900),), now=at(10_200.5)))
    assert later.open


def test_a_guard_never_widens_what_the_policy_says() -> None:
    for case in CLOSED.values():
        for mode in ("Observe", "Suggest"):
            assert gate(altered(case.given, ruling=auto(mode))).mode == mode


MARKERS = {
    "Argo CD's label": ({"argocd.argoproj.io/instance": "x"}, {}, "Argo CD"),
    "Argo CD's annotation": ({}, {"argocd.argoproj.io/tracking-id": "x"}, "Argo CD"),
    "Flux' Kustomization": ({"kustomize.toolkit.fluxcd.io/name": "x"}, {}, "Flux"),
    "Flux' HelmRelease": ({"helm.toolkit.fluxcd.io/name": "x"}, {}, "Flux"),
    "Helm's annotation": ({}, {"meta.helm.sh/release-name": "x"}, "Helm"),
    "Helm's label": ({"app.kubernetes.io/managed-by": "Helm"}, {}, "Helm"),
    "another manager's label": ({"app.kubernetes.io/managed-by": "make"}, {}, ""),
    "no marker": ({"app": "x"}, {"note": "x"}, ""),
}


@pytest.mark.parametrize(("labels", "annotations", "owner"), MARKERS.values(), ids=MARKERS.keys())
def test_a_gitops_owner_is_known_by(
    labels: dict[str, str], annotations: dict[str, str], owner: str
) -> None:
    assert owner_of(ObjectMeta(labels=labels, annotations=annotations)) == owner


MANAGERS = {
    "Argo CD's server-side apply": (ManagedFields(manager="argocd-controller"), "Argo CD"),
    "Argo CD's controller": (ManagedFields(manager="argocd-application-controller"), "Argo CD"),
    "Flux' kustomize-controller": (ManagedFields(manager="kustomize-controller"), "Flux"),
    "Flux' helm-controller": (ManagedFields(manager="helm-controller"), "Flux"),
    "Helm": (ManagedFields(manager="helm"), "Helm"),
    "kubectl": (ManagedFields(manager="kubectl-client-side-apply"), ""),
    "a status alone": (ManagedFields(manager="argocd-controller", subresource="status"), ""),
}


@pytest.mark.parametrize(("fields", "owner"), MANAGERS.values(), ids=MANAGERS.keys())
def test_a_gitops_owner_without_a_marker_is_known_by_what_it_wrote(
    fields: ManagedFields, owner: str
) -> None:
    assert owner_of(ObjectMeta(managed_fields=(fields,))) == owner
