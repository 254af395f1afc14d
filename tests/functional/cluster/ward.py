"""A DaemonSet whose daemon dies of its own socket, as JSON on an ObjectServer, and the reconcilers over it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from api_server import says
from object_server import OURS, ObjectServer

from crashloop_doctor.cluster.approval_policy import ApprovalPolicy
from crashloop_doctor.cluster.client import Client
from crashloop_doctor.cluster.diagnosis_reconciler import DiagnosisReconciler
from crashloop_doctor.cluster.event_recorder import EventRecorder
from crashloop_doctor.cluster.pod_reconciler import PodReconciler
from crashloop_doctor.cluster.records import Records
from crashloop_doctor.cluster.remediation_reconciler import RemediationReconciler
from crashloop_doctor.cluster.store import Store
from crashloop_doctor.signatures.catalog import builtin

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TOOLBOX = "registry.example.com/toolbox:1"
SHOP = "/api/v1/namespaces/shop"
DAEMON_SET = "/apis/apps/v1/namespaces/shop/daemonsets/agent"
DIAGNOSES = f"{OURS}/namespaces/shop/diagnoses"
REMEDIATIONS = f"{OURS}/namespaces/shop/remediations"
POLICIES = f"{OURS}/clusterremediationpolicies"
ADMISSION = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/approve"
BINDING = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/approve"
SOCKET = "/run/agent/agent.sock"
LOG = f"bind() to unix:{SOCKET} failed (98: Address already in use)\n".encode()
WORKLOAD = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent", "uid": "uid-agent"}


def stamp(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def template() -> dict[str, Any]:
    return {
        "containers": [
            {
                "name": "daemon",
                "image": "agent:1",
                "args": [f"--socket={SOCKET}"],
                "securityContext": {"runAsUser": 1000},
                "volumeMounts": [{"name": "run", "mountPath": "/run/agent"}],
            }
        ],
        "volumes": [{"name": "run", "hostPath": {"path": "/run/agent"}}],
    }


def a_pod(
    name: str = "agent-a", *, node: str = "node-1", namespace: str = "shop", ready: bool = False
) -> dict[str, Any]:
    died = {
        "exitCode": 1,
        "reason": "Error",
        "startedAt": stamp(-12),
        "finishedAt": stamp(-10),
        "containerID": f"containerd://{name}-3",
    }
    state: dict[str, Any] = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
    if ready:
        state = {"running": {"startedAt": stamp(-5)}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{name}-{namespace}",
            "labels": {"app": "agent"},
            "ownerReferences": [{**WORKLOAD, "controller": True}],
        },
        "spec": {**template(), "nodeName": node},
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": "Ready", "status": str(ready), "lastTransitionTime": stamp(-5)}
            ],
            "containerStatuses": [
                {
                    "name": "daemon",
                    "ready": ready,
                    "restartCount": 3,
                    "containerID": f"containerd://{name}-3",
                    "state": state,
                    "lastState": {"terminated": died},
                }
            ],
        },
    }


def pod_path(name: str = "agent-a", namespace: str = "shop") -> str:
    return f"/api/v1/namespaces/{namespace}/pods/{name}"


def a_daemon_set() -> dict[str, Any]:
    return {
        "metadata": {"name": "agent", "namespace": "shop", "uid": "uid-agent", "generation": 1},
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {"spec": template()},
        },
        "status": {
            "observedGeneration": 1,
            "desiredNumberScheduled": 1,
            "updatedNumberScheduled": 1,
        },
    }


def a_policy(mode: str = "Auto", **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "heal", "uid": "uid-heal", "generation": 1},
        "spec": {"mode": mode, "minConfidence": "0.5", **spec},
    }


class Ward:
    """The reconcilers over one server, with a clock that a test moves."""

    def __init__(self, server: ObjectServer, client: Client) -> None:
        self.server = server
        self.client = client
        self.now = NOW
        self.store = Store()
        self.records = Records(client, self.store)
        self.recorder = EventRecorder(client)
        self.catalog = builtin()
        self.approvals = ApprovalPolicy(client, "approve")
        self.pods = PodReconciler(
            client,
            self.records,
            self.store,
            self.recorder,
            lambda: self.catalog,
            lambda: self.now,
            lambda key: None,
        )
        self.diagnoses = DiagnosisReconciler(
            client,
            self.records,
            self.store,
            self.recorder,
            lambda: self.now,
            TOOLBOX,
            lambda key: None,
        )
        self.remediations = RemediationReconciler(
            client,
            self.records,
            self.store,
            self.recorder,
            lambda: self.now,
            TOOLBOX,
            self.approvals,
            lambda key: None,
        )

    def of(self, collection: str) -> list[dict[str, Any]]:
        objects = self.server.objects.items()
        return [value for path, value in objects if path.rpartition("/")[0] == collection]

    def remediation(self, remedy: str) -> dict[str, Any]:
        (found,) = [r for r in self.of(REMEDIATIONS) if r["spec"]["remedy"] == remedy]
        return found

    async def policy(self, **policy: Any) -> None:
        self.server.keep(f"{POLICIES}/heal", a_policy(**policy))
        await self.store.prime(self.client)

    async def examine(self, name: str = "agent-a") -> None:
        await self.pods.reconcile(name)

    async def consider(self) -> float:
        (diagnosis,) = self.of(DIAGNOSES)
        return await self.diagnoses.reconcile(("shop", diagnosis["metadata"]["name"]))

    async def treat(self, remedy: str) -> dict[str, Any]:
        """One look at the Remediation; as it stands afterwards."""
        name = self.remediation(remedy)["metadata"]["name"]
        await self.remediations.reconcile(("shop", name))
        return self.remediation(remedy)

    def status(self, remedy: str, **changes: Any) -> None:
        """Somebody else's hand on the record: the state that a test begins with."""
        found = self.remediation(remedy)
        found["status"] = {**found.get("status", {}), **changes}
        self._stored(found, "Remediation")

    def diagnosed(self, **changes: Any) -> None:
        (found,) = self.of(DIAGNOSES)
        found["status"] |= changes
        self._stored(found, "Diagnosis")

    def _stored(self, found: dict[str, Any], kind: str) -> None:
        collection = REMEDIATIONS if kind == "Remediation" else DIAGNOSES
        self.server.keep(f"{collection}/{found['metadata']['name']}", found)
        self.store.put(kind, found)

    def approve(self, remedy: str) -> None:
        found = self.remediation(remedy)
        found["spec"]["approval"] = {
            "decision": "Approve",
            "approvedBy": "jane",
            "digest": found["spec"]["digest"],
        }
        self._stored(found, "Remediation")

    def guard_approvals(self) -> None:
        rule = {
            "apiGroups": ["crashloop-doctor.io"],
            "resources": ["remediations"],
            "operations": ["UPDATE"],
        }
        self.server.objects[ADMISSION] = {
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule]},
                "validations": [{"expression": "true"}],
            }
        }
        self.server.objects[BINDING] = {
            "spec": {"policyName": "approve", "validationActions": ["Deny"]}
        }
        # Its answers are kept for half a minute.
        self.approvals = self.remediations._approval_policy = ApprovalPolicy(self.client, "approve")

    def sidecar_in_place(self, state: dict[str, Any], *, ready: bool = False) -> None:
        """The template and the pod carry the very janitor of the plan."""
        (action,) = self.remediation("InjectSocketJanitor")["spec"]["actions"]
        (janitor,) = json.loads(action["body"])["spec"]["template"]["spec"]["initContainers"]
        owner = a_daemon_set()
        owner["spec"]["template"]["spec"]["initContainers"] = [janitor]
        self.server.keep(DAEMON_SET, owner)
        pod = a_pod(ready=ready)
        pod["spec"]["initContainers"] = [janitor]
        pod["status"]["initContainerStatuses"] = [
            {"name": janitor["name"], "state": state, "ready": ready, "restartCount": 0}
        ]
        self.server.keep(pod_path(), pod)

    def applied(self) -> list[Any]:
        """Changes of the patients, dry runs aside."""
        return [a for a in self.server.writes() if a.method == "PATCH" and "dryRun" not in a.query]


@asynccontextmanager
async def a_ward() -> AsyncIterator[Ward]:
    server = ObjectServer()
    runner = await server.start()
    server.keep(DAEMON_SET, a_daemon_set())
    server.keep(pod_path(), a_pod())
    try:
        async with server.client() as client:
            ward = Ward(server, client)
            logs(server)
            yield ward
    finally:
        await runner.cleanup()


def logs(server: ObjectServer, name: str = "agent-a", namespace: str = "shop") -> None:
    server.on("GET", f"{pod_path(name, namespace)}/log", says(LOG))
