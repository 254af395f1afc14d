"""Kubernetes Events about workloads: one object for each (workload, reason), repeats counted on it."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from ..api.core import Struct
from ..api.v1alpha1 import WorkloadReference
from . import paths
from .client import ApiError, Client

logger = logging.getLogger(__name__)

COMPONENT = "crashloop-doctor"
MAX_MESSAGE = 1024
"""As the API server's validation of core/v1 Events bounds it."""


class _Count(Struct, frozen=True, kw_only=True):
    count: int = 1


class EventRecorder:
    """Events are news, not records: one that cannot be written is logged and forgotten."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def record(
        self,
        workload: WorkloadReference,
        namespace: str,
        *,
        reason: str,
        message: str,
        now: datetime,
        warning: bool = False,
    ) -> None:
        digest = hashlib.sha256(f"{workload.uid}/{reason}".encode()).hexdigest()[:10]
        name = f"{workload.name[:200]}.crashloop-{digest}"
        stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        body: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": {
                "apiVersion": workload.api_version,
                "kind": workload.kind,
                "name": workload.name,
                "namespace": namespace,
                "uid": workload.uid,
            },
            "reason": reason,
            "message": message[:MAX_MESSAGE],
            "type": "Warning" if warning else "Normal",
            "source": {"component": COMPONENT},
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "count": 1,
        }
        path = paths.resource("v1", "Event", namespace)
        try:
            try:
                await self._client.write("POST", path, body)
            except ApiError as error:
                if error.status != 409:
                    raise
                old = await self._client.get(f"{path}/{name}", _Count)
                change = {
                    "count": old.count + 1,
                    "lastTimestamp": stamp,
                    "message": body["message"],
                }
                await self._client.write(
                    "PATCH",
                    f"{path}/{name}",
                    change,
                    content_type="application/merge-patch+json",
                )
        except ApiError as error:
            logger.warning("an event was not recorded", extra={"error": str(error)})
