"""The utility's own meter beside the grid CTs: one reading names a turned, an exchanged or a wrongly rated one.

Whatever the house does, solar that no CT measures included, meter and grid CTs see one and the same current. A CT
configured on phase i that sits on wire j in direction s publishes S·cos(θ + ρ) (`model.hypotheses`), the meter tells
W = S·cos θ of that wire. So each of the six hypotheses foretells W·cos ρ - Q·sin ρ, where Q is what S leaves beside W,
of either sign, less what of it is harmonics; turns by 0 and 180 degrees need none. Beside it the meter's current must
be the CT's own, which no turn changes.

The meter may name the lines in another order than the monitor. Which of its lines is phase j's wire is one of six
orders, common to all CTs; the voltages tell it where the meter has any. It may be another house's: then no wiring
explains it, and it says nothing. Readings come late by seconds that nobody tells: the delay is the one at which the
best wiring fits best.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.witness.pairs import Pairs
from smappee_tui.diagnosis.judgement import Beside
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, PHASES, Places
from smappee_tui.diagnosis.model.weights import (
    OTHER_HOUSE_CHANCE,
    OTHER_ORDER_CHANCE,
    WITNESS_DEPTH,
    WITNESS_LEVEL_CAP,
    WITNESS_OTHER_SIZE,
    WITNESS_VOLTS_CAP,
)

ORDERS = tuple(itertools.permutations(range(PHASES)))
"""By phase of the monitor: the meter's line."""
NOISE_WATTS, NOISE_AMPS = 6.0, 0.05
"""What meter and CT differ by at no load, W and A."""
STRAIGHT = 0.015
"""Share of the apparent power by which a power may be off: errors of CT and meter."""
REACTIVE, REACTIVE_STEP = (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0), 0.2
"""Parts of what S leaves beside W that may be reactive, of either sign; the rest is harmonics, which turn with
nothing. And half of what lies between two of them."""
STRAY = 0.02
"""Chance of a reading that compares nothing: a load that came or went between the two."""
RANGE_WATTS, RANGE_AMPS = 4000.0, 18.0
"""Over which powers and currents of any house spread."""
NEAR_SIZE = 0.06
"""By how much a CT of the right size may be off, with the meter's own error."""
LEAST_SIZE_WATTS, LEAST_SIZE_AMPS = 120.0, 3.0
"""Power that a CT's size is reckoned from, and across phases current: a monitor tells it in steps of 0.1 A."""
CHANGE_SECONDS, LEAST_CHANGE, CHANGE_ANGLE = 3, 40.0, 0.35
"""Readings between which a change is looked at, the least W of one, and how much of it may be reactive."""
CHANGE_CAP, MOST_CHANGES = 3.0, 4
"""Nats of one change, and how many of them count."""
RECENT, REWIRED_EACH = 15, 3.0
"""Readings, and nats of each, by which another wiring explains the newest better than the one of all before."""
VOLT_NOISE, VOLT_SECONDS = 0.35, 8.0
"""V by which two meters' voltages wander apart, and seconds in which they wander together."""
SURELY = 6.0
"""Nats from which on it is known whether the meter is this house's."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the meter says of the grid CTs."""

    readings: int
    """How many were compared."""
    delay: float
    """Seconds by which readings are older than they arrive."""
    house: float
    """Nats for this house's meter, against any other's; negative where it is another's."""
    table: Array
    """Orders x grid CTs x hypotheses: nats, at most 0 a CT."""
    orders: Array
    """Nats of each order by itself."""
    totals: Array
    """An axis of six a grid CT: nats of a joint state, by what all lines together take; 0 where each line is told."""
    sizes: Array
    """Grid CTs x hypotheses x lines: what the CT shows of each watt; NaN where too little flowed."""
    other: float
    """Nats of "another house's", on the scale of `table`."""
    shown: tuple[float, ...]
    """Of each grid CT, mean W."""
    told: tuple[float, ...]
    """Of each of the meter's lines, mean W; NaN where it tells none."""
    pairs: Pairs
    """What was compared."""

    def scores(self, states: Places) -> Array:
        """ln likelihood of each joint state of the grid CTs."""
        if not len(states) or states.shape[1] == 0:
            return np.zeros(len(states))
        each = self._by_order(states)
        known = np.logaddexp.reduce(each, axis=0) + self.totals[tuple(states.T)]
        mixed = np.logaddexp(math.log(1 - OTHER_HOUSE_CHANCE) + known, math.log(OTHER_HOUSE_CHANCE) + self.other)
        return np.asarray(np.maximum(mixed - mixed.max(), -WITNESS_DEPTH))

    def _by_order(self, states: Places) -> Array:
        places = np.arange(states.shape[1])
        return np.asarray(self.table[:, places, states].sum(2) + self.orders[:, None])

    @property
    def order(self) -> tuple[int, ...]:
        """By phase of the monitor the meter's line, as it is most probable."""
        return ORDERS[self._best[0]]

    @cached_property
    def _best(self) -> tuple[int, tuple[int, ...], tuple[float, ...]]:
        """Place of the order, hypotheses of the grid CTs, and nats by which each is ahead of its next."""
        count = self.table.shape[1]
        states = np.array(list(itertools.product(range(COUNT), repeat=count)), dtype=int).reshape(-1, count)
        each = self._by_order(states) + self.totals[tuple(states.T)]
        order, place = np.unravel_index(int(each.argmax()), each.shape)
        top, best = each.max(0), states[place]
        ahead = [float(top.max() - top[states[:, one] != best[one]].max(initial=-math.inf)) for one in range(count)]
        return int(order), tuple(best.tolist()), tuple(ahead)

    def beside(self, grid: Sequence[int]) -> tuple[Beside, ...]:
        """Each grid CT with the line of its wire; none where the meter is another house's, or nobody can say.

        Args:
            grid: inputs of the grid CTs, in the order of the table.
        """
        if self.house < SURELY:
            return ()
        _, state, ahead = self._best
        found = []
        for place, (number, hypothesis, nats) in enumerate(zip(grid, state, ahead, strict=True)):
            line = self.order[PHASE_OF[hypothesis]]
            size = float(self.sizes[place, hypothesis, line])
            found.append(Beside(number, line, self.told[line], self.shown[place], size, clear=nats >= SURELY))
        return tuple(found)


