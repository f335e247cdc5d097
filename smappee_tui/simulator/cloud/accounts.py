"""Whose houses the virtual cloud keeps: accounts and service locations, who may see which, and the tokens of a login.

OAuth as the service has it: the password grant, the refresh grant, and when a token has expired.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from smappee_tui.simulator.cloud.behaviour import Behaviour
from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.request import CloudRefusalError
from smappee_tui.simulator.sites import build

Rights = Literal["ordinary", "special"]
"""A special account sees all locations and may create, update, delete and share them."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)
    rights: Rights = "ordinary"

    def admits(self, client_id: str, client_secret: str) -> bool:
        """Is this the program that may log in?"""
        return (client_id, client_secret) == (self.client_id, self.client_secret)

    def opens(self, username: str, password: str) -> bool:
        """Is this the person?"""
        return (username, password) == (self.username, self.password)


class CloudAccounts:
    """All accounts and houses. What the API changes is kept here; thread-safe.

    Raises ValueError where two houses have the same number.
    """

    def __init__(self, accounts: Iterable[Account], houses: Iterable[CloudHouse] = ()) -> None:
        self.accounts = tuple(accounts)
        self._lock = threading.Lock()
        self._houses: dict[int, CloudHouse] = {}
        for house in houses:
            if house.location in self._houses:
                raise ValueError(f"two houses have the number {house.location}; build their monitors with another seed")
            self._houses[house.location] = house
        self._rng = random.Random("estate")

    @property
    def houses(self) -> tuple[CloudHouse, ...]:
        """All service locations, in order of number."""
        with self._lock:
            return tuple(self._houses[number] for number in sorted(self._houses))

    def house(self, location: int) -> CloudHouse:
        """One service location. Raises KeyError."""
        with self._lock:
            return self._houses[location]

    def seen_by(self, account: Account) -> tuple[CloudHouse, ...]:
        """What an account sees."""
        return tuple(house for house in self.houses if _may_see(account, house))

    def open(self, account: Account, location: int) -> CloudHouse:
        """One service location for an account. Raises CloudRefusalError: 404, or 403 without the right."""
        with self._lock:
            house = self._houses.get(location)
        if house is None:
            raise CloudRefusalError(404, f"Service location {location} does not exist")
        if not _may_see(account, house):
            raise CloudRefusalError(403, "You have no access to this service location")
        return house

    def create(self, name: str, latitude: float | None, longitude: float | None, serial: str) -> CloudHouse:
        """A new location. Raises CloudRefusalError (400) where another location has the serial number."""
        with self._lock:
            if serial and any(house.serial == serial for house in self._houses.values()):
                raise CloudRefusalError(400, f"Monitor {serial} is installed at another service location")
            number = max(self._houses, default=9_999) + 1
            house = CloudHouse(
                location=number,
                name=name,
                uuid=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
                serial=serial,
                latitude=latitude,
                longitude=longitude,
            )
            self._houses[number] = house
        return house

    def delete(self, house: CloudHouse) -> None:
        with self._lock:
            self._houses.pop(house.location, None)

    def share(self, house: CloudHouse, username: str) -> None:
        """Let an account see a location. Raises CloudRefusalError (400) where there is no such user."""
        if username not in {account.username for account in self.accounts}:
            raise CloudRefusalError(400, "There is no such user")
        with self._lock:
            house.users.add(username)


def _may_see(account: Account, house: CloudHouse) -> bool:
    return account.rights == "special" or account.username in house.users


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


DEMO_FAULTS = ("reversed:6", "phase:8,L2")
"""What is wrong in the demo's family house unless the caller says otherwise."""

DEMO_ACCOUNT = Account("demo-client", "demo-secret", "installer@example.com", "demo-password", "special")
"""Who may do everything in the demo. Made up, and good for nothing else."""

DEMO_COLLEAGUE = Account("demo-client", "demo-secret", "colleague@example.com", "colleague-password")
"""An ordinary account to share locations with."""


def demo_accounts(*, now: float | None = None, days: float = 7.0, faults: Sequence[str] = DEMO_FAULTS) -> CloudAccounts:
    """A family house with faults, a healthy shop of 28 inputs and a small house with a 20-series monitor.

    `now`: until when there are values, s since 1970, today by default; `days`: how far back. Computing them takes about
    half a second a day for all three, at the first look: `VirtualCloud.warm` does it beside.
    """
    moment = time.time() if now is None else now
    home = build("home3pv", faults=faults, start=moment)
    shop = build("shop28", start=moment)
    small = build("home1", dialect="20-series", start=moment)
    users = {DEMO_COLLEAGUE.username}
    return CloudAccounts(
        (DEMO_ACCOUNT, DEMO_COLLEAGUE),
        (
            CloudHouse.of(home, "Peeters family, Ghent", now=moment, days=days, users=users),
            CloudHouse.of(shop, "Corner shop", now=moment, days=days, tariff=0.24, latitude=51.2194, longitude=4.4025),
            CloudHouse.of(small, "Cottage", now=moment, days=days, reactive_signed=False, latitude=50.4108),
        ),
    )
