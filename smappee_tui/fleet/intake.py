"""What a fleet hears: where it comes from, what of it came together, and how late it was taken in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from smappee_tui.connect.lean.batch import Arrival, Batch

Message = tuple[str, bytes, float]
"""Topic, payload, and when it arrived, s since 1970."""
_KEPT, _MOST = 60.0, 10_000
"""Seconds of which it is remembered how late messages were taken in, and batches at most."""


class Source(Protocol):
    """Where a fleet's messages come from: a lean reader, a partition, whatever is at hand."""

    def drain(self, limit: int, /) -> Sequence[Batch] | Sequence[Message]:
        """What arrived, oldest first, at most so many; nothing where there is nothing now."""

    @property
    def lost(self) -> int:
        """Messages that came faster than they were drained."""

    @property
    def connected(self) -> bool: ...

    def close(self) -> None: ...


@runtime_checkable
class Asks(Protocol):
    """A source that can be asked for what it stored of a location."""

    def ask(self, uuid: str, prefix: str, /) -> None: ...


class Batches:
    """A source of whatever is at hand: each batch at one go, until there are no more."""

    lost, connected = 0, True

    def __init__(self, batches: Iterable[Iterable[Message]]) -> None:
        self._batches = iter(batches)
        self._waiting: deque[Message] = deque()

    def drain(self, limit: int, /) -> Sequence[Message]:
        if not self._waiting:
            self._waiting.extend(next(self._batches, ()))
        return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def close(self) -> None:
        """Nothing is open."""


def batches(drained: Sequence[Batch] | Sequence[Message]) -> Iterator[Batch]:
    """What was drained, as what came together."""
    together: list[Arrival] = []
    since = 0.0
    for one in drained:
        if isinstance(one, Batch):
            yield one
            continue
        topic, payload, at = one
        if together and at != since:
            yield Batch(since, together)
            together = []
        since = at
        together.append((topic.encode(), payload, False))
    if together:
        yield Batch(since, together)


class Lags:
    """How late what came was taken in, of the last minute, in s."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, float]] = deque()

    def note(self, now: float, lag: float) -> None:
        """A batch was taken in so long after it came."""
        self._noted.append((now, max(0.0, lag)))
        while self._noted[0][0] < now - _KEPT or len(self._noted) > _MOST:
            self._noted.popleft()

    @property
    def last(self) -> float:
        return self._noted[-1][1] if self._noted else 0.0

    def shares(self) -> tuple[float, float]:
        """What half of them stayed under, and 99 in 100."""
        lags = sorted(lag for _, lag in self._noted)
        return (lags[len(lags) // 2], lags[len(lags) * 99 // 100]) if lags else (0.0, 0.0)
