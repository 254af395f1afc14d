"""`crashloop-doctor classify`: the judgement of the cluster, from files and pipes."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from crashloop_doctor.cli.classify import case_of
from crashloop_doctor.cli.main import main
from crashloop_doctor.dumps import bounded
from crashloop_doctor.dumps.objects import pod_of

NAMED = "panic: listen unix /run/agent/agent.sock: bind: address already in use\n"
PORT = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n"
ENDED = {
    "exitCode": 0,
    "reason": "Completed",
    "startedAt": "2026-11-21T09:00:00Z",
    "finishedAt": "2026-11-21T09:00:02Z",
    "containerID": "containerd://dead",
}


def pod(reason: str = "Completed") -> dict[str, Any]:
    mounts = [{"name": "run", "mountPath": "/run/agent"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "agent-x", "creationTimestamp": "2026-11-21T08:00:00Z"},
        "spec": {
            "containers": [
                {"name": "agent", "image": "agent:1", "volumeMounts": mounts},
                {"name": "other", "image": "other:1"},
            ],
            "volumes": [{"name": "run", "hostPath": {"path": "/run/agent"}}],
        },
        "status": {
            "containerStatuses": [
                {
                    "name": "agent",
                    "restartCount": 4,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {**ENDED, "reason": reason}},
                }
            ]
        },
    }


def flat(out: str) -> str:
    """The page as one line: where it is wrapped depends on the terminal."""
    return " ".join(out.split())


class Place:
    """A folder with a log and a pod, and the command run on them."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def pipe(self, content: bytes) -> None:
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    def classify(self, *arguments: str) -> tuple[int, str, str]:
        return main(["classify", *arguments]), *self._capsys.readouterr()


@pytest.fixture
def place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Place:
    return Place(tmp_path, capsys, monkeypatch)


def test_a_file(place: Place) -> None:
    status, out, err = place.classify(place.file("a.log", f"starting\n{PORT}"))
    assert (status, err) == (0, "")
    assert out.startswith("Cause       PortConflict  (confidence 0.")
    assert "a.log:2: nginx: [emerg] bind() to 0.0.0.0:80 failed" in flat(out)
    assert "the pod's spec (give it with --pod)" in out
    assert "\nWhat to do  " in out


def test_standard_input(place: Place) -> None:
    place.pipe(PORT.encode())
    status, out, _ = place.classify()
    assert status == 0
    assert "PortConflict" in out
    assert "standard input" in out
    place.pipe(PORT.encode())
    assert "PortConflict" in place.classify("-")[1]


def test_several_files_are_one_case(place: Place) -> None:
    quiet, loud = place.file("0.log", "starting\n"), place.file("1.log", PORT)
    assert "PortConflict" in place.classify(quiet, loud)[1]


@pytest.mark.parametrize("written", [json.dumps, yaml.safe_dump])
def test_with_the_pod_the_socket_is_proven_stale(place: Place, written: Any) -> None:
    given = place.file("pod", written(pod()))
    status, out, err = place.classify("--pod", given, place.file("a.log", NAMED))
    assert (status, err) == (0, "")
    assert out.startswith("Cause       StaleUnixSocket  (confidence 0.97)")
    assert "path = /run/agent/agent.sock" in out
    assert "hostPath = /run/agent" in out
    assert "exit code 0, reason Completed, after 2 s; restart count 4" in flat(out)
    assert "Missing" not in out


def test_a_pod_as_kubectl_prints_it_with_unquoted_times(place: Place) -> None:
    text = yaml.safe_dump(pod()).replace("'2026-11-21T09:00:02Z'", "2026-11-21T09:00:02Z")
    assert "finishedAt: 2026" in text
    given = place.file("pod.yaml", text)
    assert "after 2 s" in place.classify("--pod", given, place.file("a.log", NAMED))[1]


def test_without_the_pod_nothing_is_proven(place: Place) -> None:
    """Below 0.9, what a policy asks for before anything is done."""
    _, out, _ = place.classify("-o", "json", place.file("a.log", NAMED))
    finding = json.loads(out)
    assert finding["cause"] == "StaleUnixSocket"
    assert finding["confidence"] < 0.9
    assert finding["missing"]


