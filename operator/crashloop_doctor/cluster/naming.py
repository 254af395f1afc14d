"""Names of the objects we create: derived, so that doing it twice finds the first one."""

from __future__ import annotations

import hashlib

from ..api.v1alpha1 import WorkloadReference
from ..remedies.registry import REMEDIES

MAX = 63


HASH_LENGTHS = (5, 16)
"""Hex digits of a name's hash: short to read, the long one where the short one is taken by another case."""


def _suffixed(stem: str, length: int, *parts: str) -> str:
    suffix = hashlib.sha256("/".join(parts).encode()).hexdigest()[:length]
    return f"{stem[: MAX - 30].rstrip('-.')}-{suffix}"


def diagnosis_name(
    workload: WorkloadReference, container: str, cause: str, length: int = HASH_LENGTHS[0]
) -> str:
    return _suffixed(workload.name, length, workload.uid, workload.kind, container, cause)


# Short, so that `kubectl get dx,rem`, which prefixes the kind, fits 120 columns.
_SHORT = {"RemoveStaleSocket": "aid", "InjectSocketJanitor": "fix"}
assert _SHORT.keys() == REMEDIES.keys()


def remediation_name(diagnosis: str, remedy: str, attempt: int) -> str:
    return f"{diagnosis}-{_SHORT[remedy]}{attempt}"
