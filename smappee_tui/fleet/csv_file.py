"""A list of locations for a spreadsheet: opens by a double click, nothing in it is a formula, codes never change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from smappee_tui.connect.atomic_write import write_atomically
from smappee_tui.connect.errors import CannotWriteError
from smappee_tui.fleet.view import LocationRow
from smappee_tui.i18n import Translator, current
from smappee_tui.i18n.text import text_cell
from smappee_tui.protocol.fact import fact

_BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""
_TIMES = frozenset({"last", "judged", "changed"})
COLUMNS = tuple(f"{name}_utc" if name in _TIMES else name for name in LocationRow._fields)


def fleet_csv(rows: Iterable[LocationRow], words: Translator | None = None) -> bytes:
    """One line a location; what is not known is empty. Separator and decimal sign as the language's spreadsheets have
    them."""
    said = words or current()
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=said("format.csv_separator"))
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([_cell(name, value, said("format.decimal")) for name, value in row._asdict().items()])
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def _cell(name: str, value: object, decimal: str) -> str:
    if name in _TIMES:
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S}" if isinstance(value, float) and value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}".replace(".", decimal) if value == value else ""
    return text_cell(" ".join(value) if isinstance(value, tuple) else str(value))


def write_csv(rows: Iterable[LocationRow], folder: Path, now: float) -> Path:
    """Write it under a name of the moment.

    Args:
        rows: the locations.
        folder: where to.
        now: s since 1970.

    Raises:
        CannotWriteError: with what to do instead.
    """
    path = folder / f"smappee-fleet-{datetime.fromtimestamp(now, UTC):%Y%m%d-%H%M%S}.csv"
    try:
        write_atomically(path, fleet_csv(rows))
    except OSError as error:
        raise CannotWriteError(
            fact("fleet.unwritable", path=str(path), why=error.strerror or str(error)), fact("fleet.unwritable_advice")
        ) from error
    return path
