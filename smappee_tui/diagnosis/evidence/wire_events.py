"""On which wire a circuit hangs, by its load steps: what the grid's CTs did over the same seconds.

Steps of several circuits in one moment would speak for each other's wires. So all circuits' changes explain each grid
CT's changes together first (a regression that expects the configured wiring until steps teach it better), and a
circuit is judged by what the others leave unexplained. What a grid CT does anyway, in windows of the same length, is
the yardstick: the denser its life, the less one coincidence says. Hubs may be late against each other: by how much is
learnt from the steps themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.explained import MISFIT, Explained, explain, log_density, scales_of
from smappee_tui.diagnosis.evidence.flicker import EARLY, LATE
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.sums.balance import same_loads
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.evidence.watch.timeline import Array, Latest, Timeline
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireCorrelation
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.weights import LAG_CAP, LAG_DEPTH, LAG_NEARER, LAG_OTHERWISE, REWIRED, STEP_CAP

GUARD = 1
"""Samples on either side of a jump that belong to neither level: hubs do not all read in the same second."""
WINDOW = 3
"""Samples of a level."""
DELAY = GUARD + WINDOW + LATE
"""Samples that must follow the jump."""
LAGS = range(-EARLY, LATE + 1)
LONE_SECONDS = 2 * (EARLY + LATE)
"""A circuit that stepped so shortly before or after says nothing of the lag: one edge would be taken for the other."""
MOST_EVENTS = 240
"""Moments kept; the smallest go first."""
MOST_MOMENTS = 400
"""Moments between steps kept, the latest, to learn what a grid CT does anyway."""
EVERY = 3
"""Seconds between two such moments."""


@dataclass(slots=True, eq=False)
class Event:
    """One moment at which some circuit stepped."""

    number: int
    """Which second, counted from the first."""
    changes: Array
    """Lags x channels: change of every channel, W, so many seconds later; NaN where one did not report."""
    steps: dict[int, Step]
    alone: frozenset[int]
    """Of the circuits: CTs of three-phase loads whose mates stood still."""
    size: float = field(init=False)
    """Of the largest step, VA."""

    def __post_init__(self) -> None:
        self.size = max((step.size for step in self.steps.values()), default=0.0)


@dataclass(slots=True)
class WireEvents:
    """Collects moments, and scores every circuit's wire when asked."""

    events: list[Event] = field(default_factory=list)
    most_events: int = MOST_EVENTS
    most_moments: int = MOST_MOMENTS
    _moments: Latest = field(init=False)
    _waiting: list[tuple[int, dict[int, Step], frozenset[int]]] = field(default_factory=list)
    _least: float = 0.0
    """Size of the smallest of the moments kept, once there are more than enough; a smaller one would go at once."""
    _taken: int = 0
    """Rises with every change of the moments."""

    def __post_init__(self) -> None:
        self._moments = Latest(self.most_moments, len(LAGS))

    def content(self) -> tuple[object, ...]:
        """Equal for as long as the scores are."""
        return list(self.events), self._taken

    def observe(
        self, timeline: Timeline, stepped: dict[int, Step], alone: frozenset[int], begun: int, ago: int = 0
    ) -> None:
        """Take one second.

        Args:
            timeline: whose row of `ago` seconds before the newest one is that second.
            stepped: circuits whose step began `begun` seconds before it, by input.
            alone: those of them that are one CT of a three-phase load whose mates stood still.
            begun: samples.
            ago: samples.
        """
        now = timeline.count - 1 - ago
        if stepped:
            self._waiting.append((now - begun, stepped, alone))
        if self._waiting and now >= self._waiting[0][0] + DELAY:
            number, steps, lone = self._waiting.pop(0)
            full = len(self.events) >= self.most_events and max(step.size for step in steps.values()) < self._least
            changes = None if full else _changes(timeline, timeline.count - 1 - number, ago)
            if changes is not None:
                self.events.append(Event(number, changes, steps, lone))
                if len(self.events) > self.most_events:
                    sizes = [event.size for event in self.events]
                    place = sizes.index(min(sizes))
                    del self.events[place], sizes[place]
                    self._least = min(sizes)
        if (now + 1) % EVERY == 0:
            changes = _changes(timeline, DELAY + ago, ago)
            if changes is not None:
                self._moments.add(changes)
                self._taken += 1

    def export(self, wide: int) -> Array:
        """The moments between steps, of so many channels: moments x lags x channels. Steps that still wait for the
        seconds after them are lost."""
        return self._moments.table(wide)

    def restore(self, events: Sequence[Event], moments: Array) -> None:
        """Go on from what `events` and `export` gave."""
        self.events = [*events][-self.most_events :]
        for row in moments:
            self._moments.add(row)
        self._taken += 1

    def forget_before(self, number: int) -> None:
        """Drop what was before this second."""
        self.events, self._least = [event for event in self.events if event.number >= number], 0.0
        self._moments.clear()
        self._taken += 1

    def forget(self, numbers: set[int]) -> None:
        """Drop the steps of these circuits."""
        left = [replace(e, steps={n: s for n, s in e.steps.items() if n not in numbers}) for e in self.events]
        self.events, self._least = [event for event in left if event.steps], 0.0

    def forget_readings(self, columns: Sequence[int]) -> None:
        """What channels that are configured otherwise read so far explains no grid CT any more."""
        if columns:
            self.events = [replace(event, changes=_without(event.changes, columns)) for event in self.events]
            self._moments.forget(columns)
            self._taken += 1


