"""The rounds themselves, with a pretended patient whose daemon really listens on a Unix socket."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lab import rounds, treatments
from lab.kubectl import Kubectl, LabFault
from lab.rounds import Kind, Rounds
from lab.ward import Ward
from unit.hack.test_long_runs import HEALED, Echo, remediation


class PretendedPatient:
    """Killed, it is healed at once: first aid the first time, a janitor in a new pod the second, by itself then."""

    def __init__(self, folder: Path, *, heals: bool, loses_socket: bool) -> None:
        self.directory = folder
        self.kills = 0
        self.treatments: list[Any] = []
        self._heals = heals
        self._loses_socket = loses_socket
        self._socket = folder / "s"
        self._echo: Echo | None = None
        self._alive = False

    def deploy(self) -> None:
        self._start()

    def discharge(self) -> None:
        if self._alive and self._echo is not None:
            self._echo.die()
        self._alive = False

    def wait_ready(self) -> Any:
        return self.pods()[0]

    def workload(self) -> Any:
        janitor = [{"name": treatments.JANITOR_CONTAINER}] if self.kills > 1 else []
        template = {"spec": {"initContainers": janitor}}
        return {
            "metadata": {"uid": "w", "generation": 2 if janitor else 1},
            "spec": {"template": template},
        }

    def pods(self) -> list[Any]:
        aids = [{"name": f"{treatments.FIRST_AID_CONTAINER}-1"}] if self.kills == 1 else []
        uid = "uid-1" if self.kills < 2 else "uid-2"
        return [{"metadata": {"uid": uid}, "spec": {"ephemeralContainers": aids}}]

    def status(self, pod: Any = None) -> Any:
        return {"ready": self._alive, "containerID": f"c{self.kills}"}

    def kill(self) -> int:
        self.discharge()
        self.kills += 1
        if self._heals:
            remedy = {1: treatments.FIRST_AID, 2: treatments.JANITOR}.get(self.kills)
            if remedy:
                self.treatments.append(self._treatment(remedy))
            threading.Timer(0.2, self._start).start()
        return self.kills

    def _treatment(self, remedy: str) -> Any:
        made = remediation(remedy, *HEALED, name=f"x-{self.kills}")
        made["spec"]["workload"] = {"uid": "w"}
        made["metadata"]["creationTimestamp"] = str(self.kills)
        return made

    def _start(self) -> None:
        self._socket.unlink(missing_ok=True)
        self._echo = Echo(self._socket)
        self._alive = True
        if self._loses_socket:
            threading.Timer(0.1, lambda: self._socket.unlink(missing_ok=True)).start()


def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    heals: bool = True,
    loses_socket: bool = False,
) -> rounds.Report:
    patient = PretendedPatient(tmp_path, heals=heals, loses_socket=loses_socket)
    monkeypatch.setattr(Kind, "patient", lambda self, ward: patient)
    monkeypatch.setattr(
        rounds, "KINDS", (Kind("pretended", "Deployment", "d", "s", "health\n", "SERVING"),)
    )
    monkeypatch.setattr(rounds, "LONGEST_CALM", 0.5)
    monkeypatch.setattr(rounds, "READY_WITHIN", 1.0)
    kubectl = Kubectl("")
    monkeypatch.setattr(kubectl, "items", lambda *_: patient.treatments)
    ward = SimpleNamespace(kubectl=kubectl, doctor_log=lambda _: "")
    return Rounds(cast(Ward, ward), 7, lambda _: None).run(2)


def test_rounds_that_heal_are_counted_by_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run(tmp_path, monkeypatch)
    assert report.held, report
    remedies = [kill.remedy for kill in report.kills]
    assert remedies[:2] == ["first aid", "janitor, just added"]
    assert set(remedies[2:]) <= {"janitor, in place"}
    assert report.ends == {"RemoveStaleSocket Healed": 1, "InjectSocketJanitor Healed": 1}
    assert "| first aid" in "\n".join(report.sections())


def test_a_patient_that_stays_sick_fails_the_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run(tmp_path, monkeypatch, heals=False)
    assert not report.held
    assert report.healed == 0


def test_a_socket_taken_from_a_living_daemon_fails_the_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run(tmp_path, monkeypatch, loses_socket=True)
    assert not report.held
    assert "No such file" in report.interruptions[0]


def test_a_daemon_that_died_by_itself_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: PretendedPatient) -> int:
        raise LookupError("no process")

    monkeypatch.setattr(PretendedPatient, "kill", gone)
    with pytest.raises(LabFault, match="died before it was killed"):
        run(tmp_path, monkeypatch)
