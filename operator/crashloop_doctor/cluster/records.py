"""Writes our own resources: creation once, status under optimistic locking."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from ..api.core import Condition, Struct
from ..api.v1alpha1 import API_VERSION, Diagnosis, Remediation
from . import paths
from .client import ApiError, Client
from .store import TYPES, Store

Record = TypeVar("Record", Diagnosis, Remediation)


class Conflict(Exception):
    """Somebody else wrote the object meanwhile: read again, decide again."""


class Records:
    """The one place that writes our resources, and keeps the store in step with what was written."""

    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    async def read(self, kind: str, namespace: str, name: str) -> Any | None:
        """The object as it is now, None when it is gone. Raises ApiError."""
        found = await self._client.find(
            paths.resource(API_VERSION, kind, namespace, name), TYPES[kind]
        )
        if found is None:
            self._store.remove(kind, (namespace, name))
        else:
            self._store.put_value(kind, found)
        return found

    async def create(
        self, kind: str, namespace: str, metadata: dict[str, Any], spec: Struct
    ) -> Any:
        """Creates the object, or returns the one of that name that exists already. Raises ApiError."""
        body = {
            "apiVersion": API_VERSION,
            "kind": kind,
            "metadata": {**metadata, "namespace": namespace},
            "spec": spec,
        }
        try:
            answer = await self._client.write(
                "POST", paths.resource(API_VERSION, kind, namespace), body
            )
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            existing = await self.read(kind, namespace, metadata["name"])
            if existing is None:
                raise
            return existing
        created = msgspec.json.decode(answer, type=TYPES[kind])
        self._store.put_value(kind, created)
        return created

    async def write_status(self, kind: str, value: Any, status: Struct) -> Any:
        """Replaces the status unless somebody else wrote the object since it was read. Raises Conflict, ApiError."""
        meta = value.metadata
        body = {
            "apiVersion": API_VERSION,
            "kind": kind,
            "metadata": {
                "name": meta.name,
                "uid": meta.uid,
                "resourceVersion": meta.resource_version,
                **({"namespace": meta.namespace} if meta.namespace else {}),
            },
            "spec": value.spec,
            "status": status,
        }
        path = paths.resource(API_VERSION, kind, meta.namespace, meta.name, "status")
        try:
            answer = await self._client.write("PUT", path, body)
        except ApiError as error:
            if error.status == 409:
                raise Conflict(
                    f"{kind} {meta.namespace}/{meta.name} was changed meanwhile"
                ) from error
            raise
        written = msgspec.json.decode(answer, type=TYPES[kind])
        self._store.put_value(kind, written)
        return written

    async def delete(self, kind: str, namespace: str, name: str) -> None:
        """Deletes the object; one that is gone already is fine. Raises ApiError."""
        try:
            await self._client.write(
                "DELETE", paths.resource(API_VERSION, kind, namespace, name), {}
            )
        except ApiError as error:
            if error.status != 404:
                raise
        self._store.remove(kind, (namespace, name))


def with_condition(
    conditions: tuple[Condition, ...],
    type_: str,
    status: bool | str,
    reason: str,
    message: str,
    *,
    now: datetime,
    generation: int,
) -> tuple[Condition, ...]:
    """The conditions with one set; its transition time moves only when its status flips."""
    # Constant words of ours all fit; a stranger's would make the status unwritable for ever.
    fits = reason.isidentifier() and reason.isascii() and reason[0] != "_" and len(reason) <= 1024
    reason = reason if fits else "Other"
    value = status if isinstance(status, str) else ("True" if status else "False")
    old = next((c for c in conditions if c.type == type_), None)
    since = old.last_transition_time if old is not None and old.status == value else now
    new = Condition(
        type=type_,
        status=value,
        reason=reason,
        message=message[:1024],
        last_transition_time=since,
        observed_generation=generation,
    )
    return tuple(sorted([*(c for c in conditions if c.type != type_), new], key=lambda c: c.type))


def condition(conditions: tuple[Condition, ...], type_: str) -> Condition | None:
    return next((c for c in conditions if c.type == type_), None)
