"""The report as one HTML file: no scripts, no network, A4 when printed.

Its pictures are inline SVG; their lines differ in dash and weight, so that no colour is needed.
"""

from __future__ import annotations

import base64
import io
import logging
import math
from collections.abc import Iterator
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from smappee_tui.report.limit_rows import limit_head, limit_rows, rules
from smappee_tui.report.model import Photo, Report, Step
from smappee_tui.report.render.cabinet import counted, places
from smappee_tui.report.render.circuit_rows import circuit_heads, circuit_rows
from smappee_tui.report.render.corrections_text import CorrectionsText
from smappee_tui.report.render.diagrams import (
    Arrow,
    Panel,
    PhasorDiagram,
    Plot,
    beside_tip,
    pictures,
    plot_of,
    tip,
    witness_plots,
)
from smappee_tui.report.render.pairs import pairs_of
from smappee_tui.report.render.report_text import BALANCE_MARKS, ReportText
from smappee_tui.report.witness_rows import COLUMNS, NUMBERS, witness_head, witness_rows, witness_text
from smappee_tui.report.wording import lines, shown_text

_EXTRA = "–—…‹›“”‘’„•−×ΔΩ≥≤€"
_STYLES = {"400": "Roboto", "700": "RobotoBold"}


@lru_cache(maxsize=1)
def font_faces() -> str:
    """`@font-face` rules with the fonts in them. Letters beyond Latin come from the reader's own fonts."""
    return "".join(
        f'@font-face {{ font-family: "Report"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{_subset(name)}) format('truetype'); }}\n"
        for weight, name in _STYLES.items()
    )


def _subset(name: str) -> str:
    import font_roboto  # type: ignore[import-untyped]
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(hinting=False, layout_features=["kern", "tnum"], notdef_outline=True, name_IDs=[])
    cutter = Subsetter(options)
    cutter.populate(unicodes=[*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, _EXTRA)])
    with TTFont(font_roboto.font_files[name], recalcTimestamp=False, lazy=True) as font:  # the same page every time
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")


SHOWN_TYPES = ("image/jpeg", "image/png")
"""Photos that are embedded as pictures."""


def render(report: Report, digest: str) -> bytes:
    """Write the HTML.

    Args:
        report: as read from its JSON.
        digest: sha256 of that JSON file, printed on every page.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True)  # fmt: skip
    folder = files("smappee_tui.report.render") / "templates"
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    style = (folder / "report.css").read_text(encoding="utf-8")
    return template.render(_context(report, digest, style)).encode("utf-8", "replace")


def _context(report: Report, digest: str, style: str) -> dict[str, Any]:
    shown = ReportText(report)
    words = shown.words
    return {
        "r": report,
        "s": shown,
        "w": words,
        "n": shown.number,
        "v": shown_text,
        "lines": lines,
        "pairs": pairs_of(shown),
        "corrections": CorrectionsText(shown),
        "balance_marks": BALANCE_MARKS,
        "limits": limit_rows(report.installation_limits, words),
        "witness": [] if report.witness is None else witness_text(report.witness, words),
        "witness_rows": [] if report.witness is None else witness_rows(report.witness, words),
        "witness_heads": [(witness_head(name, words), name in NUMBERS) for name in COLUMNS],
        "witness_plots": list(_witness_svgs(report, shown)),
        "limit_head": limit_head,
        "rules": rules(report.installation_limits, words),
        "digest": digest,
        "style": Markup(style),  # noqa: S704 - our own file
        "fonts": Markup(font_faces()),  # noqa: S704 - our own words and base64
        "page_words": _page_words(words("report.result.page")),
        "phasors": [
            (phasor_svg(picture, shown, f"phasor-{place}"), phasor_alt(picture, shown), picture)
            for place, picture in enumerate(pictures(report))
        ],
        "steps": list(_steps(report, shown)),
        "circuits": circuit_rows(shown),
        "circuit_heads": circuit_heads(shown),
        "places": [(one, [(photo, said, _data_uri(photo)) for photo, said in one.photos]) for one in places(shown)],
        "counted": partial(counted, shown),
        "photos": [(photo, None if photo.taken else _data_uri(photo)) for photo in report.sign_off.photos],
    }


def _page_words(text: str) -> Markup:
    """The page number's words as CSS content: `"Page " counter(page) " of " counter(pages)`."""
    before, _, rest = text.partition("{page}")
    middle, _, after = rest.partition("{pages}")
    pieces = [f'"{before}"', "counter(page)", f'"{middle}"', "counter(pages)", f'"{after}"']
    return Markup(" ".join(pieces))  # noqa: S704 - our own words


