"""What the utility's meter told and what the grid CTs showed at the time, and what both say together."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence

from smappee_tui.diagnosis.evidence.witness.comparison import RECENT, Comparison, compared, fit_of, rewired
from smappee_tui.diagnosis.evidence.witness.pairs import Pairs, Samples, Second
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.protocol.meter import MeterReading
from smappee_tui.site.sample import Sample

KEPT = 900
"""Seconds that are compared: longer ago is another household."""
NEWEST, THINNED = 150, 6
"""Readings of which each is compared, and the part of the older ones."""
DELAYS = range(-1, 16)
"""Seconds by which a reading may be older than it arrives. A DSMR 4 meter tells every ten."""
USUAL_DELAY, AS_WELL = 1, 0.05
"""Seconds that most are late, and nats a reading below which another delay fits no better: at rest all fit alike."""
DELAY_EVERY = 20
"""Readings after which the delay is looked for again."""
LEAST_READINGS = 4
"""Fewer say nothing."""


class Witness:
    """Readings of the meter and what the grid CTs showed at the same time. Bounded."""

    def __init__(self) -> None:
        self.readings: deque[MeterReading] = deque(maxlen=KEPT)
        self._samples: deque[Second] = deque(maxlen=KEPT + DELAYS.stop)
        self._inputs: tuple[int, ...] = ()
        self._delay = 1
        self._looked = 0
        """Readings when the delay was last looked for."""
        self.taken = 0
        self._made: tuple[object, Comparison | None] = (None, None)

    def take(self, reading: MeterReading) -> None:
        """One reading, in the order of arrival."""
        self.readings.append(reading)
        self.taken += 1

    def observe(self, sample: Sample, grid: tuple[int, ...]) -> None:
        """One second of the grid CTs; nothing is kept while there is no meter."""
        if not self.readings:
            return
        if grid != self._inputs:
            self._samples.clear()
            self._inputs = grid
        place = {number: column for column, number in enumerate(sample.inputs)}
        columns = [place.get(n) for n in grid]
        shown = sample.watts, sample.amps, sample.volt_amperes or [math.nan] * len(place)
        watts, amps, apparent = (tuple(math.nan if c is None else v[c] for c in columns) for v in shown)
        self._samples.append((sample.at, watts, amps, apparent, sample.volts))

    def forget(self) -> None:
        """The grid CTs are wired or configured otherwise now."""
        self._samples.clear()

    def comparison(self, roles: Mapping[int, Role], grid: tuple[int, ...], geometry: Geometry) -> Comparison | None:
        """What the meter says by now; None while too little was compared."""
        newest = self._samples[-1][0] if self._samples else 0.0
        made_of = self.taken, newest, len(self._samples), grid, tuple(roles[n].phase for n in grid), geometry.name
        if self._made[0] != made_of:
            self._made = made_of, self._compare(roles, grid, geometry)
        return self._made[1]

    def _compare(self, roles: Mapping[int, Role], grid: tuple[int, ...], geometry: Geometry) -> Comparison | None:
        if len(self.readings) < LEAST_READINGS or len(self._samples) < LEAST_READINGS or grid != self._inputs:
            return None
        samples = Samples(self._samples, geometry)
        phases = [roles[n].phase for n in grid]
        if self.taken - self._looked >= DELAY_EVERY or not self._looked:
            self._looked = self.taken
            newest = list(self.readings)[-NEWEST:]
            fits = {delay: _fit(samples, newest, delay, phases, geometry) for delay in DELAYS}
            best = max(fits.values())
            self._delay = min((d for d in DELAYS if fits[d] >= best - AS_WELL), key=lambda d: abs(d - USUAL_DELAY))
        pairs = Pairs(samples, self._thinned(), self._delay, geometry)
        if pairs.count < LEAST_READINGS:
            return None
        if pairs.count > 2 * RECENT and rewired(pairs, phases, geometry):
            while len(self.readings) > RECENT:
                self.readings.popleft()
            pairs = Pairs(samples, self._thinned(), self._delay, geometry)
        return compared(pairs, phases, geometry, float(self._delay))

    def _thinned(self) -> list[MeterReading]:
        """The newest readings all, of the older ones some: a look is to cost the same after a quarter of an hour."""
        readings = list(self.readings)
        return readings[:-NEWEST:THINNED] + readings[-NEWEST:]


def _fit(
    samples: Samples, readings: Sequence[MeterReading], delay: float, phases: Sequence[int], geometry: Geometry
) -> float:
    """How well the best wiring explains the readings at a delay, nats a reading."""
    pairs = Pairs(samples, readings, delay, geometry)
    if pairs.count < LEAST_READINGS:
        return -math.inf
    return fit_of(pairs, phases, geometry)
