"""Lists to choose from: Textual's `OptionList` with lines of tones, and the sheet in which typing narrows one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, cut, fit
from smappee_tui.protocol.products import product_of
from smappee_tui.tui.commands import CHOOSER, Command, bindings
from smappee_tui.tui.widgets.field import Field
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import Line, line, paragraph
from smappee_tui.tui.widgets.sheet import SheetTitle
from smappee_tui.tui.widgets.styles import palette


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    key: str
    """What a choice of it gives; no two rows of a list have the same."""
    line: Line
    """As it stands under the cursor or not; the list puts the cursor's mark before it."""


class LineList(OptionList):
    """An option list of toned lines. The cursor stays on its row when the rows change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]
    DEFAULT_CSS = """
    LineList, LineList:focus {
        height: 1fr; border: none; padding: 0; background: $background; background-tint: $foreground 0%;
        scrollbar-size-vertical: 1; scrollbar-color: $foreground 25%; scrollbar-background: $background;
    }
    LineList > .option-list--option { padding: 0; }
    LineList > .option-list--option-highlighted, LineList:focus > .option-list--option-highlighted {
        background: $primary 28%; color: $foreground; text-style: none;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id, markup=False)
        self.rows: tuple[Row, ...] = ()
        self._marked: int | None = None

    @property
    def key(self) -> str | None:
        """The row under the cursor."""
        return None if self.highlighted is None else self.rows[self.highlighted].key

    def fill(self, rows: Sequence[Row], empty: str = "") -> None:
        """Show these rows; `empty` says why there are none."""
        if tuple(rows) == self.rows and rows:
            return
        key, index = self.key, self.highlighted or 0
        self.rows, self._marked = tuple(rows), None
        places = [place for place, row in enumerate(self.rows) if row.key == key]
        top = round(self.scroll_offset.y)
        self.set_options(Option(self._prompt(place, False)) for place in range(len(self.rows)))
        if self.rows:
            self.scroll_to(y=top, animate=False)
            self.highlighted = places[0] if places else min(index, len(self.rows) - 1)
        elif empty:
            self.add_option(Option(toned(line((empty, "dim")), self.app.theme_variables), disabled=True))

    def choose(self, key: str) -> None:
        """Put the cursor on this row, if it is there."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                self.highlighted = place

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark: the coloured row alone would not show without colours."""
        for place in (self._marked, highlighted):
            if place is not None and place < len(self.rows):
                self.replace_option_prompt_at_index(place, self._prompt(place, place == highlighted))
        self._marked = highlighted
        super().watch_highlighted(highlighted)

    def notify_style_update(self) -> None:
        """Another theme: other colours."""
        super().notify_style_update()
        for place in range(min(len(self.rows), self.option_count)):
            self.replace_option_prompt_at_index(place, self._prompt(place, place == self.highlighted))

    def _prompt(self, place: int, here: bool) -> Text:
        return toned((("▸ " if here else "  ", "key"), *self.rows[place].line), self.app.theme_variables)


def toned(of: Line, variables: dict[str, str]) -> Text:
    """A line as Textual's own widgets take it: inks of the tones, without a ground of their own."""
    styles = palette(variables)
    text = Text(no_wrap=True, end="")
    for piece, tone in of:
        style = styles[tone, False]
        text.append(piece, Style(color=style.color, bold=style.bold, dim=style.dim))
    return text


class NarrowField(Field):
    """Typed into while the list beside it has the cursor keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.cursor('cursor_down')", show=False),
        Binding("up", "screen.cursor('cursor_up')", show=False),
        Binding("pagedown", "screen.cursor('page_down')", show=False),
        Binding("pageup", "screen.cursor('page_up')", show=False),
    ]


class Chooser(Framed, ModalScreen[str]):
    """The monitors of one broker by serial number; typing narrows the list. Gives the uuid chosen, or None."""

    KEYS: ClassVar[tuple[Command, ...]] = CHOOSER
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(c for c in CHOOSER if c.action != "take")]
    DEFAULT_CSS = """
    Chooser { background: $background; layout: vertical; }
    Chooser Field { margin: 1 2 0 4; width: 100%; }
    Chooser LineList { margin: 0 2; }
    """

    def __init__(self, locations: tuple[tuple[str, str], ...], shown_now: str | None, beyond: int = 0) -> None:
        """Offer these.

        Args:
            locations: (uuid, serial) of each.
            shown_now: uuid of the one on the screen.
            beyond: how many more there are that were not kept.
        """
        super().__init__()
        self._all = sorted(locations, key=lambda pair: (pair[1] == "", pair[1], pair[0]))
        self._now, self._beyond = shown_now, beyond
        self.field, self.list = NarrowField(most=40), LineList(id="found")
        self.list.can_focus = False

    def compose(self) -> ComposeResult:
        """Title, the words, the list."""
        yield SheetTitle(id="sheet-title")
        yield self.field
        yield self.list
        yield self.footer

    def on_mount(self) -> None:
        """Begin at the one that is shown."""
        self.field.focus()
        self._fill()
        if self._now is not None:
            self.list.choose(self._now)

    @property
    def found(self) -> list[tuple[str, str]]:
        """Those that contain what was typed."""
        typed = self.field.value.casefold().strip()
        return [pair for pair in self._all if typed in pair[0].casefold() or typed in pair[1].casefold()]

    def _fill(self) -> None:
        title = [line((f" {tr('live.chooser_title')}", "title"))]
        if self._beyond:
            beyond = tr("live.beyond", count=self._beyond)
            title += paragraph(beyond, max(20, self.size.width - 4), "warn", line((" ! ", "warn")))
        self.query_one("#sheet-title", SheetTitle).show(title)
        self.tell_keys()
        self.field.placeholder = tr("live.chooser_prompt")
        rows = [
            Row(
                uuid,
                line(
                    (fit(clean(serial) or tr("live.no_serial_yet"), 15), "text"),
                    (fit(product_of(serial), 20), "dim"),
                    (cut(clean(uuid), max(0, self.size.width - 50)), "dim"),
                    (f"  {tr('live.shown')}" if uuid == self._now else "", "ok"),
                ),
            )
            for uuid, serial in self.found
        ]
        self.list.fill(rows, tr("live.none_contains"))

    def speak(self) -> None:
        self._fill()

    def on_input_changed(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_take()

    def on_option_list_option_selected(self) -> None:
        self.action_take()

    def action_cursor(self, what: str) -> None:
        getattr(self.list, f"action_{what}")()

    def action_take(self) -> None:
        if self.list.key is not None:
            self.dismiss(self.list.key)

    def action_close(self) -> None:
        self.dismiss(None)
