"""Plots and phasors on paper, from the same geometry as the HTML's."""

from __future__ import annotations

import math

from smappee_tui.report.render.diagrams import Arrow, Panel, PhasorDiagram, Plot, beside_tip, tip
from smappee_tui.report.render.pdf_fonts import FAMILY
from smappee_tui.report.render.pdf_paper import BLUE, INK, ORANGE, RULE, SOFT, Paper
from smappee_tui.report.render.report_text import ReportText

PLOT_HEIGHT = 33.0
"""Of a whole plot without its caption, mm."""
_HEIGHTS = {"W": 15.0, "V": 8.0}
_LEFT = 13.0
_DASHES: dict[int, tuple[float, float]] = {2: (1.2, 0.7), 3: (0.4, 0.6)}


Axis = tuple[str, str, str]
"""What stands under the beginning, the step and the end."""


def draw_step(paper: Paper, plot: Plot, axis: Axis, shown: ReportText, x: float, y: float, width: float) -> None:
    """Draw a plot with its top left corner at `x`, `y`."""
    for panel in plot.panels:
        _panel(paper, panel, plot, shown, x, y, width)
        y += _HEIGHTS[panel.unit] + 3.6
    _label(paper, x + _LEFT, y, axis[0], "L", 14)
    _label(paper, x + _LEFT + plot.zero * (width - _LEFT) - 5, y, axis[1], "C", 10)
    _label(paper, x + width - 14, y, axis[2], "R", 14)


def _panel(paper: Paper, panel: Panel, plot: Plot, shown: ReportText, x: float, y: float, width: float) -> None:
    height, left, wide, n = _HEIGHTS[panel.unit], x + _LEFT, width - _LEFT, shown.number
    paper.set_draw_color(*SOFT)
    paper.set_line_width(0.15)
    paper.line(left, y, left, y + height)
    paper.line(left, y + height, left + wide, y + height)
    paper.set_dash_pattern(0.3, 0.7)
    paper.line(left + plot.zero * wide, y, left + plot.zero * wide, y + height)
    if panel.zero is not None:
        level = y + 0.5 + panel.zero * (height - 1)
        paper.line(left, level, left + wide, level)
    paper.set_dash_pattern()
    if panel.zero is not None and 0.2 < panel.zero < 0.8:
        _label(paper, x, level - 1.2, f"0 {panel.unit}", "R", _LEFT - 1)
    _label(paper, x, y - 0.6, f"{n(panel.high)} {panel.unit}", "R", _LEFT - 1)
    if panel.low != panel.high:
        _label(paper, x, y + height - 2.2, f"{n(panel.low)} {panel.unit}", "R", _LEFT - 1)
    for trace in reversed(panel.traces):
        _stroke(paper, trace.style)
        for piece in trace.pieces:
            points = [(left + a * wide, y + 0.5 + b * (height - 1)) for a, b in piece]
            paper.polyline(points)
    at = left
    for trace in panel.traces:
        _stroke(paper, trace.style)
        paper.line(at, y + height + 1.6, at + 5, y + height + 1.6)
        paper.set_dash_pattern()
        label = shown.trace(trace.series)
        _label(paper, at + 5.6, y + height + 0.4, label, "L", 20)
        at += 8.5 + paper.width_of(label, 5.6)
    paper.set_dash_pattern()


def _stroke(paper: Paper, style: int) -> None:
    paper.set_draw_color(*(BLUE if style == 0 else INK))
    paper.set_line_width(0.5 if style == 0 else 0.2)
    dash = _DASHES.get(style)
    if dash is None:
        paper.set_dash_pattern()
    else:
        paper.set_dash_pattern(*dash)


def _label(paper: Paper, x: float, y: float, text: str, align: str, width: float, bold: bool = False) -> None:
    paper.set_font(FAMILY, "B" if bold else "", 5.6)
    paper.set_text_color(*INK)
    paper.set_xy(x, y)
    paper.cell(width, 2.4, paper.type.fit(text), align=align)


_INKS = {"volt": SOFT, "want": INK, "ok": BLUE, "fault": ORANGE, "open": INK}
_WIDTHS = {"volt": 0.25, "want": 0.35}


def draw_phasors(paper: Paper, picture: PhasorDiagram, x: float, y: float, size: float) -> None:
    """Draw voltages, expected and measured currents in a square."""
    middle_x, middle_y, reach = x + size / 2, y + size / 2, size * 0.4
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.15)
    paper.ellipse(middle_x - reach, middle_y - reach, 2 * reach, 2 * reach)
    for arrow in picture.arrows:
        ink = _INKS[arrow.kind]
        paper.set_draw_color(*ink)
        paper.set_line_width(_WIDTHS.get(arrow.kind, 0.6))
        if arrow.kind == "want":
            paper.set_dash_pattern(1.2, 0.8)
        a, b = tip(arrow)
        end = middle_x + reach * a, middle_y - reach * b
        paper.line(middle_x, middle_y, *end)
        paper.set_dash_pattern()
        if arrow.kind == "want":
            paper.set_fill_color(255, 255, 255)
            paper.ellipse(end[0] - 0.7, end[1] - 0.7, 1.4, 1.4, style="DF")
        else:
            _head(paper, arrow, end, ink)
        right, up = beside_tip(arrow, 2.5)
        _label(paper, end[0] + right - 4, end[1] - up - 1.2, arrow.label, "C", 8, bold=arrow.measured)


def _head(paper: Paper, arrow: Arrow, end: tuple[float, float], ink: tuple[int, int, int]) -> None:
    angle = math.radians(arrow.degrees)
    corners = [end, *((end[0] + 2 * math.cos(angle + s), end[1] - 2 * math.sin(angle + s)) for s in (2.7, -2.7))]
    paper.set_fill_color(*ink)
    paper.polygon(corners, style="F")
