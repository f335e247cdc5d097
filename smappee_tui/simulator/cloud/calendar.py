"""When an interval of the cloud begins and ends. The long ones follow the clock on the wall of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from smappee_tui.links.cloud.aggregation import SECONDS, Aggregation
from smappee_tui.time_zone import time_zone

_LONGEST = {Aggregation.DAY: 26, Aggregation.MONTH: 32 * 24, Aggregation.QUARTER: 93 * 24, Aggregation.YEAR: 367 * 24}
"""Hours that lead from the start of an interval into the next one."""


def zone(name: str) -> tzinfo:
    """A time zone by its IANA name; UTC where this machine does not know it."""
    return time_zone(name) or UTC


def start_of(at: float, aggregation: Aggregation, place: tzinfo) -> float:
    """Start of the interval that `at` (s since 1970) lies in, s since 1970. Hours and less are cut in UTC."""
    length = SECONDS.get(aggregation)
    if length is not None and aggregation is not Aggregation.DAY:
        return at - at % length
    local = datetime.fromtimestamp(at, place)
    month, day = local.month, local.day
    if aggregation is not Aggregation.DAY:
        day = 1
    if aggregation is Aggregation.QUARTER:
        month -= (month - 1) % 3
    if aggregation is Aggregation.YEAR:
        month = 1
    return datetime(local.year, month, day, tzinfo=place).timestamp()


def end_of(start: float, aggregation: Aggregation, place: tzinfo) -> float:
    """End of the interval that starts at `start`, s since 1970."""
    hours = _LONGEST.get(aggregation)
    if hours is None:
        return start + SECONDS[aggregation]
    return start_of(start + timedelta(hours=hours).total_seconds(), aggregation, place)
