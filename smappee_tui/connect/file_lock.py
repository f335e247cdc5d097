"""A lock that only one program holds, and that goes with the program however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class FileLock:
    """Held by an open file. The file stays behind and means nothing by itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None

    def take(self) -> bool:
        """Take it; False where somebody has it.

        Raises:
            OSError: when the file cannot be made.
        """
        number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(number):
            os.close(number)
            return False
        self._number = number
        return True

    def release(self) -> None:
        """Let go. A second call does nothing."""
        number, self._number = self._number, None
        if number is not None:
            os.close(number)


if sys.platform == "win32":
    import msvcrt

    def _locked(number: int) -> bool:
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(number: int) -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network drive without locks: better no lock than no job
            return True
        return True
