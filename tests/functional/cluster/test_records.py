"""Our own resources on the server: created once, their status written under optimistic locking."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from api_server import ApiServer, refuses, says

from crashloop_doctor.api.v1alpha1 import (
    Diagnosis,
    DiagnosisSpec,
    DiagnosisStatus,
    WorkloadReference,
)
from crashloop_doctor.cluster.client import ApiError, Client
from crashloop_doctor.cluster.records import Conflict, Records, condition, with_condition
from crashloop_doctor.cluster.store import Store

COLLECTION = "/apis/crashloop-doctor.io/v1alpha1/namespaces/shop/diagnoses"
OBJECT = f"{COLLECTION}/web-1a2b3"
KEY = ("shop", "web-1a2b3")
CRDS = Path(__file__).parents[3] / "crds"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SPEC = DiagnosisSpec(
    workload=WorkloadReference(api_version="apps/v1", kind="Deployment", name="web", uid="w-1"),
    container="app",
    cause="StaleUnixSocket",
)


def stored(version: str = "5", status: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "apiVersion": "crashloop-doctor.io/v1alpha1",
        "kind": "Diagnosis",
        "metadata": {
            "name": KEY[1],
            "namespace": KEY[0],
            "uid": "u-1",
            "resourceVersion": version,
            "generation": 1,
        },
        "spec": msgspec.to_builtins(SPEC),
        "status": status or {},
    }


def typed(version: str = "5") -> Diagnosis:
    return msgspec.convert(stored(version), Diagnosis, strict=False)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def records(client: Client, store: Store) -> Records:
    return Records(client, store)


async def test_creating_writes_a_whole_object(
    server: ApiServer, records: Records, store: Store
) -> None:
    server.on("POST", COLLECTION, says(stored(), 201))
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "w-1"}
    created = await records.create(
        "Diagnosis", "shop", {"name": KEY[1], "ownerReferences": [owner]}, SPEC
    )
    body = server.asked[0].json
    assert (body["apiVersion"], body["kind"]) == ("crashloop-doctor.io/v1alpha1", "Diagnosis")
    assert body["metadata"] == {"name": KEY[1], "namespace": "shop", "ownerReferences": [owner]}
    assert body["spec"]["workload"]["apiVersion"] == "apps/v1"
    assert created == store.diagnosis(KEY)


async def test_creating_twice_gives_the_same_object(server: ApiServer, records: Records) -> None:
    server.on(
        "POST",
        COLLECTION,
        says(stored(), 201),
        refuses(409, "AlreadyExists", 'diagnoses "web-1a2b3" already exists'),
    )
    server.on("GET", OBJECT, says(stored()))
    first = await records.create("Diagnosis", "shop", {"name": KEY[1]}, SPEC)
    second = await records.create("Diagnosis", "shop", {"name": KEY[1]}, SPEC)
    assert first == second


async def test_creating_what_vanishes_at_that_moment_is_an_error(
    server: ApiServer, records: Records
) -> None:
    server.on("POST", COLLECTION, refuses(409, "AlreadyExists", "already exists"))
    with pytest.raises(ApiError, match="already exists"):
        await records.create("Diagnosis", "shop", {"name": KEY[1]}, SPEC)


async def test_a_refused_creation_is_an_error(server: ApiServer, records: Records) -> None:
    words = "unable to create new content in namespace shop because it is being terminated"
    server.on("POST", COLLECTION, refuses(403, "Forbidden", words))
    with pytest.raises(ApiError, match="being terminated"):
        await records.create("Diagnosis", "shop", {"name": KEY[1]}, SPEC)


async def test_a_status_is_bound_to_what_was_read(
    server: ApiServer, records: Records, store: Store
) -> None:
    server.on("PUT", f"{OBJECT}/status", says(stored("6", {"state": "Active"})))
    written = await records.write_status("Diagnosis", typed("5"), DiagnosisStatus(state="Active"))
    (asked,) = server.asked
    assert asked.json["metadata"] == {
        "name": KEY[1],
        "namespace": "shop",
        "uid": "u-1",
        "resourceVersion": "5",
    }
    assert asked.json["status"] == {"state": "Active"}
    assert written.metadata.resource_version == "6"
    assert store.diagnosis(KEY) == written


async def test_a_lost_race_is_a_conflict_and_changes_nothing_here(
    server: ApiServer, records: Records, store: Store
) -> None:
    server.on("PUT", f"{OBJECT}/status", refuses(409, "Conflict", "the object has been modified"))
    store.put("Diagnosis", stored("9", {"state": "Snoozed"}))
    with pytest.raises(Conflict, match="shop/web-1a2b3"):
        await records.write_status("Diagnosis", typed("5"), DiagnosisStatus(state="Active"))
    known = store.diagnosis(KEY)
    assert known is not None
    assert known.status.state == "Snoozed"


async def test_an_object_deleted_meanwhile_is_no_conflict(
    server: ApiServer, records: Records
) -> None:
    with pytest.raises(ApiError) as caught:
        await records.write_status("Diagnosis", typed(), DiagnosisStatus(state="Active"))
    assert caught.value.status == 404


async def test_an_answer_that_comes_late_does_not_turn_the_store_back(
    server: ApiServer, records: Records, store: Store
) -> None:
    """The watch may bring a later version before our own read's answer."""
    server.on("GET", OBJECT, says(stored("5", {"state": "Active"})))
    store.put("Diagnosis", stored("8", {"state": "Recovered"}))
    read = await records.read("Diagnosis", *KEY)
    assert read is not None
    assert read.status.state == "Active"
    known = store.diagnosis(KEY)
    assert known is not None
    assert known.status.state == "Recovered"


