"""The report's form: lines to type into and lists to choose from, and what is missing above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Select
from textual.widgets.option_list import Option

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import width
from smappee_tui.report.formats import FORMATS
from smappee_tui.tui.report.values import FIELDS, ReportField, Values
from smappee_tui.tui.widgets.field import Field
from smappee_tui.tui.widgets.form import FieldLabel, FormAbout
from smappee_tui.tui.widgets.lines import Line, LineView, line, paragraph

LONGEST = 2_000
LABEL = 18
"""Cells of the labels at least."""


class TextField(Field):
    """A line that may be long; several pasted lines become one."""

    def __init__(self, value: str) -> None:
        super().__init__(value, most=LONGEST)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split()), *self.selection)


class ChoiceField(Select[str], inherit_bindings=False):
    """A list that enter or space opens; left and right go through it without opening it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "show_overlay", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceField { height: 1; width: 36; }
    ChoiceField > SelectCurrent, ChoiceField:focus > SelectCurrent {
        background: $background; background-tint: $foreground 0%; border: none;
    }
    ChoiceField SelectOverlay { width: 44; border: tall $foreground 30%; background: $background; }
    """

    def __init__(self, field: ReportField, value: str) -> None:
        self.choices, self._kind = field.choices, field.kind
        super().__init__(self._offers(), value=value, allow_blank=False, type_to_search=False, compact=True)

    def _offers(self) -> list[tuple[str, str]]:
        return [(tr(f"report_form.choice.{self._kind}.{choice or 'unsaid'}"), choice) for choice in self.choices]

    def speak(self) -> None:
        """Another language; the choice stays."""
        chosen = self.value
        with self.prevent(Select.Changed):  # new offers begin with the first one chosen
            self.set_options(self._offers())
            self.value = chosen
            self.mutate_reactive(ChoiceField.value)  # type: ignore[misc] # Select is generic, its value is not

    def action_turn(self, by: int) -> None:
        """The next one, or the one before."""
        self.value = self.choices[(self.choices.index(str(self.value)) + by) % len(self.choices)]


class GroupTitle(LineView):
    """Heading of a group of fields."""

    DEFAULT_CSS = "GroupTitle { height: 2; padding-top: 1; overflow: hidden; }"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def resized(self) -> None:
        self._lines = [line((tr(f"report_form.group.{self._name}"), "title"))]


class Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """All lines; it follows the cursor, and leaves the arrow keys to the form."""

    DEFAULT_CSS = "Fields { padding: 0 2; scrollbar-size-vertical: 1; }"


class Said(FormAbout):
    """What became of the writing: it stays in sight wherever the cursor is."""

    DEFAULT_CSS = "Said { height: auto; max-height: 6; padding: 0 2; }"


class NextSteps(OptionList):
    """What can be done with a report that was written."""

    _steps: tuple[str, ...] = ()
    DEFAULT_CSS = """
    NextSteps, NextSteps:focus {
        height: auto; max-height: 5; margin: 0 2; padding: 0; border: none; background: $background;
        background-tint: $foreground 0%;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    def offer(self, steps: Sequence[str]) -> None:
        """Show these, the first one chosen; none: nothing.

        Args:
            steps: codes `report_form.next.STEP`.
        """
        self._steps = tuple(steps)
        self.set_options([Option(self._prompt(place), id=step) for place, step in enumerate(steps)])
        self.display = bool(steps)
        self.highlighted = 0 if steps else None

    def _prompt(self, place: int) -> str:
        mark = "▸ " if place == self.highlighted else "  "
        return mark + tr(f"report_form.next.{self._steps[place]}")

    def speak(self) -> None:
        """Another language, or another one chosen: colour alone says nothing."""
        for place in range(self.option_count):
            self.replace_option_prompt_at_index(place, self._prompt(place))

    def on_option_list_option_highlighted(self) -> None:
        self.speak()


class FieldHint(LineView):
    """What the field with the cursor is for."""

    DEFAULT_CSS = "FieldHint { height: 1; dock: bottom; padding: 0 2; overflow: hidden; }"


class ReportForm(Widget):
    """All fields. Up, down, tab and enter move."""

    DEFAULT_CSS = """
    ReportForm { height: 1fr; }
    ReportForm Horizontal { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "go(1)", show=False),
        Binding("up,shift+tab", "go(-1)", show=False),
    ]

    class Edited(Message):
        """Something was typed or chosen."""

    def __init__(
        self,
        values: Values,
        about: Callable[[], Sequence[tuple[str, str]]],
        outcome: Callable[[], Sequence[tuple[str, str]]],
    ) -> None:
        """Show these values and keep them up to date.

        Args:
            values: by the key of the field.
            about: (text, tone) of what to say above the fields.
            outcome: the same of what became of the writing.
        """
        super().__init__(id="report-form")
        self.values = values
        self.inputs: dict[str, TextField | ChoiceField] = {
            field.key: ChoiceField(field, values[field.key]) if field.choices else TextField(values[field.key])
            for field in FIELDS
        }
        self._labels = {field.key: FieldLabel() for field in FIELDS}
        self._said, self._hint = FormAbout(lambda cells: _lines(about(), cells)), FieldHint()
        self._outcome, self.next = Said(lambda cells: _lines(outcome(), cells)), NextSteps()
        self.next.display = False

    def compose(self) -> ComposeResult:
        yield self._outcome
        yield self.next
        with Fields():
            yield self._said
            for field in FIELDS:
                if field.group:
                    yield GroupTitle(field.group)
                yield Horizontal(self._labels[field.key], self.inputs[field.key])
        yield self._hint

    @property
    def field(self) -> ReportField:
        """The field with the cursor."""
        return FIELDS[self.place]

    @property
    def place(self) -> int:
        """Which one that is."""
        has = (place for place, field in enumerate(FIELDS) if self.inputs[field.key].has_focus_within)
        return next(has, 0)

    def go(self, place: int) -> None:
        """Put the cursor on another field; before the first one the whole top is shown."""
        self.go_to(FIELDS[place % len(FIELDS)].key)

    def go_to(self, key: str) -> None:
        """Put the cursor on this field."""
        self.inputs[key].focus()
        if key == FIELDS[0].key:
            self.query_one(Fields).scroll_home(animate=False)

    def fill(self, key: str, text: str) -> None:
        """Put something else into a line."""
        field = self.inputs[key]
        if isinstance(field, TextField):
            field.value = text

    def action_go(self, by: int) -> None:
        """The next field, or the one before; from what can be done next, the first or the last."""
        if self.next.has_focus:
            self.go(0 if by > 0 else -1)
        else:
            self.go(self.place + by)

    def on_mount(self) -> None:
        self._mark()

    def on_descendant_focus(self) -> None:
        self._mark()

    def speak(self) -> None:
        """Another language; what is typed and chosen stays."""
        for title in self.query(GroupTitle):
            title.resized()
            title.repaint()
        for field in self.inputs.values():
            if isinstance(field, ChoiceField):
                field.speak()
        self.next.speak()
        self._mark()
        self.redraw()

    def _mark(self) -> None:
        names = {field.key: tr(f"report_form.field.{field.key}") for field in FIELDS}
        cells = max(LABEL, *(width(name) + 2 for name in names.values()))
        for key, label in self._labels.items():
            label.tell(names[key], cells, self.inputs[key].has_focus_within)
        field = self.field
        hint = tr(f"report_form.hint.{field.key}", formats=FORMATS) if field.hint else ""
        self._hint.show([line((hint, "dim"))])

    def redraw(self) -> None:
        """What is said above the fields is something else."""
        for view in (self._said, self._outcome):
            view.resized()
            view.repaint()

    def on_input_changed(self, message: Input.Changed) -> None:
        self._take(message.input, message.value)

    def on_select_changed(self, message: Select.Changed) -> None:
        self._take(message.select, str(message.value))

    def _take(self, widget: Widget, text: str) -> None:
        key = next((key for key, one in self.inputs.items() if one is widget), None)
        if key is not None and self.values[key] != text:
            self.values[key] = text
            self.post_message(self.Edited())

    def on_input_submitted(self) -> None:
        """Enter goes on."""
        self.action_go(1)


def _lines(said: Sequence[tuple[str, str]], cells: int) -> list[Line]:
    return [one for text, tone in said for one in paragraph(text, cells, tone)]
