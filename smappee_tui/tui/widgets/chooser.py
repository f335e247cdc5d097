"""The sheet that chooses between the monitors of one broker."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.protocol.products import product_of
from smappee_tui.tui.widgets.lines import BLANK, Line, line
from smappee_tui.tui.widgets.sheet import Sheet


class Chooser(Sheet):
    """A list by serial number; typing digits narrows it. Gives the uuid chosen, or None."""

    TITLE_TEXT = "Monitors on this broker"
    KEYS = "↑↓ choose   ⏎ show   type to narrow   esc back"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", "show", priority=True)]

    def __init__(self, locations: tuple[tuple[str, str], ...], shown_now: str | None) -> None:
        """Offer these.

        Args:
            locations: (uuid, serial) of each.
            shown_now: uuid of the one on the screen.
        """
        super().__init__()
        self._all = sorted(locations, key=lambda pair: (pair[1] == "", pair[1], pair[0]))
        self._now = shown_now
        self._typed = ""
        self._index = max(0, next((i for i, pair in enumerate(self._all) if pair[0] == shown_now), 0))

    @property
    def found(self) -> list[tuple[str, str]]:
        """Those that contain what was typed."""
        typed = self._typed.casefold()
        return [pair for pair in self._all if typed in pair[0].casefold() or typed in pair[1].casefold()]

    def lay_out(self, width: int) -> list[Line]:
        """One line a monitor."""
        lines: list[Line] = []
        for number, (uuid, serial) in enumerate(self.found):
            chosen = number == self._index
            lines.append(
                line(
                    ("▸ " if chosen else "  ", "key"),
                    (fit(clean(serial or "no serial yet"), 15), "strong" if chosen else "text"),
                    (fit(product_of(serial), 20), "dim"),
                    (cut(clean(uuid), max(0, width - 46)), "dim"),
                    ("  shown" if uuid == self._now else "", "ok"),
                )
            )
        if not lines:
            lines.append(line(("None contains this.", "dim")))
        if self._typed:
            lines = [line((f"only with “{clean(self._typed)}”", "key")), BLANK, *lines]
        return lines

    def on_key(self, event: events.Key) -> None:
        """Typing narrows the list."""
        if event.key == "backspace":
            self._narrow(self._typed[:-1])
        elif event.is_printable and event.character and event.character not in "jkq ":
            self._narrow(self._typed + event.character)
        else:
            return
        event.stop()

    def action_take(self) -> None:
        """This one."""
        found = self.found
        if found:
            self.dismiss(found[self._index][0])

    def action_down(self) -> None:
        """The next one."""
        self._move(1)

    def action_up(self) -> None:
        """The one before."""
        self._move(-1)

    def action_page(self, by: int) -> None:
        """A page on or back."""
        self._move(by * max(1, self.body.size.height - 2))

    def _move(self, by: int) -> None:
        self._index = max(0, min(self._index + by, len(self.found) - 1))
        top = round(self.body.scroll_offset.y)
        if not top <= self._index < top + self.body.size.height - 2:
            self.body.scroll_to(y=max(0, self._index - 2), animate=False)
        self.redraw()

    def _narrow(self, text: str) -> None:
        self._typed, self._index = text[:40], 0
        self.redraw()
