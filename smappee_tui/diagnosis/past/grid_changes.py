"""Changes that one grid CT shows alone: their angle and the sag of the voltages tell its phase and direction."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.grid import MOST_EVENTS, Jump
from smappee_tui.diagnosis.past.changes import Changes

LEAST_JUMP = 250.0
"""VA."""
QUIET_SHARE = 0.12
"""How much the other grid CTs may have moved, of this one's change."""
LONE_SIZE = 700.0
"""VA from which on a change of one grid CT alone proves a star supply."""


def grid_jumps(changes: Changes, grid: tuple[int, ...], signed: bool) -> dict[int, list[Jump]]:
    """By grid CT its largest lone changes, at most `MOST_EVENTS`."""
    result: dict[int, list[Jump]] = {}
    for number in grid:
        found = []
        for index, delta in enumerate(changes.of[number]):
            if math.isnan(delta.watts) or delta.size < LEAST_JUMP:
                continue
            others = [changes.of[k][index] for k in grid if k != number]
            if any(not o.size < QUIET_SHARE * delta.size + 15.0 for o in others):
                continue
            found.append((delta.size, index, delta))
        found.sort(key=lambda one: -one[0])
        result[number] = [
            Jump(
                input=number,
                watts=delta.watts,
                q_low=abs(delta.vars),
                q_high=abs(delta.vars),
                total_vars=delta.vars if signed else math.nan,
                volts=(changes.volts[0][index], changes.volts[1][index], changes.volts[2][index]),
            )
            for _, index, delta in found[:MOST_EVENTS]
        ]
    return result


def lone_jumps(jumps: dict[int, list[Jump]]) -> int:
    """Large changes of one of three grid CTs alone: on a delta supply every load shows on two.

    They count where every one of the three had some: beside a dead CT a delta's loads are alone too, on the other two.
    """
    counts = [sum(1 for j in kept if math.hypot(j.watts, j.q_low) >= LONE_SIZE) for kept in jumps.values()]
    return sum(counts) if len(counts) == 3 and all(counts) else 0
