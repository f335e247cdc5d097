"""A sheet with a few lines to type into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from smappee_tui.i18n.text import clean, fit
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.sheet import SheetTitle

LONGEST = 200
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormField:
    """One line to type into."""

    key: str
    label: str
    value: str = ""
    hidden: bool = False
    """A password: only its length is shown."""


class FormBody(LineView, can_focus=True):
    """The fields, and what is said about them."""

    DEFAULT_CSS = "FormBody { height: 1fr; padding: 1 2 0 2; }"

    def __init__(self, fields: Sequence[FormField], about: Callable[[Values], Sequence[tuple[str, str]]]) -> None:
        super().__init__(id="form")
        self.fields, self.about = fields, about
        self.values: Values = {field.key: field.value for field in fields}
        self.place = 0
        self.problem = ""

    def resized(self) -> None:
        """Lay out for the width."""
        width = min(96, self.room)
        if width <= 0:
            return
        lines: list[Line] = []
        label = max(len(field.label) for field in self.fields) + 2
        for place, field in enumerate(self.fields):
            value = self.values[field.key]
            text = "•" * len(value) if field.hidden else clean(value)
            here = place == self.place
            lines.append(
                line(
                    ("▸ " if here else "  ", "key"),
                    (fit(field.label, label), "strong" if here else "dim"),
                    (text[-max(8, width - label - 4) :] + ("▏" if here else ""), "text"),
                )
            )
        if self.problem:
            lines += [BLANK, *paragraph(clean(self.problem), width, "warn", line(("! ", "warn")))]
        for text, tone in self.about(self.values):
            lines += [BLANK, *paragraph(clean(text), width, tone)]
        self._lines = lines

    def redraw(self) -> None:
        """Something was typed."""
        self.resized()
        self.repaint()

    def on_key(self, event: events.Key) -> None:
        """Take characters; enter goes on to the next field, and from the last one ends."""
        form = self.screen
        if event.key == "escape" and isinstance(form, Form):
            form.dismiss(None)
        elif event.key == "enter":
            self._enter()
        elif event.key in ("tab", "down"):
            self.place = (self.place + 1) % len(self.fields)
        elif event.key in ("shift+tab", "up"):
            self.place = (self.place - 1) % len(self.fields)
        elif event.key == "backspace":
            self._set(self._now[:-1])
        elif event.key == "ctrl+u":
            self._set("")
        elif event.is_printable and event.character:
            self._set(self._now + event.character)
        else:
            return
        event.stop()
        event.prevent_default()
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted line."""
        self._set(self._now + (event.text.splitlines() or [""])[0])
        event.stop()
        self.redraw()

    @property
    def _now(self) -> str:
        return self.values[self.fields[self.place].key]

    def _set(self, text: str) -> None:
        self.values[self.fields[self.place].key] = text[:LONGEST]
        self.problem = ""

    def _enter(self) -> None:
        if self.place + 1 < len(self.fields):
            self.place += 1
        elif isinstance(self.screen, Form):
            self.screen.submit(self.values)


class Form(ModalScreen[Values]):
    """Asks for a few values; gives them, or None when the person went back."""

    DEFAULT_CSS = "Form { background: $background; layout: vertical; }"

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        *,
        about: Callable[[Values], Sequence[tuple[str, str]]] = lambda _: (),
        check: Callable[[Values], str] = lambda _: "",
    ) -> None:
        """Ask.

        Args:
            title: what for.
            fields: at least one.
            about: what to say under the fields, as (text, tone), for what is typed so far.
            check: why the values will not do, "" when they will.
        """
        super().__init__()
        self._title_text, self._check = title, check
        self.body = FormBody(fields, about)

    def compose(self) -> ComposeResult:
        """Title and fields."""
        yield SheetTitle(id="sheet-title")
        yield self.body

    def on_mount(self) -> None:
        """Say what it is for."""
        keys = "⏎ go on   esc back" if len(self.body.fields) == 1 else "⏎ ↑↓ go on   esc back"
        self.query_one("#sheet-title", SheetTitle).show(
            [line((f" {self._title_text}   ", "title"), (keys, "dim"))],
        )
        self.body.focus()

    def submit(self, values: Values) -> None:
        """The person is done."""
        self.body.problem = self._check(values)
        if self.body.problem:
            self.body.redraw()
        else:
            self.dismiss(dict(values))
