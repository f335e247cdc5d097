"""Kirchhoff for the whole phase: what comes in and what is measured of where it goes.

    unmetered = grid + production - circuits

is what no CT sees. It is not negative, unless a CT is wrong or something generates that no CT measures; and no circuit
takes more than its phase brings. Meters are not ideal, so "negative" has a margin: measured houses with separate meters
rest at -30 to -120 W where nothing is wrong (a few percent of gain and a constant offset a meter), single seconds go
far lower because the meters do not share their seconds. Only stretches at rest, or means of minutes, may be added up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import (
    Blocks,
    BoolArray,
    FloatArray,
    carried,
    longest,
    once,
    quantile,
    steps,
)
from smappee_tui.diagnosis.judgement import BalanceWord, PhaseBalance
from smappee_tui.diagnosis.model.channels import PHASES, Role, phase_members
from smappee_tui.diagnosis.model.geometry import Geometry

OFFSET = 100.0
"""W that a phase's meters together may be off at rest: twice the worst median of measured healthy houses."""
GAIN = 0.05
"""Share of all power that is added up by which the sum may be off: CTs of 1 to 2 %, angles of 1 to 2 degrees each."""
ABOVE_WATTS, ABOVE_SHARE = 150.0, 1.1
"""A circuit clearly takes more than its phase brings above 1.1 times that and 150 W: no hour of measured healthy houses
does, 1.4 h in a month where something generates unseen."""
LEAST_BLOCKS = 3
"""Stretches that must show the same."""
LEAST_SHARE = 0.01
"""Share of the time: one hour in four days, ten seconds of a quarter of an hour."""
WORTH = 300.0
"""W that must have flowed before a balance that fits says anything."""
LOW = 0.05
"""The low percentile that is told beside the mean, as a share."""
NESTED_CHANGE = 100.0
"""W; changes from which on a circuit is looked for in another."""
NESTED_SHARE = 0.15
"""By how much of a change the feeder may differ: what else hangs under it also moves."""
NESTED_CHANGES = 4
NESTED_SEEN = 0.5
"""Share of the changes that must show in the feeder: in the others something else under it moved as well. By chance
two circuits do not share a tenth."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A circuit that takes more than its phase brings."""

    input: int
    phase: int
    seconds: float
    """How long it did."""
    watts: float
    """What it takes in that time, mean."""
    supply: float
    """What its phase brings in that time, mean, W."""


@dataclass(frozen=True, slots=True)
class PhaseSums:
    """The balance of one phase, with what its verdict rests on."""

    balance: PhaseBalance
    low: float
    """The lowest twentieth of the unmetered power, W; NaN where nothing could be added up."""
    seconds: float
    """How long all CTs of the phase could be added up."""
    negative: float
    """How long of that the sum was clearly negative, s."""
    deepest: float
    """What the sum was in that time, mean, W; 0 where there is none."""
    inputs: tuple[int, ...]
    """What was added up."""
    excess: tuple[Excess, ...] = ()


def enough(blocks: Blocks, where: BoolArray, known: float) -> bool:
    """Whether a condition held clearly and long enough, of so many seconds in which it could have been seen."""
    return bool(np.count_nonzero(where) >= LEAST_BLOCKS and longest(blocks.seconds, where) >= LEAST_SHARE * known)


def often(blocks: Blocks, where: BoolArray, known: float) -> bool:
    """The same of what no healthy CT ever does: a fifth of that time is enough, a quarter of an hour in a week."""
    return bool(np.count_nonzero(where) >= LEAST_BLOCKS and longest(blocks.seconds, where) >= 0.2 * LEAST_SHARE * known)


@once
def balances(
    blocks: Blocks, roles: Mapping[int, Role], geometry: Geometry, hides: Collection[int] = ()
) -> tuple[PhaseSums, ...]:
    """One entry for each phase that has a grid CT, as configured.

    Args:
        blocks: stretches at rest, or means of minutes.
        roles: the channels.
        geometry: on a delta supply a load between two lines shows on both with a part of its power each: nothing can
            be added up by phase, and the verdict is "unchecked".
        hides: phases on which something may generate that no CT measures; there a negative sum is a doubt only.
    """
    used = {n: role for n, role in roles.items() if n in blocks and bool(np.isfinite(blocks.power(n)).any())}
    below = nested(blocks, used)
    found = []
    for phase in range(PHASES):
        members = phase_members(used, below, phase)
        if members[0]:
            found.append(_phase(blocks, used, members, phase, geometry.delta, phase in hides))
    return tuple(found)


