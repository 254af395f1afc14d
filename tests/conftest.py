"""Order of the whole suite: what fails within a second should not wait for a cluster."""

from __future__ import annotations

import pytest

PHASES = ("unit", "functional", "benchmarks", "e2e")


def _phase(item: pytest.Item) -> tuple[int, int]:
    folder = next(
        (i for i, name in enumerate(PHASES) if f"tests/{name}/" in item.path.as_posix()), 0
    )
    # The life-cycle tests take the cluster down: nothing that needs it may come after them.
    return int(item.get_closest_marker("lifecycle") is not None), folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_phase)
