"""The sheet of a job: where it is kept, what is in it, and what changed since it was last looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from smappee_tui.app.session import Session
from smappee_tui.app.visit.job_visit import JobVisit, report_now
from smappee_tui.connect.recording.rolling import MOST_BYTES, MOST_PIECES, PIECE_SECONDS
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.report.diff import compare, diff_lines
from smappee_tui.tui.commands import JOB, Command, bindings
from smappee_tui.tui.report.compare import TONES
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import Sheet

SHOWN_VISITS = 5


class JobSheet(Sheet):
    """What is kept of this installation. Judging anew is asked for twice: what was proved so far is put aside."""

    TITLE_TEXT = "job.title"
    KEYS: ClassVar[tuple[Command, ...]] = JOB
    BINDINGS: ClassVar[list[BindingType]] = bindings(JOB)

    def __init__(self, visit: JobVisit, session: Session, now: float) -> None:
        """Show a job.

        Args:
            visit: it has a job.
            session: what is watched.
            now: s since 1970.
        """
        super().__init__()
        self._visit, self._session = visit, session
        self._asked = False
        visit.keep(session)
        site, before = session.site, visit.before
        self._changes = None
        if before is not None and site is not None:
            self._changes = compare(before, report_now(session, site, now, visit.book))

    def offered(self) -> list[Command]:
        """What is only looked back at is not judged anew."""
        return [command for command in JOB if command.action != "anew" or not self._visit.review]

    def lay_out(self, width: int) -> list[Line]:
        """All of it, what changed first."""
        job = self._visit.job
        if job is None:
            return paragraph(tr("job.none"), width, "warn")
        state, live = job.state, not self._visit.review
        lines: list[Line] = [line((clean(state.name), "title"), ("  " if state.name else ""), (state.serial, "strong"))]
        lines += paragraph(tr("job.nameless"), width, "dim") if not state.name else []
        if live:
            lines += [BLANK, line((tr("job.changes"), "title")), *self._changed(width)]
        lines += [BLANK, line((tr("job.visits"), "title"))]
        for visit in reversed(state.visits[-SHOWN_VISITS:]):
            said = tr("job.visit", begun=visit.begun, ended=visit.ended)
            left = tr("job.then", faults=visit.faults, undecided=visit.undecided)
            lines += paragraph(current().pair(said, left), width)
        bounds = {"hours": MOST_PIECES * PIECE_SECONDS / 3600, "megabytes": MOST_BYTES / 1e6}
        lines += [BLANK, *paragraph(tr("job.kept", folder=job.place), width)]
        if live:
            lines += paragraph(tr("job.recorded", **bounds) if self._visit.record else tr("job.unrecorded"), width)
            sure = tr("job.anew_sure") if self._asked else tr("job.anew_offer")
            lines += [BLANK, *paragraph(sure, width, "warn" if self._asked else "key")]
        return lines

    def _changed(self, width: int) -> list[Line]:
        if self._changes is None:
            return paragraph(tr("job.first_visit"), width)
        return [line((clean(text), TONES[mark])) for mark, text in diff_lines(self._changes, width, current())]

    def action_anew(self) -> None:
        """Judge anew; the first time only ask."""
        if self._visit.review:
            return
        if not self._asked:
            self._asked = True
            self.redraw()
            self.body.scroll_end(animate=False)
            return
        self._visit.judge_anew(self._session)
        self.app.notify(tr("job.anew_done"), markup=False, timeout=6)
        self.dismiss(None)
