"""What every CRD owes its users and etcd: typed, bounded, described, and with columns that fit a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CRDS = sorted((Path(__file__).parents[2] / "crds").glob("*.yaml"))
EACH_CRD = pytest.mark.parametrize("path", CRDS, ids=lambda path: path.stem)


def loaded(path: Path) -> dict[str, Any]:
    crd: dict[str, Any] = yaml.safe_load(path.read_text())
    return crd


def version(path: Path) -> dict[str, Any]:
    (only,) = loaded(path)["spec"]["versions"]
    version: dict[str, Any] = only
    return version


def root(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = version(path)["schema"]["openAPIV3Schema"]
    return schema


def nodes(where: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in the tree with its path. apiVersion, kind and metadata of the root are Kubernetes' own."""
    yield where, schema
    for name, child in schema.get("properties", {}).items():
        if where or name not in {"apiVersion", "kind", "metadata"}:
            yield from nodes(f"{where}.{name}", child)
    if "items" in schema:
        yield from nodes(f"{where}[]", schema["items"])
    if "additionalProperties" in schema:
        yield from nodes(f"{where}{{}}", schema["additionalProperties"])


def messages(path: Path) -> list[str]:
    return [
        rule["message"]
        for _, schema in nodes("", root(path))
        for rule in schema.get("x-kubernetes-validations", [])
    ]


