"""Every channel's noise, and the plateaus it rested on. Bounded, however long the watch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from smappee_tui.site.sample import Sample

WINDOW = 8
"""Readings of a channel before the newest one that are looked at."""
BLOCK = 6
"""Samples of a block whose means are tried as a plateau; tried again every second until it rests."""
ENOUGH_JUMPS = 2
LEAST_SECONDS = 12
"""Seconds of running that a mean needs."""
LEAST_MIRRORED = 150.0
"""VA that a load has at least before it is seen to be turned round."""
SIGN_FACTOR = 0.4
"""Power factor below which the sign of a power between two lines proves nothing."""
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

    def like(self, watts: float, volt_amperes: float) -> bool:
        """Whether such values are the same plateau again."""
        near = 0.12 * self.volt_amperes
        near = near if near > 12.0 else 12.0
        return -near < watts - self.watts < near and -near < volt_amperes - self.volt_amperes < near

    def again(self, watts: float, volt_amperes: float, amps: float, spread: float) -> None:
        """It rested there for another block."""
        share = BLOCK / (self.seconds + BLOCK)
        self.watts += share * (watts - self.watts)
        self.volt_amperes += share * (volt_amperes - self.volt_amperes)
        self.amps += share * (amps - self.amps)
        self.spread += share * (spread - self.spread)
        self.seconds += BLOCK


@dataclass(slots=True)
class Track:
    """What one channel did so far. `evidence.track_book` fills it."""

    watts: float = math.nan
    """Newest reading, W."""
    volt_amperes: float = math.nan
    plateaus: list[Plateau] = field(default_factory=list)
    noise: float = 4.0
    """Standard deviation of the second-to-second change of power without steps, W."""
    restless: float = 8.0
    """Standard deviation of the change between means of three seconds four seconds apart, steps included, W."""
    turns: int = 0
    """How often a known load came to rest the other way round: the clamp was turned, or the circuit gives and takes."""
    jumps: int = 0
    """Seconds in which most of its largest power came or went at once."""
    most_amps: float = 0.0
    busy: int = 0
    """Seconds at 0.5 A or more."""
    count: int = 0
    running: list[float] = field(default_factory=lambda: [0.0] * 4)
    """Seconds at a clear load, and the sums of W, VA and A over them."""
    block: int = 0
    """Seconds since it was last seen to rest."""

    @property
    def switched(self) -> bool:
        """It switches like a load."""
        return self.jumps >= ENOUGH_JUMPS

    def mean_running(self) -> Plateau | None:
        """Its mean while it runs, for one that never rests: a hob that cycles; None where it hardly ran."""
        seconds, watts, sizes, amps = self.running
        if seconds < LEAST_SECONDS:
            return None
        return Plateau(watts / seconds, sizes / seconds, amps / seconds, seconds, 1.0)

    def known(self, watts: float, volt_amperes: float) -> Plateau | None:
        """The plateau that such a rest is."""
        for plateau in self.plateaus:
            if plateau.like(watts, volt_amperes):
                return plateau
        return None

    def mirrored(self, watts: float, volt_amperes: float) -> bool:
        """Whether such a rest, which is no known one, is a known load the other way round."""
        if volt_amperes <= LEAST_MIRRORED or abs(watts) <= 0.5 * volt_amperes:
            return False
        return any(p.volt_amperes > LEAST_MIRRORED and p.like(-watts, volt_amperes) for p in self.plateaus)

    def rest(self, watts: float, volt_amperes: float, amps: float, spread: float) -> None:
        """It rested for a block, on no known plateau.

        Args:
            watts: mean, W.
            volt_amperes: mean, VA.
            amps: mean, A.
            spread: standard deviation of the current, A.
        """
        self.turns += self.mirrored(watts, volt_amperes)
        self.plateaus.append(Plateau(watts, volt_amperes, amps, float(BLOCK), spread))
        if len(self.plateaus) > PLATEAUS:
            self.plateaus.remove(min(self.plateaus, key=lambda p: p.volt_amperes * min(p.seconds, 60.0)))

    def loaded(self) -> list[Plateau]:
        """The plateaus that say most, most loaded first."""
        return sorted(self.plateaus, key=lambda p: -p.volt_amperes * min(p.seconds, 40.0) ** 0.5)


def apparent(sample: Sample, place: int, phase: int, share: float) -> float:
    """Apparent power of one channel, VA: published, else `share` of V·I; NaN where neither is known."""
    if sample.volt_amperes is not None and not math.isnan(sample.volt_amperes[place]):
        return sample.volt_amperes[place]
    return sample.volts_of(phase) * sample.amps[place] * share


def sign_known(track: Track | None) -> bool:
    """Whether the sign of what a circuit of a delta supply shows at its most loaded rest means something."""
    return track is not None and all(abs(p.watts) > SIGN_FACTOR * p.volt_amperes for p in track.loaded()[:1])
