"""What stands between head and footer: the table with the pane of the chosen channel, or the notice of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from smappee_tui.app.session import Snapshot
from smappee_tui.tui.live.columns import ChannelRow
from smappee_tui.tui.live.connection_status import NoticeView
from smappee_tui.tui.live.table import ChannelTable
from smappee_tui.tui.live.trend import Trends

if TYPE_CHECKING:
    from smappee_tui.diagnosis.judge import Judge
    from smappee_tui.tui.live.detail import Detail

WIDE, HIGH = 110, 36
"""Cells and lines of a screen from which the pane stands beside the table, or below it, without being asked for."""
PANE = (52, 0.42, 90)
"""Cells of the pane beside the table: at least, as a share of the screen, and at most."""
BELOW = 22
"""Lines that are left to the rest where the pane stands below the table."""


class Middle(Container):
    """Lays out its parts for the size: the pane over the table, beside it, or below."""

    DEFAULT_CSS = """
    Middle { layout: horizontal; height: 1fr; }
    Middle.-below { layout: vertical; }
    Middle.-below Detail { border-left: none; border-top: solid $foreground 25%; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        self.notice, self.table = NoticeView(id="notice"), ChannelTable(id="table")
        super().__init__(self.notice, self.table, id=id)
        self.pane: Detail | None = None
        """Made when it is first shown."""
        self.opened = False
        """Somebody opened the pane: it covers the table."""
        self.alone = False
        """The table shows a proposal: a pane of what is measured now does not stand beside it."""
        self.trends = Trends()
        self._laid: tuple[int | str, int | str] = ("1fr", "")
        """Height of the table and width of the pane as they are."""

    @property
    def standing(self) -> bool:
        """There is room for the pane as well as for the table."""
        return not self.alone and self.is_attached and (self.app.size.width >= WIDE or self.app.size.height >= HIGH)

    @property
    def shown(self) -> bool:
        """The pane is on the screen."""
        return self.opened or self.standing

    @property
    def grouped(self) -> bool:
        """The channel of the pane belongs to a three-phase load."""
        return self.pane is not None and self.shown and self.pane.grouped

    async def make_pane(self) -> Detail:
        if self.pane is None:
            from smappee_tui.tui.live.detail import Detail

            self.pane = Detail(id="detail")
            await self.mount(self.pane)
        return self.pane

    def lay_out(self, rows: int, bare: bool) -> None:
        """Give each part its place.

        Args:
            rows: of the table.
            bare: there are no channels at all.
        """
        self.notice.display, self.table.display = bare, not bare and not self.opened
        width, height = self.app.size
        below = self.standing and not self.opened and width < WIDE
        beside = self.standing and not self.opened and not below
        self.set_class(below, "-below")
        least, share, most = PANE
        laid = (
            max(3, min(rows + 2, height - BELOW)) if below else "1fr",
            max(least, min(most, round(share * width))) if beside else "1fr",
        )
        if laid[0] != self._laid[0]:
            self.table.styles.height = laid[0]
        pane = self.pane
        if pane is not None:
            pane.display = not bare and self.shown
            pane.set_class(beside, "-beside")
            if laid[1] != self._laid[1]:
                pane.styles.width = laid[1]
            self._laid = laid
        else:
            self._laid = (laid[0], "")

    def tell_pane(self, picture: Snapshot, rows: list[ChannelRow], judge: Judge | None, noted: str) -> None:
        """Show the chosen channel in the pane."""
        if self.pane is None or not self.shown or picture.view is None:
            return
        past = None
        if picture.site is not None and picture.view.at is not None:
            from smappee_tui.tui.live.power_plot import Past

            past = Past(picture.site.history, picture.view.at, judge.weighed if judge is not None else None)
        self.pane.tell(self.table.row, self.table.place, rows, picture.view, picture.judgement, past, noted)

    def trend(self, picture: Snapshot, number: int, cells: int) -> str:
        """The bars of one channel."""
        if picture.site is None or picture.view is None or picture.view.at is None:
            return ""
        return self.trends.of(picture.site.history, number, picture.view.at, cells)

    def beside_choice(self, lines: int) -> int | None:
        """Where a notice covers neither the chosen row nor what is above the table."""
        table = self.table.region
        row = table.y + self.table.place - round(self.table.scroll_offset.y)
        return table.y + 1 if self.table.display and row >= table.bottom - lines else None

    def move(self, by: int) -> None:
        """Up and down: the cursor, or the pane where that covers the table."""
        if self.opened and self.pane is not None:
            self.pane.scroll_relative(y=by, animate=False)
        else:
            self.table.move(by)

    @property
    def page(self) -> int:
        """Lines of what moves."""
        return max(1, (self.pane if self.opened and self.pane is not None else self.table).size.height - 2)
