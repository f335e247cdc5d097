"""On which wire a circuit hangs, by its load steps: what the grid's CTs did over the same seconds.

Steps of several circuits in one moment would speak for each other's wires. So all circuits' changes explain each grid
CT's changes together first (a regression that expects the configured wiring until steps teach it better), and a
circuit is judged by what the others leave unexplained. What a grid CT does anyway, in windows of the same length, is
the yardstick: the denser its life, the less one coincidence says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.timeline import Array, Timeline
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireCorrelation, WireKey
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry

GUARD = 1
"""Samples on either side of a jump that belong to neither level: hubs do not all read in the same second."""
WINDOW = 3
"""Samples of a level."""
DELAY = GUARD + WINDOW
"""Samples that must follow the jump."""
MOST_EVENTS = 240
"""Moments kept; the smallest go first."""
MOST_MOMENTS = 400
"""Moments between steps kept, the latest, to learn what a grid CT does anyway."""
EVERY = 3
"""Seconds between two such moments."""
PRIOR_SPREAD = 0.5
"""How far a circuit's share at a grid CT may lie from what the configuration says, before anything is seen."""
MISFIT = 0.05
"""Part of the metered changes that meters and voltages leave unexplained."""


@dataclass(slots=True)
class Event:
    """One moment at which some circuit stepped: changes of every channel, W; NaN where one did not report."""

    number: int
    """Which second, counted from the first."""
    changes: Array
    steps: dict[int, Step]
    alone: frozenset[int]
    """Of the circuits: CTs of three-phase loads whose mates stood still."""


@dataclass(slots=True)
class WireEvents:
    """Collects moments, and scores every circuit's wire when asked."""

    events: list[Event] = field(default_factory=list)
    _moments: list[Array] = field(default_factory=list)
    _waiting: list[tuple[int, dict[int, Step], frozenset[int]]] = field(default_factory=list)

    def observe(self, timeline: Timeline, stepped: dict[int, Step], alone: frozenset[int], ago: int) -> None:
        """Take one second.

        Args:
            timeline: its newest row is that second.
            stepped: circuits whose step began `ago` seconds before the newest row, by input.
            alone: those of them that are one CT of a three-phase load whose mates stood still.
            ago: samples.
        """
        if stepped:
            self._waiting.append((timeline.count - 1 - ago, stepped, alone))
        if self._waiting and timeline.count - 1 >= self._waiting[0][0] + DELAY:
            number, steps, lone = self._waiting.pop(0)
            changes = _changes(timeline, timeline.count - 1 - number)
            if changes is not None:
                self.events.append(Event(number, changes, steps, lone))
                if len(self.events) > MOST_EVENTS:
                    self.events.remove(min(self.events, key=lambda e: max(s.size for s in e.steps.values())))
        if timeline.count % EVERY == 0:
            changes = _changes(timeline, DELAY)
            if changes is not None:
                self._moments.append(changes)
                if len(self._moments) > MOST_MOMENTS:
                    del self._moments[0]

    def forget(self, numbers: set[int]) -> None:
        """Drop the steps of these circuits."""
        for event in self.events:
            for number in numbers:
                event.steps.pop(number, None)
        self.events = [event for event in self.events if event.steps]


def _changes(timeline: Timeline, ago: int) -> Array | None:
    """Change of every channel about the second `ago` before the newest one; None where that reaches too far back."""
    rows = timeline.watts(ago + 1 + GUARD + WINDOW)
    if len(rows) < ago + 1 + GUARD + WINDOW:
        return None
    here = GUARD + WINDOW
    change: Array = rows[here + 1 + GUARD : here + 1 + GUARD + WINDOW].mean(0) - rows[:WINDOW].mean(0)
    return change


@dataclass(frozen=True, slots=True)
class Explained:
    """Changes of one grid CT as all circuits' changes explain them together."""

    shares: Array
    """Of each circuit's change, what this grid CT shows of it."""
    doubt: Array
    """Covariance of the shares."""
    scales: Array
    """Standard deviations, W, of what it does anyway: mostly, now and then, rarely (`OFTEN`)."""


