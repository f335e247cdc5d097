"""A4 paper: type, headings, lists, tables and a footer. Knows nothing of what a report says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from fpdf import FPDF

from smappee_tui.report.render.pdf_fonts import FAMILY, Fonts
from smappee_tui.report.render.pdf_tags import ARTIFACT, HEADING, MORE, SUBHEADING, note, tag

INK, SOFT, RULE, BAND = (20, 32, 43), (65, 77, 88), (185, 195, 204), (238, 242, 245)
BLUE, ORANGE = (11, 79, 138), (130, 57, 0)
MARGIN, BOTTOM = 14.0, 16.0
Colour = tuple[int, int, int]
SIGN = 3.6
"""Width of a verdict's sign in a table, mm."""
POINT = 0.3528
"""Millimetres of a point."""
LEADING = 1.25


@dataclass(frozen=True, slots=True)
class PdfColumn:
    title: str
    width: float
    """Share of the table's width."""
    right: bool = False
    marked: bool = False
    """Each cell begins with a sign."""


@dataclass(frozen=True, slots=True)
class PdfCell:
    """A cell that is more than plain text."""

    text: str
    bold: bool = False
    colour: Colour = INK
    mark: str = ""
    """ok, fault, wait or unused: a drawn sign before the text."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the bottom of every page."""

    left: str
    page: str
    """With {page} and {pages} in it."""


_SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "ok": [[(0.5, 5), (3.6, 8.6), (9.5, 1.2)]],
    "fault": [[(1, 1), (9, 9)], [(9, 1), (1, 9)]],
    "wait": [],
}
"""Strokes in a square of ten: a tick, a cross, an open circle; drawn, because few fonts have them."""
_DASH = [[(3.0, 5.0), (7.0, 5.0)]]
"""The sign of what needs none."""
_ABOVE, _BESIDE = 0.6, 0.8
"""Clearance of a text in its cell, mm."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a table, measured."""

    cells: Sequence[PdfCell]
    texts: list[list[str]]
    """The lines of each cell."""

    @property
    def most(self) -> int:
        return max(map(len, self.texts), default=1)


