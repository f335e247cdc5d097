"""Which location a person means who types its uuid or the beginning of it, a serial number, or the vendor's number."""

from __future__ import annotations

from enum import IntEnum

SHORTEST_PREFIX = 4
"""Characters of a uuid that name it."""


class Fit(IntEnum):
    """How well a wish fits a location; the least is the best."""

    UUID = 0
    """It is this one and no other."""
    SAID = 1
    """Its serial number or the vendor's number, which a monitor that was installed anew bears twice."""
    PREFIX = 2
    """The beginning of its uuid."""
    NOT = 3


def key_of(wanted: str | None) -> str:
    """A wish as it is compared; "" for none."""
    return (wanted or "").strip().casefold()


def begins(key: str, uuid: str) -> bool:
    """Whether it may be the beginning of this uuid."""
    return len(key) >= SHORTEST_PREFIX and uuid.casefold().startswith(key)


def fit(key: str, uuid: str, serial: str, number: int | None) -> Fit:
    """How well a wish fits.

    Args:
        key: of `key_of`.
        uuid: of the location.
        serial: of its monitor, "" where it is not known.
        number: the vendor's, of the location.
    """
    if not key:
        return Fit.NOT
    if key == uuid.casefold():
        return Fit.UUID
    if key == serial.casefold() or (number is not None and key == str(number)):
        return Fit.SAID
    return Fit.PREFIX if begins(key, uuid) else Fit.NOT
