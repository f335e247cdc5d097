"""The view that fills the screen while there are no channels."""

from __future__ import annotations

from smappee_tui.i18n import tr
from smappee_tui.tui.live.connection_status import ConnectionStatus, Notice
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph


class NoticeView(LineView):
    """Says what the state is, and what to do next."""

    DEFAULT_CSS = "NoticeView { height: 1fr; padding: 1 3; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._situation: ConnectionStatus | None = None

    def tell(self, situation: ConnectionStatus) -> None:
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
    steps = notice.steps
    if steps:
        lines += [BLANK, line((tr("live.what_to_do"), "title"))]
    for number, step in enumerate(steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines
