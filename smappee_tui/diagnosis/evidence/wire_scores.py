"""On which wire a circuit hangs, by its load steps: what the grid's CTs did over the same seconds.

Steps of several circuits in one moment would speak for each other's wires. So all circuits' changes explain each grid
CT's changes together first (a regression that expects the configured wiring until steps teach it better), and a
circuit is judged by what the others leave unexplained. What a grid CT does anyway, in windows of the same length, is
the yardstick: the denser its life, the less one coincidence says. Hubs may be late against each other: by how much is
learnt from the steps themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.explained import MISFIT, Explained, explain, log_density, scales_of
from smappee_tui.diagnosis.evidence.flicker import EARLY, LATE
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.sums.balance import same_loads
from smappee_tui.diagnosis.evidence.sums.blocks import BoolArray
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.evidence.watch.timeline import Array, Timeline
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS, WireCorrelation
from smappee_tui.diagnosis.evidence.wire_events import LAGS, Event, WireEvents
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.weights import LAG_CAP, LAG_DEPTH, LAG_NEARER, LAG_OTHERWISE, REWIRED, STEP_CAP

IntArray = NDArray[np.int_]
LONE_SECONDS = 2 * (EARLY + LATE)
"""A circuit that stepped so shortly before or after says nothing of the lag: one edge would be taken for the other."""


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
MOST_AT_ONCE = 400
"""Lags times steps that are weighed at once. All of a busy day's would borrow megabytes, and the heap keeps what was
borrowed once; one lag after the other takes longer."""


@dataclass(frozen=True, slots=True)
class _Stepped:
    """Every step of every circuit, one after the other: arrays of as many."""

    steps: list[Step]
    moment: IntArray
    """Row of the table of moments."""
    circuit: IntArray
    """Column among the circuits."""
    own: Array
    """What the circuit did, W."""
    flow: Array
    """Sign of consumption of its CT, as configured."""
    grouped: BoolArray
    """It is one CT of a three-phase load."""
    alone: BoolArray
    """And its mates stood still."""
    by_circuit: list[IntArray]
    """Which of them are whose."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """What one grid CT would show of each step, were its circuit on this wire or that: arrays of as many guesses."""

    step: IntArray
    turn: IntArray
    change: Array
    """Guesses x signs of reactive power, W."""
    slack: Array
    """How badly that is known, W."""


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
    place, wide = timeline.place, len(timeline.inputs)
    circuits = [n for n, role in roles.items() if not role.grid and n in place]
    grid = [n for n, role in roles.items() if role.grid and n in place]
    result = WireScores({}, {}, {}, {}, [])
    events = [e for e in collected.events if any(n in roles and not roles[n].grid for n in e.steps)]
    if not circuits or not grid or not events:
        return result
    columns = [place[n] for n in circuits]
    table = _table([e.changes for e in events], wide)
    grid_at = {k: table[:, :, place[k]].copy() for k in grid}
    at = np.nan_to_num(table[:, :, columns], copy=False)
    del table
    stepped = _stepped(events, circuits, roles, at[:, EARLY])
    usual = {k: collected.between(wide, EARLY, place[k]) for k in grid}
    lone = _lone(events, stepped)
    answers = [(grid_at[k], usual[k]) for k in grid]
    chances = _lag_chances(at[:, EARLY], answers, stepped.moment[lone], stepped.circuit[lone])
    late = chances.argmax(1) - EARLY
    inside = [c for c, n in enumerate(circuits) if n in below]
    # Every channel as the grid CTs' clock has it: a circuit's changes of so many seconds before.
    shift = np.clip(EARLY - late, 0, len(LAGS) - 1)
    every = np.arange(len(circuits))
    x, moments = at[:, shift, every], np.nan_to_num(collected.between(wide, shift, columns), copy=False)
    x[:, inside], moments[:, inside] = 0.0, 0.0
    weights = np.concatenate([np.ones(len(x)), np.full(len(moments), 1.0 / OVERLAP)])
    models = {
        k: explain(
            np.vstack([x, moments]) * _stands_for(circuits, roles, roles[k].phase),
            np.concatenate([grid_at[k][:, EARLY], usual[k]]),
            weights,
            np.array([float(roles[n].flow * (roles[n].phase == roles[k].phase)) for n in circuits]),
        )
        for k in grid
    }
    # The sun comes and goes without a step.
    moved = ((np.abs(moments) >= LEAST_MOVE).sum(0) / OVERLAP).astype(int)
    counts = np.maximum(np.bincount(stepped.circuit, minlength=len(circuits)), moved)
    _note_seen(result.seen, circuits, roles, models, counts, _shadowed(x, stepped))
    counted = same_loads(circuits, roles, below)[stepped.circuit]
    counted[:, inside] = True
    possible = _possible(circuits, grid, roles, geometry)
    expected = [_expected(stepped, possible[:, place_k]) for place_k in range(len(grid))]
    wires, count = (len(grid), 6, len(SIGNS)), len(stepped.steps)
    said_of, said_alone = (np.zeros((len(circuits), len(LAGS), *wires)) for _ in range(2))
    answered = np.zeros((count, *wires))
    whose = (stepped.circuit == every[:, None]).astype(float)
    left, doubt = (np.zeros((len(grid), count)) for _ in range(2))
    for lags in np.array_split(np.arange(len(LAGS)), math.ceil(len(LAGS) * count / MOST_AT_ONCE)):
        # Lags x steps x circuits: what the others did, each by its own lag.
        others = at[stepped.moment[:, None], np.clip(lags[:, None, None] - late, 0, len(LAGS) - 1), every]
        others[:, counted] = 0.0
        loose = MISFIT * np.abs(others).sum(2)
        found = np.full((len(lags), count, *wires), -np.inf)
        here, step = np.nonzero(late[stepped.circuit] + EARLY == lags[:, None])
        for place_k, (k, model) in enumerate(models.items()):
            rest = grid_at[k][stepped.moment][:, lags].T - others @ model.shares
            vague = np.hypot(np.sqrt(np.maximum(0.0, ((others @ model.doubt) * others).sum(2))), loose)
            guess = expected[place_k]
            found[:, guess.step, place_k, guess.turn] = _compared(guess, model.scales, rest, vague)
            left[place_k, step], doubt[place_k, step] = rest[here, step], vague[here, step]
        said = _bounded(found)
        answered[step] = said[here, step]
        said_of[:, lags] = np.tensordot(whose, said, (1, 1))
        if stepped.alone.any():
            said_alone[:, lags] = np.tensordot(whose * stepped.alone, said, (1, 1))
    for place_k, k in enumerate(grid):
        _note_shares(result.shares, k, circuits, roles, models, stepped, left[place_k], doubt[place_k])
    for column, number in enumerate(circuits):
        its = stepped.by_circuit[column]
        if not len(its):
            continue
        numbers = [events[row].number for row in stepped.moment[its]]
        since = _rewired(answered[its].reshape(len(numbers), -1), numbers, len(circuits))
        if since is not None:
            result.rewired.append(since)
        for kept, said_by, steps in (
            (result.correlations, said_of, len(its)),
            (result.lone, said_alone, int(stepped.alone[its].sum())),
        ):
            if not steps:
                continue
            # The lag is one for all steps of a circuit, and unknown.
            logs = said_by[column] + np.log(chances[column])[:, None, None, None]
            top = logs.max(0)
            whole = (np.log(np.exp(logs - top).sum(0)) + top).tolist()
            correlation = kept.setdefault(number, WireCorrelation())
            correlation.step_count = steps
            correlation.steps = {
                (k, turn, sign): whole[place_k][turn][place_s]
                for place_k, k in enumerate(grid)
                for turn in np.flatnonzero(possible[column, place_k]).tolist()
                if kept is result.correlations or turn in _turns(geometry, roles[number], roles[k])
                for place_s, sign in enumerate(SIGNS)
            }
    return result


def _stepped(events: list[Event], circuits: list[int], roles: dict[int, Role], changes: Array) -> _Stepped:
    """All steps of these moments, with what the circuits did: moments x circuits, W."""
    column = {n: c for c, n in enumerate(circuits)}
    found = [
        (row, column[n], step) for row, event in enumerate(events) for n, step in event.steps.items() if n in column
    ]
    moment, circuit = (np.array([one[part] for one in found], dtype=int) for part in (0, 1))
    return _Stepped(
        [step for _, _, step in found],
        moment,
        circuit,
        changes[moment, circuit],
        np.array([float(roles[circuits[c]].flow) for c in circuit]),
        np.array([bool(roles[circuits[c]].group) for c in circuit], dtype=bool),
        np.array([circuits[c] in events[row].alone for row, c in zip(moment, circuit, strict=True)], dtype=bool),
        [np.flatnonzero(circuit == c) for c in range(len(circuits))],
    )


def _expected(stepped: _Stepped, possible: BoolArray) -> _Expected:
    """What a grid CT would show, by the wires that are possible there: circuits x turns."""
    step, turn = np.nonzero(possible[stepped.circuit])
    difference, total, size = (
        np.array([getattr(one, part) for one in stepped.steps]) for part in ("vars_difference", "vars_sum", "size")
    )
    alpha = np.radians(60 * turn)
    lean = np.where(stepped.grouped[step], 1.0, np.abs(np.sin(alpha)))
    slack = 0.5 * total[step] - 0.15 * np.abs(difference[step]) + 0.12 * size[step]
    change = np.stack(
        [
            stepped.flow[step] * (stepped.own[step] * np.cos(alpha) - sign * difference[step] * np.sin(alpha))
            for sign in SIGNS
        ],
        axis=1,
    )
    return _Expected(step, turn, change, 0.08 * size[step] + 2.0 + lean * slack)


def _compared(guess: _Expected, scales: Array, left: Array, doubt: Array) -> Array:
    """Lags x guesses x signs: ln of how much likelier each makes what others left unexplained than nothing does.

    Args:
        guess: what would be seen.
        scales: of what the grid CT does anyway.
        left: lags x steps, W; NaN where the grid CT did not report, which says nothing.
        doubt: of that, W.
    """
    nothing = log_density(left, scales, doubt)[:, guess.step, None]
    blur = np.hypot(doubt[:, guess.step], guess.slack)[..., None]
    ratio: Array = log_density(left[:, guess.step, None] - guess.change, scales, blur) - nothing
    ratio[np.isnan(ratio)] = 0.0
    return ratio


def _bounded(found: Array) -> Array:
    """Against the likeliest wire, or none; no step says more than `STEP_CAP`. In place."""
    top = np.maximum(0.0, found.max((2, 3, 4), keepdims=True))
    said: Array = np.subtract(found, top, out=found)
    np.maximum(said, -STEP_CAP, out=said)
    said -= np.maximum(-top, -STEP_CAP)
    return said


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


def _possible(circuits: list[int], grid: list[int], roles: dict[int, Role], geometry: Geometry) -> BoolArray:
    """Circuits x grid CTs x turns."""
    possible = np.zeros((len(circuits), len(grid), 6), dtype=bool)
    for c, n in enumerate(circuits):
        for place_k, k in enumerate(grid):
            possible[c, place_k, range(6) if roles[n].group else _turns(geometry, roles[n], roles[k])] = True
    return possible


def _shadowed(x: Array, stepped: _Stepped) -> list[bool]:
    """Whether most steps of each circuit show in another one as well: what it feeds, or what feeds it."""
    result = []
    for column in range(x.shape[1]):
        its = stepped.by_circuit[column]
        steps = x[stepped.moment[its]]
        own = steps[:, [column]]
        same = np.abs(steps - own) < ALIKE_STEPS * np.abs(own)
        same[:, column] = False
        shown = same.mean(0).max(initial=0.0) if len(steps) else 0.0
        result.append(bool(shown >= MOSTLY_SHOWN) and not stepped.grouped[its].any())
    return result


def _stands_for(circuits: list[int], roles: dict[int, Role], phase: int) -> Array:
    """1 for circuits that explain a grid CT of this phase, 0 for mates of a load whose own CT there does: the CTs of a
    three-phase load move alike, and nothing would tell them apart."""
    return np.array([float(not roles[n].group or roles[n].phase == phase) for n in circuits])


def _turns(geometry: Geometry, role: Role, grid: Role) -> tuple[int, int]:
    """The turns that a load on one wire can show."""
    return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)


def _note_seen(
    kept: dict[tuple[int, int], SeenShare],
    circuits: list[int],
    roles: dict[int, Role],
    models: dict[int, Explained],
    counts: IntArray,
    shadowed: list[bool],
) -> None:
    """What each grid CT shows of each circuit that moved so many times."""
    for k, known in models.items():
        for column, n in enumerate(circuits):
            if shadowed[column]:
                continue  # whatever hangs above it explains it as well
            if counts[column] >= LEAST_SEEN and (not roles[n].group or roles[n].phase == roles[k].phase):
                shown, vague = float(known.shares[column]), math.sqrt(float(known.doubt[column, column]))
                kept[k, n] = SeenShare(roles[n].flow * shown, vague, int(counts[column]))


def _note_shares(
    kept: dict[int, Share],
    grid: int,
    circuits: list[int],
    roles: dict[int, Role],
    models: dict[int, Explained],
    stepped: _Stepped,
    left: Array,
    doubt: Array,
) -> None:
    """What this grid CT shows of the steps of its phase's circuits, at the lag at which it answers each."""
    own = stepped.own
    largest = np.maximum(np.abs(own), np.abs(left))
    clear = (doubt + models[grid].scales[0] < CLEAR * largest) & (largest >= LEAST_STEP_WATTS) & (np.abs(own) > 20.0)
    for column, n in enumerate(circuits):
        its = stepped.by_circuit[column]
        if roles[n].phase == roles[grid].phase and len(its):
            chosen = its[clear[its]]
            single = stepped.flow[chosen] * left[chosen] / own[chosen]
            share = _share(grid, column, models, roles[n].flow, tuple(single.tolist()))
            if share is not None:
                kept[n] = share


