"""Everything that a broker says, message by message, through a link that comes back by itself."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from ssl import SSLContext

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.filters import ALL
from smappee_tui.connect.link import Link
from smappee_tui.connect.message_source import Dropped, SourceState
from smappee_tui.connect.mqtt_connection import PATIENCE, Connection
from smappee_tui.connect.retry import Backoff
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.topics import Kind, parse_topic

_QUEUE_BYTES = 12 * 1024 * 1024
"""Bytes that are kept between two drains, at most: half a minute of a hundred monitors, but only one of the largest
packets, as several more are in other hands meanwhile."""
_UNREAD = frozenset({Kind.OTHER, Kind.CLOUD_FEED})
"""Kinds of which nothing is taken but that they came."""


class Inbox:
    """A queue bounded in messages and bytes. Full, it gives up what nobody reads first, then the oldest realtime, and
    configuration last."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        """Make an empty one.

        Args:
            limit: most messages kept.
            limit_bytes: most bytes of topics and payloads kept, together.
        """
        self._limit = max(1, limit)
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        # Queues in the order of `Dropped`, with one numbering: dropping stays O(1), and draining can restore the order
        # of arrival.
        self._queues: tuple[deque[tuple[int, MqttMessage]], ...] = (deque(), deque(), deque())
        self._number = 0
        self._count = 0
        self._bytes = 0
        self._dropped = [0, 0, 0]

    @property
    def dropped(self) -> Dropped:
        return Dropped(*self._dropped)

    def put(self, arrival: MqttMessage) -> bool:
        """Add one message, dropping others where there is no room.

        Returns:
            True when the queue was empty before: the moment to wake whoever drains it.
        """
        kind = parse_topic(arrival.topic).kind
        rank = 0 if kind in _UNREAD else 1 if kind is Kind.REALTIME and not arrival.retain else 2
        with self._lock:
            was_empty = not self._count
            self._number += 1
            self._queues[rank].append((self._number, arrival))
            self._count += 1
            self._bytes += _size(arrival)
            while self._count > self._limit or self._bytes > self._limit_bytes:
                least = next(place for place, queue in enumerate(self._queues) if queue)
                self._taken(least)
                self._dropped[least] += 1
        return was_empty

    def drain(self, limit: int | None = None) -> list[MqttMessage]:
        """Take out the oldest messages in order of arrival, at most `limit` of them."""
        taken: list[MqttMessage] = []
        with self._lock:
            while self._count and (limit is None or len(taken) < limit):
                oldest = min((queue[0][0], place) for place, queue in enumerate(self._queues) if queue)[1]
                taken.append(self._taken(oldest))
        return taken

    def _taken(self, place: int) -> MqttMessage:
        _, arrival = self._queues[place].popleft()
        self._count -= 1
        self._bytes -= _size(arrival)
        return arrival


def _size(arrival: MqttMessage) -> int:
    return len(arrival.topic) + len(arrival.payload)


class MqttSource:
    """Reads a broker in a thread of its own and keeps what arrives in a bounded queue. It cannot publish."""

    def __init__(
        self,
        address: BrokerAddress,
        topics: tuple[str, ...] = ALL,
        *,
        clock: Callable[[], float] = time.time,
        queue_size: int = 10_000,
        on_wake: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        """Make a link; `start` sets it going.

        Args:
            address: the broker.
            topics: filters that do not overlap. The first must be granted, the others are a courtesy.
            clock: seconds since 1970; stamps messages and states.
            queue_size: most messages kept between two drains.
            on_wake: called from the link's thread when the queue stops being empty and when the state changes. It
                must return at once and touch nothing but an event or a message queue.
            backoff: the waits between attempts.
            timeout: seconds that the broker may take for each step of connecting.
        """
        self._address = address
        self._topics = topics
        self._clock = clock
        self._timeout = timeout
        self._inbox = Inbox(queue_size, _QUEUE_BYTES)
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

    def drain(self, limit: int | None = None, /) -> list[MqttMessage]:
        """Take what arrived since the last call, oldest first, at most `limit` messages."""
        return self._inbox.drain(limit)

    def listen(self, topics: tuple[str, ...], /) -> None:
        """Take these filters from now on; the link's own thread asks the broker for them within a moment."""
        self._topics = topics

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
            on_ready=self._link.ready,
            on_message=self._received,
        )

    def _received(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        if self._inbox.put(MqttMessage(self._clock(), topic, payload, qos, retain)):
            self._link.wake()
