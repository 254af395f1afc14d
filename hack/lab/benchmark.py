"""`make bench`: what diagnosing costs, beside the obvious way of doing it, measured in turns in one run."""

from __future__ import annotations

import gc
import json
import os
import random
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

from crashloop_doctor.api.core import ObjectMeta, Pod
from crashloop_doctor.api.v1alpha1 import FailureSignature, FailureSignatureSpec, PatternSpec
from crashloop_doctor.cluster import detector
from crashloop_doctor.signatures import catalog, log_text

from . import machine, result
from .operator_process import start_times
from .spread import Spread
from .synthetic_log import CORPUS, mix, recorded, repeated

MIB = 1 << 20
RIPGREP_SECONDS = 20
"""What one run of ripgrep may take: with hundreds of patterns it may refuse them, or need minutes."""
Work = Callable[[], object]


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    large: int
    file: int
    repetitions: int
    events: int
    starts: int


LONG = Size(large=64 * MIB, file=1024 * MIB, repetitions=10, events=20_000, starts=10)
SHORT = Size(large=MIB, file=4 * MIB, repetitions=2, events=500, starts=0)


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
            f" {baseline.count} patterns (and the signs of life and death, which only ours looks for). `re` gets the"
            " same lines, equally cleaned, of the log's first part; what it finds first and last of each signature in"
            " that part ours finds too, or the run fails. ripgrep is given the raw bytes and only counts lines."
        )
        warm(built_in)
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
                "ours": lambda: built_in.scan(small),
                "Python re, one by one": lambda: baseline.hits(small),
            },
            self._size.repetitions + 2,
        )
        self._say(
            f"A log of {_size_text(len(small))}, with the recorded failures at its end"
            f" ({self._size.repetitions + 2} repetitions):\n\n"
            + result.table(
                ("program", "time"),
                [(n, Spread.of([t * 1000 for t in ts]).text("ms", 2)) for n, ts in times.items()],
            )
        )
        self._signature_count()
        self._memory()

    def _signature_count(self) -> None:
        """Does the cost grow with the number of signatures?"""
        log = mix(self._size.large // 4)
        catalogs = {count: generated(count) for count in (50, 500)}
        for each in catalogs.values():
            warm(each)

        def scanning(each: catalog.Catalog) -> Work:
            return lambda: each.scan(log)

        times = in_turns(
            {f"{count} signatures": scanning(each) for count, each in catalogs.items()},
            self._size.repetitions,
        )
        few = Spread.of(times["50 signatures"]).median
        self._say(
            f"Generated signatures over the mix, {_size_text(len(log))}:\n\n"
            + result.table(
                ("catalogue", "throughput", "times the cost of 50"),
                [
                    (
                        name,
                        Spread.of([len(log) / 1e6 / t for t in taken]).text("MB/s"),
                        f"{Spread.of(taken).median / few:.2f}",
                    )
                    for name, taken in times.items()
                ],
            )
        )

    def _memory(self) -> None:
        """The peak memory of `classify` over a file that is larger than it may take."""
        program = str(Path(sys.executable).parent / "crashloop-doctor")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "large.log")
            part = mix(min(self._size.large, 64 * MIB))
            with file.open("wb") as written:
                for _ in range(max(1, self._size.file // len(part))):
                    written.write(part)
            size = file.stat().st_size
            begun = time.perf_counter()
            with subprocess.Popen(
                [program, "classify", str(file)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as child:
                _, _, usage = os.wait4(child.pid, 0)
                child.returncode = 0
            seconds = time.perf_counter() - begun
        self._say(
            f"`crashloop-doctor classify` of a file of {_size_text(size)}: peak memory"
            f" {usage.ru_maxrss / 1024:.0f} MiB, {seconds:.1f} s (one run)."
        )

    def _throughput(
        self, name: str, log: bytes, built_in: catalog.Catalog, baseline: Baseline
    ) -> list[tuple[str, str, str, str, str]]:
        part = log[: log.rfind(b"\n", 0, max(64 * 1024, len(log) // 32)) + 1]
        expected = baseline.hits(part)
        found = {(m.line, m.signature) for m in built_in.scan(part).matches}
        ends = {
            f(hit for hit in expected if hit[1] == name) for _, name in expected for f in (min, max)
        }
        if not ends <= found <= expected:
            differing = sorted((ends - found) | (found - expected))[:5]
            raise AssertionError(f"ours and re disagree on {name}: {differing}")
        slow = "Python re, one by one"
        works: dict[str, Work] = {
            "ours": lambda: built_in.scan(log),
            slow: lambda: baseline.hits(part),
        }
        sizes = {slow: len(part)}
        counts = {
            "ours": f"{len(built_in.scan(log).matches):,} kept",
            slow: f"{len(expected):,} in {_size_text(len(part))}",
        }
        with tempfile.TemporaryDirectory() as folder:
            if ripgrep := shutil.which("rg"):
                file, patterns = Path(folder, "log"), Path(folder, "patterns")
                file.write_bytes(log)
                patterns.write_text("\n".join(baseline.unnamed) + "\n", encoding="utf-8")
                command = [ripgrep, "--text", "--count", "--file", str(patterns), str(file)]
                try:
                    counted = subprocess.run(
                        command, capture_output=True, text=True, check=True, timeout=RIPGREP_SECONDS
                    )
                except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
                    self._say(f"ripgrep is left out for {name}: {type(fault).__name__}.")
                else:
                    counts["ripgrep"] = counted.stdout.strip() + " lines"
                    works["ripgrep"] = lambda: subprocess.run(
                        command, capture_output=True, check=True
                    )
            times = in_turns(works, self._size.repetitions)
        speeds = {
            program: [sizes.get(program, len(log)) / 1e6 / t for t in taken]
            for program, taken in times.items()
        }
        slowest = Spread.of(speeds[slow]).median
        return [
            (
                name,
                program,
                Spread.of(of).text("MB/s"),
                counts[program],
                f"{Spread.of(of).median / slowest:.1f}",
            )
            for program, of in speeds.items()
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
        self.unnamed: list[str] = []
        """The patterns without the names of their groups, which ripgrep wants to be unique."""
        self._patterns: list[tuple[str, re.Pattern[bytes]]] = []
        for name, signature in built_in.signatures.items():
            for pattern in signature.spec.patterns:
                if pattern.source == catalog.LOG:
                    self.unnamed.append(_for_ripgrep(pattern.regex))
                    self._patterns.append((name, re.compile(pattern.regex.encode())))

    @property
    def count(self) -> int:
        return len(self._patterns)

    def hits(self, log: bytes) -> set[tuple[int, str]]:
        return {
            (number, name)
            for number, raw in enumerate(log.split(b"\n"), start=1)
            for line in log_text.unwrapped(raw).split(b"\n")
            for name, pattern in self._patterns
            if pattern.search(line)
        }


def _for_ripgrep(pattern: str) -> str:
    """The pattern without names of groups and without escapes that Rust's regex crate finds needless."""
    return re.sub(r"\\([\"'`/])", r"\1", re.sub(r"\(\?P<\w+>", "(?:", pattern))


def warm(each: catalog.Catalog) -> None:
    """What a doctor has after its first logs: the databases of text, and the automata that grow with use."""
    each.scan(mix(1 * MIB))


def generated(count: int) -> catalog.Catalog:
    """So many signatures in the shapes that people write, with words of their own; the same in every run."""
    source = random.Random(count)

    def word() -> str:
        return "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=source.randint(4, 9)))

    shapes: tuple[Callable[[], str], ...] = (
        lambda: rf"(?i)\b{word()} {word()}: (?P<path>/[^\s:]+) {word()}",
        lambda: rf"(?i){word()} failed.{{0,80}}{word()}",
        lambda: rf"{word().title()}Error: .*{word()}",
        lambda: rf"(?i)(?:{word()}|{word()}) (?:{word()}|{word()})[: ]+(?P<value>\S+)",
    )
    return catalog.Catalog(
        FailureSignature(
            metadata=ObjectMeta(name=f"generated-{number}"),
            spec=FailureSignatureSpec(
                cause="ApplicationError",
                summary="generated",
                confidence="0.5",
                patterns=tuple(
                    PatternSpec(regex=shapes[(number + i) % len(shapes)]()) for i in range(2)
                ),
            ),
        )
        for number in range(count)
    )


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