async def test_reading_what_is_gone_forgets_it(records: Records, store: Store) -> None:
    store.put("Diagnosis", stored())
    assert await records.read("Diagnosis", *KEY) is None
    assert store.diagnosis(KEY) is None


async def test_an_error_on_reading_is_not_gone(
    server: ApiServer, records: Records, store: Store
) -> None:
    store.put("Diagnosis", stored())
    server.on("GET", OBJECT, refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        await records.read("Diagnosis", *KEY)
    assert store.diagnosis(KEY) is not None


@pytest.mark.parametrize(
    "answer", [says({"kind": "Status", "status": "Success"}), refuses(404, "NotFound", "gone")]
)
async def test_deleting_is_done_when_it_is_gone(
    server: ApiServer, records: Records, store: Store, answer: Any
) -> None:
    store.put("Diagnosis", stored())
    server.on("DELETE", OBJECT, answer)
    await records.delete("Diagnosis", *KEY)
    assert store.diagnosis(KEY) is None


async def test_a_refused_deletion_keeps_it(
    server: ApiServer, records: Records, store: Store
) -> None:
    store.put("Diagnosis", stored())
    server.on("DELETE", OBJECT, refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        await records.delete("Diagnosis", *KEY)
    assert store.diagnosis(KEY) is not None


async def test_a_cluster_scoped_object_has_no_namespace(
    server: ApiServer, records: Records, store: Store
) -> None:
    raw = {"metadata": {"name": "p", "uid": "u", "resourceVersion": "1"}, "spec": {}}
    store.put("ClusterRemediationPolicy", raw)
    policy = store.policy("ClusterRemediationPolicy", ("", "p"))
    assert policy is not None
    path = "/apis/crashloop-doctor.io/v1alpha1/clusterremediationpolicies/p/status"
    server.on("PUT", path, says(raw))
    await records.write_status("ClusterRemediationPolicy", policy, policy.status)
    assert "namespace" not in server.asked[0].json["metadata"]


def test_the_time_of_a_condition_moves_only_when_it_flips() -> None:
    later = NOW + timedelta(minutes=5)
    first = with_condition((), "Ready", True, "InForce", "one", now=NOW, generation=1)
    same = with_condition(first, "Ready", True, "Other", "two", now=later, generation=2)
    flipped = with_condition(same, "Ready", False, "Broken", "three", now=later, generation=2)
    (one,), (two,), (three,) = first, same, flipped
    assert [c.last_transition_time for c in (one, two, three)] == [NOW, NOW, later]
    assert (two.reason, two.message, two.observed_generation) == ("Other", "two", 2)
    assert [c.status for c in (one, two, three)] == ["True", "True", "False"]


@pytest.mark.parametrize(
    ("reason", "written"),
    [
        ("DryRunPassed", "DryRunPassed"),
        ("no sidecars here, please!", "Other"),
        ("", "Other"),
        ("_hidden", "Other"),
        ("4xx", "Other"),
        ("Größe", "Other"),
        ("x" * 1024, "x" * 1024),
        ("x" * 1025, "Other"),
    ],
)
def test_a_reason_is_one_that_the_server_takes(reason: str, written: str) -> None:
    (found,) = with_condition((), "Validated", False, reason, "x", now=NOW, generation=1)
    assert found.reason == written
    crd = yaml.safe_load((CRDS / "remediations.yaml").read_text("utf-8"))
    version = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    conditions = version["properties"]["status"]["properties"]["conditions"]
    schema = conditions["items"]["properties"]["reason"]
    assert re.fullmatch(schema["pattern"], found.reason)
    assert len(found.reason) <= schema["maxLength"]


def test_other_conditions_stay_and_messages_are_bounded() -> None:
    both = with_condition((), "Validated", "Unknown", "NoRight", "x", now=NOW, generation=1)
    both = with_condition(both, "Healed", True, "Healed", "y" * 5000, now=NOW, generation=1)
    assert [c.type for c in both] == ["Healed", "Validated"]
    validated, healed = condition(both, "Validated"), condition(both, "Healed")
    assert validated is not None
    assert healed is not None
    assert (validated.status, len(healed.message)) == ("Unknown", 1024)
    assert condition(both, "Ready") is None
