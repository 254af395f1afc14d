"""The queue of keys: each waits once, runs once at a time, and is never lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from crashloop_doctor.cluster import work_queue
from crashloop_doctor.cluster.work_queue import WorkQueue

Reconcile = Callable[[str], Awaitable[float]]


@asynccontextmanager
async def running(
    reconcile: Reconcile, workers: int = 1, on_failure: Callable[[], None] = lambda: None
) -> AsyncIterator[WorkQueue[str]]:
    queue: WorkQueue[str] = WorkQueue("test", reconcile, on_failure=on_failure)
    task = asyncio.create_task(queue.run(workers))
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.005)


async def settled() -> None:
    await asyncio.sleep(0.03)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_queue, "FIRST_RETRY_SECONDS", 0.02)
    monkeypatch.setattr(work_queue, "MAX_RETRY_SECONDS", 0.08)


async def test_a_key_waits_once_however_often_it_is_added() -> None:
    seen: list[str] = []

    async def reconcile(key: str) -> float:
        seen.append(key)
        return 0

    async with running(reconcile) as queue:
        for _ in range(5):
            queue.add("a")
        queue.add("b")
        assert len(queue) == 2
        await until(lambda: len(seen) == 2)
        await settled()
        assert seen == ["a", "b"]
        assert len(queue) == 0


async def test_a_key_never_runs_twice_at_a_time_and_other_keys_do() -> None:
    now: dict[str, int] = {}
    most: dict[str, int] = {}
    together = 0
    runs = 0

    async def reconcile(key: str) -> float:
        nonlocal together, runs
        now[key] = now.get(key, 0) + 1
        most[key] = max(most.get(key, 0), now[key])
        together = max(together, sum(now.values()))
        await asyncio.sleep(0.005)
        now[key] -= 1
        runs += 1
        return 0

    async with running(reconcile, workers=4) as queue:
        for _ in range(20):
            for key in "abc":
                queue.add(key)
            await asyncio.sleep(0.002)
        await until(lambda: len(queue) == 0 and not sum(now.values()))
    assert most == {"a": 1, "b": 1, "c": 1}
    assert together == 3
    assert runs >= 6


async def test_what_is_added_during_its_run_runs_once_more() -> None:
    seen: list[str] = []
    goes_on = asyncio.Event()

    async def reconcile(key: str) -> float:
        seen.append(key)
        if len(seen) == 1:
            await goes_on.wait()
        return 0

    async with running(reconcile, workers=2) as queue:
        queue.add("a")
        await until(lambda: seen == ["a"])
        queue.add("a")
        queue.add("a")
        await settled()
        assert seen == ["a"]
        goes_on.set()
        await until(lambda: seen == ["a", "a"])
        await settled()
        assert seen == ["a", "a"]


@pytest.mark.usefixtures("quick_retries")
async def test_a_failure_is_tried_again_with_growing_delay_up_to_a_limit() -> None:
    times: list[float] = []
    failures = 0

    def failed() -> None:
        nonlocal failures
        failures += 1

    async def reconcile(_: str) -> float:
        times.append(time.monotonic())
        if len(times) < 6:
            raise RuntimeError("not yet")
        return 0

    async with running(reconcile, on_failure=failed) as queue:
        queue.add("a")
        await until(lambda: len(times) == 6)
    waits = [b - a for a, b in pairwise(times)]
    for wait, wanted in zip(waits, [0.02, 0.04, 0.08, 0.08, 0.08], strict=True):
        assert wanted * 0.95 <= wait < wanted + 1
    assert failures == 5


@pytest.mark.usefixtures("quick_retries")
async def test_after_a_success_the_delay_starts_from_the_beginning() -> None:
    outcomes = iter([False, False, False, True, False, True])
    times: list[float] = []

    async def reconcile(_: str) -> float:
        times.append(time.monotonic())
        if not next(outcomes):
            raise RuntimeError
        return 0

    async with running(reconcile) as queue:
        queue.add("a")
        await until(lambda: len(times) == 4)
        await settled()
        queue.add("a")
        await until(lambda: len(times) == 6)
    assert times[5] - times[4] < times[3] - times[2]


@pytest.mark.usefixtures("quick_retries")
async def test_one_failing_key_does_not_hold_up_another() -> None:
    done: list[str] = []

    async def reconcile(key: str) -> float:
        if key == "broken":
            raise RuntimeError
        done.append(key)
        return 0

    async with running(reconcile) as queue:
        queue.add("broken")
        for key in "abc":
            queue.add(key)
        await until(lambda: done == ["a", "b", "c"])


async def test_the_earliest_of_several_dates_holds() -> None:
    times: list[float] = []

    async def reconcile(_: str) -> float:
        times.append(time.monotonic())
        return 0

    async with running(reconcile) as queue:
        begun = time.monotonic()
        queue.add_after("a", 30)
        queue.add_after("a", 0.05)
        queue.add_after("a", 20)
        await until(lambda: len(times) == 1)
        assert 0.045 <= times[0] - begun < 2
        await asyncio.sleep(0.08)
        assert len(times) == 1


async def test_asking_for_now_makes_a_later_date_needless() -> None:
    seen: list[str] = []

    async def reconcile(key: str) -> float:
        seen.append(key)
        return 0

    async with running(reconcile) as queue:
        queue.add_after("a", 0.05)
        queue.add("a")
        await until(lambda: seen == ["a"])
        await asyncio.sleep(0.08)
        assert seen == ["a"]


async def test_a_reconciler_may_ask_to_look_again() -> None:
    times: list[float] = []

    async def reconcile(_: str) -> float:
        times.append(time.monotonic())
        return 0.04 if len(times) == 1 else 0

    async with running(reconcile) as queue:
        queue.add("a")
        await until(lambda: len(times) == 2)
    assert times[1] - times[0] >= 0.038


async def test_nothing_is_lost_under_pressure() -> None:
    """Level-triggered: after its last change every key is looked at once more."""
    version = {f"k{i}": 0 for i in range(20)}
    looked: dict[str, int] = {}

    async def reconcile(key: str) -> float:
        seen = version[key]
        await asyncio.sleep(0)
        looked[key] = max(seen, looked.get(key, 0))
        return 0

    async with running(reconcile, workers=3) as queue:
        for n in range(600):
            key = f"k{n * 7 % 20}"
            version[key] += 1
            queue.add(key)
            if n % 3 == 0:
                await asyncio.sleep(0)
        await until(lambda: looked == version)
