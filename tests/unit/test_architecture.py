"""The direction of the data and the purity of the decisions, as pyproject.toml's import contracts say them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(config: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", config, "--no-cache"],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
    )


def test_every_import_contract_is_kept() -> None:
    linted = lint_imports(ROOT / "pyproject.toml", ROOT)
    assert linted.returncode == 0, linted.stdout
    assert "0 broken" in linted.stdout


def test_a_decision_that_read_the_clock_would_be_noticed(tmp_path: Path) -> None:
    package = tmp_path / "crashloop_doctor"
    layers = [
        "cli",
        "cluster",
        "treatment",
        "policy",
        "remedies",
        "dumps",
        "diagnosis",
        "signatures",
        "api",
    ]
    for layer in layers:
        (package / layer).mkdir(parents=True)
        (package / layer / "__init__.py").touch()
    for module in ("__init__", "__main__", "doctor", "metrics"):
        (package / f"{module}.py").touch()
    (package / "policy" / "gate.py").write_text("import time\n")
    config = tmp_path / "pyproject.toml"
    config.write_text((ROOT / "pyproject.toml").read_text())
    linted = lint_imports(config, tmp_path)
    assert linted.returncode != 0
    assert "Decisions do no I/O, read no clock and know no client BROKEN" in linted.stdout


def test_no_package_of_ours_hides_the_standard_library_s_operator() -> None:
    assert not (ROOT / "operator" / "__init__.py").exists()


@pytest.mark.parametrize("layer", ["diagnosis", "remedies", "policy", "treatment"])
def test_the_pure_core_imports_neither_kopf_nor_a_client(layer: str) -> None:
    script = (
        "import importlib, pkgutil, sys\n"
        f"import crashloop_doctor.{layer} as package\n"
        "for module in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "print(sorted({'kopf', 'kubernetes', 'aiohttp'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
