"""What `smappee-tui report` does: watch, build, write, tell."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smappee_tui.app.remote_diagnosis import told_by_cloud
from smappee_tui.app.session import Session
from smappee_tui.app.settings import INSTALLER
from smappee_tui.app.tracer import CircuitList
from smappee_tui.app.visit.jobs import Jobs, jobs_path
from smappee_tui.app.visit.memory import VisitRecord
from smappee_tui.app.visit.report_job import ReportJob, completed, write_files
from smappee_tui.app.watch import Observation, observe
from smappee_tui.cli import exits
from smappee_tui.cli.check.remote import MOST_DAYS, from_cloud, seen_from_afar
from smappee_tui.cli.check.result import exit_code
from smappee_tui.cli.console import ProgressLine, out, say
from smappee_tui.cli.exits import UsageError
from smappee_tui.cli.meter import beside_meter, complain_of_meter
from smappee_tui.cli.settings_io import from_job, installation, load_settings
from smappee_tui.cli.settings_io import limits as device_limits
from smappee_tui.cli.values import sized
from smappee_tui.cli.watching import (
    BadLines,
    SecondOpinion,
    nothing_heard,
    one_meant,
    replay_with_progress,
    tell_refused,
    watch_with_progress,
)
from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.i18n import current, tr
from smappee_tui.protocol.fact import fact
from smappee_tui.report.compose.document import build
from smappee_tui.report.formats import FORMATS, Format, handed
from smappee_tui.report.logbook import Logbook
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Report

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Judge
    from smappee_tui.report.render.csv_file import CsvSeparator


_LONGEST_NAME = 200
"""Bytes of a file's name, its ending left out; no file system takes more than 255."""


@dataclass(frozen=True, slots=True)
class ReportOutput:
    """How and where to write."""

    out: Path
    formats: tuple[Format, ...]
    name: str | None = None
    force: bool = False
    redact: bool = False
    handover: bool = True
    photos: tuple[Path, ...] = ()
    embed_photos: bool = False
    csv_separator: CsvSeparator | None = None


_WITH_POINT = frozenset(
    {"AU", "CA", "CN", "GB", "HK", "IE", "IL", "IN", "JP", "KE", "KR", "MT", "MX", "MY", "NG", "NZ", "PH", "PK", "SG"}
    | {"TH", "TW", "US", "ZW"}
)
"""Countries that write a decimal point, so that a comma can stand between two cells."""


def csv_of_locale(environment: Mapping[str, str]) -> CsvSeparator | None:
    """What spreadsheets of this computer's country expect; None where the locale names no country, or the language of
    the report says it already.

    English is what people set who live anywhere: `en_BE` writes semicolons.
    """
    name = next((name for key in ("LC_ALL", "LC_NUMERIC", "LANG") if (name := environment.get(key))), "")
    country = re.match(r"[a-z]{2,3}_([A-Z]{2})\b", name)
    if country is None or current().language != "en":
        return None
    return "comma" if country[1] in _WITH_POINT else "semicolon"


def written(
    seen: Observation,
    judge: Judge | None,
    said: ReportMetadata,
    wish: ReportOutput,
    *,
    logbook: Logbook | None = None,
    told: frozenset[str] | None = None,
    recording: Path | None = None,
) -> int:
    """Write the report of what was seen and say what it amounts to.

    Args:
        seen: the location and what is said of it.
        judge: who said it.
        said: the person's part.
        wish: how and where to write.
        logbook: what was said earlier on this visit.
        told: which settings the configuration tells at all; None: all.
        recording: the file that was replayed.

    Returns:
        The exit code.

    Raises:
        CannotReadError: for a photo that is none.
        CannotWrite: when the files cannot be written.
    """
    progress = ProgressLine()

    def tell(what: str) -> None:
        progress.line(lambda: tr("report_command.writing", what=what))

    job = ReportJob(
        report=build(
            seen.site,
            seen.judgement,
            said,
            judge=judge,
            logbook=logbook,
            told=told,
            circuits=CircuitList.kept(Jobs(jobs_path()).folder_of(seen.site.uuid)),
        ),
        folder=wish.out,
        formats=wish.formats,
        csv_separator=wish.csv_separator,
        photos=wish.photos,
        embed=wish.embed_photos,
        redact=wish.redact,
        handover=wish.handover,
        force=wish.force,
        recording=recording,
        name=wish.name,
    )
    try:
        job = completed(job, tell)
        done = write_files(job, tell)
    finally:
        progress.wipe()
    for path in done.files.values():
        out(str(path))
    page = handed(done.files)
    if page is not None:
        say(tr("report_command.handover", name=page.name))
    _told(job.report, done.digest, sum(path.stat().st_size for path in done.files.values()))
    if job.redact:
        say(tr("record_command.redacted", count=job.unknown))
    return exit_code(seen)


def _told(report: Report, digest: str, size: int) -> None:
    """Say what the report amounts to."""
    from smappee_tui.report.render.report_text import ReportText

    shown = ReportText(report, current())
    say(f"{shown.title}. {shown.result}")
    if shown.under:
        say(shown.under)
    for what, which in shown.gaps():
        say(f"  {shown.words.pair(what, which)}")
    say(tr("report_command.size", size=sized(size), digest=digest))


