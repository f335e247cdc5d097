"""Load steps: a channel's power rests, jumps, rests again. `evidence.stretch` finds them."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    at: float
    """When it began, receiving clock; NaN where that second is not known any more."""
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
