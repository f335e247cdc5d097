"""How much of a circuit's changes each grid CT shows: 1 where it sits on the same wire, 0 where it does not.

All circuits together explain what a grid CT does from one stretch to the next; what is left is what no CT measures, and
it comes in jumps. Least absolute deviations, one circuit after the other, so that a jump of somebody else's counts as
one observation and not as its square.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, FloatArray
from smappee_tui.diagnosis.model.channels import Role

LEAST_CHANGE = 100.0
"""W from which on a change of a circuit tells its share."""
ENOUGH_CHANGES = 6
MOST_CHANGES = 1500
"""Of a circuit, the largest: a month has more, and they say no more."""
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class SeenShare:
    """How much of one circuit one grid CT shows."""

    value: float
    """Change at the grid CT over the circuit's own; production counts as negative power. Negative where the two are
    turned against each other."""
    doubt: float
    """Standard deviation of it."""
    changes: int


def seen_shares(blocks: Blocks, roles: Mapping[int, Role]) -> dict[tuple[int, int], SeenShare]:
    """By grid CT and circuit; circuits that hardly changed are left out.

    Args:
        blocks: one after the other without a hole in a row: means of minutes.
        roles: the channels; of two that carry the same current one must be left out.
    """
    grid = [n for n, r in roles.items() if r.grid and n in blocks]
    circuits = [n for n, r in roles.items() if not r.grid and n in blocks]
    if not grid or not circuits or len(blocks) < ENOUGH_CHANGES:
        return {}
    signs = np.array([roles[n].flow for n in circuits])
    own = np.diff(blocks.only(circuits).watts, axis=0) * signs
    gaps = np.diff(blocks.at) > 1.5 * blocks.seconds[:-1]
    own[gaps] = np.nan
    found: dict[tuple[int, int], SeenShare] = {}
    for k in grid:
        # The CTs of a three-phase load move alike: at each grid CT the one of its phase stands for all.
        mine = [c for c, n in enumerate(circuits) if not roles[n].group or roles[n].phase == roles[k].phase]
        expected = np.array([1.0 if roles[circuits[c]].phase == roles[k].phase else 0.0 for c in mine])
        fitted = _fit(own[:, mine], np.diff(blocks.power(k)), expected)
        found.update(((k, circuits[mine[c]]), share) for c, share in fitted.items())
    return found


def _fit(own: FloatArray, seen: FloatArray, expected: FloatArray) -> dict[int, SeenShare]:
    known = np.isfinite(seen)
    own, seen = np.nan_to_num(own[known]), seen[known]
    rows = {}
    for c in range(own.shape[1]):
        size = np.abs(own[:, c])
        clear = np.flatnonzero(size >= LEAST_CHANGE)
        if len(clear) >= ENOUGH_CHANGES:
            rows[c] = clear[np.argsort(-size[clear])[:MOST_CHANGES]]
    shares = expected.copy()
    found: dict[int, SeenShare] = {}
    for _ in range(ROUNDS):
        left = seen - own @ shares
        for c, mine in rows.items():
            change = own[mine, c]
            single = left[mine] / change + shares[c]
            value = _weighted_median(single, np.abs(change))
            left = left + own[:, c] * (shares[c] - value)
            shares[c] = value
            off = np.abs(single - value)
            spread = 1.48 * _weighted_median(off, np.abs(change))
            weight = np.abs(change)
            count = float(weight.sum() ** 2 / (weight**2).sum())
            found[c] = SeenShare(value, 1.25 * spread / count**0.5, len(mine))
    return found


def _weighted_median(values: FloatArray, weights: FloatArray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
