"""The sheet of a job: where it is kept, what is in it, and what changed since it was last looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from smappee_tui.app.job_visit import JobVisit, report_now
from smappee_tui.app.session import Session
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
        site, before = session.site, visit.before
        self._changes = None
        if before is not None and site is not None:
            self._changes = compare(before, report_now(session, site, now, visit.book))

    def lay_out(self, width: int) -> list[Line]:
        """All of it."""
        job = self._visit.job
        if job is None:
            return paragraph(tr("job.none"), width, "warn")
        name, state = job.state.name, job.state
        lines: list[Line] = [line((clean(name) if name else tr("job.nameless"), "title"), (f"  {state.serial}", "dim"))]
        lines += paragraph(tr("job.kept", folder=str(job.folder)), width)
        on = self._visit.record
        bounds = {"hours": MOST_PIECES * PIECE_SECONDS / 3600, "megabytes": MOST_BYTES / 1e6}
        lines += paragraph(tr("job.recorded", **bounds) if on else tr("job.unrecorded"), width)
        lines += [BLANK, line((tr("job.visits"), "title"))]
        for visit in reversed(state.visits[-SHOWN_VISITS:]):
            said = tr("job.visit", begun=visit.begun, ended=visit.ended)
            lines += paragraph(f"{said}: {tr('job.then', faults=visit.faults, undecided=visit.undecided)}", width)
        lines += [BLANK, line((tr("job.changes"), "title"))]
        if self._changes is None:
            lines += paragraph(tr("job.first_visit"), width)
        else:
            lines += [line((clean(text), TONES[mark])) for mark, text in diff_lines(self._changes, width, current())]
        sure = "job.anew_sure" if self._asked else "job.anew_offer"
        return [*lines, BLANK, *paragraph(tr(sure), width, "warn" if self._asked else "key")]

    def action_anew(self) -> None:
        """Judge anew; the first time only ask."""
        if not self._asked:
            self._asked = True
            self.redraw()
            self.body.scroll_end(animate=False)
            return
        self._visit.judge_anew(self._session)
        self.app.notify(tr("job.anew_done"), markup=False, timeout=6)
        self.dismiss(None)
