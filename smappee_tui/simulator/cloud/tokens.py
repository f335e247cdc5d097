"""OAuth of the virtual cloud: the password grant, the refresh grant, and when a token has expired."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from smappee_tui.simulator.cloud.accounts import Account, CloudAccounts
from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.request import CloudRefusalError


@dataclass(frozen=True, slots=True)
class _Given:
    account: Account
    until: float
    generation: int


class TokenIssuer:
    """The tokens that were given out. Thread-safe."""

    def __init__(self, estate: CloudAccounts, behaviour: Behaviour, clock: Callable[[], float]) -> None:
        self._estate, self._behaviour, self._clock = estate, behaviour, clock
        self._lock = threading.Lock()
        self._access: dict[str, _Given] = {}
        self._refresh: dict[str, Account] = {}

    def grant(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a login or a refresh. Raises CloudRefusalError (400 or 401) with an OAuth error."""
        kind = form.get("grant_type")
        if kind == "password":
            return self._give(self._by_password(form))
        if kind == "refresh_token":
            return self._give(self._by_refresh(form))
        raise CloudRefusalError(400, "This grant type is not supported", error="unsupported_grant_type")

    def who(self, authorization: str | None) -> Account:
        """Whose token this header carries. Raises CloudRefusalError (401) for none, a strange or an expired one."""
        kind, _, token = (authorization or "").partition(" ")
        with self._lock:
            given = self._access.get(token) if kind.lower() == "bearer" else None
        if given is None:
            raise CloudRefusalError(401, "No such access token", error="invalid_token")
        if self._clock() >= given.until or given.generation < self._behaviour.generation:
            raise CloudRefusalError(401, "The access token has expired", error="invalid_token")
        return given.account

    def _by_password(self, form: Mapping[str, str]) -> Account:
        for account in self._estate.accounts:
            if account.admits(form.get("client_id", ""), form.get("client_secret", "")):
                break
        else:
            raise CloudRefusalError(401, "The client is not known", error="invalid_client")
        for account in self._estate.accounts:
            if account.admits(form.get("client_id", ""), form.get("client_secret", "")) and account.opens(
                form.get("username", ""), form.get("password", "")
            ):
                return account
        raise CloudRefusalError(400, "Invalid username or password", error="invalid_grant")

    def _by_refresh(self, form: Mapping[str, str]) -> Account:
        with self._lock:
            account = self._refresh.get(form.get("refresh_token", ""))
            known = account is not None and account.admits(form.get("client_id", ""), form.get("client_secret", ""))
            if account is None or not known or self._behaviour.refuse_refresh:
                raise CloudRefusalError(400, "The refresh token is not valid any more", error="invalid_grant")
            # Each is good for one time, so that a client with two refreshes at once is found out.
            del self._refresh[form["refresh_token"]]
        return account

    def _give(self, account: Account) -> dict[str, Any]:
        lifetime = self._behaviour.token_lifetime
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        with self._lock:
            self._access[access] = _Given(account, self._clock() + lifetime, self._behaviour.generation)
            self._refresh[refresh] = account
        return {
            "access_token": access,
            "token_type": "Bearer",
            "refresh_token": refresh,
            "expires_in": round(lifetime),
        }
