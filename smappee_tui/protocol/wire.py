"""Reading JSON leniently but safely: quirks that real payloads show, and limits that keep a hostile one harmless."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

import msgspec

from smappee_tui.protocol.errors import Unreadable

LARGEST_PAYLOAD = 4 * 1024 * 1024
"""Bytes. An 80-channel configuration has about 100 kB; more than this is no monitor's."""
LONGEST_TEXT = 10_000
"""Characters of a name that are kept."""
SMALL = 4096
"""Bytes up to which a payload is worth repairing (single quotes, a comma too many)."""

T = TypeVar("T")

Number = Annotated[float, msgspec.Meta(ge=-1e18, le=1e18)] | None
Millis = Annotated[float, msgspec.Meta(ge=0, le=1e14)] | str | None

_TRAILING_COMMA = re.compile(rb",(\s*[}\]])")
_PLACE = re.compile(r" - at `([^`]*)`")
_BYTE = re.compile(r"\(byte (\d+)\)")


def checked_decode(decoder: msgspec.json.Decoder[T], topic: str, payload: bytes) -> T:
    """Decode, and turn every way of failing into one typed error.

    Raises:
        Unreadable: too large, not JSON, nested beyond reason, or a value of the wrong type.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise Unreadable(topic, f"{len(payload)} bytes; the largest payload accepted has {LARGEST_PAYLOAD}")
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise _unreadable(topic, error) from None
    except (msgspec.DecodeError, RecursionError) as error:
        repaired = _repair(payload)
        if repaired is not None:
            try:
                return decoder.decode(repaired)
            except (msgspec.DecodeError, RecursionError):
                pass
        raise _unreadable(topic, error) from None


def _repair(payload: bytes) -> bytes | None:
    """Mend the two slips seen in the wild: single quotes (`setstate`) and a comma before a closing bracket."""
    fixed = payload
    if len(fixed) <= SMALL and b"'" in fixed and b'"' not in fixed:
        fixed = fixed.replace(b"'", b'"')
    fixed = _TRAILING_COMMA.sub(rb"\1", fixed)
    return None if fixed == payload else fixed


def _unreadable(topic: str, error: Exception) -> Unreadable:
    text = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    place = _PLACE.search(text)
    byte = _BYTE.search(text)
    where = place[1] if place else (f"byte {byte[1]}" if byte else "")
    return Unreadable(topic, _BYTE.sub("", _PLACE.sub("", text)).strip(), where)


def clean(text: str | None) -> str:
    """A device's text, cut to a sane length. It is data: it is never interpreted here or later."""
    return "" if text is None else text[:LONGEST_TEXT]


def word(text: str | None, default: str = "UNKNOWN") -> str:
    """An enum word as sent, upper case, or the default where there is none."""
    stripped = (text or "").strip().upper()[:100]
    return stripped or default


def seconds(millis: float | str | None) -> float | None:
    """Milliseconds since 1970, number or text, as seconds; None where that cannot be said."""
    try:
        value = float(millis) / 1000 if millis is not None else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value <= 1e11 else None


def whole(value: float | str | None) -> int | None:
    """A whole number, however it was written; None where it is none."""
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    if number is None or not abs(number) < 1e15:
        return None
    return int(number)


def flag(value: Any) -> bool:  # the wire writes true, 1, "true"
    """Whether a flag is set, in any of the spellings seen. Absent means no."""
    return value.strip().lower() in ("true", "1", "yes", "on") if isinstance(value, str) else bool(value)
