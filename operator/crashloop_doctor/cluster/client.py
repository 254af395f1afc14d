"""A thin HTTP client for the API server: bytes in, typed values out, errors with the server's own words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import aiohttp
import msgspec

from .credentials import Credentials

T = TypeVar("T")

REQUEST_TIMEOUT_SECONDS = 30.0
RETRIES = 4
"""Tries of a read that met a passing fault; writes are tried once, their caller looks at the world again."""

LINE_LIMIT = 16 << 20
"""Longest line of a watch stream; the API server refuses objects above 1.5 MiB (etcd's request limit)."""

JSON = "application/json"


class ApiError(Exception):
    """An answer that is no success: HTTP status, the server's reason and message."""

    def __init__(self, status: int, reason: str, message: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in (401, 429, 500, 502, 503, 504)


class _Status(msgspec.Struct):
    reason: str = ""
    message: str = ""


class Client:
    """One connection pool to one API server. Use as an async context manager."""

    def __init__(self, credentials: Credentials, user_agent: str) -> None:
        self._credentials = credentials
        self._user_agent = user_agent
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        connector = aiohttp.TCPConnector(ssl=self._credentials.ssl_context or False, limit=20)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_SECONDS),
            headers={"User-Agent": self._user_agent},
            read_bufsize=1 << 20,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def read(
        self, path: str, params: Mapping[str, str] | None = None, accept: str = JSON
    ) -> bytes:
        """GET, tried again on passing faults. Raises ApiError."""
        for attempt in range(RETRIES):
            try:
                return await self._send("GET", path, params=params, accept=accept)
            except (aiohttp.ClientError, TimeoutError) as error:
                if attempt == RETRIES - 1:
                    raise ApiError(0, "Unreachable", str(error) or type(error).__name__) from error
                wait = 0.0
            except ApiError as error:
                if not error.passing or attempt == RETRIES - 1:
                    raise
                wait = error.retry_after
            # Full jitter, so that replicas and workers do not knock in step.
            await asyncio.sleep(max(wait, random.uniform(0, 0.2 * 2**attempt)))  # noqa: S311
        raise AssertionError("unreachable")

    async def get(self, path: str, type_: type[T], params: Mapping[str, str] | None = None) -> T:
        """GET and decode. Raises ApiError."""
        return msgspec.json.decode(await self.read(path, params), type=type_)

    async def find(self, path: str, type_: type[T]) -> T | None:
        """GET and decode, None where there is no such object. Raises ApiError for anything else."""
        try:
            return await self.get(path, type_)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def write(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        content_type: str = JSON,
        params: Mapping[str, str] | None = None,
    ) -> bytes:
        """POST, PUT, PATCH or DELETE, once; `body` is bytes, or a value to encode as JSON. Raises ApiError.

        aiohttp itself repeats a PUT or DELETE whose connection was cut: harmless, since ours are bound to a
        resourceVersion, or content with an object that is gone.
        """
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        try:
            return await self._send(
                method, path, params=params, data=data, content_type=content_type
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ApiError(0, "Unreachable", str(error) or type(error).__name__) from error

    async def stream(
        self, path: str, params: Mapping[str, str], accept: str, idle_seconds: float
    ) -> AsyncIterator[bytes]:
        """Lines of a watch; ends when the server closes it or says nothing for `idle_seconds`. Raises ApiError."""
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=idle_seconds)
        async with self._session.get(
            self._credentials.server + path,
            params=params,
            headers=self._headers(accept),
            timeout=timeout,
        ) as response:
            if response.status >= 400:
                raise _error(response.status, response.headers, await response.read())
            buffer = bytearray()
            try:
                async for chunk in response.content.iter_any():
                    buffer += chunk
                    while (end := buffer.find(b"\n")) >= 0:
                        line = bytes(buffer[:end])
                        del buffer[: end + 1]
                        if line:
                            yield line
                    if len(buffer) > LINE_LIMIT:
                        raise ApiError(
                            0, "LineTooLong", f"a watch event exceeds {LINE_LIMIT} bytes"
                        )
            except TimeoutError:
                return

    def _headers(self, accept: str) -> dict[str, str]:
        headers = {"Accept": accept}
        authorization = self._credentials.authorization()
        if authorization:
            headers["Authorization"] = authorization
        return headers

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str = JSON,
        data: bytes | None = None,
        content_type: str = JSON,
    ) -> bytes:
        assert self._session is not None, "use the client as a context manager"
        headers = self._headers(accept)
        if data is not None:
            headers["Content-Type"] = content_type
        async with self._session.request(
            method, self._credentials.server + path, params=params, data=data, headers=headers
        ) as response:
            content = await response.read()
            if response.status >= 400:
                raise _error(response.status, response.headers, content)
            return content


def _error(status: int, headers: Mapping[str, str], content: bytes) -> ApiError:
    try:
        parsed = msgspec.json.decode(content, type=_Status)
    except msgspec.DecodeError:
        parsed = _Status(message=content[:500].decode("utf-8", "replace"))
    try:
        retry_after = float(headers.get("Retry-After", 0))
    except ValueError:
        retry_after = 0.0
    return ApiError(status, parsed.reason or "Error", parsed.message, min(retry_after, 30.0))
