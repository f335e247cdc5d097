"""Files that are written all at once or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_SHORT = 60
"""Letters of a file's name in that of its temporary one, so that a long name stays one that a file system takes."""


def write_temporary(path: Path, content: bytes) -> Path:
    """A temporary file with this content in the folder of `path`, safely on the disk and readable by its owner only.

    Raises:
        OSError: when it cannot be written; nothing is left of it then.
    """
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_SHORT]}.")
    fresh = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file, then put it in its place: nobody ever sees half a file. The folder is made if need be.

    Raises:
        OSError: when it cannot be written; what was there before stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = write_temporary(path, content)
    try:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
