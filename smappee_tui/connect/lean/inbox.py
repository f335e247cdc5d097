"""The bounded queue between a lean reader's thread and the program's."""

from __future__ import annotations

import threading
from collections import deque

from smappee_tui.connect.lean.batch import Arrival, Batch
from smappee_tui.connect.message_source import Dropped
from smappee_tui.protocol.topics import Kind, parse_topic

_UNREAD = frozenset({Kind.OTHER, Kind.CLOUD_FEED})
_REALTIME = b"/realtime"
_RANKS = 3


class BatchInbox:
    """A queue of batches, bounded in messages and bytes. Full, it gives up what nobody reads first, then the oldest
    realtime, and what is told once last; whole batches of a kind at a time, as there is no time for more."""

    def __init__(self, limit: int, limit_bytes: int) -> None:
        """Make an empty one.

        Args:
            limit: most messages kept.
            limit_bytes: most bytes of topics and payloads kept, together.
        """
        self._limit, self._limit_bytes = max(1, limit), limit_bytes
        self._lock = threading.Lock()
        self._batches: deque[Batch] = deque()
        self._sizes: deque[tuple[int, int]] = deque()
        """Messages and bytes of each batch."""
        self._count = self._bytes = 0
        self._dropped = [0] * _RANKS

    @property
    def dropped(self) -> Dropped:
        """What was given up, by what is lost with it."""
        return Dropped(*self._dropped)

    def put(self, batch: Batch) -> bool:
        """Add what came, giving up other things where there is no room.

        Returns:
            True when the queue was empty before: the moment to wake whoever drains it.
        """
        size = sum([len(arrival[0]) + len(arrival[1]) for arrival in batch.arrivals])
        with self._lock:
            was_empty = not self._batches
            self._batches.append(batch)
            self._sizes.append((len(batch.arrivals), size))
            self._count += len(batch.arrivals)
            self._bytes += size
            if self._full:
                self._make_room()
        return was_empty

    def drain(self, limit: int | None = None) -> list[Batch]:
        """Take out the oldest batches, at most `limit` of them."""
        with self._lock:
            taken: list[Batch] = []
            while self._batches and (limit is None or len(taken) < limit):
                taken.append(self._batches.popleft())
                count, size = self._sizes.popleft()
                self._count -= count
                self._bytes -= size
        return taken

    @property
    def half_full(self) -> bool:
        """It is time to take something out."""
        return 2 * self._count > self._limit or 2 * self._bytes > self._limit_bytes

    @property
    def _full(self) -> bool:
        return self._count > self._limit or self._bytes > self._limit_bytes

    def _make_room(self) -> None:
        """Down to three quarters, so that what this costs is paid for many batches together."""
        most, most_bytes = self._limit * 3 // 4, self._limit_bytes * 3 // 4
        for rank in range(_RANKS):
            for place, batch in enumerate(self._batches):
                if self._count <= most and self._bytes <= most_bytes:
                    break
                kept = [arrival for arrival in batch.arrivals if _rank(arrival) > rank]
                if len(kept) == len(batch.arrivals):
                    continue
                size = sum([len(arrival[0]) + len(arrival[1]) for arrival in kept])
                count_before, size_before = self._sizes[place]
                self._dropped[rank] += count_before - len(kept)
                self._count -= count_before - len(kept)
                self._bytes -= size_before - size
                self._batches[place] = Batch(batch.at, kept)
                self._sizes[place] = len(kept), size
        left = [both for both in zip(self._batches, self._sizes, strict=True) if both[0].arrivals]
        self._batches = deque(batch for batch, _ in left)
        self._sizes = deque(size for _, size in left)


def _rank(arrival: Arrival) -> int:
    """What is lost with a message, in the order of `Dropped`."""
    topic = arrival[0]
    if topic.endswith(_REALTIME) and len(topic) <= 400:
        return 2 if arrival[2] else 1
    return 0 if parse_topic(topic.decode(errors="replace")).kind in _UNREAD else 2
