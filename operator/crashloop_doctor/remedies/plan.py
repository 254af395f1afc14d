"""What a remedy would do, as a value: every request exactly as it would be sent, and how it is taken back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..api.core import Node, Pod, Struct, Workload
from ..api.v1alpha1 import ActionSpec

FIELD_MANAGER = "crashloop-doctor"

STRATEGIC_MERGE = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"


class Consultation(Struct, frozen=True, kw_only=True):
    """Everything a remedy may look at when it plans. `attempt` counts from 1 per workload, cause and remedy."""

    cause: str
    container: str
    captures: dict[str, str]
    workload: Workload
    template_hash: str
    patients: tuple[Pod, ...]
    """The diagnosed pods that still exist."""
    workload_pods: tuple[Pod, ...]
    neighbours: tuple[Pod, ...] | None
    """Every pod with a hostPath on the nodes concerned; None when not read, and then no hostPath is touched."""
    nodes: tuple[Node, ...]
    toolbox_image: str
    attempt: int


class Plan(Struct, frozen=True, kw_only=True):
    """A change that a remedy proposes."""

    remedy: str
    change_class: str
    summary: str
    actions: tuple[ActionSpec, ...]
    healthy_pods_restarted: int
    template_hash: str
    digest: str
    paste: str


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a remedy cannot be used here: a condition's reason and a sentence that says what would change it."""

    remedy: str
    reason: str
    message: str


def canonical_json(value: Any) -> str:
    """One spelling for equal values, so that equal plans have equal digests."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def template_hash(template: dict[str, Any] | None) -> str:
    """Hash of a raw `spec.template`: the only part of a workload whose change makes a plan stale.

    Generation and resourceVersion move for other reasons too (scaling, status).
    """
    return "sha256:" + hashlib.sha256(canonical_json(template).encode()).hexdigest()


def digest(
    remedy: str, workload_uid: str, hashed_template: str, actions: tuple[ActionSpec, ...]
) -> str:
    """Identity of a plan: an approval is given to this, and to nothing else."""
    content = {
        "remedy": remedy,
        "workload": workload_uid,
        "template": hashed_template,
        "actions": [
            [a.api_version, a.kind, a.name, a.uid, a.subresource, a.content_type, a.body]
            for a in actions
        ],
    }
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()
