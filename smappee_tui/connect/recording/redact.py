"""Take out of a recording whatever tells whose installation it is.

An allow list: what `protocol.vocabulary` knows at a place stays if it measures, or is made up anew if it names. All the
rest is blanked, for nobody can say what a key means that nobody knows.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from smappee_tui.connect.recording.counters import Counters
from smappee_tui.connect.recording.pseudonyms import BAD_BYTE, SIX_DIGITS, YEARS, Pseudonymizer
from smappee_tui.protocol.damage import DAMAGED_NUMBER, parsed
from smappee_tui.protocol.fields import Holds, Meaning
from smappee_tui.protocol.meter import TOPIC as METER
from smappee_tui.protocol.meter import MeterReading, message_of, reading_of
from smappee_tui.protocol.received import MqttMessage
from smappee_tui.protocol.stamps import NEAR
from smappee_tui.protocol.topics import LONGEST_TOPIC, Kind
from smappee_tui.protocol.vocabulary import KnownField, Shape, shape_of
from smappee_tui.protocol.wire import DEEPEST_WRAP, HEAD, LARGEST_MENDED, LARGEST_PAYLOAD, WRAPPER, mended

_BAD_BYTE = re.compile(rb"(?<!\\)" + re.escape(json.dumps(BAD_BYTE)[1:-1].encode()))
_BAD_NUMBER = json.dumps(DAMAGED_NUMBER).encode()
_LONGEST_NOTE = 64 * 1024
_MOST_TOPICS = 10_000
_INNER = "jsonContent"
_Item = TypeVar("_Item")


class Redactor:
    """Replaces whatever is not known to name nobody.

    One redactor serves one recording: the same original becomes the same replacement from its first line to its last,
    in topics, values and inside formulas. Times and configuration stay as they are, measurements as finely as any
    monitor tells them, counters with what they count: it is judged as the original is.
    """

    def __init__(self) -> None:
        self._now = MqttMessage(0.0, "", b"")
        self._said: str | None = None
        """All of it as one text, once somebody asked."""
        self.made = Pseudonymizer(self._around)
        """Hands out the identities, for what is given away with the recording, too."""
        self._topics: dict[str, tuple[str, Kind]] = {}
        self._whose = ""
        """Topic of the message in hand, made up: its counters are told apart by it."""
        self._live = _LiveRedactor(self.made)

    @property
    def unknown(self) -> int:
        """How many values, keys and levels of topics it replaced because it does not know what they are."""
        return self.made.unknown

    def redact(self, item: _Item) -> _Item:
        """A copy without anything personal. Marks and gaps hold nothing personal and come back as they are."""
        if not isinstance(item, MqttMessage):
            return item
        if item.topic == METER:  # numbers and nothing else, whoever wrote the line
            reading = reading_of(item)
            numbers = b"{}" if reading is None else message_of(_as_fine_as_a_meter(reading)).payload
            return msgspec.structs.replace(item, payload=numbers)
        self._now, self._said, self.made.at = item, None, item.at
        topic, kind = self._door(item.topic)
        payload = self._live(topic, item.payload) if kind is Kind.REALTIME else None
        if payload is None:
            payload = self._payload(topic, kind, item.payload)
        return msgspec.structs.replace(item, topic=topic, payload=payload)

    def _around(self) -> str:
        """The message in hand as one text: nothing made up may stand in it by chance."""
        if self._said is None:
            try:
                content = json.dumps(_content(self._now.payload)[0], ensure_ascii=False)
            except (ValueError, RecursionError):
                content = self._now.payload[:LARGEST_MENDED].decode(errors="replace")
            self._said = f"{self._now.topic} {content}"
        return self._said

    def _door(self, topic: str) -> tuple[str, Kind]:
        if len(topic) > LONGEST_TOPIC:
            return self.made.topic(topic)
        known = self._topics.get(topic)
        if known is None:
            if len(self._topics) >= _MOST_TOPICS:
                self._topics.clear()
            known = self._topics[topic] = self.made.topic(topic)
        return known

    def _payload(self, topic: str, kind: Kind, payload: bytes) -> bytes:
        self._whose = topic
        try:
            content, single = _content(payload)
            wrapped = payload.find(WRAPPER, 0, HEAD) >= 0
            made = json.dumps(
                self._body(shape_of(kind), content, DEEPEST_WRAP if wrapped else 0), separators=(",", ":")
            )
        except (ValueError, RecursionError):
            return _note(len(payload))
        if single and "'" not in made:
            made = made.replace('"', "'")  # some firmware writes it so, and a replay should see that
        return _BAD_BYTE.sub(b"\xff", made.encode("ascii").replace(_BAD_NUMBER, b"\xff"))

    def _body(self, shape: Shape, content: Any, wraps: int) -> Any:
        """A body, or one that stands inside `jsonContent` as an object or once more as text."""
        if not wraps or not isinstance(content, dict) or _INNER not in content:
            return self._object(shape, content)
        inner, others = content[_INNER], {key: item for key, item in content.items() if key != _INNER}
        if isinstance(inner, str):
            try:
                made: Any = json.dumps(self._body(shape, parsed(inner, float), wraps - 1), separators=(",", ":"))
            except ValueError:
                made = self.made.blank(inner)
        else:
            made = self._body(shape, inner, wraps - 1)
        return {_INNER: made, **self._unknown(others)}

    def _object(self, shape: Shape, value: Any) -> Any:
        if not isinstance(value, dict):
            return self._unknown(value)
        made = {}
        for key, item in value.items():
            known = shape.get(key)
            if known is None:
                made[self.made.key(key)] = self._unknown(item)
            elif (
                known.meaning is not None and known.meaning.holds is Holds.COUNTER and not isinstance(item, dict | list)
            ):
                made[key] = self._counter(key, value, item)
            else:
                made[key] = self._value(known, item)
        return made

    def _counter(self, key: str, row: dict[str, Any], told: float | str) -> object:
        number = next((row[name] for name in _INPUTS if isinstance(row.get(name), int | float | str)), None)
        made = self.made.counter(self.made.counters(self._whose, key), number, told)
        return made if not isinstance(told, str) else "" if made is None else str(made)

    def _value(self, known: KnownField, value: Any) -> Any:
        if isinstance(value, dict):
            return self._object(known.inside, value)
        if isinstance(value, list) and known.many:
            return [self._value(known, item) for item in value]
        if value is None or isinstance(value, bool):
            return value
        if known.meaning is None or isinstance(value, list):
            return self._unknown(value)
        return (
            self.made.text(known.meaning, value) if isinstance(value, str) else self.made.number(known.meaning, value)
        )

    def _unknown(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.made.key(key): self._unknown(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._unknown(item) for item in value]
        if isinstance(value, str):
            return self.made.blank(value)
        if value is None or isinstance(value, bool):
            return value
        return self.made.zero()


def _as_fine_as_a_meter(reading: MeterReading) -> MeterReading:
    """Of what claims to be a meter's reading what a meter can tell: whoever may publish can write any number there."""
    steps = {f"{what}_step": step if (step := getattr(reading, f"{what}_step")) in _STEPS else 1.0 for what in _STEPPED}
    lines = {what: tuple(round(one, 2 if what == "amps" else 1) for one in getattr(reading, what)) for what in _LINES}
    told = reading.told if abs(reading.told - reading.at) < NEAR else math.nan
    return msgspec.structs.replace(reading, total=round(reading.total, 1), told=told, **lines, **steps)


