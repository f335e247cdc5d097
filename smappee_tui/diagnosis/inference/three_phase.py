"""Three CTs of one three-phase load, judged together: a balanced load has one angle on all phases."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from smappee_tui.diagnosis.evidence.angle import AngleEvidence, flows_both_ways, gives_chance
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.watch.tracks import Plateau, Track
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, Kind, angle_densities, kind_of
from smappee_tui.diagnosis.model.priors import Prior
from smappee_tui.diagnosis.model.weights import TRIPLE_DEPTH, UNSHARED_ANGLES

Table = Array
"""ln likelihood of the joint states of three CTs, an axis of `CELLS` a CT; -inf for what cannot matter."""
CELLS = tuple((hypothesis, sign) for hypothesis in range(COUNT) for sign in SIGNS)
SHARED_SD = 8.0
"""How far the load angles of one three-phase load may lie apart, degrees (unequal voltages, CT errors)."""
_SPREAD = math.degrees(1.0) ** 2 / SHARED_SD**2


class JointCache:
    """Tables of one look by what they were made of, and those of the look before. Older ones are not kept: what a load
    rests on moves, so they would pile up and seldom be used again."""

    def __init__(self, before: JointCache | None = None) -> None:
        self._known: dict[tuple[object, ...], Table] = before._made if before is not None else {}
        self._made: dict[tuple[object, ...], Table] = {}

    def table(self, key: tuple[object, ...], make: Callable[[], Table]) -> Table:
        made = self._made.get(key)
        if made is None:
            known = self._known.get(key)
            made = self._made[key] = make() if known is None else known
        return made


def shared_table(
    roles: list[Role],
    tracks: list[Track | None],
    own: list[AngleEvidence],
    geometry: Geometry,
    kept: JointCache,
    guess: bool = True,
) -> Table:
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
    if not guess and kind in ("large", "medium", "small"):
        kind = "any"
    gives = 0.0 if roles[0].generates or kind == "storage" else min(map(gives_chance, tracks))
    scores = tuple(tuple(round(score, 2) for score in o.scores.values()) for o in own)
    turns = tuple(tuple(geometry.rho(r.phase, h) for h in range(COUNT)) for r in roles)
    key = (geometry.name, kind, gives, tuple(round(a) for a in angles), scores, turns)
    return kept.table(key, lambda: _table(scores, [float(round(a)) for a in angles], turns, kind, gives))


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
    scores: tuple[tuple[float, ...], ...],
    angles: list[float],
    turns: tuple[tuple[float, ...], ...],
    kind: Kind,
    gives: float,
) -> Table:
    first, second, third = (np.array(one) for one in scores)
    table = first[:, None, None] + second[None, :, None] + third[None, None, :]
    if angles:
        signs, places = np.array([sign for _, sign in CELLS]), [h for h, _ in CELLS]
        turned = [signs * angle - np.array(turn)[places] for angle, turn in zip(angles, turns, strict=True)]
        x, y, z = (np.exp(1j * np.radians(one)) for one in turned)
        sum_ = x[:, None, None] + y[None, :, None] + z[None, None, :]
        # For small spreads the sum of squared deviations is twice what the resultant falls short of 3.
        misfit = np.minimum((3.0 - np.abs(sum_)) * _SPREAD, 30.0)
        degrees = np.rint(np.degrees(np.angle(sum_))).astype(int) + 180
        together = _angle_prior(kind, gives)[degrees] - misfit
        table = np.logaddexp(together, UNSHARED_ANGLES + table)
    return np.asarray(np.where(table > table.max() - 2 * TRIPLE_DEPTH, table, -np.inf))


@cache
def _angle_prior(kind: Kind, gives: float) -> Array:
    """ln density of the load's angle, every degree from -180 to 180; the load may give as a whole."""
    back: Kind = "any" if kind == "any" else "generator"
    degrees = np.arange(-180.0, 181.0)
    density = (1 - gives) * angle_densities(kind, degrees, 4.0) + gives * angle_densities(back, degrees + 180, 4.0)
    return np.asarray(np.log(30 * density + 1e-6))


def with_prior(table: Table, prior: Prior, phases: tuple[int, ...]) -> Table:
    """Add the ln prior of each state and leave out what cannot matter any more.

    Args:
        table: joint states.
        prior: how CTs are mounted.
        phases: on which they are configured.
    """
    full = table + _prior_table(prior, phases)
    return np.asarray(np.where(full > full.max() - TRIPLE_DEPTH, full, -np.inf))


@cache
def _prior_table(prior: Prior, phases: tuple[int, ...]) -> Table:
    by_state = np.array([value for _, value in prior.triple(phases)]).reshape((COUNT,) * 3)
    places = [h for h, _ in CELLS]
    return by_state[np.ix_(places, places, places)]


def marginals(tables: Array, correlations: Array) -> tuple[Array, Array]:
    """ln likelihood of each three-phase load, and the probability of the six hypotheses of each of its CTs.

    Args:
        tables: loads x joint states with prior.
        correlations: loads x CTs x cells, what a CT's correlations and tests add.

    Returns:
        Per load, and loads x CTs x hypotheses.
    """
    tops = tables.max((1, 2, 3))
    highest = correlations.max(2)
    weights = np.exp(tables - tops[:, None, None, None])
    # What is this far down has no weight, but three of them multiplied must stay a number.
    first, second, third = np.exp(np.maximum(correlations - highest[:, :, None], -200.0)).transpose(1, 0, 2)
    pairs = (weights @ third[:, None, :, None])[..., 0]
    one = first * (pairs @ second[:, :, None])[..., 0]
    two = second * (first[:, None, :] @ pairs)[:, 0]
    both = (first[:, :, None] * second[:, None, :]).reshape(len(tables), 1, -1)
    three = third * (both @ weights.reshape(len(tables), -1, len(CELLS)))[:, 0]
    whole = one.sum(1)
    cells = np.stack([one, two, three], axis=1) / whole[:, None, None]
    return tops + highest.sum(1) + np.log(whole), cells.reshape(len(tables), 3, COUNT, len(SIGNS)).sum(3)
