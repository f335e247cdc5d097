"""The last seconds of all channels side by side, as arrays: what every kind of evidence looks at."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smappee_tui.site.sample import Sample

Array = NDArray[np.float64]
KEPT = 64
"""Seconds that are at hand at least: more than any window reaches back."""
LONGEST_GAP = 6.0
"""Seconds without a message after which what was before and what comes are no neighbours."""


class Timeline:
    """Rows are seconds, columns are channels. NaN where a channel did not report."""

    def __init__(self) -> None:
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
        self._at = np.full(2 * KEPT, math.nan)
        self._volts = np.full((2 * KEPT, 3), math.nan)
        self._watts = self._amps = self._volt_amperes = np.empty((2 * KEPT, 0))

    def append(self, sample: Sample, volt_amperes: list[float]) -> None:
        """Take a second.

        Args:
            sample: as folded.
            volt_amperes: apparent power of its channels, VA, in its order.
        """
        if sample.inputs != self._newest:
            self._fit(sample.inputs)
        if self._rows and sample.at - self._at[self._rows - 1] > LONGEST_GAP:
            self._open(sample.at - 1.0)
        row = self._open(sample.at)
        self._watts[row, self._columns] = sample.watts
        self._amps[row, self._columns] = sample.amps
        self._volt_amperes[row, self._columns] = volt_amperes
        self._volts[row] = sample.volts
        self.count += 1

    def _open(self, at: float) -> int:
        """A fresh row of NaN; when all are used the older half goes."""
        if self._rows == 2 * KEPT:
            for column in (self._at, self._volts, self._watts, self._amps, self._volt_amperes):
                column[:KEPT] = column[KEPT:]
            self._rows = KEPT
        row = self._rows
        if not isinstance(self._columns, slice):
            for column in (self._watts, self._amps, self._volt_amperes):
                column[row] = math.nan
        self._volts[row] = math.nan
        self._at[row] = at
        self._rows += 1
        return row

    def _fit(self, inputs: tuple[int, ...]) -> None:
        fresh = [number for number in inputs if number not in self.place]
        if fresh:
            room = np.full((2 * KEPT, len(fresh)), math.nan)
            self._watts = np.hstack([self._watts, room])
            self._amps = np.hstack([self._amps, room])
            self._volt_amperes = np.hstack([self._volt_amperes, room])
            self.inputs += tuple(fresh)
            self.place = {number: column for column, number in enumerate(self.inputs)}
        self._newest = inputs
        self._columns = slice(None) if inputs == self.inputs else [self.place[number] for number in inputs]

    def watts(self, last: int) -> Array:
        """Active power of the newest rows, W, oldest first."""
        return self._watts[max(0, self._rows - last) : self._rows]

    def volt_amperes(self, last: int) -> Array:
        """Apparent power, VA, as `watts`."""
        return self._volt_amperes[max(0, self._rows - last) : self._rows]

    def amps(self, last: int) -> Array:
        """Current, A, as `watts`."""
        return self._amps[max(0, self._rows - last) : self._rows]

    def volts(self, last: int) -> Array:
        """Voltage of L1, L2, L3, V, as `watts`."""
        return self._volts[max(0, self._rows - last) : self._rows]

    def __len__(self) -> int:
        """Rows at hand; a long gap counts as one."""
        return self._rows