class Paper(FPDF):
    """A document that breaks pages itself and repeats table heads."""

    def __init__(
        self, foot: Foot, texts: Iterable[str], *, title: str, language: str, written: datetime | None
    ) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.foot = foot
        self._finished = False
        self.set_auto_page_break(True, BOTTOM)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("smappee-tui")
        if written is not None:
            self.set_creation_date(written)
        self.type = Fonts(self, texts)
        self.c_margin = 0.0
        self.set_font(FAMILY, "", 9)
        self.add_page()

    @property
    def inner(self) -> float:
        """Width between the margins, mm."""
        return float(self.w) - 2 * MARGIN

    def footer(self) -> None:
        """The hash and the page number."""
        if self._finished:
            return
        self.set_y(-11)
        self.set_text_color(*SOFT)
        self.set_font(FAMILY, "", 6)
        note(self, ARTIFACT)
        self.cell(self.inner * 0.82, 4, self.type.fit(self.foot.left))
        self.set_font(FAMILY, "", 7.5)
        page = self.foot.page.replace("{page}", str(self.page_no())).replace("{pages}", "{nb}")
        note(self, ARTIFACT)
        self.cell(self.inner * 0.18, 4, page, align="R")
        self.set_text_color(*INK)

    def finish(self) -> None:
        """Draw the last foot, which would come with the writing only, and give every text its place."""
        self.in_footer = True
        self.footer()
        self.in_footer = False
        self._finished = True
        tag(self)

    def room(self, height: float) -> bool:
        """Start a new page where so many mm do not fit any more; say whether one was started."""
        if self.get_y() + height <= self.h - BOTTOM:
            return False
        self.add_page()
        return True

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        """Millimetres that a fitted text takes."""
        self.set_font(FAMILY, "B" if bold else "", size)
        return float(self.get_string_width(text))

    def wrapped(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """Lines of a text, broken at blanks; a word too long for a line is cut."""
        most = width / (size * POINT / 1000)
        return [self.type.order(line) for line in self.type.broken(self.type.cover(text), most, bold)] or [""]

    def put(self, text: str, x: float, y: float, height: float, right: float | None = None) -> None:
        """Write a fitted line with its top left corner at `x`, `y`, in the font of now; or so that it ends at `right`.

        The library's own cell does the same at several times the cost; it is for texts of more than one font.
        """
        if not text:
            return
        bold = "B" in self.font_style
        if right is not None:
            x = right - self.type.width(text, bold) * self.font_size_pt * POINT / 1000
        if self.type.plain(text):
            self.text(x, y + 0.5 * height + 0.3 * self.font_size, text)
        else:
            self.set_xy(x, y)
            self.cell(0, height, text)
            self.current_font_is_set_on_page = False  # the page is left with another font than the library believes

    def heading(self, text: str, level: int = 0, follows: float = 14.0) -> None:
        """A heading, in the outline as well. It moves to the next page where `follows` mm do not fit below it."""
        size = (12.0, 10.0)[min(level, 1)]
        self.room(size * POINT + follows)
        self.ln(3.0 if level == 0 else 1.5)
        self.set_font(FAMILY, "B", size)
        self.start_section(self.type.fit(text)[:120], level=level, strict=False)
        note(self, SUBHEADING if level else HEADING)
        self.cell(self.inner, size * POINT * LEADING, self.type.fit(text), new_x="LMARGIN", new_y="NEXT")
        self.current_font_is_set_on_page = False  # as in `put`
        if level == 0:
            self.set_draw_color(*INK)
            self.set_line_width(0.45)
            self.line(MARGIN, self.get_y() + 0.4, MARGIN + self.inner, self.get_y() + 0.4)
        self.ln(1.8 if level == 0 else 0.6)

    def text_block(
        self,
        text: str,
        *,
        size: float = 8.6,
        bold: bool = False,
        colour: Colour = INK,
        indent: float = 0.0,
        width: float | None = None,
        after: float = 1.0,
    ) -> None:
        height = size * POINT * LEADING
        for place, line in enumerate(self.wrapped(text, (width or self.inner) - indent, size, bold)):
            if not self.room(height) and place:
                note(self, MORE)
            self.set_font(FAMILY, "B" if bold else "", size)
            self.set_text_color(*colour)
            self.put(line, self.l_margin + indent, self.get_y(), height)
            self.set_xy(self.l_margin, self.get_y() + height)
        self.set_text_color(*INK)
        self.ln(after)

    def pairs(self, rows: Sequence[tuple[str, str]], *, x: float, width: float, size: float = 8.2) -> float:
        """Labels and values in a column at `x`; returns where it ends. Must fit on the page, or starts a new one."""
        label = min(width * 0.52, max((self.width_of(self.type.fit(k), size) for k, _ in rows), default=0.0) + 3)
        height = size * POINT * LEADING
        for key, value in rows:
            lines = self.wrapped(value, width - label, size)
            keys = self.wrapped(key, label - 2, size)
            if self.room(height * max(len(lines), len(keys))):
                self.set_x(x)
            self.set_font(FAMILY, "", size)
            for place in range(max(len(lines), len(keys))):
                self.room(height)
                y = self.get_y()
                self.set_text_color(*SOFT)
                self.put(keys[place] if place < len(keys) else "", x, y, height)
                self.set_text_color(*INK)
                self.put(lines[place] if place < len(lines) else "", x + label, y, height)
                self.set_xy(x, y + height)
        self.set_text_color(*INK)
        return float(self.get_y())

    def grid(self, columns: Sequence[PdfColumn], rows: Iterable[Sequence[str | PdfCell]], *, size: float = 7.4) -> None:
        """A table; its head is repeated on every page. A row is kept together, as long as a page can hold it."""
        scale = self.inner / sum(column.width for column in columns)
        widths = [column.width * scale for column in columns]
        marks = [column.marked for column in columns]
        head = self._measured([PdfCell(c.title, bold=True) for c in columns], [False] * len(columns), widths, size)
        height = size * POINT * 1.2
        most = int((self.h - MARGIN - BOTTOM - 2 * height * (head.most + 1)) / height)
        begun = False
        for row in rows:
            cells = [PdfCell(cell) if isinstance(cell, str) else cell for cell in row]
            whole = self._measured(cells, marks, widths, size)
            for first in range(0, whole.most, most):
                line = _Line(cells, [texts[first : first + most] for texts in whole.texts])
                needed = line.most * height + 2 * _ABOVE
                if not begun:
                    needed += head.most * height + 2 * _ABOVE
                if self.room(needed) or not begun:
                    self._row(head, columns, widths, size, head=True)
                    begun = True
                self._row(line, columns, widths, size)
        if not begun:
            self._row(head, columns, widths, size, head=True)
        self.ln(1.5)

    def _measured(self, cells: Sequence[PdfCell], marks: list[bool], widths: list[float], size: float) -> _Line:
        texts = [
            self.wrapped(cell.text, width - 2 * _BESIDE - (SIGN - _BESIDE / 2 if marked else 0.0), size, cell.bold)
            for cell, marked, width in zip(cells, marks, widths, strict=True)
        ]
        return _Line(cells, texts)

    def _row(
        self, line: _Line, columns: Sequence[PdfColumn], widths: list[float], size: float, head: bool = False
    ) -> None:
        """Draw a row where we are: with a dark line below it and a band behind it where it is the head."""
        height, y = size * POINT * 1.2, self.get_y()
        bottom = y + line.most * height + 2 * _ABOVE
        if head:
            self.set_fill_color(*BAND)
            self.rect(MARGIN, y, self.inner, bottom - y, style="F")
        self.set_draw_color(*(INK if head else RULE))
        self.set_line_width(0.3 if head else 0.15)
        self.line(MARGIN, bottom, MARGIN + self.inner, bottom)
        x = MARGIN
        for cell, texts, column, width in zip(line.cells, line.texts, columns, widths, strict=True):
            marked = column.marked and not head
            if marked:
                self.glyph(cell.mark, x + SIGN / 2 + 0.3, y + 2.0, (SIGN - 1.15) / 2, cell.colour)
            left = x + (SIGN + _BESIDE / 2 if marked else _BESIDE)
            self.set_font(FAMILY, "B" if cell.bold else "", size)
            self.set_text_color(*cell.colour)
            for place, text in enumerate(texts):
                if place:
                    note(self, MORE)
                self.put(text, left, y + _ABOVE + place * height, height, x + width - _BESIDE if column.right else None)
            x += width
        self.set_text_color(*INK)
        self.set_xy(MARGIN, bottom)

    def glyph(self, mark: str, x: float, y: float, reach: float, colour: Colour) -> None:
        """A verdict's sign: a tick, a cross, an open circle, a dash. `x`, `y` is its middle."""
        unit = reach / 5
        self.set_draw_color(*colour)
        self.set_line_width(1.6 * unit)
        for stroke in _SIGNS.get(mark, _DASH):
            for begin, end in pairwise([(x - reach + a * unit, y - reach + b * unit) for a, b in stroke]):
                self.line(*begin, *end)
        if mark == "wait":
            self.ellipse(x - 4 * unit, y - 4 * unit, 8 * unit, 8 * unit)
