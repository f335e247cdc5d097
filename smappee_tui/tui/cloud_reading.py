"""Something that is read from the cloud: being read, there, stale, or failed. Plain data for a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from smappee_tui.links.errors import LinkError

T = TypeVar("T")


@dataclass(slots=True)
class Reading(Generic[T]):
    """A value and the state of reading it. A value stays while it is read anew, and when that fails."""

    value: T | None = None
    read_at: float | None = None
    """When the value was read, s since 1970."""
    since: float | None = None
    """Since when it is being read, s since 1970; None: it is not."""
    share: float | None = None
    """How much of it is there, 0 to 1; None where nobody knows."""
    problem: LinkError | None = None
    """Why the last attempt failed."""
    turn: int = 0
    """Attempts so far: one that was overtaken by another has nothing to say any more."""

    @property
    def busy(self) -> bool:
        """It is being read."""
        return self.since is not None

    @property
    def stale(self) -> bool:
        """There is a value, and the attempt to read a newer one failed."""
        return self.value is not None and self.problem is not None and not self.busy

    def begin(self, now: float) -> int:
        """An attempt begins; gives its number."""
        self.since, self.share, self.problem = now, None, None
        self.turn += 1
        return self.turn

    def done(self, value: T, now: float) -> None:
        """It is there."""
        self.value, self.read_at, self.since, self.share, self.problem = value, now, None, None, None

    def failed(self, turn: int, problem: LinkError | None) -> None:
        """This attempt ended without a value; None: it was called off."""
        if turn == self.turn and self.busy:
            self.since, self.share, self.problem = None, None, problem
