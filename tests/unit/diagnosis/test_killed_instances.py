"""An instance that was killed from outside did not die of what it had survived."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from case_builders import a_pod
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.signatures.catalog import builtin

LOG = b"[emerg] 1#1: bind() to unix:/run/agent/agent.sock failed (98: Address already in use)\n"


def finding(exit_code: int) -> str:
    pod = a_pod()
    death = Death(
        pod=pod.metadata.name,
        container_id="containerd://1",
        restart_count=1,
        finished_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
        exit_code=exit_code,
        reason="Error",
    )
    return diagnose(
        Evidence(
            pod=pod,
            container=pod.spec.containers[0].name,
            deaths=(death,),
            logs=(LogExcerpt(source="previous log", content=LOG),),
        ),
        builtin(),
    ).cause


@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_program_that_ended_by_itself_died_of_its_failed_bind(exit_code: int) -> None:
    assert finding(exit_code) == "StaleUnixSocket"


def test_a_program_that_was_killed_had_got_past_its_failed_bind() -> None:
    assert finding(137) == "Unknown"
