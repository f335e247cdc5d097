"""`fleet --json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from smappee_tui.cli.values import iso, number
from smappee_tui.fleet.view import FleetView, LocationRow

SCHEMA = "smappee-tui/fleet/1"


def fleet_document(view: FleetView, rows: Iterable[LocationRow]) -> dict[str, Any]:
    """Everything that is known in the end, for a program.

    Args:
        view: of that moment.
        rows: all locations.
    """
    return {
        "schema": SCHEMA,
        "observed": {
            "from": iso(view.since),
            "to": iso(view.at),
            "messages": view.messages,
            "lost": view.lost,
            "unreadable": view.unreadable,
            "turned_away": view.turned_away,
            "lag_seconds": number(view.lag, 4),
            "lag_seconds_worst": number(view.lag_worst, 4),
        },
        "counts": view.counts._asdict(),
        "sweep": {
            "number": view.sweep.number,
            "done": view.sweep.done,
            "of": view.sweep.of,
            "seconds_left": number(view.sweep.left, 1),
        },
        "notes": dict(view.notes),
        "locations": [location_document(row) for row in rows],
    }


def location_document(row: LocationRow) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "serial": row.serial,
        "live": row.live,
        "last": iso(row.last) if row.last else None,
        "rate": number(row.rate, 3),
        "watts": number(row.watts, 0),
        "verdict": row.verdict,
        "judged": iso(row.judged),
        "findings": list(row.findings),
        "channels": row.channels,
        "battery_low": row.battery_low,
        "plug_trouble": row.plug_trouble,
        "changed": iso(row.changed),
    }
