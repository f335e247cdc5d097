"""Records of a range, printed as they arrive: however long the range, only one of them is in memory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from smappee_tui.cli.cloud.cells import Value, compact, csv_line, seen
from smappee_tui.cli.cloud.words import Form
from smappee_tui.cli.progress import Progress
from smappee_tui.cli.talk import out
from smappee_tui.plaintext import pad

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell(Generic[R]):
    """One column of the table."""

    head: str
    cells: int
    value: Callable[[R], Value]
    digits: int = 1
    left: bool = False


@dataclass(slots=True)
class Shape(Generic[R]):
    """How records of one kind look."""

    head: dict[str, Any]
    """The JSON document but for its records."""
    entry: Callable[[R], dict[str, Any]]
    """A record in JSON."""
    columns: list[str]
    """Names of the columns in CSV."""
    row: Callable[[R], list[Value]]
    """A record in CSV."""
    table: tuple[Cell[R], ...]
    before: list[str] = field(default_factory=list)
    """Lines above the table."""
    note: Callable[[R], None] | None = None
    """Called with every record."""
    after: Callable[[], list[str]] = list
    """Lines below the table, once all have been read."""


class Gone(Exception):  # noqa: N818 - it reads as what happened
    """Nobody reads stdout any more, as after `| head`: no reason to fetch the rest."""


async def pour(
    records: AsyncIterator[R], shape: Shape[R], form: Form, progress: Progress, remarks: Callable[[], list[str]] = list
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
    except Gone:
        return count
    finally:
        if count or complete:
            progress.wipe()
            with contextlib.suppress(Gone):
                printer.end(complete)
    return count


class _Printer(Generic[R]):
    def __init__(self, shape: Shape[R], remarks: Callable[[], list[str]]) -> None:
        self.shape = shape
        self.remarks = remarks
        self.count = 0
        self._where = _file()

    def print(self, text: str) -> None:
        out(text)
        if _file() != self._where:
            raise Gone

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
            self.print("No records in this range.")
        elif complete:
            for line in self.shape.after():
                self.print(line)

    def _line(self, texts: list[str]) -> str:
        cells = zip(self.shape.table, texts, strict=True)
        return "  ".join(pad(text, cell.cells, right=not cell.left) for cell, text in cells).rstrip()


class _Csv(_Printer[R]):
    def begin(self) -> None:
        self.print(csv_line(list(self.shape.columns)))

    def row(self, record: R) -> None:
        self.print(csv_line(self.shape.row(record)))


class _Json(_Printer[R]):
    """One document, written piece by piece: a record on a line."""

    _held = ""

    def begin(self) -> None:
        from smappee_tui.cli.check_json import as_text

        self.print(as_text(self.shape.head, ascii_only=True).removesuffix("\n}") + ',\n  "records": [')

    def row(self, record: R) -> None:
        if self._held:
            self.print(self._held + ",")
        self._held = "    " + compact(self.shape.entry(record))

    def end(self, complete: bool) -> None:
        if self._held:
            self.print(self._held)
        remarks = compact(list(dict.fromkeys(self.remarks())))
        self.print(f'  ],\n  "complete": {"true" if complete else "false"},\n  "remarks": {remarks}\n}}')


_PRINTERS: dict[Form, type[_Printer[Any]]] = {"table": _Table, "csv": _Csv, "json": _Json}


def _file() -> tuple[int, int] | None:
    """Which file stdout is: `talk.out` puts the null device in its place once nobody reads it."""
    try:
        found = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):  # a stand-in of a test has no number
        return None
    return found.st_dev, found.st_ino
