"""What is sent to create or change a service location, checked before anything is sent."""

from __future__ import annotations

import math
from typing import Any

_LONGEST_NAME = 200


def wanted(name: str, latitude: float | None, longitude: float | None, serial: str | None) -> dict[str, Any]:
    """The content that creates a location. Raises ValueError for a name or a place that cannot be."""
    content: dict[str, Any] = {"name": _name(name), **_place(latitude, longitude)}
    if serial:
        content["deviceSerialNumber"] = serial.strip()
    return content


def changed(name: str | None, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    """The content that changes a location; what is None stays. Raises ValueError, also when nothing would change."""
    content: dict[str, Any] = {} if name is None else {"name": _name(name)}
    content |= _place(latitude, longitude)
    if not content:
        raise ValueError("nothing to change")
    return content


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a location's name has 1 to {_LONGEST_NAME} printable characters")
    return name


def _place(latitude: float | None, longitude: float | None) -> dict[str, float]:
    place = {}
    for key, value, most in (("lat", latitude, 90), ("lon", longitude, 180)):
        if value is None:
            continue
        if not math.isfinite(value) or abs(value) > most:
            raise ValueError(f"a latitude lies within ±90° and a longitude within ±180°, not at {value}")
        place[key] = float(value)
    return place
