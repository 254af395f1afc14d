"""A Finding on a page of text or as JSON: nothing in it that a terminal obeys, wherever it came from."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any

from ..diagnosis.finding import Finding, confidence_text
from ..signatures import log_text

INDENT = 12

_DIRECTIONS = dict.fromkeys(
    (*range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0x061C), "\ufffd"
)
"""Marks that let text be shown in another order than it has (Unicode, UAX 9), and line separators."""


def width() -> int:
    """Columns of a page: the terminal's up to 120, 80 where there is none."""
    return max(50, min(shutil.get_terminal_size((80, 24)).columns, 120))


def line(text: str) -> str:
    """One line without anything that a terminal obeys, wherever the text came from: a pod is untrusted too."""
    flat = " ".join(part.strip() for part in text.splitlines()) if "\n" in text else text
    plain = log_text.text(log_text.plain_bytes(flat.encode("utf-8", "replace")))
    return plain if plain.isascii() else plain.translate(_DIRECTIONS)


def said(error: Exception) -> str:
    """An error as one line; of a file, its name and what the system says."""
    if isinstance(error, OSError) and error.strerror:
        name = "" if error.filename is None else f"{error.filename}: "
        return line(f"{name}{error.strerror}")
    return line(str(error))


def paragraph(label: str, text: str) -> list[str]:
    """Words under a label, as wide as the page."""
    return textwrap.wrap(
        line(text),
        width(),
        initial_indent=f"{label:<{INDENT}}",
        subsequent_indent=" " * INDENT,
        break_on_hyphens=False,
    ) or [label]


def page(finding: Finding) -> str:
    """The finding for a person."""
    lines = [
        f"Cause       {line(finding.cause)}  (confidence {confidence_text(finding.confidence)})"
    ]
    if finding.masked:
        lines += paragraph("Hidden by", hidden_by(finding.masked))
    if finding.confidence_reason:
        lines += paragraph("How sure", finding.confidence_reason)
    lines += paragraph("Why", finding.summary)
    lines += _listed(
        "Evidence",
        [f"{e.source}{f':{e.line}' if e.line else ''}: {e.text}" for e in finding.evidence],
    )
    lines += _listed("Captured", [f"{k} = {v}" for k, v in sorted(finding.captures.items())])
    lines += _listed(
        "Or else", [f"{o.cause} ({o.confidence}): {o.reason}" for o in finding.alternatives]
    )
    lines += _listed("Missing", list(finding.missing))
    if finding.advice:
        lines += paragraph("What to do", finding.advice)
    return "\n".join(lines)


def hidden_by(supervisor: str) -> str:
    """Who starts the program again, in words."""
    who = {"shell": "a shell loop", "watchdog": "a watchdog"}.get(supervisor, supervisor)
    return f"{who} restarts it inside the container"


def _listed(label: str, texts: list[str]) -> list[str]:
    lines: list[str] = []
    for text in texts:
        lines += paragraph("" if lines else label, text)
    return lines


def document(finding: Finding) -> dict[str, Any]:
    """The finding for a program. Every key is always there, but `supervisor`."""
    return {
        **outcome(finding),
        "confidenceReason": finding.confidence_reason,
        "summary": finding.summary,
        "advice": finding.advice,
        "evidence": [
            {"source": e.source, "line": e.line, "text": e.text, "signature": e.signature}
            for e in finding.evidence
        ],
        "missing": list(finding.missing),
    }


def outcome(finding: Finding) -> dict[str, Any]:
    """The part of a finding that a comparison with other findings needs."""
    found: dict[str, Any] = {"cause": finding.cause, "masked": bool(finding.masked)}
    if finding.masked:
        found["supervisor"] = finding.masked
    found["confidence"] = finding.confidence
    found["captures"] = dict(finding.captures)
    found["evidence"] = [
        {"line": e.line, "text": e.text, "signature": e.signature} for e in finding.evidence
    ]
    found["alternatives"] = [
        {"cause": o.cause, "confidence": float(o.confidence), "reason": o.reason}
        for o in finding.alternatives
    ]
    return found
