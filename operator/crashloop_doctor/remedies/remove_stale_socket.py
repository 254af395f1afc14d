"""First aid: a one-shot ephemeral container removes the socket; nothing restarts, the owner is untouched.

`targetContainerName` stays out: joining the namespace of a container that is dead fails (docs/design.md, failure 1).
What a process that forges everything gains: a dead socket of its own volume is removed. See docs/remedies.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..api.core import Pod, Workload
from ..api.v1alpha1 import ActionSpec
from . import inject_socket_janitor, socket_safety
from .plan import STRATEGIC_MERGE, Consultation, Plan, Refusal, canonical_json, digest

NAME = "RemoveStaleSocket"
CAUSES = ("StaleUnixSocket",)
DURABLE = False
CONTAINER_PREFIX = "crashloop-doctor-first-aid"

MAX_PODS = 16
"""Pods treated by one plan, as the CRD bounds its actions."""


def carrier_name(attempt: int) -> str:
    """An ephemeral container can be neither changed nor run again: each attempt has its own name."""
    return f"{CONTAINER_PREFIX}-{attempt}"


def last_attempt(pods: Iterable[Pod]) -> int:
    """The highest attempt whose container some pod still carries: its name is taken for ever."""
    prefix = f"{CONTAINER_PREFIX}-"
    numbers = [
        container.name.removeprefix(prefix)
        for pod in pods
        for container in pod.spec.ephemeral_containers
        if container.name.startswith(prefix)
    ]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def rollback(workload: Workload) -> tuple[ActionSpec, ...]:
    """Nothing: the file was dead, and an ephemeral container goes with its pod."""
    return ()


def plan(consultation: Consultation) -> Plan | Refusal:
    """Adds the ephemeral container to every diagnosed pod."""
    if inject_socket_janitor.watches(consultation.workload, consultation.captures.get("path", "")):
        return Refusal(
            remedy=NAME,
            reason="AlreadyInPlace",
            message="the janitor sidecar is in place and removes the socket before the next retry",
        )
    target = socket_safety.locate(NAME, consultation, consultation.patients)
    if isinstance(target, Refusal):
        return target
    pods = sorted(consultation.patients, key=lambda pod: pod.metadata.name)[:MAX_PODS]
    name = carrier_name(consultation.attempt)
    body = {
        "name": name,
        "image": consultation.toolbox_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["clean-socket", *target.arguments],
        "volumeMounts": [target.volume_mount()],
        "securityContext": target.security_context(),
    }
    actions = tuple(
        ActionSpec(
            api_version="v1",
            kind="Pod",
            name=pod.metadata.name,
            uid=pod.metadata.uid,
            subresource="ephemeralcontainers",
            content_type=STRATEGIC_MERGE,
            # The UID makes the request fail for a later pod of the same name.
            body=canonical_json(
                {"metadata": {"uid": pod.metadata.uid}, "spec": {"ephemeralContainers": [body]}}
            ),
        )
        for pod in pods
    )
    return Plan(
        remedy=NAME,
        change_class="Addition",
        summary=f"remove {target.path} from volume {target.volume.name} by a one-shot ephemeral container",
        actions=actions,
        healthy_pods_restarted=0,
        template_hash=consultation.template_hash,
        digest=digest(
            NAME, consultation.workload.metadata.uid, consultation.template_hash, actions
        ),
        paste=_paste(consultation, pods, target, name),
    )


def _paste(
    consultation: Consultation, pods: list[Pod], target: socket_safety.Target, name: str
) -> str:
    custom = canonical_json(
        {"volumeMounts": [target.volume_mount()], "securityContext": target.security_context()}
    )
    commands = []
    for pod in pods:
        debug = socket_safety.quoted(
            "kubectl",
            "debug",
            "--namespace",
            pod.metadata.namespace,
            pod.metadata.name,
            f"--image={consultation.toolbox_image}",
            f"--container={name}",
            "--profile=baseline",
            "--custom=/dev/stdin",
            "--",
            "/toolbox",
            "clean-socket",
            *target.arguments,
        )
        commands.append(f"printf '%s' {socket_safety.quoted(custom)} | {debug}")
    return "\n".join(commands)
