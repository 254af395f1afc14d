"""The story that `make demo` tells, each step measured and checked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from . import installation
from .kubectl import Kubectl, LabFault
from .patient import Patient

NAMESPACE = "doctor-demo"
CORPUS = installation.ROOT / "tests" / "corpus" / "raw"

POLICY = f"""
apiVersion: crashloop-doctor.io/v1alpha1
kind: ClusterRemediationPolicy
metadata:
  name: heal-the-demo
spec:
  mode: Auto
  selector: {{namespaces: [{NAMESPACE}]}}
  causes: [StaleUnixSocket]
  remedies:
    - name: RemoveStaleSocket      # first aid: nothing restarts
    - name: InjectSocketJanitor    # when it comes back: a sidecar that keeps it away
"""

DEFAULTS = {
    "remedies.removeStaleSocket.enabled": True,
    "remedies.injectSocketJanitor.enabled": True,
}


class Demonstration:
    """One run; `times` collects (what, seconds since the demo began or the crash, whichever is said)."""

    def __init__(self, *, use_kubeconfig: bool) -> None:
        self._use_kubeconfig = use_kubeconfig
        self._began = time.monotonic()
        self._width = min(shutil.get_terminal_size((120, 30)).columns, 120)
        self._summary: list[tuple[str, str]] = []
        self._kubectl = Kubectl("")

    def run(self) -> int:
        """The exit status. Raises LabFault when a step does not come about."""
        self._offline()
        self._cluster()
        self._kubectl = Kubectl(installation.cluster("kubeconfig")).within(NAMESPACE)
        self._install()
        patient = Patient(self._kubectl, "nginx-daemonset", "DaemonSet", "nginx")
        self._deploy(patient)
        self._suggested(patient)
        self._first_aid(patient)
        self._durable(patient)
        self._survives(patient)
        self._close()
        return 0

    # -- the steps ---------------------------------------------------------------------------------------------------

    def _offline(self) -> None:
        self._title("What the doctor says of a recorded failure, without any cluster")
        command = [
            str(Path(sys.executable).parent / "crashloop-doctor"), "classify",
            str(CORPUS / "nginx-stale-socket.log"), "--pod", str(CORPUS / "nginx-stale-socket.pod.yaml"),
        ]  # fmt: skip
        shown = [Path(w).name if "/" in w else w for w in command]
        self._say("$ " + " ".join(shown))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self._say(done.stdout or done.stderr)
        if done.returncode != 0 or "StaleUnixSocket" not in done.stdout:
            raise LabFault("the recorded failure was not recognised")

    def _cluster(self) -> None:
        self._title("A real cluster (the first time it is built from source: 10 to 20 minutes)")
        words = ["up", "--use-kubeconfig"] if self._use_kubeconfig else ["up"]
        installation.cluster(*words, quiet=False)
        self._note("cluster ready", self._since(self._began))
        self._title("The images: operator, toolbox, patients")
        begun = time.monotonic()
        installation.build_and_load(quiet=False)
        self._note("images built and loaded", self._since(begun))

    def _install(self) -> None:
        self._title(
            "helm install, with nothing but the defaults: the doctor may suggest, and change nothing"
        )
        # A second run starts from nothing, like the first.
        self._kubectl.run("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=true")
        self._kubectl.run(
            "delete", "clusterremediationpolicy", "heal-the-demo", "--ignore-not-found", check=False
        )
        installation.uninstall(self._kubectl)
        begun = time.monotonic()
        installation.install(self._kubectl)
        self._note("chart installed, doctor ready", self._since(begun))
        self._kubectl.run("create", "namespace", NAMESPACE)

    def _deploy(self, patient: Patient) -> None:
        self._title("The patient: nginx listening on a Unix socket in a directory of the node")
        patient.deploy()
        patient.wait_ready()
        self._show("get", "pods", "-o", "wide")

    def _suggested(self, patient: Patient) -> None:
        self._title(
            "kill -9, as an OOM kill would: the socket stays, and nginx can never start again"
        )
        before = patient.workload()
        self._killed = time.monotonic()
        self._restarts_at_start = patient.kill()
        message = patient.wait_crash_loop()
        self._note("crash loop", self._since(self._killed))
        self._say(f"the kubelet: {message}")
        diagnosis = self._diagnosis()
        self._note("diagnosed", self._since(self._killed))
        self._kubectl.wait_for("a suggestion", lambda: self._remediations() or None, 30)
        self._note("both cures suggested", self._since(self._killed))
        self._views()
        self._evidence(diagnosis)
        if self._frozen(patient.workload()) != self._frozen(before):
            raise LabFault("the workload changed although the doctor may only suggest")
        self._say("The workload is what it was: without a policy the doctor has not touched it.")

    def _first_aid(self, patient: Patient) -> None:
        self._title("A platform team allows it: rights by the chart, limits by a policy")
        self._say(textwrap.dedent(POLICY).strip())
        before, pod = patient.workload(), patient.pod()
        installation.install(self._kubectl, DEFAULTS)
        begun = time.monotonic()
        self._kubectl.run("apply", "-f", "-", stdin=POLICY)
        healed = self._treated("RemoveStaleSocket", begun, "first aid")
        after = patient.wait_ready(30)
        if after["metadata"]["uid"] != pod["metadata"]["uid"]:
            raise LabFault("first aid replaced the pod")
        if self._frozen(patient.workload()) != self._frozen(before):
            raise LabFault("first aid changed the workload")
        self._say(
            f"{healed['metadata']['name']}: same pod, same generation; nothing else was restarted."
        )

    def _durable(self, patient: Patient) -> None:
        self._title(
            "It happens again: first aid was no cure, so the policy's next remedy has its turn"
        )
        begun = time.monotonic()
        patient.kill()
        healed = self._treated("InjectSocketJanitor", begun, "durable cure")
        self._views()
        self._say(f"{healed['metadata']['name']} added one sidecar to {patient.reference}:")
        template = patient.workload()["spec"]["template"]["spec"]
        for container in template.get("initContainers", []):
            self._say(f"  {container['name']}  {' '.join(container['args'])}")

    def _survives(self, patient: Patient) -> None:
        self._title("Two more kill -9 in the same pod: the sidecar heals each by itself")
        pod = patient.wait_ready(60)
        count = len(self._remediations())
        for number in (1, 2):
            begun = time.monotonic()
            restarts = patient.kill()
            patient.wait_restarted(restarts)
            after = patient.wait_ready(90)
            self._note(f"kill -9 number {number} survived: Ready again", self._since(begun))
            if after["metadata"]["uid"] != pod["metadata"]["uid"]:
                raise LabFault("the pod was replaced; the cure did not hold in the same pod")
        if len(self._remediations()) != count:
            raise LabFault("the doctor treated again although its cure is in place")

    def _close(self) -> None:
        self._title("Where it stands")
        self._views()
        self._show("get", "events", "--field-selector", "source=crashloop-doctor",
                   "-o", "custom-columns=REASON:.reason,COUNT:.count,MESSAGE:.message")  # fmt: skip
        self._title("Times")
        width = max(len(what) for what, _ in self._summary)
        for what, seconds in self._summary:
            self._say(f"  {what:<{width}}  {seconds:>8}")
        self._say("")
        self._say(
            "The kubelet's back-off is capped at 10 s in this cluster; by default it grows to 300 s."
        )
        self._say("Healed. The cluster stays up:")
        self._say(f"  export KUBECONFIG={self._kubectl.kubeconfig}")
        self._say(f"  kubectl -n {NAMESPACE} describe dx,rem")
        self._say("  make down        # removes everything but the built binaries")

    # -- looking -----------------------------------------------------------------------------------------------------

    def _diagnosis(self) -> Any:
        def look() -> Any | None:
            for item in self._kubectl.items("diagnoses"):
                if item["spec"]["cause"] == "StaleUnixSocket" and item.get("status", {}).get(
                    "state"
                ):
                    return item
            return None

        return self._kubectl.wait_for("the diagnosis StaleUnixSocket", look, 60)

    def _remediations(self) -> list[Any]:
        return self._kubectl.items("remediations")

    def _treated(self, remedy: str, begun: float, name: str) -> Any:
        """Follows the newest Remediation of the remedy to its end, saying each state as it comes."""
        told: set[str] = set()

        def look() -> Any | None:
            # A plan that reality overtook (a pod got well meanwhile) has a successor, and that one is the story.
            found = [
                r
                for r in self._remediations()
                if r["spec"]["remedy"] == remedy
                and r.get("status", {}).get("state") != "Superseded"
            ]
            if not found:
                return None
            latest = max(found, key=lambda r: r["spec"]["attempt"])
            for step in latest.get("status", {}).get("steps", []):
                key = f"{latest['metadata']['name']}/{step['state']}"
                if key not in told:
                    told.add(key)
                    self._note(f"{name}: {step['state']}", self._since(begun))
            state = latest.get("status", {}).get("state", "")
            if state in ("RolledBack", "NeedsHuman", "Rejected", "Expired"):
                raise SystemExit(f"{name} ended as {state}: {latest['status']['message']}")
            return latest if state == "Healed" else None

        return self._kubectl.wait_for(f"{name} healed", look, 180, every=0.3)

    def _evidence(self, diagnosis: Any) -> None:
        status = diagnosis["status"]
        self._say(f"{diagnosis['metadata']['name']}: {status['summary']}")
        for line in status["evidence"]:
            number = f":{line['line']}" if line.get("line") else ""
            self._say(f"  {line['source']}{number}: {line['text']}")

    @staticmethod
    def _frozen(workload: Any) -> Any:
        """What must not change: everything but the server's own bookkeeping of status and managers."""
        metadata = {
            k: v
            for k, v in workload["metadata"].items()
            if k not in ("resourceVersion", "managedFields")
        }
        return metadata, workload["spec"]

    # -- saying ------------------------------------------------------------------------------------------------------

    def _title(self, text: str) -> None:
        print(f"\n{'─' * self._width}\n{text}\n{'─' * self._width}", flush=True)

    @staticmethod
    def _say(text: str) -> None:
        print(text, flush=True)

    def _note(self, what: str, seconds: str) -> None:
        self._summary.append((what, seconds))
        print(f"  ✓ {what}  ({seconds})", flush=True)

    @staticmethod
    def _since(begun: float) -> str:
        return f"{time.monotonic() - begun:.1f} s"

    def _show(self, *words: str) -> None:
        self._say(f"$ kubectl {' '.join(words)}")
        self._say(self._kubectl.run(*words))

    def _views(self) -> None:
        self._show("get", "dx,rem")
