"""What appliances, the sun and batteries do, second by second: columns of W, var and harmonic A.

Ranges are those of ordinary household appliances; a load is drawn anew for each case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]
Random = np.random.Generator
VOLTS = 230.0


@dataclass(frozen=True)
class Flow:
    """What one load draws between two conductors (0 to 2: L1 to L3, 3: N), per second. Negative W: it gives."""

    watts: Column
    var: Column
    """Lagging is positive."""
    harmonic: Column
    """Current beside the fundamental, A."""
    start: int = 0
    end: int = 3

    def between(self, start: int, end: int = 3) -> Flow:
        """The same load between other conductors."""
        return replace(self, start=start, end=end)

    def times(self, factor: float | Column) -> Flow:
        return replace(self, watts=self.watts * factor, var=self.var * factor, harmonic=self.harmonic * factor)


def flow(watts: Column, degrees: float, distortion: float = 0.0) -> Flow:
    """A load of these watts with one angle (lag positive) and a harmonic current of this share of the fundamental."""
    var = watts * math.tan(math.radians(degrees))
    return Flow(watts, var, np.hypot(watts, var) / VOLTS * distortion)


def wander(rng: Random, n: int, share: float, slow: float = 0.97) -> Column:
    """About 1, moving by `share` (standard deviation) with a memory."""
    steps = rng.normal(0.0, share * math.sqrt(1 - slow * slow), n)
    out = np.empty(n)
    now = rng.normal(0.0, share)
    for second in range(n):
        now = slow * now + steps[second]
        out[second] = 1.0 + now
    return out


def duty(rng: Random, n: int, on: float, off: float) -> Column:
    """0 and 1, with on and off times about these seconds. A switch falls within a second and shows in part of it."""
    out = np.zeros(n + 1)
    at = rng.uniform(0.2, 1.0) * off
    while at < n:
        until = min(float(n), at + max(2.0, on * rng.uniform(0.7, 1.3)))
        out[int(at)] += 1 - at % 1
        out[int(at) + 1 : int(until)] = 1.0
        out[int(until)] += until % 1
        at = until + max(2.0, off * rng.uniform(0.7, 1.3))
    return out[:n]


def warming(switched: Column, share: float, seconds: float) -> Column:
    """Settles from 1 + share to 1 after every switching on: an element that warms, a motor that starts."""
    out, since = np.ones_like(switched), 0.0
    for second, now in enumerate(switched):
        since = since + 1 if now > 0.5 else 0.0
        out[second] += share * math.exp(-since / seconds)
    return out


def ramped(switched: Column, seconds: float) -> Column:
    """On and off over some seconds instead of at once."""
    out, now = np.empty_like(switched), switched[0]
    for second, wanted in enumerate(switched):
        now += min(1.0 / seconds, max(-1.0 / seconds, wanted - now))
        out[second] = now
    return out


def cycles(rng: Random, n: int, many: tuple[float, float] = (3.0, 6.0)) -> Column:
    """On and off, so many times within the watch."""
    period = max(14.0, n / rng.uniform(*many))
    share = rng.uniform(0.3, 0.6)
    return duty(rng, n, period * share, period * (1 - share))


RESISTIVE = ("kettle", "boiler", "heater")
STEPPING = (*RESISTIVE, "microwave", "oven", "motor")


def appliance(rng: Random, n: int, kind: str, many: tuple[float, float] = (3.0, 6.0)) -> Flow:
    """One single-phase appliance that switches about `many` times."""
    on = cycles(rng, n, many)
    if kind in RESISTIVE:
        low, high = {"kettle": (1800, 2400), "boiler": (1500, 3000), "heater": (700, 2000)}[kind]
        watts = on * rng.uniform(low, high) * warming(on, rng.uniform(0, 0.03), 20.0)
        return flow(watts * wander(rng, n, 0.002), rng.normal(0.0, 0.6), 0.01)
    if kind == "microwave":
        return flow(on * rng.uniform(900, 1500) * wander(rng, n, 0.005), rng.uniform(5, 20), rng.uniform(0.2, 0.4))
    if kind == "oven":  # a thermostat that chops, and a fan
        element = on * duty(rng, n, rng.uniform(12, 40), rng.uniform(10, 40)) * rng.uniform(1800, 2800)
        return flow(element + on * rng.uniform(25, 60), rng.uniform(0, 2), 0.02)
    if kind == "hob":  # power by whole seconds
        chopped = duty(rng, n, rng.uniform(2, 5), rng.uniform(2, 6))
        return flow(on * chopped * rng.uniform(800, 2200), rng.uniform(-6, 6), 0.1)
    if kind == "motor":
        watts = on * rng.uniform(200, 700) * warming(on, rng.uniform(0.3, 2.0), 0.8)
        return flow(watts * wander(rng, n, 0.02), rng.uniform(20, 50), 0.1)
    if kind == "washer":
        drum = duty(rng, n, 11, 5) * rng.uniform(150, 400)
        turning, heating = flow(drum, rng.uniform(20, 40), 0.3), flow(on * rng.uniform(1700, 2100), 0.3, 0.01)
        return Flow(
            turning.watts + heating.watts, turning.var + heating.var, np.hypot(turning.harmonic, heating.harmonic)
        )
    if kind == "fridge":
        return flow(np.ones(n) * rng.uniform(70, 140) * wander(rng, n, 0.01), rng.uniform(20, 40), 0.25)
    if kind == "heat pump":
        return flow(
            ramped(on, rng.uniform(3, 12)) * rng.uniform(700, 2500) * wander(rng, n, 0.02), rng.uniform(-10, 14), 0.15
        )
    if kind == "charger":
        return flow(ramped(on, rng.uniform(3, 8)) * VOLTS * rng.uniform(6, 16), rng.uniform(-4, 3), 0.05)
    raise ValueError(kind)


def rest(rng: Random, n: int, *, hard: bool = False) -> Flow:
    """What never sleeps on one phase; `hard`: electronics only, power factor .5 to .8 leading."""
    if hard:
        factor, pure = rng.uniform(0.5, 0.8), rng.uniform(0.9, 0.995)
        degrees = -math.degrees(math.acos(factor / pure))
        return flow(rng.uniform(90, 600) * wander(rng, n, 0.01), degrees, math.sqrt(1 / pure**2 - 1))
    watts = rng.uniform(70, 450)
    return flow(watts * wander(rng, n, 0.02), rng.uniform(-28, 12), rng.uniform(0.05, 0.5))


def sun(rng: Random, n: int, mood: str) -> Column:
    """Sunlight as a share of the best: `clear`, `cloudy` (comes and goes within seconds) or `grey` (slow)."""
    if mood == "clear":
        return rng.uniform(0.5, 0.95) * np.clip(wander(rng, n, 0.01, 0.995), 0.1, 1.1)
    if mood == "grey":
        return np.clip(rng.uniform(0.15, 0.5) * wander(rng, n, 0.25, 0.99), 0.02, 1.0)
    shade = rng.uniform(0.15, 0.5)
    open_sky = ramped(cycles(rng, n, (3.0, 8.0)), rng.uniform(4, 15))
    return rng.uniform(0.7, 1.0) * (shade + (1 - shade) * open_sky) * wander(rng, n, 0.01)


def solar(rng: Random, light: Column, watts: float) -> Flow:
    """An inverter: it gives, with the capacitors of its filter."""
    made = light * watts
    n = len(made)
    return Flow(-made, np.full(n, -rng.uniform(8, 50)), made / VOLTS * 0.02 + 0.03)


def answering(load: Column, limit: float, late: int, *, charge: bool = False) -> Column:
    """W of a battery that cancels a load some seconds later: negative where it gives."""
    seen = np.concatenate([np.full(late, load[0]), load[: len(load) - late]])
    return -np.clip(seen, -limit if charge else 0.0, limit)


def battery(rng: Random, watts: Column) -> Flow:
    """A storage inverter at this power, negative where it gives."""
    return Flow(watts, np.full(len(watts), -rng.uniform(5, 40)), np.abs(watts) / VOLTS * 0.03 + 0.03)
