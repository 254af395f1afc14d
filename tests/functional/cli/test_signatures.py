"""`crashloop-doctor signatures`: the built-in catalogue, and checking one's own."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from crashloop_doctor.api.v1alpha1 import CAUSES
from crashloop_doctor.cli import signature_files
from crashloop_doctor.cli.main import main
from crashloop_doctor.signatures import catalog

SOUND = """
apiVersion: crashloop-doctor.io/v1alpha1
kind: FailureSignature
metadata: {name: our-lock}
spec:
  cause: StaleLock
  summary: a lock file of an earlier instance is still there
  confidence: "0.8"
  patterns:
    - regex: 'cannot lock (?P<path>/\\S+)'
  examples:
    - log: 'fatal: cannot lock /data/LOCK'
      captures: {path: /data/LOCK}
  counterExamples:
    - log: 'locked /data/LOCK'
"""


def lint(capsys: pytest.CaptureFixture[str], *files: Path) -> tuple[int, str, str]:
    status = main(["signatures", "lint", *map(str, files)])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("output", ["text", "wide"])
def test_every_built_in_signature_is_listed(
    output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signatures", "list", "-o", output]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(catalog.builtin().signatures)
    assert {line.split()[1] for line in lines} <= set(CAUSES)
    assert len({line.index(line.split()[1]) for line in lines}) == 1
    third = {match.end() for line in lines if (match := re.match(r"\S+ +\S+ +", line))}
    assert len(third) == 1
    if output == "text":
        assert max(map(len, lines)) <= 120


def test_the_list_as_json_has_what_a_program_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signatures", "list", "-o", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == list(catalog.builtin().signatures)
    for entry in listed:
        assert entry["cause"] in CAUSES
        assert 0 < entry["confidence"] <= 1
        assert entry["patterns"]


def test_each_built_in_signature_is_shown_as_a_file_that_passes_the_check(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = list(catalog.builtin().signatures)
    for name in (names[0], names[-1], "unix-socket-in-use"):
        assert main(["signatures", "show", name]) == 0
        out = capsys.readouterr().out
        assert out.startswith("apiVersion: crashloop-doctor.io/v1alpha1\nkind: FailureSignature\n")
        (again,) = catalog.parse(out)
        assert again == catalog.builtin().signatures[name]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("unix-socket-in-us", "did you mean unix-socket-in-use"), ("\x1b[2Jzzz", "`signatures list`")],
)
def test_a_name_that_is_not_there_gets_a_hint(
    name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signatures", "show", name]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert hint in err
    assert "\x1b" not in err
    assert err.count("\n") == 1


def test_a_sound_signature_passes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(f"{SOUND}\n---\n{SOUND}")
    assert lint(capsys, file) == (0, f"{file}: 2 signature(s), all examples hold\n", "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(SOUND.replace("StaleLock", "Gremlins"), "'Gremlins' is unknown", id="cause"),
        pytest.param(SOUND.replace("/\\S+", "(?=x)"), "not a valid RE2 pattern", id="look-ahead"),
        pytest.param(SOUND.replace("'fatal: ", "'x "), "", id="still sound"),
        pytest.param(SOUND.replace("path: /data", "path: /var"), "captures", id="other capture"),
        pytest.param(SOUND.replace("cannot lock /", "can lock /"), "no pattern", id="no match"),
        pytest.param(
            SOUND.replace("'locked", "'cannot lock"), "make the pattern narrower", id="too wide"
        ),
        pytest.param(SOUND.replace("FailureSignature", "Pod"), "`kind`", id="another kind"),
        pytest.param(SOUND.replace("summary:", "sumary:"), "summary", id="a typing error"),
        pytest.param("{", "this is not YAML", id="not YAML"),
        pytest.param("- a\n- b\n", "`kind`", id="a list"),
        pytest.param("[" * 200_000, "nested more than 200 levels", id="nested without end"),
        pytest.param(SOUND.replace('"0.8"', '"sure"'), "is not a number", id="confidence"),
        pytest.param(SOUND.replace("{name: our-lock}", "{}"), "metadata.name", id="no name"),
    ],
)
def test_an_unsound_one_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, wrong: str, said: str
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(wrong)
    status, out, err = lint(capsys, file)
    if not said:
        assert status == 0
        return
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert err.startswith(f"{file}: ")


def test_one_bad_file_does_not_keep_the_others_from_being_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good, garbage = tmp_path / "good.yaml", tmp_path / "garbage.yaml"
    good.write_text(SOUND)
    garbage.write_bytes(bytes(range(256)))
    status, out, err = lint(capsys, tmp_path / "missing.yaml", garbage, tmp_path, good)
    assert status == 1
    assert out == f"{good}: 1 signature(s), all examples hold\n"
    assert [line.partition(": ")[0] for line in err.splitlines()] == [
        str(tmp_path / "missing.yaml"),
        str(garbage),
        str(tmp_path),
    ]


def test_the_built_in_files_pass_the_same_check(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(catalog.__file__).parent / "catalogue"
    assert lint(capsys, *sorted(folder.glob("*.yaml")))[0] == 0


BROAD: dict[str, tuple[str, bool]] = {
    "every line with a level": ("INFO", True),
    "every line": (".", True),
    "every success": ("(?i)started", True),
    "every retry": ("retry", True),
    "what fails only": ("cannot lock (?P<path>/\\\\S+)", False),
}


@pytest.mark.parametrize(("regex", "broad"), BROAD.values(), ids=BROAD.keys())
def test_a_pattern_is_too_broad_that_matches(
    regex: str, broad: bool, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        f"kind: FailureSignature\nmetadata: {{name: ours}}\nspec:\n  cause: StaleLock\n"
        f'  summary: ours\n  confidence: "0.9"\n  patterns: [{{regex: "{regex}"}}]\n'
    )
    status, out, err = lint(capsys, file)
    assert status == 0
    assert out == f"{file}: 1 signature(s), all examples hold\n"
    assert ("warning: ours matches the ordinary line" in err) is broad
    assert err.count("\n") == int(broad)


def test_lint_warns_of_a_pattern_of_common_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "kind: FailureSignature\nmetadata: {name: ours}\nspec:\n  cause: StaleLock\n  summary: ours\n"
        '  confidence: "0.9"\n  patterns: [{regex: "cannot lock|key [0-9]+ [a-z]+"}]\n'
    )
    status, _, err = lint(capsys, file)
    assert status == 0
    assert "warning: ours: 'cannot lock|key [0-9]+ [a-z]+' has nothing but common words" in err


def test_the_built_in_signatures_find_nothing_in_ordinary_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Those that a later line may take back can match one; what counts is that no cause remains."""
    broad = {
        name: lines
        for name, signature in catalog.builtin().signatures.items()
        if not signature.spec.refuted_by and (lines := signature_files.too_broad(signature))
    }
    assert not broad
    lines = Path(signature_files.__file__).with_name("ordinary_lines.txt")
    assert len(lines.read_text().splitlines()) >= 40
    assert main(["classify", str(lines)]) == 0
    assert capsys.readouterr().out.startswith("Cause       Unknown")