def _without(changes: Array, columns: Sequence[int]) -> Array:
    """The same, unknown in these columns; an event may be older than the newest column."""
    known = changes.copy()
    known[:, [column for column in columns if column < known.shape[1]]] = math.nan
    return known


def _changes(timeline: Timeline, ago: int, later: int) -> Array | None:
    """Lags x channels: changes about the second `ago` before the newest one; None where that reaches too far back.

    Nothing of the seconds `later` than that which is looked at counts.
    """
    before = GUARD + WINDOW + EARLY
    rows = timeline.watts(ago - later + 1 + before, later)
    if len(rows) < ago - later + 1 + before:
        return None
    levels = rows[:-2] + rows[1:-1] + rows[2:]
    apart = 2 * GUARD + 1 + WINDOW
    change: Array = (levels[apart : apart + len(LAGS)] - levels[: len(LAGS)]) / WINDOW
    return change


@dataclass(frozen=True, slots=True)
class WireScores:
    """What the moments say, by input of the circuit."""

    correlations: dict[int, WireCorrelation]
    lone: dict[int, WireCorrelation]
    """Of CTs of three-phase loads: by steps that their mates did not share."""
    shares: dict[int, Share]
    """Of circuits that are seen by the grid CT of their configured phase and by no other."""
    seen: dict[tuple[int, int], SeenShare]
    """By grid CT and circuit."""
    rewired: list[int]
    """Seconds from which on the steps of some circuit say something else than those before, clearly."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a circuit's changes its grid CT shows, of one; negative where they are turned against each other."""

    grid: int
    value: float
    doubt: float
    """Standard deviation."""
    steps: tuple[float, ...]
    """The same from single steps, where little else moved."""


LEAST_STEP_WATTS = 150.0
CLEAR = 0.12
"""What others may have added to a step from which a share is taken, over that step."""
ELSEWHERE = 0.15
"""Of the share at home, what another grid CT may show of a circuit that is on one wire only."""
TURNED = (1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 0.25, -0.25, 4.0, -4.0)
"""What a grid CT may show of a circuit's change, of one: on its wire either way round, turned by a third, or of another
size. Were these left out, a lag that shows half of a doubled step would seem the right one."""
LEAST_PART = 2
"""Steps before and after a change of the wiring that must say so."""
TRIED = 64
"""Moments times circuits that may be asked for a new wiring before it takes more than `REWIRED`: minutes of a house."""
ALIKE_STEPS, MOSTLY_SHOWN = 0.15, 0.6
"""How far a step may differ that shows in another circuit, and how many of them must: then one feeds the other."""
LEAST_MOVE = 60.0
"""W by which a circuit must have moved between two steps to count as one."""
LEAST_SEEN = 3
"""Steps of a circuit from which on it counts that a grid CT does not show them."""
OVERLAP = 3.0
"""Moments that share their seconds count as one."""


