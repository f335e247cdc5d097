"""Which channel configuration counts where one service location has heard of several.

A broker keeps the last word of each topic for ever: `channelConfig` of a monitor that was exchanged years ago stands
beside `channelConfigV2` of the one that took its place, and whichever the broker sends last would win. What counts is
the one that fits the measurements, and of those the one written last.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from smappee_tui.protocol.messages import ChannelConfig, Dialect
from smappee_tui.site.devices import Heard

MOST_PLANS = 4
"""Configurations of one location that are kept: two topics, and an older word of each."""
JUST_WRITTEN = 600.0
"""Seconds between a live configuration's stamp and the monitor's now within which it has just been made."""
SAME_DAY = 86_400.0
"""Seconds between two configurations within which one monitor can have written both."""
SERIES: dict[Dialect, str] = {"20-series": "20", "infinity": "50"}
"""How the serial numbers of the monitors begin that speak a dialect by themselves."""


@dataclass(frozen=True, slots=True)
class _Known:
    plan: ChannelConfig
    heard: Heard
    order: int

    @property
    def written(self) -> float:
        """The monitor's own date where there is one."""
        return self.heard.at if self.heard.sent is None else self.heard.sent


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A configuration that does not count."""

    plan: ChannelConfig
    written: float | None
    """When, by the clock of the monitor that wrote it, seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the measurements tell of the configuration that belongs to them."""

    keys: Dialect | None = None
    """`ctInput` or `publishIndex`, by the dialect that uses it; None before the first realtime message."""
    inputs: frozenset[int] = frozenset()
    serial: str = ""
    location_id: int | None = None


class Swings:
    """How often a configuration came back that had just been replaced: who sets something back does that once or twice,
    two writers do it for ever."""

    SEVERAL, WITHIN = 3, 900.0
    """So many times within so many seconds is nobody who tries something."""

    def __init__(self) -> None:
        self.count = 0
        """All of them."""
        self.inputs: frozenset[int] = frozenset()
        """Those that differ between the two."""
        self._former: ChannelConfig | None = None
        self._times: deque[float] = deque(maxlen=self.SEVERAL)

    def take(self, before: ChannelConfig, now: ChannelConfig, at: float) -> None:
        """One configuration took another's place.

        Args:
            before: the one until now.
            now: the other.
            at: receiving clock, seconds since 1970.
        """
        if before.channels == now.channels:
            return
        if self._former is not None and self._former.channels == now.channels:
            differing = {*before.channels} ^ {*now.channels}
            self.inputs = frozenset(channel.input for channel in differing)
            self.count += 1
            self._times.append(at)
        self._former = before

    def going(self, now: float) -> bool:
        """Whether it goes on."""
        return len(self._times) == self.SEVERAL and now - self._times[0] <= self.WITHIN


class Plans:
    """The last few configurations heard, and the one that counts."""

    def __init__(self) -> None:
        self._known: list[_Known] = []
        self._count = 0

    def take(self, plan: ChannelConfig, heard: Heard, now: float | None) -> None:
        """Keep one more.

        Args:
            plan: as decoded.
            heard: when it came, and its date.
            now: the monitor's own clock, seconds since 1970; None while unknown.
        """
        same = (plan.dialect, heard.sent)
        known = [one for one in self._known if (one.plan.dialect, one.heard.sent) != same]
        live = not heard.retained and now is not None and heard.sent is not None
        if live and abs((heard.sent or 0.0) - (now or 0.0)) < JUST_WRITTEN:
            # It has just been made: what bears a later date was dated by a clock that has been set back since.
            known = [k for k in known if k.plan.dialect != plan.dialect or k.written <= (heard.sent or 0.0)]
        self._count += 1
        self._known = [*known, _Known(plan, heard, self._count)][-MOST_PLANS:]

    def best(self, measured: Measured) -> ChannelConfig | None:
        """The configuration that counts; None where there is none, or only one of another monitor."""
        found = self._best(measured)
        return found.plan if found is not None else None

    def left_over(self, measured: Measured) -> tuple[LeftOver, ...]:
        """Those that do not count and say something else: of another dialect, or old and told late.

        A monitor that writes its configuration in both forms on the same day has left nothing over.
        """
        best = self._best(measured)
        return tuple(LeftOver(one.plan, one.heard.sent) for one in self._known if _stale(one, best))

    def _best(self, measured: Measured) -> _Known | None:
        believed = [one for one in self._known if _believed(one.plan, measured)]

        def rank(one: _Known) -> tuple[bool, bool, bool, float, int]:
            inputs = {channel.input for channel in one.plan.channels}
            shares = not inputs or not measured.inputs or not inputs.isdisjoint(measured.inputs)
            ours = measured.location_id is None or one.plan.location_id in (None, measured.location_id)
            return measured.keys in (None, one.plan.dialect), shares, ours, one.written, one.order

        return max(believed, key=rank, default=None)


def _stale(one: _Known, best: _Known | None) -> bool:
    """Whether one is worth telling beside the one that counts."""
    if one is best or best is None:
        return one is not best
    if one.plan.dialect != best.plan.dialect:
        return abs(one.written - best.written) > SAME_DAY
    return one.order > best.order and one.plan.channels != best.plan.channels


def _believed(plan: ChannelConfig, measured: Measured) -> bool:
    """Whether it can belong to what is measured: rows under other keys are another monitor's, unless its series is."""
    fits = measured.keys is None or plan.dialect == measured.keys
    return fits or measured.serial.startswith(SERIES[plan.dialect])
