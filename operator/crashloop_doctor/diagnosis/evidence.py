"""Everything a diagnosis may look at, as one frozen value, so that a case can be recorded and replayed offline."""

from __future__ import annotations

from ..api.core import ClusterEvent, Pod, Struct, Workload
from ..api.v1alpha1 import Death


class LogExcerpt(Struct, frozen=True, kw_only=True):
    """A bounded part of one container instance's log; `source` is `previous log`, `current log` or a file's name."""

    source: str
    content: bytes
    position: str = "whole"
    """`whole`, or which end was read: `tail` or `head`. Line numbers count within the excerpt."""


class Evidence(Struct, frozen=True, kw_only=True):
    """What was known of one container of one pod when it was examined."""

    pod: Pod
    container: str
    workload: Workload | None = None
    deaths: tuple[Death, ...] = ()
    logs: tuple[LogExcerpt, ...] = ()
    events: tuple[ClusterEvent, ...] = ()
    missing: tuple[str, ...] = ()
    """Sentences on what could not be read, and why; each lowers the confidence."""
