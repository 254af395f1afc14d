"""The engine `kind`, with a fake kind and a fake container engine that write down what they get."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from local_cluster import command, engine_kind, node
from local_cluster.engine_kind import CONFIG

FAKE = """#!/bin/sh
echo "$(basename "$0") $* provider=$KIND_EXPERIMENTAL_PROVIDER" >> "$CALLS"
case "$(basename "$0") $1 $2" in
  "kind get clusters") cat "$CLUSTERS" 2>/dev/null ;;
  "kind create cluster")
    cp "$6" "$CALLS.config"
    echo crashloop-doctor > "$CLUSTERS"
    echo '{}' > "$8" ;;
  "kind delete cluster") rm -f "$CLUSTERS" ;;
esac
case "$*" in
  *readyz*) echo ok ;;
  *jsonpath*) echo "True " ;;
  *version*) echo '{"gitVersion": "v1.35.4"}' ;;
esac
exit 0
"""


class Machine:
    """A folder of fake programs, and what they were called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "calls"

    def has(self, *names: str, script: str = FAKE) -> None:
        for name in names:
            program = self.folder / "bin" / name
            program.write_text(script)
            program.chmod(program.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def called(self, start: str) -> str:
        return next(call for call in self.calls if call.startswith(start))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    for tool in ("basename", "cat", "cp", "rm", "echo", "sh"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("CALLS", str(made.log))
    monkeypatch.setenv("CLUSTERS", str(tmp_path / "clusters"))
    monkeypatch.setenv("CRASHLOOP_DOCTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    # Whatever runs on the machine of this test is not its business.
    monkeypatch.setattr(node.Node, "remains", lambda _: False)
    return made


def test_auto_takes_kind_when_an_engine_answers(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("docker", "kind", "kubectl")
    assert command.main(["up"]) == 0
    kubeconfig = machine.folder / "cache/cluster/kubeconfig"
    assert machine.called("kind create") == (
        "kind create cluster --name crashloop-doctor "
        f"--config {machine.folder}/cache/cluster/kind.yaml "
        f"--kubeconfig {kubeconfig} --wait 180s provider="
    )
    assert f"export KUBECONFIG={kubeconfig}" in capsys.readouterr().out
    assert (machine.folder / "calls.config").read_text() == CONFIG.read_text()


def test_a_second_up_makes_no_second_cluster(machine: Machine) -> None:
    machine.has("docker", "kind", "kubectl")
    assert command.main(["up"]) == 0
    assert command.main(["up"]) == 0
    assert len([call for call in machine.calls if call.startswith("kind create")]) == 1


def test_kind_is_told_which_engine_it_is(machine: Machine) -> None:
    machine.has("podman", "kind", "kubectl")
    assert command.main(["up", "--engine", "kind"]) == 0
    assert machine.called("kind create").endswith("provider=podman")


def test_default_backoff_leaves_the_kubelets_setting_out(machine: Machine) -> None:
    machine.has("docker", "kind", "kubectl")
    assert command.main(["up", "--default-backoff"]) == 0
    used = (machine.folder / "calls.config").read_text()
    assert "crashLoopBackOff" not in used
    assert "imageGCHighThresholdPercent" in used
    assert "MutatingAdmissionPolicy" in used


def test_images_status_kubeconfig_and_down_go_through_kind(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("docker", "kind", "kubectl")
    command.main(["up"])
    image = machine.folder / "toolbox.tar"
    image.touch()
    assert command.main(["load-image", str(image)]) == 0
    assert machine.called("kind load").startswith(
        f"kind load image-archive {image} --name crashloop-doctor"
    )
    assert command.main(["status"]) == 0
    assert "v1.35.4" in capsys.readouterr().out
    assert command.main(["kubeconfig"]) == 0
    assert capsys.readouterr().out.strip().endswith("cache/cluster/kubeconfig")
    assert command.main(["down"]) == 0
    assert machine.called("kind delete").startswith("kind delete cluster --name crashloop-doctor")
    assert not (machine.folder / "cache/cluster").exists()
    assert command.main(["down"]) == 0
    assert command.main(["status"]) == 1


def test_a_cluster_whose_record_is_lost_is_replaced(machine: Machine) -> None:
    machine.has("docker", "kind", "kubectl")
    (machine.folder / "clusters").write_text("crashloop-doctor\n")
    assert command.main(["up"]) == 0
    names = [" ".join(call.split()[:3]) for call in machine.calls if call.startswith("kind")]
    assert names.index("kind delete cluster") < names.index("kind create cluster")


def test_a_client_without_its_engine_does_not_count(machine: Machine) -> None:
    machine.has("docker", script="#!/bin/sh\nexit 1\n")
    assert engine_kind.container_engine() == ""
    machine.has("nerdctl")
    assert engine_kind.container_engine() == "nerdctl"


def test_without_any_engine_the_message_names_the_way_out(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["up", "--engine", "kind"]) == 1
    said = capsys.readouterr().err
    assert "No container engine answers" in said
    assert "--engine local" in said
    assert not (machine.folder / "cache/cluster").exists()


def test_an_up_that_failed_is_said_to_be_unfinished(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has("docker", "kubectl")
    machine.has("kind", script='#!/bin/sh\n[ "$1" = get ] || { echo no room >&2; exit 1; }\n')
    assert command.main(["up"]) == 1
    assert "no room" in capsys.readouterr().err
    assert command.main(["status"]) == 1
    assert "did not come to its end" in capsys.readouterr().out


class TestGivenCluster:
    """--use-kubeconfig: the caller's own cluster, never silently and never taken down."""

    @pytest.fixture(autouse=True)
    def kubeconfig(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        machine.has("kubectl")
        (machine.folder / "own.yaml").write_text("{}")
        monkeypatch.setenv("KUBECONFIG", str(machine.folder / "own.yaml"))

    def test_it_is_used_only_when_asked_for(self, machine: Machine) -> None:
        machine.has("docker", "kind")
        assert command.main(["up"]) == 0
        assert "own.yaml" not in "".join(machine.calls)

    def test_it_is_named_and_kept_by_down(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.main(["up", "--use-kubeconfig"]) == 0
        assert f"of {machine.folder}/own.yaml" in capsys.readouterr().err
        assert command.main(["status"]) == 0
        assert command.main(["down"]) == 0
        assert "left as it is" in capsys.readouterr().err
        assert (machine.folder / "own.yaml").exists()
        assert not any(call.startswith("kind") for call in machine.calls)

    def test_an_unreachable_one_is_refused(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has("kubectl", script="#!/bin/sh\necho connection refused >&2; exit 1\n")
        assert command.main(["up", "--use-kubeconfig"]) == 1
        assert "connection refused" in capsys.readouterr().err

    def test_without_the_variable_the_flag_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("KUBECONFIG")
        assert command.main(["up", "--use-kubeconfig"]) == 1
        assert "KUBECONFIG is not set" in capsys.readouterr().err

    def test_it_takes_no_images(self, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        command.main(["up", "--use-kubeconfig"])
        assert command.main(["load-image", str(machine.folder / "own.yaml")]) == 1
        assert "can't be loaded" in capsys.readouterr().err

    def test_another_engine_is_not_started_over_it(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has("docker", "kind")
        command.main(["up", "--use-kubeconfig"])
        assert command.main(["up", "--engine", "kind"]) == 1
        assert "hack/cluster down" in capsys.readouterr().err


def test_kind_config_has_the_marks_that_default_backoff_cuts_at() -> None:
    text = CONFIG.read_text()
    assert text.count("# begin short back-off") == text.count("# end short back-off") == 1
