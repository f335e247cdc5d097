"""How good the line to the monitor is: age, gaps, rate, and everything that came wrong. Counted, never hidden."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from smappee_tui.protocol.fact import Fact
from smappee_tui.protocol.stamps import NEAR, SILENCE, UNITS, Pace, unit_of
from smappee_tui.protocol.topics import Kind

RATE_WINDOW = 60.0
"""Seconds over which the realtime rate is said."""
CLOCK_SET_BACK = 60.0
"""Seconds by which the receiving clock may seem to run backwards (queues, replays); more, and somebody set it."""
LATE_IN_A_ROW = 3
"""So many messages older than the newest are not lateness but a clock that was set back."""
CLOCK_STANDS = 2.5
"""Seconds over which the same stamp comes again and again: no doubled message, but a clock that stands still."""
STALE_AFTER = SILENCE
OFFLINE_AFTER = 15.0
"""Seconds without realtime after which the data counts as stale, and as gone."""


MOST_DAMAGED = 50
"""Topics of which it is kept what was wrong with their last message; the others are counted."""


@dataclass(slots=True)
class Problem:
    """One thing that came wrong, kept so that a person can look at it."""

    at: float
    what: Fact


class Damage(NamedTuple):
    """What was wrong with the last message of a topic."""

    kind: Kind
    lost: tuple[Fact, ...]
    """What could not be read, each with topic and place."""
    whole: bool
    """Nothing of the message could be read."""
    names_only: bool
    """Nothing but characters of names was lost."""


@dataclass(slots=True)
class LinkQuality:
    """Counters of one location's messages. All times on the receiving clock unless said."""

    messages: int = 0
    """Every message of a known topic that was understood."""
    realtime: int = 0
    """Realtime messages folded in."""
    live: int = 0
    """Those of them that the monitor has just sent: a broker can remember one of a monitor that is gone."""
    bad: int = 0
    """Payloads that could not be read."""
    in_part: int = 0
    """Messages of which a part could not be read."""
    damage: dict[str, Damage] = field(default_factory=dict)
    """By topic, while its last message was not whole; of more than `MOST_DAMAGED` topics the first."""
    other: int = 0
    """Topics that this program does not read."""
    duplicates: int = 0
    """Realtime messages with the time stamp of the one before."""
    late: int = 0
    """Realtime messages older than the newest."""
    clock_jumps: int = 0
    """Times that the monitor's clock was set back."""
    restarts: int = 0
    """Times that the energy counters fell: the monitor's software was restarted."""
    restarted_at: float | None = None
    """The last of them."""
    glitches: int = 0
    """Times that energy counters jumped without a restart: back and on again, or one alone."""
    unit: float = 1.0
    """Which of `UNITS` the monitor's stamps are in."""
    standing_since: float | None = None
    """Since when the monitor's clock has shown the same time; None while it runs."""
    gaps: int = 0
    """Times that nothing was measured for longer than `STALE_AFTER`: what only came late is no gap."""
    steady_since: float | None = None
    """Since when realtime has come without a gap of `OFFLINE_AFTER`: before that, silence proves nothing."""
    first_at: float | None = None
    """First realtime message."""
    last_at: float | None = None
    """Last realtime message."""
    longest_gap: float = 0.0
    """Longest time between two measurements, s."""
    silent: float = 0.0
    """Length of all `gaps` together, s."""
    problems: deque[Problem] = field(default_factory=lambda: deque(maxlen=50))
    """The latest things that came wrong."""
    _recent: deque[float] = field(default_factory=deque)
    _offsets: deque[float] = field(default_factory=lambda: deque(maxlen=60))
    _newest_sent: float | None = None
    _newest_at: float = 0.0
    _same: int = 0
    _late_run: int = 0
    _pace: Pace = field(default_factory=Pace)

    def pause(self) -> None:
        """Nobody listens from here to the next message: that silence is no gap of the monitor's."""
        self._pace.pause()

    @property
    def newest_sent(self) -> float | None:
        """The newest of the monitor's own time stamps, seconds since 1970."""
        return self._newest_sent

    def seconds_of(self, sent: float | None, at: float) -> float | None:
        """A stamp of this monitor in seconds since 1970, in whatever unit it writes them.

        Args:
            sent: read as milliseconds.
            at: receiving clock.
        """
        unit = unit_of(sent, at, self.unit)
        return None if sent is None else sent * unit

    def take(self, at: float, sent: float | None, retained: bool = False) -> bool:
        """Count one realtime message and say whether to fold it in (not twice, and not backwards).

        Args:
            at: receiving clock, s.
            sent: the monitor's time stamp, s, or None where it sends none.
            retained: the broker told it from memory: it says nothing about the line or the clock of now.
        """
        if retained:
            self.realtime += 1
            return True
        if sent is None or self.unit != 1.0 or abs(sent - at) >= NEAR:  # else they are the milliseconds they should be
            sent = self._in_seconds(sent, at)
        if sent is not None and self._newest_sent is not None:
            if sent == self._newest_sent:
                if self._again(at):
                    self.duplicates += 1
                    return False
                sent = None  # it says nothing about when
            elif sent < self._newest_sent:
                self._late_run += 1
                if self._late_run < LATE_IN_A_ROW:
                    self.late += 1
                    return False
                self.clock_jumps += 1
                self._offsets.clear()
        if sent is not None:
            self._newest_sent, self._newest_at = sent, at
            self._late_run = self._same = 0
            self.standing_since = None
        if self.last_at is None:
            self.first_at = self.steady_since = self.last_at = at
        elif at < self.last_at - CLOCK_SET_BACK:
            self._recent.clear()
            self._offsets.clear()
            if self.first_at is not None:  # as long ago as before
                self.first_at += at - self.last_at
            self.last_at = self.steady_since = at
        gap = self._pace.step(at, sent)
        if gap > self.longest_gap:
            self.longest_gap = gap
        if gap > STALE_AFTER:
            self.gaps += 1
            self.silent += gap
        if at > self.last_at:
            if at - self.last_at > OFFLINE_AFTER:
                self.steady_since = at
            self.last_at = at
        self.realtime += 1
        if sent is not None:
            self._offsets.append(sent - at)
        recent = self._recent
        recent.append(at)
        while recent[0] < at - RATE_WINDOW or len(recent) > 1000:
            recent.popleft()
        return True

    def _in_seconds(self, sent: float | None, at: float) -> float | None:
        unit = unit_of(sent, at, self.unit)
        if unit != self.unit:
            self.unit, self._newest_sent = unit, None
            self._offsets.clear()
        return None if sent is None else sent * unit

    def _again(self, at: float) -> bool:
        """Whether the same stamp once more is the same message once more, not the next one by a coarse clock or by
        one that stands still."""
        self._same += 1
        if self.unit == UNITS[1] and self.last_at is not None and at - self.last_at > CLOCK_STANDS / 5:
            return False
        if self._same >= LATE_IN_A_ROW and at - self._newest_at > CLOCK_STANDS:
            self.standing_since = self._newest_at
            return False
        return True

    @property
    def offset(self) -> float | None:
        """Monitor's clock less the receiving clock, s; None before the first time stamp."""
        return max(self._offsets) if self._offsets else None

    def wrong(self, at: float, what: Fact) -> None:
        """Keep a problem for a person to read."""
        self.problems.append(Problem(at, what))

    def damaged(self, topic: str, damage: Damage, at: float) -> None:
        """Count a message that was not whole, and keep what was wrong with it."""
        if damage.whole:
            self.bad += 1
        else:
            self.in_part += 1
        for lost in damage.lost:
            self.wrong(at, lost)
        if topic in self.damage or len(self.damage) < MOST_DAMAGED:
            self.damage[topic] = damage

    def age(self, now: float) -> float | None:
        """Seconds since the last realtime message."""
        return None if self.last_at is None else max(0.0, now - self.last_at)

    def missing(self, until: float) -> float:
        """Seconds up to `until` without realtime: all gaps, and the silence since the last message where it is one."""
        since = 0.0 if self.last_at is None else until - self.last_at
        return self.silent + (since + self._pace.late if since > STALE_AFTER else 0.0)

    @property
    def rate(self) -> float | None:
        """Realtime messages a second over the last minute."""
        span = self._recent[-1] - self._recent[0] if len(self._recent) > 1 else 0.0
        return (len(self._recent) - 1) / span if span > 0 else None
