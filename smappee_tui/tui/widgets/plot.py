"""Power over time in lines: signed curves over one zero line, with scale, unit, time axis and marks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from smappee_tui.i18n import Translator, current, tr
from smappee_tui.i18n.text import fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.site.history import Extent
from smappee_tui.tui.widgets.canvas import Canvas, toned
from smappee_tui.tui.widgets.lines import Line, line

SCALE = 9
"""Cells of the scale at the left, with the space behind it."""
FLAT = 50.0
"""W from bottom to top at least: crosstalk is no curve."""
LEAST = 4
"""Rows of the curves at least: a row for each side of zero, and room to tell a large step from a small one."""
_NICE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_UNITS = (("TW", 1e12), ("GW", 1e9), ("MW", 1e6), ("kW", 1e3), ("W", 1.0))
_ZERO = "z"
_TICKS = {120.0: (120, 90, 60, 30), 900.0: (900, 600, 300), 3600.0: (3600, 2700, 1800, 900)}
"""Labels of the time axis by its length, seconds ago."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a plot."""

    extents: tuple[Extent | None, ...]
    """Least and most, W, of equal stretches of time, oldest first: one a column of dots. None is a gap."""
    tone: str = "trend"
    letter: str = ""
    """Stands at its right end, where there are several."""
    every: int = 1
    """2 draws each second column: several curves are told apart without colours."""


@dataclass(frozen=True, slots=True)
class TimeMark:
    """Something that happened."""

    place: float
    """0 at the left end to 1 at the right one."""
    sign: str
    tone: str = "dim"


def columns_of(width: int, several: bool = False) -> int:
    """How many stretches of time a plot of so many cells shows."""
    return 2 * max(2, width - SCALE - (2 if several else 0))


def plot_lines(
    curves: Sequence[Curve], marks: Sequence[TimeMark], seconds: float, width: int, height: int
) -> list[Line]:
    """Draw it: scale and curves, a row of marks if there are any, and the time axis.

    Args:
        curves: each with `columns_of(width, several)` extents; what is drawn last stands before the others.
        marks: oldest first; of two in one cell the last one shows.
        seconds: length of the time axis.
        width: cells of a line.
        height: lines in all.
    """
    cells = columns_of(width, len(curves) > 1) // 2
    marked = [_marked(marks, cells)] if marks else []
    rows = max(LEAST, height - 1 - len(marked))
    return [*_drawn(tuple(curves), cells, rows, current()), *marked, _axis(seconds, cells)]


@lru_cache(maxsize=4)
def _drawn(curves: tuple[Curve, ...], cells: int, rows: int, words: Translator) -> tuple[Line, ...]:
    """Scale and curves; kept, as they change more seldom than the screen."""
    low, high = scale_of([e for curve in curves for e in curve.extents if e is not None])
    canvas = Canvas(cells, rows)
    deep = 4 * rows - 1

    def y_of(watts: float) -> int:
        return round(deep * (high - max(low, min(high, watts))) / (high - low))

    zero = y_of(0.0)
    for x in range(0, 2 * cells, 2):
        canvas.dot(x, zero, _ZERO)
    for number, curve in enumerate(curves):
        _draw(canvas, curve, str(number), y_of)
    labels = {0: high, rows - 1: low, zero // 4: 0.0}
    tones = {_ZERO: "dim", " ": "text"} | {str(number): curve.tone for number, curve in enumerate(curves)}
    ends = _ends(curves, y_of, rows) if len(curves) > 1 else {}
    lines: list[Line] = []
    for row, drawn in enumerate(toned(canvas, tones)):
        label = (
            fit(_watts(labels[row], high, low, words), SCALE - 1, right=True) if row in labels else " " * (SCALE - 1)
        )
        end: Line = ((" ", "text"), ends[row]) if row in ends else ()
        lines.append(((f"{label} ", "dim"), *drawn, *end))
    return tuple(lines)


def scale_of(extents: Sequence[Extent]) -> tuple[float, float]:
    """Bottom and top of the scale, round numbers with zero between them, for these W."""
    finite = [e for e in extents if math.isfinite(e.least) and math.isfinite(e.most)]
    high = _round_up(max((e.most for e in finite), default=0.0))
    low = -_round_up(-min((e.least for e in finite), default=0.0))
    if high - low < FLAT:
        low, high = (-FLAT, 0.0) if -low > high else (0.0, FLAT)
    if high < -low / 50 or -low < high / 50:  # a few watts of the other sign take no row
        low, high = (low, 0.0) if high < -low else (0.0, high)
    return low, high


def _round_up(value: float) -> float:
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(nice for nice in _NICE if nice * power >= value * 0.999_999) * power


def _watts(value: float, high: float, low: float, words: Translator) -> str:
    most = max(high, -low)
    if value == 0:
        return "0 W"
    if most >= 1e15:
        return f"{value:.0e} W"
    unit, size = next(((unit, size) for unit, size in _UNITS if most >= size), _UNITS[-1])
    text = words.number(value / size, ".1f" if abs(value / size) < 100 and value % size else ".0f")
    return f"{text} {unit}"


def _draw(canvas: Canvas, curve: Curve, ink: str, y_of: Callable[[float], int]) -> None:
    """Each column from its least to its most, and on to the column before: no step is a gap, and no gap a step."""
    before: tuple[int, int] | None = None
    for x, extent in enumerate(curve.extents):
        if extent is None or not (math.isfinite(extent.least) and math.isfinite(extent.most)):
            before = None
            continue
        top, bottom = y_of(extent.most), y_of(extent.least)
        begin, end = top, bottom
        if before is not None:
            begin, end = min(top, before[1]), max(bottom, before[0])
        if x % curve.every == 0 or end - begin > 1:
            canvas.upright(x, begin, end, ink)
        before = top, bottom


def _ends(curves: Sequence[Curve], y_of: Callable[[float], int], rows: int) -> dict[int, tuple[str, str]]:
    """The letters of the curves by row, each as near to its right end as there is room."""
    found: dict[int, tuple[str, str]] = {}
    for curve in curves:
        last = next((e for e in reversed(curve.extents) if e is not None and math.isfinite(e.most)), None)
        if last is None or len(found) >= rows:
            continue
        wanted = y_of((last.least + last.most) / 2) // 4
        row = min((row for row in range(rows) if row not in found), key=lambda row: abs(row - wanted))
        found[row] = (curve.letter, curve.tone)
    return found


def _marked(marks: Sequence[TimeMark], cells: int) -> Line:
    signs: dict[int, tuple[str, str]] = {
        min(cells - 1, int(mark.place * cells)): (mark.sign, mark.tone) for mark in marks if 0 <= mark.place <= 1
    }
    pieces = [(" " * SCALE, "text")]
    done = 0
    for cell in sorted(signs):
        pieces += [(" " * (cell - done), "text"), signs[cell]]
        done = cell + 1
    return tuple(pieces)


def _axis(seconds: float, cells: int) -> Line:
    text = list(" " * cells)
    now = tr("detail.plot.now")
    free = cells - cells_of(now)
    text[free:] = now
    for ago in _TICKS.get(seconds, (seconds,)):
        count, code = (ago, "seconds") if ago % 60 else (ago // 60, "minutes")
        label = f"-{tr(f'format.{code}', count=count)}"
        place = round(cells * (1 - ago / seconds))
        if place + len(label) + 2 <= free and not "".join(text[max(0, place - 1) : place + len(label)]).strip():
            text[place : place + len(label)] = label
    return line((" " * SCALE + "".join(text), "dim"))
