"""Text of a stranger, made fit for a terminal, a page or a report: nothing steers it, and its width in cells is known.

Names come from whoever configured the monitor and may hold anything: escape sequences, letters that turn the writing
direction round, line feeds, heaps of combining marks. Here they become plain text, the same everywhere. In a cell of a
spreadsheet nothing of it becomes a formula.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REPLACED = "\ufffd"
"""Stands where something was that must not reach a reader."""
LONGEST = 500
"""Characters that are looked at; the rest of a stranger's text is cut off."""
_MOST_MARKS = 3
"""Combining marks on one letter: more is no language but an attempt to write over the neighbours."""
_SELECTORS = frozenset("\ufe0e\ufe0f")
"""They choose between a drawn and a coloured sign and change its width from terminal to terminal: left out."""
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def clean(text: str, most: int = LONGEST) -> str:
    """Make a text safe to show on one line.

    Args:
        text: anything.
        most: characters that are looked at.

    Returns:
        The text on one line: breaks and tabs become spaces, control characters and lone surrogates the replacement
        character, invisible formatting characters (direction, zero width, tags) and marks beyond the third vanish.
    """
    text = text[:most]
    return text.strip() if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=4096)
def _cleaned(text: str) -> str:
    return "".join(_safe(unicodedata.normalize("NFC", text))).strip()


def _safe(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for letter in text:
        if letter in _SELECTORS:
            continue
        category = unicodedata.category(letter)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= _MOST_MARKS and kept and kept[-1] != " ":
                kept.append(letter)
            continue
        marks = 0
        if letter in _SPACES or category == "Zs":
            kept.append(" ")
        elif category in ("Cc", "Cs", "Co", "Cn"):
            kept.append(REPLACED)
        elif category != "Cf":
            kept.append(letter)
    return kept


def width(text: str) -> int:
    """Cells that a clean text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # its tables take a while, and most texts need none

    return cell_len(text)


def cut(text: str, cells: int) -> str:
    """Shorten a clean text to so many cells, with an ellipsis where something is missing."""
    if width(text) <= cells:
        return text
    if cells < 1:
        return ""
    kept, used = [], 1
    for letter in text:
        used += width(letter)
        if used > cells:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…"


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Cut or fill a clean text to exactly so many cells; `right` puts the text at the right end."""
    if text.isascii() and len(text) <= cells:  # nearly every cell of a table, every second
        return text.rjust(cells) if right else text.ljust(cells)
    text = cut(text, cells)
    space = " " * (cells - width(text))
    return space + text if right else text + space


_BREAKS = re.compile(r"(?<!\d) | (?!(?:kWh|k?W|VA|var|A|V|Ω|Hz|°C|%|s|min|h|\d{3})(?!\w))")
"""Spaces at which a line may break: not between a number and its unit, nor between its thousands."""


def wrap(text: str, cells: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break a clean text into lines at its spaces, a number and its unit together.

    Args:
        text: what to say.
        cells: width of a line, its beginning included.
        first: how the first line begins, a bullet say.
        rest: how the other lines begin.

    Returns:
        At least one line. A word that is wider than a line is cut into pieces.
    """
    return list(_wrapped(text, cells, first, rest))


@lru_cache(maxsize=512)
def _wrapped(text: str, cells: int, first: str, rest: str) -> tuple[str, ...]:
    """Kept: a screen says the same for many seconds."""
    lines: list[str] = []
    line, empty = first, True
    for word in _pieces(_BREAKS.split(text), max(1, cells - max(width(first), width(rest)))):
        gap = "" if empty else " "
        if not empty and width(line) + 1 + width(word) > cells:
            lines.append(line.rstrip())
            line, gap = rest, ""
        line += gap + word
        empty = False
    return (*lines, line.rstrip())


def _pieces(words: list[str], cells: int) -> list[str]:
    pieces = []
    for word in words:
        piece = ""
        for letter in word:
            if width(piece) + width(letter) > cells:
                pieces.append(piece)
                piece = ""
            piece += letter
        pieces.append(piece)
    return pieces


LONGEST_CELL = 30_000
"""Characters; Excel takes 32,767."""
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def text_cell(text: str) -> str:
    """A clean text, with an apostrophe where it begins like a formula. Quoting is up to the `csv` module."""
    shown = clean(text, LONGEST_CELL)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
