"""Sending a plan: dry run first, never by force, and a refusal with the server's words."""

from __future__ import annotations

import pytest
from api_server import Answer, ApiServer, drops, refuses, says

from crashloop_doctor.api.v1alpha1 import ActionSpec
from crashloop_doctor.cluster import applying
from crashloop_doctor.cluster.client import ApiError, Client
from crashloop_doctor.remedies.plan import APPLY, STRATEGIC_MERGE

DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/web"
SIDECAR = ActionSpec(
    api_version="apps/v1",
    kind="Deployment",
    name="web",
    uid="w-1",
    content_type=APPLY,
    body='{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","uid":"w-1"}}',
)


def first_aid(name: str) -> ActionSpec:
    return ActionSpec(
        api_version="v1",
        kind="Pod",
        name=name,
        uid=f"u-{name}",
        content_type=STRATEGIC_MERGE,
        body='{"spec":{"ephemeralContainers":[]}}',
        subresource="ephemeralcontainers",
    )


def pod_path(name: str) -> str:
    return f"/api/v1/namespaces/shop/pods/{name}/ephemeralcontainers"


NO_RIGHT = refuses(
    403,
    "Forbidden",
    'deployments.apps "web" is forbidden: User "system:serviceaccount:doctor:doctor" cannot patch'
    ' resource "deployments" in API group "apps" in the namespace "shop"',
)
WEBHOOK = refuses(
    403, "Forbidden", 'admission webhook "policy.example.com" denied the request: no sidecars here'
)
QUOTA = refuses(403, "Forbidden", 'deployments.apps "web" is forbidden: exceeded quota: memory')
CONFLICT = refuses(
    409, "Conflict", 'Apply failed with 1 conflict: conflict with "argocd": .spec.template'
)
INVALID = refuses(422, "Invalid", "spec.template.spec.initContainers[0].image: Required value")


async def test_a_dry_run_changes_nothing_and_forces_nothing(
    server: ApiServer, client: Client
) -> None:
    server.on("PATCH", DEPLOYMENT, says({}))
    result = await applying.validate(client, "shop", (SIDECAR,))
    assert (result.status, result.reason) == ("True", "DryRunPassed")
    (asked,) = server.asked
    assert asked.query == {"fieldManager": "crashloop-doctor", "force": "false", "dryRun": "All"}
    assert asked.headers["Content-Type"] == "application/apply-patch+yaml"
    assert asked.body.decode() == SIDECAR.body


async def test_for_real_means_without_dry_run_and_still_not_by_force(
    server: ApiServer, client: Client
) -> None:
    server.on("PATCH", DEPLOYMENT, says({}))
    await applying.carry_out(client, "shop", (SIDECAR,))
    assert server.asked[0].query == {"fieldManager": "crashloop-doctor", "force": "false"}


async def test_first_aid_goes_to_the_subresource(server: ApiServer, client: Client) -> None:
    server.on("PATCH", pod_path("a"), says({}))
    await applying.carry_out(client, "shop", (first_aid("a"),))
    (asked,) = server.asked
    assert asked.query == {"fieldManager": "crashloop-doctor"}
    assert asked.headers["Content-Type"] == "application/strategic-merge-patch+json"


@pytest.mark.parametrize(
    ("answer", "status", "reason", "words"),
    [
        pytest.param(NO_RIGHT, "Unknown", "NoRight", "cannot patch resource", id="RBAC"),
        pytest.param(WEBHOOK, "False", "Forbidden", "no sidecars here", id="a webhook"),
        pytest.param(QUOTA, "False", "Forbidden", "exceeded quota", id="a quota"),
        pytest.param(CONFLICT, "False", "Conflict", 'conflict with "argocd"', id="a conflict"),
        pytest.param(INVALID, "False", "Invalid", "Required value", id="an invalid object"),
        pytest.param(refuses(404, "NotFound", "not found"), "False", "NotFound", "", id="gone"),
        pytest.param(
            refuses(400, "no such thing, sorry!", "denied"), "False", "Refused", "denied", id="400"
        ),
        pytest.param(
            refuses(403, "no sidecars here, please!", "denied"),
            "False",
            "Forbidden",
            "no sidecars here, please!",
            id="a webhook with words of its own",
        ),
    ],
)
async def test_what_the_server_says_of_a_plan(
    server: ApiServer, client: Client, answer: Answer, status: str, reason: str, words: str
) -> None:
    server.on("PATCH", DEPLOYMENT, answer)
    result = await applying.validate(client, "shop", (SIDECAR,))
    assert (result.status, result.reason) == (status, reason)
    assert words in result.message
    assert len(server.asked) == 1


async def test_long_words_are_cut_to_what_a_condition_holds(
    server: ApiServer, client: Client
) -> None:
    server.on("PATCH", DEPLOYMENT, refuses(422, "Invalid", "w" * 9000))
    result = await applying.validate(client, "shop", (SIDECAR,))
    assert len(result.message) == 1024


@pytest.mark.parametrize(
    "fault",
    [
        refuses(401, "Unauthorized", "Unauthorized"),
        refuses(429, "TooManyRequests", ""),
        refuses(500, "InternalError", "failed calling webhook: timeout"),
        refuses(503, "ServiceUnavailable", ""),
        drops(),
    ],
)
async def test_a_passing_fault_says_nothing_of_the_plan(
    server: ApiServer, client: Client, fault: Answer
) -> None:
    server.on("PATCH", DEPLOYMENT, fault)
    with pytest.raises(ApiError):
        await applying.validate(client, "shop", (SIDECAR,))


async def test_every_action_is_tried_and_the_first_refusal_counts(
    server: ApiServer, client: Client
) -> None:
    server.on("PATCH", pod_path("a"), says({}))
    server.on("PATCH", pod_path("b"), INVALID)
    server.on("PATCH", pod_path("c"), says({}))
    plan = tuple(first_aid(name) for name in "abc")
    result = await applying.validate(client, "shop", plan)
    assert result.status == "False"
    assert [a.path for a in server.asked] == [pod_path("a"), pod_path("b")]


@pytest.mark.parametrize(
    "answer",
    [refuses(404, "NotFound", "not found"), refuses(409, "Conflict", "UID differs"), WEBHOOK],
)
async def test_a_pod_that_is_refused_does_not_keep_the_others_from_their_cure(
    server: ApiServer, client: Client, answer: Answer
) -> None:
    server.on("PATCH", pod_path("a"), answer)
    server.on("PATCH", pod_path("b"), says({}))
    await applying.carry_out(client, "shop", (first_aid("a"), first_aid("b")))
    assert [a.path for a in server.asked] == [pod_path("a"), pod_path("b")]


@pytest.mark.parametrize(
    ("plan", "path", "answer"),
    [
        pytest.param((SIDECAR,), DEPLOYMENT, CONFLICT, id="a conflict on the owner"),
        pytest.param((SIDECAR,), DEPLOYMENT, NO_RIGHT, id="no right"),
        pytest.param(
            (first_aid("a"),),
            pod_path("a"),
            refuses(404, "NotFound", "not found"),
            id="the only pod is gone",
        ),
        pytest.param((first_aid("a"),), pod_path("a"), WEBHOOK, id="a webhook on the only pod"),
    ],
)
async def test_a_refusal_is_raised_and_not_sent_again(
    server: ApiServer, client: Client, plan: tuple[ActionSpec, ...], path: str, answer: Answer
) -> None:
    server.on("PATCH", path, answer)
    with pytest.raises(ApiError):
        await applying.carry_out(client, "shop", plan)
    assert len(server.asked) == 1
