"""Our own resources as last seen: fed by the watch and by our own writes, the newer resourceVersion wins."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import msgspec

from ..api.core import Struct
from ..api.v1alpha1 import (
    API_VERSION,
    KINDS,
    Diagnosis,
    FailureSignature,
    Policy,
    Remediation,
)
from . import paths
from .client import Client

logger = logging.getLogger(__name__)

Key = tuple[str, str]
"""(namespace, name); the namespace of cluster-scoped objects is empty."""

TYPES: dict[str, Any] = {kind.kind: kind.type for kind in KINDS}


class _RawList(Struct, frozen=True, kw_only=True):
    items: tuple[dict[str, Any], ...] = ()


class Store:
    """Objects by kind and key."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[Key, Any]] = {kind: {} for kind in TYPES}

    async def prime(self, client: Client) -> None:
        """Reads everything once: budgets must be known before the first decision. Raises ApiError."""
        for kind in TYPES:
            listed = await client.get(paths.resource(API_VERSION, kind), _RawList)
            for raw in listed.items:
                self.put(kind, raw)

    def put(self, kind: str, raw: dict[str, Any]) -> Key | None:
        """Takes an object as the API server sent it; None if it is older than what is known, or cannot be read."""
        try:
            value = msgspec.convert(raw, TYPES[kind], strict=False)
        except msgspec.ValidationError as error:
            # Only an object stored under an older schema can come here; the others must go on.
            logger.error(
                "an object cannot be read",
                extra={
                    "kind": kind,
                    "object": raw.get("metadata", {}).get("name"),
                    "error": str(error),
                },
            )
            return None
        return self.put_value(kind, value)

    def put_value(self, kind: str, value: Any) -> Key | None:
        key = (value.metadata.namespace, value.metadata.name)
        known = self._objects[kind].get(key)
        if known is not None and known.metadata.uid == value.metadata.uid:
            # Versions are opaque by contract, yet ordered on every server with etcd (KEP-5504 makes it official).
            old, new = known.metadata.resource_version, value.metadata.resource_version
            if old.isdigit() and new.isdigit() and int(new) < int(old):
                return None
        self._objects[kind][key] = value
        return key

    def remove(self, kind: str, key: Key, uid: str = "") -> None:
        """Forgets the object; with a UID only that very one, since a successor of the name may be known already."""
        known = self._objects[kind].get(key)
        if known is not None and (not uid or known.metadata.uid == uid):
            del self._objects[kind][key]

    async def refresh_policies(self, client: Client) -> None:
        """Reads all policies anew: a watch that broke off never tells what was deleted meanwhile. Raises ApiError."""
        for kind in ("ClusterRemediationPolicy", "RemediationPolicy"):
            listed = await client.get(paths.resource(API_VERSION, kind), _RawList)
            self._objects[kind].clear()
            for raw in listed.items:
                self.put(kind, raw)

    def diagnosis(self, key: Key) -> Diagnosis | None:
        return self._objects["Diagnosis"].get(key)

    def diagnoses(self) -> Iterator[Diagnosis]:
        yield from self._objects["Diagnosis"].values()

    def remediations(self) -> tuple[Remediation, ...]:
        return tuple(self._objects["Remediation"].values())

    def remediations_of(self, diagnosis: Diagnosis) -> tuple[Remediation, ...]:
        """Oldest first."""
        found = [
            r
            for r in self._objects["Remediation"].values()
            if r.spec.diagnosis == diagnosis.metadata.name
            and r.metadata.namespace == diagnosis.metadata.namespace
        ]
        return tuple(sorted(found, key=lambda r: (r.metadata.creation_timestamp, r.metadata.name)))

    def policies(self) -> tuple[Policy, ...]:
        return (
            *self._objects["ClusterRemediationPolicy"].values(),
            *self._objects["RemediationPolicy"].values(),
        )

    def policy(self, kind: str, key: Key) -> Policy | None:
        return self._objects[kind].get(key)

    def signatures(self) -> tuple[FailureSignature, ...]:
        return tuple(self._objects["FailureSignature"].values())

    def signature(self, key: Key) -> FailureSignature | None:
        return self._objects["FailureSignature"].get(key)
