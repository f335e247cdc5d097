"""A street of virtual houses on one broker, over one connection: for the demo of the fleet, and for its tests."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.simulator import sites
from smappee_tui.simulator.house.meter import Dialect
from smappee_tui.simulator.house.site import Identity, identity
from smappee_tui.simulator.monitor.connection import BrokerConnection
from smappee_tui.simulator.monitor.virtual_monitor import Publication, VirtualMonitor

_STALE = 5.0
"""Seconds after which an unsent realtime message is dropped."""
_TICK = 0.05
_JOINING = 15
"""Houses that join with each tick: a broker has other things to do than to keep the configuration of all at once."""
_INTERVAL = 300.0
"""Seconds between two messages of a sensor."""

_SITES = ("home3pv", "home1", "home1", "delta", "home3pv", "home1", "shop28", "home3pv", "home1", "home1")
"""Of each ten houses."""
_WRONG = (
    (0, "reversed:7"), (3, "reversed:3"), (6, "reversed:4"), (4, "phase:8,L2"), (1, "reversed:0"),
    (7, "swapped:0,1"), (2, "reversed:1"), (3, "swapped:0,1"), (6, "swapped:0,2"), (5, "reversed:1"),
)  # fmt: skip
"""Of each hundred houses, in turn: which of ten is wired wrong, so that all kinds of houses are, and how."""


@dataclass(frozen=True, slots=True)
class HousePlan:
    """One house of a street, before it is built."""

    site: str
    """A name of `sites.NAMES`."""
    dialect: Dialect
    seed: int
    faults: tuple[str, ...] = ()
    quiet: tuple[float, float] | None = None
    """From when to when it says nothing, in s after it joined."""
    past: float = 1.0
    """How long it had been there when it joined, in s: what a sensor told then, it tells when it joins."""

    @property
    def identity(self) -> Identity:
        return identity(self.dialect, f"{self.site}/{self.seed}")

    @property
    def miswired(self) -> bool:
        """A CT of it sits otherwise than it is configured."""
        return any(fault.partition(":")[0] in ("reversed", "phase", "swapped") for fault in self.faults)

    def build(self, now: float) -> VirtualMonitor:
        """The monitor, which has come to `now`, in s since 1970."""
        return sites.build(self.site, dialect=self.dialect, seed=self.seed, faults=self.faults, start=now - self.past)


def street(count: int = 300, seed: int = 1) -> list[HousePlan]:
    """So many houses of both dialects: one in a hundred is wired wrong, some say nothing or fall silent, some have a
    weak battery or a plug that does not answer."""
    always = 0.0, float("inf")
    plans: list[HousePlan] = []
    for number in range(count):
        site = _SITES[number % len(_SITES)]
        faults: tuple[str, ...] = ()
        quiet: tuple[float, float] | None = None
        place, wrong = _WRONG[number // 100 % len(_WRONG)]
        if number % 100 == 20 + place:
            faults = (wrong,)
        elif number % 100 == 47:
            quiet = always if number // 100 % 2 else (30.0, 180.0)
        elif number % 75 == 31:
            faults = ("battery-low",)
        elif number % 60 == 13:
            faults = ("plug-unreachable:2",) if number % 120 == 13 else ("plug-disconnected:1",)
        dialect: Dialect = "20-series" if number % 3 == 2 else "infinity"
        past = _INTERVAL if "battery-low" in faults else 1.0
        plans.append(HousePlan(site, dialect, seed * 100_000 + number, faults, quiet, past))
    return plans


@dataclass(slots=True)
class _Joined:
    plan: HousePlan
    monitor: VirtualMonitor
    since: float
    """When it joined, s since 1970."""

    def speaks(self, at: float) -> bool:
        quiet = self.plan.quiet
        return quiet is None or not quiet[0] <= at - self.since < quiet[1]


class StreetPublisher:
    """Publishes what the monitors of many houses measure, in real time, in a thread of its own; a context manager.

    One house after the other joins, so that the first are there at once. As with a single one, what the broker does
    not take while it is away is lost, and what it is to keep is sent again after a reconnect.
    """

    def __init__(
        self, plans: Sequence[HousePlan], address: BrokerAddress, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Prepare; entering it connects.

        Args:
            plans: the houses, in the order in which they join.
            address: the broker.
            clock: s since 1970.
        """
        self._clock = clock
        self._waiting = iter(plans)
        self._houses: dict[str, _Joined] = {}
        self._due: list[tuple[float, str]] = []
        """When each house has something to say next, and its uuid."""
        self._stop = threading.Event()
        self._lock = threading.Lock()
        filters = ("servicelocation/+/plug/+/setstate",)
        self._connection = BrokerConnection(address, filters, self._kept, self._receive)
        self._thread = threading.Thread(target=self._run, name="virtual-street", daemon=True)

    def __enter__(self) -> Self:
        self._connection.open()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(2.0)
        self._connection.close()

    @property
    def joined(self) -> int:
        """Houses that are there."""
        return len(self._houses)

    def due(self, now: float) -> Iterator[Publication]:
        """What is to be sent up to `now`; some more houses join first, if all have not yet."""
        with self._lock:
            for plan in islice(self._waiting, _JOINING):
                yield from self._join(plan, now)
            while self._due and self._due[0][0] <= now:
                _, uuid = heapq.heappop(self._due)
                house = self._houses[uuid]
                for one in list(house.monitor.publications(now)):
                    if house.speaks(one.at) and (one.retain or now - one.at <= _STALE):
                        yield one
                heapq.heappush(self._due, (house.monitor.time + 1.0, uuid))

    def _join(self, plan: HousePlan, now: float) -> Iterator[Publication]:
        monitor = plan.build(now)
        house = _Joined(plan, monitor, now)
        uuid = monitor.site.identity.uuid
        self._houses[uuid] = house
        yield from monitor.retained()
        for one in list(monitor.publications(now)):
            if house.speaks(now) and (now - one.at <= _STALE or not one.topic.endswith("/realtime")):
                yield one
        heapq.heappush(self._due, (monitor.time + 1.0, uuid))

    def _run(self) -> None:
        while not self._stop.wait(_TICK):
            if self._connection.ready.is_set():
                for one in self.due(self._clock()):
                    self._connection.send(one)

    def _kept(self) -> list[Publication]:
        with self._lock:
            return [one for house in self._houses.values() for one in house.monitor.retained()]

    def _receive(self, topic: str, payload: bytes, kept: bool) -> None:
        with self._lock:
            house = self._houses.get(topic.split("/")[1])
            if house is not None and not kept:
                house.monitor.receive(topic, payload)
