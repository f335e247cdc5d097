"""A channel's power over the last minutes as a zero line with ticks: up where it is positive, down where negative.

All rows have one scale, so that they can be compared, and what is exported never looks like what is taken. The line is
part of each sign: bars of half a cell would leave open on which side of it they stand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from smappee_tui.site.history import History

SECONDS = 120
"""Length of the row, however many cells it has: long enough to see a load go on and off again."""
SMALL, LARGE = 20.0, 500.0
"""W of a light and of a heavy tick: crosstalk is no load, and a kettle is not a lamp."""
GAP = " "
_TICKS = {0: "─", 1: "┴", 2: "┸", -1: "┬", -2: "┰"}


def ticks(values: Sequence[float]) -> str:
    """One sign a value, W. NaN leaves a gap."""
    return "".join(GAP if math.isnan(value) else _TICKS[_step(value)] for value in values)


def _step(value: float) -> int:
    size = abs(value)
    return 0 if size < SMALL else int(math.copysign(2 if size >= LARGE else 1, value))


def binned(points: Sequence[tuple[float, float]], until: float, count: int, seconds: float) -> list[float]:
    """Means of equal stretches of time, oldest first; NaN where nothing was measured.

    Args:
        points: (time, value), oldest first.
        until: end of the last stretch, s.
        count: how many stretches.
        seconds: length of one.
    """
    sums, counts = [0.0] * count, [0] * count
    start = until - count * seconds
    for at, value in points:
        place = int((at - start) // seconds)
        if 0 <= place < count:
            sums[place] += value
            counts[place] += 1
    return [total / count if count else math.nan for total, count in zip(sums, counts, strict=True)]


class Trends:
    """The trends of all channels. Each is worked out anew only when a stretch of time is complete."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, int, str]] = {}

    def of(self, history: History, number: int, at: float, cells: int) -> str:
        """The row of ticks of one channel.

        Args:
            history: where its seconds are.
            number: its input.
            at: time of the newest sample shown, s; later ones do not count.
            cells: width.
        """
        seconds = SECONDS / cells
        until = at // seconds * seconds
        kept = self._kept.get(number)
        if kept is not None and kept[0] == until and kept[1] == cells:
            return kept[2]
        recent = history.watts(number, SECONDS + int(seconds) + 2)
        text = ticks(binned(recent, until, cells, seconds))
        self._kept[number] = (until, cells, text)
        return text

    def clear(self) -> None:
        """Forget all: another location is shown."""
        self._kept.clear()
