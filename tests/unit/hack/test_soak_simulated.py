"""The soak itself, with pretended pods that die as often as they should, and a doctor that sees it or does not."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lab import soak
from lab.kubectl import LabFault
from lab.operator_process import Sample
from lab.soak import Soak
from lab.ward import Ward


class PretendedKubectl:
    """Pods die ten times a second until they have died enough; `blind` says which deaths nobody diagnosed."""

    def __init__(self, *, blind: int = 0) -> None:
        self._pods: dict[str, tuple[float, int]] = {}
        self._blind = blind

    def run(self, *words: str, stdin: str = "") -> str:
        if words[0] == "create":
            pod = json.loads(stdin)
            deaths = int(pod["spec"]["containers"][0]["env"][0]["value"])
            self._pods[pod["metadata"]["name"]] = (time.monotonic(), deaths)
        elif words[0] == "delete":
            self._pods.pop(words[2])
        return ""

    def items(self, kind: str) -> list[Any]:
        if kind == "diagnoses":
            return [
                {
                    "spec": {"workload": {"uid": name}},
                    "status": {"deathCount": self._died(name) - self._blind},
                }
                for name in self._pods
            ]
        return [
            {
                "metadata": {"name": name, "uid": name},
                "status": {
                    "containerStatuses": [{"restartCount": self._died(name), "ready": True}]
                },
            }
            for name in self._pods
        ]

    def _died(self, name: str) -> int:
        born, deaths = self._pods[name]
        return min(deaths, int((time.monotonic() - born) * 10))


class PretendedPatient:
    name = "pretended"

    def __init__(self, *_: Any) -> None:
        pass

    def deploy(self) -> None:
        pass

    def discharge(self) -> None:
        pass

    def wait_ready(self, seconds: float = 90) -> None:
        pass

    def kill(self) -> int:
        return 0


class PretendedProcess:
    def __init__(self, _: Any) -> None:
        pass

    def sample(self) -> Sample:
        return Sample(time.monotonic(), 70_000, 20, 2, 0, 1.0)

    def cut_connections(self) -> int:
        return 6


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SAMPLE_EVERY", "LOOK_EVERY", "CUT_EVERY", "KILL_EVERY"):
        monkeypatch.setattr(soak, name, 0.1)
    monkeypatch.setattr(soak, "FIRST_CUT_AFTER", 0.2)
    monkeypatch.setattr(soak, "FIRST_KILL_AFTER", 0.2)
    monkeypatch.setattr(soak, "QUIET_LIFE", (0.1, 0.3))
    monkeypatch.setattr(soak, "DIAGNOSED_WITHIN", 0.5)
    monkeypatch.setattr(soak, "Patient", PretendedPatient)
    monkeypatch.setattr(soak, "OperatorProcess", PretendedProcess)


def run(kubectl: PretendedKubectl) -> soak.Report:
    ward = cast(Ward, SimpleNamespace(kubectl=kubectl))
    return Soak(ward, 1.5 / 60, 7, lambda _: None).run()


def test_a_doctor_that_sees_every_death_passes() -> None:
    report = run(PretendedKubectl())
    assert report.faults == []
    assert min(report.loops, report.cuts, report.kills) > 0
    assert report.deaths >= 2 * report.loops
    assert report.pods > soak.QUIET + soak.LOOPS


def test_a_missed_death_fails() -> None:
    report = run(PretendedKubectl(blind=1))
    assert any("deaths were diagnosed" in text for text in report.faults)
    assert report.loops == 0


def test_a_patient_that_is_not_healed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: PretendedPatient, seconds: float = 90) -> None:
        if seconds < 90:
            raise LabFault("not Ready")

    monkeypatch.setattr(PretendedPatient, "wait_ready", never)
    assert any("was not healed" in text for text in run(PretendedKubectl()).faults)


def test_a_doctor_that_ended_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(self: PretendedProcess) -> Sample:
        raise LabFault("the doctor's process ended: gone")

    monkeypatch.setattr(PretendedProcess, "sample", ended)
    report = run(PretendedKubectl())
    assert any("process ended" in text for text in report.faults)
    assert report.sections()


def test_where_connections_cannot_be_cut_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: PretendedProcess) -> int:
        raise LabFault("connections cannot be cut here: not permitted")

    monkeypatch.setattr(PretendedProcess, "cut_connections", refused)
    report = run(PretendedKubectl())
    assert report.faults == []
    assert "skipped: connections cannot be cut here" in "\n".join(report.sections())
