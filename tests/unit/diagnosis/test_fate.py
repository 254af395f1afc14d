"""What a program lived with is not what it died of; what it gave up on is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from crashloop_doctor.api.core import Pod
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis import fate
from crashloop_doctor.diagnosis.evidence import Evidence, LogExcerpt
from crashloop_doctor.diagnosis.finding import Finding
from crashloop_doctor.diagnosis.judgement import diagnose
from crashloop_doctor.diagnosis.log_line import (
    by_a_logger,
    can_be_lived_with,
    is_information,
    is_no_error,
)
from crashloop_doctor.signatures import signs
from crashloop_doctor.signatures.catalog import builtin
from crashloop_doctor.signatures.scan import Match, Scan, Sign

UP = "2026-03-01T10:00:00Z INFO  http server listening on :8080"
REFUSED = "dial tcp 10.0.0.7:5432: connect: connection refused"
ERROR = f"2026-03-01T10:00:05Z ERROR rates not fetched: {REFUSED}"
WARNING = f"2026-03-01T10:00:05Z WARN  rates not fetched: {REFUSED}"


def died(exit_code: int | None) -> Death | None:
    if exit_code is None:
        return None
    return Death(
        pod="shop-0",
        container_id="containerd://1",
        restart_count=1,
        finished_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
        exit_code=exit_code,
        reason="Completed" if exit_code == 0 else "Error",
    )


def fate_of(log: str, exit_code: int | None) -> fate.Fate:
    """The fate after the last line that names the refused connection."""
    scan = builtin().scan(log.encode())
    refused = max((m for m in scan.matches if "refused" in m.text), key=lambda match: match.line)
    return fate.after(refused.line, refused.text, scan, died(exit_code))


@pytest.mark.parametrize("exit_code", [None, 0, 137, 143])
def test_a_program_that_serves_lives_with_an_error(exit_code: int | None) -> None:
    assert "says nothing of ending" in fate_of(f"{UP}\n{ERROR}", exit_code).objection


def test_a_program_that_ends_with_an_error_code_gets_no_benefit_of_the_doubt() -> None:
    assert fate_of(f"{UP}\n{ERROR}", 1) == fate.Fate(factor=1.0)


@pytest.mark.parametrize(
    "after",
    [
        "2026-03-01T10:00:05Z FATAL cannot continue",
        "2026-03-01T10:00:06Z INFO  shutting down",
        "Traceback (most recent call last)",
    ],
)
def test_it_does_not_live_with_what_it_ends_of(after: str) -> None:
    assert fate_of(f"{UP}\n{ERROR}\n{after}", None).factor == 1.0


def test_a_part_that_stops_is_no_end() -> None:
    part = "2026-03-01T10:00:06Z INFO  driver stopped"
    later = ERROR.replace("10:00:05", "10:03:05")
    assert fate_of(f"{UP}\n{ERROR}\n{part}\n{later}", None).objection


def test_a_bare_exception_at_the_end_may_be_the_death_unless_it_was_killed() -> None:
    log = f"{UP}\nError: {REFUSED}\n    at connect (/app/db.js:3:1)"
    assert fate_of(log, None).objection == ""
    assert fate_of(log, 137).objection


def test_the_exception_of_one_request_follows_its_line() -> None:
    log = (
        "2026-03-01T10:00:04Z ERROR Task shop.sync[1f] raised unexpected\n"
        f"Traceback of it:\n  File x\nConnectionError: {REFUSED}"
    )
    assert fate_of(log, None).objection == "the line is about one request"


def test_an_ordinary_line_at_the_end_shows_that_it_went_on() -> None:
    first = ERROR.replace(" ERROR", " ERROR first try:")
    assert "ordinary" in fate_of(f"{first}\n2026-03-01T10:00:06Z INFO  12 items", None).objection
    waits = "2026-03-01T10:00:06Z INFO  waiting for the database"
    assert fate_of(f"{first}\n{waits}", None).objection == ""


def test_what_was_said_before_and_is_said_again_shows_that_it_went_on() -> None:
    assert (
        "before, too"
        in fate_of(f"feed a: 12 items\nfeed b: {REFUSED}\nfeed a: 3 items", None).objection
    )


def test_a_job_that_did_its_work_died_of_nothing() -> None:
    log = f"mc: <ERROR> {REFUSED}\n+ echo done\ndone"
    assert fate_of(log, 0).objection
    assert fate_of(log, None).objection == ""


def test_one_warning_is_worth_little_and_many_are_what_it_is_stuck_on() -> None:
    assert fate_of(WARNING, None).factor == fate.ONE_WARNING
    stuck = "\n".join(WARNING.replace("05Z", f"0{second}Z") for second in range(3, 6))
    assert fate_of(stuck, None).factor == fate.LOGGED


def test_information_is_no_death() -> None:
    assert "information" in fate_of(WARNING.replace("WARN ", "INFO "), 143).objection


def test_what_follows_the_request_to_end_is_its_consequence() -> None:
    log = f"2026-03-01T10:00:04Z INFO  received signal SIGTERM\n{ERROR}"
    assert "asked to end" in fate_of(log, 143).objection


@pytest.mark.parametrize(
    ("line", "information", "no_error", "logged"),
    [
        ("2026-03-01T10:00:00Z INFO up", True, True, True),
        ("[10:00:00] [WRN] [6] Main: slow", False, True, True),
        ('{"level":"error","msg":"x"}', False, False, True),
        ("time=x level=warning msg=y", False, True, True),
        ("W0301 10:00:00.000000       1 main.go:1] x", False, True, True),
        ("2024-03-11T08:00:40Z E! [agent] x", False, False, True),
        ("ERRO[0042] failed", False, False, True),
        ("WARN[0042] failed", False, True, True),
        ('{"t":{},"s":"I",  "c":"REPL"}', True, True, True),
        ("Error: connect ECONNREFUSED", False, False, False),
        ("    at connect (/app/db.js:3:1)", False, False, False),
        ("panic: no plan", False, False, False),
    ],
)
def test_the_level_of_a_line(line: str, information: bool, no_error: bool, logged: bool) -> None:
    assert (is_information(line), is_no_error(line)) == (information, no_error)
    assert by_a_logger(line) is logged


def test_no_program_lives_with_its_own_death() -> None:
    assert can_be_lived_with("request failed: connection reset by peer")
    assert not can_be_lived_with("grpc server failed: Address already in use (os error 98)")
    assert not can_be_lived_with("INFO process appears to have been OOM killed")


def test_an_error_after_long_work_is_one_of_those_that_it_lives_with() -> None:
    long_before = "2026-03-01T09:40:00Z reading the configuration"
    assert "for long" in fate_of(f"{long_before}\n{ERROR}", None).objection
    assert fate_of(f"{long_before}\n{ERROR}", 1).objection == ""
    just_before = "2026-03-01T09:59:00Z reading the configuration"
    assert fate_of(f"{just_before}\n{ERROR}", None).objection == ""


def test_what_it_says_that_it_ignores_did_not_end_it() -> None:
    assert fate_of(f"notify: {REFUSED} (ignored)", 0).objection
    assert fate_of(f"notify: {REFUSED} (ignored)", 1).objection == ""


def test_who_ended_well_went_on_with_the_lines_that_follow() -> None:
    assert "ended well" in fate_of(f"notify: {REFUSED}\nrotated 14 files", 0).objection
    assert fate_of(f"notify: {REFUSED}\n    at connect (/app/db.js:3:1)", 0).objection == ""


def test_until_it_was_asked_to_end_it_went_on() -> None:
    asked = "2026-03-01T10:00:06Z INFO received signal SIGTERM"
    served = "2026-03-01T09:59:58Z INFO serving on :8080"
    assert "until it was asked" in fate_of(f"{served}\n{ERROR}\n{asked}", 0).objection
    # Who never worked may have been asked to end because of it.
    assert fate_of(f"{ERROR}\n{asked}", 0).objection == ""
    stuck = "\n".join(ERROR.replace("05Z", f"0{second}Z") for second in range(3, 6))
    assert fate_of(f"{stuck}\n{asked}", 143).objection == ""


def test_it_is_not_the_program_that_shuts_down() -> None:
    other = f"2026-03-01T10:00:06Z ERROR {REFUSED}: the database system is shutting down"
    assert "says nothing of ending" in fate_of(f"{UP}\n{other}", None).objection


SOCKET = "listen unix /run/agent/agent.sock: bind: address already in use"
AGENT: dict[str, Any] = {
    "name": "agent",
    "image": "agent:1",
    "volumeMounts": [{"name": "run", "mountPath": "/run/agent"}],
}
LISTENING = "2026-11-21T09:00:05Z INFO server listening on 0.0.0.0:8080"


def found(log: str, exit_code: int) -> Finding:
    """What is said of an agent whose socket lies on a volume of the pod."""
    pod = msgspec.convert(
        {
            "metadata": {"name": "agent-0", "namespace": "shop"},
            "spec": {"containers": [AGENT], "volumes": [{"name": "run", "emptyDir": {}}]},
        },
        Pod,
        strict=False,
    )
    death = died(exit_code)
    return diagnose(
        Evidence(
            pod=pod,
            container="agent",
            deaths=(death,) if death else (),
            logs=(LogExcerpt(source="previous log", content=log.encode()),),
        ),
        builtin(),
    )


def requests(count: int, minutes: int) -> str:
    """That many requests handled, evenly over so many minutes."""
    seconds = [minutes * 60 * n // count + 6 for n in range(count)]
    return "\n".join(
        f"2026-11-21T09:{s // 60:02d}:{s % 60:02d}Z INFO handled request {n}"
        for n, s in enumerate(seconds)
    )


def test_a_socket_in_use_that_the_program_survived_for_an_hour_is_not_its_death() -> None:
    bug = "Traceback (most recent call last):\nKeyError: 'b'"
    finding = found(f"{SOCKET}\n{LISTENING}\n{requests(3000, 50)}\n{bug}\n", 1)
    assert finding.cause == "ApplicationError"


def test_a_refusal_before_hundreds_of_requests_is_worth_less_than_half() -> None:
    refused = f"agent: {REFUSED}"
    log = f"{refused}\n{LISTENING}\n{requests(400, 30)}\nERROR the flux is inverted"
    assert fate_of(log, 1).factor == 0.45
    assert found(log, 1).confidence < 0.5


@pytest.mark.parametrize(
    ("after", "factor"),
    [
        ([LISTENING], 1.0),
        (["2026-11-21T09:00:04Z INFO using the adapter", LISTENING], 1.0),
        ([LISTENING, "2026-11-21T09:00:08Z INFO one request"], 0.45),
        ([LISTENING, "2026-11-21T22:00:08Z INFO one request"], 0.45),
        ([LISTENING, *(f"INFO module {'x' * n} loaded: {n}" for n in range(12))], 0.45),
        ([LISTENING, "Traceback (most recent call last):", "KeyError: 'b'"], 0.45),
    ],
    ids=["announcement", "of one moment", "time passes", "half a day", "many lines", "a bug"],
)
def test_only_a_few_words_of_one_moment_may_be_older_than_the_exception_above_them(
    after: list[str], factor: float
) -> None:
    stack = f"server.rb:5:in `start': {REFUSED} (RuntimeError)\n\tfrom server.rb:2:in `run'"
    assert fate_of("\n".join((stack, *after)), 1).factor == factor


def test_what_may_be_cured_without_asking_gets_no_benefit_of_the_doubt() -> None:
    scan = builtin().scan(f"{SOCKET}\n{LISTENING}\n".encode())
    assert fate.after(1, SOCKET, scan, died(1)).factor == 1.0
    assert fate.after(1, SOCKET, scan, died(1), cured=True).factor == 0.45
    assert found(f"{SOCKET}\n{LISTENING}\n", 1).confidence < 0.5


def test_a_line_quoted_below_any_of_many_fatal_ones_is_no_sign_of_life() -> None:
    count = 20_000
    found_signs = [
        sign
        for n in range(1, count, 2)
        for sign in (
            Sign(name=signs.FATAL, line=n, text=f"FATAL: {n}"),
            Sign(name=signs.LIFE, line=n + 1, text="  server listening on port 80"),
        )
    ]
    refused = f"agent: {REFUSED}"
    scan = Scan(
        matches=(Match(signature="connection-refused", line=1, text=refused),),
        signs=tuple(found_signs),
        last_lines=((count, "  server listening on port 80"),),
        line_count=count,
    )
    # Read once for all candidates: pair by pair, this would be some 10^10 steps.
    for _ in range(100):
        assert "worked later" not in fate.after(1, refused, scan, died(1)).reason


ASKED = "2026-03-01T10:00:09Z INFO  received signal SIGTERM"


@pytest.mark.parametrize("exit_code", [132, 133, 134, 135, 136, 139])
def test_nobody_asks_a_program_to_end_with_a_crash(exit_code: int) -> None:
    assert "asked" not in fate_of(f"{UP}\n{ERROR}\n{ASKED}", exit_code).objection
    assert fate_of(f"{UP}\n{ERROR}\n{ASKED}", 2).objection


def test_an_abort_is_no_request_to_end() -> None:
    log = f"{UP}\n2026-03-01T10:00:09Z INFO caught SIGABRT\ndouble free or corruption\n"
    assert found(log, 134).cause == "SegmentationFault"
    scan = builtin().scan(b"INFO caught SIGABRT\nINFO caught SIGUSR1\n")
    assert not scan.last_sign(signs.ASKED)
    assert builtin().scan(b"INFO caught SIGHUP\n").last_sign(signs.ASKED) == 1


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("2026-03-01T10:00:08Z ERROR write /data/wal: no space left on device", "DiskFull"),
        ("fork: Cannot allocate memory", "OutOfMemory"),
    ],
)
def test_an_error_of_its_own_directly_before_the_request_to_end_may_be_its_reason(
    error: str, cause: str
) -> None:
    assert found(f"{UP}\n{error}\n{ASKED}\n", 1).cause == cause
    between = "\n".join(f"2026-03-01T10:00:08Z INFO  item {n}" for n in range(2))
    assert found(f"{UP}\n{error}\n{between}\n{ASKED}\n", 1).cause == "Unknown"


@pytest.mark.parametrize("exit_code", [0, 143])
def test_who_only_stops_after_a_minute_without_a_word_stops_because_of_the_error(
    exit_code: int,
) -> None:
    error = "2026-11-21 09:00:01 ERROR could not connect to server: Connection refused\n"
    stop = "2026-11-21 09:01:02 INFO shutting down\n"
    assert found(error + stop, exit_code).cause == "DependencyNotReady"
    work = "2026-11-21 09:00:03 INFO reading the rules\n"
    assert found(error + work + stop, exit_code).cause == "Unknown"
    assert found(error + stop.replace("09:01", "09:41"), exit_code).cause == "Unknown"
