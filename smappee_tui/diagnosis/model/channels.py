"""The channels as the diagnosis sees them: who is grid, who generates, who belongs to one three-phase load."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from smappee_tui.protocol.fact import Param, fact
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.names import base_name, phase_word, suggests_storage

PHASES = 3


def phase_name(phase: int | None) -> str | None:
    """L1 to L3, as facts name a phase; None where it is not known which."""
    return None if phase is None else f"L{phase + 1}"


def told_name(name: str, number: int, most: int = 40) -> Param:
    """A channel's name as facts tell it, cut to fit a sentence; by its input where nobody named it."""
    return name[:most] or fact("findings.unnamed", input=number)


@dataclass(frozen=True, slots=True)
class Role:
    """One judged channel: its setting boiled down."""

    input: int
    phase: int
    """Configured phase 0 to 2."""
    grid: bool
    generates: bool
    stores: bool
    """A battery by role or by name: power of either sign is healthy."""
    group: str
    """Channels of one three-phase load share this; "" for a single one."""
    paired: bool = False
    """One of two CTs of one three-phase load on a delta supply, where two CTs measure all of it."""

    @property
    def flow(self) -> int:
        """-1 for production, whose positive power flows towards the grid; else 1."""
        return -1 if self.generates else 1


def _named_alike(members: list[ChannelSetting]) -> bool:
    """Whether names speak of one load: the same name each time, or each with its phase.

    "Fridge", "Fridge 2" and "Fridge 3" are three fridges.
    """
    if members[0].is_grid:
        return True
    with_phase = [bool(phase_word(member.name)) for member in members]
    return all(with_phase) or not any(with_phase)


def roles_of(settings: dict[int, ChannelSetting]) -> dict[int, Role]:
    """Boil the configuration down. Unused inputs and such without a phase are left out.

    Three channels of one role and connection whose names differ only in the phase, one on each phase, are one load;
    so are the three CTs of the grid meter whatever they are called.
    """
    used = {n: s for n, s in settings.items() if not s.unused and s.phase is not None}
    families: dict[tuple[str, str, str], list[ChannelSetting]] = {}
    for setting in used.values():
        name = "" if setting.is_grid else base_name(setting.name)
        families.setdefault((setting.role, setting.connection, name), []).append(setting)
    group_of: dict[int, str] = {}
    paired: set[int] = set()
    for key, members in families.items():
        # Several loads of one name, one after the other: cut into runs that hold each phase once.
        run: list[ChannelSetting] = []
        for setting in members:
            if any(setting.phase == other.phase for other in run):
                run = []
            run.append(setting)
            if len(run) == PHASES and _named_alike(run):
                label = f"{key[0]}/{key[1]}/{key[2]}/{run[0].input}"
                group_of.update((member.input, label) for member in run)
                run = []
        two = len(members) == 2 and {m.phase for m in members} == {0, 1} and not members[0].is_grid
        if two and _named_alike(members):
            paired.update(m.input for m in members)
    return {
        n: Role(
            input=n,
            phase=s.phase if s.phase is not None else 0,
            grid=s.is_grid,
            generates=s.produces,
            stores=s.stores or suggests_storage(s.name),
            group=group_of.get(n, ""),
            paired=n in paired,
        )
        for n, s in used.items()
    }


def phase_members(
    roles: Mapping[int, Role], below: Collection[int], phase: int
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """What is added up on one phase: its grid CTs, what generates, and what takes.

    Args:
        roles: the channels.
        below: inputs that hang under another one, and so count already.
        phase: 0 to 2.
    """
    mine = {n: role for n, role in roles.items() if role.phase == phase}
    circuits = {n: role for n, role in mine.items() if not role.grid and n not in below}
    return (
        tuple(n for n, role in mine.items() if role.grid),
        tuple(n for n, role in circuits.items() if role.generates),
        tuple(n for n, role in circuits.items() if not role.generates),
    )
