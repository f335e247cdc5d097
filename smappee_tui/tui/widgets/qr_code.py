"""A QR code as lines of text, two rows of squares a line."""

from __future__ import annotations

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

_HALVES = {(1, 1): " ", (1, 0): "▄", (0, 1): "▀", (0, 0): "█"}
"""Light squares are drawn, dark ones left out: on a dark terminal that is how a camera expects it."""
_DARK = {(0, 0): " ", (0, 1): "▄", (1, 0): "▀", (1, 1): "█"}


def qr_lines(text: str, *, on_dark: bool = True, border: int = 2) -> list[str]:
    """Draw a text as a QR code.

    Args:
        text: what the camera shall read, an address of a page say.
        on_dark: the letters are lighter than what is behind them.
        border: empty squares around it.
    """
    import segno

    rows = [tuple(int(bool(square)) for square in row) for row in segno.make(text, micro=False).matrix_iter(1, border)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    signs = _HALVES if on_dark else _DARK
    return [
        "".join(signs[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


class CodeSheet(Sheet):
    """One QR code."""

    TITLE_TEXT = "words.qr_title"

    def __init__(self, url: str) -> None:
        """Show a page's address."""
        super().__init__()
        self._url = url

    def lay_out(self, width: int) -> list[Line]:
        """The code, and the address as text."""
        lines = qr_lines(self._url, on_dark=self.app.current_theme.dark)
        if len(lines[0]) > width:
            return paragraph(tr("words.qr_narrow"), width, "warn")
        return [*(line((text, "text")) for text in lines), BLANK, line((clean(self._url), "strong"))]
