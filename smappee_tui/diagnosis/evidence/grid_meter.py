"""What the grid meter's own CTs prove together: their steady angles, and the load steps they see."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from smappee_tui.diagnosis.evidence.steps import reactive
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, PHASE_OF, kind_of, log_sum

MOST_EVENTS = 40
"""Steps kept per grid CT."""
MOST_STEADY_STATES = 6
"""Distinct resting states of the whole meter kept."""
EVENT_ANGLE_CAP = 2.5
EVENT_CAP = 3.2
"""ln likelihood ratio that one step may add: by its angle, and in all."""
TEST_CAP = 5.3
"""The same for a step that the operator confirmed: its size and direction are known."""
RESISTANCES = ((0.03, 0.08), (0.06, 0.15), (0.11, 0.22), (0.18, 0.22), (0.30, 0.20), (0.48, 0.13))
"""Loop resistance of a supply, ohm, and how common: homes lie between 0.05 and 0.5 (IEC 60725 refers to 0.4)."""
TYPICAL_OHMS = 0.3
NEUTRAL_SHARE = 0.4
"""Share of the neutral in the loop resistance."""


@dataclass(frozen=True, slots=True)
class LoadStep:
    """One step as one grid CT saw it, while the other grid CTs stood still."""

    input: int
    watts: float
    q_low: float
    q_high: float
    total_vars: float
    """Change of the published total reactive power, var; NaN where absent."""
    volts: tuple[float, float, float]
    """Change of each phase's voltage, V; NaN where absent."""
    load_watts: float = math.nan
    """Nameplate power of the operator's test load, W, signed: + on, - off; NaN for an ordinary step."""

    @property
    def tested(self) -> bool:
        """The operator announced it."""
        return not math.isnan(self.load_watts)

    def like(self, other: LoadStep) -> bool:
        """Whether both are probably one appliance."""
        size = math.hypot(self.watts, self.q_low)
        same = abs(abs(self.watts) - abs(other.watts)) < 0.12 * size
        return same and abs(self.q_low - other.q_low) < 0.2 * size and self.tested == other.tested


@dataclass(slots=True)
class SteadyState:
    """A stretch on which every grid CT rested: means."""

    watts: tuple[float, ...]
    volt_amperes: tuple[float, ...]
    amps: tuple[float, ...]
    total_vars: float
    generation: dict[int, float]
    """By input of a generating unit's CT: its apparent power, VA."""
    seconds: float
    giving: dict[int, float] = field(default_factory=dict)
    """By input of a circuit configured to take that gives: its apparent power, VA."""

    def like(self, other: SteadyState) -> bool:
        """Whether both are the same resting state."""
        near = max(60.0, 0.15 * max(self.volt_amperes))
        pairs = zip(self.watts + self.volt_amperes, other.watts + other.volt_amperes, strict=True)
        return all(abs(a - b) < near for a, b in pairs)


@dataclass(slots=True)
class GridRecord:
    """Steps and resting states of the grid meter, bounded."""

    load_steps: dict[int, list[LoadStep]] = field(default_factory=dict)
    steady_states: list[SteadyState] = field(default_factory=list)

    def add_load_step(self, load_step: LoadStep) -> None:
        """Keep a step; test steps are never pushed out by ordinary ones."""
        kept = self.load_steps.setdefault(load_step.input, [])
        kept.append(load_step)
        if len(kept) > MOST_EVENTS:
            ordinary = [j for j in kept if not j.tested]
            kept.remove(min(ordinary or kept, key=lambda j: abs(j.watts)))

    def add_steady_state(self, steady: SteadyState) -> None:
        """Keep a resting state, joined to one that is alike."""
        for known in self.steady_states:
            if known.like(steady):
                known.seconds += steady.seconds
                return
        self.steady_states.append(steady)
        if len(self.steady_states) > MOST_STEADY_STATES:
            self.steady_states.remove(min(self.steady_states, key=lambda b: max(b.volt_amperes) * min(b.seconds, 40.0)))


def sag_likelihood(
    volts: tuple[float, float, float], phase: int, amps: float, resistance: float, noise: float, phases: int
) -> float:
    """How well the voltages fit a step of so many in-phase amperes on a phase of a supply of this resistance.

    The own phase falls by R·dI, the others rise by half of the neutral's share; each phase's misfit has a bounded cost,
    because neighbours switch too.
    """
    product = 1.0
    for k in range(phases):
        if math.isnan(volts[k]):
            continue
        shift = -resistance * amps if k == phase else 0.5 * NEUTRAL_SHARE * resistance * amps
        product *= 0.92 * math.exp(-0.5 * min(40.0, ((volts[k] - shift) / noise) ** 2)) + 0.08 * math.exp(-4.0)
    return product + 1e-12


