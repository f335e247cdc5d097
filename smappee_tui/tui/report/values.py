"""What the report's form holds: its fields, the values it opens with, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

from smappee_tui.app.declared import fuse_amps, known_country
from smappee_tui.app.settings import INSTALLER, Settings
from smappee_tui.connect.plain_file import typed
from smappee_tui.diagnosis.limits.declared import COUNTRIES
from smappee_tui.i18n import LANGUAGES, current
from smappee_tui.protocol.fact import Fact, TellableError, fact
from smappee_tui.report.formats import FORMATS, USUAL, Format
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Declared, Photo

_DECLARED: tuple[Declared, ...] = get_args(Declared)


@dataclass(frozen=True, slots=True)
class ReportField:
    """One line of the form; its label is `report_form.field.KEY`, its hint `report_form.hint.KEY`."""

    key: str
    group: str = ""
    """Group that begins with it: `report_form.group.NAME`."""
    choices: tuple[str, ...] = ()
    """What it may be, `report_form.choice.KEY.CHOICE`; empty: any text."""
    kind: str = ""
    """Whose words the choices are in, where several fields share them."""
    hint: bool = False


FIELDS: tuple[ReportField, ...] = (
    ReportField("company", "installer"),
    ReportField("person"),
    ReportField("licence", hint=True),
    ReportField("role"),
    ReportField("phone", hint=True),
    ReportField("email"),
    ReportField("second_person", hint=True),
    ReportField("site", "site", hint=True),
    ReportField("customer"),
    ReportField("customer_language", "", ("", *LANGUAGES), "language", hint=True),
    ReportField("address"),
    ReportField("main_fuse", hint=True),
    ReportField("country", "", COUNTRIES, "country", hint=True),
    ReportField("generation", "declared", ("", *_DECLARED), "declared", hint=True),
    ReportField("storage", "", ("", *_DECLARED), "declared", hint=True),
    ReportField("notes", "notes"),
    ReportField("photos", hint=True),
    ReportField("embed", "", ("no", "yes"), "truth", hint=True),
    ReportField("signed_by", "sign_off"),
    ReportField("signed_on", hint=True),
    ReportField("customer_name"),
    ReportField("folder", "write"),
    ReportField("formats", hint=True),
    ReportField("language", "", LANGUAGES, "language"),
    ReportField("handover", "", ("yes", "no"), "truth", hint=True),
    ReportField("redact", "", ("no", "yes"), "truth", hint=True),
)
Values = dict[str, str]
_MANDATORY = {
    "installer.company": "company",
    "installer.person": "person",
    "site.customer": "customer",
    "site.address": "address",
    "site.main_fuse": "main_fuse",
    "site.generation": "generation",
    "sign_off.name": "signed_by",
}
"""Field by what the report calls missing."""


class FieldError(TellableError):
    """A field does not hold what it should.

    Attributes:
        key: which.
    """

    def __init__(self, key: str, what: Fact) -> None:
        self.key = key
        super().__init__(what)


def first_values(installer: Mapping[str, str], now: float, folder: Path) -> Values:
    """The form as it opens: the installer as remembered, today, the usual formats, the language of the screen."""
    values = {field.key: field.choices[0] if field.choices else "" for field in FIELDS}
    values |= {key: str(installer.get(key, "")) for key in INSTALLER}
    values["signed_on"] = datetime.fromtimestamp(now, UTC).astimezone().date().isoformat()
    values["folder"] = str(folder)
    values["formats"] = ",".join(USUAL)
    values["language"] = current().language
    return values


LIMITS = ("main_fuse", "country")
"""What stays what it was in the job, whatever the settings become."""


def usual_limits(settings: Settings) -> Values:
    """Fuse and country as the settings have them."""
    fuse = settings.limits.get("main_fuse_amps", 0.0)
    return {"main_fuse": f"{fuse:g}" if fuse else "", "country": settings.country}


def with_typed(first: Values, typed: Mapping[str, str]) -> Values:
    """The form as it was left: what was typed in place of what it opens with."""
    choices = {field.key: field.choices for field in FIELDS}
    return {
        key: typed[key] if key in typed and (not choices[key] or typed[key] in choices[key]) else text
        for key, text in first.items()
    }


def first_missing(missing: Iterable[str]) -> str:
    """The first field of the form that the report cannot do without; its first one where nothing is missing.

    Args:
        missing: codes, as a report's header has them.
    """
    keys = {_MANDATORY.get(code) for code in missing}
    return next((field.key for field in FIELDS if field.key in keys), FIELDS[0].key)


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
        customer_language=values["customer_language"] or None,  # type: ignore[arg-type]
        address=values["address"],
        main_fuse_amps=_amps(values["main_fuse"]),
        country=known_country(values["country"]),
        generation=values["generation"] or None,  # type: ignore[arg-type]
        storage=values["storage"] or None,  # type: ignore[arg-type]
        notes=values["notes"],
        company=values["company"],
        person=values["person"],
        licence=values["licence"],
        role=values["role"],
        phone=values["phone"],
        email=values["email"],
        second_person=values["second_person"],
        signed_by=values["signed_by"],
        signed_on=_day(values["signed_on"]),
        customer_name=values["customer_name"],
        photos=photos,
    )


def harmless(values: Values) -> Values:
    """The values with what cannot be read left out, for a draft."""
    fixed = dict(values)
    for _ in range(3):
        try:
            particulars(fixed, 0.0)
        except FieldError as error:
            fixed[error.key] = ""
    return fixed


def chosen_formats(text: str) -> tuple[Format, ...]:
    """The formats named. Raises FieldError for one that there is not, or none."""
    words = {word.strip().lower() for word in text.split(",") if word.strip()}
    if words - set(FORMATS) or not words:
        raise FieldError("formats", fact("report_form.error.formats", formats=FORMATS))
    return tuple(known for known in FORMATS if known in words)


def photo_paths(text: str) -> list[Path]:
    """The files named, `~` for the home folder."""
    return [typed(word.strip().strip('"')) for word in text.split(";") if word.strip()]


def _amps(text: str) -> float | None:
    if not text.strip():
        return None
    amps = fuse_amps(text)
    if amps is None:
        raise FieldError("main_fuse", fact("report_form.error.no_amps", text=text[:20]))
    return amps


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise FieldError("signed_on", fact("report_form.error.no_date", text=text[:20])) from error
