"""The label sheet of a board: A4, a grid of labels to cut out, and the circuits that no CT sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean
from smappee_tui.report.compose.circuits import Label, labels_in
from smappee_tui.report.model import Report
from smappee_tui.report.render.pdf_fonts import FAMILY
from smappee_tui.report.render.pdf_paper import INK, MARGIN, POINT, RULE, SOFT, Foot, Paper
from smappee_tui.report.render.pdf_tags import MORE, TITLE, note

COLUMNS, HEIGHT = 3, 26.0
"""Labels beside each other, and mm of one."""
INSIDE = 2.5
"""Between a label's edge and its text, mm."""
LARGE, SMALL = 12.0, 7.6
"""Points of the breaker's name, and of the rest."""


def render(labels: Sequence[Label], site: str, now: float, words: Translator, digest: str = "") -> bytes:
    """Write the PDF.

    Args:
        labels: in their order.
        site: whose board it is; "" where nobody said.
        now: seconds since 1970.
        words: the language of the sheet.
        digest: sha256 of the report's JSON that it belongs to, kept as the file's subject; "" for a sheet by itself.
    """
    title = words("tracer.sheet.title")
    under = words("tracer.sheet.under", site=site, at=now) if site.strip() else words.moment(now, "%Y-%m-%d")
    told = [_lines(label, words) for label in labels]
    paper = Paper(
        Foot(f"{title} · {under}", words("tracer.sheet.page")),
        [title, under, *(text for lines in told for text in lines)],
        title=title,
        language=words.language,
        written=datetime.fromtimestamp(now, UTC),
    )
    if digest:
        paper.set_subject(digest)
    paper.set_font(FAMILY, "B", 15)
    note(paper, TITLE)
    paper.cell(paper.inner, 15 * POINT * 1.2, paper.type.fit(title), new_x="LMARGIN", new_y="NEXT")
    paper.text_block(under, size=8, colour=SOFT, after=2.0)
    _grid(paper, told)
    unseen = [label.breaker for label in labels if not label.inputs]
    paper.heading(words("tracer.sheet.unmeasured"))
    for breaker in unseen:
        paper.text_block(f"· {clean(breaker)}", after=0.2)
    if not unseen:
        paper.text_block(words("tracer.sheet.none_unmeasured"))
    paper.finish()
    return bytes(paper.output())


def of_report(report: Report, digest: str) -> bytes:
    """The sheet of a report's breakers, always the same of the same."""
    try:
        written = datetime.fromisoformat(report.header.generated_utc)
    except ValueError:
        written = datetime.fromtimestamp(0, UTC)
    site = report.site.name or report.site.address
    return render(labels_in(report), clean(site), written.timestamp(), Translator(report.header.language), digest)


def _lines(label: Label, words: Translator) -> list[str]:
    """The breaker's name, then what else stands on its label."""
    if not label.inputs:
        return [clean(label.breaker), words("tracer.sheet.no_ct"), " ".join(label.phases)]
    where = words("tracer.sheet.input", inputs=tuple(map(str, label.inputs)))
    hub = words("tracer.sheet.hub", hub=label.hub) if label.hub else ""
    return [clean(label.breaker), clean(label.name), f"{where}   {' '.join(label.phases)}", hub]


def _grid(paper: Paper, labels: Sequence[Sequence[str]]) -> None:
    width = paper.inner / COLUMNS
    for begin in range(0, len(labels), COLUMNS):
        paper.room(HEIGHT)
        top = paper.get_y()
        for place, lines in enumerate(labels[begin : begin + COLUMNS]):
            _label(paper, lines, MARGIN + place * width, top, width)
        paper.set_xy(MARGIN, top + HEIGHT)


def _label(paper: Paper, lines: Sequence[str], x: float, top: float, width: float) -> None:
    paper.set_draw_color(*RULE)
    paper.set_line_width(0.2)
    paper.set_dash_pattern(1.0, 1.0)
    paper.rect(x, top, width, HEIGHT)
    paper.set_dash_pattern()
    y, room = top + INSIDE, width - 2 * INSIDE
    for place, text in enumerate(lines):
        size, most = (LARGE, 2) if place == 0 else (SMALL, 1)
        wrapped = paper.wrapped(text, room, size, place == 0) if text else []
        for number, piece in enumerate(wrapped[:most]):
            if number == most - 1 and len(wrapped) > most:
                piece = f"{piece[:-1]}…"
            paper.set_font(FAMILY, "B" if place == 0 else "", size)
            paper.set_text_color(*(INK if place < 2 else SOFT))
            if number:
                note(paper, MORE)
            paper.set_xy(x + INSIDE, y)
            paper.cell(room, size * POINT * 1.25, piece)
            y += size * POINT * 1.25
    paper.set_text_color(*INK)
