"""The decisive steps: which moments prove a verdict, and the seconds around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.edges import TestEdge
from smappee_tui.diagnosis.judgement import FAULTS, Judgement
from smappee_tui.diagnosis.model.channels import phase_name
from smappee_tui.protocol.messages import ChannelSetting
from smappee_tui.protocol.received import Mark
from smappee_tui.report.compose.material import DiagnosisRecord
from smappee_tui.report.compose.readings import Pairs, Readings, after, at_time, between, mean, number, rounded
from smappee_tui.report.metadata import ReportMetadata
from smappee_tui.report.model import Series, Step

BEFORE, AFTER = 7.0, 13.0
"""Seconds shown before and after a step: twenty in all."""
REST = 3
"""Samples whose mean counts as "before" and "after"."""
GAP = 1.5
"""Seconds around the step that belong to neither."""
SMALLEST = 80.0
"""W; a smaller jump of an unannounced load decides nothing."""
SETTLED = 2.0
"""Seconds between a change and the first sample that counts as after it."""
MOST_STEPS = 200
MOST_SECONDS = 60
"""Points of one picture. A monitor sends one a second; what comes in a flood is thinned out evenly."""


@dataclass(frozen=True, slots=True)
class StepMoment:
    """One step of one channel, found but not yet written out."""

    input: int
    at: float
    mark: Mark | None = None
    """The operator's word, where it was announced."""


def decisive(
    judgement: Judgement,
    settings: dict[int, ChannelSetting],
    witness: DiagnosisRecord,
    past: Readings,
    since: dict[int, float],
) -> list[StepMoment]:
    """The moments that a report shows: of each judged channel the announced steps, else its largest of its own.

    Of a channel that was changed on this visit (`since` when), the last step before the change is shown as well.
    """
    found: list[StepMoment] = []
    announced = _announced(witness, settings)
    for n, verdict in sorted(judgement.channels.items()):
        if verdict.verdict in ("unused", "no_current"):
            continue
        begin = since.get(n)
        trials = [t for t in announced.get(n, []) if begin is None or t.at >= begin]
        if begin is not None:
            found += _before(n, begin, witness, past)
        if trials:
            # A fault is shown twice, switched on and off, where both fit a picture of their own.
            rising = sorted(trials, key=lambda t: (t.direction < 0, t.at))
            chosen = rising[:1] if verdict.verdict not in FAULTS else _apart(trials)
            found += [StepMoment(n, trial.at, trial.mark) for trial in chosen]
        elif verdict.verdict in FAULTS or verdict.verdict == "ok":
            at = largest(after(past.watts.get(n, []), begin))
            found += [StepMoment(n, at)] if at is not None else []
    return found[:MOST_STEPS]


def _before(number: int, begin: float, witness: DiagnosisRecord, past: Readings) -> list[StepMoment]:
    """The last announced load on a circuit before its channel was changed. The judge has forgotten it by then."""
    marks = [m for m in witness.marks if m.input == number and m.kind == "load-on" and m.at < begin - SETTLED]
    if not marks:
        return []
    near = [p for p in past.watts.get(number, []) if marks[-1].at - 9.0 <= p[0] <= marks[-1].at + 7.0]
    at = largest(near)
    return [StepMoment(number, at, marks[-1])] if at is not None else []


def _announced(witness: DiagnosisRecord, settings: dict[int, ChannelSetting]) -> dict[int, list[TestEdge]]:
    """Trials by the channel that they prove: the one announced, or the grid CT that moved most."""
    by_input: dict[int, list[TestEdge]] = {}
    grid = [n for n, setting in settings.items() if setting.is_grid]
    for trial in witness.trials:
        n = trial.mark.input
        if n is None:
            movers = [k for k in grid if k in trial.changes]
            n = max(movers, key=lambda k: trial.changes[k].moved, default=None)
        if n is None or n not in trial.changes or trial.changes[n].moved < 0.06 * trial.nominal:
            continue
        by_input.setdefault(n, []).append(trial)
    return by_input


