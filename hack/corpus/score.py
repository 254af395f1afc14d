"""How good the findings are: accuracy, wrong cures, the confusion of causes, and what a confidence is worth."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .replay import Outcome

BIN_EDGES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0001)


@dataclass(frozen=True)
class Bin:
    """The findings whose confidence lies in [low, high): what they said on average, and how often they were right."""

    low: float
    high: float
    count: int
    said: float
    right: float


@dataclass(frozen=True)
class Score:
    """The totals of one part of the corpus."""

    outcomes: tuple[Outcome, ...]

    @property
    def right(self) -> int:
        return sum(o.right for o in self.outcomes)

    @property
    def accuracy(self) -> float:
        return self.right / max(1, len(self.outcomes))

    @property
    def wrong_cures(self) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if o.wrong_cure)

    @property
    def blamed(self) -> tuple[Outcome, ...]:
        """Healthy or unknowable logs for which a cause was named."""
        return tuple(
            o for o in self.outcomes if o.case.cause == "Unknown" and o.finding.cause != "Unknown"
        )

    def by_cause(self) -> dict[str, tuple[int, int]]:
        """Cause -> (right, all)."""
        every = Counter(o.case.cause for o in self.outcomes)
        right = Counter(o.case.cause for o in self.outcomes if o.right)
        return {cause: (right[cause], every[cause]) for cause in sorted(every)}

    def confusion(self) -> Counter[tuple[str, str]]:
        """(is, said) -> how often."""
        return Counter((o.case.cause, o.finding.cause) for o in self.outcomes)

    def calibration(self) -> list[Bin]:
        """Findings with a cause, by the confidence they stated."""
        named = [o for o in self.outcomes if o.finding.cause != "Unknown"]
        bins = []
        for low, high in itertools.pairwise(BIN_EDGES):
            inside = [o for o in named if low <= o.finding.confidence < high]
            if inside:
                bins.append(
                    Bin(
                        low=low,
                        high=min(1.0, high),
                        count=len(inside),
                        said=sum(o.finding.confidence for o in inside) / len(inside),
                        right=sum(o.finding.cause == o.case.cause for o in inside) / len(inside),
                    )
                )
        return bins


def scored(outcomes: Sequence[Outcome]) -> Score:
    """The score of these outcomes."""
    return Score(outcomes=tuple(outcomes))
