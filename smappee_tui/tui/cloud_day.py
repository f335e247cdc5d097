"""One day of a location: which stretch of time it is there, its values, and what adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from smappee_tui.links.cloud.aggregation import SECONDS, Aggregation
from smappee_tui.protocol.cloud import Consumption, MeteringConfiguration
from smappee_tui.time_zone import time_zone

KEPT = timedelta(days=31)
"""For how long the service keeps 5-minute values."""
Points = list[tuple[float, float | None]]
"""(s after the day began, mean W of the interval that begins there; None where it was not told)."""


@dataclass(slots=True)
class Day:
    """What is known of one day."""

    day: date
    zone: tzinfo
    zone_told: bool
    """False: the cloud names no time zone that this laptop knows, so UTC is used."""
    aggregation: Aggregation
    records: list[Consumption] = field(default_factory=list)
    until: datetime | None = None
    """Up to when it was asked for; None while it was not."""

    @property
    def start(self) -> datetime:
        """When it begins there, in UTC."""
        return datetime.combine(self.day, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When the next one begins, in UTC: a day of changing clocks has 23 or 25 hours."""
        return datetime.combine(self.day + timedelta(days=1), time(), self.zone).astimezone(UTC)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    @property
    def step(self) -> int:
        """Length of one interval, s."""
        return SECONDS[self.aggregation]

    @property
    def expected(self) -> int:
        """How many intervals a complete answer has."""
        return 0 if self.until is None else int((self.until - self.start).total_seconds() // self.step)

    def hour(self, hour: int) -> float:
        """Seconds from its beginning to this hour by the clock on the wall."""
        if hour >= 24:
            return self.seconds
        return (datetime.combine(self.day, time(hour), self.zone).astimezone(UTC) - self.start).total_seconds()

    def points(self, values: Sequence[float | None]) -> Points:
        """Energies, Wh, one a record, as powers at their times."""
        begin, per_hour = self.start, 3600 / self.step
        return [
            ((record.at - begin).total_seconds(), None if value is None else value * per_hour)
            for record, value in zip(self.records, values, strict=True)
        ]


def day_of(day: date, zone_name: str | None, now: float) -> Day:
    """An empty day at a location.

    Args:
        day: which.
        zone_name: IANA name, as the cloud told it.
        now: s since 1970; decides whether 5-minute values are still kept.
    """
    zone, told = zone_of(zone_name)
    made = Day(day, zone, told, Aggregation.FIVE_MINUTES)
    if made.start < datetime.fromtimestamp(now, UTC) - KEPT:
        made.aggregation = Aggregation.HOUR
    return made


def zone_of(name: str | None) -> tuple[tzinfo, bool]:
    """The time zone, and whether it is the one that was told; UTC where that is not known."""
    known = time_zone(name)
    return known or UTC, known is not None


def today_at(zone_name: str | None, now: float) -> date:
    """The date there now."""
    return datetime.fromtimestamp(now, zone_of(zone_name)[0]).date()


@dataclass(frozen=True, slots=True)
class Ct:
    """One CT that can be plotted."""

    input: int
    column: int
    """Its place in a record's values."""
    name: str
    phase: int | None
    """0 to 2; None where it is not told."""


def cts_of(metering: MeteringConfiguration | None) -> list[Ct]:
    """The CTs in use that the records have a place for."""
    if metering is None:
        return []
    return [
        Ct(one.input, metering.columns[one.input], one.name, one.phase)
        for one in metering.plan.channels
        if one.input in metering.columns and not one.unused
    ]


def column(records: Sequence[Consumption], place: int) -> list[float | None]:
    """The energies of one CT, Wh."""
    return [record.active[place] if 0 <= place < len(record.active) else None for record in records]
