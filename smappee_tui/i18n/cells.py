"""Text of a stranger in a spreadsheet's cell: no program that opens the file takes it for a formula."""

from __future__ import annotations

from smappee_tui.i18n.text import clean

LONGEST_CELL = 30_000
"""Characters; Excel takes 32,767."""
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def text_cell(text: str) -> str:
    """A clean text, with an apostrophe where it begins like a formula. Quoting is up to the `csv` module."""
    shown = clean(text, LONGEST_CELL)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
