"""Every target is fuzzed for some seconds; what once crashed, and every seed, is replayed on any Python."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import targets

SECONDS = 3
"""And two or three to start: 35 s in all."""
TESTS = Path(__file__).parents[1]

FOUND = [
    pytest.param(name, path, id=f"{name}-{path.name}")
    for name in targets.NAMES
    for path in sorted((targets.CRASHES / name).glob("*"))
]


@pytest.mark.parametrize(("name", "path"), FOUND)
def test_what_once_was_wrong_is_right(name: str, path: Path) -> None:
    targets.load(name).one(path.read_bytes())


@pytest.mark.parametrize("name", targets.NAMES)
def test_every_seed_holds(name: str) -> None:
    target = targets.load(name)
    seeds = list(target.seeds())
    assert len(seeds) >= 8, "a fuzzer needs something to begin with"
    for seed in seeds:
        target.one(seed)


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: it has wheels for CPython 3.11 to 3.13 on Linux on x86-64 only",
)
@pytest.mark.parametrize("name", targets.NAMES)
def test_some_seconds_of_fuzzing_find_nothing(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.run", name, str(SECONDS), str(tmp_path / "corpus")],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, (
        f"{targets.load(name).says}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    )
    assert "Done " in done.stderr, "it has run"
