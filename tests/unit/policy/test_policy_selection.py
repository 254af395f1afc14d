"""Which policy speaks for a workload and a cause, and how far a namespace's own policy can go."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_builders import CAUSE, a_workload, altered
from crashloop_doctor.api.core import LabelSelector, ObjectMeta
from crashloop_doctor.api.v1alpha1 import (
    MODES,
    Guards,
    Policy,
    PolicySpec,
    RemedyChoice,
    Verification,
    WorkloadSelector,
)
from crashloop_doctor.policy.selection import DEFAULT, Ruling, labels_match, ruling

WORKLOAD = altered(a_workload(), metadata__labels={"app": "agent", "tier": "node"})


def cluster(mode: str = "Auto", name: str = "cluster", **spec: Any) -> Policy:
    return Policy(metadata=ObjectMeta(name=name), spec=PolicySpec(mode=mode, **spec))


def own(mode: str = "Auto", name: str = "own", namespace: str = "team", **spec: Any) -> Policy:
    return Policy(
        metadata=ObjectMeta(name=name, namespace=namespace), spec=PolicySpec(mode=mode, **spec)
    )


def ruled(*policies: Policy, cause: str = CAUSE, confidence: float = 0.97) -> Ruling:
    return ruling(policies, WORKLOAD, cause, confidence)


def selecting(**selector: Any) -> dict[str, Any]:
    return {"selector": WorkloadSelector(**selector)}


class Case(NamedTuple):
    policies: list[Policy]
    mode: str
    policy: str


CASES = {
    "without any policy the doctor suggests": Case([], "Suggest", ""),
    "a cluster policy alone decides": Case([cluster()], "Auto", "ClusterRemediationPolicy/cluster"),
    "a namespace alone can suggest at most": Case([own()], "Suggest", "RemediationPolicy/own"),
    "a namespace alone can say less": Case([own("Observe")], "Observe", "RemediationPolicy/own"),
    "a namespace can narrow the cluster's policy": Case(
        [cluster("Auto"), own("Approve")], "Approve", "RemediationPolicy/own"
    ),
    "a namespace cannot widen the cluster's policy": Case(
        [cluster("Approve"), own("Auto")], "Approve", "RemediationPolicy/own"
    ),
    "a namespace cannot widen what the cluster only observes": Case(
        [cluster("Observe"), own("Auto")], "Observe", "RemediationPolicy/own"
    ),
    "another namespace's policy says nothing": Case(
        [cluster(), own("Observe", namespace="other")], "Auto", "ClusterRemediationPolicy/cluster"
    ),
    "the higher priority wins": Case(
        [cluster("Auto", "a", priority=1), cluster("Observe", "b", priority=0)],
        "Auto",
        "ClusterRemediationPolicy/a",
    ),
    "between equals the stricter mode wins": Case(
        [cluster("Auto", "a"), cluster("Approve", "b")], "Approve", "ClusterRemediationPolicy/b"
    ),
    "between equals of one mode the name decides": Case(
        [cluster("Auto", "b"), cluster("Auto", "a")], "Auto", "ClusterRemediationPolicy/a"
    ),
    "a namespace's priority does not beat the cluster": Case(
        [cluster("Approve"), own("Auto", priority=1000)], "Approve", "RemediationPolicy/own"
    ),
    "between a namespace's equals the stricter mode wins": Case(
        [cluster(), own("Auto", "a"), own("Observe", "b")], "Observe", "RemediationPolicy/b"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_who_rules(case: Case) -> None:
    for policies in (case.policies, case.policies[::-1]):
        found = ruled(*policies)
        assert (found.mode, found.policy) == (case.mode, case.policy)
        assert found.reason


SELECTORS = {
    "an empty selector selects everything": ({}, True),
    "its cause": ({"causes": (CAUSE,)}, True),
    "another cause": ({"causes": ("DiskFull",)}, False),
    "its namespace": (selecting(namespaces=("team", "x")), True),
    "another namespace": (selecting(namespaces=("x",)), False),
    "its namespace is excluded": (selecting(excluded_namespaces=("team",)), False),
    "another namespace is excluded": (selecting(excluded_namespaces=("kube-system",)), True),
    "its namespace is named and excluded": (
        selecting(namespaces=("team",), excluded_namespaces=("team",)),
        False,
    ),
    "its kind": (selecting(kinds=("DaemonSet",)), True),
    "another kind": (selecting(kinds=("Deployment",)), False),
    "its name": (selecting(names=("agent",)), True),
    "another name": (selecting(names=("agent2",)), False),
    "its labels": (selecting(labels=LabelSelector(match_labels={"app": "agent"})), True),
    "other labels": (selecting(labels=LabelSelector(match_labels={"app": "x"})), False),
    "all but one of several conditions": (
        selecting(namespaces=("team",), kinds=("DaemonSet",), names=("x",)),
        False,
    ),
}


@pytest.mark.parametrize(("spec", "selected"), SELECTORS.values(), ids=SELECTORS.keys())
def test_a_policy_selects_by(spec: dict[str, Any], selected: bool) -> None:
    expected = "ClusterRemediationPolicy/cluster" if selected else ""
    assert ruled(cluster(**spec)).policy == expected


def labels(operator: str, *values: str, key: str = "app") -> LabelSelector:
    return LabelSelector(
        match_expressions=({"key": key, "operator": operator, "values": list(values)},)
    )


LABELS = {
    "In, among the values": (labels("In", "x", "agent"), True),
    "In, not among the values": (labels("In", "x"), False),
    "In, without the label": (labels("In", "x", key="gone"), False),
    "NotIn, among the values": (labels("NotIn", "agent"), False),
    "NotIn, not among the values": (labels("NotIn", "x"), True),
    "NotIn, without the label": (labels("NotIn", "x", key="gone"), True),
    "Exists, with the label": (labels("Exists"), True),
    "Exists, without the label": (labels("Exists", key="gone"), False),
    "DoesNotExist, with the label": (labels("DoesNotExist"), False),
    "DoesNotExist, without the label": (labels("DoesNotExist", key="gone"), True),
    "an operator nobody knows": (labels("Near", "agent"), False),
    "an expression without an operator": (
        LabelSelector(match_expressions=({"key": "app"},)),
        False,
    ),
    "In without values": (
        LabelSelector(match_expressions=({"key": "app", "operator": "In", "values": None},)),
        False,
    ),
    "two expressions, one fails": (
        LabelSelector(
            match_expressions=(
                {"key": "app", "operator": "Exists"},
                {"key": "tier", "operator": "DoesNotExist"},
            )
        ),
        False,
    ),
    "a label that holds, an expression that fails": (
        LabelSelector(
            match_labels={"app": "agent"},
            match_expressions=({"key": "app", "operator": "DoesNotExist"},),
        ),
        False,
    ),
    "nothing at all": (LabelSelector(), True),
}


@pytest.mark.parametrize(("selector", "expected"), LABELS.values(), ids=LABELS.keys())
def test_labels_match_as_in_kubernetes(selector: LabelSelector, expected: bool) -> None:
    assert labels_match(selector, WORKLOAD.metadata.labels) is expected


CONFIDENCES = {
    "Auto, sure enough": ([cluster("Auto")], 0.90, "Auto"),
    "Auto, not sure enough": ([cluster("Auto")], 0.89, "Suggest"),
    "Approve, not sure enough": ([cluster("Approve")], 0.5, "Suggest"),
    "Observe, not sure enough, stays Observe": ([cluster("Observe")], 0.1, "Observe"),
    "Suggest needs no confidence": ([cluster("Suggest")], 0.0, "Suggest"),
    "a lower bar of the cluster's": ([cluster("Auto", min_confidence="0.5")], 0.6, "Auto"),
    "a higher bar of the namespace's": (
        [cluster("Auto"), own("Auto", min_confidence="0.99")],
        0.97,
        "Suggest",
    ),
    "a lower bar of the namespace's does not help": (
        [cluster("Auto"), own("Auto", min_confidence="0.1")],
        0.5,
        "Suggest",
    ),
}


@pytest.mark.parametrize(
    ("policies", "confidence", "mode"), CONFIDENCES.values(), ids=CONFIDENCES.keys()
)
def test_how_sure_the_doctor_must_be(policies: list[Policy], confidence: float, mode: str) -> None:
    assert ruled(*policies, confidence=confidence).mode == mode


def choices(*names: str) -> tuple[RemedyChoice, ...]:
    return tuple(RemedyChoice(name=name) for name in names)


REMEDIES = {
    "none named means all": (None, (), ()),
    "the cluster's choice in its order": (("B", "A"), (), ("B", "A")),
    "the namespace chooses among them": (("B", "A"), ("A",), ("A",)),
    "what the cluster does not name is left out": (("A",), ("A", "C"), ("A",)),
    "the namespace's choice where the cluster names none": ((), ("C",), ("C",)),
    "the namespace's choice without a cluster policy": (None, ("C",), ("C",)),
}


@pytest.mark.parametrize(
    ("of_cluster", "of_namespace", "expected"), REMEDIES.values(), ids=REMEDIES.keys()
)
def test_which_remedies_may_be_chosen(
    of_cluster: tuple[str, ...] | None, of_namespace: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    policies = [own(remedies=choices(*of_namespace))]
    if of_cluster is not None:
        policies.append(cluster(remedies=choices(*of_cluster)))
    assert ruled(*policies).remedies == expected


def test_a_namespace_that_chooses_only_what_is_not_allowed_gets_nothing() -> None:
    found = ruled(cluster(remedies=choices("A")), own(remedies=choices("C")))
    assert (found.mode, found.remedies) == ("Observe", ())


GUARDS = st.builds(
    Guards,
    max_attempts=st.integers(0, 9),
    cooldown_seconds=st.integers(0, 900),
    max_concurrent=st.integers(0, 9),
    max_concurrent_per_namespace=st.integers(0, 9),
    max_healthy_pods_restarted=st.integers(0, 9),
)
SPECS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(MODES),
        "priority": st.integers(0, 3),
        "guards": GUARDS,
        "git_ops": st.sampled_from(["Suggest", "Apply"]),
        "approval_expiry_seconds": st.integers(60, 900),
        "min_confidence": st.sampled_from(["0.5", "0.9", "0.99"]),
        "verification": st.builds(Verification, min_window_seconds=st.integers(1, 99)),
    }
)


@given(SPECS, st.lists(SPECS, max_size=3), st.sampled_from([0.4, 0.6, 0.95, 1.0]))
def test_whatever_namespaces_write_nothing_gets_wider_than_the_cluster_allows(
    of_cluster: dict[str, Any], of_namespace: list[dict[str, Any]], confidence: float
) -> None:
    ceiling = ruled(cluster(**of_cluster), confidence=confidence)
    found = ruled(
        cluster(**of_cluster),
        *(own(name=f"own-{n}", **spec) for n, spec in enumerate(of_namespace)),
        confidence=confidence,
    )
    assert MODES.index(found.mode) <= MODES.index(ceiling.mode)
    mine, theirs = found.guards, ceiling.guards
    assert mine.max_attempts <= theirs.max_attempts
    assert mine.cooldown_seconds >= theirs.cooldown_seconds
    assert mine.max_concurrent <= theirs.max_concurrent
    assert mine.max_concurrent_per_namespace <= theirs.max_concurrent_per_namespace
    assert mine.max_healthy_pods_restarted <= theirs.max_healthy_pods_restarted
    assert found.approval_expiry_seconds <= ceiling.approval_expiry_seconds
    assert ceiling.git_ops == "Apply" or found.git_ops == "Suggest"
    assert found.verification == ceiling.verification


@given(st.lists(SPECS, max_size=3))
def test_without_a_cluster_policy_no_namespace_gets_further_than_suggest(
    specs: list[dict[str, Any]],
) -> None:
    found = ruled(*(own(name=f"own-{n}", **spec) for n, spec in enumerate(specs)), confidence=1.0)
    assert found.mode in ("Observe", "Suggest")
    assert found.guards.max_healthy_pods_restarted == DEFAULT.guards.max_healthy_pods_restarted
    assert found.git_ops == "Suggest"
