"""A list that fits into memory, printed as a table, as CSV or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from smappee_tui.cli.cloud.cells import Value, csv_line, seen
from smappee_tui.cli.cloud.words import Form
from smappee_tui.plaintext import pad, width

WIDEST = 120
_LEAST = 8
"""Cells that a column which gives way keeps."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    """Its name in CSV."""
    head: str
    """Its name in the table; "" leaves it out there."""
    right: bool = False
    gives: bool = False
    """Cut where the table is too wide for the terminal."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a command has to say."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    document: dict[str, Any]
    """For `--json`, its `schema` included."""
    before: Sequence[str] = ()
    """Lines above the table, clean."""
    empty: str = "None."
    """Instead of a table without rows."""
    after: Sequence[str] = field(default=())


def show(listing: Listing, form: Form) -> None:
    """Print it."""
    from smappee_tui.cli.talk import out, speaks_utf8

    if form == "json":
        from smappee_tui.cli.check_json import as_text

        out(as_text(listing.document, ascii_only=not speaks_utf8(sys.stdout)))
    elif form == "csv":
        out(csv_line([column.key for column in listing.columns]))
        for row in listing.rows:
            out(csv_line(list(row)))
    else:
        from smappee_tui.cli.colour import columns

        for line in (*listing.before, *table(listing, min(columns(), WIDEST)), *listing.after):
            out(line)


def table(listing: Listing, cells: int) -> Iterator[str]:
    """The lines of the table, at most so wide where its columns can give way."""
    if not listing.rows:
        yield listing.empty
        return
    chosen = [number for number, column in enumerate(listing.columns) if column.head]
    shown = [[seen(row[number]) for number in chosen] for row in listing.rows]
    heads = [listing.columns[number] for number in chosen]
    widths = [max(width(c.head), *(width(row[i]) for row in shown)) for i, c in enumerate(heads)]
    _give(widths, heads, cells)
    for row in ([column.head for column in heads], *shown):
        line = "  ".join(pad(text, widths[i], right=heads[i].right) for i, text in enumerate(row))
        yield line.rstrip()


def _give(widths: list[int], heads: Sequence[Column], cells: int) -> None:
    """Take from the widest columns that give way, until all fits or nothing is left to take."""
    over = sum(widths) + 2 * (len(widths) - 1) - cells
    while over > 0:
        givers = [i for i, column in enumerate(heads) if column.gives and widths[i] > _LEAST]
        if not givers:
            return
        widest = max(givers, key=lambda i: widths[i])
        widths[widest] -= 1
        over -= 1
