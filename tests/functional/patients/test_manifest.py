"""Tests that share a node do not share a patient's host directory."""

from __future__ import annotations

import pytest

from patients import manifest


@pytest.mark.parametrize("name", ["nginx-daemonset", "dfdaemon-hostpath"])
def test_a_patient_gets_a_host_directory_of_its_own(name: str) -> None:
    whole = manifest.text(name, "test-7")
    assert f"path: {manifest.ROOT}/test-7\n" in whole
    assert f"{manifest.ROOT}/{name}" not in whole
    assert f"name: {name}\n" in whole


def test_an_empty_dir_needs_none() -> None:
    assert manifest.text("dfdaemon-emptydir", "a") == manifest.text("dfdaemon-emptydir", "b")
