"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waits with jitter, so that many laptops do not fall on a restarted broker in the same instant."""

    first: float = 1.0
    """Shortest wait in seconds."""
    cap: float = 30.0
    """Longest wait in seconds; also the wait after refused credentials, which do not mend themselves."""
    rng: Callable[[], float] = random.random
    """Source of jitter, in [0, 1)."""

    def delay(self, failures: int) -> float:
        """Seconds to wait after the given number of failures in a row (1 or more), between `first` and `cap`."""
        # 2**32 s is beyond any cap; the bound keeps a week of failures from overflowing a float.
        top = min(self.cap, self.first * 2.0 ** min(failures, 32))
        return max(self.first, top * (0.5 + 0.5 * self.rng()))


MOST_WAIT = 60.0
"""Seconds; a server that wants a longer break gets none of it: the person is told instead."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
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
