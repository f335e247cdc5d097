"""Fonts for the PDF: one that is always there, and whatever the computer has for scripts that it lacks.

The embedded font covers Latin, Greek and Cyrillic. A name in another script takes its letters from a font of the
system where there is one; a letter that no font has is spelled out by its number, never left out.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from fpdf.errors import FPDFException
from fpdf.line_break import BREAKING_SPACE_SYMBOLS

FAMILY = "report"
_ELSEWHERE = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
_WINDOWS = ("arial.ttf", "segoeui.ttf", "seguisym.ttf", "msyh.ttc", "malgun.ttf", "msgothic.ttc", "Nirmala.ttf")
_STAND_INS = {"→": "–>", "←": "<–", "✓": "v", "✗": "x"}
"""Signs of our own texts that the embedded font lacks."""
_BLANKS = frozenset(BREAKING_SPACE_SYMBOLS)


class Fonts:
    """Loads fonts into a document and makes texts fit for them."""

    def __init__(self, pdf: FPDF, texts: Iterable[str]) -> None:
        """Load what these texts need."""
        import font_roboto  # type: ignore[import-untyped]

        pdf.add_font(FAMILY, "", font_roboto.font_files["Roboto"])
        pdf.add_font(FAMILY, "B", font_roboto.font_files["RobotoBold"])
        self._pdf = pdf
        self._known = self._letters(FAMILY)
        self._own = self._known | {"\u00a0"}
        """Letters of the embedded font."""
        self._widths: tuple[dict[str, float], dict[str, float]] = ({}, {})
        """Of each letter, thousandths of the font's size: regular and bold."""
        self._others: list[str] = []
        """Fonts of the system that were loaded."""
        self._covered: dict[str, str] = {}
        wanted = {letter for text in texts for letter in text} - self._known
        wanted = {letter for letter in wanted if not letter.isspace()}
        self._load(wanted)

    def _letters(self, family: str) -> frozenset[str]:
        return frozenset(chr(code) for code in self._pdf.fonts[family].cmap)  # type: ignore[union-attr]

    def _load(self, wanted: set[str]) -> None:
        for number, path in enumerate(_system_fonts() if wanted else ()):
            name = f"other{number}"
            try:
                self._pdf.add_font(name, "", path)
            except (FPDFException, OSError, ValueError, KeyError, AssertionError):
                continue  # a font of the system's that this library cannot read is one font fewer
            letters = self._letters(name)
            if letters & wanted:
                self._others.append(name)
                wanted = wanted - letters
                self._known |= letters
            if not wanted:
                break
        if self._others:
            self._pdf.set_fallback_fonts(self._others, exact_match=False)

    def cover(self, text: str) -> str:
        """A text of which every letter can be drawn."""
        known = self._covered.get(text)
        if known is None:
            known = self._covered[text] = "".join(self._letter(letter) for letter in text)
        return known

    def turns(self, text: str) -> bool:
        """Whether some of a text runs from right to left."""
        return not text.isascii() and any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text)

    def order(self, text: str) -> str:
        """A covered text on one line, its letters in the order in which they are drawn from left to right."""
        if not self.turns(text):
            return text
        return str(BidiParagraph(text=text, base_direction=TextDirection.LTR).get_reordered_string())

    def fit(self, text: str) -> str:
        """A line as it is drawn."""
        return self.order(self.cover(text))

    def plain(self, text: str) -> bool:
        """Whether a covered text takes all its letters from the embedded font."""
        return self._own.issuperset(text)

    def width(self, text: str, bold: bool) -> float:
        """How wide a covered text is on one line, thousandths of the font's size."""
        widths = self._widths[bold]
        try:
            return sum([widths[letter] for letter in text])
        except KeyError:
            for letter in set(text) - widths.keys():
                widths[letter] = self._width(letter, bold)
            return sum([widths[letter] for letter in text])

    def _width(self, letter: str, bold: bool) -> float:
        """As the library draws it: by the embedded font, or the first of the others that has it."""
        fonts, code = self._pdf.fonts, ord(letter)
        for key in (FAMILY + ("B" if bold else ""), *self._others):
            if code in fonts[key].cmap:  # type: ignore[union-attr]
                return float(fonts[key].cw[code])  # type: ignore[index]
        return float(fonts[FAMILY].cw[code])  # type: ignore[index]

    def broken(self, text: str, most: float, bold: bool) -> Iterator[str]:
        """The lines of a covered text, none wider than `most` thousandths of the font's size, but of one letter.

        Broken at blanks, of which the last goes; in a word where that alone is too wide.
        """
        for line in text.replace("\u00ad", "").splitlines():
            left = line
            while self.width(left, bold) > most:
                widths, wide, blank = self._widths[bold], 0.0, 0
                for place, letter in enumerate(left):
                    wide += widths[letter]
                    if wide > most and place:
                        break
                    if letter in _BLANKS:
                        blank = place
                else:
                    break
                cut = place if letter in _BLANKS else blank or place
                yield left[:cut].replace("\u00a0", " ")
                left = left[cut + 1 :] if left[cut] in _BLANKS else left[cut:]
            yield left.replace("\u00a0", " ")

    def _letter(self, letter: str) -> str:
        if letter in self._known or letter in "\n\u00a0":
            return letter
        stand_in = _STAND_INS.get(letter)
        return f"‹U+{ord(letter):04X}›" if stand_in is None else stand_in


def _system_fonts() -> Iterator[Path]:
    """Fonts with many scripts, where this kind of system keeps them."""
    folder = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    for path in (*map(Path, _ELSEWHERE), *(folder / name for name in _WINDOWS)):
        if path.is_file():
            yield path
