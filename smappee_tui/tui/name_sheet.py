"""A sheet that does nothing before a name has been typed: what switching asks of a person."""

from __future__ import annotations

from textual import events

from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.sheet import Sheet, SheetTitle
from smappee_tui.tui.text import shown

LONGEST = 100
LOOK = 0.2
"""Seconds between two looks how it stands."""


class NameSheet(Sheet, inherit_bindings=False):  # letters are for typing
    """Base: a line to type a name into, and a look that comes often."""

    def __init__(self) -> None:
        super().__init__()
        self._typed = self._refused = ""

    def on_mount(self) -> None:
        """Look how it stands, more often than the screen below does."""
        self.set_interval(LOOK, self.look)

    def look(self) -> None:
        """Draw anew."""
        self.redraw()
        self.query_one(SheetTitle).show([self.title_line()])

    def name_lines(self, name: str, warning: str, width: int) -> list[Line]:
        """The warning, what to type, and what has been typed."""
        lines = [BLANK, *paragraph(warning, width, "warn", line(("! ", "warn")))]
        lines += [BLANK, *paragraph(f"Type its name to confirm: {name}", width)]
        lines.append(line(("› ", "key"), (shown(self._typed) + "▏", "strong")))
        if self._refused:
            lines += [BLANK, *paragraph(self._refused, width, "warn", line(("! ", "warn")))]
        return lines

    def take(self, event: events.Key) -> None:
        """Type one key into the name, if it is one that types."""
        if event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.key == "ctrl+u":
            self._typed = ""
        elif event.is_printable and event.character:
            self._typed = (self._typed + event.character)[:LONGEST]
        else:
            return
        self.done_with(event)

    def done_with(self, event: events.Key) -> None:
        """This key goes no further; draw what it did."""
        self._refused = ""
        event.stop()
        event.prevent_default()
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        """A pasted name would confirm nothing: it must be typed."""
        event.stop()

    def named(self, name: str) -> bool:
        """Whether the name was typed, capitals and spaces aside; if not, that is said."""
        if " ".join(self._typed.split()).casefold() == " ".join(name.split()).casefold():
            return True
        self._refused = "That is not its name; nothing was sent."
        self.redraw()
        return False