# -- test ------------------------------------------------------------------------------------------


def tried(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str], str]:
    status = main(["signatures", "test", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_every_example_has_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file = tmp_path / "own.yaml"
    file.write_text(SOUND)
    assert tried(capsys, file) == (
        0,
        [
            "our-lock  example 1           ok      path=/data/LOCK",
            "our-lock  counter-example 1   ok",
        ],
        "",
    )


FAILING: dict[str, tuple[str, list[str]]] = {
    "an example that is not matched": (
        SOUND.replace("cannot lock /data/LOCK", "locked out"),
        ["example 1 FAILED no pattern matches", "counter-example 1 ok"],
    ),
    "a capture that is another": (
        SOUND.replace("path: /data", "path: /var"),
        ["example 1 FAILED in the example", "counter-example 1 ok"],
    ),
    "a counter-example that is matched": (
        SOUND.replace("'locked", "'cannot lock"),
        ["example 1 ok path=/data/LOCK", "counter-example 1 FAILED the counter-example"],
    ),
    "a pattern that is none": (
        SOUND.replace("/\\S+", "(?=x)"),
        ["patterns FAILED"],
    ),
    "a cause that is none": (
        SOUND.replace("StaleLock", "Gremlins"),
        ["patterns FAILED cause 'Gremlins' is unknown"],
    ),
}


@pytest.mark.parametrize(("written", "said"), FAILING.values(), ids=FAILING.keys())
def test_a_test_fails_for(
    written: str,
    said: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file = tmp_path / "own.yaml"
    file.write_text(f"{written}\n---\n{SOUND.replace('our-lock', 'sound')}")
    status, lines, err = tried(capsys, file)
    assert status == 1
    assert max(map(len, lines)) <= 80
    flat = [" ".join(line.split()) for line in lines]
    for line, words in zip(flat, said, strict=False):
        assert line.startswith(f"our-lock {words}")
    assert flat[len(said) :] == ["sound example 1 ok path=/data/LOCK", "sound counter-example 1 ok"]
    assert "examples failed" in err
    assert err.count("\n") == 1


def test_a_log_shows_which_of_its_lines_are_matched(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file, log = tmp_path / "own.yaml", tmp_path / "a.log.gz"
    file.write_text(SOUND)
    log.write_bytes(
        gzip.compress(b"starting\n\x1b[31mcannot lock /a password=hunter2\n" + b"x" * 500)
    )
    status, lines, err = tried(capsys, file, "--log", log)
    assert (status, err) == (0, "")
    (line,) = lines[2:]
    assert line.startswith("a.log.gz:2: our-lock [path=/a]: cannot lock /a password=")
    assert "hunter2" not in line
    log.write_bytes(b"nothing\n")
    assert tried(capsys, file, "--log", log)[1][2:] == ["no line of a.log.gz is matched"]


def test_a_captured_value_that_its_line_calls_a_secret_is_not_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    file, log = tmp_path / "own.yaml", tmp_path / "a.log"
    file.write_text(SOUND.replace("cannot lock ", "token="))
    log.write_bytes(b"token=/hunter2Xy refused\n")
    line = tried(capsys, file, "--log", log)[1][2]
    assert line == "a.log:1: our-lock [path=[redacted]]: token=[redacted] refused"


def test_without_examples_or_with_a_file_that_is_none_it_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(SOUND[: SOUND.index("  examples:")])
    status, (line,), err = tried(capsys, file)
    assert (status, err) == (0, "")
    assert "has no examples; add some" in line
    for said, content in (("this is not YAML", "{"), ("`kind`", "kind: Pod\n")):
        file.write_text(content)
        status, lines, err = tried(capsys, file)
        assert (status, lines) == (1, [])
        assert said in err
        assert err.count("\n") == 1
    status, _, err = tried(capsys, tmp_path / "none.yaml")
    assert status == 1
    assert "No such file" in err
