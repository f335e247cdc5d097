"""The five-minute means of one site, in columns. Bounded: the cloud keeps 31 days of them."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, BoolArray

INTERVAL = 300.0
"""Length of an interval, s."""
MOST = 31 * 288 + 12
"""Intervals kept: 31 days."""
NAN = math.nan
NIGHT = (23, 4)
"""Hours by the clock of the place in which no sun shines, up to 58 degrees north and with daylight saving time."""
LARGEST = 1e9
"""W, var or V beyond which a value is none that a site can have; no column overflows by it."""


@dataclass(slots=True)
class IntervalColumn:
    """One CT over all intervals, 32 bits a value; NaN where the record had none."""

    watts: array[float] = field(default_factory=lambda: array("f"))
    vars: array[float] = field(default_factory=lambda: array("f"))
    """Reactive power, var; signed only where `IntervalHistory.signed` says so."""
    current: array[float] = field(default_factory=lambda: array("f"))
    """As sent: a current in a unit that is not confirmed."""


class IntervalHistory:
    """Five-minute means by input and by phase. Records may come in any order; a repeated time counts once, the last."""

    def __init__(self, inputs: Sequence[int], zone: tzinfo | None = None) -> None:
        """An empty one.

        Args:
            inputs: the CT inputs that are kept.
            zone: time zone of the place; None where nobody knows, and then nobody knows its nights.
        """
        self.zone = zone
        self.at: array[float] = array("d")
        """Time stamp of each interval, s since 1970, rising."""
        self.columns = {number: IntervalColumn() for number in inputs}
        self.volts = (array("f"), array("f"), array("f"))
        """Per phase, V; NaN where there is none."""
        self.dropped = 0
        """Intervals older than the bound, left out."""
        self.disordered = 0
        """Records that were older than the one before, left out."""

    def add(
        self,
        at: float,
        watts: Mapping[int, float | None],
        reactive: Mapping[int, float | None],
        volts: Sequence[float | None],
        current: Mapping[int, float | None] | None = None,
    ) -> None:
        """Take one interval: means in W and var by input, V by phase."""
        if self.at and at <= self.at[-1]:
            if at < self.at[-1]:
                self.disordered += 1
                return
            self._drop_last()
        self.at.append(at)
        for number, column in self.columns.items():
            column.watts.append(_number(watts.get(number)))
            column.vars.append(_number(reactive.get(number)))
            column.current.append(_number(current.get(number) if current is not None else None))
        for phase, column_of_volts in enumerate(self.volts):
            column_of_volts.append(_number(volts[phase] if phase < len(volts) else None))
        if len(self.at) > MOST + 288:  # a day at once: cutting an array copies it
            self._drop_first(len(self.at) - MOST)

    def __len__(self) -> int:
        return len(self.at)

    @property
    def signed(self) -> bool:
        """Whether reactive power is signed: some CT shows it clearly negative, and not once by chance. Looks at all."""
        clear = 0
        for column in self.columns.values():
            clear += sum(1 for q in column.vars if q < -15.0)
            if clear >= 5:
                return True
        return False

    def night(self) -> BoolArray:
        """Which intervals are certainly night at the place; none where its time zone is not known."""
        if self.zone is None:
            return np.zeros(len(self), dtype=bool)
        hours = (datetime.fromtimestamp(at, self.zone).hour for at in self.at)
        return np.array([hour >= NIGHT[0] or hour < NIGHT[1] for hour in hours], dtype=bool)

    def blocks(self, inputs: Sequence[int]) -> Blocks:
        """These inputs as arrays. The unit of the current is not confirmed: apparent power tells the size."""
        watts = [np.array(self.columns[n].watts, dtype=float) for n in inputs]
        reactive = [np.nan_to_num(np.array(self.columns[n].vars, dtype=float)) for n in inputs]
        power = np.array(watts).T.reshape(len(self), len(inputs))
        size = np.hypot(power, np.array(reactive).T.reshape(power.shape))
        seconds = np.full(len(self), INTERVAL)
        return Blocks(tuple(inputs), np.array(self.at), seconds, power, np.full_like(power, np.nan), size)

    def last(self, seconds: float) -> IntervalHistory:
        """The same values of the last so many seconds only."""
        return self._cut(bisect_left(self.at, self.at[-1] - seconds) if self.at else 0)

    def without(self, before: Mapping[int, float]) -> IntervalHistory:
        """The same, with the values of these inputs taken out before a time stamp each, s since 1970."""
        twin = self._cut(0)
        for number, since in before.items():
            column, end = twin.columns[number], bisect_left(self.at, since)
            for values in (column.watts, column.vars, column.current):
                values[:end] = array("f", [NAN]) * end
        return twin

    def _cut(self, begin: int) -> IntervalHistory:
        twin = IntervalHistory(list(self.columns), self.zone)
        twin.at = self.at[begin:]
        for number, column in self.columns.items():
            twin.columns[number] = IntervalColumn(column.watts[begin:], column.vars[begin:], column.current[begin:])
        twin.volts = (self.volts[0][begin:], self.volts[1][begin:], self.volts[2][begin:])
        return twin

    def busiest(self, number: int) -> int | None:
        """Place of the interval with a CT's largest mean apparent power; None where it has no value at all."""
        column = self.columns[number]
        pairs = zip(column.watts, column.vars, strict=True)
        sizes = [-1.0 if math.isnan(w) else math.hypot(w, 0.0 if math.isnan(q) else q) for w, q in pairs]
        place = max(range(len(sizes)), key=sizes.__getitem__, default=None)
        return place if place is not None and sizes[place] >= 0 else None

    def neighbours(self) -> list[int]:
        """Places of intervals whose predecessor is the interval just before."""
        at = self.at
        return [k for k in range(1, len(at)) if abs(at[k] - at[k - 1] - INTERVAL) < 1.0]

    def _drop_last(self) -> None:
        for one in self._arrays():
            one.pop()

    def _drop_first(self, count: int) -> None:
        self.dropped += count
        for one in self._arrays():
            del one[:count]

    def _arrays(self) -> list[array[float]]:
        columns = [a for c in self.columns.values() for a in (c.watts, c.vars, c.current)]
        return [self.at, *columns, *self.volts]


def _number(value: float | None) -> float:
    return NAN if value is None or not abs(value) <= LARGEST else value
