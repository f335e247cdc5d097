"""Appliances as currents: power, load angle and distortion, switched by chance, by clock or by hand."""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from smappee_tui.simulator.house.supply import NOMINAL_VOLTS, Drift


class Element(Protocol):
    """Anything that draws current between two conductors. Currents in A at the rated voltage.

    A current is written in the frame of its own port's voltage: real part in phase, negative imaginary part lagging.
    """

    ports: tuple[int, ...]
    """Where it is connected: phase to neutral 0..2, on a delta line pair 0 = L1-L2, 1 = L2-L3, 2 = L3-L1."""
    constant_power: bool
    """True when the current rises as the voltage falls (electronics), False for a plain resistance."""
    currents: list[complex]
    """Fundamental per port."""
    harmonics: list[complex]
    """Everything above the fundamental per port, as one phasor: it adds to the RMS value, never to the power."""

    def step(self, t: float, dt: float) -> None:
        """Move on to `t` s since the start, `dt` s after the last step."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What an appliance takes in one state."""

    watts: float
    """Active power of the whole appliance in W."""
    angle: float = 0.0
    """Load angle in degrees, positive lagging, -90 to 90 exclusive."""
    distortion: float = 1.0
    """I1/Irms, 0.55 (bare rectifier) to 1 (pure sine)."""

    def per_port(self, ports: int) -> tuple[complex, float]:
        """Fundamental and harmonic current in A for each of `ports` equal ports at the rated voltage.

        P = V·I1·cos φ gives I1; Irms = I1/k_d gives the harmonic rest sqrt(1/k_d² - 1)·I1.
        """
        phi = math.radians(self.angle)
        fundamental = self.watts / (NOMINAL_VOLTS * math.cos(phi)) / ports
        rest = abs(fundamental) * math.sqrt(max(0.0, 1.0 / self.distortion**2 - 1.0))
        return cmath.rect(fundamental, -phi), rest


@dataclass(frozen=True, slots=True)
class Duty:
    """When an appliance runs: mean seconds on and off (exponential), or fixed windows when `windows` is given."""

    mean_on: float = 300.0
    mean_off: float = 600.0
    windows: tuple[tuple[float, float], ...] = ()
    """(start, end) in s since the start."""

    def wanted(self, t: float, dt: float, on: bool, rng: random.Random) -> bool:
        """Should it run at `t`, given that it did (`on`) one step of `dt` s before?"""
        if self.windows:
            return any(start <= t < end for start, end in self.windows)
        mean = self.mean_on if on else self.mean_off
        return on != (rng.random() < dt / mean)


@dataclass(frozen=True, slots=True)
class ApplianceModel:
    """A kind of appliance with its figures drawn; many `ConnectedLoad`s may share one."""

    kind: str
    running: Draw
    standby: Draw | None = None
    constant_power: bool = True
    flicker: float = 0.004
    """Relative standard deviation of the slow wandering of its power."""
    ramp: float = 0.0
    """Seconds from standing still to full power; 0 switches at once."""


class ConnectedLoad:
    """One appliance at one place. `duty` None: only `on` decides, by hand."""

    __slots__ = (
        "_drift",
        "_harmonic_turn",
        "_idle",
        "_rng",
        "_run",
        "_shares",
        "appliance",
        "constant_power",
        "currents",
        "duty",
        "harmonics",
        "level",
        "on",
        "ports",
    )

    def __init__(
        self,
        appliance: ApplianceModel,
        ports: Sequence[int],
        seed: str,
        duty: Duty | None = None,
        *,
        on: bool = True,
    ) -> None:
        rng = random.Random(seed)
        n = len(ports)
        self.appliance = appliance
        self.ports = tuple(ports)
        self.duty = duty
        self.on = on if duty is None or duty.windows else rng.random() < duty.mean_on / (duty.mean_on + duty.mean_off)
        self.level = 1.0 if self.on else 0.0
        self.constant_power = appliance.constant_power
        self._rng = rng
        self._run = appliance.running.per_port(n)
        self._idle = appliance.standby.per_port(n) if appliance.standby else (0j, 0.0)
        # No three-phase machine is perfectly balanced: 1 % between its phases.
        self._shares = [1.0] if n == 1 else [1.0 + rng.gauss(0.0, 0.01) for _ in ports]
        # Rectifiers all peak near the crest, so their harmonics add up only a little apart.
        self._harmonic_turn = cmath.rect(1.0, rng.gauss(0.0, 0.7))
        self._drift = Drift(appliance.flicker, 6.0, rng)
        self.currents = [0j] * n
        self.harmonics = [0j] * n
        self._apply()

    def step(self, t: float, dt: float) -> None:
        if self.duty is not None:
            self.on = self.duty.wanted(t, dt, self.on, self._rng)
        self._drift.step(dt)
        target = 1.0 if self.on else 0.0
        if self.level != target:
            ramp = self.appliance.ramp
            if ramp > dt:
                change = dt / ramp
                self.level = min(1.0, self.level + change) if self.on else max(0.0, self.level - change)
            elif 0.0 < self.level < 1.0:
                self.level = target
            else:
                # It switched somewhere inside this second, and the monitor publishes the second's mean.
                self.level = self._rng.random()
        self._apply()

    def _apply(self) -> None:
        level = self.level
        size = level * (1.0 + self._drift.value)
        fundamental = self._run[0] * size + self._idle[0] * (1.0 - level)
        harmonic = (self._run[1] * size + self._idle[1] * (1.0 - level)) * self._harmonic_turn
        if len(self.ports) == 1:
            self.currents[0] = fundamental
            self.harmonics[0] = harmonic
        else:
            for n, share in enumerate(self._shares):
                self.currents[n] = fundamental * share
                self.harmonics[n] = harmonic * share
