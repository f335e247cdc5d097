"""One line on stderr that says how far a watch is. Only on a terminal: a log file wants none of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from smappee_tui.cli.talk import say
from smappee_tui.session import Session

_EVERY = 0.25
"""Seconds between two drawings."""


class Progress:
    """A line that is written over and over, and wiped in the end."""

    def __init__(self, *, shown: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._clock = clock
        self._next = 0.0
        self._wiped = True

    def line(self, text: Callable[[], str]) -> None:
        """Show a text of at most 78 letters; it is made only when it is time to draw."""
        if not self._shown or self._clock() < self._next:
            return
        self._next = self._clock() + _EVERY
        self._wiped = False
        say(f"\r{text()[:78]:<78}", end="")

    def wipe(self) -> None:
        """Leave an empty line behind."""
        if not self._wiped:
            self._wiped = True
            say(f"\r{'':78}\r", end="")


def watching(session: Session, goal: float, done: float | None) -> str:
    """How far a live watch is."""
    state, site = session.link.state, session.site
    if done is None:
        return "connecting …"
    parts = [f"{done:.0f} of {goal:.0f} s" if goal != float("inf") else f"{done:.0f} s"]
    if state.phase != "connected":
        parts.append("connection lost, trying again")
    if site is None:
        parts.append("waiting for a monitor")
    else:
        parts.append(f"{site.quality.realtime} realtime messages")
        parts.append(f"{len(site.settings)} channels" if site.settings else "waiting for the configuration")
    return " · ".join(parts)
