"""The local node without a node: what is refused, what is cleaned, what is left alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from local_cluster import binaries, command, engine_kind, mounts, network, packages, ports, strays
from local_cluster.binaries import Binaries
from local_cluster.cgroups import groups, members, remove
from local_cluster.fault import Fault
from local_cluster.home import Home, find_home
from local_cluster.node import DAEMONS, Node
from local_cluster.process import identify
from local_cluster.progress import Progress, duration
from local_cluster.record import Record, read
from local_cluster.runtime import Runtime, check_socket_length
from local_cluster.settings import Settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "cache", tmp_path / "run")


@pytest.fixture
def node(home: Home) -> Node:
    progress = Progress(io.StringIO())
    return Node(home, progress, Binaries(home, progress))


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("local_cluster.node.require_free", lambda: None)
    # pytest's folders have long names.
    monkeypatch.setattr("local_cluster.node.check_socket_length", lambda _: None)


class TestRefusals:
    """One sentence, and the way out."""

    def test_not_root(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(Fault, match=r"needs root(.|\n)*sudo -E"):
            node.check_machine()

    def test_not_linux(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        with pytest.raises(Fault, match=r"needs Linux(.|\n)*--engine kind"):
            node.check_machine()

    def test_no_room(self, node: Node, as_root: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 2**30))
        with pytest.raises(Fault, match=r"Only 1\.0 GiB are free(.|\n)*CRASHLOOP_DOCTOR_CACHE"):
            node.check_machine()

    def test_another_cache_has_a_cluster(self, node: Node, home: Home, as_root: None) -> None:
        home.run.mkdir(parents=True)
        (home.run / "owner").write_text("/somewhere/else")
        with pytest.raises(Fault, match="CRASHLOOP_DOCTOR_CACHE=/somewhere/else hack/cluster down"):
            node.check_machine()

    def test_a_taken_port_with_the_process_that_has_it(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(Fault) as refused:
                ports.require_free({"kube-apiserver": port})
        assert f"Port {port}, which kube-apiserver needs, is taken by " in str(refused.value)
        assert f"(pid {os.getpid()})" in str(refused.value)
        ports.require_free({"kube-apiserver": port})

    def test_a_path_too_long_for_a_socket(self) -> None:
        with pytest.raises(Fault, match="shorter path"):
            check_socket_length(Path("/x" * 60))

    def test_no_go(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(Fault, match="Go is not here"):
            Binaries(home, Progress(io.StringIO())).build(["pause"])

    @pytest.mark.parametrize(
        ("version", "toolchain", "refused"),
        [("go1.19.8", "", True), ("go1.24.1", "local", True), ("go1.24.1", "auto", False)],
    )
    def test_go_too_old_unless_it_can_switch(
        self,
        home: Home,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        version: str,
        toolchain: str,
        refused: bool,
    ) -> None:
        self._fake_go(tmp_path, monkeypatch, version, toolchain)
        built = Binaries(home, Progress(io.StringIO()))
        if refused:
            with pytest.raises(Fault, match="too old"):
                built.build(["pause"])
        else:
            assert built.find("pause").read_text() == "built"

    @staticmethod
    def _fake_go(
        folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, toolchain: str
    ) -> None:
        (folder / "bin").mkdir()
        (folder / "bin/go").write_text(
            "#!/bin/sh\n"
            f'[ "$1" = env ] && printf "{version}\\n{toolchain}\\n" && exit 0\n'
            'while [ "$1" != -o ]; do shift; done\n'
            'printf built > "$2"\n'
        )
        (folder / "bin/go").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}/bin:/usr/bin:/bin")

    def test_a_package_that_can_not_be_installed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        programs = tmp_path / "bin"
        programs.mkdir()
        (programs / "apt-get").write_text("#!/bin/sh\necho 'E: no such package' >&2; exit 100\n")
        (programs / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
        for program in programs.iterdir():
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(packages, "_GUARD", tmp_path / "policy-rc.d")
        with pytest.raises(Fault, match=r"no such package(.|\n)*apt-get install nothing-real"):
            packages.ensure(["nothing-real"], Progress(io.StringIO()))
        assert not (tmp_path / "policy-rc.d").exists()

    def test_no_apt_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(Fault, match="there is no apt-get here: containerd"):
            packages.ensure(["containerd"])


class TestPackages:
    def test_installed_ones_cost_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "absent", lambda _: [])
        packages.ensure(["containerd"])

    def test_a_guard_left_by_a_killed_up_is_removed(self, tmp_path: Path) -> None:
        guard = tmp_path / "policy-rc.d"
        with packages._no_services(guard):
            assert os.access(guard, os.X_OK)
            copy = guard.read_text()
        assert not guard.exists()
        guard.write_text(copy)
        packages.remove_guard(guard)
        assert not guard.exists()

    def test_the_machines_own_guard_stays(self, tmp_path: Path) -> None:
        guard = tmp_path / "policy-rc.d"
        guard.write_text("#!/bin/sh\nexit 101\n")
        with packages._no_services(guard):
            pass
        packages.remove_guard(guard)
        assert guard.read_text() == "#!/bin/sh\nexit 101\n"


class TestBinaries:
    def test_a_changed_source_gives_another_folder(self, home: Home, tmp_path: Path) -> None:
        shutil.copytree(binaries.MODULES / "pause", tmp_path / "modules" / "pause")
        built = Binaries(home, Progress(io.StringIO()), tmp_path / "modules")
        before = built._path("pause")
        with (tmp_path / "modules/pause/main.go").open("a") as source:
            source.write("// changed\n")
        assert built._path("pause") != before

    def test_every_module_has_its_sums_committed(self) -> None:
        for name, recipe in binaries.RECIPES.items():
            folder = binaries.MODULES / recipe.module
            assert (folder / "go.mod").exists(), name
            if "require" in (folder / "go.mod").read_text():
                assert (folder / "go.sum").exists(), name

    @pytest.mark.parametrize(
        ("name", "module"),
        [("helm", "helm.sh/helm/v4"), ("kubeconform", "github.com/yannh/kubeconform")],
    )
    def test_a_stamped_version_is_the_one_that_is_built(self, name: str, module: str) -> None:
        recipe = binaries.RECIPES[name]
        version = recipe.flags.rpartition("=")[2]
        assert f"{module} {version}" in (binaries.MODULES / recipe.module / "go.mod").read_text()

    def test_the_node_is_built_at_the_version_that_its_module_requires(self) -> None:
        required = f"k8s.io/kubernetes {binaries.KUBERNETES}"
        assert required in (binaries.MODULES / "go.mod").read_text()

    def test_a_failed_build_shows_what_the_compiler_said(
        self, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        TestRefusals._fake_go(tmp_path, monkeypatch, "go1.99", "local")
        (tmp_path / "bin/go").write_text(
            '#!/bin/sh\n[ "$1" = env ] && echo go1.99 && exit 0\necho main.go:1: wrong; exit 1\n'
        )
        with pytest.raises(Fault, match=r"build of pause failed(.|\n)*main.go:1: wrong"):
            Binaries(home, Progress(io.StringIO())).build(["pause"])
        assert not list(home.binaries.iterdir())


IPTABLES = """\
# Generated
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SEP-A - [0:0]
:CNI-OTHER - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-SEP-A
-A DOCKER -j CNI-OTHER
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -j ACCEPT
COMMIT
"""


class TestNetwork:
    def test_only_our_chains_and_the_jumps_to_them_go(self) -> None:
        assert network.deletion(IPTABLES, keep=["CNI-OTHER"]).splitlines() == [
            "*nat",
            '-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
            "-F KUBE-SERVICES",
            "-F KUBE-SEP-A",
            "-X KUBE-SERVICES",
            "-X KUBE-SEP-A",
            "COMMIT",
        ]

    def test_nothing_of_ours_means_nothing_to_do(self) -> None:
        assert network.deletion(IPTABLES.replace("KUBE-", "X-"), keep=["CNI-OTHER"]) == ""

    def test_settings_are_noted_once_and_put_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        # The devices of a cluster that may run on this very machine are not for a unit test.
        monkeypatch.setattr(network, "NODE_DEVICE", "cld-test")
        monkeypatch.setattr(network, "POD_DEVICE", "cld-test-pods")
        sysctl, before = tmp_path / "sys", tmp_path / "before.json"
        for name in ("net/ipv4/ip_forward", "vm/overcommit_memory"):
            (sysctl / name).parent.mkdir(parents=True, exist_ok=True)
            (sysctl / name).write_text("0\n")
        network._note(before, sysctl)
        (sysctl / "net/ipv4/ip_forward").write_text("1\n")
        with pytest.raises(Fault):
            # There is no `ip` here; the note must have survived this second attempt.
            network.prepare(before, sysctl)
        assert json.loads(before.read_text())["settings"]["net/ipv4/ip_forward"] == "0"
        network.restore(before, sysctl)
        assert (sysctl / "net/ipv4/ip_forward").read_text().strip() == "0"


class TestRemoval:
    def test_mounts_are_found_innermost_first_and_only_below(self, tmp_path: Path) -> None:
        table = tmp_path / "mountinfo"
        table.write_text(
            "1 0 0:1 / / rw - ext4 x rw\n"
            "2 1 0:1 / /run/ours rw - tmpfs x rw\n"
            "3 2 0:1 / /run/ours/a\\040b rw - tmpfs x rw\n"
            "4 1 0:1 / /run/ours-not rw - tmpfs x rw\n"
        )
        found = mounts.below(Path("/run/ours"), table)
        assert found == [Path("/run/ours/a b"), Path("/run/ours")]

    def test_nothing_is_deleted_through_a_mount(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        precious = tmp_path / "ours/volume/precious"
        precious.parent.mkdir(parents=True)
        precious.touch()
        monkeypatch.setattr(mounts, "quiet", lambda _: False)
        monkeypatch.setattr(mounts, "below", lambda _: [precious.parent])
        with pytest.raises(Fault, match="can't be unmounted"):
            mounts.remove_tree(tmp_path / "ours")
        assert precious.exists()

    def test_pods_groups_are_found_in_both_versions_and_removed(self, tmp_path: Path) -> None:
        for group in ("kubepods/burstable/pod1", "memory/kubepods/pod1", "cpu,cpuacct/kubepods"):
            (tmp_path / group).mkdir(parents=True)
        (tmp_path / "cpu").symlink_to("cpu,cpuacct")
        assert len(groups(tmp_path)) == 3
        remove(tmp_path)
        assert groups(tmp_path) == []

    def test_members_of_all_groups_are_found(self, tmp_path: Path) -> None:
        for name, pids in (("memory/kubepods/pod1", "1\n2\n"), ("pids/kubepods/pod1/c", "3\n")):
            (tmp_path / name).mkdir(parents=True)
            (tmp_path / name / "cgroup.procs").write_text(pids)
        assert members(tmp_path) == {1, 2, 3}

    def test_only_folders_that_were_not_there_are_removed(self, tmp_path: Path) -> None:
        old, new = tmp_path / "var/lib/kubelet", tmp_path / "var/lib/cni"
        old.mkdir(parents=True)
        note = tmp_path / "note.json"
        strays.note(note, tmp_path)
        (new / "results").mkdir(parents=True)
        strays.note(note, tmp_path)
        strays.remove(note, tmp_path / "cluster", [], tmp_path)
        assert old.exists()
        assert not new.exists()

    def test_of_shared_folders_only_our_files_are_removed(self, tmp_path: Path) -> None:
        results, logs = tmp_path / "var/lib/cni/results", tmp_path / "var/log/containers"
        for folder in (results, logs):
            folder.mkdir(parents=True)
        for name in ("crashloop-doctor-1-eth0", "cni-loopback-ours-lo", "cni-loopback-theirs-lo"):
            (results / name).touch()
        (logs / "ours.log").symlink_to(tmp_path / "cluster/pod-logs/x/0.log")
        (logs / "theirs.log").symlink_to("/var/log/pods/y/0.log")
        strays.remove(tmp_path / "none", tmp_path / "cluster", ["ours"], tmp_path)
        assert [entry.name for entry in results.iterdir()] == ["cni-loopback-theirs-lo"]
        assert [entry.name for entry in logs.iterdir()] == ["theirs.log"]

    def test_a_note_can_not_name_other_folders(self, tmp_path: Path) -> None:
        (tmp_path / "precious").mkdir()
        note = tmp_path / "note.json"
        note.write_text(json.dumps(["precious"]))
        strays.remove(note, tmp_path / "cluster", [], tmp_path)
        assert (tmp_path / "precious").exists()

    def test_down_leaves_another_caches_cluster_alone(
        self, node: Node, home: Home, as_root: None
    ) -> None:
        home.run.mkdir(parents=True)
        (home.run / "owner").write_text("/somewhere/else")
        home.cluster.mkdir(parents=True)
        node.down()
        assert home.run.exists()
        assert not home.cluster.exists()
        assert not node.remains()

    def test_shims_are_known_by_our_socket_alone(self, home: Home) -> None:
        assert Runtime(home).shims() == []
        assert identify(os.getpid()) is not None


class TestState:
    def test_a_node_without_processes_names_each_that_is_missing(self, node: Node) -> None:
        said = {problem.text for problem in node.problems()}
        assert said == {f"{name} does not run" for name in DAEMONS}

    def test_a_record_survives_the_round_trip(self, home: Home) -> None:
        made = Record(engine="local", kubeconfig="/x", default_backoff=True)
        made.completed().write(home.record)
        assert read(home.record) == made.completed()
        assert read(home.root / "none") is None

    def test_a_broken_record_says_what_to_do(self, home: Home) -> None:
        home.cluster.mkdir(parents=True)
        home.record.write_text("{}")
        with pytest.raises(Fault, match="hack/cluster down"):
            read(home.record)

    def test_the_cache_is_where_the_environment_says(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CRASHLOOP_DOCTOR_CACHE", str(tmp_path / "named"))
        assert find_home().root == tmp_path / "named"
        monkeypatch.delenv("CRASHLOOP_DOCTOR_CACHE")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        assert find_home().root == tmp_path / "xdg/crashloop-doctor"

    @pytest.mark.parametrize(("default", "expected"), [(True, None), (False, "10s")])
    def test_the_short_backoff_is_set_unless_the_default_is_wanted(
        self, home: Home, default: bool, expected: str | None
    ) -> None:
        paths = {name: Path(name) for name in ("etcd", "coredns")}
        Settings(home, paths, Runtime(home)).write_files(default_backoff=default)
        kubelet = json.loads((home.cluster / "settings/kubelet.json").read_text())
        limit = kubelet.get("crashLoopBackOff", {}).get("maxContainerRestartPeriod")
        assert limit == expected
        assert ("featureGates" in kubelet) == (not default)


class TestCommandLine:
    @pytest.fixture(autouse=True)
    def nothing_here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CRASHLOOP_DOCTOR_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(Node, "remains", lambda _: False)
        monkeypatch.setattr(engine_kind, "ENGINES", ())

    @pytest.mark.parametrize(
        "words", [["status"], ["kubeconfig"], ["load-image", __file__], ["exec-node", "true"]]
    )
    def test_without_a_cluster_the_exit_code_is_not_zero(self, words: list[str]) -> None:
        assert command.main(words) == 1

    def test_down_without_a_cluster_is_fine(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["down"]) == 0
        assert "There is no cluster" in capsys.readouterr().out

    def test_an_unknown_program_is_refused_with_the_known_ones(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command.main(["build", "kubectx"]) == 1
        assert "kubeconform" in capsys.readouterr().err


class TestProgress:
    @pytest.mark.parametrize(
        ("seconds", "said"), [(7.6, "8 s"), (274, "4 min 34 s"), (7500, "2 h 5 min")]
    )
    def test_times_are_said_as_a_person_says_them(self, seconds: float, said: str) -> None:
        assert duration(seconds) == said

    def test_a_log_gets_a_line_now_and_then(self) -> None:
        said = io.StringIO()
        with Progress(said, every=0.05).step("Building node"):
            while "so far" not in said.getvalue():
                pass
        lines = said.getvalue().splitlines()
        assert lines[0] == "Building node ..."
        assert lines[-1] == "Building node: done, 0 s"

    def test_a_failed_step_says_so(self) -> None:
        said = io.StringIO()
        with pytest.raises(Fault), Progress(said).step("Building node"):
            raise Fault("no")
        assert said.getvalue().endswith("Building node: failed, 0 s\n")
