"""A circuit cannot take more than its wire brings: what the sums at rest say of where a circuit hangs.

Under each hypothesis a circuit's power is turned back to what its load would really take. The grid CT on that wire, and
the generation configured there, must bring as much while everything rests. Other loads only take more, so that the
bound holds without knowing them; generation that no CT measures breaks it, and so it only ever says "not likely".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, once
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, hypothesis_of
from smappee_tui.diagnosis.model.weights import INFLOW_DEPTH

MARGIN_WATTS, MARGIN_SHARE = 100.0, 0.08
"""How much more it must take, W and of itself: what meters at rest may be off, see `balance`."""
LEAST_BLOCKS = 3
LEAST_TIME = 0.1
"""Share of the time at rest in which it must."""
Bounds = dict[int, Array]
"""By grid input: 1 where that grid CT is turned x circuits x hypotheses x signs of Q, ln likelihood."""


@once
def inflow_bounds(
    blocks: Blocks, roles: Mapping[int, Role], circuits: Sequence[int], geometry: Geometry, hidden: float
) -> Bounds:
    """Score circuits' hypotheses against what a grid CT brings, if that sits on its wire.

    Args:
        blocks: stretches at rest.
        roles: the channels.
        circuits: which; those that generate are not scored.
        geometry: on a star supply only: between two lines a load takes from both.
        hidden: how probable generation is that no CT measures.
    """
    if geometry.name != "star" or len(blocks) < LEAST_BLOCKS:
        return {}
    places = {
        n: place
        for place, n in enumerate(circuits)
        if n in blocks and not (roles[n].grid or roles[n].generates or roles[n].stores)
    }
    if not places:
        return {}
    some = blocks.only(list(places))
    vars_ = np.sqrt(np.maximum(0.0, some.volt_amperes**2 - some.watts**2))
    against = math.log(hidden + (1 - hidden) * math.exp(-INFLOW_DEPTH))
    found: Bounds = {}
    for k, grid in roles.items():
        if not grid.grid or k not in blocks:
            continue
        makers = [n for n, r in roles.items() if r.generates and r.phase == grid.phase and n in blocks]
        made = blocks.sum(makers)
        table = np.zeros((2, len(circuits), COUNT, len(SIGNS)))
        for hypothesis in range(COUNT):
            if PHASE_OF[hypothesis] != grid.phase:
                continue
            rho = np.radians([geometry.rho(roles[n].phase, hypothesis) for n in places])
            for place, sign in enumerate(SIGNS):
                takes = some.watts * np.cos(rho) + sign * vars_ * np.sin(rho)
                needs = takes - MARGIN_SHARE * np.abs(takes) - MARGIN_WATTS
                for turned in (0, 1):
                    brings = (-1 if turned else 1) * blocks.power(k) + made
                    much = _too_much(needs, brings + 0.02 * np.abs(brings))
                    table[turned, list(places.values()), hypothesis, place] = np.where(much, against, 0.0)
        found[k] = table
    return found


def _too_much(needs: Array, brings: Array) -> NDArray[np.bool_]:
    """Of each circuit, whether it takes clearly more than comes in, often enough; both are known where both rest."""
    with np.errstate(invalid="ignore"):
        above = (needs > brings[:, None]).sum(0)
    present = np.isfinite(brings).astype(float) @ np.isfinite(needs).astype(float)
    return np.asarray(above >= np.maximum(LEAST_BLOCKS, LEAST_TIME * present))


def bound(bounds: Bounds, hypothesis: int, wire: list[tuple[int, int, int]]) -> Array | float:
    """What the bound says of one hypothesis of all circuits, for each sign of Q.

    Args:
        bounds: of all circuits.
        hypothesis: the circuits' own.
        wire: of every grid CT on that wire: its input, its configured phase, its hypothesis.
    """
    best: Array | None = None
    for k, phase, state in wire:
        if PHASE_OF[state] != phase or k not in bounds:
            return 0.0  # a grid CT from another wire is turned by a third: its power says little
        mine = bounds[k][int(state != hypothesis_of(phase)), :, hypothesis]
        best = mine if best is None else np.maximum(best, mine)
    return 0.0 if best is None else best
