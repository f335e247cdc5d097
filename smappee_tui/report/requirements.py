"""What a report needs, by line of the commissioning plan: by one list a plan has open lines and a report is partial.

A line is a code, `plan.line.CODE`; what a report calls missing is `block.field`. Inputs that are not judged belong to
the line `channels` and have a list of their own in the report's header.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from smappee_tui.diagnosis.judgement import Finding

Line = Literal[
    "found",
    "data",
    "configuration",
    "supply",
    "channels",
    "devices",
    "limits",
    "corrections",
    "traced",
    "report",
    "signed",
    "put_back",
]
NEEDS: dict[Line, tuple[str, ...]] = {
    "found": ("devices.serial",),
    "data": ("method.messages",),
    "configuration": ("channels.configuration",),
    "supply": ("site.supply", "voltages.measured"),
    "channels": (),
    "devices": ("devices.heard",),
    "limits": ("site.main_fuse",),
    "corrections": (),
    "traced": (),
    "report": (
        "site.customer",
        "site.address",
        "site.generation",
        "installer.company",
        "installer.person",
    ),
    "signed": ("sign_off.name",),
    "put_back": (),
}
"""Every line in the order of the work, and what of a report is missing while it is open."""
OPTIONAL: frozenset[Line] = frozenset({"traced"})
"""Lines that nothing waits for."""
ABSENT = frozenset({"silent", "disconnected", "unreachable"})
"""Verdicts of a plug that nobody has seen work. A sensor speaks only when something flows: its silence says nothing."""
OF_THE_SUPPLY = frozenset(
    {"voltage-missing", "voltage-low", "voltage-high", "neutral-suspect", "rotation-suspected", "supply-mismatch"}
)
"""Findings of the line `supply`."""


class Known(NamedTuple):
    """What decides whether anything is missing, as a watch and a written report both know it."""

    customer: str = ""
    address: str = ""
    main_fuse_amps: float | None = None
    generation: str | None = None
    """As declared."""
    configured_generation: bool = False
    company: str = ""
    person: str = ""
    signed_by: str = ""
    serial: str = ""
    measured: bool = False
    """Measurements came, or values of the past."""
    used: int = 0
    """Inputs in use."""
    supply: str = "unknown"
    voltages: bool = False
    absent: int = 0
    """Plugs of the configuration that are `ABSENT`."""


def lacking(known: Known) -> Iterator[str]:
    """`block.field` of everything mandatory that is not there."""
    needed = {
        "site.customer": known.customer,
        "site.address": known.address,
        "site.main_fuse": known.main_fuse_amps,
        # What the configuration shows needs no declaration; what it does not show does.
        "site.generation": known.configured_generation or known.generation not in (None, "unknown"),
        "site.supply": known.supply != "unknown",
        "installer.company": known.company,
        "installer.person": known.person,
        "devices.serial": known.serial,
        "method.messages": known.measured,
        "channels.configuration": known.used,
        "voltages.measured": known.voltages,
        "devices.heard": not known.absent,
        "sign_off.name": known.signed_by,
    }
    yield from (code for code, there in needed.items() if not there)


def line_of(finding: Finding) -> Line:
    """The line of the plan that a fault keeps open."""
    if finding.code in OF_THE_SUPPLY:
        return "supply"
    return "devices" if finding.subject.kind in ("plug", "sensor") else "corrections"
