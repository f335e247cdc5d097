"""From five-minute means to the record that the diagnosis judges from."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from smappee_tui.diagnosis.evidence.record import Evidence, HistorySpan
from smappee_tui.diagnosis.evidence.sums.balance import nested
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks
from smappee_tui.diagnosis.evidence.sums.shared_current import shared_currents
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare, seen_shares
from smappee_tui.diagnosis.evidence.supply import PRESENT_VOLTS, SupplyWatch
from smappee_tui.diagnosis.history.changes import Changes, correlation_of, grid_steps, lone_load_steps
from smappee_tui.diagnosis.history.intervals import IntervalColumn, IntervalHistory
from smappee_tui.diagnosis.history.sizes import ELSEWHERE, KNOWN, LEAST_SHARE, MOST_SHARE
from smappee_tui.diagnosis.history.steady_states import dark_places, signs_of, steady_states_of, track_of
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import STAR, Geometry
from smappee_tui.protocol.messages import ChannelConfig, ChannelSetting

ENOUGH_RATIOS = 12
LOADED_VA = 250.0
STILL = 0.05
"""By how much neighbouring means may differ of a load that rests, as a share."""
_STAR, _DELTA = (0.85, 1.2), (1.6, 1.87)


def supply_of(past: IntervalHistory, lone_load_steps: int) -> SupplyWatch:
    """Voltages over the whole time, and what tells star from delta.

    Args:
        past: the means.
        lone_load_steps: large changes that one of three grid CTs showed alone, which no delta supply lets happen.
    """
    watch = SupplyWatch()
    watch.samples = len(past)
    for phase, column in enumerate(past.volts):
        for volts in column:
            watch.ranges[phase].add(volts)
    filled = [sum(1 for v in column if v == v) for column in past.volts]
    watch.one_voltage = filled[0] > 0 and filled[1] == filled[2] == 0
    star, delta = _votes(past)
    watch.star_votes += star or (0 if delta else lone_load_steps)
    watch.delta_votes += delta
    return watch


VOTES = 20
"""What V·I/S of many intervals counts for."""


def _votes(past: IntervalHistory) -> tuple[int, int]:
    """Votes for star and for delta by V·I/S, of which the unit of the current is found out: one power of ten for all.

    The current is an RMS mean and S the size of a mean, so V·I/S is too large wherever a load cycles within five
    minutes, and never too small: its lower end is the true one. Below a delta's that end is a star's, whatever cycles;
    a delta's own is proved only by CTs that read the same in three intervals in a row.
    """
    rested, every = (
        _lower_end([ratio for column in past.columns.values() for ratio in _ratios(past, column, still)])
        for still in (True, False)
    )
    if rested is not None and _DELTA[0] < rested < _DELTA[1]:
        return 0, VOTES
    star = any(end is not None and _STAR[0] < end < _STAR[1] for end in (rested, every))
    return VOTES * star, 0


def _lower_end(ratios: list[float]) -> float | None:
    if len(ratios) < ENOUGH_RATIOS:
        return None
    low = sorted(ratios)[len(ratios) // 10]
    return next((low / unit for unit in (1.0, 10.0, 1000.0) if _STAR[0] < low / unit < _DELTA[1]), None)


def _ratios(past: IntervalHistory, column: IntervalColumn, still: bool) -> Iterator[float]:
    """V·I/S of one CT; of the intervals in the middle of three alike only, where asked."""
    sizes = [math.hypot(watts, reactive) for watts, reactive in zip(column.watts, column.vars, strict=True)]
    for k in range(1, len(sizes) - 1):
        size, current = sizes[k], column.current[k]
        if not (size > LOADED_VA and current > 0):
            continue
        if still and not all(abs(other - size) < STILL * size for other in (sizes[k - 1], sizes[k + 1])):
            continue
        live = [v for v in (past.volts[phase][k] for phase in range(3)) if v > PRESENT_VOLTS]
        if len(live) == 3:
            yield sum(live) / 3 * current / size


def learn(
    past: IntervalHistory, plan: ChannelConfig, settings: dict[int, ChannelSetting]
) -> tuple[Evidence, SupplyWatch, Geometry | None]:
    """Boil weeks down to one record of evidence.

    Args:
        past: the means, by input.
        plan: the configuration that they were taken under, as far as anybody knows.
        settings: its channels by input.

    Returns:
        The evidence, what the voltages did, and how the monitor measures; None where star and delta are both open.
    """
    evidence = Evidence(STAR)
    evidence.configure(settings)
    changes = Changes(past, evidence.roles)
    grid = tuple(n for n in evidence.grid_inputs if n in past.columns)
    signed = changes.signed
    load_steps = grid_steps(changes, grid, signed)
    supply = supply_of(past, lone_load_steps(load_steps))
    geometry = supply.geometry(plan)
    evidence.geometry = geometry or STAR
    evidence.signed_votes = 3 if signed else 0
    evidence.samples = len(past)
    for number, role in evidence.roles.items():
        if number in past.columns:
            evidence.tracks[number] = track_of(past, number, role, signed)
    for number in settings.keys() - evidence.roles.keys():
        _spare(evidence, past, number, signed)
    blocks = past.blocks([n for n in evidence.roles if n in past.columns])
    hosts = hosts_of(blocks, evidence.roles, evidence.geometry)
    changes.count_once(hosts)
    evidence.volt_noise = changes.volt_noise
    shares = {} if evidence.geometry.delta else shares_of(blocks, evidence.roles, hosts)
    evidence.grid, dark = steady_states_of(past, evidence.roles, grid, signed)
    evidence.grid.load_steps = load_steps
    evidence.lone_load_steps = lone_load_steps(load_steps)
    for number, role in evidence.roles.items():
        if role.grid or number not in past.columns or not grid:
            continue
        correlation = correlation_of(changes, number, evidence.geometry, grid, size_at_home(shares, evidence, number))
        if correlation is not None:
            evidence.correlations[number] = correlation
    if len(past):
        nights = dark_places(past, evidence.roles) if dark else range(len(past))
        signs = {
            n: signs_of(past, n, nights if role.grid else range(len(past)))
            for n, role in evidence.roles.items()
            if n in past.columns
        }
        tops = {n: _top(past, n, role.phase) for n, role in evidence.roles.items() if n in past.columns}
        evidence.history = HistorySpan(
            past.at[0],
            past.at[-1],
            len(past),
            signed,
            dark,
            signs,
            tops,
            blocks,
            past.night(),
            shares,
        )
        evidence.first_at = past.at[0]
    return evidence, supply, geometry


def hosts_of(blocks: Blocks, roles: dict[int, Role], geometry: Geometry) -> dict[int, int]:
    """Circuits whose current is measured twice, and the CT that holds it: a feeder's, or one round the same wire."""
    if geometry.delta:
        return {}
    shared = [one for one in shared_currents(blocks, roles, geometry) if one.kind != "grid"]
    return {**nested(blocks, roles), **{one.second: one.first for one in shared}}


