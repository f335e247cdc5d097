"""The report as one HTML file: no scripts, no network, A4 when printed."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from smappee_tui.report.model import Photo, Report, Step
from smappee_tui.report.render.report_text import ReportText
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
    with TTFont(font_roboto.font_files[name]) as font:
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
    from markupsafe import Markup

    from smappee_tui.report.render.diagrams import pictures
    from smappee_tui.report.render.svg import phasor_alt, phasor_svg

    shown = ReportText(report)
    words = shown.words
    return {
        "r": report,
        "s": shown,
        "w": words,
        "n": shown.number,
        "v": shown_text,
        "lines": lines,
        "pairs": shown.pairs(),
        "digest": digest,
        "style": Markup(style),  # noqa: S704 - our own file
        "fonts": Markup(font_faces()),  # noqa: S704 - our own words and base64
        "page_words": _page_words(words("report.result.page")),
        "phasors": [
            (phasor_svg(picture, shown, f"phasor-{place}"), phasor_alt(picture, shown), picture)
            for place, picture in enumerate(pictures(report))
        ],
        "steps": list(_steps(report, shown)),
        "photos": [(photo, _data_uri(photo)) for photo in report.sign_off.photos],
    }


def _page_words(text: str) -> Any:
    """The page number's words as CSS content: `"Page " counter(page) " of " counter(pages)`."""
    from markupsafe import Markup

    before, _, rest = text.partition("{page}")
    middle, _, after = rest.partition("{pages}")
    pieces = [f'"{before}"', "counter(page)", f'"{middle}"', "counter(pages)", f'"{after}"']
    return Markup(" ".join(pieces))  # noqa: S704 - our own words


def _steps(report: Report, shown: ReportText) -> Iterator[dict[str, Any]]:
    from smappee_tui.report.render.svg import step_svg

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
