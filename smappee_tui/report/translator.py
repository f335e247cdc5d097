"""The report's words in one language, and how numbers, dates and strange names are written in it."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from smappee_tui.report.model import Language

LANGUAGES: tuple[Language, ...] = ("en", "nl", "fr")
MINUS = "\u2212"
_PLACE = re.compile(r"\{(\w+)\}")


class ReportTranslator:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = texts(language)
        self._format: dict[str, Any] = self._texts["format"]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `section.key`, with values in it; an unknown key is shown as its last word."""
        section, _, name = key.partition(".")
        text = self._texts.get(section, {}).get(name)
        if not isinstance(text, str):
            return name
        return fill(text, **values)

    def listed(self, key: str) -> list[str]:
        """A list of texts."""
        section, _, name = key.partition(".")
        return [str(item) for item in self._texts[section][name]]

    def number(self, value: float | None, *, signed: bool = False, digits: int = 0) -> str:
        """A number as it stands in the JSON, with this language's decimal sign; a dash for none.

        Never rounded; `digits` only adds zeros, so that a column of numbers stands in line.
        """
        if value is None:
            return str(self._format["none"])
        whole = int(value) if float(value).is_integer() else value
        text = str(abs(whole))
        if digits > len(text.partition(".")[2]):
            text = f"{abs(whole):.{digits}f}"
        text = text.replace(".", self._format["decimal"])
        return (MINUS if whole < 0 else "+" if signed and whole > 0 else "") + text

    def truth(self, value: bool | None) -> str:
        """Yes, no, or a dash."""
        return str(self._format["none" if value is None else "yes" if value else "no"])

    def moment(self, iso: str | None) -> str:
        """A moment: date, time, and the offset from UTC."""
        when = _parsed(iso)
        if when is None:
            return str(self._format["none"])
        offset = when.strftime("%z")
        zone = self._format["utc"].replace("{offset}", f"{offset[:3]}:{offset[3:]}" if offset else "")
        return f"{self.day(iso)}, {when:%H:%M:%S} ({zone})"

    def clock(self, iso: str | None) -> str:
        """A time of day."""
        when = _parsed(iso)
        return str(self._format["none"]) if when is None else f"{when:%H:%M:%S}"

    def day(self, iso: str | None) -> str:
        """A date in words; a text that is no date as it stands."""
        when = _parsed(iso)
        if when is None:
            return iso or str(self._format["none"])
        month = self._format["months"][when.month - 1]
        return str(self._format["date"]).format(day=when.day, month=month, year=when.year)

    @property
    def csv_separator(self) -> str:
        """What separates columns where this language's spreadsheets open a file."""
        return str(self._format["csv_separator"])


def fill(template: str, **values: object) -> str:
    """A text with values in the places of their names; braces within a value stay what they are."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), template)


@lru_cache(maxsize=8)
def texts(language: str) -> dict[str, dict[str, Any]]:
    """All texts of a language, by section and key."""
    path = files("smappee_tui.report") / "texts" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _parsed(iso: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(iso) if iso else None
    except ValueError:
        return None
