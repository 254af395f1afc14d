"""The chart carries exactly the CRDs of crds/, and keeps them when it goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from rendered_chart import CHART, ROOT, of_kind

SYNC = ROOT / "hack/sync-chart-crds"


def sync(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SYNC, f"--root={root}", *args], check=False, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the two folders that may drift apart."""
    shutil.copytree(ROOT / "crds", tmp_path / "crds")
    shutil.copytree(CHART / "templates/crds", tmp_path / "charts/crashloop-doctor/templates/crds")
    return tmp_path


def test_the_templates_have_not_drifted() -> None:
    done = sync(ROOT, "--check")

    assert done.returncode == 0, done.stderr


def test_rendered_crds_are_those_of_the_folder() -> None:
    def plain(crd: dict[str, Any]) -> dict[str, Any]:
        return crd | {"metadata": {"name": crd["metadata"]["name"]}}

    wanted = {
        path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / "crds").glob("*.yaml")
    }
    found = {
        crd["spec"]["names"]["plural"]: plain(crd) for crd in of_kind("CustomResourceDefinition")
    }

    assert found == wanted


def test_uninstalling_keeps_them_unless_told_otherwise() -> None:
    for crd in of_kind("CustomResourceDefinition"):
        assert crd["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    for crd in of_kind("CustomResourceDefinition", "--set=crds.keep=false"):
        assert "annotations" not in crd["metadata"]


def test_they_can_be_left_out() -> None:
    assert of_kind("CustomResourceDefinition", "--set=crds.enabled=false") == []


def test_a_changed_crd_is_drift_until_it_is_synced(checkout: Path) -> None:
    source = checkout / "crds/diagnoses.yaml"
    source.write_text(source.read_text().replace("shortNames: [dx]", "shortNames: [diag]"))

    drifted = sync(checkout, "--check")
    assert drifted.returncode == 1
    assert "templates/crds/diagnoses.yaml does not follow from crds/" in drifted.stderr

    assert sync(checkout).returncode == 0
    assert sync(checkout, "--check").returncode == 0


def test_a_template_without_a_crd_is_drift_and_goes(checkout: Path) -> None:
    orphan = checkout / "charts/crashloop-doctor/templates/crds/orphan.yaml"
    orphan.write_text("")

    assert sync(checkout, "--check").returncode == 1
    sync(checkout)
    assert not orphan.exists()


def test_a_crd_that_helm_would_read_as_a_template_is_refused(checkout: Path) -> None:
    source = checkout / "crds/diagnoses.yaml"
    source.write_text(source.read_text().replace("What is wrong", "What {{ is }} wrong"))

    done = sync(checkout)

    assert done.returncode != 0
    assert "which Helm would take for a template" in done.stderr


def test_the_tool_needs_nothing_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", SYNC, "--check"], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
