"""A watch: the record of evidence, filled sample by sample. Time comes in with the samples."""

from __future__ import annotations

import itertools
import math
from collections import deque

from smappee_tui.diagnosis.evidence.edges import EARLIEST, MOST_EDGES, Change, TestEdge, matching_mark, nominal_watts
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep, SteadyState
from smappee_tui.diagnosis.evidence.inverter_response import InverterVoltageResponse
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.steps import AFTER, BEFORE, Step, step_of
from smappee_tui.diagnosis.evidence.tracks import BLOCK, Track, apparent
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
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
"""Voltage is read so many samples after a step: monitors publish it up to a second late."""


class EvidenceCollector:
    """Fills a record from a live stream or a recording."""

    def __init__(self, geometry: Geometry) -> None:
        self.record = Evidence(geometry)
        self._voltages: deque[tuple[float, tuple[float, float, float]]] = deque(maxlen=30)
        self._since_state = 0
        """Samples since the grid meter's resting state was looked at."""

    def process(self, sample: Sample) -> None:
        """Take one second."""
        record = self.record
        record.samples += 1
        if record.first_at is None:
            record.first_at = sample.at
        record.recent.append(sample)
        self._voltages.append((sample.at, sample.volts))
        self._note_sags(sample.at)
        sizes = [math.nan] * len(sample.inputs)
        for place, number in enumerate(sample.inputs):
            role = record.roles.get(number)
            watts, amps = sample.watts[place], sample.amps[place]
            if math.isnan(watts) or math.isnan(amps):
                continue
            phase = role.phase if role else 0
            volt_amperes = apparent(sample, place, phase, record.geometry.va_share)
            if math.isnan(volt_amperes):
                volt_amperes = abs(watts)
            sizes[place] = max(volt_amperes, 0.0)
            track = record.tracks.setdefault(number, Track())
            track.add(watts, amps, max(volt_amperes, 0.0))
            if role is not None and role.generates and record.geometry.name == "star" and not sample.one_voltage:
                record.inverter_responses.setdefault(number, InverterVoltageResponse()).add(watts, sample)
            if track.just_turned:
                self._turned(number, track)
        self._vote_on_sign(sample)
        record.timeline.append(sample, sizes)
        record.flicker.observe(record.timeline)
        record.rests.observe(record.timeline, sample.at)
        self._steps()
        self._steady_states()

    def _turned(self, number: int, track: Track) -> None:
        """The same load reads the other way round: the clamp was turned, and what was seen before is of another wiring.

        Once: a circuit that does it again gives and takes. Where generation or storage may do it, nothing is dropped.
        """
        record = self.record
        track.just_turned = False
        role = record.roles.get(number)
        feeds = any(r.generates or r.stores for r in record.roles.values())
        if role is None or role.stores or (role.grid and feeds):
            return
        newest = track.plateaus[-1]
        record.forget({number})
        if role.generates:  # or a hybrid inverter that charges its battery: both signs stay known, and neither convicts
            for plateau in track.plateaus[:-1]:
                plateau.seconds = 1.0  # what is now counts first
            record.tracks[number] = track
            return
        fresh = Track(watts=track.watts, volt_amperes=track.volt_amperes, amps=track.amps, turns=1)
        fresh.most_amps, fresh.busy, fresh.count = track.most_amps, track.busy, track.count
        fresh.plateaus = [newest]
        record.tracks[number] = fresh

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

    def _vote_on_sign(self, sample: Sample) -> None:
        record = self.record
        total = sample.total_vars
        if math.isnan(total):
            return
        scale = sum(record.tracks[n].volt_amperes[-1] for n in record.grid_inputs if n in record.tracks)
        if total < -(12.0 + 0.03 * scale):
            record.signed_votes += 1

    def _steps(self) -> None:
        record = self.record
        found: dict[int, Step] = {}
        if len(record.recent) >= BEFORE + 1 + AFTER:
            tracks = ((n, record.tracks[n]) for n in record.roles if n in record.tracks)
            found = {n: step for n, track in tracks if (step := step_of(n, track)) is not None}
        if self._clamps_moved(found):
            record.start_anew(record.timeline.count - 1 - AFTER)
            return
        circuits = {n: s for n, s in found.items() if not record.roles[n].grid and not s.mirrored}
        lone = frozenset(n for n, step in circuits.items() if self._alone(step, record.roles[n]))
        record.wires.observe(record.timeline, circuits, lone, AFTER)
        if not found:
            if len(record.recent) >= BEFORE + 1 + AFTER:
                self._quiet_volts()
            return
        moves = {k: _move(record.tracks[k].watts) for k in record.grid_inputs if k in record.tracks}
        moves = {k: v for k, v in moves.items() if not math.isnan(v)}
        for number, step in found.items():
            kept = record.steps.setdefault(number, [])
            kept.append(step)
            del kept[:-60]
        if moves and not record.geometry.delta:
            record.duplicates.note(found, record.roles, sum(abs(m) for m in moves.values()))
        self._count_movers(found)
        edge = self._edge(found)
        self._grid_load_steps({n: s for n, s in found.items() if record.roles[n].grid}, moves, edge)

    def _clamps_moved(self, found: dict[int, Step]) -> bool:
        """Whether two grid CTs were exchanged: within a second each shows the current that the other showed."""
        record = self.record
        grid = [n for n in found if record.roles[n].grid]
        levels = {n: _levels(record.tracks[n].amps) for n in record.grid_inputs if n in record.tracks}
        for a, b in itertools.combinations([n for n in levels if n in grid], 2):
            (before, after), (other_before, other_after) = levels[a], levels[b]
            if abs(before - other_before) < LEAST_APART:
                continue
            near = SAME_AMPS + 0.03 * max(before, other_before)
            if abs(after - other_before) < near and abs(other_after - before) < near:
                return True
        return False

    def _alone(self, step: Step, role: Role) -> bool:
        """Whether a three-phase load's CT made a clear step while its mates stood still."""
        record = self.record
        if not role.group or record.geometry.delta:
            return False
        if step.size < max(LONE_VA, 0.1 * record.tracks[role.input].volt_amperes[-1]):
            return False
        mates = [n for n, r in record.roles.items() if r.group == role.group and n != role.input and n in record.tracks]
        moved = (abs(_move(record.tracks[n].volt_amperes)) for n in mates)
        return bool(mates) and all(m < 0.15 * step.size + 10.0 for m in moved)

    def _edge(self, found: dict[int, Step]) -> TestEdge | None:
        """The announced edge, if this is it; of several steps near one mark the one of the announced size counts."""
        record = self.record
        at = record.recent[-1 - AFTER].at
        mark = matching_mark(list(record.marks), at)
        if mark is None:
            return None
        newest = record.recent[-1]
        volts = [v for v in newest.volts if v > 100]
        edge = TestEdge(
            mark=mark,
            at=at,
            nominal=nominal_watts(mark, sum(volts) / len(volts) if volts else 0.0),
            changes={n: _around(t) for n, t in record.tracks.items() if len(t.watts) >= BEFORE + 1 + AFTER},
            exact_va=newest.volt_amperes is not None,
        )
        known = record.edges.get(mark)
        if known is None or edge.fit() < known.fit():
            record.edges[mark] = edge
            while len(record.edges) > MOST_EDGES:
                del record.edges[next(iter(record.edges))]
        return edge if any(_fits(step, edge) for step in found.values()) else None

    def _grid_load_steps(self, found: dict[int, Step], moves: dict[int, float], edge: TestEdge | None) -> None:
        record = self.record
        for number, step in found.items():
            others = [abs(m) for k, m in moves.items() if k != number]
            if any(m > 0.2 * step.size + 25.0 for m in others):
                continue
            still = (abs(_move(record.tracks[k].volt_amperes)) for k in moves if k != number)
            if len(moves) == 3 and step.size > 400 and all(s < 0.1 * step.size for s in still):
                record.lone_load_steps += 1
            fits = edge is not None and _fits(step, edge)
            if edge is not None and fits:
                record.lone_tests.add(edge.mark)
            record.grid.add_load_step(
                LoadStep(
                    input=number,
                    watts=step.watts,
                    q_low=abs(step.vars_difference),
                    q_high=step.vars_sum,
                    total_vars=_change([s.total_vars for s in record.recent]),
                    volts=self._volt_changes(),
                    load_watts=edge.direction * edge.nominal if edge is not None and fits else math.nan,
                )
            )

    def _count_movers(self, found: dict[int, Step]) -> None:
        record = self.record
        moved = {k: _around(t).moved for k in record.grid_inputs if (t := record.tracks.get(k)) is not None}
        most = max(moved.values(), default=0.0)
        if most > 150.0 and any(record.roles[n].grid for n in found):
            group = tuple(sorted(k for k, size in moved.items() if size > 0.35 * most))
            record.movers[group] = record.movers.get(group, 0) + 1

    def _quiet_volts(self) -> None:
        """What the voltages do without any step of ours: the neighbours, and the grid's own drift."""
        record = self.record
        for change in self._volt_changes():
            if not math.isnan(change):
                record.volt_noise += 0.02 * (1.25 * min(abs(change), 1.5) - record.volt_noise)

    def _volt_changes(self) -> tuple[float, float, float]:
        """Change of the three voltages around the step just found, V; NaN where there is no such voltage."""
        changes = []
        for phase in range(3):
            values = [s.volts[phase] if s.volts[phase] > 1 else math.nan for s in self.record.recent]
            start = len(values) - 1 - AFTER
            low = sum(values[start - BEFORE : start]) / BEFORE
            after = values[start + SETTLE_VOLTS :]
            changes.append(sum(after) / len(after) - low)
        return changes[0], changes[1], changes[2]

    def _giving(self) -> dict[int, float]:
        """Circuits configured to take that give just now: by input, VA."""
        record = self.record
        circuits = (
            (n, record.tracks[n])
            for n, role in record.roles.items()
            if n in record.tracks and not (role.grid or role.generates or role.stores)
        )
        return {n: _mean(track.last(track.volt_amperes)) for n, track in circuits if _gives(track)}

    def _steady_states(self) -> None:
        record = self.record
        self._since_state += 1
        if self._since_state < BLOCK or not record.grid_inputs:
            return
        tracks = [record.tracks.get(k) for k in record.grid_inputs]
        whole = [t for t in tracks if t is not None and len(t.watts) >= BLOCK]
        if len(whole) < len(tracks):
            return
        for t in whole:
            watts = t.last(t.watts)
            if max(watts) - min(watts) > max(60.0, 0.3 * max(t.last(t.volt_amperes))):
                return  # not at rest: tried again with the next second
        self._since_state = 0
        generating = {n: record.tracks[n] for n, r in record.roles.items() if r.generates and n in record.tracks}
        record.grid.add_steady_state(
            SteadyState(
                watts=tuple(_mean(t.last(t.watts)) for t in whole),
                volt_amperes=tuple(_mean(t.last(t.volt_amperes)) for t in whole),
                amps=tuple(_mean(t.last(t.amps)) for t in whole),
                total_vars=_mean([s.total_vars for s in record.recent][-BLOCK:]),
                generation={n: _mean(t.last(t.volt_amperes)) for n, t in generating.items()},
                seconds=float(BLOCK),
                giving=self._giving(),
            )
        )


