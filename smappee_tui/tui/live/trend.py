"""A channel's power over the last minutes as a row of small bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smappee_tui.site.history import History

BARS = "▁▂▃▄▅▆▇"
"""Without the full block: the bars of two rows must not run into each other."""
GAP = " "
SECONDS = 120
"""Length of the row, however many cells it has: long enough to see a load go on and off again."""
FLAT = 20.0
"""W. A power smaller than this is drawn small, however steady: crosstalk is no load."""


def bars(values: Sequence[float]) -> str:
    """One bar a value, by its size: the sign stands in the table. NaN leaves a gap. The scale is the row's own.

    Args:
        values: W.
    """
    span = max((abs(value) for value in values if not math.isnan(value)), default=0.0)
    scale = (len(BARS) - 1) / max(span, FLAT)
    return "".join(GAP if math.isnan(value) else BARS[round(abs(value) * scale)] for value in values)


def binned(points: Sequence[tuple[float, float]], until: float, cells: int, seconds: float) -> list[float]:
    """Means of equal stretches of time, oldest first; NaN where nothing was measured.

    Args:
        points: (time, value), oldest first.
        until: end of the last stretch, s.
        cells: how many stretches.
        seconds: length of one.
    """
    sums, counts = [0.0] * cells, [0] * cells
    start = until - cells * seconds
    for at, value in points:
        place = int((at - start) // seconds)
        if 0 <= place < cells:
            sums[place] += value
            counts[place] += 1
    return [total / count if count else math.nan for total, count in zip(sums, counts, strict=True)]


class Trends:
    """The trends of all channels. Each is worked out anew only when a stretch of time is complete."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, int, str]] = {}

    def of(self, history: History, number: int, at: float, cells: int) -> str:
        """The row of bars of one channel.

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
        text = bars(binned(recent, until, cells, seconds))
        self._kept[number] = (until, cells, text)
        return text

    def clear(self) -> None:
        """Forget all: another location is shown."""
        self._kept.clear()
