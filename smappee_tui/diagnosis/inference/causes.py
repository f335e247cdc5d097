"""Findings: what to tell, with causes grouped. A swapped pair is one finding, and so is a meter turned as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from smappee_tui.diagnosis.evidence.sums.ct_ratio import RatioFault
from smappee_tui.diagnosis.inference.decide import Decision
from smappee_tui.diagnosis.inference.verdicts import RETEST, cost, size_advice
from smappee_tui.diagnosis.judgement import AT_HOME, ISOLATE, STRAY, ChannelVerdict, Finding, Subject
from smappee_tui.diagnosis.model.channels import PHASES, Role, phase_name, told_name
from smappee_tui.diagnosis.model.weights import FIRM
from smappee_tui.protocol.fact import Fact, Param, Params, fact

LEAST_CTS, LEAST_LOADS = 2, 3
"""CTs a phase, and loads in all, that must agree: fewer may simply be a pair that somebody swapped."""


def grouped_by_rotation(
    wiring: list[Finding],
    roles: dict[int, Role],
    decisions: dict[int, Decision],
    verdicts: dict[int, ChannelVerdict],
) -> list[Finding]:
    """Replace findings of single CTs that one exchange of voltage leads explains; the others stay.

    Args:
        wiring: findings of CTs.
        roles: the channels that are judged.
        decisions: what was decided of each.
        verdicts: what is said of each.
    """
    phases = rotated_phases(roles, decisions)
    inputs = tuple(n for n, d in decisions.items() if d.verdict in STRAY and roles[n].phase in phases)
    loads = {"grid" if roles[n].grid else roles[n].group or str(n) for n in inputs}
    if len(phases) < 2 or len(loads) < LEAST_LOADS:
        return wiring
    names = tuple(phase_name(phase) for phase in sorted(phases))
    all_three = len(phases) == PHASES
    where = fact("findings.all_phases") if all_three else fact("findings.two_phases", first=names[0], second=names[1])
    finding = Finding(
        code="rotation-suspected",
        severity="fault",
        subject=Subject("supply"),
        evidence=(
            fact("evidence.none_fits", inputs=len(inputs), where=where, loads=len(loads)),
            *_first_evidence(inputs[:6], verdicts),
        ),
        confidence=min(verdicts[n].confidence for n in inputs),
        channels=inputs,
        params={"phases": names, "where": where, "safety": ISOLATE},
    )
    return [finding, *(one for one in wiring if not one.channels or not set(one.channels) <= set(inputs))]


def rotated_phases(roles: dict[int, Role], decisions: dict[int, Decision]) -> set[int]:
    """Phases of which no judged CT is where it should be. Where each one really is, an exchange leaves unsaid: the
    voltages by which it would be told are themselves exchanged."""
    moved: dict[int, int] = {}
    right: set[int] = set()
    for number, decision in decisions.items():
        role = roles.get(number)
        if role is not None and decision.verdict in STRAY:
            moved[role.phase] = moved.get(role.phase, 0) + 1
        elif role is not None and decision.verdict in AT_HOME:
            right.add(role.phase)
    return {phase for phase, count in moved.items() if count >= LEAST_CTS and phase not in right}


_CODES = {
    "reversed": "ct-reversed",
    "wrong_phase": "ct-wrong-phase",
    "wrong_phase_reversed": "ct-wrong-phase-reversed",
}


def wiring_findings(
    roles: dict[int, Role], decisions: dict[int, Decision], verdicts: dict[int, ChannelVerdict], names: dict[int, str]
) -> list[Finding]:
    """One finding a cause."""
    wrong = {n: d for n, d in decisions.items() if d.verdict in _CODES and verdicts[n].verdict == d.verdict}
    findings: list[Finding] = []
    for group in _groups(roles):
        members = [n for n in group if n in wrong]
        moved = [n for n in members if wrong[n].verdict != "reversed"]
        if 1 < len(moved) < len(members):
            members = moved  # one turned and two exchanged are two causes
        grouped = _together(group, members, roles, wrong, verdicts, names)
        if grouped is not None:
            findings.append(grouped)
            for n in grouped.channels:
                wrong.pop(n)
    findings.extend(_single(n, roles[n], wrong[n], verdicts[n], names[n]) for n in sorted(wrong))
    return findings


def _groups(roles: dict[int, Role]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for n, role in roles.items():
        if role.group:
            groups.setdefault(role.group, []).append(n)
    return list(groups.values())


def _together(
    group: list[int],
    members: list[int],
    roles: dict[int, Role],
    wrong: dict[int, Decision],
    verdicts: dict[int, ChannelVerdict],
    names: dict[int, str],
) -> Finding | None:
    """A cause that explains several CTs of one load at once."""
    kinds = {wrong[n].verdict for n in members}
    if len(members) == len(group) and kinds == {"reversed"}:
        params = {"name": told_name(names[group[0]], group[0]), "retest": RETEST, "safety": ISOLATE}
        return _group_finding("ct-all-reversed", params, members, verdicts)
    named = _named(group, members, roles, wrong, verdicts)
    if named is None:
        return None
    turned = tuple(n for n in members if wrong[n].verdict == "wrong_phase_reversed")
    moves = tuple(
        fact(
            "findings.sits_reversed" if n in turned else "findings.sits",
            input=n,
            phase=phase_name(roles[n].phase),
            there=phase_name(named[n]),
        )
        for n in members
    )
    known = tuple(
        fact("findings.set_phase", input=n, there=phase_name(named[n])) for n in members if named[n] is not None
    )
    settings: Param = known or fact("findings.set_phases_by_power_factor")
    fix = fact("findings.set_phases_and_turn" if turned else "findings.set_phases", settings=settings, turned=turned)
    name = told_name(names[group[0]], group[0])
    mend: Params = {"fix": fix, "retest": RETEST, "safety": ISOLATE}
    return _group_finding(
        "ct-swapped" if len(members) == 2 else "ct-rotated",
        {"name": name, "moves": moves, **mend, "advice": Fact("findings.move_advice", mend)},
        members,
        verdicts,
    )


def _named(
    group: list[int],
    members: list[int],
    roles: dict[int, Role],
    wrong: dict[int, Decision],
    verdicts: dict[int, ChannelVerdict],
) -> dict[int, int | None] | None:
    """Where each moved CT sits, if the moved ones have exchanged places among themselves; else None.

    Two that are wrong while the third is at home can only have exchanged, even where one of them could not be named.
    Three that are all wrong are rotated; which way round may stay open.
    """
    moved = [n for n in members if wrong[n].verdict != "reversed"]
    if len(moved) < 2 or len(moved) < len(members):
        return None
    named = {n: wrong[n].actual_phase for n in moved}
    homes = {roles[n].phase for n in moved}
    if any(phase is not None and phase not in homes for phase in named.values()):
        return None
    if len(moved) == 2:
        rest = [n for n in group if n not in moved]
        first, second = moved
        unsure = any(named[n] is None or wrong[n].phase_probable or wrong[n].confidence < FIRM for n in moved)
        if unsure and not all(verdicts[n].verdict in AT_HOME for n in rest):
            return None  # the third may be part of it: then it is a rotation
        exchanged = {first: roles[second].phase, second: roles[first].phase}
        fits = all(named[n] in (None, exchanged[n]) for n in moved)
        return dict(exchanged) if fits else None
    known = [phase for phase in named.values() if phase is not None]
    return named if len(set(known)) == len(known) else None


def _first_evidence(inputs: Sequence[int], verdicts: dict[int, ChannelVerdict]) -> tuple[Fact, ...]:
    """The strongest piece of each input."""
    found = ((n, verdicts[n].evidence) for n in inputs)
    return tuple(fact("evidence.of_input", input=n, what=pieces[0]) for n, pieces in found if pieces)


def _group_finding(code: str, params: Params, members: list[int], verdicts: dict[int, ChannelVerdict]) -> Finding:
    return Finding(
        code=code,
        severity="fault",
        subject=Subject("channel", members[0]),
        evidence=_first_evidence(members, verdicts),
        confidence=min(verdicts[n].confidence for n in members),
        channels=tuple(members),
        params=params,
    )


def _single(number: int, role: Role, decision: Decision, verdict: ChannelVerdict, name: str) -> Finding:
    return Finding(
        code=_CODES[decision.verdict],
        severity="fault",
        subject=Subject("channel", number),
        evidence=verdict.evidence,
        confidence=verdict.confidence,
        channels=(number,),
        params={
            "input": number,
            "name": told_name(name, number),
            "phase": phase_name(role.phase),
            "there": phase_name(decision.actual_phase),
            "is": verdict.title,
            "advice": verdict.advice,
            "cost": cost(decision, role),
        },
    )


_RATIO_CODES = {"dead": "ct-dead", "wrong_ratio": "ct-ratio", "half_open": "ct-half-open"}


def ratio_finding(fault: RatioFault, name: str) -> Finding:
    """A CT that reads the wrong size, or nothing."""
    return Finding(
        code=_RATIO_CODES[fault.verdict],
        severity="fault",
        subject=Subject("channel", fault.input),
        evidence=(fault.reason,),
        confidence=fault.confidence,
        channels=(fault.input,),
        params={
            "input": fault.input,
            "name": told_name(name, fault.input),
            "factor": fault.factor,
            "advice": size_advice(fault),
        },
    )
