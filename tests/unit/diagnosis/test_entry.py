"""A missing module that the container's own command names is the program, not a library."""

from __future__ import annotations

import pytest

from crashloop_doctor.api.core import Container
from crashloop_doctor.diagnosis.entry import PROGRAM, SETTINGS, cause_of_missing

COMMANDS = {
    "an application": ("No module named 'shop'", ["celery", "-A", "shop", "worker"], PROGRAM),
    "a part of it": ("No module named 'shop'", ["gunicorn", "shop.wsgi:app"], PROGRAM),
    "a module that is run": ("No module named shop", ["python", "-m", "shop.main"], PROGRAM),
    "an option with a value": ("No module named 'shop'", ["celery", "--app=shop"], PROGRAM),
    "a settings module": ("No module named 'prod'", ["rq", "worker", "-c", "prod"], SETTINGS),
    "a library": ("No module named 'redis'", ["celery", "-A", "shop", "worker"], ""),
    "the scheme of a broker": ("No module named 'redis'", ["celery", "--broker=redis://cache:6379/0"], ""),
    "the value of another option": ("No module named 'redis'", ["celery", "--backend=redis"], ""),
    "the next word of another option": ("Cannot find module 'express'", ["node", "x.js", "--use", "express"], ""),
    "a part that is imported later": ("No module named 'proj.extra'", ["celery", "-A", "proj"], ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "command", "cause"), COMMANDS.values(), ids=COMMANDS.keys())
def test_what_is_missing_is(text: str, command: list[str], cause: str) -> None:
    container = Container(name="app", command=tuple(command))
    assert cause_of_missing(f"ModuleNotFoundError: {text}", container) == cause
