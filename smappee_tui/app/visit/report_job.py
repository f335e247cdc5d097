"""A report of what is watched: made on the thread of the watch, then finished and written on any other."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from smappee_tui.app.pending_reverts import pending
from smappee_tui.app.remote_diagnosis import RemoteDiagnosis, told_by_cloud
from smappee_tui.app.visit.memory import visit_notes
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.i18n import Translator
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.document import build
from smappee_tui.report.formats import USUAL, Format, Written, write
from smappee_tui.report.metadata import MOST_PHOTOS, photo_of, recording_of
from smappee_tui.report.model import Photo, Report, SiteNote
from smappee_tui.report.redact import redacted

if TYPE_CHECKING:
    from smappee_tui.app.guided.procedure import GuidedTest
    from smappee_tui.app.session import Session, Snapshot
    from smappee_tui.app.switching import PlugSwitch
    from smappee_tui.app.visit.memory import ReportMemory
    from smappee_tui.app.visit.notes import Notes
    from smappee_tui.report.metadata import ReportMetadata
    from smappee_tui.report.render.csv_file import CsvSeparator


class Visit(Protocol):
    """What a report is made of, as the live screen has it. Read it on its own thread only."""

    @property
    def session(self) -> Session: ...
    @property
    def picture(self) -> Snapshot | None:
        """What was last shown."""

    @property
    def mode(self) -> str:
        """Where messages come from that have no address: "demo" say."""

    @property
    def switching(self) -> PlugSwitch: ...
    @property
    def clock(self) -> Callable[[], float]:
        """Seconds since 1970, as arrivals carry them."""

    def guided_test(self, uuid: str) -> GuidedTest | None: ...


def draft(visit: Visit, memory: ReportMemory, who: ReportMetadata) -> Report | None:
    """The report as of now, in the language of its metadata; None while nothing was heard.

    Args:
        visit: what is watched.
        memory: what was said on this visit; the picture of now is added to it.
        who: the person's part. What was done on the visit is added to its notes.
    """
    session, site = visit.session, visit.session.site
    if site is None:
        return None
    memory.note(visit.picture)
    source = session.monitor_source
    told = Translator(who.language)
    earlier = memory.earlier(site.uuid)
    done = visit_notes(visit.switching.log, site, visit.guided_test(site.uuid), pending())
    said = (*(() if earlier is None else (earlier,)), *done)
    notes = "\n".join((*([who.notes] if who.notes else ()), *map(told.fact, said)))
    from_where = str(getattr(source, "path", "") or getattr(source, "address", "") or visit.mode)
    lost = source.dropped.total
    who = dataclasses.replace(
        who, source=from_where, notes=notes, missing=session.missing(visit.clock()),
        meter=session.meter_kind, reconnects=source.state.reconnects, dropped=lost,
    )  # fmt: skip
    session.declared = dataclasses.replace(
        session.declared, main_fuse_amps=who.main_fuse_amps, said_country=who.country
    )
    report = build(
        site,
        session.judgement(),
        who,
        judge=session.judge,
        logbook=memory.logbook(site.uuid),
        circuits=memory.tracer(site.uuid).circuits.circuits,
    )
    return _with_notes(report, memory.notes(site.uuid), who)


def _with_notes(report: Report, kept: Notes, who: ReportMetadata) -> Report:
    """With what was written down and photographed at the cabinet; the pictures themselves come when it is written."""
    notes = [SiteNote(input=one.input, at=who.iso(one.at) or "", text=one.text) for one in kept.notes]
    photos = [
        Photo(
            name=one.name, sha256=one.sha256, bytes=0, media_type="image/jpeg", data=None, input=one.input,
            taken=who.iso(one.at) or "",
        )
        for one in kept.photos
    ]  # fmt: skip
    return replace(report, notes=notes, sign_off=replace(report.sign_off, photos=photos))


@dataclass(frozen=True, slots=True)
class ReportJob:
    report: Report
    folder: Path
    formats: tuple[Format, ...]
    photos: tuple[Path, ...] = ()
    """Files that somebody chose."""
    notes: Notes | None = None
    """Has the pictures that were taken at the cabinet, which stand in the report by name."""
    embed: bool = False
    redact: bool = False
    handover: bool = True
    """With the page for the customer."""
    force: bool = False
    recording: Path | None = None
    """The file that was replayed."""
    name: str | None = None
    """Of the files, without ending; None: made of site and time."""
    csv_separator: CsvSeparator | None = None
    """As the spreadsheet meant expects it; None: as those of the report's language do."""
    unknown: int = 0
    """Texts that were left out of a redacted report because nobody knows what they are."""


def carry_out(job: ReportJob, progress: Callable[[str], None]) -> Written:
    """Write it. Touches no widget and no site, so any thread may run it.

    Raises:
        ExternalError: when a photo or the recording cannot be read, or a file cannot be written.
    """
    return write_files(completed(job, progress), progress)


def completed(job: ReportJob, progress: Callable[[str], None]) -> ReportJob:
    """The same job, its report with photos and recording in it, redacted where that is wished.

    Raises:
        ExternalError: when a photo or the recording cannot be read.
    """
    report = job.report
    photos = [] if job.notes is None else [_with_picture(one, job.notes) for one in report.sign_off.photos]
    for path in job.photos[:MOST_PHOTOS]:
        progress(path.name)
        photos.append(photo_of(path, embed=job.embed))
    report = replace(report, sign_off=replace(report.sign_off, photos=photos))
    if job.recording is not None and not job.redact:
        progress(job.recording.name)
        recording = recording_of(job.recording)
        report = replace(report, integrity=replace(report.integrity, recording=recording))
    unknown = 0
    if job.redact:
        report, unknown = redacted(report)
    return dataclasses.replace(job, report=report, unknown=unknown)


def _with_picture(photo: Photo, kept: Notes) -> Photo:
    """With its picture in it. One whose file is gone is listed with its hash, and without."""
    content = kept.read(photo.name)
    if content is None:
        return photo
    return replace(photo, bytes=len(content), data=base64.b64encode(content).decode("ascii"))


def write_files(job: ReportJob, progress: Callable[[str], None]) -> Written:
    """Write a completed report.

    Raises:
        ReportExistsError: when a report of that name is there and `force` is not wished.
        CannotWriteError: when a file cannot be written.
    """
    return write(
        job.report,
        job.folder,
        job.formats,
        handover=job.handover,
        force=job.force,
        name=job.name,
        progress=progress,
        csv_separator=job.csv_separator,
    )


def write_remote_report(what: RemoteDiagnosis, now: float) -> Written:
    """Write the report from afar to the current folder, in the usual formats, with the installer as remembered.

    Args:
        what: what to report on; nothing may judge it again meanwhile.
        now: s since 1970.

    Raises:
        ReportExistsError: when a report of this very second is there already.
        CannotWriteError: when the folder takes no files.
    """
    from smappee_tui.app.settings import INSTALLER, load, settings_path
    from smappee_tui.report.metadata import ReportMetadata

    installer = load(settings_path())[0].installer
    who = {key: str(installer.get(key, "")) for key in INSTALLER}
    said = ReportMetadata(generated_at=now, generation=what.generation, **who)  # type: ignore[arg-type]
    said = told_by_cloud(what, said, now)
    told = what.configuration.told
    report = build(what.site, what.judgement, said, judge=what.judge, told=told)
    try:
        folder = Path.cwd()
    except OSError as error:
        raise CannotWriteError(
            fact("jobs.folder_gone", why=error.strerror or str(error)),
            fact("jobs.folder_gone_advice"),
        ) from error
    return carry_out(ReportJob(report, folder, USUAL), lambda _: None)