def fit_of(pairs: Pairs, phases: Sequence[int], geometry: Geometry) -> float:
    """How well the best wiring explains the readings, nats a reading."""
    each = _logs(pairs, phases, geometry).mean(0)  # grid CTs x hypotheses x lines
    return float(each.max((1, 2)).sum() + _total_logs(pairs, phases, geometry).mean(0).max())


def _logs(pairs: Pairs, phases: Sequence[int], geometry: Geometry, sizes: Array | None = None) -> Array:
    """Readings x grid CTs x hypotheses x lines: nats.

    Args:
        pairs: what is compared.
        phases: on which the CTs are configured.
        geometry: how the monitor measures.
        sizes: grid CTs x hypotheses x lines, what a CT shows of each watt; None: all are right.
    """
    cos, sin = _turns(phases, geometry)
    size = np.ones((1, len(phases), COUNT, PHASES)) if sizes is None else sizes[None]
    meter = pairs.meter_watts[:, None, None, :]
    apparent = pairs.apparent[:, :, None, None] / size
    most = np.sqrt(np.maximum(apparent**2 - meter**2, 0.0))
    restless = pairs.restless[0][:, :, None, None] / size
    still = NOISE_WATTS**2 + pairs.steps[0] ** 2 / 3 + (STRAIGHT * apparent) ** 2 + restless**2
    noise = np.sqrt(still + (sin * most * REACTIVE_STEP) ** 2)
    shown = pairs.watts[:, :, None, None] / size
    fits = [_bell(shown - (cos * meter - sin * part * most), noise) * RANGE_WATTS for part in REACTIVE]
    fit = _known(np.mean(fits, axis=0))
    currents = pairs.amps[:, :, None, None] / size
    unsteady = pairs.restless[1][:, :, None, None] / size
    blur = np.sqrt(NOISE_AMPS**2 + (0.4 * pairs.steps[1]) ** 2 + (0.02 * currents) ** 2 + unsteady**2)
    alike = _known(_bell(currents - pairs.meter_amps[:, None, None, :], blur) * RANGE_AMPS)
    # Both tell of one current: the second tells half of what it would tell alone.
    both = fit * alike ** np.where(np.isnan(pairs.meter_watts), 1.0, 0.5)[:, None, None, :]
    return np.asarray(np.log((1 - STRAY) * both + STRAY))


