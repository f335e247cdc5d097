"""Everything seen so far, boiled down to bounded records: what the judge draws its verdicts from.

A watch fills it second by second (`evidence.collector`), or weeks of five-minute means do (`history.learn`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.evidence.flicker import Flicker
from smappee_tui.diagnosis.evidence.grid_meter import GridRecord
from smappee_tui.diagnosis.evidence.inverter_response import MOST as MOST_RESPONSES
from smappee_tui.diagnosis.evidence.inverter_response import InverterVoltageResponse
from smappee_tui.diagnosis.evidence.load_response import LoadResponse, load_response
from smappee_tui.diagnosis.evidence.pair_steps import PairSteps
from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.sums.balance import nested
from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, BoolArray
from smappee_tui.diagnosis.evidence.sums.duplicates import DuplicateCtDetector
from smappee_tui.diagnosis.evidence.sums.rests import MOST as MOST_RESTS
from smappee_tui.diagnosis.evidence.sums.rests import Rests
from smappee_tui.diagnosis.evidence.sums.shares import SeenShare
from smappee_tui.diagnosis.evidence.watch.timeline import LOOKS_BACK, Timeline
from smappee_tui.diagnosis.evidence.watch.tracks import WINDOW, Track
from smappee_tui.diagnosis.evidence.wire_correlation import WireCorrelation
from smappee_tui.diagnosis.evidence.wire_events import MOST_EVENTS, MOST_MOMENTS, WireEvents
from smappee_tui.diagnosis.evidence.wire_scores import Share, WireScores, wire_scores
from smappee_tui.diagnosis.evidence.witness.comparison import Comparison
from smappee_tui.diagnosis.evidence.witness.record import Witness
from smappee_tui.diagnosis.model.channels import Role, roles_of
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import Mark
from smappee_tui.site.sample import Sample


@dataclass(frozen=True, slots=True, eq=False)
class HistorySpan:
    """What a judgement from the past rests on."""

    first: float
    """Time stamp of the first interval, s since 1970."""
    last: float
    intervals: int
    signed: bool
    """Reactive power came with its sign, so angles are known and not only their size."""
    dark: bool
    """The grid meter's resting states are of nights only: no sun hides in them, metered or not."""
    signs: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By input: intervals of clearly positive and of clearly negative power; of grid CTs by night only where `dark`."""
    tops: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    """By input: W, var and V of its busiest interval; var 0 and V NaN where not told."""
    blocks: Blocks = field(default_factory=Blocks.empty)
    """All means of the configured inputs."""
    night: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Which of them are certainly night at the place; none where its time zone is not known."""
    shares: dict[tuple[int, int], SeenShare] = field(default_factory=dict)
    """By grid CT and circuit: how much of it that grid CT shows."""
    changed: dict[int, float] = field(default_factory=dict)
    """By input: from when on it is judged, s since 1970, because it was wired or configured otherwise before."""

    @property
    def days(self) -> float:
        """How long, days of values present."""
        return self.intervals / 288


ALIVE_AMPS = 0.3
"""Current that a grid CT must have shown once to count as alive, A."""


TOGETHER = 120
"""Seconds that are taken at once at most."""


class Reach(NamedTuple):
    """How much of each kind of evidence a record keeps: the latest, of steps the largest."""

    rests: int
    """Stretches at rest, 8 s each."""
    moments: int
    """Moments between steps, 3 s apart."""
    events: int
    """Moments at which something stepped."""
    responses: int
    """Comparisons of an inverter's power with the voltages."""
    together: int
    """Seconds that are taken at once at most; meanwhile they wait."""


FULL = Reach(MOST_RESTS, MOST_MOMENTS, MOST_EVENTS, MOST_RESPONSES, TOGETHER)
BRIEF = Reach(72, 72, 60, 60, 30)
"""Of one of many locations, each watched for minutes at a time: ten minutes in all, in a third of the room."""


