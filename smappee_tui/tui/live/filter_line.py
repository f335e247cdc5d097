"""The line above the table in which words are typed that rows must contain."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import width
from smappee_tui.tui.widgets.field import Field
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import line

LONGEST = 60
"""Characters taken."""


class FilterLabel(LineView):
    """What stands before and behind the words."""

    DEFAULT_CSS = "FilterLabel { height: 1; overflow: hidden; }"

    def tell(self, text: str, tone: str) -> None:
        """Say this, as wide as it is."""
        self.styles.width = width(text)
        self.show([line((text, tone))])


class FilterLine(Horizontal):
    """A prompt and what has been typed. Enter keeps it, escape takes it away."""

    DEFAULT_CSS = "FilterLine { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "clear", show=False)]

    class Edited(Message):
        """Another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person is done."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.input = Field(most=LONGEST)
        self._before, self._after = FilterLabel(), FilterLabel()

    def compose(self) -> ComposeResult:
        """Prompt, words, keys."""
        yield self._before
        yield self.input
        yield self._after

    def begin(self, text: str) -> None:
        """Start with this text."""
        self.speak()
        self.input.value = text
        self.input.cursor_position = len(text)
        self.input.focus()

    def speak(self) -> None:
        """Say what it is for."""
        self._before.tell(f" {tr('live.filter_prompt')} ", "key")
        self._after.tell(f"  {tr('keys.hint.filter')} ", "dim")

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Edited(message.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Take the words away, and leave."""
        self.input.value = ""
        self.post_message(self.Left())
