"""One request out, one whole answer in: bounded in time and size, paced, and never sent on to another address."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from smappee_tui.connect.cloud_api.errors import CloudError, OfflineError, ServiceDownError
from smappee_tui.connect.networks import is_loopback
from smappee_tui.protocol.fact import Fact, fact

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of an answer that are read."""
_MOST_ERROR = 64 * 1024
"""Bytes of a refusal that are looked at."""
_CONNECT = 15.0
"""Seconds to reach the service."""
_WHOLE = 10
"""A whole answer may take so many times as long as its longest silence."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    wait: float | None
    """Seconds that the server asks to wait, never negative."""


class TransportError(Exception):
    """No whole answer came. Inside of this folder only: callers see `error`."""

    def __init__(self, error: CloudError, *, sent: bool, again: bool) -> None:
        super().__init__()
        self.error = error
        self.sent = sent
        """The service may have had the request."""
        self.again = again
        """The same request may go well the next time."""


class HttpTransport:
    """The one place where anything leaves for the service."""

    def __init__(
        self,
        base: str,
        *,
        transport: httpx.AsyncBaseTransport | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        pace: float,
        timeout: float,
    ) -> None:
        self._base = base
        self._transport = transport
        self._clock, self._sleep = clock, sleep
        self._pace, self._timeout = pace, timeout
        self._turn = asyncio.Lock()
        self._last: float | None = None
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Make ready; nothing is sent."""
        self._client = httpx.AsyncClient(
            transport=self._transport,
            follow_redirects=False,
            # The proxy of a company is the way out of it; to this machine itself none may lead.
            trust_env=not is_loopback(httpx.URL(self._base).host),
            timeout=httpx.Timeout(self._timeout, connect=min(_CONNECT, self._timeout), pool=None),
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "smappee-tui"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # the token is all that is carried on
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
        )

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        query: dict[str, int] | None = None,
        form: dict[str, str] | None = None,
        content: dict[str, Any] | None = None,
    ) -> httpx.Request:
        """Put a request together. Its `repr` shows address and method only."""
        if self._client is None:
            raise RuntimeError("use the cloud's client as an asynchronous context manager")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self._client.build_request(
            method, f"{self._base}{path}", params=query, data=form, json=content, headers=headers
        )

    async def send(self, request: httpx.Request) -> HttpResponse:
        """Send it, once, when it is its turn. Raises TransportError."""
        if self._client is None:
            raise RuntimeError("use the cloud's client as an asynchronous context manager")
        await self._wait_for_turn()
        try:
            async with asyncio.timeout(self._timeout * _WHOLE):
                answer = await self._client.send(request, stream=True)
                try:
                    return await self._whole(answer)
                finally:
                    await answer.aclose()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError) as error:
            raise _failed(error) from None

    async def _wait_for_turn(self) -> None:
        async with self._turn:
            if self._last is not None:
                # A clock set back must not make anybody wait longer than the pace itself.
                left = min(self._pace, self._last + self._pace - self._clock())
                if left > 0:
                    await self._sleep(left)
            self._last = self._clock()

    async def _whole(self, answer: httpx.Response) -> HttpResponse:
        good = 200 <= answer.status_code < 300
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", ""):  # packed twice, a small answer becomes an endless one
            raise _odd(fact("cloud_api.packed_oddly"))
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > (MOST_BYTES if good else _MOST_ERROR):
                if good:
                    raise _odd(fact("cloud_api.too_large", megabytes=MOST_BYTES // 1024 // 1024))
                break
        return HttpResponse(answer.status_code, bytes(body), self._retry_after(answer.headers.get("Retry-After")))

    def _retry_after(self, text: str | None) -> float | None:
        """Seconds, or a date as HTTP writes it; None where it is neither."""
        if text is None:
            return None
        if text.strip().isascii() and text.strip().isdigit():
            return float(text.strip()[:9])
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._clock())
        except (ValueError, TypeError, OverflowError):
            return None


def _odd(what: Fact) -> TransportError:
    return TransportError(ServiceDownError(what, fact("cloud_api.later_or_less")), sent=True, again=False)


def _failed(error: Exception) -> TransportError:
    """The typed error for whatever the network did. The original's text is not repeated: it holds addresses."""
    network, later = fact("cloud_api.check_network"), fact("cloud_api.later")
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout | httpx.ProxyError):
        if _untrusted(error):
            what, advice = fact("cloud_api.certificate_untrusted"), fact("cloud_api.certificate_untrusted_advice")
            return TransportError(OfflineError(what, advice), sent=False, again=False)
        return TransportError(OfflineError(fact("cloud_api.not_reached"), network), sent=False, again=True)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return TransportError(OfflineError(fact("cloud_api.too_slow"), network), sent=True, again=True)
    if isinstance(error, httpx.NetworkError):
        return TransportError(OfflineError(fact("cloud_api.broke_off"), network), sent=True, again=True)
    if isinstance(error, httpx.RemoteProtocolError):
        return TransportError(ServiceDownError(fact("cloud_api.broke_off_in_answer"), later), sent=True, again=True)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL):
        check = fact("cloud_api.check_address")
        return TransportError(ServiceDownError(fact("cloud_api.no_request"), check), sent=False, again=False)
    return TransportError(ServiceDownError(fact("cloud_api.answer_unreadable"), later), sent=True, again=False)


def _untrusted(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
