"""Quarters of an hour by the clock, from samples and, where those are missing, from five-minute means. Bounded.

Every time zone of today is a whole number of quarters away from UTC, so that its quarters are those of UTC.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
QUARTER = 900.0
SLOT = 300
"""Seconds of a five-minute mean; three make a quarter."""
WHOLE = 0.95
"""Share of a slot that samples must fill, else its five-minute mean is taken where there is one."""
LOST = 10.0
"""Seconds that may be missing of a quarter without its peak being "at least"."""
MOST = 32 * 96
"""Quarters kept: a month and a day."""
OPEN = 3
"""Newest quarters for which a five-minute mean may still come."""
MOST_PATTERNS = 16
"""Ways of counting the grid CTs, each as published or the other way round: up to four of them."""


LAST = 4e9
"""Seconds since 1970 that no quarter lies beyond."""
MOST_WATTS = 1e8
"""Beyond it a power is none that a house can have."""


def _power(watts: float | None, otherwise: float) -> float:
    return watts if watts is not None and abs(watts) <= MOST_WATTS else otherwise


def patterns(count: int) -> FloatArray:
    """Every way of counting so many grid CTs, a row each: +1 as published, -1 the other way round.

    The first row counts all as published, row `sum(2**place)` those places the other way round. Of more CTs than
    `MOST_PATTERNS` allows only the first row.
    """
    rows = 2**count if 2**count <= MOST_PATTERNS else 1
    return np.array([[-1.0 if row >> place & 1 else 1.0 for place in range(count)] for row in range(rows)]).reshape(
        rows, count
    )


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was taken from the grid in one of them."""

    begin: float
    """Seconds since 1970."""
    seconds: float
    """That were measured."""
    imports: array[float]
    """Taken from the grid, J, by pattern."""
    inputs: tuple[int, ...]
    energies: array[float]
    """By input, J."""

    @property
    def whole(self) -> bool:
        """Next to nothing of it is missing."""
        return self.seconds >= QUARTER - LOST

    def watts(self, pattern: int) -> float:
        """Mean power; where seconds are missing it is at least so much."""
        return self.imports[pattern] / (self.seconds if self.whole else QUARTER)

    def powers(self) -> dict[int, float]:
        """The same by input, W."""
        length = self.seconds if self.whole else QUARTER
        return {n: joules / length for n, joules in zip(self.inputs, self.energies, strict=True)}


class _Open:
    """A quarter that still takes values, in its three slots."""

    def __init__(self, number: int, inputs: tuple[int, ...], ways: int) -> None:
        self.number, self.inputs = number, inputs
        self.seconds = np.zeros(3)
        self.imports = np.zeros((3, ways))
        self.energies = np.zeros((3, len(inputs)))
        self.means: dict[int, tuple[FloatArray, FloatArray]] = {}
        """By slot, mean W: imports by pattern, and by input."""

    def closed(self) -> Quarter:
        """As it stands."""
        seconds, imports, energies = self.seconds.copy(), self.imports.copy(), self.energies.copy()
        for place, (taken, powers) in self.means.items():
            if seconds[place] < WHOLE * SLOT:
                seconds[place], imports[place], energies[place] = SLOT, taken * SLOT, powers * SLOT
        return Quarter(
            begin=self.number * QUARTER,
            seconds=float(min(seconds.sum(), QUARTER)),
            imports=array("f", imports.sum(0).tolist()),
            inputs=self.inputs,
            energies=array("f", energies.sum(0).tolist()),
        )


