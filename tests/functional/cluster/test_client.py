"""The HTTP client: reads outlast passing faults, writes are sent once, refusals keep the server's words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from api_server import ApiServer, breaks_off, drops, refuses, says, streams
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crashloop_doctor.cluster import client as client_module
from crashloop_doctor.cluster.client import ApiError, Client

POD = "/api/v1/namespaces/shop/pods/web-0"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Named(msgspec.Struct):
    name: str


async def lines_of(client: Client, idle_seconds: float = 2.0) -> list[bytes]:
    stream = client.stream(POD, {"watch": "1"}, TABLE, idle_seconds)
    return [line async for line in stream]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(refuses(429, "TooManyRequests", "slow down"), id="429"),
        pytest.param(refuses(500, "InternalError", "etcdserver: leader changed"), id="500"),
        pytest.param(says(b"upstream is starting", 502), id="502 of a proxy"),
        pytest.param(refuses(503, "ServiceUnavailable", "apiserver is shutting down"), id="503"),
        pytest.param(refuses(504, "Timeout", "request timed out"), id="504"),
        pytest.param(drops(), id="connection dropped before the answer"),
        pytest.param(breaks_off(b'{"name": "we'), id="connection dropped in the answer"),
    ],
)
async def test_a_read_outlasts_a_passing_fault(
    server: ApiServer, client: Client, fault: Any
) -> None:
    server.on("GET", POD, fault, says({"name": "web-0"}))
    assert await client.get(POD, Named) == Named("web-0")
    assert len(server.asked) == 2


async def test_a_read_waits_as_long_as_the_server_asks(server: ApiServer, client: Client) -> None:
    busy = refuses(429, "TooManyRequests", "slow down", {"Retry-After": "1"})
    server.on("GET", POD, busy, says({"name": "web-0"}))
    await client.get(POD, Named)
    first, second = server.asked
    assert 1.0 <= second.time - first.time < 3.0


async def test_an_unreadable_retry_after_does_not_matter(server: ApiServer, client: Client) -> None:
    date = refuses(503, "ServiceUnavailable", "", {"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"})
    server.on("GET", POD, date, says({"name": "web-0"}))
    assert await client.get(POD, Named) == Named("web-0")


async def test_nobody_can_make_us_wait_for_hours(server: ApiServer, client: Client) -> None:
    server.on("POST", POD, refuses(429, "TooManyRequests", "", {"Retry-After": "86400"}))
    with pytest.raises(ApiError) as caught:
        await client.write("POST", POD, {})
    assert caught.value.retry_after == 30.0


async def test_a_read_gives_up_in_the_end(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, refuses(503, "ServiceUnavailable", "no etcd"))
    with pytest.raises(ApiError, match="no etcd") as caught:
        await client.read(POD)
    assert caught.value.passing
    assert len(server.asked) == client_module.RETRIES


async def test_a_server_that_is_gone_is_an_api_error(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, drops())
    with pytest.raises(ApiError) as caught:
        await client.read(POD)
    assert (caught.value.status, caught.value.reason) == (0, "Unreachable")
    assert str(caught.value)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 410, 422])
async def test_a_refusal_that_will_not_pass_is_not_asked_again(
    server: ApiServer, client: Client, code: int
) -> None:
    server.on("GET", POD, refuses(code, "Reason", "words"))
    with pytest.raises(ApiError) as caught:
        await client.read(POD)
    assert not caught.value.passing
    assert len(server.asked) == 1


BUSY = refuses(429, "TooManyRequests", "", {"Retry-After": "0"})


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        *((method, BUSY) for method in ("POST", "PUT", "PATCH", "DELETE")),
        *((method, breaks_off(b"{")) for method in ("POST", "PUT", "PATCH", "DELETE")),
        ("POST", drops()),
        ("PATCH", drops()),
    ],
)
async def test_a_write_is_sent_once(
    server: ApiServer, client: Client, method: str, fault: Any
) -> None:
    server.on(method, POD, fault, says({}))
    with pytest.raises(ApiError):
        await client.write(method, POD, {})
    assert len(server.asked) == 1


async def test_an_error_carries_the_servers_words(server: ApiServer, client: Client) -> None:
    words = 'pods "web-0" is forbidden: User "dr" cannot get resource "pods"'
    server.on("GET", POD, refuses(403, "Forbidden", words))
    with pytest.raises(ApiError) as caught:
        await client.read(POD)
    error = caught.value
    assert (error.status, error.reason, error.message) == (403, "Forbidden", words)
    assert words in str(error)


@pytest.mark.parametrize(
    "body",
    [b"no JSON at all", b'["a list"]', b'{"message": null}', b"", b"\xff\xfe"],
)
async def test_an_error_that_is_no_status_is_still_an_error(
    server: ApiServer, client: Client, body: bytes
) -> None:
    server.on("GET", POD, says(body, 404))
    with pytest.raises(ApiError) as caught:
        await client.read(POD)
    assert (caught.value.status, caught.value.reason) == (404, "Error")
    assert caught.value.message == body.decode("utf-8", "replace")


async def test_a_page_of_a_proxy_is_cut(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, says(b"<html>" + b"x" * 100_000, 404))
    with pytest.raises(ApiError) as caught:
        await client.read(POD)
    assert len(caught.value.message) == 500


async def test_what_is_not_there_is_none_and_nothing_else_is(
    server: ApiServer, client: Client
) -> None:
    assert await client.find(POD, Named) is None
    server.on("GET", POD, refuses(403, "Forbidden", "no"))
    with pytest.raises(ApiError):
        await client.find(POD, Named)


async def test_a_write_says_what_it_is(server: ApiServer, client: Client) -> None:
    server.on("PATCH", POD, says({}))
    kind = "application/apply-patch+yaml"
    await client.write(
        "PATCH", POD, b'{"as": "it is"}', content_type=kind, params={"force": "false"}
    )
    (asked,) = server.asked
    assert asked.body == b'{"as": "it is"}'
    assert asked.headers["Content-Type"] == kind
    assert asked.headers["User-Agent"] == "crashloop-doctor/test"
    assert asked.query == {"force": "false"}


async def test_the_token_is_asked_for_at_every_request(server: ApiServer) -> None:
    tokens = iter(["Bearer old", "Bearer new", "Bearer newest"])
    server.on("GET", POD, says({"name": "web-0"}))
    async with server.client(lambda: next(tokens)) as client:
        await client.read(POD)
        await client.read(POD)
        await lines_of(client)
    sent = [asked.headers["Authorization"] for asked in server.asked]
    assert sent == ["Bearer old", "Bearer new", "Bearer newest"]


async def test_without_a_token_nothing_is_claimed(server: ApiServer) -> None:
    server.on("GET", POD, says({}))
    async with server.client(lambda: None) as client:
        await client.read(POD)
    assert "Authorization" not in server.asked[0].headers


async def test_lines_are_put_together_from_chunks(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, streams(b'{"a"', b': 1}\n{"b": 2}\n\n{"c', b'": 3}', b"\n"))
    assert await lines_of(client) == [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']
    assert server.asked[0].headers["Accept"] == TABLE
    assert server.asked[0].query == {"watch": "1"}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")), max_size=6),
    st.lists(st.integers(0, 250), max_size=4),
)
def test_wherever_the_chunks_end_the_lines_are_the_same(
    lines: list[bytes], cuts: list[int]
) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    ends = sorted({cut for cut in cuts if 0 < cut < len(whole)})
    chunks = [whole[a:b] for a, b in zip([0, *ends], [*ends, len(whole)], strict=True)]

    async def read() -> list[bytes]:
        server = ApiServer()
        runner = await server.start()
        try:
            server.on("GET", POD, streams(*(chunk for chunk in chunks if chunk)))
            async with server.client() as client:
                return await lines_of(client)
        finally:
            await runner.cleanup()

    assert asyncio.run(read()) == [line for line in lines if line]


async def test_half_a_line_at_the_end_is_no_event(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, streams(b'{"whole": 1}\n{"ha'))
    assert await lines_of(client) == [b'{"whole": 1}']


async def test_a_line_beyond_the_limit_is_refused(
    server: ApiServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LINE_LIMIT", 1000)
    server.on("GET", POD, streams(*[b"x" * 400] * 10, then_silent=True))
    with pytest.raises(ApiError, match="exceeds 1000 bytes"):
        await lines_of(client)


async def test_a_long_line_below_the_limit_arrives_whole(server: ApiServer, client: Client) -> None:
    line = json.dumps({"text": "y" * (3 << 20)}).encode()
    server.on("GET", POD, streams(line + b"\n"))
    assert await lines_of(client) == [line]


async def test_a_silent_stream_ends(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, streams(b'{"a": 1}\n', then_silent=True))
    assert await lines_of(client, idle_seconds=0.1) == [b'{"a": 1}']


async def test_a_stream_that_starts_too_long_ago_is_gone(server: ApiServer, client: Client) -> None:
    server.on("GET", POD, refuses(410, "Expired", "too old resource version: 1 (9)"))
    with pytest.raises(ApiError, match="too old resource version") as caught:
        await lines_of(client)
    assert (caught.value.status, caught.value.reason) == (410, "Expired")
