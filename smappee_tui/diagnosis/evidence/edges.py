"""The operator's test: a load of known size, switched in a known direction, on a known circuit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.steps import reactive
from smappee_tui.diagnosis.evidence.wire_correlation import log_ratio
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT
from smappee_tui.diagnosis.model.weights import ANNOUNCED_CAP, STEP_CAP
from smappee_tui.protocol.received import Mark

EARLIEST = 3.2
LATEST = 1.2
"""A step counts as the announced one from so many seconds before the operator's word to so many after it: he says it up
to 2 s late, and a reading may come a second after the switch."""
MOST_EDGES = 120


@dataclass(frozen=True, slots=True)
class Change:
    """One channel before and after the edge."""

    watts_before: float
    watts_after: float
    va_before: float
    va_after: float

    @property
    def watts(self) -> float:
        """W gained."""
        return self.watts_after - self.watts_before

    @property
    def moved(self) -> float:
        """How far it moved at least, VA: by power, or by apparent power where the angle hides the power."""
        q0, q1 = reactive(self.watts_before, self.va_before), reactive(self.watts_after, self.va_after)
        return math.hypot(self.watts, abs(q1 - q0))


@dataclass(frozen=True, slots=True)
class TestEdge:
    """One announced edge and what every channel did at it."""

    mark: Mark
    at: float
    """When the step happened, receiving clock, s."""
    nominal: float
    """What the load should draw at the voltage here, W."""
    changes: dict[int, Change]
    exact_va: bool
    """Apparent power was published, not derived from the 0.1 A reading."""

    @property
    def direction(self) -> int:
        """1 switched on, -1 switched off."""
        return 1 if self.mark.kind == "load-on" else -1

    def fit(self) -> float:
        """How far the best mover is from the announced size, as |ln ratio|: smaller is better."""
        sizes = [c.moved for c in self.changes.values() if c.moved > 20]
        return min((abs(math.log(size / self.nominal)) for size in sizes), default=99.0)


def nominal_watts(mark: Mark, volts: float) -> float:
    """A resistive load follows the square of the voltage."""
    return max(mark.watts, 1.0) * ((volts / NOMINAL_VOLTS) ** 2 if volts > 100 else 1.0)


def matching_mark(marks: list[Mark], at: float) -> Mark | None:
    """The mark that announces a step at this time: the nearest one in reach."""
    near = [m for m in marks if -LATEST <= m.at - at <= EARLIEST]
    return min(near, key=lambda m: abs(m.at - at - 1.0), default=None)


@dataclass(frozen=True, slots=True)
class EdgeScore:
    """What one edge says about the channel whose circuit was announced."""

    scores: tuple[float, ...]
    """ln likelihood per hypothesis, floored."""
    sizes: tuple[float, ...]
    """Load that each hypothesis implies, W."""
    edge: TestEdge


def score_edge(edge: TestEdge, role: Role, geometry: Geometry) -> EdgeScore | None:
    """Judge the announced circuit's own CT by one edge; None where it did not move.

    The load is resistive, so its power shows as D·cos(ρ + δ), where δ and the scale are the geometry's for one load
    between a phase and the neutral, or between two lines: D follows from ΔP, and the apparent power after the edge is
    predicted in the S-plane and compared with the one read.
    """
    change = edge.changes.get(role.input)
    if change is None or change.moved < 0.06 * edge.nominal:
        return None
    error = (4.0 if edge.exact_va else 11.0) + 0.02 * edge.nominal
    logs, sizes = [], []
    for hypothesis in range(COUNT):
        total, best, size = 0.0, 0.0, 0.0
        for shift, weight in geometry.test_shifts:
            angle = math.radians(geometry.rho(role.phase, hypothesis) + shift)
            fit, implied = _fit(edge, change, angle, geometry.va_share, error)
            total += weight * fit
            if weight * fit > best:
                best, size = weight * fit, implied
        logs.append(math.log(total + 1e-12) if total else -30.0)
        sizes.append(size)
    top = max(logs)
    return EdgeScore(tuple(max(v - top, -ANNOUNCED_CAP) for v in logs), tuple(sizes), edge)


def _fit(edge: TestEdge, change: Change, angle: float, share: float, error: float) -> tuple[float, float]:
    """How well one edge fits a resistive load seen under this angle, and the load that its ΔP implies, W."""
    cosine = math.cos(angle) * share
    if abs(cosine) < 0.1 * share:
        return 0.0, 0.0
    size = edge.direction * change.watts / cosine
    if size <= 0:
        return 0.0, 0.0
    away = math.log(size / edge.nominal)
    prior = 0.9 * math.exp(-0.5 * (away / 0.13) ** 2) + 0.1 * math.exp(-0.5 * (away / 1.2) ** 2)
    q0 = reactive(change.watts_before, change.va_before)
    added = edge.direction * size * share
    fit = 0.0
    for sign in (1, -1):
        p = change.watts_before + added * math.cos(angle)
        q = sign * q0 + added * math.sin(angle)
        fit += math.exp(-0.5 * min(60.0, ((math.hypot(p, q) - change.va_after) / error) ** 2))
    return prior * fit, size


def wire_score(score: EdgeScore, hypothesis: int, grid: list[tuple[int, float, float]]) -> float:
    """How well the grid CTs on the hypothesis' wire agree: ln likelihood ratio, capped.

    Args:
        score: the edge.
        hypothesis: of the announced channel.
        grid: of every grid CT on that wire: input, its turn ρ in degrees, its noise in W.
    """
    size = score.sizes[hypothesis]
    seen = [
        (score.edge.changes[number], turned, noise) for number, turned, noise in grid if number in score.edge.changes
    ]
    best = -STEP_CAP if seen else 0.0  # a CT whose readings of then were dropped says nothing either way
    for change, turned, noise in seen:
        predicted = score.edge.direction * size * math.cos(math.radians(turned))
        value = log_ratio(change.watts, predicted, max(8.0, 1.5 * noise), 0.07 * size + 2.0)
        best = max(best, max(-STEP_CAP, min(STEP_CAP, value)))
    return best
