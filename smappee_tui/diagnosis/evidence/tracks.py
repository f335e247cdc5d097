"""The last seconds of every channel, its noise, and the plateaus it rested on. Bounded, however long the watch."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from smappee_tui.site.sample import Sample

WINDOW = 8
"""Samples kept in full."""
BLOCK = 6
"""Samples of a block whose means are tried as a plateau; tried again every second until it rests."""
LEAST_JUMP = 150.0
"""W."""
ENOUGH_JUMPS = 2
PLATEAUS = 6
"""Distinct plateaus kept per channel."""


@dataclass(slots=True)
class Plateau:
    """A stretch on which a channel's power rested."""

    watts: float
    volt_amperes: float
    amps: float
    seconds: float
    """How long, all visits together."""
    spread: float
    """Standard deviation of the current inside, A: whether rounding was averaged out."""
    sign: int = 0
    """Sign of its reactive power, 1 lagging, -1 leading; 0 where the monitor does not publish it."""

    def mirrors(self, watts: float, volt_amperes: float) -> bool:
        """Whether such values are the same load seen the other way round."""
        clear = volt_amperes > 150 and abs(watts) > 0.5 * volt_amperes and self.volt_amperes > 150
        return clear and self.like(-watts, volt_amperes)

    def like(self, watts: float, volt_amperes: float) -> bool:
        """Whether such values are the same plateau again."""
        near = max(12.0, 0.12 * self.volt_amperes)
        return abs(watts - self.watts) < near and abs(volt_amperes - self.volt_amperes) < near


@dataclass(slots=True)
class Track:
    """One channel's recent past."""

    watts: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    volt_amperes: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    amps: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    plateaus: list[Plateau] = field(default_factory=list)
    noise: float = 4.0
    """Standard deviation of the second-to-second change of power without steps, W."""
    restless: float = 8.0
    """Standard deviation of the change between means of three seconds four seconds apart, steps included, W."""
    turns: int = 0
    """How often the same load came to rest the other way round."""
    just_turned: bool = False
    """It did so with the last sample: somebody turned the clamp, or the circuit gives and takes."""
    jumps: int = 0
    """Seconds in which most of its largest power came or went at once."""
    most_amps: float = 0.0
    busy: int = 0
    """Seconds at 0.5 A or more."""
    count: int = 0
    block: int = 0

    def add(self, watts: float, amps: float, volt_amperes: float) -> None:
        """Take one second. Missing values must not come here."""
        if self.watts:
            change = abs(watts - self.watts[-1])
            # From or to next to nothing, and all but at once: no inverter starts so, and no cloud moves so.
            if change > LEAST_JUMP and min(abs(watts), abs(self.watts[-1])) < 0.15 * change:
                self.jumps += 1
            # A step counts as no more than three times the noise, so that the noise follows slowly.
            self.noise += 0.06 * (1.25 * min(change, 3 * self.noise + 2) - self.noise)
        self.watts.append(watts)
        if len(self.watts) == WINDOW:
            older, newer = sum(list(self.watts)[-7:-4]) / 3, sum(list(self.watts)[-3:]) / 3
            self.restless += 0.03 * (1.25 * min(abs(newer - older), 4 * self.restless + 10) - self.restless)
        self.volt_amperes.append(volt_amperes)
        self.amps.append(amps)
        self.count += 1
        self.block += 1
        self.most_amps = max(self.most_amps, amps)
        self.busy += amps >= 0.5
        if self.block >= BLOCK and len(self.watts) >= BLOCK and self._settle():
            self.block = 0

    @property
    def switched(self) -> bool:
        """It switches like a load."""
        return self.jumps >= ENOUGH_JUMPS

    def last(self, values: deque[float]) -> list[float]:
        """The newest block of one of the columns."""
        return list(values)[-BLOCK:]

    def _settle(self) -> bool:
        watts, amps = self.last(self.watts), self.last(self.amps)
        mean_p, mean_s, mean_i = (sum(self.last(v)) / BLOCK for v in (self.watts, self.volt_amperes, self.amps))
        spread_p = math.sqrt(sum((p - mean_p) ** 2 for p in watts) / BLOCK)
        spread_i = math.sqrt(sum((i - mean_i) ** 2 for i in amps) / BLOCK)
        if mean_i < 0.05 or spread_p > max(8.0, 0.12 * mean_s):
            return False
        for plateau in self.plateaus:
            if plateau.like(mean_p, mean_s):
                share = BLOCK / (plateau.seconds + BLOCK)
                plateau.watts += share * (mean_p - plateau.watts)
                plateau.volt_amperes += share * (mean_s - plateau.volt_amperes)
                plateau.amps += share * (mean_i - plateau.amps)
                plateau.spread += share * (spread_i - plateau.spread)
                plateau.seconds += BLOCK
                return True
        if any(plateau.mirrors(mean_p, mean_s) for plateau in self.plateaus):
            self.turns += 1
            self.just_turned = self.turns == 1
        self.plateaus.append(Plateau(mean_p, mean_s, mean_i, float(BLOCK), spread_i))
        if len(self.plateaus) > PLATEAUS:
            self.plateaus.remove(min(self.plateaus, key=lambda p: p.volt_amperes * min(p.seconds, 60.0)))
        return True

    def loaded(self) -> list[Plateau]:
        """The plateaus that say most, most loaded first."""
        return sorted(self.plateaus, key=lambda p: -p.volt_amperes * min(p.seconds, 40.0) ** 0.5)


def apparent(sample: Sample, place: int, phase: int, share: float) -> float:
    """Apparent power of one channel, VA: published, else `share` of V·I; NaN where neither is known."""
    if sample.volt_amperes is not None and not math.isnan(sample.volt_amperes[place]):
        return sample.volt_amperes[place]
    return sample.volts_of(phase) * sample.amps[place] * share
