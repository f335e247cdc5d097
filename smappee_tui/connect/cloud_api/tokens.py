"""The token: fetched once for all who wait, renewed before it runs out and after it was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from smappee_tui.connect.cloud_api import paths
from smappee_tui.connect.cloud_api.credentials import Credentials, SecretMasker, TokenStore
from smappee_tui.connect.cloud_api.errors import (
    CloudError,
    RateLimitError,
    ServiceDownError,
    WrongCredentialsError,
    refused_login,
)
from smappee_tui.connect.cloud_api.http_transport import HttpResponse, HttpTransport, TransportError
from smappee_tui.connect.retry import RetryPolicy
from smappee_tui.protocol.cloud.read_access import Token, read_refusal, read_token
from smappee_tui.protocol.fact import UnreadableError, fact

EARLY = 60.0
"""Seconds before its end at which a token is renewed."""


class AccessTokens:
    """Keeps the account logged in. Refused once, it asks no more: repeated wrong logins lock accounts."""

    def __init__(
        self,
        transport: HttpTransport,
        credentials: Credentials,
        masker: SecretMasker,
        retry: RetryPolicy,
        clock: Callable[[], float],
        store: TokenStore | None = None,
    ) -> None:
        """Prepare; `store` is where a token of before may be, and the next one is kept."""
        self._store = store
        self._looked = store is None
        self._transport, self._credentials, self._masker = transport, credentials, masker
        self._retry, self._clock = retry, clock
        self._one_at_a_time = asyncio.Lock()
        self._token: Token | None = None
        self._until = 0.0
        self._tries = 0
        self._failure: CloudError | None = None

    def __repr__(self) -> str:
        return "AccessTokens()"

    async def login(self) -> float:
        """Log in with the password, whatever there is already.

        Returns:
            Until when the token is good, seconds since 1970.
        """
        async with self._one_at_a_time:
            await self._attempt(refresh=False)
            return self._until

    async def current(self) -> str:
        """A token that is good for now. Raises CloudError."""
        if not self._looked:
            await self._look()
        if self._token is not None and self._clock() < self._renew_at():
            return self._token.access
        return await self._renewed(self._token.access if self._token is not None else None)

    async def _look(self) -> None:
        """Take the token of before, once. A keyring may ask a person something: not on the loop's own thread."""
        async with self._one_at_a_time:
            if self._looked or self._store is None:
                return
            self._looked = True
            found = await asyncio.to_thread(self._store.load)
            if found is not None:
                self._token, self._until = found
                self._masker.add(self._token.access, self._token.refresh)

    async def after(self, refused: str) -> str:
        """Another token than the one that the service has just refused. Raises CloudError."""
        return await self._renewed(refused)

    def _renew_at(self) -> float:
        # A token that lives for a minute only would otherwise be renewed at every call.
        lifetime = self._token.lifetime if self._token is not None else 0.0
        return self._until - min(EARLY, lifetime / 2)

    async def _renewed(self, old: str | None) -> str:
        tries = self._tries
        async with self._one_at_a_time:
            if self._token is not None and self._token.access != old:
                return self._token.access  # somebody else was here while this call waited
            if self._failure is not None and (tries != self._tries or isinstance(self._failure, WrongCredentialsError)):
                raise again(self._failure)
            return (await self._attempt(refresh=True)).access

    async def _attempt(self, *, refresh: bool) -> Token:
        """Renew or log in, and remember how it went. The lock is held."""
        kept = self._token.refresh if self._token is not None and refresh else ""
        self._token = self._failure = None
        began = self._clock()
        try:
            token = await self._refreshed(kept) if kept else None
            token = token or await self._logged_in()
        except CloudError as error:
            self._failure = error
            raise
        finally:
            self._tries += 1
        self._token, self._until = token, began + token.lifetime
        self._masker.add(token.access, token.refresh)
        if self._store is not None:
            self._looked = True
            await asyncio.to_thread(self._store.keep, token, self._until)
        return token

    async def _refreshed(self, kept: str) -> Token | None:
        """A new token for the refresh token, or None where the service wants the password again."""
        answer = await self._ask({"grant_type": "refresh_token", "refresh_token": kept})
        if answer.status == 429:
            raise self._refused(answer)
        if answer.status != 200:
            return None
        try:
            token = read_token(answer.body)
        except UnreadableError:
            return None
        return token if token.refresh else token.renewable_by(kept)

    async def _logged_in(self) -> Token:
        who = {"username": self._credentials.username, "password": self._credentials.password}
        answer = await self._ask({"grant_type": "password", **who})
        if answer.status != 200:
            raise self._refused(answer)
        try:
            return read_token(answer.body)
        except UnreadableError as problem:
            raise ServiceDownError(
                fact("cloud_api.login_answer_unusable", why=problem.reason),
                fact("cloud_api.login_answer_unusable_advice"),
            ) from None

    def _refused(self, answer: HttpResponse) -> CloudError:
        refusal = read_refusal(answer.body)
        return refused_login(answer.status, self._masker.masked(refusal.text), refusal.word, answer.wait)

    async def _ask(self, form: dict[str, str]) -> HttpResponse:
        """Send a login. It changes nothing, so it may be sent again where it surely failed; not where it may hang."""
        client = {"client_id": self._credentials.client_id, "client_secret": self._credentials.client_secret}
        failures = 0
        while True:
            try:
                answer = await self._transport.send(
                    self._transport.request("POST", paths.TOKEN, form={**form, **client})
                )
            except TransportError as failed:
                failures += 1
                if not failed.again or failed.sent or failures >= self._retry.tries:
                    raise failed.error from None
                await self._retry.pause(failures, None)
                continue
            failures += 1
            passing = answer.status >= 500 or answer.status == 429
            if not passing or failures >= self._retry.tries or self._retry.too_long(answer.wait):
                return answer
            await self._retry.pause(failures, answer.wait)


def again(error: CloudError) -> CloudError:
    """The same error anew, for another caller: one exception must not be raised in two places."""
    twin = type(error)(error.what, error.advice, said=error.said, status=error.status)
    if isinstance(twin, RateLimitError) and isinstance(error, RateLimitError):
        twin.wait = error.wait
    return twin
