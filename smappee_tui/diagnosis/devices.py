"""What is said of plugs and of gas and water sensors: a first, plain version."""

from __future__ import annotations

from typing import Literal

from smappee_tui.site.devices import Meter, Plug

PlugVerdict = Literal["ok", "disconnected", "unreachable", "stale", "silent"]
SensorVerdict = Literal["ok", "battery_low", "stale", "silent"]

LOW_BATTERY = 20.0
"""Percent at or below which the battery should be changed."""


def plug_verdict(plug: Plug, now: float) -> PlugVerdict:
    """Judge one plug by the last word on its connection.

    Args:
        plug: as configured and heard.
        now: receiving clock of the location's last message, seconds since 1970.
    """
    state = plug.connection.state if plug.connection is not None else ""
    if state == "DISCONNECTED":
        return "disconnected"
    if state == "UNREACHABLE":
        return "unreachable"
    if plug.connection is None and plug.relay is None and plug.interval is None:
        return "silent"
    return "ok"


def sensor_verdict(meter: Meter, now: float) -> SensorVerdict:
    """Judge one gas and water sensor by its last reading.

    Args:
        meter: as configured and heard.
        now: receiving clock of the location's last message, seconds since 1970.
    """
    if meter.interval is None:
        return "silent"
    battery = meter.interval.battery
    if battery is not None and battery <= LOW_BATTERY:
        return "battery_low"
    return "ok"
