"""What the tests on a real kubelet share: the installed chart, a ward (a namespace with patients), the operator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from lab import installation
from lab.kubectl import Kubectl, LabFault
from lab.patient import Patient
from patients import manifest

Object = dict[str, Any]

MARK = "crashloop-doctor-e2e"
"""Label of everything cluster-wide that these tests make, so that a later run finds what a killed one left."""

NO_RIGHTS: dict[str, Any] = {"logLevel": "info"}
"""The chart's defaults: the doctor may suggest, and change nothing. (Given no value at all, helm keeps the last.)"""

ALL_REMEDIES: dict[str, Any] = {
    "remedies.removeStaleSocket.enabled": True,
    "remedies.injectSocketJanitor.enabled": True,
}

FIRST_AID = "RemoveStaleSocket"
JANITOR = "InjectSocketJanitor"
JANITOR_CONTAINER = "crashloop-doctor-janitor"
CAUSE = "StaleUnixSocket"
ENDS = ("Healed", "RolledBack", "NeedsHuman", "Rejected", "Expired", "Superseded")

# A back-off of up to 10 s, an image that cannot be pulled, a restarted operator: each fits in several times.
PATIENCE = 120.0


class Chart:
    """The release in the cluster; every test says which values it needs, and only a difference is installed."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl.within(installation.NAMESPACE)
        self._values: dict[str, Any] | None = None

    def use(self, values: dict[str, Any]) -> None:
        if values == self._values:
            return
        self._values = None
        self._release_lock()
        installation.install(self._kubectl, values)
        self._values = dict(values)

    def _release_lock(self) -> None:
        """A helm that was killed leaves a release that is pending for ever, and refuses every later upgrade."""
        for state in ("pending-install", "pending-upgrade", "pending-rollback"):
            self._kubectl.run(
                "delete", "secret", "--selector", f"owner=helm,status={state}", check=False
            )


class Operator:
    """The doctor's own pod."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl.within(installation.NAMESPACE)

    def pod(self) -> Any:
        """The pod that is not on its way out. Raises LabFault."""
        pods = [
            pod
            for pod in installation.doctor_pods(self._kubectl)
            if "deletionTimestamp" not in pod["metadata"]
        ]
        if len(pods) != 1:
            raise LabFault(f"there are {len(pods)} operator pods")
        return pods[0]

    def container(self) -> Any:
        statuses = self.pod()["status"].get("containerStatuses", [])
        if not statuses:
            raise LabFault("the kubelet has not reported the operator's container yet")
        return statuses[0]

    def wait_restarted(self, victim: str, seconds: float = 60) -> Any:
        """Until another container than the victim is Ready: for a moment the kubelet still reports the dead one."""

        def look() -> Any | None:
            now = self.container()
            return now if now["ready"] and now["containerID"] != victim else None

        return self._kubectl.wait_for("the operator restarted", look, seconds)

    def delete(self) -> None:
        """As a drained or lost node does: at once, without the process being asked."""
        name = self.pod()["metadata"]["name"]
        self._kubectl.run("delete", "pod", name, "--force", "--grace-period=0", "--wait=false")

    def wait_ready(self, seconds: float = 60) -> Any:
        return self._kubectl.wait_for(
            "the operator Ready", lambda: self.pod() if self.container()["ready"] else None, seconds
        )

    def logs(self) -> str:
        """Of the running instance and of the one before it."""
        name = self.pod()["metadata"]["name"]
        before = self._kubectl.run("logs", name, "--previous", check=False)
        return before + self._kubectl.run("logs", name)

    def metrics(self) -> str:
        """Through the API server's proxy, as nothing but kubectl is at hand."""
        name = self.pod()["metadata"]["name"]
        place = f"/api/v1/namespaces/{installation.NAMESPACE}/pods/{name}:8080/proxy/metrics"
        return self._kubectl.run("get", "--raw", place)


class ChangedPatient(Patient):
    """A patient whose manifest is changed before it is applied."""

    def __init__(
        self,
        kubectl: Kubectl,
        manifest_name: str,
        kind: str,
        container: str,
        change: Callable[[Object], None] | None = None,
    ) -> None:
        super().__init__(kubectl, manifest_name, kind, container)
        self._change = change

    @property
    def host_directory(self) -> str:
        """What takes the place of the manifest's host path."""
        return f"{manifest.ROOT}/{self._directory}"

    def deploy(self) -> None:
        document: Object = yaml.safe_load(manifest.text(self.name, self._directory))
        if self._change is not None:
            self._change(document)
        self.kubectl.run("apply", "-f", "-", stdin=json.dumps(document))

    def container_restarts(self) -> int:
        return int(self.status()["restartCount"])


