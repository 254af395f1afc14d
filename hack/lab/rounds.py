"""`make rounds`: the stale socket again and again on a real kubelet, and what must hold each time."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import result, treatments
from .kubectl import LabFault
from .patient import Patient
from .prober import Prober
from .spread import percentile
from .ward import COOLDOWN_SECONDS, MAX_WINDOW_SECONDS, Ward

NAMESPACE = "doctor-rounds"
READY_WITHIN = 120.0
"""From the kill to Ready. The kubelet's back-off is capped at 10 s in the local cluster."""

ENDED_WITHIN = 90.0
LONGEST_CALM = 12.0
"""A kill comes at a random moment up to so many seconds after the daemon became Ready: before, in and after the
verification."""

MAX_KILLS = 3
MAX_ROUNDS_A_WORKLOAD = 3


@dataclass(frozen=True)
class Kind:
    """A patient that can be picked: its manifest, and how to ask it whether it serves."""

    manifest: str
    kind: str
    container: str
    socket: str
    question: str
    answer: str

    def patient(self, ward: Ward) -> Patient:
        return Patient(ward.kubectl, self.manifest, self.kind, self.container)


KINDS = (
    Kind(
        "nginx-daemonset",
        "DaemonSet",
        "nginx",
        "app.sock",
        "GET / HTTP/1.0\r\nHost: patient\r\n\r\n",
        " 200 ",
    ),
    Kind("dfdaemon-hostpath", "Deployment", "dfdaemon", "dfdaemon.sock", "health\n", "SERVING"),
    Kind("dfdaemon-traceback", "Deployment", "dfdaemon", "dfdaemon.sock", "health\n", "SERVING"),
)


@dataclass(frozen=True)
class Kill:
    """One kill -9: what healed it, and after how many seconds the pod was Ready again; None when it was not."""

    patient: str
    remedy: str
    seconds: float | None


@dataclass
class Report:
    """What the rounds brought to light."""

    seed: int
    kills: list[Kill] = field(default_factory=list)
    rounds: int = 0
    workloads: int = 0
    doubles: list[str] = field(default_factory=list)
    interruptions: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    slow: int = 0

    @property
    def healed(self) -> int:
        return sum(kill.seconds is not None for kill in self.kills)

    @property
    def held(self) -> bool:
        """Whether everything that must hold did."""
        return self.healed == len(self.kills) > 0 and not (
            self.doubles or self.interruptions or self.unfinished
        )

    def sections(self) -> list[str]:
        """Markdown for the terminal and the result."""
        summary = [
            ("seed", str(self.seed)),
            ("rounds, workloads", f"{self.rounds}, {self.workloads}"),
            ("kills healed within the limit", f"{self.healed} of {len(self.kills)}"),
            ("double treatments", str(len(self.doubles))),
            ("service lost without a kill of ours", str(len(self.interruptions))),
            (
                "connections made to living daemons (not answered in 2 s)",
                f"{self.answers:,} ({self.slow})",
            ),
            (
                "treatments by end",
                ", ".join(f"{k} {v}" for k, v in sorted(self.ends.items())) or "none",
            ),
            ("treatments without an end in time", str(len(self.unfinished))),
        ]
        sections = [result.table(("what", "figure"), summary), self._times()]
        faults = [*self.doubles, *self.interruptions, *self.unfinished]
        if faults:
            sections.append("What did not hold:\n\n" + "\n".join(f"- {text}" for text in faults))
        return sections

    def _times(self) -> str:
        by_remedy: dict[str, list[float]] = {}
        for kill in self.kills:
            if kill.seconds is not None:
                by_remedy.setdefault(kill.remedy, []).append(kill.seconds)
        rows = [
            (
                name,
                str(len(times)),
                f"{percentile(times, 50):.1f} s",
                f"{percentile(times, 90):.1f} s",
                f"{max(times):.1f} s",
            )
            for name, times in sorted(by_remedy.items())
        ]
        return "From the kill to Ready:\n\n" + result.table(
            ("healed by", "kills", "median", "90th percentile", "longest"), rows
        )


CONDITIONS = (
    f"Patients: {', '.join(kind.manifest for kind in KINDS)}, picked at random, each with a host directory of its own;"
    f" 1 to {MAX_KILLS} kill -9 a round, each 0 to {LONGEST_CALM:.0f} s after Ready; a fresh workload after 2 or"
    f" {MAX_ROUNDS_A_WORKLOAD} rounds. The kubelet's back-off is capped at 10 s. Policy: Auto, first aid then janitor,"
    f" cooldown {COOLDOWN_SECONDS} s, verification at most {MAX_WINDOW_SECONDS} s. Limit: Ready {READY_WITHIN:.0f} s"
    " after the kill."
)