def _table(changes: list[Array], wide: int) -> Array:
    """Moments x lags x channels, of which the first ones may have known fewer channels."""
    table = np.full((len(changes), len(LAGS), wide), math.nan)
    for row, one in enumerate(changes):
        table[row, :, : one.shape[1]] = one
    return table


def _lone(events: list[Event], stepped: _Stepped) -> IntArray:
    """Which steps stand alone in their circuit's time."""
    when: dict[int, list[int]] = {}
    numbers = [events[row].number for row in stepped.moment]
    for number, circuit in zip(numbers, stepped.circuit.tolist(), strict=True):
        when.setdefault(circuit, []).append(number)
    return np.array(
        [
            place
            for place, (number, circuit) in enumerate(zip(numbers, stepped.circuit.tolist(), strict=True))
            if sum(abs(other - number) <= LONE_SECONDS for other in when[circuit]) == 1
        ],
        dtype=int,
    )


def _lag_chances(own: Array, answers: list[tuple[Array, Array]], moment: IntArray, circuit: IntArray) -> Array:
    """Circuits x lags: how probable it is that the grid CTs answer a circuit after so many seconds.

    Hubs share their lags, so what all circuits say counts for each.

    Args:
        own: moments x circuits, W.
        answers: of each grid CT, moments x lags, and what it does anyway, W.
        moment: of each step that stands alone.
        circuit: whose it is.
    """
    fits = np.zeros((own.shape[1], len(LAGS)))
    step = own[moment, circuit]
    loud = np.abs(step) >= LEAST_STEP_WATTS
    moment, circuit, step = moment[loud], circuit[loud], step[loud, None]
    best = np.zeros((len(moment), len(LAGS)))
    for answer, usual in answers:
        scales = scales_of(usual)
        seen = np.nan_to_num(answer[moment])
        nothing = log_density(seen, scales, np.zeros(1))
        for turned in TURNED:
            likely = log_density(seen - turned * step, scales, 0.06 * np.abs(step) + 2.0)
            np.maximum(best, likely - nothing, out=best)
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