def shares_of(blocks: Blocks, roles: dict[int, Role], hosts: Collection[int]) -> dict[tuple[int, int], SeenShare]:
    """How much each grid CT shows of each circuit. What is measured twice counts once: the other CT would take its part
    of what the grid CT does."""
    rest = [n for n in blocks.inputs if n not in hosts]
    return seen_shares(blocks.only(rest), {n: roles[n] for n in rest})


def size_at_home(shares: Mapping[tuple[int, int], SeenShare], evidence: Evidence, number: int) -> float:
    """What the grid CT of its phase shows of a circuit that shows on no other; 1 where that is not known well, and for
    three-phase loads, which every grid CT shows: half of one may be another phase's."""
    if evidence.roles[number].group:
        return 1.0
    home, others = 0.0, 0.0
    for (k, n), share in shares.items():
        if n == number and evidence.roles[k].phase == evidence.roles[n].phase:
            home = abs(share.value) if share.doubt < KNOWN * abs(share.value) else 0.0
        elif n == number:
            others = max(others, abs(share.value))
    return home if LEAST_SHARE < home < MOST_SHARE and others < ELSEWHERE * home else 1.0


def _top(past: IntervalHistory, number: int, phase: int) -> tuple[float, float, float]:
    place = past.busiest(number)
    if place is None:
        return 0.0, 0.0, math.nan
    column = past.columns[number]
    reactive = column.vars[place]
    return column.watts[place], 0.0 if math.isnan(reactive) else reactive, past.volts[phase][place]


def _spare(evidence: Evidence, past: IntervalHistory, number: int, signed: bool) -> None:
    """Inputs that nobody configured are watched for current all the same."""
    if number in past.columns:
        nobody = Role(input=number, phase=0, grid=False, generates=False, stores=False, group="")
        evidence.tracks[number] = track_of(past, number, nobody, signed)
