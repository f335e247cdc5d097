"""Edges of the test load as the samples show them, a second or two after the switch."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.steps import reactive
from smappee_tui.diagnosis.evidence.watch.tracks import apparent
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.site.sample import Sample

TRIGGER = 0.3
"""Share of the load by which one second must differ from the one before, for an edge to be seen."""
MOVED = 0.2
"""Share of the load from which a channel counts as having moved."""
BASE = 3
"""Samples before the edge that make the level before it."""
SMALLEST, LARGEST = 0.7, 1.35
"""What the load may really draw, as a share of its nameplate."""

EdgeAnswer = Literal["match", "blind", "elsewhere", "size", "disturbed", "none"]
"""match: as told · blind: the grid meter saw it, the circuit's own CT did not · elsewhere: another circuit's did ·
size: another size than told · disturbed: more than one load moved · none: nothing of ours."""


@dataclass(frozen=True, slots=True)
class Move:
    """How far one channel moved at an edge."""

    watts: float
    va: float
    """Change of apparent power, VA."""
    low: float
    high: float
    """Between these lies the size of the load: the sign of reactive power is not published."""

    def fits(self, nominal: float) -> bool:
        """Whether the load may be of this size."""
        return self.high >= SMALLEST * nominal and self.low <= LARGEST * nominal


@dataclass(frozen=True, slots=True)
class Edge:
    at: float
    """Receiving clock of the first sample that showed it."""
    moves: dict[int, Move]
    volts: tuple[float, float, float]
    """Just before it, V."""


class EdgeDetector:
    """Looks for edges, sample by sample."""

    def __init__(self) -> None:
        self._recent: deque[Sample] = deque(maxlen=BASE + 3)
        self._begun: Sample | None = None
        self._least = BASE + 2

    def clear(self) -> None:
        """Forget the past: what comes next has nothing to do with it."""
        self._recent.clear()
        self._begun = None
        self._least = BASE + 2

    @property
    def rising(self) -> bool:
        """An edge began with the last sample; what it is shows with the next one."""
        return self._begun is not None

    def take(self, sample: Sample, evidence: Evidence, nominal: float) -> Edge | None:
        """Take one second; an edge is returned with the second after the one in which it began."""
        begun, self._begun = self._begun, None
        self._recent.append(sample)
        if begun is not None:
            edge = self._edge(begun, sample, evidence)
            self._recent.clear()  # what was before an edge is no level for the next one
            self._recent.append(sample)
            self._least = 2
            return edge
        if len(self._recent) >= self._least and self._jumped(evidence, nominal):
            self._begun = sample
        return None

    def _jumped(self, evidence: Evidence, nominal: float) -> bool:
        before, now = list(self._recent)[-2:]
        old, new = _readings(before, evidence), _readings(now, evidence)
        for number in new.keys() & old.keys():
            far = max(abs(new[number][0] - old[number][0]), abs(new[number][1] - old[number][1]))
            if far > TRIGGER * nominal:
                return True
        return False

    def _edge(self, begun: Sample, after: Sample, evidence: Evidence) -> Edge:
        samples = list(self._recent)
        start = next(i for i, s in enumerate(samples) if s is begun)
        # The second before may already hold a part of it: a switch seldom falls between two seconds.
        base = samples[max(0, start - 1 - BASE) : start - 1] or samples[:1]
        return edge_between(base, after, evidence, begun.at)


def edge_between(base: Sequence[Sample], after: Sample, evidence: Evidence, at: float) -> Edge:
    """What moved between a resting level and a sample."""
    levels = [_readings(s, evidence) for s in base]
    moves = {}
    for number, (watts, va) in _readings(after, evidence).items():
        known = [level[number] for level in levels if number in level]
        if known:
            p0, s0 = (sum(v[i] for v in known) / len(known) for i in (0, 1))
            q0, q1 = reactive(p0, s0), reactive(watts, va)
            gained = watts - p0
            moves[number] = Move(gained, va - s0, math.hypot(gained, q1 - q0), math.hypot(gained, q1 + q0))
    return Edge(at, moves, base[-1].volts)


def _readings(sample: Sample, evidence: Evidence) -> dict[int, tuple[float, float]]:
    """W and VA of every channel that may show the load."""
    found = {}
    for place, number in enumerate(sample.inputs):
        role = evidence.roles.get(number)
        if role is None or role.generates or role.stores:
            continue
        watts = sample.watts[place]
        va = apparent(sample, place, role.phase, evidence.geometry.va_share)
        if not math.isnan(watts):
            found[number] = (watts, abs(watts) if math.isnan(va) else max(va, abs(watts)))
    return found


def classify(
    edge: Edge, told: int | None, nominal: float, roles: dict[int, Role], delta: bool | None
) -> tuple[EdgeAnswer, int]:
    """What an edge is, and the channel that tells (-1 for none).

    Args:
        edge: the edge.
        told: the channel whose circuit should feed the load, None for a socket behind the grid meter.
        nominal: size of the load, W.
        roles: of all channels.
        delta: a socket lies between two lines, and up to three grid CTs see a part of the load; None: not known yet.
    """
    moved = {n for n, move in edge.moves.items() if move.low > MOVED * nominal and n in roles}
    grid = sorted((n for n in moved if roles[n].grid), key=lambda n: -edge.moves[n].low)
    circuits = sorted(moved - set(grid), key=lambda n: -edge.moves[n].low)
    if delta or (delta is None and len(grid) == 2):
        return _on_delta(edge, told, nominal, grid, circuits)
    if len(grid) > 1:
        return "disturbed", grid[1]
    first = grid[0] if grid else -1
    sized = bool(grid) and edge.moves[first].fits(nominal)
    if told is None:
        return _behind_meter(edge, nominal, first, sized, circuits)
    if told in moved:
        others = [n for n in circuits if n != told]
        if others:
            return "disturbed", others[0]
        if edge.moves[told].fits(nominal):
            return ("match", told) if sized or not grid else ("disturbed", first)
        return ("match", told) if sized else ("size", told)
    if len(circuits) == 1 and edge.moves[circuits[0]].fits(nominal):
        return "elsewhere", circuits[0]
    if circuits:
        return "disturbed", circuits[0]
    if not grid:
        return "none", -1
    return ("blind", first) if sized else ("size", first)


def _behind_meter(edge: Edge, nominal: float, first: int, sized: bool, circuits: list[int]) -> tuple[EdgeAnswer, int]:
    if len(circuits) > 1:
        return "disturbed", circuits[1]
    if first < 0:
        return ("match", circuits[0]) if circuits and edge.moves[circuits[0]].fits(nominal) else ("none", -1)
    if circuits and edge.moves[circuits[0]].fits(nominal) != sized:
        return "disturbed", circuits[0]
    return ("match" if sized else "size"), first


def _on_delta(
    edge: Edge, told: int | None, nominal: float, grid: list[int], circuits: list[int]
) -> tuple[EdgeAnswer, int]:
    if len(circuits) > 1 or (circuits and told is not None and circuits[0] != told):
        return "disturbed", next(n for n in circuits if n != told)
    seen = [*circuits, *grid]
    if not seen:
        return "none", -1
    # Between lines a CT shows between half and all of the load, by its angle to the voltage it is measured with.
    largest = max(edge.moves[n].high for n in seen)
    return ("match" if 0.4 * nominal <= largest <= 1.5 * nominal else "size"), seen[0]
