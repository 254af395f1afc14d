"""The one error that a person is meant to read."""

from __future__ import annotations


class Fault(Exception):
    """Something the person can act on: what is wrong in one sentence, and the way out."""

    def __init__(self, wrong: str, way_out: str = "") -> None:
        super().__init__(f"{wrong}\n  {way_out}" if way_out else wrong)
        self.wrong = wrong
        self.way_out = way_out
