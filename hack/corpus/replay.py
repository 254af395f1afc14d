"""A recorded case as the Evidence that the doctor would have had, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from crashloop_doctor.api.core import Pod
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis.deaths import deaths_of
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.finding import Finding
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.signatures.catalog import Catalog

from .case import Case

WITH_AUTOMATIC_REMEDY = ("StaleUnixSocket",)
"""Causes that a policy may have cured without asking: naming one where it is not the cause is a wrong cure."""


@dataclass(frozen=True)
class Outcome:
    """What was found, beside what was right."""

    case: Case
    finding: Finding

    @property
    def right(self) -> bool:
        return self.finding.cause == self.case.cause and self.finding.masked == self.case.masked

    @property
    def wrong_cure(self) -> bool:
        return self.finding.cause in WITH_AUTOMATIC_REMEDY and self.finding.cause != self.case.cause

    @property
    def lost_captures(self) -> dict[str, str]:
        """Captures that the case demands and the finding has not, or has otherwise."""
        return {k: v for k, v in self.case.captures.items() if self.finding.captures.get(k) != v}


def evidence_of(case: Case) -> Evidence:
    """The case's evidence; nothing is called missing, since the corpus has all there was."""
    pod = msgspec.convert(case.pod, Pod, strict=False) if case.pod else Pod()
    container = case.container or (pod.spec.containers[0].name if pod.spec.containers else "")
    deaths = deaths_of(pod, container)
    if case.exit_code is not None and not deaths:
        deaths = (
            Death(
                pod=pod.metadata.name,
                container_id="",
                restart_count=2,
                finished_at=datetime(2026, 11, 21, tzinfo=UTC),
                exit_code=case.exit_code,
                reason=case.reason,
            ),
        )
    return Evidence(
        pod=pod,
        container=container,
        deaths=deaths,
        logs=(LogExcerpt(source="log", content=case.log),),
    )


def replayed(case: Case, catalog: Catalog) -> Outcome:
    """The doctor's finding for the case."""
    return Outcome(case=case, finding=diagnose(evidence_of(case), catalog))
