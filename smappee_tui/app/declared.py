"""What a person says of an installation, for its limits: by option, else in its job, else in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from smappee_tui.diagnosis.limits.declared import COUNTRIES, Country, Declared, Peak, installation_limits_of

if TYPE_CHECKING:
    from smappee_tui.app.settings import Settings

MOST_FUSE = 10_000.0
"""A beyond which nobody has a main fuse."""


def by_settings(settings: Settings, main_fuse: float | None = None, country: str | None = None) -> Declared:
    """What holds for every installation, and what an option says of this one.

    Args:
        settings: thresholds, the usual fuse, the country.
        main_fuse: A, as an option says; None: it says nothing.
        country: the same.
    """
    return Declared(main_fuse, known_country(country or ""), installation_limits_of(settings.limits), settings.country)


def with_job(base: Declared, typed: Mapping[str, str], peak: Peak | None = None) -> Declared:
    """The same, with what was typed in the job where no option says it.

    Args:
        base: as `by_settings`.
        typed: the fields of the report's form.
        peak: the highest quarter of an hour of earlier visits.
    """
    return replace(
        base,
        main_fuse_amps=base.main_fuse_amps
        if base.main_fuse_amps is not None
        else fuse_amps(typed.get("main_fuse", "")),
        said_country=base.said_country or known_country(typed.get("country", "")),
        earlier=peak,
    )


def fuse_amps(text: str) -> float | None:
    """A main fuse as people type it, "25", "40 A", "3x25A"; None for what is none."""
    word = text.strip().casefold().removesuffix("a").strip().replace(",", ".")
    number = word.rpartition("x")[2].rpartition("×")[2].strip()
    try:
        amps = float(number)
    except ValueError:
        return None
    return amps if 0 < amps <= MOST_FUSE else None


def known_country(text: str) -> Country:
    """A country that limits are known of, "" for any other."""
    return next((one for one in COUNTRIES if one == text.strip().upper()), "")
