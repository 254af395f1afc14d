"""`crashloop-doctor signatures`: the built-in catalogue, and checking one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from crashloop_doctor.api.v1alpha1 import CAUSES
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


def test_every_built_in_signature_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signatures", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(catalog.builtin().signatures)
    assert {line.split()[1] for line in lines} <= set(CAUSES)


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
