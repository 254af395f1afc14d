"""Medians, quartiles and trends of samples."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median and interquartile range: one disturbed repetition moves neither."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """Raises ValueError without samples."""
        return cls(
            median=percentile(samples, 50),
            low=percentile(samples, 25),
            high=percentile(samples, 75),
            count=len(samples),
        )

    def text(self, unit: str, digits: int = 1) -> str:
        return (
            f"{self.median:,.{digits}f} {unit} ({self.low:,.{digits}f} to {self.high:,.{digits}f})"
        )


def percentile(samples: Sequence[float], percent: float) -> float:
    """By linear interpolation between the two nearest samples. Raises ValueError without samples."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Least-squares rise for each unit of time; 0 where two different times are missing."""
    if len(set(times)) < 2:
        return 0.0
    return statistics.linear_regression(times, values).slope
