"""The state of a link, as a screen shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["connecting", "connected", "refused", "disconnected", "closed"]
"""Where a link is in its life. `refused` and `disconnected` keep trying; only `closed` is final."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """One frozen snapshot of a link."""

    phase: Phase
    """`connected` means subscribed as well: from then on nothing published is missed."""
    since: float
    """When it got connected, stopped being so, or was closed, in seconds since 1970. Attempts in between do not
    change it: `disconnected` since then, however often it was tried."""
    reason: str | None = None
    """Why it is not connected and what to do, in words for a person. None while all is well."""
    retry_at: float | None = None
    """When it will be tried again, in seconds since 1970. None when connected, trying right now, or closed."""
    attempts: int = 0
    """Attempts begun since the link was last connected; 0 when connected or never started."""
