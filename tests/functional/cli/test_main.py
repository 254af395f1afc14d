"""The command line itself: usage, exit statuses, and what a command does not import."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from crashloop_doctor import __version__
from crashloop_doctor.cli.main import main

HEAVY = ("kopf", "kubernetes", "aiohttp", "msgspec", "yaml", "re2", "prometheus_client")
LOADED = """
import sys
from crashloop_doctor.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
"""


def imported(process: Any, *arguments: str, stdin: bytes = b"") -> set[str]:
    done = process(*arguments, code=LOADED, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.decode().splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["classify", "--help"],
        ["diagnose", "--help"],
        ["signatures", "test", "--help"],
        ["run", "--help"],
    ],
)
def test_help_imports_nothing_heavy(process: Any, arguments: list[str]) -> None:
    assert imported(process, *arguments).isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify"],
        ["classify", "--batch", "-"],
        ["signatures", "list"],
        ["signatures", "show", "unix-socket-in-use"],
    ],
)
def test_what_needs_no_cluster_imports_no_client(process: Any, arguments: list[str]) -> None:
    case = b'{"id": "a", "log": "Address already in use (os error 98)"}\n'
    loaded = imported(process, *arguments, stdin=case)
    assert loaded.isdisjoint({"kopf", "kubernetes", "aiohttp", "prometheus_client", "jsonschema"})
    assert "re2" in loaded


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing"),
        pytest.param(["heal"], id="unknown command"),
        pytest.param(["classify", "--magic"], id="unknown option"),
        pytest.param(["classify", "-o", "xml"], id="unknown output"),
        pytest.param(["diagnose"], id="no dump"),
        pytest.param(["signatures", "show"], id="no signature"),
        pytest.param(["signatures"], id="no action"),
        pytest.param(["signatures", "lint"], id="no file"),
        pytest.param(["approve"], id="no name"),
        pytest.param(["run", "--metrics-port", "0"], id="port too small"),
        pytest.param(["run", "--metrics-port", "65536"], id="port too large"),
        pytest.param(["run", "--health-port", "http"], id="port by name"),
    ],
)
def test_wrong_usage_is_said_with_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: crashloop-doctor")


def test_the_plugin_calls_itself_as_it_was_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], program="kubectl crashloop")
    assert "usage: kubectl crashloop" in capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    for command in ("run", "classify", "diagnose", "signatures", "approve", "reject"):
        assert f"\n    {command}" in out


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"crashloop-doctor {__version__}\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_who_has_seen_enough_is_no_error(unbuffered: str) -> None:
    """`crashloop-doctor signatures list | true`: no trace, no status of failure."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "crashloop_doctor", "signatures", "list"],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=20,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("redirection", "status", "said"),
    [
        ("<&-", 1, b"the log is empty"),
        ("<&- --batch -", 0, b""),
        ("<<< 'fine' >&-", 0, b""),
        ("<<< 'fine' 2>&-", 0, b""),
        ("<<< 'fine' >/dev/full", 1, b"classify: No space left on device\n"),
        ("<<< 'fine' -o json >/dev/full", 1, b"classify: No space left on device\n"),
        ('--batch - <<< \'{"id": 1, "log": ""}\' >/dev/full', 1, b"No space left on device\n"),
    ],
)
def test_streams_that_are_closed_or_full_leave_no_trace(
    redirection: str, status: int, said: bytes
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m crashloop_doctor classify {redirection}"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        timeout=20,
        check=False,
    )
    assert done.returncode == status
    assert said in done.stderr
    assert done.stderr.count(b"\n") == (1 if said else 0)


def test_without_a_cluster_the_operator_says_what_to_do(process: Any, tmp_path: Any) -> None:
    env = {
        **os.environ,
        "KUBECONFIG": str(tmp_path / "none"),
        "HOME": str(tmp_path),
    }
    env.pop("KUBERNETES_SERVICE_HOST", None)
    done = process("run", "--log-format", "text", env=env)
    assert done.returncode == 1
    assert b"set KUBECONFIG" in done.stderr
    assert b"Traceback" not in done.stderr
