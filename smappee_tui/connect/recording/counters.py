"""Energy counters without where they stand: a reading is as good as a name, and hides a number typed in its place.

What the diagnosis reads in a counter is kept: what it counts from one message to the next, that it falls or leaps and
comes back, and which of several has counted most.
"""

from __future__ import annotations

from collections.abc import Hashable

from smappee_tui.protocol.wire import MOST_ROWS

MOST_WATTS = 1_000_000
"""W that nothing draws: a counter that rises faster has leapt."""
SMALL = 100_000
"""J below which a counter stays as it is: it has begun again, and tells of nobody what he has used."""
MOST_STRETCHES = 8
"""Of one counter; one that leaps oftener is none."""


class _Stretch:
    """What a counter counted without a leap: from where to where, when, and what is taken off it."""

    __slots__ = ("at", "begun", "less", "reached")

    def __init__(self, begun: int, less: int, at: float) -> None:
        self.begun = self.reached = begun
        self.less, self.at = less, at

    def goes_on(self, value: int, at: float) -> bool:
        least = max(self.begun - MOST_WATTS, self.less + SMALL)
        return least <= value <= self.reached + MOST_WATTS * max(1.0, at - self.at)


class Counters:
    """Rewrites one field of all inputs of a monitor. Each counter begins at its first two digits, zeros behind them."""

    def __init__(self) -> None:
        self._now: dict[Hashable, _Stretch] = {}
        self._all: dict[Hashable, list[_Stretch]] = {}

    def of(self, number: Hashable, joules: float, at: float) -> int | None:
        """What stands for a counter.

        Args:
            number: of its input.
            joules: as told, not negative.
            at: receiving clock, s.

        Returns:
            Whole J; None where it has leapt too often to be a counter, and where there is no room.
        """
        value = int(joules)
        if value < SMALL:
            return value
        now = self._now.get(number)
        if now is None or not now.begun <= value <= now.reached + MOST_WATTS:
            now = self._stretch(number, value, at)
            if now is None:
                return None
            self._now[number] = now
        now.at = at
        if value > now.reached:
            now.reached = value
        return value - now.less

    def _stretch(self, number: Hashable, value: int, at: float) -> _Stretch | None:
        """The stretch that a value continues, or that it begins; in order, as the originals are."""
        known = self._all.get(number)
        if known is None:
            if len(self._all) >= MOST_ROWS:
                return None
            known = self._all[number] = []
        again = next((one for one in known if one.goes_on(value, at)), None)
        if again is not None:
            again.begun = min(again.begun, value)
            return again
        if len(known) >= MOST_STRETCHES:
            return None
        rough = value - value % 10 ** (len(str(value)) - 2)
        leapt = (one.reached - one.less + MOST_WATTS + 1 for one in known if one.reached < value)
        known.append(made := _Stretch(value, value - max([rough, *leapt]), at))
        return made