def load_step_scores(
    load_step: LoadStep, role: Role, geometry: Geometry, signed: bool, volts: float, noise: float
) -> tuple[list[float], list[list[float]]]:
    """ln likelihood of the six hypotheses from one step: by its angle alone, and with the voltages per resistance.

    Args:
        load_step: the step.
        role: the CT.
        geometry: how the monitor measures.
        signed: the total reactive power was proved signed, so the step's own sign of Q is known.
        volts: nominal voltage here, V.
        noise: standard deviation of voltage differences without steps, V.
    """
    phases = 1 if geometry.name == "single" else 3
    allowed = geometry.allowed(role.phase, bool(role.group), True)
    if signed and not math.isnan(load_step.total_vars):
        choices = [(load_step.total_vars, 1.0)]
    else:
        choices = [(q, 0.25) for q in (load_step.q_low, -load_step.q_low, load_step.q_high, -load_step.q_high)]
    by_angle: list[float] = []
    with_volts: list[list[float]] = [[] for _ in RESISTANCES]
    for hypothesis in range(COUNT):
        phase = PHASE_OF[hypothesis]
        if hypothesis not in allowed:
            by_angle.append(IMPOSSIBLE)
            for one in with_volts:
                one.append(IMPOSSIBLE)
            continue
        plain, sagged = 0.0, [0.0] * len(RESISTANCES)
        for vars_, weight in choices:
            size = math.hypot(load_step.watts, vars_)
            angle = math.degrees(math.atan2(vars_, load_step.watts)) - geometry.rho(role.phase, hypothesis)
            blur = math.degrees(min(0.5, 12.0 / max(size, 1.0))) + 2.0
            for direction in (1, -1):
                if load_step.tested and (load_step.load_watts > 0) != (direction > 0):
                    continue
                kind = "heater" if load_step.tested else kind_of(size)
                load_angle = angle if direction > 0 else angle + 180
                density = geometry.density(role, hypothesis, kind, load_angle, blur) * weight
                plain += density
                in_phase = direction * size * math.cos(math.radians(load_angle)) / volts
                for place, (resistance, _) in enumerate(RESISTANCES):
                    fit = (
                        sag_likelihood(load_step.volts, phase, in_phase, resistance, noise, phases)
                        if geometry.sags
                        else 1.0
                    )
                    sagged[place] += density * fit
        by_angle.append(math.log(plain + 1e-9))
        for one, value in zip(with_volts, sagged, strict=True):
            one.append(math.log(value + 1e-12))
    return by_angle, with_volts


def floor_at(scores: list[float], depth: float) -> list[float]:
    """Scores relative to the best one, none further down than `depth`."""
    top = max(scores)
    return [max(s - top, -depth) for s in scores]


def combined_load_steps(
    load_steps: list[LoadStep], role: Role, geometry: Geometry, signed: bool, volts: float, noise: float
) -> list[float]:
    """Six ln likelihoods from all steps of one grid CT.

    The load angle of an appliance is drawn once, however often it switches: steps that look alike share one angle term.
    The voltages are new evidence each time.
    """
    total = [0.0] * COUNT
    by_resistance = [[0.0] * COUNT for _ in RESISTANCES]
    families: list[tuple[LoadStep, list[float]]] = []
    for load_step in load_steps:
        by_angle, with_volts = load_step_scores(load_step, role, geometry, signed, volts, noise)
        # A step too small to move the voltage here proves nothing by it, whatever the neighbours did just then.
        visible = TYPICAL_OHMS * abs(load_step.watts) / volts / max(noise, 0.3)
        cap = min(TEST_CAP if load_step.tested else EVENT_CAP, visible)
        sags = [[b - a for a, b in zip(by_angle, scores, strict=True)] for scores in with_volts]
        top = max(max(sag) for sag in sags)
        for kept, sag in zip(by_resistance, sags, strict=True):
            kept[:] = [k + max(s - top, -cap) for k, s in zip(kept, sag, strict=True)]
        angle = floor_at(by_angle, TEST_CAP if load_step.tested else EVENT_ANGLE_CAP)
        family = next((known for first, known in families if first.like(load_step)), None)
        if family is None:
            families.append((load_step, angle))
        elif load_step.tested:
            family[:] = [min(0.0, max(f + 0.5 * a, -2 * TEST_CAP)) for f, a in zip(family, angle, strict=True)]
    for place, (_, angle) in enumerate(sorted(families, key=lambda f: -abs(f[0].watts))):
        weight = 1.0 if place < 4 else 0.4
        total = [t + weight * a for t, a in zip(total, angle, strict=True)]
    # One supply, one resistance: all steps must agree on it. Where none shows, the voltages prove nothing.
    sag_total = [
        log_sum([math.log(w) + kept[h] for kept, (_, w) in zip(by_resistance, RESISTANCES, strict=True)])
        for h in range(COUNT)
    ]
    return [t + s for t, s in zip(total, sag_total, strict=True)]