class Ward:
    """A fresh namespace, its patients and policies, and what the doctor wrote there."""

    def __init__(self, kubectl: Kubectl) -> None:
        self.name = f"e2e-{uuid.uuid4().hex[:8]}"
        self.kubectl = kubectl.within(self.name)
        self._patients: list[ChangedPatient] = []
        self._policies: list[str] = []

    def open(self) -> None:
        self.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name}}, mark=True
        )

    def close(self) -> None:
        for policy in self._policies:
            self.kubectl.run("delete", "clusterremediationpolicy", policy, "--ignore-not-found")
        self.kubectl.run("delete", "namespace", self.name, "--ignore-not-found", "--wait=false")

    def clean_node(self) -> None:
        """After the namespace is gone: what its patients left in directories of the node."""
        for patient in self._patients:
            shutil.rmtree(patient.host_directory, ignore_errors=True)

    # -- making ------------------------------------------------------------------------------------------------------

    def create(self, document: Object, *, mark: bool = False) -> None:
        if mark:
            document["metadata"].setdefault("labels", {})[MARK] = "true"
        self.kubectl.run("create", "-f", "-", stdin=json.dumps(document))

    def policy(
        self, mode: str, remedies: tuple[str, ...] = (FIRST_AID, JANITOR), **guards: int
    ) -> None:
        """A cluster policy for this namespace alone, with the shortest verification that still proves something."""
        name = f"{self.name}-{mode.lower()}"
        self.create(
            {
                "apiVersion": "crashloop-doctor.io/v1alpha1",
                "kind": "ClusterRemediationPolicy",
                "metadata": {"name": name},
                "spec": {
                    "mode": mode,
                    "selector": {"namespaces": [self.name]},
                    "causes": [CAUSE],
                    "remedies": [{"name": remedy} for remedy in remedies],
                    "guards": guards,
                    "verification": {"minWindowSeconds": 2, "maxWindowSeconds": 2},
                },
            },
            mark=True,
        )
        self._policies.append(name)

    def admit(
        self,
        manifest_name: str,
        *,
        container: str = "",
        change: Callable[[Object], None] | None = None,
    ) -> ChangedPatient:
        """Deploys a patient of `tests/patients/manifests`; it has a directory of the node of its own."""
        kind = "DaemonSet" if manifest_name.endswith("daemonset") else "Deployment"
        name = container or ("nginx" if manifest_name.startswith("nginx") else "dfdaemon")
        patient = ChangedPatient(self.kubectl, manifest_name, kind, name, change)
        self._patients.append(patient)
        patient.deploy()
        return patient

    # -- looking -----------------------------------------------------------------------------------------------------

    def diagnosis(self, patient: Patient, seconds: float = 60) -> Any:
        """The diagnosis of the stale socket, as soon as it is there."""

        def look() -> Any | None:
            for item in self.kubectl.items("diagnoses"):
                spec, status = item["spec"], item.get("status", {})
                ours = (spec["workload"]["name"], spec["cause"]) == (patient.name, CAUSE)
                if ours and status.get("state"):
                    return item
            return None

        return self.kubectl.wait_for(f"the diagnosis {CAUSE} of {patient.name}", look, seconds)

    def remediations(self, patient: Patient, remedy: str = "") -> list[Any]:
        """Oldest first."""
        found = [
            item
            for item in self.kubectl.items("remediations")
            if item["spec"]["workload"]["name"] == patient.name
            and remedy in ("", item["spec"]["remedy"])
        ]
        return sorted(found, key=lambda item: (item["spec"]["remedy"], item["spec"]["attempt"]))

    def wait_state(
        self, patient: Patient, remedy: str, *states: str, seconds: float = PATIENCE
    ) -> Any:
        """The newest Remediation of the remedy, in one of the states. Raises LabFault at any other end."""

        def look() -> Any | None:
            found = self.remediations(patient, remedy)
            if not found:
                return None
            state = found[-1].get("status", {}).get("state", "")
            if state in states:
                return found[-1]
            if state in ENDS:
                raise WrongEnd(
                    f"{found[-1]['metadata']['name']} ended as {state}, not {'/'.join(states)}:"
                    f" {found[-1]['status'].get('message')}"
                )
            return None

        what = f"{remedy} of {patient.name} {'/'.join(states)}"
        return self.kubectl.wait_for(what, look, seconds, every=0.3)

    def report(self) -> str:
        """Everything a person wants to see after a failure."""
        parts = []
        for title, words in (
            ("kubectl get dx,rem", ("get", "dx,rem")),
            ("diagnoses and remediations", ("get", "dx,rem", "-o", "yaml")),
            ("pods", ("get", "pods", "-o", "wide")),
            ("workloads", ("get", "deploy,ds", "-o", "yaml", "--show-managed-fields")),
            ("events", ("get", "events", "--sort-by=.lastTimestamp")),
            ("policies", ("get", "crpol,rpol", "-o", "yaml")),
        ):
            parts += [f"== {title}", self.kubectl.run(*words, check=False)]
        logs = self.kubectl.within(installation.NAMESPACE)
        selector = ("--selector", "app.kubernetes.io/name=crashloop-doctor", "--tail=200")
        parts += [
            "== operator, instance before",
            logs.run("logs", *selector, "--previous", check=False),
        ]
        parts += ["== operator", logs.run("logs", *selector, check=False)]
        return "\n".join(parts)


