"""Files that a person named. Read are ordinary ones only, as a pipe or a device may never answer or never end."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

from smappee_tui.protocol.fact import Fact, fact


class NotPlainError(OSError):
    """A pipe, a socket or a device."""


def open_plain(path: Path | str) -> BufferedReader:
    """Open an ordinary file for reading.

    Raises:
        OSError: when it cannot be opened, or is something else.
    """
    # Without waiting: opening a pipe to which nobody writes would last for ever.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise NotPlainError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))


def typed(text: str) -> Path:
    """A path as a person typed it: `~` is the home folder, that of a user whom nobody knows a name like any other."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 - pathlib's own fails for such a user


def why(error: OSError) -> Fact | str:
    """What is the matter with a file, for a sentence."""
    return fact("errors.not_plain") if isinstance(error, NotPlainError) else error.strerror or str(error)
