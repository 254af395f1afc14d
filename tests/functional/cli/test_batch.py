"""`crashloop-doctor classify --batch`: one case a line in, one finding a line out, whatever stands in the lines."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crashloop_doctor.cli import batch
from crashloop_doctor.cli.main import main

PORT = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n"
SOCKET = "panic: listen unix /run/agent/agent.sock: bind: address already in use\n"
SPEC = {
    "containers": [{"name": "agent", "volumeMounts": [{"name": "run", "mountPath": "/run/agent"}]}],
    "volumes": [{"name": "run", "hostPath": {"path": "/run/agent"}}],
}
KEYS = {"id", "cause", "masked", "confidence", "captures", "evidence", "alternatives"}

Batch = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def run_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Batch:
    def run(*cases: Any, piped: bool = False, options: tuple[str, ...] = ()) -> Any:
        """Each case is an object, or the bytes of its line."""
        content = b"".join(
            (case if isinstance(case, bytes) else json.dumps(case).encode()) + b"\n"
            for case in cases
        )
        file = tmp_path / "cases.jsonl"
        file.write_bytes(content)
        if piped:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        status = main(["classify", "--batch", "-" if piped else str(file), *options])
        out, err = capsys.readouterr()
        assert out.isascii()
        return status, [json.loads(line) for line in out.splitlines()], err

    return run


@pytest.mark.parametrize("piped", [False, True])
def test_findings_come_in_the_order_of_the_cases(run_batch: Batch, piped: bool) -> None:
    cases = [
        {"id": f"case {n}", "log": (PORT, SOCKET, "fine\n")[n % 3], "pod": {"spec": SPEC}}
        for n in range(12)
    ]
    status, found, err = run_batch(*cases, piped=piped)
    assert (status, err) == (0, "")
    assert [f["id"] for f in found] == [case["id"] for case in cases]
    assert [f["cause"] for f in found] == ["PortConflict", "StaleUnixSocket", "Unknown"] * 4


def test_a_finding_has_the_same_keys_and_types_always(run_batch: Batch) -> None:
    _, found, _ = run_batch({"id": "a", "log": SOCKET}, {"id": "b", "log": ""})
    for finding in found:
        assert set(finding) == KEYS
        assert isinstance(finding["masked"], bool)
        assert isinstance(finding["confidence"], (int, float))
        assert isinstance(finding["captures"], dict)
        for line in finding["evidence"]:
            assert set(line) == {"line", "text", "signature"}
            assert isinstance(line["line"], int)
        for other in finding["alternatives"]:
            assert set(other) == {"cause", "confidence", "reason"}
            assert isinstance(other["confidence"], float)
    assert found[0]["captures"]["path"] == "/run/agent/agent.sock"
    assert found[0]["alternatives"]


@pytest.mark.parametrize("name", ["", 0, -1.5, 10**30, True, [1, "x"], {"a": None}, "\ud800", "é"])
def test_any_id_comes_back(name: Any, run_batch: Batch) -> None:
    _, found, _ = run_batch({"id": name, "log": PORT}, {"id": name})
    assert [json.dumps(f["id"]) for f in found] == [json.dumps(name)] * 2


def test_a_reason_to_wait_is_no_end(run_batch: Batch) -> None:
    case = {"log": "", "reason": "ImagePullBackOff"}
    _, (waits, ended), _ = run_batch({"id": 1, **case}, {"id": 2, **case, "exitCode": 3})
    assert [line["text"] for line in waits["evidence"]] == []
    assert "exit code 3, reason Error" in ended["evidence"][0]["text"]


def test_a_loop_inside_the_container_is_masked(run_batch: Batch) -> None:
    log = "".join(
        f"2026-11-21 09:00:0{n},000 INFO exited: app (exit status 1; not expected)\n"
        f"2026-11-21 09:00:0{n},100 INFO spawned: 'app' with pid {n + 10}\n"
        for n in range(8)
    )
    _, (finding,), _ = run_batch({"id": "a", "log": PORT + log})
    assert (finding["masked"], finding["supervisor"]) == (True, "supervisord")


TEMPLATE = {"metadata": {"labels": {"app": "agent"}}, "spec": SPEC}
SLOPPY_PODS: dict[str, Any] = {
    "whole": {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}, "spec": SPEC},
    "without a kind": {"metadata": {"name": "a"}, "spec": SPEC},
    "without metadata": {"kind": "Pod", "spec": SPEC},
    "a bare spec": SPEC,
    "a pod template": {"kind": "PodTemplate", "template": TEMPLATE},
    "a workload's template": TEMPLATE,
    "a deployment": {"kind": "Deployment", "spec": {"replicas": 2, "template": TEMPLATE}},
    "a cron job": {
        "kind": "CronJob",
        "spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}},
    },
    "a list with one pod": {"kind": "List", "items": [{"kind": "Pod", "spec": SPEC}]},
    "a pod list without kinds": {"kind": "PodList", "items": [{"metadata": {}, "spec": SPEC}]},
    "one of several YAML documents": (
        f"---\nkind: Service\nspec: {{}}\n---\n{json.dumps({'kind': 'Pod', 'spec': SPEC})}\n---\n"
    ),
    "a list with one pod among others": {
        "kind": "List",
        "items": [{"kind": "Service", "spec": {}}, {"kind": "Pod", "spec": SPEC}],
    },
    "an array of one": [{"kind": "Pod", "spec": SPEC}],
    "JSON in a string": json.dumps({"spec": SPEC}),
    "YAML in a string": (
        "spec:\n  containers:\n  - name: agent\n    args: [sleep, 5, true]\n    volumeMounts:\n"
        "    - {name: run, mountPath: /run/agent}\n  volumes:\n  - name: run\n"
        "    hostPath: {path: /run/agent}\n"
    ),
    "YAML with anchors": (
        "x: &m [{name: run, mountPath: /run/agent}]\nspec:\n  containers:\n"
        "  - {name: agent, volumeMounts: *m}\n  volumes:\n  - {name: run, hostPath: {path: /run}}\n"
    ),
    "with a byte order mark": "\ufeff" + json.dumps({"spec": SPEC}),
    "nulls everywhere": {
        "kind": "Pod",
        "metadata": None,
        "spec": {
            **SPEC,
            "initContainers": None,
            "nodeName": None,
            "containers": [
                {**SPEC["containers"][0], "command": None, "args": [None], "resources": None},  # type: ignore[dict-item]
                None,
            ],
        },
        "status": None,
    },
    "a status of nulls": {
        "spec": SPEC,
        "status": {
            "conditions": [None, {"type": "Ready", "status": None}],
            "containerStatuses": [
                {"name": "agent", "state": None, "lastState": {"terminated": None}, "ready": None}
            ],
        },
    },
    "words where numbers belong": {
        "spec": SPEC,
        "status": {
            "containerStatuses": [
                {
                    "name": "agent",
                    "restartCount": "4",
                    "lastState": {"terminated": {"exitCode": "1", "finishedAt": "yesterday"}},
                }
            ]
        },
    },
    "times without a zone": {
        "spec": SPEC,
        "status": {
            "containerStatuses": [
                {
                    "name": "agent",
                    "lastState": {
                        "terminated": {
                            "exitCode": 1,
                            "startedAt": "2026-11-21T09:00:00Z",
                            "finishedAt": "2026-11-21 09:00:02",
                        }
                    },
                }
            ]
        },
    },
    "numbers as labels and arguments": {
        "metadata": {"labels": {"version": 1, "on": True}, "annotations": {"n": 1.5}},
        "spec": {
            **SPEC,
            "containers": [
                {
                    **SPEC["containers"][0],  # type: ignore[dict-item]
                    "command": "run me",
                    "args": [1, 2.5, False],
                    "env": [{"name": "PORT", "value": 80}, {"value": "x"}],
                }
            ],
        },
    },
    "unknown fields": {"spec": {**SPEC, "flux": {"capacitor": [1, None]}}, "extra": 1},
    "a container without a name": {
        "containers": [{"volumeMounts": [{"name": "run", "mountPath": "/run/agent"}]}],
        "volumes": SPEC["volumes"],
    },
    "lone surrogates in it": {
        "metadata": {"name": "a\udc80", "labels": {"x": "\ud800"}},
        "spec": SPEC,
    },
}


@pytest.mark.parametrize("pod", SLOPPY_PODS.values(), ids=SLOPPY_PODS.keys())
def test_a_pod_is_understood_that_is(pod: Any, run_batch: Batch) -> None:
    status, (finding,), err = run_batch({"id": "a", "log": SOCKET, "pod": pod})
    assert (status, err) == (0, ""), finding
    assert finding["cause"] == "StaleUnixSocket"
    assert finding["captures"]["volume"] == "run"


SLOPPY_CASES: dict[str, dict[str, Any]] = {
    "nulls for all that is optional": {
        "exitCode": None,
        "reason": None,
        "pod": None,
        "container": None,
    },
    "keys that nobody knows": {"label": "x", "nested": {"a": [1]}},
    "a pod that is empty": {"pod": {}},
    "a pod that is an empty string": {"pod": ""},
    "a container without a pod": {"container": "agent"},
    "a pod with nothing but a name": {"pod": {"metadata": {"name": "x"}}, "container": "agent"},
    "an exit code of Windows": {"exitCode": 3221225477},
    "an exit code from a table's column": {"exitCode": 1.0},
    "an exit code as text": {"exitCode": "1"},
    "what a table has where nothing is": {"exitCode": float("nan"), "pod": float("nan")},
    "a pod that is blank": {"pod": " \n"},
    "a pod that is an empty list": {"pod": []},
}


@pytest.mark.parametrize("more", SLOPPY_CASES.values(), ids=SLOPPY_CASES.keys())
def test_a_case_may_have(more: dict[str, Any], run_batch: Batch) -> None:
    status, (finding,), err = run_batch({"id": "a", "log": PORT, **more})
    assert (status, err) == (0, "")
    assert finding["cause"] == "PortConflict"


LOGS: dict[str, str] = {
    "nothing": "",
    "line feeds": "\n\n\n",
    "bytes that were no UTF-8": "\udc80\udcff x",
    "surrogates that stand for no byte": "\ud800 \udfff \udc00",
    "half a pair and a letter": "\ud83dx",
    "every control character": "".join(map(chr, range(32))),
    "letters of the upper planes": "🦀 läuft 写",
    "terminal escapes": "\x1b[2J\x1b]0;x\x07",
    "U+2028 and U+0085": "a\u2028b\x85c",
}


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
def test_a_log_may_hold(log: str, run_batch: Batch) -> None:
    status, (only, mixed), err = run_batch(
        {"id": "only", "log": log}, {"id": "mixed", "log": f"{log}\n{PORT}{log}"}
    )
    assert (status, err) == (0, "")
    assert only["cause"] == "Unknown"
    assert mixed["cause"] == "PortConflict"
    assert "\x1b" not in json.dumps(mixed, ensure_ascii=False)


def test_undecodable_bytes_are_those_of_the_log() -> None:
    raw = bytes(range(256)) * 2
    assert batch.log_bytes(raw.decode("utf-8", "surrogateescape")) == raw
    assert batch.log_bytes("a\ud800b") == "a\ufffdb".encode()


BAD_LINES: dict[str, tuple[Any, Any, str]] = {
    "not JSON": (b"starting", None, "it is not JSON (Expecting value"),
    "half an object": (b'{"id": "a", "log": "x', None, "it is not JSON"),
    "an array": (b"[1]", None, "it is no JSON object"),
    "a number": (b"7", None, "it is no JSON object"),
    "nested without end": (b"[" * 200_000, None, "it is not JSON (it is nested too deep)"),
    "bytes of a picture": (b"\x89PNG\r\xff\x00", None, "it is not JSON"),
    "no id": ({"log": "x"}, None, "the case has no id"),
    "a null id": ({"id": None, "log": "x"}, None, "the case has no id"),
    "an id that is no number": (b'{"id": NaN, "log": "x"}', None, "the case has no id"),
    "a number of a million digits": (
        b'{"id": ' + b"1" * 1_000_000 + b', "log": "x"}',
        None,
        "it is not JSON",
    ),
    "an endless id": (b'{"id": -Infinity, "log": "x"}', None, "the case has no id"),
    "an id beyond all floats": (b'{"id": 1e999, "log": "x"}', None, "the case has no id"),
    "no log": ({"id": "a"}, "a", "the case has no log"),
    "a null log": ({"id": 7, "log": None}, 7, "the case has no log"),
    "a list as log": ({"id": "a", "log": ["x"]}, "a", "the case has no log"),
    "an exit code in words": ({"id": "a", "log": "", "exitCode": "one"}, "a", "`exitCode` is no"),
    "an exit code that is true": (
        {"id": "a", "log": "", "exitCode": True},
        "a",
        "`exitCode` is no",
    ),
    "an exit code with a point": ({"id": "a", "log": "", "exitCode": 1.5}, "a", "`exitCode` is no"),
    "an exit code of a billion": (
        {"id": "a", "log": "", "exitCode": 10**30},
        "a",
        "`exitCode` is out of range",
    ),
    "a number as reason": ({"id": "a", "log": "", "reason": 1}, "a", "`reason` is no string"),
    "a list as container": ({"id": "a", "log": "", "container": []}, "a", "`container` is no"),
    "a number as pod": ({"id": "a", "log": "", "pod": 7}, "a", "it holds no Pod"),
    "words as pod": ({"id": "a", "log": "", "pod": "just words"}, "a", "it holds no Pod"),
    "a service as pod": (
        {"id": "a", "log": "", "pod": {"kind": "Service", "spec": {"ports": []}}},
        "a",
        "it holds no Pod",
    ),
    "two pods": (
        {"id": "a", "log": "", "pod": {"items": [{"spec": SPEC}, {"spec": SPEC}]}},
        "a",
        "it holds 2 objects; give one pod",
    ),
    "a pod whose spec is a number": (
        {"id": "a", "log": "", "pod": {"kind": "Pod", "spec": 5}},
        "a",
        "cannot be read as a pod",
    ),
    "a pod whose containers are words": (
        {"id": "a", "log": "", "pod": {"spec": {"containers": ["x"]}}},
        "a",
        "cannot be read as a pod",
    ),
    "YAML that is none": ({"id": "a", "log": "", "pod": "a: b: c"}, "a", "cannot be read as a pod"),
    "YAML with a tag of Python's": (
        {"id": "a", "log": "", "pod": "!!python/object/apply:os.system [echo]"},
        "a",
        "cannot be read as a pod",
    ),
    "YAML whose merge keys expand without end": (
        {
            "id": "a",
            "log": "",
            "pod": "a0: &a0 {a: 1, b: 2, c: 3, d: 4, e: 5}\n"
            + "".join(
                f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 12)
            )
            + "spec: {containers: [{name: a}]}\n",
        },
        "a",
        "too large or nested too deep",
    ),
    "YAML nested without end": (
        {"id": "a", "log": "", "pod": "[" * 300_000},
        "a",
        "nested more than 200 levels",
    ),
    "YAML whose aliases expand without end": (
        {
            "id": "a",
            "log": "",
            "pod": "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
            + "spec: {containers: [{name: a, resources: {x: *a11}}]}\n",
        },
        "a",
        "too large or nested too deep",
    ),
    "a container that the pod does not have": (
        {"id": "a", "log": "", "pod": SPEC, "container": "agnet"},
        "a",
        "the pod has no container 'agnet'; it has agent",
    ),
}


@pytest.mark.parametrize(("line", "name", "said"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_said_in_its_place(
    line: Any, name: Any, said: str, run_batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crashloop_doctor.dumps.documents.MAX_NODES", 100_000)
    status, found, err = run_batch({"id": 1, "log": PORT}, line, {"id": 3, "log": SOCKET})
    assert status == 1
    assert [f["id"] for f in found] == [1, name, 3]
    assert set(found[1]) == {*found[0], "error"}
    assert (found[1]["cause"], found[1]["confidence"]) == ("Unknown", 0)
    assert found[1]["error"].startswith("line 2: ")
    assert said in found[1]["error"]
    assert len(found[1]["error"]) < 500
    assert err == (
        "crashloop-doctor classify: 1 of 3 lines could not be classified;"
        " their output lines say why\n"
    )


def test_a_line_that_is_too_long_is_not_kept(
    run_batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MAX_LINE", 5000)
    long = {"id": "long", "log": "x" * 3_000_000}
    status, found, _ = run_batch(long, {"id": "next", "log": PORT}, long)
    assert status == 1
    assert [f.get("error", f["cause"])[:24] for f in found] == [
        "line 1: it is longer tha",
        "PortConflict",
        "line 3: it is longer tha",
    ]


def test_blank_lines_and_carriage_returns_are_no_cases(run_batch: Batch) -> None:
    line = json.dumps({"id": "a", "log": PORT}).encode()
    status, found, _ = run_batch(b"\xef\xbb\xbf" + line + b"\r", b"", b"  \r", line)
    assert (status, len(found)) == (0, 2)


def test_raw_bytes_in_a_line_are_part_of_the_log(run_batch: Batch) -> None:
    status, (finding,), _ = run_batch(b'{"id": "a", "log": "\xff\xfe ' + PORT.encode()[:-1] + b'"}')
    assert (status, finding["cause"]) == (0, "PortConflict")


def test_the_exit_code_and_reason_of_a_case_are_its_death(run_batch: Batch) -> None:
    dead = {
        "spec": SPEC,
        "status": {
            "containerStatuses": [
                {
                    "name": "agent",
                    "lastState": {"terminated": {"exitCode": 0, "reason": "Completed"}},
                }
            ]
        },
    }
    _, found, _ = run_batch(
        {"id": "no pod", "log": PORT, "exitCode": 2},
        {"id": "no status", "log": PORT, "exitCode": 3, "reason": "Error", "pod": SPEC},
        {"id": "another end", "log": PORT, "exitCode": 9, "pod": dead},
        {"id": "only the reason", "log": PORT, "reason": "OOMKilled"},
        {"id": "neither", "log": PORT, "pod": dead},
    )
    said = [" ".join(line["text"] for line in f["evidence"]) for f in found]
    for words, text in zip(
        (
            "exit code 2, reason Error",
            "exit code 3, reason Error",
            "exit code 9, reason Error",
            "exit code 137, reason OOMKilled",
            "exit code 0, reason Completed",
        ),
        said,
        strict=True,
    ):
        assert words in text


@pytest.mark.parametrize(
    "options",
    [["a.log"], ["--pod", "x"], ["--container", "x"], ["--exit-code", "1"], ["--reason", "x"]],
)
def test_what_belongs_into_the_lines_does_not_go_with_batch(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["classify", "--batch", "x.jsonl", *options])
    assert caught.value.code == 2
    assert "does not go with --batch; give it in each line" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", "--batch", "/nowhere/cases.jsonl"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "No such file or directory" in err
    assert err.count("\n") == 1


def test_signatures_of_ones_own_count(run_batch: Batch, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "kind: FailureSignature\nmetadata: {name: ours}\nspec:\n  cause: StaleLock\n"
        "  summary: ours\n  confidence: '0.9'\n  patterns: [{regex: 'flux capacitor'}]\n"
    )
    options = ("--signatures", str(own))
    _, (finding,), _ = run_batch({"id": "a", "log": "flux capacitor\n"}, options=options)
    assert finding["cause"] == "StaleLock"


# -- as a process ----------------------------------------------------------------------------------

COMMAND = [sys.executable, "-m", "crashloop_doctor", "classify", "--batch", "-"]


def test_each_finding_is_out_before_the_next_case_is_in() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for n in range(3):
            process.stdin.write(json.dumps({"id": n, "log": PORT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == n
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    case = json.dumps({"id": "a", "log": PORT}).encode() + b"\n"
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(case)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(case * 3)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert (process.wait(20), process.stderr.read()) == (0, b"")


def test_ctrl_c_is_quiet() -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps({"id": "a", "log": PORT}).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        # Nobody's finger meets the moment between two reads, where Python notices a signal with the next line only.
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert (process.wait(20), process.stderr.read()) == (130, b"")


def test_progress_is_for_a_terminal_and_taken_away_again(tmp_path: Path) -> None:
    """On a pipe there is nothing at all: the other tests of this file see an empty stderr."""
    parent, child = pty.openpty()
    case = json.dumps({"id": "a", "log": PORT}).encode() + b"\n"
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=child
    ) as process:
        os.close(child)
        assert process.stdin is not None
        deadline = time.monotonic() + 15
        shown = b""
        os.set_blocking(parent, False)
        while b"cases" not in shown and time.monotonic() < deadline:
            process.stdin.write(case)
            process.stdin.flush()
            time.sleep(0.1)
            try:
                shown += os.read(parent, 4096)
            except BlockingIOError:
                continue
        process.stdin.close()
        assert process.wait(20) == 0
    try:
        while more := os.read(parent, 4096):
            shown += more
    except OSError:
        pass
    os.close(parent)
    assert b"classifying (" in shown
    assert shown.endswith(b"\r\x1b[K")
