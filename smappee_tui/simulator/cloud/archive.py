"""What the cloud keeps of a house's past: computed once, summed and encoded once per aggregation."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from smappee_tui.connect.cloud_api.aggregation import SECONDS, Aggregation, time_zone
from smappee_tui.simulator.cloud.history import INTERVAL, HouseInterval
from smappee_tui.simulator.house.site import VirtualSite
from smappee_tui.simulator.monitor.wire import is_grid

_LONGEST = {Aggregation.DAY: 26, Aggregation.MONTH: 32 * 24, Aggregation.QUARTER: 93 * 24, Aggregation.YEAR: 367 * 24}
"""Hours that lead from the start of an interval into the next one."""


def zone(name: str) -> tzinfo:
    """A time zone by its IANA name; UTC where this machine does not know it."""
    return time_zone(name) or UTC


def start_of(at: float, aggregation: Aggregation, place: tzinfo) -> float:
    """Start of the interval that `at` (s since 1970) lies in, s since 1970. Hours and less are cut in UTC."""
    length = SECONDS.get(aggregation)
    if length is not None and aggregation is not Aggregation.DAY:
        return at - at % length
    local = datetime.fromtimestamp(at, place)
    month, day = local.month, local.day
    if aggregation is not Aggregation.DAY:
        day = 1
    if aggregation is Aggregation.QUARTER:
        month -= (month - 1) % 3
    if aggregation is Aggregation.YEAR:
        month = 1
    return datetime(local.year, month, day, tzinfo=place).timestamp()


def end_of(start: float, aggregation: Aggregation, place: tzinfo) -> float:
    """End of the interval that starts at `start`, s since 1970."""
    hours = _LONGEST.get(aggregation)
    if hours is None:
        return start + SECONDS[aggregation]
    return start_of(start + timedelta(hours=hours).total_seconds(), aggregation, place)


_HOURS = INTERVAL / 3600.0


@dataclass(slots=True)
class Slot:
    """Energies in Wh and varh, means in A and V. Arrays are by input."""

    at: float
    """Start, s since 1970."""
    parts: int
    """How many five-minute intervals it is the sum of."""
    watt_hours: array[float]
    var_hours: array[float]
    amps: array[float]
    volts: array[float]
    grid: float
    solar: float
    imported: float
    exported: float
    always_on: float = 0.0

    @property
    def consumption(self) -> float:
        """What the house used itself."""
        return self.grid + self.solar

    def add(self, other: Slot) -> None:
        """Sum with a later one."""
        whole = self.parts + other.parts
        for mine, theirs in ((self.watt_hours, other.watt_hours), (self.var_hours, other.var_hours)):
            for place, value in enumerate(theirs):
                mine[place] += value
        for mine, theirs in ((self.amps, other.amps), (self.volts, other.volts)):
            for place, value in enumerate(theirs):
                mine[place] += (value - mine[place]) * other.parts / whole
        self.parts = whole
        self.grid += other.grid
        self.solar += other.solar
        self.imported += other.imported
        self.exported += other.exported
        self.always_on += other.always_on

    def copy(self) -> Slot:
        """One of its own to add to."""
        return Slot(
            self.at,
            self.parts,
            self.watt_hours[:],
            self.var_hours[:],
            self.amps[:],
            self.volts[:],
            self.grid,
            self.solar,
            self.imported,
            self.exported,
            self.always_on,
        )

    def record(self, stamp: int) -> dict[str, Any]:
        """As the API sends it, with its time stamp in ms."""
        return {
            "timestamp": stamp,
            "consumption": round(self.consumption, 2),
            "solar": round(self.solar, 2),
            "alwaysOn": round(self.always_on, 2),
            "gridImport": round(self.imported, 2),
            "gridExport": round(self.exported, 2),
            "active": [round(value, 2) for value in self.watt_hours],
            "reactive": [round(value, 2) for value in self.var_hours],
            "voltages": [round(value, 1) for value in self.volts],
            "current": [round(value, 2) for value in self.amps],
        }


def slot_of(interval: HouseInterval, site: VirtualSite, *, signed: bool) -> Slot:
    """Five minutes of a house; totals as its monitor works them out. `signed`: keep the sign of reactive energy."""
    width = max((ct.input for ct in site.cts), default=-1) + 1
    places = range(width)
    grid = sum(interval.watts.get(ct.input, 0.0) for ct in site.cts if is_grid(ct)) * _HOURS
    solar = sum(interval.watts.get(ct.input, 0.0) for ct in site.cts if ct.role == "PRODUCTION") * _HOURS
    reactive = (interval.vars.get(n, 0.0) * _HOURS for n in places)
    return Slot(
        interval.at,
        1,
        array("d", (interval.watts.get(n, 0.0) * _HOURS for n in places)),
        array("d", reactive if signed else (abs(value) for value in reactive)),
        array("d", (interval.amps.get(n, 0.0) for n in places)),
        array("d", interval.volts),
        grid,
        solar,
        max(0.0, grid),
        max(0.0, -grid),
    )


KEPT = 31 * 86_400.0
"""How long intervals shorter than an hour are kept, s."""


@dataclass(frozen=True, slots=True)
class EncodedSeries:
    """The encoded records of one aggregation in order of time."""

    stamps: list[int]
    """ms since 1970."""
    records: list[bytes]

    def between(self, start: int, end: int) -> list[bytes]:
        """Those with a time stamp from `start` up to and including `end`, ms."""
        return self.records[bisect_left(self.stamps, start) : bisect_right(self.stamps, end)]


class CloudArchive:
    """The past of one house. Thread-safe; who comes while it is being computed waits."""

    def __init__(
        self,
        lived: Callable[[], Iterable[HouseInterval]],
        site: VirtualSite | None,
        time_zone: str,
        *,
        signed: bool = True,
        ends: bool = False,
    ) -> None:
        """Prepare; nothing is computed yet.

        Args:
            lived: makes the five-minute means, oldest first.
            site: what is installed; None: there are no values.
            time_zone: IANA name, for days and longer.
            signed: reactive energy keeps its sign.
            ends: time stamps are the ends of intervals in place of their starts.
        """
        self.place = zone(time_zone)
        self._lived, self._site, self._signed, self._ends = lived, site, signed, ends
        self._lock = threading.RLock()
        self._slots: list[Slot] | None = None
        self._series: dict[tuple[Aggregation, bool], EncodedSeries] = {}

    def forget(self) -> None:
        """Compute all again at the next look, after the house was changed."""
        with self._lock:
            self._slots = None
            self._series.clear()

    def slots(self) -> list[Slot]:
        """All five-minute intervals, oldest first."""
        with self._lock:
            if self._slots is None:
                site = self._site
                self._slots = [] if site is None else [slot_of(i, site, signed=self._signed) for i in self._lived()]
                self._tell_always_on(self._slots)
            return self._slots

    def series(self, aggregation: Aggregation, *, new_voltages: bool = False) -> EncodedSeries:
        """The encoded records of an aggregation. `new_voltages`: with `phaseVoltages` in place of `voltages`."""
        with self._lock:
            key = (aggregation, new_voltages)
            if key not in self._series:
                self._series[key] = self._encoded(aggregation, new_voltages)
            return self._series[key]

    def stamp(self, start: float, aggregation: Aggregation) -> int:
        """The time stamp of an interval that starts at `start`, ms."""
        return round(1000.0 * (end_of(start, aggregation, self.place) if self._ends else start))

    def sums(self, aggregation: Aggregation) -> list[Slot]:
        """All intervals of an aggregation, oldest first."""
        slots = self.slots()
        if not slots:
            return []
        if SECONDS.get(aggregation, 3600) < 3600:
            oldest = slots[-1].at + INTERVAL - KEPT
            slots = [slot for slot in slots if slot.at >= oldest]
        if aggregation is Aggregation.FIVE_MINUTES:
            return slots
        sums: list[Slot] = []
        for slot in slots:
            start = start_of(slot.at, aggregation, self.place)
            if sums and sums[-1].at == start:
                sums[-1].add(slot)
            else:
                sums.append(slot.copy())
                sums[-1].at = start
        return sums

    def _encoded(self, aggregation: Aggregation, new_voltages: bool) -> EncodedSeries:
        encode = msgspec.json.Encoder().encode
        stamps, records = [], []
        for slot in self.sums(aggregation):
            stamp = self.stamp(slot.at, aggregation)
            record = slot.record(stamp)
            if new_voltages:
                record["phaseVoltages"] = record.pop("voltages")
            stamps.append(stamp)
            records.append(encode(record))
        return EncodedSeries(stamps, records)

    def _tell_always_on(self, slots: list[Slot]) -> None:
        """What the house never used less than, over each of its days."""
        least: dict[float, float] = {}
        days = [start_of(slot.at, Aggregation.DAY, self.place) for slot in slots]
        for day, slot in zip(days, slots, strict=True):
            least[day] = min(least.get(day, slot.consumption), max(0.0, slot.consumption))
        for day, slot in zip(days, slots, strict=True):
            slot.always_on = max(0.0, least[day])
