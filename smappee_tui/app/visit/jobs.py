"""Jobs: what is kept of each installation between two visits, a folder each. All of it stays on this computer.

    jobs/<uuid>/job.json         particulars as typed, visits
    jobs/<uuid>/last.json        the report as it would have been when it was last watched
    jobs/<uuid>/circuits.json    breakers that were traced
    jobs/<uuid>/corrections.json what was found, changed and proved of the correction sheet
    jobs/<uuid>/recording/       the rolling recording
    jobs/<uuid>/reports/         reports written
    jobs/<uuid>/notes.json       notes and photos of channels, as taken at the cabinet
    jobs/<uuid>/photos/          photos

Folders are their owner's only (0700), files too (0600). No password is ever among it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import CannotWriteError, ExternalError
from smappee_tui.connect.file_lock import FileLock
from smappee_tui.protocol.fact import fact

if TYPE_CHECKING:
    from smappee_tui.diagnosis.remedy.history import SheetHistory
    from smappee_tui.report.model import Report

FOLDER_VARIABLE = "SMAPPEE_TUI_DATA_DIR"
"""Environment variable that names the folder to use instead of the system's usual one."""
MOST_VISITS = 50
STATE = "job.json"
CORRECTIONS = "corrections.json"
NOTES = "notes.json"
"""Notes, and which photo is of which channel; see `app.visit.notes`."""
PHOTOS = "photos"
_PLAIN = re.compile(r"[0-9a-f][0-9a-f-]{7,63}")
_LARGEST_STATE = 5_000_000
_NO_CALENDAR = 4e9
"""Seconds since 1970 that no visit lasts to: a time beyond is a damaged one."""
_NO_PEAK = 1e9
"""W that no house draws."""


def jobs_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where jobs are. The folder need not exist."""
    folder = environment.get(FOLDER_VARIABLE)
    if folder:
        return Path(folder) / "jobs"
    from platformdirs import user_data_dir

    return Path(user_data_dir("smappee-tui", appauthor=False)) / "jobs"


class JobBusyError(ExternalError):
    """Another program has this job open."""

    def __init__(self) -> None:
        super().__init__(fact("job.busy"), fact("job.busy_advice"))


class VisitEntry(msgspec.Struct):
    """One visit: as long as its evidence was gone on with."""

    begun: float
    """Seconds since 1970, as `ended`."""
    ended: float
    faults: int = 0
    undecided: int = 0


class PeakEntry(msgspec.Struct, frozen=True):
    """The highest quarter of an hour that was measured in its month."""

    begun: float
    """Seconds since 1970, as `since`."""
    watts: float
    seconds: float
    """Of its 900, those that were measured."""
    since: float
    """Since when somebody watched in that month."""


class JobState(msgspec.Struct, kw_only=True):
    """What `job.json` holds."""

    schema: str = "smappee-tui/job/1"
    uuid: str
    serial: str = ""
    address: str = ""
    """Broker, `host:port` or `mqtts://host:port`."""
    username: str = ""
    typed: dict[str, str] = {}
    """The report's form, by field."""
    evidence_run: int = 1
    """First run of the recording whose messages are evidence still: before it, clamps sat otherwise."""
    visits: list[VisitEntry] = []
    """Oldest first, the latest 50."""
    peak: PeakEntry | None = None

    @property
    def name(self) -> str:
        """Whose it is, as far as somebody typed it."""
        return next((text for key in ("site", "customer", "address") if (text := self.typed.get(key, "").strip())), "")


CIRCUITS = "circuits.json"
"""Breakers that were traced; see `app.tracer`."""


