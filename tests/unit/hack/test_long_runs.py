"""What `make rounds` and `make soak` judge by."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from lab import loop_patient, result, treatments
from lab.loop_patient import LoopPatient
from lab.operator_process import Sample
from lab.prober import Prober
from lab.rounds import Kill
from lab.rounds import Report as RoundsReport
from lab.soak import Report as SoakReport
from lab.spread import Spread, percentile, slope

# -- statistics ------------------------------------------------------------------------------------------------------


def test_a_spread_is_median_and_quartiles() -> None:
    spread = Spread.of([5, 1, 3, 2, 4])
    assert (spread.median, spread.low, spread.high, spread.count) == (3, 2, 4, 5)


def test_a_percentile_lies_between_two_samples() -> None:
    assert percentile([0, 10], 90) == 9


def test_no_samples_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 50)


def test_a_slope_is_the_rise_for_each_unit() -> None:
    assert slope([0, 1, 2], [10, 12, 14]) == pytest.approx(2)
    assert slope([1, 1], [5, 9]) == 0


# -- double treatments -----------------------------------------------------------------------------------------------


def remediation(remedy: str, *states: str, name: str = "x-1", pod: str = "uid-1") -> Any:
    return {
        "metadata": {"name": name},
        "spec": {"remedy": remedy, "actions": [{"uid": pod}]},
        "status": {"state": states[-1], "steps": [{"state": s} for s in states]},
    }


HEALED = ("Proposed", "Approved", "Applied", "Verifying", "Healed")
AID = f"{treatments.FIRST_AID_CONTAINER}-1"


def test_one_first_aid_and_one_janitor_are_no_double_treatment() -> None:
    given = [
        remediation(treatments.FIRST_AID, *HEALED),
        remediation(treatments.JANITOR, *HEALED, name="x-2"),
    ]
    assert treatments.double_treatments(given, {"uid-1": frozenset({AID})}, (1, 2)) == []


def test_a_state_entered_twice_is_told() -> None:
    given = [remediation(treatments.FIRST_AID, "Applied", "Verifying", "Applied")]
    found = treatments.double_treatments(given, {"uid-1": frozenset({AID})}, (1, 1))
    assert any("entered Applied 2 times" in text for text in found)


def test_a_second_container_for_one_aid_is_told() -> None:
    given = [remediation(treatments.FIRST_AID, *HEALED)]
    found = treatments.double_treatments(given, {"uid-1": frozenset({AID, AID + "x"})}, (1, 1))
    assert found == ["pod uid-1 has 2 first-aid containers after 1 first aids"]


def test_an_aid_that_was_superseded_before_it_was_sent_explains_no_container() -> None:
    given = [remediation(treatments.FIRST_AID, "Proposed", "Superseded")]
    found = treatments.double_treatments(given, {"uid-1": frozenset({AID})}, (1, 1))
    assert found == ["pod uid-1 has 1 first-aid containers after 0 first aids"]


def test_a_generation_that_nobody_explains_is_told() -> None:
    given = [remediation(treatments.JANITOR, *HEALED)]
    found = treatments.double_treatments(given, {}, (1, 3))
    assert found == ["the generation moved by 2, our applies explain 1"]


def test_a_rollback_moves_the_generation_too() -> None:
    given = [remediation(treatments.JANITOR, "Applied", "Verifying", "RolledBack")]
    assert treatments.double_treatments(given, {}, (1, 3)) == []


# -- the prober ------------------------------------------------------------------------------------------------------


class Echo:
    """A daemon on a Unix socket that answers everything with `SERVING`."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(50)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                if connection.recv(100):
                    connection.sendall(b"SERVING\n")

    def die(self) -> None:
        # shutdown() wakes the thread that waits in accept(); close() alone would not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_live_socket_that_is_removed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    Echo(path)
    with Prober(path, "health\n", "SERVING") as prober:
        until(lambda: prober.answers > 3)
        path.unlink()
        until(lambda: prober.interruptions)
    assert "No such file" in prober.interruptions[0].error


