"""Watching for a while without a screen: a broker for so many seconds, or a recording to its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from smappee_tui.cli.replay_link import ReplayLink
from smappee_tui.links.errors import CannotConnect, LinkError, Refused
from smappee_tui.links.link import Link
from smappee_tui.session import Session

TICK = 0.2
"""Seconds between two looks at what has arrived."""


class Watchable(Protocol):
    """A session, or something that only writes down what its link brings."""

    @property
    def link(self) -> Link:
        """Where messages come from."""

    def start(self) -> None:
        """Open the link."""

    def pump(self) -> int:
        """Take what has arrived and return how many messages there were."""

    def close(self) -> None:
        """Close the link."""


def watch_live(
    watched: Watchable,
    seconds: float | None,
    *,
    progress: Callable[[float | None], None] = lambda _: None,
    enough: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], object] | None = None,
) -> bool:
    """Watch a broker for so many seconds, counted from the moment that the link is up.

    A connection lost on the way is waited for; one that never comes up is not.

    Args:
        watched: not started yet. It is closed in the end, whatever happens.
        seconds: how long, even if nothing is heard; None for until Ctrl-C.
        progress: called every tick with the seconds watched so far, None before the link is up.
        enough: asked every tick; True ends the watch early.
        clock: seconds from any start.
        pause: waits so many seconds.

    Returns:
        False when Ctrl-C ended it early.

    Raises:
        LinkError: when the link does not come up.
    """
    wait = pause or threading.Event().wait
    begun: float | None = None
    try:
        watched.start()
        while not enough():
            watched.pump()
            now = clock()
            if begun is None and _up(watched.link):
                begun = now
            done = None if begun is None else now - begun
            left = TICK if done is None or seconds is None else seconds - done
            if left <= 0:
                break
            progress(done)
            wait(min(TICK, left))
    except KeyboardInterrupt:
        return False
    finally:
        watched.close()
        watched.pump()
    return True


def watch_recording(session: Session, link: ReplayLink, *, progress: Callable[[int], None] = lambda _: None) -> bool:
    """Fold in a whole recording, a piece at a time.

    Args:
        session: holds `link`; not started yet, closed in the end.
        link: the recording.
        progress: called after each piece with the number of messages so far.

    Returns:
        False when Ctrl-C ended it early.

    Raises:
        CannotRead: when the file cannot be read.
    """
    try:
        session.start()
        while session.pump():
            progress(link.items)
    except KeyboardInterrupt:
        return False
    finally:
        session.close()
    if link.problem is not None:
        raise link.problem
    return True


def _up(link: Link) -> bool:
    """Whether the link has come up. Raises when it has become clear that it will not."""
    state = link.state
    if state.phase == "refused":
        raise Refused(state.reason or "The broker refuses the connection.")
    if state.phase == "disconnected":
        raise CannotConnect(state.reason or "There is no connection.")
    if state.phase == "closed":
        raise LinkError(state.reason or "The connection was closed.")
    return state.phase == "connected"
