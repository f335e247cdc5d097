"""The last seconds of all channels side by side, as arrays: what every kind of evidence looks at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from smappee_tui.site.sample import Sample

Array = NDArray[np.float64]
Place = int | slice | EllipsisType | Sequence[int] | NDArray[np.int_]
"""Of one or several values in an array, along one of its axes."""
LOOKS_BACK = 24
"""Seconds that any window reaches back at most, beyond those that were taken together."""
KEPT = 128
"""Seconds that are at hand at least."""
LONGEST_GAP = 6.0
"""Seconds without a message after which what was before and what comes are no neighbours."""


class Timeline:
    """Rows are seconds, columns are channels. NaN where a channel did not report."""

    def __init__(self, kept: int = KEPT) -> None:
        """Have at least so many seconds at hand."""
        self._kept = kept
        self.inputs: tuple[int, ...] = ()
        """Every input that ever reported, a column each."""
        self.place: dict[int, int] = {}
        """Column of an input."""
        self.count = 0
        """Seconds taken in all."""
        self._rows = 0
        self._newest: tuple[int, ...] = ()
        self._columns: list[int] | slice = slice(None)
        """Where the values of the newest message belong."""
        self._at = np.full(2 * kept, math.nan)
        self._volts = np.full((2 * kept, 3), math.nan)
        self._watts = self._amps = self._volt_amperes = np.empty((2 * kept, 0))

    def extend(self, samples: Sequence[Sample], values: Array) -> None:
        """Take seconds of one shape, at most one less than it keeps, without a gap between them.

        Args:
            samples: as folded.
            values: W, VA and A x seconds x channels, in their order.
        """
        first, count = samples[0], len(samples)
        if first.inputs != self._newest:
            self._fit(first.inputs)
        if self._rows and first.at - self._at[self._rows - 1] > LONGEST_GAP:
            self._open(1)
            self._at[self._rows - 1] = first.at - 1.0
        self._open(count)
        rows = slice(self._rows - count, self._rows)
        for column, value in zip((self._watts, self._volt_amperes, self._amps), values, strict=True):
            column[rows, self._columns] = value
        self._at[rows] = [s.at for s in samples]
        self._volts[rows] = [s.volts for s in samples]
        self.count += count

    def restore(self, inputs: tuple[int, ...], count: int) -> None:
        """Go on with these columns after so many seconds, none of which is at hand: nobody watched since."""
        self._fit(inputs)
        self.count = count

    def forget(self, columns: Sequence[int]) -> None:
        """What these channels read so far was measured otherwise, and is no neighbour of what comes."""
        for values in (self._watts, self._volt_amperes, self._amps):
            values[:, columns] = math.nan

    def _open(self, count: int) -> None:
        """Fresh rows of NaN; when all are used the older half goes."""
        columns = (self._at, self._volts, self._watts, self._amps, self._volt_amperes)
        if self._rows + count > 2 * self._kept:
            for column in columns:
                column[: self._kept] = column[self._rows - self._kept : self._rows].copy()
            self._rows = self._kept
        for column in columns:
            column[self._rows : self._rows + count] = math.nan
        self._rows += count

    def _fit(self, inputs: tuple[int, ...]) -> None:
        fresh = [number for number in inputs if number not in self.place]
        if fresh:
            room = np.full((2 * self._kept, len(fresh)), math.nan)
            self._watts = np.hstack([self._watts, room])
            self._amps = np.hstack([self._amps, room])
            self._volt_amperes = np.hstack([self._volt_amperes, room])
            self.inputs += tuple(fresh)
            self.place = {number: column for column, number in enumerate(self.inputs)}
        self._newest = inputs
        self._columns = slice(None) if inputs == self.inputs else [self.place[number] for number in inputs]

    def watts(self, last: int, ago: int = 0) -> Array:
        """Active power of the newest rows, W, oldest first.

        Args:
            last: how many.
            ago: as it was so many seconds before the newest one, none of them more than one `extend` took.
        """
        return self._watts[max(0, self._rows - ago - last) : self._rows - ago]

    def volt_amperes(self, last: int, ago: int = 0) -> Array:
        """Apparent power, VA, as `watts`."""
        return self._volt_amperes[max(0, self._rows - ago - last) : self._rows - ago]

    def amps(self, last: int, ago: int = 0) -> Array:
        """Current, A, as `watts`."""
        return self._amps[max(0, self._rows - ago - last) : self._rows - ago]

    def volts(self, last: int, ago: int = 0) -> Array:
        """Voltage of L1, L2, L3, V, as `watts`."""
        return self._volts[max(0, self._rows - ago - last) : self._rows - ago]

    def __len__(self) -> int:
        """Rows at hand; a long gap counts as one."""
        return self._rows


class Latest:
    """The latest rows of numbers of all channels, oldest first.

    It takes all its memory with the first row, and what a new channel needs with that: a watch that fills up for hours
    takes no more from the first minute on, and what is forgotten leaves no holes in memory.
    """

    def __init__(self, most: int, *shape: int) -> None:
        """Keep at most so many rows of `shape` x channels."""
        self._most, self._shape = most, shape
        self._values = np.empty((0, *shape, 0))
        self._count = 0

    def __len__(self) -> int:
        return min(self._count, self._most)

    def add(self, values: Array) -> None:
        """Take one row; it may know more channels than those before, or fewer of the last ones."""
        wide = values.shape[-1]
        self._widen(wide, self._most)
        row = self._values[self._count % self._most]
        row[..., :wide], row[..., wide:] = values, math.nan
        self._count += 1

    def clear(self) -> None:
        """Forget all rows."""
        self._count = 0

    def forget(self, columns: Sequence[int]) -> None:
        """Know nothing of some channels any more."""
        self._values[..., [c for c in columns if c < self._values.shape[-1]]] = math.nan

    def table(self, wide: int) -> Array:
        """All rows, of so many channels, NaN where one did not know them; a copy."""
        return self.part(wide, ..., slice(wide))

    def part(self, wide: int, *where: Place) -> Array:
        """What all rows have at a place within `shape` x so many channels; a copy."""
        self._widen(wide, self._most if self._count else 0)
        split = self._count % self._most if self._count > self._most else 0
        rows = self._values[split : len(self)], self._values[:split]
        return np.concatenate([some[:, *where] for some in rows])

    def _widen(self, wide: int, rows: int) -> None:
        """Have room for so many channels, in so many rows at least."""
        had, known = len(self._values), self._values.shape[-1]
        if wide > known or rows > had:
            before, self._values = self._values, np.full((max(rows, had), *self._shape, max(wide, known)), math.nan)
            self._values[:had, ..., :known] = before
