"""Moments at which some circuit stepped, and moments between: what every channel did over the same seconds.

`wire_scores` weighs them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.flicker import EARLY, LATE
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.watch.timeline import Array, Latest, Timeline

GUARD = 1
"""Samples on either side of a jump that belong to neither level: hubs do not all read in the same second."""
WINDOW = 3
"""Samples of a level."""
DELAY = GUARD + WINDOW + LATE
"""Samples that must follow the jump."""
LAGS = range(-EARLY, LATE + 1)
MOST_EVENTS = 240
"""Moments kept; the smallest go first."""
MOST_MOMENTS = 400
"""Moments between steps kept, the latest, to learn what a grid CT does anyway."""
EVERY = 3
"""Seconds between two such moments."""


@dataclass(slots=True, eq=False)
class Event:
    """One moment at which some circuit stepped."""

    number: int
    """Which second, counted from the first."""
    changes: Array
    """Lags x channels: change of every channel, W, so many seconds later; NaN where one did not report."""
    steps: dict[int, Step]
    alone: frozenset[int]
    """Of the circuits: CTs of three-phase loads whose mates stood still."""
    size: float = field(init=False)
    """Of the largest step, VA."""

    def __post_init__(self) -> None:
        self.size = max((step.size for step in self.steps.values()), default=0.0)


@dataclass(slots=True)
class WireEvents:
    """Collects moments; the largest steps stay, and the latest moments between them."""

    events: list[Event] = field(default_factory=list)
    most_events: int = MOST_EVENTS
    most_moments: int = MOST_MOMENTS
    _moments: Latest = field(init=False)
    _waiting: list[tuple[int, dict[int, Step], frozenset[int]]] = field(default_factory=list)
    _least: float = 0.0
    """Size of the smallest of the moments kept, once there are more than enough; a smaller one would go at once."""
    _taken: int = 0
    """Rises with every change of the moments."""

    def __post_init__(self) -> None:
        self._moments = Latest(self.most_moments, len(LAGS))

    def content(self) -> tuple[object, ...]:
        """Equal for as long as the scores are."""
        return list(self.events), self._taken

    def observe(
        self, timeline: Timeline, stepped: dict[int, Step], alone: frozenset[int], begun: int, ago: int = 0
    ) -> None:
        """Take one second.

        Args:
            timeline: whose row of `ago` seconds before the newest one is that second.
            stepped: circuits whose step began `begun` seconds before it, by input.
            alone: those of them that are one CT of a three-phase load whose mates stood still.
            begun: samples.
            ago: samples.
        """
        now = timeline.count - 1 - ago
        if stepped:
            self._waiting.append((now - begun, stepped, alone))
        if self._waiting and now >= self._waiting[0][0] + DELAY:
            number, steps, lone = self._waiting.pop(0)
            full = len(self.events) >= self.most_events and max(step.size for step in steps.values()) < self._least
            changes = None if full else _changes(timeline, timeline.count - 1 - number, ago)
            if changes is not None:
                self.events.append(Event(number, changes, steps, lone))
                if len(self.events) > self.most_events:
                    sizes = [event.size for event in self.events]
                    place = sizes.index(min(sizes))
                    del self.events[place], sizes[place]
                    self._least = min(sizes)
        if (now + 1) % EVERY == 0:
            changes = _changes(timeline, DELAY + ago, ago)
            if changes is not None:
                self._moments.add(changes)
                self._taken += 1

    def between(self, wide: int, lags: int | NDArray[np.int_], columns: int | Sequence[int]) -> Array:
        """What moments between steps say, of so many channels, at lags and columns (pairs of them where both are
        many): moments, oldest first, x pairs, W."""
        return self._moments.part(wide, lags, columns)

    def export(self, wide: int) -> Array:
        """The moments between steps, of so many channels: moments x lags x channels. Steps that still wait for the
        seconds after them are lost."""
        return self._moments.table(wide)

    def restore(self, events: Sequence[Event], moments: Array) -> None:
        """Go on from what `events` and `export` gave."""
        self.events = [*events][-self.most_events :]
        for row in moments:
            self._moments.add(row)
        self._taken += 1

    def forget_before(self, number: int) -> None:
        """Drop what was before this second."""
        self.events, self._least = [event for event in self.events if event.number >= number], 0.0
        self._moments.clear()
        self._taken += 1

    def forget(self, numbers: set[int]) -> None:
        """Drop the steps of these circuits."""
        left = [replace(e, steps={n: s for n, s in e.steps.items() if n not in numbers}) for e in self.events]
        self.events, self._least = [event for event in left if event.steps], 0.0

    def forget_readings(self, columns: Sequence[int]) -> None:
        """What channels that are configured otherwise read so far explains no grid CT any more."""
        if columns:
            self.events = [replace(event, changes=_without(event.changes, columns)) for event in self.events]
            self._moments.forget(columns)
            self._taken += 1


def _without(changes: Array, columns: Sequence[int]) -> Array:
    """The same, unknown in these columns; an event may be older than the newest column."""
    known = changes.copy()
    known[:, [column for column in columns if column < known.shape[1]]] = math.nan
    return known


def _changes(timeline: Timeline, ago: int, later: int) -> Array | None:
    """Lags x channels: changes about the second `ago` before the newest one; None where that reaches too far back.

    Nothing of the seconds `later` than that which is looked at counts.
    """
    before = GUARD + WINDOW + EARLY
    rows = timeline.watts(ago - later + 1 + before, later)
    if len(rows) < ago - later + 1 + before:
        return None
    levels = rows[:-2] + rows[1:-1] + rows[2:]
    apart = 2 * GUARD + 1 + WINDOW
    change: Array = (levels[apart : apart + len(LAGS)] - levels[: len(LAGS)]) / WINDOW
    return change
