"""A4 paper: type, headings, lists, tables and a footer. Knows nothing of what a report says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF

from smappee_tui.report.render.pdf_fonts import FAMILY, Fonts

INK, SOFT, RULE, BAND = (20, 32, 43), (65, 77, 88), (185, 195, 204), (238, 242, 245)
BLUE, ORANGE = (11, 79, 138), (130, 57, 0)
MARGIN, BOTTOM = 14.0, 16.0
POINT = 0.3528
"""Millimetres of a point."""
LEADING = 1.25


@dataclass(frozen=True, slots=True)
class PdfColumn:
    """One column of a table."""

    title: str
    width: float
    """Share of the table's width."""
    right: bool = False


@dataclass(frozen=True, slots=True)
class PdfCell:
    """A cell that is more than plain text."""

    text: str
    bold: bool = False
    colour: tuple[int, int, int] = INK
    mark: str = ""
    """ok, fault, wait or unused: a drawn sign before the text."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the bottom of every page."""

    left: str
    page: str
    """With {page} and {pages} in it."""


class Paper(FPDF):
    """A document that breaks pages itself and repeats table heads."""

    def __init__(
        self, foot: Foot, texts: Iterable[str], *, title: str, language: str, written: datetime | None
    ) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.foot = foot
        self.set_auto_page_break(False)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("smappee-tui")
        if written is not None:
            self.set_creation_date(written)
        self.type = Fonts(self, texts)
        self._widths: dict[tuple[str, str], float] = {}
        self._wrapped: dict[tuple[str, float, float, bool], list[str]] = {}
        self.c_margin = 0.0
        self.set_font(FAMILY, "", 9)
        self.add_page()

    @property
    def inner(self) -> float:
        """Width between the margins, mm."""
        return float(self.w) - 2 * MARGIN

    def footer(self) -> None:
        """The hash and the page number."""
        self.set_y(-11)
        self.set_text_color(*SOFT)
        self.set_font(FAMILY, "", 6)
        self.cell(self.inner * 0.82, 4, self.type.fit(self.foot.left))
        self.set_font(FAMILY, "", 7.5)
        page = self.foot.page.replace("{page}", str(self.page_no())).replace("{pages}", "{nb}")
        self.cell(self.inner * 0.18, 4, page, align="R")
        self.set_text_color(*INK)

    def room(self, height: float) -> bool:
        """Start a new page where so many mm do not fit any more; say whether one was started."""
        if self.get_y() + height <= self.h - BOTTOM:
            return False
        self.add_page()
        return True

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        """Millimetres that a fitted text takes."""
        style = "B" if bold else ""
        total = 0.0
        for letter in text:
            width = self._widths.get((letter, style))
            if width is None:
                before = self.font_style, self.font_size_pt
                self.set_font(FAMILY, style, 100)
                width = self._widths[(letter, style)] = self.get_string_width(letter) / 100
                self.set_font(FAMILY, *before)
            total += width
        return total * size

    def wrapped(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """Lines of a text, broken at blanks; a word too long for a line is cut."""
        key = (text, width, size, bold)
        if key not in self._wrapped:
            self._wrapped[key] = self._wrap(self.type.cover(text), width, size, bold)
        return self._wrapped[key]

    def _wrap(self, text: str, width: float, size: float, bold: bool) -> list[str]:
        lines: list[str] = []
        line, used, gap = "", 0.0, self.width_of(" ", size, bold)
        for word in text.split(" "):
            long = self.width_of(word, size, bold)
            if line and used + gap + long > width:
                lines.append(line)
                line, used = "", 0.0
            while long > width and len(word) > 1:
                keep = self._fitting(word, width, size, bold)
                lines.append(word[:keep])
                word = word[keep:]
                long = self.width_of(word, size, bold)
            line, used = (f"{line} {word}", used + gap + long) if line else (word, long)
        return [self.type.order(one) for one in (*lines, line)]

    def _fitting(self, word: str, width: float, size: float, bold: bool) -> int:
        used = 0.0
        for place, letter in enumerate(word):
            used += self.width_of(letter, size, bold)
            if used > width:
                return max(1, place)
        return len(word)

    def heading(self, text: str, level: int = 0, follows: float = 14.0) -> None:
        """A heading, in the outline as well. It moves to the next page where `follows` mm do not fit below it."""
        size = (12.0, 10.0)[min(level, 1)]
        self.room(size * POINT + follows)
        self.ln(3.0 if level == 0 else 1.5)
        self.set_font(FAMILY, "B", size)
        self.start_section(self.type.fit(text)[:120], level=level, strict=False)
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
        colour: tuple[int, int, int] = INK,
        indent: float = 0.0,
        width: float | None = None,
        after: float = 1.0,
    ) -> None:
        """A paragraph."""
        height = size * POINT * LEADING
        for line in self.wrapped(text, (width or self.inner) - indent, size, bold):
            self.room(height)
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

    def grid(
        self, columns: Sequence[PdfColumn], rows: Iterable[Sequence[str | PdfCell]], *, size: float = 7.4, most: int = 6
    ) -> None:
        """A table; its head is repeated on every page. A cell takes at most `most` lines."""
        scale = self.inner / sum(column.width for column in columns)
        widths = [column.width * scale for column in columns]
        head = [PdfCell(column.title, bold=True) for column in columns]
        self._row(columns, widths, head, size, most, head=True)
        for row in rows:
            cells = [cell if isinstance(cell, PdfCell) else PdfCell(cell) for cell in row]
            if self.room(self._height(widths, cells, size, most)):
                self._row(columns, widths, head, size, most, head=True)
            self._row(columns, widths, cells, size, most)
        self.ln(1.5)

    def _lines(self, cell: PdfCell, width: float, size: float, most: int) -> list[str]:
        room = width - 1.6 - (3.2 if cell.mark else 0.0)
        lines = self.wrapped(cell.text, room, size, cell.bold)
        return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1].rstrip() + "…"]

    def _height(self, widths: Sequence[float], cells: Sequence[PdfCell], size: float, most: int) -> float:
        lines = max(len(self._lines(cell, width, size, most)) for cell, width in zip(cells, widths, strict=True))
        return lines * size * POINT * 1.2 + 1.2

    def _row(
        self,
        columns: Sequence[PdfColumn],
        widths: Sequence[float],
        cells: Sequence[PdfCell],
        size: float,
        most: int,
        head: bool = False,
    ) -> None:
        most = 4 if head else most
        height, line = self._height(widths, cells, size, most), size * POINT * 1.2
        if head:
            self.room(height + 8)
            self.set_fill_color(*BAND)
            self.rect(MARGIN, self.get_y(), self.inner, height, style="F")
        top, x = self.get_y(), MARGIN
        for column, width, cell in zip(columns, widths, cells, strict=True):
            lines = self._lines(cell, width, size, most)
            self.set_font(FAMILY, "B" if cell.bold else "", size)
            self.set_text_color(*cell.colour)
            left = x + 0.8
            if cell.mark:
                self.glyph(cell.mark, left + 1.2, top + 0.6 + line / 2, 1.15, cell.colour)
                left += 3.2
            for place, text in enumerate(lines):
                if text:
                    self.set_xy(left, top + 0.6 + place * line)
                    self.cell(x + width - 0.8 - left, line, text, align="R" if column.right else "L")
            x += width
        self.set_text_color(*INK)
        self.set_draw_color(*(INK if head else RULE))
        self.set_line_width(0.3 if head else 0.15)
        self.line(MARGIN, top + height, MARGIN + self.inner, top + height)
        self.set_xy(MARGIN, top + height)

    def glyph(self, mark: str, x: float, y: float, reach: float, colour: tuple[int, int, int]) -> None:
        """A verdict's sign, drawn: a tick, a cross, an open circle, a dot. `x`, `y` is its middle."""
        self.set_draw_color(*colour)
        self.set_line_width(reach * 0.36)
        if mark == "ok":
            self.polyline([(x - reach, y), (x - reach * 0.3, y + reach * 0.75), (x + reach, y - reach * 0.8)])
        elif mark == "fault":
            self.line(x - reach * 0.8, y - reach * 0.8, x + reach * 0.8, y + reach * 0.8)
            self.line(x - reach * 0.8, y + reach * 0.8, x + reach * 0.8, y - reach * 0.8)
        elif mark == "wait":
            self.ellipse(x - reach * 0.8, y - reach * 0.8, reach * 1.6, reach * 1.6)
        else:
            self.line(x - reach * 0.4, y, x + reach * 0.4, y)
