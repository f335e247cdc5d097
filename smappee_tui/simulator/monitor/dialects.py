"""What a dialect has to be able to write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from smappee_tui.simulator.house.cts import MountedCt
from smappee_tui.simulator.house.meter import MeterSample


@dataclass(slots=True)
class Energy:
    """Import and export in J, each only ever growing."""

    imported: float = 0.0
    exported: float = 0.0

    def add(self, joules: float) -> None:
        """Count `joules`, negative towards the grid."""
        if joules >= 0.0:
            self.imported += joules
        else:
            self.exported -= joules


@dataclass(slots=True)
class ChannelSums:
    """Sums over an interval of one channel, in SI units; divide by `Interval.seconds`."""

    amps: float = 0.0
    imported: float = 0.0
    """Sum of W where positive."""
    exported: float = 0.0
    """Sum of -W where negative."""
    va: float = 0.0
    var: float = 0.0
    """Sum of sqrt(S² - P²): unsigned, as the monitors publish it."""
    factor: float = 0.0
    """Sum of |P|/S: a mean of ratios, not the ratio of the means."""


@dataclass(slots=True)
class Interval:
    """Running sums of one five-minute interval."""

    seconds: int = 0
    volts: list[float] = field(default_factory=list)
    channels: dict[int, ChannelSums] = field(default_factory=dict)
    lowest_total: float = math.inf
    """Smallest household draw seen in W: the always-on load."""

    def add(self, sample: MeterSample, total: float) -> None:
        """Count one second; `total` is the household's draw in W."""
        self.seconds += 1
        if not self.volts:
            self.volts = [0.0] * len(sample.volts)
        for k, volts in enumerate(sample.volts):
            self.volts[k] += volts
        self.lowest_total = min(self.lowest_total, max(0.0, total))
        for reading in sample.readings:
            means = self.channels.setdefault(reading.input, ChannelSums())
            means.amps += reading.amps
            means.va += reading.va
            means.var += math.sqrt(max(0.0, reading.va**2 - reading.watts**2))
            if reading.watts >= 0.0:
                means.imported += reading.watts
            else:
                means.exported -= reading.watts
            if reading.va > 2.0:  # below, real monitors report a factor of 0
                means.factor += min(1.0, abs(reading.watts) / reading.va)


def milli(total: float, seconds: int) -> int:
    """Mean of a sum over `seconds` in thousandths, rounded."""
    return round(1000.0 * total / max(1, seconds))


@dataclass(frozen=True, slots=True)
class Totals:
    """Site-wide figures of one second, taken over the consumption CTs of the grid connection."""

    watts: float
    var: float
    """Signed: lagging and drawn from the grid is positive."""
    energy: Energy


class Wire(Protocol):
    """One dialect's encoding of configuration and measurements."""

    channel_topic: str
    """Last level of the topic of the channel configuration."""

    def channels(self, t: float) -> dict[str, Any]:
        """Payload of the channel configuration at `t` s since 1970."""

    def realtime(self, t: float, sample: MeterSample, totals: Totals, energies: Mapping[int, Energy]) -> dict[str, Any]:
        """Payload of one second."""

    def aggregated(self, end: float, interval: Interval) -> dict[str, Any]:
        """Payload of five minutes that ended at `end` s since 1970."""


def is_grid(ct: MountedCt) -> bool:
    """Does this CT count for the site's totals? The grid meter is consumption with connection GRID."""
    return ct.role == "CONSUMPTION" and ct.connection == "GRID"
