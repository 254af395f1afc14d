"""Small clusters as kubectl and troubleshoot.sh write them down, and archives of them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import yaml

PORT = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n"
SOCKET = "panic: listen unix /run/agent/agent.sock: bind: address already in use\n"
MOUNT = {"name": "run", "mountPath": "/run/agent"}
STARTED, FINISHED = "2026-11-21T09:00:00Z", "2026-11-21T09:00:02Z"


def ended(exit_code: int = 1, reason: str = "Error", container_id: str = "c://1") -> dict[str, Any]:
    return {
        "terminated": {
            "exitCode": exit_code,
            "reason": reason,
            "startedAt": STARTED,
            "finishedAt": FINISHED,
            "containerID": container_id,
        }
    }


RUNNING = {"running": {"startedAt": FINISHED}}


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": message}}


def pod(
    name: str,
    state: dict[str, Any] | None = None,
    last_state: dict[str, Any] | None = None,
    *,
    namespace: str = "shop",
    restarts: int = 0,
    ready: bool = False,
    owner: tuple[str, str] | None = None,
    containers: tuple[str, ...] = ("app",),
) -> dict[str, Any]:
    """A pod whose first container has this state; the others run and are Ready."""
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": namespace,
        "uid": f"uid-{namespace}-{name}",
        "creationTimestamp": STARTED,
    }
    if owner:
        metadata["ownerReferences"] = [
            {
                "apiVersion": "apps/v1",
                "kind": owner[0],
                "name": owner[1],
                "uid": f"uid-{owner[1]}",
                "controller": True,
            }
        ]
    first = {
        "name": containers[0],
        "ready": ready,
        "restartCount": restarts,
        "state": state or RUNNING,
        "lastState": last_state or {},
    }
    others = [
        {"name": c, "ready": True, "restartCount": 0, "state": RUNNING} for c in containers[1:]
    ]
    return {
        "metadata": metadata,
        "spec": {
            "containers": [
                {"name": c, "image": f"{c}:1", "volumeMounts": [MOUNT]} for c in containers
            ],
            "volumes": [{"name": "run", "hostPath": {"path": "/run/agent"}}],
        },
        "status": {"phase": "Running", "containerStatuses": [first, *others]},
    }


def looping(name: str, **more: Any) -> dict[str, Any]:
    return pod(name, waiting("CrashLoopBackOff"), ended(), restarts=5, **more)


def healthy(name: str, **more: Any) -> dict[str, Any]:
    return pod(name, ready=True, **more)


def event(
    about: str, reason: str, message: str, *, namespace: str = "shop", **more: Any
) -> dict[str, Any]:
    return {
        "metadata": {"name": f"{about}.1", "namespace": namespace},
        "involvedObject": {"kind": "Pod", "name": about, "namespace": namespace},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": FINISHED,
        **more,
    }


def listed(kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {}, "items": items}


def as_json(value: Any) -> bytes:
    return json.dumps(value, indent=4).encode() + b"\n"


def as_yaml(value: Any) -> bytes:
    return yaml.safe_dump(value).encode()


def section(log: str | bytes, pod: str, container: str = "app", namespace: str = "shop") -> bytes:
    content = log if isinstance(log, bytes) else log.encode("utf-8", "surrogateescape")
    whose = f"container {container} of pod {namespace}/{pod}"
    return (
        f"==== START logs for {whose} ====\n".encode()
        + content
        + f"==== END logs for {whose} ====\n".encode()
    )


Tree = dict[str, bytes]


def kubectl_dump(
    pods: list[dict[str, Any]],
    logs: dict[str, bytes] | None = None,
    events: list[dict[str, Any]] | None = None,
    form: str = "json",
    **others: list[dict[str, Any]],
) -> Tree:
    """`kubectl cluster-info dump --output-directory`; `logs` is by pod, markers included."""
    write = as_json if form == "json" else as_yaml
    tree: Tree = {f"nodes.{form}": write(listed("Node", []))}
    namespaces = {p["metadata"]["namespace"] for p in pods} or {"shop"}
    for namespace in namespaces:
        own = [p for p in pods if p["metadata"]["namespace"] == namespace]
        tree[f"{namespace}/pods.{form}"] = write(listed("Pod", own))
        told = [e for e in events or [] if e["involvedObject"]["namespace"] == namespace]
        tree[f"{namespace}/events.{form}"] = write(listed("Event", told))
        for name, items in others.items():
            kind = {"deployments": "Deployment", "replicasets": "ReplicaSet"}[name]
            tree[f"{namespace}/{name}.{form}"] = write(listed(kind, items))
        for p in own:
            name = p["metadata"]["name"]
            tree[f"{namespace}/{name}/logs.txt"] = (logs or {}).get(name, section("", name))
    return tree


def kubectl_stream(tree: Tree, form: str = "json") -> bytes:
    """The same without `--output-directory`: one stream, first the objects and then the logs of each namespace."""
    objects = [content for name, content in tree.items() if name.endswith(f".{form}")]
    logs = [content for name, content in tree.items() if name.endswith("logs.txt")]
    return (b"---\n" if form == "yaml" else b"").join(objects) + b"".join(logs)


def support_bundle(
    pods: list[dict[str, Any]],
    logs: dict[str, bytes] | None = None,
    events: list[dict[str, Any]] | None = None,
    **others: list[dict[str, Any]],
) -> Tree:
    """troubleshoot.sh; `logs` is by path below cluster-resources/pods/logs, or from the top with a leading slash."""
    tree: Tree = {"version.yaml": b"apiVersion: troubleshoot.sh/v1beta2\n"}
    namespaces = {p["metadata"]["namespace"] for p in pods}
    for namespace in namespaces:
        own = [p for p in pods if p["metadata"]["namespace"] == namespace]
        tree[f"cluster-resources/pods/{namespace}.json"] = as_json(listed("Pod", own))
        tree[f"cluster-resources/events/{namespace}.json"] = as_json(listed("Event", events or []))
        for name, items in others.items():
            kind = {"deployments": "Deployment", "replicasets": "ReplicaSet"}[name]
            tree[f"cluster-resources/{name}/{namespace}.json"] = as_json(listed(kind, items))
    tree["cluster-resources/pods-errors.json"] = b"null\n"
    for name, content in (logs or {}).items():
        path = name[1:] if name.startswith("/") else f"cluster-resources/pods/logs/{name}"
        tree[path] = content
    return tree


def folder(tree: Tree, at: Path) -> Path:
    for name, content in tree.items():
        file = at / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return at


def archive(tree: Tree, at: Path, top: str = "support-bundle-2026-11-21T09_00_00") -> Path:
    with tarfile.open(at, "w:gz") as tar:
        for name, content in tree.items():
            info = tarfile.TarInfo(f"{top}/{name}" if top else name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return at


def gzipped(content: bytes, at: Path) -> Path:
    at.write_bytes(gzip.compress(content))
    return at
