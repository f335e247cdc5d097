"""Solar inverters and home batteries: elements whose current can flow towards the grid."""

from __future__ import annotations

import random
from collections.abc import Sequence

from smappee_tui.simulator.house.supply import NOMINAL_VOLTS, Drift


class Inverter:
    """A solar inverter of `rating` W at a mean `output` of 0 (night) to 1, under passing clouds.

    Its mains filter takes `filter_share` of the rating as leading reactive power, day and night; at night it also
    takes a few watts for itself.
    """

    __slots__ = (
        "_cloud",
        "_dip_left",
        "_drift",
        "_own",
        "_rng",
        "constant_power",
        "currents",
        "filter_var",
        "harmonics",
        "output",
        "ports",
        "rating",
    )

    def __init__(
        self, rating: float, output: float, ports: Sequence[int], seed: str, *, filter_share: float = 0.01
    ) -> None:
        rng = random.Random(seed)
        self.ports = tuple(ports)
        self.constant_power = True
        self.rating = rating
        self.output = output
        self.filter_var = rating * filter_share
        self._rng = rng
        self._own = rng.uniform(3.0, 12.0)
        self._drift = Drift(0.04, 40.0, rng)
        self._cloud = 1.0
        self._dip_left = 0.0
        self.currents = [0j] * len(self.ports)
        self.harmonics = [0j] * len(self.ports)
        self._apply()

    def step(self, t: float, dt: float) -> None:
        self._drift.step(dt)
        if self._dip_left > 0.0:
            self._dip_left -= dt
        elif self._rng.random() < dt / 240.0:
            self._dip_left = self._rng.uniform(15.0, 70.0)
        shade = 0.5 if self._dip_left > 0.0 else 1.0
        self._cloud += (shade - self._cloud) * min(1.0, dt / 8.0)  # a cloud's edge takes some seconds to pass
        self._apply()

    @property
    def watts(self) -> float:
        """Power fed into the installation in W, negative at night."""
        if self.output <= 0.0:
            return -self._own
        return min(self.rating, max(0.0, self.rating * self.output * self._cloud * (1.0 + self._drift.value)))

    def _apply(self) -> None:
        n = len(self.ports)
        # As a load it takes -P and capacitive -Q; I = conj(S)/V.
        current = complex(-self.watts, self.filter_var) / NOMINAL_VOLTS / n
        ripple = 0.012 * self.rating / NOMINAL_VOLTS / n if self.output > 0.0 else 0.0
        for k in range(n):
            self.currents[k] = current
            self.harmonics[k] = complex(ripple, 0.0)


class Battery:
    """A home battery that charges (+) or discharges (-) up to `rating` W and changes its mind every minute or two."""

    __slots__ = ("_filter_var", "_hold", "_rng", "_target", "constant_power", "currents", "harmonics", "ports", "watts")

    def __init__(self, rating: float, ports: Sequence[int], seed: str, *, low: float = 200.0) -> None:
        self._rng = random.Random(seed)
        self.ports = tuple(ports)
        self.constant_power = True
        self._filter_var = 0.008 * rating
        self._target = (low, rating)
        self._hold = 0.0
        self.watts = 0.0
        self.currents = [0j] * len(self.ports)
        self.harmonics = [0j] * len(self.ports)
        self.step(0.0, 0.0)

    def step(self, t: float, dt: float) -> None:
        self._hold -= dt
        if self._hold <= 0.0:
            self._hold = self._rng.uniform(40.0, 180.0)
            self.watts = self._rng.choice((-1.0, 1.0)) * self._rng.uniform(*self._target)
        n = len(self.ports)
        current = complex(self.watts, self._filter_var) / NOMINAL_VOLTS / n
        for k in range(n):
            self.currents[k] = current
            self.harmonics[k] = abs(current) * 0.03 + 0j
