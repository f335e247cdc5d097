"""Sizes from weeks: what each grid CT shows of each circuit's changes, and who of two that disagree is wrong.

One circuit that disagrees with its grid CT leaves open which of the two is wrong. A third decides: another circuit that
agrees with the grid CT, two that disagree with it by one factor, or the other CTs of a three-phase load. A grid CT that
shows nothing at all while its circuits draw is dead.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.evidence.sums.balance import enough
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, longest
from smappee_tui.diagnosis.evidence.sums.ct_ratio import SILENT_AMPS, RatioFault, scaled
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.evidence.sums.sizes import SizeQuestion
from smappee_tui.protocol.fact import Fact, fact

FINE = (0.87, 1.15)
"""Share at the grid CT that counts as the same size: both CTs are known to some percent."""
KNOWN = 0.1
"""Standard deviation of a share, of the share, up to which it tells a size."""
VAGUE, CERTAIN = 0.25, 3.5
"""Of itself, how vague a share may be that raises a question, where it is so many standard deviations from 1."""
ODD = (0.2, 0.72, 1.4)
"""Shares that raise it: between the first two, and above the third."""
ELSEWHERE = 0.2
"""Of its share at home, what another grid CT may show of a circuit on one wire."""
LEAST_SHARE, MOST_SHARE = 0.08, 12.0
ALIKE = 1.12
"""Largest over smallest of factors that have one cause."""
LOADED, LEAST_LOADED = 150.0, 6
"""VA from which on a load's CTs are compared, and how many means."""
BALANCED = 0.1
"""How far the CTs of a balanced load may differ, in four means of five."""
FLOWS = 300.0
"""W of circuits and production together that no living grid CT of their phase can miss."""


@dataclass(slots=True)
class HistorySizes:
    """What weeks prove of sizes."""

    faults: dict[int, RatioFault] = field(default_factory=dict)
    questions: list[SizeQuestion] = field(default_factory=list)
    fine: set[int] = field(default_factory=set)
    """CTs that agree with another."""


def history_sizes(evidence: Evidence, placed: set[int], moved: set[int]) -> HistorySizes:
    """Compare all CTs that see the same current.

    Two CTs of one configured phase on one wire show the same power, whichever wire that is and whichever way round they
    are: a grid CT that shows a circuit, and no other that does, is proof enough of one wire. Three-phase loads show on
    every grid CT: of them both must be known to be at home.

    Args:
        evidence: learnt from a past.
        placed: channels known to sit on their own phase, either way round.
        moved: channels known to sit on another one.
    """
    found = HistorySizes()
    past = evidence.history
    if past is None or evidence.geometry.delta:
        return found
    for k in evidence.grid_inputs:
        if _dead(evidence, past, k):
            found.faults[k] = RatioFault(
                k, "dead", 0.0, 0.985, fact("evidence.grid_silent", inputs=_loads(evidence, k)[:4])
            )
    ratios = {k: _ratios(evidence, past, k, placed, moved) for k in evidence.grid_inputs if k not in moved}
    for k, mine in ratios.items():
        for n, ratio in mine.items():
            if FINE[0] < ratio < FINE[1]:
                found.fine |= {n, k}
    for k, mine in ratios.items():
        _decide(evidence, past, found, k, {n: ratio for n, ratio in mine.items() if n not in found.fine})
        for n, share in _vague(evidence, past, k, placed):
            if not {n, k} & found.faults.keys() and n not in mine:
                found.questions.append(SizeQuestion(n, k, abs(share.value), share.changes))
    return found


def _vague(evidence: Evidence, past: HistorySpan, k: int, placed: set[int]) -> Iterator[tuple[int, SeenShare]]:
    """Circuits at home of which a grid CT shows something else than all, though nobody can say well how much."""
    for (grid, n), share in past.shares.items():
        size = abs(share.value)
        if grid != k or not {n, k} <= placed or evidence.roles[n].phase != evidence.roles[k].phase:
            continue
        odd = ODD[0] < size < ODD[1] or ODD[2] < size < MOST_SHARE
        if odd and KNOWN * size < share.doubt < VAGUE * size and abs(size - 1.0) > CERTAIN * share.doubt:
            yield n, share


def _decide(evidence: Evidence, past: HistorySpan, found: HistorySizes, k: int, odd: dict[int, float]) -> None:
    """Who is wrong of a grid CT and the circuits that disagree with it."""
    loads = {evidence.roles[n].group or str(n) for n in odd}
    if not odd:
        return
    mated = {n for n in odd if _mates_fine(evidence, past, n, found.fine)}
    if k in found.fine:
        against: dict[int, Fact] = {n: fact("history.seen_by_grid", changes=past.shares[k, n].changes) for n in odd}
    elif len(loads) >= 2 and max(odd.values()) < ALIKE * min(odd.values()):
        _add(found, k, statistics.median(odd.values()), fact("history.seen_by_circuits", inputs=tuple(sorted(odd))))
        return
    else:
        against = {n: fact("history.seen_by_mates") for n in mated if not _like_mates(evidence, past, n)}
        if not against and mated:  # it reads what its mates do, and they are right: the grid CT is not
            n = min(mated)
            _add(found, k, odd[n], fact("history.seen_by_circuits", inputs=(n,)))
            return
    for n, ratio in odd.items():
        if n not in against or not _add(found, n, 1 / ratio, against[n]):
            found.questions.append(SizeQuestion(n, k, ratio, past.shares[k, n].changes))