OFTEN = np.array((0.6, 0.3, 0.1))
RARE = 0.02
"""Weight of a change of any size at all."""


def explain(x: Array, y: Array, expected: Array, moments: Array, seen: Array) -> Explained:
    """Regress one grid CT's changes on all circuits' changes.

    Args:
        x: changes at steps, moment by circuit, W.
        y: changes of the grid CT at the same moments, W; NaN where it did not report.
        expected: share of each circuit by configuration.
        moments: changes of the circuits at other moments.
        seen: of the grid CT there.
    """
    known = ~np.isnan(y)
    x, y = x[known], y[known]
    rest = seen - moments @ expected
    scale = max(20.0, _scales(rest)[0])
    size = np.abs(x).sum(1)
    shares, inverse = expected, np.eye(len(expected)) * PRIOR_SPREAD**2
    for _ in range(4):
        spread = np.hypot(scale, MISFIT * size)
        weight = 1.0 / (1.0 + ((y - x @ shares) / (3.0 * spread)) ** 2) / spread**2
        precision = (x * weight[:, None]).T @ x + np.eye(len(expected)) / PRIOR_SPREAD**2
        inverse = np.linalg.inv(precision)
        shares = expected + inverse @ ((x * weight[:, None]).T @ (y - x @ expected))
    return Explained(shares, inverse, _scales(seen - moments @ shares))


def _scales(changes: Array) -> Array:
    """Three standard deviations that describe a sharp middle and wide tails, W."""
    sizes = np.abs(changes[~np.isnan(changes)])
    if len(sizes) < 12:
        return np.array((20.0, 60.0, 200.0))
    middle, often, rare = np.quantile(sizes, (0.5, 0.9, 0.98))
    return np.array((max(middle / 0.674, 4.0), max(often / 1.645, 8.0), max(rare / 2.33, 150.0)))


def _log_density(away: Array, scales: Array, slack: Array) -> Array:
    """ln density of a change of a grid CT, per W, blurred by `slack`."""
    spread = np.sqrt(scales**2 + slack[..., None] ** 2)
    bells = OFTEN * np.exp(-0.5 * np.minimum((away[..., None] / spread) ** 2, 1400.0)) / spread
    wide = 10.0 * max(float(scales[2]), 100.0)
    density: Array = bells.sum(-1) + RARE * np.exp(-0.5 * np.minimum((away / wide) ** 2, 1400.0)) / wide
    return np.log(density + 1e-300)


@dataclass(frozen=True, slots=True)
class WireScores:
    """What the moments say, by input of the circuit."""

    correlations: dict[int, WireCorrelation]
    lone: dict[int, WireCorrelation]
    """Of CTs of three-phase loads: by steps that their mates did not share."""
    ratios: dict[int, list[float]]
    """Change at the grid CT of the circuit's configured phase over its own, where little else moved."""


LEAST_RATIO_WATTS = 150.0
CLEAR = 0.08
"""Least certainty of a ratio: what others may have added, over the step."""


