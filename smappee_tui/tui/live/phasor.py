"""The phasor on the screen: the three phase voltages, where a current stands between them, and where it should."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smappee_tui.report.phasors import CurrentArrow, voltage_direction
from smappee_tui.tui.widgets.canvas import Canvas

INKS = {"v": "dim", "c": "dim", "w": "text", "u": "warn", " ": "text", "o": "ok", "f": "fault", "i": "strong"}
"""Ink to tone: voltages, the circle, where it should be, uncertainty; a current that is right, wrong, not decided."""
SHOULD = "◇"
"""Where a current should be."""
_INK_OF = {"ok": "o", "fault": "f", "open": "i"}
VAGUE = 90.0
"""Degrees of uncertainty from which an arrow would pretend to know more than is known."""


@dataclass(frozen=True, slots=True)
class Phasor:
    """What to draw."""

    currents: Sequence[CurrentArrow] = ()
    phases: Sequence[int] = (0, 1, 2)
    """Phases whose voltage is there."""


def tone_of(arrow: CurrentArrow) -> str:
    """Tone of a current."""
    return INKS[_INK_OF[arrow.state]]


def draw(phasor: Phasor, width: int = 33, height: int = 15) -> Canvas:
    """Draw it on a surface of so many cells."""
    canvas = Canvas(width, height)
    x = width - 0.5
    radius = min(x - 5, (4 * height - 5) / 2)  # a row above for L1, room at both sides for L2 and L3
    y = 4 + radius
    canvas.arc(x, y, radius, 0, 360, "c", every=4)
    for phase in phasor.phases:
        canvas.stroke(x, y, *_end(x, y, radius, voltage_direction(phase)), "v", every=3)
    for arrow in phasor.currents:
        if arrow.expected is not None:
            canvas.stroke(x, y, *_end(x, y, radius * 0.8, arrow.expected), "w", every=2)
    for arrow in phasor.currents:
        _current(canvas, x, y, radius, arrow)
    for phase in phasor.phases:
        ex, ey = _end(x, y, radius + 4, voltage_direction(phase))
        canvas.write(round(ex / 2) - 1, int(ey // 4), f"L{phase + 1}", "v")
    for arrow in phasor.currents:
        if arrow.expected is not None:
            ex, ey = _end(x, y, radius * 0.8, arrow.expected)
            canvas.write(int(ex // 2), int(ey // 4), f"{SHOULD}{arrow.input}", "w")
    for arrow in phasor.currents:
        if arrow.error < VAGUE:
            ex, ey = _end(x, y, radius * 0.5, arrow.measured)
            canvas.write(int(ex // 2), int(ey // 4), f"I{arrow.input}", _INK_OF[arrow.state])
    return canvas


def _current(canvas: Canvas, x: float, y: float, radius: float, arrow: CurrentArrow) -> None:
    ink = _INK_OF[arrow.state]
    if arrow.error < VAGUE:
        end = _end(x, y, radius * 0.95, arrow.measured)
        canvas.stroke(x, y, *end, ink)
        for side in (150, -150):
            canvas.stroke(*end, *_end(*end, radius * 0.14, arrow.measured + side), ink)
    error = min(arrow.error, 180.0)
    if error >= 1:
        for inset in (0, 1.2):
            canvas.arc(x, y, radius - inset, arrow.measured - error, arrow.measured + error, "u")


def _end(x: float, y: float, radius: float, angle: float) -> tuple[float, float]:
    turned = math.radians(angle)
    return x + radius * math.cos(turned), y - radius * math.sin(turned)
