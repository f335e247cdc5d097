"""The desk between the program's thread and the server's: the only thing that both of them touch."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a start makes a desk that nobody may ever look at
    from smappee_tui.app.phone.actions import Action
    from smappee_tui.app.phone.stage import Stage

MOST_WAITING = 64
"""Actions that wait for the program; beyond, one is refused and counted."""


class PhoneDesk:
    """Stages go out, actions come in. Every method may be called on any thread."""

    def __init__(self, numbers: int = 0) -> None:
        """Begin.

        Args:
            numbers: stages are counted on from there. One beyond what any run before came to: a page that is still open
                of one of those knows no stage of this one then.
        """
        self.wanted = False
        """Somebody looks: the server sets it with the first phone and takes it back after the last one. While nobody
        looks no stage is made."""
        self.on_news: Callable[[], None] | None = None
        """Called on the program's thread after each stage: a loop's `call_soon_threadsafe`, say. It must not wait."""
        self.began = 0
        """Number of the first stage of the location shown: what was asked over an older one is about another."""
        self.refused = 0
        """Actions that were asked while too many waited."""
        self._lock = threading.Lock()
        self._waiting: deque[Action] = deque()
        self._shown: tuple[int, Stage | None] = numbers, None

    def publish(self, stage: Stage) -> None:
        """Show this from now on."""
        with self._lock:
            number, before = self._shown
            if before is None or before.uuid != stage.uuid:
                self.began = number + 1
            self._shown = number + 1, stage
        if self.on_news is not None:
            self.on_news()

    @property
    def shown(self) -> tuple[int, Stage | None]:
        """The number of the newest stage, and that stage; None before there is one."""
        return self._shown

    def ask(self, action: Action) -> bool:
        """Have it carried out soon; False where too many wait already."""
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                self.refused += 1
                return False
            self._waiting.append(action)
            return True

    def actions(self, most: int = MOST_WAITING) -> list[Action]:
        """What was asked, in that order, and not handed out before; so much of it at most, the rest the next time."""
        if not self._waiting:
            return []
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
