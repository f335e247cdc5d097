"""The vendor's cloud, method by method: typed records out, typed errors, aware times."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx

from smappee_tui.connect.cloud_api import paths
from smappee_tui.connect.cloud_api.address import DEFAULT_BASE, base_address
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.cloud_api.calls import Calls, Question
from smappee_tui.connect.cloud_api.credentials import Credentials, TokenStore
from smappee_tui.connect.cloud_api.errors import BadRequestError, ServiceDownError
from smappee_tui.connect.cloud_api.ranges import RangePlanner, Remarks, millis, piece_by_piece
from smappee_tui.protocol.cloud import read_places, read_records
from smappee_tui.protocol.cloud.records import (
    ApplianceEvent,
    CloudLocation,
    Consumption,
    CostRecord,
    LocationInfo,
    MeteringConfiguration,
    SensorConsumption,
    SwitchConsumption,
)
from smappee_tui.protocol.fact import Fact, fact

_LONGEST_NAME = 200


def location_body(name: str, latitude: float | None, longitude: float | None, serial: str | None) -> dict[str, Any]:
    """The content that creates a location. Raises ValueError for a name or a place that cannot be."""
    content: dict[str, Any] = {"name": _name(name), **_place(latitude, longitude)}
    if serial:
        content["deviceSerialNumber"] = serial.strip()
    return content


def changes_body(name: str | None, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """The content that changes a location; what is None stays. Raises ValueError, also when nothing would change."""
    content: dict[str, Any] = {} if name is None else {"name": _name(name)}
    content |= _place(latitude, longitude)
    if not content:
        raise ValueError("nothing to change")
    return content


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a location's name has 1 to {_LONGEST_NAME} printable characters")
    return name


def _place(latitude: float | None, longitude: float | None) -> dict[str, float]:
    place = {}
    for key, value, most in (("lat", latitude, 90), ("lon", longitude, 180)):
        if value is None:
            continue
        if not math.isfinite(value) or abs(value) > most:
            raise ValueError(f"a latitude lies within ±90° and a longitude within ±180°, not at {value}")
        place[key] = float(value)
    return place


__all__ = ["DEFAULT_BASE", "CloudClient", "Progress"]

Progress = Callable[[float], None]
"""Called with the share that is done, 0 to 1."""
ON_FOR = (300, 900, 1800, 3600)
"""Seconds for which an actuator can be switched; anything else means until further notice."""


def _silent(_share: float) -> None:
    """Progress that nobody watches."""


class CloudClient:
    """A session with the service. Use it as an asynchronous context manager.

    It logs in by itself at the first call; that alone may take 20 s. Calls may run at the same time: they share one
    login and keep the pace together. Every method raises `CloudError`, typed by what to do about it; times without a
    time zone and values that no call can have raise ValueError.

    Attributes:
        base_url: where the service is.
        remarks: what a person should know about the answers so far: ranges cut short, records left out.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = DEFAULT_BASE,
        codes: Mapping[Aggregation, int] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: float = 0.25,
        read_timeout: float = 40.0,
        store: TokenStore | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            credentials: who asks.
            base_url: https, or http on this machine itself.
            codes: the service's numbers for aggregations, where they differ from what is known or guessed.
            transport: what carries the requests, for tests.
            clock: seconds since 1970.
            sleep: how to wait.
            pace: least seconds between two requests.
            read_timeout: seconds without a byte after which an answer is given up.
            store: where the token of an earlier client may be, and this one's is kept; None for nowhere.

        Raises:
            BadCloudAddressError: when the base address is not to be used.
        """
        self.base_url = base_address(base_url)
        self._remarks = Remarks()
        self._asking = RangePlanner(codes or {}, clock, self._remarks)
        self._calls = Calls(
            self.base_url,
            credentials,
            transport=transport,
            clock=clock,
            sleep=sleep,
            pace=pace,
            timeout=read_timeout,
            store=store,
        )

    @property
    def remarks(self) -> list[Fact]:
        """What a person should know about the answers so far; each once."""
        return self._remarks.facts

    def __repr__(self) -> str:
        return f"CloudClient({self.base_url!r})"

    async def __aenter__(self) -> Self:
        await self._calls.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._calls.close()

    async def authenticate(self) -> datetime:
        """Log in now, with the password.

        Returns:
            Until when the token is good.
        """
        return datetime.fromtimestamp(await self._calls.login(), UTC)

    async def locations(self) -> tuple[CloudLocation, ...]:
        """All service locations that the account may see."""
        read = await self._calls.read(Question(paths.LOCATIONS), read_places.read_locations)
        self._remarks.left_out(read.unreadable, "location")
        return read.records

    async def info(self, location: int) -> LocationInfo:
        """Who and where a location is, with its appliances, actuators and sensors."""
        return await self._calls.read(Question(paths.info(location)), read_places.read_info)

    async def metering(self, location: int) -> MeteringConfiguration:
        """How the cloud believes the CTs of a location are configured."""
        return await self._calls.read(Question(paths.metering(location)), read_places.read_metering)

    def consumption(
        self,
        location: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        progress: Progress = _silent,
    ) -> AsyncIterator[Consumption]:
        """Measured values of a range, in order of time, fetched in pieces as they are taken.

        Raises:
            BadRequestError: when there is nothing to read in this range, before anything is sent.
        """
        pieces = self._asking.cut(paths.consumption(location), aggregation, start, end)
        return piece_by_piece(pieces, self._calls, read_records.read_consumption, self._remarks, progress)

    def switch_consumption(
        self,
        location: int,
        switch: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        progress: Progress = _silent,
    ) -> AsyncIterator[SwitchConsumption]:
        """As `consumption`, of a Smappee Switch."""
        pieces = self._asking.cut(paths.switch_consumption(location, switch), aggregation, start, end)
        return piece_by_piece(pieces, self._calls, read_records.read_switch_consumption, self._remarks, progress)

    def sensor_consumption(
        self,
        location: int,
        sensor: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        progress: Progress = _silent,
    ) -> AsyncIterator[SensorConsumption]:
        """As `consumption`, of a Gas & Water sensor."""
        pieces = self._asking.cut(paths.sensor_consumption(location, sensor), aggregation, start, end)
        return piece_by_piece(pieces, self._calls, read_records.read_sensor_consumption, self._remarks, progress)

    async def events(
        self, location: int, appliance: int, start: datetime, end: datetime, *, most: int = 100
    ) -> tuple[ApplianceEvent, ...]:
        """When an appliance was switched on and off, in order of time; at most so many of them."""
        if most < 1:
            raise ValueError("at least one event must be asked for")
        query = {"applianceId": int(appliance), "maxNumber": int(most), **_range(start, end)}
        read = await self._calls.read(Question(paths.events(location), query), read_records.read_events)
        self._remarks.left_out(read.unreadable, "event")
        return read.records

    async def costs(
        self,
        location: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        appliance: int | None = None,
    ) -> tuple[CostRecord, ...]:
        """What each appliance used and cost, or one of them. The document has it by month and by year."""
        query = {"aggregation": self._asking.code(aggregation), **_range(start, end)}
        if appliance is not None:
            query["applianceId"] = int(appliance)
        guessed = self._asking.guessed(aggregation)
        read = await self._calls.read(Question(paths.costs(location), query, guessed), read_records.read_costs)
        self._remarks.left_out(read.unreadable, "cost")
        return read.records

    async def actuator_state(self, location: int, actuator: int) -> str:
        """ON, OFF, or a word unknown to us as sent."""
        return await self._calls.read(Question(paths.actuator(location, actuator, "state")), read_places.read_state)

    async def switch_actuator(self, location: int, actuator: int, on: bool, *, seconds: int | None = None) -> None:
        """Switch a plug or output. This acts on a real installation; it is sent once and never repeated.

        Args:
            location: number of the service location.
            actuator: number of the plug, switch or output.
            on: what it shall be.
            seconds: for how long, one of 300, 900, 1800 and 3600; None until further notice.
        """
        if seconds is not None and seconds not in ON_FOR:
            raise ValueError(f"an actuator is switched for {', '.join(map(str, ON_FOR))} s or until further notice")
        content = {} if seconds is None else {"duration": seconds}
        await self._calls.change("POST", paths.actuator(location, actuator, "on" if on else "off"), content)

    async def create_location(
        self, name: str, *, latitude: float | None = None, longitude: float | None = None, serial: str | None = None
    ) -> CloudLocation:
        """Create a service location. Needs a special account; sent once and never repeated."""
        content = location_body(name, latitude, longitude, serial)
        body = await self._calls.change("POST", paths.CREATE, content)
        made = read_places.read_created(body, name, serial or "")
        if made is None:
            raise ServiceDownError(fact("cloud_api.no_number"), fact("cloud_api.no_number_advice"))
        return made

    async def update_location(
        self, location: int, *, name: str | None = None, latitude: float | None = None, longitude: float | None = None
    ) -> None:
        """Change a location's name or place; what is None stays. Needs a special account; sent once."""
        await self._calls.change("PUT", paths.location(location), changes_body(name, latitude, longitude))

    async def delete_location(self, location: int) -> None:
        """Delete a location, with all that was measured. Needs a special account; sent once and never repeated."""
        await self._calls.change("DELETE", paths.location(location), None)

    async def share_location(self, location: int, username: str) -> None:
        """Give another user access to a location. Needs a special account; sent once and never repeated."""
        if not username.strip():
            raise ValueError("nobody to share with")
        await self._calls.change("POST", paths.share(location), {"username": username.strip()})


def _range(start: datetime, end: datetime) -> dict[str, int]:
    query = {"from": millis(start), "to": millis(end)}
    if end <= start:
        raise BadRequestError(fact("cloud_api.range_backwards"), fact("cloud_api.range_backwards_advice"))
    return query
