"""The report's form, drawn: fields to type into, what is missing, and what has been written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from textual import events
from textual.message import Message

from smappee_tui.app.settings import INSTALLER
from smappee_tui.i18n import Language
from smappee_tui.i18n.text import clean, fit
from smappee_tui.report.formats import FORMATS, USUAL, Format
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Declared, Photo
from smappee_tui.tui.widgets.line_view import LineView
from smappee_tui.tui.widgets.lines import BLANK, Line, line, paragraph

_DECLARED: tuple[Declared, ...] = get_args(Declared)


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form."""

    key: str
    label: str
    head: str = ""
    """Heading above it, where a group begins."""
    choices: tuple[str, ...] = ()
    """What it may be; empty: any text."""
    hint: str = ""


FIELDS: tuple[Field, ...] = (
    Field("company", "Company", "Installer (remembered)"),
    Field("person", "Name"),
    Field("licence", "Registration", hint="licence or registration number"),
    Field("role", "Role"),
    Field("second_person", "Second person", hint="if somebody helped"),
    Field("site", "Installation", "Site", hint="a name for it"),
    Field("customer", "Customer"),
    Field("address", "Address"),
    Field("main_fuse", "Main fuse A"),
    Field(
        "generation",
        "Generation",
        "As you declare it",
        ("", *_DECLARED),
        "solar or a generator, and whether a CT sees it",
    ),
    Field("storage", "Storage", "", ("", *_DECLARED), "a battery, and whether a CT sees it"),
    Field("notes", "Notes", "Notes and photos"),
    Field("photos", "Photo files", hint="several with ; between"),
    Field("embed", "Embed photos", "", ("no", "yes"), "else only their names and hashes"),
    Field("signed_by", "Signed by", "Sign-off"),
    Field("signed_on", "Date", hint="YYYY-MM-DD"),
    Field("customer_name", "For the customer"),
    Field("folder", "Folder", "Write"),
    Field("formats", "Formats", hint=", ".join(FORMATS)),
    Field("language", "Language", "", tuple(get_args(Language))),
    Field("redact", "Made-up names", "", ("no", "yes"), "for sharing with support"),
)
Values = dict[str, str]


class FieldError(ValueError):
    """A field does not hold what it should. Carries the field, and a sentence for a person."""

    def __init__(self, key: str, what: str) -> None:
        self.key = key
        super().__init__(what)


def first_values(installer: Mapping[str, str], now: float, folder: Path) -> Values:
    """The form as it opens: the installer as remembered, today, the usual formats."""
    values = {field.key: field.choices[0] if field.choices else "" for field in FIELDS}
    values |= {key: str(installer.get(key, "")) for key in INSTALLER}
    values["signed_on"] = datetime.fromtimestamp(now, UTC).astimezone().date().isoformat()
    values["folder"] = str(folder)
    values["formats"] = ",".join(USUAL)
    return values


def particulars(values: Values, now: float, photos: tuple[Photo, ...] = ()) -> ReportMetadata:
    """The person's part of the report.

    Raises:
        FieldError: for a field that does not hold what it should.
    """
    return ReportMetadata(
        generated_at=now,
        zone=None,
        language=values["language"],  # type: ignore[arg-type]
        site=values["site"],
        customer=values["customer"],
        address=values["address"],
        main_fuse_amps=_amps(values["main_fuse"]),
        generation=values["generation"] or None,  # type: ignore[arg-type]
        storage=values["storage"] or None,  # type: ignore[arg-type]
        notes=values["notes"],
        company=values["company"],
        person=values["person"],
        licence=values["licence"],
        role=values["role"],
        second_person=values["second_person"],
        signed_by=values["signed_by"],
        signed_on=_day(values["signed_on"]),
        customer_name=values["customer_name"],
        photos=photos,
    )


def chosen_formats(text: str) -> tuple[Format, ...]:
    """The formats named. Raises FieldError for one that there is not, or none."""
    words = {word.strip().lower() for word in text.split(",") if word.strip()}
    unknown = words - set(FORMATS)
    if unknown or not words:
        raise FieldError("formats", f"Formats: name some of {', '.join(FORMATS)}.")
    return tuple(known for known in FORMATS if known in words)


def photo_paths(text: str) -> list[Path]:
    """The files named, `~` for the home folder."""
    return [Path(word.strip().strip('"')).expanduser() for word in text.split(";") if word.strip()]


def _amps(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        amps = float(text.strip().removesuffix("A").strip().replace(",", "."))
    except ValueError as error:
        raise FieldError("main_fuse", f"Main fuse: {text[:20]} is no number of ampere.") from error
    if not 0 < amps <= 10_000:
        raise FieldError("main_fuse", "Main fuse: a number of ampere above 0.")
    return amps


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise FieldError("signed_on", f"Date: {text[:20]} is none. Write it as 2026-03-31.") from error


LONGEST = 2_000
LABEL = 18


class ReportBody(LineView, can_focus=True):
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
            lines += paragraph(clean(text), width, tone)
        self._tops = []
        for place, field in enumerate(FIELDS):
            if field.head:
                lines += [BLANK, line((field.head, "title"))]
            self._tops.append(len(lines))
            lines.append(self._line(field, place == self.place, width))
        self._lines = [*lines, BLANK]

    def _line(self, field: Field, here: bool, width: int) -> Line:
        value = clean(self.values[field.key])
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
