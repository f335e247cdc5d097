"""Texts of strangers as they may stand on paper: every character visible, none steers, long ones shortened."""

from __future__ import annotations

import unicodedata

LONGEST_IN_TABLE = 40
"""Characters of a name in a table; the whole name stands in the annex and in the JSON."""
LONGEST_SHOWN = 4_000
"""Characters of any text on paper; the JSON has all."""
_MOST_MARKS = 4
"""Combining marks on one letter; more would write over the neighbours."""


def visible(text: str, most: int = LONGEST_SHOWN) -> str:
    """A text with everything that steers spelled out.

    Args:
        text: anything.
        most: characters looked at; an ellipsis says that there was more.

    Returns:
        Control characters as ‹U+001B›, and so everything that turns text round, joins it or has no width, surrogates
        and unassigned characters; heaps of combining marks are thinned.
    """
    if text.isascii() and text.isprintable() and len(text) <= most:
        return text
    shown = "".join(_seen(text[:most]))
    return shown + "…" if len(text) > most else shown


def _seen(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= _MOST_MARKS:
                kept.append(letter)
            continue
        marks = 0
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            kept.append(spelled(letter))
        else:
            kept.append(" " if category == "Zs" else letter)
    return kept


def spelled(letter: str) -> str:
    """A character by its number: ‹U+202E›."""
    return f"‹U+{ord(letter):04X}›"


def short(text: str, most: int = LONGEST_IN_TABLE) -> str:
    """A visible text of at most so many characters."""
    shown = visible(text, most + 1)
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def shortened(text: str) -> bool:
    """Whether a table shows less than the whole name."""
    return short(text) != visible(text)


def lines(text: str, most: int = LONGEST_SHOWN) -> list[str]:
    """A text of several lines, each visible."""
    return [visible(line, most) for line in text[:most].splitlines()]
