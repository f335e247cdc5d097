"""A recording as a link: the same messages in the same order, at once or at the pace they were recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.message_source import SourceState
from smappee_tui.connect.recording.lines import BadLine
from smappee_tui.connect.recording.reader import read_recording
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Mark, MqttMessage

AT_ONCE = 2000
"""Items handed over at a time where nobody says how many: memory stays flat however long the recording."""


class ReplaySource:
    """Reads a recording. Its clock is the recording's, never today's."""

    def __init__(
        self,
        path: Path | str,
        *,
        speed: float | None = None,
        seconds: float | None = None,
        on_bad: Callable[[BadLine], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a link; `start` opens the file.

        Args:
            path: the recording.
            speed: so many times as fast as life; None for as fast as it is drained.
            seconds: how much of it, from its beginning; None for all.
            on_bad: called with every line that cannot be read.
            clock: seconds from any start; only its pace counts.
        """
        self.path = Path(path)
        self.items = 0
        """Messages and marks handed over."""
        self.problem: ExternalError | None = None
        """Why the recording could not be read to its end, as when the disk fails."""
        self._speed = speed
        self._seconds = seconds
        self._on_bad = on_bad
        self._clock = clock
        self._source: Iterator[MqttMessage | Mark] | None = None
        self._next: MqttMessage | Mark | None = None
        self._began = (0.0, 0.0)
        """Our clock and the recording's at the first item."""
        self._state = SourceState("connecting", 0.0)

    @property
    def state(self) -> SourceState:
        """`connected` while there is more to come, `closed` at the end."""
        return self._state

    @property
    def dropped(self) -> int:
        """Always 0: a file waits."""
        return 0

    def start(self) -> None:
        """Open the recording.

        Raises:
            CannotReadError: when the file cannot be opened.
        """
        if self._source is None:
            self._source = self._good(read_recording(self.path))
            self._next = next(self._source, None)
            if self._next is not None:
                self._began = (self._clock(), self._next.at)
            self._state = SourceState("connected", self._began[1])

    def now(self) -> float:
        """The recording's clock, seconds since 1970: where the replay is."""
        ours, recorded = self._began
        return recorded + (self._clock() - ours) * (self._speed or 1.0)

    def drain(self, limit: int | None = None, /) -> list[MqttMessage | Mark]:
        """The items whose time has come, at most `limit` or 2000. Without a pace an empty list is the end."""
        if self._source is None or self._state.phase == "closed":
            return []
        taken: list[MqttMessage | Mark] = []
        most = AT_ONCE if limit is None else limit
        until = float("inf") if self._speed is None else self.now()
        try:
            while self._next is not None and self._next.at <= until and len(taken) < most:
                taken.append(self._next)
                self._next = self._following()
        except ExternalError as error:
            self.problem = error
            self._end(error.told)
        if self._next is None and len(taken) < most:
            self._end(fact("recording.ended"))
        self.items += len(taken)
        return taken

    def close(self) -> None:
        """Let go of the file."""
        self._end(fact("recording.closed"))

    def _following(self) -> MqttMessage | Mark | None:
        """The next item, None at the end."""
        item = next(self._source, None) if self._source is not None else None
        if item is not None and self._seconds is not None and item.at > self._began[1] + self._seconds:
            return None
        return item

    def _good(self, source: Iterator[MqttMessage | Mark | BadLine]) -> Iterator[MqttMessage | Mark]:
        try:
            for item in source:
                if isinstance(item, BadLine):
                    self._on_bad(item)
                else:
                    yield item
        finally:
            getattr(source, "close", lambda: None)()

    def _end(self, reason: Fact) -> None:
        if self._state.phase != "closed":
            self._state = SourceState("closed", self._state.since, reason)
            getattr(self._source, "close", lambda: None)()
