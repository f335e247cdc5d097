"""What the cloud keeps of a house's past: computed once, summed and encoded once per aggregation."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from smappee_tui.links.cloud.aggregation import SECONDS, Aggregation
from smappee_tui.simulator.cloud.calendar import end_of, start_of, zone
from smappee_tui.simulator.cloud.history import INTERVAL, HouseInterval
from smappee_tui.simulator.cloud.slot import Slot, slot_of
from smappee_tui.simulator.site import Site

KEPT = 31 * 86_400.0
"""How long intervals shorter than an hour are kept, s."""


@dataclass(frozen=True, slots=True)
class Series:
    """The encoded records of one aggregation in order of time."""

    stamps: list[int]
    """ms since 1970."""
    records: list[bytes]

    def between(self, start: int, end: int) -> list[bytes]:
        """Those with a time stamp from `start` up to and including `end`, ms."""
        return self.records[bisect_left(self.stamps, start) : bisect_right(self.stamps, end)]


class Past:
    """The past of one house. Thread-safe; who comes while it is being computed waits."""

    def __init__(
        self,
        lived: Callable[[], Iterable[HouseInterval]],
        site: Site | None,
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
        self._series: dict[tuple[Aggregation, bool], Series] = {}

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

    def series(self, aggregation: Aggregation, *, new_voltages: bool = False) -> Series:
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

    def _encoded(self, aggregation: Aggregation, new_voltages: bool) -> Series:
        encode = msgspec.json.Encoder().encode
        stamps, records = [], []
        for slot in self.sums(aggregation):
            stamp = self.stamp(slot.at, aggregation)
            record = slot.record(stamp)
            if new_voltages:
                record["phaseVoltages"] = record.pop("voltages")
            stamps.append(stamp)
            records.append(encode(record))
        return Series(stamps, records)

    def _tell_always_on(self, slots: list[Slot]) -> None:
        """What the house never used less than, over each of its days."""
        least: dict[float, float] = {}
        days = [start_of(slot.at, Aggregation.DAY, self.place) for slot in slots]
        for day, slot in zip(days, slots, strict=True):
            least[day] = min(least.get(day, slot.consumption), max(0.0, slot.consumption))
        for day, slot in zip(days, slots, strict=True):
            slot.always_on = max(0.0, least[day])
