"""`make bench`: what diagnosing costs, beside the obvious way of doing it, measured in turns in one run."""

from __future__ import annotations

import gc
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from crashloop_doctor.api.core import Pod
from crashloop_doctor.cluster import detector
from crashloop_doctor.signatures import catalog, log_text

from . import machine, result
from .operator_process import start_times
from .spread import Spread
from .synthetic_log import CORPUS, mix, recorded, repeated

MIB = 1 << 20
Work = Callable[[], object]


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    large: int
    repetitions: int
    events: int
    starts: int


LONG = Size(large=64 * MIB, repetitions=10, events=20_000, starts=10)
SHORT = Size(large=MIB, repetitions=3, events=500, starts=0)


def cpu_seconds() -> float:
    """Processor time of this process and of those it waited for: what others do meanwhile does not count."""
    own, theirs = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime


def in_turns(
    works: Mapping[str, Work], repetitions: int, clock: Callable[[], float] = cpu_seconds
) -> dict[str, list[float]]:
    """Seconds of each repetition. In turns, so that a machine that slows down slows all of them down."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(repetitions):
        for name, work in works.items():
            gc.collect()
            begun = clock()
            work()
            times[name].append(clock() - begun)
    return times


class Benchmark:
    """One run; `sections` fill up while it goes on."""

    def __init__(self, size: Size, *, with_cluster: bool) -> None:
        self._size = size
        self._with_cluster = with_cluster
        self._sections: list[str] = []

    def run(self) -> list[str]:
        """The sections of the result, as Markdown; printed on the way."""
        self._say(
            f"Median (first to third quartile) of {self._size.repetitions} repetitions, taken in turns; matcher and"
            " decoding in processor time of one core, whole processes by the clock on the wall. Load at the start:"
            f" {machine.load():.1f} on {machine.cores()} cores."
        )
        self._matcher()
        self._watch()
        self._processes()
        return self._sections

    # -- the matcher -------------------------------------------------------------------------------------------------

    def _matcher(self) -> None:
        built_in = catalog.builtin()
        baseline = Baseline(built_in)
        self._say(
            f"## Matcher\n\nThe whole built-in catalogue: {len(built_in.signatures)} signatures,"
            f" {baseline.count} patterns. Ours and `re` find the same lines, or the run fails, and get"
            " them equally cleaned; ripgrep is given the raw bytes and only counts lines."
        )
        size = self._size.large
        rows = []
        for name, log in (
            (f"mix, {_size_text(size)}", mix(size)),
            (f"recorded failures repeated, {_size_text(size // 8)}", repeated(size // 8)),
        ):
            rows += self._throughput(name, log, built_in, baseline)
        self._say(
            result.table(("log", "program", "throughput", "hits", "times as fast as re"), rows)
        )
        small = mix(64 * 1024 - len(recorded())) + recorded()
        times = in_turns(
            {
                "ours": lambda: built_in.scan(small).matches,
                "Python re, one by one": lambda: baseline.hits(small),
            },
            self._size.repetitions * 5,
        )
        self._say(
            f"A log of {_size_text(len(small))}, with the recorded failures at its end"
            f" ({self._size.repetitions * 5} repetitions):\n\n"
            + result.table(
                ("program", "time"),
                [(n, Spread.of([t * 1000 for t in ts]).text("ms", 2)) for n, ts in times.items()],
            )
        )

    def _throughput(
        self, name: str, log: bytes, built_in: catalog.Catalog, baseline: Baseline
    ) -> list[tuple[str, str, str, str, str]]:
        found = {(m.line, m.signature) for m in built_in.scan(log).matches}
        expected = baseline.hits(log)
        if found != expected:
            differing = sorted(found ^ expected)[:5]
            raise AssertionError(f"ours and re disagree on {name}: {differing}")
        works: dict[str, Work] = {
            "ours": lambda: built_in.scan(log).matches,
            "Python re, one by one": lambda: baseline.hits(log),
        }
        counts = {program: f"{len(found):,}" for program in works}
        with tempfile.TemporaryDirectory() as folder:
            if ripgrep := shutil.which("rg"):
                file, patterns = Path(folder, "log"), Path(folder, "patterns")
                file.write_bytes(log)
                patterns.write_text("\n".join(baseline.sources) + "\n", encoding="utf-8")
                command = [ripgrep, "--text", "--count", "--file", str(patterns), str(file)]
                works["ripgrep"] = lambda: subprocess.run(command, capture_output=True, check=True)
                counts["ripgrep"] = (
                    subprocess.run(
                        command, capture_output=True, text=True, check=True
                    ).stdout.strip()
                    + " lines"
                )
            times = in_turns(works, self._size.repetitions)
        slow = Spread.of(times["Python re, one by one"]).median
        return [
            (
                name,
                program,
                Spread.of([len(log) / 1e6 / t for t in taken]).text("MB/s"),
                counts[program],
                f"{slow / Spread.of(taken).median:.1f}",
            )
            for program, taken in times.items()
        ]

    # -- the watch ---------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        row, whole = table_event(), pod_event()
        count = self._size.events

        def many(decode: Callable[[], object]) -> Work:
            def work() -> None:
                for _ in range(count):
                    decode()

            return work

        times = in_turns(
            {
                "table row (ours)": many(lambda: msgspec.json.decode(row, type=detector._Event)),
                "whole pod, json of the standard library": many(lambda: json.loads(whole)),
                "whole pod, msgspec, untyped": many(lambda: msgspec.json.decode(whole)),
                "whole pod, msgspec, our partial type": many(
                    lambda: msgspec.json.decode(whole, type=_PodEvent)
                ),
            },
            self._size.repetitions,
        )
        bytes_of = {"table row (ours)": len(row)}
        self._say(
            f"## Decoding one watch event\n\n{count:,} decodings a repetition; the pod is the recorded one of"
            " `tests/corpus/raw`.\n\n"
            + result.table(
                ("event", "bytes", "time for one"),
                [
                    (
                        name,
                        f"{bytes_of.get(name, len(whole)):,}",
                        Spread.of([t / count * 1e6 for t in taken]).text("µs"),
                    )
                    for name, taken in times.items()
                ],
            )
        )

    # -- whole processes ---------------------------------------------------------------------------------------------

    def _processes(self) -> None:
        program = str(Path(sys.executable).parent / "crashloop-doctor")
        log = str(CORPUS / "nginx-stale-socket.log")
        pod = str(CORPUS / "nginx-stale-socket.pod.yaml")

        def process(*command: str) -> Work:
            return lambda: subprocess.run(command, capture_output=True, check=True)

        times = in_turns(
            {
                "python -c pass (the floor)": process(sys.executable, "-c", "pass"),
                "crashloop-doctor --help": process(program, "--help"),
                "crashloop-doctor classify, a log of 1.4 kB with its pod": process(
                    program, "classify", log, "--pod", pod
                ),
            },
            self._size.repetitions,
            time.perf_counter,
        )
        rows = [
            (name, Spread.of([t * 1000 for t in ts]).text("ms", 0), str(len(ts)))
            for name, ts in times.items()
        ]
        note = ""
        if self._with_cluster and self._size.starts:
            starts = start_times(self._size.starts, lambda text: print(text, file=sys.stderr))
            rows.append(
                (
                    "operator in its pod, process start to `ready`",
                    Spread.of([t * 1000 for t in starts]).text("ms", 0),
                    str(len(starts)),
                )
            )
        elif self._size.starts:
            note = "\n\nThe operator's start was not measured in this run: it needs the cluster, with the doctor in it."
        self._say(
            "## Whole processes\n\n" + result.table(("process", "time", "repetitions"), rows) + note
        )

    def _say(self, text: str) -> None:
        self._sections.append(text)
        print(text + "\n", flush=True)


class Baseline:
    """What one would write first: every pattern of the catalogue, one after the other, with `re`."""

    def __init__(self, built_in: catalog.Catalog) -> None:
        self.sources: list[str] = []
        self._patterns: list[tuple[str, re.Pattern[bytes]]] = []
        for name, signature in built_in.signatures.items():
            for pattern in signature.spec.patterns:
                self.sources.append(pattern.regex)
                self._patterns.append((name, re.compile(pattern.regex.encode())))

    @property
    def count(self) -> int:
        return len(self._patterns)

    def hits(self, log: bytes) -> set[tuple[int, str]]:
        return {
            (number, name)
            for number, line in log_text.lines(log)
            for name, pattern in self._patterns
            if pattern.search(line)
        }


class _PodEvent(msgspec.Struct):
    type: str
    object: Pod


def table_event() -> bytes:
    """A row as the API server sends it for `includeObject=None`, after the first event of a watch."""
    cells: list[Any] = [
        "nginx-daemonset-x7k2p", "0/1", "CrashLoopBackOff", "5 (10s ago)", "3m12s", "10.200.0.17",
        "local-node", "<none>", "<none>",
    ]  # fmt: skip
    row = {"cells": cells, "object": None}
    body = {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": "81723"},
        "columnDefinitions": None,
        "rows": [row],
    }
    return json.dumps({"type": "MODIFIED", "object": body}, separators=(",", ":")).encode()


def pod_event() -> bytes:
    """The same change as a whole pod."""
    loaded = yaml.safe_load((CORPUS / "nginx-stale-socket.pod.yaml").read_text("utf-8"))
    # YAML reads times as such; the API server sends them as text.
    return json.dumps(
        {"type": "MODIFIED", "object": loaded},
        separators=(",", ":"),
        default=lambda time_: time_.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ).encode()


def _size_text(size: int) -> str:
    return f"{size / MIB:.0f} MiB" if size >= MIB else f"{size / 1024:.0f} KiB"
