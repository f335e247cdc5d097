"""Records as a table, CSV or JSON: a list that fits into memory, or a range as it arrives, one record at a time."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
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
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column, of the table, of CSV, or of both."""

    key: str
    """Its name in CSV; "" leaves it out there."""
    head: str
    """Its name in the table; "" leaves it out there."""
    value: Callable[[R], Value]
    cells: int = 0
    """How wide it is in the table of a range; that of a list is as wide as its widest text."""
    right: bool = False
    digits: int = 1
    """Behind the point, in the table."""
    gives: bool = False
    """Cut where the table of a list is too wide for the terminal."""
    word: Callable[[str], str] | None = None
    """Its values in a person's words, where they are enum words in CSV."""

    def text(self, record: R) -> str:
        """What stands in the table."""
        value = self.value(record)
        return self.word(str(value)) if self.word is not None else seen(value, self.digits)


def figure(key: str, head: str, cells: int, value: Callable[[R], Value], digits: int = 1) -> Column[R]:
    """A column of numbers in the records of a range."""
    return Column(key, head, value, cells, right=True, digits=digits)


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """A list that fits into memory."""

    columns: tuple[Column[R], ...]
    records: Sequence[R]
    document: dict[str, Any]
    """For `--json`, its `schema` included."""
    before: Sequence[str] = ()
    """Lines above the table, clean."""
    empty: str = ""
    """Instead of a table without rows."""
    after: Sequence[str] = ()


@dataclass(slots=True)
class RecordFormat(Generic[R]):
    """How records of a range look."""

    columns: tuple[Column[R], ...]
    head: dict[str, Any]
    """The JSON document but for its records."""
    entry: Callable[[R], dict[str, Any]]
    """A record in JSON."""
    before: Sequence[str] = ()
    """Lines above the table."""
    note: Callable[[R], None] | None = None
    """Called with every record."""
    after: Callable[[], Sequence[str]] = tuple
    """Lines below the table, once all have been read."""


def print_listing(listing: Listing[R], form: OutputFormat) -> None:
    if form == "json":
        out(as_text(listing.document, ascii_only=not speaks_utf8(sys.stdout)))
    elif form == "csv":
        out(_csv_head(listing.columns))
        for record in listing.records:
            out(_csv_row(listing.columns, record))
    else:
        rows = table(listing.columns, listing.records, min(columns(), WIDEST)) if listing.records else ()
        for line in (*listing.before, *(rows or [listing.empty or tr("cli.none")]), *listing.after):
            out(line)


def table(of: Sequence[Column[R]], records: Sequence[R], cells: int) -> list[str]:
    """The lines of a list's table, at most so wide where its columns can give way."""
    heads = [column for column in of if column.head]
    shown = [[column.head for column in heads], *([column.text(record) for column in heads] for record in records)]
    widths = [max(map(width, texts)) for texts in zip(*shown, strict=True)]
    _give(widths, heads, cells)
    return [_line(heads, widths, texts) for texts in shown]


def _give(widths: list[int], heads: Sequence[Column[R]], cells: int) -> None:
    """Take from the widest columns that give way, until all fits or nothing is left to take."""
    over = sum(widths) + 2 * (len(widths) - 1) - cells
    while over > 0:
        givers = [i for i, column in enumerate(heads) if column.gives and widths[i] > _LEAST]
        if not givers:
            return
        widest = max(givers, key=lambda i: widths[i])
        widths[widest] -= 1
        over -= 1


def _line(heads: Sequence[Column[R]], widths: Sequence[int], texts: Sequence[str]) -> str:
    row = zip(heads, widths, texts, strict=True)
    return "  ".join(fit(text, cells, right=column.right) for column, cells, text in row).rstrip()


def _csv_head(of: Sequence[Column[R]]) -> str:
    return csv_line([column.key for column in of if column.key])


def _csv_row(of: Sequence[Column[R]], record: R) -> str:
    return csv_line([column.value(record) for column in of if column.key])


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
        self._heads = [column for column in self.shape.columns if column.head]
        self._widths = [column.cells for column in self._heads]
        for line in self.shape.before:
            self.print(line)
        self.print(_line(self._heads, self._widths, [column.head for column in self._heads]))

    def row(self, record: R) -> None:
        self.count += 1
        self.print(_line(self._heads, self._widths, [column.text(record) for column in self._heads]))

    def end(self, complete: bool) -> None:
        if complete and not self.count:
            self.print(tr("cli.no_records"))
        elif complete:
            for line in self.shape.after():
                self.print(line)


class _Csv(_Printer[R]):
    def begin(self) -> None:
        self.print(_csv_head(self.shape.columns))

    def row(self, record: R) -> None:
        self.print(_csv_row(self.shape.columns, record))


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
