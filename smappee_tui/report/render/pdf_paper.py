"""A4 paper: type, headings, lists, tables and a footer. Knows nothing of what a report says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import cast

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout, TableBorderStyle, TableCellStyle
from fpdf.table import Row

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

    def parts(self, width: float) -> list[float]:
        """Widths of the sign, where there is one, and of the text."""
        return [SIGN, width - SIGN] if self.marked else [width]


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


_SIGNS = {
    "ok": '<path d="M0.5 5 3.6 8.6 9.5 1.2"/>',
    "fault": '<path d="M1 1 9 9M9 1 1 9"/>',
    "wait": '<circle cx="5" cy="5" r="4"/>',
}
"""A tick, a cross, an open circle; drawn, because few fonts have them."""


@lru_cache
def _sign(mark: str, colour: Colour) -> bytes:
    """The sign of a verdict as SVG; a dash for what needs none."""
    drawn = _SIGNS.get(mark, '<path d="M3 5H7"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">'
        f'<g fill="none" stroke="rgb{colour}" stroke-width="1.6">{drawn}</g></svg>'
    ).encode()


_BELOW_HEAD = TableBorderStyle(thickness=0.3, color=INK)
_BELOW_ROW = TableBorderStyle(thickness=0.15, color=RULE)


class _Ruled(TableBordersLayout):
    """A dark line below the head, light ones below the rows."""

    def cell_style_getter(
        self,
        row_idx: int,
        col_idx: int,
        col_pos: int,
        num_heading_rows: int,
        num_rows: int,
        num_col_idx: int,
        num_col_pos: int,
    ) -> TableCellStyle:
        return TableCellStyle(bottom=_BELOW_HEAD if row_idx < num_heading_rows else _BELOW_ROW)


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
        self.set_font(FAMILY, "B" if bold else "", size)
        made = self.multi_cell(width, text=self.type.cover(text), align="L", dry_run=True, output="LINES")
        lines = cast("list[str]", made)
        return [self.type.order(line) for line in lines]

    def heading(self, text: str, level: int = 0, follows: float = 14.0) -> None:
        """A heading, in the outline as well. It moves to the next page where `follows` mm do not fit below it."""
        size = (12.0, 10.0)[min(level, 1)]
        self.room(size * POINT + follows)
        self.ln(3.0 if level == 0 else 1.5)
        self.set_font(FAMILY, "B", size)
        self.start_section(self.type.fit(text)[:120], level=level, strict=False)
        note(self, SUBHEADING if level else HEADING)
        self.cell(self.inner, size * POINT * LEADING, self.type.fit(text), new_x="LMARGIN", new_y="NEXT")
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
            self.set_x(self.l_margin + indent)
            self.cell(0, height, line, new_x="LMARGIN", new_y="NEXT")
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
                self.set_xy(x, y)
                self.cell(label, height, keys[place] if place < len(keys) else "")
                self.set_text_color(*INK)
                self.cell(width - label, height, lines[place] if place < len(lines) else "")
                self.set_xy(x, y + height)
        self.set_text_color(*INK)
        return float(self.get_y())

    def grid(self, columns: Sequence[PdfColumn], rows: Iterable[Sequence[str | PdfCell]], *, size: float = 7.4) -> None:
        """A table; its head is repeated on every page."""
        scale = self.inner / sum(column.width for column in columns)
        widths = [column.width * scale for column in columns]
        self.set_font(FAMILY, "", size)
        self.set_fill_color(0)  # which the table takes for none
        with self.table(
            align="L",
            v_align="T",
            borders_layout=_Ruled(),
            col_widths=[part for column, width in zip(columns, widths, strict=True) for part in column.parts(width)],
            headings_style=FontFace(emphasis="BOLD", fill_color=BAND),
            line_height=size * POINT * 1.2,
            padding=(0.6, 0.8),
            text_align=[a for column in columns for a in ["RIGHT" if column.right else "LEFT"] * (1 + column.marked)],
            width=self.inner,
        ) as table:
            head = table.row()
            for column in columns:
                head.cell(self.type.cover(column.title), colspan=1 + column.marked)
            for row in rows:
                line = table.row()
                for cell, column, width in zip(row, columns, widths, strict=True):
                    self._cell(line, PdfCell(cell) if isinstance(cell, str) else cell, column, width, size)
        self.ln(1.5)

    def _cell(self, line: Row, cell: PdfCell, column: PdfColumn, width: float, size: float) -> None:
        if column.marked:
            line.cell(img=BytesIO(_sign(cell.mark, cell.colour)), img_fill_width=True, padding=(0.7, 0.2, 0.7, 0.8))
        text = self.type.cover(cell.text)
        if self.type.turns(text):
            text = "\n".join(self.wrapped(text, column.parts(width)[-1] - 1.6, size, cell.bold))
        style = FontFace(emphasis="BOLD" if cell.bold else None, color=cell.colour)
        line.cell(text, style=style, padding=(0.6, 0.8, 0.6, 0.4) if column.marked else None)

    def glyph(self, mark: str, x: float, y: float, reach: float, colour: Colour) -> None:
        """A verdict's sign: a tick, a cross, an open circle, a dash. `x`, `y` is its middle."""
        self.image(BytesIO(_sign(mark, colour)), x=x - reach, y=y - reach, w=2 * reach, h=2 * reach)
