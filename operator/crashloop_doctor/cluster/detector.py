"""Finds pods that may be crash-looping, at the price of a table row each.

The API server computes a Table of pods itself: a watch event is 272 bytes instead of 10,000 (docs/design.md). A row
has no namespace; whoever hears of a suspect reads the pods of that name whole.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec

from .client import ApiError, Client

logger = logging.getLogger(__name__)

PODS = "/api/v1/pods"
ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io"
PAGE = "500"
SWEEP_SECONDS = 300.0
IDLE_SECONDS = 90.0
"""Bookmarks come about once a minute; a stream that is silent for longer is half-open."""

WATCH_SECONDS = 300
PAUSE_SECONDS = (0.5, 2.0)
"""Between two tries; at random, so that many clients do not come back in step."""


class _Column(msgspec.Struct):
    name: str


class _Row(msgspec.Struct):
    cells: list[Any]


class _Meta(msgspec.Struct, frozen=True):
    resource_version: str = msgspec.field(name="resourceVersion", default="")
    continue_: str = msgspec.field(name="continue", default="")


class _Table(msgspec.Struct, frozen=True):
    metadata: _Meta = _Meta()
    column_definitions: list[_Column] | None = msgspec.field(name="columnDefinitions", default=None)
    rows: list[_Row] = []
    # A watch error carries a Status here.
    code: int = 0
    message: str = ""


class _Event(msgspec.Struct):
    type: str
    object: _Table


class _Seen(msgspec.Struct, frozen=True):
    ready: str
    status: str
    restarts: int


class Detector:
    """Calls `suspect` with the name of each pod that has restarted and whose row changed."""

    def __init__(self, client: Client, suspect: Callable[[str], None]) -> None:
        self._client = client
        self._suspect = suspect
        self._columns: dict[str, int] = {}
        self._rows: dict[tuple[str, str, str], _Seen] = {}
        self.last_activity = time.monotonic()
        """Of `time.monotonic()`: when the API server last said anything; health depends on it."""

    async def run(self) -> None:
        """Watches until cancelled; a sweep at every start and each five minutes backs the watch up."""
        while True:
            try:
                version = await self._sweep()
                begun = time.monotonic()
                await self._watch(version)
                if time.monotonic() - begun < 1:
                    await _pause()
            # KeyError: a table without a column we need; OSError: a token that is being renewed.
            except (ApiError, aiohttp.ClientError, KeyError, OSError, msgspec.DecodeError) as error:
                logger.warning("the watch on pods broke off", extra={"error": str(error)})
                await _pause()

    async def _sweep(self) -> str:
        """Lists all rows, forgets pods that are gone; returns the list's resource version."""
        seen: set[tuple[str, str, str]] = set()
        params = {"limit": PAGE, "includeObject": "None"}
        while True:
            content = await self._client.read(PODS, params, ACCEPT)
            table = msgspec.json.decode(content, type=_Table)
            self.last_activity = time.monotonic()
            seen.update(self._take(table))
            if not table.metadata.continue_:
                break
            params["continue"] = table.metadata.continue_
        for gone in self._rows.keys() - seen:
            del self._rows[gone]
        return table.metadata.resource_version

    async def _watch(self, version: str) -> None:
        sweep_due = time.monotonic() + random.uniform(0.8, 1.2) * SWEEP_SECONDS  # noqa: S311
        while time.monotonic() < sweep_due:
            params = {
                "watch": "1",
                "resourceVersion": version,
                "allowWatchBookmarks": "true",
                "includeObject": "None",
                "timeoutSeconds": str(WATCH_SECONDS),
            }
            begun = time.monotonic()
            async for line in self._client.stream(PODS, params, ACCEPT, IDLE_SECONDS):
                self.last_activity = time.monotonic()
                event = msgspec.json.decode(line, type=_Event)
                if event.type == "ERROR":
                    if event.object.code == 410:
                        return
                    raise ApiError(event.object.code, "WatchError", event.object.message)
                version = event.object.metadata.resource_version or version
                self._learn(event.object)
                if event.type == "DELETED":
                    for key in self._keys(event.object):
                        self._rows.pop(key, None)
                elif event.type != "BOOKMARK":
                    self._take(event.object)
                if time.monotonic() >= sweep_due:
                    return
            if time.monotonic() - begun < 1:
                # A server that is going down ends every watch at once: do not hammer it.
                await _pause()

    def _keys(self, table: _Table) -> list[tuple[str, str, str]]:
        return [self._key(row) for row in table.rows if len(row.cells) >= len(self._columns)]

    def _key(self, row: _Row) -> tuple[str, str, str]:
        cell = self._columns
        return tuple(str(row.cells[cell[name]]) for name in ("Name", "IP", "Node"))  # type: ignore[return-value]

    def _learn(self, table: _Table) -> None:
        """Only the first event of a watch says what the columns are, whatever its type."""
        if table.column_definitions:
            self._columns = {column.name: i for i, column in enumerate(table.column_definitions)}

    def _take(self, table: _Table) -> list[tuple[str, str, str]]:
        self._learn(table)
        keys = []
        for row in table.rows:
            key = self._key(row)
            keys.append(key)
            cells = self._columns
            now = _Seen(
                ready=str(row.cells[cells["Ready"]]),
                status=str(row.cells[cells["Status"]]),
                restarts=_restarts(row.cells[cells["Restarts"]]),
            )
            before = self._rows.get(key)
            self._rows[key] = now
            if now != before and now.restarts > 0 and (before is not None or not _well(now)):
                self._suspect(key[0])
        return keys


async def _pause() -> None:
    await asyncio.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311


def _well(row: _Seen) -> bool:
    ready, _, wanted = row.ready.partition("/")
    return row.status == "Running" and ready == wanted


def _restarts(cell: Any) -> int:
    """`5 (10s ago)` -> 5."""
    digits = str(cell).partition(" ")[0]
    return int(digits) if digits.isdigit() else 0
