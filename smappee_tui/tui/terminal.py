"""A terminal that goes away while the app draws on it, as when its window is closed."""

from __future__ import annotations

import contextlib
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
