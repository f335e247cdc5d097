"""How the cloud divides time: the lengths of interval that it sums over, and the time zone of a location.

Intervals go by name here; the numbers that the cloud wants for them are settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def time_zone(name: str | None) -> tzinfo | None:
    """The time zone of an IANA name such as "Europe/Brussels"; None where there is none, or it is not known here.

    The name may come from a device or from the cloud: whatever it is, nothing is raised.
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class Aggregation(StrEnum):
    """How long one interval is."""

    FIVE_MINUTES = "5min"
    TEN_MINUTES = "10min"
    FIFTEEN_MINUTES = "15min"
    TWENTY_MINUTES = "20min"
    THIRTY_MINUTES = "30min"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    """Cost analysis only."""


CONFIRMED: Mapping[Aggregation, int] = {
    Aggregation.FIVE_MINUTES: 1,
    Aggregation.HOUR: 2,
    Aggregation.DAY: 3,
    Aggregation.MONTH: 4,
    Aggregation.QUARTER: 5,
}
"""Codes that public clients of the service use."""
UNCONFIRMED: Mapping[Aggregation, int] = {
    Aggregation.TEN_MINUTES: 6,
    Aggregation.FIFTEEN_MINUTES: 7,
    Aggregation.TWENTY_MINUTES: 8,
    Aggregation.THIRTY_MINUTES: 9,
    Aggregation.YEAR: 10,
}
"""Guesses, to be replaced by settings: the document names these intervals and no public source their codes."""
SECONDS: Mapping[Aggregation, int] = {
    Aggregation.FIVE_MINUTES: 300,
    Aggregation.TEN_MINUTES: 600,
    Aggregation.FIFTEEN_MINUTES: 900,
    Aggregation.TWENTY_MINUTES: 1200,
    Aggregation.THIRTY_MINUTES: 1800,
    Aggregation.HOUR: 3600,
    Aggregation.DAY: 86_400,
}
"""Length of an interval, s, where it has a fixed one."""
