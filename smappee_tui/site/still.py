"""Whether a monitor still measures: one whose measuring part hangs goes on sending the same numbers every second."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from smappee_tui.site.history import History
from smappee_tui.site.sample import Sample

LOADED_WATTS = 20.0
"""Power from which on a channel cannot repeat itself for long: loads flicker and the mains do."""
BUSY_WATTS = 50.0
"""The same of all channels together."""
BUSY_NUMBERS = 3
"""Loaded channels and voltages from which on the same second cannot come for long. The longest that real meters
repeated a whole message is 22 s, of three."""
BUSY_SECONDS, FEW_SECONDS, IDLE_SECONDS = 45.0, 120.0, 600.0
"""Seconds without any change after which nothing is measured: many numbers, few, and a house that takes nothing."""
HUB_SECONDS, HUB_WATTS = 120.0, 100.0
"""The same of the channels of one CT hub beside others that change, and what they must carry together, W."""
FEWEST = 20
"""Samples that such a time must hold: a thinned-out recording repeats nothing, it leaves out."""


class Stretch(NamedTuple):
    """From when to when nothing changed, receiving clock."""

    since: float
    until: float


@dataclass(slots=True)
class StillWatch:
    """Follows how long the same numbers have come."""

    past: deque[Stretch] = field(default_factory=lambda: deque(maxlen=20))
    """Times that nothing was measured for long and then was again, oldest first."""
    _last: bytes = b""
    _since: float = 0.0
    _until: float = 0.0
    _count: int = 0
    _wanted: float = math.inf

    def take(self, sample: Sample) -> None:
        """Take one second; as cheap as comparing two strings of bytes."""
        now = sample.packed
        if now == self._last:
            self._count += 1
            self._until = sample.at
            if self._count == FEWEST:
                self._wanted = _patience(sample)
            return
        if self.frozen:
            self.past.append(Stretch(self._since, self._until))
        self._last, self._since, self._until, self._count, self._wanted = now, sample.at, sample.at, 1, math.inf

    @property
    def frozen(self) -> bool:
        """Nothing has changed for so long that nothing is measured."""
        return self._until - self._since >= self._wanted

    @property
    def now(self) -> Stretch | None:
        """The stretch that lasts; None while values change."""
        return Stretch(self._since, self._until) if self.frozen else None


def _patience(sample: Sample) -> float:
    """Seconds that these very numbers may come; without end where nothing at all is measured."""
    loaded = sum(1 for watts in sample.watts if abs(watts) >= LOADED_WATTS)
    voltages = sum(1 for volts in sample.volts if volts > 0)
    if not voltages and not loaded:
        return math.inf
    if sum(abs(watts) for watts in sample.watts if not math.isnan(watts)) < BUSY_WATTS:
        return IDLE_SECONDS
    return BUSY_SECONDS if loaded + voltages >= BUSY_NUMBERS else FEW_SECONDS


def still_inputs(history: History, groups: dict[str, tuple[int, ...]]) -> dict[str, Stretch]:
    """Groups of channels that have not changed for long.

    Args:
        history: of the whole site.
        groups: inputs by the part that measures them, such as a CT hub.
    """
    found = {}
    for name, inputs in groups.items():
        since, until, count = history.unchanged(inputs, HUB_SECONDS)
        if count < FEWEST or until - since < HUB_SECONDS:
            continue
        if sum(abs(pairs[-1][1]) for number in inputs if (pairs := history.watts(number, 1))) >= HUB_WATTS:
            found[name] = Stretch(since, until)
    return found
