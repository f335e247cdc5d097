"""Changes from one five-minute mean to the next: which of them speak of one circuit or of one grid CT alone."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.grid_meter import MOST_EVENTS, LoadStep
from smappee_tui.diagnosis.evidence.sums.blocks import BoolArray
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireCorrelation, WireKey, log_ratios
from smappee_tui.diagnosis.history.intervals import IntervalColumn, IntervalHistory
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import Places

LEAST_CHANGE = 40.0
"""VA; smaller changes of a mean are noise of the CT or of many small loads."""
QUIET = 60.0
"""Changes of all circuits together, VA, below which what a grid CT does is not theirs."""
MOST_CHANGES = 150
"""Changes of one CT that are weighed; more of the same add nothing."""


@dataclass(frozen=True, slots=True)
class Deltas:
    """Changes of one CT's mean complex power, W, var and VA, one for each two neighbouring intervals.

    Watts and size are NaN where a value is missing, and vars are 0 where only they are.
    """

    watts: Array
    vars: Array
    size: Array

    def known_size(self) -> Array:
        """VA; 0 where nothing is known."""
        return np.nan_to_num(self.size)


class Changes:
    """All changes of all CTs of one past, and how quiet the rest was."""

    def __init__(self, past: IntervalHistory, roles: dict[int, Role]) -> None:
        self.roles = roles
        self.signed = past.signed
        later = np.array(past.neighbours(), dtype=int)
        self.of = {n: _deltas(past.columns[n], later) for n in roles if n in past.columns}
        """By input."""
        self.volts = [_between(column, later) for column in past.volts]
        """By phase, V, parallel to the changes of a CT; NaN where there is none."""
        self._none = np.zeros(len(later))
        self.noise: dict[int, float] = {}
        """By grid CT: what it does without any circuit's doing, W (standard deviation, robust)."""
        self.volt_noise = 0.0
        """Standard deviation of the voltages' changes without steps, V."""
        self.count_once({})

    def count_once(self, hosts: Mapping[int, int]) -> None:
        """Say which currents are measured twice: they are no others' doing.

        Args:
            hosts: by input the CT whose current holds its own: a feeder's, or one round the same wire.
        """
        self._hosts = hosts
        circuits = [n for n, role in self.roles.items() if not role.grid and n in self.of and n not in hosts]
        self._metered = sum((self.of[n].known_size() for n in circuits), self._none)
        quiet = self._metered < QUIET
        self.noise = {n: self._noise(n, quiet) for n, role in self.roles.items() if role.grid and n in self.of}
        self.volt_noise = self._volt_noise(quiet)

    def _noise(self, number: int, quiet: BoolArray) -> float:
        watts = self.of[number].watts
        still = np.abs(watts[quiet & ~np.isnan(watts)])
        return max(12.0, 1.48 * float(np.median(still))) if len(still) >= 12 else 120.0

    def _volt_noise(self, quiet: BoolArray) -> float:
        still = np.concatenate([np.abs(change[quiet & ~np.isnan(change)]) for change in self.volts])
        return max(0.2, 1.48 * float(np.median(still))) if len(still) >= 12 else 0.8

    def others(self, number: int) -> Array:
        """How much the other circuits changed in the same five minutes, VA; a three-phase load's own CTs are none."""
        role = self.roles[number]
        mates = [n for n, r in self.roles.items() if role.group and r.group == role.group] or [number]
        mates = [self._hosts.get(n, n) for n in mates]
        own = (self.of[n].known_size() for n in mates if n in self.of and not self.roles[n].grid)
        return np.asarray(np.maximum(0.0, self._metered - sum(own, self._none)))

    def clearest(self, number: int) -> Places:
        """The changes of a circuit that stand out most from what else changed, clearest first."""
        size = self.of[number].size
        places = np.flatnonzero(size >= LEAST_CHANGE)
        clear = size[places] / (self.others(number)[places] + 30.0)
        order = np.argsort(-clear, kind="stable")[:MOST_CHANGES]
        return places[order[clear[order] > 1.0]]


def _between(column: array[float], later: Places) -> Array:
    """Differences of each value at these places from the one before."""
    values: Array = np.array(column, dtype=float)
    changed: Array = values[later] - values[later - 1]
    return changed


def _deltas(column: IntervalColumn, later: Places) -> Deltas:
    watts, reactive = _between(column.watts, later), np.nan_to_num(_between(column.vars, later))
    return Deltas(watts, reactive, np.hypot(watts, reactive))


LEAST_LOAD_STEP = 250.0
"""VA."""
QUIET_SHARE = 0.12
"""How much the other grid CTs may have moved, of this one's change."""
LONE_SIZE = 700.0
"""VA from which on a change of one grid CT alone proves a star supply."""


