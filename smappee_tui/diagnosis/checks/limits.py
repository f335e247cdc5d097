"""From when on a device is worth a word: every threshold for what is not a CT, in one place and settable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class DeviceLimits:
    """Seconds and percent. The defaults are what comparable systems use."""

    unreachable_warning: float = 60.0
    """A plug may be out of reach for so long before it is mentioned."""
    unreachable_fault: float = 15 * 60.0
    disconnected_fault: float = 5 * 60.0
    plug_silent: float = 30.0
    """So long after its configuration a plug may still say its first word."""
    interval_late: float = 7.5 * 60.0
    """5-minute values: half an interval late."""
    interval_lost: float = 11 * 60.0
    """Two of them missed."""
    battery_low: float = 20.0
    battery_critical: float = 10.0
    battery_hysteresis: float = 3.0
    """Percent by which a battery must rise above a limit to be called better again: readings waver."""
    sensor_silent: float = 3 * 86_400.0
    """A gas and water sensor speaks only of consumption; somebody opens a tap within so many seconds."""
    clock_offset: float = 5.0
    realtime_gap: float = 15.0


NAMES = tuple(field.name for field in fields(DeviceLimits))
"""What can be set."""


def limits_of(values: Mapping[str, float]) -> DeviceLimits:
    """The defaults with these put in their place; names that do not exist are left out."""
    return replace(DeviceLimits(), **{name: float(value) for name, value in values.items() if name in NAMES})
