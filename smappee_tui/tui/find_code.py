"""The QR code of a page, for a tablet."""

from __future__ import annotations

from smappee_tui.links.qr import qr_lines
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.sheet import Sheet
from smappee_tui.tui.text import shown


class CodeSheet(Sheet):
    """One QR code."""

    TITLE_TEXT = "Open this page on a tablet in the same network"

    def __init__(self, url: str) -> None:
        """Show a page's address."""
        super().__init__()
        self._url = url

    def lay_out(self, width: int) -> list[Line]:
        """The code, and the address as text."""
        lines = qr_lines(self._url, on_dark=self.app.current_theme.dark)
        if len(lines[0]) > width:
            return paragraph("The terminal is too narrow for the QR code.", width, "warn")
        return [*(line((text, "text")) for text in lines), BLANK, line((shown(self._url), "strong"))]
