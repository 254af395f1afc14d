"""A namespace with the doctor's attention: cluster up, images loaded, chart with its rights, a policy in force."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import installation, operator_process
from .kubectl import Kubectl

RIGHTS = {
    "remedies.removeStaleSocket.enabled": True,
    "remedies.injectSocketJanitor.enabled": True,
}
NO_RIGHTS = {"logLevel": "info"}
"""The chart's defaults. (Given no value at all, helm keeps the last ones.)"""

# Twice the longest life in the loop, which is 3 s for nginx, lies between them.
MIN_WINDOW_SECONDS = 4
MAX_WINDOW_SECONDS = 20
"""A verification window grows with the daemon's life; unbounded it would decide how long a run takes."""

COOLDOWN_SECONDS = 0
"""A kill during a verification looks like a relapse; the next remedy should then be tried at once."""


@dataclass(frozen=True)
class Ward:
    """Kubectl in the namespace; `policy` is the name of the only ClusterRemediationPolicy about it."""

    kubectl: Kubectl
    policy: str

    @classmethod
    def open(cls, namespace: str, say: Callable[[str], None], *, rebuild: bool) -> Ward:
        """Raises LabFault. Nothing of an earlier run is left in the namespace."""
        say("cluster")
        installation.cluster("up", quiet=False)
        if rebuild:
            say("images")
            installation.build_and_load()
        ward = cls(Kubectl(installation.cluster("kubeconfig")).within(namespace), namespace)
        ward._clear()
        say("chart, with the rights of both remedies")
        installation.install(ward.kubectl, RIGHTS)
        # A chart that has not changed starts nothing anew, and the image may have.
        operator_process.restart(ward.kubectl)
        ward.kubectl.run("create", "namespace", namespace)
        ward.kubectl.run("apply", "-f", "-", stdin=ward.policy_text())
        ward.kubectl.wait_for("the policy in force", ward._in_force, 30)
        return ward

    def close(self) -> None:
        """Removes namespace and policy, and takes the doctor's rights away; the chart stays."""
        self._clear()
        installation.install(self.kubectl, NO_RIGHTS)

    def _clear(self) -> None:
        self.kubectl.run("delete", "namespace", self.kubectl.namespace, "--ignore-not-found")
        # Before the first installation the kind itself is unknown.
        self.kubectl.run(
            "delete", "clusterremediationpolicy", self.policy, "--ignore-not-found", check=False
        )

    def policy_text(self) -> str:
        return textwrap.dedent(f"""\
            apiVersion: crashloop-doctor.io/v1alpha1
            kind: ClusterRemediationPolicy
            metadata:
              name: {self.policy}
            spec:
              mode: Auto
              # Where another policy speaks about every namespace, this one is heard.
              priority: 100
              selector: {{namespaces: [{self.kubectl.namespace}]}}
              causes: [StaleUnixSocket]
              remedies:
                - name: RemoveStaleSocket
                - name: InjectSocketJanitor
              guards: {{maxAttempts: 20, cooldownSeconds: {COOLDOWN_SECONDS}}}
              verification: {{minWindowSeconds: {MIN_WINDOW_SECONDS}, maxWindowSeconds: {MAX_WINDOW_SECONDS}}}
            """)

    def _in_force(self) -> bool:
        found = self.kubectl.get("clusterremediationpolicy", self.policy)
        conditions: list[Any] = found.get("status", {}).get("conditions", [])
        return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)

    def doctor_log(self, lines: int) -> str:
        """The last lines the doctor logged, for a person who has to find out why."""
        return self.kubectl.within(installation.NAMESPACE).run(
            "logs", f"deployment/{installation.RELEASE}", f"--tail={lines}", check=False
        )
