"""What a file of a dump is, by its path alone. Pure.

- `kubectl cluster-info dump`: NAMESPACE/pods.json, NAMESPACE/POD/logs.txt (all containers, between markers).
- troubleshoot.sh (pkg/collect/cluster_resources.go and logs.go): cluster-resources/pods/NAMESPACE.json,
  cluster-resources/pods/logs/NAMESPACE/POD/CONTAINER.log and CONTAINER-previous.log; logs collected by name:
  NAME/POD.log, NAME/POD/CONTAINER.log, NAME/NAMESPACE/POD/CONTAINER.log. Its older versions write replica sets into
  the folder statefulsets-errors.json.

Any folders may stand before these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

KINDS = {
    "pods": "Pod",
    "events": "Event",
    "deployments": "Deployment",
    "statefulsets": "StatefulSet",
    "daemonsets": "DaemonSet",
    "replicasets": "ReplicaSet",
    "statefulsets-errors.json": "",
    "jobs": "Job",
    "cronjobs": "CronJob",
}
"""Names of lists that are read, and what they hold unless they say it themselves."""

_OBJECT_ENDINGS = (".json", ".yaml", ".yml")
_LOG_ENDINGS = (".log", ".txt", ".log.gz")
_PREVIOUS = "-previous"

PodKey = tuple[str, str]
"""Namespace and name."""


class LogPlace(NamedTuple):
    """Whose log a file is; without a container it holds those of all, between markers."""

    pod: PodKey
    container: str = ""
    previous: bool = False


def list_in(parts: tuple[str, ...]) -> tuple[str, str] | None:
    """(kind, namespace) of the list in a file, each empty where the path does not say it; None for other files."""
    if not parts:
        return None
    stem = _without(parts[-1], _OBJECT_ENDINGS)
    if not stem or "logs" in parts[:-1]:
        return None
    if stem in KINDS and len(parts) > 1 and parts[-2] != "cluster-resources":
        return KINDS[stem], parts[-2]
    if len(parts) > 1 and parts[-2] in KINDS and "cluster-resources" in parts[:-2]:
        return KINDS[parts[-2]], stem
    return None


class PodIndex:
    """The pods whose logs are wanted, and their containers."""

    def __init__(self, pods: Iterable[tuple[PodKey, tuple[str, ...]]]) -> None:
        self._containers: dict[PodKey, tuple[str, ...]] = {}
        self._by_name: dict[str, list[PodKey]] = {}
        for key, containers in pods:
            self._containers[key] = containers
            self._by_name.setdefault(key[1], []).append(key)

    def log_at(self, parts: tuple[str, ...]) -> LogPlace | None:
        """Whose log the file is, or None."""
        stem = _without(parts[-1], _LOG_ENDINGS) if parts else ""
        if not stem:
            return None
        if len(parts) > 1 and (pod := self._pod(parts[-2], parts[:-2])) is not None:
            if stem == "logs":
                return LogPlace(pod)
            return self._of(pod, stem.removeprefix("logs-")) or self._of(pod, stem)
        # A pod with one container: NAME/POD.log
        for name, previous in ((stem, False), (stem.removesuffix(_PREVIOUS), True)):
            pod = self._pod(name, parts[:-1])
            if pod is not None and len(self._containers[pod]) == 1:
                return LogPlace(pod, self._containers[pod][0], previous)
        return None

    def _pod(self, name: str, above: tuple[str, ...]) -> PodKey | None:
        found = self._by_name.get(name, [])
        if len(found) > 1:
            found = [key for key in found if above and key[0] == above[-1]]
        return found[0] if len(found) == 1 else None

    def _of(self, pod: PodKey, stem: str) -> LogPlace | None:
        if stem in self._containers[pod]:
            return LogPlace(pod, stem)
        container = stem.removesuffix(_PREVIOUS)
        if container != stem and container in self._containers[pod]:
            return LogPlace(pod, container, previous=True)
        return None


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return ""
