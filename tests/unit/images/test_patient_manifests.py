"""The patients' manifests fit the image and each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from images import layout, patients

MANIFESTS = sorted((patients.SOURCE / "manifests").glob("*.yaml"))


@pytest.fixture(params=MANIFESTS, ids=lambda path: path.stem)
def workload(request: pytest.FixtureRequest) -> dict[str, Any]:
    path: Path = request.param
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert loaded["metadata"]["name"] == path.stem
    return loaded


def _pod(workload: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def test_there_are_patients() -> None:
    assert len(MANIFESTS) == 5


def test_the_image_is_the_built_one_and_is_never_pulled(workload: dict[str, Any]) -> None:
    (container,) = _pod(workload)["containers"]
    assert container["image"] == layout.patients().reference
    assert container["imagePullPolicy"] == "IfNotPresent"


def test_what_it_runs_and_asks_is_in_the_image(workload: dict[str, Any]) -> None:
    (container,) = _pod(workload)["containers"]
    words = [*container["command"], *container["readinessProbe"]["exec"]["command"]]
    own = [word for word in words if word.startswith(f"{layout.PATIENTS}/")]
    carried = {
        f"{layout.PATIENTS}/{path.relative_to(patients.SOURCE)}" for path in patients.sources()
    }
    assert own
    assert set(own) <= carried


def test_it_can_be_applied_to_any_namespace_beside_the_others(workload: dict[str, Any]) -> None:
    assert "namespace" not in workload["metadata"]
    (volume,) = _pod(workload)["volumes"]
    if "hostPath" in volume:
        name = workload["metadata"]["name"]
        assert volume["hostPath"]["path"] == f"/var/run/crashloop-doctor-demo/{name}"


def test_its_socket_lies_on_the_volume_and_its_user_is_said(workload: dict[str, Any]) -> None:
    (container,) = _pod(workload)["containers"]
    socket = container["readinessProbe"]["exec"]["command"][-1]
    (mount,) = container["volumeMounts"]
    assert str(Path(socket).parent) == mount["mountPath"]
    assert container["securityContext"]["runAsUser"] == 0
