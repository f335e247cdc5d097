"""Against which voltage a CT's power is measured, and what that makes of the six hypotheses.

On a star supply each phase has its own voltage, 120° apart. On a delta supply two habits exist: voltages between lines
with the third line as reference (two CTs measure everything: the two-wattmeter method), or voltages between lines but
power against a virtual neutral (three CTs, V·I/S = 1.73). A load between two lines then reads up to 30° or 60° off
its own angle on a healthy CT, so angles prove less, and only what remains provable is offered as a hypothesis.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.hypotheses import (
    COUNT,
    PHASE_OF,
    PHASES,
    REVERSED,
    Kind,
    angle_densities,
    angle_density,
)

NOMINAL_VOLTS = 230.0
"""Between a phase and the neutral, or two lines without one."""
LINES = tuple(cmath.rect(1.0, math.radians(-120.0 * line)) for line in range(PHASES))
"""Voltages of the three lines against the middle, over their size."""
PAIRS = ((0, 1), (1, 2), (2, 0))
"""Lines between which a load of a delta supply may hang."""
Name = Literal["single", "star", "delta-line", "delta-neutral"]
Shifts = tuple[tuple[float, float], ...]
"""(degrees, weight) by which a healthy load's angle may be off, weights summing to 1."""

_NONE: Shifts = ((0.0, 1.0),)
_LINE_LOAD: Shifts = ((0.0, 0.80), (-60.0, 0.10), (60.0, 0.10))
_LINE_GRID: Shifts = ((0.0, 0.4), (-30.0, 0.15), (30.0, 0.15), (-60.0, 0.15), (60.0, 0.15))
_NEUTRAL_LOAD: Shifts = ((30.0, 0.3), (-30.0, 0.3), (0.0, 0.15), (90.0, 0.125), (-90.0, 0.125))
_NEUTRAL_TEST: Shifts = ((30.0, 0.5), (-30.0, 0.5))
_NEUTRAL_GRID: Shifts = ((0.0, 0.4), (30.0, 0.3), (-30.0, 0.3))


@dataclass(frozen=True)
class Geometry:
    """One way of measuring."""

    name: Name

    @property
    def delta(self) -> bool:
        """A 3x230 V supply without a neutral at the loads."""
        return self.name.startswith("delta")

    @property
    def apart(self) -> int:
        """Angle between the voltages of neighbouring phases in steps of 60 degrees."""
        return 1 if self.name == "delta-line" else 2

    @property
    def va_share(self) -> float:
        """Apparent power per V·I."""
        return 3**-0.5 if self.name == "delta-neutral" else 1.0

    @property
    def test_shifts(self) -> Shifts:
        """How far a heater's angle may be off on a healthy CT: between lines it hangs on two of them."""
        if self.name == "delta-neutral":
            return _NEUTRAL_TEST
        return _LINE_LOAD if self.name == "delta-line" else _NONE

    @property
    def sags(self) -> bool:
        """Whether a phase's own voltage tells which phase a step was on."""
        return self.name in ("single", "star")

    @lru_cache(maxsize=128)  # noqa: B019 - four instances live as long as the program
    def rho(self, configured: int, hypothesis: int) -> float:
        """Turn of the measured power against the wire's own, degrees."""
        away = PHASE_OF[hypothesis] - configured
        return 60.0 * self.apart * (away if self.name == "delta-line" else away % PHASES) + 180.0 * REVERSED[hypothesis]

    def turn(self, configured: int, grid_configured: int, against: int) -> int:
        """Turn of a channel's power as a grid CT on the same wire reads it, in steps of 60 degrees, 0 to 5."""
        return (self.apart * (configured - grid_configured) + 3 * against) % 6

    @lru_cache(maxsize=64)  # noqa: B019 - four instances live as long as the program
    def allowed(self, configured: int, group: bool, grid: bool) -> tuple[int, ...]:
        """The hypotheses that can be told apart here for a CT of this kind."""
        if self.name == "single" or (self.name == "delta-neutral" and not group and not grid):
            return tuple(h for h in range(COUNT) if PHASE_OF[h] == configured)
        if self.name == "delta-line":  # the third line is the reference of both voltages
            return tuple(h for h in range(COUNT) if (PHASE_OF[h] < 2) == (configured < 2))
        return tuple(range(COUNT))

    def shifts(self, role: Role, hypothesis: int) -> Shifts:
        """How far a healthy load's angle may be off on this CT."""
        if self.name == "delta-line":
            if role.paired:
                return ((-30.0 if PHASE_OF[hypothesis] == 0 else 30.0, 0.9), (0.0, 0.1))
            return _LINE_GRID if role.grid else _LINE_LOAD
        if self.name == "delta-neutral":
            if role.group and not role.grid:
                return _NONE
            return _NEUTRAL_GRID if role.grid else _NEUTRAL_LOAD
        return _NONE

    def density(self, role: Role, hypothesis: int, kind: Kind, degrees: float, blur: float) -> float:
        """Density of a load angle as this CT sees it, per degree."""
        shifts = self.shifts(role, hypothesis)
        if len(shifts) == 1:
            return angle_density(kind, degrees - shifts[0][0], blur)
        return sum(weight * angle_density(kind, degrees - shift, blur) for shift, weight in shifts)

    def densities(self, role: Role, kind: Kind, degrees: NDArray[np.float64], blur: float) -> NDArray[np.float64]:
        """The same for every hypothesis, a row each of several angles."""
        total = np.zeros(degrees.shape)
        for hypotheses, shifts in self._shifted(role):
            for shift, weight in shifts:
                total[hypotheses] += weight * angle_densities(kind, degrees[hypotheses] - shift, blur)
        return total

    @lru_cache(maxsize=1000)  # noqa: B019 - four instances live as long as the program
    def _shifted(self, role: Role) -> list[tuple[slice, Shifts]]:
        """Hypotheses that share their shifts."""
        each = [self.shifts(role, h) for h in range(COUNT)]
        if each.count(each[0]) == COUNT:
            return [(slice(None), each[0])]
        return [(slice(h, h + 1), shifts) for h, shifts in enumerate(each)]


SINGLE = Geometry("single")
STAR = Geometry("star")
DELTA_LINE = Geometry("delta-line")
DELTA_NEUTRAL = Geometry("delta-neutral")
