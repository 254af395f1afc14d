"""URL paths of the API server's resources."""

from __future__ import annotations

from urllib.parse import quote

from ..api.v1alpha1 import API_VERSION, KINDS

_PLURALS = {
    ("v1", "Pod"): "pods",
    ("v1", "Event"): "events",
    ("v1", "Node"): "nodes",
    ("apps/v1", "Deployment"): "deployments",
    ("apps/v1", "StatefulSet"): "statefulsets",
    ("apps/v1", "DaemonSet"): "daemonsets",
    ("apps/v1", "ReplicaSet"): "replicasets",
    ("batch/v1", "Job"): "jobs",
    ("batch/v1", "CronJob"): "cronjobs",
    **{(API_VERSION, kind.kind): kind.plural for kind in KINDS},
}


def readable(api_version: str, kind: str) -> bool:
    """Whether objects of this kind are namespaced workloads that the doctor knows (and its role may read)."""
    return (api_version, kind) in _PLURALS and kind not in ("Node", "Event")


def resource(
    api_version: str, kind: str, namespace: str = "", name: str = "", subresource: str = ""
) -> str:
    """The path of an object, or without a name of its collection. Raises KeyError for a kind we do not know."""
    prefix = "/api/v1" if api_version == "v1" else f"/apis/{api_version}"
    parts = [prefix]
    if namespace:
        parts += ["namespaces", quote(namespace, safe="")]
    parts.append(_PLURALS[api_version, kind])
    if name:
        parts.append(quote(name, safe=""))
    if subresource:
        parts.append(subresource)
    return "/".join(parts)
