"""Bounded history at 1 Hz, and one-minute means of a day, in flat 32-bit arrays."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator

from smappee_tui.site.sample import NAN, PHASES, Sample

SECONDS_KEPT = 3600
"""One hour at 1 Hz: 28 channels take 0.9 MB, 80 channels 2.4 MB."""
MINUTES_KEPT = 1440
"""One day of minute means."""


class Ring:
    """A ring of rows of equal width, one slice assignment a row."""

    def __init__(self, width: int, capacity: int) -> None:
        self.width = width
        self.capacity = capacity
        self.count = 0
        self._times = array("d", bytes(8 * capacity))
        self._values = array("f", bytes(4 * width * capacity))

    def __len__(self) -> int:
        return min(self.count, self.capacity)

    def append(self, at: float, row: array[float]) -> None:
        """Add a row; the oldest one goes when the ring is full."""
        place = self.count % self.capacity
        self._times[place] = at
        self._values[place * self.width : (place + 1) * self.width] = row
        self.count += 1

    def places(self, last: int | None = None) -> Iterator[int]:
        """Places of the newest `last` rows (all by default), oldest first."""
        size = len(self)
        wanted = size if last is None else min(last, size)
        for number in range(self.count - wanted, self.count):
            yield number % self.capacity

    def time(self, place: int) -> float:
        """Time of a row, seconds since 1970."""
        return self._times[place]

    def value(self, place: int, column: int) -> float:
        """One value of a row."""
        return self._values[place * self.width + column]

    def row(self, place: int) -> array[float]:
        """A copy of one row."""
        return self._values[place * self.width : (place + 1) * self.width]


class History:
    """What every channel and phase read, second by second."""

    def __init__(self, seconds_kept: int = SECONDS_KEPT, minutes_kept: int = MINUTES_KEPT) -> None:
        self.inputs: tuple[int, ...] = ()
        self._sizes = (seconds_kept, minutes_kept)
        self._seconds = Ring(PHASES, 1)
        self._minutes = Ring(PHASES, 1)
        self._sums: list[float] = []
        self._summed = 0
        self._minute = -1

    def __len__(self) -> int:
        return len(self._seconds)

    def add(self, sample: Sample) -> None:
        """Append one second. A changed set of inputs keeps the columns that are still there."""
        if sample.inputs != self.inputs or self._seconds.capacity == 1:
            self._reshape(sample.inputs)
        minute = int(sample.at // 60)
        if minute != self._minute:
            self._close_minute()
            self._minute = minute
        self._seconds.append(sample.at, sample.packed)
        self._summed += 1

    def _close_minute(self) -> None:
        if not self._summed:
            return
        places = list(self._seconds.places(self._summed))
        rows = [self._seconds.row(place) for place in places]
        means = array("f", (sum(column) / len(rows) for column in zip(*rows, strict=True)))
        self._minutes.append((self._minute + 0.5) * 60, means)
        self._summed = 0

    def _reshape(self, inputs: tuple[int, ...]) -> None:
        width = 2 * len(inputs) + PHASES
        known = {number: place for place, number in enumerate(self.inputs)}
        old_size = len(self.inputs)
        source = [known.get(n, -1) for n in inputs] + [known[n] + old_size if n in known else -1 for n in inputs]
        source += [2 * old_size + phase for phase in range(PHASES)]
        fresh = []
        for ring, capacity in zip((self._seconds, self._minutes), self._sizes, strict=True):
            new = Ring(width, capacity)
            for place in ring.places():
                row = ring.row(place)
                new.append(ring.time(place), array("f", (row[c] if c >= 0 else NAN for c in source)))
            fresh.append(new)
        self._seconds, self._minutes = fresh
        self.inputs = inputs
        self._summed = min(self._summed, len(self._seconds))

    def watts(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, W) of one channel, oldest first, at most the newest `last` seconds; empty for an unknown input."""
        return self._column(self._place(number, 0), last)

    def amps(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, A) of one channel, as `watts`."""
        return self._column(self._place(number, len(self.inputs)), last)

    def volts(self, phase: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, V) of one phase 0 to 2, as `watts`."""
        return self._column(2 * len(self.inputs) + phase, last)

    def minute_watts(self, number: int) -> list[tuple[float, float]]:
        """(middle of the minute, mean W) of one channel for up to a day, oldest first."""
        column = self._place(number, 0)
        return (
            []
            if column is None
            else [(self._minutes.time(p), self._minutes.value(p, column)) for p in self._minutes.places()]
        )

    def _place(self, number: int, offset: int) -> int | None:
        return self.inputs.index(number) + offset if number in self.inputs else None

    def _column(self, column: int | None, last: int | None) -> list[tuple[float, float]]:
        if column is None:
            return []
        ring = self._seconds
        pairs = ((ring.time(p), ring.value(p, column)) for p in ring.places(last))
        return [pair for pair in pairs if not math.isnan(pair[1])]
