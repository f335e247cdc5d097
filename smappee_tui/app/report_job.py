"""The slow part of a report, off the screen's thread: photos, hashes, rendering, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from smappee_tui.report.formats import Format, Written, write
from smappee_tui.report.model import Report
from smappee_tui.report.photos import MOST, photo_of, recording_of
from smappee_tui.report.redact import redacted


@dataclass(frozen=True, slots=True)
class Job:
    """One report to write."""

    report: Report
    folder: Path
    formats: tuple[Format, ...]
    photos: tuple[Path, ...] = ()
    embed: bool = False
    redact: bool = False
    force: bool = False
    recording: Path | None = None
    """The file that was replayed."""


def carry_out(job: Job, progress: Callable[[str], None]) -> Written:
    """Write it. Touches no widget and no site, so any thread may run it.

    Raises:
        LinkError: when a photo or the recording cannot be read, or a file cannot be written.
    """
    report = job.report
    photos = []
    for path in job.photos[:MOST]:
        progress(path.name)
        photos.append(photo_of(path, embed=job.embed))
    report = replace(report, sign_off=replace(report.sign_off, photos=photos))
    if job.recording is not None and not job.redact:
        progress(job.recording.name)
        recording = recording_of(job.recording)
        report = replace(report, integrity=replace(report.integrity, recording=recording))
    if job.redact:
        report = redacted(report)
    return write(report, job.folder, job.formats, force=job.force, progress=progress)
