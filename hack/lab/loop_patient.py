"""A small pod whose crash loop starts and stops by itself, after a known number of deaths."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

IMAGE = "crashloop-doctor-patients:0.1.0"
CAUSE_LINE = "Error: Address already in use (os error 98)"
"""A cause that no remedy is for in a pod without volumes: it is diagnosed, and left alone."""

# The count outlives the container, on an emptyDir; nothing else does.
_SCRIPT = """
n=$(cat /state/deaths 2>/dev/null || echo 0)
if [ "$n" -lt "$DEATHS" ]; then
  echo $((n + 1)) > /state/deaths
  echo "{line}"
  sleep 1
  exit 1
fi
echo "well after $n deaths"
exec sleep 100000
"""


@dataclass(frozen=True)
class LoopPatient:
    """A bare pod: `deaths` times it dies a second after its start, then it runs. No deaths: a healthy pod."""

    name: str
    deaths: int

    def manifest(self) -> str:
        """As JSON, which kubectl reads as well."""
        script = _SCRIPT.replace("{line}", CAUSE_LINE)
        container = {
            "name": "app",
            "image": IMAGE,
            "imagePullPolicy": "IfNotPresent",
            "command": ["sh", "-c", script],
            "env": [{"name": "DEATHS", "value": str(self.deaths)}],
            "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"memory": "32Mi"}},
            "volumeMounts": [{"name": "state", "mountPath": "/state"}],
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name, "labels": {"app.kubernetes.io/part-of": "soak"}},
            "spec": {
                # `sleep` as PID 1 hears no SIGTERM.
                "terminationGracePeriodSeconds": 0,
                "containers": [container],
                "volumes": [{"name": "state", "emptyDir": {}}],
            },
        }
        return json.dumps(pod)


def restarts(pod: Any) -> int:
    return sum(int(s["restartCount"]) for s in pod["status"].get("containerStatuses", []))


def well(pod: Any, deaths: int) -> bool:
    """Whether it has died as often as it should and runs now."""
    statuses = pod["status"].get("containerStatuses", [])
    return restarts(pod) >= deaths and any(s["ready"] for s in statuses)


def deaths_diagnosed(pod: Any, diagnoses: list[Any]) -> int:
    """How many deaths of this very pod its Diagnosis knows, 0 without one."""
    uid = pod["metadata"]["uid"]
    return max(
        (
            int(item.get("status", {}).get("deathCount", 0))
            for item in diagnoses
            if item["spec"]["workload"]["uid"] == uid
        ),
        default=0,
    )