class Evidence:
    """The record of one site's channels."""

    def __init__(self, geometry: Geometry, reach: Reach = FULL) -> None:
        self.geometry = geometry
        self.reach = reach
        self.roles: dict[int, Role] = {}
        self.settings: dict[int, ChannelSetting] = {}
        self.tracks: dict[int, Track] = {}
        self.timeline = Timeline(reach.together + LOOKS_BACK)
        self.rests = Rests(reach.rests)
        self.blocks = Blocks.empty()
        """The stretches at rest as they were at the last look, see `weigh`."""
        self.below: dict[int, int] = {}
        """By input the circuit under which it hangs."""
        self.wires = self._wires()
        self.flicker = Flicker()
        self.correlations: dict[int, WireCorrelation] = {}
        self.lone_correlations: dict[int, WireCorrelation] = {}
        """Of CTs of three-phase loads: steps that their mates did not share, a single-phase load on that circuit."""
        self.steps: dict[int, list[Step]] = {}
        self.grid = GridRecord()
        self.pairs = PairSteps()
        self.grid_inputs: tuple[int, ...] = ()
        self.makers: tuple[int, ...] = ()
        """Inputs of production."""
        self.recent: deque[Sample] = deque(maxlen=WINDOW)
        self.samples = 0
        self.first_at: float | None = None
        self.signed_votes = 0
        self.volt_noise = 0.4
        self.lone_tests: set[Mark] = set()
        """Marks whose edge one grid CT alone showed."""
        self.sags: dict[Mark, tuple[float, float, float]] = {}
        """What the voltages did around each mark, V: a wire's voltage answers a load even where its CT is dead."""
        self.movers: dict[tuple[int, ...], int] = {}
        """How often exactly these grid CTs moved in one step."""
        self.lone_load_steps = 0
        """Steps that one of three grid CTs saw and the others not at all: on a delta every load shows twice."""
        self.inverter_responses: dict[int, InverterVoltageResponse] = {}
        """Of generating CTs on a star supply: how their power follows the voltages."""
        self.load_responses: dict[int, LoadResponse] = {}
        """Of circuits on a star supply: how their power follows the voltages while they rest."""
        self.duplicates = DuplicateCtDetector()
        self.history: HistorySpan | None = None
        """Set where this was learnt from weeks of five-minute means instead of seconds."""
        self.marks: deque[Mark] = deque(maxlen=200)
        self.edges: dict[Mark, TestEdge] = {}
        self.shares: dict[int, Share] = {}
        """Of circuits: what the grid CT of their phase shows of their changes."""
        self.seen: dict[tuple[int, int], SeenShare] = {}
        """The same by grid CT and circuit, each with each."""
        self.witness = Witness()
        self.beside: Comparison | None = None
        """What the utility's meter says of the grid CTs, as of the last look; None without one."""
        self._scored: tuple[tuple[object, ...], WireScores] | None = None

    def _wires(self) -> WireEvents:
        return WireEvents(most_events=self.reach.events, most_moments=self.reach.moments)

    def alone_on_star(self, enough: int) -> bool:
        """Whether so many steps were on one grid CT alone, and none of the three is dead: a load between two lines
        of a delta supply is alone on one where the other's CT shows nothing."""
        alive = [(t := self.tracks.get(k)) is not None and t.most_amps >= ALIVE_AMPS for k in self.grid_inputs]
        return self.lone_load_steps >= enough and len(alive) == 3 and all(alive)

    @property
    def signed(self) -> bool:
        """The total reactive power was seen clearly negative, more than once: it is a signed sum."""
        return self.signed_votes >= 3

    @property
    def witnessed(self) -> frozenset[int]:
        """Grid CTs of which the utility's meter says where they sit, whatever else was seen."""
        found = self.beside.beside(self.grid_inputs) if self.beside is not None else ()
        return frozenset(one.input for one in found if one.clear)

    def mark(self, mark: Mark) -> None:
        """Take the operator's word."""
        self.marks.append(mark)

    def configure(self, settings: dict[int, ChannelSetting]) -> None:
        """Take a configuration. Channels whose phase, direction, role or CT type changed lose their evidence; one that
        bears another's name now, the tests of the circuit that it was called after."""
        if settings is self.settings:
            return
        fresh = roles_of(settings)
        changed = {
            n
            for n in fresh.keys() | self.roles.keys()
            if fresh.get(n) != self.roles.get(n)
            or (n in settings and n in self.settings and _measures_otherwise(self.settings[n], settings[n]))
        }
        names = {setting.name for setting in self.settings.values()}
        renamed = {
            n
            for n, setting in settings.items()
            if n in self.settings and setting.name != self.settings[n].name and setting.name in names
        }
        self.edges = {mark: edge for mark, edge in self.edges.items() if mark.input not in renamed}
        grid = tuple(sorted(n for n, role in fresh.items() if role.grid))
        self.forget(changed)
        columns = [column for n, column in self.timeline.place.items() if n in changed]
        self.timeline.forget(columns)
        self.wires.forget_readings(columns)
        if changed & set(grid):
            self.witness.forget()
        if grid != self.grid_inputs:
            self.grid, self.pairs = GridRecord(), PairSteps()
            self.wires, self.movers = self._wires(), {}
        self.roles, self.settings, self.grid_inputs = fresh, settings, grid
        self.makers = tuple(n for n, role in fresh.items() if role.generates and not role.grid)
        self.flicker.configure(tuple(n for n, role in fresh.items() if not role.grid), grid)

    def weigh(self) -> None:
        """Work out what steps and flicker say of every circuit's wire, from what was collected so far."""
        if self.history is not None:
            return
        blocks = self.rests.blocks(self.timeline.inputs)
        if blocks is not self.blocks:
            self.blocks = blocks
            self._follow_voltages()
        self.beside = self.witness.comparison(self.roles, self.grid_inputs, self.geometry)
        used = {n: role for n, role in self.roles.items() if n in self.blocks}
        self.below = nested(self.blocks, used)
        steps = self._steps_scored()
        if steps.rewired:
            self.start_anew(max(steps.rewired))
            steps = self._steps_scored()
        self.correlations = {n: replace(one) for n, one in steps.correlations.items()}
        self.lone_correlations = steps.lone
        self.shares, self.seen = steps.shares, steps.seen
        for number, (seconds, scores) in self.flicker.scores(self.roles, self.geometry).items():
            correlation = self.correlations.setdefault(number, WireCorrelation())
            correlation.seconds, correlation.flicker = seconds, scores

    def _follow_voltages(self) -> None:
        self.load_responses = {}
        if self.geometry.name != "star" or not len(self.blocks) or (self.recent and self.recent[-1].one_voltage):
            return
        volts = self.rests.volts()
        for number, role in self.roles.items():
            if number in self.blocks and not (role.grid or role.group or role.generates or role.stores):
                response = load_response(self.blocks.at, self.blocks.power(number), volts, role.phase)
                if response is not None:
                    self.load_responses[number] = response

    def _steps_scored(self) -> WireScores:
        """What steps say, worked out again where another one came, or another moment to measure them by."""
        made_of = self.wires.content(), self.roles, self.timeline.inputs, self.geometry, self.below
        if self._scored is None or self._scored[0] != made_of:
            self._scored = made_of, wire_scores(self.wires, self.timeline, self.roles, self.geometry, self.below)
        return self._scored[1]

    def start_anew(self, second: int) -> None:
        """A clamp was moved while one watches: whatever was seen before is of another wiring.

        Which clamp it was, steps alone do not say: a circuit's or the grid CT's. So all is judged anew.
        """
        self.wires.forget_before(second)
        self.flicker.forget(set(self.flicker.circuits))
        self.rests.clear()
        self.blocks, self.below = Blocks.empty(self.timeline.inputs), {}
        self.grid, self.pairs = GridRecord(), PairSteps()
        self.movers, self.duplicates = {}, DuplicateCtDetector()
        self.edges, self.lone_tests, self.sags = {}, set(), {}
        for track in self.tracks.values():
            track.plateaus.clear()
            track.running = [0.0] * 4

    def forget(self, numbers: set[int]) -> None:
        """Drop what was seen of these channels: they are configured otherwise now, or their clamps were moved."""
        self.duplicates.forget(numbers)
        self.wires.forget(numbers)
        self.flicker.forget(numbers)
        self.rests.forget([column for n, column in self.timeline.place.items() if n in numbers])
        for n in numbers:
            for records in (
                self.tracks,
                self.steps,
                self.inverter_responses,
                self.grid.load_steps,
            ):
                records.pop(n, None)
            for edge in self.edges.values():
                edge.changes.pop(n, None)
        self.edges = {mark: edge for mark, edge in self.edges.items() if mark.input not in numbers}
        if numbers & set(self.grid_inputs):
            self.pairs = PairSteps()
            self.grid.steady_states.clear()  # what all grid CTs showed together
            self.wires, self.movers = self._wires(), {}


def _measures_otherwise(before: ChannelSetting, now: ChannelSetting) -> bool:
    return (before.reversed, before.ct_type) != (now.reversed, now.ct_type)


def balanced_members(evidence: Evidence) -> dict[int, int]:
    """Channels of three-phase loads whose current another member shares within a quarter, and how many do."""
    groups: dict[str, list[int]] = {}
    for n, role in evidence.roles.items():
        if role.group and not role.grid:
            groups.setdefault(role.group, []).append(n)
    result: dict[int, int] = {}
    for members in groups.values():
        tops = {n: t.loaded()[0].amps for n in members if (t := evidence.tracks.get(n)) is not None and t.plateaus}
        for n, amps in tops.items():
            alike = sum(1 for other in tops.values() if max(amps, other) < 1.25 * min(amps, other) + 0.1)
            if alike >= 2:
                result[n] = alike
    return result
