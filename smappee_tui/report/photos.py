"""Photo files: hashed, and embedded where that is wished."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.protocol.fact import fact
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
                fact("report.error.photo_large", name=path.name, megabytes=size / 1e6),
                fact("report.error.photo_large_advice", megabytes=LARGEST / 1e6),
            )
        content = path.read_bytes()
    except OSError as error:
        raise CannotReadError(
            fact("report.error.photo_unreadable", path=str(path), why=error.strerror or str(error)),
            fact("report.error.unreadable_advice"),
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
            fact("report.error.recording_unreadable", path=str(path), why=error.strerror or str(error)),
            fact("report.error.unreadable_advice"),
        ) from error