def wire_scores(
    collected: WireEvents, timeline: Timeline, roles: dict[int, Role], geometry: Geometry, below: Mapping[int, int]
) -> WireScores:
    """Score every circuit that stepped.

    Args:
        collected: the moments.
        timeline: whose columns they are of.
        roles: by input.
        geometry: how the monitor measures.
        below: by input the circuit under which it hangs: both show the same load, and count once.
    """
    place = timeline.place
    circuits = [n for n, role in roles.items() if not role.grid and n in place]
    grid = [n for n, role in roles.items() if role.grid and n in place]
    result = WireScores({}, {}, {}, {}, [])
    events = [e for e in collected.events if any(n in roles and not roles[n].grid for n in e.steps)]
    if not circuits or not grid or not events:
        return result
    columns = [place[n] for n in circuits]
    steps_at = _table([e.changes for e in events], len(timeline.inputs))
    moments_at = collected._moments.table(len(timeline.inputs))
    now = EARLY  # the lag 0
    pairs = [
        (row, circuits.index(n), step)
        for row, event in enumerate(events)
        for n, step in event.steps.items()
        if n in roles and not roles[n].grid and n in place
    ]
    rows, mine = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    single = _single(events, pairs, circuits)
    chances = _lag_chances(steps_at, moments_at, single, columns, [place[k] for k in grid])
    late = chances.argmax(1) - EARLY
    inside = [c for c, n in enumerate(circuits) if n in below]
    # Every channel as the grid CTs' clock has it: a circuit's changes of so many seconds before.
    shift = np.clip(now - late, 0, len(LAGS) - 1)
    x, moments = (np.nan_to_num(t[:, shift, columns]) for t in (steps_at, moments_at))
    x[:, inside], moments[:, inside] = 0.0, 0.0
    weights = np.concatenate([np.ones(len(x)), np.full(len(moments), 1.0 / OVERLAP)])
    models = {
        k: explain(
            np.vstack([x, moments]) * _stands_for(circuits, roles, roles[k].phase),
            np.concatenate([steps_at[:, now, place[k]], moments_at[:, now, place[k]]]),
            weights,
            np.array([float(roles[n].flow * (roles[n].phase == roles[k].phase)) for n in circuits]),
        )
        for k in grid
    }
    del moments_at  # the largest of all, and done with
    counts = np.bincount(mine, minlength=len(circuits)).tolist()
    shadowed = _shadowed(x, mine, rows, np.array([bool(roles[n].group) for n in circuits]))
    # The sun comes and goes without a step.
    moved = ((np.abs(moments) >= LEAST_MOVE).sum(0) / OVERLAP).astype(int).tolist()
    for k, known in models.items():
        for column, n in enumerate(circuits):
            steps_of = max(counts[column], moved[column])
            if shadowed[column]:
                continue  # whatever hangs above it explains it as well
            if steps_of >= LEAST_SEEN and (not roles[n].group or roles[n].phase == roles[k].phase):
                shown, vague = float(known.shares[column]), math.sqrt(float(known.doubt[column, column]))
                result.seen[(k, n)] = SeenShare(roles[n].flow * shown, vague, steps_of)
    own = np.nan_to_num(steps_at[rows, now, np.array(columns)[mine]])
    difference = np.array([step.vars_difference for _, _, step in pairs])
    total = np.array([step.vars_sum for _, _, step in pairs])
    size = np.array([step.size for _, _, step in pairs])
    flow = np.array([roles[circuits[c]].flow for c in mine])
    grouped = np.array([bool(roles[circuits[c]].group) for c in mine])
    counted = same_loads(circuits, roles, below)[mine]
    counted[:, inside] = True
    possible = np.zeros((len(circuits), len(grid), 6), dtype=bool)
    for c, n in enumerate(circuits):
        for place_k, k in enumerate(grid):
            possible[c, place_k, range(6) if roles[n].group else _turns(geometry, roles[n], roles[k])] = True
    # Lags x steps x circuits: what the others did, each by its own lag.
    lag = np.arange(len(LAGS))[:, None, None]
    others = steps_at[rows[:, None], np.clip(lag - late, 0, len(LAGS) - 1), columns]
    others = np.nan_to_num(others, copy=False)
    others[:, counted] = 0.0
    loose = MISFIT * np.abs(others).sum(2)
    # Lags x steps x grid CTs x turns x signs of Q.
    found = np.full((len(LAGS), len(pairs), len(grid), 6, len(SIGNS)), -np.inf)
    answered = late[mine] + EARLY, np.arange(len(pairs))
    for place_k, (k, model) in enumerate(models.items()):
        left = steps_at[rows, :, place[k]].T - others @ model.shares
        doubt = np.hypot(np.sqrt(np.maximum(0.0, ((others @ model.doubt) * others).sum(2))), loose)
        nothing = log_density(left, model.scales, doubt)
        step, turn = np.nonzero(possible[mine, place_k])
        alpha = np.radians(60 * turn)
        lean = np.where(grouped[step], 1.0, np.abs(np.sin(alpha)))
        slack = 0.5 * total[step] - 0.15 * np.abs(difference[step]) + 0.12 * size[step]
        blur = np.hypot(doubt[:, step], 0.08 * size[step] + 2.0 + lean * slack)
        for place_s, sign in enumerate(SIGNS):
            predicted = flow[step] * (own[step] * np.cos(alpha) - sign * difference[step] * np.sin(alpha))
            value = log_density(left[:, step] - predicted, model.scales, blur) - nothing[:, step]
            found[:, step, place_k, turn, place_s] = np.nan_to_num(value, nan=0.0, posinf=np.inf, neginf=-np.inf)
        _note_shares(result.shares, k, circuits, roles, models, mine, flow, own, left[answered], doubt[answered])
    top = np.maximum(0.0, found.max((2, 3, 4), keepdims=True))
    # In place: a look would borrow two megabytes more, and the heap keeps what was borrowed once.
    said = np.subtract(found, top, out=found)
    np.maximum(said, -STEP_CAP, out=said)
    said -= np.maximum(-top, -STEP_CAP)
    alone = np.array([circuits[c] in events[row].alone for row, c, _ in pairs])
    for column, number in enumerate(circuits):
        its = np.flatnonzero(mine == column)
        if not len(its):
            continue
        numbers = [events[row].number for row in rows[its]]
        since = _rewired(said[late[column] + EARLY, its].reshape(len(numbers), -1), numbers, len(circuits))
        if since is not None:
            result.rewired.append(since)
        for kept, chosen in ((result.correlations, its), (result.lone, its[alone[its]])):
            if not len(chosen):
                continue
            # The lag is one for all steps of a circuit, and unknown.
            logs = said[:, chosen].sum(1) + np.log(chances[column])[:, None, None, None]
            top = logs.max(0)
            whole = (np.log(np.exp(logs - top).sum(0)) + top).tolist()
            correlation = kept.setdefault(number, WireCorrelation())
            correlation.step_count = len(chosen)
            correlation.steps = {
                (k, turn, sign): whole[place_k][turn][place_s]
                for place_k, k in enumerate(grid)
                for turn in np.flatnonzero(possible[column, place_k]).tolist()
                if kept is result.correlations or turn in _turns(geometry, roles[number], roles[k])
                for place_s, sign in enumerate(SIGNS)
            }
    return result


