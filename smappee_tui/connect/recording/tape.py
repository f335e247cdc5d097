"""What a source brings, as it goes into a recording: anonymous where that is wished, and with what did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smappee_tui.connect.message_source import Dropped, MessageSource
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.protocol.topics import Kind, parse_topic

if TYPE_CHECKING:
    from smappee_tui.connect.recording.recorder import Recorder
    from smappee_tui.connect.recording.redact import Redactor

SILENCE = 5.0
"""Seconds without a one-second message, of any monitor, that are called missing."""


class Tape:
    """Takes the arrivals of one source in their order and writes them down. One thread only."""

    def __init__(self, source: MessageSource, recorder: Recorder, redactor: Redactor | None = None) -> None:
        self.source = source
        self.recorder = recorder
        self.redactor = redactor
        self.seconds_missing = 0.0
        """All silences together."""
        self._reconnects = 0
        self._dropped = Dropped()
        self._last_live: float | None = None
        self._last = 0.0

    @property
    def reconnects(self) -> int:
        """How often the connection came back."""
        return self.source.state.reconnects

    def take(self, item: MqttMessage | Mark) -> None:
        """Write one arrival, and before it the gap that it ends."""
        if isinstance(item, MqttMessage):
            live = not item.retain and parse_topic(item.topic).kind is Kind.REALTIME
            self._gap(item.at, live)
            self._last = item.at
            if live:
                self._last_live = item.at
        self.recorder.write(item if self.redactor is None else self.redactor.redact(item))

    def finish(self, at: float | None = None) -> None:
        """Watching ends: the silence that lasts is one, too.

        Args:
            at: when, by the receiving clock; None: with the last arrival.
        """
        self._gap(max(self._last, at or 0.0), live=True)

    def _gap(self, at: float, live: bool) -> None:
        state, silent = self.source.state, 0.0 if self._last_live is None else at - self._last_live
        # What still waited when the connection was lost is older than the connection of now.
        back = live and (state.phase != "connected" or at >= state.since)
        reconnects = state.reconnects - self._reconnects if back else 0
        lost = self.source.dropped
        seconds = silent if live and (reconnects or silent > SILENCE) else 0.0
        if not (seconds or reconnects or lost != self._dropped):
            return
        unknown, realtime, lasting = (now - before for now, before in zip(lost, self._dropped, strict=True))
        self.seconds_missing += seconds
        self._reconnects += reconnects
        self._dropped = lost
        self.recorder.write(Gap(at, round(seconds, 3), reconnects, unknown + realtime + lasting, realtime, unknown))
