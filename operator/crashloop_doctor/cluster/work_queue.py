"""A queue of keys for level-triggered reconcilers: a key waits once however often it is added, never runs twice at a
time, and comes back later with growing delay when its reconciler fails (the semantics of client-go's workqueue)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from .client import ApiError

Key = TypeVar("Key", bound=Hashable)

logger = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 0.5
MAX_RETRY_SECONDS = 60.0


class WorkQueue(Generic[Key]):
    """`reconcile` is called with a key and returns the seconds after which to look again (0: not by itself)."""

    def __init__(
        self,
        name: str,
        reconcile: Callable[[Key], Awaitable[float]],
        *,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._reconcile = reconcile
        self._on_failure = on_failure
        self._ready: deque[Key] = deque()
        self._waiting: set[Key] = set()
        self._running: set[Key] = set()
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._failures: dict[Key, int] = {}
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, key: Key) -> None:
        """Asks for the key to be reconciled soon; an earlier date for later is kept out of the way."""
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        if key in self._waiting:
            return
        self._waiting.add(key)
        if key not in self._running:
            self._ready.append(key)
            self._wake.set()

    def add_after(self, key: Key, seconds: float) -> None:
        """Asks for the key after a delay; the earliest of several dates holds."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        timer = self._timers.get(key)
        if timer is not None:
            if timer.when() <= due:
                return
            timer.cancel()
        self._timers[key] = loop.call_at(due, self._due, key)

    def _due(self, key: Key) -> None:
        self._timers.pop(key, None)
        self.add(key)

    async def run(self, workers: int) -> None:
        """Reconciles until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            while not self._ready:
                self._wake.clear()
                await self._wake.wait()
            key = self._ready.popleft()
            self._waiting.discard(key)
            self._running.add(key)
            try:
                again = await self._reconcile(key)
                self._failures.pop(key, None)
                if again > 0:
                    self.add_after(key, again)
            except Exception as error:
                failures = self._failures[key] = self._failures.get(key, 0) + 1
                delay = min(FIRST_RETRY_SECONDS * 2 ** (failures - 1), MAX_RETRY_SECONDS)
                # What the API server said needs no stack of ours; anything else is a defect.
                logger.log(
                    logging.WARNING if isinstance(error, ApiError) else logging.ERROR,
                    "reconcile failed",
                    exc_info=not isinstance(error, ApiError),
                    extra={
                        "queue": self._name,
                        "key": str(key),
                        "retry_s": delay,
                        "reason": str(error),
                    },
                )
                self._on_failure()
                self.add_after(key, delay)
            finally:
                self._running.discard(key)
                if key in self._waiting:
                    self._ready.append(key)
                    self._wake.set()
