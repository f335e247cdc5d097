"""A visit while the program runs, for its report: what was typed, what was said before a change, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smappee_tui.app.session import Session, Snapshot
from smappee_tui.app.watch import Observation, Spans
from smappee_tui.diagnosis.remedy.history import SheetHistory
from smappee_tui.diagnosis.remedy.progress import Progress
from smappee_tui.protocol.fact import Fact, Param, fact
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.report.logbook import Logbook
from smappee_tui.site.site import Site
from smappee_tui.site.view import view_of

if TYPE_CHECKING:
    from smappee_tui.app.guided.procedure import GuidedTest
    from smappee_tui.app.pending_reverts import PendingRevert
    from smappee_tui.app.switching import SwitchAction
    from smappee_tui.app.tracer import TracerDesk
    from smappee_tui.app.visit.job_visit import JobVisit
    from smappee_tui.app.visit.jobs import Job
    from smappee_tui.app.visit.notes import Notes
    from smappee_tui.diagnosis.judgement import Judgement
    from smappee_tui.report.model import Report


class ReportMemory:
    """Outlives the report's form; where the location has a job, the program as well."""

    def __init__(self, kept: JobVisit | None = None) -> None:
        """Begin.

        Args:
            kept: the visit's job, whichever location it is of; None where nothing is kept.
        """
        self._last: Path | None = None
        self._read: tuple[Path, float, Report] | None = None
        """The report read last: its file and when that was written."""
        self._kept = kept
        self._values: dict[str, dict[str, str]] = {}
        self._logbooks: dict[str, Logbook] = {}
        self._tracers: dict[str, TracerDesk] = {}
        self._notes: dict[str, Notes] = {}

    @property
    def last_report(self) -> Path | None:
        """JSON of the report written last on this visit, also before the program was left."""
        job = self._kept.job if self._kept is not None and self._kept.beginning == "on" else None
        return self._last or (job.newest_report() if job is not None else None)

    @last_report.setter
    def last_report(self, path: Path) -> None:
        self._last = path

    def written(self, uuid: str) -> Report | None:
        """The report of this location that was written last on this visit; None for none that can be read."""
        from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode

        path = self.last_report
        if path is None:
            return None
        try:
            at = path.stat().st_mtime
            if self._read is None or self._read[:2] != (path, at):
                with path.open("rb") as file:
                    self._read = path, at, decode(file.read(LARGEST_FILE + 1))
        except (OSError, NotAReportError):
            return None
        report = self._read[2]
        return report if report.site.uuid == uuid else None

    def job(self, uuid: str) -> Job | None:
        """The job of a location; None where nothing of it is kept."""
        job = self._kept.job if self._kept is not None else None
        return job if job is not None and job.state.uuid == uuid else None

    def values(self, uuid: str) -> dict[str, str]:
        """What was typed, by location: one customer's name never stands in another's report."""
        job = self.job(uuid)
        return job.state.typed if job is not None else self._values.setdefault(uuid, {})

    def save(self) -> None:
        """Keep what was typed."""
        if self._kept is not None:
            self._kept.save()

    def logbook(self, uuid: str) -> Logbook:
        if self._kept is not None and self.job(uuid) is not None:
            return self._kept.book
        return self._logbooks.setdefault(uuid, Logbook())

    def mended(self, uuid: str, judgement: Judgement) -> int:
        """Faults of this visit that are gone, and their inputs judged again."""
        now = {(finding.code, str(finding.subject)) for finding in judgement.findings}
        gone = (finding for key, finding in self.logbook(uuid).faults.items() if key not in now)
        return sum(not judgement.undecided(finding.channels) for finding in gone)

    def tracer(self, uuid: str) -> TracerDesk:
        """The tracer of a location and the breakers that it found: in the job where there is one."""
        from smappee_tui.app.tracer import CircuitList, TracerDesk

        job, desk = self.job(uuid), self._tracers.get(uuid)
        if desk is None:
            desk = self._tracers[uuid] = TracerDesk(CircuitList(None if job is None else job.folder), uuid)
        return desk

    def notes(self, uuid: str) -> Notes:
        """Notes and photos of a location: in the job as soon as there is one."""
        from smappee_tui.app.visit.notes import Notes

        job, kept = self.job(uuid), self._notes.setdefault(uuid, Notes())
        if job is not None:
            kept.keep_in(job.folder)
        return kept

    def noted(self, uuid: str, number: int) -> tuple[int, int]:
        """How many photos and notes an input has."""
        if uuid not in self._notes:  # nothing is loaded for nothing
            job = self.job(uuid)
            if job is None or not job.noted:
                return 0, 0
        return self.notes(uuid).count(number)

    def listen(self, session: Session) -> None:
        """Let the tracer hear whatever screen is open, while a breaker is asked for."""
        desk = self._tracers.get(session.site.uuid) if session.site is not None else None
        if desk is not None and desk.tracer.armed:
            desk.hear(session)

    def earlier(self, uuid: str) -> Fact | None:
        """What the visit before this one left, for the report's notes."""
        last = self._kept.earlier if self._kept is not None and self.job(uuid) is not None else None
        if last is None:
            return None
        return fact("report_form.done.earlier", at=last.ended, faults=last.faults, undecided=last.undecided)

    def note(self, picture: Snapshot | None) -> None:
        """Take down the verdicts of a picture."""
        if picture is not None and picture.view is not None and picture.view.at is not None:
            self.logbook(picture.view.uuid).note(picture.view.at, picture.judgement)