def grid_steps(changes: Changes, grid: tuple[int, ...], signed: bool) -> dict[int, list[LoadStep]]:
    """By grid CT its largest lone changes, at most `MOST_EVENTS`."""
    result: dict[int, list[LoadStep]] = {}
    for number in grid:
        mine = changes.of[number]
        alone = mine.size >= LEAST_LOAD_STEP
        for k in grid:
            if k != number:
                alone &= changes.of[k].size < QUIET_SHARE * mine.size + 15.0
        places = np.flatnonzero(alone)
        places = places[np.argsort(-mine.size[places], kind="stable")[:MOST_EVENTS]]
        result[number] = [
            LoadStep(
                input=number,
                watts=watts,
                q_low=abs(reactive),
                q_high=abs(reactive),
                total_vars=reactive if signed else math.nan,
                volts=(volts[0], volts[1], volts[2]),
            )
            for watts, reactive, *volts in zip(
                mine.watts[places].tolist(),
                mine.vars[places].tolist(),
                *(column[places].tolist() for column in changes.volts),
                strict=True,
            )
        ]
    return result


def lone_load_steps(load_steps: dict[int, list[LoadStep]]) -> int:
    """Large changes of one of three grid CTs alone: on a delta supply every load shows on two.

    They count where every one of the three had some: beside a dead CT a delta's loads are alone too, on the other two.
    """
    counts = [sum(1 for j in kept if math.hypot(j.watts, j.q_low) >= LONE_SIZE) for kept in load_steps.values()]
    return sum(counts) if len(counts) == 3 and all(counts) else 0


RATIO_DOUBT = 0.05
"""How far two CTs may disagree on the same current, both angle errors included."""
UNSIGNED_DOUBT = 0.35
"""Share of Q that stays unknown where a mean of |Q| is all there is."""


def correlation_of(
    changes: Changes, number: int, geometry: Geometry, grid: tuple[int, ...], size: float = 1.0
) -> WireCorrelation | None:
    """Score every turn at every grid CT; None where nothing stood out.

    Args:
        changes: of all CTs.
        number: the circuit.
        geometry: how the monitor measures.
        grid: the grid CTs.
        size: what the grid CT of its phase is known to show of it: a CT that reads twice too much must not be looked
            for elsewhere.
    """
    role, places = changes.roles[number], changes.clearest(number)
    watts, reactive = size * changes.of[number].watts[places], size * changes.of[number].vars[places]
    others = 0.6 * changes.others(number)[places]
    scores: dict[WireKey, Array] = {}
    for k in grid:
        seen_watts, seen_vars = changes.of[k].watts[places], changes.of[k].vars[places]
        if np.isnan(seen_watts).all():
            continue
        noise = np.hypot(changes.noise[k], others)
        grid_phase = changes.roles[k].phase
        turns = range(6) if role.group else [geometry.turn(role.phase, grid_phase, way) for way in (0, 1)]
        for turn in turns:
            for sign in SIGNS:
                scores[(k, turn, sign)] = _scores(
                    watts, reactive, seen_watts, seen_vars, turn, sign, role.flow, noise, changes.signed
                )
    if not scores:
        return None
    correlation = WireCorrelation()
    correlation.add_steps(scores)
    return correlation


def _scores(
    watts: Array,
    reactive: Array,
    seen_watts: Array,
    seen_vars: Array,
    turn: int,
    sign: int,
    flow: int,
    noise: Array,
    signed: bool,
) -> Array:
    """ln likelihood ratios of changes at one grid CT against "nothing of them there"; NaN where it was not read.

    The prediction is held against "nothing" by the same spread: a vague one must not win by being vague.
    """
    alpha = math.radians(60 * turn)
    own = np.hypot(watts, reactive)
    turned = reactive if signed else sign * reactive
    predicted = flow * (watts * math.cos(alpha) - turned * math.sin(alpha))
    slack = RATIO_DOUBT * own + 4.0
    if not signed:
        # A mean of |Q| says neither the sign nor, where loads differ, the size of the mean Q.
        slack += abs(math.sin(alpha)) * (UNSIGNED_DOUBT * np.abs(reactive) + 0.15 * own)
        return log_ratios(seen_watts, predicted, np.hypot(noise, slack))
    predicted_vars = flow * (watts * math.sin(alpha) + reactive * math.cos(alpha))
    spread = np.hypot(noise, slack)
    return log_ratios(seen_watts, predicted, spread) + log_ratios(seen_vars, predicted_vars, spread)
