"""A visit to a job: keeps what a session hears and says, and at its beginning goes on where the last one was left.

Evidence is gone on with where the last message is at most `GO_ON_WITHIN` old: the recording is folded in again before
anything live, so that a crash or a pause costs nothing, and a changed setting does what it does while one watches.
After that, or when the clock was set back, nobody knows what was rewired meanwhile: all is judged anew, and what was
said last is told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from smappee_tui.app.visit.jobs import Job, Jobs, PeakEntry, VisitEntry
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.recording.rolling import RollingRecorder, Standing, items_of, latest, pieces
from smappee_tui.connect.recording.tape import Tape
from smappee_tui.diagnosis.judgement import WAITING, Judgement
from smappee_tui.diagnosis.limits.declared import Peak
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.protocol.topics import parse_topic
from smappee_tui.report.logbook import Logbook, logbook_of

if TYPE_CHECKING:
    from smappee_tui.app.session import Session
    from smappee_tui.report.model import Report
    from smappee_tui.site.site import Site

GO_ON_WITHIN = 4 * 3600.0
"""Seconds since the last message within which nothing was rewired behind our back, as far as one can know."""
CLOCK_SLACK = 60.0
"""Seconds that the last message may lie in the future; more, and the clock was set back."""
RECALLED_SECONDS = 3 * 3600.0
"""Of the recording that are folded in again: about a second an hour for a house of 28 channels."""
EARLY, EARLY_BYTES = 2000, 8_000_000
"""Messages held until it is clear which location is shown. Once one was lost nothing is recalled any more."""
MOST_LOCATIONS = 32
"""Locations whose standing messages are held."""
WAITS = 10
"""Measurements that may come before the channel configuration; then the job begins without."""
KEPT_EVERY = 30.0
"""Seconds between two looks whether what is said has changed: making a report takes a tenth of a second."""
SIGNATURE = ("signed_by", "signed_on", "customer_name")
"""What somebody signs for one visit only."""

Beginning = Literal["first", "on", "anew"]


class JobVisit:
    """Give it to a session as its `keep`, and call `look` after each poll."""

    def __init__(
        self,
        jobs: Jobs,
        *,
        clock: Callable[[], float],
        address: str = "",
        username: str = "",
        record: bool = True,
        review: bool = False,
    ) -> None:
        """Begin with the first location that is shown.

        Args:
            jobs: where jobs are kept.
            clock: seconds since 1970, the clock that arrivals carry.
            address: the broker, to find it again.
            username: who logs on there; its password is not kept.
            record: keep a rolling recording; without one no evidence is gone on with after this run.
            review: a look back at what was recorded, no visit: particulars and reports are kept, and nothing else.
        """
        self.jobs, self.record, self.review = jobs, record and not review, review
        self.job: Job | None = None
        """The one of the location that is shown; None before there is one, and where it cannot be kept."""
        self.beginning: Beginning = "first"
        self.before: Report | None = None
        """What was said last on an earlier visit, or before this one was left."""
        self.earlier: VisitEntry | None = None
        """The last visit before this one; None where this one is gone on with, or is the first."""
        self.peak: Peak | None = None
        """The highest quarter of an hour of before."""
        self.book = Logbook()
        """What was said on this visit, and before it."""
        self._clock, self._address, self._username = clock, address, username
        self._recorder: RollingRecorder | None = None
        self._tape: Tape | None = None
        """Writes into it, together with what did not come."""
        self._early: deque[tuple[str, MqttMessage]] = deque()
        self._early_bytes = 0
        self._lost = False
        self._standing: dict[str, Standing] = {}
        self._left: set[str] = set()
        """Locations of which nothing can be kept."""
        self._news: list[Fact] = []
        self._said: object = None
        self._looked = float("-inf")

    def __call__(self, item: MqttMessage | Mark) -> None:
        """Take one arrival or mark, before the session folds it in."""
        if isinstance(item, Mark):
            self._write(item)
            return
        location, kind, _ = parse_topic(item.topic)
        if not location:
            return
        standing = self._standing.get(location)
        if standing is None and len(self._standing) < MOST_LOCATIONS:
            standing = self._standing[location] = Standing()
        held = standing is not None and standing.note(item, kind)
        if self.job is not None and location == self.job.state.uuid:
            self._write(item)
        elif not held:
            self._early.append((location, item))
            self._early_bytes += len(item.payload)
            while len(self._early) > EARLY or self._early_bytes > EARLY_BYTES:
                self._early_bytes -= len(self._early.popleft()[1].payload)
                self._lost = True

    def look(self, session: Session) -> list[Fact]:
        """Open the job of the location that is shown, keep what is said of it, and give what there is to tell, once."""
        site = session.site
        if site is not None and not session.recalling:
            self._look(session, site)
        return self.news()

    def news(self) -> list[Fact]:
        """What there is to tell, once."""
        told, self._news = self._news, []
        return told

    def _look(self, session: Session, site: Site) -> None:
        if self.job is None or self.job.state.uuid != site.uuid:
            waits = site.plan is None and site.quality.realtime < WAITS
            if site.uuid not in self._left and not waits:
                self._open(session, site)
            return
        if self._recorder is not None and self._recorder.problem is not None:
            self._news.append(fact("job.not_recorded", why=self._recorder.problem))
            self._recorder = self._tape = None
        if self._clock() - self._looked >= KEPT_EVERY or self._clock() < self._looked:
            self.keep(session)

    def keep(self, session: Session) -> None:
        """Keep what is said now, if it is something else than before."""
        site = session.site
        self._looked = self._clock()
        if self.job is None or site is None or site.uuid != self.job.state.uuid:
            return
        if not self.review and not session.recalling:
            self._keep(self.job, session, site)

    def judge_anew(self, session: Session) -> None:
        """Clamps were moved: nothing that was heard so far is evidence any more. It stays in the recording."""
        if self.job is None or self.review:
            return
        now, uuid = self._clock(), self.job.state.uuid
        if self._recorder is not None:
            self._end_recording()
            self._record(session, self.job)
            self.job.state.evidence_run = self._recorder.run
        self.peak = self.job.state.peak = None
        self.save()
        held = self._standing.get(uuid)
        known = list(held.remembered(now)) if held is not None else []
        for item in known:
            self._write(item)
        session.wanted = session.wanted or uuid  # another one on this broker may have said more than what is left
        session.recall(uuid, known)

    def save(self) -> None:
        """Keep particulars and visits. That it fails is told once and is no reason to stop."""
        if self.job is None:
            return
        try:
            self.job.save()
        except ExternalError as error:
            self.tell_once(error)

    def close(self, session: Session) -> None:
        """The visit is over, or goes on with another location. A second call does nothing."""
        job = self.job
        if job is None:
            return
        self.keep(session)
        self.save()
        self._end_recording()
        job.release()
        self.job = self.before = self.earlier = self.peak = None

    def _record(self, session: Session, job: Job) -> None:
        self._recorder = RollingRecorder(job.recording)
        self._tape = Tape(session.source, self._recorder, underway=True)

    def _write(self, item: MqttMessage | Mark) -> None:
        if self._tape is not None:
            self._tape.take(item)

    def _end_recording(self) -> None:
        if self._recorder is not None and self._tape is not None:
            self._tape.finish(self._clock())
            self._recorder.close()
        self._recorder = self._tape = None

    def _open(self, session: Session, site: Site) -> None:
        self.close(session)
        try:
            job = self.jobs.open(site.uuid)
        except ExternalError as error:
            self._left.add(site.uuid)
            self._news.append(error.told)
            return
        if self.review:
            self.job, self.beginning = job, "on"
            return
        now, state = self._clock(), job.state
        evidence = [piece for piece in pieces(job.recording) if piece.run >= state.evidence_run]
        recent, end = latest(evidence, RECALLED_SECONDS)
        self.job, self.before = job, job.last_report()
        self.peak = None if state.peak is None else Peak(**msgspec.structs.asdict(state.peak))
        self._said, self._looked = None, now
        serial = site.monitor.serial if site.monitor is not None else state.serial
        exchanged = bool(state.serial and serial != state.serial)  # another monitor, with its own clamps
        fresh = end is not None and -CLOCK_SLACK <= now - end <= GO_ON_WITHIN and not exchanged
        fresh = fresh and job.aside is None  # where clamps were moved stood in there
        self.beginning = "on" if fresh and not self._lost else "anew" if state.visits else "first"
        self.book = Logbook() if self.before is None else logbook_of(self.before, mended=self.beginning == "on")
        if self.record:
            self._record(session, job)
        state.serial = serial
        state.address, state.username = self._address or state.address, self._username or state.username
        if state.visits and end is not None:
            state.visits[-1].ended = max(state.visits[-1].ended, min(end, now))  # a crash writes nothing down
        since = list(self._since(site.uuid))
        for item in since:
            self._write(item)
        told = list(self._told(session, site, now, crowded=fresh and self._lost))
        self.earlier = state.visits[-1] if self.beginning == "anew" else None
        if self.beginning == "on":
            heard = (item for item in items_of(recent) if not isinstance(item, Gap))
            session.recall(site.uuid, chain(heard, [None], since))
        else:
            if self._recorder is not None:
                state.evidence_run = self._recorder.run
            for key in SIGNATURE:
                state.typed.pop(key, None)
        if self.beginning != "on" or not state.visits:
            state.visits.append(VisitEntry(now, now, *_counts(session.judgement(fresh=False))))  # a crash writes none
        self.save()
        self._news += told

    def _since(self, uuid: str) -> Iterator[MqttMessage]:
        """What was heard of a location before its job was open."""
        standing = self._standing.get(uuid)
        yield from standing.messages() if standing is not None else ()
        yield from (item for location, item in self._early if location == uuid)
        self._early = deque(one for one in self._early if one[0] != uuid)
        self._early_bytes = sum(len(item.payload) for _, item in self._early)

    def _told(self, session: Session, site: Site, now: float, *, crowded: bool) -> Iterator[Fact]:
        """What to say on opening: where things are kept, or what the last visit left and what was set otherwise."""
        assert self.job is not None  # noqa: S101 - just opened
        last = self.job.state.visits[-1] if self.job.state.visits else None
        if self.job.aside is not None:
            yield fact("job.damaged", path=str(self.job.aside))
        if self.beginning == "first" or last is None:
            yield fact("job.begun", folder=self.job.place)
            return
        code = "job.goes_on" if self.beginning == "on" else "job.anew_crowded" if crowded else "job.anew"
        then = fact("job.then", faults=last.faults, undecided=last.undecided)
        yield Fact(code, {"ago": max(0.0, now - last.ended), "then": then})
        if self.before is not None:
            from smappee_tui.report.diff import set_otherwise

            changed = set_otherwise(self.before, report_now(session, site, now))
            if changed:
                yield fact("job.changed", count=len(changed), inputs=tuple(changed[:8]))

    def _keep(self, job: Job, session: Session, site: Site) -> None:
        judgement, state = session.judgement(fresh=False), job.state
        if state.visits:
            visit = state.visits[-1]
            visit.ended = max(visit.begun, site.quality.last_at or self._clock())
            visit.faults, visit.undecided = _counts(judgement)
        from smappee_tui.diagnosis.limits.peak import peak_of  # with it come arrays, which a start does not wait for

        peak = peak_of(judgement.limits)
        if peak is not None:
            state.peak = PeakEntry(peak.begun, peak.watts, peak.seconds, peak.since)
        said = _words(judgement)
        if said == self._said or site.plan is None:
            return
        self._said = said
        self.book.note(site.quality.last_at or self._clock(), judgement)
        try:
            job.keep_report(report_now(session, site, self._clock(), self.book))
            job.save()
        except ExternalError as error:
            self.tell_once(error)

    def tell(self, said: Fact) -> None:
        """Something of this job to be told with the rest of the news."""
        self._news.append(said)

    def tell_once(self, error: ExternalError) -> None:
        """That something of this job cannot be kept: told the first time."""
        if self.job is not None and self.job.state.uuid not in self._left:
            self._left.add(self.job.state.uuid)
            self._news.append(error.told)


def report_now(session: Session, site: Site, now: float, logbook: Logbook | None = None) -> Report:
    """The report as of now, without a person's part."""
    from smappee_tui.report.compose.document import build
    from smappee_tui.report.metadata import ReportMetadata

    said = ReportMetadata(generated_at=now)
    return build(site, session.judgement(fresh=False), said, judge=session.judge, logbook=logbook)


def _counts(judgement: Judgement) -> tuple[int, int]:
    """Faults, and channels without a verdict."""
    faults = sum(finding.severity == "fault" for finding in judgement.findings)
    return faults, sum(one.verdict in WAITING for one in judgement.channels.values())


def _words(judgement: Judgement) -> object:
    """What of a judgement a person would call another one."""
    channels = {n: (v.verdict, v.actual_phase) for n, v in judgement.channels.items()}
    return channels, {(f.code, str(f.subject)) for f in judgement.findings if f.severity != "info"}