class VisitRecord:
    """Listens to a session's messages: from when to when each location spoke, and what was said before a change."""

    def __init__(self) -> None:
        self.spans = Spans()
        self.logbook = Logbook()
        self.session: Session | None = None
        self._plans: dict[str, bytes] = {}
        self._progress = Progress()

    def __call__(self, item: MqttMessage | Mark) -> None:
        """Take one item, before the session folds it in."""
        self.spans.note(item)
        if isinstance(item, MqttMessage) and item.topic.rpartition("/")[2].startswith("channelConfig"):
            if self._plans.get(item.topic, item.payload) != item.payload and self.session is not None:
                self._note(item.at, self.session)
            if item.topic in self._plans or len(self._plans) < 100:
                self._plans[item.topic] = item.payload

    def _note(self, at: float, session: Session) -> None:
        judgement, site = session.judgement(), session.site
        self.logbook.note(at, judgement)
        if site is not None:
            self._progress.look(at, view_of(site), judgement, site.changes)

    def closed(self, seen: Observation) -> Logbook:
        """All of it, with what became of the correction sheet by the end of the watch."""
        if seen.view.at is not None:
            self._progress.look(seen.view.at, seen.view, seen.judgement, seen.site.changes)
        history = self._progress.history
        self.logbook.sheet = history if history.begun else SheetHistory()
        return self.logbook


def visit_notes(
    switched: Iterable[SwitchAction], site: Site | None, test: GuidedTest | None, reverts: Iterable[PendingRevert]
) -> Iterator[Fact]:
    """Everything worth keeping, a fact each.

    Args:
        switched: what was switched, oldest first.
        site: the location.
        test: its guided test, running or done; None where none was begun.
        reverts: monitors that must be put back.
    """
    yield from map(_plug, switched)
    if site is not None and test is not None:
        yield from _guided(test, site)
    for one in reverts:
        from smappee_tui.app.pending_reverts import still_pushes  # settings come along, and few visits have one

        yield still_pushes(one)


def _plug(action: SwitchAction) -> Fact:
    outcome = action.outcome.replace(" ", "_") if not action.open else "awaited"
    return fact(
        f"report_form.done.plug_{outcome}",
        plug=fact(
            "report_form.done.plug_back" if action.restores else "report_form.done.plug",
            at=f"{datetime.fromtimestamp(action.asked_at, UTC):%H:%M:%S UTC}",
            name=(action.name or action.target)[:60],
            state=action.word,
        ),
        seconds=action.seconds or 0.0,
        why=action.problem or "",
    )


def _guided(test: GuidedTest, site: Site) -> Iterator[Fact]:
    from smappee_tui.app.guided.result import result_of

    result = result_of(test, site)
    yield fact(
        "report_form.done.guided",
        passed=result.count("pass"),
        faults=result.count("fault"),
        undecided=result.count("open"),
    )
    for row in result.channels:
        known: dict[str, Param] = {
            "input": row.input,
            "name": row.name,
            "outcome": fact(f"report_form.done.outcome.{row.outcome}"),
            "said": row.said,
        }
        if row.before is None:
            yield Fact("report_form.done.channel", known)
        else:
            yield Fact("report_form.done.channel_before", known | {"before": row.before})
    for ohms in result.supply:
        yield fact(
            "report_form.done.loop", phase=f"L{ohms.phase + 1}", ohms=ohms.ohm, error=ohms.error, count=ohms.edges
        )
