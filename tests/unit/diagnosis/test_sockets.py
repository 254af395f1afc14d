"""Which socket a container can have left behind, where the log names none."""

from __future__ import annotations

import pytest

from crashloop_doctor.api.core import (
    Container,
    EnvVar,
    HostPathVolume,
    ObjectMeta,
    Pod,
    PodSpec,
    Volume,
    VolumeMount,
)
from crashloop_doctor.diagnosis.sockets import on_writable_volumes


def found(*args: str, env: dict[str, str] | None = None) -> list[str]:
    container = Container(
        name="app",
        args=args,
        env=tuple(EnvVar(name=name, value=value) for name, value in (env or {}).items()),
        volume_mounts=(VolumeMount(name="run", mount_path="/run/app"),),
    )
    pod = Pod(
        metadata=ObjectMeta(name="app-0", namespace="default"),
        spec=PodSpec(
            containers=(container,),
            volumes=(Volume(name="run", host_path=HostPathVolume(path="/var/run/app")),),
        ),
    )
    return [path for path, _, _ in on_writable_volumes(pod, container, ()).values()]


@pytest.mark.parametrize(
    "args",
    [
        ("--listen", "/run/app/app.sock"),
        ("--socket", "/run/app/ctl"),
        ("--socket-path=/run/app/ctl",),
        ("-h", "ldapi://%2Frun%2Fapp%2Fldapi"),
        ("unix:/run/app/api",),
    ],
)
def test_arguments_name_a_socket(args: tuple[str, ...]) -> None:
    assert len(found(*args)) == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--config", "/run/app/app.conf"),
        ("--socket", "0.0.0.0:80"),
        ("--socket", "/run/other/ctl"),
        ("--socket", "/run/app/../x"),
        ("http://app/run/app/ctl",),
    ],
)
def test_other_arguments_do_not(args: tuple[str, ...]) -> None:
    assert found(*args) == []


def test_a_variable_names_what_the_program_binds_only_where_its_name_says_so() -> None:
    assert found(env={"APP_LISTEN": "/run/app/app.sock"}) == ["/run/app/app.sock"]
    assert found(env={"CSI_ENDPOINT": "unix:///run/app/csi.sock"}) == ["/run/app/csi.sock"]
    assert found(env={"BACKEND_URL": "unix:///run/app/app.sock"}) == []


@pytest.mark.parametrize(
    "args", [("--docker-socket", "/run/app/d"), ("--agent-socket=/run/app/a",)]
)
def test_an_option_for_somebody_else_s_socket_on_the_node_is_none_of_its_own(
    args: tuple[str, ...],
) -> None:
    assert found(*args) == []


@pytest.mark.parametrize("name", ["CONTROL_PLANE_ENDPOINT", "BIND_DN_SOCKET", "AGENT_SOCKET"])
def test_a_variable_that_only_sounds_like_its_own_is_another_s(name: str) -> None:
    assert found(env={name: "unix:///run/app/agent.sock"}) == []
