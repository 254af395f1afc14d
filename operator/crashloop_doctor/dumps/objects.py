"""Kubernetes objects as people hand them over: whole, bare, partial, with nulls, one in a list, or only a template."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from ..api.core import ContainerState, ContainerStatus, Pod, Terminated, Waiting
from .documents import Unreadable, cleaned, parsed

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the time of an end that is known without one."""

_WORD_LISTS = ("command", "args")

_EXIT_CODES = {"Completed": 0, "OOMKilled": 137, "ContainerCannotRun": 128, "StartError": 128}
"""Exit codes that go with a reason of the kubelet's; others are an error of unknown number."""


WAITING_IN_ERROR = (
    "CrashLoopBackOff",
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "CreateContainerConfigError",
    "CreateContainerError",
    "PreStartHookError",
    "PostStartHookError",
    "RunContainerError",
    "StartError",
)
"""Reasons of the kubelet for a container that does not start (its source, pkg/kubelet/container and images)."""


class InvalidPod(ValueError):
    """What was given holds no pod; the sentence says what to give."""


def pod_of(given: Any) -> Pod:
    """The pod in a document, or in its JSON or YAML text. Raises InvalidPod."""
    try:
        document = cleaned(parsed(given) if isinstance(given, str) else given)
        return msgspec.convert(_completed(_as_pod(document)), Pod, strict=False)
    except InvalidPod:
        raise
    except (Unreadable, msgspec.ValidationError, RecursionError, ValueError) as error:
        raise InvalidPod(
            f"it cannot be read as a pod: {' '.join(str(error).split())[:300]};"
            " write one with `kubectl get pod NAME -o yaml`"
        ) from error


def _as_pod(document: Any) -> dict[str, Any]:
    """The dictionary with `spec` and `status` of a pod, wherever it stands in the document."""
    if isinstance(document, list) or (isinstance(document, dict) and _listed(document)):
        items = document if isinstance(document, list) else document["items"]
        found = [item for item in items if isinstance(item, dict)]
        if len(found) == 1 and len(items) == 1:
            return _as_pod(found[0])
        pods = [pod for item in found if (pod := _pod_or_none(item)) is not None]
        if len(pods) == 1:
            return pods[0]
        if found:
            raise InvalidPod(f"it holds {len(items)} objects; give one pod")
    if isinstance(document, dict):
        kind = document.get("kind", "")
        if kind == "Pod":
            return document
        template = _template(document)
        if template is not None:
            return {"metadata": template.get("metadata", {}), "spec": template["spec"]}
        if isinstance(document.get("containers"), list):
            return {"spec": document}
        if not kind and not document.keys().isdisjoint({"metadata", "spec", "status"}):
            return document
    raise InvalidPod("it holds no Pod; write one with `kubectl get pod NAME -o yaml`")


def _pod_or_none(document: Any) -> dict[str, Any] | None:
    try:
        return _as_pod(document)
    except InvalidPod:
        return None


def _listed(document: dict[str, Any]) -> bool:
    return isinstance(document.get("items"), list) and "spec" not in document


def _template(document: dict[str, Any]) -> dict[str, Any] | None:
    """The pod template of a workload, a PodTemplate or a CronJob."""
    spec = document.get("spec")
    for holder in (document, spec):
        if isinstance(holder, dict):
            template = holder.get("template", holder.get("jobTemplate"))
            if isinstance(template, dict) and isinstance(template.get("spec"), dict):
                return _template(template) or template
    if document.get("kind") == "PodTemplate" and isinstance(spec, dict):
        return document
    return None


def _completed(pod: dict[str, Any]) -> dict[str, Any]:
    """The pod with what its types require and people leave out; what means nothing without its name goes."""
    spec, status, metadata = pod.get("spec"), pod.get("status"), pod.get("metadata")
    if isinstance(spec, dict):
        spec = dict(spec)
        for field in ("containers", "initContainers", "ephemeralContainers"):
            if isinstance(spec.get(field), list):
                spec[field] = [_container(c, n) for n, c in enumerate(spec[field], start=1)]
        _keep(spec, "volumes", "name")
        pod = {**pod, "spec": spec}
    if isinstance(status, dict):
        status = dict(status)
        only = _only_name(spec)
        for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
            if isinstance(status.get(field), list):
                status[field] = [_container_status(s, only) for s in status[field]]
        _keep(status, "conditions", "type", "status")
        pod = {**pod, "status": status}
    if isinstance(metadata, dict):
        metadata = dict(metadata)
        _keep(metadata, "ownerReferences", "apiVersion", "kind", "name", "uid")
        pod = {**pod, "metadata": metadata}
    return pod


