"""Stretches of a watch on which CTs rested, as `Blocks`: while nothing moves, meters agree whatever their clocks do."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np

from smappee_tui.diagnosis.evidence.blocks import Blocks, FloatArray
from smappee_tui.diagnosis.evidence.timeline import Timeline
from smappee_tui.site.sample import Sample

LENGTH = 8
"""Seconds of a stretch."""
MOST = 600
"""Stretches kept, the latest: 80 minutes."""
QUIET_WATTS, QUIET_SHARE = 25.0, 0.08
"""A CT rests while its power stays within so many W, or such a share of its apparent power."""


class Rests:
    """Collects the stretches of one watch."""

    def __init__(self) -> None:
        self._rows: deque[tuple[float, FloatArray]] = deque(maxlen=MOST)
        self._last = 0
        self._blocks: Blocks | None = None
        """The answer of `blocks`, until it changes."""

    def observe(self, timeline: Timeline, samples: Sequence[Sample]) -> None:
        """Take the seconds that the timeline took last; every `LENGTH` of them make a stretch."""
        for ago in range(len(samples) - 1, -1, -1):
            number = timeline.count - ago
            if number - self._last < LENGTH or len(timeline) - ago < LENGTH:
                continue
            self._last = number
            self._blocks = None
            watts, sizes = timeline.watts(LENGTH, ago), timeline.volt_amperes(LENGTH, ago)
            size = sizes.mean(0)
            moved = watts.max(0) - watts.min(0)
            rested = moved <= np.maximum(QUIET_WATTS, QUIET_SHARE * size)  # NaN rests not
            means = np.stack([watts.mean(0), timeline.amps(LENGTH, ago).mean(0), size])
            self._rows.append((samples[-1 - ago].at - LENGTH + 1, np.where(rested, means, math.nan)))

    def forget(self, columns: list[int]) -> None:
        """Drop what was seen of some columns of the timeline."""
        self._blocks = None
        for _, means in self._rows:
            means[:, [c for c in columns if c < means.shape[1]]] = math.nan

    def blocks(self, inputs: tuple[int, ...]) -> Blocks:
        """All stretches so far.

        Args:
            inputs: those of the timeline, in its order.
        """
        if not self._rows:
            return Blocks.empty(inputs)
        if self._blocks is not None and self._blocks.inputs == inputs:
            return self._blocks
        table = np.full((len(self._rows), 3, len(inputs)), math.nan)
        for row, (_, means) in enumerate(self._rows):
            table[row, :, : means.shape[1]] = means
        at = np.array([at for at, _ in self._rows])
        seconds = np.full(len(at), float(LENGTH))
        self._blocks = Blocks(inputs, at, seconds, table[:, 0], table[:, 1], table[:, 2])
        return self._blocks
