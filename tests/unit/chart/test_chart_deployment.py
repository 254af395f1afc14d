"""How the operator runs: under Pod Security "restricted", alone, and bounded."""

from __future__ import annotations

from typing import Any

import pytest
from rendered_chart import enabled, of_kind, only, rendered

Object = dict[str, Any]


def pod(*args: str) -> Object:
    template: Object = only("Deployment", *args)["spec"]["template"]["spec"]
    return template


def container(*args: str) -> Object:
    (container,) = pod(*args)["containers"]
    only_one: Object = container
    return only_one


def test_the_pod_meets_pod_security_restricted() -> None:
    spec = pod()
    security = spec["securityContext"]

    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] == 65532
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    for field in ("hostNetwork", "hostPID", "hostIPC", "hostUsers"):
        assert field not in spec
    assert [set(volume) - {"name"} for volume in spec["volumes"]] == [{"emptyDir"}]


def test_the_container_meets_pod_security_restricted() -> None:
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_there_is_never_more_than_one_operator() -> None:
    spec = only("Deployment")["spec"]

    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_memory_is_guaranteed_and_the_cpu_is_not_throttled() -> None:
    assert container()["resources"] == {
        "requests": {"cpu": "100m", "memory": "192Mi"},
        "limits": {"memory": "192Mi"},
    }


def test_it_is_started_with_these_arguments() -> None:
    assert container()["command"] == ["crashloop-doctor", "run"]
    assert container()["args"] == [
        "--toolbox-image=crashloop-doctor-toolbox:0.1.0",
        "--approval-policy-name=crashloop-doctor-approval",
        "--metrics-port=8080",
        "--health-port=8081",
        "--log-format=json",
        "--log-level=info",
    ]


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_every_probe_asks_the_health_port(probe: str) -> None:
    ports = {port["name"]: port["containerPort"] for port in container()["ports"]}

    assert container()[probe]["httpGet"] == {"path": "/healthz", "port": "health"}
    assert ports == {"metrics": 8080, "health": 8081}


DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("args", "image"),
    [
        ((), "crashloop-doctor:0.1.0"),
        (("--set=image.tag=dev",), "crashloop-doctor:dev"),
        (
            (
                f"--set=image.repository=registry.example/x/doctor,image.tag=dev,image.digest={DIGEST}",
            ),
            f"registry.example/x/doctor@{DIGEST}",
        ),
    ],
    ids=["the chart's version", "a tag", "a digest, which wins over a tag"],
)
def test_the_image_is(args: tuple[str, ...], image: str) -> None:
    assert container(*args)["image"] == image


def test_the_toolbox_image_is_chosen_in_the_same_way() -> None:
    args = container(f"--set=toolboxImage.digest={DIGEST}")["args"]

    assert f"--toolbox-image=crashloop-doctor-toolbox@{DIGEST}" in args


def test_the_metrics_service_selects_the_operators_pod() -> None:
    deployment = only("Deployment")
    service = only("Service")

    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
    assert service["spec"]["ports"][0]["targetPort"] == "metrics"


def test_a_service_monitor_is_there_when_asked_for_and_brings_its_service() -> None:
    args = ("--set=metrics.serviceMonitor.enabled=true,metrics.service.enabled=false",)

    assert of_kind("ServiceMonitor") == []
    labels = only("Service", *args)["metadata"]["labels"]
    selector = only("ServiceMonitor", *args)["spec"]["selector"]["matchLabels"]
    assert selector.items() <= labels.items()


def test_names_stay_short_enough_for_kubernetes() -> None:
    switches = enabled("remedies.removeStaleSocket.enabled", "remedies.injectSocketJanitor.enabled")
    for document in rendered(f"--set=fullnameOverride={'x' * 80}", *switches):
        if document["kind"] != "CustomResourceDefinition":
            assert len(document["metadata"]["name"]) <= 63
