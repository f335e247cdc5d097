"""Photo files: hashed, and embedded where that is wished."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.report.model import Photo, RecordingFile

LARGEST = 8_000_000
"""Bytes of one photo file."""
MOST = 40
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def photo_of(path: Path, *, embed: bool = False) -> Photo:
    """Read a photo.

    Args:
        path: the file.
        embed: keep the picture itself in the report; JPEG and PNG are shown, others only listed with their hash.

    Raises:
        CannotReadError: when it cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise CannotReadError(
                f"The photo {path.name} has {size / 1e6:.0f} MB, more than a report takes.",
                f"Make it smaller than {LARGEST / 1e6:.0f} MB.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise CannotReadError(
            f"The photo {path} cannot be read: {error.strerror or error}.", "Check the name and the permissions."
        ) from error
    kind = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), "application/octet-stream")
    shown = embed and kind != "application/octet-stream"
    return Photo(
        name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        media_type=kind,
        data=base64.b64encode(content).decode("ascii") if shown else None,
    )


def recording_of(path: Path) -> RecordingFile:
    """Hash a recording, a piece at a time.

    Raises:
        CannotReadError: when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            hashed = hashlib.file_digest(file, "sha256").hexdigest()
        return RecordingFile(name=path.name, sha256=hashed, bytes=path.stat().st_size)
    except OSError as error:
        raise CannotReadError(
            f"The recording {path} cannot be read: {error.strerror or error}.", "Check the name and the permissions."
        ) from error