_STEPS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
_STEPPED = ("watts", "amps")
_LINES = (*_STEPPED, "volts")
_INPUTS = ("ctInput", "publishIndex")


def _number(row: Any) -> object:
    """Of the input that a row is of."""
    number = getattr(row, "ctInput", UNSET)
    return number if number is not UNSET else getattr(row, "publishIndex", None)


_NAMING = (Holds.FORMULA, Holds.LOCATION)


def _held(known: KnownField, *kinds: Holds) -> list[Meaning]:
    """Its meaning, where it is of these kinds."""
    return [known.meaning] if known.meaning is not None and known.meaning.holds in kinds else []


def _fast(meaning: Meaning) -> Any:
    """The type of a value of a one-second message when nothing about it is unusual; None: it may not stand there."""
    if meaning.holds is Holds.MEASURE and not meaning.least:
        few = msgspec.Meta(gt=-SIX_DIGITS, lt=SIX_DIGITS)
        return Annotated[int, few] | Annotated[float, msgspec.Meta(gt=-10_000, lt=10_000, multiple_of=0.5)] | None
    if meaning.holds in (Holds.MEASURE, Holds.COUNTER):
        return _between(int(meaning.least), int(meaning.most))
    if meaning.holds is Holds.TIME:
        return _between(*(1000 * year for year in YEARS))
    if meaning.holds is Holds.ID:
        return Annotated[int, msgspec.Meta(gt=-SIX_DIGITS, lt=SIX_DIGITS)] | None
    return {Holds.LOCATION: int | None, Holds.FORMULA: str | None}.get(meaning.holds)


def _between(least: int, most: int) -> Any:
    return Annotated[int, msgspec.Meta(ge=least, le=most)] | Annotated[float, msgspec.Meta(ge=least, le=most)] | None


