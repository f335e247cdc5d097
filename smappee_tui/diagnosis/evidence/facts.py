"""What was seen: every piece that weighs on a verdict can be told to a person."""

from __future__ import annotations

import math
from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.grid_meter import LoadStep
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.watch.tracks import Plateau, Track
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import Role, phase_name
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS
from smappee_tui.protocol.fact import Fact, Param, fact

LEAST_SCORE = 3.0
"""ln likelihood ratio below which a correlation is not worth telling."""
LEAST_SAG = 1.0
"""V by which a voltage moved that is worth telling."""
MOST_FACTS = 6
RESPONSE_TELLS = 2.0
"""ln likelihood ratio between wires from which on the answer of an inverter or a load to the voltages is told."""


def facts_of(role: Role, evidence: Evidence) -> tuple[Fact, ...]:
    """The pieces of evidence on one channel, strongest kind first."""
    live = (_beside, _tests, _load_steps, _correlation, _inverter_response, _load_response, _rest)
    kinds = live if evidence.history is None else (_changes, _correlation_of_means, _signs, _top)
    return tuple(piece for kind in kinds for piece in kind(role, evidence))[:MOST_FACTS]


def _beside(role: Role, evidence: Evidence) -> Iterator[Fact]:
    for one in evidence.beside.beside(evidence.grid_inputs) if evidence.beside is not None and role.grid else ():
        if one.input == role.input and one.clear and not math.isnan(one.meter):
            yield fact("evidence.beside_meter", line=phase_name(one.line), meter=one.meter, watts=one.shown)


def _tests(role: Role, evidence: Evidence) -> Iterator[Fact]:
    edges = [t for t in evidence.edges.values() if t.mark.input == role.input and role.input in t.changes]
    for edge in edges[:2]:
        change = edge.changes[role.input]
        yield fact(
            "evidence.test_on" if edge.direction > 0 else "evidence.test_off",
            kilowatts=edge.nominal / 1000,
            phase=phase_name(role.phase),
            watts=change.watts,
            volt_amperes=change.va_after - change.va_before,
        )
        movers = tuple(
            fact("evidence.phase_moved", phase=phase_name(evidence.roles[k].phase), watts=edge.changes[k].watts)
            for k in evidence.grid_inputs
            if k in edge.changes and edge.changes[k].moved > 0.2 * edge.nominal
        )
        if movers:
            yield fact("evidence.grid_moved", moves=movers)
    if len(edges) > 2:
        yield fact("evidence.test_edges", edges=len(edges))


def _load_steps(role: Role, evidence: Evidence) -> Iterator[Fact]:
    load_steps = evidence.grid.load_steps.get(role.input, [])
    if not load_steps:
        return
    best = max(load_steps, key=lambda j: (j.tested, abs(j.watts) + j.q_low))
    reactive = best.total_vars if evidence.signed else math.nan
    if best.tested:
        codes = ("evidence.announced_step", "evidence.announced_step_and_voltage")
        yield _step(best, reactive, role, evidence, codes, kilowatts=abs(best.load_watts) / 1000)
    else:
        yield _step(best, reactive, role, evidence, ("evidence.step", "evidence.step_and_voltage"))
    if len(load_steps) > 1:
        announced = sum(j.tested for j in load_steps)
        code = "evidence.lone_steps_announced" if announced else "evidence.lone_steps"
        yield fact(code, steps=len(load_steps), announced=announced)


def _step(
    step: LoadStep, reactive: float, role: Role, evidence: Evidence, codes: tuple[str, str], **more: Param
) -> Fact:
    """A step that one grid CT alone showed, with what the voltages did where that is clear.

    Args:
        step: the step.
        reactive: change of the site's reactive power beside it, var; NaN where that says nothing.
        role: the grid CT.
        evidence: the record that it is of.
        codes: without a voltage, and with one.
        more: parameters of either.
    """
    if math.isnan(reactive):
        moved = fact("evidence.watts", watts=step.watts)
    else:
        code = "evidence.watts_with_vars" if evidence.history is None else "history.watts_and_vars"
        moved = fact(code, watts=step.watts, vars=reactive)
    params: dict[str, Param] = {"phase": phase_name(role.phase), "moved": moved, **more}
    volts = [(abs(v), phase, v) for phase, v in enumerate(step.volts) if v == v]
    if not (volts and evidence.geometry.sags and max(volts)[0] >= LEAST_SAG):
        return Fact(codes[0], params)
    _, phase, change = max(volts)
    return Fact(codes[1], {**params, "moved_phase": phase_name(phase), "volts": change})


def _in_step(role: Role, evidence: Evidence) -> Iterator[tuple[bool, str | None]]:
    """The grid CTs that a circuit correlates with: whether in the same direction, and their configured phase."""
    correlation = evidence.correlations[role.input]
    for k in evidence.grid_inputs:
        grid = evidence.roles[k]
        same, against = (
            max(correlation.of((k, turn, sign)) for sign in SIGNS)
            for turn in (evidence.geometry.turn(role.phase, grid.phase, way) for way in (0, 1))
        )
        if max(same, against) >= LEAST_SCORE:
            yield same >= against, phase_name(grid.phase)


