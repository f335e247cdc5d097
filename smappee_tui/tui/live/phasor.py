"""The phasor view: the three phase voltages, and where a current stands between them.

L1 points up and time turns the vectors anticlockwise, so L2, a third of a turn later, is at the lower right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smappee_tui.tui.widgets.canvas import Canvas

VOLTAGE_ANGLES = (0.0, -120.0, 120.0)
"""Degrees of L1, L2, L3 against L1."""
_UP = 90.0
"""L1 is drawn at twelve o'clock."""
INKS = {"v": "dim", "c": "dim", "i": "strong", "u": "warn", "h": "ok", " ": "text"}
"""Ink to tone: voltages, the circle, current, its uncertainty, the hypothesis that fits."""


@dataclass(frozen=True, slots=True)
class Current:
    """One current to draw."""

    angle: float
    """Degrees against L1's voltage, lead positive."""
    error: float = 0.0
    """Half width of what is uncertain, degrees."""
    label: str = "I"


@dataclass(frozen=True, slots=True)
class Phasor:
    """What to draw."""

    currents: Sequence[Current] = ()
    phases: Sequence[int] = (0, 1, 2)
    """Phases whose voltage is there."""
    fits: tuple[int, bool] | None = None
    """The hypothesis that fits best: phase 0 to 2, and whether reversed."""


def absolute(phase: int, lag: float) -> float:
    """Angle against L1 of a current that lags the voltage of its configured phase by `lag` degrees, -180 to 180."""
    return (VOLTAGE_ANGLES[phase] - lag + 180.0) % 360.0 - 180.0


def draw(phasor: Phasor, width: int = 33, height: int = 15) -> Canvas:
    """Draw it on a surface of so many cells."""
    canvas = Canvas(width, height)
    x = width - 0.5
    radius = min(x - 5, (4 * height - 5) / 2)  # a row above for L1, room at both sides for L2 and L3
    y = 4 + radius
    canvas.arc(x, y, radius, 0, 360, "c", every=4)
    for phase in phasor.phases:
        angle = VOLTAGE_ANGLES[phase] + _UP
        canvas.stroke(x, y, *_end(x, y, radius, angle), "v", every=3)
    for current in phasor.currents:
        _current(canvas, x, y, radius, current)
    if phasor.fits is not None:
        phase, backwards = phasor.fits
        angle = VOLTAGE_ANGLES[phase] + _UP + (180.0 if backwards else 0.0)
        ex, ey = _end(x, y, radius * 0.8, angle)
        canvas.write(int(ex // 2), int(ey // 4), "◆", "h")
    for phase in phasor.phases:
        ex, ey = _end(x, y, radius + 4, VOLTAGE_ANGLES[phase] + _UP)
        canvas.write(round(ex / 2) - 1, int(ey // 4), f"L{phase + 1}", "v")
    for current in phasor.currents:
        if current.error < 90:
            ex, ey = _end(x, y, radius * 0.62, current.angle + _UP)
            canvas.write(int(ex // 2), int(ey // 4), current.label, "i")
    return canvas


def _current(canvas: Canvas, x: float, y: float, radius: float, current: Current) -> None:
    angle = current.angle + _UP
    if current.error < 90:
        end = _end(x, y, radius * 0.95, angle)
        canvas.stroke(x, y, *end, "i")
        for side in (150, -150):
            canvas.stroke(*end, *_end(*end, radius * 0.14, angle + side), "i")
    error = min(current.error, 180.0)
    if error >= 1:
        for inset in (0, 1.2):
            canvas.arc(x, y, radius - inset, angle - error, angle + error, "u")


def _end(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    turned = math.radians(angle)
    return x + radius * math.cos(turned), y - radius * math.sin(turned)
