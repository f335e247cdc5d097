"""The six ways a CT can sit, and how likely a load angle is.

Configured phase i, true phase j, direction s: a wire's power S·e^{jφ} (φ: load angle, lag positive; L2 lags L1 by 120°,
L3 by 240°) is measured as S·e^{j(φ+ρ)} with ρ = 120°·((j-i) mod 3) + 180°·s. Hypotheses are numbered 2·j + s.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

PHASES = 3
COUNT = 6
"""Three phases, two directions."""
PHASE_OF = tuple(number // 2 for number in range(COUNT))
"""True phase j of a hypothesis."""
REVERSED = tuple(number % 2 for number in range(COUNT))
"""Its direction s, 1 where the CT is the wrong way round."""
State = tuple[int, ...]
"""One hypothesis each of several CTs that are judged together, in the order of their inputs."""
Places = NDArray[np.int_]
"""Many states: states x CTs."""
IMPOSSIBLE = -40.0
"""ln likelihood or prior of a hypothesis that cannot be, or not be told apart here. What is no better is left out."""


def hypothesis_of(phase: int, reversed_: int = 0) -> int:
    """Number of the hypothesis that a CT sits on this phase, right way round or reversed."""
    return 2 * phase + reversed_


Kind = Literal["large", "medium", "small", "generator", "heater", "storage", "any"]
"""What sort of load an angle prior is for; the first three by apparent power. "any" knows only that loads up to 75°
exist: what holds under it is proved by no guess about the household."""

Component = tuple[float, float, float]
"""Weight, mean and standard deviation in degrees."""

# Mixtures after a survey of 56 household appliances and the sources of the sign-and-power-factor literature: resistive
# loads at 0, motors and fixed-speed compressors at +20..+45, inverters slightly leading, small electronics leading by
# 20..60, filter capacitors at -70..-90. The wide last part of each is the honest rest.
_MIXTURES: dict[Kind, tuple[Component, ...]] = {
    "large": ((0.66, 0, 6), (0.16, 28, 11), (0.10, -8, 12), (0.03, 48, 10), (0.05, 0, 45)),
    "medium": ((0.43, 0, 12), (0.24, 30, 16), (0.21, -22, 18), (0.05, -82, 8), (0.07, 0, 45)),
    "small": ((0.22, 0, 14), (0.22, 32, 20), (0.34, -42, 22), (0.14, -80, 9), (0.08, 0, 55)),
    "generator": ((0.9, 0, 5), (0.1, 0, 20)),
    "heater": ((0.97, 0, 2.5), (0.03, 0, 12)),
    "storage": ((0.44, 0, 5), (0.06, 0, 20), (0.44, 180, 5), (0.06, 180, 20)),
}
LARGE_VA = 900.0
SMALL_VA = 150.0


def kind_of(volt_amperes: float) -> Kind:
    """Which prior fits a load of this apparent power, VA."""
    if volt_amperes > LARGE_VA:
        return "large"
    return "medium" if volt_amperes > SMALL_VA else "small"


def _cell(angle: float, part: Component) -> float:
    weight, mean, sd = part
    away = (angle - mean + 180) % 360 - 180
    return weight * math.exp(-0.5 * (away / sd) ** 2) / sd


@cache
def _density_table(kind: Kind) -> tuple[float, ...]:
    """Probability density per degree, every degree from -180 to 179, with a floor that no prior may go below."""
    if kind == "any":
        return tuple(max(2e-6, min(1.0, (90 - abs(angle)) / 15) / 165) for angle in range(-180, 180))
    raw = [sum(_cell(angle, part) for part in _MIXTURES[kind]) / math.sqrt(2 * math.pi) for angle in range(-180, 180)]
    return tuple(value + 2e-6 for value in raw)


def angle_density(kind: Kind, degrees: float, blur: float = 0.0) -> float:
    """Density of a load angle, per degree.

    Args:
        kind: which prior.
        degrees: load angle, any turn.
        blur: standard deviation of the measured angle in degrees; the density is averaged over it.
    """
    table = _density_table(kind)
    place = round(degrees) + 180
    if blur < 2:
        return table[place % 360]
    reach = blur * 1.2
    offsets = (-reach, -reach / 2, 0.0, reach / 2, reach)
    return sum(w * table[round(place + o) % 360] for w, o in zip((0.1, 0.25, 0.3, 0.25, 0.1), offsets, strict=True))


@cache
def _density_array(kind: Kind) -> NDArray[np.float64]:
    return np.array(_density_table(kind))


_BLURS, _BLUR_WEIGHTS = np.array((-1.0, -0.5, 0.0, 0.5, 1.0)), np.array((0.1, 0.25, 0.3, 0.25, 0.1))


def angle_densities(kind: Kind, degrees: NDArray[np.float64], blur: float = 0.0) -> NDArray[np.float64]:
    """`angle_density` of many load angles."""
    table = _density_array(kind)
    place = np.rint(degrees).astype(int) + 180
    if blur < 2:
        return np.asarray(table[place % 360])
    spread = np.rint(place[..., None] + blur * 1.2 * _BLURS).astype(int) % 360
    return np.asarray((table[spread] * _BLUR_WEIGHTS).sum(-1))


def log_sum(values: list[float]) -> float:
    """log of the sum of exponentials."""
    top = max(values)
    return top if top == -math.inf else top + math.log(sum(math.exp(v - top) for v in values))
