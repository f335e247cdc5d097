"""The names that monitors go by on a network."""

from __future__ import annotations

import re

SERVICE = "_ssh._tcp.local."
"""What a monitor announces: its maintenance door, nothing of MQTT or HTTP."""
_STARTS = ("smappee1", "smappee2", "smappee50", "smappee51")
_SERIAL = re.compile(r"smappee((?:1|2|50|51)\d+)(?!\d)", re.IGNORECASE)


def is_monitor(name: str) -> bool:
    """Whether an announced name, or a host's, is a monitor's. Capitals do not matter."""
    return name.casefold().startswith(_STARTS)


def serial_in(name: str) -> str:
    """The serial number in a monitor's name: "Smappee5010001234.local" has 5010001234. "" when there is none."""
    match = _SERIAL.match(name[:80])
    return match[1] if match is not None and len(match[1]) == 10 else ""


def is_serial(text: str) -> bool:
    """Whether this is a serial number as printed on a monitor: ten digits."""
    return len(text) == 10 and text.isascii() and text.isdigit()


def host_of(serial: str) -> str:
    """The host name that a monitor with this serial number has, unless somebody renamed it."""
    return f"Smappee{serial}.local"


def instance(name: str) -> str:
    """An announced name without the type of service behind it."""
    return name[: -len(SERVICE) - 1] if name.casefold().endswith("." + SERVICE) else name.rstrip(".")
