"""The sheet of all findings."""

from __future__ import annotations

from collections.abc import Callable

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.tui.findings_text import findings_lines
from smappee_tui.tui.lines import Line
from smappee_tui.tui.sheet import Sheet


class FindingsSheet(Sheet):
    """Everything found, the worst first; it follows the watch while it is open."""

    TITLE_TEXT = "Findings"

    def __init__(self, judgement: Callable[[], Judgement]) -> None:
        """Show what `judgement` gives, now and every second."""
        super().__init__()
        self._judgement = judgement

    def on_mount(self) -> None:
        """Follow the watch."""
        self.set_interval(1.0, self.redraw)

    def lay_out(self, width: int) -> list[Line]:
        """All findings."""
        judgement = self._judgement()
        return findings_lines(judgement.findings, judgement.undecided, width)
