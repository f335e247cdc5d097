"""The paper itself: how lines break, and tables that are longer than a page."""

from __future__ import annotations

import io
import re

import font_roboto  # type: ignore[import-untyped]
from pypdf import PdfReader

from smappee_tui.report.render.pdf_fonts import FAMILY
from smappee_tui.report.render.pdf_paper import Foot, Paper, PdfColumn


def _paper(*texts: str) -> Paper:
    return Paper(Foot("left", "{page} of {pages}"), texts, title="t", language="en", written=None)


def test_lines_are_broken_at_blanks_and_long_words_are_cut() -> None:
    paper = _paper()
    width = paper.width_of("one two", 8) + 0.1
    assert paper.wrapped("one two three\nfour", width, 8) == ["one two", "three", "four"]
    assert paper.wrapped("", width, 8) == [""]
    assert paper.wrapped("one\u00a0two", width, 8) == ["one two"], "which the paper keeps together"
    assert paper.wrapped("ab", 0.01, 8) == ["a", "b"], "one letter a line at least"
    long = "x" * 40
    lines = paper.wrapped(f"one {long}", width, 8)
    assert [lines[0], "".join(lines[1:])] == ["one", long]
    assert all(paper.width_of(line, 8) <= width for line in lines)


def test_bold_is_measured_as_bold() -> None:
    paper = _paper()
    assert paper.wrapped("wide open", paper.width_of("wide open", 8) + 0.01, 8, bold=True) == ["wide", "open"]


def test_a_row_longer_than_a_page_goes_on_under_the_head() -> None:
    paper = _paper()
    words = [f"word{number}" for number in range(3000)]
    paper.grid([PdfColumn("Head", 1), PdfColumn("Other", 2)], [["a", "b"], ["c", " ".join(words)]])
    paper.finish()
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(bytes(paper.output()))).pages]
    assert len(pages) > 1
    assert all("Head" in page for page in pages)
    assert [word for word in " ".join(pages).split() if word.startswith("word")] == words


def test_a_table_without_rows_has_its_head() -> None:
    paper = _paper()
    paper.grid([PdfColumn("Alone", 1)], [])
    paper.finish()
    assert "Alone" in PdfReader(io.BytesIO(bytes(paper.output()))).pages[0].extract_text()


def test_a_line_after_one_with_letters_of_another_font_is_in_its_own() -> None:
    """Both the letters that are read and those that are drawn follow from the font that the page has set."""
    paper = _paper()
    paper.add_font("greek", "", font_roboto.font_files["RobotoBold"])  # any second font: one of the system may be none
    paper.type._own -= {"z"}
    own = paper.fonts[FAMILY]
    kept = own.cmap.pop(ord("z"))  # type: ignore[union-attr]
    paper.set_fallback_fonts(["greek"], exact_match=False)
    paper.set_font(FAMILY, "", 9)
    for text in ("plain", "ends in z", "after it"):
        paper.put(text, 20, paper.get_y(), 5)
        paper.ln(6)
    own.cmap[ord("z")] = kept  # type: ignore[union-attr]
    drawn = paper.pages[1].contents
    assert isinstance(drawn, bytearray)
    fonts = re.findall(rb"/F(\d+) [\d.]+ Tf", bytes(drawn))
    assert fonts[-1] == str(own.i).encode()
    assert len(set(fonts)) == 2