def wire_scores(collected: WireEvents, timeline: Timeline, roles: dict[int, Role], geometry: Geometry) -> WireScores:
    """Score every circuit that stepped.

    Args:
        collected: the moments.
        timeline: whose columns they are of.
        roles: by input.
        geometry: how the monitor measures.
    """
    place = timeline.place
    circuits = [n for n, role in roles.items() if not role.grid and n in place]
    grid = [n for n, role in roles.items() if role.grid and n in place]
    result = WireScores({}, {}, {})
    events = [e for e in collected.events if any(n in roles and not roles[n].grid for n in e.steps)]
    if not circuits or not grid or not events:
        return result
    wide = len(timeline.inputs)
    table = np.vstack([np.pad(e.changes, (0, wide - len(e.changes)), constant_values=math.nan) for e in events])
    other = np.array([np.pad(m, (0, wide - len(m)), constant_values=math.nan) for m in collected._moments])
    other = other.reshape(-1, wide)
    columns = [place[n] for n in circuits]
    x, moments = np.nan_to_num(table[:, columns]), np.nan_to_num(other[:, columns])
    pairs = [
        (row, circuits.index(n), step)
        for row, event in enumerate(events)
        for n, step in event.steps.items()
        if n in roles and not roles[n].grid and n in place
    ]
    rows, mine = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    own = x[rows, mine]
    rest = x[rows].copy()
    for index, (_, circuit, _) in enumerate(pairs):
        group = roles[circuits[circuit]].group
        for column, n in enumerate(circuits):
            if column == circuit or (group and roles[n].group == group):
                rest[index, column] = 0.0
    difference = np.array([p[2].vars_difference for p in pairs])
    total = np.array([p[2].vars_sum for p in pairs])
    size = np.array([p[2].size for p in pairs])
    flow = np.array([roles[circuits[c]].flow for c in mine])
    scores: list[dict[WireKey, float]] = [{} for _ in pairs]
    for k in grid:
        y = table[:, place[k]]
        seen = other[:, place[k]]
        expected = np.array([float(roles[n].flow * (roles[n].phase == roles[k].phase)) for n in circuits])
        model = explain(x, y, expected, moments, seen)
        left = y[rows] - rest @ model.shares
        doubt = np.sqrt(np.maximum(0.0, np.einsum("ij,jk,ik->i", rest, model.doubt, rest)))
        doubt = np.hypot(doubt, MISFIT * np.abs(rest).sum(1))
        nothing = _log_density(left, model.scales, doubt)
        for turn in range(6):
            alpha = math.radians(60 * turn)
            lean = np.array([1.0 if roles[circuits[c]].group else abs(math.sin(alpha)) for c in mine])
            slack = 0.08 * size + 2.0 + lean * (0.5 * total - 0.15 * np.abs(difference) + 0.12 * size)
            for sign in SIGNS:
                predicted = flow * (own * math.cos(alpha) - sign * difference * math.sin(alpha))
                value = _log_density(left - predicted, model.scales, np.hypot(doubt, slack)) - nothing
                for index in map(int, np.flatnonzero(~np.isnan(value))):
                    role = roles[circuits[mine[index]]]
                    if role.group or turn in (geometry.turn(role.phase, roles[k].phase, way) for way in (0, 1)):
                        scores[index][(k, turn, sign)] = float(value[index])
        _ratios(result.ratios, pairs, circuits, roles, roles[k].phase, left * flow, own, doubt + model.scales[0])
    for (event, circuit, _), found in zip(pairs, scores, strict=True):
        number = circuits[circuit]
        result.correlations.setdefault(number, WireCorrelation()).add_step(found)
        if number in events[event].alone:
            role = roles[number]
            ways = {(k, geometry.turn(role.phase, roles[k].phase, way)) for k in grid for way in (0, 1)}
            straight = {key: value for key, value in found.items() if key[:2] in ways}
            result.lone.setdefault(number, WireCorrelation()).add_step(straight)
    return result


def _ratios(
    kept: dict[int, list[float]],
    pairs: list[tuple[int, int, Step]],
    circuits: list[int],
    roles: dict[int, Role],
    phase: int,
    left: Array,
    own: Array,
    doubt: Array,
) -> None:
    for index, (_, circuit, _) in enumerate(pairs):
        role = roles[circuits[circuit]]
        if role.phase != phase or abs(own[index]) < LEAST_RATIO_WATTS or math.isnan(left[index]):
            continue
        ratio = left[index] / own[index]
        if 0.08 < ratio < 12 and doubt[index] < CLEAR * min(abs(own[index]), abs(left[index])) * 2:
            kept.setdefault(role.input, []).append(float(ratio))
