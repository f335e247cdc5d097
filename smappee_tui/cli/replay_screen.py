"""The live screen on a recording, at the recording's own clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smappee_tui.cli.amounts import counted
from smappee_tui.cli.devices import limits
from smappee_tui.cli.kept import kept_settings
from smappee_tui.cli.replay_link import ReplayLink
from smappee_tui.cli.screen import show
from smappee_tui.cli.talk import complain
from smappee_tui.plugtest import NO_BROKER, Switching
from smappee_tui.session import Session

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Generation
    from smappee_tui.links.recording import BadLine


def show_recording(path: Path, speed: float, *, wanted: str | None, generation: Generation | None) -> int:
    """Show a recording until the person leaves.

    Args:
        path: the recording.
        speed: so many times as fast as life.
        wanted: uuid or serial number of the location meant.
        generation: as declared.

    Raises:
        CannotRead: when the file cannot be read, at its beginning or in its middle.
    """
    bad: list[int] = []  # said in the end: while the screen is up, stderr is its canvas

    def note(line: BadLine) -> None:
        bad.append(line.number)

    link = ReplayLink(path, speed=speed, on_bad=note)
    link.start()  # before the screen: a file that is not there is told in a word
    session = Session(link, wanted=wanted, generation=generation, limits=limits(kept_settings()))
    code = show(session, mode="replay", clock=link.now, switching=Switching.locked(NO_BROKER))
    if bad:
        complain(f"{counted(len(bad), 'line')} of {path} could not be read, the first one is line {bad[0]}.")
    if link.problem is not None:
        raise link.problem
    return code
