"""The page for the customer as data: what is measured, what was proved, mended and left open, in things he knows.

It is made of a report alone, so that it says what the report says, redacted or not, today and years later.
A measuring point is an input in use; points of one name, as those of the three phases, are one thing to the customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from smappee_tui.diagnosis.judgement import FAULTS, WAITING
from smappee_tui.report.model import Channel, FindingBlock, InstallerBlock, Report

Kind = Literal["grid", "production", "battery", "circuit"]
State = Literal["proved", "open", "fault"]
Trouble = Literal[
    "danger", "direction", "place", "nothing", "amount", "setting", "sum", "limit", "uneven", "voltage",
    "plug", "sensor", "link", "other",
]  # fmt: skip
"""What is wrong, as somebody without a trade would say it. The worst first."""
Outcome = Literal["nothing", "faults", "open", "informal", "noted", "all"]
"""`open`: not everything is proved. Everything is, and `informal`: the report lacks something else; `noted`: there are
warnings."""

TROUBLES: dict[str, Trouble] = {
    "neutral-suspect": "danger",
    "ct-reversed": "direction",
    "ct-all-reversed": "direction",
    "ct-wrong-phase-reversed": "direction",
    "ct-wrong-phase": "place",
    "ct-swapped": "place",
    "ct-rotated": "place",
    "ct-exchanged": "place",
    "ct-duplicate": "place",
    "ct-neutral": "place",
    "phase-mismatch": "place",
    "rotation-suspected": "place",
    "roles-exchanged": "place",
    "same-current": "place",
    "same-current-grid": "place",
    "same-current-production": "place",
    "grid-misses-production": "place",
    "grid-misses-circuits": "place",
    "circuit-not-followed": "place",
    "ct-dead": "nothing",
    "ct-ratio": "amount",
    "ct-half-open": "amount",
    "size-question": "amount",
    "circuit-above-supply": "amount",
    "power-impossible": "amount",
    "over-range": "amount",
    "ct-rating": "amount",
    "main-fuse-over": "limit",
    "charger-over": "limit",
    "single-phase-over": "uneven",
    "phases-uneven": "uneven",
    "role-missing": "setting",
    "role-doubtful": "setting",
    "circuit-gives": "setting",
    "unused-carries-current": "setting",
    "generation-question": "setting",
    "supply-mismatch": "setting",
    "cloud-setting-differs": "setting",
    "cloud-supply-differs": "setting",
    "cloud-input-missing-cloud": "setting",
    "cloud-input-missing-monitor": "setting",
    "balance-impossible": "sum",
    "balance-doubtful": "sum",
    "fed-unseen": "sum",
    "voltage-missing": "voltage",
    "voltage-low": "voltage",
    "voltage-high": "voltage",
    "plug-unreachable": "plug",
    "plug-disconnected": "plug",
    "plug-silent": "plug",
    "plug-stale": "plug",
    "plug-command-waits": "plug",
    "battery-low": "sensor",
    "battery-critical": "sensor",
    "sensor-silent": "sensor",
    "realtime-gaps": "link",
    "no-realtime": "link",
    "values-frozen": "link",
    "aggregated-late": "link",
    "aggregated-lost": "link",
    "monitor-clock": "link",
    "monitor-status": "link",
}
"""By the code of a finding; whatever stands not here is `other`."""
_ORDER: tuple[Trouble, ...] = get_args(Trouble)
_OF_ALL: frozenset[Trouble] = frozenset({"danger", "sum", "limit", "uneven", "voltage", "link"})
"""Troubles of the whole installation, whatever inputs a finding names."""
_WHOLE = 840.0
"""Seconds of a quarter of an hour that must have been measured."""
_UNBILLED = frozenset({"limits.why.no_peak", "limits.why.no_country"})
"""That nobody bills a peak makes it no less true."""
_PHASE = re.compile(r"[\s_\-.,:(\[/]*\bL[123]\b[\s)\]]*$", re.IGNORECASE)
"""The phase at the end of a name, which means nothing to the customer."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is measured."""

    kind: Kind
    name: str
    """As configured, without a phase; "" where nobody named it."""
    state: State
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was mended, or that is left."""

    what: Trouble
    things: tuple[Thing, ...]
    """Empty where it is about the whole installation."""
    retest: bool = False
    """Changed, and not proved since."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest quarter of an hour of the month, as far as it was measured."""

    watts: float
    """Mean over the quarter."""
    at: str
    """Its begin, ISO 8601."""
    names: tuple[str, ...]
    """Circuits that made it, the largest first."""
    billed: bool
    """In Belgium, of which one region bills it."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Everything that the page says."""

    outcome: Outcome
    points: int
    """Measuring points."""
    proved: int
    announced: int
    """Of the proved ones those at which a load was switched on purpose."""
    seconds: float
    """Length of the watch; 0 where nobody was on site."""
    days: float | None
    """Days of stored values, where nobody was on site."""
    things: tuple[Thing, ...]
    mended: tuple[Entry, ...]
    faults: int
    """Open faults as the report counts them."""
    left: tuple[Entry, ...]
    """Open faults and warnings, one entry a kind of trouble; what waits for its re-test."""
    quiet: tuple[Thing, ...]
    """Not proved, as nothing ran there."""
    unclear: tuple[Thing, ...]
    """Not proved for another reason."""
    peak: Peak | None
    installer: InstallerBlock


