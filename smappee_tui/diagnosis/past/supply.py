"""The supply as weeks of five-minute means show it: voltages, and star or delta."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.past.record import PastRecord
from smappee_tui.diagnosis.supply import PRESENT_VOLTS, SupplyWatch

ENOUGH_RATIOS = 12
LOADED_VA = 250.0
_STAR, _DELTA = (0.85, 1.2), (1.6, 1.87)


def supply_of(past: PastRecord, lone_jumps: int) -> SupplyWatch:
    """Voltages over the whole time, and what tells star from delta.

    Args:
        past: the means.
        lone_jumps: large changes that one of three grid CTs showed alone, which no delta supply lets happen.
    """
    watch = SupplyWatch()
    watch.samples = len(past)
    for phase, column in enumerate(past.volts):
        for volts in column:
            watch.ranges[phase].add(volts)
    filled = [sum(1 for v in column if v == v) for column in past.volts]
    watch.one_voltage = filled[0] > 0 and filled[1] == filled[2] == 0
    ratio = _ratio(past)
    if ratio is None:
        watch.star_votes += lone_jumps
    else:
        watch.star_votes += 20 * (_STAR[0] < ratio < _STAR[1])
        watch.delta_votes += 20 * (_DELTA[0] < ratio < _DELTA[1])
    return watch


def _ratio(past: PastRecord) -> float | None:
    """V·I/S at rest with the unit of the current found out: one power of ten for all; None where that is not clear.

    The current is an RMS mean and S the size of a mean, so V·I/S is too large wherever a load changed or is distorted:
    the lower end of the ratios is the true one.
    """
    found = []
    for column in past.columns.values():
        for k, (watts, reactive, current) in enumerate(zip(column.watts, column.vars, column.current, strict=True)):
            size = math.hypot(watts, reactive)
            if not (size > LOADED_VA and current > 0):
                continue
            live = [v for v in (past.volts[phase][k] for phase in range(3)) if v > PRESENT_VOLTS]
            if len(live) == 3:
                found.append(sum(live) / 3 * current / size)
    if len(found) < ENOUGH_RATIOS:
        return None
    found.sort()
    low = found[len(found) // 10]
    for unit in (1.0, 10.0, 1000.0):
        ratio = low / unit
        if _STAR[0] < ratio < _DELTA[1]:
            return ratio
    return None
