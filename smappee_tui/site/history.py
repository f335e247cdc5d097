"""Bounded history at 1 Hz, in flat 32-bit arrays."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from smappee_tui.site.sample import NAN, PHASES, Sample

SECONDS_KEPT = 3600
"""One hour at 1 Hz: 28 channels take 0.9 MB, 80 channels 2.4 MB."""
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
        self._bytes = memoryview(self._values).cast("B")
        self._row_bytes = 4 * width

    def __len__(self) -> int:
        return min(self.count, self.capacity)

    def append(self, at: float, row: bytes) -> None:
        """Add a row of 32-bit floats; the oldest one goes when the ring is full."""
        place = self.count % self.capacity
        self._times[place] = at
        begin = place * self._row_bytes
        self._bytes[begin : begin + self._row_bytes] = row
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
        return self._values[place * self.width + column]

    def row(self, place: int) -> array[float]:
        return self._values[place * self.width : (place + 1) * self.width]

    def times(self, last: int | None = None) -> array[float]:
        """Times of the newest `last` rows (all by default), oldest first."""
        return self._strip(self._times, 0, 1, last)

    def column(self, column: int, last: int | None = None) -> array[float]:
        """One column of the same rows: a hundred times as fast as value by value."""
        return self._strip(self._values, column, self.width, last)

    def _strip(self, values: array[float], column: int, width: int, last: int | None) -> array[float]:
        size = len(self)
        wanted = size if last is None else max(0, min(last, size))
        begin, end = (self.count - wanted) % self.capacity, self.count % self.capacity
        if not wanted or begin < end:
            return values[begin * width + column : end * width : width] if wanted else values[:0]
        return values[begin * width + column :: width] + values[column : end * width : width]


HELD = 1.5
"""Times the usual distance of two samples for which a value is taken to hold: a second later it is a gap."""


class Extent(NamedTuple):
    """Least and most of a stretch of time."""

    least: float
    most: float


class History:
    """What every channel and phase read, second by second.

    A channel that a message leaves out keeps its column, with a hole in it. Memory is bounded whatever a monitor
    sends: with more than 100-odd channels fewer seconds are kept.
    """

    def __init__(self, seconds_kept: int = SECONDS_KEPT) -> None:
        self.inputs: tuple[int, ...] = ()
        """Inputs that have a column, in order."""
        self._kept = seconds_kept
        self._seconds = Ring(PHASES, 1)
        self._shaped = False

    def __len__(self) -> int:
        return len(self._seconds)

    @property
    def size(self) -> int:
        """Bytes that it takes, filled or not."""
        return self._seconds.capacity * (4 * self._seconds.width + 8)

    def keep(self, seconds_kept: int = SECONDS_KEPT) -> None:
        """Keep so much from now on. What was kept stays, as far as there is room."""
        self._kept = seconds_kept
        if self._shaped:
            self._reshape(self.inputs)

    def add(self, sample: Sample) -> None:
        row = sample.packed if sample.inputs is self.inputs and self._shaped else self._fitted(sample)
        self._seconds.append(sample.at, row)

    def _fitted(self, sample: Sample) -> bytes:
        """The sample as a row of this history, whose columns grow where the sample has more."""
        known, fresh = set(self.inputs), set(sample.inputs)
        if not self._shaped or not fresh <= known:
            union = known | fresh
            self._reshape(tuple(sorted(union if len(union) <= MOST_COLUMNS else fresh)))
        if sample.inputs == self.inputs:
            self.inputs = sample.inputs  # the next sample has the very same: nothing to compare
            return sample.packed
        size, old_size = len(self.inputs), len(sample.inputs)
        row, read = array("f", [NAN]) * (2 * size + PHASES), array("f", sample.packed)
        for old, new in enumerate(map({n: place for place, n in enumerate(self.inputs)}.__getitem__, sample.inputs)):
            row[new] = read[old]
            row[size + new] = read[old_size + old]
        row[2 * size :] = read[2 * old_size :]
        return row.tobytes()

    def _reshape(self, inputs: tuple[int, ...]) -> None:
        width = 2 * len(inputs) + PHASES
        known = {number: place for place, number in enumerate(self.inputs)}
        old_size = len(self.inputs)
        source = [known.get(n, -1) for n in inputs] + [known[n] + old_size if n in known else -1 for n in inputs]
        source += [2 * old_size + phase for phase in range(PHASES)]
        capacity = max(1, min(self._kept, MOST_VALUES // width))
        old, self._seconds = self._seconds, Ring(width, capacity)
        for place in old.places(capacity):
            row = old.row(place)
            self._seconds.append(old.time(place), array("f", (row[c] if c >= 0 else NAN for c in source)).tobytes())
        self.inputs = inputs
        self._shaped = True

    def watts(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, W) of one channel, oldest first, at most the newest `last` seconds; empty for an unknown input."""
        return self._column(self._place(number, 0), last)

    def amps(self, number: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, A) of one channel, as `watts`."""
        return self._column(self._place(number, len(self.inputs)), last)

    def volts(self, phase: int, last: int | None = None) -> list[tuple[float, float]]:
        """(time, V) of one phase 0 to 2, as `watts`."""
        return self._column(2 * len(self.inputs) + phase if 0 <= phase < PHASES else None, last)

    def extents(
        self, weights: Sequence[tuple[int, float]], at: float, seconds: float, count: int
    ) -> list[Extent | None]:
        """Least and most of a sum of powers, W, in each of `count` equal stretches of time, oldest first.

        None where nothing was measured: a value holds until the next one comes, or for `HELD` distances of samples.
        Stretches begin at whole multiples of their length, so that they do not crawl under a picture; the last one
        holds `at`.

        Args:
            weights: input and what to count it with; where one of them is not known the sum is not.
            at: time of the newest sample that counts.
            seconds: length of all stretches together.
            count: how many.
        """
        columns = [(self._place(number, 0), weight) for number, weight in weights]
        if not columns or any(column is None for column, _ in columns):
            return [None] * count
        step = seconds / count
        begin = (at // step + 1) * step - seconds
        last = self._rows_since(begin)
        times = self._seconds.times(last)
        recent = times[-31:]
        held = HELD * median([b - a for a, b in pairwise(recent)] or [1.0])
        parts = [[weight * value for value in self._seconds.column(column or 0, last)] for column, weight in columns]
        values = parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True))
        least: list[float | None] = [None] * count
        most = [0.0] * count
        # One of these for each second of an hour: no call that can be spared.
        for when, then, value in zip(times, [*times[1:], at], values, strict=True):
            if value != value or when > at:
                continue
            end = min(then, when + held, at)
            first = int((when - begin) // step)
            if first >= count:
                first = count - 1  # by the last digit of a quotient
            final = math.ceil((end - begin) / step) - 1 if end > when else first
            if final < first:
                final = first
            if final < 0:
                continue
            for place in range(first if first > 0 else 0, final + 1 if final < count else count):
                low = least[place]
                if low is None:
                    least[place] = most[place] = value
                elif value > most[place]:
                    most[place] = value
                elif value < low:
                    least[place] = value
        return [None if low is None else Extent(low, high) for low, high in zip(least, most, strict=True)]

    @property
    def begins(self) -> float | None:
        """Time of the oldest sample kept; None while there is none."""
        ring = self._seconds
        return ring.time((ring.count - len(ring)) % ring.capacity) if len(ring) else None

    @property
    def full(self) -> bool:
        """Older seconds have had to go."""
        return self._seconds.count > self._seconds.capacity

    def _rows_since(self, begin: float) -> int:
        """How many of the newest rows may lie behind a moment: whole powers of two, looked at by their oldest."""
        ring, size = self._seconds, len(self._seconds)
        rows = 128
        while rows < size and ring.time((ring.count - rows) % ring.capacity) > begin - 10:
            rows *= 2
        return min(rows, size)

    def unchanged(self, inputs: tuple[int, ...], at_most: float) -> tuple[float, float, int]:
        """Since when (looking back so many seconds), until when, and over how many rows these inputs have repeated.

        (0, 0, 0) where one of them has no column, or nothing was kept.
        """
        places = {number: place for place, number in enumerate(self.inputs)}
        ring, size = self._seconds, len(self.inputs)
        if not inputs or not len(ring) or not all(number in places for number in inputs):
            return 0.0, 0.0, 0
        columns = [places[number] for number in inputs]
        columns += [size + column for column in columns]
        newest = (ring.count - 1) % ring.capacity
        until = since = ring.time(newest)
        now = [ring.value(newest, column) for column in columns]
        count = 0
        for number in range(ring.count - 1, ring.count - 1 - len(ring), -1):
            place = number % ring.capacity
            if any(ring.value(place, column) != value for column, value in zip(columns, now, strict=True)):
                break
            since = ring.time(place)
            count += 1
            if until - since >= at_most:
                break
        return since, until, count

    def _place(self, number: int, offset: int) -> int | None:
        return self.inputs.index(number) + offset if number in self.inputs else None

    def _column(self, column: int | None, last: int | None) -> list[tuple[float, float]]:
        if column is None:
            return []
        times, values = self._seconds.times(last), self._seconds.column(column, last)
        return [pair for pair in zip(times, values, strict=True) if not math.isnan(pair[1])]
