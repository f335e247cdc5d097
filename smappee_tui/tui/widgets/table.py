"""Rows of columns under titles, painted line by line, with a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from smappee_tui.i18n.text import fit
from smappee_tui.tui.widgets.lines import Line, LineView, Piece, line

MARK = "▸"
"""The cursor's own sign: the coloured row alone would not show without colours."""


class Heading(NamedTuple):
    """What stands above one column."""

    title: str
    width: int
    """Cells of the column, without the one that parts it from the next."""
    right: bool = False
    sorts: str = ""
    """What a click on it sorts by; "": it does not."""


class LineTable(LineView, can_focus=True):
    """The cursor stays in sight while it moves. Subclasses hold the rows, and say what follows the cursor."""

    PINNED = 1
    DEFAULT_CSS = "LineTable { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor stands on another row."""

    class Opened(Message):
        """A double click."""

    class SortAsked(Message):
        """A title was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.index = 0
        """Where the chosen row stands, from 0."""
        self.empty = ""
        """What is said where there are no rows."""

    @property
    def total(self) -> int:
        """Rows there are."""
        raise NotImplementedError

    def headings(self) -> Sequence[Heading]:
        """The columns on the screen."""
        raise NotImplementedError

    def cells(self, index: int) -> Iterable[Piece]:
        """One row, without the cursor's mark."""
        raise NotImplementedError

    def moved(self) -> None:
        """The cursor was put on `index`."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Rows by which a page moves the cursor."""
        return max(1, self.size.height - 2)

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self.go(self.index + by)

    def go(self, index: int) -> None:
        """Put the cursor on this row, or the nearest that there is."""
        if self.total:
            self.index = max(0, min(index, self.total - 1))
            self.moved()
            self.reveal()
            self.repaint()
            self.post_message(self.Moved())

    def in_sight(self, index: int) -> bool:
        return 0 <= index - round(self.scroll_offset.y) < max(1, self.size.height - 1)

    def reveal(self) -> None:
        """Scroll to the chosen row, as far as that has to be."""
        top, page = round(self.scroll_offset.y), max(1, self.size.height - 1)
        if self.index < top:
            self.scroll_to(y=self.index, animate=False)
        elif self.index >= top + page:
            self.scroll_to(y=self.index - page + 1, animate=False)

    def count(self) -> int:
        """The titles and one line a row; without rows a line that says so."""
        return max(2, self.total + 1)

    def chosen(self, number: int) -> bool:
        return number == self.index + 1 and bool(self.total)

    def line_at(self, number: int) -> Line:
        """The titles, or one row."""
        if number == 0:
            return self.titles()
        if not self.total:
            return line((f"  {self.empty}", "dim"))
        return ((MARK if self.chosen(number) else " ", "strong"), *self.cells(number - 1))

    def titles(self) -> Line:
        fitted = (fit(one.title, one.width, right=one.right) for one in self.headings())
        return line((" " + "".join(f"{title} " for title in fitted), "head"))

    def resized(self) -> None:
        """The cursor stays in sight."""
        self.reveal()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows can be seen."""
        super().watch_scroll_y(old_value, new_value)
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a row is chosen, a double click opens it."""
        if event.y == 0:
            start = 1
            for one in self.headings():
                if start <= event.x < start + one.width + 1 and one.sorts:
                    self.post_message(self.SortAsked(one.sorts))
                start += one.width + 1
            return
        index = self._number(event.y) - 1
        if index < self.total:
            self.go(index)
            if event.chain == 2:
                self.post_message(self.Opened())
