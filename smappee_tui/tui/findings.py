"""The sheet of all findings."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.session import Picture
from smappee_tui.tui.findings_text import findings_lines
from smappee_tui.tui.lines import Line
from smappee_tui.tui.sheet import Sheet


class FindingsSheet(Sheet):
    """Everything found, the worst first; it follows the watch while it is open."""

    TITLE_TEXT = "Findings"

    def __init__(self, picture: Callable[[], Picture | None]) -> None:
        """Show what `picture` gives, now and every second."""
        super().__init__()
        self._picture = picture

    def on_mount(self) -> None:
        """Follow the watch."""
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        """All findings."""
        picture = self._picture()
        if picture is None:
            return findings_lines((), 0, width)
        inputs = [channel.input for channel in picture.view.channels] if picture.view is not None else []
        return findings_lines(picture.judgement.findings, picture.judgement.undecided(inputs), width)
