"""The view that fills the screen while there are no channels."""

from __future__ import annotations

from smappee_tui.tui.advice import Notice
from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.painted import Painted
from smappee_tui.tui.situation import Situation


class NoticeView(Painted):
    """Says what the state is, and what to do next."""

    DEFAULT_CSS = "NoticeView { height: 1fr; padding: 1 3; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._situation: Situation | None = None

    def tell(self, situation: Situation) -> None:
        """Show the notice of this situation."""
        self._situation = situation
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Break the text for the width."""
        situation = self._situation
        if situation is not None and situation.notice is not None:
            head = line((f"{situation.glyph} ", situation.tone), (situation.notice.title, "title"))
            self._lines = [head, *notice_lines(situation.notice, min(86, self.room))]


def notice_lines(notice: Notice, width: int) -> list[Line]:
    """The body of a notice."""
    lines: list[Line] = []
    for text in notice.lines:
        if text:
            lines += [BLANK, *paragraph(text, width)]
    if notice.steps:
        lines += [BLANK, line(("What to do", "title"))]
    for number, step in enumerate(notice.steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines
