"""The plan of a guided test: what has to be asked first, and the shortest sequence of steps that decides the rest.

What cannot be measured is asked: generation on site, and the load at hand. The steps are drawn up again after each one.
A load behind a submetered circuit proves the circuit's CT and the grid CT of that phase at one time, so circuits come
first and a phase gets a step of its own only where no circuit covers it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from smappee_tui.diagnosis.judgement import WAITING, Judgement
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.protocol.fact import Fact, fact
from smappee_tui.protocol.messages import ChannelSetting

Generation = Literal["metered", "unmetered", "none", "unknown"]
LoadKind = Literal["heater", "small-heater", "kettle", "oven", "car", "nothing"]

GENERATIONS: tuple[Generation, ...] = ("metered", "unmetered", "none", "unknown")
"""Solar, battery or generator on site: measured here, some of it not, nothing can feed in, not known."""


@dataclass(frozen=True, slots=True)
class PortableLoad:
    kind: LoadKind
    watts: float
    """Nameplate, W; 0 for none."""
    portable: bool = True
    """Can be carried from socket to socket."""


LOADS: tuple[PortableLoad, ...] = (
    PortableLoad("heater", 2000.0),
    PortableLoad("small-heater", 1000.0),
    PortableLoad("kettle", 3000.0),
    PortableLoad("oven", 0.0, False),
    PortableLoad("car", 0.0, False),
    PortableLoad("nothing", 0.0, False),
)


@dataclass(frozen=True, slots=True)
class Answers:
    generation: Generation
    load: PortableLoad = LOADS[0]


def default_answers(settings: Mapping[int, ChannelSetting], declared: Generation | None = None) -> Answers:
    """The answers that the configuration suggests.

    Args:
        settings: as configured.
        declared: what the person said at the start of the program, if anything.
    """
    if declared is not None:
        return Answers(declared)
    makes = any(setting.produces or setting.stores for setting in settings.values())
    return Answers("metered" if makes else "unknown")


Kind = Literal["circuit", "phase", "pair", "run"]
Key = tuple[Kind, int]
STEP_SECONDS = 26.0
"""A load switched on and off, with the way to it: what a practised person needs."""
RUN_SECONDS = 40.0
"""A fixed appliance that is made to run until it is judged."""
_FIXED = re.compile(
    r"heat.?pump|warmtepomp|pompe|w[äa]rmepumpe|\bev\b|car|charg|laad|lade|wallbox|borne|boiler|water.?heat|chauffe|oven"
    r"|four\b|hob|kook|cook|airco|air.?con|hvac|sauna",
    re.IGNORECASE,
)
"""Names of appliances that are wired in: there is no socket to plug a heater into."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PlanStep:
    kind: Kind
    """circuit: a load on one circuit; phase: on any socket of one phase; pair: between two lines of a delta supply;
    run: let a fixed appliance run."""
    number: int
    """Input for circuit and run, phase 0 to 2 for phase, 0 to 2 for pair."""
    input: int | None
    """The channel whose circuit feeds the load; None: some socket behind the grid meter."""
    name: str
    """Of the circuit; device text, "" for a phase, a pair, or where nobody named it."""
    decides: tuple[int, ...]
    """Open channels that it should settle."""

    @property
    def key(self) -> Key:
        """What makes it the same step after the plan is drawn up again."""
        return self.kind, self.number

    @property
    def seconds(self) -> float:
        """How long it takes, about."""
        return RUN_SECONDS if self.kind == "run" else STEP_SECONDS


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps that are left, the current one first, and what comes without any."""

    steps: tuple[PlanStep, ...]
    passive: dict[int, Fact]
    """Channels that only time can decide, and what it takes."""

    @property
    def seconds(self) -> float:
        """Time left, about."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class Board:
    """What a plan is drawn up from."""

    settings: Mapping[int, ChannelSetting]
    roles: Mapping[int, Role]
    judgement: Judgement
    delta: bool = False
    pairs_done: int = 0
    """Pairs of lines of a delta supply that carried an announced load already."""
    prove: Collection[int] = ()
    """Channels that were changed: they need a step of their own whatever watching alone would say."""

    loaded: Collection[int] = ()
    """Phases of which a socket carried the load already."""

    tested: Collection[int] = ()
    """Channels that an announced load reached."""

    def grid_phases(self) -> set[int]:
        """Phases with a grid CT."""
        return {role.phase for role in self.roles.values() if role.grid}

    def open(self, number: int) -> bool:
        """Not judged yet, or to be proved again.

        A CT of the grid meter is open until a load reached it, whatever it seems to read: behind it power may flow
        either way, and every other verdict leans on it.
        """
        verdict = self.judgement.channels.get(number)
        if number in self.prove or verdict is None or verdict.verdict in WAITING:
            return True
        return self.roles[number].grid and number not in self.tested and verdict.verdict not in ("dead", "unused")


