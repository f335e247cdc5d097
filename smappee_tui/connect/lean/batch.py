"""What a lean reader hands over: all that came at one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Arrival = tuple[bytes, bytes, bool]
"""Topic, payload, and whether the broker replayed a stored message. A plain tuple: there are ten thousand a second."""


class Batch(NamedTuple):
    """Messages that were read together."""

    at: float
    """When, seconds since 1970 on the receiving clock."""
    arrivals: Sequence[Arrival]
    """Oldest first."""
