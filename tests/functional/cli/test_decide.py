"""`crashloop-doctor approve|reject`: the decision of the person who asks, bound to the plan that stands there."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from api_server import Answer, ApiServer, refuses, says

from crashloop_doctor.cli.main import main

DIGEST = "sha256:0123456789abcdef"
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def path(namespace: str = "shop", name: str = "web-aid-1") -> str:
    return f"/apis/crashloop-doctor.io/v1alpha1/namespaces/{namespace}/remediations/{name}"


def kubeconfig(server: str) -> str:
    context = {"cluster": "c", "user": "u"}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [
                {"name": "here", "context": {**context, "namespace": "shop"}},
                {"name": "there", "context": {**context, "namespace": "bank"}},
                {"name": "nowhere", "context": context},
            ],
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "users": [{"name": "u", "user": {"token": "anna's"}}],
        }
    )


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ApiServer]:
    server = ApiServer()
    runner = await server.start()
    file = tmp_path / "kubeconfig"
    file.write_text(kubeconfig(server.url))
    # The package reads KUBECONFIG when it is imported.
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(file))
    review = {"status": {"userInfo": {"username": "anna", "groups": ["sre"]}}}
    server.on("POST", REVIEW, says(review, 201))
    for namespace in ("shop", "bank", "default"):
        server.on("GET", path(namespace), says({"spec": {"digest": DIGEST}}))
        server.on("PATCH", path(namespace), says({}))
    yield server
    await runner.cleanup()


async def decide(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """In a thread: the client of this command blocks, and the server runs here."""
    status = await asyncio.to_thread(main, arguments)
    return status, *capsys.readouterr()


@pytest.mark.parametrize(
    ("command", "decision", "done"),
    [("approve", "Approve", "approved"), ("reject", "Reject", "rejected")],
)
@pytest.mark.parametrize("name", ["web-aid-1", "rem/web-aid-1"])
async def test_a_decision_is_written_as_oneself_and_for_this_plan(
    server: ApiServer,
    capsys: pytest.CaptureFixture[str],
    command: str,
    decision: str,
    done: str,
    name: str,
) -> None:
    status, out, err = await decide(capsys, command, name)
    assert (status, err) == (0, "")
    assert out == f"rem/web-aid-1: {done} by anna (plan sha256:0123456789ab)\n"
    (written,) = server.asked_for("PATCH", path())
    assert written.json == {
        "spec": {"approval": {"decision": decision, "approvedBy": "anna", "digest": DIGEST}}
    }
    assert written.headers["Content-Type"] == "application/merge-patch+json"
    assert {a.headers["Authorization"] for a in server.asked} == {"Bearer anna's"}


@pytest.mark.parametrize(
    ("arguments", "namespace"),
    [
        ([], "shop"),
        (["-n", "bank"], "bank"),
        (["--context", "there"], "bank"),
        (["--context", "there", "--namespace", "shop"], "shop"),
        (["--context", "nowhere"], "default"),
    ],
)
async def test_the_namespace_is_the_contexts_unless_said(
    server: ApiServer, capsys: pytest.CaptureFixture[str], arguments: list[str], namespace: str
) -> None:
    assert (await decide(capsys, "approve", "web-aid-1", *arguments))[0] == 0
    assert [a.path for a in server.asked if a.method == "PATCH"] == [path(namespace)]


@pytest.mark.parametrize(
    ("method", "where", "answer", "words"),
    [
        pytest.param(
            "GET",
            path(),
            refuses(404, "NotFound", 'remediations "web-aid-1" not found'),
            'remediations "web-aid-1" not found',
            id="no such remediation",
        ),
        pytest.param(
            "POST", REVIEW, refuses(403, "Forbidden", "who are you"), "who are you", id="nobody"
        ),
        pytest.param(
            "PATCH",
            path(),
            refuses(422, "Invalid", "denied: anna may not approve remediations"),
            "anna may not approve",
            id="no right to approve",
        ),
        pytest.param("PATCH", path(), says(b"<html>", 502), "502", id="a proxy's page"),
    ],
)
async def test_a_refusal_is_said_in_the_servers_words_and_never_as_done(
    server: ApiServer,
    capsys: pytest.CaptureFixture[str],
    method: str,
    where: str,
    answer: Answer,
    words: str,
) -> None:
    server.on(method, where, answer)
    status, out, err = await decide(capsys, "approve", "web-aid-1")
    assert (status, out) == (1, "")
    assert words in err
    assert err.startswith("rem/web-aid-1: ")


@pytest.mark.usefixtures("server")
async def test_an_unknown_context_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = await decide(capsys, "approve", "web-aid-1", "--context", "mars")
    assert (status, out) == (1, "")
    assert "mars" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("content", [None, "", "{", "- a list"])
@pytest.mark.usefixtures("server")
async def test_without_a_kubeconfig_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "kubeconfig"
    file.unlink() if content is None else file.write_text(content)
    status, out, err = await decide(capsys, "approve", "web-aid-1")
    assert (status, out) == (1, "")
    assert err.startswith("no usable kubeconfig: ")
    assert err.count("\n") == 1


async def test_a_server_that_is_not_there_is_said(
    tmp_path: Path, server: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kubeconfig").write_text(kubeconfig("http://127.0.0.1:1"))
    status, out, err = await decide(capsys, "approve", "web-aid-1")
    assert (status, out) == (1, "")
    assert "cannot be reached" in err


async def test_kubeconfig_in_the_environment_counts(tmp_path: Path, server: ApiServer) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "crashloop_doctor", "approve", "web-aid-1"),
        env={**os.environ, "KUBECONFIG": str(tmp_path / "kubeconfig")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"rem/web-aid-1: approved by anna")
    written: Any = server.asked_for("PATCH", path())
    assert len(written) == 1
