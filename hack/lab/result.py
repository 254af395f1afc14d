"""Results of long runs: tables for the terminal and for `docs/results/`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from . import machine
from .installation import ROOT

FOLDER = ROOT / "docs" / "results"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up in a terminal."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return (
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            + " |"
        )

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])


def page(title: str, command: str, sections: Sequence[str], began: datetime) -> str:
    """A whole page: what was run, on what, and what came out."""
    known = {**machine.facts(), "load when it ended": f"{machine.load():.1f}"}
    return "\n\n".join(
        [
            f"# {title}, {began:%Y-%m-%d}",
            f"`{command}`, {began:%Y-%m-%d %H:%M} UTC.",
            *sections,
            "## The machine",
            table(("what", "value"), list(known.items())),
            "",
        ]
    )


def write(what: str, text: str, began: datetime) -> Path:
    """Puts the page into docs/results; a second run of the day replaces the first."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{what}-{began:%Y-%m-%d}.md"
    path.write_text(text, encoding="utf-8")
    return path


def now() -> datetime:
    return datetime.now(UTC)
