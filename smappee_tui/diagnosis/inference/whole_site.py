"""What the whole site says beside each CT: sums, shared currents, roles, and what of it must be told.

Where two CTs contradict each other and nothing says which is wrong, neither is ever called right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from smappee_tui.diagnosis.evidence.sums.balance import Excess, PhaseSums, balances, often
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, BoolArray, FloatArray, longest, steps
from smappee_tui.diagnosis.evidence.sums.exchanged_roles import Exchange, behaviour, exchanges
from smappee_tui.diagnosis.evidence.sums.shared_current import SharedCurrent, draws, shared_currents
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.judgement import (
    FAULTS,
    ISOLATE,
    ChannelVerdict,
    Finding,
    PhaseBalance,
    Severity,
    Size,
    Subject,
)
from smappee_tui.diagnosis.model.channels import PHASES, Role, phase_name, told_name
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.weights import MOST_DOUBTFUL
from smappee_tui.protocol.fact import Fact, Param, fact

AGREES = (0.87, 1.15)
"""What the grid CT of its phase shows of a circuit's changes, as a share, where both are right."""
WITNESS_CHANGE = 150.0
"""W of such a change."""
WITNESS_CHANGES = 3


FOLLOWED, UNFOLLOWED = 0.5, 0.15
"""Share of a circuit's changes from which on a grid CT follows it, and up to which it does not."""
UNFOLLOWED_DOUBT = 0.05
"""Standard deviation of a share that is called none."""

Shares = Mapping[tuple[int, int], SeenShare]


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

    @property
    def unsure(self) -> frozenset[int]:
        """All that must not be called right."""
        return self.doubtful | self.misplaced


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of single CTs before the site is looked at as a whole."""

    explained: frozenset[int] = frozenset()
    """Known to be wrong: they are why the sums of their phases do not add up."""
    moved: Mapping[int, int] = field(default_factory=dict)
    """Known to sit on another phase, 0 to 2."""
    fine: frozenset[int] = frozenset()
    """They agree in size with others: what a circuit takes beyond its phase's supply is then no doubt of it."""


def whole_site(
    blocks: Blocks,
    roles: Mapping[int, Role],
    names: Mapping[int, str],
    geometry: Geometry,
    *,
    hides: bool = True,
    known: Known | None = None,
    night: BoolArray | None = None,
    shares: Shares | None = None,
    moving: Blocks | None = None,
) -> WholeSite:
    """Judge the site as a whole.

    Args:
        blocks: stretches at rest, or means of minutes.
        roles: the channels.
        names: of the channels, as a person gave them.
        geometry: how the monitor measures.
        hides: something may generate that no CT measures; then a negative sum is a doubt and no proof.
        known: what is known of single CTs already.
        night: which stretches are certainly night at the place; None where nobody knows.
        shares: how much each grid CT shows of each circuit, where that is known.
        moving: the same stretches with the means of CTs that did not rest, where `blocks` are of rests only.
    """
    known = known or Known()
    shared = [
        one
        for one in shared_currents(blocks if moving is None else moving, roles, geometry)
        if not _moved(one, roles, known)
    ]
    shared = [replace(one, kind="circuits") if _covers(blocks, roles, one, known) else one for one in shared]
    wrong = [one for one in shared if one.wrong or one.kind == "source" or roles[one.first].grid]
    wrong = [one for one in wrong if one.kind != "whole_phase"]
    swapped = [one for one in exchanges(blocks, roles, night) if not _told(one, wrong)]
    if geometry.delta:  # between two lines a sign alone means nothing
        swapped = [one for one in swapped if one.load is not None]
    blind = _unfollowed(roles, shares or {})
    misplaced = {n for one in wrong for n in _off_their_wire(blocks, one, blind, roles, night)}
    misplaced |= {n for one in swapped for n in (one.production, one.load) if n is not None}
    told = known.explained | misplaced
    findings = [_shared_finding(one, names, roles[one.first].grid) for one in shared if one.kind != "whole_phase"]
    findings += [_exchange_finding(one, names) for one in swapped]
    doubtful: set[int] = set()
    for finding in _blind_findings(roles, names, blind, shares or {}, told):
        findings.append(finding)
        doubtful |= set(finding.channels)
    sums = balances(blocks, roles, geometry, range(PHASES) if hides else ())
    dark = _above_by_night(blocks, roles, geometry, night) if hides else None
    for one in sums:
        if (told | doubtful) & set(one.inputs):
            continue
        unsure = [e for e in one.excess if e.input not in known.fine and (dark is None or e.input in dark)]
        for excess in unsure:
            doubtful |= _in_doubt(blocks, roles, excess)
            findings.append(_excess_finding(excess, roles, names))
        if one.balance.verdict in ("impossible", "doubtful") and not unsure:
            doubtful |= set(one.inputs) if not hides else set()
            findings.append(_balance_finding(one))
    return WholeSite(
        tuple(one.balance for one in sums), tuple(findings), frozenset(doubtful - misplaced), frozenset(misplaced)
    )


def with_doubts(
    verdicts: Mapping[int, ChannelVerdict], whole: WholeSite, fine: Collection[int]
) -> dict[int, ChannelVerdict]:
    """The verdicts with what the whole site says of them: none that it contradicts is called right.

    Args:
        verdicts: of single CTs.
        whole: what follows from all of them.
        fine: CTs that agree in size with others.
    """
    result = {}
    for n, verdict in verdicts.items():
        size: Size = "doubtful" if n in whole.doubtful else "ok" if n in fine else "unchecked"
        if verdict.verdict in ("wrong_ratio", "half_open"):
            size = "wrong"
        result[n] = replace(verdict, size=size)
        wrong = verdict.verdict in FAULTS and n not in whole.misplaced
        if n in whole.unsure and not wrong and verdict.verdict != "unused":
            title = fact("verdicts.misplaced" if n in whole.misplaced else "verdicts.doubtful")
            confidence = min(verdict.confidence, MOST_DOUBTFUL)
            result[n] = replace(
                result[n],
                verdict="inconclusive",
                title=title,
                actual_phase=None,
                confidence=confidence,
                advice=fact("advice.see_findings"),
            )
    return result


