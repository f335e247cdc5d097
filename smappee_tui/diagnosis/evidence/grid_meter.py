"""What the grid meter's own CTs prove together: their steady angles, and the load steps they see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from smappee_tui.diagnosis.evidence.steps import reactive
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, PHASE_OF, Places, kind_of
from smappee_tui.diagnosis.model.weights import (
    ANNOUNCED_AGAIN,
    ANNOUNCED_CAP,
    LOAD_STEP_ANGLE_CAP,
    LOAD_STEP_CAP,
    MORE_FAMILIES,
    NEIGHBOURS_SWITCH,
)

MOST_EVENTS = 40
"""Steps kept per grid CT."""
MOST_STEADY_STATES = 6
"""Distinct resting states of the whole meter kept."""
RESISTANCES = ((0.03, 0.08), (0.06, 0.15), (0.11, 0.22), (0.18, 0.22), (0.30, 0.20), (0.48, 0.13))
"""Loop resistance of a supply, ohm, and how common: homes lie between 0.05 and 0.5 (IEC 60725 refers to 0.4)."""
OHMS = np.array([ohms for ohms, _ in RESISTANCES])
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


def sag_likelihoods(volts: Array, in_phase: Array, noise: float) -> Array:
    """How well the voltages fit steps of so many in-phase amperes, for every phase and resistance of a supply.

    The own phase falls by R·dI, the others rise by half of the neutral's share; each phase's misfit has a bounded cost,
    because neighbours switch too.

    Args:
        volts: steps x phases: change of each voltage, V; NaN where absent.
        in_phase: steps x hypotheses x ways: current, A.
        noise: standard deviation of voltage differences without steps, V.

    Returns:
        Steps x hypotheses x ways x resistances.
    """
    drops = in_phase[..., None] * OHMS
    product = np.ones(drops.shape)
    own = np.array(PHASE_OF)[:, None, None]
    for k in range(volts.shape[1]):
        shift = np.where(own == k, -drops, 0.5 * NEUTRAL_SHARE * drops)
        away = (volts[:, k, None, None, None] - shift) / noise
        fit = (1 - NEIGHBOURS_SWITCH) * np.exp(-0.5 * np.minimum(40.0, away**2)) + NEIGHBOURS_SWITCH * math.exp(-4.0)
        product *= np.where(np.isnan(fit), 1.0, fit)
    return product + 1e-12


@lru_cache(maxsize=256)
def _ways(load_step: LoadStep, role: Role, geometry: Geometry, signed: bool) -> tuple[Array, Array]:
    """Hypotheses x ways in which a step may have come about (sign of Q, on or off): density, and in-phase power, W."""
    known = signed and not math.isnan(load_step.total_vars)
    low, high = load_step.q_low, load_step.q_high
    choices = [(load_step.total_vars, 1.0)] if known else [(q, 0.25) for q in (low, -low, high, -high)]
    density, in_phase = np.zeros((COUNT, 8)), np.zeros((COUNT, 8))
    for hypothesis in geometry.allowed(role.phase, bool(role.group), True):
        for choice, (vars_, weight) in enumerate(choices):
            size = math.hypot(load_step.watts, vars_)
            angle = math.degrees(math.atan2(vars_, load_step.watts)) - geometry.rho(role.phase, hypothesis)
            blur = math.degrees(min(0.5, 12.0 / max(size, 1.0))) + 2.0
            for way, direction in enumerate((1, -1)):
                if load_step.tested and (load_step.load_watts > 0) != (direction > 0):
                    continue
                kind = "heater" if load_step.tested else kind_of(size)
                load_angle = angle if direction > 0 else angle + 180
                place = hypothesis, 2 * choice + way
                density[place] = geometry.density(role, hypothesis, kind, load_angle, blur) * weight
                in_phase[place] = direction * size * math.cos(math.radians(load_angle))
    return density, in_phase


def load_step_scores(
    load_steps: Sequence[LoadStep], role: Role, geometry: Geometry, signed: bool, volts: float, noise: float
) -> tuple[Array, Array]:
    """ln likelihood of the six hypotheses from each step: by its angle alone, and with the voltages per resistance.

    Args:
        load_steps: the steps.
        role: the CT.
        geometry: how the monitor measures.
        signed: the total reactive power was proved signed, so the step's own sign of Q is known.
        volts: nominal voltage here, V.
        noise: standard deviation of voltage differences without steps, V.

    Returns:
        Steps x hypotheses, and steps x resistances x hypotheses.
    """
    phases = 1 if geometry.name == "single" else 3
    ways = [_ways(one, role, geometry, signed) for one in load_steps]
    density, in_phase = (np.array([one[part] for one in ways]) for part in (0, 1))
    by_angle = np.log(density.sum(2) + 1e-9)
    fit = np.ones((1, 1, 1, len(OHMS)))
    if geometry.sags:
        fit = sag_likelihoods(np.array([one.volts[:phases] for one in load_steps]), in_phase / volts, noise)
    with_volts = np.log((density[..., None] * fit).sum(2) + 1e-12).transpose(0, 2, 1)
    other = [h for h in range(COUNT) if h not in geometry.allowed(role.phase, bool(role.group), True)]
    by_angle[:, other] = with_volts[:, :, other] = IMPOSSIBLE
    return by_angle, with_volts


def floor_at(scores: Array, depth: float) -> Array:
    """Scores relative to the best one, none further down than `depth`."""
    return np.asarray(np.maximum(scores - scores.max(), -depth))


def combined_load_steps(
    load_steps: list[LoadStep], role: Role, geometry: Geometry, signed: bool, volts: float, noise: float
) -> Array:
    """Six ln likelihoods from all steps of one grid CT.

    The load angle of an appliance is drawn once, however often it switches: steps that look alike share one angle term.
    The voltages are new evidence each time.
    """
    total = np.zeros(COUNT)
    if not load_steps:
        return total
    by_angle, with_volts = load_step_scores(load_steps, role, geometry, signed, volts, noise)
    # A step too small to move the voltage here proves nothing by it, whatever the neighbours did just then.
    visible = [TYPICAL_OHMS * abs(one.watts) / volts / max(noise, 0.3) for one in load_steps]
    caps = [
        min(ANNOUNCED_CAP if one.tested else LOAD_STEP_CAP, most) for one, most in zip(load_steps, visible, strict=True)
    ]
    sags = with_volts - by_angle[:, None, :]
    sags = np.maximum(sags - sags.max((1, 2), keepdims=True), -np.array(caps)[:, None, None]).sum(0)
    families: list[tuple[float, Array]] = []
    for members in _families(tuple(load_steps)):
        tested = load_steps[members[0]].tested
        floored = [floor_at(by_angle[one], ANNOUNCED_CAP if tested else LOAD_STEP_ANGLE_CAP) for one in members]
        angle = floored[0]
        for one in floored[1:] if tested else ():
            angle = np.clip(angle + ANNOUNCED_AGAIN * one, -2 * ANNOUNCED_CAP, 0.0)
        families.append((abs(load_steps[members[0]].watts), angle))
    for place, (_, angle) in enumerate(sorted(families, key=lambda f: -f[0])):
        total += (1.0 if place < 4 else MORE_FAMILIES) * angle
    # One supply, one resistance: all steps must agree on it. Where none shows, the voltages prove nothing.
    common = np.log([weight for _, weight in RESISTANCES])[:, None]
    return np.asarray(total + np.logaddexp.reduce(common + sags, axis=0))


@lru_cache(maxsize=16)
def _families(load_steps: tuple[LoadStep, ...]) -> list[list[int]]:
    """The places of steps that look alike: each with the first one that it is like."""
    families: list[list[int]] = []
    for place, one in enumerate(load_steps):
        family = next((known for known in families if load_steps[known[0]].like(one)), None)
        if family is None:
            families.append([place])
        else:
            family.append(place)
    return families


def sign_weights(steady: SteadyState, signed: bool) -> Array:
    """How probable each combination of signs of the CTs' reactive powers is, an axis of two (+, -) a CT: by the
    published total where that is signed."""
    count = len(steady.watts)
    if not signed or math.isnan(steady.total_vars):
        return np.full((2,) * count, 0.5**count)
    sizes = [reactive(p, s) for p, s in zip(steady.watts, steady.volt_amperes, strict=True)]
    slack = 15.0 + 0.06 * sum(steady.volt_amperes)
    sums = np.zeros(())
    for size in sizes:
        sums = sums[..., None] + np.array((size, -size))
    # Harmonics make |Q| look larger than it is: a total that falls short is milder than one too large.
    misfit = (steady.total_vars - sums) / slack
    weights = np.exp(-0.5 * np.minimum(30.0, misfit**2)) + 1e-4
    return np.asarray(weights / weights.sum())


@lru_cache(maxsize=1024)
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


def steady_scores(tables: Array, states: Places, weights: Array) -> Array:
    """Likelihood of joint states of the grid CTs in one resting state.

    Args:
        tables: CTs x hypotheses x signs, see `steady_table`.
        states: the states.
        weights: of the signs, see `sign_weights`.
    """
    left = weights.reshape(1, -1)
    for place, table in enumerate(tables):  # the axes of the weights are summed over, one CT after the other
        left = (table[states[:, place], :, None] * left.reshape(len(left), 2, -1)).sum(1)
    return np.asarray(left[:, 0] + 1e-18)
