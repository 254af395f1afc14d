"""What must hold of the treatments of one workload, however often and whenever it was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from crashloop_doctor.api.states import ENDS
from crashloop_doctor.remedies import inject_socket_janitor, remove_stale_socket

__all__ = ["ENDS", "FIRST_AID", "FIRST_AID_CONTAINER", "JANITOR", "JANITOR_CONTAINER"]

FIRST_AID = remove_stale_socket.NAME
FIRST_AID_CONTAINER = remove_stale_socket.CONTAINER_PREFIX
JANITOR = inject_socket_janitor.NAME
JANITOR_CONTAINER = inject_socket_janitor.CONTAINER_NAME


def state(remediation: Any) -> str:
    return str(remediation.get("status", {}).get("state", ""))


def reached(remediation: Any, wanted: str) -> int:
    """How often the treatment entered the state."""
    steps = remediation.get("status", {}).get("steps", [])
    return sum(step["state"] == wanted for step in steps)


def double_treatments(
    remediations: Sequence[Any],
    aids_by_pod: Mapping[str, frozenset[str]],
    generations: tuple[int, int],
) -> list[str]:
    """Each treatment that was given twice, as a sentence.

    `aids_by_pod` is every ephemeral container seen, by the pod's UID; `generations` the workload's first and latest.
    """
    return [
        *_repeated_steps(remediations),
        *_spare_aids(remediations, aids_by_pod),
        *_spare_generations(remediations, generations),
    ]


def _repeated_steps(remediations: Sequence[Any]) -> list[str]:
    return [
        f"{item['metadata']['name']} entered {name} {count} times"
        for item in remediations
        for name, count in Counter(
            step["state"] for step in item.get("status", {}).get("steps", [])
        ).items()
        if count > 1
    ]


def _spare_aids(
    remediations: Sequence[Any], aids_by_pod: Mapping[str, frozenset[str]]
) -> list[str]:
    planned = Counter(
        action["uid"]
        for item in remediations
        if item["spec"]["remedy"] == FIRST_AID and reached(item, "Applied")
        for action in item["spec"]["actions"]
    )
    return [
        f"pod {uid} has {len(names)} first-aid containers after {planned[uid]} first aids"
        for uid, names in aids_by_pod.items()
        if len(names) != planned[uid]
    ]


def _spare_generations(remediations: Sequence[Any], generations: tuple[int, int]) -> list[str]:
    first, latest = generations
    durable = [item for item in remediations if item["spec"]["remedy"] == JANITOR]
    expected = sum(reached(item, "Applied") for item in durable)
    expected += sum(reached(item, "Applied") * reached(item, "RolledBack") for item in durable)
    if latest - first == expected:
        return []
    return [f"the generation moved by {latest - first}, our applies explain {expected}"]
