"""The fake API server on a free port of loopback, and a real client that speaks to it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from api_server import ApiServer

from crashloop_doctor.cluster.client import Client


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    runner = await server.start()
    yield server
    await runner.cleanup()


@pytest.fixture
async def client(server: ApiServer) -> AsyncIterator[Client]:
    async with server.client() as client:
        yield client
