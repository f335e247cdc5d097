"""One line of a recording, to and from its form on disk; `t` is seconds since 1970 on the receiving clock."""

from __future__ import annotations

import base64
import binascii
from typing import Literal, TypeAlias

import msgspec

from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Gap, Mark, MqttMessage

Recorded: TypeAlias = MqttMessage | Mark | Gap
"""What a line of a recording says."""


class _Text(msgspec.Struct):
    t: float
    topic: str
    qos: int
    retain: bool
    payload: str


class _Bytes(msgspec.Struct):
    t: float
    topic: str
    qos: int
    retain: bool
    payload_b64: str


class _Mark(msgspec.Struct):
    t: float
    mark: Literal["load-on", "load-off"]
    watts: float
    input: int | None


class _Gap(msgspec.Struct):
    t: float
    gap: float
    reconnects: int
    dropped: int
    dropped_realtime: int
    dropped_unknown: int


class _Line(msgspec.Struct, gc=False):
    """Any line: one struct that takes all forms, and numbers as other writers may spell them."""

    t: float
    topic: str | None = None
    qos: float = 0
    retain: bool | int = False
    payload: str | None = None
    payload_b64: str | None = None
    mark: Literal["load-on", "load-off"] | None = None
    watts: float | None = None
    input: float | None = None
    gap: float | None = None
    reconnects: float = 0
    dropped: float = 0
    dropped_realtime: float = 0
    dropped_unknown: float = 0


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """A line that cannot be read and was skipped, or the end of a file that is cut off."""

    number: int
    """Counted from 1."""
    reason: Fact
    """What is wrong with it."""


_MOST_COUNTED = 1e12
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)


def encode(item: Recorded) -> bytes:
    """The line for one message, mark or gap, with its line feed."""
    line: _Mark | _Gap | _Text | _Bytes
    if isinstance(item, Mark):
        line = _Mark(item.at, item.kind, item.watts, item.input)
    elif isinstance(item, Gap):
        line = _Gap(item.at, item.seconds, item.reconnects, item.dropped, item.realtime, item.unknown)
    else:
        try:
            text = item.payload.decode()
        except UnicodeDecodeError:
            packed = base64.b64encode(item.payload).decode("ascii")
            line = _Bytes(item.at, item.topic, item.qos, item.retain, packed)
        else:
            line = _Text(item.at, item.topic, item.qos, item.retain, text)
    return _encoder.encode(line) + b"\n"


def decode(number: int, line: bytes) -> Recorded | BadLine:
    """Read one line; whatever is wrong with it comes back as a `BadLine` with its number."""
    try:
        read = _decoder.decode(line)
        if read.mark is not None:
            return _mark(number, read)
        if read.gap is not None and read.topic is None:
            return _gap(number, read)
        if read.topic is None:
            return BadLine(number, fact("recording.bad.no_topic"))
        if read.qos not in (0, 1, 2):
            return BadLine(number, fact("recording.bad.qos", qos=read.qos))
        if read.payload is not None:
            payload = read.payload.encode()
        elif read.payload_b64 is not None:
            payload = base64.b64decode(read.payload_b64, validate=True)
        else:
            return BadLine(number, fact("recording.bad.no_payload"))
        return MqttMessage(read.t, read.topic, payload, int(read.qos), bool(read.retain))
    except msgspec.ValidationError as error:
        return BadLine(number, fact("recording.bad.other", why=str(error)[:300]))
    except msgspec.DecodeError as error:
        return BadLine(number, fact("recording.bad.no_json", why=str(error)[:300]))
    except (binascii.Error, UnicodeError):
        return BadLine(number, fact("recording.bad.damaged"))
    except RecursionError:
        return BadLine(number, fact("recording.bad.too_deep"))


def _gap(number: int, line: _Line) -> Gap | BadLine:
    counts = (line.reconnects, line.dropped, line.dropped_realtime, line.dropped_unknown)
    seconds = line.gap or 0.0
    if not all(0 <= count < _MOST_COUNTED for count in (seconds, *counts)):
        return BadLine(number, fact("recording.bad.gap"))
    return Gap(line.t, seconds, *map(int, counts))


def _mark(number: int, line: _Line) -> Mark | BadLine:
    if line.mark is None or line.watts is None:
        return BadLine(number, fact("recording.bad.no_watts"))
    if line.input is None:
        return Mark(line.t, line.mark, line.watts)
    if not line.input.is_integer():
        return BadLine(number, fact("recording.bad.input", input=line.input))
    return Mark(line.t, line.mark, line.watts, int(line.input))
