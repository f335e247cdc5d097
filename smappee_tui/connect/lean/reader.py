"""A broker with thousands of monitors: whole reads are cut into messages, and many handed over at one go."""

from __future__ import annotations

import selectors
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ssl import SSLContext, SSLWantReadError, SSLWantWriteError
from typing import TYPE_CHECKING, Any

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.filters import NEEDED, stored
from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.lean.frames import Frames
from smappee_tui.connect.lean.inbox import BatchInbox
from smappee_tui.connect.link import Link
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.mqtt_connection import (
    PATIENCE,
    Connection,
    hung_up,
    lost,
    no_answer,
    not_allowed,
    too_large,
)
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.topics import ROOT

if TYPE_CHECKING:
    from smappee_tui.connect.bounded_client import BoundedClient

_QUEUE_SIZE, _QUEUE_BYTES = 100_000, 64 * 1024 * 1024
"""Messages and bytes that are kept between two drains, at most."""
_TURN = 0.25
"""Longest wait for the network, in s, before looking whether to stop."""
_READ = 1024 * 1024
"""Bytes taken from the socket at one go. While another thread computes, each go may take some 10 ms."""
_MANY = 16
"""Messages of a read, from which on it pays to let more come before the next: a wake-up costs as much as ten."""
_REST = 0.02
"""s that this takes."""
_WAITING = 64 * 1024
"""Bytes that a broker may leave untaken: one that does not take its acknowledgements is not read either."""
_NAMES = 40
"""Locations of which the broker is asked for what it stored at one go: some 300 messages. Mosquitto gives up what is
more than 1000 ahead of who reads."""
_MOST_NAMES = 100_000
_SUBACK, _PINGRESP, _UNSUBACK = 9, 13, 11
_PING = b"\xc0\x00"
_NO = 0x80
_AGAIN = (BlockingIOError, SSLWantReadError, SSLWantWriteError)


class LeanSource:
    """Reads what a fleet needs of a broker, in a thread of its own; it cannot publish."""

    def __init__(
        self,
        address: BrokerAddress,
        topics: tuple[str, ...] = NEEDED,
        *,
        clock: Callable[[], float] = time.time,
        on_wake: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
        keepalive: int = 20,
    ) -> None:
        """Make a link; `start` sets it going.

        Args:
            address: the broker. Where it names a client, the broker is asked to keep for it, while it is away, what
                is not measured anew each second.
            topics: filters that do not overlap. The first must be granted, the others are a courtesy.
            clock: seconds since 1970; stamps batches and states.
            on_wake: called from the reader's thread when the queue stops being empty and when the state changes. It
                must return at once and touch nothing but an event.
            backoff: the waits between attempts.
            keepalive: seconds of silence after which the connection is tested.
        """
        self.received = 0
        """Messages that came, whatever became of them."""
        self.too_large = 0
        """Messages that were passed over as too large."""
        self._address = address
        self._topics = topics
        self._clock = clock
        self._keepalive = keepalive
        self._names: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._inbox = BatchInbox(_QUEUE_SIZE, _QUEUE_BYTES)
        self._link = Link(address, self._connection, clock=clock, on_wake=on_wake, backoff=backoff)

    @property
    def state(self) -> SourceState:
        """A frozen snapshot; safe from any thread."""
        return self._link.state

    @property
    def dropped(self) -> Dropped:
        """What was thrown away because nobody drained in time."""
        return self._inbox.dropped

    @property
    def lost(self) -> int:
        """Messages that came and were not handed over: too many, or too large."""
        return self.dropped.total + self.too_large

    @property
    def connected(self) -> bool:
        """What is published comes."""
        return self.state.phase == "connected"

    def start(self) -> None:
        """Begin connecting. A second call does nothing.

        Raises:
            CannotReadError: when the file of certificate authorities cannot be used.
            ExternalError: when the link is closed already.
        """
        self._link.start()

    def drain(self, limit: int | None = None, /) -> list[Batch]:
        """Take what arrived since the last call, oldest first, at most `limit` batches."""
        return self._inbox.drain(limit)

    def ask(self, uuid: str, prefix: str = "") -> None:
        """Have the broker tell once more what it stored of this location, a few at a time.

        To those who ask with a wildcard RabbitMQ tells nothing of it, and Mosquitto no more than they take at once.
        """
        if len(self._names) < _MOST_NAMES:
            self._names[uuid, prefix] = None

    def close(self) -> None:
        """Say goodbye to the broker and end the thread, within a second. What has arrived can still be drained."""
        self._link.close()

    def _connection(self, tls: SSLContext | None, client_id: str) -> Connection:
        return Connection(
            self._address,
            client_id,
            lambda: self._topics,
            tls,
            keepalive=self._keepalive,
            on_ready=self._link.ready,
            on_message=lambda *_: None,
            persistent=self._address.client_id is not None,
            take_over=self._read,
        )

    def _read(self, client: BoundedClient, stop: threading.Event) -> ExternalError | None:
        return _Reading(self, client, stop).run()

    def _asked(self) -> tuple[str, ...]:
        """Filters of the next few locations to ask for, oldest first; none for none."""
        filters: list[str] = []
        for _ in range(min(_NAMES, len(self._names))):
            (uuid, prefix), _ = self._names.popitem(last=False)
            filters += stored(uuid, prefix)
        return tuple(filters)

    def _take(self, frames: Frames) -> int:
        """Hand over what was cut; how many messages that is."""
        for size, topic in frames.refused:
            self.too_large += 1
            self._link.too_large(too_large(size, topic, self._address))
        frames.refused.clear()
        arrivals = frames.arrivals
        if arrivals:
            frames.arrivals = []
            self.received += len(arrivals)
            if self._inbox.put(Batch(self._clock(), arrivals)):
                self._link.wake()
        return len(arrivals)

    def _wait(self, stop: threading.Event) -> None:
        """Where the queue is half full, wait until it is taken, for a moment."""
        end = time.monotonic() + _TURN
        while self._inbox.half_full and time.monotonic() < end and not stop.wait(_REST):
            pass


