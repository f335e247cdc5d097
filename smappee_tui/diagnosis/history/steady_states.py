"""What the CTs rested at, in the form that the diagnosis takes: plateaus of each CT, resting states of the meter."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from smappee_tui.diagnosis.evidence.grid_meter import GridRecord, SteadyState
from smappee_tui.diagnosis.evidence.watch.tracks import PLATEAUS, Plateau, Track
from smappee_tui.diagnosis.history.intervals import INTERVAL, IntervalHistory
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS

LEAST_VA = 5.0
STATES = 3
"""Resting states kept for each grid CT."""
CLEAR_WATTS = 50.0
"""Power from which on a mean has a sign worth counting, W."""
DARK_WATTS = 30.0
"""All production together below this, W: night."""
ENOUGH_NIGHT = 24
"""Dark intervals (two hours) from which on only those are used for the resting states of the grid meter."""


def track_of(past: IntervalHistory, number: int, role: Role, signed: bool) -> Track:
    """One CT's weeks as a track: its distinct means, its largest current, how long it was busy."""
    column = past.columns[number]
    volts = past.volts[role.phase]
    track = Track()
    for watts, reactive, phase_volts in zip(column.watts, column.vars, volts, strict=True):
        if math.isnan(watts):
            continue
        vars_ = 0.0 if math.isnan(reactive) else reactive
        size = math.hypot(watts, vars_)
        amps = size / (phase_volts if phase_volts > 100 else NOMINAL_VOLTS)
        track.count += 1
        track.most_amps = max(track.most_amps, amps)
        track.busy += int(INTERVAL) * (amps >= 0.5)
        if size >= LEAST_VA:
            _rest(track, watts, size, amps, (1 if vars_ >= 0 else -1) if signed else 0)
    return track


def _rest(track: Track, watts: float, size: float, amps: float, sign: int) -> None:
    for plateau in track.plateaus:
        if plateau.like(watts, size) and plateau.sign == sign:
            share = INTERVAL / (plateau.seconds + INTERVAL)
            plateau.watts += share * (watts - plateau.watts)
            plateau.volt_amperes += share * (size - plateau.volt_amperes)
            plateau.amps += share * (amps - plateau.amps)
            plateau.seconds += INTERVAL
            return
    track.plateaus.append(Plateau(watts, size, amps, INTERVAL, spread=1.0, sign=sign))
    if len(track.plateaus) > PLATEAUS:
        worth = [p.volt_amperes * min(p.seconds, 6 * INTERVAL) for p in track.plateaus]
        del track.plateaus[worth.index(min(worth))]


def steady_states_of(
    past: IntervalHistory, roles: dict[int, Role], grid: tuple[int, ...], signed: bool
) -> tuple[GridRecord, bool]:
    """The distinct states of the whole grid meter; at night, where there are nights, so that no sun hides in them.

    Returns:
        The record, and whether it is of nights only.
    """
    record = GridRecord()
    makers = [n for n, r in roles.items() if r.generates and n in past.columns]
    if not grid:
        return record, False
    dark = dark_places(past, roles)
    for k in dark or range(len(past)):
        watts = tuple(past.columns[n].watts[k] for n in grid)
        reactive = tuple(past.columns[n].vars[k] for n in grid)
        if any(math.isnan(w) for w in watts):
            continue
        reactive = tuple(0.0 if math.isnan(q) else q for q in reactive)
        sizes = tuple(math.hypot(p, q) for p, q in zip(watts, reactive, strict=True))
        _keep(
            record.steady_states,
            SteadyState(
                watts=watts,
                volt_amperes=sizes,
                amps=tuple(size / NOMINAL_VOLTS for size in sizes),
                total_vars=sum(reactive) if signed else math.nan,
                generation={n: _size(past, n, k) for n in makers},
                seconds=INTERVAL,
            ),
        )
    return record, bool(dark)


def _keep(steady_states: list[SteadyState], fresh: SteadyState) -> None:
    """Keep the distinct states in which one or the other grid CT was loaded most, `STATES` of each."""
    for known in steady_states:
        if known.like(fresh):
            known.seconds += fresh.seconds
            return
    steady_states.append(fresh)
    places = range(len(fresh.watts))
    if len(steady_states) > STATES * len(places):
        best = {id(b) for place in places for b in sorted(steady_states, key=lambda b: -b.volt_amperes[place])[:STATES]}
        steady_states[:] = [b for b in steady_states if id(b) in best]


def dark_places(past: IntervalHistory, roles: dict[int, Role]) -> list[int]:
    """Places of the intervals of the night, in which nothing generates; empty where there are not `ENOUGH_NIGHT`."""
    makers = [past.columns[n].watts for n, r in roles.items() if r.generates and n in past.columns]
    found = [
        k
        for k in np.flatnonzero(past.night()).tolist()
        if sum(abs(w) for column in makers if not math.isnan(w := column[k])) < DARK_WATTS
    ]
    return found if len(found) >= ENOUGH_NIGHT else []


def signs_of(past: IntervalHistory, number: int, places: Iterable[int]) -> tuple[int, int]:
    """In how many of these intervals a CT read clearly positive, and clearly negative."""
    values = [past.columns[number].watts[k] for k in places]
    return sum(1 for w in values if w > CLEAR_WATTS), sum(1 for w in values if w < -CLEAR_WATTS)


def _size(past: IntervalHistory, number: int, place: int) -> float:
    column = past.columns[number]
    watts, reactive = column.watts[place], column.vars[place]
    return 0.0 if math.isnan(watts) else math.hypot(watts, 0.0 if math.isnan(reactive) else reactive)
