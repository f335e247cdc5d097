"""The fleet's screen: counts, a list, and the keys that lead on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from smappee_tui.app.watch import Linked
from smappee_tui.connect.errors import ExternalError
from smappee_tui.fleet.csv_file import write_csv
from smappee_tui.fleet.running import Picture, RunningFleet, Wish, pictured
from smappee_tui.fleet.view import FleetView, Kind
from smappee_tui.fleet.words import troubles_of
from smappee_tui.i18n import current, tr
from smappee_tui.tui.commands import FLEET, Command, bindings
from smappee_tui.tui.fleet.head import LISTS, FleetHead, FleetHeadView
from smappee_tui.tui.fleet.rows import ORDERS, row_text
from smappee_tui.tui.fleet.table import AROUND, FleetTable
from smappee_tui.tui.widgets.filter_line import FilterLine
from smappee_tui.tui.widgets.footer import Framed

Answer = TypeVar("Answer")
_LIST = 3
"""Fields of a wish that say which list it is of: kind, text and order."""
_PACED = 5.0
"""Seconds over which messages a second are reckoned."""


@dataclass(slots=True)
class FleetLook:
    """What was looked at: it outlives the screen, which another one takes the place of for a while."""

    wish: Wish = field(default_factory=Wish)
    uuid: str | None = None
    """Under the cursor."""


class FleetScreen(Framed):
    """Draws the fleet that runs beside it. Its app ends with the uuid of the location to open, or None."""

    KEYS: ClassVar[tuple[Command, ...]] = FLEET
    AUTO_FOCUS: ClassVar[str | None] = None
    DEFAULT_CSS = "FleetScreen { layout: vertical; background: $background; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(FLEET),
        *(Binding(key, f"show('{kind}')", show=False) for key, kind in LISTS),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home", "move(-9999999)", show=False),
        Binding("end", "move(9999999)", show=False),
    ]

    def __init__(
        self,
        running: RunningFleet,
        link: Linked,
        where: str,
        *,
        look: FleetLook | None = None,
        opens: bool = True,
        demo: bool = False,
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Watch a fleet.

        Args:
            running: started by whoever made it, and closed by him.
            link: how the connection is.
            where: the broker, for a person.
            look: what is looked at.
            opens: whether one location can be opened.
            demo: the houses are made up.
            folder: where exports go; None: the working folder.
            clock: s since 1970.
        """
        super().__init__()
        self.running, self.link, self.where, self.demo = running, link, where, demo
        self.look = look or FleetLook()
        self.head, self.table = FleetHeadView(id="head"), FleetTable(id="fleet")
        self.table.uuid = self.look.uuid
        self.picture: Picture | None = None
        self._opens = opens
        self._folder, self._clock = folder or Path.cwd(), clock
        self._typed: FilterLine | None = None
        self._paces: list[tuple[float, int]] = []
        self._asked: Wish | None = None

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.table
        yield self.footer

    def on_mount(self) -> None:
        """Draw whenever there is another picture, and each second what is old by then."""
        loop = asyncio.get_running_loop()
        self.running.on_picture = lambda: _called(loop, self._arrived)
        self.table.focus()
        self.set_interval(1.0, self.draw)
        self._arrived()

    def on_unmount(self) -> None:
        self.running.on_picture = lambda: None
        self.look.uuid = self.table.uuid

    def _arrived(self) -> None:
        if self.running.ended.is_set():
            self.app.exit(None, return_code=1 if self.running.problem is not None else 0)
            return
        picture = self.running.picture
        if picture is None or picture is self.picture:
            self.draw()
            return
        self._show(picture)

    def _show(self, picture: Picture) -> None:
        self.picture = picture
        view = picture.view
        self._paces = [one for one in self._paces if view.at - one[0] < _PACED] + [(view.at, view.messages)]
        self.table.empty = tr("fleet_screen.nobody" if picture.wish.kind == "all" else "fleet_screen.none")
        self.table.fill(picture)
        self._ask()
        self.draw()

    @property
    def wish(self) -> Wish:
        """Which list is shown."""
        return self.look.wish

    def rearrange(self, wish: Wish) -> None:
        """Show another list."""
        if wish != self.wish:
            if wish.kind != self.wish.kind or wish.order != self.wish.order:
                self.table.begin()
            self.look.wish = wish
            self._ask()
            self.draw()

    def _ask(self) -> None:
        wanted, before = self.table.wanted(self.wish), self._asked
        if wanted != before:
            self._asked = wanted
            other = before is None or before[:_LIST] != wanted[:_LIST]
            self.running.wish(wanted, soon=other or not self.table.held)

    @property
    def _pace(self) -> float:
        told = self.picture.view.pace if self.picture is not None else None
        if told is not None:
            return told
        (first, few), (last, many) = (self._paces[0], self._paces[-1]) if self._paces else ((0.0, 0), (0.0, 0))
        return (many - few) / (last - first) if last > first else 0.0

    def draw(self) -> None:
        if not self.size.width:
            return
        view = self.picture.view if self.picture is not None else None
        wish = self.wish
        typing = self._typed is not None and self.focused is self._typed.input
        shown = "" if typing else wish.text
        told = troubles_of(view.notes) if view is not None else []
        notes = tuple(map(current().fact, (*told, *self.running.troubles)))
        self.head.tell(
            FleetHead(
                self.where, self.link.state, view, self._pace, wish.kind, shown, self.table.place, self.demo, notes
            )
        )
        self.tell_keys()

    def on_resize(self) -> None:
        self._ask()
        self.draw()

    def speak(self) -> None:
        self.table.repaint_all()
        self.draw()
        if self._typed is not None:
            self._typed.speak()

    def offered(self) -> list[Command]:
        """What makes sense now."""
        return [command for command in FLEET if self._sensible(command.action)]

    def _sensible(self, action: str) -> bool:
        if action == "open" and not self._opens:
            return False
        if action in ("open", "copy_row", "export"):
            return bool(self.table.place[1])
        if action == "back":
            return bool(self.wish.text) or self.wish.kind != "all"
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command that makes no sense now does nothing; whether a list has rows that has not come yet is asked."""
        return self._sensible(action) or (self._behind and (action != "open" or self._opens))

    @property
    def _behind(self) -> bool:
        """Another list was asked for than the one that is still shown."""
        return self.picture is None or self.picture.wish[:_LIST] != self.wish[:_LIST]

    async def _answer(self, work: Callable[[FleetView], Answer]) -> Answer | None:
        """What the fleet says as it is now; None where it has ended."""
        answer = self.running.ask(work)
        await asyncio.wait([asyncio.wrap_future(answer)])
        return None if answer.cancelled() else answer.result()

    async def _caught_up(self, *, row: bool = True) -> None:
        """Have the list that was asked for: who types faster than the fleet answers means no row of the one before.

        Args:
            row: the chosen row as well, where the cursor went to one that is not held yet.
        """
        place, total = self.table.place
        if self._behind or (row and total and self.table.row is None):
            wanted = self.table.wanted(self.wish)._replace(first=max(0, place - AROUND))
            picture = await self._answer(lambda view: pictured(view, wanted))
            if picture is not None:
                self._show(picture)

    def on_line_table_moved(self) -> None:
        self._ask()
        self.draw()

    async def on_line_table_opened(self) -> None:
        await self.action_open()

    def on_line_table_sort_asked(self, message: FleetTable.SortAsked) -> None:
        for order in ORDERS:
            if order == message.key:
                self.rearrange(self.wish._replace(order=order))

    def on_fleet_head_view_chosen(self, message: FleetHeadView.Chosen) -> None:
        self.action_show(message.kind)

    def on_filter_line_edited(self, message: FilterLine.Edited) -> None:
        """The list follows what is typed."""
        self.rearrange(self.wish._replace(text=message.text))

    def on_filter_line_left(self) -> None:
        """Back to the list; the filter stays."""
        self.table.focus()
        self.draw()

    async def action_move(self, by: int) -> None:
        await self._caught_up(row=False)
        self.table.move(by)

    async def action_page(self, by: int) -> None:
        await self.action_move(by * self.table.page)

    def action_show(self, kind: Kind) -> None:
        """Another list."""
        self.rearrange(self.wish._replace(kind=kind, order="changed" if kind == "changed" else "worst"))

    def action_list(self, by: int) -> None:
        """The next list."""
        kinds = [kind for _, kind in LISTS]
        self.action_show(kinds[(kinds.index(self.wish.kind) + by) % len(kinds)])

    def action_faults(self) -> None:
        """Only faults, or all."""
        self.action_show("all" if self.wish.kind == "fault" else "fault")

    def action_sort(self) -> None:
        place = ORDERS.index(self.wish.order) + 1
        self.rearrange(self.wish._replace(order=ORDERS[place % len(ORDERS)]))

    async def action_filter(self) -> None:
        if self._typed is None:
            self._typed = FilterLine("fleet_screen.filter_prompt", id="filter")
            await self.mount(self._typed, after=self.head)
        self._typed.display = True
        self._typed.begin(self.wish.text)

    def action_back(self) -> None:
        """Take the filter away, then show everybody."""
        if self.wish.text:
            self.rearrange(self.wish._replace(text=""))
        else:
            self.action_show("all")

    async def action_open(self) -> None:
        """The chosen location in full; the fleet goes on meanwhile."""
        await self._caught_up()
        row = self.table.row
        if row is not None and self._opens:
            self.table.uuid = row.uuid
            self.app.exit(row.uuid)

    async def action_copy_row(self) -> None:
        await self._caught_up()
        row = self.table.row
        if row is not None:
            self.app.copy_to_clipboard(row_text(row))
            self.notify(tr("live.copied", what=row.serial or row.uuid), markup=False, timeout=3)

    def action_export(self) -> None:
        self.run_worker(self._export(self.wish), group="export", exclusive=True, exit_on_error=False)

    async def _export(self, wish: Wish) -> None:
        """Write the list as it is filtered and sorted, all of it."""
        rows = await self._answer(lambda view: tuple(view.rows(wish.kind, wish.text, wish.order)))
        if rows is None:
            return
        try:
            path = await asyncio.to_thread(write_csv, rows, self._folder, self._clock())
        except ExternalError as error:
            self.notify(current().error(error), severity="error", markup=False, timeout=12)
            return
        self.notify(tr("fleet_screen.exported", count=len(rows), path=str(path)), markup=False, timeout=8)

    def action_help(self) -> None:
        from smappee_tui.tui.help import FLEET_TOPIC, HelpSheet

        self.app.push_screen(HelpSheet(FLEET_TOPIC))


def _called(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    """Call it on the loop's thread. A loop that is closed has nobody left to tell."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(what)
