"""Two CTs that carry one and the same current: stretch for stretch, and change for change.

Some pairs may: a circuit that is all there is on its phase carries what the grid CT does, a feeder what hangs under it,
the CTs of one three-phase load the same each. Two grid CTs round one wire may not, nor a solar clamp on the wire of the
grid: that one takes when the house takes, with the sun away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from smappee_tui.diagnosis.evidence.sums.balance import enough, often
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, BoolArray, FloatArray, longest, once, steps
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry

ALIKE, ALIKE_VA = 0.05, 20.0
"""How far two CTs may differ on one current: two gains of a percent or two, and the current's last digit (0.1 A)."""
LOADED = 120.0
"""VA from which on a stretch can tell two currents apart."""
CHANGE = 150.0
"""VA of a change that must show on both."""
LEAST_CHANGES = 4
MOSTLY = 0.97
"""Share of the loaded time, and of the changes, that must agree."""
GLANCE, GLANCE_ALIKE = 0.98, 0.2
"""A high quantile of the size, and how far it and the mean may differ of CTs that are worth a comparison."""
ANGLES_ALIKE = 0.12
"""How far the power factor of a shared current may lie from what the voltages make of it."""
DRAWS = 100.0
"""W that a production CT takes beyond what any inverter needs by night."""

PairKind = Literal["grid", "production", "source", "circuits", "whole_phase"]


@dataclass(frozen=True, slots=True)
class SharedCurrent:
    """Two CTs with one current."""

    first: int
    second: int
    """Of a grid CT and another the grid CT stands first, of production and a circuit the production, else the lower."""
    kind: PairKind
    """What they are to each other.

    `grid`: two grid CTs. `production`: a grid CT and one of production that draws as the house does. `source`:
    production and a circuit. `circuits`: two circuits, which may hang one under the other. `whole_phase`: one circuit
    is all there is on its phase, no fault.
    """
    opposite: bool | None
    """Their power has opposite signs; None where they are multiplied with different voltages."""
    changes: int
    """Clear changes that both showed."""
    seconds: float
    """How long both were loaded."""

    @property
    def wrong(self) -> bool:
        """Whether no healthy house does this."""
        return self.kind in ("grid", "production")


@once
def shared_currents(blocks: Blocks, roles: Mapping[int, Role], geometry: Geometry) -> tuple[SharedCurrent, ...]:
    """All pairs of CTs of different loads that carry one current; none on a delta supply, where two lines share one."""
    used = [n for n in sorted(roles) if n in blocks]
    if geometry.delta:
        return ()
    sizes = {n: blocks.size(n) for n in used}
    alike = {}
    for a, b in _worth(used, sizes):
        if roles[a].group and roles[a].group == roles[b].group and not roles[a].grid:
            continue
        same = _same(blocks, sizes[a], sizes[b])
        if same is not None and (roles[a].phase != roles[b].phase or _same_power(blocks, a, b)):
            alike[a, b] = same
    found = []
    grids = [n for n in used if roles[n].grid]
    for (a, b), (changes, seconds) in alike.items():
        later = (roles[b].grid and not roles[a].grid) or (roles[b].generates and not roles[a].grid)
        first, second = (b, a) if later else (a, b)
        kind = _kind(blocks, roles, first, second, grids, alike.keys(), geometry)
        if kind is not None:
            opposite = _opposite(blocks, first, second) if roles[first].phase == roles[second].phase else None
            found.append(SharedCurrent(first, second, kind, opposite, changes, seconds))
    return tuple(found)


def _worth(used: list[int], sizes: Mapping[int, FloatArray]) -> list[tuple[int, int]]:
    """The pairs of CTs that may carry the same current, at a glance: of many CTs few are left to be compared."""
    if not used or not len(sizes[used[0]]):
        return []
    table = np.sort(np.stack([sizes[n] for n in used]), axis=1)  # what is not known stands last
    known = np.isfinite(table)
    count = known.sum(1)
    place = np.maximum(count - 1, 0) * GLANCE
    low = np.floor(place).astype(int)
    rows, some = np.arange(len(used)), count > 0
    below, above = table[rows, low], table[rows, np.minimum(low + 1, np.maximum(count - 1, 0))]
    high = np.where(some, below + (above - below) * (place - low), 0.0)
    mean = np.where(known, table, 0.0).sum(1) / np.maximum(count, 1)
    loaded = np.minimum.outer(high, high) >= LOADED
    worth = loaded.copy()
    for one in (high, mean):
        worth &= np.abs(np.subtract.outer(one, one)) <= GLANCE_ALIKE * np.maximum.outer(one, one) + ALIKE_VA
    # Of CTs known at other times a glance says nothing.
    uneven = np.abs(np.subtract.outer(count, count)) > GLANCE_ALIKE * np.maximum.outer(count, count)
    worth |= loaded & uneven
    return [(used[a], used[b]) for a, b in np.argwhere(np.triu(worth, 1)).tolist()]


