"""What a CT would read if its input were configured otherwise: the algebra of one reading.

A current on one wire measured against voltage i gives S·e^{jθ}; against voltage i' the same current gives
S·e^{j(θ + 120°·(i - i'))}, and a reversal turns it by 180°. A reversal is exact, then. A phase is not: of the reactive
power only the size is published, and that as what current and power leave for it: rounded, and with the harmonics of
the current in it, which bring no power on any phase.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Gives = Literal["no", "maybe", "yes"]
"""Whether the house may give power: nothing generates, nobody knows, something does."""
PLAUSIBLE = 0.26
"""Least power factor of a load as a whole: angles up to 75° exist."""
SMALL = ((60.0, -2.0), (150.0, -0.5))
"""The same up to so many VA: filters lead by nearly 90° and a CT has its own error; the smallest prove nothing."""
LARGE_PLAUSIBLE = 0.6
LARGE_VA: dict[Gives, float] = {"maybe": 600.0, "yes": 2500.0}
"""A whole phase that gives or takes so many VA has this power factor at least; where something is known to generate,
what is left of it and of the loads has any up to there."""
ANGLE_DOUBT = 0.035
"""Share of the apparent power that two voltages bring which are not quite of one size and 120° apart."""
FUNDAMENTAL = ((300.0, 0.2), (900.0, 0.5), (3000.0, 0.6)), 0.9
"""Up to so many VA, and beyond, the least share of the current that is of the mains' own frequency: lamps and drives
without correction have half or less, a large load has nearly all."""
HALF_WATT = 0.5


class Turned(NamedTuple):
    """Readings as they would be."""

    watts: FloatArray
    """The likeliest, W."""
    low: FloatArray
    """It is not below this, W."""
    high: FloatArray


def turn_of(geometry: Geometry, configured: int, phase: int, against: bool) -> float | None:
    """By how much a reading turns when its input moves from one phase to another, degrees.

    Args:
        geometry: how the monitor measures.
        configured: phase that it was measured with, 0 to 2.
        phase: the other one.
        against: the direction is set the other way round as well.

    Returns:
        None where it does not follow: on a delta supply measured between lines nobody has told what a CT on the third
        line is measured against.
    """
    if configured != phase and (
        geometry.name == "single" or (geometry.name == "delta-line" and 2 in (configured, phase))
    ):
        return None
    return (60.0 * geometry.apart * (configured - phase) + 180.0 * against) % 360.0


def sign_that_fits(
    watts: FloatArray,
    volt_amperes: FloatArray,
    degrees: float,
    role: Role,
    geometry: Geometry,
    *,
    gives: Gives = "maybe",
    slack: FloatArray | float = 0.5,
) -> tuple[FloatArray, BoolArray]:
    """Which sign of the reactive power, 1 lagging or -1 leading, makes readings those of a load, once turned.

    A circuit takes, so the larger power it is; a grid CT of a house that also gives, and a battery, may read either
    sign, so it is the angle nearer to none or to half a turn. On a delta supply the currents of loads between two
    lines add up to any angle on a grid CT.

    Args:
        watts: active power as published, W.
        volt_amperes: apparent power, VA.
        degrees: see `turn_of`.
        role: the channel as it would be.
        geometry: how the monitor measures.
        gives: whether the house may give power.
        slack: by how much the apparent power is rounded, VA.

    Returns:
        The sign of each, and whether the other one can be no load at all.
    """
    turn = math.radians(degrees)
    straight, across = watts * math.cos(turn), reactive_of(watts, volt_amperes) * math.sin(turn)
    lagging, leading = straight - across, straight + across
    two_way = role.stores or (role.grid and gives != "no")
    if two_way and not geometry.delta:
        lagging, leading = np.abs(lagging), np.abs(leading)
    sign = np.where(lagging >= leading, 1.0, -1.0)
    if geometry.delta and (role.grid or role.stores):
        return sign, np.zeros(np.shape(watts), dtype=bool)
    size = volt_amperes + slack
    least = _by_size(size, SMALL, PLAUSIBLE)
    if two_way:
        least = np.where(size < LARGE_VA["yes" if role.stores else gives], least, LARGE_PLAUSIBLE)
    return sign, np.minimum(lagging, leading) < least * size


def turned(
    watts: FloatArray,
    volt_amperes: FloatArray,
    degrees: float,
    sign: FloatArray | float,
    sure: BoolArray | bool = True,
    *,
    slack: FloatArray | float = 0.5,
) -> Turned:
    """Turn readings of one CT.

    Args:
        watts: active power as published, W.
        volt_amperes: apparent power, VA.
        degrees: see `turn_of`.
        sign: of the reactive power, 1 lagging, -1 leading.
        sure: whether that is known; where it is not, the other one counts for `low` and `high` as well.
        slack: by how much the apparent power is rounded, VA.
    """
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    straight = watts * cos
    if abs(sin) < 1e-9:
        return Turned(straight, straight - HALF_WATT, straight + HALF_WATT)
    least = _left(_by_size(volt_amperes, *FUNDAMENTAL) * np.maximum(0.0, volt_amperes - slack), watts)
    most = _left(volt_amperes + slack, watts)
    own = [straight - sign * sin * q for q in (least, most)]
    other = [np.where(sure, one, straight + sign * sin * q) for one, q in zip(own, (least, most), strict=True)]
    doubt = HALF_WATT + ANGLE_DOUBT * (volt_amperes + slack)
    return Turned(
        np.asarray(straight - sign * sin * reactive_of(watts, volt_amperes)),
        np.minimum.reduce([*own, *other]) - doubt,
        np.maximum.reduce([*own, *other]) + doubt,
    )


def reactive_of(watts: FloatArray, volt_amperes: FloatArray) -> FloatArray:
    """Size of the reactive power, var, as far as the currents are of the mains' own frequency."""
    return _left(volt_amperes, watts)


def _left(size: FloatArray, watts: FloatArray) -> FloatArray:
    """What is left of an apparent power beside the active one; 0 where rounding makes that the larger."""
    return np.asarray(np.sqrt(np.maximum(0.0, size * size - watts * watts)))


def _by_size(size: FloatArray, steps: tuple[tuple[float, float], ...], rest: float) -> FloatArray:
    """What holds up to a size; `rest` beyond the last."""
    return np.asarray(np.select([size <= most for most, _ in steps], [value for _, value in steps], rest))
