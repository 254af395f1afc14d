"""The dfdaemon-like patient really has the fault, and really is well without it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from program import running

from images import patients as recipe
from patients import probe

SOURCE = Path(probe.__file__).parent
ANSI = re.compile(r"\x1b\[\d+m")


def _command(path: Path, *more: str) -> list[str | Path]:
    return [sys.executable, SOURCE / "dfdaemon_like/daemon.py", "--socket", path, *more]


def _healthy(path: Path) -> bool:
    try:
        return "SERVING" in probe.ask(str(path), "health\n")
    except OSError:
        return False


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A socket file that a killed daemon left."""
    path = tmp_path / "daemon.sock"
    with running(_command(path), tmp_path / "first.log") as first:
        first.until(lambda: _healthy(path))
        first.kill()
    assert path.is_socket()
    return path


def _next_start(path: Path, *more: str) -> tuple[int, str]:
    with running(_command(path, *more), path.with_suffix(".log")) as program:
        return program.ended(), program.log


def test_it_answers_and_remembers_while_it_lives(tmp_path: Path) -> None:
    path = tmp_path / "daemon.sock"
    with running(_command(path), tmp_path / "log") as program:
        program.until(lambda: _healthy(path))
        assert probe.ask(str(path), "set blue whale\n") == "OK\n"
        assert probe.ask(str(path), "get\n") == "blue whale\n"


def test_a_clean_stop_removes_the_socket_and_the_next_start_is_well(tmp_path: Path) -> None:
    path = tmp_path / "daemon.sock"
    for _ in range(2):
        with running(_command(path), tmp_path / "log") as program:
            program.until(lambda: _healthy(path))
            assert program.terminate() == 0
        assert not path.exists()


def test_after_a_kill_every_start_ends_with_code_zero_and_keeps_the_socket(stale: Path) -> None:
    for _ in range(3):
        code, _ = _next_start(stale)
        assert code == 0
        assert stale.is_socket()


def test_the_one_telling_line_is_coloured_and_stands_68_lines_before_the_end(stale: Path) -> None:
    _, log = _next_start(stale)
    lines = log.splitlines()
    (position,) = (number for number, line in enumerate(lines) if "ERROR" in line)
    assert len(lines) - 1 - position == 68
    assert "\x1b[31mERROR\x1b[0m" in lines[position]
    assert ANSI.sub("", lines[position]).endswith(
        "download grpc server failed: Address already in use (os error 98)"
    )
    assert str(stale) not in log
    after = "\n".join(lines[position + 1 :]).lower()
    assert not re.search("error|fail|panic|fatal|refused|address", after)


def test_the_line_can_name_the_socket_and_go_without_colours(stale: Path) -> None:
    _, log = _next_start(stale, "--name-path", "--no-colour")
    assert f"server failed: {stale} Address already in use (os error 98)\n" in log
    assert "\x1b" not in log


def test_the_traceback_style_names_the_socket_and_exits_with_one(stale: Path) -> None:
    code, log = _next_start(stale, "--style", "traceback")
    assert code == 1
    assert log.splitlines()[-1] == f"OSError: [Errno 98] Address already in use: '{stale}'"
    assert "Traceback (most recent call last):" in log


def test_removing_the_file_heals_it_at_once(stale: Path, tmp_path: Path) -> None:
    stale.unlink()
    with running(_command(stale), tmp_path / "log") as program:
        program.until(lambda: _healthy(stale))


def test_the_probe_believes_no_stale_socket(stale: Path) -> None:
    asked = subprocess.run(
        [sys.executable, str(SOURCE / "probe.py"), "health", str(stale)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert "Connection refused" in asked.stderr


def test_the_program_under_test_is_the_one_that_the_image_carries() -> None:
    carried = {path.relative_to(SOURCE).as_posix() for path in recipe.sources()}
    assert {"dfdaemon_like/daemon.py", "probe.py", "nginx/nginx.conf"} <= carried
    assert not [name for name in carried if name.startswith(("manifest", "killing"))]
