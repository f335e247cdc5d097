"""The time as it is written down."""

from __future__ import annotations

from datetime import UTC, datetime


def now_text() -> str:
    """Now, ISO 8601 UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
