"""Text that a device or a broker sent, made safe to show: nothing in it is interpreted, and its width is known."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

ODD = "\ufffd"
"""Stands for a character that has no width, steers the terminal, or would turn the line round."""
_DROPPED = {0xFE0E, 0xFE0F}
"""Variation selectors only choose between a drawn and a coloured sign: without them the sign stays."""
_VISIBLE = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""Control characters have pictures of their own: ␊ for a line feed, ␛ for escape."""
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"})
"""Categories that have no cell of their own: control, format (bidi, joiners), surrogates, unassigned, combining."""


@lru_cache(maxsize=4096)
def shown(text: str, width: int | None = None) -> str:
    """Device text as it may stand on a screen: every character visible, every character with a cell of its own.

    Args:
        text: anything at all.
        width: cells to fill exactly, cut with an ellipsis or padded; None for the natural length.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_safe, unicodedata.normalize("NFC", text[:2000])))
    return text if width is None else fit(text, width)


def _safe(character: str) -> str:
    code = ord(character)
    if code in _DROPPED:
        return ""
    if code in _VISIBLE:
        return chr(_VISIBLE[code])
    if unicodedata.category(character) in _STEERING or cell_len(character) < 1:
        return ODD
    return " " if character.isspace() else character


def width_of(text: str) -> int:
    """Cells that a safe text takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """A safe text of at most `width` cells, an ellipsis where something is missing."""
    if width_of(text) <= width:
        return text
    if width < 1:
        return ""
    kept, used = [], 1
    for character in text:
        used += width_of(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def fit(text: str, width: int, right: bool = False) -> str:
    """A safe text of exactly `width` cells."""
    text = cut(text, width)
    pad = " " * (width - width_of(text))
    return pad + text if right else text + pad


def wrap(text: str, width: int) -> list[str]:
    """A safe text in lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        while width_of(word) > width:  # a word longer than the line is cut into pieces
            if line:
                lines.append(line)
                line, used = "", 0
            piece = cut(word, width + 1)[:-1] or word[0]
            lines.append(piece)
            word = word[len(piece) :]
        size = width_of(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        elif line:
            line, used = f"{line} {word}", used + 1 + size
        else:
            line, used = word, size
    return [*lines, line] if line or not lines else lines
