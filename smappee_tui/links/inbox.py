"""The bounded queue between a network thread and the session."""

from __future__ import annotations

import threading
from collections import deque

from smappee_tui.protocol.arrival import Arrival
from smappee_tui.protocol.topics import Kind, parse_topic

_FLEETING = frozenset({Kind.REALTIME, Kind.OTHER})
"""Kinds that are replaced by the next second's message anyway; the others tell something once."""


class Inbox:
    """A queue bounded in messages and bytes. Full, it gives up the oldest realtime first and configuration last."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        """Make an empty one.

        Args:
            limit: most messages kept.
            limit_bytes: most payload bytes kept, together.
        """
        self._limit = max(1, limit)
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        # Two queues with one numbering: dropping stays O(1), and draining can restore the order of arrival.
        self._fleeting: deque[tuple[int, Arrival]] = deque()
        self._lasting: deque[tuple[int, Arrival]] = deque()
        self._number = 0
        self._bytes = 0
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """Messages thrown away so far."""
        return self._dropped

    def put(self, arrival: Arrival) -> bool:
        """Add one message, dropping others where there is no room.

        Returns:
            True when the queue was empty before: the moment to wake whoever drains it.
        """
        fleeting = not arrival.retain and parse_topic(arrival.topic).kind in _FLEETING
        with self._lock:
            was_empty = not (self._fleeting or self._lasting)
            self._number += 1
            (self._fleeting if fleeting else self._lasting).append((self._number, arrival))
            self._bytes += len(arrival.payload)
            while len(self._fleeting) + len(self._lasting) > self._limit or self._bytes > self._limit_bytes:
                _, lost = (self._fleeting or self._lasting).popleft()
                self._bytes -= len(lost.payload)
                self._dropped += 1
        return was_empty

    def drain(self, limit: int | None = None) -> list[Arrival]:
        """Take out the oldest messages in order of arrival, at most `limit` of them."""
        taken: list[Arrival] = []
        with self._lock:
            a, b = self._fleeting, self._lasting
            while (a or b) and (limit is None or len(taken) < limit):
                older = a if a and (not b or a[0][0] < b[0][0]) else b
                arrival = older.popleft()[1]
                self._bytes -= len(arrival.payload)
                taken.append(arrival)
        return taken