class Rounds:
    """Call `run`. Everything random comes from the seed; the cluster's own timing does not."""

    def __init__(self, ward: Ward, seed: int, say: Callable[[str], None]) -> None:
        self._ward = ward
        self._random = random.Random(seed)
        self._say = say
        self._report = Report(seed)

    def run(self, count: int) -> Report:
        """Raises LabFault when a fresh patient does not even start."""
        while self._report.rounds < count:
            left = count - self._report.rounds
            self._workload(min(left, self._random.randint(2, MAX_ROUNDS_A_WORKLOAD)))
        return self._report

    def _workload(self, rounds: int) -> None:
        kind = self._random.choice(KINDS)
        self._report.workloads += 1
        patient = kind.patient(self._ward)
        course = Course(self._ward, patient)
        patient.deploy()
        try:
            patient.wait_ready()
            course.generation = patient.workload()["metadata"]["generation"]
            with Prober(patient.directory / kind.socket, kind.question, kind.answer) as prober:
                healed = all(self._round(kind, course, prober) for _ in range(rounds))
                self._conclude(kind, course, healed)
                # What ends the daemon from here on is the end of the workload.
                prober.announce_death()
            self._report.interruptions += [
                f"{kind.manifest}: not reachable {i.seconds:.1f} s after it was deployed, without a kill: {i.error}"
                for i in prober.interruptions
            ]
            self._report.answers += prober.answers
            self._report.slow += prober.slow
        finally:
            patient.discharge()

    def _round(self, kind: Kind, course: Course, prober: Prober) -> bool:
        """Whether every kill was healed; a workload that stays sick gets no second round."""
        self._report.rounds += 1
        kills = self._random.randint(1, MAX_KILLS)
        self._say(f"round {self._report.rounds}: {kind.manifest}, {kills} kills")
        for _ in range(kills):
            calm = self._random.uniform(0, LONGEST_CALM)
            time.sleep(calm)
            kill = self._kill(kind, course, prober)
            self._report.kills.append(kill)
            if kill.seconds is None:
                self._say(f"  not Ready within {READY_WITHIN:.0f} s")
                print(self._ward.doctor_log(40), file=sys.stderr)
                return False
            self._say(
                f"  killed {calm:4.1f} s after Ready; Ready again after {kill.seconds:5.1f} s ({kill.remedy})"
            )
        return True

    def _kill(self, kind: Kind, course: Course, prober: Prober) -> Kill:
        before = course.applied()
        had_janitor = course.has_janitor()
        victim = course.patient.status()["containerID"]
        prober.announce_death()
        begun = time.monotonic()
        try:
            course.patient.kill()
        except LookupError as error:
            raise LabFault(f"{kind.manifest} died before it was killed: {error}") from error
        try:
            self._ward.kubectl.wait_for(
                f"{kind.manifest} Ready", lambda: course.risen(victim), READY_WITHIN, every=0.2
            )
        except LabFault:
            course.look()
            return Kill(kind.manifest, "nothing", None)
        seconds = time.monotonic() - begun
        fresh = [name for name in course.applied() if name not in before]
        if fresh:
            remedy = course.applied()[fresh[-1]]
            remedy = {
                treatments.FIRST_AID: "first aid",
                treatments.JANITOR: "janitor, just added",
            }[remedy]
        else:
            remedy = "janitor, in place" if had_janitor else "the kubelet's own retry"
        return Kill(kind.manifest, remedy, seconds)

    def _conclude(self, kind: Kind, course: Course, healed: bool) -> None:
        """Waits until no treatment is under way, then counts."""
        try:
            self._ward.kubectl.wait_for(
                "the end of every treatment", course.all_ended, ENDED_WITHIN
            )
        except LabFault:
            self._report.unfinished += [
                f"{kind.manifest}: {r['metadata']['name']} is {treatments.state(r)}: {r['status'].get('message')}"
                for r in course.remediations()
                if treatments.state(r) not in treatments.ENDS
            ]
        course.look()
        remediations = course.remediations()
        for remediation in remediations:
            key = f"{remediation['spec']['remedy']} {treatments.state(remediation)}"
            self._report.ends[key] = self._report.ends.get(key, 0) + 1
            if treatments.state(remediation) in ("RolledBack", "NeedsHuman"):
                self._say(
                    f"  {remediation['metadata']['name']} {treatments.state(remediation)}:"
                    f" {remediation['status']['message']}"
                )
        latest = course.patient.workload()["metadata"]["generation"]
        self._report.doubles += [
            f"{kind.manifest}: {text}"
            for text in treatments.double_treatments(
                remediations, course.aids, (course.generation, latest)
            )
        ]
        if not healed:
            self._say(f"  {kind.manifest} is given up")


class Course:
    """The course of one workload's illness, as the API server shows it."""

    def __init__(self, ward: Ward, patient: Patient) -> None:
        self._ward = ward
        self.patient = patient
        self.generation = 0
        self.aids: dict[str, frozenset[str]] = {}
        """First-aid containers seen, by the pod's UID: a pod that a rollout replaced counts too."""

    def risen(self, victim: str) -> bool:
        """Whether another instance than the victim is Ready."""
        pods = self.look()
        if len(pods) != 1:
            return False
        status = self.patient.status(pods[0])
        return bool(status["ready"]) and status.get("containerID") != victim

    def look(self) -> list[Any]:
        pods = self.patient.pods()
        for pod in pods:
            names = {c["name"] for c in pod["spec"].get("ephemeralContainers", [])}
            aids = frozenset(n for n in names if n.startswith(treatments.FIRST_AID_CONTAINER))
            uid = pod["metadata"]["uid"]
            self.aids[uid] = self.aids.get(uid, frozenset()) | aids
        return pods

    def remediations(self) -> list[Any]:
        """Of this workload, oldest first."""
        uid = self.patient.workload()["metadata"]["uid"]
        found = [
            r
            for r in self._ward.kubectl.items("remediations")
            if r["spec"]["workload"]["uid"] == uid
        ]
        return sorted(found, key=lambda r: r["metadata"]["creationTimestamp"])

    def applied(self) -> dict[str, str]:
        """Name and remedy of each treatment whose change was made."""
        return {
            r["metadata"]["name"]: r["spec"]["remedy"]
            for r in self.remediations()
            if treatments.reached(r, "Applied")
        }

    def has_janitor(self) -> bool:
        spec = self.patient.workload()["spec"]["template"]["spec"]
        return any(
            c["name"] == treatments.JANITOR_CONTAINER for c in spec.get("initContainers", [])
        )

    def all_ended(self) -> bool:
        return all(treatments.state(r) in treatments.ENDS for r in self.remediations())
