"""What changes only together: half of an exchange would be one mistake more than there was.

The CTs of one meter or of one three-phase load sit on a conductor each. A setting that leaves two of them on one phase,
and another phase without any, is half of something: the other half is proposed with it, a hand moves the clamp, or it
is held back until the other one is known. The same of two inputs that have each other's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from smappee_tui.diagnosis.judgement import AT_HOME
from smappee_tui.diagnosis.model.channels import roles_of
from smappee_tui.protocol.messages import ChannelSetting


class Clash(NamedTuple):
    """One input that is to be set to the phase that another one of its load has then, too."""

    input: int
    other: int
    phase: int
    """0 to 2."""
    way: Literal["wait", "move"]
    """`move`: the other one is right there, and no setting mends two clamps round one conductor; `wait`: who knows."""


def families(settings: Mapping[int, ChannelSetting]) -> tuple[tuple[int, ...], ...]:
    """Inputs of one meter, or of one load on several phases, each set to a phase of its own."""
    roles = roles_of(dict(settings))
    found: dict[str, list[int]] = {}
    for number, role in roles.items():
        if role.group:
            found.setdefault(role.group, []).append(number)
        elif role.grid or role.paired:
            found.setdefault("grid" if role.grid else f"paired/{settings[number].role}", []).append(number)
    several = (tuple(one) for one in found.values() if len(one) > 1)
    return tuple(one for one in several if len({roles[n].phase for n in one}) == len(one))


def clashes(
    family: tuple[int, ...],
    settings: Mapping[int, ChannelSetting],
    wished: Mapping[int, int],
    verdicts: Mapping[int, str],
) -> Iterator[Clash]:
    """Those of one family that must not be set as wished.

    Args:
        family: its inputs.
        settings: as configured.
        wished: by input the phase that it is to be set to, 0 to 2; it has another one now.
        verdicts: what is said of each.
    """
    todo = {n: phase for n, phase in wished.items() if n in family}
    while todo:
        then = {n: todo.get(n, settings[n].phase) for n in family}
        at_home = {n for n in family if n not in wished and verdicts.get(n) in AT_HOME}
        pairs = [(n, m) for n, phase in todo.items() for m in family if m != n and then[m] == phase]
        if not pairs:
            return
        number, other = min(pairs, key=lambda pair: pair[1] not in at_home)
        yield Clash(number, other, todo.pop(number), "move" if other in at_home else "wait")