def _apart(trials: list[TestEdge]) -> list[TestEdge]:
    """The first edge, and the first later one that its picture does not show."""
    return [trials[0], *[t for t in trials[1:] if t.at > trials[0].at + AFTER][:1]]


def largest(pairs: Pairs) -> float | None:
    """When a channel's power jumped most between two rests; None where it never did."""
    values = [watts for _, watts in pairs]
    best, when = SMALLEST, None
    for place in range(REST, len(values) - REST):
        if abs(values[place] - values[place - REST]) < best / 2:
            continue  # the cheap look that spares most of the others
        low, high = values[place - REST : place], values[place + 1 : place + 1 + REST]
        jump = abs(sum(high) / REST - sum(low) / REST)
        quiet = 0.3 * jump
        if jump > best and max(low) - min(low) <= quiet and max(high) - min(high) <= quiet:
            best, when = jump, pairs[place][0]
    return when


def written(
    moments: list[StepMoment], settings: dict[int, ChannelSetting], past: Readings, who: ReportMetadata
) -> Iterator[Step]:
    """The moments with their seconds, numbered E1, E2, …"""
    grid = [n for n, setting in settings.items() if setting.is_grid][:3]
    for place, moment in enumerate(moments, 1):
        own = past.watts.get(moment.input, [])
        before = mean(between(own, moment.at - GAP - REST, moment.at - GAP + 0.5))
        then = mean(between(own, moment.at + GAP - 0.5, moment.at + GAP + REST))
        change = None if before is None or then is None else then - before
        mark = moment.mark
        times = [t for t, _ in own if moment.at - BEFORE <= t <= moment.at + AFTER]
        times = times[:: -(-len(times) // MOST_SECONDS) or 1]
        rises = mark.kind == "load-on" if mark else (change or 0.0) >= 0
        yield Step(
            id=f"E{place}",
            kind="announced" if mark else "observed",
            input=moment.input,
            at=who.iso(moment.at) or "",
            direction="on" if rises else "off",
            announced_watts=rounded(mark.watts) if mark else None,
            before_watts=rounded(before),
            after_watts=rounded(then),
            change_watts=rounded(change),
            change_volts=[rounded(_volt_change(pairs, moment.at), 1) for pairs in past.volts],
            seconds=[number(t - moment.at, 1) for t in times],
            series=list(_series(moment.input, grid, past, times)),
        )


def _volt_change(pairs: Pairs, at: float) -> float | None:
    before = mean(between(pairs, at - GAP - REST, at - GAP + 0.5))
    then = mean(between(pairs, at + GAP - 0.5, at + GAP + REST))
    return None if before is None or then is None else then - before


def _series(own: int, grid: list[int], past: Readings, times: list[float]) -> Iterator[Series]:
    for n in [own, *(k for k in grid if k != own)]:
        values = [rounded(at_time(past.watts.get(n, []), t)) for t in times]
        yield Series(unit="W", input=n, phase=None, values=values)
    for phase, pairs in enumerate(past.volts):
        if pairs:
            values = [rounded(at_time(pairs, t), 1) for t in times]
            yield Series(unit="V", input=None, phase=phase_name(phase), values=values)


def loop_resistance(witness: DiagnosisRecord, past: Readings) -> tuple[float | None, int]:
    """Resistance of the supply loop in ohm from the sag at announced loads, and how many edges it rests on.

    An announced resistive load of P watts draws P/V from one phase, whose voltage falls by R times that; the phase
    that moves most against the load is taken. At least four edges, else one neighbour's kettle would decide.
    """
    found = []
    for trial in witness.trials:
        amps = trial.direction * trial.nominal / 230.0
        changes = [c for c in (_volt_change(pairs, trial.at) for pairs in past.volts) if c is not None]
        if changes and amps:
            found.append(max(-change / amps for change in changes))
    if len(found) < 4:
        return None, len(found)
    ohms = sorted(found)[len(found) // 2]
    return (ohms if 0.0 < ohms < 2.0 else None), len(found)
