"""Where we stand, in words; while there are no channels, its notice fills the screen."""

from __future__ import annotations

from typing import NamedTuple

from smappee_tui.app import connection_status as told
from smappee_tui.app.connection_status import Mode, Name, Notice
from smappee_tui.app.session import Snapshot
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SourceState
from smappee_tui.i18n import current, tr
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph

__all__ = ["ConnectionStatus", "Mode", "NoticeView", "connection_status", "notice_lines"]


class ConnectionStatus(NamedTuple):
    """Where we stand, in words."""

    name: Name
    glyph: str
    word: str
    """For the header, "live 0.4 s"."""
    tone: str
    notice: Notice | None = None
    """Fills the screen when there are no channels to show."""
    banner: str = ""
    """One line over the table when there are."""


def connection_status(
    picture: Snapshot,
    source: SourceState,
    now: float,
    mode: Mode,
    wanted: str | None = None,
    refused: ExternalError | None = None,
) -> ConnectionStatus:
    """Say where we stand, in the language of the screens; for the rest see `app.connection_status`."""
    since = None if picture.site is None else picture.site.quality.age(now)
    here, said = told.connection_status(picture, source, now, mode, since, wanted, refused), current().fact
    return ConnectionStatus(here.name, here.glyph, said(here.word), here.tone, here.notice, said(here.banner).strip())


class NoticeView(LineView):
    """Says what the state is, and what to do next."""

    DEFAULT_CSS = "NoticeView { height: 1fr; padding: 1 3; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._situation: ConnectionStatus | None = None

    def tell(self, situation: ConnectionStatus) -> None:
        self._situation = situation
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Break the text for the width."""
        situation = self._situation
        if situation is not None and situation.notice is not None:
            head = line(
                (f"{situation.glyph} ", situation.tone), (tr(f"live.notice.{situation.notice.name}.title"), "title")
            )
            self._lines = [head, *notice_lines(situation.notice, min(86, self.room))]


def notice_lines(notice: Notice, width: int) -> list[Line]:
    """The body of a notice."""
    lines: list[Line] = []
    for text in map(current().fact, notice.lines):
        if text:
            lines += [BLANK, *paragraph(text, width)]
    steps = notice.steps(current())
    if steps:
        lines += [BLANK, line((tr("live.what_to_do"), "title"))]
    for number, step in enumerate(steps, 1):
        lines += paragraph(step, width, first=line((f" {number}  ", "key")))
    return lines
