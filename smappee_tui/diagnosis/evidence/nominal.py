"""The nominal voltage of a supply, from what is seen: not every network has 230 V.

A sagging network must not be taken for one of a lower nominal voltage. So everything above 145 V is judged as 230 V
unless something else says that it is a network of the Americas: 60 Hz, a time zone, another phase at 120 V. And what
stands at 120 V is not believed where the mains runs at 50 Hz, or in Europe: there it is half of something.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

EUROPEAN = 230.0
TOLERANCE = 0.10
"""Of the nominal voltage, either way: an indication only, EN 50160 speaks of 10-minute means over a week."""
LOW_NETWORKS = (100.0, 110.0, 120.0, 127.0)
"""Between a phase and neutral where appliances take 100 to 127 V."""
AMERICAN = (208.0, 240.0, 277.0, 347.0, 480.0, 600.0)
"""Between two of its conductors, and of its larger buildings."""
LEAST, BETWEEN = 85.0, 145.0
"""V: below the first nothing is a supply; the second parts the two families."""
WYE, WYE_TOLERANCE = 208.0, 0.025
"""Between two conductors of 120/208 V, and how near to it all phases must be where nothing else tells."""
HIGH_LEG, HIGH_LEG_TOLERANCE = math.sqrt(3), 0.05
"""The third conductor of 120/208/240 V against the two others, and how far the three may be off."""
FAST_HERTZ = 55.0
"""Mains above this runs at 60 Hz."""
_FAST_ZONES = ("America/", "US/", "Canada/", "Mexico/", "Brazil/", "Pacific/Honolulu", "Pacific/Guam")
_SLOW_ZONES = ("Europe/", "Africa/", "Australia/", "Atlantic/")


def nominal_volts(
    means: Sequence[float | None], hertz: float | None = None, time_zone: str | None = None
) -> tuple[float, ...]:
    """What each phase should have.

    Args:
        means: voltage of each phase over the watch, V; None where there was none.
        hertz: mains frequency, where the monitor publishes it.
        time_zone: of the monitor, "Europe/Brussels", where it is known.
    """
    zone = time_zone or ""
    slow = hertz < FAST_HERTZ if hertz is not None else zone.startswith(_SLOW_ZONES)
    fast = not slow and (hertz is not None or zone.startswith(_FAST_ZONES))
    live = [mean for mean in means if mean is not None and mean >= LEAST]
    if not slow and _wye(live):
        return (WYE,) * len(means)
    small = _small(live) and (len(live) > 1 or not slow)
    names = (*(LOW_NETWORKS if small or fast else ()), EUROPEAN, *(AMERICAN if small or fast else ()))
    return tuple(EUROPEAN if mean is None or mean < LEAST else _nearest(mean, names) for mean in means)


def _wye(live: Sequence[float]) -> bool:
    """Whether several phases stand so near together at 208 V that it is no sagging network of 230 V."""
    near = all(abs(mean / WYE - 1) < WYE_TOLERANCE for mean in live)
    return len(live) > 1 and near and max(live) / min(live) - 1 < WYE_TOLERANCE


def _small(live: Sequence[float]) -> bool:
    """Whether these can be the phases of a network of 100 to 127 V and not what is left of 230 V: all of them low, as
    two conductors of a 400 V supply cannot be, or two and the high leg of a transformer tapped in its middle."""
    low, high = [mean for mean in live if mean < BETWEEN], [mean for mean in live if mean >= BETWEEN]
    if not high:
        return bool(low)
    alike = len(low) == 2 and abs(low[0] / low[1] - 1) < HIGH_LEG_TOLERANCE
    return alike and len(high) == 1 and abs(high[0] / (HIGH_LEG * low[0]) - 1) < HIGH_LEG_TOLERANCE


def _nearest(volts: float, names: Sequence[float]) -> float:
    return min(names, key=lambda name: abs(volts / name - 1))
