"""Faults of size, not of place: a CT that shows nothing, the wrong ratio, or a clamp that is not closed."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.evidence.record import Evidence, balanced_members
from smappee_tui.diagnosis.evidence.sums.balance import fed_unseen
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.received import Mark

SEEN = 0.45
"""Share of the announced load that counts as "this CT saw it"."""
UNSEEN = 0.06
"""Share below which it saw nothing."""
FINE = (0.72, 1.4)
"""Reads over should-read that counts as right: the tolerance of heaters and of the voltage."""
OFF_METER = 0.15
"""How far a grid CT may be off the utility's meter before it is wrong: a CT of class 1 at a tenth of its current, both
ways of rounding, and a closed clamp that is not quite clean."""
SILENT_AMPS = 0.25
ENOUGH_FOLLOWED = 3
"""Load steps (ten seconds of flicker count as one) before "no grid CT follows this circuit" means anything."""
LEAST_SAG = 0.7
"""V by which the phase of an announced load must move against the others."""
TYPICAL = (0.5, 0.25, 2.0, 4.0, 8.0)
"""Ratios between the CT types that are sold: 50 A for 100 A, 50 A for 200 A and so on."""


@dataclass(frozen=True, slots=True)
class RatioFault:
    """A fault of size of one CT."""

    input: int
    verdict: Literal["dead", "wrong_ratio", "half_open"]
    factor: float
    """What it reads over what it should."""
    confidence: float
    reason: Fact
    """What was seen."""


def ratio_faults(evidence: Evidence, placed: set[int]) -> dict[int, RatioFault]:
    """Everything that the announced edges prove about size, and grid CTs that show nothing.

    Args:
        evidence: what was seen.
        placed: channels known to sit on their own phase, either way round: only of them power tells the size.
    """
    faults: dict[int, RatioFault] = {}
    for number in evidence.roles:
        fault = _beside_meter(evidence, number) or _tested(evidence, number, number in placed)
        fault = fault or _grid_dead(evidence, number)
        if fault is None and number in placed:
            fault = _grid_tested(evidence, number)
        if fault is not None:
            faults[number] = fault
    return faults


def _beside_meter(evidence: Evidence, number: int) -> RatioFault | None:
    """A grid CT beside the utility's meter, which sees the same current and is right within a percent."""
    if not evidence.roles[number].grid or number not in evidence.witnessed or evidence.beside is None:
        return None
    one = next(one for one in evidence.beside.beside(evidence.grid_inputs) if one.input == number)
    if math.isnan(one.size) or abs(one.size - 1) <= OFF_METER:
        return None
    exact = any(abs(one.size / known - 1) < 0.06 for known in TYPICAL)
    verdict: Literal["wrong_ratio", "half_open"] = "wrong_ratio" if one.size > 1 or exact else "half_open"
    why = fact("evidence.size_beside_meter", factor=one.size, readings=evidence.beside.readings)
    return RatioFault(number, verdict, one.size, 0.99, why)


def _best_grid(evidence: Evidence, edge: TestEdge) -> float:
    """Largest share of the announced load that a grid CT saw."""
    shares = [edge.changes[k].moved / edge.nominal for k in evidence.grid_inputs if k in edge.changes]
    return max(shares, default=0.0)


def _tested(evidence: Evidence, number: int, placed: bool) -> RatioFault | None:
    """A circuit's own CT against the load announced on it, and against what the grid meter saw of it."""
    if evidence.roles[number].grid or evidence.geometry.delta:
        return None  # between two lines a load may well pass by this CT
    shares: list[float] = []
    plain: list[float] = []
    blind = 0
    home = [k for k in evidence.grid_inputs if evidence.roles[k].phase == evidence.roles[number].phase]
    for edge in evidence.edges.values():
        change = edge.changes.get(number)
        if edge.mark.input != number or change is None:
            continue
        if change.moved < UNSEEN * edge.nominal and _elsewhere(evidence, edge, number):
            continue  # another circuit's CT saw it: plugged elsewhere, or two CTs exchanged
        share = abs(change.watts) / edge.nominal
        seen = _best_grid(evidence, edge)
        if max(change.va_before, change.va_after) < UNSEEN * edge.nominal:
            blind += any(edge.changes[k].moved > SEEN * edge.nominal for k in home if k in edge.changes)
        elif 0.75 < seen < 1.35 or not evidence.grid_inputs:
            shares.append(share / seen if evidence.grid_inputs else share)
            plain.append(share)
    if blind >= 2 and not shares:
        return RatioFault(number, "dead", 0.0, 0.995, fact("evidence.edges_unseen", edges=blind))
    if len(shares) < 2 or not placed or FINE[0] < statistics.median(plain) < FINE[1]:
        return None  # against the nameplate alone it is fine: something else moved the grid
    return scaled(number, shares, fact("evidence.announced_load"))


