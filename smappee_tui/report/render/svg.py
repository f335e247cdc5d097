"""The pictures of the HTML report as inline SVG. Lines differ in dash and weight, so that no colour is needed."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

from smappee_tui.report.model import Step
from smappee_tui.report.render.diagrams import Arrow, Panel, PhasorDiagram, Plot, plot_of, tip
from smappee_tui.report.render.report_text import ReportText

_WIDTH, _LEFT, _RIGHT = 340, 44, 8
_HEIGHTS = {"W": 86, "V": 40}
_GAP, _LEGEND = 10, 14


def step_svg(step: Step, shown: ReportText, place: str) -> Markup:
    """The plot of one step; empty where there is nothing to draw."""
    plot = plot_of(step)
    if plot is None:
        return Markup("")
    parts: list[str] = []
    top = 4.0
    for panel in plot.panels:
        parts.append(_panel(panel, plot, top, shown))
        top += _HEIGHTS[panel.unit] + _LEGEND + _GAP
    begin, zero, end = shown.axis(step, plot)
    bottom = top - _GAP
    parts += [
        _text(_LEFT, bottom + 6, begin, "start"),
        _text(_LEFT + plot.zero * _plot_width(), bottom + 6, zero, "middle"),
        _text(_WIDTH - _RIGHT, bottom + 6, end, "end"),
    ]
    title = shown.picture(step)
    return _svg(place, title, _WIDTH, bottom + 10, "".join(parts), "plot")


def _plot_width() -> float:
    return _WIDTH - _LEFT - _RIGHT


def _panel(panel: Panel, plot: Plot, top: float, shown: ReportText) -> str:
    height, width, n = _HEIGHTS[panel.unit], _plot_width(), shown.number
    right, bottom = _LEFT + width, top + height
    zero = _LEFT + plot.zero * width
    parts = [
        f'<path class="axis" d="M{_LEFT} {top:g}V{bottom:g}H{right:g}"/>',
        f'<path class="zero" d="M{zero:.1f} {top:g}V{bottom:g}"/>',
        _text(_LEFT - 4, top + 7, f"{n(panel.high)} {panel.unit}", "end"),
    ]
    if panel.low != panel.high:
        parts.append(_text(_LEFT - 4, bottom, f"{n(panel.low)} {panel.unit}", "end"))
    for trace in reversed(panel.traces):
        for piece in trace.pieces:
            points = " ".join(f"{_LEFT + x * width:.1f},{top + 2 + y * (height - 4):.1f}" for x, y in piece)
            parts.append(f'<polyline class="t{trace.style}" points="{points}"/>')
    x = float(_LEFT)
    for trace in panel.traces:
        label = shown.trace(trace.series)
        y = bottom + 9
        parts.append(f'<path class="t{trace.style}" d="M{x:.1f} {y - 2.5:g}h16"/>')
        parts.append(_text(x + 19, y, label, "start"))
        x += 26 + 4.6 * len(label)
    return "".join(parts)


def phasor_svg(picture: PhasorDiagram, shown: ReportText, place: str) -> Markup:
    """Voltages, expected and measured currents."""
    size, middle, reach = 190, 95.0, 76.0
    parts = [f'<circle class="ring" cx="{middle:g}" cy="{middle:g}" r="{reach:g}"/>']
    for name, arrows in (("volt", picture.voltages), ("want", picture.expected), ("have", picture.measured)):
        for arrow in arrows:
            parts.append(_arrow(arrow, middle, reach, name))
    return _svg(place, phasor_alt(picture, shown), size, size, "".join(parts), "phasor")


def phasor_alt(picture: PhasorDiagram, shown: ReportText) -> str:
    """The picture in words, a sentence a channel."""
    return " ".join(
        shown.words(
            "report.label.phasor_alt",
            name=f"{channel.input} {shown.name(channel.input)}",
            expected=channel.expected.phase,
            angle=shown.number(channel.angle_degrees),
            measured=shown.verdict(channel),
        )
        for channel in picture.channels
    )


def _arrow(arrow: Arrow, middle: float, reach: float, name: str) -> str:
    x, y = tip(arrow)
    end_x, end_y = middle + reach * x, middle - reach * y
    head = ""
    if name != "want":
        angle = math.radians(arrow.degrees)
        corners = [(end_x, end_y)]
        for side in (2.7, -2.7):
            corners.append((end_x + 7 * math.cos(angle + side), end_y - 7 * math.sin(angle + side)))
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
        head = f'<polygon class="{name}-head" points="{points}"/>'
    far = 1.13 if name == "volt" else 0.0
    label = ""
    if far:
        label = _text(middle + reach * x * far, middle - reach * y * far + 3, arrow.label, "middle")
    elif name == "have":
        label = _text(middle + reach * x + 9 * math.cos(math.radians(arrow.degrees + 60)),
                      middle - reach * y - 9 * math.sin(math.radians(arrow.degrees + 60)) + 3,
                      arrow.label, "middle", "strong")  # fmt: skip
    line = f'<path class="{name}" d="M{middle:g} {middle:g}L{end_x:.1f} {end_y:.1f}"/>'
    return line + head + label


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(place: str, title: str, width: float, height: float, inner: str, style: str) -> Markup:
    return Markup(  # noqa: S704 - every text in it went through escape
        f'<svg class="{style}" role="img" aria-labelledby="{place}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{place}">{escape(title)}</title>{inner}</svg>'
    )
