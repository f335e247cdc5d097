"""What stands between the network and the page: whom it lets through, and with what on its answers."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, Response

from smappee_tui.app.visit.photos import LARGEST_UPLOAD
from smappee_tui.web.door import Door, Origin, Visitor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from smappee_tui.web.callers import Caller


BODIES = {"/do/": 4_096, "/photo/": LARGEST_UPLOAD}
"""Bytes that a request may bring, by the beginning of its path; elsewhere none."""
LARGE = 65_536
"""Bytes from which on a body waits for its turn."""
AT_ONCE = 2
"""Large bodies that are taken in at the same time, of all phones together."""
BODY_WITHIN = 60.0
"""Seconds that a body may take."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), camera=()",
    "cache-control": "no-store",
}
"""On everything that is answered to a phone, unless the page itself says otherwise of the last one."""
WELCOME = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>…</title>'
"""Leads on to the page. A redirect would not: a browser that was sent here from elsewhere keeps a strict cookie back
until the page itself asks."""


class Guard:
    """Wraps the page: who has neither link nor cookie finds nothing, on any path.

    The answer to strangers is a bare 404, whatever is wrong; why is counted at the door. What they send is not read.
    """

    def __init__(self, page: ASGIApp, door: Door, origin: Origin) -> None:
        """Guard a page.

        Args:
            page: answers those that are let through; the `Visitor` is its request's `state.visitor`.
            door: knows who may.
            origin: where the page is served.
        """
        self._page, self._door, self._origin = page, door, origin
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.cookie = f"phone-{origin.port}"
        """Name of the cookie: browsers give a host's cookies to each of its ports."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers, path = Headers(scope=scope), scope["path"]
        if headers.getlist("host") != [self._origin.authority]:
            await self._nothing("host", send)
            return
        shown = _cookie(headers, self.cookie)
        agent, address = headers.get("user-agent", "")[:500], scope["client"][0] if scope["client"] else ""
        visitor = self._door.admit(shown, agent, address) if shown else None
        token = path[1:] if scope["method"] == "GET" else ""
        if visitor is None:
            cookie = self._door.exchange(token)
            await (self._welcome(scope, receive, send, cookie) if cookie else self._nothing("", send))
            return
        if scope["method"] not in ("GET", "HEAD") and not self._from_here(headers):
            await self._nothing("origin", send)
            return
        caller: Caller | None = scope["state"].get("caller")
        if caller is not None:
            caller.known(visitor.number)
        if self._door.knows(token):  # the same phone again
            await self._welcome(scope, receive, send)
            return
        scope["state"]["visitor"] = visitor
        await self._let_in(visitor, scope, receive, send)

    def _from_here(self, headers: Headers) -> bool:
        """Whether the page itself asks: browsers say so of what changes something."""
        site = headers.get("sec-fetch-site", "same-origin")
        return headers.getlist("origin") == [str(self._origin)] and site == "same-origin"

    async def _nothing(self, why: str, send: Send) -> None:
        if why:
            self._door.refuse(why)
        await send({"type": "http.response.start", "status": 404, "headers": _BARE})
        await send({"type": "http.response.body", "body": b""})

    async def _welcome(self, scope: Scope, receive: Receive, send: Send, cookie: str = "") -> None:
        answer = HTMLResponse(WELCOME, headers=HEADERS)
        if cookie:
            secure = self._origin.scheme == "https"
            answer.set_cookie(self.cookie, cookie, max_age=86_400, httponly=True, samesite="strict", secure=secure)
        await answer(scope, receive, send)

    async def _let_in(self, visitor: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name != "cache-control" or name not in headers:
                        headers[name] = value
            await send(message)
            self._door.saw(visitor)

        most = next((size for start, size in BODIES.items() if scope["path"].startswith(start)), 0)
        if int(_digits(Headers(scope=scope).get("content-length", "0"))) > most:
            self._door.refuse("size")
            await Response(status_code=413, headers={"connection": "close"})(scope, receive, give)
            return
        turn = self._turns if most > LARGE else contextlib.nullcontext()
        with contextlib.suppress(ClientDisconnect):  # it left in the middle of what it sent: nothing here failed
            async with turn:
                await self._page(scope, self._bounded(receive, most), give)

    def _bounded(self, receive: Receive, most: int) -> Receive:
        """Gives a body as it comes, and no more of it than is allowed, nor later."""
        taken, end = 0, asyncio.get_running_loop().time() + BODY_WITHIN
        whole = False

        async def take() -> Message:
            nonlocal taken, whole
            if whole:
                return await receive()  # until it goes away
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                self._door.refuse("slow")
                raise HTTPException(408, headers={"connection": "close"}) from None
            taken += len(message.get("body", b""))
            if taken > most:
                self._door.refuse("size")
                raise HTTPException(413, headers={"connection": "close"})
            whole = not message.get("more_body", False)
            return message

        return take


_BARE = [(b"content-length", b"0"), (b"connection", b"close")]


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 20 else "9" * 20


def _cookie(headers: Headers, name: str) -> str:
    """The value of a cookie; "" where there is none."""
    for line in headers.getlist("cookie"):
        for part in line.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
    return ""
