"""Whether two CTs that see the same current agree on its size, and if not, which of them is wrong.

A circuit and the grid CT of its phase see the same steps. One that disagrees by itself leaves open which of the two is
wrong. A third that agrees with one of them decides: another circuit with the grid CT, two circuits that both disagree
with it by the same factor, or the mates of a balanced three-phase load with the grid CT.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

import numpy as np

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.sums.blocks import median
from smappee_tui.diagnosis.evidence.sums.ct_ratio import RatioFault, scaled
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.wire_scores import Share
from smappee_tui.protocol.fact import fact

FINE = (0.82, 1.22)
"""Share at the grid CT that counts as agreeing: two CTs of a few percent each, voltages that differ, coincidences."""
ODD = (0.76, 1.32)
"""Share outside of which two CTs disagree."""
KNOWN = 0.12
"""Standard deviation of a share that means something, of the share."""
ALIKE = 0.1
"""How far factors may differ that have one cause."""
ENOUGH = 3
"""Steps of a circuit that must show the same."""
LOADED_VA, MOSTLY, DEAD = 250.0, 0.75, 0.06
"""VA from which on the CTs of a load are compared; how often they must agree; and what counts as nothing at all."""
STEADY = 0.08
"""Median deviation of single steps from their median, over which they say nothing."""


@dataclass(frozen=True, slots=True)
class SizeQuestion:
    """A circuit and its grid CT that disagree while nothing says which of them is wrong."""

    circuit: int
    grid: int
    ratio: float
    """What the grid CT shows of the circuit, of one."""
    changes: int


@dataclass(slots=True)
class Sizes:
    """What is known of the sizes of all CTs."""

    faults: dict[int, RatioFault] = field(default_factory=dict)
    doubts: list[SizeQuestion] = field(default_factory=list)
    fine: set[int] = field(default_factory=set)
    """CTs that agree with another one."""


def sizes_of(evidence: Evidence) -> Sizes:
    """Compare the sizes of circuits and grid CTs by what they show of the same changes."""
    found = Sizes()
    if evidence.geometry.delta:
        return found
    odd: dict[int, float] = {}
    for number, share in evidence.shares.items():
        factor = _factor(share, often=(share.grid, number) in evidence.seen)
        if factor is None:
            continue
        if FINE[0] < factor < FINE[1]:
            found.fine |= {number, share.grid}
        elif not ODD[0] < factor < ODD[1]:
            odd[number] = factor
    for number in [n for n in odd if evidence.shares[n].grid in found.fine or _mates_agree(evidence, n, found.fine)]:
        _wrong(evidence, found, number, odd.pop(number))
    for grid, factor in _shared_factors(evidence, odd).items():
        fault = scaled(grid, [factor] * 4, fact("evidence.seen_by_circuits"))
        mine = [n for n in odd if evidence.shares[n].grid == grid]
        if fault is not None:
            found.faults[grid] = fault
            found.fine |= set(mine)
        for n in mine:
            odd.pop(n)
    for number, factor in odd.items():
        share = evidence.shares[number]
        found.doubts.append(SizeQuestion(number, share.grid, factor, len(share.steps)))
    _compare_mates(evidence, found)
    return found


def _compare_mates(evidence: Evidence, found: Sizes) -> None:
    """One CT of a balanced three-phase load that reads less than its mates, while its grid CT shows what they do."""
    blocks = evidence.blocks
    groups: dict[str, list[int]] = {}
    for n, role in evidence.roles.items():
        if role.group and not role.grid and n in blocks:
            groups.setdefault(role.group, []).append(n)
    for members in groups.values():
        if len(members) != 3:
            continue
        sizes = {n: blocks.size(n) for n in members}
        for number in members:
            first, second = (sizes[n] for n in members if n != number)
            mates = (first + second) / 2
            loaded = np.isfinite(mates + sizes[number]) & (mates >= LOADED_VA)
            if int(loaded.sum()) < ENOUGH:
                continue
            alike = np.abs(first - second)[loaded] < ALIKE * mates[loaded]
            ratio = sizes[number][loaded] / mates[loaded]
            middle = median(ratio)
            if alike.mean() < MOSTLY or middle > ODD[0] or median(np.abs(ratio - middle)) > STEADY:
                continue
            grid = next(
                (k for k in evidence.grid_inputs if evidence.roles[k].phase == evidence.roles[number].phase), -1
            )
            if grid in blocks and not _shows(blocks.size(grid), sizes[number], mates):
                continue
            if middle < DEAD:
                found.faults[number] = RatioFault(number, "dead", 0.0, 0.985, fact("evidence.mates_carry"))
            elif (fault := scaled(number, [middle] * 4, fact("evidence.seen_by_mates"))) is not None:
                found.faults[number] = fault
            found.doubts = [one for one in found.doubts if one.circuit != number]


def _shows(grid: Array, own: Array, mates: Array) -> bool:
    """Whether the grid CT of its phase shows the mates' current and not its own when the load comes and goes: one CT of
    a load that really is unbalanced reads what its grid CT does."""
    known = np.isfinite(grid + own + mates)
    step, less, seen = np.diff(mates[known]), np.diff(own[known]), np.diff(grid[known])
    clear = np.abs(step) >= LOADED_VA
    if not clear.any():
        return False
    near_mates = np.abs(seen - step)[clear] < np.abs(seen - less)[clear]
    return bool(near_mates.mean() >= MOSTLY)


def _factor(share: Share, *, often: bool) -> float | None:
    """What the grid CT shows of the circuit, the direction aside; None where that is not known well.

    Args:
        share: what it shows.
        often: the circuit moved several times; a single move may meet another load's that nobody measures.
    """
    factor = abs(share.value)
    if not 0.05 < factor < 20 or share.doubt > KNOWN * factor:
        return None
    if len(share.steps) >= ENOUGH:
        middle = abs(statistics.median(share.steps))
        spread = statistics.median(abs(abs(one) / middle - 1) for one in share.steps)
        return middle if spread < STEADY and abs(middle / factor - 1) < 2 * STEADY else None
    # Without steps (sunlight comes and goes slowly) the slope must be known very well.
    return factor if often and share.doubt < 0.4 * KNOWN * factor else None


def _wrong(evidence: Evidence, found: Sizes, number: int, factor: float) -> None:
    fault = scaled(number, [1 / factor] * 4, fact("evidence.seen_by_grid"))
    if fault is None:
        share = evidence.shares[number]
        found.doubts.append(SizeQuestion(number, share.grid, factor, len(share.steps)))
    else:
        found.faults[number] = fault


def _mates_agree(evidence: Evidence, number: int, fine: set[int]) -> bool:
    """Whether the other two CTs of a balanced three-phase load agree with their grid CTs."""
    group = evidence.roles[number].group
    return bool(group) and sum(n in fine for n, role in evidence.roles.items() if role.group == group) >= 2


def _shared_factors(evidence: Evidence, odd: dict[int, float]) -> dict[int, float]:
    """Grid CTs that several loads disagree with by one factor, with what they read over what they should.

    Loads of one grid CT, or of all of them: then the whole meter is of another size.
    """
    loads: dict[str, list[int]] = {}
    for n in odd:
        loads.setdefault(evidence.roles[n].group or str(n), []).append(n)
    result: dict[int, float] = {}
    for grid in {evidence.shares[n].grid for n in odd}:
        mine = [one for one in loads.values() if any(evidence.shares[n].grid == grid for n in one)]
        factors = [odd[n] for one in mine for n in one if evidence.shares[n].grid == grid]
        if len(mine) >= 2 and _alike(factors):
            result[grid] = statistics.median(factors)
    if not result and len(loads) >= 3 and _alike(list(odd.values())):
        result = dict.fromkeys({evidence.shares[n].grid for n in odd}, statistics.median(odd.values()))
    return result


def _alike(factors: list[float]) -> bool:
    middle = statistics.median(factors)
    return all(abs(one / middle - 1) < ALIKE for one in factors)
