"""What only a person can say: whose installation, who did it, what was declared, when the report was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from smappee_tui.i18n import Language
from smappee_tui.report.model import Declared, Photo, RecordingFile

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
    address: str = ""
    main_fuse_amps: float | None = None
    generation: Declared | None = None
    storage: Declared | None = None
    notes: str = ""
    company: str = ""
    person: str = ""
    licence: str = ""
    role: str = ""
    second_person: str = ""
    signed_by: str = ""
    signed_on: str = ""
    """ISO date; empty: the day of writing, once somebody signed."""
    customer_name: str = ""
    """Who signs for the customer."""
    photos: tuple[Photo, ...] = ()
    source: str = ""
    """Where the messages came from, for a person."""
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
