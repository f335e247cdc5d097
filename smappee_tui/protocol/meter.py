"""What the utility's own meter says of the house's connection: one reading, whatever it came in as."""

from __future__ import annotations

import math

import msgspec

PerLine = tuple[float, float, float]
"""One value a line L1, L2, L3, as the meter names them; NaN where it tells none."""
UNTOLD: PerLine = (math.nan, math.nan, math.nan)


class MeterReading(msgspec.Struct, frozen=True, gc=False):
    """One reading of a digital meter."""

    at: float
    """Seconds since 1970 on the receiving clock. What it tells is older: by a second, or by ten."""
    watts: PerLine = UNTOLD
    """Net active power, W: positive where the house takes from the grid."""
    amps: PerLine = UNTOLD
    """RMS current, A, without a sign."""
    volts: PerLine = UNTOLD
    """V; between lines on a supply without neutral."""
    total: float = math.nan
    """Net active power of all lines together, W."""
    watts_step: float = 1.0
    """W between two powers that it can tell: 1 or 10."""
    amps_step: float = 1.0
    """A between two currents: 1 on Dutch meters, 0.01 on Belgian ones."""
    told: float = math.nan
    """When by its own clock, seconds since 1970."""

    @property
    def lines(self) -> tuple[int, ...]:
        """Those that it tells a power of."""
        return tuple(line for line, watts in enumerate(self.watts) if not math.isnan(watts))
