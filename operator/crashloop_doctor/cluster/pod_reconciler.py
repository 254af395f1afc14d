"""A suspect's name -> its looping containers examined, each finding recorded in a Diagnosis."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import msgspec

from .. import metrics
from ..api.core import Pod
from ..api.v1alpha1 import (
    Death,
    Diagnosis,
    DiagnosisSpec,
    DiagnosisStatus,
    NamedValue,
    PodReference,
    WorkloadReference,
)
from ..diagnosis import deaths
from ..diagnosis.finding import Finding, confidence_text
from ..diagnosis.judgement import diagnose
from ..signatures.catalog import Catalog
from . import evidence_collector, naming, workloads
from .client import ApiError, Client
from .event_recorder import EventRecorder
from .records import Conflict, Records, with_condition
from .store import Key, Store

logger = logging.getLogger(__name__)

MAX_PODS = 50
REMEMBERED_DEATHS = 10_000


class PodReconciler:
    """Call `reconcile` with the name of a pod; every namespace that has one is looked into."""

    def __init__(
        self,
        client: Client,
        records: Records,
        store: Store,
        recorder: EventRecorder,
        catalog: Callable[[], Catalog],
        clock: Callable[[], datetime],
        on_diagnosis: Callable[[Key], None],
    ) -> None:
        self._client = client
        self._records = records
        self._store = store
        self._recorder = recorder
        self._catalog = catalog
        self._clock = clock
        self._on_diagnosis = on_diagnosis
        self._judge = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judge")
        self._examined: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._unexplained: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def reconcile(self, name: str) -> float:
        """Always 0: the next death brings the name back. Raises ApiError, Conflict after all pods had their turn."""
        trouble: ApiError | Conflict | None = None
        for pod in await workloads.pods_named(self._client, name):
            for container in deaths.looping_containers(pod):
                try:
                    await self._examine(pod, container)
                except (ApiError, Conflict) as error:
                    # A pod in one namespace must not keep its namesakes in others from being examined.
                    trouble = error
            # Whatever changed on a patient concerns its treatment.
            for diagnosis in list(self._store.diagnoses()):
                if any(p.uid == pod.metadata.uid for p in diagnosis.status.pods):
                    self._on_diagnosis((diagnosis.metadata.namespace, diagnosis.metadata.name))
        if trouble is not None:
            raise trouble
        return 0.0

    async def _examine(self, pod: Pod, container: str) -> None:
        seen = deaths.deaths_of(pod, container)
        if not seen:
            return
        mark = (pod.metadata.uid, container, f"{seen[-1].container_id}/{seen[-1].restart_count}")
        if mark in self._examined:
            return
        begun = time.monotonic()
        reference = await workloads.workload_of(self._client, pod)
        known = await workloads.read(self._client, pod.metadata.namespace, reference)
        evidence = await evidence_collector.collect(
            self._client,
            pod,
            container,
            known.workload if known else None,
            self._history(reference, container),
        )
        if evidence is None:
            return
        # In a thread of its own, one at a time: a hostile log must not hold up everything else.
        finding = await asyncio.get_running_loop().run_in_executor(
            self._judge, diagnose, evidence, self._catalog()
        )
        if self._worth_recording(pod.metadata.uid, seen[-1], container, finding.cause):
            diagnosis = await self._record(evidence.pod, container, reference, finding)
            self._on_diagnosis((diagnosis.metadata.namespace, diagnosis.metadata.name))
            latest = deaths.deaths_of(evidence.pod, container)
            if latest:
                waited = time.time() - latest[-1].finished_at.timestamp()
                metrics.detection_seconds.observe(max(0.0, waited))
        # Only now: a record that failed is tried again.
        self._examined[mark] = None
        _bound(self._examined)
        metrics.examinations.labels(finding.cause).inc()
        metrics.examination_seconds.observe(time.monotonic() - begun)

    def _history(self, workload: WorkloadReference, container: str) -> tuple[Death, ...]:
        """The deaths that this container's Diagnoses keep, whatever their cause: the first one explains a loop."""
        kept: dict[tuple[str, datetime], Death] = {}
        for diagnosis in self._store.diagnoses():
            spec = diagnosis.spec
            if spec.workload.uid != workload.uid or spec.container != container:
                continue
            for death in diagnosis.status.deaths:
                key = (death.container_id, death.finished_at)
                # A Diagnosis of one cause keeps deaths of another, without theirs.
                if key not in kept or death.cause:
                    kept[key] = death
        return tuple(sorted(kept.values(), key=lambda death: death.finished_at))

    def _worth_recording(self, pod_uid: str, death: Death, container: str, cause: str) -> bool:
        """Whether a finding is said aloud: `Unknown` only of two deaths in a row, within one back-off's memory.

        The first death of a loop often shows nothing but the kill that began it.
        """
        where = (pod_uid, container)
        if cause != "Unknown":
            self._unexplained.pop(where, None)
            return True
        before = self._unexplained.get(where)
        self._unexplained[where] = death.finished_at
        _bound(self._unexplained)
        return (
            before is not None
            and (death.finished_at - before).total_seconds() < deaths.BACK_OFF_RESET_SECONDS
        )

    async def _record(
        self, pod: Pod, container: str, reference: WorkloadReference, finding: Finding
    ) -> Diagnosis:
        namespace = pod.metadata.namespace
        diagnosis = await self._found_or_created(namespace, reference, container, finding.cause)
        before = diagnosis.status
        status = self._status(diagnosis, pod, container, finding)
        if status != before:
            diagnosis = await self._records.write_status("Diagnosis", diagnosis, status)
        if before.state in ("", "Recovered"):
            logger.info(
                "diagnosed",
                extra={
                    "namespace": namespace,
                    "workload": status.workload,
                    "container": container,
                    "cause": finding.cause,
                    "confidence": status.confidence,
                    "diagnosis": diagnosis.metadata.name,
                },
            )
            await self._recorder.record(
                reference,
                namespace,
                reason=f"Diagnosed{finding.cause}",
                message=f"container {container}: {finding.summary} (confidence {status.confidence};"
                f" kubectl describe dx/{diagnosis.metadata.name})",
                now=self._clock(),
                warning=True,
            )
        return diagnosis

    async def _found_or_created(
        self, namespace: str, reference: WorkloadReference, container: str, cause: str
    ) -> Diagnosis:
        """The Diagnosis of this very case: a name is a short hash, and a stranger may have made one that collides."""
        wanted = DiagnosisSpec(workload=reference, container=container, cause=cause)
        owner = {
            "apiVersion": reference.api_version,
            "kind": reference.kind,
            "name": reference.name,
            "uid": reference.uid,
            "controller": False,
            "blockOwnerDeletion": False,
        }
        for length in naming.HASH_LENGTHS:
            name = naming.diagnosis_name(reference, container, cause, length)
            found: Diagnosis | None = await self._records.read("Diagnosis", namespace, name)
            if found is None:
                found = await self._records.create(
                    "Diagnosis", namespace, {"name": name, "ownerReferences": [owner]}, wanted
                )
            assert found is not None
            if msgspec.structs.replace(found.spec, snoozed_until=None) == wanted:
                return found
        raise Conflict(f"every name for {reference.kind}/{reference.name} is taken")

    def _status(
        self, diagnosis: Diagnosis, pod: Pod, container: str, finding: Finding
    ) -> DiagnosisStatus:
        old, now = diagnosis.status, self._clock()
        seen = deaths.deaths_of(pod, container)
        marked = [msgspec.structs.replace(d, cause=finding.cause) for d in seen[-1:]]
        merged = deaths.merged(_marked(old.deaths, marked), [*seen[:-1], *marked])
        reference = PodReference(
            name=pod.metadata.name, uid=pod.metadata.uid, node=pod.spec.node_name
        )
        pods = [p for p in old.pods if p.uid != pod.metadata.uid and p.name != pod.metadata.name]
        # Known ones stay: a list that rotates would change the plan, and void its approval, with every death.
        pods = [*pods, reference][:MAX_PODS]
        workload = diagnosis.spec.workload
        return msgspec.structs.replace(
            old,
            observed_generation=diagnosis.metadata.generation,
            workload=f"{workload.kind}/{workload.name}",
            state=old.state if old.state not in ("", "Recovered") else "Active",
            confidence=confidence_text(finding.confidence),
            confidence_reason=finding.confidence_reason[:1024],
            masked=bool(finding.masked),
            supervisor=finding.masked,
            summary=finding.summary[:1024],
            advice=finding.advice[:2048],
            evidence=finding.evidence,
            captures=tuple(
                NamedValue(name=key[:63], value=value[:1024])
                for key, value in sorted(finding.captures.items())[:16]
            ),
            missing=tuple(text[:512] for text in finding.missing[:10]),
            alternatives=finding.alternatives,
            pods=tuple(sorted(pods, key=lambda p: p.name)),
            pod_count=len(pods),
            deaths=merged,
            death_count=max(old.death_count, deaths.death_count(pod, container), len(merged)),
            first_seen=old.first_seen or (merged[0].finished_at if merged else now),
            last_seen=merged[-1].finished_at if merged else now,
            conditions=with_condition(
                old.conditions,
                "Active",
                True,
                "CrashLooping",
                finding.summary,
                now=now,
                generation=diagnosis.metadata.generation,
            ),
        )


def _bound(memory: OrderedDict[Any, Any]) -> None:
    while len(memory) > REMEMBERED_DEATHS:
        memory.popitem(last=False)


def _marked(known: tuple[Death, ...], fresh: list[Death]) -> list[Death]:
    """Known deaths, with the cause filled in for those that are examined only now."""
    causes = {(d.container_id, d.finished_at): d.cause for d in fresh}
    return [
        msgspec.structs.replace(d, cause=d.cause or causes.get((d.container_id, d.finished_at), ""))
        for d in known
    ]
