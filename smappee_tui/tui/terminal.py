"""Terminals that need care: one that goes away while the app draws on it, one that keeps the Escape key to itself."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import IO, Any

from textual.driver import Driver


class LastingFile:
    """Takes everything, whether or not it can still be written: what writes in the background must not die of it, or
    whoever waits for it waits for ever."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def lasting(driver: type[Driver]) -> type[Driver]:
    """The same driver, which outlives its terminal."""

    class LastingDriver(driver):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **wishes: Any) -> None:
            super().__init__(*args, **wishes)
            file = getattr(self, "_file", None)
            if file is not None:
                self._file = LastingFile(file)

    return LastingDriver


def takes_the_mouse(environment: Mapping[str, str]) -> bool:
    """Whether the mouse may be asked for.

    GNU screen, once it was, waits after an Escape for the rest of a mouse's sequence, without an end: the key arrives
    with the next one. `STY` names its session; over ssh only the terminal's name tells it, "screen" or "screen.xterm".
    """
    name = environment.get("TERM", "").partition("-")[0].partition(".")[0]
    return not (environment.get("STY") or (name == "screen" and not environment.get("TMUX")))
