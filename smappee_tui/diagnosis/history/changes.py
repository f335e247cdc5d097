"""Changes from one five-minute mean to the next: which of them speak of one circuit or of one grid CT alone."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.grid_meter import MOST_EVENTS, LoadStep
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireCorrelation, WireKey, log_ratio
from smappee_tui.diagnosis.history.intervals import IntervalHistory
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry

LEAST_CHANGE = 40.0
"""VA; smaller changes of a mean are noise of the CT or of many small loads."""
QUIET = 60.0
"""Changes of all circuits together, VA, below which what a grid CT does is not theirs."""
MOST_CHANGES = 150
"""Changes of one CT that are weighed; more of the same add nothing."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Change of one CT's mean complex power between two neighbouring intervals."""

    place: int
    """Index of the later interval."""
    watts: float
    vars: float

    @property
    def size(self) -> float:
        """VA."""
        return math.hypot(self.watts, self.vars)


class Changes:
    """All changes of all CTs of one past, and how quiet the rest was."""

    def __init__(self, past: IntervalHistory, roles: dict[int, Role]) -> None:
        self.past = past
        self.roles = roles
        self.signed = past.signed
        self.places = past.neighbours()
        self.of = {n: self._deltas(n) for n in roles if n in past.columns}
        """By input, parallel to `places`; NaN where a value is missing."""
        self.volts = [[b - a for a, b in self._pairs(column)] for column in past.volts]
        """By phase, V, parallel to `places`; NaN where there is none."""
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
        circuits = [self.of[n] for n, role in self.roles.items() if not role.grid and n in self.of and n not in hosts]
        sums = [0.0] * len(self.places)
        for deltas in circuits:
            sums = [s + (d.size if d.watts == d.watts else 0.0) for s, d in zip(sums, deltas, strict=True)]
        self._metered = sums
        self.noise = {n: self._noise(n) for n, role in self.roles.items() if role.grid and n in self.of}
        self.volt_noise = self._volt_noise()

    def _pairs(self, column: object) -> list[tuple[float, float]]:
        values: list[float] = list(column)  # type: ignore[call-overload]
        return [(values[k - 1], values[k]) for k in self.places]

    def _deltas(self, number: int) -> list[Delta]:
        column = self.past.columns[number]
        watts, reactive = self._pairs(column.watts), self._pairs(column.vars)
        return [
            Delta(k, p1 - p0, 0.0 if math.isnan(q1 - q0) else q1 - q0)
            for k, (p0, p1), (q0, q1) in zip(self.places, watts, reactive, strict=True)
        ]

    def _noise(self, number: int) -> float:
        pairs = zip(self.of[number], self._metered, strict=True)
        quiet = [abs(d.watts) for d, metered in pairs if metered < QUIET and d.watts == d.watts]
        return max(12.0, 1.48 * statistics.median(quiet)) if len(quiet) >= 12 else 120.0

    def _volt_noise(self) -> float:
        still = [
            abs(change)
            for column in self.volts
            for change, metered in zip(column, self._metered, strict=True)
            if metered < QUIET and change == change
        ]
        return max(0.2, 1.48 * statistics.median(still)) if len(still) >= 12 else 0.8

    def others(self, index: int, number: int) -> float:
        """How much the other circuits changed in the same five minutes, VA; a three-phase load's own CTs are none."""
        role = self.roles[number]
        mates = [n for n, r in self.roles.items() if role.group and r.group == role.group] or [number]
        mates = [self._hosts.get(n, n) for n in mates]
        mine = sum(
            d.size
            for n in mates
            if n in self.of and not self.roles[n].grid and (d := self.of[n][index]).watts == d.watts
        )
        return max(0.0, self._metered[index] - mine)

    def clearest(self, number: int) -> list[tuple[int, Delta]]:
        """The changes of a circuit that stand out most from what else changed, as (index, change)."""
        found = [
            (delta.size / (self.others(index, number) + 30.0), index, delta)
            for index, delta in enumerate(self.of[number])
            if delta.watts == delta.watts and delta.size >= LEAST_CHANGE
        ]
        found.sort(key=lambda one: -one[0])
        return [(index, delta) for clear, index, delta in found[:MOST_CHANGES] if clear > 1.0]


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
        found = []
        for index, delta in enumerate(changes.of[number]):
            if math.isnan(delta.watts) or delta.size < LEAST_LOAD_STEP:
                continue
            others = [changes.of[k][index] for k in grid if k != number]
            if any(not o.size < QUIET_SHARE * delta.size + 15.0 for o in others):
                continue
            found.append((delta.size, index, delta))
        found.sort(key=lambda one: -one[0])
        result[number] = [
            LoadStep(
                input=number,
                watts=delta.watts,
                q_low=abs(delta.vars),
                q_high=abs(delta.vars),
                total_vars=delta.vars if signed else math.nan,
                volts=(changes.volts[0][index], changes.volts[1][index], changes.volts[2][index]),
            )
            for _, index, delta in found[:MOST_EVENTS]
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
    role = changes.roles[number]
    correlation = WireCorrelation()
    for index, delta in changes.clearest(number):
        others = changes.others(index, number)
        scores: dict[WireKey, float] = {}
        for k in grid:
            seen = changes.of[k][index]
            if math.isnan(seen.watts):
                continue
            noise = math.hypot(changes.noise[k], 0.6 * others)
            grid_phase = changes.roles[k].phase
            turns = range(6) if role.group else [geometry.turn(role.phase, grid_phase, way) for way in (0, 1)]
            own = Delta(delta.place, size * delta.watts, size * delta.vars)
            for turn in turns:
                for sign in SIGNS:
                    scores[(k, turn, sign)] = _score(own, seen, turn, sign, role.flow, noise, changes.signed)
        if scores:
            correlation.add_step(scores)
    return correlation if correlation.step_count else None


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
