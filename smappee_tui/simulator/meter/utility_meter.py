"""The utility's digital meter on the same virtual house: what it would tell of the connection each second."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from smappee_tui.protocol.meter import MeterReading, PerLine
from smappee_tui.simulator.house.circuits import MAINS, HouseState
from smappee_tui.simulator.house.supply import SupplyKind


@dataclass(frozen=True, slots=True)
class UtilityMeter:
    """One kind of meter. It is right within a percent; what it tells is rounded, late, in its own order of lines."""

    kind: SupplyKind
    seed: str
    order: tuple[int, int, int] = (0, 1, 2)
    """By line of the meter the house's conductor."""
    watts_step: float = 1.0
    amps_step: float = 0.01
    delay: float = 1.2
    """Seconds from the moment that it tells of until the reading arrives."""
    volts_step: float = 0.1
    """0 where it tells no voltage."""
    every: int = 1
    """Seconds between two readings."""

    def read(self, state: HouseState, start: float) -> MeterReading | None:
        """What it tells of this second; None where it tells nothing now.

        Args:
            state: the truth.
            start: when the house began, seconds since 1970.
        """
        if round(state.time) % self.every:
            return None
        rng = random.Random(f"{self.seed}/meter")
        gains = [1.0 + rng.gauss(0.0, 0.003) for _ in range(3)]
        lines: tuple[int, ...] = (0,) if self.kind == "single" else self.order
        watts, amps, volts = [math.nan] * 3, [math.nan] * 3, [math.nan] * 3
        mains, total = state.circuits[MAINS], 0.0
        for line, conductor in enumerate(lines):
            reference = state.volts[conductor]
            shown = reference
            if self.kind == "delta":  # two wattmeters: the middle line is the reference, and has no current of its own
                middle = state.volts[lines[1]]
                reference = reference - middle
                shown = reference if line != 1 else state.volts[lines[0]] - state.volts[lines[2]]
            current = mains.fundamental[conductor] * gains[line]
            power = (reference * current.conjugate()).real
            total += power
            watts[line] = _rounded(power, self.watts_step)
            amps[line] = _rounded(math.hypot(abs(current), abs(mains.harmonic[conductor])), self.amps_step)
            if self.kind == "delta" and line == 1:
                watts[line] = amps[line] = 0.0
            if self.volts_step:
                volts[line] = _rounded(abs(shown), self.volts_step)
        return MeterReading(
            at=start + state.time + self.delay,
            watts=_line(watts),
            amps=_line(amps),
            volts=_line(volts),
            total=_rounded(total, self.watts_step),
            watts_step=self.watts_step,
            amps_step=self.amps_step,
            told=math.floor(start + state.time),
        )


def _rounded(value: float, step: float) -> float:
    return round(value / step) * step


def _line(values: list[float]) -> PerLine:
    return values[0], values[1], values[2]
