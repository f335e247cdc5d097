"""What a source brings, as it goes into a recording: anonymous where that is wished, and with what did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from smappee_tui.connect.message_source import Dropped, MessageSource
from smappee_tui.connect.recording.lines import Recorded
from smappee_tui.protocol.received import Gap, Mark, MqttMessage
from smappee_tui.protocol.stamps import SILENCE, Pace, stamp_of, unit_of
from smappee_tui.protocol.topics import Kind, parse_topic

if TYPE_CHECKING:
    from smappee_tui.connect.recording.redact import Redactor

_USUAL = 1.5
"""Seconds between two measurements among which none was lost."""
_MOST_PACES = 1000
"""Monitors whose stamps are followed. What others send only counts as a sign of life."""


class Writes(Protocol):
    """A recorder of any kind."""

    def write(self, item: Recorded, /) -> object: ...


class Tape:
    """Takes the arrivals of one source in their order and writes them down. One thread only.

    Missing is what nobody measured: seconds in which nothing came of any monitor, less what came later after all, as
    after a program was stopped or a laptop slept.
    """

    def __init__(
        self, source: MessageSource, recorder: Writes, redactor: Redactor | None = None, *, underway: bool = False
    ) -> None:
        """Begin to write.

        Args:
            source: whose arrivals are taken.
            recorder: writes them.
            redactor: takes out what names somebody.
            underway: the source was read before: what was lost until now is no matter of this recording.
        """
        self.source = source
        self.recorder = recorder
        self.redactor = redactor
        self.seconds_missing = 0.0
        """All that is missing together."""
        self._reconnects = source.state.reconnects if underway else 0
        self._dropped = source.dropped if underway else Dropped()
        self._last_live: float | None = None
        self._last = 0.0
        self._paces: dict[str, Pace] = {}
        self._broke = float("-inf")
        """When messages came again after the last silence or reconnect."""
        self._lost: dict[str, float] = {}
        """What each monitor lost by that: the same seconds, so only the most counts."""

    @property
    def reconnects(self) -> int:
        """How often the connection came back."""
        return self.source.state.reconnects

    def take(self, item: MqttMessage | Mark) -> None:
        """Write one arrival, and before it the gap that it ends."""
        if isinstance(item, MqttMessage):
            location, kind, _ = parse_topic(item.topic)
            if kind is Kind.REALTIME and not item.retain:
                silent = 0.0 if self._last_live is None else item.at - self._last_live
                back = self._back(item.at)
                if back or silent > SILENCE:
                    self._broke = item.at
                    self._lost.clear()
                self._gap(item.at, self._missing(location, item, 0.0 if back else SILENCE), back)
                self._last_live = item.at
            else:
                self._gap(item.at)
            self._last = item.at
        self.recorder.write(item if self.redactor is None else self.redactor.redact(item))

    def finish(self, at: float | None = None) -> None:
        """Watching ends: the silence that lasts is one, too.

        Args:
            at: when, by the receiving clock; None: with the last arrival.
        """
        end = max(self._last, at or 0.0)
        back, silent = self._back(end), 0.0 if self._last_live is None else end - self._last_live
        late = min((pace.late for pace in self._paces.values()), default=0.0)
        self._gap(end, silent + late if back or silent > SILENCE else 0.0, back)

    def _back(self, at: float) -> int:
        """Reconnects not told yet. What still waited when a connection was lost is older than the next one."""
        state = self.source.state
        return state.reconnects - self._reconnects if state.phase != "connected" or at >= state.since else 0

    def _missing(self, location: str, item: MqttMessage, least: float) -> float:
        """Seconds that are known to be missing by this measurement, and were not before."""
        pace = self._paces.get(location)
        if pace is None:
            if len(self._paces) >= _MOST_PACES:
                return 0.0
            pace = self._paces[location] = Pace()
        sent = stamp_of(item.payload)
        pace.unit = unit_of(sent, item.at, pace.unit)
        step = pace.step(item.at, None if sent is None else sent * pace.unit)
        if step <= max(least, _USUAL) or item.at - self._broke > SILENCE:
            return 0.0
        known = max(self._lost.values(), default=0.0)
        self._lost[location] = self._lost.get(location, 0.0) + step
        return max(0.0, self._lost[location] - known)

    def _gap(self, at: float, seconds: float = 0.0, reconnects: int = 0) -> None:
        lost = self.source.dropped
        if not (seconds or reconnects or lost != self._dropped):
            return
        unknown, realtime, lasting = (now - before for now, before in zip(lost, self._dropped, strict=True))
        self.seconds_missing += seconds
        self._reconnects += reconnects
        self._dropped = lost
        self.recorder.write(Gap(at, round(seconds, 3), reconnects, unknown + realtime + lasting, realtime, unknown))
