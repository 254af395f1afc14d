"""Pods, their owners and the nodes they run on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from ..api.core import Node, ObjectMeta, OwnerReference, Pod, Struct, Workload
from ..api.v1alpha1 import PodReference, WorkloadReference
from ..remedies.plan import template_hash
from ..signatures.expression import compile_bytes
from . import paths
from .client import ApiError, Client

PAGE = "500"


class _List(Struct, frozen=True, kw_only=True):
    metadata: dict[str, Any] = {}
    items: tuple[Pod, ...] = ()


class _Nodes(Struct, frozen=True, kw_only=True):
    items: tuple[Node, ...] = ()


class KnownWorkload(Struct, frozen=True, kw_only=True):
    """A workload and the hash of its raw template, which the partial type cannot give."""

    workload: Workload
    template_hash: str


async def _pods(
    client: Client, namespace: str = "", params: dict[str, str] | None = None
) -> AsyncIterator[Pod]:
    query = {**(params or {}), "limit": PAGE}
    while True:
        page = await client.get(paths.resource("v1", "Pod", namespace), _List, query)
        for pod in page.items:
            yield pod
        token = page.metadata.get("continue")
        if not token:
            return
        query["continue"] = token


async def pods_named(client: Client, name: str) -> list[Pod]:
    """Pods of that name in all namespaces: a table row does not say in which one it is."""
    return [p async for p in _pods(client, params={"fieldSelector": f"metadata.name={name}"})]


MAX_NODES_ASKED = 10
"""Up to so many nodes are asked one by one; beyond that one list of all pods is cheaper."""


async def neighbours(client: Client, pods: tuple[Pod, ...]) -> tuple[Pod, ...]:
    """Every pod with a hostPath on the nodes of these pods, themselves included."""
    nodes = {pod.spec.node_name for pod in pods if pod.spec.node_name}
    if len(nodes) > MAX_NODES_ASKED:
        return tuple([p async for p in _pods(client) if p.spec.node_name in nodes and _on_host(p)])
    found = [
        p
        for node in sorted(nodes)
        async for p in _pods(client, params={"fieldSelector": f"spec.nodeName={node}"})
        if _on_host(p)
    ]
    return tuple(found)


def _on_host(pod: Pod) -> bool:
    return any(volume.host_path is not None for volume in pod.spec.volumes)


async def _named(
    client: Client, namespace: str, references: tuple[PodReference, ...]
) -> tuple[Pod, ...]:
    """The pods of these references that still exist: all there is for an owner without a selector."""
    found = [
        await client.find(paths.resource("v1", "Pod", namespace, reference.name), Pod)
        for reference in references
    ]
    uids = {reference.uid for reference in references}
    return tuple(pod for pod in found if pod is not None and pod.metadata.uid in uids)


async def pods_of(
    client: Client, workload: Workload, known: tuple[PodReference, ...] = ()
) -> tuple[Pod, ...]:
    """The workload's pods, by selector and by owner: selectors of two workloads may overlap.

    Where there is no selector to ask for (a CronJob, a kind we cannot read) those of the known pods that still exist.
    """
    namespace = workload.metadata.namespace
    if workload.kind == "Pod":
        pod = await client.find(paths.resource("v1", "Pod", namespace, workload.metadata.name), Pod)
        return (pod,) if pod is not None and pod.metadata.uid == workload.metadata.uid else ()
    selector = _selector(workload)
    if not selector:
        return await _named(client, namespace, known)
    found = [p async for p in _pods(client, namespace, {"labelSelector": selector})]
    return tuple(pod for pod in found if _owned(pod, workload))


def _selector(workload: Workload) -> str:
    """The selector in the form of a query; match expressions included."""
    spec = workload.spec.selector
    terms = [f"{key}={value}" for key, value in spec.match_labels.items()]
    for expression in spec.match_expressions:
        key, values = expression.get("key", ""), ",".join(expression.get("values") or [])
        match expression.get("operator"):
            case "In":
                terms.append(f"{key} in ({values})")
            case "NotIn":
                terms.append(f"{key} notin ({values})")
            case "Exists":
                terms.append(key)
            case "DoesNotExist":
                terms.append(f"!{key}")
    return ",".join(terms)


def controller(metadata: ObjectMeta) -> OwnerReference | None:
    return next((o for o in metadata.owner_references if o.controller), None)


def _owned(pod: Pod, workload: Workload) -> bool:
    owner = controller(pod.metadata)
    if owner is None:
        return False
    if workload.kind == "Deployment":
        # Its replica sets are named after it (deployment controller); no read of every one of them.
        return (
            owner.kind == "ReplicaSet" and owner.name.rpartition("-")[0] == workload.metadata.name
        )
    return owner.uid == workload.metadata.uid


async def read(
    client: Client, namespace: str, reference: WorkloadReference
) -> KnownWorkload | None:
    """The workload of that UID, None when it is gone. Raises ApiError.

    A kind we cannot read (an Argo Rollout, say) is returned as its reference alone: it can be named, not changed.
    """
    if not paths.readable(reference.api_version, reference.kind):
        metadata = ObjectMeta(name=reference.name, namespace=namespace, uid=reference.uid)
        return KnownWorkload(
            workload=Workload(
                api_version=reference.api_version, kind=reference.kind, metadata=metadata
            ),
            template_hash="",
        )
    path = paths.resource(reference.api_version, reference.kind, namespace, reference.name)
    try:
        content = await client.read(path)
    except ApiError as error:
        if error.status == 404:
            return None
        raise
    raw = msgspec.json.decode(content)
    if raw["metadata"]["uid"] != reference.uid:
        return None
    raw["apiVersion"], raw["kind"] = reference.api_version, reference.kind
    if reference.kind == "Pod":
        # A bare pod has no template: only its identity and metadata matter.
        raw.pop("spec", None)
        raw.pop("status", None)
    template = raw.get("spec", {}).get("template")
    return KnownWorkload(
        workload=msgspec.convert(raw, Workload, strict=False),
        template_hash=template_hash(template) if template else "",
    )


_KIND = compile_bytes(r"[A-Z][A-Za-z0-9]*")
_NAME = compile_bytes(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


def _nameable(owner: OwnerReference) -> bool:
    """Whether the reference can stand in a Diagnosis; whoever makes a pod writes its owner as he likes."""
    return (
        _KIND.fullmatch(owner.kind.encode()) is not None
        and len(owner.kind) <= 63
        and _NAME.fullmatch(owner.name.encode()) is not None
        and len(owner.name) <= 253
        and 0 < len(owner.api_version) <= 256
        and 0 < len(owner.uid) <= 64
    )


async def workload_of(client: Client, pod: Pod) -> WorkloadReference:
    """The outermost controller of the pod that the doctor can name; the pod itself where there is none.

    An owner that can be read must exist under that UID. Raises ApiError.
    """
    namespace = pod.metadata.namespace
    reference = WorkloadReference(
        api_version="v1", kind="Pod", name=pod.metadata.name, uid=pod.metadata.uid
    )
    metadata = pod.metadata
    for _ in range(4):
        owner = controller(metadata)
        # A mirror pod is owned by its node, which is no workload.
        if owner is None or owner.kind == "Node" or not _nameable(owner):
            break
        outer = WorkloadReference(
            api_version=owner.api_version, kind=owner.kind, name=owner.name, uid=owner.uid
        )
        if not paths.readable(owner.api_version, owner.kind):
            return outer
        known = await read(client, namespace, outer)
        if known is None:
            break
        reference, metadata = outer, known.workload.metadata
    return reference


async def nodes(client: Client) -> tuple[Node, ...]:
    return (await client.get(paths.resource("v1", "Node"), _Nodes)).items
