"""Stretches of a watch on which CTs rested, as `Blocks`: while nothing moves, meters agree whatever their clocks do."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, FloatArray
from smappee_tui.diagnosis.evidence.watch.timeline import Latest, Timeline
from smappee_tui.site.sample import Sample

LENGTH = 8
"""Seconds of a stretch."""
MOST = 600
"""Stretches kept, the latest: 80 minutes."""
QUIET_WATTS, QUIET_SHARE = 25.0, 0.08
"""A CT rests while its power stays within so many W, or such a share of its apparent power."""
NOTHING_VA = 120.0
"""What carries less than this rests whatever it does: a battery that holds the grid at zero wavers about it."""


class Rests:
    """Collects the stretches of one watch."""

    def __init__(self, most: int = MOST) -> None:
        """Keep at most so many stretches."""
        self._rows = Latest(most, 4)
        """W, A, VA and whether it rested, 1 or 0."""
        self._when = Latest(most)
        """Begin, and the mean voltages."""
        self._last = 0
        self._blocks: dict[bool, Blocks] = {}
        """The answers of `blocks`, until they change."""

    def observe(self, timeline: Timeline, samples: Sequence[Sample]) -> None:
        """Take the seconds that the timeline took last; every `LENGTH` of them make a stretch."""
        for ago in range(len(samples) - 1, -1, -1):
            number = timeline.count - ago
            if number - self._last < LENGTH or len(timeline) - ago < LENGTH:
                continue
            self._last = number
            self._blocks.clear()
            watts, sizes = timeline.watts(LENGTH, ago), timeline.volt_amperes(LENGTH, ago)
            size = sizes.sum(0) / LENGTH
            moved = watts.max(0) - watts.min(0)
            rested = (moved <= np.maximum(QUIET_WATTS, QUIET_SHARE * size)) | (size < NOTHING_VA)  # NaN rests not
            self._rows.add(np.stack([watts.sum(0) / LENGTH, timeline.amps(LENGTH, ago).sum(0) / LENGTH, size, rested]))
            self._when.add(np.array([samples[-1 - ago].at - LENGTH + 1, *timeline.volts(LENGTH, ago).sum(0) / LENGTH]))

    def clear(self) -> None:
        """Drop all of it."""
        self._blocks.clear()
        self._rows.clear()
        self._when.clear()

    def forget(self, columns: list[int]) -> None:
        """Drop what was seen of some columns of the timeline."""
        self._blocks.clear()
        self._rows.forget(columns)

    def blocks(self, inputs: tuple[int, ...], *, moving: bool = False) -> Blocks:
        """All stretches so far.

        Args:
            inputs: those of the timeline, in its order.
            moving: with the means of CTs that did not rest. Whoever compares two CTs that may read one current wants
                them; whoever adds meters up does not.
        """
        if not len(self._rows):
            return Blocks.empty(inputs)
        if moving in self._blocks and self._blocks[moving].inputs == inputs:
            return self._blocks[moving]
        table = self._rows.table(len(inputs))
        if not moving:
            table[:, :3] = np.where(table[:, 3:] > 0, table[:, :3], math.nan)
        at = self._when.table(4)[:, 0]
        seconds = np.full(len(at), float(LENGTH))
        self._blocks[moving] = Blocks(inputs, at, seconds, table[:, 0], table[:, 1], table[:, 2])
        return self._blocks[moving]

    def export(self, wide: int) -> tuple[FloatArray, FloatArray]:
        """All that is kept, of so many columns: stretches x quantities x columns, and when with the voltages."""
        return self._rows.table(wide), self._when.table(4)

    def restore(self, rows: FloatArray, when: FloatArray, seconds: int) -> None:
        """Go on from what `export` gave, the timeline having taken so many seconds."""
        self._last = seconds
        for row, at in zip(rows, when, strict=True):
            self._rows.add(row)
            self._when.add(at)

    def volts(self) -> FloatArray:
        """Stretches x phases: mean voltages, V."""
        return self._when.table(4)[:, 1:]
