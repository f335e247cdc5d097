"""Days of five-minute means as the columns that a report is written from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from smappee_tui.diagnosis.past.record import PastRecord
from smappee_tui.diagnosis.past.rests import NOMINAL_VOLTS
from smappee_tui.diagnosis.supply import PRESENT_VOLTS
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.report.past import Pairs, Past

KEPT = 12
"""Columns kept as pairs at the same time: a month of eighty channels would take hundreds of MB."""


def past_of_record(record: PastRecord, settings: Mapping[int, ChannelSetting]) -> Past:
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
    return Past(
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
