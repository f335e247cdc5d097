"""The digital meter as a source of readings: a thread that asks or listens, and a bounded queue."""

from __future__ import annotations

import bisect
import heapq
import math
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.message_source import Dropped, MessageSource, SourceState
from smappee_tui.connect.meter.address import MeterAddress
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.protocol.meter import MeterReading, message_of
from smappee_tui.protocol.received import Mark, MqttMessage

MOST_WAITING = 600
"""Readings that wait for somebody to take them; the oldest go first, and are counted."""
MOST_OF_FILE = 100_000
"""The same of a file: a day of seconds."""
EVERY = 1.0
"""Seconds between two questions."""
ANSWER = 5.0
"""Seconds that an answer may take, and a telegram may be late: the slowest meters send one every ten seconds."""
SILENCE = 30.0
"""Seconds without a telegram after which a stream is opened anew."""
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


class MeterFailedError(TellableError):
    """It cannot be read now: told, and tried again."""


Feed = Callable[[threading.Event], Iterator[MeterReading | None]]
"""Readings until it is told to stop; None for one that was damaged. Raises MeterFailedError."""


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
            return [*told, *items]
        self._later = sorted([*self._later, *told], key=lambda one: one.at)
        if not items:
            return items
        due = bisect.bisect_right(self._later, items[-1].at, key=lambda one: one.at)
        taken, self._later = self._later[:due], self._later[due:]
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


def reader_of(address: MeterAddress, *, clock: Callable[[], float] = time.time, every: float = EVERY) -> MeterReader:
    """A reader for what stands after `--p1`.

    Args:
        address: of the meter.
        clock: seconds since 1970; the one that stamps the monitor's messages.
        every: seconds between two questions, where it is asked.

    Raises:
        CannotReadError: when it needs what is not installed.
    """
    if address.kind == "homewizard":
        return MeterReader(address, lambda stop: _asked(address, stop, clock, every))
    _telegrams_can_be_read()
    if address.kind == "tcp":
        return MeterReader(address, lambda stop: _over_tcp(address, stop, clock))
    path = address.path or Path()
    return MeterReader(address, lambda stop: _of_file(path, clock))


def _telegrams_can_be_read() -> None:
    try:
        import smappee_tui.protocol.telegram  # noqa: F401
    except ImportError as error:
        raise CannotReadError(fact("meter.no_parser"), fact("meter.no_parser_advice")) from error


def _asked(
    address: MeterAddress, stop: threading.Event, clock: Callable[[], float], every: float
) -> Iterator[MeterReading | None]:
    import httpx

    from smappee_tui.connect.meter.homewizard import LONGEST, reading_of_answer

    url = f"http://{address}/api/v1/data"
    with httpx.Client(timeout=ANSWER, follow_redirects=False, trust_env=False) as client:
        due = time.monotonic()
        while not stop.is_set():
            try:
                with client.stream("GET", url) as answer:
                    body = b""
                    for piece in answer.iter_bytes():
                        body += piece
                        if len(body) > LONGEST:
                            break
                    status = answer.status_code
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise MeterFailedError(
                    fact("meter.no_answer", address=str(address)), fact("meter.no_answer_advice")
                ) from error
            if status == 403:
                raise MeterFailedError(fact("meter.api_off", address=str(address)), fact("meter.api_off_advice"))
            if status != 200:
                raise MeterFailedError(
                    fact("meter.odd_answer", address=str(address), status=status), fact("meter.no_answer_advice")
                )
            yield reading_of_answer(body, clock())
            due = max(due + every, time.monotonic())
            stop.wait(due - time.monotonic())


def _over_tcp(
    address: MeterAddress, stop: threading.Event, clock: Callable[[], float]
) -> Iterator[MeterReading | None]:
    failed = MeterFailedError(fact("meter.no_answer", address=str(address)), fact("meter.no_answer_advice"))
    try:
        with socket.create_connection((address.host, address.port), timeout=ANSWER) as line:
            line.settimeout(1.0)
            cut, heard = _Cut(), time.monotonic()
            while not stop.is_set():
                try:
                    piece = line.recv(4096)
                except TimeoutError:
                    if time.monotonic() - heard > SILENCE:
                        raise failed from None
                    continue
                if not piece:
                    break
                heard = time.monotonic()
                yield from cut.feed(piece, clock)
    except OSError as error:
        raise failed from error
    if not stop.is_set():
        raise failed


def _of_file(path: Path, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
    """All telegrams of a file. It has no arrivals: each is dated by the meter's own clock."""
    cut = _Cut()
    try:
        with path.open("rb") as file:
            while piece := file.read(4096):
                for reading in cut.feed(piece, clock):
                    dated = reading is not None and math.isfinite(reading.told)
                    yield msgspec.structs.replace(reading, at=reading.told) if reading and dated else reading
    except OSError as error:
        raise MeterFailedError(fact("meter.unreadable", path=str(path)), fact("errors.check_file")) from error


class _Cut:
    """Cuts a stream of bytes into telegrams; what is no part of one is dropped, however much of it comes."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes, clock: Callable[[], float]) -> Iterator[MeterReading | None]:
        from smappee_tui.protocol.telegram import LONGEST, BadTelegramError, reading_of_telegram

        self._held += piece
        while True:
            begin = self._held.find(b"/")
            if begin < 0:
                self._held = b""
                return
            end = self._held.find(b"!", begin)
            line = self._held.find(b"\n", end) if end >= 0 else -1
            if line < 0:
                self._held = self._held[begin:]
                if len(self._held) > LONGEST:
                    self._held = b""
                    yield None
                return
            text, self._held = self._held[begin : line + 1], self._held[line + 1 :]
            whole = text[text.rfind(b"/") :]  # of two, the first was cut off
            try:
                yield reading_of_telegram(whole.decode("ascii", "replace"), clock())
            except BadTelegramError:
                yield None
