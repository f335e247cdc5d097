"""Announced loads that several grid CTs saw, and all on a delta supply: which wiring explains what each showed?

A socket there sits between two lines. Its current enters by one line and leaves by the other, so two CTs may see it,
and what a CT reads depends on the voltage that the monitor pairs it with. The pair of lines is not announced: all
three are tried. One pair leaves several wirings that look healthy, two or three pairs leave one.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.geometry import LINES, PAIRS, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, REVERSED, Places
from smappee_tui.diagnosis.model.weights import GRID_EDGE_CAP

_SIZES = (0.86, 0.93, 1.0, 1.07, 1.15)
"""Of the nameplate: tolerance of the heater and of the voltage."""
DISTURBED = -1.5
"""ln of the summed fit below which no state explains an edge; a clean edge reaches +0.5 to +2.7."""
MOVED = 0.15
"""Share of the largest move at an edge that counts as having seen it."""


@cache
def share(geometry: Geometry, configured: int, hypothesis: int, pair: int) -> float:
    """Part of a resistive load between two lines that a CT reads as active power, signed.

    Args:
        geometry: delta-line (voltage against the third line) or delta-neutral (against a virtual neutral).
        configured: phase that the CT is configured on.
        hypothesis: line and direction that it really has.
        pair: 0 for L1-L2, 1 for L2-L3, 2 for L3-L1; on a star supply the phase that feeds the load.
    """
    line = PHASE_OF[hypothesis]
    if not geometry.delta:
        return math.cos(math.radians(geometry.rho(configured, hypothesis))) if line == pair else 0.0
    enters, leaves = PAIRS[pair]
    if line not in (enters, leaves):
        return 0.0
    current = (LINES[enters] - LINES[leaves]) * (1 if line == enters else -1) * (-1 if REVERSED[hypothesis] else 1)
    reference = LINES[configured]
    if geometry.name == "delta-line":
        reference -= LINES[2]
    # The load draws |V|² over its resistance; with unit lines |V|² between two of them is 3.
    return (reference * current.conjugate()).real / 3.0


def edge_scores(evidence: Evidence, states: Places) -> Array:
    """ln likelihood of every joint state of the grid CTs from all announced edges; each edge is capped."""
    total = np.zeros(len(states))
    if evidence.geometry.name == "single" or not evidence.grid_inputs:
        return total
    for edge in evidence.edges.values():
        if edge.mark in evidence.lone_tests and not evidence.geometry.delta:
            continue  # one grid CT alone saw it: judged there with reactive power and voltages
        scores = _scores(evidence, edge, states)
        top = scores.max(initial=-math.inf)
        if top < DISTURBED:
            continue  # no wiring explains this edge: something else switched in the same seconds
        total += np.maximum(scores - top, -GRID_EDGE_CAP)
    return total


def pairs_tested(evidence: Evidence) -> int:
    """How many different pairs of lines carried an announced load, told by which grid CTs saw it."""
    patterns = set()
    for edge in evidence.edges.values():
        if any(k not in edge.changes for k in evidence.grid_inputs):
            continue  # what a CT showed then was dropped: its silence would be taken for a pattern
        moves = [edge.changes[k].moved for k in evidence.grid_inputs]
        most = max(moves, default=0.0)
        if most > 0.2 * edge.nominal:
            patterns.add(tuple(move > MOVED * most for move in moves))
    return len(patterns)


def enough_pairs(evidence: Evidence) -> bool:
    """Whether the announced loads leave one wiring: three pairs for three CTs, two for two."""
    return pairs_tested(evidence) >= max(2, len(evidence.grid_inputs))


def _scores(evidence: Evidence, edge: TestEdge, states: Places) -> Array:
    """ln likelihood of each state, on whichever pair of lines and of whichever size the load was."""
    product = np.ones((len(states), len(PAIRS) * len(_SIZES)))
    for place, number in enumerate(evidence.grid_inputs):
        change = edge.changes.get(number)
        if change is None:
            continue
        shares = _shares(evidence.geometry, evidence.roles[number].phase)
        expected = edge.nominal * edge.direction * (shares[:, :, None] * np.array(_SIZES)).reshape(COUNT, -1)
        noise = max(12.0, 1.5 * evidence.tracks[number].noise) + 0.03 * edge.nominal
        away = ((change.watts - expected) / noise) ** 2
        bell = np.exp(-0.5 * np.minimum(away, 80.0)) + 1e-4 * np.exp(-0.5 * np.minimum(away / 64, 80.0))
        product *= bell[states[:, place]]
    return np.asarray(np.log(product.sum(1) + 1e-30))


@cache
def _shares(geometry: Geometry, configured: int) -> Array:
    """Hypotheses x pairs: `share`."""
    return np.array([[share(geometry, configured, h, pair) for pair in range(len(PAIRS))] for h in range(COUNT)])
