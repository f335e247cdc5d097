"""Three CTs of one three-phase load, judged together: a balanced load has one angle on all phases."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.evidence.angle import AngleEvidence, flows_both_ways
from smappee_tui.diagnosis.evidence.tracks import Plateau, Track
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, Kind, State, angle_density, kind_of

Cell = tuple[int, int, int, float]
"""One joint state: of each CT the index in `CELLS`, and its ln likelihood."""
CELLS = tuple((hypothesis, sign) for hypothesis in range(COUNT) for sign in SIGNS)
SHARED_SD = 8.0
"""How far the load angles of one three-phase load may lie apart, degrees (unequal voltages, CT errors)."""
UNSHARED = math.log(0.15) - 4.0
"""A three-phase load need not be balanced; then each CT is judged by its own angle."""
DEPTH = 14.0
"""States this far below the best, in ln likelihood, are left out."""
_SPREAD = math.degrees(1.0) ** 2 / SHARED_SD**2
JointCache = dict[tuple[object, ...], list[Cell]]
"""Tables by what they were made of; whoever judges again and again keeps one."""
_MOST_KEPT = 200


def shared_table(
    roles: list[Role], tracks: list[Track | None], own: list[AngleEvidence], geometry: Geometry, kept: JointCache
) -> list[Cell]:
    """ln likelihood of every joint state of three CTs by their angles, priors aside.

    The load's angle is drawn once, not three times; states whose three angles disagree pay for it. The result depends
    on the resting states only, which change slowly, so it is kept.
    """
    tops = [t.loaded()[0] if t is not None and t.plateaus else None for t in tracks]
    angles = _angles(tops)
    size = tops[0].volt_amperes if tops[0] is not None else 0.0
    if roles[0].generates and size < 120:
        angles = []
    kind = _kind(roles[0], tracks, size)
    scores = [[round(o.scores[cell], 2) for cell in CELLS] for o in own]
    turns = tuple(tuple(geometry.rho(r.phase, h) for h in range(COUNT)) for r in roles)
    key = (geometry.name, kind, tuple(round(a) for a in angles), tuple(map(tuple, scores)), turns)
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _table(scores, [float(round(a)) for a in angles], turns, kind)
    return kept[key]


def _angles(tops: list[Plateau | None]) -> list[float]:
    """|θ| of the three CTs where their currents are alike enough to call the load balanced, degrees."""
    plateaus = [t for t in tops if t is not None and t.amps >= 0.3 and t.volt_amperes > 1]
    sizes = [t.amps for t in plateaus]
    if len(plateaus) < 3 or max(sizes) >= 1.25 * min(sizes) + 0.1:
        return []
    return [math.degrees(math.acos(max(-1.0, min(1.0, t.watts / t.volt_amperes)))) for t in plateaus]


def _kind(role: Role, tracks: list[Track | None], size: float) -> Kind:
    if role.stores or any(t is not None and flows_both_ways(t) for t in tracks):
        return "storage"
    return "generator" if role.generates else kind_of(3 * size)


def _table(
    scores: list[list[float]], angles: list[float], turns: tuple[tuple[float, ...], ...], kind: Kind
) -> list[Cell]:
    units: list[list[tuple[float, float]]] = []
    for angle, turn in zip(angles, turns, strict=False):
        radians = [math.radians(sign * angle - turn[h]) for h, sign in CELLS]
        units.append([(math.cos(r), math.sin(r)) for r in radians])
    prior = [math.log(angle_density(kind, degrees, 4.0) * 30 + 1e-6) for degrees in range(-180, 181)]
    first, second, third = scores
    table: list[Cell] = []
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            for k, c in enumerate(third):
                score = a + b + c
                if units:
                    (x0, y0), (x1, y1), (x2, y2) = units[0][i], units[1][j], units[2][k]
                    x, y = x0 + x1 + x2, y0 + y1 + y2
                    # For small spreads the sum of squared deviations is twice what the resultant falls short of 3.
                    misfit = (3.0 - math.hypot(x, y)) * _SPREAD
                    together = prior[round(math.degrees(math.atan2(y, x))) + 180] - min(misfit, 30.0)
                    alone = UNSHARED + score
                    score = max(together, alone) + math.log1p(math.exp(-abs(together - alone)))
                table.append((i, j, k, score))
    top = max(cell[3] for cell in table)
    return [cell for cell in table if cell[3] > top - 2 * DEPTH]


def with_prior(table: list[Cell], prior: dict[State, float]) -> list[Cell]:
    """Add the ln prior of each state and leave out what cannot matter any more."""
    full = [(i, j, k, score + prior[(CELLS[i][0], CELLS[j][0], CELLS[k][0])]) for i, j, k, score in table]
    top = max(cell[3] for cell in full)
    return [cell for cell in full if cell[3] > top - DEPTH]


def marginals(table: list[Cell], correlations: list[list[float]]) -> tuple[float, list[list[float]]]:
    """ln likelihood of the load, and the probability of the six hypotheses of each of its CTs.

    Args:
        table: joint states with prior.
        correlations: per CT and cell, what its correlations and tests add.
    """
    first, second, third = correlations
    logs = [score + first[i] + second[j] + third[k] for i, j, k, score in table]
    top = max(logs)
    sums = [[0.0] * len(CELLS) for _ in range(3)]
    whole = 0.0
    for (i, j, k, _), value in zip(table, logs, strict=True):
        weight = math.exp(value - top)
        whole += weight
        sums[0][i] += weight
        sums[1][j] += weight
        sums[2][k] += weight
    return top + math.log(whole), [[(one[2 * h] + one[2 * h + 1]) / whole for h in range(COUNT)] for one in sums]