def _steps(report: Report, shown: ReportText) -> Iterator[dict[str, Any]]:
    for step in report.evidence:
        yield {
            "step": step,
            "what": shown.step(step),
            "svg": step_svg(step, shown, f"plot-{step.id}"),
            "columns": [f"{shown.trace(one)} {one.unit}" for one in step.series],
            "rows": list(_rows(step)),
        }


def _rows(step: Step) -> Iterator[tuple[float, list[float | None]]]:
    for place, second in enumerate(step.seconds):
        yield second, [one.values[place] for one in step.series]


def _data_uri(photo: Photo) -> str | None:
    if photo.data is None or photo.media_type not in SHOWN_TYPES:
        return None
    return f"data:{photo.media_type};base64,{photo.data}"


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


def _witness_svgs(report: Report, shown: ReportText) -> Iterator[Markup]:
    """Meter and grid CT over the watch, a picture a CT."""
    if report.witness is None:
        return
    for one, plot in witness_plots(report.witness, shown.meter_line):
        bottom = 4.0 + _HEIGHTS["W"] + _LEGEND
        parts = [
            _panel(plot.panels[0], plot, 4.0, shown),
            _text(_LEFT, bottom + 6, "0 s", "start"),
            _text(_WIDTH - _RIGHT, bottom + 6, f"{shown.number(plot.end)} s", "end"),
        ]
        title = shown.words("meter.plot", name=shown.name(one.input), line=one.line)
        yield _svg(f"witness-{one.input}", title, _WIDTH, bottom + 10, "".join(parts), "plot")


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
    if panel.zero is not None:
        level = top + 2 + panel.zero * (height - 4)
        parts.append(f'<path class="zero" d="M{_LEFT} {level:.1f}H{right:g}"/>')
        if 0.2 < panel.zero < 0.8:  # else it would stand in the label at an end
            parts.append(_text(_LEFT - 4, level + 2.5, f"0 {panel.unit}", "end"))
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
    parts += [_arrow(arrow, middle, reach) for arrow in picture.arrows]
    return _svg(place, phasor_alt(picture, shown), size, size, "".join(parts), "phasor")


def phasor_alt(picture: PhasorDiagram, shown: ReportText) -> str:
    """The picture in words, a sentence or two a channel."""
    return " ".join(
        shown.words(
            f"report.label.phasor_alt{'_open' if arrow.expected is None else '_giving' if arrow.gives else ''}",
            name=f"{channel.input} {shown.name(channel.input)}",
            expected=channel.expected.phase,
            angle=shown.number(channel.angle_degrees),
            measured=shown.verdict(channel),
        )
        for channel, arrow in zip(picture.channels, picture.currents, strict=True)
    )


def _arrow(arrow: Arrow, middle: float, reach: float) -> str:
    x, y = tip(arrow)
    end_x, end_y = middle + reach * x, middle - reach * y
    style = f"have {arrow.kind}" if arrow.measured else arrow.kind
    line = f'<path class="{style}" d="M{middle:g} {middle:g}L{end_x:.1f} {end_y:.1f}"/>'
    if arrow.kind == "want":
        head = f'<circle class="want-end" cx="{end_x:.1f}" cy="{end_y:.1f}" r="2.6"/>'
    else:
        angle = math.radians(arrow.degrees)
        corners = [(end_x, end_y)]
        for side in (2.7, -2.7):
            corners.append((end_x + 7 * math.cos(angle + side), end_y - 7 * math.sin(angle + side)))
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
        head = f'<polygon class="{style} head" points="{points}"/>'
    right, up = beside_tip(arrow, 10.0)
    label = arrow.label and _text(end_x + right, end_y - up + 3, arrow.label, "middle", "strong" * arrow.measured)
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