def _elsewhere(evidence: Evidence, edge: TestEdge, number: int) -> bool:
    """Whether exactly one other circuit's CT saw the load; several at once are a three-phase load's coincidence."""
    saw = [
        n
        for n, change in edge.changes.items()
        if n != number and n in evidence.roles and not evidence.roles[n].grid and change.moved > SEEN * edge.nominal
    ]
    return len(saw) == 1


def scaled(number: int, shares: list[float], against: Fact, code: str = "evidence.reads") -> RatioFault | None:
    """The fault that these shares amount to, or None where they are within tolerance, or do not agree.

    Args:
        number: the input.
        shares: what it read over what it should have, one an observation.
        against: what it was compared with.
        code: of the fact that tells it; its parameters are `factor`, `against` and `steps`, the observations.
    """
    factor = statistics.median(shares)
    spread = max(abs(s / factor - 1) for s in shares)
    if FINE[0] < factor < FINE[1] or spread > 0.2:
        return None
    exact = any(abs(factor / known - 1) < 0.06 for known in TYPICAL)
    if factor > 1 and not exact and len(shares) < 4:
        return None  # somebody else's load in the same second looks like this
    verdict: Literal["wrong_ratio", "half_open"] = "wrong_ratio" if factor > 1 or exact else "half_open"
    return RatioFault(number, verdict, factor, 0.99, fact(code, factor=factor, against=against, steps=len(shares)))


def _grid_tested(evidence: Evidence, number: int) -> RatioFault | None:
    """A grid CT against announced loads, where circuits or the other grid CTs show that the load was as announced."""
    if not evidence.roles[number].grid or evidence.geometry.delta:
        return None
    mine: list[float] = []
    trusted = 0
    for edge in evidence.edges.values():
        change = edge.changes.get(number)
        if change is None:
            continue
        share = abs(change.watts) / edge.nominal
        others = [
            edge.changes[k].moved / edge.nominal for k in evidence.grid_inputs if k in edge.changes and k != number
        ]
        own = edge.changes.get(edge.mark.input) if edge.mark.input is not None else None
        if own is not None and 0.75 < abs(own.watts) / edge.nominal < 1.3 and share > 0.1:
            trusted += 1
        if 0.75 < max(others, default=0.0) < 1.3:
            # Another phase carried this test: its size was as announced, and so is the load elsewhere.
            trusted += share < 0.1
            continue
        if share > 0.1:
            mine.append(share)
    if len(mine) < 2 or trusted < 2:
        return None
    return scaled(number, mine, fact("evidence.announced_load"))


def _grid_dead(evidence: Evidence, number: int) -> RatioFault | None:
    """A grid CT that shows nothing while circuits on its phase draw current, or while announced loads are switched."""
    role = evidence.roles[number]
    track = evidence.tracks.get(number)
    if not role.grid or track is None or track.most_amps >= SILENT_AMPS or track.count < 20:
        return None
    drawn = [] if fed_unseen(evidence.blocks, evidence.roles) else _drawn(evidence, role)
    generating = any(r.generates and r.phase == role.phase for r in evidence.roles.values())
    if drawn and not generating:
        return RatioFault(number, "dead", 0.0, 0.985, fact("evidence.grid_silent", inputs=tuple(drawn[:4])))
    sagged = sum(
        1 for mark, sag in evidence.sags.items() if _sagged(mark, sag, role.phase) and mark not in evidence.edges
    )
    silent = [k for k in evidence.grid_inputs if (t := evidence.tracks.get(k)) is None or t.most_amps < SILENT_AMPS]
    if sagged >= 2 and silent == [number]:
        return RatioFault(number, "dead", 0.0, 0.98, fact("evidence.edges_in_voltage_only", edges=sagged))
    return None


def _drawn(evidence: Evidence, grid: Role) -> list[int]:
    """Circuits that certainly draw from this grid CT's wire: all three CTs of a balanced load, or a lone circuit that
    none of the other grid CTs follows though there was enough to follow."""
    found = []
    balanced = balanced_members(evidence)
    for n, role in evidence.roles.items():
        track = evidence.tracks.get(n)
        if role.grid or role.phase != grid.phase or role.flow < 0 or role.stores or evidence.geometry.delta:
            continue
        if track is None or track.busy < 20 or track.most_amps < 1:
            continue
        if role.group:
            if balanced.get(n) == 3:
                found.append(n)
            continue
        correlation = evidence.correlations.get(n)
        followed = max(correlation.raw().values(), default=0.0) if correlation is not None else 0.0
        if (
            correlation is not None
            and correlation.step_count + correlation.seconds / 10 >= ENOUGH_FOLLOWED
            and followed < 0.5
        ):
            found.append(n)
    return found


def _sagged(mark: Mark, sag: tuple[float, float, float], phase: int) -> bool:
    """Whether the phase's voltage answered an announced edge more than the others did."""
    direction = -1 if mark.kind == "load-on" else 1
    others = [sag[k] for k in range(3) if k != phase and sag[k] == sag[k]]
    own = sag[phase]
    return own == own and direction * (own - (sum(others) / len(others) if others else 0.0)) >= LEAST_SAG
