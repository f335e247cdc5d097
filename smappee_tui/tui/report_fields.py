"""The fields of the report's form, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from smappee_tui.report.formats import FORMATS, USUAL, Format
from smappee_tui.report.model import Declared, Language, Photo
from smappee_tui.report.particulars import Particulars

INSTALLER = ("company", "person", "licence", "role")
"""What is remembered from one report to the next. Nothing of the customer is."""
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


class Unfit(ValueError):  # noqa: N818 - it reads as what it is
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


def particulars(values: Values, now: float, photos: tuple[Photo, ...] = ()) -> Particulars:
    """The person's part of the report.

    Raises:
        Unfit: for a field that does not hold what it should.
    """
    return Particulars(
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
    """The formats named. Raises Unfit for one that there is not, or none."""
    words = {word.strip().lower() for word in text.split(",") if word.strip()}
    unknown = words - set(FORMATS)
    if unknown or not words:
        raise Unfit("formats", f"Formats: name some of {', '.join(FORMATS)}.")
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
        raise Unfit("main_fuse", f"Main fuse: {text[:20]} is no number of ampere.") from error
    if not 0 < amps <= 10_000:
        raise Unfit("main_fuse", "Main fuse: a number of ampere above 0.")
    return amps


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise Unfit("signed_on", f"Date: {text[:20]} is none. Write it as 2026-03-31.") from error