def _phase(
    blocks: Blocks,
    roles: Mapping[int, Role],
    members: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]],
    phase: int,
    delta: bool,
    hides: bool,
) -> PhaseSums:
    grid, makers, takers = members
    circuits = {*makers, *takers}
    mine = {n: role for n, role in roles.items() if n in circuits}
    incoming, made, taken = blocks.sum(grid), blocks.sum(makers), blocks.sum(takers)
    left = incoming + made - taken
    gross = _gross(blocks, (*grid, *mine))
    # A battery's sign is not known: what it moves may count either way.
    moved = _gross(blocks, tuple(n for n, r in mine.items() if r.stores))
    present = np.isfinite(left)
    known = longest(blocks.seconds, present)
    negative = present & (left + 2 * moved < -(OFFSET + GAIN * gross))
    clearly = enough(blocks, negative, known)
    balance = PhaseBalance(
        phase,
        grid=_mean(blocks, incoming, present),
        production=_mean(blocks, made, present),
        circuits=_mean(blocks, taken, present),
        unmetered=_mean(blocks, left, present),
        verdict=_word(clearly, delta, hides, bool(mine), float(np.max(gross[present], initial=0.0)), present),
    )
    return PhaseSums(
        balance,
        quantile(left[present], LOW)[0] if present.any() else float("nan"),
        known,
        longest(blocks.seconds, negative),
        _mean(blocks, left, negative),
        (*grid, *mine),
        () if delta else tuple(_excess(blocks, roles, phase, incoming + made + moved)),
    )


def _word(clearly: bool, delta: bool, hides: bool, others: bool, most: float, present: BoolArray) -> BalanceWord:
    if delta or int(present.sum()) < LEAST_BLOCKS:
        return "unchecked"
    if clearly:
        return "doubtful" if hides else "impossible"
    return "ok" if others and most >= WORTH else "unchecked"


def _excess(blocks: Blocks, roles: Mapping[int, Role], phase: int, supply: FloatArray) -> list[Excess]:
    found = []
    for n, role in roles.items():
        if role.phase != phase or role.grid or role.generates or role.stores:
            continue
        watts = blocks.power(n)
        present = np.isfinite(watts) & np.isfinite(supply)
        above = present & (watts > ABOVE_SHARE * np.maximum(supply, 0.0) + ABOVE_WATTS)
        if enough(blocks, above, longest(blocks.seconds, present)):
            seconds = longest(blocks.seconds, above)
            found.append(Excess(n, phase, seconds, _mean(blocks, watts, above), _mean(blocks, supply, above)))
    return sorted(found, key=lambda one: -one.seconds)


def _gross(blocks: Blocks, numbers: Collection[int]) -> FloatArray:
    total = np.zeros(len(blocks))
    for number in numbers:
        total = total + np.abs(blocks.power(number))
    return total


def _mean(blocks: Blocks, values: FloatArray, where: BoolArray) -> float:
    weight = blocks.seconds[where]
    return float(np.average(values[where], weights=weight)) if weight.sum() > 0 else 0.0


FED_WATTS, FED_REST, FED_TIME = 300.0, 0.4, 0.3
"""Circuits that take so many W in all, while the grid CTs carry less than such a share of it, for such a share of time,
are fed by something unseen."""
EVENED_WATTS, EVENED_SHARE, EVENED_TIME = 60.0, 0.05, 0.6
"""The same where one battery evens out the sum of all phases: what may be left of it, W and of what is taken, and how
much of the time."""


@once
def fed_unseen(blocks: Blocks, roles: Mapping[int, Role]) -> bool:
    """Whether something that no CT measures feeds the house: circuits draw, and the grid CTs bring next to nothing.

    A battery does that, phase by phase or for all phases together. A dead grid CT looks the same on one phase, but not
    on all of them; exchanged grid CTs carry their currents still, and their sum is no steady nothing.
    """
    used = {n: r for n, r in roles.items() if n in blocks}
    grid = [n for n, r in used.items() if r.grid]
    if not grid or any(r.generates for r in used.values()):
        return False
    taken = np.zeros(len(blocks))
    for n, r in used.items():
        if not (r.grid or r.stores):
            taken = taken + np.nan_to_num(blocks.power(n))
    taken = np.abs(taken)
    brought = np.abs(blocks.sum(grid))
    flowing = sum_of_apparent(blocks, grid)
    present = np.isfinite(brought) & (taken > FED_WATTS)
    idle = present & (flowing < FED_REST * taken)
    evened = present & (brought < EVENED_WATTS + EVENED_SHARE * taken)
    known = longest(blocks.seconds, present)
    return any(
        int(seen.sum()) >= LEAST_BLOCKS and longest(blocks.seconds, seen) >= share * known
        for seen, share in ((idle, FED_TIME), (evened, EVENED_TIME))
    )


