"""A monitor's own time stamps: in which unit they are, and for how long nothing was measured."""

from __future__ import annotations

import msgspec

from smappee_tui.protocol.wire import LARGEST_PAYLOAD

SILENCE = 5.0
"""Seconds without a measurement that are called missing."""
NEAR = 2 * 86_400.0
"""Seconds: a stamp that is so near to the receiving clock in another unit is written in that unit."""
CLOCK_SET = 1e9
"""Seconds since 1970: a receiving clock that shows less was never set, and no unit can be told by it."""
UNITS = (1.0, 1000.0, 1e-3, 1e-6)
"""What stamps read as milliseconds are multiplied by where they are ms, s, µs or ns."""
_IN_PACE = 0.8
"""Share of the time between two stamps that passes between two arrivals where none of them waited."""


def unit_of(sent: float | None, at: float, before: float) -> float:
    """Which of `UNITS` a stamp is in.

    Args:
        sent: read as milliseconds, s.
        at: receiving clock.
        before: the unit of the stamps before, where this one does not tell.
    """
    if sent is None or at < CLOCK_SET:
        return before
    return 1.0 if abs(sent - at) < NEAR else next((u for u in UNITS if abs(sent * u - at) < NEAR), before)


class _Stamped(msgspec.Struct, gc=False):
    millis: float | None = msgspec.field(name="utcTimeStamp", default=None)


_decoder = msgspec.json.Decoder(_Stamped)


def stamp_of(payload: bytes) -> float | None:
    """The stamp of a one-second message, read as milliseconds, s; None where it has none that is easily read."""
    if len(payload) > LARGEST_PAYLOAD:
        return None
    try:
        millis = _decoder.decode(payload).millis
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return None if millis is None or millis < 0 else millis / 1000


class Pace:
    """Measures the time between two measurements of one monitor.

    What comes late still comes: a program that was stopped, a laptop that slept, a line that stalled leave a silence
    and then all of it at once. So the stamps say how long nothing was measured, and the receiving clock bounds it,
    together with what may still be on its way: either clock may be set at any moment.
    """

    __slots__ = ("_at", "_owed", "_paid", "_sent", "unit")

    def __init__(self) -> None:
        self.unit = 1.0
        """Which of `UNITS` its stamps are in, for whoever keeps no account of that elsewhere."""
        self._at: float | None = None
        self._sent: float | None = None
        self._owed = 0.0
        """Seconds that have passed here and not yet by the stamps. Less than none: what came before had waited for
        longer than that, as all that was kept for a program that was stopped before it had heard anything."""

        self._paid = False
        """Some of what is owed has come late, so the rest may, too: no clock was set."""

    @property
    def late(self) -> float:
        """Seconds for which the last measurement waited, as far as that is known: if no other comes, so much more than
        the silence since is missing."""
        return max(0.0, self._owed) if self._paid else 0.0

    def pause(self) -> None:
        """Nobody listens from here to the next measurement."""
        self._at, self._owed, self._paid = None, 0.0, False

    def step(self, at: float, sent: float | None) -> float:
        """Take one measurement and return for how many seconds before it there was none.

        Args:
            at: receiving clock, s.
            sent: its stamp, s; None where there is none that tells anything. Then the receiving clock counts.
        """
        before, stamp, owed = self._at, self._sent, self._owed
        self._at = at
        if sent is not None:
            self._sent = sent
        if before is None:
            return 0.0
        passed = at - before
        if sent is None or stamp is None or sent <= stamp:
            return max(0.0, passed)
        measured = sent - stamp
        # What comes at its own pace did not wait: a difference that is left is that of a clock that was set.
        in_pace = _IN_PACE * measured <= passed <= SILENCE
        left = 0.0 if in_pace else owed + passed - measured
        self._owed = left if passed >= 0 and measured <= SILENCE else max(0.0, left)
        self._paid = 0 < left < owed or (self._paid and left > 0)
        if passed < 0 or owed < -SILENCE:  # nobody knows for how long what came before had waited
            return measured
        return min(measured, passed + max(0.0, owed))
