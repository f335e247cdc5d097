"""How often something is tried again, and how long is waited in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from smappee_tui.links.backoff import Backoff

MOST_WAIT = 60.0
"""Seconds; a server that wants a longer break gets none of it: the person is told instead."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Three tries, one and two seconds apart, more or less."""

    sleep: Callable[[float], Awaitable[None]]
    tries: int = 3
    backoff: Backoff = field(default_factory=Backoff)

    @staticmethod
    def too_long(wait: float | None) -> bool:
        """Whether the server wants a longer break than anybody would sit through."""
        return wait is not None and wait > MOST_WAIT

    async def pause(self, failures: int, wait: float | None) -> None:
        """Wait after so many failures in a row, as long as the server asks and no less than the back-off.

        Args:
            failures: 1 or more.
            wait: seconds that the server asked for.
        """
        await self.sleep(min(MOST_WAIT, max(wait or 0.0, self.backoff.delay(failures))))
