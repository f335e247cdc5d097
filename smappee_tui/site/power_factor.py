"""Power factor with the interval that the wire's rounding leaves open."""

from __future__ import annotations

import math
from typing import NamedTuple

FLOOR_AMPS = 0.25
"""Below this current (0.3 A displayed) rounding lets power factors 0.5 and 0.87 overlap, and the CT's own angle error
decides the sign: nothing is said."""
WIDEST = 0.4
"""An interval wider than this says nothing worth showing."""
HALF_WATT = 0.5
HALF_VOLT = 0.5
HALF_AMP_STEP = 0.05
HALF_VOLT_AMPERE = 0.5


class PowerFactor(NamedTuple):
    """P/S and the interval it may lie in, each -1.1 to 1.1 (rounding can carry it slightly past 1)."""

    value: float
    low: float
    high: float


def power_factor(watts: float, amps: float, volts: float, volt_amperes: float | None = None) -> PowerFactor | None:
    """Signed P/S of one channel from rounded values.

    P is known to 0.5 W. S is the published apparent power (known to 0.5 VA) or V·I (0.5 V, 0.05 A). The interval is
    the quotient's extreme values over those ranges.

    Args:
        watts: active power, W.
        amps: RMS current, A.
        volts: voltage of the channel's phase, V; NaN where unknown.
        volt_amperes: apparent power, VA, where the monitor publishes it.

    Returns:
        None where the current is too small to say, or S is unknown.
    """
    if not amps >= FLOOR_AMPS or math.isnan(watts):
        return None
    if volt_amperes is not None and volt_amperes > 0:
        low_s, high_s, mid_s = volt_amperes - HALF_VOLT_AMPERE, volt_amperes + HALF_VOLT_AMPERE, volt_amperes
    elif volts > 1:
        mid_s = volts * amps
        low_s = (volts - HALF_VOLT) * (amps - HALF_AMP_STEP)
        high_s = (volts + HALF_VOLT) * (amps + HALF_AMP_STEP)
    else:
        return None
    if low_s <= 0:
        return None
    least, most = watts - HALF_WATT, watts + HALF_WATT
    low = max(-1.1, least / (high_s if least > 0 else low_s))
    high = min(1.1, most / (low_s if most > 0 else high_s))
    if high - low > WIDEST:
        return None
    value = max(-1.0, min(1.0, watts / mid_s))
    return PowerFactor(value, min(low, value), max(high, value))