def from_afar(cloud: str, days: int | None, said: ReportMetadata, wish: ReportOutput) -> int:
    """Report on a location by its last days of five-minute values.

    Raises:
        UsageError, CloudError, CannotRead, CannotWrite: as `check.remote.from_cloud` and `written`.
    """
    settings = load_settings()
    limits, declared = device_limits(settings), installation(settings, said.main_fuse_amps, said.country or None)
    afar = from_cloud(cloud, days or MOST_DAYS, said.generation, limits, declared)
    said = told_by_cloud(afar, said, time.time())
    return written(seen_from_afar(afar, limits), afar.judge, said, wish, told=afar.configuration.told)


def chosen(text: str) -> tuple[Format, ...]:
    """Read --format. Raises UsageError for a format that there is not."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in FORMATS:
            raise UsageError(
                fact("report_command.no_format", word=word),
                fact("report_command.formats", formats=tuple(FORMATS)),
            )
    if not words:
        raise UsageError(fact("report_command.which_formats"), fact("report_command.name_some", formats=tuple(FORMATS)))
    return tuple(known for known in FORMATS if known in words)


def plain_name(text: str) -> str | None:
    """Read --name: a file's name and no way to another folder, and one that every file system takes."""
    if not text:
        return None
    plain = Path(text).name == text and text not in (".", "..") and not set(text) & {"\\", ":"}
    if not plain or not text.isprintable() or len(os.fsencode(text)) > _LONGEST_NAME:
        raise UsageError(fact("report_command.name_only"), fact("report_command.name_only_advice"))
    return text


def day(text: str) -> str:
    """Read a date. Raises UsageError for what is none."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(fact("report_command.no_date", text=text), fact("report_command.no_date_advice")) from error


def particulars(**said: Any) -> ReportMetadata:
    """What the person said; what he did not say of himself is taken from what the app keeps."""
    from smappee_tui.cli.settings_io import load_settings

    kept = load_settings().installer
    for field in INSTALLER:
        said[field] = said[field] or kept.get(field, "")
    return ReportMetadata(generated_at=time.time(), zone=None, **said)


def replayed(
    path: Path,
    seconds: float | None,
    wanted: str | None,
    said: ReportMetadata,
    wish: ReportOutput,
    more: SecondOpinion,
    p1: str | None = None,
) -> int:
    notes, bad = VisitRecord(), BadLines(path)
    link = ReplaySource(path, seconds=seconds, on_bad=bad)
    declared = installation(load_settings(), said.main_fuse_amps, said.country or None)
    session = notes.session = Session(
        beside_meter(link, p1), wanted=wanted, generation=said.generation, keep=notes, declared=declared
    )
    finished = replay_with_progress(session, link, bad)
    said = replace(said, source=str(path.name))
    return _end(session, notes, said, wish, more, source=str(path), finished=finished, until=link.ended, recording=path)


def watched_live(
    address: BrokerAddress,
    seconds: float,
    wanted: str | None,
    said: ReportMetadata,
    wish: ReportOutput,
    more: SecondOpinion,
    p1: str | None = None,
) -> int:
    """Report on a live monitor."""
    from smappee_tui.connect.mqtt import MqttSource

    notes = VisitRecord()
    declared = installation(load_settings(), said.main_fuse_amps, said.country or None)
    session = notes.session = Session(
        beside_meter(MqttSource(address), p1), wanted=wanted, generation=said.generation, keep=notes, declared=declared
    )
    finished = watch_with_progress(session, seconds, alone=True)
    now = time.time()
    said = replace(said, source=str(address), generated_at=now)
    return _end(session, notes, said, wish, more, source=str(address), finished=finished, until=now)


def _end(
    session: Session,
    notes: VisitRecord,
    said: ReportMetadata,
    wish: ReportOutput,
    more: SecondOpinion,
    *,
    source: str,
    finished: bool,
    until: float,
    recording: Path | None = None,
) -> int:
    if not finished and len(session.remembered) > 1:  # who is meant might have spoken yet
        raise KeyboardInterrupt
    one_meant(session, alone=True)
    from_job(session)
    said = replace(said, main_fuse_amps=session.declared.fuse, country=session.declared.country)
    seen = observe(session, notes.spans, until)
    if seen is None:
        if not finished:
            raise KeyboardInterrupt
        raise nothing_heard(session, source)
    tell_refused(session)
    complain_of_meter(session.source)
    said = replace(said, meter=session.meter_kind)
    if seen.link is not None:
        lost = seen.link.dropped.total
        said = replace(said, missing=seen.missing, reconnects=seen.link.reconnects, dropped=lost)
    code = written(more(seen), session.judge, said, wish, logbook=notes.closed(seen), recording=recording)
    if not finished:
        say(tr("report_command.interrupted", span=seen.last - seen.first))
    return code if finished else exits.INTERRUPTED