class _LiveRedactor:
    """The same for the message that comes every second, through structs: a fifteenth of the time.

    It takes only what is known in every key and has the usual types; anything else is left to the long way.
    """

    def __init__(self, made: Pseudonymizer) -> None:
        shape = shape_of(Kind.REALTIME)
        self._made = made
        self._decoder = msgspec.json.Decoder(_struct_of(shape, "Live"))
        self._encoder = msgspec.json.Encoder()
        inner = [(outer, key, known) for outer, rows in shape.items() for key, known in rows.inside.items()]
        self._named = [(outer, key, held) for outer, key, known in inner for held in _held(known, *_NAMING)]
        """Which fields of which rows name somebody."""
        self._counters = [(outer, key) for outer, key, known in inner if _held(known, Holds.COUNTER)]
        self._totals = [key for key, known in shape.items() if _held(known, Holds.COUNTER)]
        alone = [(key, held) for key, known in shape.items() for held in _held(known, Holds.MEASURE, Holds.TIME)]
        self._looked_at = [(key, held) for key, held in alone if held.least or held.holds is Holds.TIME]
        """Measurements told more finely than they are passed on, and moments: whether they are, no type can tell."""
        self._seen: dict[str | int, str | float | None] = {}

    def __call__(self, topic: str, payload: bytes) -> bytes | None:
        if len(payload) > LARGEST_PAYLOAD:
            return None
        try:
            message = self._decoder.decode(payload)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None
        for outer, inner, meaning in self._named:
            for row in getattr(message, outer) or ():
                value = getattr(row, inner)
                if value is not UNSET and value is not None:
                    setattr(row, inner, self._named_anew(meaning, value))
        for outer, inner in self._counters:
            self._count(self._made.counters(topic, inner), inner, getattr(message, outer) or ())
        for key in self._totals:
            self._count(self._made.counters(topic, key), key, (message,))
        for key, meaning in self._looked_at:
            value = getattr(message, key)
            if value is not UNSET and value is not None:
                setattr(message, key, self._made.number(meaning, value))
        return self._encoder.encode(message)

    def _count(self, counters: Counters, key: str, rows: Iterable[Any]) -> None:
        for row in rows:
            value = getattr(row, key)
            if value is not UNSET and value is not None:
                made = counters.of(_number(row), value, self._made.at)
                setattr(row, key, made)
                self._made.unknown += made is None

    def _named_anew(self, meaning: Meaning, value: str | int) -> str | float | None:
        seen = self._seen.get(value)
        if seen is None:
            make: Callable[..., str | float | None] = self._made.text if isinstance(value, str) else self._made.number
            seen = make(meaning, value)
            if len(self._seen) >= _MOST_TOPICS:
                self._seen.clear()
            if isinstance(value, int) or len(value) <= LONGEST_TOPIC:
                self._seen[value] = seen
        return seen


def _struct_of(shape: Shape, name: str) -> type[msgspec.Struct]:
    """A struct of exactly these keys, in which what was left out stays left out."""
    fields: list[tuple[str, Any, Any]] = []
    for key, known in shape.items():
        if known.inside:
            fields.append((key, list[_struct_of(known.inside, f"{name}_{key}")] | UnsetType, UNSET))  # type: ignore[misc]
        elif known.meaning is not None and (fast := _fast(known.meaning)) is not None:
            fields.append((key, fast | UnsetType, UNSET))
    return msgspec.defstruct(name, fields, forbid_unknown_fields=True, gc=False)


def _content(payload: bytes) -> tuple[Any, bool]:
    """What a payload says, and whether it stands in single quotes. Raises ValueError, RecursionError.

    NaN and numbers of any size pass through the standard library unharmed; msgspec would refuse them. What is no text
    becomes a lone surrogate, by which the damage is known later.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError(len(payload))
    try:
        return json.loads(payload.decode(errors="surrogateescape"), parse_int=_whole), False
    except ValueError:
        if len(payload) > LARGEST_MENDED:
            raise
        single = b"'" in payload and b'"' not in payload
        return parsed(mended(payload).rstrip(b"\0").decode(errors="surrogateescape"), float), single


def _whole(text: str) -> int:
    """A whole number; one of thousands of digits, which Python does not take, becomes another that nobody can have."""
    return int(text) if len(text) < 1000 else 10**999


def _note(size: int) -> bytes:
    """What stands in for a payload that cannot be read: as unreadable as it was, and of the same order of size."""
    if size == 0:
        return b""
    about = 1 << (size - 1).bit_length()
    note = f"redacted: up to {about} bytes that are not JSON".encode()
    return note[:about].ljust(min(about, _LONGEST_NOTE), b".")