def _total_logs(pairs: Pairs, phases: Sequence[int], geometry: Geometry) -> Array:
    """Readings x an axis of six a grid CT: nats of a joint state, by what all lines together take.

    Whatever a CT's turn is undone to, all of them must add up to the meter's total.
    """
    count, shape = len(phases), (COUNT,) * len(phases)
    measured = count == (2 if geometry.name == "delta-line" else 3)
    if not measured or not np.isnan(pairs.meter_watts).all() or np.isnan(pairs.total).all():
        return np.zeros((pairs.count, *shape))
    cos, sin = (turn[..., 0] for turn in _turns(phases, geometry))
    most = np.sqrt(np.maximum(pairs.apparent**2 - pairs.watts**2, 0.0))
    total = np.zeros((pairs.count, *shape))
    spread = np.zeros((pairs.count, *shape))
    for place in range(count):
        along = tuple(COUNT if axis == place else 1 for axis in range(count))
        total = total + (pairs.watts[:, place, None] * cos[place]).reshape(-1, *along)
        spread = spread + ((most[:, place, None] * sin[place]) ** 2 / 3).reshape(-1, *along)
    wide = (-1, *(1,) * count)
    noise = NOISE_WATTS**2 + pairs.steps[0] ** 2 / 3
    noise = noise + ((STRAIGHT * pairs.apparent) ** 2 + pairs.restless[0] ** 2).sum(1)
    away = total - pairs.total.reshape(wide)
    odds = _known(_bell(away, np.sqrt(spread + noise.reshape(wide))) * RANGE_WATTS)
    return np.asarray(np.log((1 - STRAY) * odds + STRAY))


def _known(odds: Array) -> Array:
    """What nobody told says nothing."""
    return np.where(np.isnan(odds), 1.0, odds)


def _turns(phases: Sequence[int], geometry: Geometry) -> tuple[Array, Array]:
    """cos ρ and sin ρ, grid CTs x hypotheses x 1."""
    rho = np.radians([[geometry.rho(phase, h) for h in range(COUNT)] for phase in phases])
    return np.cos(rho)[..., None], np.sin(rho)[..., None]


def _bell(away: Array, noise: Array) -> Array:
    return np.asarray(np.exp(-0.5 * np.minimum((away / noise) ** 2, 1000.0)) / (noise * math.sqrt(2 * math.pi)))


def _levels(watts: Array) -> NDArray[np.intp]:
    """Number of the level that each reading belongs to: readings of one state of the house say one thing."""
    key = np.rint(np.arcsinh(np.nan_to_num(watts) / 60.0) * 3.0).astype(int)
    _, number = np.unique(key, axis=0, return_inverse=True)
    return np.asarray(number, dtype=np.intp).reshape(-1)


def rewired(pairs: Pairs, phases: Sequence[int], geometry: Geometry) -> bool:
    """Whether what a grid CT shows now is of another wiring than what it showed before: its clamp was moved."""
    logs = _logs(pairs, phases, geometry)
    logs = logs.reshape(*logs.shape[:2], -1)
    now = logs[-RECENT:].mean(0)
    before = logs[:-RECENT].sum(0).argmax(1)
    held = np.take_along_axis(now, before[:, None], axis=1)[:, 0]
    return bool((now.max(1) - held > REWIRED_EACH).any())


