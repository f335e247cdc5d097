"""What is kept for the report while the program runs: what was typed, and what was said on this visit."""

from __future__ import annotations

from pathlib import Path

from smappee_tui.app.session import Session, Snapshot
from smappee_tui.app.watch import Spans
from smappee_tui.protocol.received import Mark, MqttMessage
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


class VisitRecord:
    """Listens to a session's messages: from when to when each location spoke, and what was said before a change."""

    def __init__(self) -> None:
        self.spans = Spans()
        self.logbook = Logbook()
        self.session: Session | None = None
        self._plans: dict[str, bytes] = {}

    def __call__(self, item: MqttMessage | Mark) -> None:
        """Take one item, before the session folds it in."""
        self.spans.note(item)
        if isinstance(item, MqttMessage) and item.topic.rpartition("/")[2].startswith("channelConfig"):
            if self._plans.get(item.topic, item.payload) != item.payload and self.session is not None:
                self.logbook.note(item.at, self.session.judgement())
            if item.topic in self._plans or len(self._plans) < 100:
                self._plans[item.topic] = item.payload
