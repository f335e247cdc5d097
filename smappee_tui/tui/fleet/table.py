"""The list of locations. It holds the rows that can be seen and some around them, and asks for others in time."""

from __future__ import annotations

from textual import events
from textual.message import Message

from smappee_tui.fleet.running import Picture, Wish
from smappee_tui.fleet.view import LocationRow, Order
from smappee_tui.i18n.text import fit
from smappee_tui.tui.fleet.rows import columns_in
from smappee_tui.tui.widgets.lines import Line, LineView, line

AROUND = 60
"""Rows above and below what can be seen that are held as well."""
_NEAR = 20
"""So many of them left, others are asked for."""


class FleetTable(LineView, can_focus=True):
    """One row a location. The cursor stays on its location, whatever the order."""

    PINNED = 1
    DEFAULT_CSS = "FleetTable { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """Other rows are wanted, or the cursor stands elsewhere."""

    class Opened(Message):
        """A double click."""

    class SortAsked(Message):
        """A column's title was clicked."""

        def __init__(self, order: Order) -> None:
            super().__init__()
            self.order = order

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.uuid: str | None = None
        """Of the chosen location; None until somebody has chosen: the first row is shown as chosen then."""
        self.empty = ""
        """What is said where there are no rows."""
        self._rows: dict[int, LocationRow] = {}
        self._total = 0
        self._at = 0.0
        self._order: Order = "worst"
        self._index = 0

    def fill(self, picture: Picture) -> None:
        """Show what the fleet answered."""
        wish = picture.wish
        self._rows = dict(enumerate(picture.rows, wish.first))
        self._total, self._at, self._order = picture.total, picture.view.at, wish.order
        if self.uuid is not None and wish.uuid == self.uuid and picture.place is not None:
            self._follow(picture.place)
        self._index = max(0, min(self._index, self._total - 1))
        if self.uuid is None and self._index and (row := self.row) is not None:
            self.uuid = row.uuid  # it had not come yet when the cursor went there
        self.repaint()

    def wanted(self, wish: Wish) -> Wish:
        """The same wish for the rows in sight and around, and for the chosen one."""
        page = max(1, self.size.height)
        first = max(0, round(self.scroll_offset.y) - AROUND)
        return wish._replace(uuid=self.uuid, first=first, most=page + 2 * AROUND)

    @property
    def held(self) -> bool:
        """Whether all rows in sight are held, and some around them, so that others need not come at once."""
        top = round(self.scroll_offset.y)
        first, last = max(0, top - _NEAR), min(self._total, top + self.size.height + _NEAR) - 1
        return not self._total or (first in self._rows and last in self._rows)

    @property
    def row(self) -> LocationRow | None:
        """The chosen row, where it is held."""
        return self._rows.get(self._index)

    @property
    def place(self) -> tuple[int, int]:
        """Where the chosen row stands, from 1, and of how many."""
        return (self._index + 1 if self._total else 0), self._total

    def begin(self) -> None:
        """Another list: its first row."""
        self.uuid, self._index = None, 0
        self.scroll_to(y=0, animate=False)

    def move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self._index + by)

    @property
    def page(self) -> int:
        return max(1, self.size.height - 2)

    def count(self) -> int:
        return max(2, self._total + 1)

    def chosen(self, number: int) -> bool:
        return number == self._index + 1 and bool(self._total)

    def line_at(self, number: int) -> Line:
        """The titles, or one row."""
        if number == 0:
            return self._titles()
        if not self._total:
            return line((f"  {self.empty}", "dim"))
        row, mark = self._rows.get(number - 1), "▸" if self.chosen(number) else " "
        if row is None:
            return line((f"{mark} …", "dim"))
        cells = (column.cell(row, self._at, width) for column, width in columns_in(self.room))
        return ((mark, "strong"), *cells)

    def _titles(self) -> Line:
        titles = " "
        for column, width in columns_in(self.room):
            mark = "▾" if column.order == self._order else ""
            titles += fit(column.title + mark, width, right=column.right) + " "
        return line((titles, "head"))

    def _follow(self, place: int) -> None:
        """The chosen location stands elsewhere now: go there, unless somebody has scrolled away from it."""
        sighted = self._in_sight(self._index)
        moved, self._index = place != self._index, place
        if moved and sighted:
            self._reveal()

    def _in_sight(self, index: int) -> bool:
        return 0 <= index - round(self.scroll_offset.y) < max(1, self.size.height - 1)

    def _go(self, index: int) -> None:
        if not self._total:
            return
        self._index = max(0, min(index, self._total - 1))
        row = self.row
        self.uuid = row.uuid if row is not None else None
        self._reveal()
        self.repaint()
        self.post_message(self.Moved())

    def _reveal(self) -> None:
        top, page = round(self.scroll_offset.y), max(1, self.size.height - 1)
        if self._index < top:
            self.scroll_to(y=self._index, animate=False)
        elif self._index >= top + page:
            self.scroll_to(y=self._index - page + 1, animate=False)

    def resized(self) -> None:
        """The cursor stays in sight."""
        self._reveal()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows can be seen."""
        super().watch_scroll_y(old_value, new_value)
        self.repaint()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """A title sorts, a row is chosen, a double click opens it."""
        if event.y == 0:
            order = self._order_at(event.x)
            if order is not None:
                self.post_message(self.SortAsked(order))
            return
        index = self._number(event.y) - 1
        if index < self._total:
            self._go(index)
            if event.chain == 2:
                self.post_message(self.Opened())

    def _order_at(self, x: int) -> Order | None:
        start = 1
        for column, width in columns_in(self.room):
            if start <= x < start + width + 1:
                return column.order
            start += width + 1
        return None
