"""The channel table."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.live import columns
from smappee_tui.tui.live.columns import Arrangement, ChannelColumn, ChannelRow
from smappee_tui.tui.widgets.lines import Line, Piece, line, plain
from smappee_tui.tui.widgets.table import Heading, LineTable
from smappee_tui.tui.widgets.words import NONE, channel_name

MOST_WRITTEN = 4096
"""Numbers that are kept as they were written."""


class ChannelTable(LineTable):
    """All channels, one a row. The cursor stays on its channel, whatever the order."""

    _HUBLESS: ClassVar[frozenset[str]] = frozenset({"hub"})

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.rows: list[ChannelRow] = []
        self.wish = Arrangement()
        self.key: int | None = None
        """Input of the chosen channel; None until somebody has chosen: the first row is shown as chosen then."""
        self._trend: Callable[[int, int], str] = lambda number, cells: ""
        self._body_tone = "text"
        """Tone of names and numbers."""
        self._without: frozenset[str] = frozenset()
        self._kept_cells: dict[int, tuple[tuple[object, ...], list[Piece | None]]] = {}
        """Of each input the cells that no measurement changes, and what they were made of."""
        self._written: dict[tuple[str, int, object], str] = {}
        """The other ones, by column, width and value: what is measured comes again and again."""
        self._written_in = current()

    def fill(
        self,
        rows: list[ChannelRow],
        wish: Arrangement,
        trend: Callable[[int, int], str],
        faded: bool = False,
        proposal: bool = False,
    ) -> None:
        """Show these rows.

        Args:
            rows: filtered and sorted.
            wish: how they were arranged, for the titles.
            trend: (input, cells) to a row of bars.
            faded: the numbers are old.
            proposal: they are those of the correction sheet: no trend of what is measured stands beside them.
        """
        self.rows, self.wish, self._trend = rows, wish, trend
        if current() is not self._written_in:
            self._written, self._written_in = {}, current()
        self._body_tone = "dim" if faded else "text"
        hubs = any(row.channel.setting is not None and row.channel.setting.hub for row in rows)
        self._without = (frozenset() if hubs else self._HUBLESS) | (frozenset({"trend"}) if proposal else frozenset())
        self.empty = tr("live.nothing_to_show")
        self._settle()
        self.repaint()

    @property
    def columns(self) -> tuple[tuple[ChannelColumn, int], ...]:
        """The columns on the screen, and their widths."""
        return columns.chosen(max(0, self.room - 1), self._without)

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def place(self) -> int:
        """Where the chosen row stands, from 1."""
        return self.index + 1

    @property
    def row(self) -> ChannelRow | None:
        return self.rows[self.index] if self.rows else None

    @property
    def trends(self) -> list[tuple[ChannelRow, int]]:
        """Rows whose trend is shown, and in how many cells; none where there is no room for it."""
        cells = next((width for column, width in self.columns if column.key == "trend"), 0)
        return [(row, cells) for row in self.rows] if cells else []

    def copy(self, rows: list[ChannelRow] | None = None) -> str:
        """Copy these rows, or all that are shown, for a spreadsheet; says what was copied."""
        copied = self.rows if rows is None else rows
        self.app.copy_to_clipboard(columns.tsv(copied))
        what = tr("live.copied_channels", count=len(copied))
        if rows is not None and len(rows) == 1:
            channel = rows[0].channel
            what = tr("live.copied_channel", input=channel.input, name=channel_name(channel)[:40])
        return tr("live.copied", what=what)

    def hold(self) -> None:
        """The channel shown as chosen is chosen from now on, wherever its row goes."""
        if self.row is not None:
            self.key = self.row.channel.input

    def choose(self, number: int) -> bool:
        """Put the cursor on this input; False where the table does not show it."""
        for index, row in enumerate(self.rows):
            if row.channel.input == number:
                self.go(index)
                return True
        return False

    def moved(self) -> None:
        self.hold()

    def cells(self, index: int) -> list[Piece]:
        row, shown = self.rows[index], self.columns
        return [
            still or self._piece(row, column, width)
            for still, (column, width) in zip(self._still(row, shown), shown, strict=True)
        ]

    def _still(self, row: ChannelRow, shown: tuple[tuple[ChannelColumn, int], ...]) -> list[Piece | None]:
        """The cells that no measurement changes, kept from the second before; None for the others."""
        channel = row.channel
        key = channel.setting, channel.phase, row.verdict, row.mark, shown, self._body_tone, current()
        kept = self._kept_cells.get(channel.input)
        if kept is None or kept[0] != key:
            cells = [None if column.moves else self._piece(row, column, width) for column, width in shown]
            kept = self._kept_cells[channel.input] = key, cells
        return kept[1]

    def _piece(self, row: ChannelRow, column: ChannelColumn, width: int) -> Piece:
        if column.key == "trend":
            text = fit(self._trend(row.channel.input, width), width)
        elif column.moves and row.proposed is None:
            text = self._measured(row, column, width)
        else:
            text = column.text(row, width)
        if column.tone:
            return text + " ", column.tone(row)
        return text + " ", "dim" if text.strip() in (NONE, "0", "0.0", "0,0") else self._body_tone

    def _measured(self, row: ChannelRow, column: ChannelColumn, width: int) -> str:
        key = column.key, width, column.order(row)
        text = self._written.get(key)
        if text is None:
            if len(self._written) >= MOST_WRITTEN:
                self._written.clear()
            text = self._written[key] = column.text(row, width)
        return text

    def headings(self) -> list[Heading]:
        mark = "▾" if self.wish.descending else "▴"
        return [
            Heading(one.title + (mark if one.key == self.wish.order else ""), width, one.right, one.key)
            for one, width in self.columns
        ]

    def titles(self) -> Line:
        """The titles; at their end how many rows cannot be seen."""
        titles = super().titles()
        more = self._more()
        if not more:
            return titles
        return line((fit(plain(titles).rstrip(), max(0, self.room - cells_of(more) - 1)), "head"), (more + " ", "key"))

    def _more(self) -> str:
        """How many rows stand above and below what can be seen."""
        page = max(1, self.size.height - 1)
        above = round(self.scroll_offset.y)
        below = max(0, len(self.rows) - above - page)
        return " ".join((*((f"▲{above}",) if above else ()), *((f"▼{below}",) if below else ())))

    def _settle(self) -> None:
        """Find the chosen channel again. While a filter hides it, the row that took its place is shown as chosen."""
        before = self.index
        sighted = self.in_sight(before)
        places = [place for place, row in enumerate(self.rows) if row.channel.input == self.key]
        self.index = places[0] if places else max(0, min(before, len(self.rows) - 1)) if self.key is not None else 0
        if self.index != before and sighted:  # who has scrolled away from it wants to look elsewhere
            self.reveal()
