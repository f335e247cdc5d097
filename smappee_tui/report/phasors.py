"""Where a current's arrow points and where it should point: one geometry for the screen and for the report.

Degrees on the page: 0 to the right, anticlockwise. L1 points up and time turns the arrows anticlockwise, so L2, a third
of a turn later, is at the lower right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.judgement import STRAY

_TURNED = frozenset({"reversed", "wrong_phase_reversed"})
_OPEN = frozenset({"inconclusive", "no_current", "unused"})
_FOR_GIVING = 45.0
"""Degrees by which a load that takes may be off before one that gives is the likelier reading of an unsigned angle."""


def voltage_direction(phase: int) -> float:
    """Where the voltage of a phase 0 to 2 points."""
    return 90.0 - 120.0 * phase


@dataclass(frozen=True, slots=True)
class CurrentArrow:
    """One current, as measured and as it should be."""

    input: int
    phase: int
    """Configured, 0 to 2."""
    measured: float
    expected: float | None
    """Along the voltage of its phase, or against it where power is given back, as an export is. None where it is not
    decided which of them."""
    lag: float
    """By how much the current comes after the voltage of its configured phase, -180 to 180 degrees."""
    error: float
    """Half width of what is uncertain, degrees."""
    state: Literal["ok", "fault", "open"]
    """Whether this direction is right, wrong, or not decided; other faults of a CT are not of its direction."""

    @property
    def gives(self) -> bool:
        """Power that is given back is expected here."""
        return self.expected is not None and self.expected != voltage_direction(self.phase)


def current_arrow(
    number: int, phase: int, angle: float, verdict: str, actual_phase: int | None = None, error: float = 0.0
) -> CurrentArrow:
    """Lay out one current. Its angle is known without a sign; the sign that suits the verdict is taken.

    Args:
        number: its input.
        phase: configured, 0 to 2.
        angle: between the current and its configured voltage, degrees.
        verdict: what was said of it.
        actual_phase: where it really is, of a wrong phase that could be named.
        error: half width of what is uncertain, degrees.
    """
    named = verdict not in STRAY or actual_phase is not None
    turn = 180.0 if verdict in _TURNED else 0.0
    if verdict in STRAY and actual_phase is not None:
        turn += 120.0 * (actual_phase - phase)
    # What the load's own angle would be on its own wire, for either sign of the measured one; of equals the lag.
    lag = min((angle, -angle), key=lambda signed: round(_off(signed - turn), 6))
    gives = named and abs(_wrapped(lag - turn)) > 90.0
    along = voltage_direction(phase)
    expected = None if gives and verdict in _OPEN else along - 180.0 * gives
    if verdict == "ok":
        state: Literal["ok", "fault", "open"] = "ok"
    else:
        state = "fault" if verdict in _TURNED | STRAY else "open"
    return CurrentArrow(number, phase, along - lag, expected, _wrapped(lag), error, state)


def _off(degrees: float) -> float:
    away = abs(_wrapped(degrees))
    return min(away, 180.0 - away + _FOR_GIVING)


def _wrapped(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0
