"""What was seen, in sentences: every piece that weighs on a verdict can be read by a person."""

from __future__ import annotations

import math
from collections.abc import Iterator

from smappee_tui.diagnosis.evidence.edges import NOMINAL_VOLTS
from smappee_tui.diagnosis.evidence.grid_meter import LoadStep
from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.tracks import Plateau, Track
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.inference.advice import phase_word
from smappee_tui.diagnosis.model.channels import Role

LEAST_SCORE = 3.0
"""ln likelihood ratio below which a link is not worth a sentence."""


def history_facts(role: Role, evidence: Evidence) -> Iterator[str]:
    """The pieces of evidence on one channel."""
    yield from _jumps(role, evidence)
    yield from _link(role, evidence)
    yield from _signs(role, evidence)
    yield from _rest(role, evidence)


def _jumps(role: Role, evidence: Evidence) -> Iterator[str]:
    jumps = evidence.grid.jumps.get(role.input, [])
    if not jumps:
        return
    best = max(jumps, key=lambda j: math.hypot(j.watts, j.q_low))
    reactive = "" if math.isnan(best.total_vars) else f" and {best.total_vars:+.0f} var"
    volts = [(abs(v), phase, v) for phase, v in enumerate(best.volts) if v == v]
    sag = ""
    if volts and evidence.geometry.sags and max(volts)[0] >= 1.0:
        _, phase, change = max(volts)
        sag = f", while the voltage of {phase_word(phase)} moved by {change:+.1f} V"
    yield (
        f"History: from one 5-minute mean to the next this CT, configured on {phase_word(role.phase)}, alone of the "
        f"grid CTs moved by {best.watts:+.0f} W{reactive}{sag}; {len(jumps)} such changes in all."
    )


def _link(role: Role, evidence: Evidence) -> Iterator[str]:
    link = evidence.links.get(role.input)
    if link is None or role.grid:
        return
    raw = link.raw()
    for k in evidence.grid_inputs:
        grid = evidence.roles[k]
        same, against = (
            max(raw.get((k, evidence.geometry.turn(role.phase, grid.phase, way), sign), 0.0) for sign in SIGNS)
            for way in (0, 1)
        )
        if max(same, against) >= LEAST_SCORE:
            way = "in step with" if same >= against else "against"
            yield (
                f"History: in {link.step_count} changes between 5-minute means its power went {way} the "
                f"{phase_word(grid.phase)} grid CT."
            )


def _signs(role: Role, evidence: Evidence) -> Iterator[str]:
    """How often it read which sign: what an arrow the wrong way shows day after day."""
    past = evidence.past
    plus, minus = past.signs.get(role.input, (0, 0)) if past is not None else (0, 0)
    if past is None or plus + minus < 6:
        return
    what, opposite = ("production", "consumption") if role.generates else ("consumption", "production")
    night = "at night " if role.grid and past.dark else ""
    yield f"History: {night}it read {what} for {plus / 12:.0f} h and {opposite} for {minus / 12:.0f} h."


def _rest(role: Role, evidence: Evidence) -> Iterator[str]:
    watts, reactive, volts = evidence.past.tops.get(role.input, (0.0, 0.0, 0.0)) if evidence.past else (0.0, 0.0, 0.0)
    size = math.hypot(watts, reactive)
    amps = size / (volts if volts > 100 else NOMINAL_VOLTS)
    if evidence.past is None or amps < 0.1:
        return
    factor = max(-1.0, min(1.0, watts / size))
    side = "" if not evidence.past.signed or abs(factor) >= 0.99 else ", lagging" if reactive >= 0 else ", leading"
    yield (
        f"History: at its highest it averaged {amps:.1f} A and {watts:+.0f} W over 5 minutes, "
        f"power factor {factor:+.2f}{side}."
    )


MOST_SENTENCES = 6
RIDING_TELLS = 2.0
"""ln likelihood ratio between the two other wires from which on an inverter's answer to the voltages is told."""


def sentences(role: Role, evidence: Evidence) -> tuple[str, ...]:
    """The pieces of evidence on one channel, strongest kind first."""
    if evidence.past is not None:
        return tuple(list(history_facts(role, evidence))[:MOST_SENTENCES])
    kinds = (_tests, _jumps_explain, _link_explain, _riding, _steady)
    found = [sentence for kind in kinds for sentence in kind(role, evidence)]
    return tuple(found[:MOST_SENTENCES])


def _tests(role: Role, evidence: Evidence) -> Iterator[str]:
    edges = [t for t in evidence.trials.values() if t.mark.input == role.input and role.input in t.changes]
    for trial in edges[:2]:
        change = trial.changes[role.input]
        on = "on" if trial.direction > 0 else "off"
        yield (
            f"Test: {trial.nominal / 1000:.1f} kW switched {on} on this circuit, and this CT, configured on "
            f"{phase_word(role.phase)}, moved by {change.watts:+.0f} W "
            f"and {change.va_after - change.va_before:+.0f} VA."
        )
        movers = [
            f"{phase_word(evidence.roles[k].phase)} by {trial.changes[k].watts:+.0f} W"
            for k in evidence.grid_inputs
            if k in trial.changes and trial.changes[k].moved > 0.2 * trial.nominal
        ]
        if movers:
            yield f"The grid CTs moved at that edge: {', '.join(movers)}."
    if len(edges) > 2:
        yield f"{len(edges)} announced edges on this circuit in all."


