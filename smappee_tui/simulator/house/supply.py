"""The supply at the board: source voltages that drift, behind the impedance of the street."""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


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


SupplyKind = Literal["single", "star", "delta"]

NOMINAL_VOLTS = 230.0
"""Rated voltage of every appliance in V: phase to neutral on a star, line to line on a 3x230 V delta."""

ROTATION = tuple(cmath.rect(1.0, -2.0 * math.pi * k / 3.0) for k in range(3))
"""Unit phasors of L1, L2, L3: each lags the one before by 120°."""


@dataclass(frozen=True, slots=True)
class SupplyModel:
    """What the supply is made of. Impedances in ohm, voltages in V, times in s."""

    kind: SupplyKind = "star"
    volts: float = 232.0
    """Mean of phase to neutral (single, star) or line to line (delta), 207 to 253 within the norm."""
    offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Lasting difference of each phase from the mean."""
    r_phase: float = 0.10
    """Resistance of one phase conductor back to the source, 0.02 to 0.4."""
    x_phase: float = 0.05
    """Its reactance, some 0.2 to 0.7 of the resistance."""
    r_neutral: float = 0.07
    """Resistance of the neutral, 0.30 to 0.45 of the loop; not used on a delta."""
    x_neutral: float = 0.03
    """Its reactance."""
    common_sd: float = 0.6
    """Drift of all phases together (30 s)."""
    phase_sd: float = 0.4
    """Drift of each phase alone (20 s)."""
    neighbour_sd: float = 0.6
    """Size of a step by a neighbour's load on one phase."""
    neighbour_every: float = 45.0
    """Mean time between such steps."""

    @property
    def phases(self) -> int:
        """Number of live conductors, 1 or 3."""
        return 1 if self.kind == "single" else 3


class Supply:
    """The drifting sources and what the loads make of them at the board."""

    __slots__ = ("_common", "_each", "_frequency", "_neighbours", "_rng", "_z_neutral", "_z_phase", "emf", "model")

    def __init__(self, model: SupplyModel, seed: str) -> None:
        rng = random.Random(f"{seed}/supply")
        self.model = model
        self._rng = rng
        self._common = Drift(model.common_sd, 30.0, rng)
        self._each = [Drift(model.phase_sd, 20.0, rng) for _ in range(3)]
        self._frequency = Drift(0.012, 20.0, rng)
        self._neighbours = [0.0, 0.0, 0.0]
        self._z_phase = complex(model.r_phase, model.x_phase)
        self._z_neutral = complex(model.r_neutral, model.x_neutral) if model.kind != "delta" else 0j
        self.emf: tuple[complex, complex, complex] = (0j, 0j, 0j)
        self._refresh()

    @property
    def frequency(self) -> float:
        """Mains frequency in Hz."""
        return 50.0 + self._frequency.value

    def step(self, dt: float) -> None:
        """Let the sources drift for `dt` s."""
        self._common.step(dt)
        for drift in self._each:
            drift.step(dt)
        self._frequency.step(dt)
        fade = math.exp(-dt / 120.0)  # a neighbour switches off again, else steps would pile up without bound
        self._neighbours = [v * fade for v in self._neighbours]
        if self._rng.random() < dt / self.model.neighbour_every:
            self._neighbours[self._rng.randrange(3)] += self._rng.gauss(0.0, self.model.neighbour_sd)
        self._refresh()

    def _refresh(self) -> None:
        model = self.model
        # On a delta every conductor is written against the virtual neutral: 230 V / sqrt(3) = 133 V.
        scale = 1.0 / math.sqrt(3.0) if model.kind == "delta" else 1.0
        level = model.volts + self._common.value
        values = [
            ROTATION[k] * (level + model.offsets[k] + self._each[k].value + self._neighbours[k]) * scale
            for k in range(3)
        ]
        if model.kind == "single":
            values[1] = values[2] = 0j
        self.emf = (values[0], values[1], values[2])

    def board(self, currents: Sequence[complex]) -> tuple[complex, complex, complex]:
        """Voltages at the board in V for conductor currents in A (towards the house).

        V_k = E_k - Z_phase·I_k - Z_neutral·ΣI: the own phase sags by the loop, the others rise by about half of the
        neutral's drop because that drop lies 120° from them.
        """
        shift = self._z_neutral * (currents[0] + currents[1] + currents[2])
        z = self._z_phase
        emf = self.emf
        if self.model.kind == "single":
            return (emf[0] - z * currents[0] - shift, 0j, 0j)
        return (
            emf[0] - z * currents[0] - shift,
            emf[1] - z * currents[1] - shift,
            emf[2] - z * currents[2] - shift,
        )