def _levels(values: deque[float]) -> tuple[float, float]:
    """Means before and after the step just found."""
    kept = list(values)
    start = len(kept) - 1 - AFTER
    return sum(kept[start - BEFORE : start]) / BEFORE, sum(kept[start + 1 :]) / AFTER


def _gives(track: Track) -> bool:
    watts, sizes = _mean(track.last(track.watts)), _mean(track.last(track.volt_amperes))
    return watts < -LEAST_GIVEN and -watts > GIVEN_FACTOR * sizes


def _fits(step: Step, edge: TestEdge) -> bool:
    """Whether a step is of the announced size: 0.7 to 1.35 times, by the least or the most that its Q may be."""
    sizes = (step.size, math.hypot(step.watts, step.vars_sum), 2 * abs(step.watts))
    return any(0.7 < size / edge.nominal < 1.35 for size in sizes)


def _around(track: Track) -> Change:
    watts, apparent_power = list(track.watts), list(track.volt_amperes)
    start = len(watts) - 1 - AFTER
    return Change(
        watts_before=sum(watts[start - BEFORE : start]) / BEFORE,
        watts_after=sum(watts[start + 1 :]) / AFTER,
        va_before=sum(apparent_power[start - BEFORE : start]) / BEFORE,
        va_after=sum(apparent_power[start + 1 :]) / AFTER,
    )


def _mean(values: deque[float] | list[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _move(values: deque[float]) -> float:
    """Change of a grid CT over the same windows in which a step is looked for."""
    return _change(list(values)) if len(values) >= BEFORE + 1 + AFTER else math.nan


def _change(values: list[float]) -> float:
    start = len(values) - 1 - AFTER
    return sum(values[start + 1 :]) / AFTER - sum(values[start - BEFORE : start]) / BEFORE
