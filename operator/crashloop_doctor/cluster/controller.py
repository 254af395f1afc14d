"""Puts the parts together: detector -> pods -> diagnoses -> remediations, each behind its queue."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

from .. import metrics
from . import clock, endpoints
from .approval_policy import ApprovalPolicy
from .catalogue_reconciler import CatalogueReconciler
from .client import Client
from .detector import Detector
from .diagnosis_reconciler import DiagnosisReconciler
from .event_recorder import EventRecorder
from .pod_reconciler import PodReconciler
from .records import Conflict, Records
from .remediation_reconciler import RemediationReconciler
from .store import Key, Store
from .work_queue import WorkQueue

logger = logging.getLogger(__name__)

SILENT_WATCH_SECONDS = 240.0
"""Two missed bookmarks, a reconnect and a sweep fit in; a watch silent for longer is not coming back by itself."""


@dataclass(frozen=True)
class Settings:
    """What the command line decides."""

    toolbox_image: str
    approval_policy_name: str = "crashloop-doctor-approval"
    metrics_port: int = 8080
    health_port: int = 8081
    host: str = "0.0.0.0"  # noqa: S104 - a pod's probes and scrapes come from the node


class Controller:
    """One running doctor."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._store = Store()
        records = Records(client, self._store)
        recorder = EventRecorder(client)
        self._catalogue = CatalogueReconciler(records, self._store, clock.now)
        self._pods: WorkQueue[str] = self._queue("pods", self._reconcile_pod)
        self._diagnoses: WorkQueue[Key] = self._queue("diagnoses", self._reconcile_diagnosis)
        self._remediations: WorkQueue[Key] = self._queue(
            "remediations", self._reconcile_remediation
        )
        self._rules: WorkQueue[tuple[str, Key]] = self._queue("rules", self._reconcile_rule)
        self._pod_reconciler = PodReconciler(
            client,
            records,
            self._store,
            recorder,
            lambda: self._catalogue.catalog,
            clock.now,
            self._diagnoses.add,
        )
        self._diagnosis_reconciler = DiagnosisReconciler(
            client,
            records,
            self._store,
            recorder,
            clock.now,
            settings.toolbox_image,
            self._remediations.add,
        )
        self._remediation_reconciler = RemediationReconciler(
            client,
            records,
            self._store,
            recorder,
            clock.now,
            settings.toolbox_image,
            ApprovalPolicy(client, settings.approval_policy_name),
            self._diagnoses.add,
        )
        self._detector = Detector(client, self._pods.add)
        self._primed = False

    def _queue(self, name: str, reconcile: Any) -> WorkQueue[Any]:
        return WorkQueue(name, reconcile, on_failure=metrics.reconcile_failures.labels(name).inc)

    def observed(self, kind: str, type_: str | None, raw: dict[str, Any]) -> None:
        """Takes one watch event about our own resources."""
        if type_ == "DELETED":
            meta = raw["metadata"]
            self._store.remove(kind, (meta.get("namespace", ""), meta["name"]), meta["uid"])
            if kind == "FailureSignature":
                self._catalogue.rebuild()
            self._reconsider_all(kind)
            return
        key = self._store.put(kind, raw)
        if key is None:
            return
        if kind == "Diagnosis":
            self._diagnoses.add(key)
        elif kind == "Remediation":
            self._remediations.add(key)
        else:
            self._rules.add((kind, key))
            self._reconsider_all(kind)

    def _reconsider_all(self, kind: str) -> None:
        """A new rule may concern every open case."""
        if kind.endswith("Policy"):
            for diagnosis in self._store.diagnoses():
                self._diagnoses.add((diagnosis.metadata.namespace, diagnosis.metadata.name))
            for remediation in self._store.remediations():
                self._remediations.add((remediation.metadata.namespace, remediation.metadata.name))

    async def _reconcile_pod(self, name: str) -> float:
        return await self._tolerant(self._pod_reconciler.reconcile(name))

    async def _reconcile_diagnosis(self, key: Key) -> float:
        return await self._tolerant(self._diagnosis_reconciler.reconcile(key))

    async def _reconcile_remediation(self, key: Key) -> float:
        return await self._tolerant(self._remediation_reconciler.reconcile(key))

    async def _reconcile_rule(self, rule: tuple[str, Key]) -> float:
        kind, key = rule
        if kind == "FailureSignature":
            return await self._catalogue.reconcile_signature(key)
        return await self._catalogue.reconcile_policy(kind, key)

    async def _tolerant(self, work: Any) -> float:
        """A lost race is no failure: read again, soon."""
        try:
            return float(await work)
        except Conflict as conflict:
            logger.debug("%s", conflict)
            return 0.2

    def unhealthy(self) -> str:
        """What is wrong with the doctor itself, empty when nothing is."""
        silence = time.monotonic() - self._detector.last_activity
        if silence > SILENT_WATCH_SECONDS:
            return f"the API server has said nothing on the watch of pods for {int(silence)} s"
        return "" if self._primed else "still reading its resources"

    def _refresh_metrics(self) -> None:
        metrics.watch_silence_seconds.set(time.monotonic() - self._detector.last_activity)
        for name, queue in (
            ("pods", self._pods),
            ("diagnoses", self._diagnoses),
            ("remediations", self._remediations),
        ):
            metrics.queue_depth.labels(name).set(len(queue))
        metrics.active_diagnoses.clear()
        for diagnosis in self._store.diagnoses():
            if diagnosis.status.state != "Recovered":
                metrics.active_diagnoses.labels(diagnosis.spec.cause).inc()

    async def run(self) -> None:
        """Works until cancelled. Raises ApiError when the resources cannot be read (are the CRDs installed?)."""
        servers = await endpoints.serve(
            health_port=self._settings.health_port,
            metrics_port=self._settings.metrics_port,
            host=self._settings.host,
            unhealthy=self.unhealthy,
            refresh=self._refresh_metrics,
        )
        try:
            await self._store.prime(self._client)
            self._primed = True
            self._catalogue.rebuild()
            for diagnosis in self._store.diagnoses():
                self._diagnoses.add((diagnosis.metadata.namespace, diagnosis.metadata.name))
            for remediation in self._store.remediations():
                self._remediations.add((remediation.metadata.namespace, remediation.metadata.name))
            logger.info("ready", extra={"diagnoses": len(list(self._store.diagnoses()))})
            async with asyncio.TaskGroup() as group:
                group.create_task(self._detector.run())
                group.create_task(self._pods.run(4))
                group.create_task(self._diagnoses.run(2))
                # One at a time: budgets span all treatments.
                group.create_task(self._remediations.run(1))
                group.create_task(self._rules.run(1))
        finally:
            for server in servers:
                await server.cleanup()
