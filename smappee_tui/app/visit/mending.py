"""The correction sheet of each installation that is watched, followed second by second and kept in its job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smappee_tui.app.session import Snapshot
from smappee_tui.connect.errors import ExternalError
from smappee_tui.diagnosis.remedy.corrections import Correction
from smappee_tui.diagnosis.remedy.history import SheetHistory, SheetLine
from smappee_tui.diagnosis.remedy.progress import Progress, Told
from smappee_tui.protocol.fact import Fact, fact

if TYPE_CHECKING:
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.jobs import Job


class Mending:
    """Outlives the sheet that shows it; where the location has a job, the program as well."""

    def __init__(self, kept: JobVisit | None = None) -> None:
        """Begin.

        Args:
            kept: the visit's job, whichever location it is of; None where nothing is kept.
        """
        self._kept = kept
        self._boards: dict[str, Progress] = {}
        self._opened: set[str] = set()
        """Locations whose job was asked what it knows."""
        self._saved: dict[str, SheetHistory] = {}

    def board(self, uuid: str) -> Progress:
        """What is known of a location's sheet."""
        return self._boards.setdefault(uuid, Progress())

    def kept(self, uuid: str) -> SheetHistory:
        """What a report tells of it: nothing before something was changed."""
        history = self.board(uuid).history
        return history if history.begun else SheetHistory()

    def look(self, picture: Snapshot) -> tuple[Told, ...]:
        """Take one look; what is new since the last one."""
        view, site = picture.view, picture.site
        if view is None or site is None or view.at is None:
            return ()
        self._recall(view.uuid)
        board = self.board(view.uuid)
        told = board.look(view.at, view, picture.judgement, site.changes)
        self._save(view.uuid, board)
        return told

    def tick(self, uuid: str, number: int, done: bool, at: float) -> SheetLine | None:
        """Take somebody's word for a line; see `Progress.tick`. The next look keeps it."""
        return self.board(uuid).tick(number, done, at)

    def _job(self, uuid: str) -> Job | None:
        job = self._kept.job if self._kept is not None else None
        return job if job is not None and job.state.uuid == uuid else None

    def _recall(self, uuid: str) -> None:
        """Go on from what the job has of it, unless something was changed before the job could be opened."""
        job = self._job(uuid)
        if job is None or uuid in self._opened:
            return
        self._opened.add(uuid)
        history = job.corrections()
        if job.sheet_aside is not None and self._kept is not None:
            self._kept.tell(fact("job.sheet_damaged", path=str(job.sheet_aside)))
        if not self.board(uuid).history.begun and history != SheetHistory():
            anew = self._kept is not None and self._kept.beginning == "anew"
            self._boards[uuid] = Progress(history, anew=anew)
            self._saved[uuid] = history

    def _save(self, uuid: str, board: Progress) -> None:
        job, history = self._job(uuid), board.history
        if job is None or self._saved.get(uuid, SheetHistory()) == history:
            return
        if self._kept is not None and self._kept.review:
            return
        self._saved[uuid] = history
        try:
            job.keep_corrections(history)
        except ExternalError as error:
            if self._kept is not None:
                self._kept.tell_once(error)


Apply = Callable[[Correction], Fact | None]
"""The vendor's app, which a demo lacks: sets on the made-up monitor what a line of the sheet wants.
What it does reaches the sheet like everything else, as a configuration that the monitor publishes. Gives why it could
not."""
