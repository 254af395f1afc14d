"""The one clock of the shell; decisions get its reading as a value."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """UTC in whole seconds, as Kubernetes writes times."""
    return datetime.now(UTC).replace(microsecond=0)
