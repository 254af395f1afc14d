"""Values: documented, defaulted, and refused when misspelt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from rendered_chart import CHART, OLDEST_SUPPORTED, only, rendered, run, template

VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())


def leaves(prefix: str, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value


def documented() -> dict[str, str]:
    """The rows of the README's table: value -> default as written."""
    rows = re.findall(r"^\| `([\w.]+)` \| `([^`]*)` \|", (CHART / "README.md").read_text(), re.M)
    assert len(rows) == len(dict(rows)), "a value is listed twice"
    return dict(rows)


def test_the_readme_lists_every_value_and_no_other() -> None:
    assert set(documented()) == {key for key, _ in leaves("", VALUES)}


def test_the_readme_tells_the_defaults() -> None:
    for key, value in leaves("", VALUES):
        assert yaml.safe_load(documented()[key]) == value, key


def test_the_defaults_meet_the_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(VALUES, SCHEMA)


def test_every_value_is_in_the_schema() -> None:
    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return SCHEMA["definitions"][name] if name else schema

    for key, _ in leaves("", VALUES):
        here = SCHEMA
        for part in key.split("."):
            here = resolved(here)
            additional = here.get("additionalProperties")
            assert part in here.get("properties", {}) or isinstance(additional, dict), key
            here = here.get("properties", {}).get(part, additional)


def test_every_object_of_the_schema_is_closed() -> None:
    def objects(where: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        if "properties" in schema:
            yield where, schema
        for name, child in (schema.get("properties", {}) | schema.get("definitions", {})).items():
            yield from objects(f"{where}.{name}", child)
        if "items" in schema:
            yield from objects(f"{where}[]", schema["items"])

    for where, schema in objects("", SCHEMA):
        assert schema.get("additionalProperties") is False, where


def test_an_older_kubernetes_is_refused() -> None:
    done = run("template", "crashloop-doctor", str(CHART), "--kube-version=1.29.9")

    assert done.returncode != 0
    assert "requires kubeVersion: >=1.30.0-0" in done.stderr


REFUSED = {
    "a misspelt switch": ("remedies.removeStaleSockets.enabled=true", "removeStaleSockets"),
    "a misspelt section": ("remedy.removeStaleSocket.enabled=true", "remedy"),
    "a remedy that is neither on nor off": ("remedies.injectSocketJanitor.enabled=yes", "boolean"),
    "a digest that is none": ("image.digest=latest", "/image/digest"),
    "a log level in capitals": ("logLevel=INFO", "/logLevel"),
    "a policy without a name": ("clusterPolicies[0].spec.mode=Auto", "name"),
    "a service account that nobody names": (
        "serviceAccount.create=false",
        "serviceAccount.name has to say which service account to use",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_helm_refuses(what: str) -> None:
    setting, said = REFUSED[what]

    done = template(f"--set={setting}")

    assert done.returncode != 0
    assert said in done.stderr


def test_the_defaults_alone_install() -> None:
    linted = run("lint", "--strict", OLDEST_SUPPORTED, str(CHART))

    assert linted.returncode == 0, linted.stdout
    assert {document["kind"] for document in rendered()} == {
        "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
        "Deployment", "Service", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    }  # fmt: skip


def test_every_name_in_a_release_is_its_own() -> None:
    """Two objects of one name would overwrite each other without a word."""
    everything = rendered(
        "--set=remedies.removeStaleSocket.enabled=true,remedies.injectSocketJanitor.enabled=true"
    )
    names = [(document["kind"], document["metadata"]["name"]) for document in everything]

    assert len(names) == len(set(names))


POLICY = "--set=clusterPolicies[0].name=first-aid,clusterPolicies[0].spec.mode=Observe"


def test_cluster_policies_are_part_of_the_release_so_that_they_go_with_their_value() -> None:
    policy = only(
        "ClusterRemediationPolicy",
        POLICY,
        "--api-versions=crashloop-doctor.io/v1alpha1/ClusterRemediationPolicy",
    )

    assert policy["metadata"]["name"] == "first-aid"
    assert "annotations" not in policy["metadata"], "a hook would outlive its value"
    assert policy["spec"] == {"mode": "Observe"}


def test_cluster_policies_before_the_crds_are_refused_with_what_to_do() -> None:
    done = template(POLICY)

    assert done.returncode != 0
    assert "install without clusterPolicies first, then run helm upgrade with them" in done.stderr


NOTES = {
    "by default it changes nothing": ((), "change any workload or pod: it writes down"),
    "with first aid it says so": (
        ("--set=remedies.removeStaleSocket.enabled=true",),
        "add an ephemeral container to a pod to remove a stale socket",
    ),
    "with first aid alone workloads stay untouched": (
        ("--set=remedies.removeStaleSocket.enabled=true",),
        "change any workload (remedies.injectSocketJanitor.enabled is false)",
    ),
    "with the janitor it says so": (
        ("--set=remedies.injectSocketJanitor.enabled=true",),
        "patch Deployments, StatefulSets and DaemonSets to add a socket janitor",
    ),
    "without the approval policy there is no mode Approve": (
        ("--set=approvalPolicy.enabled=false",),
        "work in mode Approve at all",
    ),
    "what comes next": ((), "kubectl get diagnoses -A"),
}


@pytest.mark.parametrize("what", NOTES)
def test_the_notes_say(what: str) -> None:
    args, said = NOTES[what]

    done = run(
        "install", "crashloop-doctor", str(CHART), "--dry-run=client", "--hide-secret", *args
    )

    assert done.returncode == 0, done.stderr
    assert said in done.stdout.partition("NOTES:")[2]
