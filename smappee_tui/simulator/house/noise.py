"""Slow random drift, the kind that grid voltage, clouds and appliances show."""

from __future__ import annotations

import math
import random


class Drift:
    """Ornstein-Uhlenbeck noise around zero: it wanders, but is pulled back within `tau` seconds.

    `sd` is the standard deviation in the unit of the user, `tau` the correlation time in s (> 0).
    Discretised exactly, x' = a·x + sd·sqrt(1 - a²)·N(0,1) with a = exp(-dt/tau), so any step size gives the same
    statistics.
    """

    __slots__ = ("_decay", "_dt", "_kick", "_rng", "_sd", "_tau", "value")

    def __init__(self, sd: float, tau: float, rng: random.Random) -> None:
        self._sd = sd
        self._tau = tau
        self._rng = rng
        self._dt = -1.0
        self._decay = 0.0
        self._kick = 0.0
        self.value = rng.gauss(0.0, sd) if sd else 0.0

    def step(self, dt: float) -> float:
        """Move on by `dt` s and return the new value."""
        if not self._sd:
            return 0.0
        if dt != self._dt:
            self._dt = dt
            self._decay = math.exp(-dt / self._tau)
            self._kick = self._sd * math.sqrt(1.0 - self._decay * self._decay)
        self.value = self.value * self._decay + self._kick * self._rng.gauss(0.0, 1.0)
        return self.value
