"""The customer's page as PDF: one sheet of A4, whatever the names are."""

from __future__ import annotations

from smappee_tui.report.model import Report
from smappee_tui.report.render.handover_text import COLUMNS, ROOM, HandoverText, Item, Most, Section
from smappee_tui.report.render.pdf import moment_of
from smappee_tui.report.render.pdf_paper import BLUE, INK, LEADING, MARGIN, ORANGE, POINT, SOFT, Colour, Foot, Paper
from smappee_tui.report.render.pdf_tags import MORE, TITLE, note

SIZE = 10.2
"""Points of running text."""
_COLOURS: dict[str, Colour] = {"ok": BLUE, "fault": ORANGE, "wait": INK}


def render(report: Report, digest: str) -> bytes:
    """Write the PDF.

    Args:
        report: as read from its JSON.
        digest: sha256 of that JSON file, printed at the foot and kept as the file's subject, where it can be looked up.
    """
    roomy = HandoverText(report).most
    for most in ROOM[ROOM.index(roomy) :]:
        paper = _drawn(report, digest, most)
        if paper.page_no() == 1:
            break
    paper.finish()
    return bytes(paper.output())


def _drawn(report: Report, digest: str, most: Most) -> Paper:
    shown = HandoverText(report, most)
    *foot, reference = shown.foot
    texts = [shown.title, shown.under, shown.outcome, *shown.foot]
    for section in shown.sections:
        texts += [section.title, *section.texts, *(item.text for item in section.items)]
    paper = Paper(
        Foot(f"{reference} · {digest}", ""),
        texts,
        title=f"{shown.title} {report.header.report_id}",
        language=shown.language,
        written=moment_of(report.header.generated),
    )
    paper.set_subject(digest)
    _head(paper, shown)
    for section in shown.sections:
        _section(paper, section)
    paper.ln(2.5)
    for text in foot:
        paper.text_block(text, size=7.6, colour=SOFT, after=0.2)
    return paper


def _head(paper: Paper, shown: HandoverText) -> None:
    for place, line in enumerate(paper.wrapped(shown.title, paper.inner, 18, True)):
        paper.set_font("report", "B", 18)
        note(paper, MORE if place else TITLE)
        paper.put(line, MARGIN, paper.get_y(), 18 * POINT * 1.15)
        paper.set_xy(MARGIN, paper.get_y() + 18 * POINT * 1.15)
    paper.text_block(shown.under, size=8.6, colour=SOFT, after=1.6)
    lines = paper.wrapped(shown.outcome, paper.inner - 18, 11, True)
    step = 11 * POINT * 1.3
    top, colour = paper.get_y(), _COLOURS[shown.mark]
    height = len(lines) * step + 5
    paper.set_draw_color(*colour)
    paper.set_line_width(0.4)
    if shown.mark == "wait":
        paper.set_dash_pattern(1.6, 1.0)
    paper.rect(MARGIN, top, paper.inner, height)
    paper.set_dash_pattern()
    if shown.mark != "wait":
        paper.set_fill_color(*colour)
        paper.rect(MARGIN, top, 3.0 if shown.mark == "fault" else 1.6, height, style="F")
    paper.glyph(shown.mark, MARGIN + 8.5, top + 2.5 + step / 2, 2.2, colour)
    for place, line in enumerate(lines):
        if place:
            note(paper, MORE)
        paper.set_font("report", "B", 11)
        paper.put(line, MARGIN + 15, top + 2.5 + place * step, step)
    paper.set_xy(MARGIN, top + height + 1)


def _section(paper: Paper, section: Section) -> None:
    paper.heading(section.title)
    if section.items:
        _items(paper, section.items)
    pairs = section.strong and len(section.texts) > 1
    for place, text in enumerate(section.texts):
        what = pairs and place % 2 == 0
        paper.text_block(text, size=SIZE, bold=what, after=0.2 if what else 0.9)


def _items(paper: Paper, items: tuple[Item, ...]) -> None:
    """In columns, row by row, each with its sign."""
    step = SIZE * POINT * LEADING
    width = paper.inner / COLUMNS
    for first in range(0, len(items), COLUMNS):
        row = items[first : first + COLUMNS]
        lines = [paper.wrapped(item.text, width - 8, SIZE, item.mark == "fault") for item in row]
        height = max(map(len, lines)) * step + 0.5
        paper.room(height)
        y = paper.get_y()
        for column, (item, texts) in enumerate(zip(row, lines, strict=True)):
            x, colour = MARGIN + column * width, _COLOURS[item.mark]
            paper.glyph(item.mark, x + 1.8, y + step / 2, 1.5, colour)
            for place, text in enumerate(texts):
                if place:
                    note(paper, MORE)
                paper.set_font("report", "B" if item.mark == "fault" else "", SIZE)
                paper.set_text_color(*INK)
                paper.put(text, x + 5, y + place * step, step)
        paper.set_xy(MARGIN, y + height)
    paper.ln(0.8)
