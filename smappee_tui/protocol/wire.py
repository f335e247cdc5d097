"""Reading JSON leniently but safely: quirks that real payloads show, and limits that keep a hostile one harmless."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

import msgspec

from smappee_tui.protocol.fact import Fact, UnreadableError, fact

MOST_ROWS = 400
"""Channels in one message that are read. The largest installation documented has 80-odd."""
LARGEST_PAYLOAD = 4 * 1024 * 1024
"""Bytes. An 80-channel configuration has about 100 kB; more than this is no monitor's."""
LARGEST_MENDED = 512 * 1024
"""Bytes up to which a payload that does not fit at once is read a second time, slowly."""
LONGEST_TEXT = 10_000
"""Characters of a name that are kept."""
HIGHEST_INPUT = 9999
"""The highest input number believed. The largest installation documented has 80-odd channels."""

T = TypeVar("T")

Number = Annotated[float, msgspec.Meta(ge=-1e18, le=1e18)] | None

FAILURES = (msgspec.DecodeError, ValueError, OverflowError, RecursionError)
"""Every way in which the decoder says no: malformed, wrong type, not UTF-8, a number too large, nested too deeply."""

_QUOTED_OR_COMMA = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|,(?=\s*[}\]])', re.DOTALL)
_PLACE = re.compile(r" - at `([^`]*)`")
_BYTE = re.compile(r"\(byte (\d+)\)")
_SAID = (
    ("messages.wrong_type", ("wanted", "got"), re.compile(r"Expected `(.{1,300})`, got `(.{1,300})`")),
    ("messages.missing_field", ("field",), re.compile(r"Object missing required field `(.{1,300})`")),
    ("messages.malformed", ("said",), re.compile(r"JSON is malformed: (.{1,300})")),
    ("messages.truncated", (), re.compile(r"Input data was truncated")),
)


def checked_decode(decoder: msgspec.json.Decoder[T], topic: str, payload: bytes) -> T:
    """Decode, and turn every way of failing into one typed error.

    Raises:
        UnreadableError: too large, not JSON, nested beyond reason, or a value of the wrong type.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise too_large(topic, payload)
    try:
        return decoder.decode(payload)
    except FAILURES as error:
        return second_try(decoder.type, topic, payload, error)


def second_try(shape: type[T], topic: str, payload: bytes, error: Exception) -> T:
    """Read once more what did not fit at once, the slow way, or say why it cannot be read.

    Mends slips that are harmless: single quotes (`setstate`), a byte order mark, a comma before a closing bracket,
    and null where a list or an object is expected, which means the same as leaving it out.

    Args:
        shape: the type to read.
        topic: as received.
        payload: as received, no larger than `LARGEST_PAYLOAD`.
        error: how the first reading failed.

    Raises:
        UnreadableError: with what was wrong at first, or still is.
    """
    if len(payload) <= LARGEST_MENDED:
        tidy = mended(payload)
        try:
            if tidy != payload or b"null" in payload:
                return msgspec.convert(_without_nulls(msgspec.json.decode(tidy)), shape, strict=False)
        except msgspec.ValidationError as still:
            error = still  # what is wrong with it when every slip is forgiven
        except FAILURES:
            pass
    raise unreadable(topic, payload, error) from None


WRAPPER_KEY = "jsonContent"
WRAPPER = f'"{WRAPPER_KEY}"'.encode()
"""Some bridges, and the vendor's own cloud, send every body inside an object under this key."""
HEAD = 400
"""Bytes within which the wrapper's key stands: only a few short fields can come before the body itself."""
DEEPEST_WRAP = 3


class _Wrapped(msgspec.Struct, gc=False):
    jsonContent: msgspec.Raw = msgspec.Raw()  # noqa: N815 - the wire's name


_WRAPPED = msgspec.json.Decoder(_Wrapped)


def unwrapped(payload: bytes) -> bytes:
    """The body inside `jsonContent`, which holds it as an object or once more as text; other payloads as they are."""
    for _ in range(DEEPEST_WRAP):
        if WRAPPER not in payload or len(payload) > LARGEST_PAYLOAD:
            break
        try:
            inner = bytes(_WRAPPED.decode(payload).jsonContent)
            if inner.startswith(b'"'):
                inner = msgspec.json.decode(inner, type=str).encode()
        except FAILURES:
            break
        if not inner:
            break
        payload = inner
    return payload


