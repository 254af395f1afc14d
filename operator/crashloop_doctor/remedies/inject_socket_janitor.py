"""Durable cure: a native sidecar that removes the stale socket before the daemon starts and after every later crash.

A plain init container is no cure: it does not run again when only the daemon's container restarts.
What a process that forges everything gains: a dead socket of its own volume is removed. See docs/remedies.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..api.core import Container, Pod, Workload
from ..api.v1alpha1 import ActionSpec
from ..diagnosis import volumes
from . import socket_safety
from .plan import APPLY, FIELD_MANAGER, Consultation, Plan, Refusal, canonical_json, digest

NAME = "InjectSocketJanitor"
CAUSES = ("StaleUnixSocket",)
DURABLE = True
CONTAINER_NAME = "crashloop-doctor-janitor"

PATCHABLE = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1"}

OLDEST_KUBELET = (1, 29)
"""Before 1.29 native sidecars are off by default: the kubelet would wait for the janitor to end, for ever."""

MEMORY = "16Mi"
CPU = "25m"


def carrier_name(attempt: int) -> str:
    """The sidecar has one name: a second one beside it would do the same work."""
    return CONTAINER_NAME


def janitor_in(workload: Workload) -> Container | None:
    """The janitor in the workload's template, by whomever it was put there."""
    for container in workload.spec.template.spec.init_containers:
        if container.name == CONTAINER_NAME:
            return container
    return None


def watches(workload: Workload, path: str) -> bool:
    """Whether a janitor in the template, by whomever it was put there, looks after this very socket."""
    janitor = janitor_in(workload)
    if janitor is None:
        return False
    sockets = [arg.removeprefix("--socket=") for arg in janitor.args if arg.startswith("--socket=")]
    return any(volumes.canonical(socket) == volumes.canonical(path) for socket in sockets)


def last_attempt(pods: Iterable[Pod]) -> int:
    """Nothing of an earlier attempt stays behind."""
    return 0


def carried(workload: Workload, actions: Iterable[ActionSpec]) -> bool:
    """Whether the template carries the very janitor of these actions: the one for another container is not it."""
    janitor = janitor_in(workload)
    if janitor is None:
        return False
    for action in actions:
        spec = json.loads(action.body)["spec"]["template"]["spec"]
        if any(tuple(planned["args"]) == janitor.args for planned in spec["initContainers"]):
            return True
    return False


def plan(consultation: Consultation) -> Plan | Refusal:
    """Adds one init container with restartPolicy Always to the workload's template."""
    workload = consultation.workload
    refused = _workload_objection(consultation)
    if refused is not None:
        return Refusal(remedy=NAME, reason=refused[0], message=refused[1])
    # The template's change reaches every pod of the workload, and so the nodes of all of them.
    target = socket_safety.locate(NAME, consultation, consultation.workload_pods)
    if isinstance(target, Refusal):
        return target
    container = _container(consultation, target)
    template = {"spec": {"template": {"spec": {"initContainers": [container]}}}}
    action = _action(workload, canonical_json({**_identity(workload), **template}))
    return Plan(
        remedy=NAME,
        change_class="Addition",
        summary=f"add the sidecar {CONTAINER_NAME}, which keeps {target.path} free of stale sockets",
        actions=(action,),
        healthy_pods_restarted=sum(pod.status.ready for pod in consultation.workload_pods),
        template_hash=consultation.template_hash,
        digest=digest(NAME, workload.metadata.uid, consultation.template_hash, (action,)),
        paste=socket_safety.quoted(
            "kubectl",
            "patch",
            "--namespace",
            workload.metadata.namespace,
            f"{workload.kind.lower()}/{workload.metadata.name}",
            "--type=strategic",
            "--patch",
            canonical_json(template),
        ),
    )


def rollback(workload: Workload) -> tuple[ActionSpec, ...]:
    """Applying nothing gives up the fields that only we own; the object is as it was."""
    return (_action(workload, canonical_json(_identity(workload))),)


def _identity(workload: Workload) -> dict[str, Any]:
    return {
        "apiVersion": workload.api_version,
        "kind": workload.kind,
        # With the UID the request fails instead of creating a workload that was deleted meanwhile.
        "metadata": {"name": workload.metadata.name, "uid": workload.metadata.uid},
    }


