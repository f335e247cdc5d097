"""What a person types to change a simulated monitor while it runs: settings in the app, and hands at the board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.simulator.house.faults import Fault, FaultError, parse
from smappee_tui.simulator.house.meter import Connection, MountedCt, Role
from smappee_tui.simulator.monitor.virtual_monitor import Configured

VERBS = ("set", "name", "move", "turn", "break", "mend", "load", "inputs", "faults", "help")
_PHASES = {"L1": 0, "L2": 1, "L3": 2}
_ROLES: dict[str, tuple[Role, Connection]] = {
    "grid": ("CONSUMPTION", "GRID"),
    "circuit": ("CONSUMPTION", "SUBMETER"),
    "production": ("PRODUCTION", "GRID"),
    "unused": ("UNUSED", "OFF_GRID"),
}
LONGEST = 200
"""Characters of a line that are read."""


class Door(Protocol):
    """What may be done to the monitor; a `Publisher` is one."""

    @property
    def faults(self) -> tuple[Fault, ...]: ...
    @property
    def cts(self) -> tuple[MountedCt, ...]: ...
    def configure(self, number: int, change: Configured) -> None: ...
    def toggle(self, fault: str | Fault) -> bool: ...
    def inject(self, fault: str | Fault) -> Fault: ...
    def mend(self, fault: str | Fault) -> Fault: ...
    def plug_in(self, number: int | None, phase: int, watts: float) -> None: ...


def obey(line: str, door: Door) -> list[Fact]:
    """Do what a line says.

    Args:
        line: as typed; capitals do not matter but in names.
        door: the monitor.

    Returns:
        What was done, a fact a line; none for an empty line.

    Raises:
        FaultError: where it cannot be understood or done; it says what to type instead.
    """
    words = line[:LONGEST].split()
    if not words:
        return []
    verb, rest = words[0].lower(), words[1:]
    match verb:
        case "set" if len(rest) >= 2:
            return [_set(_input(rest[0]), rest[1:], door)]
        case "name" if len(rest) >= 2:
            number, called = _input(rest[0]), " ".join(rest[1:])
            door.configure(number, Configured(name=called))
            return [fact("simulate_command.renamed", input=number, name=called)]
        case "move" if len(rest) == 2:
            return [_by_hand(Fault("swapped", (_input(rest[0]), _input(rest[1]))), door)]
        case "turn" if len(rest) == 1:
            return [_by_hand(Fault("reversed", (_input(rest[0]),)), door)]
        case "break" if len(rest) == 1:
            return [fact("simulate_command.broken", fault=str(door.inject(rest[0].lower())))]
        case "mend" if len(rest) == 1:
            return [fact("simulate_command.mended", fault=str(door.mend(_as_typed(rest[0]))))]
        case "load" if len(rest) == 2:
            return [_load(rest[0], rest[1], door)]
        case "inputs" if not rest:
            return [_line(ct) for ct in door.cts]
        case "faults" if not rest:
            return [fact("simulate_command.faults", faults=tuple(map(str, door.faults)) or fact("fault.none"))]
        case "help" if not rest:
            return [Fact(f"simulate_command.control_{one}") for one in VERBS]
        case _ if verb in VERBS:
            raise FaultError(fact("simulate_command.control_shape", shape=Fact(f"simulate_command.control_{verb}")))
        case _:
            raise FaultError(fact("simulate_command.control_unknown", word=verb[:20], words=VERBS))


def _as_typed(text: str) -> Fault:
    return parse(text.lower())


def _input(word: str) -> int:
    if not word.isascii() or not word.isdigit() or len(word) > 6:
        raise FaultError(fact("simulate_command.control_no_input", word=word[:20]))
    return int(word)


def _set(number: int, words: Iterable[str], door: Door) -> Fact:
    wished: dict[str, object] = {}
    for word in words:
        if word.upper() in _PHASES:
            wished["phase"] = _PHASES[word.upper()]
        elif word.lower() in ("reversed", "normal"):
            wished["flag"] = word.lower() == "reversed"
        elif word.lower() in _ROLES:
            wished["role"], wished["connection"] = _ROLES[word.lower()]
        elif word.lower().startswith("type=") and len(word) > len("type="):
            wished["ct_type"] = word[len("type=") :]
        else:
            raise FaultError(
                fact(
                    "simulate_command.control_no_setting",
                    word=word[:20],
                    words=(*_PHASES, "normal", "reversed", *_ROLES, "type=SCT2_50A"),
                )
            )
    door.configure(number, Configured(**wished))  # type: ignore[arg-type]
    return next(_line(ct) for ct in door.cts if ct.input == number)


def _line(ct: MountedCt) -> Fact:
    """How one input is configured now."""
    role = next((word for word, both in _ROLES.items() if both == (ct.role, ct.connection)), ct.role.lower())
    return fact(
        "simulate_command.input",
        input=ct.input,
        name=ct.name,
        phase=f"L{ct.phase + 1}",
        way="reversed" if ct.flag else "normal",
        role=role,
        type=ct.ct_type,
    )


def _by_hand(fault: Fault, door: Door) -> Fact:
    if len(set(fault.inputs)) != len(fault.inputs):
        raise FaultError(fact("simulate_command.control_shape", shape=fact("simulate_command.control_move")))
    there = door.toggle(fault)
    code = "simulate_command.broken" if there else "simulate_command.mended"
    return Fact(code, {"fault": str(fault)})


def _load(where: str, watts: str, door: Door) -> Fact:
    """A load on a circuit, or on a socket of a phase that no submeter sees; 0 W takes it away."""
    try:
        size = float(watts)
    except ValueError:
        size = -1.0
    if not 0.0 <= size <= 20_000.0:
        raise FaultError(fact("simulate_command.control_no_watts", word=watts[:20]))
    phase = _PHASES.get(where.upper())
    number = None if phase is not None else _input(where)
    known = tuple(ct.input for ct in door.cts)
    if number is not None and number not in known:
        raise FaultError(fact("simulate_command.control_not_there", input=number, known=known))
    door.plug_in(number, phase or 0, size)
    return fact("simulate_command.loaded", where=where.upper(), watts=size)
