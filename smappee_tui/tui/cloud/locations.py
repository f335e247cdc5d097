"""The cloud screen: the locations that the account sees, with a search."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.app.cloud_session import CloudAccess, CloudSession
from smappee_tui.app.second_opinion import MonitorPlan
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.protocol.cloud.records import CloudLocation
from smappee_tui.protocol.fact import fact
from smappee_tui.protocol.products import product_of
from smappee_tui.tui.cloud.frame import CloudFrame, Laid
from smappee_tui.tui.cloud.loadable import Loadable, busy_lines, numbered, problem_lines, stale_lines, state_words
from smappee_tui.tui.commands import HELP, PLACES, QUIT, TROUBLE, Command, bindings
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph, spread


def found(locations: Sequence[CloudLocation], typed: str) -> list[CloudLocation]:
    """Those that contain every word typed: in the name, the serial number, the uuid or the number; by name."""
    words = typed.casefold().split()
    kept = [one for one in locations if all(word in _text(one) for word in words)]
    return sorted(kept, key=lambda one: (one.name.casefold(), one.id))


def _text(one: CloudLocation) -> str:
    return f"{one.name} {one.serial} {one.uuid} {one.id}".casefold()


def location_lines(kept: Sequence[CloudLocation], chosen: int, width: int) -> list[Line]:
    """Titles of the columns, and one line a location."""
    name = max(16, min(40, width - 46))
    cells = (("location", name), ("number", 9), ("serial", 10))
    titles = " ".join(fit(tr(f"cloud_screen.column.{key}"), size) for key, size in cells)
    lines = [line((fit(f"  {titles} {tr('cloud_screen.column.monitor')}", width), "head"))]
    for number, one in enumerate(kept):
        here = number == chosen
        lines.append(
            line(
                ("▸ " if here else "  ", "key"),
                (fit(clean(one.name) or tr("cloud_screen.no_name"), name), "strong" if here else "text"),
                " ",
                (fit(str(one.id), 9), "dim"),
                " ",
                (fit(clean(one.serial) or "-", 10), "text"),
                " ",
                (product_of(one.serial) if one.serial else tr("cloud_screen.no_monitor"), "dim"),
            )
        )
    return lines


def nothing_lines(width: int) -> list[Line]:
    """An account without a location."""
    lines = [line(("○ ", "wait"), (tr("cloud_screen.no_location"), "title")), BLANK]
    lines += paragraph(tr("cloud_screen.list_empty"), width)
    return [*lines, BLANK, *numbered([tr(f"cloud_screen.share.{step}") for step in (1, 2, 3)], width)]


def none_like(typed: str, count: int, width: int) -> list[Line]:
    """The search finds nothing."""
    text = tr("cloud_screen.none_like", count=count, typed=typed)
    return paragraph(text, width, "text", line(("○ ", "wait")))


READING = fact("cloud_screen.step.locations")
LONGEST = 60
"""Letters of a search."""


class CloudScreen(CloudFrame):
    """The list. It owns the client: whoever leaves it closes that."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(PLACES),
        *bindings((HELP, QUIT)),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("home", "move(-99999)", show=False),
        Binding("end", "move(99999)", show=False),
    ]

    def __init__(
        self,
        door: CloudAccess,
        *,
        monitor_plan: MonitorPlan | None = None,
        typed: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; the cloud is asked when the screen is shown.

        Args:
            door: how to get in.
            monitor_plan: what a monitor that is watched publishes of a location; None where none is watched.
            typed: the search to begin with: a serial number.
            clock: s since 1970.
        """
        super().__init__(CloudSession(door, clock))
        self.places: Loadable[tuple[CloudLocation, ...]] = Loadable()
        self.typed = typed
        """The search so far."""
        self._meant = typed
        """The one that whoever opened this means; opened at once where it is there."""
        self._plan = monitor_plan
        self._chosen = 0

    @property
    def found(self) -> list[CloudLocation]:
        """The locations that the search leaves."""
        return found(self.places.value or (), self.typed)

    @property
    def searching(self) -> bool:
        """There is a list, so letters are for the search."""
        return bool(self.places.value)

    def begin(self) -> None:
        self.action_again()

    async def on_unmount(self) -> None:
        """Let go of the cloud."""
        await self.hub.close()

    def action_again(self) -> None:
        self.read("places", self.places, self._read)

    async def _read(self, reading: Loadable[tuple[CloudLocation, ...]]) -> None:
        client = await self.hub.client()
        self.draw()
        reading.done(await client.locations(), self.hub.clock())
        meant, self._meant = self._meant, ""
        if meant and len(self.found) == 1:  # there is nothing to choose
            self._chosen = found(self.places.value or (), "").index(self.found[0])
            self.typed = ""
            self.action_open()

    def head_lines(self, width: int) -> list[Line]:
        mode = f"  {self.hub.door.mode}" if self.hub.door.mode else ""
        left = line((" smappee-tui", "title"), (f"  {tr('cloud_screen.title')}", "dim"), (mode, "warn"))
        lines = [spread(left, (state_words(self.places, self.hub.step or READING, self.hub.clock()),), width)]
        if self.searching:
            count = len(self.places.value or ())
            many = tr("cloud_screen.count", count=count)
            if self.typed:
                many = tr("cloud_screen.found_of", found=len(self.found), count=count)
            hint = "" if self.typed else f"  {tr('cloud_screen.search_hint')}"
            lines.append(
                spread(
                    line((f" {tr('cloud_screen.search')} ", "key"), (f"{clean(self.typed)}▏", "strong"), (hint, "dim")),
                    line((f"{many} ", "dim")),
                    width,
                )
            )
        return lines

    def lay_out(self, width: int, height: int) -> Laid:
        now = self.hub.clock()
        if self.places.value is None:
            if self.places.problem is not None:
                return problem_lines(self.places.problem, width), None
            return busy_lines(self.places, self.hub.step or READING, now, width), None
        if not self.places.value:
            return [*stale_lines(self.places, now, width), *nothing_lines(width)], None
        above = stale_lines(self.places, now, width)
        kept = self.found
        if not kept:
            return [*above, *none_like(self.typed, len(self.places.value), width)], None
        self._chosen = max(0, min(self._chosen, len(kept) - 1))
        return [*above, *location_lines(kept, self._chosen, width)], len(above) + 1 + self._chosen

    def offered(self) -> list[Command]:
        """What makes sense with and without a list."""
        if self.searching:
            return [c for c in PLACES if c.action != "open" or self.found]
        return [c for c in TROUBLE if c.action != "again" or not self.places.busy]

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list, where there is one."""
        if not self.searching:
            return
        if event.key == "backspace":
            self._search(self.typed[:-1])
        elif event.key == "ctrl+u":
            self._search("")
        elif event.is_printable and event.character:
            self._search(self.typed + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A serial number is often pasted."""
        if self.searching:
            self._search(self.typed + (event.text.splitlines() or [""])[0].strip())
        event.stop()

    def _search(self, text: str) -> None:
        self.typed, self._chosen = text[:LONGEST], 0
        self.draw()
        self.body.scroll_to(y=0, animate=False)

    def action_move(self, by: int) -> None:
        """Move the cursor; where there is no list, scroll."""
        if not self.found:
            self.body.scroll_relative(y=by, animate=False)
            return
        self._chosen = max(0, min(self._chosen + by, len(self.found) - 1))
        self.draw()
        self.body.reveal()

    def on_click(self, event: events.Click) -> None:
        if event.widget is self.body and self.body.cursor is not None:
            row = event.y - self.body.styles.padding.top + round(self.body.scroll_offset.y)
            place = row - (self.body.cursor - self._chosen)
            if 0 <= place < len(self.found):
                self.action_move(place - self._chosen)
                if event.chain == 2:
                    self.action_open()

    def action_open(self) -> None:
        if self.found:
            from smappee_tui.tui.cloud.location import LocationScreen

            self.app.push_screen(LocationScreen(self.hub, self.found[self._chosen], self._plan))

    def action_close(self) -> None:
        """Take the search away first."""
        if self.typed:
            self._search("")
        else:
            super().action_close()
