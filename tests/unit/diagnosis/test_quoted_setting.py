"""An exception that quotes a setting of the pod's spec is about that setting."""

from __future__ import annotations

import pytest

from case_builders import a_death, a_pod, diagnosed, with_container
from crashloop_doctor.api.core import Container, EnvVar
from crashloop_doctor.diagnosis.quoted_setting import quoted

CONTAINER = Container(
    name="app",
    env=(
        EnvVar(name="POOL_SIZE", value="eighty"),
        EnvVar(name="MODE", value="prod"),
        EnvVar(name="REGION", value="eu west"),
        EnvVar(name="DATA", value="/data/orders"),
        EnvVar(name="N", value="7"),
        EnvVar(name="API_TOKEN"),
    ),
    command=("python", "main.py"),
    args=("--level=chatty", "--shards", "many", "serve"),
)

LINES = {
    "a value in quotes": ("ValueError: invalid literal for int() with base 10: 'eighty'", "POOL_SIZE"),
    "a value as the last word": ("panic: cannot use eighty", "POOL_SIZE"),
    "a value of several words in quotes": ('Error: no such region "eu west"', "REGION"),
    "a variable's name": ("RuntimeError: POOL_SIZE must be positive", "POOL_SIZE"),
    "a variable that comes from a Secret": ("Error: API_TOKEN has the wrong length", "API_TOKEN"),
    "an option's value": ("thread 'main' panicked at unknown level chatty", "--level"),
    "an option's value in the next word": ("Exception: many: not a number", "--shards"),
    "nothing of it": ("IndexError: list index out of range", ""),
    "a word that says little": ("TypeError: prod of nothing", ""),
    "a value within a word": ("KeyError: 'eightyfour'", ""),
    "a path": ("RuntimeError: /data/orders is odd", ""),
    "a number of one digit": ("ValueError: 7 is not in list", ""),
    "a word of the command": ("main.py: unexpected end", ""),
    "a name without underscore": ("MODE of an empty list", ""),
}  # fmt: skip


@pytest.mark.parametrize(("line", "setting"), LINES.values(), ids=LINES.keys())
def test_a_line_quotes(line: str, setting: str) -> None:
    assert quoted(line, CONTAINER) == setting


def test_without_a_pod_nothing_is_quoted() -> None:
    assert quoted("ValueError: invalid literal for int() with base 10: 'eighty'", None) == ""


def test_the_finding_names_the_setting_and_says_what_to_compare() -> None:
    pod = with_container(a_pod(), env=(EnvVar(name="POOL_SIZE", value="eighty"),))
    log = "starting\nTraceback (most recent call last):\nmyapp.Odd: cannot make a pool of 'eighty'"
    finding = diagnosed(log, pod=pod, deaths=(a_death(),))
    assert finding.cause == "ConfigurationInvalid"
    assert "POOL_SIZE" in finding.summary
    assert finding.advice == "Compare POOL_SIZE in the pod's spec with what the message asks for."
    assert diagnosed(log, deaths=(a_death(),)).cause == "ApplicationError"