def handover(report: Report) -> Handover:
    """Make the page of a report."""
    header, method = report.header, report.method
    used = [channel for channel in report.channels if channel.verdict != "unused"]
    proved = [channel for channel in used if channel.verdict not in WAITING | FAULTS]
    accused = {n for f in report.findings if f.status == "open" and f.severity == "fault" for n in f.inputs}
    things = tuple(_things(used, accused))
    reasons = {one.input: one.reason for one in report.not_tested}
    waiting = [one for one in things if any(c.verdict in WAITING for c in used if c.input in one.inputs)]
    quiet = tuple(one for one in waiting if all(reasons.get(n, "no_current") == "no_current" for n in _open(one, used)))
    if not used:
        outcome: Outcome = "nothing"
    elif header.result == "faults":
        outcome = "faults"
    elif header.untested:
        outcome = "open"
    else:
        outcome = "informal" if header.partial else "noted" if header.warnings else "all"
    open_ones = [f for f in report.findings if f.status == "open" and f.severity != "info"]
    retests = [f for f in report.findings if f.status == "retest"]
    return Handover(
        outcome=outcome,
        points=len(used),
        proved=len([channel for channel in proved if channel.input not in accused]),
        announced=sum(c.tested == "announced load" for c in proved if c.input not in accused),
        seconds=method.seconds,
        days=method.history.days if method.history is not None else None,
        things=things,
        mended=tuple(_entries((f for f in report.findings if f.status == "mended"), things)),
        faults=header.faults,
        left=(*_entries(open_ones, things), *_entries(retests, things, retest=True)),
        quiet=quiet,
        unclear=tuple(one for one in waiting if one not in quiet),
        peak=_peak(report),
        installer=report.installer,
    )


def _peak(report: Report) -> Peak | None:
    """The month's, where its quarter of an hour was measured as good as whole by CTs that are not in doubt."""
    block = next((one for one in report.installation_limits if one.code == "month-peak"), None)
    if block is None or not block.worst or block.at is None or (block.seconds or 0) < _WHOLE:
        return None
    if block.why is not None and block.why.code not in _UNBILLED:
        return None
    names = dict.fromkeys(_PHASE.sub("", part.name).strip() for part in block.parts)
    return Peak(block.worst, block.at, tuple(name for name in names if name), report.site.country == "BE")


def _open(thing: Thing, used: Iterable[Channel]) -> list[int]:
    return [c.input for c in used if c.input in thing.inputs and c.verdict in WAITING]


def _things(used: Iterable[Channel], accused: set[int]) -> Iterable[Thing]:
    """What is measured: the grid, production, batteries, then circuits in their order."""
    kinds: dict[tuple[Kind, str, int | None], list[Channel]] = {}
    for channel in used:
        kind, name = _kind(channel), _PHASE.sub("", channel.name).strip() or channel.name.strip()
        key = "" if kind == "grid" else name
        kinds.setdefault((kind, key, channel.input if not name and kind != "grid" else None), []).append(channel)
    order: tuple[Kind, ...] = ("grid", "production", "battery", "circuit")
    for (kind, name, _), channels in sorted(kinds.items(), key=lambda item: order.index(item[0][0])):
        verdicts = {channel.verdict for channel in channels}
        inputs = tuple(channel.input for channel in channels)
        faulty = verdicts & FAULTS or accused & set(inputs)
        yield Thing(kind, name, "fault" if faulty else "open" if verdicts & WAITING else "proved", inputs)


def _kind(channel: Channel) -> Kind:
    if channel.role == "PRODUCTION":
        return "production"
    if channel.role == "STORAGE":
        return "battery"
    return "grid" if channel.connection == "GRID" and channel.role == "CONSUMPTION" else "circuit"


def _entries(findings: Iterable[FindingBlock], things: Iterable[Thing], *, retest: bool = False) -> Iterable[Entry]:
    """One entry a kind of trouble, with everything that it is about."""
    inputs: dict[Trouble, set[int]] = {}
    for finding in findings:
        inputs.setdefault(TROUBLES.get(finding.code, "other"), set()).update(finding.inputs)
    for what in _ORDER:
        if what in inputs:
            named = tuple(one for one in things if inputs[what] & set(one.inputs))
            yield Entry(what, () if what in _OF_ALL else named, retest)
