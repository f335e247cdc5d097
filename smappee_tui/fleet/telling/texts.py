"""What the messages say. What a device calls itself goes into them as letters and digits alone: no chat pings anybody
by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from smappee_tui.fleet.view import DAY, Change, FleetView, Kind, LocationRow
from smappee_tui.fleet.words import finding_word, kind_word, limits_of, verdict_word
from smappee_tui.i18n import Translator

MOST_NAMED = 25
"""Locations that one message names of a kind."""
_ODD = re.compile(r"[^0-9A-Za-z-]")
_COUNTED: tuple[Kind, ...] = (
    "all",
    "live",
    "silent",
    "fault",
    "undecided",
    "not_judged",
    "battery_low",
    "plug_trouble",
)
_NAMED: tuple[Kind, ...] = ("fault", "silent", "battery_low", "plug_trouble")


def plain_name(one: Change | LocationRow) -> str:
    """Serial number and uuid, without a letter that means something to anybody."""
    names = [_ODD.sub("?", name[:40]) for name in (one.serial, one.uuid) if name]
    return " ".join(names) or "?"


def changes_message(
    changes: Sequence[Change], missed: int, words: Translator, zone: tzinfo | None = None
) -> tuple[str, str]:
    """Title and text for what changed.

    Args:
        changes: oldest first, at least one.
        missed: changes before them that nobody remembers any more.
        words: of which language.
        zone: of the times; None: this computer's.
    """
    faults = len({change.uuid for change in changes if change.after == "fault"})
    count = len({change.uuid for change in changes})
    title = words("fleet_notice.faults_title", count=faults) if faults else words("fleet_notice.title", count=count)
    lines = [_line(change, words, zone) for change in changes[:MOST_NAMED]]
    if len(changes) > MOST_NAMED:
        lines.append(words("fleet.more", count=len(changes) - MOST_NAMED))
    if missed:
        lines.append(words("fleet_notice.missed", count=missed))
    return title, "\n".join(lines)


def _line(change: Change, words: Translator, zone: tzinfo | None) -> str:
    when = f"{datetime.fromtimestamp(change.at, zone):%Y-%m-%d %H:%M}"
    found = ", ".join(finding_word(code, words) for code in change.codes)
    before, after = verdict_word(change.before, words), verdict_word(change.after, words)
    known = {"when": when, "name": plain_name(change), "before": before, "after": after}
    how = "change" if not found else "change_found" if change.after == "fault" else "change_gone"
    said = words(f"fleet_notice.{how}", **known, **({"found": found} if found else {}))
    return f"{said} {words('fleet_notice.flaps', count=change.flaps)}" if change.flaps else said


def digest_message(view: FleetView, words: Translator, zone: tzinfo | None = None) -> tuple[str, str]:
    """Title and text for how all stand."""
    counts = view.counts
    day = f"{datetime.fromtimestamp(view.at, zone):%Y-%m-%d}"
    title = words("fleet_notice.digest_title", day=day, fault=counts.fault, silent=counts.silent)
    numbers = counts._asdict() | {"all": counts.locations}
    lines = [f"{kind_word(kind, words)}: {words.number(numbers[kind], ',')}" for kind in _COUNTED]
    lines.append(words("fleet_notice.changed_today", count=len(view.changes_since(view.at - DAY))))
    for kind in _NAMED:
        if numbers[kind]:
            lines += ["", f"{kind_word(kind, words)}:"]
            lines += [_named(row, kind, words) for row in view.rows(kind, count=MOST_NAMED)]
            if numbers[kind] > MOST_NAMED:
                lines.append(words("fleet.more", count=numbers[kind] - MOST_NAMED))
    for limit in limits_of(view):
        lines += ["", words.fact(limit)]
    return title, "\n".join(lines)


def _named(row: LocationRow, kind: Kind, words: Translator) -> str:
    found = ", ".join(finding_word(code, words) for code in row.findings) if kind == "fault" else ""
    return f"- {plain_name(row)}" + (f": {found}" if found else "")
