"""Numbers and times as the JSON documents write them."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, text_cell

_UNSAFE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""Characters that steer a terminal or turn text round; JSON can spell them so that they do neither."""


def number(value: float | None, digits: int) -> float | int | None:
    """Round; None for what is not known or no number. Whole numbers are written without a point."""
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded


def iso(at: float | None) -> str | None:
    """ISO 8601 in UTC to the millisecond; None for no time, or one that no calendar has."""
    if at is None or not math.isfinite(at):
        return None
    try:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return None


def as_text(document: dict[str, Any], *, ascii_only: bool = False) -> str:
    """Write a document so that it can be shown on any terminal: nothing in a device's name steers it."""
    text = json.dumps(document, ensure_ascii=ascii_only, indent=2, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


Value = str | float | int | bool | datetime | None


def seen(value: Value, digits: int = 1) -> str:
    """For a table: a dash for what is not known, foreign text made harmless."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return tr("format.yes" if value else "format.no")
    if isinstance(value, str):
        return clean(value) or "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int):
        return str(value)
    return fixed(value, digits)


def fixed(value: float, digits: int) -> str:
    """With so many digits behind the point; a zero has no sign, and what is no number is a dash."""
    return current().number(round(value, digits) + 0.0, f",.{digits}f") if isfinite(value) else "-"


def csv_cell(value: Value) -> str:
    """For a spreadsheet: nothing is a formula, a number has a point, what is not known is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return '"' + text_cell(value).replace('"', '""') + '"'
    if isinstance(value, datetime):
        return zulu(value) if value.tzinfo is UTC else value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int):
        return str(value)
    rounded = number(value, 6)
    return "" if rounded is None else str(rounded)


def csv_line(values: list[Value]) -> str:
    """One line of CSV, without its end."""
    return ",".join(csv_cell(value) for value in values)


def zulu(at: datetime) -> str:
    """ISO 8601 in UTC: to the second, or to the millisecond where there are some."""
    fine = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=fine).replace("+00:00", "Z")


def compact(document: object) -> str:
    """A JSON value on one line, all ASCII: nothing in a foreign name steers a terminal."""
    return json.dumps(document, ensure_ascii=True, allow_nan=False)


def role_word(role: str) -> str:
    """What a CT is there for: "grid", or a role of the configuration."""
    return tr(f"cli.role_{role}") if current().has(f"cli.role_{role}") else clean(role.lower())


def sized(size: int) -> str:
    """A file's size: 812 bytes, 9.4 kB, 1.2 MB."""
    if size < 1000:
        return tr("cli.bytes", count=size)
    return tr("cli.kilobytes", size=size / 1e3) if size < 1e6 else tr("cli.megabytes", size=size / 1e6)
