"""A sheet with a few lines to type into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean, fit
from smappee_tui.i18n.text import width as cells_of
from smappee_tui.tui.commands import FORM, Command, bindings
from smappee_tui.tui.widgets.field import Field
from smappee_tui.tui.widgets.footer import Framed
from smappee_tui.tui.widgets.lines import BLANK, Line, LineView, line, paragraph
from smappee_tui.tui.widgets.sheet import SheetTitle

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormField:
    """One line to type into."""

    key: str
    label: str
    """Code of its text."""
    value: str = ""
    hidden: bool = False
    """A password: only its length is shown."""


class FieldLabel(LineView):
    """What stands before a field, with a mark where the cursor is."""

    DEFAULT_CSS = "FieldLabel { height: 1; overflow: hidden; }"

    def tell(self, label: str, cells: int, here: bool) -> None:
        """Say it in so many cells, and mark it or not."""
        self.styles.width = cells + 2
        mark = "▸ " if here else "  "
        self.show([line((mark, "key"), (fit(label, cells), "strong" if here else "dim"))])


class FormAbout(LineView):
    """What is said about the fields, below them."""

    DEFAULT_CSS = "FormAbout { height: auto; overflow: hidden; }"

    def __init__(self, lay_out: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self.lay_out = lay_out

    def resized(self) -> None:
        if self.room:
            self._lines = self.lay_out(min(96, self.room))


class Form(Framed, ModalScreen[Values]):
    """Asks for a few values; gives them, or None when the person went back."""

    DEFAULT_CSS = """
    Form { background: $background; layout: vertical; }
    Form VerticalScroll { padding: 1 2 0 2; }
    Form Horizontal { height: 1; }
    """
    KEYS: ClassVar[tuple[Command, ...]] = FORM
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(c for c in FORM if c.action != "submit")]

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
            title: code of what for.
            fields: at least one.
            about: what to say under the fields, as (text, tone), for what is typed so far.
            check: why the values will not do, "" when they will.
        """
        super().__init__()
        self._title_code, self._about, self._check = title, about, check
        self._fields = fields
        self.inputs = {field.key: Field(field.value, hidden=field.hidden) for field in fields}
        self._labels = {field.key: FieldLabel() for field in fields}
        self._problem = ""
        self._said = FormAbout(self._lay_out)

    @property
    def values(self) -> Values:
        """What is typed so far."""
        return {key: field.value for key, field in self.inputs.items()}

    def compose(self) -> ComposeResult:
        """Title, fields, and what is said about them."""
        yield SheetTitle(id="sheet-title")
        with VerticalScroll(can_focus=False):
            for key, field in self.inputs.items():
                yield Horizontal(self._labels[key], field)
            yield self._said
        yield self.footer

    def on_mount(self) -> None:
        self._head()
        next(iter(self.inputs.values())).focus()
        self._mark()

    def _head(self) -> None:
        self.query_one("#sheet-title", SheetTitle).show([line((f" {tr(self._title_code)}", "title"))])
        self.tell_keys()

    def offered(self) -> list[Command]:
        """With one line there is nowhere to move."""
        return [c for c in FORM if len(self._fields) > 1 or not c.action.startswith("app.")]

    async def action_submit(self) -> None:
        """What enter does in the line with the cursor."""
        if isinstance(self.focused, Field):
            await self.focused.action_submit()

    def speak(self) -> None:
        """Another language; what is typed stays."""
        self._head()
        self._mark()
        if self._problem:
            self._problem = self._check(self.values)
        self._redraw()

    def on_descendant_focus(self) -> None:
        self._mark()

    def _mark(self) -> None:
        names = {field.key: tr(field.label) for field in self._fields}
        cells = max(map(cells_of, names.values())) + 2
        for key, label in self._labels.items():
            label.tell(names[key], cells, self.inputs[key].has_focus)

    def _lay_out(self, width: int) -> list[Line]:
        lines: list[Line] = []
        if self._problem:
            lines += [BLANK, *paragraph(clean(self._problem, 2000), width, "warn", line(("! ", "warn")))]
        for text, tone in self._about(self.values):
            lines += [BLANK, *paragraph(clean(text, 2000), width, tone)]
        return lines

    def _redraw(self) -> None:
        self._said.resized()
        self._said.repaint()

    def on_input_changed(self) -> None:
        """What is said depends on what is typed."""
        self._problem = ""
        self._redraw()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter goes on to the next field, and from the last one ends."""
        fields = list(self.inputs.values())
        if message.input is not fields[-1]:
            self.focus_next(Field)
            return
        self._problem = self._check(self.values)
        if self._problem:
            self._redraw()
        else:
            self.dismiss(self.values)

    def action_close(self) -> None:
        self.dismiss(None)
