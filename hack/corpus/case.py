"""One recorded case: what was run, how it ended, what it printed, and what the right diagnosis is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).resolve().parents[2] / "tests" / "corpus"

TUNING, SET_ASIDE, SYNTHETIC = "tuning", "set-aside", "synthetic"


def part_of(program: str) -> str:
    """Which part of the corpus a program's cases belong to; its name decides, so nobody can choose.

    A third of the names, two fifths of the cases; a sixth of those names, chosen by the next byte, went over to tuning.
    """
    first, second = hashlib.sha256(program.encode()).digest()[:2]
    return SET_ASIDE if first % 3 == 0 and second % 6 != 0 else TUNING


@dataclass(frozen=True)
class Case:
    """`cause` is `Unknown` for a healthy log; `masked` is the supervisor's name or empty."""

    program: str
    name: str
    cause: str
    situation: str
    log: bytes
    source: str
    """Where the program comes from: `Debian package nginx 1.22.1-9`, `PyPI gunicorn 23.0.0`, ..."""
    command: str = ""
    masked: str = ""
    exit_code: int | None = None
    reason: str = ""
    container: str = ""
    pod: dict[str, Any] | None = None
    captures: dict[str, str] = field(default_factory=dict)
    """Values that a cure needs and the finding must carry (`path`, `address`, `nodeId`, ...)."""
    synthetic: bool = False

    @property
    def id(self) -> str:
        return f"{self.program}/{self.name}"

    def folder(self) -> Path:
        return CORPUS / (SYNTHETIC if self.synthetic else part_of(self.program)) / self.program

    def write(self) -> Path:
        """Writes NAME.yaml and NAME.log; returns the former."""
        folder = self.folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.log").write_bytes(self.log)
        document: dict[str, Any] = {
            "cause": self.cause,
            "situation": self.situation,
            "source": self.source,
        }
        if self.command:
            document["command"] = self.command
        if self.masked:
            document["masked"] = self.masked
        if self.exit_code is not None:
            document |= {"exitCode": self.exit_code, "reason": self.reason}
        if self.container:
            document["container"] = self.container
        if self.captures:
            document["captures"] = self.captures
        if self.pod is not None:
            document["pod"] = self.pod
        path = folder / f"{self.name}.yaml"
        path.write_text(
            yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100), "utf-8"
        )
        return path


def read(path: Path) -> Case:
    """The case of a NAME.yaml with its NAME.log beside it."""
    document = yaml.safe_load(path.read_text("utf-8"))
    return Case(
        program=path.parent.name,
        name=path.stem,
        cause=document["cause"],
        situation=document["situation"],
        log=path.with_suffix(".log").read_bytes(),
        source=document["source"],
        command=document.get("command", ""),
        masked=document.get("masked", ""),
        exit_code=document.get("exitCode"),
        reason=document.get("reason", ""),
        container=document.get("container", ""),
        pod=document.get("pod"),
        captures=document.get("captures", {}),
        synthetic=path.parent.parent.name == SYNTHETIC,
    )


def cases(*parts: str) -> list[Case]:
    """Every case of the given parts (all parts when none is given), ordered by id."""
    return [
        read(path)
        for part in (parts or (TUNING, SET_ASIDE, SYNTHETIC))
        for path in sorted((CORPUS / part).glob("*/*.yaml"))
    ]
