"""A job as one zip: to keep, to send to a colleague, or, without anything personal, to send to anybody."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from smappee_tui.app.visit.jobs import CIRCUITS, CORRECTIONS, NOTES, STATE, Job
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.connect.recording.lines import Recorded
from smappee_tui.connect.recording.recorder import Recorder
from smappee_tui.connect.recording.rolling import SUFFIX, items_of, pieces
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.received import Gap

if TYPE_CHECKING:
    from smappee_tui.connect.recording.redact import Redactor

RECORDING = f"recording{SUFFIX}"
_PACKED = (".gz", ".jpg", ".jpeg", ".png", ".pdf")


class Exported(NamedTuple):
    """What is in a zip."""

    names: list[str]
    unknown: int
    """Values left out of a redacted one because nobody knows what they are."""


def write_recording(
    job: Job, path: Path, *, redactor: Redactor | None = None, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Write all that was recorded of a job as one recording, and return how many messages and marks it has.

    Raises:
        CannotWriteError: when it cannot be written to its end.
    """
    with Recorder(path) as tape:
        for count, item in enumerate(_items(job, redactor), 1):
            tape.write(item)
            if tape.reason is not None:
                break
            progress(count)
    if tape.reason is not None:
        raise CannotWriteError(tape.reason)
    return tape.lines


def _items(job: Job, redactor: Redactor | None) -> Iterator[Recorded]:
    """One recording of all runs. Between two of them nobody listened, which is a gap as well."""
    last, apart = 0.0, False
    for item in items_of(pieces(job.recording)):
        if item is None:
            apart = True
            continue
        if apart and item.at > last:
            yield Gap(item.at, round(item.at - last, 3))
        last, apart = item.at, False
        yield item if redactor is None else redactor.redact(item)


def export(job: Job, path: Path, *, redact: bool = False, progress: Callable[[int], None] = lambda _: None) -> Exported:
    """Write the zip, all of it or nothing, readable by its owner only.

    Args:
        job: which; another program may have it open.
        path: the file; it must not exist.
        redact: the recording and the last report with made-up identities, and nothing else: particulars, notes, photos
            and reports written are not among it.
        progress: called with the number of messages so far.

    Raises:
        CannotWriteError: when it exists, or cannot be written.
    """
    try:
        if path.exists():
            raise CannotWriteError(fact("job.zip_exists", path=str(path)), fact("job.zip_exists_advice"))
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".job-") as folder:
            tape, fresh = Path(folder) / RECORDING, Path(folder) / "whole.zip"
            redactor, unknown = _redactor() if redact else None, 0
            write_recording(job, tape, redactor=redactor, progress=progress)
            with ZipFile(fresh, "x", ZIP_DEFLATED, strict_timestamps=False) as packed:
                packed.write(tape, RECORDING, ZIP_STORED)
                if redactor is not None:
                    unknown = redactor.unknown + _pack_redacted(job, packed, redactor)
                else:
                    _pack_rest(job, packed)
                names = packed.namelist()
            fresh.chmod(0o600)
            fresh.replace(path)
    except OSError as error:
        raise CannotWriteError(
            fact("recording.unwritable", path=str(path), why=error.strerror or str(error)),
            fact("recording.unwritable_advice"),
        ) from error
    return Exported(names, unknown)


def _redactor() -> Redactor:
    from smappee_tui.connect.recording.redact import Redactor

    return Redactor()


def _pack_redacted(job: Job, packed: ZipFile, redactor: Redactor) -> int:
    """The last report, with the identities of the recording; returns how many of its texts nobody knows."""
    last = job.last_report()
    if last is None:
        return 0
    from smappee_tui.report.redact import redacted
    from smappee_tui.report.render.json_file import encode

    report, unknown = redacted(last, redactor.made)
    packed.writestr("last.json", encode(report))
    return unknown


def _pack_rest(job: Job, packed: ZipFile) -> None:
    own = (job.folder / name for name in (STATE, "last.json", CIRCUITS, CORRECTIONS, NOTES))
    for path in (*own, *_files(job.reports), *_files(job.photos)):
        with contextlib.suppress(FileNotFoundError):
            kind = ZIP_STORED if path.suffix.lower() in _PACKED else ZIP_DEFLATED
            packed.write(path, path.relative_to(job.folder).as_posix(), kind)


def _files(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    return []
