"""Notes and photos of an installation: to read, to write another note, to take one away."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import ClassVar

from textual.binding import BindingType

from smappee_tui.app.visit.notes import LONGEST_NOTE, MOST_NOTES, KeptPhoto, Note, Notes
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean
from smappee_tui.tui.commands import NOTES, Command, bindings
from smappee_tui.tui.corrections.sheet import clock as clock_of
from smappee_tui.tui.widgets.form import Form, FormField, Values
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph
from smappee_tui.tui.widgets.parts import PartsSheet


class NotesSheet(PartsSheet):
    """The board's first, then those of each channel; a note that is written is of the chosen channel."""

    TITLE_TEXT = "phone.notes_title"
    KEYS: ClassVar[tuple[Command, ...]] = NOTES
    BINDINGS: ClassVar[list[BindingType]] = bindings(NOTES)

    def __init__(
        self, notes: Notes, channel: tuple[int, str], names: Callable[[int], str], clock: Callable[[], float]
    ) -> None:
        """Show them.

        Args:
            notes: kept by whoever opens this screen.
            channel: the one that is written about, and its name.
            names: what an input is called.
            clock: seconds since 1970.
        """
        super().__init__()
        self._notes, self._channel, self._names, self._clock = notes, channel, names, clock
        self._kept: dict[Hashable, Note | KeptPhoto] = {}

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.redraw)  # a phone may send one

    def offered(self) -> list[Command]:
        return [one for one in NOTES if self._kept or one.action != "drop"]

    def parts(self, width: int) -> Iterator[tuple[Hashable, list[Line]]]:
        kept: list[Note | KeptPhoto] = [*self._notes.notes, *self._notes.photos]
        self._kept = {id(one): one for one in kept}
        numbers = sorted({one.input for one in kept}, key=lambda one: -1 if one is None else one)
        for number in numbers:
            title = tr("phone.board") if number is None else f"{number}  {self._names(number)}"
            yield None, [line((clean(title), "title"))]
            for one in (one for one in kept if one.input == number):
                what = one.text if isinstance(one, Note) else tr("phone.photo", file=one.name)
                lead = line(("  · ", "dim"))
                yield id(one), [*paragraph(clean(f"{what}  {clock_of(one.at)}"), width, "text", lead), BLANK]
        if not kept:
            yield None, [*paragraph(tr("phone.notes_none"), width, "dim"), BLANK]
        name = clean(self._channel[1]) or tr("device.input", input=self._channel[0])
        yield None, paragraph(tr("phone.notes_keys", input=self._channel[0], name=name), width, "key")

    def action_go(self) -> None:
        """Write a note of the chosen channel."""
        if len(self._notes.notes) >= MOST_NOTES:
            self.notify(tr("phone.notes_full", most=MOST_NOTES), markup=False, severity="warning", timeout=8)
            return
        number = self._channel[0]

        def take(values: Values | None) -> None:
            if values is not None and values["note"].strip():
                self._notes.write_down(number, values["note"], self._clock())
                self._tell()

        self.app.push_screen(
            Form(
                "phone.notes_title",
                [FormField("note", "phone.note")],
                about=lambda _: [(tr("phone.note_about", input=number, most=LONGEST_NOTE), "dim")],
            ),
            take,
        )

    def action_drop(self) -> None:
        """Take the chosen one away."""
        one = self._kept.get(self.chosen)
        if one is not None:
            self._notes.drop(one)
            self._tell()

    def _tell(self) -> None:
        problem, self._notes.problem = self._notes.problem, None
        if problem is not None:
            self.notify(current().error(problem), markup=False, severity="warning", timeout=20)
        self.redraw()
