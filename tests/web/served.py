"""A page that is served for real on this machine, and browsers of a few lines."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from smappee_tui.app.phone.desk import PhoneDesk
from smappee_tui.web.door import Door, Origin
from smappee_tui.web.guard import Guard
from smappee_tui.web.server import PageServer

PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36"


async def _hello(request: Request) -> Response:
    return PlainTextResponse(f"hello {request.state.visitor.number}")


async def _taken(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _stream(request: Request) -> Response:
    async def beats() -> AsyncIterator[bytes]:
        yield b": here\n\n"
        await asyncio.Event().wait()

    return StreamingResponse(beats(), media_type="text/event-stream")


async def _much(request: Request) -> Response:
    async def heaps() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)

    return StreamingResponse(heaps())


async def _fails(request: Request) -> Response:
    raise ZeroDivisionError


ROUTES = [
    Route("/", _hello),
    Route("/events", _stream),
    Route("/much", _much),
    Route("/fails", _fails),
    Route("/do/it", _taken, methods=["POST"]),
    Route("/photo/board", _taken, methods=["POST"]),
]


def small_page(desk: PhoneDesk, door: Door, origin: Origin) -> ASGIApp:
    """A page that says little, behind the real guard."""
    return Guard(Starlette(routes=ROUTES), door, origin)


class Clock:
    """Stands still."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def serving(clock: Clock | None = None) -> Iterator[PageServer]:
    """Serve it on a free port of this machine."""
    server = PageServer(PhoneDesk(), own=tuple, clock=clock or Clock(), make=small_page)
    server.start("127.0.0.1")
    try:
        yield server
    finally:
        server.stop()


class Browser:
    """Keeps a cookie, and says what browsers say."""

    def __init__(self, server: PageServer, agent: str = PIXEL) -> None:
        """Not let in yet: `enter` opens the link."""
        link = urlsplit(server.link)
        self.place, self.authority, self.token = (link.hostname or "", link.port or 0), link.netloc, link.path
        self.agent, self.cookie = agent, ""

    def enter(self) -> Browser:
        """Open the link, and the page behind it."""
        status, headers, _ = self.ask("GET", self.token)
        assert status == 200, status
        self.cookie = headers["set-cookie"].partition(";")[0]
        assert self.ask("GET", "/")[0] == 200
        return self

    def request(self, method: str, path: str, body: bytes = b"", **other: str | None) -> bytes:
        """The bytes of a request. `other`: headers in place of the usual ones; None leaves one out."""
        usual: dict[str, str | None] = {"Host": self.authority, "User-Agent": self.agent, "Cookie": self.cookie or None}
        if method != "GET":
            usual |= {"Origin": f"http://{self.authority}", "Content-Length": str(len(body))}
        usual |= {name.replace("_", "-"): value for name, value in other.items()}
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in usual.items() if value is not None),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def ask(self, method: str, path: str, body: bytes = b"", **other: str | None) -> tuple[int, dict[str, str], bytes]:
        """One request over a connection of its own; status 0: it was closed without an answer."""
        with self.call() as line:
            line.sendall(self.request(method, path, body, **other))
            return answer(line)

    def call(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(self.place, timeout=20)


def answer(line: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer of a known length, or until it is closed."""
    data = b""
    try:
        while True:
            head, found, rest = data.partition(b"\r\n\r\n")
            if found:
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
                if first.split()[1] == "204":
                    return 204, headers, b""
                if "content-length" in headers and len(rest) >= int(headers["content-length"]):
                    return int(first.split()[1]), headers, rest
                if headers.get("transfer-encoding") == "chunked" and rest:
                    return int(first.split()[1]), headers, rest
            more = line.recv(65536)
            if not more:
                return 0, {}, data
            data += more
    except ConnectionError:
        return 0, {}, data


def said(line: socket.socket) -> None:
    """Say no more. On a busy machine the other side has closed it already."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_WR)


def closed(line: socket.socket) -> bool:
    """Wait until the other side has closed it."""
    try:
        while line.recv(65536):
            continue
    except ConnectionError:
        return True
    return True


def counts(server: PageServer, words: Sequence[str]) -> list[int]:
    """How many were refused for these reasons."""
    return [server.refused.get(word, 0) for word in words]