def test_another_container_of_the_pod(place: Place) -> None:
    given = place.file("pod.json", json.dumps(pod()))
    log = place.file("a.log", NAMED)
    status, out, _ = place.classify("--pod", given, "--container", "other", log)
    assert status == 0
    assert not out.startswith("Cause       StaleUnixSocket")


def test_json_is_for_machines(place: Place) -> None:
    given = place.file("pod.json", json.dumps(pod()))
    status, out, _ = place.classify("--pod", given, "-o", "json", place.file("a.log", NAMED))
    assert status == 0
    finding = json.loads(out)
    assert (finding["cause"], finding["confidence"]) == ("StaleUnixSocket", 0.97)
    assert finding["captures"]["path"] == "/run/agent/agent.sock"
    assert finding["evidence"][0]["line"] == 1
    assert out.count("\n") == 1


def test_no_known_cause_shows_the_last_lines(place: Place) -> None:
    log = "".join(f"step {n}\n" for n in range(100))
    status, out, err = place.classify(place.file("a.log", log))
    assert (status, err) == (0, "")
    assert out.startswith("Cause       Unknown")
    assert "step 99" in out
    assert "step 90" not in out


def test_binary_garbage_is_a_log_without_a_cause(place: Place) -> None:
    garbage = bytes(range(256)) * 50
    status, out, err = place.classify(place.file("core", garbage))
    assert (status, err) == (0, "")
    assert out.startswith("Cause       Unknown")
    assert_harmless(out)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_an_empty_log_is_said(place: Place, content: bytes) -> None:
    status, out, err = place.classify(place.file("a.log", content))
    assert (status, out) == (1, "")
    assert "the log is empty" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "cause"),
    [(("--reason", "OOMKilled"), "OutOfMemory"), (("--exit-code", "3"), "Unknown")],
)
def test_an_empty_log_and_a_known_end_are_a_case(
    options: tuple[str, ...], cause: str, place: Place
) -> None:
    status, out, err = place.classify(*options, place.file("a.log", ""))
    assert (status, err) == (0, "")
    assert out.startswith(f"Cause       {cause}")


def test_an_empty_log_beside_a_pod_is_a_case(place: Place) -> None:
    given = place.file("pod.json", json.dumps(pod()))
    status, out, _ = place.classify("--pod", given, place.file("a.log", ""))
    assert status == 0
    assert out.startswith("Cause       ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param('{"kind": "List", "items": []}', "holds no Pod", id="a list"),
        pytest.param("kind: Deployment\nmetadata: {}\n", "holds no Pod", id="another kind"),
        pytest.param("", "holds no Pod", id="empty"),
        pytest.param("just words", "holds no Pod", id="words"),
        pytest.param("- 1\n- 2\n", "holds no Pod", id="an array"),
        pytest.param("a: b: c", "cannot be read as a pod", id="not YAML"),
        pytest.param("kind: Pod\n---\nkind: Pod\n", "it holds 2 objects", id="two documents"),
        pytest.param("kind: Pod\nspec: 5\n", "cannot be read as a pod", id="spec is a number"),
        pytest.param(bytes(range(256)), "cannot be read as a pod", id="binary"),
        pytest.param("[" * 3000, "cannot be read as a pod", id="nested without end"),
        pytest.param(
            'kind: Pod\nspec: {containers: [{name: "\\e[31mred"}]}\n', "", id="an escape in a name"
        ),
    ],
)
def test_what_is_no_pod_is_said_in_one_sentence(
    place: Place, content: str | bytes, said: str
) -> None:
    given = place.file("pod.yaml", content)
    log = place.file("a.log", NAMED)
    status, out, err = place.classify("--pod", given, *(() if said else ("--container", "x")), log)
    assert (status, out) == (1, "")
    assert err.startswith("crashloop-doctor classify: ")
    assert said in err
    assert err.count("\n") == 1
    assert_harmless(err)


def test_a_wrong_container_is_told_the_right_ones(place: Place) -> None:
    given = place.file("pod.json", json.dumps(pod()))
    log = place.file("a.log", NAMED)
    status, out, err = place.classify("--pod", given, "--container", "agnet", log)
    assert (status, out) == (1, "")
    assert "no container 'agnet'; it has agent, other" in err


