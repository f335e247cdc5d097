"""Readings of the utility's meter, each beside the second of the grid CTs that it is of."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS, Geometry
from smappee_tui.diagnosis.model.hypotheses import PHASES
from smappee_tui.protocol.meter import MeterReading

NEAR = 1.2
"""Seconds between a reading and the sample that it is compared with, at most."""

Second = tuple[float, tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, float, float]]
"""When, W, A and VA of each grid CT, and V of each phase."""


class Samples:
    """What the grid CTs showed, as arrays."""

    def __init__(self, samples: Sequence[Second], geometry: Geometry) -> None:
        self.at = np.array([one[0] for one in samples])
        self.watts = np.array([one[1] for one in samples])
        self.amps = np.array([one[2] for one in samples])
        apparent = np.array([one[3] for one in samples])
        reckoned = self.amps * NOMINAL_VOLTS * geometry.va_share
        self.apparent = np.maximum(np.where(np.isnan(apparent), reckoned, apparent), np.abs(self.watts))
        self.volts = np.array([one[4] for one in samples])
        self.restless = _spread(self.watts), _spread(self.amps)


def _spread(values: Array) -> Array:
    """Half of what a value changes by from the second before to the one after: a reading is of any moment between."""
    padded = np.vstack([values[:1], values, values[-1:]])
    near = np.stack([padded[:-2], padded[1:-1], padded[2:]])
    return np.asarray((near.max(0) - near.min(0)) / 2)


class Pairs:
    """Readings, each with the sample that it is of."""

    def __init__(self, samples: Samples, readings: Sequence[MeterReading], delay: float, geometry: Geometry) -> None:
        at = np.array([one.at for one in readings]) - delay
        after = np.clip(np.searchsorted(samples.at, at), 1, len(samples.at) - 1)
        place = after - (at - samples.at[after - 1] < samples.at[after] - at)
        near = np.abs(samples.at[place] - at) <= NEAR
        kept = [one for one, whether in zip(readings, near.tolist(), strict=True) if whether]
        place = place[near]
        self.count = len(kept)
        self.at = samples.at[place]
        self.watts, self.amps, self.apparent = samples.watts[place], samples.amps[place], samples.apparent[place]
        self.volts = samples.volts[place]
        self.restless = samples.restless[0][place], samples.restless[1][place]
        self.meter_watts = np.array([one.watts for one in kept]).reshape(-1, PHASES)
        self.meter_amps = np.array([one.amps for one in kept]).reshape(-1, PHASES)
        self.meter_volts = np.array([one.volts for one in kept]).reshape(-1, PHASES)
        self.total = np.array([one.total for one in kept])
        self.steps = (
            max((one.watts_step for one in kept), default=1.0),
            max((one.amps_step for one in kept), default=1.0),
        )
        if geometry.delta:
            # Two wattmeters: a line's power is against another reference than the monitor's, and one has no current.
            self.meter_watts = np.full_like(self.meter_watts, math.nan)
            self.meter_amps = np.where(self.meter_amps.any(0), self.meter_amps, math.nan)