def too_large(topic: str, payload: bytes) -> UnreadableError:
    """The error for a payload that is not looked at."""
    reason = fact("messages.too_large", bytes=len(payload), most=LARGEST_PAYLOAD)
    return UnreadableError(topic, reason, LARGEST_PAYLOAD)


def mended(payload: bytes) -> bytes:
    """The payload without slips that are harmless: a byte order mark, single quotes only, a comma too many."""
    payload = payload.removeprefix(b"\xef\xbb\xbf")
    if b"'" in payload and b'"' not in payload:
        payload = payload.replace(b"'", b'"')
    return _QUOTED_OR_COMMA.sub(lambda found: b"" if found[0] == b"," else found[0], payload)


def _without_nulls(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_nulls(value) for key, value in content.items() if value is not None}
    return [_without_nulls(value) for value in content] if isinstance(content, list) else content


def unreadable(topic: str, payload: bytes, error: Exception) -> UnreadableError:
    """The error for a payload that cannot be decoded: what is wrong with it, and where."""
    if not payload:
        return UnreadableError(topic, fact("messages.empty"), 0)
    if isinstance(error, RecursionError):
        return UnreadableError(topic, fact("messages.nested"), "$")
    if isinstance(error, UnicodeDecodeError):
        return UnreadableError(topic, fact("messages.not_utf8"), _first_bad_byte(payload))
    text = str(error)
    place = _PLACE.search(text)
    byte = _BYTE.search(text)
    where: str | int = place[1] if place else int(byte[1]) if byte else "$"
    if "truncated" in text:
        where = len(payload)
    return UnreadableError(topic, _reason(_BYTE.sub("", _PLACE.sub("", text)).strip()), where)


def _reason(said: str) -> Fact:
    """What the decoder says: it has no codes, only these messages."""
    for code, names, pattern in _SAID:
        if found := pattern.fullmatch(said):
            return Fact(code, dict(zip(names, found.groups(), strict=True)))
    return fact("messages.decoder", said=said[:300])


def _first_bad_byte(payload: bytes) -> int:
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def clean(text: str | None) -> str:
    """A device's text, cut to a sane length. It is data: it is never interpreted here or later."""
    return "" if text is None else text[:LONGEST_TEXT]


def identity(value: str | float | None) -> str:
    """A serial or version number as text, however it was written; "" where there is none."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return clean(value).strip()


def word(text: str | None, default: str = "UNKNOWN") -> str:
    """An enum word as sent, upper case, or the default where there is none."""
    stripped = (text or "").strip().upper()[:100]
    return stripped or default


def seconds(millis: float | str | None) -> float | None:
    """Milliseconds since 1970, number or text, as seconds; None where that cannot be said."""
    try:
        value = float(millis) / 1000 if millis is not None else None
    except (ValueError, OverflowError):
        return None
    return value if value is not None and 0 <= value <= 1e11 else None


def whole(value: float | str | None) -> int | None:
    """A whole number, however it was written; None where it is none, or absurdly large."""
    try:
        number = float(value) if value is not None else None
    except (ValueError, OverflowError):
        return None
    if number is None or not abs(number) < 1e15 or not number.is_integer():
        return None
    return int(number)


def reading(value: float | str | None, least: float, most: float) -> float | None:
    """What a sensor measured, in the wire's unit; None where it is no number, or beyond what can be measured.

    Sensors say "no reading" with a number that none is: 255, -1, -127 °C, 65535.
    """
    try:
        number = float(value) if value is not None else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and least <= number <= most else None


def input_number(value: float | str | None) -> int | None:
    """The number of a CT input; None where it is none that a monitor can have."""
    number = whole(value)
    return number if number is not None and 0 <= number <= HIGHEST_INPUT else None


def flag(value: Any) -> bool:  # the wire writes true, 1, "true"
    """Whether a flag is set, in any of the spellings seen. Absent, or something that is no flag, means no."""
    return tristate(value) is True


def tristate(value: Any) -> bool | None:
    """A flag in any of the spellings seen, or None where it says neither yes nor no."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    if isinstance(value, str):
        said = value.strip().lower()
        return True if said in ("true", "1", "yes", "on") else (False if said in ("false", "0", "no", "off") else None)
    return None
