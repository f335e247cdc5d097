"""Whose houses the virtual cloud keeps: accounts, service locations, and who may see which."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from smappee_tui.simulator.cloud.house import CloudHouse
from smappee_tui.simulator.cloud.refusal import Refused

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


class Estate:
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
        """One service location for an account. Raises Refused: 404 where there is none, 403 without the right."""
        with self._lock:
            house = self._houses.get(location)
        if house is None:
            raise Refused(404, f"Service location {location} does not exist")
        if not _may_see(account, house):
            raise Refused(403, "You have no access to this service location")
        return house

    def create(self, name: str, latitude: float | None, longitude: float | None, serial: str) -> CloudHouse:
        """A new location. Raises Refused (400) where another location has the serial number."""
        with self._lock:
            if serial and any(house.serial == serial for house in self._houses.values()):
                raise Refused(400, f"Monitor {serial} is installed at another service location")
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
        """Take a location away."""
        with self._lock:
            self._houses.pop(house.location, None)

    def share(self, house: CloudHouse, username: str) -> None:
        """Let an account see a location. Raises Refused (400) where there is no such user."""
        if username not in {account.username for account in self.accounts}:
            raise Refused(400, "There is no such user")
        with self._lock:
            house.users.add(username)


def _may_see(account: Account, house: CloudHouse) -> bool:
    return account.rights == "special" or account.username in house.users
