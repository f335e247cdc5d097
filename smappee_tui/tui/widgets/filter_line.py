"""The line in which words are typed that the rows of a list must contain."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.widgets.field import Field
from smappee_tui.tui.widgets.lines import LineView, line

LONGEST = 60
"""Characters taken."""


class FilterLabel(LineView):
    """What stands before and behind the words."""

    DEFAULT_CSS = "FilterLabel { height: 1; overflow: hidden; }"

    def tell(self, text: str, tone: str) -> None:
        """Say this, as wide as it is."""
        self.styles.width = cells_of(text)
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

    def __init__(self, prompt: str = "live.filter_prompt", *, id: str | None = None) -> None:  # noqa: A002
        """A line to type into; `prompt` is the code of what stands before it."""
        super().__init__(id=id)
        self._prompt = prompt
        self.input = Field(most=LONGEST)
        self._before, self._after = FilterLabel(), FilterLabel()

    def compose(self) -> ComposeResult:
        yield self._before
        yield self.input
        yield self._after

    def begin(self, text: str) -> None:
        self.speak()
        self.input.value = text
        self.input.cursor_position = len(text)
        self.input.focus()

    def speak(self) -> None:
        self._before.tell(f" {tr(self._prompt)} ", "key")
        self._after.tell(f"  {tr('keys.hint.filter')} ", "dim")

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Edited(message.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Left())

    def on_descendant_blur(self) -> None:
        """Whoever goes on elsewhere is done here, too; not who only looks at another window."""
        if self.screen.focused not in (None, self.input):
            self.display = False

    def action_clear(self) -> None:
        """Take the words away, and leave."""
        self.input.value = ""
        self.post_message(self.Left())
