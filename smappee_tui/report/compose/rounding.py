"""Rounding, once: what is shown is what stands in the JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence


def rounded(value: float | None, digits: int = 0) -> float | int | None:
    """Round; None for what is not known or no number. Whole numbers are written without a point."""
    if value is None or not math.isfinite(value):
        return None
    near = round(value, digits)
    return int(near) if float(near).is_integer() else near


def number(value: float, digits: int = 0) -> float | int:
    """The same for a value that is surely there; what is no number becomes 0."""
    return rounded(value, digits) or 0


def percent(probability: float) -> float | int:
    """A probability in percent; 100 is never said: nothing that was measured is certain."""
    if not math.isfinite(probability):
        return 0
    return number(min(99.9, max(0.0, 100.0 * probability)), 1)


def mean(values: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return sum(values) / len(values) if values else None


def median(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
