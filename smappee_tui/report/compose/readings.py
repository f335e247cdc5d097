"""What every channel and phase read, as columns, read once for a whole report; and rounding, once: what is shown is
what stands in the JSON.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from smappee_tui.diagnosis.evidence.supply import PRESENT_VOLTS
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.site.history import History
from smappee_tui.site.site import Site


def rounded(value: float | None, digits: int = 0) -> float | int | None:
    """Round; None for what is not known or no number. Whole numbers are written without a point."""
    if value is None or not math.isfinite(value):
        return None
    near = round(value, digits)
    return int(near) if float(near).is_integer() else near


def number(value: float, digits: int = 0) -> float | int:
    """The same for a value that is surely there; what is no number becomes 0."""
    return rounded(value, digits) or 0


def percent(probability: float) -> float | int:
    """A probability in percent; 100 is never said: nothing that was measured is certain."""
    if not math.isfinite(probability):
        return 0
    return number(min(99.9, max(0.0, 100.0 * probability)), 1)


def mean(values: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return sum(values) / len(values) if values else None


def median(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


Pairs = list[tuple[float, float]]
"""(time, value), oldest first."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The last hour of a watch, or the days that a judgement from afar rests on."""

    watts: Mapping[int, Pairs]
    amps: Mapping[int, Pairs]
    volts: tuple[Pairs, ...]
    volt_amperes: Mapping[int, Pairs] = field(default_factory=dict)
    """Apparent power where it is known for every moment; a watch knows that of its last second only."""
    one_voltage: bool = False
    """All channels were measured against the first voltage. A watch tells that by its last sample."""


def readings_of_site(site: Site) -> Readings:
    """The last hour, second by second."""
    history = site.history
    return Readings(
        watts={n: history.watts(n) for n in history.inputs},
        amps={n: history.amps(n) for n in history.inputs},
        volts=tuple(_present(history, phase) for phase in range(3)),
    )


def _present(history: History, phase: int) -> Pairs:
    """Voltages of one phase; below 20 V there is none."""
    return [pair for pair in history.volts(phase) if pair[1] >= 20.0]


def after(pairs: Pairs, when: float | None) -> Pairs:
    """What came from a moment on; all of it where there is no such moment, or nothing came since."""
    if when is None:
        return pairs
    return pairs[bisect_left(pairs, (when, float("-inf"))) :] or pairs


def between(pairs: Pairs, begin: float, end: float) -> list[float]:
    """Values from `begin` up to, not including, `end`."""
    low = bisect_left(pairs, (begin, float("-inf")))
    high = bisect_left(pairs, (end, float("-inf")))
    return [value for _, value in pairs[low:high]]


def at_time(pairs: Pairs, when: float) -> float | None:
    """The value nearest to a moment, at most half a second away."""
    place = bisect_left(pairs, (when, float("-inf")))
    near = [pair for pair in pairs[max(0, place - 1) : place + 1] if abs(pair[0] - when) <= 0.5]
    return min(near, key=lambda pair: abs(pair[0] - when))[1] if near else None


KEPT = 12
"""Columns kept as pairs at the same time: a month of eighty channels would take hundreds of MB."""


def readings_of_history(record: IntervalHistory, settings: Mapping[int, ChannelSetting]) -> Readings:
    """The columns of these means. Currents follow from power and voltage: the unit of those sent is not confirmed."""
    times = list(record.at)
    volts = tuple(
        [(at, v) for at, v in zip(times, column, strict=True) if v >= PRESENT_VOLTS] for column in record.volts
    )

    def watts(number: int) -> Pairs:
        column = record.columns[number].watts
        return [(at, p) for at, p in zip(times, column, strict=True) if not math.isnan(p)]

    def sizes(number: int) -> Pairs:
        column = record.columns[number]
        rows = zip(times, column.watts, column.vars, strict=True)
        return [(at, _size(p, q)) for at, p, q in rows if not math.isnan(p)]

    def amps(number: int) -> Pairs:
        """As the diagnosis takes them, so that table and sentences agree."""
        column, setting = record.columns[number], settings.get(number)
        own = record.volts[(setting.phase if setting is not None else None) or 0]
        rows = zip(times, column.watts, column.vars, own, strict=True)
        return [(at, _size(p, q) / (v if v > 100 else NOMINAL_VOLTS)) for at, p, q, v in rows if not math.isnan(p)]

    numbers = tuple(record.columns)
    return Readings(
        watts=_Made(numbers, watts),
        amps=_Made(numbers, amps),
        volts=volts,
        volt_amperes=_Made(numbers, sizes),
        one_voltage=bool(volts[0]) and not volts[1] and not volts[2],
    )


def _size(watts: float, reactive: float) -> float:
    return math.hypot(watts, 0.0 if math.isnan(reactive) else reactive)


class _Made(Mapping[int, Pairs]):
    """Columns that are made when they are asked for; the latest few are kept."""

    def __init__(self, numbers: tuple[int, ...], make: Callable[[int], Pairs]) -> None:
        self._numbers = dict.fromkeys(numbers)
        self._make = lru_cache(maxsize=KEPT)(make)

    def __getitem__(self, number: int) -> Pairs:
        if number not in self._numbers:
            raise KeyError(number)
        return self._make(number)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
