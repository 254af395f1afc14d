"""The errors of others that a program reports: what it lived with, what it died of, and who asked it to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from crashloop_doctor.api.core import Pod
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis.deaths import deaths_of
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.finding import Finding
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.signatures.catalog import builtin

STARTED = datetime(2026, 11, 20, 10, tzinfo=UTC)
UP = '{"time":"2026-11-20T10:00:01Z","level":"INFO","msg":"http server up","addr":":8080"}\n'
REFUSED = (
    '{{"time":"2026-11-20T10:00:{:02d}Z","level":"ERROR","msg":"rates unavailable",'
    '"err":"dial tcp 10.0.0.7:80: connect: connection refused"}}\n'
)
ASKED = '{"time":"2026-11-20T10:00:09Z","level":"INFO","msg":"shutdown requested","signal":"terminated"}\n'
INDEX = "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 8 [running]:\n"
NIL = "panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\n"


def found(log: str, exit_code: int, *, lived: int = 30, **container: Any) -> Finding:
    reason = "Completed" if exit_code == 0 else "Error"
    ended = {
        "exitCode": exit_code,
        "reason": reason,
        "startedAt": STARTED.isoformat(),
        "finishedAt": (STARTED + timedelta(seconds=lived)).isoformat(),
    }
    status = {
        "name": "app",
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    pod = msgspec.convert(
        {
            "metadata": {"name": "app-0", "namespace": "shop"},
            "spec": {"containers": [{"name": "app", "image": "app:1", **container}]},
            "status": {"containerStatuses": [status]},
        },
        Pod,
        strict=False,
    )
    deaths: tuple[Death, ...] = deaths_of(pod, "app")
    logs = (LogExcerpt(source="previous log", content=log.encode()),)
    return diagnose(Evidence(pod=pod, container="app", deaths=deaths, logs=logs), builtin())


def test_a_server_that_is_asked_to_end_did_not_die_of_what_it_reported_again_and_again() -> None:
    log = UP + "".join(REFUSED.format(second) for second in (3, 4, 5, 6)) + ASKED
    assert found(log, 0).cause == "Unknown"


def test_a_bug_at_the_end_is_more_than_an_error_of_others_before_it() -> None:
    assert found(UP + REFUSED.format(5) + INDEX, 2).cause == "ApplicationError"


def test_a_value_that_is_not_there_may_be_so_because_a_connection_failed() -> None:
    failed = "2026/11/20 10:00:05 no client: dial tcp 10.0.0.7:6650: connect: connection refused\n"
    assert found(failed + NIL, 2).cause == "DependencyNotReady"


def test_it_is_a_bug_when_the_program_had_worked() -> None:
    assert found(UP + REFUSED.format(5) + NIL, 2).cause == "ApplicationError"


def test_one_request_s_exception_is_one_record_with_its_stack() -> None:
    log = (
        "[I 261120 10:00:01 gateway:45] ready on 8080\n"
        "[E 261120 10:00:05 web:2108] Uncaught exception GET /devices/a\n"
        "    Traceback (most recent call last):\n"
        '      File "/srv/gateway.py", line 28, in get\n'
        "    ConnectionRefusedError: [Errno 111] Connection refused\n"
    )
    assert found(log, 143).cause == "Unknown"


def test_tls_s_own_alert_is_nothing_fatal() -> None:
    log = (
        "[I 261120 10:00:01 gateway:45] ready on 8080\n"
        "[W 261120 10:00:05 iostream:1452] SSL Error: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca\n"
    )
    assert found(log, 143).cause == "Unknown"


PROBE = {
    "httpGet": {"path": "/health", "port": 8080},
    "initialDelaySeconds": 5,
    "periodSeconds": 5,
    "failureThreshold": 3,
}


def test_a_program_that_handles_sigterm_is_killed_by_its_probe_with_exit_code_0() -> None:
    finding = found(UP + ASKED, 0, lived=20, livenessProbe=PROBE)
    assert (finding.cause, finding.confidence) == ("ProbeKilled", 0.7)


@pytest.mark.parametrize(
    ("log", "lived", "more"),
    [
        (UP, 20, {"livenessProbe": PROBE}),
        (UP + ASKED, 3000, {"livenessProbe": PROBE}),
        (UP + ASKED, 20, {"readinessProbe": PROBE}),
    ],
    ids=["nobody asked", "its time does not fit", "a probe that kills nobody"],
)
def test_it_is_not_when(log: str, lived: int, more: dict[str, Any]) -> None:
    assert found(log, 0, lived=lived, **more).cause == "Unknown"


def test_an_exit_code_that_the_program_gives_its_own_error_is_no_signal() -> None:
    log = "<Error> Application: Code: 139. DB::Exception: cannot read the settings: permission denied\n"
    finding = found(log, 139)
    assert finding.cause == "PermissionDenied"
    assert any("exit code 139" in line.text for line in finding.evidence)


def test_a_module_that_the_command_names_is_the_program() -> None:
    log = "ModuleNotFoundError: No module named 'shop'\n"
    assert found(log, 1, command=["uvicorn", "shop.main:app"]).cause == "ExecutableMissing"
    assert found(log, 1, command=["rq", "worker", "-c", "shop"]).cause == "ConfigurationMissing"
    assert found(log, 1, command=["uvicorn", "shopping:app"]).cause == "LibraryMissing"
    assert found(log, 1).cause == "LibraryMissing"


def test_a_loop_that_waits_for_something_else_is_no_supervisor() -> None:
    waits = "until nc -z pg 5432; do echo waiting for pg; sleep 2; done"
    finding = found("nc: bad address 'pg'\nwaiting for pg\n" * 4, 143, command=["sh", "-c", waits])
    assert (finding.cause, finding.masked) == ("DependencyNotReady", "")


def test_a_database_that_cannot_be_reached_is_no_failed_migration() -> None:
    log = "Error: failed to check table existence: dial tcp 10.0.0.9:3306: i/o timeout\n"
    assert found(log, 1).cause == "DependencyNotReady"


def test_what_happened_long_before_an_orderly_stop_was_not_its_reason() -> None:
    log = (
        "2026-11-20 10:00:01 INFO agent starting\n"
        "2026-11-20 10:00:05 ERROR sync: Connection refused\n"
        "2026-11-20 10:40:00 INFO shutting down\n"
    )
    assert found(log, 0, lived=2400).cause == "Unknown"


def test_a_line_of_code_in_a_traceback_is_not_what_the_program_said() -> None:
    log = (
        "Traceback (most recent call last):\n"
        '  File "/srv/app.py", line 3, in <module>\n'
        "    raise OSError('connection refused')\n"
        "ValueError: 7 is no plan\n"
    )
    assert found(log, 1).cause == "ApplicationError"
