"""Records of a range, printed as they arrive: however long the range, only one of them is in memory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from smappee_tui.cli.console import ProgressLine, columns, out, speaks_utf8
from smappee_tui.cli.language import for_data
from smappee_tui.cli.values import Value, as_text, compact, csv_line, seen
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import fit, width

if TYPE_CHECKING:
    from smappee_tui.i18n import Translator

OutputFormat = Literal["table", "json", "csv"]
WIDEST = 120
_LEAST = 8
"""Cells that a column which gives way keeps."""


@dataclass(frozen=True, slots=True)
class ListingColumn:
    """One column."""

    key: str
    """Its name in CSV."""
    head: str
    """Its name in the table; "" leaves it out there."""
    right: bool = False
    word: Callable[[str], str] | None = None
    """Its values in a person's words, where they are enum words in CSV."""
    gives: bool = False
    """Cut where the table is too wide for the terminal."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a command has to say."""

    columns: tuple[ListingColumn, ...]
    rows: Sequence[tuple[Value, ...]]
    document: dict[str, Any]
    """For `--json`, its `schema` included."""
    before: Sequence[str] = ()
    """Lines above the table, clean."""
    empty: str = ""
    """Instead of a table without rows."""
    after: Sequence[str] = field(default=())


def print_listing(listing: Listing, form: OutputFormat) -> None:
    """Print it."""
    if form == "json":
        out(as_text(listing.document, ascii_only=not speaks_utf8(sys.stdout)))
    elif form == "csv":
        out(csv_line([column.key for column in listing.columns]))
        for row in listing.rows:
            out(csv_line(list(row)))
    else:
        for line in (*listing.before, *table(listing, min(columns(), WIDEST)), *listing.after):
            out(line)


def table(listing: Listing, cells: int) -> Iterator[str]:
    """The lines of the table, at most so wide where its columns can give way."""
    if not listing.rows:
        yield listing.empty or tr("cli.none")
        return
    chosen = [number for number, column in enumerate(listing.columns) if column.head]
    heads = [listing.columns[number] for number in chosen]
    shown = [[_cell(row[number], listing.columns[number]) for number in chosen] for row in listing.rows]
    widths = [max(width(c.head), *(width(row[i]) for row in shown)) for i, c in enumerate(heads)]
    _give(widths, heads, cells)
    for row in ([column.head for column in heads], *shown):
        line = "  ".join(fit(text, widths[i], right=heads[i].right) for i, text in enumerate(row))
        yield line.rstrip()


def _cell(value: Value, column: ListingColumn) -> str:
    return column.word(str(value)) if column.word is not None else seen(value)


def _give(widths: list[int], heads: Sequence[ListingColumn], cells: int) -> None:
    """Take from the widest columns that give way, until all fits or nothing is left to take."""
    over = sum(widths) + 2 * (len(widths) - 1) - cells
    while over > 0:
        givers = [i for i, column in enumerate(heads) if column.gives and widths[i] > _LEAST]
        if not givers:
            return
        widest = max(givers, key=lambda i: widths[i])
        widths[widest] -= 1
        over -= 1


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RecordColumn(Generic[R]):
    """One column of the table."""

    head: str
    cells: int
    value: Callable[[R], Value]
    digits: int = 1
    left: bool = False


@dataclass(slots=True)
class RecordFormat(Generic[R]):
    """How records of one kind look."""

    head: dict[str, Any]
    """The JSON document but for its records."""
    entry: Callable[[R], dict[str, Any]]
    """A record in JSON."""
    columns: list[str]
    """Names of the columns in CSV."""
    row: Callable[[R], list[Value]]
    """A record in CSV."""
    table: tuple[RecordColumn[R], ...]
    before: list[str] = field(default_factory=list)
    """Lines above the table."""
    note: Callable[[R], None] | None = None
    """Called with every record."""
    after: Callable[[], list[str]] = list
    """Lines below the table, once all have been read."""


class ReaderGoneError(Exception):
    """Nobody reads stdout any more, as after `| head`: no reason to fetch the rest."""


async def write_records(
    records: AsyncIterator[R],
    shape: RecordFormat[R],
    form: OutputFormat,
    progress: ProgressLine,
    remarks: Callable[[Translator], list[str]] = lambda _: [],
) -> int:
    """Print all of them and return how many there were.

    Nothing is printed before the first one has arrived, so that a request which fails leaves an empty stdout. When it
    breaks off later, JSON is still a document, with `"complete": false`.
    """
    printer = _PRINTERS[form](shape, remarks)
    count = 0
    complete = False
    try:
        async for record in records:
            if not count:
                progress.wipe()
                printer.begin()
            if shape.note is not None:
                shape.note(record)
            printer.row(record)
            count += 1
        progress.wipe()
        if not count:
            printer.begin()
        complete = True
    except ReaderGoneError:
        return count
    finally:
        if count or complete:
            progress.wipe()
            with contextlib.suppress(ReaderGoneError):
                printer.end(complete)
    return count


class _Printer(Generic[R]):
    def __init__(self, shape: RecordFormat[R], remarks: Callable[[Translator], list[str]]) -> None:
        self.shape = shape
        self.remarks = remarks
        self.count = 0
        self._where = _file()

    def print(self, text: str) -> None:
        out(text)
        if _file() != self._where:
            raise ReaderGoneError

    def begin(self) -> None: ...

    def row(self, record: R) -> None: ...

    def end(self, complete: bool) -> None: ...


class _Table(_Printer[R]):
    def begin(self) -> None:
        for line in self.shape.before:
            self.print(line)
        self.print(self._line([cell.head for cell in self.shape.table]))

    def row(self, record: R) -> None:
        self.count += 1
        self.print(self._line([seen(cell.value(record), cell.digits) for cell in self.shape.table]))

    def end(self, complete: bool) -> None:
        if complete and not self.count:
            self.print(tr("cli.no_records"))
        elif complete:
            for line in self.shape.after():
                self.print(line)

    def _line(self, texts: list[str]) -> str:
        cells = zip(self.shape.table, texts, strict=True)
        return "  ".join(fit(text, cell.cells, right=not cell.left) for cell, text in cells).rstrip()


class _Csv(_Printer[R]):
    def begin(self) -> None:
        self.print(csv_line(list(self.shape.columns)))

    def row(self, record: R) -> None:
        self.print(csv_line(self.shape.row(record)))


class _Json(_Printer[R]):
    """One document, written piece by piece: a record on a line."""

    _held = ""

    def begin(self) -> None:
        self.print(as_text(self.shape.head, ascii_only=True).removesuffix("\n}") + ',\n  "records": [')

    def row(self, record: R) -> None:
        if self._held:
            self.print(self._held + ",")
        self._held = "    " + compact(self.shape.entry(record))

    def end(self, complete: bool) -> None:
        if self._held:
            self.print(self._held)
        remarks = compact(self.remarks(for_data()))
        self.print(f'  ],\n  "complete": {"true" if complete else "false"},\n  "remarks": {remarks}\n}}')


_PRINTERS: dict[OutputFormat, type[_Printer[Any]]] = {"table": _Table, "csv": _Csv, "json": _Json}


def _file() -> tuple[int, int] | None:
    """Which file stdout is: `out` puts the null device in its place once nobody reads it."""
    try:
        found = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):  # a stand-in of a test has no number
        return None
    return found.st_dev, found.st_ino
