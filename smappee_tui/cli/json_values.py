"""Numbers and times as the JSON documents write them."""

from __future__ import annotations

import math
from datetime import UTC, datetime


def number(value: float | None, digits: int) -> float | int | None:
    """Round; None for what is not known or no number. Whole numbers are written without a point."""
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded


def iso(at: float | None) -> str | None:
    """ISO 8601 in UTC to the millisecond; None for no time, or one that no calendar has."""
    if at is None or not math.isfinite(at):
        return None
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return None
