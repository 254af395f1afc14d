"""What every way of having a cluster can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and whether it may go away by itself."""

    text: str
    passing: bool = False


class Engine(Protocol):
    """A cluster that can be started, judged and removed."""

    name: str

    def check_machine(self) -> None:
        """A Fault for whatever is missing here, before anything is changed."""

    def up(self, *, default_backoff: bool) -> None:
        """Start it and return once it can be used."""

    def down(self) -> None:
        """Remove it, however far `up` came."""

    def problems(self) -> list[Problem]:
        """What is wrong with a cluster that ought to run; empty when nothing is."""

    def load(self, archives: list[Path]) -> list[str]:
        """Put images into the node and return their names."""

    def versions(self) -> dict[str, str]:
        """What runs there, for `status`."""

    def node_command(self, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """How to run a command on the node: its arguments and its environment."""
