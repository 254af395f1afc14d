"""Debian packages become a layer in which no one logs in and nothing is set-user-ID."""

from __future__ import annotations

import platform
import stat
import subprocess
from pathlib import Path

import pytest

from images import debian
from local_cluster.fault import Fault


@pytest.mark.parametrize(
    ("member", "place"),
    [
        ("./lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libc.so.6"),
        ("./lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2"),
        ("./usr/bin/python3", "usr/bin/python3"),
        ("./usr/share/doc/libc6/copyright", "usr/share/doc/libc6/copyright"),
        ("./usr/share/doc/libc6/changelog.gz", None),
        ("./usr/share/man/man1/python3.1.gz", None),
        ("./", None),
    ],
)
def test_files_go_below_usr_and_documents_but_licences_stay_out(
    member: str, place: str | None
) -> None:
    assert debian.merged(member) == place


def test_another_distribution_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        platform,
        "freedesktop_os_release",
        lambda: {"VERSION_CODENAME": "noble", "PRETTY_NAME": "Ubuntu 24.04"},
    )
    with pytest.raises(Fault, match=r"this host is Ubuntu 24\.04") as refused:
        debian.require_release()
    assert "container engine" in refused.value.way_out


def test_a_package_is_laid_out_without_its_set_user_id_bits(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "DEBIAN").mkdir(parents=True, mode=0o755)
    (source / "DEBIAN/control").write_text(
        "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.example>\n"
        "Description: sample\n"
    )
    (source / "bin").mkdir()
    program = source / "bin/su"
    program.write_text("program")
    program.chmod(0o4755)
    (source / "bin/link").symlink_to("su")
    (source / "bin/same").hardlink_to(program)
    deb = tmp_path / "sample_1_all.deb"
    subprocess.run(["dpkg-deb", "--build", source, deb], check=True, capture_output=True)

    root = tmp_path / "root"
    debian.unpack(deb, root)

    assert stat.S_IMODE((root / "usr/bin/su").stat().st_mode) == 0o755
    assert (root / "usr/bin/link").readlink() == Path("su")
    assert (root / "usr/bin/same").samefile(root / "usr/bin/su")
    assert "Package: sample" in (root / "var/lib/dpkg/status.d/sample").read_text()


def test_an_unreadable_package_is_named(tmp_path: Path) -> None:
    deb = tmp_path / "broken_1_all.deb"
    deb.write_bytes(b"no package")
    with pytest.raises(Fault, match="broken_1_all"):
        debian.unpack(deb, tmp_path / "root")