def _add(found: HistorySizes, number: int, factor: float, against: Fact) -> bool:
    fault = scaled(number, [factor] * 4, against, "history.reads")
    if fault is not None:
        found.faults[number] = fault
    return fault is not None


def _ratios(evidence: Evidence, past: HistorySpan, k: int, placed: set[int], moved: set[int]) -> dict[int, float]:
    """What a grid CT shows of the circuits of its phase, by circuit; those of which it is not known well are left out,
    and those that show elsewhere as well."""
    found = {}
    for (grid, n), share in past.shares.items():
        size = abs(share.value)
        role = evidence.roles[n]
        if grid != k or n in moved or role.phase != evidence.roles[k].phase:
            continue
        if role.group and not {n, k} <= placed and not _turned_by_size(evidence, past, n, size, placed - {n, k}):
            continue
        if not LEAST_SHARE < size < MOST_SHARE or share.doubt > KNOWN * size:
            continue
        others = [abs(other.value) for (g, m), other in past.shares.items() if m == n and g != k]
        if max(others, default=0.0) < ELSEWHERE * size:
            found[n] = size
    return found


def _mates(evidence: Evidence, number: int) -> list[int]:
    group = evidence.roles[number].group
    return [n for n, role in evidence.roles.items() if group and role.group == group and n != number]


def _mates_fine(evidence: Evidence, past: HistorySpan, number: int, fine: set[int]) -> bool:
    """Whether the two other CTs of its three-phase load agree with their grid CTs, and with each other: CTs whose names
    alone make them one load are no witnesses."""
    mates = _mates(evidence, number)
    return len(mates) == 2 and all(n in fine for n in mates) and _same_load(past.blocks, *mates)


def _same_load(blocks: Blocks, first: int, second: int) -> bool:
    one, other = blocks.size(first), blocks.size(second)
    loaded = np.isfinite(one) & np.isfinite(other) & (np.fmax(one, other) > LOADED)
    off = np.abs(one[loaded] - other[loaded]) / np.fmax(one[loaded], other[loaded])
    return len(off) >= LEAST_LOADED and float(np.quantile(off, 0.8)) < BALANCED


def _like_mates(evidence: Evidence, past: HistorySpan, number: int) -> bool:
    """Whether it reads as much as the two other CTs of its load do."""
    return FINE[0] < _over_mates(evidence, past, number) < FINE[1]


def _over_mates(evidence: Evidence, past: HistorySpan, number: int) -> float:
    """Its current over that of the two other CTs of its load."""
    blocks, mates = past.blocks, _mates(evidence, number)
    mine, other = blocks.size(number), (blocks.size(mates[0]) + blocks.size(mates[1])) / 2
    loaded = np.isfinite(mine) & np.isfinite(other) & (other > LOADED)
    return float(np.median(mine[loaded] / other[loaded])) if loaded.any() else 1.0


def _turned_by_size(evidence: Evidence, past: HistorySpan, number: int, share: float, placed: set[int]) -> bool:
    """Whether its size alone is why it fits no place: it differs from its mates, who are at home, by just what its grid
    CT does not show of it. On another phase its power would be halved, and its current would not."""
    mates = _mates(evidence, number)
    if len(mates) != 2 or not set(mates) <= placed or not _same_load(past.blocks, *mates):
        return False
    over = _over_mates(evidence, past, number)
    return FINE[0] < over * share < FINE[1] and not FINE[0] < over < FINE[1]


def _loads(evidence: Evidence, k: int) -> tuple[int, ...]:
    phase = evidence.roles[k].phase
    return tuple(n for n, role in evidence.roles.items() if not role.grid and role.phase == phase)


def _dead(evidence: Evidence, past: HistorySpan, k: int) -> bool:
    """Whether a grid CT never showed anything while its phase's circuits took, or its production gave.

    A battery can hold a grid connection near zero, but not so near, nor for all demand of days.
    """
    track, blocks = evidence.tracks.get(k), past.blocks
    if track is None or track.most_amps >= SILENT_AMPS or k not in blocks:
        return False
    if any(role.stores for role in evidence.roles.values()):
        return False
    mine = [n for n in _loads(evidence, k) if n in blocks]
    flows = sum((np.nan_to_num(evidence.roles[n].flow * blocks.power(n)) for n in mine), np.zeros(len(blocks)))
    clear = np.abs(flows) > FLOWS
    return enough(blocks, clear, longest(blocks.seconds, np.isfinite(blocks.power(k))))
