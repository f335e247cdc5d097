"""Energy counters that fall: a restart of the monitor, or one wrong number."""

from __future__ import annotations

from collections.abc import Iterable

from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.realtime import Reading, Realtime
from smappee_tui.site.quality import LinkQuality

COUNTED = 1000.0
"""J: a counter that has not counted so much tells nothing when it falls."""
COMES_BACK = 15.0
"""Seconds within which a counter that has only told one wrong number goes on where it was."""
AT_ONCE = 0.75
"""Share of the fall that it then makes good within one second; a counter that begins again needs longer."""
MOST_WATTS = 1e6
"""What one input can carry at most, W: a counter that rises faster has jumped."""


class CounterWatch:
    """Follows the counter of the channel that has counted most. Both directions count together, so that a reversal
    switched on, which exchanges them, is none."""

    def __init__(self) -> None:
        self._rows: list[Reading] = []
        self._place = -1
        self._number: float | None = None
        self._value = 0.0
        self._at = 0.0
        self._fell: tuple[float, float, float | None] | None = None
        """From where, when, and the restart before: of a fall that may yet turn out to be a slip."""
        self._low = 0.0
        """The lowest since."""
        self._slip = False
        """That fall has been counted as a slip already."""
        self._jumped: float | None = None
        """The value before a rise that no load makes."""

    def take(self, message: Realtime, at: float, quality: LinkQuality) -> None:
        """Look at one message, in order; count what is seen in `quality`."""
        rows, before = message.rows, self._value
        place, now = self._place, None
        if 0 <= place < len(rows) and rows[place].input == self._number:
            now = _total(rows[place])
        if now is None:
            self._follow(rows, at)
            return
        self._low = min(self._low, now)
        if now < before:
            self._low = now if self._fell is None else self._low
            self._fall(rows, before, now, at, quality)
        elif self._fell is not None and now >= self._fell[0]:
            self._back(now - before >= AT_ONCE * (self._fell[0] - self._low), quality)
        elif now - before > MOST_WATTS * max(1.0, at - self._at):
            self._jumped = before
        self._rows, self._value, self._at = rows, now, at
        if self._fell is not None and at - self._fell[1] > COMES_BACK:
            self._fell = None
            self._follow(rows, at)

    def _fall(self, rows: list[Reading], before: float, now: float, at: float, quality: LinkQuality) -> None:
        if self._fell is not None:  # it has fallen already; lower still is no second restart
            return
        if (self._jumped is not None and now >= self._jumped) or not _most_fell(self._rows, rows):
            quality.glitches += 1
            quality.wrong(at, fact("messages.counter_slipped"))
            if self._jumped is None:
                self._fell, self._slip = (before, at, quality.restarted_at), True
            self._jumped = None
            return
        self._fell, self._slip = (before, at, quality.restarted_at), False
        quality.restarts += 1
        quality.restarted_at = at
        quality.wrong(at, fact("messages.counters_fell"))

    def _back(self, at_once: bool, quality: LinkQuality) -> None:
        """It is where it was. If it went there in one leap, nothing was restarted."""
        if self._fell is not None and not self._slip and at_once:
            quality.restarts -= 1
            quality.restarted_at = self._fell[2]
            quality.glitches += 1
        self._fell = None

    def _follow(self, rows: list[Reading], at: float) -> None:
        """Choose the counter to follow."""
        counted = [_total(row) or 0.0 for row in rows]
        most = max(counted, default=0.0)
        self._place = counted.index(most) if most > 0 else -1
        self._number = rows[self._place].input if self._place >= 0 else None
        self._rows, self._value, self._at = rows, most, at


def _total(row: Reading) -> float | None:
    if row.joules_imported is None:
        return None
    return row.joules_imported + (row.joules_exported or 0.0)


def _most_fell(before: Iterable[Reading], after: Iterable[Reading]) -> bool:
    """Whether most counters that had counted something have fallen: one restart takes them all."""
    old = {row.input: total for row in before if (total := _total(row)) is not None and total >= COUNTED}
    new = [(old[row.input], total) for row in after if row.input in old and (total := _total(row)) is not None]
    return sum(now < was for was, now in new) * 2 > len(new)
