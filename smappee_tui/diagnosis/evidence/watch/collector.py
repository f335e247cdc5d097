"""A watch: the record of evidence, filled sample by sample. Time comes in with the samples."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np

from smappee_tui.diagnosis.evidence.edges import (
    EARLIEST,
    LATEST,
    MOST_EDGES,
    Change,
    TestEdge,
    matching_mark,
    nominal_watts,
)
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState
from smappee_tui.diagnosis.evidence.inverter_response import InverterVoltageResponse
from smappee_tui.diagnosis.evidence.pair_steps import PairStep
from smappee_tui.diagnosis.evidence.record import FULL, Evidence, Reach
from smappee_tui.diagnosis.evidence.steps import AFTER, BEFORE, Step, reactive
from smappee_tui.diagnosis.evidence.watch.stretch import AMPS, VOLT_AMPERES, WATTS, Readings, Stretch, alike
from smappee_tui.diagnosis.evidence.watch.track_book import TrackBook
from smappee_tui.diagnosis.evidence.watch.tracks import BLOCK, WINDOW, Track
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import Mark
from smappee_tui.site.sample import Sample

LONE_VA = 300.0
"""Least step of one CT of a three-phase load that counts as a load on its own: less is unbalance and noise."""
ANSWER_SECONDS = 8.0
"""An announced edge that nothing showed for so long will show nowhere."""
LEAST_GIVEN, GIVEN_FACTOR = 60.0, 0.6
"""A circuit gives where its power is so many W negative, and so much of its apparent power; a filter has less."""
LEAST_APART, SAME_AMPS = 1.0, 0.12
"""A that two grid CTs must differ by before they are seen to be exchanged, and how near each comes to the other."""
SETTLE_VOLTS = 2
"""The voltage of a sag is read so many seconds after a mark at least."""
LEAST_VOTE = 12.0
"""var that the total must lie below zero to be a signed sum, and 3 % of what the grid CTs carry."""


class EvidenceCollector:
    """Fills a record from a live stream or a recording.

    Seconds wait until `Reach.together` are there, or until `catch_up`: taken together they cost a fraction. The record
    is the same however often it is brought up to date.
    """

    def __init__(self, geometry: Geometry, reach: Reach = FULL) -> None:
        self.record = Evidence(geometry, reach)
        self._waiting: list[Sample] = []
        self._book = TrackBook(self.record.tracks)
        self._voltages: deque[tuple[float, tuple[float, float, float]]] = deque(maxlen=30)
        self._since_state = 0
        """Samples since the grid meter's resting state was looked at."""

    def process(self, sample: Sample) -> None:
        """Take one second."""
        self._waiting.append(sample)
        if len(self._waiting) >= self.record.reach.together:
            self.catch_up()

    @property
    def samples(self) -> int:
        """Seconds taken, those that wait included."""
        return self.record.samples + len(self._waiting)

    @property
    def expects_edge(self) -> bool:
        """Whether one of the seconds that wait may show an announced edge."""
        if not self._waiting or not self.record.marks:
            return False
        begun = [*self.record.recent, self._waiting[0]][-1 - AFTER :][0]
        return any(mark.at + LATEST >= begun.at for mark in self.record.marks)

    def configure(self, settings: dict[int, ChannelSetting]) -> None:
        """Take a configuration; what was heard before it belongs to the one before."""
        if settings is not self.record.settings:
            self.catch_up()
            self.record.configure(settings)

    def mark(self, mark: Mark) -> None:
        """Take the operator's word."""
        self.catch_up()
        self.record.mark(mark)

    def forget(self, number: int) -> None:
        """Drop what was seen of a channel."""
        self.catch_up()
        self.record.forget({number})

    def catch_up(self) -> None:
        """Bring the record up to date."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        for samples in alike(waiting):
            readings = Readings(samples, self.record.roles, self.record.geometry.va_share)
            for begin, end in readings.runs():
                while begin < end:
                    begin += self._take(readings, begin, end)

    def _take(self, readings: Readings, begin: int, end: int) -> int:
        """Take some seconds in which the same channels reported; fewer, where one of them begins something new."""
        record = self.record
        whole = readings.known[begin]
        inputs = tuple(n for n, known in zip(readings.inputs, whole.tolist(), strict=True) if known)
        values = np.concatenate([self._book.before(inputs), readings.values[:, begin:end, whole]], axis=1)
        stretch = Stretch(inputs, values, record.recent, readings.samples[begin:end])
        steps = stretch.steps(record.roles)
        moved = next((row for row, found in sorted(steps.items()) if self._clamps_moved(stretch, row, found)), None)
        seconds, turned = self._book.fill(stretch, end - begin if moved is None else moved + 1)
        samples = stretch.samples[:seconds]
        record.first_at = samples[0].at if record.first_at is None else record.first_at
        record.samples += seconds
        for sample in samples:
            self._voltages.append((sample.at, sample.volts))
            if record.marks:
                self._note_sags(sample.at)
        self._follow_inverters(stretch, samples)
        for number in turned:
            self._turned(number)
        record.timeline.extend(samples, readings.values[:, begin : begin + seconds])
        record.flicker.observe(record.timeline, seconds)
        record.rests.observe(record.timeline, samples)
        self._rows(stretch, seconds, steps, moved)
        record.recent.extend(samples)
        return seconds

    def _rows(self, stretch: Stretch, seconds: int, steps: dict[int, dict[int, Step]], moved: int | None) -> None:
        """What is left to do second by second."""
        record = self.record
        volts = stretch.volt_changes().tolist()
        grid = [stretch.place[n] for n in record.grid_inputs if n in stretch.place]
        calm = stretch.calm(grid) if grid and len(grid) == len(record.grid_inputs) else [False] * seconds
        for row in range(seconds):
            ago = seconds - 1 - row
            self._vote_on_sign(stretch, row, grid)
            found = steps.get(row, {})
            if row == moved:
                record.start_anew(record.timeline.count - 1 - ago - AFTER)
            else:
                self._steps(stretch, row, found, ago, volts[row])
                if not found:
                    self._quiet_volts(volts[row])
            self._since_state += 1
            if self._since_state >= BLOCK and calm[row]:
                self._since_state = 0
                self._steady_state(stretch, row, grid)

    def _follow_inverters(self, stretch: Stretch, samples: Sequence[Sample]) -> None:
        record = self.record
        if record.geometry.name != "star" or samples[0].one_voltage:
            return
        for number, column in stretch.place.items():
            role = record.roles.get(number)
            if role is not None and role.generates:
                response = record.inverter_responses.setdefault(number, InverterVoltageResponse(record.reach.responses))
                for sample, watts in zip(samples, stretch.values[WATTS, WINDOW:, column].tolist(), strict=False):
                    response.add(watts, sample)

    def _turned(self, number: int) -> None:
        """The same load reads the other way round: the clamp was turned, and what was seen before is of another wiring.

        Once: a circuit that does it again gives and takes. Where generation or storage may do it, nothing is dropped;
        nor where the utility's meter shows whether a grid CT was turned or the house gives.
        """
        record = self.record
        role, track = record.roles.get(number), record.tracks[number]
        feeds = any(r.generates or r.stores for r in record.roles.values())
        feeds |= bool(record.witness.readings)
        if role is None or role.stores or (role.grid and feeds):
            return
        newest = track.plateaus[-1]
        record.forget({number})
        if role.generates:  # or a hybrid inverter that charges its battery: both signs stay known, and neither convicts
            for plateau in track.plateaus[:-1]:
                plateau.seconds = 1.0  # what is now counts first
            record.tracks[number] = track
            return
        fresh = Track(track.watts, track.volt_amperes, [newest], turns=1)
        fresh.most_amps, fresh.busy, fresh.count = track.most_amps, track.busy, track.count
        self._book.exchange(number, fresh)

    def _note_sags(self, now: float) -> None:
        """Look at the voltages around each mark once the time for an answer is over."""
        record = self.record
        for mark in record.marks:
            if mark in record.sags or not mark.at + ANSWER_SECONDS < now < mark.at + 3 * ANSWER_SECONDS:
                continue
            low = [v for at, v in self._voltages if mark.at - 8 <= at <= mark.at - EARLIEST]
            high = [v for at, v in self._voltages if mark.at + SETTLE_VOLTS <= at <= mark.at + ANSWER_SECONDS]
            if low and high:
                changes = [sum(v[k] for v in high) / len(high) - sum(v[k] for v in low) / len(low) for k in range(3)]
                record.sags[mark] = (changes[0], changes[1], changes[2])
                while len(record.sags) > MOST_EDGES:
                    del record.sags[next(iter(record.sags))]

    def _vote_on_sign(self, stretch: Stretch, row: int, grid: list[int]) -> None:
        total = stretch.samples[row].total_vars
        if total < -LEAST_VOTE:  # NaN is not
            scale = float(stretch.values[VOLT_AMPERES, WINDOW + row, grid].sum())
            self.record.signed_votes += total < -(LEAST_VOTE + 0.03 * scale)

    def _steps(
        self, stretch: Stretch, row: int, found: dict[int, Step], ago: int, volts: tuple[float, float, float]
    ) -> None:
        record = self.record
        circuits = {n: s for n, s in found.items() if not record.roles[n].grid and not s.mirrored}
        lone = frozenset(n for n, step in circuits.items() if self._alone(stretch, row, step, record.roles[n]))
        record.wires.observe(record.timeline, circuits, lone, AFTER, ago)
        if not found:
            return
        at = {n: stretch.place[n] for n in record.grid_inputs if n in stretch.place}
        moves = {k: float(stretch.moved[WATTS, row, column]) for k, column in at.items()}
        moves = {k: v for k, v in moves.items() if not math.isnan(v)}
        for number, step in found.items():
            kept = record.steps.setdefault(number, [])
            kept.append(step)
            del kept[:-60]
        if moves and not record.geometry.delta:
            record.duplicates.note(found, record.roles, sum(abs(m) for m in moves.values()))
        self._count_movers(stretch, row, found, moves)
        edge = self._edge(stretch, row, found)
        self._grid_load_steps(
            stretch, row, {n: s for n, s in found.items() if record.roles[n].grid}, moves, edge, volts
        )

    def _clamps_moved(self, stretch: Stretch, row: int, found: dict[int, Step]) -> bool:
        """Whether two grid CTs were exchanged: within a second each shows the current that the other showed."""
        grid = [n for n in self.record.grid_inputs if n in found]
        for a, b in itertools.combinations([stretch.place[n] for n in grid], 2):
            before, after = float(stretch.low[AMPS, row, a]), float(stretch.high[AMPS, row, a])
            other_before, other_after = float(stretch.low[AMPS, row, b]), float(stretch.high[AMPS, row, b])
            if abs(before - other_before) < LEAST_APART:
                continue
            near = SAME_AMPS + 0.03 * max(before, other_before)
            if abs(after - other_before) < near and abs(other_after - before) < near:
                return True
        return False

    def _alone(self, stretch: Stretch, row: int, step: Step, role: Role) -> bool:
        """Whether a three-phase load's CT made a clear step while its mates stood still."""
        record = self.record
        if not role.group or record.geometry.delta:
            return False
        if step.size < max(LONE_VA, 0.1 * stretch.values[VOLT_AMPERES, WINDOW + row, stretch.place[role.input]]):
            return False
        mates = [n for n, r in record.roles.items() if r.group == role.group and n != role.input]
        columns = [stretch.place[n] for n in mates if n in stretch.place]
        moved = np.abs(stretch.moved[VOLT_AMPERES, row, columns])
        return bool(columns) and bool((moved < 0.15 * step.size + 10.0).all())

    def _edge(self, stretch: Stretch, row: int, found: dict[int, Step]) -> TestEdge | None:
        """The announced edge, if this is it; of several steps near one mark the one of the announced size counts."""
        record = self.record
        if not record.marks:
            return None
        at = stretch.begun(row)
        mark = matching_mark(list(record.marks), at)
        if mark is None:
            return None
        newest = stretch.samples[row]
        volts = [v for v in newest.volts if v > 100]
        edge = TestEdge(
            mark=mark,
            at=at,
            nominal=nominal_watts(mark, sum(volts) / len(volts) if volts else 0.0),
            changes={n: c for n, k in stretch.place.items() if not math.isnan((c := _around(stretch, row, k)).watts)},
            exact_va=newest.volt_amperes is not None,
        )
        known = record.edges.get(mark)
        if known is None or edge.fit() < known.fit():
            record.edges[mark] = edge
            while len(record.edges) > MOST_EDGES:
                del record.edges[next(iter(record.edges))]
        return edge if any(_fits(step, edge) for step in found.values()) else None

    def _grid_load_steps(
        self,
        stretch: Stretch,
        row: int,
        found: dict[int, Step],
        moves: dict[int, float],
        edge: TestEdge | None,
        volts: tuple[float, float, float],
    ) -> None:
        record = self.record
        if record.geometry.delta and found and len(moves) == len(record.grid_inputs) and edge is None:
            record.pairs.add(_pair_step([_around(stretch, row, stretch.place[k]) for k in record.grid_inputs]))
        for number, step in found.items():
            others = [abs(m) for k, m in moves.items() if k != number]
            if any(m > 0.2 * step.size + 25.0 for m in others):
                continue
            still = (abs(stretch.moved[VOLT_AMPERES, row, stretch.place[k]]) for k in moves if k != number)
            if len(moves) == 3 and step.size > 400 and all(s < 0.1 * step.size for s in still):
                record.lone_load_steps += 1
            fits = edge is not None and _fits(step, edge)
            if edge is not None and fits:
                record.lone_tests.add(edge.mark)
            total = stretch.total_vars(row, BEFORE + 1 + AFTER)
            record.grid.add_load_step(
                LoadStep(
                    input=number,
                    watts=step.watts,
                    q_low=abs(step.vars_difference),
                    q_high=step.vars_sum,
                    total_vars=sum(total[-AFTER:]) / AFTER - sum(total[:BEFORE]) / BEFORE,
                    volts=(volts[0], volts[1], volts[2]),
                    load_watts=edge.direction * edge.nominal if edge is not None and fits else math.nan,
                )
            )

    def _count_movers(self, stretch: Stretch, row: int, found: dict[int, Step], grid: Iterable[int]) -> None:
        record = self.record
        if not any(record.roles[n].grid for n in found):
            return
        moved = {k: _around(stretch, row, stretch.place[k]).moved for k in grid}
        most = max(moved.values(), default=0.0)
        if most > 150.0:
            group = tuple(sorted(k for k, size in moved.items() if size > 0.35 * most))
            record.movers[group] = record.movers.get(group, 0) + 1

    def _quiet_volts(self, changes: tuple[float, float, float]) -> None:
        """What the voltages do without any step of ours: the neighbours, and the grid's own drift."""
        record = self.record
        noise = record.volt_noise
        for change in changes:
            if change == change:
                size = abs(change)
                noise += 0.02 * (1.25 * (size if size < 1.5 else 1.5) - noise)
        record.volt_noise = noise

    def _steady_state(self, stretch: Stretch, row: int, grid: list[int]) -> None:
        record = self.record
        means = stretch.means(row)
        watts, sizes = means[WATTS].tolist(), means[VOLT_AMPERES].tolist()
        generation: dict[int, float] = {}
        giving: dict[int, float] = {}
        for number in record.makers:
            column = stretch.place.get(number, -1)
            if column >= 0 and not math.isnan(watts[column]):
                generation[number] = sizes[column]
        for column in np.flatnonzero(means[WATTS] < -LEAST_GIVEN).tolist():
            number = stretch.inputs[column]
            role = record.roles.get(number)
            if role is None or role.grid or role.generates or role.stores:
                continue
            if watts[column] < -GIVEN_FACTOR * sizes[column]:
                giving[number] = sizes[column]  # a circuit configured to take
        record.grid.add_steady_state(
            SteadyState(
                watts=tuple(watts[k] for k in grid),
                volt_amperes=tuple(sizes[k] for k in grid),
                amps=tuple(means[AMPS, grid].tolist()),
                total_vars=sum(stretch.total_vars(row, BLOCK)) / BLOCK,
                generation=generation,
                seconds=float(BLOCK),
                giving=giving,
            )
        )


def _fits(step: Step, edge: TestEdge) -> bool:
    """Whether a step is of the announced size: 0.7 to 1.35 times, by the least or the most that its Q may be."""
    sizes = (step.size, math.hypot(step.watts, step.vars_sum), 2 * abs(step.watts))
    return any(0.7 < size / edge.nominal < 1.35 for size in sizes)


def _pair_step(changes: Sequence[Change]) -> PairStep:
    """What the grid CTs showed of one step, as a load between two lines."""
    pairs = [(reactive(c.watts_before, c.va_before), reactive(c.watts_after, c.va_after)) for c in changes]
    return PairStep(
        watts=tuple(c.watts for c in changes),
        vars=tuple((abs(after - before), after + before) for before, after in pairs),
        gained=sum(c.va_after - c.va_before for c in changes),
    )


def _around(stretch: Stretch, row: int, column: int) -> Change:
    low, high = stretch.low[:, row, column].tolist(), stretch.high[:, row, column].tolist()
    return Change(watts_before=low[0], watts_after=high[0], va_before=low[1], va_after=high[1])
