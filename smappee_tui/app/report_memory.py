"""What the program keeps for the report while it runs: what was typed, and what was said on this visit."""

from __future__ import annotations

from pathlib import Path

from smappee_tui.app.session import Snapshot
from smappee_tui.report.logbook import Logbook


class ReportMemory:
    """Outlives the report's form."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, str]] = {}
        """What was typed, by location: one customer's name never stands in another's report."""
        self.last_report: Path | None = None
        """JSON of the report written last."""
        self._logbooks: dict[str, Logbook] = {}

    def logbook(self, uuid: str) -> Logbook:
        """What was said of this location."""
        return self._logbooks.setdefault(uuid, Logbook())

    def note(self, picture: Snapshot | None) -> None:
        """Take down the verdicts of a picture."""
        if picture is not None and picture.view is not None and picture.view.at is not None:
            self.logbook(picture.view.uuid).note(picture.view.at, picture.judgement)
