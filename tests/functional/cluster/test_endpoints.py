"""The ports of the doctor itself: health for the kubelet, metrics for Prometheus."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from crashloop_doctor import metrics
from crashloop_doctor.cluster import endpoints


class Doctor:
    """What the endpoints ask."""

    def __init__(self) -> None:
        self.wrong = ""
        self.refreshed = 0

    def refresh(self) -> None:
        self.refreshed += 1
        metrics.queue_depth.labels("pods").set(3)

    async def serve(self, health_port: int = 0, metrics_port: int = 0) -> list[web.AppRunner]:
        return await endpoints.serve(
            health_port=health_port,
            metrics_port=metrics_port,
            host="127.0.0.1",
            unhealthy=lambda: self.wrong,
            refresh=self.refresh,
        )


@pytest.fixture
def doctor() -> Doctor:
    return Doctor()


@pytest.fixture
async def urls(doctor: Doctor) -> AsyncIterator[list[str]]:
    """Of health and of metrics."""
    runners = await doctor.serve()
    yield [f"http://127.0.0.1:{runner.addresses[0][1]}" for runner in runners]
    for runner in runners:
        await runner.cleanup()


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text(), response.headers["Content-Type"]


async def test_health_says_what_is_wrong(doctor: Doctor, urls: list[str]) -> None:
    assert (await get(f"{urls[0]}/healthz"))[:2] == (200, "ok")
    doctor.wrong = "the API server has said nothing for 300 s"
    assert (await get(f"{urls[0]}/healthz"))[:2] == (503, doctor.wrong)


async def test_metrics_are_those_of_now(doctor: Doctor, urls: list[str]) -> None:
    status, text, kind = await get(f"{urls[1]}/metrics")
    assert (status, doctor.refreshed) == (200, 1)
    assert kind.startswith("text/plain")
    assert 'crashloop_doctor_queue_depth{queue="pods"} 3.0' in text
    assert "# HELP crashloop_doctor_watch_silence_seconds" in text


async def test_each_port_serves_only_its_own(urls: list[str]) -> None:
    assert (await get(f"{urls[0]}/metrics"))[0] == 404
    assert (await get(f"{urls[1]}/healthz"))[0] == 404


async def test_a_taken_port_is_an_error_and_the_other_one_is_free_again(doctor: Doctor) -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        health = free.getsockname()[1]
        free.close()
        with pytest.raises(OSError, match="in use"):
            await doctor.serve(health, taken.getsockname()[1])
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(f"http://127.0.0.1:{health}/healthz")
