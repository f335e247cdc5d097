"""Lines of toned pieces: what every view hands to its widget. Plain data, so a test can read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from smappee_tui.i18n.text import cut, wrap
from smappee_tui.i18n.text import width as cells_of

Piece = tuple[str, str]
"""Text that is safe to show, and the name of its tone (`tones.py`)."""
Line = tuple[Piece, ...]

BLANK: Line = ()


def line(*pieces: Piece | str) -> Line:
    """A line; a bare text has the tone of running text."""
    return tuple((piece, "text") if isinstance(piece, str) else piece for piece in pieces)


def plain(of: Line) -> str:
    """The text of a line without its tones."""
    return "".join(text for text, _ in of)


def length(of: Line) -> int:
    """Cells that a line takes."""
    return sum(cells_of(text) for text, _ in of)


def shortened(of: Line, width: int) -> Line:
    """A line of at most `width` cells."""
    kept: list[Piece] = []
    for text, tone in of:
        size = cells_of(text)
        if size >= width:
            kept.append((cut(text, width), tone))
            break
        kept.append((text, tone))
        width -= size
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """Left and right ends of one line. The left end gives way where both do not fit."""
    right = shortened(right, width)
    room = width - length(right)
    left = shortened(left, max(0, room - 1))
    return (*left, (" " * (room - length(left)), "text"), *right)


def paragraph(text: str, width: int, tone: str = "text", first: Line = (), indent: int | None = None) -> list[Line]:
    """Running text in lines. `first` stands before the first line, the others are indented as far, or by `indent`."""
    lead = length(first)
    hang = lead if indent is None else indent
    lines = wrap(text, max(8, width - max(lead, hang)))
    return [
        (*(first if number == 0 else ((" " * hang, "text"),)), (content, tone)) for number, content in enumerate(lines)
    ]


def beside(left: Sequence[Line], right: Sequence[Line], left_width: int) -> list[Line]:
    """Two blocks side by side, the left one `left_width` cells wide."""
    rows: list[Line] = []
    for one, other in zip_longest(left, right, fillvalue=BLANK):
        one = shortened(one, left_width)
        rows.append((*one, (" " * (left_width - length(one)), "text"), *other) if other else one)
    return rows


def joined(pieces: Iterable[Line], between: str = "   ") -> Line:
    """Several short lines in one, with a space between."""
    out: list[Piece] = []
    for piece in pieces:
        if piece:
            out.extend(((between, "text"), *piece) if out else piece)
    return tuple(out)
