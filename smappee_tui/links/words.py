"""Which field of a payload holds what, seen by somebody who wants to give the recording away."""

from __future__ import annotations

import enum
import re
from functools import lru_cache


class Holds(enum.Enum):
    """What the value under a key is."""

    SECRET = "secret"  # noqa: S105 - a word, not a password
    """A password or token: removed."""
    SERIAL = "serial"
    UUID = "uuid"
    NAME = "name"
    """Text that a person chose, or that says who or where he is."""
    LOCATION = "location"
    """The number of a service location."""
    PLACE = "place"
    """Latitude or longitude."""
    TECHNICAL = "technical"
    """A word of the monitor's own vocabulary, a version, a formula: kept."""
    UNKNOWN = "unknown"
    """A key nobody here knows: its text is kept only where it looks like an enumeration's word or a number."""


_SECRET = re.compile(r"password|passwd|passphrase|secret|token|apikey|credential|privatekey")
_NAME = re.compile(
    r"names?$|^(label|owner|user|customer|installer|e?mail|phone|address|street|city|town|zip|zipcode|postcode"
    r"|postalcode|country|description|title|comment|remark|notes?|ssid|bssid|mac|macaddress|ip|ipaddress|hosts?|ean|eancode|meterid)$"
)
_TECHNICAL = re.compile(
    r"(type|kind|version|phase|unit|state|status|action|connection|flow|commodity)$"
    r"|^(uom|day|formula|mrid|timezone|language|locale|currency)$"
)


LONGEST_KEY = 64
"""Longer keys are somebody's text, not a field of a monitor."""


def holds(key: str) -> Holds:
    """Say what the value under this key of a payload holds, whatever its spelling in capitals and underscores."""
    return _look_up(key) if len(key) <= LONGEST_KEY else Holds.NAME


@lru_cache(maxsize=1024)
def _look_up(key: str) -> Holds:
    word = "".join(letter for letter in key.lower() if letter.isalnum())
    if _SECRET.search(word):  # first of all: better one secret too many
        return Holds.SECRET
    if "uuid" in word:
        return Holds.UUID
    if "serial" in word:
        return Holds.SERIAL
    if word.endswith("locationid"):
        return Holds.LOCATION
    if word in ("latitude", "longitude", "lat", "lon", "lng", "long"):
        return Holds.PLACE
    if _NAME.search(word):
        return Holds.NAME
    return Holds.TECHNICAL if _TECHNICAL.search(word) else Holds.UNKNOWN
