"""The list of locations. It holds the rows that can be seen and some around them, and asks for others in time."""

from __future__ import annotations

from smappee_tui.fleet.running import Picture, Wish
from smappee_tui.fleet.view import LocationRow, Order
from smappee_tui.tui.fleet.rows import columns_in
from smappee_tui.tui.widgets.lines import Piece
from smappee_tui.tui.widgets.table import Heading, LineTable

AROUND = 60
"""Rows above and below what can be seen that are held as well."""
_NEAR = 20
"""So many of them left, others are asked for."""


class FleetTable(LineTable):
    """One row a location. The cursor stays on its location, whatever the order."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.uuid: str | None = None
        """Of the chosen location; None until somebody has chosen: the first row is shown as chosen then."""
        self._rows: dict[int, LocationRow] = {}
        self._total = 0
        self._at = 0.0
        self._order: Order = "worst"

    def fill(self, picture: Picture) -> None:
        """Show what the fleet answered."""
        wish = picture.wish
        self._rows = dict(enumerate(picture.rows, wish.first))
        self._total, self._at, self._order = picture.total, picture.view.at, wish.order
        if self.uuid is not None and wish.uuid == self.uuid and picture.place is not None:
            self._follow(picture.place)
        self.index = max(0, min(self.index, self._total - 1))
        if self.uuid is None and self.index and (row := self.row) is not None:
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
        return self._rows.get(self.index)

    @property
    def place(self) -> tuple[int, int]:
        """Where the chosen row stands, from 1, and of how many."""
        return (self.index + 1 if self._total else 0), self._total

    def begin(self) -> None:
        """Another list: its first row."""
        self.uuid, self.index = None, 0
        self.scroll_to(y=0, animate=False)

    @property
    def total(self) -> int:
        return self._total

    def moved(self) -> None:
        row = self.row
        self.uuid = row.uuid if row is not None else None

    def cells(self, index: int) -> list[Piece]:
        """One row; where it is not held yet, that it comes."""
        row = self._rows.get(index)
        if row is None:
            return [(" …", "dim")]
        return [column.cell(row, self._at, width) for column, width in columns_in(self.room)]

    def headings(self) -> list[Heading]:
        return [
            Heading(one.title + ("▾" if one.order == self._order else ""), width, one.right, one.order or "")
            for one, width in columns_in(self.room)
        ]

    def _follow(self, place: int) -> None:
        """The chosen location stands elsewhere now: go there, unless somebody has scrolled away from it."""
        sighted = self.in_sight(self.index)
        moved, self.index = place != self.index, place
        if moved and sighted:
            self.reveal()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are wanted."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())
