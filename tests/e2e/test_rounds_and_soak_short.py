"""The short forms of `make rounds` and `make soak`, on the real cluster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from clinic import NO_RIGHTS, Chart

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _defaults(chart: Chart) -> None:
    """Today's images are on the node; the release is known to be what these programs leave behind."""
    chart.use(NO_RIGHTS)


def run(*words: str, seconds: float) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "hack" / words[0]), *words[1:], "--no-build"],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_three_rounds_of_the_stale_socket_are_healed_without_a_double_treatment() -> None:
    printed = run("rounds", "3", seconds=1200)
    assert "double treatments" in printed
    assert "seed" in printed


def test_a_minute_of_churn_misses_no_death_and_leaks_nothing() -> None:
    printed = run("soak", "1", seconds=900)
    assert "RSS: linear trend" in printed
    assert "What did not hold" not in printed