def _jumps_explain(role: Role, evidence: Evidence) -> Iterator[str]:
    jumps = evidence.grid.jumps.get(role.input, [])
    if not jumps:
        return
    best = max(jumps, key=lambda j: (j.tested, abs(j.watts) + j.q_low))
    yield _jump_sentence(best, role, evidence)
    if len(jumps) > 1:
        tested = sum(j.tested for j in jumps)
        yield f"{len(jumps)} load steps seen by this CT alone of the grid CTs" + (
            f", {tested} announced." if tested else "."
        )


def _jump_sentence(jump: LoadStep, role: Role, evidence: Evidence) -> str:
    volts = [(abs(v), phase, v) for phase, v in enumerate(jump.volts) if v == v]
    sag = ""
    if volts and evidence.geometry.sags and max(volts)[0] >= 1.0:
        _, phase, change = max(volts)
        sag = f", and the voltage of {phase_word(phase)} moved by {change:+.1f} V"
    reactive = ""
    if evidence.signed and jump.total_vars == jump.total_vars:
        reactive = f" with {jump.total_vars:+.0f} var"
    kind = f"an announced step of {abs(jump.load_watts) / 1000:.1f} kW" if jump.tested else "a load step"
    return f"At {kind} this CT, configured on {phase_word(role.phase)}, moved by {jump.watts:+.0f} W{reactive}{sag}."


def _link_explain(role: Role, evidence: Evidence) -> Iterator[str]:
    link = evidence.links.get(role.input)
    if link is None or role.grid or link.seconds + link.step_count == 0:
        return
    raw = link.raw()
    for k in evidence.grid_inputs:
        grid = evidence.roles[k]
        same, against = (
            max(raw.get((k, evidence.geometry.turn(role.phase, grid.phase, way), sign), 0.0) for sign in (1, -1))
            for way in (0, 1)
        )
        if max(same, against) < 3.0:
            continue
        way = "in step with" if same >= against else "against"
        yield (
            f"Over {link.seconds} s and {link.step_count} steps its changes went {way} the "
            f"{phase_word(grid.phase)} grid CT."
        )


def _riding(role: Role, evidence: Evidence) -> Iterator[str]:
    """An inverter's power against the voltages, where that tells the other two wires apart and it is on one of them."""
    riding, track = evidence.riding.get(role.input), evidence.tracks.get(role.input)
    loaded = track.loaded() if track is not None else []
    if riding is None or not loaded or loaded[0].watts > 0.8 * loaded[0].volt_amperes:
        return
    scores = riding.wire_scores(role.phase)
    others = sorted((scores[j], j) for j in range(3) if j != role.phase)
    if others[1][0] - others[0][0] >= RIDING_TELLS:
        yield (
            f"When the voltages moved, its power followed {phase_word(role.phase)} over {phase_word(others[1][1])}, "
            f"as that of an inverter's wire on {phase_word(others[1][1])} does."
        )


def _steady(role: Role, evidence: Evidence) -> Iterator[str]:
    track = evidence.tracks.get(role.input)
    if track is None:
        return
    for plateau in track.loaded()[:1]:
        if plateau.amps >= 0.1:
            yield _plateau_sentence(plateau)


def _plateau_sentence(plateau: Plateau) -> str:
    if plateau.amps < 0.3 or plateau.volt_amperes < 1:
        return f"It rested at {plateau.amps:.2f} A, too little for a power factor."
    factor = max(-1.0, min(1.0, plateau.watts / plateau.volt_amperes))
    resting = f"It rested at {plateau.amps:.1f} A and {plateau.watts:+.0f} W for {plateau.seconds:.0f} s"
    return f"{resting}: power factor {factor:+.2f}."


def measured_angle(track: Track | None) -> tuple[float, float] | None:
    """Angle of the most loaded plateau and half the width that rounding leaves open, degrees, the sign of Q unknown."""
    loaded = track.loaded() if track is not None else []
    if not loaded or loaded[0].amps < 0.3 or loaded[0].volt_amperes < 1:
        return None
    plateau = loaded[0]
    error = 0.03 / plateau.amps + 1.0 / plateau.volt_amperes
    factor = max(-1.0, min(1.0, plateau.watts / plateau.volt_amperes))
    low, high = math.acos(min(1.0, factor + error)), math.acos(max(-1.0, factor - error))
    return math.degrees(math.acos(factor)), math.degrees(high - low) / 2 + 1.0
