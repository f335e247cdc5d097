"""What only a person can say: whose installation, who did it, what was declared, which files belong to it.

Photos and the recording are hashed, and photos embedded where that is wished.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from smappee_tui.connect.errors import CannotReadError
from smappee_tui.connect.plain_file import open_plain, why
from smappee_tui.i18n import Language
from smappee_tui.protocol.fact import fact
from smappee_tui.report.model import Country, Declared, Photo, RecordingFile
from smappee_tui.report.witness_block import MeterKind

LARGEST_PHOTO = 8_000_000
"""Bytes of one photo file."""
MOST_PHOTOS = 40
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
        with open_plain(path) as file:
            content = file.read(LARGEST_PHOTO + 1)
        if len(content) > LARGEST_PHOTO:
            size = path.stat().st_size
            raise CannotReadError(
                fact("report.error.photo_large", name=path.name, megabytes=size / 1e6),
                fact("report.error.photo_large_advice", megabytes=LARGEST_PHOTO / 1e6),
            )
    except OSError as error:
        raise CannotReadError(
            fact("report.error.photo_unreadable", path=str(path), why=why(error)),
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
        with open_plain(path) as file:
            hashed = hashlib.file_digest(file, "sha256").hexdigest()
        return RecordingFile(name=path.name, sha256=hashed, bytes=path.stat().st_size)
    except OSError as error:
        raise CannotReadError(
            fact("report.error.recording_unreadable", path=str(path), why=why(error)),
            fact("report.error.unreadable_advice"),
        ) from error


LONGEST_FIELD = 2_000
LONGEST_NOTES = 20_000


@dataclass(frozen=True, slots=True)
class ReportMetadata:
    """The person's part of a report. Empty texts and None mean: not said."""

    generated_at: float
    """When the report is written, seconds since 1970. Passed in: nothing here looks at a clock."""
    zone: tzinfo | None = UTC
    """In which times are written; None: the computer's own zone."""
    language: Language = "en"
    site: str = ""
    customer: str = ""
    customer_language: Language | None = None
    """Of the page for the customer; None: that of the report."""
    address: str = ""
    main_fuse_amps: float | None = None
    country: Country = ""
    generation: Declared | None = None
    storage: Declared | None = None
    notes: str = ""
    company: str = ""
    person: str = ""
    licence: str = ""
    role: str = ""
    second_person: str = ""
    phone: str = ""
    email: str = ""
    signed_by: str = ""
    signed_on: str = ""
    """ISO date; empty: the day of writing, once somebody signed."""
    customer_name: str = ""
    """Who signs for the customer."""
    photos: tuple[Photo, ...] = ()
    source: str = ""
    """Where the messages came from, for a person."""
    meter: MeterKind = ""
    """How the utility's digital meter was read, if it was."""
    missing: float = 0.0
    """Seconds of the watch without measurements, those at its end included."""
    reconnects: int = 0
    """Times that the connection to it came back."""
    dropped: int = 0
    """Messages that came faster than they could be taken."""
    recording: RecordingFile | None = None

    def iso(self, at: float | None) -> str | None:
        """A moment as the report writes it, to the second; None for one that no calendar has."""
        if at is None or at != at:
            return None
        try:
            return datetime.fromtimestamp(at, UTC).astimezone(self.zone).isoformat(timespec="seconds")
        except (OverflowError, OSError, ValueError):
            return None


def field(text: str, longest: int = LONGEST_FIELD) -> str:
    """A person's text, cut to a sane length, without lone surrogates, which no file could hold."""
    return text[:longest].encode("utf-8", "replace").decode().strip()
