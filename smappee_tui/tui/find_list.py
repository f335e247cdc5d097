"""The list of what was found, and what is said under it."""

from __future__ import annotations

from textual import events
from textual.message import Message

from smappee_tui.links.discovery import Found
from smappee_tui.tui.find_rows import below_lines, head_line, row_line
from smappee_tui.tui.find_state import FindView
from smappee_tui.tui.lines import Line
from smappee_tui.tui.painted import Painted


class FoundList(Painted, can_focus=True):
    """One row a monitor. The cursor stays on its monitor, whatever appears."""

    DEFAULT_CSS = "FoundList { height: 1fr; padding: 1 1 0 1; }"

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """A double click."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.view = FindView()
        self._place = 0

    @property
    def current(self) -> Found | None:
        """The monitor under the cursor."""
        found = self.view.found
        return found[min(self._place, len(found) - 1)] if found else None

    def tell(self, view: FindView) -> None:
        """Show this."""
        self.view = view
        self.resized()
        self.repaint()

    def resized(self) -> None:
        """Lay out for the width."""
        width = self.room
        if width <= 0:
            return
        found = self.view.found
        rows: list[Line] = [head_line(width)] if found else []
        rows += [row_line(one, width, one is self.current) for one in found]
        self._lines = [*rows, *below_lines(self.view, self.current, width)]

    def chosen(self, number: int) -> bool:
        """The row under the cursor."""
        return bool(self.view.found) and number == min(self._place, len(self.view.found) - 1) + 1

    def move(self, by: int) -> None:
        """Move the cursor; where there is no list, scroll."""
        if not self.view.found:
            self.scroll_relative(y=by, animate=False)
            return
        self._place = max(0, min(min(self._place, len(self.view.found) - 1) + by, len(self.view.found) - 1))
        self.resized()
        self.repaint()
        top = round(self.scroll_offset.y)
        if not top <= self._place + 1 < top + self.size.height - 1:
            self.scroll_to(y=max(0, self._place - 2), animate=False)
        self.post_message(self.Moved())

    def choose(self, found: Found) -> None:
        """Put the cursor on this one."""
        for place, one in enumerate(self.view.found):
            if one.address == found.address:
                self._place = place

    def on_click(self, event: events.Click) -> None:
        """Choose a row; a double click opens it."""
        place = self._number(event.y - self.styles.padding.top) - 1
        if 0 <= place < len(self.view.found):
            self.move(place - self._place)
            if event.chain == 2:
                self.post_message(self.Opened())
