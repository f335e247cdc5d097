"""The digital meter as a source of readings: a thread that asks or listens, and a bounded queue."""

from __future__ import annotations

import bisect
import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.message_source import Dropped, MessageSource, SourceState
from smappee_tui.connect.meter.address import MeterAddress
from smappee_tui.connect.meter.feed import Feed, MeterFailedError
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.meter import MeterReading, message_of
from smappee_tui.protocol.received import Mark, MqttMessage

if TYPE_CHECKING:
    from smappee_tui.connect.meter.trust import MeterTrust

MOST_WAITING = 600
"""Readings that wait for somebody to take them; the oldest go first, and are counted."""
MOST_OF_FILE = 100_000
"""The same of a file: a day of seconds."""
EVERY = 1.0
"""Seconds between two questions."""
AGAIN = 5.0
"""Seconds until a meter that failed is asked again."""
MeterPhase = Literal["connecting", "reading", "failed", "ended"]


@dataclass(frozen=True, slots=True)
class MeterState:
    """How reading the meter goes."""

    phase: MeterPhase
    reason: Fact | None = None
    """Why it does not, and what to do."""
    readings: int = 0
    damaged: int = 0
    """Telegrams and answers that could not be read."""
    dropped: int = 0
    """Readings that nobody took in time."""


class MeterReader:
    """Reads one meter on a thread of its own until it is closed."""

    on_change: Callable[[], None] = staticmethod(lambda: None)
    """Called on the reader's thread after each reading and each change of its state."""

    def __init__(self, address: MeterAddress, feed: Feed) -> None:
        """Prepare; nothing is asked before `start`."""
        self.address = address
        self._feed = feed
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._waiting: deque[MqttMessage] = deque()
        self._state = MeterState("connecting")
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> MeterState:
        """A snapshot; safe from any thread."""
        with self._lock:
            return self._state

    def start(self) -> None:
        """Begin. A second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="meter", daemon=True)
            self._thread.start()

    def drain(self) -> list[MqttMessage]:
        """Readings since the last call, oldest first."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
        return taken

    def finish(self) -> None:
        """Wait until a file is read to its end."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Stop. The thread ends with its next answer, and keeps nobody waiting."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                for reading in self._feed(self._stop):
                    self._take(reading)
                    if self._stop.is_set():
                        return
            except MeterFailedError as error:
                self._told("failed", error.told)
                if self.address.kind == "file":
                    return
            else:
                self._told("ended", None)
                return
            self._stop.wait(AGAIN)

    def _take(self, reading: MeterReading | None) -> None:
        with self._lock:
            old = self._state
            dropped = old.dropped
            if reading is not None:
                if len(self._waiting) >= (MOST_OF_FILE if self.address.kind == "file" else MOST_WAITING):
                    self._waiting.popleft()
                    dropped += 1
                self._waiting.append(message_of(reading))
            came = reading is not None
            self._state = MeterState(
                "reading" if came else old.phase,
                None if came else old.reason,
                old.readings + came,
                old.damaged + (not came),
                dropped,
            )
        self.on_change()

    def _told(self, phase: MeterPhase, reason: Fact | None) -> None:
        with self._lock:
            old = self._state
            self._state = MeterState(phase, reason, old.readings, old.damaged, old.dropped)
        self.on_change()


class BesideMeter:
    """A source with the meter's readings among its messages; those of a file come when it is their time."""

    def __init__(self, source: MessageSource, reader: MeterReader) -> None:
        self.source, self.reader = source, reader
        self.told = 0
        """Readings that were handed on."""
        self._later: list[MqttMessage] = []

    def start(self) -> None:
        self.source.start()
        self.reader.start()
        if self.reader.address.kind == "file":
            self.reader.finish()

    def drain(self, limit: int | None = None, /) -> Sequence[MqttMessage | Mark]:
        items = self.source.drain(limit)
        told = self.reader.drain()
        if self.reader.address.kind != "file":
            self.told += len(told)
            return [*told, *items]
        if told:
            self._later = sorted([*self._later, *told], key=lambda one: one.at)
        if not items:
            return items
        due = bisect.bisect_right(self._later, items[-1].at, key=lambda one: one.at)
        taken, self._later = self._later[:due], self._later[due:]
        self.told += len(taken)
        return list(heapq.merge(taken, items, key=lambda one: one.at))

    def listen(self, topics: tuple[str, ...], /) -> None:
        self.source.listen(topics)

    @property
    def state(self) -> SourceState:
        return self.source.state

    @property
    def dropped(self) -> Dropped:
        return self.source.dropped

    def close(self) -> None:
        self.reader.close()
        self.source.close()


def reader_of(
    address: MeterAddress,
    *,
    trust: MeterTrust | None = None,
    clock: Callable[[], float] = time.time,
    every: float = EVERY,
) -> MeterReader:
    """A reader for what stands after `--p1`.

    Args:
        address: of the meter.
        trust: of the second local API; None: nothing is known of the meter.
        clock: seconds since 1970; the one that stamps the monitor's messages.
        every: seconds between two questions, where it is asked.

    Raises:
        CannotReadError: when it needs what is not installed.
    """
    if address.kind in ("homewizard", "homewizard-v2"):
        from smappee_tui.connect.meter.local_api import asked
        from smappee_tui.connect.meter.trust import MeterTrust

        believed = trust or MeterTrust()
        return MeterReader(address, lambda stop: asked(address, stop, clock, every, believed))
    try:
        import smappee_tui.protocol.telegram  # noqa: F401
    except ImportError as error:
        raise CannotReadError(fact("meter.no_parser"), fact("meter.no_parser_advice")) from error
    from smappee_tui.connect.meter.streams import of_file, over_serial, over_tcp

    path = address.path or Path()
    if address.kind == "tcp":
        return MeterReader(address, lambda stop: over_tcp(address, stop, clock))
    if address.kind == "serial":
        return MeterReader(address, lambda stop: over_serial(path, stop, clock))
    return MeterReader(address, lambda stop: of_file(path, clock))
