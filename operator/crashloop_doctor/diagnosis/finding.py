"""What an examination concluded."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import Alternative, EvidenceLine


class Finding(Struct, frozen=True, kw_only=True):
    """One cause for one container, with the lines that show it and the values a remedy needs."""

    cause: str
    confidence: float
    summary: str
    confidence_reason: str = ""
    """Why so sure, and why not surer, in words."""
    masked: str = ""
    """The supervisor inside the container that hides the loop; empty when nothing does."""
    advice: str = ""
    evidence: tuple[EvidenceLine, ...] = ()
    captures: dict[str, str] = {}
    alternatives: tuple[Alternative, ...] = ()
    missing: tuple[str, ...] = ()


def confidence_text(confidence: float) -> str:
    """The way a confidence is written in a resource: `0.97`."""
    return f"{min(1.0, max(0.0, confidence)):.2f}"
