"""Curves of a day as areas of braille dots under one time axis. Told apart by place and words, never by colour."""

from __future__ import annotations

from datetime import timedelta

from smappee_tui.tui.canvas import Canvas
from smappee_tui.tui.cloud_day import Day, Points
from smappee_tui.tui.lines import Line, Piece, line, spread
from smappee_tui.tui.text import fit
from smappee_tui.tui.words import watts

LABEL = 10
"""Cells of the scale at the left."""
FLAT = 100.0
"""W. Less than this is drawn small: what an inverter draws at night is no curve."""
HOURS = (0, 3, 6, 9, 12, 15, 18, 21, 24)
_INK = "x"


def panel(title: str, points: Points, day: Day, width: int, rows: int) -> list[Line]:
    """One curve: title with sum and peak, then the area. Its scale is its own.

    Args:
        title: safe text.
        points: mean powers, W.
        day: for time.
        width: cells of a line.
        rows: of the area.
    """
    known = [(at, value) for at, value in points if value is not None]
    if not known:
        return [line((title, "strong"), ("   no values", "dim")), *([line()] * rows)]
    high = max(0.0, *(value for _, value in known))
    low = min(0.0, *(value for _, value in known))
    if high - low < FLAT:
        high = FLAT
    total = sum(value for _, value in known) * day.step / 3.6e6
    peak_at, peak = max(known, key=lambda pair: abs(pair[1]))
    told = f"{total:,.2f} kWh".replace(",", " ") + f"   peak {watts(peak)} at {clock_at(day, peak_at)}"
    lines = [spread(line((title, "strong")), line((told, "text")), width)]
    area = _area(known, low, high, day, max(4, width - LABEL), rows)
    labels = {round((rows - 1) * high / (high - low)): "0 W"}
    labels |= {0: watts(high), rows - 1: watts(low)}
    for number, dots in enumerate(area):
        label = labels.get(number, "")
        lines.append(line((fit(label, LABEL - 1, right=True), "dim"), " ", (dots, "trend")))
    return lines


def _area(known: list[tuple[float, float]], low: float, high: float, day: Day, width: int, rows: int) -> list[str]:
    """Each column of dots reaches to the greatest power of its time; a column without a value stays empty."""
    canvas = Canvas(width, rows)
    columns, deep = width * 2, rows * 4 - 1
    span = high - low
    zero = deep * high / span
    most: dict[int, float] = {}
    for at, value in known:
        first = int(at / day.seconds * columns)
        last = max(first, int((at + day.step) / day.seconds * columns) - 1)
        for place in range(max(0, first), min(columns - 1, last) + 1):
            if place not in most or abs(value) > abs(most[place]):
                most[place] = value
    for place, value in most.items():
        end = round(deep * (high - value) / span)
        for y in range(min(round(zero), end), max(round(zero), end) + 1):
            canvas.dot(place, y, _INK)
    return canvas.lines()


def axis(day: Day, width: int) -> Line:
    """The hours of the day, by the clock on the wall there."""
    cells = [" "] * width
    room = width - LABEL
    for hour in HOURS:
        text = f"{hour:02d}"
        place = LABEL + min(room - 2, max(0, round(day.hour(hour) / day.seconds * room) - (0 if hour == 0 else 1)))
        if room > 40 or hour % 6 == 0:
            cells[place : place + 2] = text
    pieces: list[Piece] = [("".join(cells)[:width], "dim")]
    return tuple(pieces)


def clock_at(day: Day, seconds: float) -> str:
    """The time there, so many seconds after the day began."""
    return f"{(day.start + timedelta(seconds=seconds)).astimezone(day.zone):%H:%M}"
