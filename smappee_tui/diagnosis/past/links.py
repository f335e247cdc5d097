"""On which wire of the grid meter a circuit hangs, by hundreds of changes of five-minute means; see `link`."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.geometry import Geometry
from smappee_tui.diagnosis.link import SIGNS, Key, Link, log_ratio
from smappee_tui.diagnosis.past.changes import Changes, Delta

RATIO_DOUBT = 0.05
"""How far two CTs may disagree on the same current, both angle errors included."""
UNSIGNED_DOUBT = 0.35
"""Share of Q that stays unknown where a mean of |Q| is all there is."""
LEAST_RATIO_WATTS = 150.0
MOST_RATIOS = 40


def link_of(changes: Changes, number: int, geometry: Geometry, grid: tuple[int, ...]) -> Link | None:
    """Score every turn at every grid CT; None where nothing stood out."""
    role = changes.roles[number]
    link = Link()
    for index, delta in changes.clearest(number):
        others = changes.others(index, number)
        scores: dict[Key, float] = {}
        for k in grid:
            seen = changes.of[k][index]
            if math.isnan(seen.watts):
                continue
            noise = math.hypot(changes.noise[k], 0.6 * others)
            grid_phase = changes.roles[k].phase
            turns = range(6) if role.group else [geometry.turn(role.phase, grid_phase, way) for way in (0, 1)]
            for turn in turns:
                for sign in SIGNS:
                    scores[(k, turn, sign)] = _score(delta, seen, turn, sign, role.flow, noise, changes.signed)
        if scores:
            link.add_step(scores)
    return link if link.step_count else None


def _score(delta: Delta, seen: Delta, turn: int, sign: int, flow: int, noise: float, signed: bool) -> float:
    """ln likelihood ratio of one change at one grid CT against "nothing of it there"."""
    alpha = math.radians(60 * turn)
    reactive = delta.vars if signed else sign * delta.vars
    predicted_p = flow * (delta.watts * math.cos(alpha) - reactive * math.sin(alpha))
    slack = RATIO_DOUBT * delta.size + 4.0
    if not signed:
        # A mean of |Q| says neither the sign nor, where loads differ, the size of the mean Q.
        slack += abs(math.sin(alpha)) * (UNSIGNED_DOUBT * abs(delta.vars) + 0.15 * delta.size)
        return _fit(seen.watts, predicted_p, math.hypot(noise, slack))
    predicted_q = flow * (delta.watts * math.sin(alpha) + delta.vars * math.cos(alpha))
    spread = math.hypot(noise, slack)
    return _fit(seen.watts, predicted_p, spread) + _fit(seen.vars, predicted_q, spread)


def _fit(seen: float, predicted: float, spread: float) -> float:
    """The prediction against "nothing", both by the same spread: a vague prediction must not win by being vague."""
    return log_ratio(seen, predicted, spread, 0.0)


def ratios_of(changes: Changes, number: int, grid: tuple[int, ...]) -> list[float]:
    """Change at the grid CT of a circuit's phase over its own, where nothing else moved: whether its size is right.

    Only sizes are compared, so that a CT turned round is no wrong size. A three-phase load moves all grid CTs.
    """
    role = changes.roles[number]
    home = next((k for k in grid if changes.roles[k].phase == role.phase), None)
    if home is None:
        return []
    found = []
    for index, delta in changes.clearest(number):
        if abs(delta.watts) < max(LEAST_RATIO_WATTS, 5 * changes.noise[home]):
            continue
        if changes.others(index, number) > 0.1 * delta.size:
            continue
        still = (abs(changes.of[k][index].watts) < 0.12 * delta.size + 20.0 for k in grid if k != home)
        if not role.group and not all(still):
            continue
        ratio = abs(changes.of[home][index].watts / delta.watts)
        if 0.08 < ratio < 12:
            found.append(ratio)
    return found[:MOST_RATIOS]
