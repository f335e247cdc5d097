"""What is on a screen while the pseudo-language is spoken: words outside its brackets have no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from smappee_tui.i18n import current, use
from tests.i18n.pseudo import pseudo

_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?!\w)")
_CUT = re.compile(r"…(?=[ \n|]|$)")
"""Where a text was cut off: not an ellipsis of its own, "10…, 11…"."""
ALWAYS = frozenset(
    {"smappee", "tui", "infinity", "genius", "pro", "plus", "esc", "ctrl", "pgup", "pgdn", "hz", "kw", "va", "kwh"}
)
"""Names, keys and units: the same in every language."""


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """Speak the pseudo-language for a while."""
    before = current()
    use(pseudo())
    try:
        yield
    finally:
        use(before)


def outside(text: str) -> str:
    """What stands outside all brackets. A text that was cut off ends at its ellipsis, at the latest with its column."""
    kept: list[str] = []
    depth, opened = 0, False
    for letter in _CUT.sub("\0", text):
        if letter == "[":
            depth, opened = depth + 1, True
        elif letter == "]":
            if not opened:
                kept.clear()  # the page was scrolled: it begins within a text
            depth = max(0, depth - 1)
        elif letter == "\0":
            depth = 0
        elif not depth:
            kept.append(letter)
    return "".join(kept)


def english_left(text: str, *names: str) -> set[str]:
    """Words on a screen that no catalogue gave; `names` are those of devices and people on it."""
    for name in names:
        text = text.replace(name, "")
    return {word for word in _WORD.findall(outside(text)) if word.casefold() not in ALWAYS}


def whole(row: str) -> bool:
    """Every text of a row is there to its end."""
    return row.count("[") == row.count("]") and "…" not in row