@pytest.mark.parametrize("missing", ["log", "pod"])
def test_a_file_that_is_not_there_is_said(place: Place, missing: str) -> None:
    log, given = place.file("a.log", NAMED), place.file("pod.json", json.dumps(pod()))
    (place.folder / ("a.log" if missing == "log" else "pod.json")).unlink()
    status, out, err = place.classify("--pod", given, log)
    assert (status, out) == (1, "")
    assert "No such file or directory" in err
    assert err.count("\n") == 1


def test_a_folder_is_no_log(place: Place) -> None:
    status, _, err = place.classify(str(place.folder))
    assert status == 1
    assert "Is a directory" in err


def assert_harmless(text: str) -> None:
    """Nothing that a terminal obeys: no C0 (but the line feed and tab), no DEL, no C1, no other direction."""
    bad = {c for c in text if (ord(c) < 0x20 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0}
    bad |= set("\u202a\u202e\u2066\u2069\u200f\u2028").intersection(text)
    assert not bad, bad


ESCAPES = (
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;Y29weQ==\x1b\\",
    "\x9b2J",
    "\x1bc\x08\x08\x7f",
    "\x1bP+q\x1b\\",
    "\u202eout of order\u2066\u2028",
)


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_in_a_log_never_reaches_the_terminal(
    place: Place, escape: str, output: str
) -> None:
    log = f"{escape} bind() to 0.0.0.0:80 failed (98: Address already in use){escape}\n{escape}x\n"
    for content in (log.encode(), log.encode("latin-1", "replace"), f"no cause {escape}".encode()):
        _, out, err = place.classify("-o", output, place.file("a.log", content))
        assert_harmless(out + err)


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_in_a_pod_never_reaches_the_terminal(
    place: Place, escape: str, output: str
) -> None:
    """JSON may hold any character: status and spec are as untrusted as a log."""
    given = pod(reason=f"Completed\n{escape}")
    given["spec"]["volumes"][0]["name"] = given["spec"]["containers"][0]["volumeMounts"][0][
        "name"
    ] = f"run{escape}"
    file = place.file("pod.json", json.dumps(given))
    log = place.file(f"a{escape.replace('/', '')}.log".replace("\x00", ""), NAMED)
    status, out, err = place.classify("--pod", file, "-o", output, log)
    assert status == 0
    assert_harmless(out + err)
    if output == "text":
        assert out.startswith("Cause       StaleUnixSocket")


def test_a_secret_is_not_printed(place: Place) -> None:
    log = f"connecting to postgres://app:hunter2@db/x\npassword=hunter2 {PORT}"
    for output in ("text", "json"):
        assert "hunter2" not in place.classify("-o", output, place.file("a.log", log))[1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_whatever_the_terminal_can_write(process: Any, encoding: str) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    log = "Übergröße 写不了 \udcff".encode("utf-8", "surrogateescape")
    done = process("classify", stdin=log, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"bergr" in done.stdout
    done = process("classify", "-o", "json", stdin=log, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "写不了" in json.loads(done.stdout)["evidence"][0]["text"]


# -- how it ended, without a pod that says so ------------------------------------------------------

ENDS: dict[str, tuple[list[str], dict[str, Any] | None, str]] = {
    "an exit code alone": (["--exit-code", "3"], None, "exit code 3, reason Error"),
    "exit code 0 alone": (["--exit-code", "0"], None, "exit code 0, reason Completed"),
    "a reason alone": (["--reason", "OOMKilled"], None, "exit code 137, reason OOMKilled"),
    "both": (["--exit-code", "1", "--reason", "OOMKilled"], None, "exit code 1, reason OOMKilled"),
    "an exit code over the pod's own": (
        ["--exit-code", "3"],
        pod(),
        "exit code 3, reason Error, after 2 s; restart count 4",
    ),
    "the pod's own exit code again": (
        ["--exit-code", "0"],
        pod(reason="Done"),
        "exit code 0, reason Done, after 2 s",
    ),
    "a reason over the pod's own": (["--reason", "Evicted"], pod(), "exit code 0, reason Evicted"),
    "an exit code for a pod without a status": (
        ["--exit-code", "2"],
        {k: v for k, v in pod().items() if k != "status"},
        "exit code 2, reason Error",
    ),
}


@pytest.mark.parametrize(("options", "given", "said"), ENDS.values(), ids=ENDS.keys())
def test_the_end_is_known_from(
    options: list[str], given: dict[str, Any] | None, said: str, place: Place
) -> None:
    if given is not None:
        options = [*options, "--pod", place.file("pod.json", json.dumps(given))]
    status, out, err = place.classify(*options, place.file("a.log", PORT))
    assert (status, err) == (0, "")
    assert said in flat(out)


@pytest.mark.parametrize("number", ["x", "1.5", "99999999999999999999"])
def test_an_exit_code_is_a_number(place: Place, number: str) -> None:
    with pytest.raises(SystemExit) as caught:
        place.classify("--exit-code", number, place.file("a.log", PORT))
    assert caught.value.code == 2


def test_the_container_that_died_is_the_one_in_question(place: Place) -> None:
    given = pod()
    given["spec"]["containers"].reverse()
    file = place.file("pod.json", json.dumps(given))
    out = place.classify("--pod", file, place.file("a.log", NAMED))[1]
    assert out.startswith("Cause       StaleUnixSocket")


DONE = {"terminated": {**ENDED, "containerID": "containerd://init"}}
RUNS = {"running": {"startedAt": "2026-11-21T08:00:00Z"}}


@pytest.mark.parametrize(
    ("statuses", "chosen"),
    [
        ({"other": {"state": RUNS, "ready": True}}, "agent"),
        ({"other": {"state": RUNS, "ready": True, "restartCount": 1}}, "agent"),
        (
            {"other": {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 2}},
            "agent",
        ),
        (
            {"other": {"state": RUNS, "ready": True}, "agent": {"state": RUNS, "ready": True}},
            "other",
        ),
    ],
    ids=["it alone failed", "another died once", "another died less", "none failed"],
)
def test_an_init_container_that_has_done_its_work_is_not_in_question(
    statuses: dict[str, Any], chosen: str, place: Place
) -> None:
    given = pod()
    given["spec"]["containers"].reverse()
    given["spec"]["initContainers"] = [{"name": "init"}]
    given["status"]["initContainerStatuses"] = [{"name": "init", "ready": True, "state": DONE}]
    own = given["status"]["containerStatuses"]
    given["status"]["containerStatuses"] = [
        {"name": name, **status} for name, status in ({"agent": own[0]} | statuses).items()
    ]
    assert case_of(pod_of(given), "", None, "")[1] == chosen


# -- logs of any form and size ---------------------------------------------------------------------

WRITTEN: dict[str, bytes] = {
    "gzip": gzip.compress(PORT.encode()),
    "gzip in two parts": gzip.compress(b"starting\n") + gzip.compress(PORT.encode()),
    "UTF-16 by PowerShell": codecs.BOM_UTF16_LE + PORT.encode("utf-16-le"),
    "UTF-16 the other way round": codecs.BOM_UTF16_BE + PORT.encode("utf-16-be"),
    "UTF-8 with a mark": codecs.BOM_UTF8 + PORT.encode(),
    "lines that end as on Windows": PORT.replace("\n", "\r\n").encode(),
    "a last line without an end": PORT.rstrip("\n").encode(),
}


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_log_is_read_that_is_written_as(content: bytes, piped: bool, place: Place) -> None:
    if piped:
        place.pipe(content)
    status, out, err = place.classify(*([] if piped else [place.file("a", content)]))
    assert (status, err) == (0, "")
    assert out.startswith("Cause       PortConflict")


def test_of_a_gzip_file_that_was_cut_the_rest_counts_and_is_said(place: Place) -> None:
    whole = gzip.compress(PORT.encode() * 10 + os.urandom(9000))
    status, out, _ = place.classify(place.file("a.log.gz", whole[:-4000]))
    assert status == 0
    assert out.startswith("Cause       PortConflict")
    assert "the end of a.log.gz (the compressed file is damaged or ends early)" in flat(out)


def test_a_compressed_bomb_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "RATIO_COUNTS_FROM", 4 << 20)
    status, out, err = place.classify(place.file("a.gz", gzip.compress(bytes(16 << 20))))
    assert (status, out) == (1, "")
    assert "looks like a decompression bomb" in err


def test_a_long_log_takes_little_memory(tmp_path: Path, process: Any) -> None:
    """150 MB for a gigabyte is promised; memory does not depend on the size, so 100 MB will do."""
    log = tmp_path / "long.log"
    block = b"".join(b"INFO request %d completed in %d ms\n" % (n, n % 97) for n in range(30_000))
    with log.open("wb") as file:
        while file.tell() < 100 << 20:
            file.write(block)
        file.write(PORT.encode())
    done = process("classify", str(log), code=PEAK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"Cause       PortConflict")
    assert int(done.stderr) < 150 << 10


# VmHWM, since ru_maxrss is handed on over exec: it would be the peak of the process that runs the tests.
PEAK = """
import sys
from pathlib import Path
from crashloop_doctor.cli.main import main
status = main(sys.argv[1:])
peak = next(l for l in Path("/proc/self/status").read_text().splitlines() if l[:6] == "VmHWM:")
print(peak.split()[1], file=sys.stderr)
sys.exit(status)
"""


# -- the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["", "80", "200", "10", "none"])
def test_the_page_fits_the_terminal(
    columns: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    given = place.file("pod.json", json.dumps(pod()))
    log = place.file("a.log", f"{'x' * 300} {'word ' * 100}{NAMED}")
    _, out, _ = place.classify("--pod", given, log)
    widest = {"200": 120, "10": 50}.get(columns, 80)
    assert max(map(len, out.splitlines())) <= widest


def test_who_hides_the_loop_and_how_sure_it_is_stands_on_the_page(place: Place) -> None:
    log = "".join(
        f"{PORT}2026-11-21 09:00:0{n},000 INFO exited: app (exit status 1; not expected)\n"
        f"2026-11-21 09:00:0{n},100 INFO spawned: 'app' with pid {n + 10}\n"
        for n in range(6)
    )
    file = place.file("a.log", log)
    out = place.classify(file)[1].splitlines()
    assert out[1] == "Hidden by   supervisord restarts it inside the container"
    assert out[2].startswith("How sure    ")
    finding = json.loads(place.classify("-o", "json", file)[1])
    assert (finding["masked"], finding["supervisor"]) == (True, "supervisord")
    assert finding["confidenceReason"]


def test_nothing_hidden_is_not_mentioned(place: Place) -> None:
    file = place.file("a.log", PORT)
    assert "Hidden by" not in place.classify(file)[1]
    finding = json.loads(place.classify("-o", "json", file)[1])
    assert finding["masked"] is False
    assert "supervisor" not in finding
    assert all(isinstance(other["confidence"], float) for other in finding["alternatives"])


# -- signatures of one's own -----------------------------------------------------------------------


def signature(regex: str, name: str = "ours", confidence: str = "0.95") -> str:
    return (
        f"kind: FailureSignature\nmetadata: {{name: {name}}}\nspec:\n  cause: StaleLock\n"
        f"  summary: ours\n  confidence: '{confidence}'\n  patterns: [{{regex: {regex}}}]\n"
    )


def test_signatures_of_ones_own_are_added(place: Place) -> None:
    one = place.file("1.yaml", signature("flux capacitor"))
    two = place.file("2.yaml", signature("warp core", "two"))
    for word in ("flux capacitor", "warp core"):
        log = place.file("a.log", f"{word}\n")
        status, out, _ = place.classify("--signatures", one, "--signatures", two, log)
        assert status == 0
        assert out.startswith("Cause       StaleLock")
    assert "PortConflict" in place.classify("--signatures", one, place.file("b.log", PORT))[1]


UNSOUND: dict[str, tuple[str | None, str]] = {
    "a file that is not there": (None, "No such file"),
    "a pattern that is none": (signature("'(?=x)'"), "not a valid RE2 pattern"),
    "a confidence in words": (signature("x1", confidence="high"), "is not a number"),
    "a confidence above 1": (signature("x1", confidence="1.5"), "is not a number"),
    "nested without end": ("[" * 200_000, "nested more than 200 levels"),
    "no YAML": ("{", "this is not YAML"),
}


@pytest.mark.parametrize(("content", "said"), UNSOUND.values(), ids=UNSOUND.keys())
def test_a_signature_file_is_refused_that_is(content: str | None, said: str, place: Place) -> None:
    file = place.file("own.yaml", content or "")
    if content is None:
        Path(file).unlink()
    status, out, err = place.classify("--signatures", file, place.file("a.log", PORT))
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
