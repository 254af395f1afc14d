"""Everything a diagnosis may look at, as one frozen value, so that a case can be recorded and replayed offline."""

from __future__ import annotations

from ..api.core import ClusterEvent, Node, Pod, Struct, Workload
from ..api.v1alpha1 import Death
from ..signatures.scan import Scan


class LogExcerpt(Struct, frozen=True, kw_only=True):
    """A bounded part of one container instance's log; `source` is `previous log`, `current log` or a file's name."""

    source: str
    content: bytes = b""
    position: str = "whole"
    """`whole`, or `ends`: the head and the tail, with a line in place of what is left out. Lines count within it."""
    scan: Scan | None = None
    """What a scanner found, when the log was too long to be kept; then `content` is empty."""


class Evidence(Struct, frozen=True, kw_only=True):
    """What was known of one container of one pod when it was examined."""

    pod: Pod
    container: str
    workload: Workload | None = None
    deaths: tuple[Death, ...] = ()
    """Oldest first; the last one is the death in question."""
    history: tuple[Death, ...] = ()
    """Deaths of the workload's container that an earlier Diagnosis kept: the first one often explains the loop."""
    logs: tuple[LogExcerpt, ...] = ()
    events: tuple[ClusterEvent, ...] = ()
    node: Node | None = None
    missing: tuple[str, ...] = ()
    """Sentences on what could not be read, and why; each lowers the confidence."""
