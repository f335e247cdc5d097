"""What a dialect has to be able to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from smappee_tui.simulator.counters import Energy, Interval
from smappee_tui.simulator.cts import Ct
from smappee_tui.simulator.meter import Sample


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

    def realtime(self, t: float, sample: Sample, totals: Totals, energies: Mapping[int, Energy]) -> dict[str, Any]:
        """Payload of one second."""

    def aggregated(self, end: float, interval: Interval) -> dict[str, Any]:
        """Payload of five minutes that ended at `end` s since 1970."""


def is_grid(ct: Ct) -> bool:
    """Does this CT count for the site's totals? The grid meter is consumption with connection GRID."""
    return ct.role == "CONSUMPTION" and ct.connection == "GRID"
