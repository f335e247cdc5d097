"""A line to type into: Textual's `Input` without its frame, in the tones of the views around it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from smappee_tui.i18n.text import REPLACED

LONGEST = 200
"""Characters taken."""


class Field(Input):
    """One line; cursor keys, selection and paste as everywhere. Keys that mean nothing to it go on to its screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # ctrl+c leaves the program, so that copying needs another key.
        Binding("ctrl+insert", "copy", show=False),
        Binding("shift+insert", "paste", show=False),
    ]
    DEFAULT_CSS = """
    Field { background: $background; color: $foreground; width: 1fr; }
    Field:focus { background-tint: $foreground 0%; }
    """

    def __init__(self, value: str = "", *, hidden: bool = False, most: int = LONGEST, id: str | None = None) -> None:  # noqa: A002
        """A line that begins with a text.

        Args:
            value: the text.
            hidden: a password: only its length is shown.
            most: characters taken.
            id: as textual knows it.
        """
        super().__init__(value, password=hidden, max_length=most, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def on_focus(self) -> None:
        """The cursor behind the text: what is typed goes on with it."""
        self.cursor_position = len(self.value)

    def on_blur(self) -> None:
        """A long text shows its beginning while nobody edits it."""
        self.cursor_position = 0

    def validate_value(self, value: str) -> str:
        """Whatever was pasted, or comes from a device, is only shown: what would steer the terminal becomes a sign."""
        if value.isprintable():
            return value
        return "".join(letter if letter.isprintable() else " " if letter.isspace() else REPLACED for letter in value)
