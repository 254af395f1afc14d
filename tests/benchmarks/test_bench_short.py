"""The benchmark runs and prints every figure it promises. No thresholds: a busy machine is no defect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lab import benchmark, synthetic_log

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def printed() -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "hack" / "bench"), "--short"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "figure",
    [
        "| mix, 1 MiB ",
        "| recorded failures repeated",
        "A log of 64 KiB",
        "| table row (ours) ",
        "| whole pod, msgspec, our partial type ",
        "| crashloop-doctor --help ",
        "| crashloop-doctor classify",
    ],
)
def test_every_figure_is_printed(printed: str, figure: str) -> None:
    assert figure in printed


def test_a_short_run_writes_nothing(printed: str) -> None:
    assert "written:" not in printed


def test_the_mix_is_the_same_in_every_run_and_as_large_as_asked() -> None:
    first = synthetic_log.mix(300_000)
    assert first == synthetic_log.mix(300_000)
    assert len(first) == 300_000


def test_the_mix_is_not_one_block_over_and_over() -> None:
    log = synthetic_log.mix(4 << 20)
    quarter = len(log) // 4
    assert len({log[i * quarter : (i + 1) * quarter] for i in range(4)}) == 4


def test_programs_take_turns() -> None:
    order: list[str] = []
    works = {"a": lambda: order.append("a"), "b": lambda: order.append("b")}
    times = benchmark.in_turns(works, 2)
    assert order == ["a", "b", "a", "b", "a", "b"], "one to warm up, then in turns"
    assert {name: len(taken) for name, taken in times.items()} == {"a": 2, "b": 2}