def _same(blocks: Blocks, first: FloatArray, second: FloatArray) -> tuple[int, float] | None:
    """Clear changes and seconds that two sizes have in common; None where they are not one current."""
    present = np.isfinite(first) & np.isfinite(second)
    larger = np.fmax(np.abs(first), np.abs(second))
    loaded = present & (larger >= LOADED)
    known = longest(blocks.seconds, loaded)
    off = loaded & (np.abs(first - second) > ALIKE * larger + ALIKE_VA)
    if not enough(blocks, loaded, known) or longest(blocks.seconds, off) > (1 - MOSTLY) * known:
        return None
    one, other = steps(first, second)
    most = np.maximum(np.abs(one), np.abs(other))
    clear = most >= CHANGE
    apart = clear & (np.abs(one - other) > 2 * ALIKE * most + ALIKE_VA)
    count = int(clear.sum())
    if count < LEAST_CHANGES or int(apart.sum()) > (1 - MOSTLY) * count:
        return None
    return count, known


def _same_power(blocks: Blocks, first: int, second: int) -> bool:
    """Whether two CTs of one configured phase show one power, either way round: a CT of a three-phase load that is
    configured on its mate's phase has the current of it, and half the power."""
    one, other = np.abs(blocks.power(first)), np.abs(blocks.power(second))
    larger = np.fmax(blocks.size(first), blocks.size(second))
    loaded = np.isfinite(one) & np.isfinite(other) & (larger >= LOADED)
    off = loaded & (np.abs(one - other) > 2 * ALIKE * larger + ALIKE_VA)
    return longest(blocks.seconds, off) <= (1 - MOSTLY) * longest(blocks.seconds, loaded)


def _kind(
    blocks: Blocks,
    roles: Mapping[int, Role],
    first: int,
    second: int,
    grids: list[int],
    alike: Collection[tuple[int, int]],
    geometry: Geometry,
) -> PairKind | None:
    one, other = roles[first], roles[second]
    if one.grid and other.grid:
        # All three alike are a house of three-phase loads only; of two, loads between the legs show on both.
        rest = [k for k in grids if k not in (first, second)]
        if not rest or any(tuple(sorted((first, k))) in alike for k in rest):
            return None
        return "grid" if _turned_as_one(blocks, first, second, geometry.apart * (one.phase - other.phase)) else None
    if one.grid and other.generates:
        # What is made flows off into the grid: a phase without any load shows the same current, of the other sign.
        along = one.phase == other.phase and not _opposite(blocks, first, second)
        return "production" if not other.stores and (along or draws(blocks, second)) else None
    if one.grid:
        return "whole_phase" if one.phase == other.phase else None
    if one.generates != other.generates:
        return "source"
    if one.phase != other.phase or one.generates:
        return None  # CTs of one load on several phases that no name binds together
    return "circuits"


def _turned_as_one(blocks: Blocks, first: int, second: int, turn: int) -> bool:
    """Whether two CTs that are multiplied with different voltages read one current: then their angles lie as far apart
    as the voltages do, or opposite. Two loads that switch together on two phases each have an angle of their own.

    Args:
        blocks: stretches at rest.
        first: a CT.
        second: another one.
        turn: of the second one's voltage against the first one's, steps of 60 degrees.
    """
    pairs = []
    for n in (first, second):
        size = blocks.volt_amperes[:, blocks.inputs.index(n)]
        with np.errstate(divide="ignore", invalid="ignore"):
            pairs.append(np.where(size > LOADED, blocks.power(n) / size, np.nan))
    angle = np.arccos(np.clip(pairs[0], -1.0, 1.0))
    fits = [
        np.abs(np.abs(np.cos(sign * angle + np.pi / 3 * turn)) - np.abs(pairs[1])) < ANGLES_ALIKE for sign in (1, -1)
    ]
    known = np.isfinite(pairs[0]) & np.isfinite(pairs[1])
    return bool(known.any()) and bool(((fits[0] | fits[1]) & known).sum() >= MOSTLY * known.sum())


def draws(blocks: Blocks, number: int) -> bool:
    """Whether a production CT clearly takes power, for a clear time."""
    watts = blocks.power(number)
    present = np.isfinite(watts)
    takes: BoolArray = present & (watts < -DRAWS)
    return often(blocks, takes, longest(blocks.seconds, present))


def _opposite(blocks: Blocks, first: int, second: int) -> bool:
    product = blocks.power(first) * blocks.power(second) * blocks.seconds
    return float(np.nansum(product)) < 0
