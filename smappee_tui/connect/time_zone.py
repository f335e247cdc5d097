"""Time zones by name, as far as this machine knows them."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def time_zone(name: str | None) -> tzinfo | None:
    """The time zone of an IANA name such as "Europe/Brussels"; None where there is none, or it is not known here.

    The name may come from a device or from the cloud: whatever it is, nothing is raised.
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