class Quarters:
    """All of them since what measures the grid was set as it is."""

    def __init__(self) -> None:
        self.inputs: tuple[int, ...] = ()
        self.grid: tuple[int, ...] = ()
        self.signs: FloatArray = patterns(0)
        self._open: deque[_Open] = deque()
        self._past: deque[Quarter] = deque(maxlen=MOST)
        self._waits: tuple[int, Mapping[int, float | None]] | None = None
        """Slot and powers of the mean that came last."""

    def configure(self, inputs: tuple[int, ...], grid: tuple[int, ...], *, anew: bool) -> None:
        """Take other columns from now on.

        Args:
            inputs: columns of the energies that `add` brings.
            grid: which of them are grid CTs.
            anew: what was measured so far no longer counts.
        """
        if anew:
            self._open.clear()
            self._past.clear()
        while self._open:
            self._past.append(self._open.popleft().closed())
        self.inputs, self.grid, self.signs = inputs, grid, patterns(len(grid))

    def add(self, slot: int, seconds: float, imports: FloatArray, energies: FloatArray) -> None:
        """Add a stretch of one slot.

        Args:
            slot: its number since 1970, of 300 s each.
            seconds: that were measured.
            imports: J by pattern.
            energies: J by input.
        """
        number, place = divmod(slot, 3)
        quarter = self._of(number)
        if quarter is None:  # the clock was set back: what comes now is counted from there
            while self._open:
                self._past.append(self._open.popleft().closed())
            quarter = self._begin(number)
        quarter.seconds[place] += seconds
        quarter.imports[place] += imports
        quarter.energies[place] += energies
        if quarter.seconds[place] > SLOT:  # the clock was set back a little: some seconds came twice
            share = SLOT / quarter.seconds[place]
            quarter.seconds[place] = SLOT
            quarter.imports[place] *= share
            quarter.energies[place] *= share

    def mean(self, end: float, powers: Mapping[int, float | None]) -> None:
        """Take a five-minute mean, for a quarter that was listened to, or that is listened to next.

        Args:
            end: of the five minutes, seconds since 1970.
            powers: by input, W.
        """
        if 0 < end < LAST:
            self._waits = round(end / SLOT) - 1, powers
            number = self._waits[0] // 3
            for quarter in self._open:
                if quarter.number == number:
                    self._fill(quarter)

    def _fill(self, quarter: _Open) -> None:
        """Give a quarter the mean that came last."""
        if self._waits is None or self._waits[0] // 3 != quarter.number:
            return
        slot, powers = self._waits
        taken = np.array([_power(powers.get(n), np.nan) for n in self.grid])
        if self.grid and np.isfinite(taken).all():
            every = np.array([_power(powers.get(n), 0.0) for n in quarter.inputs])
            quarter.means[slot % 3] = np.maximum(0.0, self.signs @ taken), every

    def _of(self, number: int) -> _Open | None:
        """The open quarter of this number, begun if it is the newest; None for one that is over."""
        for quarter in self._open:
            if quarter.number == number:
                return quarter
        return self._begin(number) if not self._open or number > self._open[-1].number else None

    def _begin(self, number: int) -> _Open:
        fresh = _Open(number, self.inputs, len(self.signs))
        self._fill(fresh)
        self._open.append(fresh)
        while len(self._open) > OPEN:
            self._past.append(self._open.popleft().closed())
        return fresh

    @property
    def running(self) -> Quarter | None:
        """The newest one, as far as it was measured."""
        return self._open[-1].closed() if self._open else None

    def __iter__(self) -> Iterator[Quarter]:
        """All of them, oldest first."""
        yield from self._past
        for quarter in tuple(self._open):
            yield quarter.closed()

    def take_history(self, at: FloatArray, powers: FloatArray) -> None:
        """Fill from weeks of five-minute means, in place of what there is.

        Args:
            at: end of each, seconds since 1970, rising.
            powers: W, a row a mean, a column an input; NaN where there is none.
        """
        self._open.clear()
        self._past.clear()
        columns = [self.inputs.index(n) for n in self.grid]
        known = np.isfinite(powers[:, columns]).all(1)
        if not columns or not known.any():
            return
        taken = np.maximum(0.0, powers[known][:, columns] @ self.signs.T) * SLOT
        energies = np.nan_to_num(powers[known], nan=0.0, posinf=0.0, neginf=0.0) * SLOT
        numbers = ((at[known] - 1) // QUARTER).astype(np.int64)
        every, first, counts = np.unique(numbers, return_index=True, return_counts=True)
        for number, begin, count in zip(every[-MOST:].tolist(), first[-MOST:], counts[-MOST:], strict=True):
            own = slice(begin, begin + count)
            self._past.append(
                Quarter(
                    begin=number * QUARTER,
                    seconds=min(QUARTER, float(count) * SLOT),
                    imports=array("f", taken[own].sum(0).tolist()),
                    inputs=self.inputs,
                    energies=array("f", energies[own].sum(0).tolist()),
                )
            )