def _by_level(logs: Array, level: NDArray[np.intp]) -> Array:
    """Levels x …: mean of each, less where there is but one reading."""
    count = np.bincount(level)
    total: Array = np.zeros((len(count), *logs.shape[1:]))
    np.add.at(total, level, logs)
    shape = (-1, *(1,) * (logs.ndim - 1))
    return np.asarray(total / count.reshape(shape) * np.where(count > 1, 1.0, 0.6).reshape(shape))


def compared(pairs: Pairs, phases: Sequence[int], geometry: Geometry, delay: float) -> Comparison:
    """What the pairs say.

    Args:
        pairs: readings beside seconds.
        phases: on which the grid CTs are configured, 0 to 2.
        geometry: how the monitor measures.
        delay: with which they were paired, s.
    """
    level = _levels(np.column_stack([pairs.meter_watts, pairs.total]) if geometry.delta else pairs.meter_watts)
    joint = _by_level(_total_logs(pairs, phases, geometry), level)
    raw_joint = joint.sum(0)
    joint -= joint.reshape(len(joint), -1).max(1).reshape(-1, *(1,) * len(phases))
    plain = _by_level(_logs(pairs, phases, geometry), level)
    sizes = _sizes(pairs, phases, geometry)
    odd = np.abs(np.nan_to_num(sizes, nan=1.0) - 1) > NEAR_SIZE
    resized = _by_level(_logs(pairs, phases, geometry, np.where(odd, sizes, 1.0)), level)
    # Each level is bounded, so that no single coincidence convicts; a wrong size is one thing for all of them.
    tops = np.maximum(plain, np.where(odd, resized, -np.inf)).max((2, 3), keepdims=True)
    capped, recapped = (np.maximum(one - tops, -WITNESS_LEVEL_CAP) for one in (plain, resized))
    better = np.where(odd, recapped.sum(0) - WITNESS_OTHER_SIZE, -np.inf)
    best = np.maximum(capped.sum(0), better)
    lines = np.array(ORDERS)[:, PHASE_OF]  # orders x hypotheses: the meter's line
    best = best + _changes(pairs, phases, geometry)
    table = np.stack([best[:, np.arange(COUNT), line] for line in lines])
    orders = np.array([0.0 if order == (0, 1, 2) else math.log(OTHER_ORDER_CHANCE) for order in ORDERS])
    orders += _orders_by_volts(pairs)
    house = _house(plain.sum(0), np.where(odd, resized.sum(0) - WITNESS_OTHER_SIZE, -np.inf)) + float(raw_joint.max())
    tops = table.max((0, 2)).sum()
    return Comparison(
        readings=pairs.count,
        delay=delay,
        house=house,
        table=table,
        orders=orders,
        totals=np.maximum(joint, -WITNESS_LEVEL_CAP).sum(0),
        sizes=sizes,
        other=float(tops - house),
        shown=tuple(_means(pairs.watts)),
        told=tuple(_means(pairs.meter_watts)),
        pairs=pairs,
    )


