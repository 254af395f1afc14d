"""Prometheus metrics. Labels are causes, outcomes and remedies, never the name of a pod or workload."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

examinations = Counter(
    "crashloop_doctor_examinations_total",
    "Deaths examined, by the cause that was found.",
    ["cause"],
    registry=REGISTRY,
)
examination_seconds = Histogram(
    "crashloop_doctor_examination_duration_seconds",
    "Time to gather evidence, diagnose and record.",
    registry=REGISTRY,
)
detection_seconds = Histogram(
    "crashloop_doctor_death_to_diagnosis_seconds",
    "From the death of a container to its recorded Diagnosis.",
    buckets=(0.5, 1, 1.5, 2, 5, 10, 30, 60, 300),
    registry=REGISTRY,
)
active_diagnoses = Gauge(
    "crashloop_doctor_active_diagnoses",
    "Diagnoses that are not recovered.",
    ["cause"],
    registry=REGISTRY,
)
transitions = Counter(
    "crashloop_doctor_remediation_transitions_total",
    "State changes of Remediations.",
    ["remedy", "outcome"],
    registry=REGISTRY,
)
reconcile_failures = Counter(
    "crashloop_doctor_reconcile_failures_total",
    "Reconciliations that ended in an error and are tried again.",
    ["queue"],
    registry=REGISTRY,
)
queue_depth = Gauge(
    "crashloop_doctor_queue_depth", "Keys waiting to be reconciled.", ["queue"], registry=REGISTRY
)
watch_silence_seconds = Gauge(
    "crashloop_doctor_watch_silence_seconds",
    "Time since the API server last said anything on the watch of pods.",
    registry=REGISTRY,
)