def _correlation(role: Role, evidence: Evidence) -> Iterator[Fact]:
    correlation = evidence.correlations.get(role.input)
    if correlation is None or role.grid or correlation.seconds + correlation.step_count == 0:
        return
    for same, phase in _in_step(role, evidence):
        if not correlation.seconds:
            code = "evidence.in_step_loads" if same else "evidence.against_loads"
            yield fact(code, count=correlation.step_count, phase=phase)
        elif correlation.step_count:
            code = "evidence.in_step" if same else "evidence.against"
            yield fact(code, seconds=correlation.seconds, steps=correlation.step_count, phase=phase)
        else:
            code = "evidence.in_step_still" if same else "evidence.against_still"
            yield fact(code, seconds=correlation.seconds, phase=phase)


def _inverter_response(role: Role, evidence: Evidence) -> Iterator[Fact]:
    """An inverter's power against the voltages, where that tells the other two wires apart and it is on one of them."""
    response, track = evidence.inverter_responses.get(role.input), evidence.tracks.get(role.input)
    loaded = track.loaded() if track is not None else []
    if response is None or not loaded or loaded[0].watts > 0.8 * loaded[0].volt_amperes:
        return
    scores = response.wire_scores(role.phase)
    others = sorted((scores[j], j) for j in range(3) if j != role.phase)
    if others[1][0] - others[0][0] >= RESPONSE_TELLS:
        there = phase_name(others[1][1])
        yield fact("evidence.inverter_response", phase=phase_name(role.phase), there=there)


def _load_response(role: Role, evidence: Evidence) -> Iterator[Fact]:
    """A load's power against the voltages, where that tells its wire apart from both others."""
    response = evidence.load_responses.get(role.input)
    if response is None or sorted(response.wires)[1] > -RESPONSE_TELLS:
        return
    there = response.wires.index(0.0)
    code = "evidence.voltage_own" if there == role.phase else "evidence.voltage_of_another"
    yield fact(code, phase=phase_name(role.phase), there=phase_name(there))


def _rest(role: Role, evidence: Evidence) -> Iterator[Fact]:
    track = evidence.tracks.get(role.input)
    loaded = track.loaded() if track is not None else []
    if not loaded or loaded[0].amps < 0.1:
        return
    plateau = loaded[0]
    if not _has_angle(plateau):
        yield fact("evidence.rested_low", amps=plateau.amps)
        return
    yield fact(
        "evidence.rested",
        amps=plateau.amps,
        watts=plateau.watts,
        seconds=plateau.seconds,
        factor=_power_factor(plateau.watts, plateau.volt_amperes),
    )


def _changes(role: Role, evidence: Evidence) -> Iterator[Fact]:
    load_steps = evidence.grid.load_steps.get(role.input, [])
    if load_steps:
        best = max(load_steps, key=lambda j: math.hypot(j.watts, j.q_low))
        codes = ("history.step", "history.step_and_voltage")
        yield _step(best, best.total_vars, role, evidence, codes, changes=len(load_steps))


def _correlation_of_means(role: Role, evidence: Evidence) -> Iterator[Fact]:
    correlation = evidence.correlations.get(role.input)
    if correlation is None or role.grid:
        return
    for same, phase in _in_step(role, evidence):
        yield fact("history.in_step" if same else "history.against", changes=correlation.step_count, phase=phase)


def _signs(role: Role, evidence: Evidence) -> Iterator[Fact]:
    """How often it read which sign: what an arrow the wrong way shows day after day."""
    past = evidence.history
    plus, minus = past.signs.get(role.input, (0, 0)) if past is not None else (0, 0)
    if past is None or plus + minus < 6:
        return
    direction, opposite = fact("history.consumption"), fact("history.production")
    if role.generates:
        direction, opposite = opposite, direction
    yield fact(
        "history.signs_at_night" if role.grid and past.dark else "history.signs",
        direction=direction,
        hours=plus / 12,
        opposite=opposite,
        opposite_hours=minus / 12,
    )


def _top(role: Role, evidence: Evidence) -> Iterator[Fact]:
    past = evidence.history
    watts, reactive, volts = past.tops.get(role.input, (0.0, 0.0, 0.0)) if past is not None else (0.0, 0.0, 0.0)
    size = math.hypot(watts, reactive)
    amps = size / (volts if volts > 100 else NOMINAL_VOLTS)
    if past is None or amps < 0.1:
        return
    factor = _power_factor(watts, size)
    code = "history.top"
    if past.signed and abs(factor) < 0.99:
        code = "history.top_lagging" if reactive >= 0 else "history.top_leading"
    yield fact(code, amps=amps, watts=watts, factor=factor)


def _power_factor(watts: float, volt_amperes: float) -> float:
    return max(-1.0, min(1.0, watts / volt_amperes))


def _has_angle(plateau: Plateau) -> bool:
    """Whether the current is large enough that P over S means something."""
    return plateau.amps >= 0.3 and plateau.volt_amperes >= 1


def measured_angle(track: Track | None) -> tuple[float, float] | None:
    """Angle of the most loaded plateau and half the width that rounding leaves open, degrees, the sign of Q unknown."""
    loaded = track.loaded() if track is not None else []
    if not loaded or not _has_angle(loaded[0]):
        return None
    plateau = loaded[0]
    error = 0.03 / plateau.amps + 1.0 / plateau.volt_amperes
    factor = _power_factor(plateau.watts, plateau.volt_amperes)
    low, high = math.acos(min(1.0, factor + error)), math.acos(max(-1.0, factor - error))
    return math.degrees(math.acos(factor)), math.degrees(high - low) / 2 + 1.0