class Job:
    """One job. `save` and what writes are for whoever opened it with `Jobs.open`."""

    def __init__(self, folder: Path, state: JobState, lock: FileLock | None = None) -> None:
        self.folder, self.state, self._lock = folder, state, lock
        self.aside: Path | None = None
        """Where a state is that nobody could read when the job was opened."""
        self.sheet_aside: Path | None = None
        """The same of the correction sheet, since it was asked for."""

    @property
    def place(self) -> str:
        """Its folder for a person to read: short where shells know a shorter way."""
        with contextlib.suppress(RuntimeError, ValueError):  # no home, or not in it
            if os.name == "posix":
                return f"~/{self.folder.relative_to(Path.home())}"
        return str(self.folder)

    @property
    def recording(self) -> Path:
        return self.folder / "recording"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def photos(self) -> Path:
        return self.folder / PHOTOS

    def save(self) -> None:
        """Keep the state.

        Raises:
            CannotWriteError: when it cannot be written.
        """
        self.state.visits = self.state.visits[-MOST_VISITS:]
        self._write(STATE, msgspec.json.format(msgspec.json.encode(self.state), indent=1))

    def last_report(self) -> Report | None:
        """The report as of the end of the last visit; None where there is none that this version reads."""
        from smappee_tui.report.render.json_file import LARGEST_FILE, NotAReportError, decode

        try:
            with (self.folder / "last.json").open("rb") as file:
                return decode(file.read(LARGEST_FILE + 1))
        except (OSError, NotAReportError):
            return None

    def keep_report(self, report: Report) -> None:
        """Keep the report as of now.

        Raises:
            CannotWriteError: when it cannot be written.
        """
        from smappee_tui.report.render.json_file import encode

        self._write("last.json", encode(report))

    def corrections(self) -> SheetHistory:
        """What was found, changed and proved of its correction sheet; empty where this version reads nothing of it."""
        from smappee_tui.diagnosis.remedy.history import SheetHistory

        try:
            with (self.folder / CORRECTIONS).open("rb") as file:
                kept = msgspec.json.decode(file.read(_LARGEST_STATE), type=dict[str, msgspec.Raw])
            found = msgspec.json.decode(kept.get("history", b"{}"), type=SheetHistory)
        except OSError:
            return SheetHistory()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            with contextlib.suppress(OSError):  # not ours to read: put aside rather than written over
                self.sheet_aside = (self.folder / CORRECTIONS).replace(self.folder / f"{CORRECTIONS}.broken")
            return SheetHistory()
        lines = (one for one in found.lines if _in_calendar(one.found, one.changed, one.proved, one.failed))
        return SheetHistory(tuple(lines), tuple(one for one in found.worse if _in_calendar(one.at, one.over)))

    def keep_corrections(self, history: SheetHistory) -> None:
        """Keep it.

        Raises:
            CannotWriteError: when it cannot be written.
        """
        content = {"schema": "smappee-tui/corrections/1", "history": history}
        self._write(CORRECTIONS, msgspec.json.format(msgspec.json.encode(content), indent=1))

    def newest_report(self) -> Path | None:
        """JSON of the report written last; None for none."""
        with contextlib.suppress(OSError):
            return max(self.reports.glob("*.json"), key=lambda path: path.stat().st_mtime, default=None)
        return None

    @property
    def noted(self) -> bool:
        """Something was written down or photographed at the board."""
        return (self.folder / NOTES).exists()

    def photo_list(self) -> list[Path]:
        """Its photos, by name."""
        with contextlib.suppress(OSError):
            return sorted(path for path in self.photos.iterdir() if path.is_file() and not path.name.startswith("."))
        return []

    def keep_photo(self, path: Path) -> Path:
        """A photo's copy in the job, itself where it is there already; another photo of the same name gets a number.

        Raises:
            CannotWriteError: when it cannot be copied.
        """
        if path.parent.resolve() == self.photos.resolve():
            return path
        try:
            content = path.read_bytes()
            for number in range(1, 1000):
                name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
                copy = self.photos / name
                if not copy.exists() or copy.read_bytes() == content:
                    break
            make_folder(self.photos)
            write_atomically(copy, content)
        except OSError as error:
            raise _unwritable(self.photos, error) from error
        return copy

    def size(self) -> int:
        """Bytes of all its files."""
        return sum(_size(path) for path in self.folder.rglob("*"))

    def release(self) -> None:
        """Let other programs have it."""
        if self._lock is not None:
            self._lock.release()

    def _write(self, name: str, content: bytes) -> None:
        try:
            write_atomically(self.folder / name, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


class Jobs:
    """All jobs of this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, uuid: str) -> Job:
        """The job of a location, made where there is none. Nobody else has it until it is released.

        Raises:
            JobBusyError: when another program has it.
            CannotWriteError: when the folder cannot be made or written to.
        """
        folder = self.folder / _folder_name(uuid)
        lock = self._lock(folder)
        try:
            make_folder(folder)
            make_folder(folder / "recording")
        except OSError as error:
            lock.release()
            raise _unwritable(folder, error) from error
        state = _read(folder / STATE)
        job = Job(folder, state if state is not None else JobState(uuid=uuid), lock)
        if state is None:
            aside = folder / f"{STATE}.broken"
            with contextlib.suppress(OSError):  # not ours to read: put aside rather than written over
                job.aside = (folder / STATE).replace(aside)
        return job

    def all(self) -> list[Job]:
        """Every job, the one watched last first. Reading only."""
        found = []
        with contextlib.suppress(OSError):
            for folder in self.folder.iterdir():
                state = _read(folder / STATE)
                if state is None and (folder / "recording").is_dir():  # whoever wants it deleted must find it
                    state = JobState(uuid=folder.name)
                if state is not None:
                    found.append(Job(folder, state))
        return sorted(found, key=lambda job: -max((visit.ended for visit in job.state.visits), default=0.0))

    def peek(self, uuid: str) -> JobState | None:
        """What the job of a location holds, for who only reads it; None where there is none."""
        return _read(self.folder / _folder_name(uuid) / STATE)

    def folder_of(self, uuid: str) -> Path:
        """Where the job of a location is, or would be."""
        return self.folder / _folder_name(uuid)

    def find(self, word: str) -> list[Job]:
        """The jobs meant: by place in the list from 1, serial, uuid or its beginning, or a part of the name."""
        known, sought = self.all(), word.strip().casefold()
        if not sought:
            return []
        if sought.isdecimal() and len(sought) < 4:
            return known[int(sought) - 1 : int(sought)] if int(sought) else []
        exact = [job for job in known if sought in (job.state.serial.casefold(), job.state.uuid.casefold())]
        return exact or [
            job for job in known if job.state.uuid.casefold().startswith(sought) or sought in job.state.name.casefold()
        ]

    def delete(self, job: Job) -> None:
        """Delete a job and everything in it.

        Raises:
            JobBusyError: when a program has it open.
            CannotWriteError: when something of it cannot be deleted.
        """
        lock = self._lock(job.folder)
        try:
            shutil.rmtree(job.folder)
        except OSError as error:
            raise CannotWriteError(
                fact("job.undeletable", path=str(job.folder), why=error.strerror or str(error)),
                fact("job.undeletable_advice"),
            ) from error
        finally:
            lock.release()
        with contextlib.suppress(OSError):
            _lock_path(job.folder).unlink()

    def _lock(self, folder: Path) -> FileLock:
        lock = FileLock(_lock_path(folder))
        try:
            make_folder(self.folder)
            taken = lock.take()
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        if not taken:
            raise JobBusyError
        return lock


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner looks into, and those above it where they are not there.

    Raises:
        OSError: when it cannot be made.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def _folder_name(uuid: str) -> str:
    """A name that every file system takes, whatever a monitor calls its location."""
    return uuid if _PLAIN.fullmatch(uuid) else f"x{hashlib.sha256(uuid.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _lock_path(folder: Path) -> Path:
    """Beside the folder: an open file cannot be deleted everywhere."""
    return folder.with_name(f"{folder.name}.lock")


def _read(path: Path) -> JobState | None:
    try:
        with path.open("rb") as file:
            state = msgspec.json.decode(file.read(_LARGEST_STATE), type=JobState)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    peak = state.peak
    if peak is not None and not (_in_calendar(peak.since, peak.begun) and 0 <= peak.watts < _NO_PEAK):
        state.peak = None
    state.visits = [one for one in state.visits if 0 <= one.begun <= one.ended < _NO_CALENDAR]
    return state


def _in_calendar(*times: float | None) -> bool:
    """Whether these can be told as times; those that are not known can."""
    return all(at is None or 0 <= at < _NO_CALENDAR for at in times)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _unwritable(folder: Path, error: OSError) -> CannotWriteError:
    return CannotWriteError(
        fact("job.unwritable", path=str(folder), why=error.strerror or str(error)),
        fact("job.unwritable_advice", variable=FOLDER_VARIABLE),
    )
