"""Findings: what to tell, with causes grouped. A swapped pair is one finding, and so is a meter turned as a whole."""

from __future__ import annotations

from smappee_tui.diagnosis.inference.advice import CONFIG_FIRST, RETEST, SAFETY, consequence, phase_word
from smappee_tui.diagnosis.inference.decide import FIRM, Decision
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding, Subject
from smappee_tui.diagnosis.model.channels import Role

LEAST_CTS, LEAST_LOADS = 2, 3
"""CTs a phase, and loads in all, that must agree: fewer may simply be a pair that somebody swapped."""
_PLACED = frozenset({"ok", "reversed"})
_MOVED = frozenset({"wrong_phase", "wrong_phase_reversed"})


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
    inputs = tuple(n for n, d in decisions.items() if d.verdict in _MOVED and roles[n].phase in phases)
    loads = {"grid" if roles[n].grid else roles[n].group or str(n) for n in inputs}
    if len(phases) < 2 or len(loads) < LEAST_LOADS:
        return wiring
    where = " and ".join(phase_word(phase) for phase in sorted(phases))
    finding = Finding(
        code="rotation-suspected",
        severity="fault",
        subject=Subject("supply"),
        title=f"Every CT on {where} seems to be on a wrong phase: suspect exchanged voltage leads",
        evidence=(
            f"All {len(inputs)} CTs on {where} that could be judged do not fit their phase, those of {len(loads)} "
            "loads alike.",
            *(f"Input {n}: {verdicts[n].evidence[0]}" for n in inputs[:6] if verdicts[n].evidence),
        ),
        advice="Check the order of the voltage leads before touching any CT: one exchange there explains them all. "
        f"{SAFETY}",
        consequence="Power on these phases is computed with another phase's voltage: about half, with wrong signs.",
        confidence=min(verdicts[n].confidence for n in inputs),
        channels=inputs,
    )
    return [finding, *(one for one in wiring if not one.channels or not set(one.channels) <= set(inputs))]


def rotated_phases(roles: dict[int, Role], decisions: dict[int, Decision]) -> set[int]:
    """Phases of which no judged CT is where it should be. Where each one really is, an exchange leaves unsaid: the
    voltages by which it would be told are themselves exchanged."""
    moved: dict[int, int] = {}
    right: set[int] = set()
    for number, decision in decisions.items():
        role = roles.get(number)
        if role is not None and decision.verdict in _MOVED:
            moved[role.phase] = moved.get(role.phase, 0) + 1
        elif role is not None and decision.verdict in _PLACED:
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
        return _group_finding(
            "ct-all-reversed",
            "All three CTs of " + _load(group, names) + " are the wrong way round",
            f"{CONFIG_FIRST}switch the 'reversed' setting of all three inputs.{RETEST} "
            f"Otherwise turn all three clamps. {SAFETY}",
            "Consumption and injection are exchanged on all phases.",
            members,
            verdicts,
        )
    named = _named(group, members, roles, wrong, verdicts)
    if named is None:
        return None
    turned = [n for n in members if wrong[n].verdict == "wrong_phase_reversed"]
    moves = ", ".join(
        f"input {n} ({phase_word(roles[n].phase)}) sits on {phase_word(named[n])}"
        + (" and is reversed" if n in turned else "")
        for n in members
    )
    settings = ", ".join(f"input {n} to {phase_word(named[n])}" for n in members if named[n] is not None)
    settings = settings or "each input to the phase on which its power factor comes near 1"
    word = "swapped" if len(members) == 2 else "rotated"
    fix = f"{CONFIG_FIRST}set the phases as the clamps sit, {settings}"
    fix += f", and switch 'reversed' of input {', '.join(map(str, turned))}" if turned else ""
    return _group_finding(
        f"ct-{word}",
        f"CTs of {_load(group, names)} are {word}: {moves}",
        f"{fix}.{RETEST} Otherwise move the clamps to their own conductors. {SAFETY}",
        "Each of these inputs is multiplied with another phase's voltage: about half, at times with a wrong sign.",
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
        if unsure and not all(verdicts[n].verdict in ("ok", "reversed") for n in rest):
            return None  # the third may be part of it: then it is a rotation
        exchanged = {first: roles[second].phase, second: roles[first].phase}
        fits = all(named[n] in (None, exchanged[n]) for n in moved)
        return dict(exchanged) if fits else None
    known = [phase for phase in named.values() if phase is not None]
    return named if len(set(known)) == len(known) else None


def _load(group: list[int], names: dict[int, str]) -> str:
    return f"'{names[group[0]][:40]}' and its phases" if len(group) > 1 else f"'{names[group[0]][:40]}'"


def _group_finding(
    code: str, title: str, advice: str, cost: str, members: list[int], verdicts: dict[int, ChannelVerdict]
) -> Finding:
    evidence = tuple(f"Input {n}: {verdicts[n].evidence[0]}" for n in members if verdicts[n].evidence)
    return Finding(
        code=code,
        severity="fault",
        subject=Subject("channel", members[0]),
        title=title,
        evidence=evidence,
        advice=advice,
        consequence=cost,
        confidence=min(verdicts[n].confidence for n in members),
        channels=tuple(members),
    )


def _single(number: int, role: Role, decision: Decision, verdict: ChannelVerdict, name: str) -> Finding:
    return Finding(
        code=_CODES[decision.verdict],
        severity="fault",
        subject=Subject("channel", number),
        title=f"Input {number} '{name[:40]}' is {verdict.title}",
        evidence=verdict.evidence,
        advice=str(verdict.advice or ""),
        consequence=consequence(decision, role),
        confidence=verdict.confidence,
        channels=(number,),
    )
