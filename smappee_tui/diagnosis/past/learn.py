"""From five-minute means to the record that the diagnosis judges from."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.geometry import STAR, Geometry
from smappee_tui.diagnosis.past.changes import Changes
from smappee_tui.diagnosis.past.grid_changes import grid_jumps, lone_jumps
from smappee_tui.diagnosis.past.links import link_of, ratios_of
from smappee_tui.diagnosis.past.record import PastRecord, PastSpan
from smappee_tui.diagnosis.past.rests import blocks_of, dark_places, signs_of, track_of
from smappee_tui.diagnosis.past.supply import supply_of
from smappee_tui.diagnosis.supply import SupplyWatch
from smappee_tui.protocol.messages import ChannelPlan, ChannelSetting


def learn(
    past: PastRecord, plan: ChannelPlan, settings: dict[int, ChannelSetting]
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
    jumps = grid_jumps(changes, grid, signed)
    supply = supply_of(past, lone_jumps(jumps))
    geometry = supply.geometry(plan)
    evidence.geometry = geometry or STAR
    evidence.signed_votes = 3 if signed else 0
    evidence.volt_noise = changes.volt_noise
    evidence.samples = len(past)
    for number, role in evidence.roles.items():
        if number in past.columns:
            evidence.tracks[number] = track_of(past, number, role, signed)
    for number in settings.keys() - evidence.roles.keys():
        _spare(evidence, past, number, signed)
    evidence.grid, dark = blocks_of(past, evidence.roles, grid, signed)
    evidence.grid.jumps = jumps
    evidence.lone_jumps = lone_jumps(jumps)
    for number, role in evidence.roles.items():
        if role.grid or number not in past.columns or not grid:
            continue
        link = link_of(changes, number, evidence.geometry, grid)
        if link is not None:
            evidence.links[number] = link
        ratios = ratios_of(changes, number, grid)
        if ratios:
            evidence.ratios[number] = ratios
    if len(past):
        nights = dark_places(past, evidence.roles) if dark else range(len(past))
        signs = {
            n: signs_of(past, n, nights if role.grid else range(len(past)))
            for n, role in evidence.roles.items()
            if n in past.columns
        }
        tops = {n: _top(past, n, role.phase) for n, role in evidence.roles.items() if n in past.columns}
        evidence.past = PastSpan(past.at[0], past.at[-1], len(past), signed, dark, signs, tops)
        evidence.first_at = past.at[0]
    return evidence, supply, geometry


def _top(past: PastRecord, number: int, phase: int) -> tuple[float, float, float]:
    place = past.busiest(number)
    if place is None:
        return 0.0, 0.0, math.nan
    column = past.columns[number]
    reactive = column.vars[place]
    return column.watts[place], 0.0 if math.isnan(reactive) else reactive, past.volts[phase][place]


def _spare(evidence: Evidence, past: PastRecord, number: int, signed: bool) -> None:
    """Inputs that nobody configured are watched for current all the same."""
    if number in past.columns:
        nobody = Role(input=number, phase=0, grid=False, generates=False, stores=False, group="")
        evidence.tracks[number] = track_of(past, number, nobody, signed)