def plan_of(board: Board, answers: Answers, done: Collection[Key] = ()) -> Plan:
    """Draw up the plan.

    Args:
        board: the channels and what is known of them.
        answers: what the person said.
        done: steps that were skipped, or tried as often as makes sense.
    """
    portable = answers.load.portable and answers.load.watts > 0
    circuits: list[PlanStep] = []
    runs: list[PlanStep] = []
    passive: dict[int, Fact] = {}
    for number, role in board.roles.items():
        if role.grid or not board.open(number):
            continue
        name = board.settings[number].name
        if role.generates:
            passive[number] = fact("guided.needs.sun")
        elif role.stores:
            passive[number] = fact("guided.needs.battery")
        elif answers.load.kind == "nothing":
            passive[number] = fact("guided.needs.own_load")
        elif portable and not role.group and not _FIXED.search(name[:LONGEST_NAME]):
            circuits.append(PlanStep("circuit", number, number, name, (number,)))
        else:
            runs.append(PlanStep("run", number, number, name, (number,)))
    left = [step for step in circuits if step.key not in done]
    grid = _pairs(board, portable) if board.delta else _phases(board, left, portable)
    if not portable:
        passive.update((n, _unloaded(answers)) for n, role in board.roles.items() if role.grid and board.open(n))
    steps = [*circuits, *grid, *runs]
    return Plan(tuple(_widened(s, board) for s in steps if s.key not in done), passive)


def _widened(step: PlanStep, board: Board) -> PlanStep:
    """Name the grid CTs that a circuit's load decides on its way."""
    if step.kind != "circuit" or board.delta:
        return step
    phase = board.roles[step.number].phase
    more = tuple(k for k, r in board.roles.items() if r.grid and r.phase == phase and board.open(k))
    return PlanStep(step.kind, step.number, step.input, step.name, (*step.decides, *more))


def _phases(board: Board, circuits: list[PlanStep], portable: bool) -> list[PlanStep]:
    if not portable:
        return []
    covered = {board.roles[step.number].phase for step in circuits}
    waiting = {role.phase: n for n, role in board.roles.items() if role.grid and board.open(n)}
    wanted = [phase for phase in waiting if phase not in covered]
    # A clamp that no load on its own phase reached sits on another one.
    lost = [phase for phase in wanted if phase in board.loaded]
    fresh = [phase for phase in wanted if phase not in board.loaded]
    if lost:
        fresh += sorted(board.grid_phases() - set(board.loaded) - set(fresh))
    steps = []
    for phase in fresh or lost:
        decides = [waiting[phase]] if phase in waiting else []
        decides += [waiting[other] for other in lost if other != phase]
        steps.append(PlanStep("phase", phase, None, "", tuple(decides)))
    return steps


def _pairs(board: Board, portable: bool) -> list[PlanStep]:
    grid = tuple(n for n, role in board.roles.items() if role.grid and board.open(n))
    if not portable or not grid:
        return []
    return [PlanStep("pair", pair, None, "", grid) for pair in range(board.pairs_done, 3)]


def _unloaded(answers: Answers) -> Fact:
    if answers.load.kind == "oven":
        return fact("guided.needs.oven")
    return fact("guided.needs.car" if answers.load.kind == "car" else "guided.needs.longer")
