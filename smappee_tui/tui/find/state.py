"""What the find screen shows, and what it ends with: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from smappee_tui.connect.address import BrokerAddress
from smappee_tui.connect.discovery import Found
from smappee_tui.connect.discovery.scan import ScanProgress
from smappee_tui.connect.networks import OwnAddress


def now_text() -> str:
    """Now, ISO 8601 UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


Busy = Literal["", "looking", "asking", "scanning"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The broker to watch."""

    address: BrokerAddress
    location: str | None = None
    """UUID or serial number of the one meant; None for the only one."""


@dataclass(frozen=True, slots=True)
class FindView:
    """Everything the find screen draws."""

    found: tuple[Found, ...] = ()
    own: tuple[OwnAddress, ...] = ()
    seconds: float = 0.0
    """Since the search began."""
    problem: str = ""
    """Why announcements cannot be heard, in words as all that follow."""
    others: int = 0
    """Machines that announce themselves under other names."""
    scan: ScanProgress | None = None
    scanned: bool = False
    """A scan has run to its end."""
    busy: Busy = ""
    """What is being looked at now: "looking", "asking", "scanning"."""
    said: str = ""
    """What went wrong with the last thing asked for."""
    note: str = ""
    """How the last thing asked for ended, where it went well."""
    pending: tuple[str, ...] = ()
    """What must be put back, a sentence each."""
    cloud: bool = False
    """The vendor's cloud can be asked as well."""
    laptop: str = ""
    """The broker on this laptop, in words."""
