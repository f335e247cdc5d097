"""What the whole site says beside each CT: sums, shared currents, roles, and what of it must be told.

Where two CTs contradict each other and nothing says which is wrong, neither is ever called right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from smappee_tui.diagnosis.evidence.balance import Excess, PhaseSums, balances
from smappee_tui.diagnosis.evidence.blocks import Blocks, BoolArray, FloatArray, steps
from smappee_tui.diagnosis.evidence.exchanged_roles import Exchange, exchanges
from smappee_tui.diagnosis.evidence.shared_current import SharedCurrent, shared_currents
from smappee_tui.diagnosis.judgement import ISOLATE, Finding, PhaseBalance, Subject
from smappee_tui.diagnosis.model.channels import PHASES, Role, phase_name, told_name
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.protocol.fact import Fact, Param, fact

AGREES = (0.87, 1.15)
"""What the grid CT of its phase shows of a circuit's changes, as a share, where both are right."""
WITNESS_CHANGE = 150.0
"""W of such a change."""
WITNESS_CHANGES = 3


@dataclass(frozen=True, slots=True)
class WholeSite:
    """What follows from all CTs together."""

    balance: tuple[PhaseBalance, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubtful: frozenset[int] = frozenset()
    """CTs that contradict others while nothing says which is wrong: size "doubtful", verdict "inconclusive"."""
    misplaced: frozenset[int] = frozenset()
    """CTs that certainly sit round another wire than their configuration says: no phase or direction of theirs means
    anything, verdict "inconclusive"."""
    above: dict[int, Excess] = field(default_factory=dict)
    """Circuits that take more than their phase brings."""

    @property
    def unsure(self) -> frozenset[int]:
        """All that must not be called right."""
        return self.doubtful | self.misplaced


def whole_site(
    blocks: Blocks,
    roles: Mapping[int, Role],
    names: Mapping[int, str],
    geometry: Geometry,
    *,
    hides: bool = True,
    explained: Collection[int] = (),
    night: BoolArray | None = None,
) -> WholeSite:
    """Judge the site as a whole.

    Args:
        blocks: stretches at rest, or means of minutes.
        roles: the channels.
        names: of the channels, as a person gave them.
        geometry: how the monitor measures.
        hides: something may generate that no CT measures; then a negative sum is a doubt and no proof.
        explained: CTs that are known to be wrong: they are why the sums of their phases do not add up.
        night: which stretches are certainly night at the place; None where nobody knows.
    """
    sums = balances(blocks, roles, geometry, range(PHASES) if hides else ())
    shared = [one for one in shared_currents(blocks, roles, geometry) if not {one.first, one.second} & set(explained)]
    wrong = [one for one in shared if one.wrong]
    swapped = [one for one in exchanges(blocks, roles, night) if not _told(one, wrong)]
    misplaced = {n for one in wrong for n in ((one.second,) if one.kind == "production" else (one.first, one.second))}
    misplaced |= {n for one in swapped for n in (one.production, one.load) if n is not None}
    known = set(explained) | misplaced
    findings = [_shared_finding(one, names) for one in shared if one.kind != "whole_phase"]
    findings += [_exchange_finding(one, names) for one in swapped]
    doubtful: set[int] = set()
    above: dict[int, Excess] = {}
    for one in sums:
        if known & set(one.inputs):
            continue
        for excess in one.excess:
            above[excess.input] = excess
            doubtful |= _in_doubt(blocks, roles, excess)
            findings.append(_excess_finding(excess, roles, names))
        if one.balance.verdict in ("impossible", "doubtful") and not one.excess:
            doubtful |= set(one.inputs) if not hides else set()
            findings.append(_balance_finding(one))
    return WholeSite(
        tuple(one.balance for one in sums), tuple(findings), frozenset(doubtful), frozenset(misplaced), above
    )


def _told(one: Exchange, shared: list[SharedCurrent]) -> bool:
    """A solar clamp on the grid wire behaves as a load does, and is told as that."""
    return one.load is None and any(one.production in (pair.first, pair.second) for pair in shared)


def _in_doubt(blocks: Blocks, roles: Mapping[int, Role], excess: Excess) -> set[int]:
    """The circuit, and the grid CTs of its phase unless another circuit agrees with them."""
    grid = [n for n, r in roles.items() if r.grid and r.phase == excess.phase and n in blocks]
    witnesses = [n for n in witnesses_of(blocks, roles, excess.phase) if n != excess.input]
    return {excess.input, *(() if witnesses else grid)}


def witnesses_of(blocks: Blocks, roles: Mapping[int, Role], phase: int) -> Iterator[int]:
    """Circuits of a phase whose changes its grid CTs show as large, or as large with the other sign."""
    grid = [n for n, r in roles.items() if r.grid and r.phase == phase and n in blocks]
    mine = [n for n, r in roles.items() if not r.grid and r.phase == phase and n in blocks]
    for n in mine if grid else ():
        own, seen, rest = steps(blocks.power(n), blocks.sum(grid), sum_of_sizes(blocks, [k for k in mine if k != n]))
        alone = (np.abs(own) >= WITNESS_CHANGE) & (np.abs(rest) < 0.1 * np.abs(own))
        if int(alone.sum()) < WITNESS_CHANGES:
            continue
        ratio = float(np.median(np.abs(seen[alone] / own[alone])))
        if AGREES[0] < ratio < AGREES[1]:
            yield n


def sum_of_sizes(blocks: Blocks, numbers: Collection[int]) -> FloatArray:
    """Their power together, either sign counted; one that says nothing counts as 0."""
    total = np.zeros(len(blocks))
    for number in numbers:
        total = total + np.nan_to_num(np.abs(blocks.power(number)))
    return total


def _called(number: int, names: Mapping[int, str]) -> Param:
    return told_name(names.get(number, ""), number, 30)


def _balance_finding(one: PhaseSums) -> Finding:
    impossible = one.balance.verdict == "impossible"
    phase = phase_name(one.balance.phase)
    return Finding(
        code="balance-impossible" if impossible else "balance-doubtful",
        severity="warning",
        subject=Subject("phase", phase),
        evidence=(
            fact(
                "evidence.balance_seen",
                phase=phase,
                watts=-one.deepest,
                seconds=one.negative,
                share=one.negative / one.seconds if one.seconds else 0.0,
            ),
        ),
        channels=one.inputs,
        params={"phase": phase, "watts": -one.deepest, "inputs": one.inputs},
    )


def _excess_finding(excess: Excess, roles: Mapping[int, Role], names: Mapping[int, str]) -> Finding:
    grid = tuple(n for n, r in roles.items() if r.grid and r.phase == excess.phase)
    phase = phase_name(excess.phase)
    return Finding(
        code="circuit-above-supply",
        severity="warning",
        subject=Subject("channel", excess.input),
        evidence=(
            fact(
                "evidence.above_supply_seen",
                phase=phase,
                watts=excess.watts,
                supply=excess.supply,
                seconds=excess.seconds,
            ),
        ),
        channels=(excess.input, *grid),
        params={"input": excess.input, "name": _called(excess.input, names), "phase": phase, "safety": ISOLATE},
    )


_SHARED_CODES = {"grid": "same-current-grid", "production": "same-current-production"}


def _shared_finding(one: SharedCurrent, names: Mapping[int, str]) -> Finding:
    return Finding(
        code=_SHARED_CODES.get(one.kind, "same-current"),
        severity="fault" if one.wrong else "info",
        subject=Subject("channel", one.second),
        evidence=(fact("evidence.same_current_seen", changes=one.changes, seconds=one.seconds),),
        channels=(one.first, one.second),
        params={
            "input": one.second,
            "name": _called(one.second, names),
            "other": one.first,
            "other_name": _called(one.first, names),
            "safety": ISOLATE,
        },
    )


def _exchange_finding(one: Exchange, names: Mapping[int, str]) -> Finding:
    mine = one.behaviours[0]
    evidence = [_behaves(mine.input, mine.switched, mine.night)]
    params: dict[str, Param] = {"input": one.production, "name": _called(one.production, names), "safety": ISOLATE}
    if one.load is None:
        return Finding(
            code="role-doubtful",
            severity="warning",
            subject=Subject("channel", one.production),
            evidence=tuple(evidence),
            channels=(one.production,),
            params=params,
        )
    other = one.behaviours[1]
    evidence.append(fact("evidence.follows_the_sun", input=other.input))
    return Finding(
        code="roles-exchanged",
        severity="fault",
        subject=Subject("channel", one.production),
        evidence=tuple(evidence),
        channels=(one.production, one.load),
        params={**params, "other": one.load, "other_name": _called(one.load, names)},
    )


def _behaves(number: int, switched: int, night: float | None) -> Fact:
    if night:
        return fact("evidence.runs_by_night", input=number, share=night)
    if switched:
        return fact("evidence.switches_as_a_load", input=number, count=switched)
    return fact("evidence.takes_power", input=number)
