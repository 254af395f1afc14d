"""The store: the newer version of an object wins, whoever brings it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from api_server import ApiServer, refuses, says

from crashloop_doctor.api.v1alpha1 import KINDS, Diagnosis
from crashloop_doctor.cluster.client import ApiError, Client
from crashloop_doctor.cluster.store import Store

GROUP = "/apis/crashloop-doctor.io/v1alpha1"
KEY = ("shop", "web-1a2b3")


def diagnosis(version: str, state: str = "Active", uid: str = "u-1") -> dict[str, Any]:
    return {
        "apiVersion": "crashloop-doctor.io/v1alpha1",
        "kind": "Diagnosis",
        "metadata": {"name": KEY[1], "namespace": KEY[0], "uid": uid, "resourceVersion": version},
        "spec": {
            "workload": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "w"},
            "container": "app",
            "cause": "StaleUnixSocket",
        },
        "status": {"state": state, "fieldOfALaterVersion": True},
    }


def remediation(name: str, created: str, of: str = KEY[1], where: str = "shop") -> dict[str, Any]:
    return {
        "metadata": {
            "name": name,
            "namespace": where,
            "uid": name,
            "resourceVersion": "1",
            "creationTimestamp": created,
        },
        "spec": {
            "diagnosis": of,
            "workload": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "w"},
            "container": "app",
            "cause": "StaleUnixSocket",
            "remedy": "RemoveStaleSocket",
            "attempt": 1,
            "changeClass": "Addition",
            "healthyPodsRestarted": 0,
            "digest": "sha256:0",
            "templateHash": "sha256:1",
            "actions": [],
            "mode": "Suggest",
        },
    }


def state_in(store: Store) -> str:
    found = store.diagnosis(KEY)
    assert found is not None
    return found.status.state


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        pytest.param("9", "10", "second", id="newer, and not by the alphabet"),
        pytest.param("10", "9", "first", id="stale"),
        pytest.param("10", "10", "second", id="the same"),
        pytest.param("abc", "abb", "second", id="opaque: the last word counts"),
    ],
)
def test_a_stale_version_never_replaces_a_newer_one(first: str, second: str, stays: str) -> None:
    store = Store()
    assert store.put("Diagnosis", diagnosis(first, "first")) == KEY
    taken = store.put("Diagnosis", diagnosis(second, "second"))
    assert taken == (KEY if stays == "second" else None)
    assert state_in(store) == stays


def test_an_object_created_anew_replaces_the_old_one() -> None:
    store = Store()
    store.put("Diagnosis", diagnosis("100", "old", uid="u-1"))
    store.put("Diagnosis", diagnosis("7", "new", uid="u-2"))
    assert state_in(store) == "new"


def test_an_unreadable_object_is_said_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    store = Store()
    broken = diagnosis("1")
    del broken["spec"]["cause"]
    with caplog.at_level(logging.ERROR):
        assert store.put("Diagnosis", broken) is None
    assert store.diagnosis(KEY) is None
    (record,) = caplog.records
    assert "cannot be read" in record.message
    assert record.__dict__["object"] == KEY[1]


def test_removing_what_is_not_there_is_fine() -> None:
    store = Store()
    store.remove("Diagnosis", KEY)
    store.put("Diagnosis", diagnosis("1"))
    store.remove("Diagnosis", KEY)
    assert store.diagnosis(KEY) is None


def test_removing_one_leaves_its_successor_of_the_same_name() -> None:
    """The watch tells of the old one's end after our own write of the new one."""
    store = Store()
    store.put("Diagnosis", diagnosis("2", uid="u-2"))
    store.remove("Diagnosis", KEY, "u-1")
    assert store.diagnosis(KEY) is not None
    store.remove("Diagnosis", KEY, "u-2")
    assert store.diagnosis(KEY) is None


def rule(name: str, mode: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "uid": name, "resourceVersion": "1"}, "spec": {"mode": mode}}


async def test_policies_read_anew_forget_those_that_are_gone(
    server: ApiServer, client: Client
) -> None:
    store = Store()
    store.put("ClusterRemediationPolicy", rule("gone", "Auto"))
    own = rule("gone-too", "Auto")
    own["metadata"]["namespace"] = "shop"
    store.put("RemediationPolicy", own)
    store.put("Diagnosis", diagnosis("1"))
    server.on("GET", f"{GROUP}/remediationpolicies", says({"items": []}))
    server.on(
        "GET", f"{GROUP}/clusterremediationpolicies", says({"items": [rule("new", "Observe")]})
    )
    await store.refresh_policies(client)
    assert [p.metadata.name for p in store.policies()] == ["new"]
    assert store.diagnosis(KEY) is not None


async def test_policies_that_cannot_be_read_are_kept(server: ApiServer, client: Client) -> None:
    store = Store()
    store.put("ClusterRemediationPolicy", rule("p", "Auto"))
    server.on("GET", f"{GROUP}/clusterremediationpolicies", refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        await store.refresh_policies(client)
    assert [p.metadata.name for p in store.policies()] == ["p"]


def test_a_diagnosis_knows_its_remediations_oldest_first() -> None:
    store = Store()
    store.put("Diagnosis", diagnosis("1"))
    store.put("Remediation", remediation("b", "2026-11-21T09:02:00Z"))
    store.put("Remediation", remediation("a", "2026-11-21T09:01:00Z"))
    store.put("Remediation", remediation("c", "2026-11-21T09:00:00Z", of="another"))
    store.put("Remediation", remediation("d", "2026-11-21T09:00:00Z", where="elsewhere"))
    found = store.diagnosis(KEY)
    assert isinstance(found, Diagnosis)
    assert [r.metadata.name for r in store.remediations_of(found)] == ["a", "b"]
    assert len(store.remediations()) == 4


async def test_everything_is_read_at_the_start(server: ApiServer, client: Client) -> None:
    for kind in KINDS:
        server.on("GET", f"{GROUP}/{kind.plural}", says({"items": []}))
    server.on("GET", f"{GROUP}/diagnoses", says({"items": [diagnosis("1")]}))
    policy = {"metadata": {"name": "p", "resourceVersion": "1"}, "spec": {"mode": "Observe"}}
    server.on("GET", f"{GROUP}/clusterremediationpolicies", says({"items": [policy]}))
    store = Store()
    await store.prime(client)
    assert state_in(store) == "Active"
    assert [p.spec.mode for p in store.policies()] == ["Observe"]
    assert sorted(a.path for a in server.asked) == sorted(f"{GROUP}/{k.plural}" for k in KINDS)


async def test_without_the_crds_the_start_fails(server: ApiServer, client: Client) -> None:
    """404 of a list is no empty list: budgets would be forgotten."""
    for kind in KINDS:
        server.on("GET", f"{GROUP}/{kind.plural}", says({"items": []}))
    server.on(
        "GET", f"{GROUP}/remediations", refuses(404, "NotFound", "the server could not find it")
    )
    with pytest.raises(ApiError) as caught:
        await Store().prime(client)
    assert caught.value.status == 404
