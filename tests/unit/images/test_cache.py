"""Nothing is built twice, and nothing half-built is ever used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from images import cache, fingerprint


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRASHLOOP_DOCTOR_CACHE", str(tmp_path))


def test_a_layer_with_a_known_key_is_not_filled_again() -> None:
    filled: list[Path] = []
    first = cache.tree("base", "1", filled.append)
    assert cache.tree("base", "1", filled.append) == first
    assert len(filled) == 1


def test_a_layer_whose_build_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.tree("base", "1", fail)
    assert list((tmp_path / "images/layers").iterdir()) == []
    assert list((tmp_path / "images/scratch").iterdir()) == []


def test_layers_are_readable_for_the_images_user_whatever_the_builders_umask() -> None:
    usual = os.umask(0o077)
    try:
        tree = cache.tree("base", "1", lambda folder: (folder / "etc").mkdir())
    finally:
        os.umask(usual)
    assert tree.stat().st_mode & 0o777 == 0o755
    assert (tree / "etc").stat().st_mode & 0o777 == 0o755


def test_old_layers_of_one_kind_are_removed_and_others_stay() -> None:
    other = cache.tree("patients-programs", "1", lambda folder: None)
    made = [cache.tree("patients", str(number), lambda folder: None) for number in range(5)]
    assert [path.exists() for path in made] == [False, False, False, True, True]
    assert other.exists()


def test_a_changed_file_name_mode_or_content_changes_the_key(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("a")
    keys = {fingerprint.of(["recipe"], [source], tmp_path)}
    source.chmod(0o755)
    keys.add(fingerprint.of(["recipe"], [source], tmp_path))
    source.write_text("b")
    keys.add(fingerprint.of(["recipe"], [source], tmp_path))
    keys.add(fingerprint.of(["recipe"], [source.rename(tmp_path / "renamed")], tmp_path))
    keys.add(fingerprint.of(["other recipe"], [tmp_path / "renamed"], tmp_path))
    assert len(keys) == 5


def test_compiled_files_do_not_count_as_sources(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/a.cpython-311.pyc").write_bytes(b"")
    (tmp_path / "a.py").write_text("")
    assert fingerprint.files_under(tmp_path) == [tmp_path / "a.py"]
