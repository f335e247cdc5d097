"""A circuit cannot take more than its wire brings: what the sums at rest say of where a circuit hangs.

Under each hypothesis a circuit's power is turned back to what its load would really take. The grid CT on that wire, and
the generation configured there, must bring as much while everything rests. Other loads only take more, so that the
bound holds without knowing them; generation that no CT measures breaks it, and so it only ever says "not likely".
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from smappee_tui.diagnosis.evidence.blocks import Blocks
from smappee_tui.diagnosis.evidence.timeline import Array
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import PHASES, Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, hypothesis_of

DEPTH = 3.5
"""ln likelihood ratio against a hypothesis that takes more than its wire brings, at most."""
MARGIN_WATTS, MARGIN_SHARE = 100.0, 0.08
"""How much more it must take, W and of itself: what meters at rest may be off, see `balance`."""
LEAST_BLOCKS = 3
LEAST_TIME = 0.1
"""Share of the time at rest in which it must."""
Bounds = dict[tuple[int, int, int], Array]
"""By (input of the circuit, grid input, 1 where that grid CT is turned): hypotheses x signs of Q, ln likelihood."""


def inflow_bounds(blocks: Blocks, roles: Mapping[int, Role], geometry: Geometry, hidden: float) -> Bounds:
    """Score every circuit's hypotheses against what a grid CT brings, if that sits on its wire.

    Args:
        blocks: stretches at rest.
        roles: the channels.
        geometry: on a star supply only: between two lines a load takes from both.
        hidden: how probable generation is that no CT measures.
    """
    if geometry.name != "star" or len(blocks) < LEAST_BLOCKS:
        return {}
    made = {
        phase: blocks.sum([n for n, r in roles.items() if r.generates and r.phase == phase and n in blocks])
        for phase in range(PHASES)
    }
    found: Bounds = {}
    grid = [n for n, r in roles.items() if r.grid and n in blocks]
    for number, role in roles.items():
        if role.grid or role.generates or role.stores or number not in blocks:
            continue
        watts, size = blocks.power(number), blocks.volt_amperes[:, blocks.inputs.index(number)]
        vars_ = np.sqrt(np.maximum(0.0, size**2 - watts**2))
        for k in grid:
            for turned in (0, 1):
                brings = (-1 if turned else 1) * blocks.power(k) + made[roles[k].phase]
                table = np.zeros((COUNT, len(SIGNS)))
                for hypothesis in range(COUNT):
                    if PHASE_OF[hypothesis] != roles[k].phase:
                        continue
                    rho = math.radians(geometry.rho(role.phase, hypothesis))
                    for place, sign in enumerate(SIGNS):
                        takes = watts * math.cos(rho) + sign * vars_ * math.sin(rho)
                        if _too_much(takes, brings):
                            table[hypothesis, place] = math.log(hidden + (1 - hidden) * math.exp(-DEPTH))
                found[(number, k, turned)] = table
    return found


def _too_much(takes: Array, brings: Array) -> bool:
    present = np.isfinite(takes) & np.isfinite(brings)
    above = present & (takes > brings + MARGIN_WATTS + MARGIN_SHARE * np.abs(takes) + 0.02 * np.abs(brings))
    return int(above.sum()) >= max(LEAST_BLOCKS, LEAST_TIME * int(present.sum()))


def bound(bounds: Bounds, number: int, hypothesis: int, wire: list[tuple[int, int, int]]) -> Array:
    """What the bound says of one hypothesis, for each sign of Q.

    Args:
        bounds: of all circuits.
        number: the circuit.
        hypothesis: its own.
        wire: of every grid CT on that wire: its input, its configured phase, its hypothesis.
    """
    best = None
    for k, phase, state in wire:
        if PHASE_OF[state] != phase or (number, k, 0) not in bounds:
            return np.zeros(len(SIGNS))  # a grid CT from another wire is turned by a third: its power says little
        mine = bounds[(number, k, int(state != hypothesis_of(phase)))][hypothesis]
        best = mine if best is None else np.maximum(best, mine)
    return np.zeros(len(SIGNS)) if best is None else best
