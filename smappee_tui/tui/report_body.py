"""The report's form, drawn: fields to type into, what is missing, and what has been written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message

from smappee_tui.tui.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.painted import Painted
from smappee_tui.tui.report_fields import FIELDS, Field, Values
from smappee_tui.tui.text import fit, shown

LONGEST = 2_000
LABEL = 18


class ReportBody(Painted, can_focus=True):
    """All fields. Up, down, tab and enter move; left and right choose where there is a choice."""

    DEFAULT_CSS = "ReportBody { height: 1fr; padding: 0 2; }"

    class Edited(Message):
        """Something was typed or chosen."""

    def __init__(self, values: Values, about: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """Show these values; `about` gives (text, tone) of what to say above the fields."""
        super().__init__(id="report-body")
        self.values, self.about = values, about
        self.place = 0
        self._tops: list[int] = []

    @property
    def field(self) -> Field:
        """The field with the cursor."""
        return FIELDS[self.place]

    def resized(self) -> None:
        """Lay out for the width."""
        width = min(100, self.room)
        if width <= 0:
            return
        lines: list[Line] = []
        for text, tone in self.about():
            lines += paragraph(shown(text), width, tone)
        self._tops = []
        for place, field in enumerate(FIELDS):
            if field.head:
                lines += [BLANK, line((field.head, "title"))]
            self._tops.append(len(lines))
            lines.append(self._line(field, place == self.place, width))
        self._lines = [*lines, BLANK]

    def _line(self, field: Field, here: bool, width: int) -> Line:
        value = shown(self.values[field.key])
        room = max(8, width - LABEL - 4)
        if field.choices:
            text = f"‹ {value or 'not said'} ›" if here else value or "not said"
        else:
            text = value[-room:] + ("▏" if here else "")
        hint = field.hint if here and len(text) + len(field.hint) + 2 <= room else ""
        return line(
            ("▸ " if here else "  ", "key"),
            (fit(field.label, LABEL), "strong" if here else "dim"),
            (text, "text"),
            (f"  {hint}" if hint else "", "dim"),
        )

    def redraw(self) -> None:
        """Something changed."""
        self.resized()
        self.repaint()
        top, height = round(self.scroll_offset.y), max(1, self.size.height)
        here = self._tops[self.place] if self._tops else 0
        if not top + 1 <= here < top + height - 1:
            self.scroll_to(y=0 if self.place == 0 else max(0, here - height // 2), animate=False)

    def go(self, place: int) -> None:
        """Put the cursor on another field."""
        self.place = place % len(FIELDS)
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """Type, choose, move."""
        if event.key in ("down", "tab", "enter"):
            self.go(self.place + 1)
        elif event.key in ("up", "shift+tab"):
            self.go(self.place - 1)
        elif self.field.choices and event.key in ("left", "right", "space"):
            self._choose(-1 if event.key == "left" else 1)
        elif event.key == "backspace":
            self._set(self.values[self.field.key][:-1])
        elif event.key == "ctrl+u":
            self._set("")
        elif event.is_printable and event.character:
            self._set(self.values[self.field.key] + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take what was pasted; several lines become one."""
        self._set(self.values[self.field.key] + " ".join(event.text.split()))
        event.stop()

    def _choose(self, by: int) -> None:
        choices = self.field.choices
        now = choices.index(self.values[self.field.key])
        self.values[self.field.key] = choices[(now + by) % len(choices)]
        self.post_message(self.Edited())
        self.redraw()

    def _set(self, text: str) -> None:
        if self.field.choices:
            return
        self.values[self.field.key] = text[:LONGEST]
        self.post_message(self.Edited())
        self.redraw()
