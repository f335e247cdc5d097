"""A sheet over a screen: a title, lines to scroll through, the keys in the last line, and esc to go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean
from smappee_tui.tui.commands import LEAVE, SHEET, TYPED, Command, bindings
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph


class SheetBody(LineView, can_focus=True):
    """The lines of a sheet; they know how to lay themselves out for a width."""

    DEFAULT_CSS = "SheetBody { height: 1fr; padding: 1 2 0 2; }"

    def __init__(self, lay_out: Callable[[int], list[Line]]) -> None:
        super().__init__(id="body")
        self.lay_out = lay_out

    def resized(self) -> None:
        if self.room:
            self._lines = self.lay_out(min(100, self.room))


class SheetTitle(LineView):
    """The first line of a sheet."""

    DEFAULT_CSS = "SheetTitle { height: 1; overflow: hidden; }"


class Sheet(Framed, ModalScreen[Any]):
    """Base of what is read over a screen: findings, devices, help."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(SHEET),
        Binding("down,j", "down", show=False),
        Binding("up,k", "up", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]
    DEFAULT_CSS = "Sheet { background: $background; layout: vertical; }"
    TITLE_TEXT = ""
    """Code of the title."""

    def compose(self) -> ComposeResult:
        yield SheetTitle(id="sheet-title")
        yield SheetBody(self.lay_out)
        yield self.footer

    def on_mount(self) -> None:
        self.query_one("#sheet-title", SheetTitle).show([self.title_line()])
        self.tell_keys()
        self.call_after_refresh(self.tell_keys)  # some depends on what was laid out

    def title_line(self) -> Line:
        """What this is."""
        return line((f" {tr(self.TITLE_TEXT)}", "title"))

    def lay_out(self, width: int) -> list[Line]:
        raise NotImplementedError

    @property
    def body(self) -> SheetBody:
        """The scrolling part."""
        return self.query_one(SheetBody)

    def speak(self) -> None:
        self.query_one("#sheet-title", SheetTitle).show([self.title_line()])
        self.redraw()

    def redraw(self) -> None:
        """What the sheet shows has changed."""
        self.body.resized()
        self.body.repaint()
        self.tell_keys()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        self.body.scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        self.body.scroll_relative(y=-1, animate=False)

    def action_page(self, by: int) -> None:
        self.body.scroll_relative(y=by * max(1, self.body.size.height - 2), animate=False)


class LeaveSheet(Sheet):
    """Asks once before the program ends where that would leave something behind; gives "report" to write it first."""

    TITLE_TEXT = "live.leave.title"
    KEYS: ClassVar[tuple[Command, ...]] = LEAVE
    BINDINGS: ClassVar[list[BindingType]] = bindings(LEAVE)

    def __init__(self, faults: int) -> None:
        """Ask.

        Args:
            faults: how many are open while no report was written.
        """
        super().__init__()
        self._faults = faults

    def lay_out(self, width: int) -> list[Line]:
        lines = paragraph(tr("live.leave.faults", count=self._faults), width, "warn") if self._faults else []
        return [*lines, *paragraph(tr("live.leave.keys"), width)]

    def offered(self) -> list[Command]:
        """A report only where something is to be reported."""
        return [c for c in LEAVE if self._faults or c.action != "report"]

    def action_report(self) -> None:
        if self._faults:
            self.dismiss("report")


LONGEST = 100
LOOK = 0.2
"""Seconds between two looks how it stands."""


class NameSheet(Sheet, inherit_bindings=False):  # letters are for typing
    """Base: a line to type a name into, and a look that comes often."""

    KEYS: ClassVar[tuple[Command, ...]] = TYPED

    def __init__(self) -> None:
        super().__init__()
        self._typed, self._refused = "", False

    def on_mount(self) -> None:
        """Look how it stands, more often than the screen below does."""
        super().on_mount()
        self.set_interval(LOOK, self.look)

    def look(self) -> None:
        self.redraw()
        self.query_one(SheetTitle).show([self.title_line()])

    def name_lines(self, name: str, warning: str, width: int) -> list[Line]:
        """The warning, what to type, and what has been typed."""
        lines = [BLANK, *paragraph(warning, width, "warn", line(("! ", "warn")))]
        lines += [BLANK, *paragraph(tr("words.type_name", name=name), width)]
        lines.append(line(("› ", "key"), (clean(self._typed) + "▏", "strong")))
        if self._refused:
            lines += [BLANK, *paragraph(tr("words.not_its_name"), width, "warn", line(("! ", "warn")))]
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
        self._refused = False
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
        self._refused = True
        self.redraw()
        return False