def _changes(pairs: Pairs, phases: Sequence[int], geometry: Geometry) -> Array:
    """Grid CTs x hypotheses x lines: nats, by how a CT's power changes while the line's does.

    What S holds beside W may be harmonics, and then power alone says little across phases; but what comes and goes, the
    sun above all, is mostly resistive, and changes a CT by cos ρ of it.
    """
    apart = CHANGE_SECONDS
    if pairs.count <= apart:
        return np.zeros((len(phases), COUNT, PHASES))
    cos, sin = _turns(phases, geometry)
    meter = (pairs.meter_watts[apart:] - pairs.meter_watts[:-apart])[:, None, None, :]
    shown = (pairs.watts[apart:] - pairs.watts[:-apart])[:, :, None, None]
    restless = (pairs.restless[0][apart:] + pairs.restless[0][:-apart])[:, :, None, None]
    noise = np.sqrt((2 * NOISE_WATTS) ** 2 + (0.03 * meter) ** 2 + (CHANGE_ANGLE * sin * meter) ** 2 + restless**2)
    logs = np.log((1 - STRAY) * RANGE_WATTS * _bell(shown - cos * meter, noise) + STRAY)
    told = (np.abs(meter) >= LEAST_CHANGE) & ~np.isnan(logs)
    best = np.where(told, logs, -np.inf).max(2, keepdims=True)
    behind = np.where(told, np.maximum(logs - np.where(np.isfinite(best), best, 0.0), -CHANGE_CAP), 0.0)
    count = told.sum(0)
    # Changes of a few seconds share theirs with the next: so many of them say no more than a few.
    total = behind.sum(0) * np.minimum(1.0, MOST_CHANGES / np.maximum(count, 1))
    return np.asarray(np.maximum(total, -WITNESS_LEVEL_CAP))


def _house(right: Array, resized: Array) -> float:
    """Nats for this house's meter: the best way to give each grid CT a line of its own, at most one of a wrong size.

    Args:
        right: grid CTs x hypotheses x lines, with CTs of the right size.
        resized: the same with those of another one.
    """
    mine, other = right.max(1), resized.max(1)
    best = -math.inf
    for lines in itertools.permutations(range(PHASES), min(len(mine), PHASES)):
        fits = [mine[place, line] for place, line in enumerate(lines)]
        gain = max((other[place, line] - fits[place] for place, line in enumerate(lines)), default=0.0)
        best = max(best, sum(fits) + max(0.0, gain))
    return float(best)


def _sizes(pairs: Pairs, phases: Sequence[int], geometry: Geometry) -> Array:
    """Grid CTs x hypotheses x lines: the median of what a CT shows of each watt of a line."""
    cos, sin = _turns(phases, geometry)
    meter = pairs.meter_watts[:, None, None, :]
    straight = (np.abs(sin) < 0.01) & (np.abs(meter) >= LEAST_SIZE_WATTS)
    ratio = np.where(straight, pairs.watts[:, :, None, None] / np.where(meter == 0, 1.0, meter) * cos, np.nan)
    # Across phases no power says it, but the current does.
    amps = pairs.meter_amps[:, None, None, :]
    carried = pairs.amps[:, :, None, None] / np.where(amps == 0, 1.0, amps)
    exact = (np.abs(sin) >= 0.01) & (amps >= 10 * pairs.steps[1]) & (amps >= LEAST_SIZE_AMPS)
    ratio = np.where(exact, carried, ratio)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all NaN: nothing flowed
        middle = np.nanmedian(ratio, axis=0)
    return np.asarray(np.where((middle > 0.1) & (middle < 10.0), middle, np.nan))


def _means(values: Array) -> list[float]:
    """Of each column; NaN where there is nothing."""
    known = ~np.isnan(values)
    count = known.sum(0)
    total = np.where(known, values, 0.0).sum(0)
    return [float(t / n) if n else math.nan for t, n in zip(total, count, strict=True)]


def _orders_by_volts(pairs: Pairs) -> Array:
    """Nats of each order, by how the voltages of monitor and meter go together."""
    known = (pairs.meter_volts > 50).all(1) & (pairs.volts > 50).all(1)
    if known.sum() < 3 * VOLT_SECONDS:
        return np.zeros(len(ORDERS))
    mine, its = pairs.volts[known], pairs.meter_volts[known]
    mine, its = mine - mine.mean(0), its - its.mean(0)
    away = ((mine[:, :, None] - its[:, None, :]) ** 2).sum(0)
    nats = -0.5 * away / VOLT_NOISE**2 / VOLT_SECONDS
    scores = np.array([sum(nats[phase, line] for phase, line in enumerate(order)) for order in ORDERS])
    return np.asarray(np.maximum(scores - scores.max(), -WITNESS_VOLTS_CAP))
