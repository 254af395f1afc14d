"""Is an approval guarded? Anything but a clear yes is a no."""

from __future__ import annotations

from typing import Any

import pytest
from api_server import Answer, ApiServer, drops, refuses, says

from crashloop_doctor.cluster import approval_policy
from crashloop_doctor.cluster.approval_policy import ApprovalPolicy
from crashloop_doctor.cluster.client import ApiError, Client

NAME = "crashloop-doctor-approval"
GROUP = "/apis/admissionregistration.k8s.io/v1"
POLICY = f"{GROUP}/validatingadmissionpolicies/{NAME}"
BINDING = f"{GROUP}/validatingadmissionpolicybindings/{NAME}"


RULE = {
    "apiGroups": ["crashloop-doctor.io"],
    "apiVersions": ["*"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["diagnoses", "diagnoses/status", "remediations", "remediations/status"],
    "scope": "*",
}
# As the API server completes them.
MATCH: dict[str, Any] = {"resourceRules": [RULE], "matchPolicy": "Equivalent"}
MATCH |= {"namespaceSelector": {}, "objectSelector": {}}
SPEC = {
    "failurePolicy": "Fail",
    "matchConstraints": MATCH,
    "validations": [{"expression": "variables.isOperator"}],
}


def policy(**spec: Any) -> Answer:
    return says({"spec": {**SPEC, **spec}})


def narrowed(**match: Any) -> Answer:
    return policy(matchConstraints={**MATCH, **match})


def ruled(**rule: Any) -> Answer:
    return narrowed(resourceRules=[{**RULE, **rule}])


def binding(**spec: Any) -> Answer:
    return says({"spec": {"policyName": NAME, "validationActions": ["Deny"], **spec}})


async def enforced(server: ApiServer, client: Client, policy: Answer, binding: Answer) -> bool:
    server.on("GET", POLICY, policy)
    server.on("GET", BINDING, binding)
    return await ApprovalPolicy(client, NAME).enforced()


@pytest.mark.parametrize(
    ("policy", "binding"),
    [
        pytest.param(policy(), binding(), id="as the chart writes it"),
        pytest.param(policy(), binding(validationActions=["Audit", "Deny"]), id="audited too"),
        pytest.param(ruled(operations=["*"]), binding(), id="every operation"),
    ],
)
async def test_a_clear_yes(
    server: ApiServer, client: Client, policy: Answer, binding: Answer
) -> None:
    assert await enforced(server, client, policy, binding) is True


GONE = refuses(404, "NotFound", "not found")
FORBIDDEN = refuses(403, "Forbidden", "cannot get resource")


@pytest.mark.parametrize(
    ("policy", "binding"),
    [
        pytest.param(GONE, GONE, id="neither"),
        pytest.param(GONE, binding(), id="no policy"),
        pytest.param(policy(), GONE, id="no binding"),
        pytest.param(policy(failurePolicy="Ignore"), binding(), id="errors are ignored"),
        pytest.param(policy(failurePolicy=""), binding(), id="empty failure policy"),
        pytest.param(policy(validations=[]), binding(), id="nothing is validated"),
        pytest.param(policy(matchConditions=[{"name": "x"}]), binding(), id="on a condition"),
        pytest.param(says({"spec": {}}), binding(), id="an empty policy"),
        pytest.param(narrowed(resourceRules=[]), binding(), id="no rule"),
        pytest.param(narrowed(excludeResourceRules=[RULE]), binding(), id="excluded again"),
        pytest.param(
            narrowed(namespaceSelector={"matchLabels": {"a": "b"}}), binding(), id="some namespaces"
        ),
        pytest.param(
            narrowed(objectSelector={"matchLabels": {"a": "b"}}), binding(), id="some objects"
        ),
        pytest.param(ruled(apiGroups=["apps"]), binding(), id="another group"),
        pytest.param(ruled(resources=["diagnoses"]), binding(), id="another resource"),
        pytest.param(ruled(operations=["CREATE"]), binding(), id="only on creation"),
        pytest.param(ruled(resourceNames=["a"]), binding(), id="only some names"),
        pytest.param(
            policy(),
            binding(matchResources={"namespaceSelector": {"matchLabels": {"a": "b"}}}),
            id="bound in some namespaces",
        ),
        pytest.param(policy(), binding(validationActions=["Warn"]), id="only warned"),
        pytest.param(policy(), binding(validationActions=["Audit"]), id="only audited"),
        pytest.param(policy(), binding(validationActions=[]), id="no action"),
        pytest.param(policy(), binding(validationActions=None), id="null action"),
        pytest.param(policy(), binding(validationActions="Deny"), id="action of a wrong type"),
        pytest.param(policy(), binding(policyName="another"), id="bound to another policy"),
        pytest.param(policy(), says({}), id="a binding of nothing"),
        pytest.param(FORBIDDEN, binding(), id="no right to read the policy"),
        pytest.param(policy(), FORBIDDEN, id="no right to read the binding"),
        pytest.param(says({"spec": None}), binding(), id="null spec"),
        pytest.param(says(b"<html>hello</html>"), binding(), id="a proxy's page"),
    ],
)
async def test_anything_else_is_a_no(
    server: ApiServer, client: Client, policy: Answer, binding: Answer
) -> None:
    assert await enforced(server, client, policy, binding) is False


async def test_a_server_that_cannot_be_reached_is_no_answer(
    server: ApiServer, client: Client
) -> None:
    # A no would be remembered with the approval for ever.
    with pytest.raises(ApiError):
        await enforced(server, client, drops(), binding())


async def test_an_answer_is_kept_for_a_while_and_then_asked_for_again(
    server: ApiServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.on("GET", POLICY, policy())
    server.on("GET", BINDING, binding())
    asked = ApprovalPolicy(client, NAME)
    assert await asked.enforced()
    assert await asked.enforced()
    assert len(server.asked) == 2
    server.on("GET", BINDING, GONE)
    assert await asked.enforced()
    monkeypatch.setattr(approval_policy, "CACHE_SECONDS", 0.0)
    assert not await asked.enforced()
