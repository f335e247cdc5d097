"""A house as phasors, and clamps that read it: whole columns at once, so that ten minutes cost milliseconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.simulated.field.loads import Column, Flow, Random

Phasors = npt.NDArray[np.complex128]
GRID = "grid"
"""The wires through which everything comes: the sum of all circuits."""
TURN = np.exp(-2j * np.pi / 3 * np.arange(3))


class House:
    """Circuits on one supply. `solve` once all loads are known; then volts and currents are columns."""

    def __init__(self, rng: Random, seconds: int, supply: str) -> None:
        self.rng, self.seconds, self.supply = rng, seconds, supply
        self.flows: dict[str, list[Flow]] = {}
        self.volts: Phasors = np.zeros((3, seconds), complex)
        """To the neutral, or to the middle of a delta."""
        self._currents: dict[str, tuple[Phasors, Phasors]] = {}

    def add(self, circuit: str, *flows: Flow) -> None:
        self.flows.setdefault(circuit, []).extend(flows)

    def solve(self) -> None:
        """Currents from nominal voltages, then the sag that they make."""
        rng, n = self.rng, self.seconds
        nominal = rng.uniform(225, 240) / (math.sqrt(3) if self.supply == "delta" else 1.0)
        drift = 1 + np.cumsum(rng.normal(0, 4e-5, (1, n)), axis=1)
        own = rng.normal(0, 0.004, (3, 1)) + rng.normal(0, 8e-4, (3, n))
        source = nominal * (drift + own) * TURN[:, None]
        for circuit, flows in self.flows.items():
            self._currents[circuit] = _sum(source, flows, n)
        whole = sum(current for current, _ in self._currents.values())
        loop = min(0.5, max(0.04, rng.lognormal(math.log(0.15), 0.5)))
        line, neutral = loop * 0.65 * (1 + 0.4j), loop * 0.35 * (1 + 0.4j)
        self.volts = source - line * whole[:3]
        if self.supply != "delta":
            self.volts = self.volts + neutral * whole[3]
        bent = sum(harmonic for _, harmonic in self._currents.values())
        self._currents[GRID] = whole, bent

    def current(self, circuit: str, conductor: int) -> tuple[Column, Column]:
        """Fundamental and harmonic current of one conductor, A, from the grid to the load."""
        fundamental, harmonic = self._currents[circuit]
        return fundamental[conductor], harmonic[conductor]


def _sum(source: Phasors, flows: list[Flow], n: int) -> tuple[Phasors, Phasors]:
    fundamental, harmonic = np.zeros((4, n), complex), np.zeros((4, n), complex)
    for one in flows:
        across = source[one.start] - (source[one.end] if one.end < 3 else 0)
        current = np.conj((one.watts + 1j * one.var) / across)
        # Third harmonics and their kin: their angle is that of the voltage, three times as fast.
        bent = one.harmonic * np.exp(3j * np.angle(across))
        for conductor, sign in ((one.start, 1), (one.end, -1)):
            fundamental[conductor] += sign * current
            harmonic[conductor] += sign * bent
    return fundamental, harmonic


@dataclass(frozen=True)
class Clamp:
    """One CT as it is configured and as it really sits."""

    input: int
    name: str
    phase: int
    """As configured."""
    wires: tuple[tuple[str, int], ...]
    """Circuit and conductor of every wire within it."""
    role: str = "CONSUMPTION"
    connection: str = "SUBMETER"
    turned: bool = False
    """The published power has the wrong sign."""
    flag: bool = False
    """As configured: the app turned it, and it was mounted so."""
    gain: float = 1.0
    degrees: float = 0.0
    noise: float = 0.0
    """Its own, relative, second by second."""
    late: float = 0.0
    """Seconds its hub is behind; a part of a second mixes two of them, as a window of its own does."""
    power_only: float = 1.0
    """A factor on the power that the current does not get: what a broken reading looks like."""
    moves: tuple[tuple[int, dict[str, Any]], ...] = ()
    """From which second on it sits otherwise: (second, fields that change)."""


@dataclass(frozen=True)
class Reading:
    """What one CT publishes before it is rounded, per second."""

    watts: Column
    amps: Column
    va: Column


def behind(column: Any, seconds: float) -> Any:
    """The same so many seconds later; what was before the first second was like it."""
    whole = int(seconds)
    part = seconds - whole
    at = np.arange(len(column)) - whole
    return (1 - part) * column[np.maximum(0, at)] + part * column[np.maximum(0, at - 1)]


@dataclass
class Meter:
    """The voltages of a monitor, and what it makes of a clamp's current."""

    house: House
    dialect: str
    one_voltage: bool = False
    published: list[Column] = field(default_factory=list)
    references: Phasors = field(default_factory=lambda: np.zeros((3, 0), complex))

    def __post_init__(self) -> None:
        v = self.house.volts
        between = [v[0] - v[1], v[1] - v[2], v[2] - v[0]]
        if self.house.supply == "delta" and self.dialect == "infinity":
            # Two wattmeters with L3 as reference.
            self.references = np.stack([-between[2], between[1], between[2]])
            self.published = [np.abs(between[2]), np.abs(between[1]), np.zeros(self.house.seconds)]
        elif self.house.supply == "delta":
            self.references = v
            self.published = [np.abs(pair) for pair in between]
        elif self.house.supply == "single" or self.one_voltage:
            self.references = v[0] * TURN[:, None]
            self.published = [np.abs(v[0])]
        else:
            self.references = v
            self.published = [np.abs(one) for one in v]

    def read(self, clamp: Clamp) -> Reading:
        parts, begin = [], 0
        for second, change in (*clamp.moves, (self.house.seconds, {})):
            parts.append((begin, second, clamp))
            clamp, begin = replace(clamp, **change), second
        noise = self.house.rng.normal(0, 1, (5, self.house.seconds))
        whole = [self._read(one, noise) for _, _, one in parts]
        columns = (
            np.concatenate([getattr(read, name)[a:b] for (a, b, _), read in zip(parts, whole, strict=True)])
            for name in ("watts", "amps", "va")
        )
        return Reading(*columns)

    def _read(self, clamp: Clamp, noise: npt.NDArray[np.float64]) -> Reading:
        n = self.house.seconds
        current, bent = np.zeros(n, complex), np.zeros(n, complex)
        for circuit, conductor in clamp.wires:
            more, distortion = self.house.current(circuit, conductor)
            current, bent = current + more, bent + distortion
        reference = self.references[clamp.phase]
        if clamp.late:  # the hub measures voltage and current at one moment; both arrive late
            current, bent, reference = (behind(column, clamp.late) for column in (current, bent, reference))
        turn = (-1 if clamp.turned else 1) * (-1 if clamp.role == "PRODUCTION" else 1)
        scale = clamp.gain * (1 + clamp.noise * noise[0])
        current = current * scale * turn * np.exp(1j * math.radians(clamp.degrees))
        current = current + 0.006 * (noise[1] + 1j * noise[2]) + 0.004 * np.exp(1j * clamp.input)
        amps = np.hypot(np.abs(current), np.abs(bent) * abs(clamp.gain))
        watts = np.real(reference * np.conj(current)) * clamp.power_only
        return Reading(watts, amps, np.abs(reference) * amps)
