"""An answer as loose rows: every value is looked at before it is believed, and one bad value spoils no other."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from smappee_tui.protocol.fact import UnreadableError, fact
from smappee_tui.protocol.wire import (
    FAILURES,
    LARGEST_MENDED,
    LONGEST_TEXT,
    identity,
    mended,
    tristate,
    unreadable,
    whole,
)

MOST_ROWS = 100_000
"""Rows of one list that are looked at."""
_LARGEST = 1e18


def read_json(kind: str, body: bytes) -> Any:
    """Any JSON, also with the slips that real servers make: a byte order mark, NaN, a comma too many.

    Args:
        kind: what it is the answer to, for the error.
        body: as received.

    Raises:
        UnreadableError: when it is no JSON at all.
    """
    try:
        return msgspec.json.decode(body)
    except FAILURES as error:
        try:
            # The standard library also takes NaN, halves of letters and numbers beyond a float.
            return json.loads(mended(body) if len(body) <= LARGEST_MENDED else body)
        except (ValueError, RecursionError):
            raise unreadable(kind, body, error) from None


class JsonRow:
    """One object of an answer. What is missing, null or of the wrong type reads as not there."""

    __slots__ = ("fields", "odd")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.odd = False
        """Something was there that could not be read."""

    def text(self, *names: str) -> str:
        """The first of these fields that is a text or a number, as text; "" where none is."""
        for name in names:
            value = self.fields.get(name)
            if isinstance(value, str):
                return shown(value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return identity(float(value)) if abs(value) < 1e15 else shown(str(value)[:100])
        return ""

    def number(self, *names: str) -> float | None:
        """The first of these fields that is there, as a finite number."""
        for name in names:
            value = self.fields.get(name)
            if value is not None:
                number = number_of(value)
                self.odd = self.odd or number is None
                return number
        return None

    def whole(self, *names: str) -> int | None:
        """The first of these fields that is a whole number."""
        for name in names:
            number = whole_of(self.fields.get(name))
            if number is not None:
                return number
        return None

    def flag(self, name: str) -> bool | None:
        """A yes, a no, or None where it says neither."""
        value = self.fields.get(name)
        return tristate(value) if isinstance(value, bool | int | float | str) else None

    def numbers(self, *names: str) -> tuple[float | None, ...]:
        """The first of these fields that is a list, as numbers; what is none of them is None in its place."""
        for name in names:
            value = self.fields.get(name)
            if isinstance(value, list):
                found = tuple(number_of(one) for one in value[:MOST_ROWS])
                self.odd = self.odd or any(n is None and v is not None for n, v in zip(found, value, strict=False))
                return found
            self.odd = self.odd or value is not None
        return ()

    def row(self, name: str) -> JsonRow:
        """An object within; an empty one where there is none."""
        value = self.fields.get(name)
        return JsonRow(value) if isinstance(value, dict) else JsonRow({})

    def rows(self, name: str) -> list[JsonRow]:
        """The objects of a list; what is no object is left out."""
        return rows_of(self.fields.get(name))

    def has(self, *names: str) -> bool:
        """Whether one of these fields is told at all."""
        return any(self.fields.get(name) is not None for name in names)


def rows_of(value: Any) -> list[JsonRow]:
    """The objects of a list; nothing where it is no list."""
    return [JsonRow(one) for one in value[:MOST_ROWS] if isinstance(one, dict)] if isinstance(value, list) else []


def number_of(value: Any) -> float | None:
    """A finite number, also where it was written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) <= _LARGEST else None


def whole_of(value: Any) -> int | None:
    """A whole number, also where it was written as text; None for anything else."""
    number = number_of(value)
    return None if number is None else whole(number)


def shown(text: str) -> str:
    """A text as sent, cut to a sane length; halves of letters, which no output takes, are replaced."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def no_object(kind: str) -> UnreadableError:
    """The error for an answer that is JSON, but of another shape."""
    return UnreadableError(kind, fact("messages.other_form"), "$")
