"""nginx, from the patients image, stays down after a kill because of its own socket."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from program import running

from images import archive, bytecode, debian
from local_cluster.progress import Progress
from patients import probe

pytestmark = pytest.mark.skipif(
    not debian.is_release(), reason="images are made of Debian 12's packages, on Debian 12"
)

CONFIGURATION = Path(probe.__file__).parent / "nginx/nginx.conf"


@pytest.fixture(scope="module")
def nginx() -> list[str | Path]:
    """The image's nginx, started through the image's loader: the host needs none."""
    base, programs, _ = archive.layers("patients", Progress())
    loader, option, libraries, _ = bytecode.interpreter(base)
    own = ":".join(str(path) for path in programs.glob("usr/lib/*-linux-gnu"))
    return [loader, option, f"{libraries}:{own}", programs / "usr/sbin/nginx"]


@pytest.fixture
def command(nginx: list[str | Path], tmp_path: Path) -> list[str | Path]:
    """The patient's own configuration, with this test's folder for its paths."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("/var/run/demo/", f"{tmp_path}/").replace(" /tmp/", f" {tmp_path}/")
    # A container opens these by their device names; here they would be the test runner's.
    text = text.replace("/dev/stderr", "stderr").replace("/dev/stdout", f"{tmp_path}/access.log")
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(text, encoding="utf-8")
    return [*nginx, "-e", "stderr", "-c", configuration]


def _served(path: Path) -> Callable[[], bool]:
    def holds() -> bool:
        try:
            return " 200 " in probe.ask(str(path), "GET / HTTP/1.0\r\n\r\n")
        except OSError:
            return False

    return holds


def test_it_serves_over_its_socket_and_removes_it_on_sigterm(
    command: list[str | Path], tmp_path: Path
) -> None:
    path = tmp_path / "app.sock"
    with running(command, tmp_path / "log") as program:
        program.until(_served(path))
        assert program.terminate() == 0
    assert not path.exists()


def test_after_a_kill_it_gives_up_with_errno_98_until_the_file_is_gone(
    command: list[str | Path], tmp_path: Path
) -> None:
    path = tmp_path / "app.sock"
    with running(command, tmp_path / "first.log") as program:
        program.until(_served(path))
        program.kill()
    assert path.is_socket()

    with running(command, tmp_path / "second.log") as program:
        assert program.ended() == 1
        log = program.log
    assert f"bind() to unix:{path} failed (98: Address already in use)" in log
    assert "still could not bind()" in log
    assert path.is_socket()

    path.unlink()
    with running(command, tmp_path / "third.log") as program:
        program.until(_served(path))
