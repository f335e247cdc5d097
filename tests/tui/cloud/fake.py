"""A client that answers what a test tells it to, when it tells it to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from smappee_tui.connect.cloud_api.aggregation import SECONDS, Aggregation
from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.cloud.records import Actuator, CloudLocation, Consumption, LocationInfo, MeteringConfiguration
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting

NOW = datetime(2026, 7, 15, 14, 37, tzinfo=UTC)
"""A summer's afternoon: 16:37 at home."""
HOSTILE = "\x1b[31m[/x] [bold]漢字\u202e"
HOME = CloudLocation(1001, "Janssens", "7f3a11d2-aaaa-4bbb-8ccc-000000000001", "5010001234")
SHOP = CloudLocation(1002, "Bakery De Kruimel", "7f3a11d2-aaaa-4bbb-8ccc-000000000002", "5010005678")
EVIL = CloudLocation(1003, HOSTILE, "u3", "2006000123")
EMPTY = CloudLocation(1004, "Holiday cottage", "u4", "")
PLACES = (HOME, SHOP, EVIL, EMPTY)
TOLD = frozenset({"name", "role", "connection", "phase", "reversed", "balanced", "ct_type"})


def channel(number: int, name: str, role: str, link: str, phase: int | None, *, turned: bool = False) -> ChannelSetting:
    return ChannelSetting(number, name, role, link, phase, turned, False, "50A", None)


CHANNELS = (
    channel(0, "Grid L1", "CONSUMPTION", "GRID", 0),
    channel(1, "Grid L2", "CONSUMPTION", "GRID", 1),
    channel(2, "Grid L3", "CONSUMPTION", "GRID", 2),
    channel(3, "Solar", "PRODUCTION", "GRID", 0, turned=True),
    channel(4, HOSTILE, "CONSUMPTION", "SUBMETER", 1),
    channel(5, "", "UNUSED", "SUBMETER", None),
)
PLAN = ChannelConfig(None, "infinity", "star", 1001, CHANNELS)


def metering(
    place: CloudLocation = HOME, zone: str | None = "Europe/Brussels", **more: object
) -> MeteringConfiguration:
    columns = {one.input: one.input for one in CHANNELS}
    made: dict[str, object] = {"plan": PLAN, "columns": columns, "told": TOLD} | more
    return MeteringConfiguration(place, zone, **made)  # type: ignore[arg-type]


def actuator(number: int, name: str, state: str, connection: str = "CONNECTED", kind: str = "SWITCH") -> Actuator:
    return Actuator(number, name, kind, "4006990001", connection, state)


ACTUATORS = (
    actuator(11, "Boiler", "ON"),
    actuator(12, "Lamp", "OFF", "UNREACHABLE", "COMFORT_PLUG"),
    actuator(13, HOSTILE, ""),
)


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now.timestamp()

    def __call__(self) -> float:
        return self.now


class FakeCloud:
    """Follows the interface. `hold` stops a method until its event is set; `fail` makes one fail."""

    def __init__(self, places: tuple[CloudLocation, ...] = PLACES) -> None:
        self.places = places
        self.remarks: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        self.failing: dict[str, Exception] = {}
        self.calls: list[str] = []
        self.asked: list[tuple[Aggregation, datetime, datetime]] = []
        self.metering_now = metering()
        self.actuators = ACTUATORS
        self.states = {11: "ON", 12: "OFF", 13: "OFF"}
        self.switched: list[tuple[int, int, bool, int | None]] = []
        self.gap: tuple[int, int] | None = None
        self.values = True
        self.base_url = "https://cloud.example/v3"
        self.house: tuple[Consumption, ...] | None = None
        """Values of a real house in place of the made-up curves."""
        self.to_remark: list[str] = []
        """Remarks that come with its values."""
        self.opened = self.closed = self.cancelled = 0

    def hold(self, name: str) -> asyncio.Event:
        self.held[name] = asyncio.Event()
        return self.held[name]

    async def _call(self, name: str) -> None:
        self.calls.append(name)
        event = self.held.get(name)
        if event is not None:
            try:
                await event.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if name in self.failing:
            raise self.failing[name]

    async def __aenter__(self) -> FakeCloud:
        self.opened += 1
        return self

    async def __aexit__(self, *error: object) -> None:
        self.closed += 1

    async def authenticate(self) -> datetime:
        await self._call("authenticate")
        return NOW + timedelta(hours=10)

    async def locations(self) -> tuple[CloudLocation, ...]:
        await self._call("locations")
        return self.places

    async def metering(self, location: int) -> MeteringConfiguration:
        await self._call("metering")
        return self.metering_now

    async def info(self, location: int) -> LocationInfo:
        await self._call("info")
        return LocationInfo(HOME, "Europe/Brussels", None, None, None, None, (), self.actuators, (), None)

    async def consumption(
        self,
        location: int,
        aggregation: Aggregation,
        start: datetime,
        end: datetime,
        *,
        progress: Callable[[float], None] = lambda _: None,
    ) -> AsyncIterator[Consumption]:
        self.asked.append((aggregation, start, end))
        await self._call("consumption")
        if self.house is not None:
            self.remarks += self.to_remark
            self.to_remark = []
            await self._call(f"piece {self.calls.count('consumption')}")
            for one in self.house:
                if start <= one.at < end:
                    yield one
            progress(1.0)
            return
        step = SECONDS[aggregation]
        count = int((end - start).total_seconds() // step) if self.values else 0
        for number in range(count):
            if number == count // 2:
                await self._call("second half")
            at = start + timedelta(seconds=number * step)
            if self.gap is None or not self.gap[0] <= number * step < self.gap[1]:
                yield record(at, step, (number * step) / 3600)
            progress((number + 1) / count)

    async def actuator_state(self, location: int, actuator: int) -> str:
        await self._call(f"state {actuator}")
        return self.states[actuator]

    async def switch_actuator(self, location: int, actuator: int, on: bool, *, seconds: int | None = None) -> None:
        self.switched.append((location, actuator, on, seconds))
        await self._call("switch")
        self.states[actuator] = "ON" if on else "OFF"


def record(at: datetime, step: int, hour: float) -> Consumption:
    """A house that cooks at noon and at half past six, and has sun from six to nine."""
    part = step / 3600
    sun = 3600 * max(0.0, math.sin(math.pi * (hour - 6) / 15)) if 6 < hour < 21 else 0.0
    used = 280.0 + (2600.0 if 12 <= hour < 12.6 else 0) + (4100.0 if 18.5 <= hour < 19.4 else 0)
    active = (used - sun) * part
    cts: tuple[float | None, ...] = (active / 2, active / 3, active / 6, sun * part, 90.0 * part)
    return Consumption(at, used * part, sun * part, 100 * part, cts, (None,) * 5, (231.0,), (None,) * 5)


class TroubleError(ExternalError):
    """Something of no kind that the screens know."""