class _Reading:
    """One connection, from having logged on to its end."""

    def __init__(self, source: LeanSource, client: BoundedClient, stop: threading.Event) -> None:
        from paho.mqtt.enums import MQTTProtocolVersion

        self._source, self._client, self._stop = source, client, stop
        self._address = source._address
        self._socket: Any = client.socket()  # a socket, one with TLS, or paho's for websockets
        self._wrapped = hasattr(self._socket, "pending")
        """TLS gives a record at a time, websockets a frame, and keeps others."""
        self._frames = Frames(client.protocol == MQTTProtocolVersion.MQTTv5)
        self._outgoing = bytearray()
        self._wanted = _by_kind(source._topics)
        self._asked: tuple[int, tuple[str, ...]] | None = None
        """The question that is open: its number, and the filters it is about."""
        self._asked_at = 0.0
        self._ready = False
        self._more = False
        """There was more to read than was taken, or the broker is telling what it stored: it gives that up, and says
        nothing, where it is not taken as fast as it comes."""
        self._heard = self._sent = time.monotonic()
        self._pinged: float | None = None
        """When it was asked whether it still lives; None once it said anything."""

    def run(self) -> ExternalError | None:
        """Until the connection ends, or is to.

        Raises:
            OSError: the network's own word for the end.
            GarbledError: what came is no MQTT.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            while not self._stop.is_set():
                if self._asked is None:
                    self._ask()
                came = self._turn(selector)
                if came is None:
                    return lost(self._address) if self._ready else hung_up(self._address)
                problem = self._answers() or self._late(time.monotonic())
                if problem is not None:
                    return problem
                if not self._more and came >= _MANY:
                    self._stop.wait(_REST)
                elif self._more:
                    self._source._wait(self._stop)
        return None

    def _ask(self) -> None:
        """Subscribe to the next of what is wanted, then to single locations whose stored messages are."""
        if self._wanted:
            filters = self._wanted.pop(0)
        elif not self._ready:
            self._ready = True
            self._source._link.ready()
            return
        else:
            filters = self._source._asked()
        if filters:
            # A second that was missed comes no more, whatever the broker keeps.
            lasting = 0 if self._ready or self._address.client_id is None else 1
            asked = [(one, 0 if one.endswith("/realtime") else lasting) for one in filters]
            number = self._client.subscribe(asked)[1]
            self._asked, self._asked_at = (number or 0, filters), time.monotonic()
            self._sent = self._asked_at

    def _turn(self, selector: selectors.BaseSelector) -> int | None:
        """Wait for bytes and take them; how many messages there were, None where the other side has hung up."""
        if self._outgoing or self._client.want_write():
            # What is not read is not waited for either: it is there already, and the wait would be none.
            reads = 0 if len(self._outgoing) > _WAITING else selectors.EVENT_READ
            selector.modify(self._socket, reads | selectors.EVENT_WRITE)
            ready = selector.select(_TURN)
            selector.modify(self._socket, selectors.EVENT_READ)
            if any(events & selectors.EVENT_WRITE for _, events in ready):
                self._send(b"")
        elif not (self._more or self._pending() or selector.select(_TURN)):
            return 0
        if len(self._outgoing) > _WAITING:
            return 0
        data = self._received()
        if not data:
            self._more = False
            return None if data is not None else 0
        self._heard, self._pinged = time.monotonic(), None
        frames = self._frames
        frames.feed(data)
        self._more = len(data) >= _READ or (bool(frames.arrivals) and frames.arrivals[-1][2])
        if frames.acknowledge:
            self._send(bytes(frames.acknowledge))
            frames.acknowledge.clear()
        return self._source._take(frames)

    def _received(self) -> bytes | None:
        """What there is, at most some `_READ`; b"" when the other side has hung up, None for nothing now."""
        pieces, size = [], 0
        try:
            while size < _READ:
                piece = self._socket.recv(_READ)
                pieces.append(piece)
                size += len(piece)
                if not piece or not self._wrapped:
                    break
        except _AGAIN:
            if not pieces:
                return None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _pending(self) -> bool:
        """Whether bytes wait on this side of the socket."""
        return self._wrapped and self._socket.pending() > 0

    def _send(self, data: bytes) -> None:
        self._outgoing += data
        if self._client.want_write():  # the rest of what paho began comes first
            self._client.loop_write()
            return
        try:
            while self._outgoing:
                count = self._socket.send(self._outgoing)
                if not count:
                    break
                del self._outgoing[:count]
                self._sent = time.monotonic()
        except _AGAIN:
            pass

    def _answers(self) -> ExternalError | None:
        answers, self._frames.answers = self._frames.answers, []
        for kind, body in answers:
            if kind == _SUBACK:
                problem = self._granted(body)
                if problem is not None:
                    return problem
            elif kind not in (_PINGRESP, _UNSUBACK):  # a broker of MQTT 5 may say goodbye
                return lost(self._address)
        return None

    def _granted(self, body: bytes) -> ExternalError | None:
        """Take the answer to a question: its number, in MQTT 5 properties, and a byte for each filter."""
        if self._asked is None or int.from_bytes(body[:2], "big") != self._asked[0]:
            return None  # it comes too late
        filters, self._asked = self._asked[1], None
        if self._ready:
            self._client.unsubscribe(list(filters))
            return None
        refused = tuple(one for one, code in zip(filters, body[-len(filters) :], strict=False) if code >= _NO)
        # What stands behind a prefix, or is not measured, is a courtesy.
        return not_allowed(refused, self._address) if self._source._topics[0] in refused else None

    def _late(self, now: float) -> ExternalError | None:
        """Ask a broker that was silent for long, and show that we are here; what is wrong where nothing is answered."""
        keepalive = self._source._keepalive
        if self._asked is not None and now - max(self._asked_at, self._heard) > PATIENCE:
            if not self._ready:
                return no_answer(self._address)
            self._asked = None  # it answers nothing to that: what comes every second counts more
        if self._pinged is not None and now - self._pinged > keepalive:
            return lost(self._address)
        if now - min(self._heard, self._sent) >= keepalive and self._pinged is None:
            self._pinged = self._sent = now
            self._send(_PING)
        return None


def _by_kind(topics: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Filters that end alike together: what is stored of one kind is all taken before the next is asked for."""
    kinds: dict[str, list[str]] = {}
    for topic in topics:
        kinds.setdefault(topic.rpartition(f"{ROOT}/")[2], []).append(topic)
    return [tuple(kind) for kind in kinds.values()]
