"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


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