def sum_of_apparent(blocks: Blocks, numbers: Collection[int]) -> FloatArray:
    """Their apparent powers together, VA."""
    return sum((blocks.volt_amperes[:, blocks.inputs.index(n)] for n in numbers), np.zeros(len(blocks)))


@once
def nested(blocks: Blocks, roles: Mapping[int, Role]) -> dict[int, int]:
    """By input the circuit under which it hangs: a feeder and what it feeds are both measured, and count once.

    A circuit hangs under another of its phase where its clear changes show there as large, the feeder never
    takes clearly less, and takes more at times. Two CTs that carry the same current always count once as well.
    """
    found: dict[int, int] = {}
    circuits = [n for n, r in roles.items() if not r.grid and n in blocks]
    if not circuits or len(blocks) < NESTED_CHANGES:
        return found
    changes = np.diff(carried(blocks.only(circuits).watts), axis=0)
    loads = {n: float(np.nansum(np.abs(blocks.power(n)) * blocks.seconds)) for n in circuits}
    for place, n in enumerate(circuits):
        best: tuple[float, int] | None = None
        for feeder in _likely(changes, place, roles[n].flow, circuits):
            if roles[feeder].generates or roles[feeder].phase != roles[n].phase:
                continue
            if found.get(feeder) == n or not _under(blocks, n, feeder, roles[n].flow):
                continue
            if best is None or loads[feeder] < best[0]:
                best = (loads[feeder], feeder)  # of a chain of feeders the nearest
        if best is not None:
            found[n] = best[1]
    return found


def _likely(changes: FloatArray, place: int, flow: int, circuits: list[int]) -> list[int]:
    """Circuits that moved alike in half of the clear changes of one, at a glance over all of them."""
    own = flow * changes[:, place]
    clear = np.abs(own) >= NESTED_CHANGE
    if int(clear.sum()) < NESTED_CHANGES:
        return []
    step = own[clear, None]
    alike = np.abs(changes[clear] - step) <= NESTED_SHARE * np.abs(step) + 25.0
    return [circuits[c] for c in np.flatnonzero(alike.mean(axis=0) >= 0.8 * NESTED_SEEN) if c != place]


def _under(blocks: Blocks, number: int, feeder: int, flow: int) -> bool:
    small, large = flow * blocks.power(number), blocks.power(feeder)
    step, seen = steps(small, large)
    clear = np.abs(step) >= NESTED_CHANGE
    if int(clear.sum()) < NESTED_CHANGES:
        return False
    off = np.abs(seen[clear] - step[clear]) > NESTED_SHARE * np.abs(step[clear]) + 25.0
    if float(off.mean()) > 1 - NESTED_SEEN:
        return False
    present = np.isfinite(small) & np.isfinite(large)
    if flow < 0:
        return True  # a source under a feeder may make it give as well as take
    less = present & (large < small - (0.5 * OFFSET + GAIN * np.abs(small)))
    return longest(blocks.seconds, less) <= 0.02 * longest(blocks.seconds, present)


def same_loads(circuits: list[int], roles: Mapping[int, Role], below: Mapping[int, int]) -> BoolArray:
    """Circuits x circuits: whether two CTs show the same load: one CT, mates of a three-phase load, or one that hangs
    under the other."""
    same = np.eye(len(circuits), dtype=bool)
    places = {n: c for c, n in enumerate(circuits)}
    groups: dict[str, list[int]] = {}
    for c, n in enumerate(circuits):
        if roles[n].group:
            groups.setdefault(roles[n].group, []).append(c)
        for feeder in _feeders(n, below) & places.keys():
            same[c, places[feeder]] = same[places[feeder], c] = True
    for members in groups.values():
        same[np.ix_(members, members)] = True
    return same


def _feeders(number: int, below: Mapping[int, int]) -> set[int]:
    """All circuits under which one hangs."""
    seen: set[int] = set()
    while number in below and below[number] not in seen:
        number = below[number]
        seen.add(number)
    return seen