@EACH_CRD
def test_every_node_has_a_type_and_keeps_no_unknown_fields(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        assert schema.get("type") in {"object", "array", "string", "integer", "boolean"}, where
        assert "x-kubernetes-preserve-unknown-fields" not in schema, where
        if schema["type"] == "object":
            assert ("properties" in schema) != ("additionalProperties" in schema), where


@EACH_CRD
def test_every_field_is_described_in_a_sentence(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        text = schema.get("description", "")
        assert text.endswith("."), f"{where}: {text!r}"
        assert text[0].isupper(), f"{where}: {text!r}"


@EACH_CRD
def test_every_list_map_string_and_number_is_bounded(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        match schema["type"]:
            case "array":
                assert "maxItems" in schema, where
            case "object" if "additionalProperties" in schema:
                assert "maxProperties" in schema, where
            case "string":
                assert "maxLength" in schema or "enum" in schema, where
            case "integer":
                assert "minimum" in schema, where
                # A generation has no upper bound that would mean anything.
                assert "maximum" in schema or where.endswith("observedGeneration"), where


@EACH_CRD
def test_every_list_says_how_appliers_share_it(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        if schema["type"] == "array":
            assert schema.get("x-kubernetes-list-type") in {"atomic", "set", "map"}, where


@EACH_CRD
def test_a_confidence_is_a_number_from_0_to_1_with_at_most_two_decimals(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        if where.lower().endswith("confidence"):
            for good in ("0", "1", "0.9", "0.95", "1.0", "1.00"):
                assert re.search(schema["pattern"], good), where
            for bad in ("", ".9", "1.01", "2", "0.955", "-0.5", "0,9", "90%"):
                assert not re.search(schema["pattern"], bad), where


@EACH_CRD
def test_conditions_follow_metav1(path: Path) -> None:
    conditions = root(path)["properties"]["status"]["properties"]["conditions"]

    assert conditions["x-kubernetes-list-type"] == "map"
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]
    condition = conditions["items"]
    assert set(condition["required"]) == {
        "type", "status", "reason", "message", "lastTransitionTime",
    }  # fmt: skip
    assert condition["properties"]["status"]["enum"] == ["True", "False", "Unknown"]
    assert condition["properties"]["message"]["maxLength"] == 32768
    assert condition["properties"]["reason"]["minLength"] == 1


@EACH_CRD
def test_status_is_a_subresource_so_that_users_cannot_write_it_by_editing(path: Path) -> None:
    assert version(path)["subresources"] == {"status": {}}


SHORT_NAMES = {
    "diagnoses": "dx",
    "remediations": "rem",
    "remediationpolicies": "rpol",
    "clusterremediationpolicies": "crpol",
    "failuresignatures": "fsig",
}


@EACH_CRD
def test_kubectl_get_crashloop_lists_it_and_a_short_name_reaches_it(path: Path) -> None:
    names = loaded(path)["spec"]["names"]

    assert names["categories"] == ["crashloop"]
    assert names["shortNames"] == [SHORT_NAMES[path.stem]]


# Names begin with the workload's name, so that the workload itself can wait for -o wide: with it a usual line is wider
# than 120 columns.
COLUMNS = {
    "diagnoses": (
        ["Cause", "Sure", "Pods", "State", "Next", "Age"],
        ["Workload", "Container", "Summary", "Deaths", "Last Seen"],
    ),
    "remediations": (
        ["Remedy", "State", "Restarts", "Next", "Age"],
        ["Workload", "Cause", "Mode", "Digest", "Message", "Attempt"],
    ),
    "remediationpolicies": (["Mode", "Causes", "Priority", "Ready", "Age"], []),
    "clusterremediationpolicies": (["Mode", "Causes", "Priority", "Ready", "Age"], []),
    "failuresignatures": (["Cause", "Sure", "Ready", "Age"], ["Summary"]),
}


@EACH_CRD
def test_columns_answer_what_why_and_what_now(path: Path) -> None:
    columns = version(path)["additionalPrinterColumns"]
    always = [column["name"] for column in columns if not column.get("priority")]
    wide = [column["name"] for column in columns if column.get("priority")]

    assert (always, wide) == COLUMNS[path.stem]


@EACH_CRD
def test_every_column_shows_a_field_that_exists_as_what_it_is(path: Path) -> None:
    fields = dict(nodes("", root(path)))
    for column in version(path)["additionalPrinterColumns"]:
        if column["jsonPath"] == ".metadata.creationTimestamp":
            continue
        field = fields[re.sub(r"\[\?\(@\.type==\"\w+\"\)\]", "[]", column["jsonPath"])]
        shown = "date" if field.get("format") == "date-time" else field["type"]
        # Lists are shown as text, as kubectl has no other column for them.
        assert column["type"] == ("string" if shown == "array" else shown), column


@EACH_CRD
def test_every_rule_refuses_with_a_plain_sentence(path: Path) -> None:
    for where, schema in nodes("", root(path)):
        for rule in schema.get("x-kubernetes-validations", []):
            message = rule.get("message", "")
            assert len(message.split()) >= 8, f"{where}: {message!r}"
            assert "self." not in message, f"{where} speaks of CEL: {message!r}"
            assert "\n" not in message, where


def test_the_rule_that_freezes_a_plan_names_every_field_but_the_approval() -> None:
    """Transition rules on single fields do not fire when an optional field appears, so one rule names them all."""
    (path,) = (path for path in CRDS if path.stem == "remediations")
    spec = root(path)["properties"]["spec"]
    (rule,) = (
        rule["rule"]
        for rule in spec["x-kubernetes-validations"]
        if rule["message"].startswith("the plan of a Remediation cannot be changed")
    )

    frozen = set(re.findall(r"self\.(\w+) == oldSelf\.\1\b", rule))
    assert frozen == set(spec["properties"]) - {"approval"}
    for optional in set(spec["properties"]) - set(spec["required"]) - {"approval"}:
        assert f"has(self.{optional}) == has(oldSelf.{optional})" in rule


def test_everything_in_a_diagnosis_but_the_snooze_is_frozen() -> None:
    (path,) = (path for path in CRDS if path.stem == "diagnoses")
    spec = root(path)["properties"]["spec"]
    frozen = {
        name
        for name, schema in spec["properties"].items()
        if any(
            rule["rule"] == "self == oldSelf" for rule in schema.get("x-kubernetes-validations", [])
        )
    }

    assert frozen == set(spec["properties"]) - {"snoozedUntil"}
    assert frozen == set(spec["required"]), "an optional field could be added past such a rule"


BOUNDS = {
    "diagnoses": {
        ".status.evidence": 20, ".status.deaths": 20, ".status.pods": 50,
        ".status.alternatives": 5, ".status.captures": 16, ".status.missing": 10,
        ".status.evidence[].text": 1024,
    },
    "remediations": {
        ".spec.actions": 16, ".spec.actions[].body": 65536, ".spec.paste": 65536,
        ".status.steps": 32, ".status.baseline.pods": 50,
    },
    "failuresignatures": {
        ".spec.patterns": 64, ".spec.patterns[].regex": 1024, ".spec.examples": 32,
        ".spec.counterExamples": 32, ".spec.examples[].log": 4096,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("plural", "field", "bound"),
    [(plural, field, bound) for plural, table in BOUNDS.items() for field, bound in table.items()],
)
def test_the_bounds_that_the_doctor_cuts_to_are_the_schemas(
    plural: str, field: str, bound: int
) -> None:
    (path,) = (path for path in CRDS if path.stem == plural)
    schema = dict(nodes("", root(path)))[field]

    assert schema.get("maxItems", schema.get("maxLength")) == bound


def test_a_remediation_at_all_its_bounds_still_fits_into_etcd() -> None:
    (path,) = (path for path in CRDS if path.stem == "remediations")
    fields = dict(nodes("", root(path)))
    largest = (
        fields[".spec.actions"]["maxItems"] * fields[".spec.actions[].body"]["maxLength"]
        + fields[".spec.paste"]["maxLength"]
        + fields[".status.steps"]["maxItems"] * fields[".status.steps[].message"]["maxLength"]
    )

    assert largest < 1.5 * 1024 * 1024
