"""The system's own viewer and file manager, where there is a screen to show them on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from smappee_tui.connect.errors import ExternalError
from smappee_tui.protocol.fact import fact

PATIENCE = 5.0
"""Seconds that the opening program is given to fail. One that still runs then is the viewer itself."""


class CannotOpenError(ExternalError):
    """No program shows it: open it by hand."""


def _run(words: Sequence[str]) -> bool:
    """Start a program away from the terminal; False where it fails at once."""
    started = subprocess.Popen(  # noqa: S603 - the system's own opener, no shell
        list(words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return started.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return True


class Desktop:
    """Opens files. Blocks for some seconds: not for the thread of a screen."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
        run: Callable[[Sequence[str]], bool] = _run,
        which: Callable[[str], str | None] = shutil.which,
    ) -> None:
        """Look where this program runs.

        Args:
            environment: tells of a display, and of a login from afar.
            platform: as `sys.platform`.
            run: starts a program; False where it failed.
            which: finds a program.
        """
        self._platform, self._run = platform, run
        afar = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
        shown = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
        self.there = not afar if platform in ("win32", "darwin") else shown and which("xdg-open") is not None
        """Whether anything can be shown at all."""

    def open(self, path: Path) -> None:
        """Show a file in the program that the system shows such files in.

        Raises:
            CannotOpenError: when there is none.
        """
        words = {"win32": ["explorer"], "darwin": ["open"]}.get(self._platform, ["xdg-open"])
        self._started([*words, str(path.resolve())], path)

    def show(self, path: Path) -> None:
        """Show the folder of a file, with the file chosen where the system can.

        Raises:
            CannotOpenError: when no program does.
        """
        whole = path.resolve()
        if self._platform == "win32":
            words = ["explorer", f"/select,{whole}"]
        elif self._platform == "darwin":
            words = ["open", "-R", str(whole)]
        else:
            words = ["xdg-open", str(whole.parent)]
        self._started(words, path)

    def _started(self, words: list[str], path: Path) -> None:
        try:
            well = self._run(words) or self._platform == "win32"  # explorer always ends with 1
        except OSError:
            well = False
        if not well:
            raise CannotOpenError(fact("desktop.cannot"), fact("desktop.cannot_advice", path=str(path)))
