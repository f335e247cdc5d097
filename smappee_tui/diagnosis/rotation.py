"""One cause for many: when every CT of two phases seems to be on a wrong one, the voltage leads are exchanged."""

from __future__ import annotations

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.decide import Decision
from smappee_tui.diagnosis.judgement import ChannelVerdict, Finding
from smappee_tui.diagnosis.words import SAFETY, phase_word

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
        subject="supply",
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
        inputs=inputs,
    )
    return [finding, *(one for one in wiring if not one.inputs or not set(one.inputs) <= set(inputs))]


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
