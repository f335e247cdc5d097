"""Take out of a recording whatever tells whose installation it is."""

from __future__ import annotations

import enum
import json
import re
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from smappee_tui.connect.recording.pseudonyms import Pseudonymizer
from smappee_tui.protocol.received import Mark, MqttMessage
from smappee_tui.protocol.topics import ROOT


class FieldKind(enum.Enum):
    """What the value under a key is."""

    SECRET = "secret"  # noqa: S105 - a word, not a password
    """A password or token: removed."""
    SERIAL = "serial"
    UUID = "uuid"
    NAME = "name"
    """Text that a person chose, or that says who or where he is."""
    LOCATION = "location"
    """The number of a service location."""
    COORDINATE = "coordinate"
    """Latitude or longitude."""
    TECHNICAL = "technical"
    """A word of the monitor's own vocabulary, a version, a formula: kept."""
    UNKNOWN = "unknown"
    """A key nobody here knows: its text is kept only where it looks like an enumeration's word or a number."""


_SECRET_KEY = re.compile(r"password|passwd|passphrase|secret|token|apikey|credential|privatekey")
_NAME_KEY = re.compile(
    r"names?$|^(label|owner|user|customer|installer|e?mail|phone|address|street|city|town|zip|zipcode|postcode"
    r"|postalcode|country|description|title|comment|remark|notes?|ssid|bssid|mac|macaddress|ip|ipaddress|hosts?|ean|eancode|meterid)$"
)
_TECHNICAL_KEY = re.compile(
    r"(type|kind|version|phase|unit|state|status|action|connection|flow|commodity)$"
    r"|^(uom|day|formula|mrid|timezone|language|locale|currency)$"
)


LONGEST_KEY = 64
"""Longer keys are somebody's text, not a field of a monitor."""


def kind_of(key: str) -> FieldKind:
    """Say what the value under this key of a payload holds, whatever its spelling in capitals and underscores."""
    return _look_up(key) if len(key) <= LONGEST_KEY else FieldKind.NAME


@lru_cache(maxsize=1024)
def _look_up(key: str) -> FieldKind:
    word = "".join(letter for letter in key.lower() if letter.isalnum())
    if _SECRET_KEY.search(word):  # first of all: better one secret too many
        return FieldKind.SECRET
    if "uuid" in word:
        return FieldKind.UUID
    if "serial" in word:
        return FieldKind.SERIAL
    if word.endswith("locationid"):
        return FieldKind.LOCATION
    if word in ("latitude", "longitude", "lat", "lon", "lng", "long"):
        return FieldKind.COORDINATE
    if _NAME_KEY.search(word):
        return FieldKind.NAME
    return FieldKind.TECHNICAL if _TECHNICAL_KEY.search(word) else FieldKind.UNKNOWN


_Item = TypeVar("_Item", MqttMessage, Mark)

_UUID = r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
_FORMULA = r"(?<=\$)[^$/]{1,64}(?=/\d+\$)"
# Ten digits that start like a product. The list keeps times in seconds (1 7…) what they are.
_SERIAL = r"(?<!\d)(?:10|11|20|30|40|50|51|55|57|58|61|62)\d{8}(?!\d)"
_WORD = re.compile(r"[A-Z0-9][A-Z0-9_.:+-]{0,63}|-?\d+(?:\.\d+)?|on|off|true|false|connected|disconnected|unreachable")
_TECHNICAL_TEXT = re.compile(r"[\w.,:/+\-*%°]{0,64}|[\w$/+\-*(). ]*\$[\w$/+\-*(). ]*")
# The vendor writes `channel Config` in one place; any other blank means that a person chose the text.
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}|\d{1,6}|channel Config")
_LONGEST_NOTE = 64 * 1024
_MOST_ODD = 1000
"""Unusual serial numbers and uuids looked for inside other texts; a house has a handful."""
_MOST_FIELDS = 2000


