"""Judging a location from afar, away from the screen's thread: what is fetched, what is said of it, and the report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from smappee_tui.app.cloud_access import Cloud
from smappee_tui.app.remote_diagnosis import RemoteDiagnosis, judged, told_by_cloud
from smappee_tui.connect.cloud_api.aggregation import Aggregation
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.diagnosis.checks.limits import DeviceLimits
from smappee_tui.diagnosis.history.intervals import INTERVAL, IntervalHistory
from smappee_tui.diagnosis.judge import Generation
from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.protocol.cloud.places import MeteringConfiguration
from smappee_tui.protocol.cloud.records import Consumption
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.report.formats import USUAL, Written
from smappee_tui.site.view import SiteView, view_of

PIECES = 8
"""Requests at most that a range is asked for in, so that the share that is done says something."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A location judged by its last days."""

    afar: RemoteDiagnosis
    judgement: Judgement
    view: SiteView
    """Each CT in its own busiest five minutes."""
    days: int
    """How far back was asked."""
    generation: Generation | None
    """As the person declares it; None: nothing was said."""
    base_url: str
    """Of the cloud that told it."""
    remarks: tuple[Fact, ...] = ()
    """What the client left out."""

    @property
    def expected(self) -> int:
        """Intervals that a complete answer has."""
        return round(self.days * 86_400 / INTERVAL)


async def last_days(
    client: Cloud, location: int, end: datetime, days: int, progress: Callable[[float], None]
) -> AsyncIterator[Consumption]:
    """The five-minute values of the last days, oldest first. A value at a seam may come twice: a past keeps one.

    Args:
        client: logged in.
        location: number of the service location.
        end: aware time.
        days: how far back, 1 to 31.
        progress: told the share that is there, 0 to 1.
    """
    count = min(days, PIECES)
    length = timedelta(days=days) / count
    for number in range(count):
        start = end - (count - number) * length

        def part(share: float, done: int = number) -> None:
            progress((done + share) / count)

        stop = end if number == count - 1 else start + length
        async for record in client.consumption(location, Aggregation.FIVE_MINUTES, start, stop, progress=part):
            yield record


def judge_it(
    configuration: MeteringConfiguration,
    past: IntervalHistory,
    days: int,
    generation: Generation | None,
    limits: DeviceLimits | None,
    base_url: str,
    remarks: tuple[Fact, ...],
) -> Judged:
    """Judge what was fetched. Takes a second or two of computing and touches nothing of a screen: for any thread."""
    afar = judged(configuration, past, generation=generation, limits=limits)
    return Judged(afar, afar.judge.judgement(), view_of(afar.site), days, generation, base_url, remarks)


def judge_again(before: Judged, generation: Generation | None) -> Judged:
    """The same values under another declaration. What was learnt of them stays; never two at once of one location."""
    judge = before.afar.judge
    judge.generation = generation
    return replace(before, judgement=judge.judgement(), generation=generation)


def write_report(what: Judged, now: float) -> Written:
    """Write the report from afar to the current folder, in the usual formats, with the installer as remembered.

    Args:
        what: what to report on; nothing may judge it again meanwhile.
        now: s since 1970.

    Raises:
        AlreadyThere: when a report of this very second is there already.
        CannotWriteError: when the folder takes no files.
    """
    from smappee_tui.app.report_job import Job, carry_out
    from smappee_tui.app.settings import INSTALLER, load, settings_path
    from smappee_tui.report.compose.document import build
    from smappee_tui.report.metadata import ReportMetadata

    installer = load(settings_path())[0].installer
    who = {key: str(installer.get(key, "")) for key in INSTALLER}
    said = ReportMetadata(generated_at=now, generation=what.generation, **who)  # type: ignore[arg-type]
    said = told_by_cloud(what.afar, said, base_url=what.base_url, now=now)
    told = what.afar.configuration.told
    report = build(what.afar.site, what.judgement, said, judge=what.afar.judge, told=told)
    try:
        folder = Path.cwd()
    except OSError as error:
        raise CannotWriteError(
            fact("jobs.folder_gone", why=error.strerror or str(error)),
            fact("jobs.folder_gone_advice"),
        ) from error
    return carry_out(Job(report, folder, USUAL), lambda _: None)