def _workload_objection(consultation: Consultation) -> tuple[str, str] | None:
    workload = consultation.workload
    if watches(workload, consultation.captures.get("path", "")):
        return (
            "AlreadyInPlace",
            "the janitor sidecar is in place and removes the socket before the kubelet's next retry",
        )
    if PATCHABLE.get(workload.kind) != workload.api_version:
        return (
            "OwnerNotPatchable",
            f"{workload.kind}/{workload.metadata.name} ({workload.api_version}) has no template the doctor knows;"
            " put the sidecar into the object that creates these pods",
        )
    ours = any(m.manager == FIELD_MANAGER for m in workload.metadata.managed_fields)
    if ours or janitor_in(workload) is not None:
        return (
            "AnotherAdditionInPlace",
            f"{workload.kind}/{workload.metadata.name} already carries an addition of the doctor;"
            " a second one would take the first away",
        )
    blocked = _rollout_objection(workload)
    if blocked:
        return ("RolloutBlocked", blocked)
    if not any(c.name == consultation.container for c in workload.spec.template.spec.containers):
        return (
            "InitContainer",
            f"{consultation.container} is an init container; a sidecar added by server-side apply comes after it",
        )
    selector = workload.spec.template.spec.node_selector
    for node in consultation.nodes:
        if any(node.metadata.labels.get(key) != value for key, value in selector.items()):
            continue
        version = _version(node.status.node_info.kubelet_version)
        if version is not None and version < OLDEST_KUBELET:
            return (
                "KubeletTooOld",
                f"node {node.metadata.name} has kubelet {node.status.node_info.kubelet_version};"
                " native sidecars need 1.29",
            )
    return None


def _rollout_objection(workload: Workload) -> str:
    """Why a changed template would not reach the broken pods by itself, as a sentence; empty when it would.

    Kubernetes documentation, StatefulSets, "Forced rollback": with OrderedReady the controller waits for a pod that
    will never be Ready.
    """
    spec, name = workload.spec, f"{workload.kind}/{workload.metadata.name}"
    if spec.paused:
        return f"{name} is paused; resume it, or put the sidecar in by hand"
    if spec.update_strategy.type == "OnDelete":
        return f"{name} replaces pods only when they are deleted (updateStrategy OnDelete)"
    if workload.kind == "StatefulSet":
        if spec.pod_management_policy != "Parallel":
            return f"{name} is OrderedReady: its controller would wait for the broken pod instead of replacing it"
        if spec.update_strategy.rolling_update.partition:
            return f"{name} has a partition: the change would not reach every pod"
    return ""


def _version(text: str) -> tuple[int, int] | None:
    parts = text.removeprefix("v").split(".")
    try:
        return int(parts[0]), int(parts[1])
    except (IndexError, ValueError):
        return None


def _container(consultation: Consultation, target: socket_safety.Target) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": CONTAINER_NAME,
        "image": consultation.toolbox_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["janitor", *target.arguments],
        "restartPolicy": "Always",
        "startupProbe": {
            "exec": {"command": ["/toolbox", "janitor-ready"]},
            "periodSeconds": 1,
            # The probe waits up to 4 s for the first pass by itself.
            "timeoutSeconds": 6,
            "failureThreshold": 10,
        },
        "volumeMounts": [target.volume_mount()],
        "securityContext": target.security_context(),
    }
    # A pod without any request is BestEffort and must stay so; any other keeps its class with requests = limits.
    spec = consultation.workload.spec.template.spec
    if any(_counts_for_qos(c) for c in (*spec.containers, *spec.init_containers)):
        amounts = {"memory": MEMORY, "cpu": CPU}
        container["resources"] = {"requests": amounts, "limits": amounts}
    return container


def _counts_for_qos(container: Container) -> bool:
    """Only amounts of CPU and memory decide the QoS class; claims and other resources do not."""
    return any(
        resource in (container.resources.get(field) or {})
        for field in ("requests", "limits")
        for resource in ("cpu", "memory")
    )


def _action(workload: Workload, body: str) -> ActionSpec:
    return ActionSpec(
        api_version=workload.api_version,
        kind=workload.kind,
        name=workload.metadata.name,
        uid=workload.metadata.uid,
        content_type=APPLY,
        body=body,
    )
