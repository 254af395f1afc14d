"""Policies -> Ruling: which policy speaks for a workload and a cause, and what it allows.

Among cluster policies that match, the highest priority wins; between equals the stricter mode, then the name in
alphabetical order. A RemediationPolicy of the namespace, chosen the same way, can only narrow the result. Without any
cluster policy the ceiling is `Suggest` (docs/policies.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..api.core import LabelSelector, Struct, Workload
from ..api.v1alpha1 import MODES, Guards, Policy, PolicySpec, Verification


class Ruling(Struct, frozen=True, kw_only=True):
    """What is allowed for one workload and cause, by which policy, and why."""

    mode: str
    policy: str
    reason: str
    remedies: tuple[str, ...] = ()
    """Empty means every remedy that exists for the cause."""
    guards: Guards = Guards()
    verification: Verification = Verification()
    git_ops: str = "Suggest"
    approval_expiry_seconds: int = 86400


DEFAULT = Ruling(
    mode="Suggest",
    policy="",
    reason="no policy selects this workload and cause, so the doctor only suggests",
)


def stricter_mode(one: str, other: str) -> str:
    return min(one, other, key=MODES.index)


def ruling(policies: Iterable[Policy], workload: Workload, cause: str, confidence: float) -> Ruling:
    """The ruling for a diagnosis with this confidence (0 to 1) on this workload."""
    matching = [p for p in policies if _selects(p, workload, cause)]
    cluster = _first(p for p in matching if not p.metadata.namespace)
    own = _first(p for p in matching if p.metadata.namespace == workload.metadata.namespace)
    result = DEFAULT
    if cluster is not None:
        result = _limited(
            _of(cluster.spec, f"ClusterRemediationPolicy/{cluster.metadata.name}"),
            cluster,
            confidence,
        )
    if own is not None:
        result = _limited(_narrowed(result, own, cluster is not None), own, confidence)
    return result


def _first(policies: Iterable[Policy]) -> Policy | None:
    ordered = sorted(
        policies,
        key=lambda p: (-p.spec.priority, MODES.index(p.spec.mode), p.metadata.name),
    )
    return ordered[0] if ordered else None


def _of(spec: PolicySpec, name: str) -> Ruling:
    return Ruling(
        mode=spec.mode,
        policy=name,
        reason=f"{name} sets mode {spec.mode}",
        remedies=tuple(choice.name for choice in spec.remedies),
        guards=spec.guards,
        verification=spec.verification,
        git_ops=spec.git_ops,
        approval_expiry_seconds=spec.approval_expiry_seconds,
    )


def _narrowed(ceiling: Ruling, own: Policy, has_cluster: bool) -> Ruling:
    name = f"RemediationPolicy/{own.metadata.name}"
    mode = stricter_mode(ceiling.mode, own.spec.mode)
    chosen = tuple(choice.name for choice in own.spec.remedies)
    if ceiling.remedies:
        chosen = tuple(n for n in chosen or ceiling.remedies if n in ceiling.remedies)
        if not chosen:
            mode = stricter_mode(mode, "Observe")
    reason = f"{name} sets mode {own.spec.mode}"
    if mode != own.spec.mode:
        allowed_by = ceiling.policy if has_cluster else "the absence of any cluster policy"
        reason += f", limited to {mode} by {allowed_by}"
    limits, mine = ceiling.guards, own.spec.guards
    return Ruling(
        mode=mode,
        policy=name,
        reason=reason,
        remedies=chosen,
        guards=Guards(
            max_attempts=min(limits.max_attempts, mine.max_attempts),
            cooldown_seconds=max(limits.cooldown_seconds, mine.cooldown_seconds),
            max_concurrent=min(limits.max_concurrent, mine.max_concurrent),
            max_concurrent_per_namespace=min(
                limits.max_concurrent_per_namespace, mine.max_concurrent_per_namespace
            ),
            max_healthy_pods_restarted=min(
                limits.max_healthy_pods_restarted, mine.max_healthy_pods_restarted
            ),
        ),
        verification=ceiling.verification if has_cluster else own.spec.verification,
        git_ops=(
            "Apply" if ceiling.git_ops == "Apply" and own.spec.git_ops == "Apply" else "Suggest"
        ),
        approval_expiry_seconds=min(
            ceiling.approval_expiry_seconds, own.spec.approval_expiry_seconds
        ),
    )


def _limited(result: Ruling, policy: Policy, confidence: float) -> Ruling:
    if confidence >= float(policy.spec.min_confidence) or result.mode in ("Observe", "Suggest"):
        return result
    return Ruling(
        mode="Suggest",
        policy=result.policy,
        reason=f"{result.policy} asks for a confidence of {policy.spec.min_confidence},"
        f" this diagnosis has {confidence:.2f}",
        remedies=result.remedies,
        guards=result.guards,
        verification=result.verification,
        git_ops=result.git_ops,
        approval_expiry_seconds=result.approval_expiry_seconds,
    )


def _selects(policy: Policy, workload: Workload, cause: str) -> bool:
    spec, meta = policy.spec, workload.metadata
    if policy.metadata.namespace and policy.metadata.namespace != meta.namespace:
        return False
    if spec.causes and cause not in spec.causes:
        return False
    selector = spec.selector
    return (
        (not selector.namespaces or meta.namespace in selector.namespaces)
        and meta.namespace not in selector.excluded_namespaces
        and (not selector.kinds or workload.kind in selector.kinds)
        and (not selector.names or meta.name in selector.names)
        and labels_match(selector.labels, meta.labels)
    )


def labels_match(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Kubernetes' label selector; an unknown operator matches nothing (a policy must fail closed)."""
    if any(labels.get(key) != value for key, value in selector.match_labels.items()):
        return False
    return all(_expression_matches(e, labels) for e in selector.match_expressions)


def _expression_matches(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression.get("key", ""), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False
