"""A random pod and a random log, judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from crashloop_doctor.diagnosis.deaths import deaths_of, looping_containers
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.diagnosis.redaction import redacted
from crashloop_doctor.dumps.objects import InvalidPod, pod_of
from crashloop_doctor.signatures.catalog import builtin

from ..choices import Choices
from . import logs

SAYS = "whatever the pod and the log, there is a finding or InvalidPod; the finding is bounded and holds no secret"

_CATALOG = builtin()
_NAMES = ("app", "daemon", "", "a" * 64, "é")
_REASONS = (
    "Error",
    "OOMKilled",
    "Completed",
    "ContainerCannotRun",
    "StartError",
    "CrashLoopBackOff",
    "",
    None,
)
_CODES = (0, 1, 2, 98, 126, 127, 128, 134, 137, 139, 143, 255, -1, 2**31, 2**63, None)
_TIMES = (
    "2026-11-21T09:00:00Z",
    "2026-11-21T09:00:03Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "",
    None,
)
_PATHS = (
    "/run/agent",
    "/run/agent/agent.sock",
    "/",
    "",
    "//",
    "/../x",
    "/" + "a/" * 200,
    "relative",
)
_ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    0,
    -1,
    1e308,
    True,
    "x",
    [None],
    [[]],
    {"a": None},
    2**70,
)


def seeds() -> Iterator[bytes]:
    for i, log in enumerate(logs()):
        yield bytes((0, i % 5, i % 8, i % 16, 0, 1, 2, 0, 1, 3, 255, 255)) * 4 + log[-900:]
    pod = {
        "kind": "Pod",
        "spec": {"containers": [{"name": "app"}]},
        "status": {"containerStatuses": []},
    }
    yield b"\x01\xff\xff" + json.dumps(pod).encode()
    yield b"\x01\xff\xff" + b"kind: Pod\nspec: &a {containers: [{name: app}], x: *a}\n"


def one(data: bytes) -> None:
    choices = Choices(data)
    given: Any = (
        choices.some(4000).decode("utf-8", "replace") if choices.number(1) else _pod(choices)
    )
    try:
        pod = pod_of(given)
    except InvalidPod:
        return
    looping = looping_containers(pod)
    container = looping[0] if looping else choices.one_of(_NAMES)
    log = choices.rest()
    half = len(log) // 2
    excerpts = (
        LogExcerpt(source="previous log", content=log[:half], position="head"),
        LogExcerpt(source="current log", content=log[half:], position="tail"),
    )
    missing = ("the workload",) if choices.number(1) else ()
    evidence = Evidence(
        pod=pod,
        container=container,
        deaths=deaths_of(pod, container),
        logs=excerpts,
        missing=missing,
    )
    finding = diagnose(evidence, _CATALOG)
    assert diagnose(evidence, _CATALOG) == finding, "the same twice"
    assert 0 <= finding.confidence <= 1
    assert len(finding.evidence) <= 20
    assert len(finding.summary) <= 1024
    for line in finding.evidence:
        assert len(line.text) <= 1024
        assert all(c in "\t" or c.isprintable() or ord(c) > 0x9F for c in line.text), (
            "safe to print"
        )
    for value in finding.captures.values():
        assert redacted(value) == value, "no capture holds a secret"
    json.loads(msgspec.json.encode(finding))


def _pod(choices: Choices) -> Any:
    """Mostly what a server would send; one field in eight holds something odd."""

    def maybe(value: Any) -> Any:
        return choices.one_of(_ODD) if choices.number(7) == 7 else value

    def state() -> dict[str, Any]:
        kind = choices.one_of(("terminated", "waiting", "running"))
        return {
            kind: maybe(
                {
                    "exitCode": maybe(choices.one_of(_CODES)),
                    "reason": maybe(choices.one_of(_REASONS)),
                    "message": maybe(choices.text(40)),
                    "startedAt": maybe(choices.one_of(_TIMES)),
                    "finishedAt": maybe(choices.one_of(_TIMES)),
                }
            )
        }

    name = choices.one_of(_NAMES)
    container = {
        "name": maybe(name),
        "image": maybe("registry.example/app:1"),
        "args": maybe([choices.one_of(_PATHS)]),
        "env": maybe([{"name": "A", "value": choices.text(8)}]),
        "resources": maybe({"limits": {"memory": choices.one_of(("64Mi", "1", "", "1e3", "x"))}}),
        "volumeMounts": maybe([{"name": "v", "mountPath": choices.one_of(_PATHS)}]),
        "ports": maybe([{"containerPort": 80, "hostPort": choices.number(2)}]),
        "livenessProbe": maybe({"httpGet": {"port": 80, "path": "/"}}),
    }
    status = {
        "name": maybe(name),
        "restartCount": maybe(choices.number(300)),
        "ready": maybe(False),
        "state": maybe(state()),
        "lastState": maybe(state()),
    }
    return {
        "kind": "Pod",
        "metadata": maybe({"name": "p", "namespace": maybe("n"), "uid": "u"}),
        "spec": maybe(
            {
                "containers": maybe([container]),
                "volumes": maybe([{"name": "v", "hostPath": {"path": choices.one_of(_PATHS)}}]),
            }
        ),
        "status": maybe({"phase": "Running", "containerStatuses": maybe([status])}),
    }
