"""One value as a person, a spreadsheet and a program read it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import isfinite

from smappee_tui.cli.json_values import number
from smappee_tui.plaintext import clean

Value = str | float | int | bool | datetime | None


def seen(value: Value, digits: int = 1) -> str:
    """For a table: a dash for what is not known, foreign text made harmless."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return clean(value) or "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int):
        return str(value)
    return fixed(value, digits)


def fixed(value: float, digits: int) -> str:
    """With so many digits behind the point; a zero has no sign, and what is no number is a dash."""
    return f"{round(value, digits) + 0.0:,.{digits}f}" if isfinite(value) else "-"


def csv_cell(value: Value) -> str:
    """For a spreadsheet: nothing is a formula, a number has a point, what is not known is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        from smappee_tui.report.csv_file import text_cell  # slow to import, and only CSV needs it

        return text_cell(value)
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
