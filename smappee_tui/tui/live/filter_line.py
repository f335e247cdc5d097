"""One line that is typed into, without a widget library's worth of start-up."""

from __future__ import annotations

from textual import events
from textual.message import Message

from smappee_tui.i18n.text import clean
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import line

LONGEST = 60
"""Characters taken."""


class FilterLine(LineView, can_focus=True):
    """A prompt and what has been typed. Enter keeps it, escape takes it away."""

    DEFAULT_CSS = "FilterLine { height: 1; overflow: hidden; }"

    class Edited(Message):
        """Another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person is done."""

    def __init__(self, prompt: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._prompt = prompt
        self._text = ""

    def begin(self, text: str) -> None:
        """Start with this text."""
        self._text = text
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Take characters; what is no character goes on to the commands."""
        if event.key == "enter" or (event.key == "escape" and not self._text):
            self.post_message(self.Left())
        elif event.key == "escape":
            self._set("")
            self.post_message(self.Left())
        elif event.key == "backspace":
            self._set(self._text[:-1])
        elif event.key == "ctrl+u":
            self._set("")
        elif event.is_printable and event.character:
            self._set(self._text + event.character)
        else:
            return
        event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Take a pasted line."""
        self._set(self._text + (event.text.splitlines() or [""])[0])
        event.stop()

    def _set(self, text: str) -> None:
        self._text = text[:LONGEST]
        self._draw()
        self.post_message(self.Edited(self._text))

    def _draw(self) -> None:
        end = "▏" if self.has_focus else ""
        self.show(
            [line((f" {self._prompt} ", "key"), (clean(self._text) + end, "text"), ("  ⏎ keep  esc clear", "dim"))]
        )