def _rewired(said: Array, numbers: list[int], circuits: int = 1) -> int | None:
    """The second from which on a circuit's steps fit another wire or direction than before; None where they do not.

    Args:
        said: steps x wires, ln likelihood ratios, in the order of time.
        numbers: of the seconds.
        circuits: how many are asked: the more moments of the more circuits could have been it, the clearer one must be.
    """
    count = len(numbers)
    if count < 2 * LEAST_PART:
        return None
    said = np.where(np.isfinite(said), said, -50.0)
    before = np.cumsum(said, axis=0)[LEAST_PART - 1 : count - LEAST_PART]
    after = said.sum(0) - before
    gains = before.max(1) + after.max(1) - said.sum(0).max()
    best = int(np.argmax(gains))
    tried = math.log(max(1.0, circuits * len(gains) / TRIED))
    return numbers[best + LEAST_PART] if gains[best] >= REWIRED + tried else None


def _shadowed(x: Array, mine: NDArray[np.int_], rows: NDArray[np.int_], grouped: NDArray[np.bool_]) -> list[bool]:
    """Whether most steps of each circuit show in another one as well: what it feeds, or what feeds it."""
    result = []
    for column in range(x.shape[1]):
        steps = x[rows[mine == column]]
        own = steps[:, [column]]
        same = np.abs(steps - own) < ALIKE_STEPS * np.abs(own)
        same[:, column] = False
        shown = same.mean(0).max(initial=0.0) if len(steps) else 0.0
        result.append(bool(shown >= MOSTLY_SHOWN and not grouped[column]))
    return result


def _stands_for(circuits: list[int], roles: dict[int, Role], phase: int) -> Array:
    """1 for circuits that explain a grid CT of this phase, 0 for mates of a load whose own CT there does: the CTs of a
    three-phase load move alike, and nothing would tell them apart."""
    return np.array([float(not roles[n].group or roles[n].phase == phase) for n in circuits])


