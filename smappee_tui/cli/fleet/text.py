"""What `fleet` prints for a person: the counts, and who needs a visit."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.cli.console import Paint
from smappee_tui.fleet.view import Counts, FleetView, Kind, LocationRow
from smappee_tui.fleet.words import finding_word, kind_word
from smappee_tui.i18n import current, tr
from smappee_tui.i18n.text import clean, cut

MOST = 50
"""Locations that are named of each kind."""
SHOWN: tuple[Kind, ...] = ("all", "live", "silent", "judged", "fault", "undecided", "battery_low", "plug_trouble")


def fleet_text(view: FleetView, rows: Sequence[LocationRow], *, columns: int, paint: Paint) -> str:
    """Counts, then those with a fault, those that are silent, those with a weak battery or a plug in trouble.

    Args:
        view: of the end.
        rows: all locations, the worst first.
        columns: how wide a line may be.
        paint: colours a text.
    """
    lines = [tr("fleet.watched", span=view.at - view.since, count=view.messages), ""]
    lines += count_lines(view.counts)
    troubles: tuple[tuple[Kind, str, list[LocationRow]], ...] = (
        ("fault", "fault", [row for row in rows if row.verdict == "fault"]),
        ("silent", "warning", [row for row in rows if not row.live]),
        ("battery_low", "warning", [row for row in rows if row.battery_low]),
        ("plug_trouble", "warning", [row for row in rows if row.plug_trouble]),
    )
    for kind, tone, chosen in troubles:
        if chosen:
            lines += ["", paint(kind_word(kind), tone)]
            lines += [cut(f"  {who(row)}  {why(row, kind, view.at)}".rstrip(), columns) for row in chosen[:MOST]]
            if len(chosen) > MOST:
                lines.append("  " + tr("fleet.more", count=len(chosen) - MOST))
    return "\n".join(lines)


def count_lines(counts: Counts) -> list[str]:
    named = [(kind_word(kind), getattr(counts, "locations" if kind == "all" else kind)) for kind in SHOWN]
    room = max(len(name) for name, _ in named)
    return [f"{name:<{room}}  {current().number(value, ','):>8}" for name, value in named]


def who(row: LocationRow) -> str:
    """Serial number and uuid, as far as they are known."""
    return f"{clean(row.serial) or '-':<10}  {clean(row.uuid, 40)}"


def why(row: LocationRow, kind: Kind, now: float) -> str:
    """Why it is listed there."""
    if kind == "silent":
        return tr("fleet.silent_for", span=now - row.last) if row.last else tr("fleet.never_heard")
    return ", ".join(map(finding_word, row.findings)) if kind == "fault" else ""