class WrongEnd(Exception):
    """A Remediation ended in a way that waiting cannot mend (a LabFault would be waited out)."""


def remove_leftovers(kubectl: Kubectl) -> None:
    """What a killed run of these tests left: its policies decide over others' budgets, its patients crash for ever."""
    marked = ("--selector", f"{MARK}=true", "--ignore-not-found")
    for kind in ("clusterremediationpolicies", "failuresignatures"):
        # Before the first installation there is no such kind.
        kubectl.run("delete", kind, *marked, check=False)
    kubectl.run("delete", "namespaces", *marked, "--wait=true")


def frozen(thing: Any) -> str:
    """Everything of an object that only a writer changes, byte for byte: not the server's own bookkeeping."""
    metadata = {
        key: value
        for key, value in thing["metadata"].items()
        if key not in ("resourceVersion", "managedFields")
    }
    rest = {key: value for key, value in thing.items() if key not in ("metadata", "status")}
    return json.dumps({"metadata": metadata, **rest}, sort_keys=True, indent=1)


def managers(kubectl: Kubectl, *words: str) -> set[str]:
    """Who ever wrote the object."""
    thing = kubectl.get(*words, "--show-managed-fields")
    return {entry["manager"] for entry in thing["metadata"].get("managedFields", [])}


def states(remediation: Any) -> list[str]:
    return [step["state"] for step in remediation["status"]["steps"]]


def condition(thing: Any, type_: str) -> Any:
    """Raises LabFault when the object does not have it (yet)."""
    for found in thing.get("status", {}).get("conditions", []):
        if found["type"] == type_:
            return found
    raise LabFault(f"{thing['metadata']['name']} has no condition {type_}")


def first_aid_containers(pod: Any) -> list[str]:
    return [container["name"] for container in pod["spec"].get("ephemeralContainers", [])]


def kubeconfig_of(kubectl: Kubectl, service_account: str, file: Path) -> Kubectl:
    """kubectl as a service account of the namespace, by a token: a user like any other to the API server."""
    config = json.loads(
        kubectl.run("config", "view", "--raw", "--minify", "--flatten", "-o", "json")
    )
    config["users"][0]["user"] = {"token": kubectl.run("create", "token", service_account)}
    config["contexts"][0]["context"]["namespace"] = kubectl.namespace
    file.write_text(json.dumps(config), encoding="utf-8")
    return Kubectl(str(file), kubectl.namespace)


@contextmanager
def on_state(kubectl: Kubectl, wanted: str, act: Callable[[], object]) -> Iterator[threading.Event]:
    """Calls `act` once, the moment a Remediation of the namespace is seen in the state; the event says it happened.

    A watch, not polling: some states last a tenth of a second. A Remediation without a state is `Proposed`.
    """
    happened = threading.Event()
    watch = subprocess.Popen(
        [
            "kubectl",
            f"--namespace={kubectl.namespace}",
            "get",
            "remediations",
            "--watch",
            '--output=jsonpath={"state="}{.status.state}{"\\n"}',
        ],
        env=kubectl.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def follow() -> None:
        assert watch.stdout is not None
        for line in watch.stdout:
            state = line.strip().removeprefix("state=") or "Proposed"
            if state == wanted:
                act()
                happened.set()
                return

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield happened
    finally:
        watch.kill()
        watch.wait()
        thread.join(10)


def columns(text: str) -> int:
    return max((len(line.rstrip()) for line in text.splitlines()), default=0)


def environment_for(kubectl: Kubectl) -> dict[str, str]:
    """For programs that are not kubectl but read its configuration; our own commands are found first."""
    return {**os.environ, **kubectl.environment}