def with_known(
    balance: tuple[PhaseBalance, ...], roles: Mapping[int, Role], questioned: Collection[int]
) -> tuple[PhaseBalance, ...]:
    """The sums as they are told: a phase with a CT that is wrong, or asked about, does not add up by chance."""
    phases = {roles[n].phase for n in questioned if n in roles}
    return tuple(
        replace(one, verdict="doubtful") if one.phase in phases and one.verdict == "ok" else one for one in balance
    )


def _moved(one: SharedCurrent, roles: Mapping[int, Role], known: Known) -> bool:
    """Two grid CTs on one wire of which one is known to be on the phase of the other: that says it all."""
    pair = (one.first, one.second)
    return one.kind == "grid" and any(
        known.moved.get(n) == roles[other].phase for n, other in zip(pair, pair[::-1], strict=True)
    )


def _above_by_night(
    blocks: Blocks, roles: Mapping[int, Role], geometry: Geometry, night: BoolArray | None
) -> set[int] | None:
    """Circuits that take more than their phase brings when no sun can hide; None where nobody knows the nights."""
    if night is None or not night.any():
        return None
    return {excess.input for one in balances(blocks.when(night), roles, geometry) for excess in one.excess}


def _covers(blocks: Blocks, roles: Mapping[int, Role], one: SharedCurrent, known: Known) -> bool:
    """Whether a circuit that is as much as its whole phase is not all there is on it: then it feeds the others, or its
    clamp sits on the wire of the grid."""
    if one.kind != "whole_phase":
        return False
    here = roles[one.second].phase
    others = [n for n, r in roles.items() if n != one.second and not r.grid and r.phase == here]
    others = [n for n in others if n not in known.explained]  # those are known to sit elsewhere
    for n in others:
        watts = blocks.power(n) if n in blocks else np.zeros(0)
        loaded = np.isfinite(watts) & (np.abs(watts) > WITNESS_CHANGE)
        if n in blocks and often(blocks, loaded, longest(blocks.seconds, np.isfinite(watts))):
            return True
    return False


def _told(one: Exchange, shared: list[SharedCurrent]) -> bool:
    """A solar clamp on the wire of something else behaves as a load does, and is told as that."""
    return any(n in (pair.first, pair.second) for pair in shared for n in (one.production, one.load))


def _off_their_wire(
    blocks: Blocks,
    one: SharedCurrent,
    blind: Mapping[int, set[int]],
    roles: Mapping[int, Role],
    night: BoolArray | None,
) -> tuple[int, ...]:
    """Which of two CTs with one current sits on the wire of the other."""
    if one.kind == "grid":
        # The one whose own circuits it does not see, if the other sees its own.
        missing = [n for n in (one.first, one.second) if blind.get(n)]
        return tuple(missing) if len(missing) == 1 else (one.first, one.second)
    if one.kind == "source":
        load = draws(blocks, one.first) or behaviour(blocks, roles[one.first], night).load > 0
        return (one.first,) if load else (one.second,)
    return (one.second,)


def _unfollowed(roles: Mapping[int, Role], shares: Shares) -> dict[int, set[int]]:
    """By grid CT the circuits of its phase that neither it nor another grid CT shows."""
    found: dict[int, set[int]] = {}
    for k, n in shares:
        everywhere = [other for (_, m), other in shares.items() if m == n]
        if roles[n].phase != roles[k].phase:
            continue
        if all(abs(one.value) < UNFOLLOWED and one.doubt < UNFOLLOWED_DOUBT for one in everywhere):
            found.setdefault(k, set()).add(n)
    return found


def _blind_findings(
    roles: Mapping[int, Role],
    names: Mapping[int, str],
    blind: Mapping[int, set[int]],
    shares: Shares,
    told: Collection[int],
) -> Iterator[Finding]:
    """Grid CTs that do not show what happens on their phase, and circuits that show nowhere."""
    for k, unseen in blind.items():
        followed = {n for (g, n), share in shares.items() if g == k and abs(share.value) > FOLLOWED}
        unseen = unseen - set(told)
        if k in told or not unseen:
            continue
        made = {n for n in unseen if roles[n].generates}
        code = "grid-misses-production" if made and followed else "circuit-not-followed"
        if not followed and not made:
            code = "grid-misses-circuits"
        number = k if code != "circuit-not-followed" else min(unseen)
        inputs = tuple(sorted(made or unseen))
        yield Finding(
            code=code,
            severity="warning",
            subject=Subject("channel", number),
            evidence=tuple(
                fact("evidence.unfollowed", input=n, changes=shares[k, n].changes, grid_input=k) for n in inputs[:4]
            ),
            channels=(k, *inputs),
            params={
                "input": number,
                "name": _called(number, names),
                "inputs": inputs,
                "phase": phase_name(roles[k].phase),
                "safety": ISOLATE,
            },
        )


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


def _severity(one: SharedCurrent, on_grid: bool) -> Severity:
    """Two grid CTs also read alike where the house is one load between two phases."""
    if one.kind == "grid":
        return "warning"
    return "fault" if one.wrong else "warning" if one.kind == "source" or on_grid else "info"


def _shared_finding(one: SharedCurrent, names: Mapping[int, str], on_grid: bool) -> Finding:
    return Finding(
        code=_SHARED_CODES.get(one.kind, "same-current"),
        severity=_severity(one, on_grid),
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
