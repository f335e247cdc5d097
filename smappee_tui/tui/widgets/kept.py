"""What was made last, kept while what it was made of stays the same.

A second changes little of what stands on a screen. `functools.lru_cache` would hash the whole of it each time, verdicts
and configurations; to compare it with the last one costs next to nothing, as its parts are the very same objects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """One such thing."""

    def __init__(self) -> None:
        self._of: object = None
        self._made: tuple[Made] | None = None

    def get(self, of: object, make: Callable[[], Made]) -> Made:
        """The thing made of `of`: as it was made the last time, or made anew."""
        if self._made is None or self._of != of:
            self._of, self._made = of, (make(),)
        return self._made[0]