def _only_name(spec: Any) -> str:
    containers = spec.get("containers") if isinstance(spec, dict) else None
    if not isinstance(containers, list) or len(containers) != 1:
        return ""
    return str(containers[0].get("name", "")) if isinstance(containers[0], dict) else ""


def _keep(holder: dict[str, Any], field: str, *required: str) -> None:
    if isinstance(holder.get(field), list):
        holder[field] = [
            item
            for item in holder[field]
            if not isinstance(item, dict) or all(name in item for name in required)
        ]


def _container(container: Any, number: int) -> Any:
    if not isinstance(container, dict):
        return container
    container = {"name": f"container-{number}", **container}
    for field in _WORD_LISTS:
        # `command: sleep 5` instead of a list
        if isinstance(container.get(field), str):
            container[field] = [container[field]]
    _keep(container, "volumeMounts", "name", "mountPath")
    _keep(container, "env", "name")
    return container


def _container_status(status: Any, only: str) -> Any:
    if not isinstance(status, dict):
        return status
    status = {"name": only, **status}
    for field in ("state", "lastState"):
        state = status.get(field)
        if isinstance(state, dict) and isinstance(state.get("terminated"), dict):
            end = {"finishedAt": _UNKNOWN.isoformat(), **state["terminated"]}
            status[field] = {**state, "terminated": end}
    return status


def with_end(pod: Pod, container: str, exit_code: int | None, reason: str) -> Pod:
    """The pod whose container's latest death has this exit code and reason; a pod without a death gets one."""
    if exit_code is None and not reason:
        return pod
    if reason in WAITING_IN_ERROR and reason not in _EXIT_CODES:
        # `kubectl get pods` shows it in the same place, but it is no end: the container waits.
        return _waiting(with_end(pod, container, exit_code, ""), container, reason)
    pod, status = _with_status(pod, container)
    field = "state"
    if status.state.terminated is None and (
        status.last_state.terminated is not None or status.state.running is not None
    ):
        field = "last_state"
    state: ContainerState = getattr(status, field)
    end = state.terminated or Terminated(finished_at=_UNKNOWN)
    ended = ContainerState(terminated=_ended(end, state.terminated is None, exit_code, reason))
    return _changed(pod, status, msgspec.structs.replace(status, **{field: ended}))


def _waiting(pod: Pod, container: str, reason: str) -> Pod:
    pod, status = _with_status(pod, container)
    state, last = status.state, status.last_state
    if state.waiting is not None and state.waiting.reason == reason:
        return pod
    waits = ContainerState(waiting=Waiting(reason=reason))
    last = state if state.terminated is not None else last
    return _changed(pod, status, msgspec.structs.replace(status, state=waits, last_state=last))


def _with_status(pod: Pod, container: str) -> tuple[Pod, ContainerStatus]:
    """The pod with a status for the container, and that."""
    status = pod.container_status(container)
    if status is not None:
        return pod, status
    status = ContainerStatus(name=container)
    known = (*pod.status.container_statuses, status)
    replaced = msgspec.structs.replace(pod.status, container_statuses=known)
    return msgspec.structs.replace(pod, status=replaced), status


def _changed(pod: Pod, status: ContainerStatus, changed: ContainerStatus) -> Pod:
    groups = ("container_statuses", "init_container_statuses", "ephemeral_container_statuses")
    return msgspec.structs.replace(
        pod,
        status=msgspec.structs.replace(
            pod.status,
            **{
                group: tuple(changed if s is status else s for s in getattr(pod.status, group))
                for group in groups
            },
        ),
    )


def _ended(end: Terminated, new: bool, exit_code: int | None, reason: str) -> Terminated:
    if exit_code is None:
        exit_code = _EXIT_CODES.get(reason, 1) if new else end.exit_code
    if not reason:
        # What the kubelet writes; another code makes an old reason untrue.
        same = not new and end.exit_code == exit_code
        reason = end.reason if same else ("Error" if exit_code else "Completed")
    return msgspec.structs.replace(end, exit_code=exit_code, reason=reason)


def chosen_container(pod: Pod, wanted: str, died: tuple[str, ...]) -> str:
    """The container in question: the wanted one, else the first of those that died, else the first.

    Raises InvalidPod when the wanted one is not there.
    """
    names = [c.name for c in (*pod.spec.containers, *pod.spec.init_containers)]
    if wanted:
        if names and wanted not in names:
            raise InvalidPod(f"the pod has no container {wanted!r}; it has {', '.join(names)}")
        return wanted
    if died:
        return died[0]
    if names:
        return names[0]
    statuses = pod.status.container_statuses
    return statuses[0].name if statuses else ""
