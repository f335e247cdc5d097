"""The fleet: takes in what a broker sends of all its locations, judges them in turns, and says how they are.

Everything happens on the thread of whoever calls `step`; it never waits, and works for as long as it is told.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from smappee_tui.fleet.view import Change, FleetView, LocationRow, Standing, Sweep, Window, counts_of
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.site.locations import Locations

Message = tuple[str, bytes, float]
"""Topic, payload, and when it arrived, s since 1970."""
SILENT = 60.0
"""Seconds without a measurement after which a location is silent."""
LAGS = 4000
"""Messages of which the lag is remembered: one of each batch."""
MOST_CHANGES = 1000
"""Changes that are kept at hand, the latest."""
_PIECE = 64
"""Messages between two looks at the stopwatch."""


class Source(Protocol):
    """Where a fleet's messages come from."""

    def drain(self, limit: int, /) -> Sequence[Message]:
        """What arrived, oldest first, at most so many; nothing where there is nothing now."""

    @property
    def lost(self) -> int:
        """Messages that came faster than they were drained."""

    @property
    def connected(self) -> bool: ...

    def close(self) -> None: ...


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


class Fleet:
    """All locations of one source, or of one partition of a larger one."""

    def __init__(
        self,
        source: Source | Iterable[Iterable[Message]],
        *,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Hold nothing yet.

        Args:
            source: what is heard.
            clock: seconds since 1970, as the messages' own times.
            stopwatch: seconds from any start, to leave off in time.
        """
        self.source: Source = source if hasattr(source, "drain") else Batches(source)  # type: ignore[assignment]
        self._heard = Locations()
        self._clock, self._stopwatch = clock, stopwatch
        self.since = clock()
        self.messages = 0
        self._standings: dict[str, Standing] = {}
        self._changes: deque[Change] = deque(maxlen=MOST_CHANGES)
        self._lags: deque[float] = deque(maxlen=LAGS)

    def step(self, seconds: float = 0.05) -> int:
        """Take in what has arrived, for as long at most.

        Returns:
            How many messages were taken in; 0: there was nothing, and whoever calls may rest for a moment.
        """
        end, count = self._stopwatch() + seconds, 0
        while True:
            batch = self.source.drain(_PIECE)
            for topic, payload, at in batch:
                self._heard.receive(MqttMessage(at, topic, payload))
            if batch:
                self._lags.append(max(0.0, self._clock() - batch[0][2]))
            count += len(batch)
            if len(batch) < _PIECE or self._stopwatch() >= end:
                break
        self.messages += count
        return count

    def view(self) -> FleetView:
        """How it is now."""
        at = self._clock()
        lags = sorted(self._lags)
        return FleetView(
            at=at,
            since=self.since,
            counts=counts_of(self._rows(at)),
            sweep=Sweep(begun=self.since),
            window=Window(),
            messages=self.messages,
            lost=self.source.lost,
            turned_away=self._heard.beyond,
            lag=lags[len(lags) // 2] if lags else 0.0,
            lag_worst=lags[len(lags) * 99 // 100] if lags else 0.0,
            connected=self.source.connected,
            changes=tuple(self._changes),
            _rows=lambda: self._rows(at),
        )

    def close(self) -> None:
        """End, and keep what is known."""
        self.source.close()

    def _rows(self, at: float) -> Iterator[LocationRow]:
        for uuid, site in self._heard.sites.items():
            standing = self._standings.setdefault(uuid, Standing())
            last = site.quality.last_at or 0.0
            sample, grid = site.sample, [n for n, setting in site.settings.items() if setting.is_grid]
            yield LocationRow(
                uuid=uuid,
                serial=site.monitor.serial if site.monitor is not None else standing.serial,
                live=at - last < SILENT,
                last=last,
                rate=site.quality.rate or 0.0,
                watts=sum(sample.watts[sample.inputs.index(n)] for n in grid if n in sample.inputs)
                if sample is not None
                else math.nan,
                channels=len(site.settings),
                verdict=standing.verdict,
                judged=standing.judged,
                findings=standing.findings,
                battery_low=False,
                plug_trouble=False,
                changed=standing.changed,
            )
