"""Portals that are none: whatever they do, it ends soon, and nothing is believed."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

import pytest

from smappee_tui.connect.portal.client import Portal
from tests.brokers import DEADLINE

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@asynccontextmanager
async def server(pieces: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[tuple[int, list[int]]]:
    """Sends these pieces to whoever asks; says how many bytes were taken."""
    sent = [0]
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            async for piece in pieces():
                writer.write(piece)
                await writer.drain()
                sent[0] += len(piece)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1], sent
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def endless() -> AsyncIterator[bytes]:
    yield _OK + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + b">Smappee" * 8192 + b"\r\n"


async def large() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: 104857600\r\n\r\n"
    for _ in range(1600):
        yield b">Smappee" * 8192


async def drip() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: 100000\r\n\r\n>Smappee"
    while True:
        await asyncio.sleep(0.02)
        yield b"."


async def drip_in_the_head() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        await asyncio.sleep(0.02)
        yield b"X-A: b\r\n"


async def endless_head() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-A: " + b"b" * 4000 + b"\r\n"


async def silence() -> AsyncIterator[bytes]:
    await asyncio.sleep(60)
    yield b""


async def no_http() -> AsyncIterator[bytes]:
    yield b"SSH-2.0-OpenSSH_9.2\r\n\xff\xfe\r\n"


async def half() -> AsyncIterator[bytes]:
    yield _OK + b"Content-Length: 1000\r\n\r\n>Smappee"


@cache
def packed() -> bytes:
    return gzip.compress(b">Smappee" + bytes(30_000_000))


async def bomb() -> AsyncIterator[bytes]:
    body = packed()
    yield _OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "pieces",
    [endless, large, drip, drip_in_the_head, endless_head, silence, no_http, half, bomb],
    ids=lambda pieces: pieces.__name__,
)
async def test_nothing_hangs_and_nothing_is_believed(pieces: Callable[[], AsyncIterator[bytes]]) -> None:
    packed()  # made before anybody waits for it
    async with (
        asyncio.timeout(DEADLINE),
        server(pieces) as (port, sent),
        Portal("127.0.0.1", port=port, timeout=0.2) as portal,
    ):
        assert await portal.page() in ("odd", "silent", "other page")
        assert await portal.logon("admin") in ("no answer", "not understood")
        assert await portal.broker_setting() is None
        assert sent[0] < 20_000_000


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirection_is_followed(status: int) -> None:
    asked = []

    async def elsewhere() -> AsyncIterator[bytes]:
        asked.append(1)
        yield _OK + b"Content-Length: 9\r\n\r\n>Smappee!"

    async with server(elsewhere) as (target, _):

        async def away() -> AsyncIterator[bytes]:
            head = (
                f"HTTP/1.1 {status} Go\r\nLocation: http://127.0.0.1:{target}/smappee.html\r\nContent-Length: 0\r\n\r\n"
            )
            yield head.encode()

        async with server(away) as (port, _), Portal("127.0.0.1", port=port) as portal:
            assert await portal.page() == "other page"
            assert await portal.logon("admin") == "no answer"
    assert asked == []


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [(404, b">Smappee", "no page"), (500, b"", "no page"), (200, b"<title>NAS</title>", "other page"),
     (200, b"", "other page"), (401, b"", "no page")],
)  # fmt: skip
async def test_other_web_servers(status: int, body: bytes, word: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body

    async with server(pieces) as (port, _), Portal("127.0.0.1", port=port) as portal:
        assert await portal.page() == word


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield _OK + b"Content-Length: 9\r\n\r\n>Smappee!"

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with server(pieces) as (port, _), Portal("127.0.0.1", port=port) as portal:
        assert await portal.page() == "portal"
