"""What a treatment's next step depends on, gathered at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..api.core import ContainerStatus, Pod, Struct, Workload
from ..api.v1alpha1 import Diagnosis, Remediation
from ..policy.gate import Gate
from ..policy.selection import Ruling
from ..remedies import inject_socket_janitor
from ..remedies.plan import Plan, Refusal
from ..remedies.registry import REMEDIES


class Observation(Struct, frozen=True, kw_only=True):
    """One Remediation and the world it acts on, as just read."""

    now: datetime
    remediation: Remediation
    diagnosis: Diagnosis | None
    workload: Workload | None
    """None when the workload (of that UID) is gone."""
    pods: tuple[Pod, ...] = ()
    """The workload's pods."""
    history: tuple[Remediation, ...] = ()
    """Every Remediation of the diagnosis, this one included."""
    plan: Plan | Refusal | None = None
    """Made anew from what is true now; None once the change has been made."""
    ruling: Ruling
    gate: Gate | None = None
    approval_trusted: bool = False
    """Whether the approval, if there is one, was given under the guard of the chart's admission policy."""

    @property
    def durable(self) -> bool:
        return REMEDIES[self.remediation.spec.remedy].durable

    @property
    def targets(self) -> tuple[Pod, ...]:
        """Living pods that carry the change, or are to: the ones named by first aid, all of them for a sidecar."""
        named = {action.uid for action in self.remediation.spec.actions}
        return tuple(
            pod for pod in self.pods if pod.living and (self.durable or pod.metadata.uid in named)
        )

    @property
    def carriers(self) -> Iterator[tuple[Pod, ContainerStatus]]:
        """(pod, status of the container we added) wherever the kubelet reports one."""
        spec = self.remediation.spec
        name = REMEDIES[spec.remedy].carrier_name(spec.attempt)
        for pod in self.targets:
            status = pod.container_status(name)
            if status is not None:
                yield pod, status

    @property
    def in_place(self) -> bool:
        """Whether the cluster already carries the change, by whomever it was made."""
        if self.durable:
            return self.workload is not None and inject_socket_janitor.carried(
                self.workload, self.remediation.spec.actions
            )
        return bool(self.targets) and all(self.carried_by(pod) for pod in self.targets)

    def carried_by(self, pod: Pod) -> bool:
        """Whether the pod's spec has the container of our first aid."""
        spec = self.remediation.spec
        name = REMEDIES[spec.remedy].carrier_name(spec.attempt)
        return any(container.name == name for container in pod.spec.ephemeral_containers)
