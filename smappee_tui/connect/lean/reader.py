"""A broker with thousands of monitors: whole reads are cut into messages, and many handed over at one go."""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Callable
from ssl import SSLContext, SSLWantReadError, SSLWantWriteError
from typing import TYPE_CHECKING, Any

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.errors import ExternalError
from smappee_tui.connect.filters import NEEDED
from smappee_tui.connect.lean.batch import Batch
from smappee_tui.connect.lean.frames import Frames
from smappee_tui.connect.lean.inbox import BatchInbox
from smappee_tui.connect.link import Link
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.mqtt_connection import (
    Connection,
    closed_early,
    hung_up,
    lost,
    no_answer,
    not_allowed,
    too_large,
)
from smappee_tui.connect.retry import Backoff

if TYPE_CHECKING:
    from smappee_tui.connect.bounded_client import BoundedClient

_TURN = 0.25
"""Longest wait for the network, in s, before looking whether to stop."""
_READ = 256 * 1024
"""Bytes taken from the socket at one go."""
_MANY = 16
"""Messages of a read, from which on it pays to let more come before the next: a wake-up costs as much as ten."""
_REST = 0.02
"""s that this takes."""
_WAITING = 64 * 1024
"""Bytes that a broker may leave untaken: one that does not take its acknowledgements is not read either."""
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
        queue_size: int = 100_000,
        queue_bytes: int = 64 * 1024 * 1024,
        on_wake: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
        timeout: float = 5.0,
        keepalive: int = 20,
    ) -> None:
        """Make a link; `start` sets it going.

        Args:
            address: the broker. Where it names a client, the broker is asked to keep for it, while it is away, what
                is not measured anew each second.
            topics: filters that do not overlap. The first must be granted, the others are a courtesy.
            clock: seconds since 1970; stamps batches and states.
            queue_size: most messages kept between two drains.
            queue_bytes: most bytes kept between two drains.
            on_wake: called from the reader's thread when the queue stops being empty and when the state changes. It
                must return at once and touch nothing but an event.
            backoff: the waits between attempts.
            timeout: seconds that the broker may take for each step of connecting.
            keepalive: seconds of silence after which the connection is tested.
        """
        self.received = 0
        """Messages that came, whatever became of them."""
        self.too_large = 0
        """Messages that were passed over as too large."""
        self._address = address
        self._topics = topics
        self._clock = clock
        self._timeout = timeout
        self._keepalive = keepalive
        self._inbox = BatchInbox(queue_size, queue_bytes)
        self._link = Link(address, self._connection, clock=clock, on_wake=on_wake, backoff=backoff)

    @property
    def state(self) -> SourceState:
        """A frozen snapshot; safe from any thread."""
        return self._link.state

    @property
    def dropped(self) -> Dropped:
        """What was thrown away because nobody drained in time."""
        return self._inbox.dropped

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

    def close(self) -> None:
        """Say goodbye to the broker and end the thread, within a second. What has arrived can still be drained."""
        self._link.close()

    def _connection(self, tls: SSLContext | None, client_id: str) -> Connection:
        return Connection(
            self._address,
            client_id,
            lambda: self._topics,
            tls,
            timeout=self._timeout,
            keepalive=self._keepalive,
            on_ready=self._link.ready,
            on_message=lambda *_: None,
            persistent=self._address.client_id is not None,
            take_over=self._read,
        )

    def _read(self, client: BoundedClient, stop: threading.Event) -> ExternalError | None:
        return _Reading(self, client, stop).run()

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


class _Reading:
    """One connection, from having logged on to its end."""

    def __init__(self, source: LeanSource, client: BoundedClient, stop: threading.Event) -> None:
        from paho.mqtt.enums import MQTTProtocolVersion

        self._source, self._client, self._stop = source, client, stop
        self._socket: Any = client.socket()  # a socket, one with TLS, or paho's for websockets
        self._frames = Frames(client.protocol == MQTTProtocolVersion.MQTTv5)
        self._outgoing = bytearray()
        self._ready = False
        self._heard = self._sent = time.monotonic()
        self._asked_at: float | None = None
        """When it was asked whether it still lives; None once it said anything."""

    def run(self) -> ExternalError | None:
        """Until the connection ends, or is to.

        Raises:
            OSError: the network's own word for the end.
            GarbledError: what came is no MQTT.
        """
        source = self._source
        lasting = 1 if source._address.client_id is not None else 0
        # A second that was missed comes no more, whatever the broker keeps.
        self._client.subscribe([(topic, 0 if topic.endswith("/realtime") else lasting) for topic in source._topics])
        deadline = time.monotonic() + source._timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            while not self._stop.is_set():
                came = self._turn(selector)
                if came is None:
                    return lost(source._address) if self._ready else self._sent_away()
                problem = self._answers()
                if problem is not None:
                    return problem
                now = time.monotonic()
                if not self._ready and now > deadline:
                    return no_answer(source._address)
                if not self._lives(now):
                    return lost(source._address)
                if came >= _MANY:
                    self._stop.wait(_REST)
        return None

    def _sent_away(self) -> ExternalError:
        address = self._source._address
        return hung_up(address) if self._client.protocol != 5 else closed_early(address)

    def _turn(self, selector: selectors.BaseSelector) -> int | None:
        """Wait for bytes and take them; how many messages there were, None where the other side has hung up."""
        if self._outgoing or self._client.want_write():
            selector.modify(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            ready = selector.select(_TURN)
            selector.modify(self._socket, selectors.EVENT_READ)
            if any(events & selectors.EVENT_WRITE for _, events in ready):
                self._send(b"")
        elif not self._pending():
            ready = selector.select(_TURN)
            if not ready:
                return 0
        if len(self._outgoing) > _WAITING:
            return 0
        try:
            data = self._socket.recv(_READ)
        except _AGAIN:
            return 0
        if not data:
            return None
        self._heard, self._asked_at = time.monotonic(), None
        frames = self._frames
        frames.feed(data)
        if frames.acknowledge:
            self._send(bytes(frames.acknowledge))
            frames.acknowledge.clear()
        return self._source._take(frames)

    def _pending(self) -> bool:
        """Whether bytes wait on this side of the socket, where TLS or websockets keep some."""
        pending = getattr(self._socket, "pending", None)
        return pending is not None and pending() > 0

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
                topics = self._source._topics
                refused = tuple(topic for topic, code in zip(topics, body[-len(topics) :], strict=False) if code >= _NO)
                if topics[0] in refused:
                    return not_allowed(refused, self._source._address)
                if not self._ready:
                    self._ready = True
                    self._source._link.ready()
            elif kind not in (_PINGRESP, _UNSUBACK):  # a broker of MQTT 5 may say goodbye
                return lost(self._source._address)
        return None

    def _lives(self, now: float) -> bool:
        """Ask a broker that was silent for long, and tell him that we are here; False where he does not answer."""
        keepalive = self._source._keepalive
        if self._asked_at is not None and now - self._asked_at > keepalive:
            return False
        if now - min(self._heard, self._sent) >= keepalive and self._asked_at is None:
            self._asked_at = now
            self._sent = now
            self._send(_PING)
        return True
