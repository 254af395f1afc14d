"""`crashloop-doctor diagnose --dump`: a cluster that is not there any more, and archives that mean harm."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cluster_dumps import (
    PORT,
    RUNNING,
    SOCKET,
    Tree,
    archive,
    as_json,
    ended,
    event,
    folder,
    gzipped,
    healthy,
    kubectl_dump,
    kubectl_stream,
    listed,
    looping,
    pod,
    section,
    support_bundle,
    waiting,
)

from crashloop_doctor.cli import diagnose as diagnose_command
from crashloop_doctor.cli.main import main
from crashloop_doctor.dumps import bounded, files

Diagnose = Callable[..., tuple[int, str, str]]


@pytest.fixture
def diagnose(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Diagnose:
    monkeypatch.setenv("COLUMNS", "80")

    def run(dump: Path, *arguments: str) -> tuple[int, str, str]:
        return main(["diagnose", "--dump", str(dump), *arguments]), *capsys.readouterr()

    return run


def lines_of(out: str) -> list[dict[str, Any]]:
    assert out.isascii()
    return [json.loads(line) for line in out.splitlines()]


ONE = kubectl_dump([looping("web-1"), healthy("db-1")], {"web-1": section(PORT, "web-1")})
BUNDLE_LOGS = {"shop/web-1/app.log": PORT.encode()}


def _stream(form: str) -> Callable[[Path], Path]:
    def write(at: Path) -> Path:
        tree = kubectl_dump(
            [looping("web-1"), healthy("db-1")], {"web-1": section(PORT, "web-1")}, form=form
        )
        (at / "dump").write_bytes(kubectl_stream(tree, form))
        return at / "dump"

    return write


LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "the folder that kubectl wrote": lambda at: folder(ONE, at),
    "that folder inside others": lambda at: (folder(ONE, at / "a/b"), at)[1],
    "that folder as YAML": lambda at: folder(
        kubectl_dump([looping("web-1")], {"web-1": section(PORT, "web-1")}, form="yaml"), at
    ),
    "what kubectl prints": _stream("json"),
    "what kubectl prints as YAML": _stream("yaml"),
    "what kubectl prints, compressed": lambda at: gzipped(kubectl_stream(ONE), at / "dump.gz"),
    "that folder in an archive": lambda at: archive(ONE, at / "dump.tar.gz", top=""),
    "a support bundle": lambda at: archive(
        support_bundle([looping("web-1")], BUNDLE_LOGS), at / "bundle.tar.gz"
    ),
    "a support bundle that was expanded": lambda at: folder(
        support_bundle([looping("web-1")], BUNDLE_LOGS), at
    ),
    "a support bundle with logs collected by name": lambda at: archive(
        support_bundle([looping("web-1")], {"/web/web-1.log": PORT.encode()}), at / "b.tgz"
    ),
    "a support bundle with logs by name and container": lambda at: archive(
        support_bundle([looping("web-1")], {"/web/web-1/app.log": PORT.encode()}), at / "b.tgz"
    ),
    "a support bundle with logs by name, namespace and container": lambda at: archive(
        support_bundle([looping("web-1")], {"/web/shop/web-1/app.log": PORT.encode()}), at / "b.tgz"
    ),
    "a log that does not end with a line feed": lambda at: folder(
        kubectl_dump([looping("web-1")], {"web-1": section(PORT.rstrip("\n"), "web-1")}), at
    ),
    "a list that is a bare array": lambda at: folder(
        {
            "cluster-resources/pods/shop.json": as_json([looping("web-1")]),
            "cluster-resources/pods/logs/shop/web-1/app.log": PORT.encode(),
        },
        at,
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_container_that_fails_is_named_from(
    layout: Callable[[Path], Path], diagnose: Diagnose, tmp_path: Path
) -> None:
    status, out, err = diagnose(layout(tmp_path), "-o", "json")
    assert (status, err) == (0, "")
    (found,) = lines_of(out)
    assert (found["namespace"], found["pod"], found["container"]) == ("shop", "web-1", "app")
    assert found["cause"] == "PortConflict"
    assert found["evidence"][0]["line"] == 1
    assert found["restarts"] == 5


def test_text_has_a_block_and_a_table_as_wide_as_the_terminal(
    diagnose: Diagnose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "payment-reconciliation-worker-7c9f8d6b5-x2x4z"
    tree = kubectl_dump(
        [looping("web-1"), looping(long, namespace="a-namespace-with-a-long-name")],
        {
            "web-1": section(PORT * 3 + "x" * 500, "web-1"),
            long: section(SOCKET, long, namespace="a-namespace-with-a-long-name"),
        },
    )
    status, out, err = diagnose(folder(tree, tmp_path))
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "Container   app of Pod shop/web-1\nCause       PortConflict" in out
    header, *rows = out.splitlines()[-3:]
    assert header.split() == ["NAMESPACE", "POD", "CONTAINER", "CAUSE", "SURE"]
    assert rows[0].split()[3] == "StaleUnixSocket"
    monkeypatch.setenv("COLUMNS", "120")
    wide = diagnose(tmp_path)[1].splitlines()
    assert max(map(len, wide)) <= 120
    assert wide[-2].split()[:3] == ["a-namespace-with-a-long-name", long, "app"]
    assert rows[0].split()[1].endswith("x2x4z")
    assert rows[1].split()[:4] == ["shop", "web-1", "app", "PortConflict"]
    assert {row.index(row.split()[3]) for row in rows} == {header.index("CAUSE")}


STATES: dict[str, tuple[dict[str, Any], bool]] = {
    "in a crash loop": (looping("p"), True),
    "dead for the second time": (pod("p", ended(), ended(container_id="c://0"), restarts=1), True),
    "dead with an error": (pod("p", ended()), True),
    "out of memory once": (pod("p", ended(137, "OOMKilled")), True),
    "done with its work": (pod("p", ended(0, "Completed")), False),
    "without its image": (pod("p", waiting("ImagePullBackOff")), True),
    "without its secret": (pod("p", waiting("CreateContainerConfigError")), True),
    "not yet created": (pod("p", waiting("ContainerCreating")), False),
    "running, not Ready, restarted": (pod("p", RUNNING, ended(), restarts=1), True),
    "running, not Ready, never restarted": (pod("p", RUNNING), False),
    "running, Ready, restarted long ago": (
        pod("p", RUNNING, ended(), restarts=9, ready=True),
        False,
    ),
    "the doctor's own": (
        pod("p", waiting("CrashLoopBackOff"), containers=("crashloop-doctor-x",)),
        False,
    ),
}


@pytest.mark.parametrize(("given", "fails"), STATES.values(), ids=STATES.keys())
def test_a_container_counts_as_failing_when_it_is(
    given: dict[str, Any], fails: bool, diagnose: Diagnose, tmp_path: Path
) -> None:
    status, out, _ = diagnose(folder(kubectl_dump([given]), tmp_path))
    assert status == 0
    assert out.startswith("Container" if fails else "no container fails (1 pod read)")


def test_a_pod_that_is_being_deleted_is_left_alone(diagnose: Diagnose, tmp_path: Path) -> None:
    going = looping("web-1")
    going["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z"
    assert "no container fails" in diagnose(folder(kubectl_dump([going]), tmp_path))[1]


def test_an_init_container_fails_too(diagnose: Diagnose, tmp_path: Path) -> None:
    given = healthy("web-1")
    given["spec"]["initContainers"] = [{"name": "migrate"}]
    given["status"]["initContainerStatuses"] = [
        {
            "name": "migrate",
            "restartCount": 3,
            "state": waiting("CrashLoopBackOff"),
            "lastState": ended(),
        }
    ]
    tree = kubectl_dump(
        [given], {"web-1": section(PORT, "web-1", "migrate") + section("fine\n", "web-1")}
    )
    (found,) = lines_of(diagnose(folder(tree, tmp_path), "-o", "json")[1])
    assert (found["container"], found["cause"]) == ("migrate", "PortConflict")


def test_nothing_fails_is_said_and_json_stays_empty(diagnose: Diagnose, tmp_path: Path) -> None:
    dump = folder(kubectl_dump([healthy("a"), healthy("b")]), tmp_path)
    assert diagnose(dump) == (0, "no container fails (2 pods read)\n", "")
    assert diagnose(dump, "-o", "json") == (0, "", "no container fails (2 pods read)\n")


REPLICA_SET = {
    "metadata": {
        "name": "web-7c9",
        "namespace": "shop",
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "web",
                "uid": "u",
                "controller": True,
            }
        ],
    },
    "spec": {"replicas": 2},
}
DEPLOYMENT = {"metadata": {"name": "web", "namespace": "shop", "uid": "u"}, "spec": {"replicas": 2}}


@pytest.mark.parametrize("build", [kubectl_dump, support_bundle])
def test_pods_of_one_workload_with_one_cause_are_one_case(
    build: Callable[..., Tree], diagnose: Diagnose, tmp_path: Path
) -> None:
    names = ["web-7c9-a", "web-7c9-b", "web-7c9-c"]
    logs = dict(zip(names, (PORT, PORT, SOCKET), strict=True))
    if build is kubectl_dump:
        dumped = {name: section(log, name) for name, log in logs.items()}
    else:
        dumped = {f"shop/{name}/app.log": log.encode() for name, log in logs.items()}
    tree = build(
        [looping(name, owner=("ReplicaSet", "web-7c9")) for name in names],
        dumped,
        deployments=[DEPLOYMENT],
        replicasets=[REPLICA_SET],
    )
    dump = folder(tree, tmp_path)
    found = lines_of(diagnose(dump, "-o", "json")[1])
    assert [(f["cause"], f["pods"]) for f in found] == [
        ("PortConflict", names[:2]),
        ("StaleUnixSocket", names[2:]),
    ]
    assert {(f["workload"]["kind"], f["workload"]["name"]) for f in found} == {
        ("Deployment", "web")
    }
    out = diagnose(dump)[1]
    assert "Container   app of Deployment shop/web\nPods        web-7c9-a, web-7c9-b\n" in out
    # Each pod has its row.
    assert len(out.partition("NAMESPACE")[2].splitlines()) == 4


def test_an_owner_that_is_not_in_the_dump_is_named_all_the_same(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    tree = kubectl_dump([looping("db-0", owner=("StatefulSet", "db"))])
    (found,) = lines_of(diagnose(folder(tree, tmp_path), "-o", "json")[1])
    assert found["workload"] == {"kind": "StatefulSet", "name": "db"}


def test_the_old_folder_of_replica_sets_is_read(diagnose: Diagnose, tmp_path: Path) -> None:
    tree = support_bundle([looping("web-1", owner=("ReplicaSet", "web-7c9"))])
    tree["cluster-resources/statefulsets-errors.json/shop.json"] = as_json(
        listed("ReplicaSet", [REPLICA_SET])
    )
    (found,) = lines_of(diagnose(folder(tree, tmp_path), "-o", "json")[1])
    assert found["workload"]["kind"] == "Deployment"


def test_of_a_running_container_the_previous_log_counts(diagnose: Diagnose, tmp_path: Path) -> None:
    given = pod("web-1", RUNNING, ended(), restarts=3)
    logs = {"shop/web-1/app.log": b"all is well\n", "shop/web-1/app-previous.log": PORT.encode()}
    (found,) = lines_of(diagnose(folder(support_bundle([given], logs), tmp_path), "-o", "json")[1])
    assert found["cause"] == "PortConflict"
    assert found["evidence"][0]["source"] == "previous log"


def test_without_the_previous_log_the_running_ones_is_read_and_said(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    given = pod("web-1", RUNNING, ended(), restarts=3)
    tree = kubectl_dump([given], {"web-1": section(PORT, "web-1")})
    (found,) = lines_of(diagnose(folder(tree, tmp_path), "-o", "json")[1])
    assert found["cause"] == "PortConflict"
    assert any("only the running one's" in text for text in found["missing"])


NO_LOGS = {
    "no section": b"",
    "an empty file": b"",
    "kubectl's error": section("Request log error: pods web-1 not found\n", "web-1"),
    "the kubelet's error": section(
        "unable to retrieve container logs for containerd://0123abc", "web-1"
    ),
}


@pytest.mark.parametrize("log", NO_LOGS.values(), ids=NO_LOGS.keys())
def test_a_log_that_is_not_there_is_missing(log: bytes, diagnose: Diagnose, tmp_path: Path) -> None:
    status, out, err = diagnose(
        folder(kubectl_dump([looping("web-1")], {"web-1": log}), tmp_path), "-o", "json"
    )
    assert (status, err) == (0, "")
    (found,) = lines_of(out)
    assert any(text.startswith("the container's log (") for text in found["missing"])


def test_events_of_the_pod_are_evidence_and_others_are_not(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    told = [
        event("web-1", "BackOff", "back-off restarting web-1", count=None, source=None),
        event("db-1", "Unhealthy", "somebody else's trouble"),
        event(
            "web-1",
            "Killing",
            "an earlier pod of the name",
            involvedObject={"kind": "Pod", "name": "web-1", "namespace": "shop", "uid": "another"},
        ),
    ]
    tree = kubectl_dump(
        [looping("web-1"), healthy("db-1")], {"web-1": section(PORT, "web-1")}, told
    )
    _, out, _ = diagnose(folder(tree, tmp_path))
    assert "back-off restarting web-1" in " ".join(out.split())
    assert "somebody else" not in out
    assert "earlier pod" not in out


def test_only_the_namespace_that_was_asked_for(diagnose: Diagnose, tmp_path: Path) -> None:
    tree = kubectl_dump([looping("a"), looping("b", namespace="bank")])
    dump = folder(tree, tmp_path)
    (found,) = lines_of(diagnose(dump, "-n", "bank", "-o", "json")[1])
    assert found["pod"] == "b"
    status, out, err = diagnose(dump, "-n", "bnak")
    assert (status, out) == (1, "")
    assert "no pod in the namespace 'bnak'; it has bank, shop" in err


def test_pods_of_one_name_in_two_namespaces_keep_their_own_logs(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    pods = [looping("web-0"), looping("web-0", namespace="bank")]
    logs = {
        "shop/web-0/app.log": PORT.encode(),
        "bank/web-0/app.log": SOCKET.encode(),
        "/somewhere/web-0/app.log": b"nobody knows whose this is\n",
    }
    found = lines_of(diagnose(folder(support_bundle(pods, logs), tmp_path), "-o", "json")[1])
    assert {f["namespace"]: f["cause"] for f in found} == {
        "shop": "PortConflict",
        "bank": "StaleUnixSocket",
    }


def test_signatures_of_ones_own_count(diagnose: Diagnose, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "kind: FailureSignature\nmetadata: {name: ours}\nspec:\n  cause: StaleLock\n"
        "  summary: ours\n  confidence: '0.9'\n  patterns: [{regex: 'flux capacitor'}]\n"
    )
    tree = kubectl_dump([looping("a")], {"a": section("flux capacitor\n", "a")})
    dump = folder(tree, tmp_path / "dump")
    (found,) = lines_of(diagnose(dump, "--signatures", str(own), "-o", "json")[1])
    assert found["cause"] == "StaleLock"


# -- what is broken or means harm ------------------------------------------------------------------


def test_a_truncated_archive_gives_what_could_be_read(diagnose: Diagnose, tmp_path: Path) -> None:
    tree = support_bundle([looping("web-1")], BUNDLE_LOGS)
    tree["zzz/last.log"] = os.urandom(100_000)
    whole = archive(tree, tmp_path / "b.tar.gz")
    whole.write_bytes(whole.read_bytes()[:-50_000])
    status, out, err = diagnose(whole, "-o", "json")
    assert status == 1
    assert [f["cause"] for f in lines_of(out)] == ["PortConflict"]
    assert "ends early or is damaged" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("form", ["cut in a file", "cut between files"])
def test_a_truncated_plain_archive_is_noticed(
    form: str, diagnose: Diagnose, tmp_path: Path
) -> None:
    tree = support_bundle([looping("web-1")], BUNDLE_LOGS)
    tree["zzz/last.log"] = b"x" * 51_200
    plain = gzip.decompress(archive(tree, tmp_path / "b.tar.gz").read_bytes())
    start = plain.index(b"zzz/last.log") // 512 * 512
    cut = tmp_path / "cut.tar"
    cut.write_bytes(plain[: start + (20_000 if form == "cut in a file" else 0)])
    status, out, err = diagnose(cut, "-o", "json")
    assert status == 1
    assert [f["cause"] for f in lines_of(out)] == ["PortConflict"]
    assert "ends early" in err


def test_a_list_that_was_still_being_written_gives_its_whole_objects(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    tree = kubectl_dump(
        [looping("a"), looping("b")], {"a": section(PORT, "a"), "b": section(PORT, "b")}
    )
    tree["shop/pods.json"] = tree["shop/pods.json"][:-300]
    status, out, err = diagnose(folder(tree, tmp_path), "-o", "json")
    assert status == 1
    assert [f["pod"] for f in lines_of(out)] == ["a"]
    assert "shop/pods.json ends early" in err


def test_times_without_a_zone_are_read(diagnose: Diagnose, tmp_path: Path) -> None:
    given = looping("a")
    given["status"]["containerStatuses"][0]["lastState"]["terminated"]["startedAt"] = (
        "2026-11-21T09:00:00"
    )
    tree = kubectl_dump([given], {"a": section(PORT, "a")})
    status, out, err = diagnose(folder(tree, tmp_path))
    assert (status, err) == (0, "")
    assert "after 2 s" in out


def test_a_fault_of_ours_costs_one_container_only(
    diagnose: Diagnose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = diagnose_command.diagnose

    def faulty(evidence: Any, catalog: Any) -> Any:
        if evidence.pod.metadata.name == "a":
            raise ZeroDivisionError("oh\x1b[2J")
        return real(evidence, catalog)

    monkeypatch.setattr(diagnose_command, "diagnose", faulty)
    tree = kubectl_dump([looping("a"), looping("b")], {"b": section(PORT, "b")})
    status, out, err = diagnose(folder(tree, tmp_path), "-o", "json")
    assert status == 1
    assert [f["pod"] for f in lines_of(out)] == ["b"]
    assert "app of shop/a was left out; this is a fault of crashloop-doctor" in err
    assert "\x1b" not in err


def test_one_object_that_makes_no_sense_does_not_hide_the_others(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    tree = kubectl_dump([looping("a")], {"a": section(PORT, "a")})
    broken = {"metadata": {"name": "b", "namespace": "shop"}, "spec": {"containers": 7}}
    tree["shop/pods.json"] = as_json(listed("Pod", [broken, looping("a")]))
    status, out, err = diagnose(folder(tree, tmp_path), "-o", "json")
    assert status == 1
    assert [f["pod"] for f in lines_of(out)] == ["a"]
    assert "an object in shop/pods.json could not be read" in err


def _tar(at: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(at, "w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return at


def _link(name: str, target: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


PODS = (
    tarfile.TarInfo("b/cluster-resources/pods/shop.json"),
    as_json(listed("Pod", [looping("w")])),
)
LOG_NAME = "b/cluster-resources/pods/logs/shop/w/app.log"
TRAPS: dict[str, tuple[tuple[tarfile.TarInfo, bytes], str]] = {
    "a symbolic link to a file of ours": (_link(LOG_NAME, "/etc/passwd", tarfile.SYMTYPE), ""),
    "a hard link to a file of ours": (_link(LOG_NAME, "/etc/passwd", tarfile.LNKTYPE), ""),
    "a device": (_link(LOG_NAME, "", tarfile.CHRTYPE), ""),
    "a pipe": (_link(LOG_NAME, "", tarfile.FIFOTYPE), ""),
    "a name that climbs out": (
        (tarfile.TarInfo("../../cluster-resources/pods/logs/shop/w/app.log"), PORT.encode()),
        "was left out",
    ),
    "a name from the root": (
        (tarfile.TarInfo("/cluster-resources/pods/logs/shop/w/app.log"), PORT.encode()),
        "was left out",
    ),
    "a name with an escape": (
        (tarfile.TarInfo("../\x1b[2J\x1b]0;x\x07.log"), PORT.encode()),
        "was left out",
    ),
}


@pytest.mark.parametrize(("member", "said"), TRAPS.values(), ids=TRAPS.keys())
def test_an_archive_cannot_make_us_read(
    member: tuple[tarfile.TarInfo, bytes], said: str, diagnose: Diagnose, tmp_path: Path
) -> None:
    before = set(tmp_path.parent.rglob("*"))
    dump = _tar(tmp_path / "b.tar.gz", PODS, member)
    status, out, err = diagnose(dump, "-o", "json")
    assert status == (1 if said else 0)
    assert said in err
    assert "\x1b" not in err
    (found,) = lines_of(out)
    assert "root:" not in out
    assert any("the dump has none of it" in text for text in found["missing"])
    assert set(tmp_path.parent.rglob("*")) - before <= {dump}


def test_links_in_a_folder_are_not_followed(diagnose: Diagnose, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "app.log").write_text(PORT)
    dump = folder(support_bundle([looping("w")]), tmp_path / "dump")
    logs = dump / "cluster-resources/pods/logs"
    (logs / "shop/w").mkdir(parents=True)
    (logs / "shop/w/app.log").symlink_to(outside / "app.log")
    (dump / "loop").symlink_to(dump)
    (dump / "web").mkdir()
    (dump / "web/w").symlink_to(outside)
    os.mkfifo(dump / "web/w.log")
    status, out, err = diagnose(dump, "-o", "json")
    assert (status, err) == (0, "")
    (found,) = lines_of(out)
    assert found["cause"] == "Unknown"


def test_a_decompression_bomb_is_refused(
    diagnose: Diagnose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "RATIO_COUNTS_FROM", 4 << 20)
    zeros = tarfile.TarInfo("b/zeros.log")
    status, out, err = diagnose(_tar(tmp_path / "b.tar.gz", PODS, (zeros, bytes(16 << 20))))
    assert (status, out) == (1, "")
    assert "looks like a decompression bomb" in err
    assert err.count("\n") == 1


def test_too_much_of_everything_is_refused(
    diagnose: Diagnose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_MEMBERS", 5)
    many = {f"x/{n}.log": b"" for n in range(9)}
    for dump in (folder(many, tmp_path / "d"), archive(many, tmp_path / "d.tar.gz")):
        status, out, err = diagnose(dump)
        assert (status, out) == (1, "")
        assert "more than 5 files" in err
    monkeypatch.setattr(bounded, "MAX_EXPANDED", 1 << 20)
    status, _, err = diagnose(archive({"a": os.urandom(2 << 20)}, tmp_path / "big.tar.gz"))
    assert status == 1
    assert "holds more than 1 MiB" in err


def test_a_header_that_claims_gigabytes_is_refused(diagnose: Diagnose, tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 7 << 30
    file = tmp_path / "b.tar"
    file.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096)
    status, out, err = diagnose(file)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1


def test_a_list_nested_without_end_is_left_out(diagnose: Diagnose, tmp_path: Path) -> None:
    tree = kubectl_dump([looping("a")], {"a": section(PORT, "a")})
    tree["shop/events.json"] = b'{"kind": "EventList", "items": ' + b"[" * 200_000
    tree["shop/deployments.yaml"] = b"[" * 200_000
    status, out, err = diagnose(folder(tree, tmp_path), "-o", "json")
    assert status == 1
    assert [f["cause"] for f in lines_of(out)] == ["PortConflict"]
    assert "shop/events.json" in err
    assert "shop/deployments.yaml" in err


NO_DUMPS: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "is no dump; give the folder"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "is no dump; give the folder"),
    "a zip file": (b"PK\x03\x04" + bytes(2000), "is a zip file; expand it"),
    "a log": (b"starting\n", "is no dump; give the folder"),
    "a compressed log": (gzip.compress(b"starting\n"), "is no dump; give the folder"),
    "a cut gzip file": (gzip.compress(b"starting\n")[:5], "get it again"),
    "a list without pods": (as_json(listed("Service", [])), "holds no pods"),
}


@pytest.mark.parametrize(("content", "said"), NO_DUMPS.values(), ids=NO_DUMPS.keys())
def test_what_is_no_dump_is_said(
    content: bytes, said: str, diagnose: Diagnose, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    status, out, err = diagnose(file)
    assert (status, out) == (1, "")
    assert said in err
    assert err.startswith("crashloop-doctor diagnose: ")
    assert err.count("\n") == 1


def test_a_dump_that_is_not_there_is_said(diagnose: Diagnose, tmp_path: Path) -> None:
    status, _, err = diagnose(tmp_path / "none")
    assert status == 1
    assert "No such file" in err
    status, _, err = diagnose(tmp_path)
    assert status == 1
    assert "holds no pods" in err


def test_names_cannot_command_the_terminal_and_secrets_stay_inside(
    diagnose: Diagnose, tmp_path: Path
) -> None:
    given = looping("web\x1b[2J", namespace="sh\x9bop")
    given["spec"]["containers"][0]["name"] = "a\x1b]0;x\x07b"
    given["status"]["containerStatuses"][0]["name"] = "a\x1b]0;x\x07b"
    logged = section(f"password=hunter2 {PORT}", "web-2")
    tree = kubectl_dump([looping("web-2")], {"web-2": logged})
    tree["x/pods.json"] = as_json(listed("Pod", [given]))
    for output in ("text", "json"):
        status, out, err = diagnose(folder(tree, tmp_path), "-o", output)
        assert status == 0
        bad = {c for c in out + err if (ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) < 0xA0}
        assert not bad
        assert "hunter2" not in out
