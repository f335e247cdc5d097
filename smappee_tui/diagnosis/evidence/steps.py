"""Load steps: a channel's power rests, jumps, rests again."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.tracks import Track
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS

AFTER = 3
"""Samples after the jump that are waited for: voltage is published up to a second later than power."""
BEFORE = 3
MIRRORED = 0.2
"""Of a change of power, what the current must have moved with it."""
QUIET = 0.3
"""Share of a step by which both sides may move and still rest."""
SMALLEST_W = 45.0
SMALLEST_VA = 60.0
"""Below these nothing is a step: filter capacitors and rounding move that much."""


@dataclass(frozen=True, slots=True)
class Step:
    """One jump of one channel."""

    input: int
    watts: float
    """Change of active power, W."""
    vars_sum: float
    vars_difference: float
    """|Q after| + |Q before| and |Q after| - |Q before|, var: the two sizes that the change of Q may have."""
    amps: float
    """Change of RMS current, A: its sign tells on from off where nothing generates."""
    size: float
    """Apparent size, VA."""

    @property
    def mirrored(self) -> bool:
        """The power moved and the current did not: the same load seen the other way round, no load that switched."""
        return abs(self.amps) * NOMINAL_VOLTS < MIRRORED * abs(self.watts)


def reactive(watts: float, volt_amperes: float) -> float:
    """|Q| = sqrt(S² - P²), var; 0 where rounding makes P the larger."""
    return math.sqrt(max(0.0, volt_amperes * volt_amperes - watts * watts))


def step_of(number: int, track: Track) -> Step | None:
    """The step at the sample `AFTER` before the newest, if that is where it begins."""
    watts, volt_amperes = track.watts, track.volt_amperes
    if len(watts) < BEFORE + 1 + AFTER:
        return None
    by_p = _jump(watts)
    by_s = _jump(volt_amperes)
    if abs(by_p[2]) < SMALLEST_W and abs(by_s[2]) < SMALLEST_VA:
        return None
    leading = by_p if abs(by_p[2]) >= abs(by_s[2]) else by_s
    if not _sharp(watts if leading is by_p else volt_amperes, leading[2]):
        return None
    p0, p1, dp = by_p
    s0, s1, _ = by_s
    q0, q1 = reactive(p0, s0), reactive(p1, s1)
    amps = _jump(track.amps)[2]
    low, high = abs(q1 - q0), q1 + q0
    # The true change of Q lies between; the smaller reading is right where the channel rested near zero or near PF 1.
    return Step(number, dp, high, q1 - q0, amps, math.hypot(dp, low))


def _jump(values: deque[float]) -> tuple[float, float, float]:
    n = len(values)
    start = n - 1 - AFTER
    before = [values[i] for i in range(start - BEFORE, start)]
    after = [values[i] for i in range(start + 1, n)]
    low, high = sum(before) / BEFORE, sum(after) / AFTER
    return low, high, high - low


def _sharp(values: deque[float], size: float) -> bool:
    """Whether the jump begins at its sample, and both sides rest."""
    n = len(values)
    start = n - 1 - AFTER
    here = abs(values[start] - values[start - 1])
    following = abs(values[start + 1] - values[start])
    # The first second may carry only a part of it; with less than that the next second counts as the first.
    if here + following < 0.75 * abs(size) or here < QUIET * abs(size):
        return False
    before = [values[i] for i in range(start - BEFORE, start)]
    after = [values[i] for i in range(start + 1, n)]
    quiet = QUIET * abs(size)
    return max(before) - min(before) <= quiet and max(after) - min(after) <= quiet
