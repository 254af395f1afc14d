"""Gathers what a remedy needs to plan, and asks it."""

from __future__ import annotations

from collections.abc import Iterable

from ..api.core import Pod
from ..api.v1alpha1 import Diagnosis
from ..remedies.plan import Consultation, Plan, Refusal
from ..remedies.registry import REMEDIES
from ..treatment.proposal import overtaken_by
from . import workloads
from .client import Client
from .workloads import KnownWorkload


async def plan(
    client: Client,
    diagnosis: Diagnosis,
    known: KnownWorkload,
    pods: tuple[Pod, ...],
    others: Iterable[Diagnosis],
    *,
    remedy: str,
    attempt: int,
    toolbox_image: str,
) -> Plan | Refusal:
    """The remedy's plan from what is true now; `others` are all Diagnoses. Raises ApiError."""
    rival = overtaken_by(diagnosis, others)
    if rival is not None:
        return Refusal(
            remedy=remedy,
            reason="DiesOfAnotherCause",
            message=f"the container dies of {rival.spec.cause} now (dx/{rival.metadata.name});"
            f" {diagnosis.spec.cause} is treated when it shows again",
        )
    captures = {value.name: value.value for value in diagnosis.status.captures}
    diagnosed = {pod.uid for pod in diagnosis.status.pods}
    patients = tuple(pod for pod in pods if pod.metadata.uid in diagnosed and pod.living)
    # Only a directory of the node can be shared with a stranger. The specs say whether there is one, never the log.
    on_host = any(volume.host_path for pod in pods for volume in pod.spec.volumes)
    neighbours = await workloads.neighbours(client, pods) if on_host else None
    consultation = Consultation(
        cause=diagnosis.spec.cause,
        container=diagnosis.spec.container,
        captures=captures,
        workload=known.workload,
        template_hash=known.template_hash,
        patients=patients,
        workload_pods=pods,
        neighbours=neighbours,
        nodes=await workloads.nodes(client),
        toolbox_image=toolbox_image,
        attempt=attempt,
    )
    return REMEDIES[remedy].plan(consultation)
