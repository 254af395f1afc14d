"""Images are written without a container engine, and the same input gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import tarfile
from pathlib import Path
from typing import Any

import pytest

from local_cluster.fault import Fault
from local_cluster.image import write_archive, write_layer


def fill(folder: Path, *, newest_first: bool = False) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "empty").mkdir()
    names = ["b", "a", "c"]
    for name in reversed(names) if newest_first else names:
        (folder / name).write_text(f"content of {name}\n")
    program = folder / "bin" / "busybox"
    program.write_text("program")
    program.chmod(0o755)
    (folder / "bin" / "sh").symlink_to("busybox")
    os.link(program, folder / "bin" / "other")
    return folder


def manifest(archive: Path) -> tuple[dict[str, Any], dict[str, Any], tarfile.TarFile]:
    tar = tarfile.open(archive)  # noqa: SIM115
    described = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest"))[0]
    config = json.load(tar.extractfile(described["Config"]) or pytest.fail("no configuration"))
    return described, config, tar


def layer(archive: Path, number: int = 0) -> tarfile.TarFile:
    described, _, tar = manifest(archive)
    return tarfile.open(fileobj=tar.extractfile(described["Layers"][number]))


def test_same_content_gives_same_bytes_whatever_times_and_order(tmp_path: Path) -> None:
    for name, late in (("one", False), ("two", True)):
        root = fill(tmp_path / name, newest_first=late)
        os.utime(root / "a", (0, 1_000_000 if late else 2_000_000))
        write_archive(tmp_path / f"{name}.tar", "crashloop-doctor/thing:dev", [root])
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


def test_source_date_epoch_is_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write_archive(tmp_path / "x.tar", "x:1", [fill(tmp_path / "root")])
    _, config, _ = manifest(tmp_path / "x.tar")
    assert config["created"] == "1970-01-02T00:00:00Z"
    assert {entry.mtime for entry in layer(tmp_path / "x.tar")} == {86400}


def test_configuration_says_what_was_asked_for(tmp_path: Path) -> None:
    identity = write_archive(
        tmp_path / "x.tar",
        "registry.example:5000/team/x:1.2",
        [fill(tmp_path / "root")],
        entrypoint=["/bin/busybox"],
        cmd=["sh"],
        env={"B": "2", "A": "1"},
        user="65532:65532",
        workdir="/tmp",
        labels={"z": "1", "a": "2"},
    )
    described, config, tar = manifest(tmp_path / "x.tar")
    assert described["RepoTags"] == ["registry.example:5000/team/x:1.2"]
    assert described["Config"] == f"{identity.removeprefix('sha256:')}.json"
    asked = config["config"]
    assert asked["Entrypoint"] == ["/bin/busybox"]
    assert asked["Cmd"] == ["sh"]
    assert asked["Env"][:2] == ["A=1", "B=2"]
    assert asked["Env"][2].startswith("PATH=")
    assert asked["User"] == "65532:65532"
    assert asked["WorkingDir"] == "/tmp"
    assert asked["Labels"] == {"a": "2", "z": "1"}
    content = tar.extractfile(described["Layers"][0])
    assert content is not None
    digest = hashlib.sha256(content.read()).hexdigest()
    assert config["rootfs"]["diff_ids"] == [f"sha256:{digest}"]


def test_links_modes_and_empty_folders_are_kept(tmp_path: Path) -> None:
    write_archive(tmp_path / "x.tar", "x:1", [fill(tmp_path / "root")])
    entries = {entry.name: entry for entry in layer(tmp_path / "x.tar")}
    assert entries["bin/busybox"].mode & 0o777 == 0o755
    assert entries["bin/sh"].issym()
    assert entries["bin/other"].islnk()
    assert entries["bin/other"].linkname == "bin/busybox"
    assert entries["empty"].isdir()
    assert list(entries) == ["a", "b", "c", "bin", "bin/busybox", "bin/other", "bin/sh", "empty"]
    assert {(entry.uid, entry.gid, entry.uname) for entry in entries.values()} == {(0, 0, "")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owners_are_kept_only_on_request(tmp_path: Path) -> None:
    root = fill(tmp_path / "root")
    os.chown(root / "a", 33, 44)
    write_archive(tmp_path / "kept.tar", "x:1", [root], keep_owners=True)
    kept = layer(tmp_path / "kept.tar").getmember("a")
    assert (kept.uid, kept.gid) == (33, 44)


def test_sockets_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fill(tmp_path / "root")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("stale.sock")
    write_archive(tmp_path / "x.tar", "x:1", [root])
    assert "stale.sock" not in layer(tmp_path / "x.tar").getnames()


def test_a_tar_is_a_layer_too_and_a_gzipped_one_the_same(tmp_path: Path) -> None:
    write_layer(fill(tmp_path / "root"), tmp_path / "layer.tar")
    packed = gzip.compress((tmp_path / "layer.tar").read_bytes())
    (tmp_path / "layer.tar.gz").write_bytes(packed)
    identities = {
        write_archive(tmp_path / "x.tar", "x:1", [source])
        for source in (tmp_path / "root", tmp_path / "layer.tar", tmp_path / "layer.tar.gz")
    }
    assert len(identities) == 1


def test_equal_layers_are_stored_once(tmp_path: Path) -> None:
    root = fill(tmp_path / "root")
    write_archive(tmp_path / "x.tar", "x:1", [root, root])
    described, config, tar = manifest(tmp_path / "x.tar")
    assert len(described["Layers"]) == 2
    assert len(config["rootfs"]["diff_ids"]) == 2
    assert len(tar.getnames()) == 3


@pytest.mark.parametrize("reference", ["x", "x:latest", "X:1", "x:", "", "x y:1"])
def test_a_reference_that_a_kubelet_would_pull_is_refused(tmp_path: Path, reference: str) -> None:
    with pytest.raises(Fault):
        write_archive(tmp_path / "x.tar", reference, [])


def test_a_failed_write_leaves_the_old_archive(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar"
    archive.write_text("old")
    with pytest.raises(Fault, match="neither a folder nor a tar"):
        write_archive(archive, "x:1", [tmp_path / "missing"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.tar"]
    assert archive.read_text() == "old"