def sign_weights(steady: SteadyState, signed: bool) -> list[tuple[tuple[int, ...], float]]:
    """Which signs the reactive powers may have, with weights: by the published total where that is signed."""
    count = len(steady.watts)
    combos: list[tuple[int, ...]] = [()]
    for _ in range(count):
        combos = [(*c, s) for c in combos for s in (1, -1)]
    if not signed or math.isnan(steady.total_vars):
        return [(c, 1.0 / len(combos)) for c in combos]
    sizes = [reactive(p, s) for p, s in zip(steady.watts, steady.volt_amperes, strict=True)]
    slack = 15.0 + 0.06 * sum(steady.volt_amperes)
    weights = []
    for combo in combos:
        # Harmonics make |Q| look larger than it is: a total that falls short is milder than one too large.
        misfit = steady.total_vars - sum(s * q for s, q in zip(combo, sizes, strict=True))
        weights.append(math.exp(-0.5 * min(30.0, (misfit / slack) ** 2)) + 1e-4)
    total = sum(weights)
    return [(c, w / total) for c, w in zip(combos, weights, strict=True)]


def load_density(
    geometry: Geometry,
    role: Role,
    hypothesis: int,
    watts: float,
    vars_: float,
    blur: float,
    doubt: float,
    guess: bool = True,
) -> float:
    """How likely a household's load of one phase is: its angle, and its size (log-normal, median 400 VA, sd 1.25).

    The density is per watt, because watts are what is measured: that export and generation nearly cancel is natural
    for a small load and a rare coincidence for one of twice the generation. `doubt` (W) is how far the sum is unknown.
    """
    size = max(math.hypot(watts, vars_), 5.0)
    away = math.log(size / 400.0) / 1.25
    kind = kind_of(size) if guess else "any"
    angle = geometry.density(role, hypothesis, kind, math.degrees(math.atan2(vars_, watts)), blur)
    return angle * (math.exp(-0.5 * away * away) + 0.05) / max(size, doubt)


def steady_table(
    steady: SteadyState,
    place: int,
    role: Role,
    geometry: Geometry,
    generation: tuple[float, float, float],
    guess: bool = True,
) -> list[tuple[float, float]]:
    """Likelihood of the six hypotheses of one grid CT in one resting state, for both signs of its reactive power.

    The measured power is turned back under the hypothesis, the generation of that phase is added, and what remains is
    the household's load, whose angle and size are judged.
    """
    watts, volt_amperes, amps = steady.watts[place], steady.volt_amperes[place], steady.amps[place]
    vars_ = reactive(watts, volt_amperes)
    blur = math.degrees(math.sqrt(2 * min(0.5, 0.03 / max(amps, 0.03)))) * 0.6 + 2.0
    table = []
    for hypothesis in range(COUNT):
        back = -math.radians(geometry.rho(role.phase, hypothesis))
        pair = []
        for sign in (1, -1):
            turned_p = watts * math.cos(back) - sign * vars_ * math.sin(back)
            turned_q = watts * math.sin(back) + sign * vars_ * math.cos(back)
            made = generation[PHASE_OF[hypothesis]]
            # An inverter's share is known to a few percent only; near balance that leaves the load's angle open.
            extra = math.degrees(math.atan2(0.05 * made + 10.0, max(abs(turned_p + made), 1.0))) if made else 0.0
            pair.append(
                load_density(
                    geometry, role, hypothesis, turned_p + made, turned_q, blur + extra, 0.05 * made + 20.0, guess
                )
            )
        table.append((pair[0], pair[1]))
    return table


def steady_score(
    tables: list[list[tuple[float, float]]], state: tuple[int, ...], weights: list[tuple[tuple[int, ...], float]]
) -> float:
    """ln likelihood of one joint state of the grid CTs in one resting state."""
    total = 0.0
    for signs, weight in weights:
        product = weight
        for table, hypothesis, sign in zip(tables, state, signs, strict=True):
            product *= table[hypothesis][0 if sign > 0 else 1]
        total += product
    return math.log(total + 1e-18)
