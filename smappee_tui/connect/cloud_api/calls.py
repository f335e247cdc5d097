"""Calls with a token: reads are tried again, changes never are, and whatever fails is one typed error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from smappee_tui.connect.cloud_api.credentials import Credentials, SecretMasker, TokenStore
from smappee_tui.connect.cloud_api.errors import LOOK_FIRST, CloudError, ServiceDownError, refused, refused_twice
from smappee_tui.connect.cloud_api.http_transport import HttpResponse, HttpTransport, TransportError
from smappee_tui.connect.cloud_api.tokens import AccessTokens
from smappee_tui.connect.retry import RetryPolicy
from smappee_tui.protocol.cloud.read_access import read_refusal
from smappee_tui.protocol.fact import UnreadableError, fact

T = TypeVar("T")
_PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses that may be gone the next time."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to read."""

    path: str
    query: dict[str, int] = field(default_factory=dict)
    guessed: bool = False
    """It names an aggregation whose code nobody confirmed."""


class Calls:
    """Everything that is asked of the service goes through here."""

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        *,
        transport: httpx.AsyncBaseTransport | None,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        pace: float,
        timeout: float,
        store: TokenStore | None = None,
    ) -> None:
        self._masker = SecretMasker(credentials)
        self._retry = RetryPolicy(sleep)
        self._transport = HttpTransport(base, transport=transport, clock=clock, sleep=sleep, pace=pace, timeout=timeout)
        self._tokens = AccessTokens(self._transport, credentials, self._masker, self._retry, clock, store)

    async def open(self) -> None:
        """Make ready; nothing is sent."""
        await self._transport.open()

    async def close(self) -> None:
        await self._transport.close()

    async def login(self) -> float:
        """Log in now; until when it lasts, seconds since 1970."""
        return await self._tokens.login()

    async def read(self, question: Question, decode: Callable[[bytes], T]) -> T:
        """Ask, again where that may help, and decode the answer. Raises CloudError."""
        failures = 0
        while True:
            wait: float | None = None
            try:
                answer = await self._authorised("GET", question.path, question.query, None)
            except TransportError as failed:
                error, may_pass = failed.error, failed.again
            else:
                if 200 <= answer.status < 300:
                    return self._decoded(answer.body, decode)
                error, wait = self._refused(answer, guessed=question.guessed), answer.wait
                may_pass = answer.status in _PASSING and not self._retry.too_long(wait)
            failures += 1
            if not may_pass or failures >= self._retry.tries:
                raise error
            await self._retry.pause(failures, wait)

    async def change(self, method: str, path: str, content: dict[str, Any] | None) -> bytes:
        """Change or switch something: sent once. Only when the service refused the token, it is sent again.

        Returns:
            The answer's content.

        Raises:
            CloudError: and its advice says so where the change may have been carried out all the same.
        """
        try:
            answer = await self._authorised(method, path, None, content)
        except TransportError as failed:
            if not failed.sent:
                raise failed.error from None
            raise type(failed.error)(failed.error.what, LOOK_FIRST) from None
        if not 200 <= answer.status < 300:
            raise self._refused(answer, change=True)
        return answer.body

    async def _authorised(
        self, method: str, path: str, query: dict[str, int] | None, content: dict[str, Any] | None
    ) -> HttpResponse:
        token = await self._tokens.current()
        answer = await self._transport.send(
            self._transport.request(method, path, token=token, query=query, content=content)
        )
        if answer.status != 401:
            return answer
        # Refused for its token: it was certainly not carried out, so that even a change may be sent once more.
        token = await self._tokens.after(token)
        answer = await self._transport.send(
            self._transport.request(method, path, token=token, query=query, content=content)
        )
        if answer.status == 401:
            refusal = read_refusal(answer.body)
            raise refused_twice(401, self._masker.masked(refusal.text), refusal.word)
        return answer

    def _refused(self, answer: HttpResponse, *, guessed: bool = False, change: bool = False) -> CloudError:
        said = self._masker.masked(read_refusal(answer.body).text)
        return refused(answer.status, said, guessed=guessed, change=change, wait=answer.wait)

    @staticmethod
    def _decoded(body: bytes, decode: Callable[[bytes], T]) -> T:
        try:
            return decode(body)
        except UnreadableError as problem:
            raise ServiceDownError(
                fact("cloud_api.answer_unusable", why=problem.reason), fact("cloud_api.answer_unusable_advice")
            ) from None
