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
MOST_COLUMNS = 1000
"""Channels that have a column at the same time."""
MOST_VALUES = 1_000_000
"""Numbers that one ring holds, 4 MB: an hour of up to 137 channels, and then some."""


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

    def newest(self, rows: int) -> array[float]:
        """A copy of the newest rows, oldest first, one behind the other."""
        rows = min(rows, len(self))
        end = self.count % self.capacity
        begin = end - rows
        if begin >= 0:
            return self._values[begin * self.width : end * self.width]
        return self._values[(begin + self.capacity) * self.width :] + self._values[: end * self.width]


class History:
    """What every channel and phase read, second by second.

    A channel that a message leaves out keeps its column, with a hole in it. Memory is bounded whatever a monitor
    sends: with more than 100-odd channels fewer seconds are kept.
    """

    def __init__(self, seconds_kept: int = SECONDS_KEPT, minutes_kept: int = MINUTES_KEPT) -> None:
        self.inputs: tuple[int, ...] = ()
        """Inputs that have a column, in order."""
        self._sizes = (seconds_kept, minutes_kept)
        self._seconds = Ring(PHASES, 1)
        self._minutes = Ring(PHASES, 1)
        self._shaped = False
        self._summed = 0
        self._minute = -1

    def __len__(self) -> int:
        return len(self._seconds)

    def keep(self, seconds_kept: int = SECONDS_KEPT, minutes_kept: int = MINUTES_KEPT) -> None:
        """Keep so much from now on. What was kept stays, as far as there is room."""
        self._sizes = (seconds_kept, minutes_kept)
        if self._shaped:
            self._reshape(self.inputs)

    def add(self, sample: Sample) -> None:
        """Append one second."""
        row = sample.packed if sample.inputs == self.inputs and self._shaped else self._fitted(sample)
        minute = int(sample.at // 60)
        if minute != self._minute:
            self._close_minute()
            self._minute = minute
        self._seconds.append(sample.at, row)
        self._summed += 1

    def _fitted(self, sample: Sample) -> array[float]:
        """The sample as a row of this history, whose columns grow where the sample has more."""
        known, fresh = set(self.inputs), set(sample.inputs)
        if not self._shaped or not fresh <= known:
            union = known | fresh
            self._reshape(tuple(sorted(union if len(union) <= MOST_COLUMNS else fresh)))
        if sample.inputs == self.inputs:
            return sample.packed
        size, old_size = len(self.inputs), len(sample.inputs)
        row = array("f", [NAN]) * (2 * size + PHASES)
        for old, new in enumerate(map({n: place for place, n in enumerate(self.inputs)}.__getitem__, sample.inputs)):
            row[new] = sample.packed[old]
            row[size + new] = sample.packed[old_size + old]
        row[2 * size :] = sample.packed[2 * old_size :]
        return row

    def _close_minute(self) -> None:
        if not self._summed:
            return
        width, block = self._seconds.width, self._seconds.newest(self._summed)
        means = array("f", (_mean(block[column::width]) for column in range(width)))
        self._minutes.append((self._minute + 0.5) * 60, means)
        self._summed = 0

    def _reshape(self, inputs: tuple[int, ...]) -> None:
        width = 2 * len(inputs) + PHASES
        known = {number: place for place, number in enumerate(self.inputs)}
        old_size = len(self.inputs)
        source = [known.get(n, -1) for n in inputs] + [known[n] + old_size if n in known else -1 for n in inputs]
        source += [2 * old_size + phase for phase in range(PHASES)]
        fresh = []
        for ring, wanted in zip((self._seconds, self._minutes), self._sizes, strict=True):
            capacity = max(1, min(wanted, MOST_VALUES // width))
            new = Ring(width, capacity)
            for place in ring.places(capacity):
                row = ring.row(place)
                new.append(ring.time(place), array("f", (row[c] if c >= 0 else NAN for c in source)))
            fresh.append(new)
        self._seconds, self._minutes = fresh
        self.inputs = inputs
        self._shaped = True
        self._summed = min(self._summed, len(self._seconds))

    def watts(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, W) of one channel, oldest first, at most the newest `last` seconds; empty for an unknown input."""
        return self._column(self._place(number, 0), last)

    def amps(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, A) of one channel, as `watts`."""
        return self._column(self._place(number, len(self.inputs)), last)

    def volts(self, phase: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, V) of one phase 0 to 2, as `watts`."""
        return self._column(2 * len(self.inputs) + phase if 0 <= phase < PHASES else None, last)

    def minute_watts(self, number: int) -> list[tuple[float, float]]:
        """(middle of the minute, mean W) of one channel for up to a day, oldest first."""
        return self._column(self._place(number, 0), None, self._minutes)

    def _place(self, number: int, offset: int) -> int | None:
        return self.inputs.index(number) + offset if number in self.inputs else None

    def _column(self, column: int | None, last: int | None, ring: Ring | None = None) -> list[tuple[float, float]]:
        if column is None:
            return []
        ring = ring or self._seconds
        pairs = ((ring.time(p), ring.value(p, column)) for p in ring.places(last))
        return [pair for pair in pairs if not math.isnan(pair[1])]


def _mean(values: array[float]) -> float:
    """The mean of what is there; NaN where nothing is."""
    total = sum(values)
    if not math.isnan(total):
        return total / len(values)
    there = [value for value in values if not math.isnan(value)]
    return sum(there) / len(there) if there else NAN
