"""Text of a stranger, made fit for a terminal: nothing steers it, and its width in cells is known.

Names come from whoever configured the monitor and may hold anything: escape sequences, letters that turn the writing
direction round, line feeds, heaps of combining marks. Here they become plain text. No third-party code.
"""

from __future__ import annotations

import unicodedata

REPLACED = "\ufffd"
"""Stands where something was that must not reach a terminal."""
_MOST_MARKS = 3
"""Combining marks on one letter: more is no language but an attempt to write over the neighbours."""
_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def clean(text: str, most: int = 500) -> str:
    """Make a text safe to show on one line.

    Args:
        text: anything.
        most: characters that are looked at; the rest is cut off.

    Returns:
        The text on one line: breaks and tabs become spaces, control characters and lone surrogates the replacement
        character, invisible formatting characters (direction, zero width, tags) and marks beyond the third vanish.
    """
    shown = "".join(_safe(text[:most])) if not (text.isascii() and text.isprintable()) else text[:most]
    return shown.strip()


def _safe(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for letter in text:
        if letter in _SPACES:
            kept.append(" ")
            marks = 0
            continue
        category = unicodedata.category(letter)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= _MOST_MARKS and kept:
                kept.append(letter)
            continue
        marks = 0
        if category in ("Cc", "Cs", "Co", "Cn"):
            kept.append(REPLACED)
        elif category != "Cf":
            kept.append(letter)
    return kept


def width(text: str) -> int:
    """Cells that a clean text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def cut(text: str, cells: int) -> str:
    """Shorten a clean text to so many cells, with an ellipsis where something is missing."""
    if width(text) <= cells:
        return text
    kept, used = [], 0
    for letter in text:
        used += _cells(letter)
        if used > cells - 1:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…" if cells > 0 else ""


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """Cut or fill a clean text to exactly so many cells; `right` puts the text at the right end."""
    shown = cut(text, cells)
    space = " " * (cells - width(shown))
    return space + shown if right else shown + space


def wrap(text: str, cells: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break a clean text into lines at its spaces.

    Args:
        text: what to say.
        cells: width of a line, its beginning included.
        first: how the first line begins, a bullet say.
        rest: how the other lines begin.

    Returns:
        At least one line. A word that is wider than a line is cut into pieces.
    """
    lines: list[str] = []
    line, empty = first, True
    for word in _pieces(text.split(), max(1, cells - max(width(first), width(rest)))):
        gap = "" if empty else " "
        if not empty and width(line) + 1 + width(word) > cells:
            lines.append(line)
            line, gap = rest, ""
        line += gap + word
        empty = False
    return [*lines, line.rstrip()]


def _pieces(words: list[str], cells: int) -> list[str]:
    pieces = []
    for word in words:
        piece = ""
        for letter in word:
            if width(piece) + _cells(letter) > cells:
                pieces.append(piece)
                piece = ""
            piece += letter
        pieces.append(piece)
    return pieces
