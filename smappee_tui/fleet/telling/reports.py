"""A report of each location that was mended: from fault to right, as the turn that proved it saw it."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from smappee_tui.app.visit.report_job import ReportJob, carry_out
from smappee_tui.connect.atomic_write import write_temporary
from smappee_tui.connect.errors import CannotWriteError, ExternalError
from smappee_tui.fleet.judging import Sitting
from smappee_tui.fleet.running import Stepped
from smappee_tui.fleet.service import Fleet
from smappee_tui.fleet.view import FleetView, Word
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.report.compose.document import build
from smappee_tui.report.formats import Format
from smappee_tui.report.metadata import ReportMetadata

FORMATS: tuple[Format, ...] = ("html", "json")
"""A PDF takes a second of the core that listens: `report` makes one when somebody wants it."""
MOST_WAITING = 20
"""Reports that wait to be written."""
MOST_OPEN = 10_000
"""Locations whose fault is gone, watched until they are right; of more the report is left out, and counted."""
_PATIENCE = 5.0
_ODD = re.compile(r"[^0-9A-Za-z]+")


def file_name(serial: str, uuid: str, at: float) -> str:
    """Of the files, without ending: letters, digits and dashes, whatever a device calls itself."""
    names = [_ODD.sub("-", name)[:36].strip("-") for name in (serial, uuid)]
    return "-".join((*filter(None, names), f"{datetime.fromtimestamp(at, UTC):%Y%m%d-%H%M%S}"))


def _try(folder: Path) -> None:
    """Make the folder, and write a file into it that is gone at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_temporary(folder / "report", b"").unlink()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise CannotWriteError(
            fact("fleet.unwritable", path=str(folder), why=why or str(error)), fact("fleet_notice.report_dir_advice")
        ) from error


class ReportWriter:
    """Watches a fleet of one process, and writes beside it."""

    def __init__(self, folder: Path, who: ReportMetadata) -> None:
        """Prepare.

        Args:
            folder: where to; made if need be.
            who: who signs, in which language, and where it listens.

        Raises:
            CannotWriteError: no file can be put there. The first report may be months away.
        """
        _try(folder)
        self._folder, self._who = folder, who
        self._jobs: queue.Queue[ReportJob | None] = queue.Queue(MOST_WAITING)
        self._open: set[str] = set()
        """Whose fault is gone, and who is not judged right yet."""
        self.written = 0
        self._left_out = self._failed = 0
        """Counted by the thread that steps the fleet, and by the one that writes."""
        self._problem: Fact | None = None
        self._unforeseen: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)
        self._thread.start()

    def look(self, fleet: Stepped, view: FleetView) -> None:
        """Hear of what is judged from now on.

        Raises:
            Exception: what nobody foresaw, from the thread that writes: it writes nothing more.
        """
        unforeseen, self._unforeseen = self._unforeseen, None
        if unforeseen is not None:
            raise unforeseen
        if isinstance(fleet, Fleet):
            fleet.on_turn = self.turned

    def turned(self, sitting: Sitting, before: Word, after: Word, at: float) -> None:
        """A turn ended. Who comes from a fault to right, with some turns between that decide nothing if need be, gets
        a report of what this turn saw."""
        site = sitting.site
        if site is None:
            return
        if after == "undecided" and before == "fault":
            if len(self._open) < MOST_OPEN or site.uuid in self._open:
                self._open.add(site.uuid)
            else:
                self._left_out += 1
        elif after == "fault":
            self._open.discard(site.uuid)
        if after != "ok" or not (before == "fault" or site.uuid in self._open):
            return
        self._open.discard(site.uuid)
        serial = site.monitor.serial if site.monitor is not None else ""
        report = build(site, sitting.judge.judgement(), replace(self._who, generated_at=at), judge=sitting.judge)
        job = ReportJob(report, self._folder, FORMATS, handover=False, name=file_name(serial, site.uuid, at))
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            self._left_out += 1

    @property
    def troubles(self) -> Sequence[Fact]:
        """What could not be written, and why."""
        count = self._left_out + self._failed
        left = (fact("fleet_notice.reports_left_out", count=count),) if count else ()
        return (*left, *((self._problem,) if self._problem is not None else ()))

    def close(self) -> None:
        """Write what waits, for some seconds; what is left then is counted."""
        with suppress(queue.Full):
            self._jobs.put(None, timeout=_PATIENCE)
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            self._left_out += sum(job is not None for job in self._jobs.queue.copy())

    def _run(self) -> None:
        try:
            self._write()
        except Exception as problem:  # noqa: BLE001 - told on the fleet's thread, else it would seem to be written
            self._failed += 1
            self._unforeseen = problem

    def _write(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                carry_out(job, lambda _: None)
                self.written += 1
                self._problem = None
            except ExternalError as error:
                self._failed += 1
                self._problem = error.what if isinstance(error.what, Fact) else None
            except OSError as error:
                self._failed += 1
                reason = error.strerror or str(error)
                self._problem = fact("fleet.unwritable", path=str(self._folder), why=reason)
