"""What a person began at each location: the report's memory, the guided test, the correction sheet, sensors' checks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from smappee_tui.i18n import tr

if TYPE_CHECKING:
    from smappee_tui.app.guided.procedure import GuidedTest
    from smappee_tui.app.guided.progress import GuidedProgress
    from smappee_tui.app.session import Session, Snapshot
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.memory import ReportMemory
    from smappee_tui.app.visit.mending import Mending
    from smappee_tui.diagnosis.checks.sensors import PulseCheck
    from smappee_tui.diagnosis.remedy.corrections import CorrectionSheet


class Begun:
    """It outlives the screens that show it. Each is made when it is first needed: a first picture waits for none."""

    def __init__(self, session: Session, job: JobVisit | None) -> None:
        """Begin nothing.

        Args:
            session: which location is shown.
            job: keeps the visit; None: nothing is kept.
        """
        self._session, self._job = session, job
        self._usual = session.declared
        """What settings say of any installation."""
        self._guides: dict[str, GuidedProgress] = {}
        self.checks: dict[tuple[str, int], PulseCheck] = {}
        """Guided checks of gas and water sensors, by location and sensor."""

    @cached_property
    def reports(self) -> ReportMemory:
        """What the report keeps while the program runs."""
        from smappee_tui.app.visit.memory import ReportMemory

        return ReportMemory(self._job)

    @property
    def reported(self) -> bool:
        """A report was written."""
        return "reports" in vars(self) and self.reports.last_report is not None

    @cached_property
    def mending(self) -> Mending:
        """What became of each line of the correction sheet."""
        from smappee_tui.app.visit.mending import Mending

        return Mending(self._job)

    def sheet_left(self, picture: Snapshot | None) -> CorrectionSheet | None:
        """What is still to do of the correction sheet; None while nothing was heard."""
        view = picture.view if picture is not None else None
        return None if view is None else self.mending.board(view.uuid).left

    @property
    def guide(self) -> GuidedProgress:
        """The guided test of the location shown."""
        from smappee_tui.app.guided.progress import GuidedProgress

        uuid = self._session.site.uuid if self._session.site is not None else ""
        return self._guides.setdefault(uuid, GuidedProgress())

    @property
    def guide_begun(self) -> GuidedProgress | None:
        """The same, where it was opened already."""
        site = self._session.site
        return self._guides.get(site.uuid) if site is not None else None

    def guided_test(self, uuid: str) -> GuidedTest | None:
        """The guided test of this location, running or done; None where none was begun."""
        guide = self._guides.get(uuid)
        return guide.test if guide is not None else None

    def declare(self) -> None:
        """Let the limits follow from what was typed of the location shown."""
        from smappee_tui.app.declared import with_job

        site = self._session.site
        typed = self.reports.values(site.uuid) if site is not None else {}
        self._session.declared = with_job(self._usual, typed, self._job.peak if self._job is not None else None)

    def noted(self, number: int) -> str:
        """How many photos and notes an input of the location shown has; "" for none."""
        site = self._session.site
        photos, notes = self.reports.noted(site.uuid, number) if site is not None else (0, 0)
        told = ((photos, "photos"), (notes, "notes"))
        return ", ".join(tr(f"phone.{what}", count=count) for count, what in told if count)