class Redactor:
    """Replaces serial numbers, uuids, names, location ids and coordinates with made-up ones and removes passwords.

    One redactor serves one recording: the same original becomes the same replacement from its first line to its last,
    in topics, keys, values and inside formulas. Measurements, times and configuration stay as they are.
    """

    def __init__(self) -> None:
        self._now: tuple[str, Any] = ("", None)
        """Topic and content of the message in hand."""
        self._made = Pseudonymizer(self._around)
        self._odd: dict[str, FieldKind] = {}
        self._pattern = self._compile()
        self._fields: dict[str, str] = {}

    def redact(self, item: _Item) -> _Item:
        """A copy without anything personal. Marks hold nothing personal and come back as they are."""
        if isinstance(item, Mark):
            return item
        try:
            content, single = _content(item.payload)
            self._now = (item.topic, content)
            topic, made = self._topic(item.topic), json.dumps(self._value("", content), separators=(",", ":"))
        except (ValueError, RecursionError):
            self._now = (item.topic, None)
            return msgspec.structs.replace(item, topic=self._topic(item.topic), payload=_note(len(item.payload)))
        if single and "'" not in made:
            made = made.replace('"', "'")  # some firmware writes it so, and a replay should see that
        return msgspec.structs.replace(item, topic=topic, payload=made.encode("ascii"))

    def _around(self) -> str:
        """The message in hand as one text: nothing made up may stand in it by chance."""
        topic, content = self._now
        return f"{topic} {json.dumps(content, ensure_ascii=False)}"

    def _topic(self, topic: str) -> str:
        levels = topic.split("/")
        for index, level in enumerate(levels):
            if index and levels[index - 1] == ROOT:
                levels[index] = self._uuid(level)
            else:
                levels[index] = self._field(level)
        return "/".join(levels)

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return [self._value(key, item) for item in value]
        if isinstance(value, str):
            return self._wrapped(value) if key == "jsonContent" else self._text(kind_of(key), value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(kind_of(key), value)
        return value

    def _wrapped(self, text: str) -> str:
        """A body that stands as text inside another; one that cannot be read is left out, for it may hold anything."""
        try:
            return json.dumps(self._value("", json.loads(text)), separators=(",", ":"))
        except ValueError:
            return ""

    def _object(self, value: dict[str, Any]) -> dict[str, Any]:
        # The portal's form: {"key": "webPortalPassword", "value": "…"}
        named = value.get("key")
        secret_value = isinstance(named, str) and kind_of(named) is FieldKind.SECRET
        made = {}
        for key, item in value.items():
            if kind_of(key) is FieldKind.SECRET or (secret_value and key == "value"):
                continue
            made[self._field(key)] = self._value(key, item)
        return made

    def _text(self, kind: FieldKind, text: str) -> str:
        if kind is FieldKind.SERIAL:
            return self._serial(text)
        if kind is FieldKind.UUID:
            return self._uuid(text)
        if kind is FieldKind.LOCATION and text.isascii() and text.isdigit():
            return str(self._made.location(int(text)))
        if kind is FieldKind.COORDINATE:
            return self._coordinate(text)
        keep = _TECHNICAL_TEXT if kind is FieldKind.TECHNICAL else _WORD
        if kind in (FieldKind.TECHNICAL, FieldKind.UNKNOWN) and keep.fullmatch(text):
            return self._scrub(text)
        return self._made.name(text)

    def _number(self, kind: FieldKind, number: float) -> float:
        if number != number or number in (float("inf"), float("-inf")):
            return number
        whole = int(number)
        if kind is FieldKind.SERIAL or self._made.knows_serial(str(whole)):
            return int(self._serial(str(whole)))
        if kind is FieldKind.LOCATION:
            return self._made.location(whole)
        if kind is FieldKind.COORDINATE:
            return self._made.coordinate(number)
        return 0 if kind is FieldKind.NAME else number  # a telephone number, the number of an owner

    def _field(self, text: str) -> str:
        """A key of an object or a level of a topic: usually a fixed word, sometimes a serial number, uuid or name."""
        known = self._fields.get(text)
        if known is None:
            known = self._new_field(text)
            if len(text) <= LONGEST_KEY and len(self._fields) < _MOST_FIELDS:
                self._fields[text] = known
        return known

    def _new_field(self, text: str) -> str:
        made = self._scrub(text)
        if _FIELD.fullmatch(made) or self._pattern.fullmatch(text):
            return made
        return self._made.name(text)

    def _serial(self, text: str) -> str:
        if text.strip() and not re.fullmatch(_SERIAL, text):
            self._remember(text, FieldKind.SERIAL)
        return self._made.serial(text) if text.strip() else text

    def _uuid(self, text: str) -> str:
        if text.strip() and not re.fullmatch(_UUID, text):
            self._remember(text, FieldKind.UUID)
        return self._made.uuid(text) if text.strip() else text

    def _coordinate(self, text: str) -> str:
        try:
            return str(self._made.coordinate(float(text)))
        except ValueError:
            return self._made.name(text)

    def _scrub(self, text: str) -> str:
        """Replace every serial number and uuid inside a text."""
        return self._pattern.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        found = match[0]
        if match.lastgroup == "uuid" or self._odd.get(found) is FieldKind.UUID:
            return self._made.uuid(found)
        return self._serial(found)

    def _remember(self, text: str, kind: FieldKind) -> None:
        """Look from now on for this text too, though it does not look like a serial number or a uuid."""
        # Short ones and plain words would hit innocent text.
        if len(text) >= 6 and re.search(r"\d", text) and text not in self._odd and len(self._odd) < _MOST_ODD:
            self._odd[text] = kind
            self._fields.clear()
            self._pattern = self._compile()

    def _compile(self) -> re.Pattern[str]:
        odd = [re.escape(text) for text in sorted(self._odd, key=len, reverse=True)]
        return re.compile("|".join([f"(?P<uuid>{_UUID})", _FORMULA, _SERIAL, *odd]))


def _content(payload: bytes) -> tuple[Any, bool]:
    """What a payload says, and whether it stands in single quotes. Raises ValueError, RecursionError.

    NaN and numbers of any size pass through the standard library unharmed; msgspec would refuse them.
    """
    text = payload.decode()
    try:
        return json.loads(text), False
    except ValueError:
        return json.loads(text.replace("'", '"')), True


def _note(size: int) -> bytes:
    """What stands in for a payload that cannot be read: as unreadable as it was, and of the same order of size."""
    if size == 0:
        return b""
    about = 1 << (size - 1).bit_length()
    note = f"redacted: up to {about} bytes that are not JSON".encode()
    return note[:about].ljust(min(about, _LONGEST_NOTE), b".")