def test_an_announced_death_is_no_interruption_and_the_next_one_is(tmp_path: Path) -> None:
    path = tmp_path / "s"
    first = Echo(path)
    with Prober(path, "health\n", "SERVING") as prober:
        until(lambda: prober.answers > 3)
        prober.announce_death()
        first.die()
        time.sleep(0.2)
        path.unlink()
        count = prober.answers
        second = Echo(path)
        until(lambda: prober.answers > count + 3)
        assert prober.interruptions == []
        second.die()
        until(lambda: prober.interruptions)
    assert len(prober.interruptions) == 1


# -- reports ---------------------------------------------------------------------------------------------------------


def test_rounds_hold_only_when_every_kill_was_healed() -> None:
    report = RoundsReport(seed=1, kills=[Kill("nginx", "first aid", 12.0)], rounds=1)
    assert report.held
    report.kills.append(Kill("nginx", "nothing", None))
    assert not report.held
    assert "1 of 2" in "\n".join(report.sections())


def test_rounds_without_a_kill_prove_nothing() -> None:
    assert not RoundsReport(seed=1).held


def samples(rss: Any, fds: Any) -> list[Sample]:
    return [
        Sample(at=i * 5.0, rss_kib=rss(i), fds=fds(i), threads=1, failures=0, silence_seconds=1)
        for i in range(40)
    ]


def test_a_steady_process_passes_and_warming_up_does_not_count() -> None:
    report = SoakReport(
        1, 1, samples=samples(lambda i: min(60_000, 30_000 + 3000 * i), lambda i: 20 + i % 2)
    )
    report.judge()
    assert report.faults == []


def test_memory_that_rises_to_the_end_fails() -> None:
    report = SoakReport(1, 1, samples=samples(lambda i: 60_000 + 400 * i, lambda _: 20))
    report.judge()
    assert any(text.startswith("RSS rose by 7.4 MiB") for text in report.faults)


def test_files_that_rise_to_the_end_fail() -> None:
    report = SoakReport(1, 1, samples=samples(lambda _: 60_000, lambda i: 20 + i))
    report.judge()
    assert any(text.startswith("open files rose by 19.0") for text in report.faults)


def test_the_report_can_be_printed() -> None:
    report = SoakReport(1, 1, samples=samples(lambda _: 60_000, lambda _: 20))
    assert "58.6 MiB" in "\n".join(report.sections())


def test_a_table_lines_up() -> None:
    assert result.table(("a", "bb"), [("ccc", "d")]) == "| a   | bb |\n|-----|----|\n| ccc | d  |"


def test_a_result_names_neither_host_nor_path() -> None:
    text = result.page("Rounds", "hack/rounds 3", ["figures"], result.now())
    assert os.uname().nodename not in text
    assert str(Path.home()) not in text
    assert str(Path(__file__).parents[3]) not in text


# -- the loop patient ------------------------------------------------------------------------------------------------


def test_the_loop_ends_by_itself_after_the_deaths_it_was_given(tmp_path: Path) -> None:
    container = json.loads(LoopPatient("loop-1", 2).manifest())["spec"]["containers"][0]
    script = container["command"][2].replace("/state", str(tmp_path)).replace("sleep 1\n", "")
    script = script.replace("exec sleep 100000", "exit 0")
    codes = [
        subprocess.run(
            ["sh", "-c", script],
            env={**os.environ, "DEATHS": "2"},
            capture_output=True,
            check=False,
        ).returncode
        for _ in range(3)
    ]
    assert codes == [1, 1, 0]


def pod(restarts: int, *, ready: bool) -> Any:
    return {
        "metadata": {"uid": "u"},
        "status": {"containerStatuses": [{"restartCount": restarts, "ready": ready}]},
    }


def test_a_loop_is_over_only_after_its_last_death() -> None:
    assert not loop_patient.well(pod(1, ready=True), 2), "it runs for a second before each death"
    assert not loop_patient.well(pod(2, ready=False), 2)
    assert loop_patient.well(pod(2, ready=True), 2)


def test_only_the_diagnosis_of_this_very_pod_counts() -> None:
    def diagnosis(uid: str, deaths: int) -> Any:
        return {"spec": {"workload": {"uid": uid}}, "status": {"deathCount": deaths}}

    known = [diagnosis("other", 9), diagnosis("u", 3)]
    assert loop_patient.deaths_diagnosed(pod(3, ready=True), known) == 3
    assert loop_patient.deaths_diagnosed(pod(3, ready=True), known[:1]) == 0
