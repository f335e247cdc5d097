"""The watch of a check: a broker or a recording, with progress on a terminal."""

from __future__ import annotations

from pathlib import Path

from smappee_tui.cli.amounts import counted
from smappee_tui.cli.progress import Progress, watching
from smappee_tui.cli.replay_link import ReplayLink
from smappee_tui.cli.talk import say
from smappee_tui.cli.watch import watch_live, watch_recording
from smappee_tui.links.recording import BadLine
from smappee_tui.plaintext import clean
from smappee_tui.session import Session

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
            say(f"{self._path}, line {line.number} is skipped: {clean(line.reason)}")

    def close(self) -> None:
        """Say how many there were if not all were named."""
        if self._count > _MOST_LINES_SAID:
            say(f"{self._path}: {counted(self._count, 'line')} skipped in all.")


def live(session: Session, seconds: float) -> bool:
    """Watch a broker; False when Ctrl-C ended it early. Raises LinkError when there is no connection."""
    progress = Progress()
    try:
        return watch_live(
            session, seconds, progress=lambda done: progress.line(lambda: watching(session, seconds, done))
        )
    finally:
        progress.wipe()


def replay(session: Session, link: ReplayLink, bad: BadLines) -> bool:
    """Fold in a recording; False when Ctrl-C ended it early. Raises CannotRead when the file cannot be read."""
    progress = Progress()
    try:
        return watch_recording(
            session, link, progress=lambda items: progress.line(lambda: f"{counted(items, 'message')} read")
        )
    finally:
        progress.wipe()
        bad.close()