def _turns(geometry: Geometry, role: Role, grid: Role) -> tuple[int, int]:
    """The turns that a load on one wire can show."""
    return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)


def _note_shares(
    kept: dict[int, Share],
    grid: int,
    circuits: list[int],
    roles: dict[int, Role],
    models: dict[int, Explained],
    mine: NDArray[np.int_],
    flow: Array,
    own: Array,
    left: Array,
    doubt: Array,
) -> None:
    """What this grid CT shows of the steps of its phase's circuits, at the lag at which it answers each."""
    largest = np.maximum(np.abs(own), np.abs(left))
    clear = (doubt + models[grid].scales[0] < CLEAR * largest) & (largest >= LEAST_STEP_WATTS) & (np.abs(own) > 20.0)
    for column, n in enumerate(circuits):
        if roles[n].phase == roles[grid].phase and (mine == column).any():
            chosen = clear & (mine == column)
            share = _share(grid, column, models, roles[n].flow, tuple(map(float, (flow * left)[chosen] / own[chosen])))
            if share is not None:
                kept[n] = share


def _table(changes: list[Array], wide: int) -> Array:
    """Moments x lags x channels, of which the first ones may have known fewer channels."""
    table = np.full((len(changes), len(LAGS), wide), math.nan)
    for row, one in enumerate(changes):
        table[row, :, : one.shape[1]] = one
    return table


def _single(
    events: list[Event], pairs: list[tuple[int, int, Step]], circuits: list[int]
) -> list[tuple[int, int, Step]]:
    """The steps that stand alone in their circuit's time."""
    when: dict[int, list[int]] = {}
    for row, circuit, _ in pairs:
        when.setdefault(circuit, []).append(events[row].number)
    return [
        (row, circuit, step)
        for row, circuit, step in pairs
        if sum(abs(other - events[row].number) <= LONE_SECONDS for other in when[circuit]) == 1
    ]


def _lag_chances(
    steps_at: Array, moments_at: Array, single: list[tuple[int, int, Step]], columns: list[int], grid: list[int]
) -> Array:
    """Circuits x lags: how probable it is that the grid CTs answer a circuit after so many seconds.

    Hubs share their lags, so what all circuits say counts for each.
    """
    fits = np.zeros((len(columns), len(LAGS)))
    scales = {k: scales_of(moments_at[:, EARLY, k]) for k in grid}
    rows, circuit = (np.array([one[part] for one in single], dtype=int) for part in (0, 1))
    own = steps_at[rows, EARLY, np.array(columns)[circuit]]
    loud = np.abs(own) >= LEAST_STEP_WATTS
    rows, circuit, own = rows[loud], circuit[loud], own[loud, None]
    best = np.zeros((len(rows), len(LAGS)))
    for k in grid:
        seen = np.nan_to_num(steps_at[rows, :, k])
        nothing = log_density(seen, scales[k], np.zeros(1))
        for turned in TURNED:
            answer = log_density(seen - turned * own, scales[k], 0.06 * np.abs(own) + 2.0)
            best = np.maximum(best, answer - nothing)
    np.add.at(fits, circuit, np.minimum(best, STEP_CAP))
    near = -LAG_NEARER * np.abs(np.arange(len(LAGS)) - EARLY)
    mine = np.minimum(fits, LAG_CAP)
    common = np.maximum((mine.sum(0) - mine.sum(0).max()) + near, -LAG_DEPTH)
    logs = common[None, :] + mine
    chances = np.exp(logs - logs.max(1, keepdims=True)) + LAG_OTHERWISE
    return np.asarray(chances / chances.sum(1, keepdims=True))


def _share(grid: int, column: int, models: dict[int, Explained], flow: int, single: tuple[float, ...]) -> Share | None:
    """The share of one circuit at the grid CT of its phase; None where another one shows it as well."""
    value = flow * float(models[grid].shares[column])
    doubt = 2.0 * math.sqrt(float(models[grid].doubt[column, column]))
    for k, model in models.items():
        other, vague = abs(float(model.shares[column])), 2.0 * math.sqrt(float(model.doubt[column, column]))
        if k != grid and other > ELSEWHERE * abs(value) + 2.0 * vague:
            return None
    return Share(grid, value, doubt, single)
