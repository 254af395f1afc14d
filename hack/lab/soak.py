"""`make soak`: the doctor under churn for a long time, and whether it grows, fails or misses a death meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import loop_patient, result
from .kubectl import LabFault
from .loop_patient import LoopPatient
from .operator_process import OperatorProcess, Sample
from .patient import Patient
from .spread import percentile, slope
from .ward import Ward

NAMESPACE = "doctor-soak"
SAMPLE_EVERY = 5.0
LOOK_EVERY = 2.0
CUT_EVERY = 40.0
KILL_EVERY = 75.0
FIRST_CUT_AFTER = 15.0
FIRST_KILL_AFTER = 10.0
"""Early, so that a run of a minute has both."""

KILLS_A_WORKLOAD = 3
LOOPS = 3
"""Crash loops at once; each is replaced when it has become well and its deaths are accounted for."""

QUIET = 4
"""Healthy pods at once, created and deleted all the time."""

QUIET_LIFE = (5.0, 20.0)
DEATHS = (2, 5)
DIAGNOSED_WITHIN = 30.0
"""After the end of a loop the Diagnosis must know all its deaths."""

LOOP_WITHIN = 120.0
"""Five deaths and the back-offs between them, capped at 10 s, on a busy machine."""

MAX_RSS_RISE_KIB = 4 * 1024
MAX_FDS_RISE = 4.0
"""By the linear trend over the second half; a leak of one descriptor a cut connection shows within minutes."""


@dataclass
class Report:
    """What the soak brought to light."""

    minutes: float
    seed: int
    samples: list[Sample] = field(default_factory=list)
    pods: int = 0
    loops: int = 0
    deaths: int = 0
    kills: int = 0
    cuts: int = 0
    connections: int = 0
    cut_note: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def second_half(self) -> list[Sample]:
        return self.samples[len(self.samples) // 2 :]

    def rise(self, value: Callable[[Sample], float]) -> float:
        """What the linear trend of the second half adds up to over that half."""
        half = self.second_half
        if len(half) < 2:
            return 0.0
        times = [s.at for s in half]
        return slope(times, [value(s) for s in half]) * (times[-1] - times[0])

    def judge(self) -> None:
        """Adds a fault for everything that grew beyond its bound."""
        rss, fds = self.rise(lambda s: s.rss_kib), self.rise(lambda s: s.fds)
        if rss > MAX_RSS_RISE_KIB:
            self.faults.append(
                f"RSS rose by {rss / 1024:.1f} MiB over the second half, {MAX_RSS_RISE_KIB / 1024:.0f} MiB are allowed"
            )
        if fds > MAX_FDS_RISE:
            self.faults.append(
                f"open files rose by {fds:.1f} over the second half, {MAX_FDS_RISE:.0f} are allowed"
            )
        if len(self.samples) < 2:
            self.faults.append("there are no samples to judge by")

    def sections(self) -> list[str]:
        """Markdown for the terminal and the result."""
        if not self.samples:
            return ["What did not hold:\n\n" + "\n".join(f"- {text}" for text in self.faults)]
        first, last = self.samples[0], self.samples[-1]
        half_hours = (self.second_half[-1].at - self.second_half[0].at) / 3600
        rss_rise = self.rise(lambda s: s.rss_kib) / 1024
        rows = [
            ("minutes, samples, seed", f"{self.minutes:g}, {len(self.samples)}, {self.seed}"),
            ("pods created and deleted", str(self.pods)),
            ("crash loops that started and stopped", str(self.loops)),
            ("deaths in them, all diagnosed", str(self.deaths)),
            ("kill -9 of a stale-socket patient, all healed", str(self.kills)),
            (
                "times all connections were cut",
                self.cut_note or f"{self.cuts} ({self.connections} connections)",
            ),
            (
                "RSS: first, median of the second half, highest",
                f"{first.rss_kib / 1024:.1f}, {percentile([s.rss_kib for s in self.second_half], 50) / 1024:.1f},"
                f" {max(s.rss_kib for s in self.samples) / 1024:.1f} MiB",
            ),
            (
                "RSS: linear trend over the second half",
                f"{rss_rise:+.2f} MiB ({rss_rise / half_hours if half_hours else 0:+.2f} MiB an hour)",
            ),
            (
                "open files: first, last, highest",
                f"{first.fds}, {last.fds}, {max(s.fds for s in self.samples)}",
            ),
            (
                "open files: linear trend over the second half",
                f"{self.rise(lambda s: s.fds):+.1f}",
            ),
            (
                "threads: first, last, highest",
                f"{first.threads}, {last.threads}, {max(s.threads for s in self.samples)}",
            ),
            ("reconcile failures, tried again", str(max(0, last.failures - max(0, first.failures)))),
            (
                "longest silence on the watch seen",
                f"{max(s.silence_seconds for s in self.samples):.0f} s",
            ),
        ]  # fmt: skip
        sections = [result.table(("what", "figure"), rows)]
        if self.faults:
            sections.append(
                "What did not hold:\n\n" + "\n".join(f"- {text}" for text in self.faults)
            )
        return sections


CONDITIONS = (
    f"At once: {LOOPS} pods whose crash loop starts and stops by itself ({DEATHS[0]} to {DEATHS[1]} deaths), {QUIET}"
    f" healthy pods that live {QUIET_LIFE[0]:.0f} to {QUIET_LIFE[1]:.0f} s, one dfdaemon-like Deployment killed every"
    f" {KILL_EVERY:.0f} s and treated under Auto, a fresh one after {KILLS_A_WORKLOAD} kills. All connections of the"
    f" doctor to the API server are destroyed every {CUT_EVERY:.0f} s (`ss --kill` in the pod's network). Samples every"
    f" {SAMPLE_EVERY:.0f} s from /proc and /metrics. It fails when, by the linear trend of the second half, RSS rose by"
    f" more than {MAX_RSS_RISE_KIB / 1024:.0f} MiB or open files by more than {MAX_FDS_RISE:.0f}; when the process"
    f" ended; when {DIAGNOSED_WITHIN:.0f} s after a loop its Diagnosis did not know every death; when a killed patient"
    " was not Ready before its next kill was due. The kubelet's back-off is capped at 10 s."
)


@dataclass
class _Loop:
    """One crash loop under way."""

    patient: LoopPatient
    begun: float
    well_since: float = 0.0


class Soak:
    """Call `run`. One thread: churn, samples and checks take their turns."""

    def __init__(self, ward: Ward, minutes: float, seed: int, say: Callable[[str], None]) -> None:
        self._ward = ward
        self._kubectl = ward.kubectl
        self._random = random.Random(seed)
        self._say = say
        self._report = Report(minutes, seed)
        self._loops: list[_Loop] = []
        self._quiet: dict[str, float] = {}
        self._names = 0
        self._chronic: Patient | None = None
        self._chronic_kills = 0

    def run(self) -> Report:
        """Raises LabFault when the doctor cannot be observed at all."""
        process = OperatorProcess(self._kubectl)
        self._fresh_chronic()
        end = time.monotonic() + self._report.minutes * 60
        due = {
            "sample": 0.0,
            "look": 0.0,
            "cut": time.monotonic() + FIRST_CUT_AFTER,
            "kill": time.monotonic() + FIRST_KILL_AFTER,
        }
        told = time.monotonic()
        while time.monotonic() < end:
            now = time.monotonic()
            if now >= due["sample"]:
                due["sample"] = now + SAMPLE_EVERY
                if not self._sample(process):
                    break
            if now >= due["cut"]:
                due["cut"] = now + CUT_EVERY
                self._cut(process)
            if now >= due["kill"]:
                due["kill"] = now + KILL_EVERY
                self._kill_chronic()
            if now >= due["look"]:
                due["look"] = now + LOOK_EVERY
                self._churn(now)
            if now - told >= 30:
                told = now
                self._progress(end - now)
            time.sleep(0.2)
        self._drain()
        self._report.judge()
        return self._report

    # -- churn -------------------------------------------------------------------------------------------------------

    def _churn(self, now: float) -> None:
        self._check_loops(now)
        for name in [n for n, until in self._quiet.items() if now >= until]:
            del self._quiet[name]
            self._delete(name)
        while len(self._quiet) < QUIET:
            name = self._create(0)
            self._quiet[name] = now + self._random.uniform(*QUIET_LIFE)
        while len(self._loops) < LOOPS:
            deaths = self._random.randint(*DEATHS)
            name = self._create(deaths)
            self._loops.append(_Loop(LoopPatient(name, deaths), now))

    def _create(self, deaths: int) -> str:
        self._names += 1
        patient = LoopPatient(f"{'loop' if deaths else 'quiet'}-{self._names}", deaths)
        self._kubectl.run("create", "-f", "-", stdin=patient.manifest())
        self._report.pods += 1
        return patient.name

    def _delete(self, name: str) -> None:
        self._kubectl.run("delete", "pod", name, "--wait=false", "--ignore-not-found")

    def _check_loops(self, now: float) -> None:
        """Ends the loops that are over and accounted for, and says which were missed."""
        pods = {pod["metadata"]["name"]: pod for pod in self._kubectl.items("pods")}
        diagnoses = self._kubectl.items("diagnoses")
        for loop in list(self._loops):
            pod, deaths = pods.get(loop.patient.name), loop.patient.deaths
            known = loop_patient.deaths_diagnosed(pod, diagnoses) if pod else 0
            if pod is None:
                fault = "disappeared"
            elif loop_patient.well(pod, deaths):
                loop.well_since = loop.well_since or now
                if known >= deaths:
                    self._report.loops += 1
                    self._report.deaths += deaths
                    self._finish(loop)
                    continue
                if now - loop.well_since < DIAGNOSED_WITHIN:
                    continue
                fault = f"{known} of its {deaths} deaths were diagnosed"
            elif now - loop.begun < LOOP_WITHIN:
                continue
            else:
                fault = f"died {loop_patient.restarts(pod)} of {deaths} times in {LOOP_WITHIN:.0f} s, {known} diagnosed"
            self._fault(f"{loop.patient.name}: {fault}")
            self._finish(loop)

    def _finish(self, loop: _Loop) -> None:
        self._loops.remove(loop)
        self._delete(loop.patient.name)

    def _fresh_chronic(self) -> Patient:
        if self._chronic is not None:
            self._chronic.discharge()
        self._chronic = Patient(self._kubectl, "dfdaemon-hostpath", "Deployment", "dfdaemon")
        self._chronic_kills = 0
        self._chronic.deploy()
        self._chronic.wait_ready()
        return self._chronic

    def _kill_chronic(self) -> None:
        """Kills it when it is well; one that is not has not been healed in time, and is replaced."""
        patient = self._chronic
        if patient is None or not self._is_well(patient, "before its next kill"):
            self._fresh_chronic()
            return
        if self._chronic_kills >= KILLS_A_WORKLOAD:
            patient = self._fresh_chronic()
        patient.kill()
        self._chronic_kills += 1
        self._report.kills += 1

    def _is_well(self, patient: Patient, when: str, seconds: float = 5) -> bool:
        try:
            patient.wait_ready(seconds)
        except LabFault:
            self._fault(f"{patient.name} was not healed {when}")
            return False
        return True

    # -- the doctor --------------------------------------------------------------------------------------------------

    def _sample(self, process: OperatorProcess) -> bool:
        try:
            self._report.samples.append(process.sample())
        except LabFault as fault:
            self._fault(str(fault))
            return False
        return True

    def _cut(self, process: OperatorProcess) -> None:
        if self._report.cut_note:
            return
        try:
            count = process.cut_connections()
        except (LabFault, FileNotFoundError) as fault:
            self._report.cut_note = f"skipped: {fault}"
            self._say(self._report.cut_note)
            return
        self._report.cuts += 1
        self._report.connections += count

    def _drain(self) -> None:
        """No new loops; the last ones may end, and must be accounted for too."""
        deadline = time.monotonic() + LOOP_WITHIN + DIAGNOSED_WITHIN
        while self._loops and time.monotonic() < deadline:
            self._check_loops(time.monotonic())
            time.sleep(LOOK_EVERY)
        if self._chronic is not None:
            self._is_well(self._chronic, "at the end", KILL_EVERY)
            self._chronic.discharge()

    def _fault(self, text: str) -> None:
        self._report.faults.append(text)
        self._say(f"FAULT {text}")

    def _progress(self, left: float) -> None:
        last = self._report.samples[-1]
        self._say(
            f"{left / 60:5.1f} min left: RSS {last.rss_kib / 1024:.1f} MiB, {last.fds} files, {last.threads} threads,"
            f" {last.failures} failures; {self._report.pods} pods, {self._report.loops} loops over,"
            f" {self._report.cuts} cuts, {self._report.kills} kills"
        )
