"""The watch of a check: a broker or a recording, with progress on a terminal."""

from __future__ import annotations

from pathlib import Path

from smappee_tui.app.session import Session
from smappee_tui.app.watch import watch_live, watch_recording
from smappee_tui.cli.console import ProgressLine, say
from smappee_tui.connect.recording.reader import BadLine
from smappee_tui.connect.recording.replay import ReplaySource
from smappee_tui.i18n import current
from smappee_tui.i18n.amounts import counted

_MOST_LINES_SAID = 10


class BadLines:
    """Names the first bad lines of a recording one by one, and the number of all in the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def __call__(self, line: BadLine) -> None:
        """Take one bad line."""
        self._count += 1
        if self._count <= _MOST_LINES_SAID:
            say(f"{self._path}, line {line.number} is skipped: {current().fact(line.reason)}")

    def close(self) -> None:
        """Say how many there were if not all were named."""
        if self._count > _MOST_LINES_SAID:
            say(f"{self._path}: {counted(self._count, 'line')} skipped in all.")


def watch_with_progress(session: Session, seconds: float) -> bool:
    """Watch a broker; False when Ctrl-C ended it early. Raises LinkError when there is no connection."""
    progress = ProgressLine()
    try:
        return watch_live(
            session, seconds, progress=lambda done: progress.line(lambda: _so_far(session, seconds, done))
        )
    finally:
        progress.wipe()


def replay_with_progress(session: Session, link: ReplaySource, bad: BadLines) -> bool:
    """Fold in a recording; False when Ctrl-C ended it early. Raises CannotRead when the file cannot be read."""
    progress = ProgressLine()
    try:
        return watch_recording(
            session, link, progress=lambda items: progress.line(lambda: f"{counted(items, 'message')} read")
        )
    finally:
        progress.wipe()
        bad.close()


def _so_far(session: Session, goal: float, done: float | None) -> str:
    """How far a live watch is."""
    state, site = session.source.state, session.site
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
