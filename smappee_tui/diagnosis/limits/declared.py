"""What a person says of the installation that no monitor knows, and the limits that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import tzinfo
from math import inf
from typing import Literal, get_args

from smappee_tui.protocol.fact import Fact, fact

Country = Literal["", "BE", "NL", "FR", "DE"]
COUNTRIES: tuple[Country, ...] = get_args(Country)
LEAST_BILLED = 2500.0
"""The month's peak that Flanders bills at least, W."""
FINDINGS = frozenset(
    {"main-fuse-over", "main-fuse-near", "ct-rating", "charger-over", "single-phase-over", "phases-uneven"}
)
"""Findings that speak of a limit."""
_ONE_PHASE: dict[str, float] = {"BE": 5000.0, "DE": 4600.0}
"""What may be connected to one phase, and how far phases may differ, VA: Synergrid C10/11; VDE-AR-N 4100."""


@dataclass(frozen=True, slots=True)
class InstallationLimits:
    """Thresholds for the installation as a whole that settings may change; None: as the country has it."""

    near_percent: float = 80.0
    """From this share of a limit on it is called near."""
    main_fuse_amps: float | None = None
    """Main fuse of every job for which nobody entered another."""
    single_phase_va: float | None = None
    """What one load or generator may be on one phase."""
    imbalance_va: float | None = None
    """How far the phases may differ."""
    peak_watts: float | None = None
    """Quarter-hour peak that is not to be passed."""


NAMES = tuple(field.name for field in fields(InstallationLimits))
"""What can be set."""


def installation_limits_of(values: Mapping[str, float]) -> InstallationLimits:
    """The defaults with these put in their place; names that are of other things, and what limits nothing, left out."""
    return replace(InstallationLimits(), **{n: float(v) for n, v in values.items() if n in NAMES and v > 0})


@dataclass(frozen=True, slots=True)
class Peak:
    """A quarter of an hour of an earlier visit."""

    begun: float
    """Seconds since 1970."""
    watts: float
    seconds: float
    """Of its 900, those that were measured."""
    since: float
    """When what it is the highest of began, seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Declared:
    """All of it for one installation."""

    main_fuse_amps: float | None = None
    """Of this installation."""
    said_country: Country = ""
    """Of this installation."""
    thresholds: InstallationLimits = InstallationLimits()
    usual_country: Country = ""
    """Where nobody said another."""
    zone: tzinfo | None = None
    """Where months begin; None: nobody knows, and they are those of UTC."""
    earlier: Peak | None = None
    """The highest quarter of an hour of earlier visits."""

    @property
    def fuse(self) -> float | None:
        """The main fuse of each phase, A: of the job, else of the settings; None: nobody said."""
        said = (self.main_fuse_amps, self.thresholds.main_fuse_amps)
        return next((amps for amps in said if amps is not None and 0 < amps < inf), None)

    @property
    def country(self) -> Country:
        """Where it is; "" where nobody said."""
        return self.said_country or self.usual_country

    def one_phase(self, of: Literal["single_phase_va", "imbalance_va"]) -> tuple[float | None, Fact | None]:
        """A limit of one phase, VA, and whose it is; None where nobody has one."""
        mine: float | None = getattr(self.thresholds, of)
        if mine is not None:
            return mine, fact("limits.source.setting", name=of)
        known = _ONE_PHASE.get(self.country)
        return known, None if known is None else Fact(f"limits.source.{self.country}")

    @property
    def peak(self) -> tuple[float | None, Fact | None]:
        """The quarter-hour peak that counts, W, and whose it is; None where nobody bills it or wishes it."""
        mine = self.thresholds.peak_watts
        if mine is not None:
            return mine, fact("limits.source.setting", name="peak_watts")
        if self.country == "BE":
            return LEAST_BILLED, fact("limits.source.peak")
        return None, None
