"""Evidence becomes a finding: which cause, how sure, with which proof; and the traps of errno 98."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_builders import (
    CONTAINER,
    SOCKET,
    a_death,
    a_pod,
    altered,
    diagnosed,
    evidence_of,
    host_volume,
    mounting,
    with_container,
)
from crashloop_doctor.api.core import (
    ClusterEvent,
    ContainerPort,
    ContainerState,
    ContainerStatus,
    EnvVar,
    Pod,
    Terminated,
    Volume,
    VolumeMount,
)
from crashloop_doctor.api.v1alpha1 import Death, FailureSignature
from crashloop_doctor.diagnosis import report, sockets
from crashloop_doctor.diagnosis.finding import confidence_text
from crashloop_doctor.diagnosis.judgement import UNHANDLED, diagnose
from crashloop_doctor.diagnosis.supervision import TRIED_AGAIN
from crashloop_doctor.signatures.catalog import builtin

PATHLESS = "ERROR download grpc server failed: Address already in use (os error 98)"
NAMED = f"bind() to unix:{SOCKET} failed (98: Address already in use)"

CALM = "\x1b[2m2026-11-21T09:00:00Z\x1b[0m \x1b[32m INFO\x1b[0m dfdaemon: {} shutting down"
DFDAEMON = "\n".join(
    [
        *(CALM.format(f"server {n}").replace("shutting down", "listening") for n in range(5)),
        "\x1b[2m2026-11-21T09:00:00Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdfdaemon:\x1b[0m "
        "download grpc server failed: Address already in use (os error 98)",
        *(CALM.format(f"server {n}") for n in range(65)),
    ]
)


def silent_pod() -> Pod:
    """Its spec names no socket."""
    return with_container(a_pod(), args=())


def on(volume: Volume, **mount: Any) -> Pod:
    pod = altered(a_pod(), spec__volumes=(volume,))
    return with_container(
        pod, volume_mounts=(VolumeMount(name=volume.name, mount_path="/run/agent", **mount),)
    )


def a_server(mount: str, volume: Volume) -> Pod:
    """It declares a port, and its spec names no socket."""
    return with_container(
        altered(a_pod(), spec__volumes=(volume,)),
        args=(),
        ports=(ContainerPort(container_port=8080),),
        volume_mounts=(VolumeMount(name=volume.name, mount_path=mount),),
    )


class Case(NamedTuple):
    log: str
    cause: str
    pod: Pod | None = None
    path: str = ""


CASES = {
    "a line that names the socket": Case(NAMED, "StaleUnixSocket", path=SOCKET),
    "a line that names it as /var/run where /run is mounted": Case(
        "bind() to unix:/var/run/agent/agent.sock failed (98: Address already in use)",
        "StaleUnixSocket",
        path="/var/run/agent/agent.sock",
    ),
    "a line that names it as /run where /var/run is mounted": Case(
        NAMED,
        "StaleUnixSocket",
        altered(a_pod(), spec__containers=(mounting(mount="/var/run/agent"),)),
        SOCKET,
    ),
    "a line without a path, the spec names one socket": Case(
        PATHLESS, "StaleUnixSocket", path=SOCKET
    ),
    "a line without a path, another line names one socket": Case(
        f"will listen on unix://{SOCKET}\n{PATHLESS}",
        "StaleUnixSocket",
        silent_pod(),
        SOCKET,
    ),
    "the same socket in the spec as /run and in the log as /var/run": Case(
        f"will listen on /var{SOCKET}\n{PATHLESS}", "StaleUnixSocket", path=f"/var{SOCKET}"
    ),
    "a line without a path, and a volume that can keep a socket": Case(
        PATHLESS, "StaleUnixSocket", silent_pod(), path=""
    ),
    "a line without a path, and neither such a volume nor a port of the node": Case(
        PATHLESS, "AddressInUse", with_container(a_pod(), volume_mounts=(), args=())
    ),
    "a line without a path, and scratch space of a server with a port": Case(
        PATHLESS, "AddressInUse", a_server("/tmp", Volume(name="scratch", empty_dir={}))
    ),
    "a line without a path, and a server's folder for sockets": Case(
        PATHLESS, "StaleUnixSocket", a_server("/run/app", Volume(name="run", empty_dir={}))
    ),
    "a line without a path, and a folder of the node as scratch space": Case(
        PATHLESS, "StaleUnixSocket", a_server("/tmp", host_volume())
    ),
    "php-fpm's words for a socket on no volume": Case(
        "ERROR: An another FPM instance seems to already listen on /php/run/php-fpm.sock",
        "AddressInUse",
    ),
    "a line without a path, log and spec name two sockets": Case(
        f"metrics on /run/agent/metrics.sock\n{PATHLESS}", "StaleUnixSocket"
    ),
    "a line without a path, one log line names two sockets": Case(
        f"sockets: /run/agent/a.sock /run/agent/b.sock\n{PATHLESS}", "StaleUnixSocket", silent_pod()
    ),
    "a line without a path, two sockets with a comma between": Case(
        f"sockets=[/run/agent/a.sock,/run/agent/b.sock]\n{PATHLESS}",
        "StaleUnixSocket",
        silent_pod(),
    ),
    "a line without a path, a second socket ends a sentence": Case(
        f"Serving /run/agent/b.sock.\n{PATHLESS}", "StaleUnixSocket"
    ),
    "a line without a path, a second socket lies on no volume": Case(
        f"asking /var/lib/other/b.sock\n{PATHLESS}", "StaleUnixSocket", path=SOCKET
    ),
    "a named path on the container's own layer": Case(
        "listen unix /tmp/x.sock: bind: address already in use", "AddressInUse"
    ),
    "a named path on a config map": Case(NAMED, "AddressInUse", on(Volume(name="config"))),
    "a named path on a read-only mount": Case(
        NAMED, "AddressInUse", on(host_volume(), read_only=True)
    ),
    "a named path with a way up": Case(
        "listen unix /run/agent/../../etc/x.sock: bind: address already in use", "AddressInUse"
    ),
    "a named path on an emptyDir": Case(
        NAMED, "StaleUnixSocket", on(Volume(name="sockets", empty_dir={})), SOCKET
    ),
    "a TCP port of nginx": Case(
        "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", "PortConflict"
    ),
    "a TCP port of Go": Case("listen tcp :8080: bind: address already in use", "PortConflict"),
    "a TCP port of Node": Case(
        "Error: listen EADDRINUSE: address already in use :::3000", "PortConflict"
    ),
    "a TCP port of Rust, which ends like the line without a path": Case(
        "error binding to 0.0.0.0:8080: error creating server listener:"
        " Address already in use (os error 98)",
        "PortConflict",
    ),
    "a TCP port of Rust over IPv6": Case(
        "cannot listen on [::]:9090: Address already in use (os error 98)", "PortConflict"
    ),
    "a TCP port of Ruby": Case(
        'Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)',
        "PortConflict",
    ),
    "a TCP port of Python's asyncio": Case(
        "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000):"
        " address already in use",
        "PortConflict",
    ),
    "a time of day, which is no port": Case(
        "2026-11-21 09:00:00 ERROR Address already in use (os error 98)",
        "StaleUnixSocket",
        path=SOCKET,
    ),
    "an abstract socket of Go": Case(
        "listen unix @agent: bind: address already in use", "AddressInUse"
    ),
    "an abstract socket of Python": Case(
        "OSError: [Errno 98] Address already in use: '\\x00agent'", "AddressInUse"
    ),
    "an address book": Case("the address book is in use", "Unknown"),
    "a line that only mentions a socket": Case(f"listening on {SOCKET}", "Unknown"),
    "an empty log": Case("", "Unknown"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_cause_of(case: Case) -> None:
    found = diagnosed(case.log, pod=case.pod)
    assert found.cause == case.cause
    assert found.captures.get("path", "") == case.path


def test_the_real_dfdaemon_is_seen_through_colours_calm_lines_and_exit_code_0() -> None:
    death = altered(a_death(), exit_code=0, reason="Completed")
    found = diagnosed(DFDAEMON, deaths=(death,))
    assert found.cause == "StaleUnixSocket"
    first = found.evidence[0]
    assert first.line == 6
    assert "\x1b" not in first.text
    assert first.text.endswith("Address already in use (os error 98)")
    assert any("exit code 0, reason Completed" in line.text for line in found.evidence)
    assert found.confidence >= 0.9, "what a policy asks for by default"


def test_the_finding_names_path_volume_and_host_path() -> None:
    found = diagnosed(NAMED)
    assert found.captures == {
        "path": SOCKET,
        "mount": "/run/agent",
        "volume": "sockets",
        "volumeKind": "hostPath",
        "hostPath": "/var/run/agent",
    }
    assert found.summary.startswith(f"{SOCKET}: ")
    assert any(line.source == "spec" for line in found.evidence)


def test_on_a_desk_without_the_spec_the_log_s_own_path_counts_and_nothing_is_guessed() -> None:
    named = diagnosed(NAMED, pod=Pod())
    assert (named.cause, named.captures) == ("StaleUnixSocket", {"path": SOCKET})
    assert diagnosed(f"listening on {SOCKET}\n{PATHLESS}", pod=Pod()).cause == "AddressInUse"


def test_what_the_spec_contradicts_stays_visible_with_the_objection() -> None:
    found = diagnosed("listen unix /tmp/x.sock: bind: address already in use")
    (other,) = (a for a in found.alternatives if a.cause == "StaleUnixSocket")
    assert "no writable volume" in other.reason
    assert float(other.confidence) < found.confidence


def test_missing_evidence_lowers_the_confidence_each_time() -> None:
    whole = diagnosed(NAMED)
    once = diagnosed(NAMED, missing=("the events",))
    twice = diagnosed(NAMED, missing=("the events", "the previous log"))
    assert whole.confidence > once.confidence > twice.confidence > 0
    assert once.missing == ("the events",)
    assert once.confidence < 0.9, "below what a policy asks for by default"


def test_an_unknown_cause_shows_the_last_lines_and_no_confidence() -> None:
    found = diagnosed("\n".join(f"line {n}" for n in range(1, 31)))
    assert (found.cause, found.confidence) == ("Unknown", 0.0)
    assert [line.text for line in found.evidence] == [f"line {n}" for n in range(26, 31)]
    assert found.evidence[-1].line == 30


def test_between_equals_the_line_nearer_to_the_death_wins() -> None:
    later = "listen unix /run/agent/b.sock: bind: address already in use"
    assert diagnosed(f"{NAMED}\n{later}").captures["path"] == "/run/agent/b.sock"
    assert diagnosed(f"{later}\n{NAMED}").captures["path"] == SOCKET


def test_evidence_is_redacted() -> None:
    found = diagnosed(f"token=hunter2 {NAMED}")
    assert found.cause == "StaleUnixSocket"
    assert not [line for line in found.evidence if "hunter2" in line.text]
    assert not [line for line in diagnosed("password: hunter2").evidence if "hunter2" in line.text]


def capturing(regex: str) -> FailureSignature:
    example = builtin().signatures["address-in-use"]
    return altered(
        example,
        metadata__name="users-own",
        spec__patterns=(altered(example.spec.patterns[0], regex=regex),),
        spec__confidence="0.99",
    )


def test_a_captured_secret_reaches_neither_captures_nor_summary() -> None:
    catalog = builtin().with_signatures([capturing(r"reach (?P<address>\S+) for (?P<what>\S+)")])
    evidence = evidence_of("cannot reach postgres://bob:hunter2@db:5432/shop for orders")
    found = diagnose(evidence, catalog)
    assert found.captures == {"what": "orders"}
    assert "hunter2" not in str(found)


def test_a_value_that_its_line_calls_a_secret_is_no_capture() -> None:
    catalog = builtin().with_signatures([capturing(r"password=(?P<path>\S+)")])
    found = diagnose(evidence_of("FATAL login failed for bob password=hunter2Xy"), catalog)
    assert found.captures == {}
    assert "hunter2Xy" not in str(found)


def advising(advice: str) -> FailureSignature:
    signature = capturing(r"reach (?P<address>\S+) for (?P<what>\S+)")
    return altered(signature, spec__advice=advice)


def test_advice_names_what_was_captured() -> None:
    catalog = builtin().with_signatures([advising("Start {address} for {what}; {nothing} else.")])
    found = diagnose(evidence_of("reach db:5432 for orders"), catalog)
    assert found.advice == "Start db:5432 for orders; {nothing} else."


def test_advice_does_not_tell_a_captured_secret() -> None:
    catalog = builtin().with_signatures([advising("Look at {address}.")])
    found = diagnose(evidence_of("reach postgres://bob:hunter2@db:5432/shop for orders"), catalog)
    assert "hunter2" not in found.advice


def an_event(message: str, reason: str = "BackOff", type_: str = "Warning") -> ClusterEvent:
    return ClusterEvent(type=type_, reason=reason, message=message)


def test_the_last_warning_about_the_pod_is_evidence() -> None:
    found = diagnosed(
        NAMED,
        events=(
            an_event("first"),
            an_event("\x1b[31mno\x1b[0m token=hunter2", "FailedMount"),
            an_event("pulled", "Pulled", "Normal"),
        ),
    )
    (line,) = [line for line in found.evidence if line.source == "event"]
    assert line.text.startswith("FailedMount: no token=")
    assert "hunter2" not in line.text
    calm = diagnosed(NAMED, events=(an_event("pulled", "Pulled", "Normal"),))
    assert not [line for line in calm.evidence if line.source == "event"]


def test_a_hostile_capture_cannot_grow_the_summary() -> None:
    catalog = builtin().with_signatures([capturing(r"reach (?P<address>\S+)")])
    found = diagnose(evidence_of("reach " + "x" * 8000), catalog)
    assert len(found.summary) <= report.MAX_TEXT


REQUIREMENTS = {
    "NoWritableVolume holds without a volume": (
        "NoWritableVolume",
        with_container(a_pod(), volume_mounts=()),
        True,
    ),
    "NoWritableVolume fails with one": ("NoWritableVolume", a_pod(), False),
    "HostNetworkOrPort fails in the pod's own network": ("HostNetworkOrPort", a_pod(), False),
    "HostNetworkOrPort holds with hostNetwork": (
        "HostNetworkOrPort",
        altered(a_pod(), spec__host_network=True),
        True,
    ),
}


@pytest.mark.parametrize(
    ("requirement", "pod", "holds"), REQUIREMENTS.values(), ids=REQUIREMENTS.keys()
)
def test_what_a_signature_requires_of_the_spec(requirement: str, pod: Pod, holds: bool) -> None:
    signature = altered(capturing("boom"), spec__cause="DiskFull", spec__requires=(requirement,))
    found = diagnose(evidence_of("boom", pod=pod), builtin().with_signatures([signature]))
    assert (found.cause == "DiskFull") is holds


ENDS = {
    "an exit code that says failure": ((altered(a_death(), exit_code=3),), True),
    "an orderly end": ((altered(a_death(), exit_code=0),), False),
    "a kill from outside": ((altered(a_death(), exit_code=137),), False),
    "an end that nobody knows of": ((), False),
}


@pytest.mark.parametrize(("deaths", "holds"), ENDS.values(), ids=ENDS.keys())
def test_ended_with_error_asks_for_a_known_failure(deaths: tuple[Death, ...], holds: bool) -> None:
    signature = altered(
        capturing("boom"), spec__cause="DiskFull", spec__requires=("EndedWithError",)
    )
    catalog = builtin().with_signatures([signature])
    assert (diagnose(evidence_of("boom", deaths=deaths), catalog).cause == "DiskFull") is holds


def test_a_dependency_keeps_the_address_that_an_earlier_line_named() -> None:
    found = diagnosed(
        "Error: connect ECONNREFUSED 10.0.0.7:6379\n"
        "MaxRetriesPerRequestError: connect ECONNREFUSED, see the first error",
        deaths=(a_death(),),
    )
    assert found.cause == "DependencyNotReady"
    assert (found.captures["host"], found.captures["port"]) == ("10.0.0.7", "6379")


def test_signatures_that_the_judgement_knows_by_name_exist() -> None:
    names = builtin().signatures
    assert UNHANDLED in names
    assert [prefix for prefix in TRIED_AGAIN if not any(n.startswith(prefix) for n in names)] == []


CALM_STEPS = "".join(f"INFO step {n} drop done\n" for n in "abcdefg")


class End(NamedTuple):
    log: str
    cause: str
    exit_code: int | None = 1


ENDS_OF_OTHER_THINGS = {
    "a socket named on a line about a TCP port": End(
        'level=error docker_socket=/run/agent/x.sock err="listen tcp 0.0.0.0:8080: bind: address already in use"',
        "PortConflict",
    ),
    "a socket behind a TCP port": End(
        "bind() to 0.0.0.0:80 failed (98: Address already in use), upstream unix:/run/agent/php.sock",
        "PortConflict",
    ),
    "a socket that is only said to exist": End(
        "INFO found '/run/agent/a.sock' exists\nERROR db refused: dial tcp 10.0.0.1:5432: connect: connection refused",
        "DependencyNotReady",
    ),
    "a neighbour that listens on a socket": End(
        "INFO a sidecar proxy service is listening on /run/agent/x.sock\n"
        "Traceback (most recent call last):\nValueError: no plan",
        "ApplicationError",
    ),
    "SIGTERM in a banner asks for nothing": End(
        f"INFO registered handlers for SIGTERM and SIGINT\nERROR listen unix {SOCKET}: bind: address already in use",
        "StaleUnixSocket",
        0,
    ),
    "a log file in an error's words is no level": End(
        "starting app\nError: failed to open log: /var/log/app.log: Permission denied", "PermissionDenied", None
    ),
    "a debug setting in an error's words is no level": End(
        'ERROR invalid value for DEBUG: "maybe"', "ConfigurationInvalid", None
    ),
    "a busy socket, calm lines and exit code 0": End(
        f"ERROR listen failed: {SOCKET}: Address in use (os error 98)\n{CALM_STEPS}", "StaleUnixSocket", 0
    ),
    "a warning of the cause before an exception that wraps it": End(
        f"WARN listen {SOCKET}: address already in use\nTraceback (most recent call last):\n"
        "RuntimeError: no listener left",
        "StaleUnixSocket",
    ),
    "what a request said lines before": End(
        "2026-01-01T00:00:00Z ERROR request_id=7 failed\nplain\nplainer\nthe plainest\n"
        f"bind: Address already in use: {SOCKET}",
        "StaleUnixSocket",
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS_OF_OTHER_THINGS.values(), ids=ENDS_OF_OTHER_THINGS.keys())
def test_a_reviewer_s_trap(end: End) -> None:
    deaths = () if end.exit_code is None else (altered(a_death(), exit_code=end.exit_code),)
    assert diagnosed(end.log, deaths=deaths).cause == end.cause


CONFIDENCES = {0.0: "0.00", 0.974: "0.97", 1.0: "1.00", 7.0: "1.00", -1.0: "0.00"}


@pytest.mark.parametrize(("confidence", "text"), CONFIDENCES.items())
def test_a_confidence_is_written_with_two_places(confidence: float, text: str) -> None:
    assert confidence_text(confidence) == text


PARTS = st.sampled_from(
    [
        b"Address already in use (os error 98)\n",
        b"bind() to unix:/run/agent/",
        b".sock failed (98: Address already in use)",
        b"EADDRINUSE",
        b" /run/agent/x.sock ",
        b"0.0.0.0:80 ",
        b"\x1b[31m",
        b"\x1b]0;",
        b"\x00",
        b"\xc2\x9b",
        b"\n",
        b"password=",
    ]
)


@settings(deadline=None)
@given(st.lists(PARTS | st.binary(max_size=30), max_size=60).map(b"".join), st.booleans())
def test_no_log_makes_the_diagnosis_raise_grow_or_carry_control_characters(
    log: bytes, known: bool
) -> None:
    found = diagnose(evidence_of(log, log, pod=a_pod() if known else Pod()), builtin())
    assert 0.0 <= found.confidence <= 1.0
    assert len(found.evidence) <= report.MAX_EVIDENCE
    assert len(found.alternatives) <= report.MAX_ALTERNATIVES
    texts = [
        found.summary,
        *(line.text for line in found.evidence),
        *(a.reason for a in found.alternatives),
        *found.captures.values(),
    ]
    for text in texts:
        assert all(c == "\t" or not (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) for c in text)
    assert all(len(line.text) <= report.MAX_TEXT for line in found.evidence)
    assert all(len(a.reason) <= 512 for a in found.alternatives)


def test_evidence_is_bounded_however_often_the_cause_is_logged() -> None:
    log = "\n".join(f"{n} {PATHLESS}{'x' * 3000}\n{n} {PATHLESS}" for n in range(500))
    found = diagnosed(log, deaths=(a_death(),))
    assert 1 < len(found.evidence) <= report.MAX_EVIDENCE
    assert found.cause == "StaleUnixSocket"
    assert evidence_of(log).container == CONTAINER


def test_a_log_that_repeats_its_fatal_line_is_read_in_linear_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads = []
    look = sockets.on_writable_volumes
    monkeypatch.setattr(
        sockets, "on_writable_volumes", lambda *seen: reads.append(1) or look(*seen)
    )
    log = "\n".join(f"{n} {PATHLESS}" for n in range(300))
    assert diagnosed(log).cause == "StaleUnixSocket"
    assert len(reads) == 1, "the log is read for sockets once, not once a match"


def test_an_objection_does_not_repeat_every_socket_of_a_hostile_log() -> None:
    log = "\n".join(f"see /run/agent/{n}.sock" for n in range(2000))
    on_the_node = altered(silent_pod(), spec__host_network=True)
    found = diagnosed(f"{log}\n{PATHLESS}", pod=on_the_node)
    assert found.cause == "AddressInUse"
    (other,) = (a for a in found.alternatives if a.cause == "StaleUnixSocket")
    assert "not exactly one" in other.reason
    assert other.reason.count(".sock") <= 3


def test_a_secret_hides_behind_no_advice() -> None:
    catalog = builtin().with_signatures(
        [altered(capturing(r"password=(?P<path>\S+)"), spec__advice="Try {path}.")]
    )
    assert diagnose(evidence_of("password=hunter2Xy"), catalog).advice == "Try {path}."


NODE_S_OWN = "/var/run/docker.sock"


@pytest.mark.parametrize("kind", ["argument", "variable"])
def test_a_socket_that_the_container_only_connects_to_is_not_the_one_it_binds(kind: str) -> None:
    said: dict[str, Any] = {"args": (f"--docker={NODE_S_OWN}",)}
    if kind == "variable":
        said: dict[str, Any] = {
            "args": (),
            "env": (EnvVar(name="SERVER", value="unix:///run/agent/other.sock"),),
        }
    found = diagnosed(PATHLESS, pod=with_container(silent_pod(), **said))
    assert "path" not in found.captures


def test_the_head_of_a_long_log_is_not_its_end() -> None:
    retried = "bind: listen unix /run/agent/agent.sock: bind: address already in use, retrying"
    head = "\n".join([*(f"INFO step {n}" for n in range(400)), retried])
    tail = "\n".join(["INFO listening on unix socket ok", *(f"INFO tick {n}" for n in range(498))])
    assert diagnosed(f"{head}\n...\n{tail}\nkilled").cause == "Unknown"


def test_the_message_of_an_earlier_death_does_not_explain_the_latest() -> None:
    earlier = Terminated(exit_code=1, reason="Error", message=NAMED)
    latest = Terminated(exit_code=143, reason="Error")
    pod = a_pod()
    status = ContainerStatus(
        name=CONTAINER,
        restart_count=3,
        state=ContainerState(terminated=latest),
        last_state=ContainerState(terminated=earlier),
    )
    pod = altered(pod, status__container_statuses=(status,))
    assert diagnosed("INFO all is well", pod=pod).cause == "Unknown"
