"""What the chart lets the operator and people do, as sentences."""

from __future__ import annotations

from typing import Any

import pytest
from rendered_chart import NAMESPACE, enabled, of_kind, only, rendered

WRITES = {"create", "update", "patch", "delete", "deletecollection", "*"}
ALL_REMEDIES = enabled("remedies.removeStaleSocket.enabled", "remedies.injectSocketJanitor.enabled")

Object = dict[str, Any]


def sentences(role: Object) -> set[str]:
    """A role's rules, one resource a sentence: `get, list pods` or `get leases in coordination.k8s.io`."""
    said = set()
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                sentence = f"{', '.join(rule['verbs'])} {resource}"
                sentence += f" in {group}" if group else ""
                names = rule.get("resourceNames")
                said.add(sentence + (f" named {', '.join(names)}" if names else ""))
    return said


def roles(*args: str) -> dict[str, Object]:
    return {role["metadata"]["name"]: role for role in of_kind("ClusterRole", *args)}


def roles_of_the_operator(*args: str) -> list[Object]:
    """Those that a binding gives to the operator's service account."""
    account = only("ServiceAccount", *args)["metadata"]["name"]
    by_name = roles(*args)
    bound = []
    for binding in of_kind("ClusterRoleBinding", *args):
        (subject,) = binding["subjects"]
        assert subject == {"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}
        bound.append(by_name[binding["roleRef"]["name"]])
    return bound


def test_diagnosing_needs_exactly_this() -> None:
    (role,) = roles_of_the_operator()

    kept_up = "get, list, watch, create, patch, update, delete"
    assert sentences(role) == {
        "get, list, watch pods",
        "get pods/log",
        "get, list, watch, create, patch events",
        "get, list nodes",
        "get deployments in apps",
        "get statefulsets in apps",
        "get daemonsets in apps",
        "get replicasets in apps",
        "get jobs in batch",
        "get cronjobs in batch",
        "get, list, watch failuresignatures in crashloop-doctor.io",
        "get, list, watch remediationpolicies in crashloop-doctor.io",
        "get, list, watch clusterremediationpolicies in crashloop-doctor.io",
        f"{kept_up} diagnoses in crashloop-doctor.io",
        f"{kept_up} remediations in crashloop-doctor.io",
        "get, patch, update failuresignatures/status in crashloop-doctor.io",
        "get, patch, update remediationpolicies/status in crashloop-doctor.io",
        "get, patch, update clusterremediationpolicies/status in crashloop-doctor.io",
        "get, patch, update diagnoses/status in crashloop-doctor.io",
        "get, patch, update remediations/status in crashloop-doctor.io",
        "get validatingadmissionpolicies in admissionregistration.k8s.io"
        " named crashloop-doctor-approval",
        "get validatingadmissionpolicybindings in admissionregistration.k8s.io"
        " named crashloop-doctor-approval",
    }


def test_by_default_it_writes_nothing_but_events_and_its_own_kinds() -> None:
    for role in roles_of_the_operator():
        for rule in role["rules"]:
            if set(rule["verbs"]) & WRITES and rule["apiGroups"] != ["crashloop-doctor.io"]:
                assert (rule["apiGroups"], rule["resources"]) == ([""], ["events"])


@pytest.mark.parametrize(
    ("switch", "right"),
    [
        ("remedies.removeStaleSocket.enabled", {"get, patch, update pods/ephemeralcontainers"}),
        (
            "remedies.injectSocketJanitor.enabled",
            {
                "patch deployments in apps",
                "patch statefulsets in apps",
                "patch daemonsets in apps",
            },
        ),
    ],
)
def test_a_remedy_brings_its_own_right_and_no_other(switch: str, right: set[str]) -> None:
    before = set().union(*map(sentences, roles_of_the_operator()))
    after = set().union(*map(sentences, roles_of_the_operator(*enabled(switch))))

    assert after - before == right
    assert len(roles_of_the_operator(*enabled(switch))) == 2, "each remedy has a role of its own"


@pytest.mark.parametrize("args", [(), ALL_REMEDIES], ids=["by default", "with every remedy"])
def test_nobody_gets_wildcards_or_secrets_or_the_means_to_get_more(args: tuple[str, ...]) -> None:
    for role in of_kind("ClusterRole", *args) + of_kind("Role", *args):
        for rule in role["rules"]:
            spoken = {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}
            assert not spoken & {
                "*", "secrets", "configmaps", "escalate", "bind", "impersonate", "pods/exec",
                "pods/attach", "serviceaccounts/token", "clusterroles", "roles", "nodes/proxy",
            }  # fmt: skip
            if set(rule["verbs"]) & WRITES:
                assert "pods" not in rule["resources"], "pods are never deleted or made"


@pytest.mark.parametrize("args", [(), ALL_REMEDIES], ids=["by default", "with every remedy"])
def test_the_operator_may_neither_approve_nor_write_its_own_policies(args: tuple[str, ...]) -> None:
    for role in roles_of_the_operator(*args):
        for rule in role["rules"]:
            assert "approve" not in rule["verbs"]
            if set(rule["verbs"]) & WRITES:
                assert not set(rule["resources"]) & {
                    "failuresignatures",
                    "remediationpolicies",
                    "clusterremediationpolicies",
                }


PEOPLE = {
    "crashloop-doctor-view": {
        f"get, list, watch {kind} in crashloop-doctor.io"
        for kind in (
            "diagnoses", "remediations", "remediationpolicies", "clusterremediationpolicies",
            "failuresignatures",
        )
    },
    "crashloop-doctor-edit": {
        "patch, update diagnoses in crashloop-doctor.io",
        "create, patch, update, delete remediationpolicies in crashloop-doctor.io",
    },
    "crashloop-doctor-approver": {
        "get, list, watch diagnoses in crashloop-doctor.io",
        "get, list, watch, patch, update, approve remediations in crashloop-doctor.io",
    },
    "crashloop-doctor-policy-admin": {
        f"get, list, watch, create, patch, update, delete {kind} in crashloop-doctor.io"
        for kind in ("clusterremediationpolicies", "failuresignatures")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_people_with_the_role_may_do_exactly_this(name: str) -> None:
    assert sentences(roles()[name]) == PEOPLE[name]


@pytest.mark.parametrize(
    ("name", "into"),
    [
        ("crashloop-doctor-view", {"view", "edit", "admin"}),
        ("crashloop-doctor-edit", {"edit", "admin"}),
        ("crashloop-doctor-approver", set()),
        ("crashloop-doctor-policy-admin", set()),
    ],
)
def test_a_role_reaches_people_through_no_other_role_than(name: str, into: set[str]) -> None:
    labels = roles()[name]["metadata"]["labels"]
    prefix = "rbac.authorization.k8s.io/aggregate-to-"

    assert {key.removeprefix(prefix) for key in labels if key.startswith(prefix)} == into


def test_only_the_approver_role_holds_the_verb_approve() -> None:
    holders = [
        name
        for name, role in roles(*ALL_REMEDIES).items()
        if any("approve" in rule["verbs"] for rule in role["rules"])
    ]

    assert holders == ["crashloop-doctor-approver"]


def test_roles_for_people_can_be_left_out() -> None:
    assert set(roles("--set=rbac.userRoles=false")) == {"crashloop-doctor"}


def test_a_service_account_of_ones_own_gets_the_rights() -> None:
    args = ("--set=serviceAccount.create=false,serviceAccount.name=mine",)

    assert of_kind("ServiceAccount", *args) == []
    (binding,) = of_kind("ClusterRoleBinding", *args)
    assert binding["subjects"][0]["name"] == "mine"
    assert only("Deployment", *args)["spec"]["template"]["spec"]["serviceAccountName"] == "mine"


# What the rules of the policy do is tested on a real server, in tests/e2e/test_crds_on_a_real_server.py.


def test_the_approval_policy_fails_closed_and_denies() -> None:
    policy = only("ValidatingAdmissionPolicy")
    binding = only("ValidatingAdmissionPolicyBinding")

    assert policy["spec"]["failurePolicy"] == "Fail"
    assert binding["spec"]["policyName"] == policy["metadata"]["name"]
    assert binding["spec"]["validationActions"] == ["Deny"]
    assert "matchResources" not in binding["spec"], "no namespace escapes it"


def test_the_approval_policy_never_stands_in_the_way_of_deleting() -> None:
    (rule,) = only("ValidatingAdmissionPolicy")["spec"]["matchConstraints"]["resourceRules"]

    assert rule["operations"] == ["CREATE", "UPDATE"]
    assert set(rule["resources"]) == {
        "diagnoses", "diagnoses/status", "remediations", "remediations/status",
    }  # fmt: skip


def test_the_operator_is_told_the_name_of_the_policy_whatever_the_release_is_called() -> None:
    args = ("--set=fullnameOverride=other",)
    name = only("ValidatingAdmissionPolicy", *args)["metadata"]["name"]
    (container,) = only("Deployment", *args)["spec"]["template"]["spec"]["containers"]

    assert name == "crashloop-doctor-approval"
    assert f"--approval-policy-name={name}" in container["args"]


def test_only_the_operators_service_account_counts_as_the_operator_unless_others_are_named() -> (
    None
):
    def operators(*args: str) -> str:
        (variable,) = (
            variable["expression"]
            for variable in only("ValidatingAdmissionPolicy", *args)["spec"]["variables"]
            if variable["name"] == "isOperator"
        )
        return str(variable).partition(" in ")[2]

    own = '"system:serviceaccount:crashloop-doctor:crashloop-doctor"'
    assert operators() == f"[{own}]"
    assert operators("--set=approvalPolicy.additionalOperators={dev}") == f'[{own},"dev"]'


def test_without_the_approval_policy_nothing_is_left_of_it() -> None:
    kinds = {document["kind"] for document in rendered("--set=approvalPolicy.enabled=false")}

    assert not {kind for kind in kinds if kind.startswith("ValidatingAdmission")}
