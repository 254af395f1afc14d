"""Just enough of the Dockerfile language to read what a final stage promises."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Stage:
    """One FROM and what follows it."""

    base: str
    user: str = ""
    workdir: str = ""
    entrypoint: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


def _pairs(text: str, arguments: dict[str, str]) -> dict[str, str]:
    found = dict(word.split("=", 1) for word in shlex.split(text))
    return {
        name: re.sub(r"\$\{(\w+)\}", lambda hit: arguments[hit[1]], value)
        for name, value in found.items()
    }


def read(path: Path) -> list[Stage]:
    """The stages of a Dockerfile, in order."""
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text(encoding="utf-8"))
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word == "FROM":
            stages.append(Stage(base=rest.split()[0]))
        elif word == "ARG":
            arguments |= _pairs(rest, arguments)
        elif word == "USER":
            stages[-1].user = rest
        elif word == "WORKDIR":
            stages[-1].workdir = rest
        elif word == "ENTRYPOINT":
            stages[-1].entrypoint = tuple(json.loads(rest))
        elif word == "ENV":
            stages[-1].environment |= _pairs(rest, arguments)
        elif word == "LABEL":
            stages[-1].labels |= _pairs(rest, arguments)
        elif word == "COPY":
            stages[-1].copied.append(rest.split()[-1])
        elif word == "RUN":
            stages[-1].commands.append(rest)
        elif word:
            raise AssertionError(f"{path.name}: this reader does not know {word}")
    return stages
