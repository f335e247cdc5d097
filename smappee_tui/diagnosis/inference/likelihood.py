"""What the evidence says of every wiring, before any prior: computed once, weighed under two priors."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from smappee_tui.diagnosis.evidence.angle import angle_evidence, gives_chance
from smappee_tui.diagnosis.evidence.edges import EdgeScore, score_edge, wire_score
from smappee_tui.diagnosis.evidence.grid_edges import edge_scores
from smappee_tui.diagnosis.evidence.grid_meter import (
    LoadStep,
    SteadyState,
    combined_load_steps,
    floor_at,
    sign_weights,
    steady_scores,
    steady_table,
)
from smappee_tui.diagnosis.evidence.inflow import Bounds, bound, inflow_bounds
from smappee_tui.diagnosis.evidence.pair_steps import pair_scores
from smappee_tui.diagnosis.evidence.record import Evidence, balanced_members
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.evidence.watch.tracks import sign_known
from smappee_tui.diagnosis.evidence.wire_correlation import NO_WIRE, SIGNS, WireCorrelation, WireKey
from smappee_tui.diagnosis.inference.three_phase import JointCache
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, PHASES, REVERSED, Places, State
from smappee_tui.diagnosis.model.weights import (
    CROSSWISE_DEPTH,
    DELTA_STEADY_DEPTH,
    FEEDS_ELSEWHERE,
    FEEDS_HOME,
    MAKES_CHANCE,
    MORE_HIDDEN,
    RARELY_GIVES,
    STEADY_DEPTH,
    STEADY_WAYS,
    STEADY_WAYS_SINGLE,
    STEADY_WEIGHTS,
)

Wire = tuple[tuple[int, int], ...]
"""The living grid CTs on one wire: (place among the grid CTs, hypothesis)."""
Scenario = tuple[float, tuple[float, float, float]]
"""Probability, and the generation that enters on L1, L2 and L3, VA."""
MOST_SCENARIOS = 9
"""Two single-phase units anywhere; each scenario costs a look at every state of the grid meter."""


@cache
def _wires(state: State, alive: tuple[bool, ...]) -> tuple[Wire, Wire, Wire]:
    on = [(place, h) for place, h in enumerate(state) if alive[place]]
    first, second, third = (tuple(one for one in on if PHASE_OF[one[1]] == phase) for phase in range(3))
    return first, second, third


class Likelihood:
    """ln likelihoods of one site's wirings."""

    def __init__(
        self,
        evidence: Evidence,
        unmetered: float,
        tables: JointCache | None = None,
        *,
        guess: bool = True,
    ) -> None:
        """Look at the evidence as it is now.

        Args:
            evidence: what was seen.
            unmetered: how probable generation is that no CT measures.
            tables: of three-phase loads in the look before.
            guess: weigh angles at rest by how common such loads are; else only by whether such loads exist at all.
        """
        self.tables = JointCache(tables)
        self.evidence = evidence
        self.geometry = evidence.geometry
        self.unmetered = unmetered
        self.grid = [evidence.roles[n] for n in evidence.grid_inputs]
        self.circuits = [n for n, role in evidence.roles.items() if not role.grid]
        """All that is not grid, in the order of every array of circuits."""
        self._responses = np.zeros((len(self.circuits), PHASES))
        for place, n in enumerate(self.circuits):
            if n in evidence.inverter_responses:
                self._responses[place] = evidence.inverter_responses[n].wire_scores(evidence.roles[n].phase)
            if n in evidence.load_responses:
                self._responses[place] += evidence.load_responses[n].wires
        balanced = balanced_members(evidence)
        self._balanced = np.array([balanced.get(n, 0) for n in self.circuits], dtype=int)
        same, every = {}, {}
        for n, correlation in evidence.correlations.items():
            if n in balanced:
                every[n] = correlation.every_wire(evidence.grid_inputs)
            elif not self.geometry.delta or self._between_lines(n):
                same[n] = self._of_wires(n, correlation)
        self._same = self._same_table(same)
        self._every = np.zeros((len(self.circuits), len(self.grid), 6, len(SIGNS)))
        for place, n in enumerate(self.circuits):
            if n in every:
                self._every[place] = np.reshape(list(every[n].values()), self._every.shape[1:])
        lone = evidence.lone_correlations.items()
        self._lone = self._same_table({n: self._of_wires(n, correlation) for n, correlation in lone})
        self._rho = np.array([[self._turned(evidence.roles[n], h) for h in range(COUNT)] for n in self.circuits])
        self._edges: dict[int, list[EdgeScore]] = {}
        for edge in evidence.edges.values():
            tested = edge.mark.input
            role = evidence.roles.get(tested) if tested is not None else None
            if role is not None and not role.grid:
                score = score_edge(edge, role, self.geometry)
                if score is not None:
                    self._edges.setdefault(role.input, []).append(score)
        self._alive = tuple(
            (t := evidence.tracks.get(n)) is not None and t.most_amps >= 0.1 for n in evidence.grid_inputs
        )
        self._untested = np.zeros(len(self.circuits))
        self._tests: dict[tuple[int, Wire], Array] = {}
        self._changes: tuple[Places, Array] | None = None
        self._guess(guess)

    def _guess(self, guess: bool, rarely: float = 1.0) -> None:
        """Work out what depends on whether angles at rest are weighed by how common such loads are."""
        evidence = self.evidence
        self.guess = guess
        self.own = {}
        for n in self.circuits:
            track = evidence.tracks.get(n)
            gives = rarely * gives_chance(track)
            if n in evidence.load_responses:
                gives *= math.exp(-evidence.load_responses[n].load)
            self.own[n] = angle_evidence(evidence.roles[n], track, self.geometry, gives=gives, guess=guess)
        cells = [list(self.own[n].scores.values()) for n in self.circuits]
        self._own = np.reshape(cells, (len(self.circuits), COUNT, len(SIGNS)))
        # The bound says that nothing else explains a circuit; it accuses nobody, for generation may hide anywhere.
        hidden = min(1.0, self.unmetered + MORE_HIDDEN)
        self._bounds: Bounds = {}
        if not guess:
            self._bounds = inflow_bounds(evidence.blocks, evidence.roles, self.circuits, self.geometry, hidden)
        self._columns: list[Array] = []
        self._given: dict[tuple[int, Wire], int] = {}
        """Column of a hypothesis, given which grid CTs sit on its wire."""
        self._places: dict[State, list[int]] = {}

    def unguessed(self) -> Likelihood:
        """The same evidence, with no load angle counted as rare.

        Between two lines every angle exists: there the household's habits are the only word, but a CT that must be both
        turned and giving to look right is counted as rare.
        """
        other = copy.copy(self)
        other._guess(self.geometry.delta, RARELY_GIVES if self.geometry.delta else 1.0)
        return other

    def _between_lines(self, number: int) -> bool:
        """Whether a circuit of a delta supply is one load between two lines, whose power has a sign."""
        role = self.evidence.roles[number]
        return not (role.group or role.paired or role.generates) and sign_known(self.evidence.tracks.get(number))

    def _of_wires(self, number: int, correlation: WireCorrelation) -> dict[WireKey, float]:
        return correlation.same_wire({k.input: self._turns(self.evidence.roles[number], k) for k in self.grid})

    def _same_table(self, known: dict[int, dict[WireKey, float]]) -> Array:
        """Circuits x (grid CTs, and none of them) x 1 where they are turned against each other x signs of Q."""
        table = np.zeros((len(self.circuits), len(self.grid) + 1, 2, len(SIGNS)))
        keys = [k.input for k in self.grid]
        for place, n in enumerate(self.circuits):
            if n in known:
                values = [known[n].get((k, against, s), 0.0) for k in keys for against in (0, 1) for s in SIGNS]
                table[place, :-1] = np.reshape(values, (len(keys), 2, len(SIGNS)))
                if self._roleless(n):
                    table[place, :-1] = table[place, :-1].max(1, keepdims=True)
                table[place, -1] = [known[n].get((NO_WIRE, 0, s), 0.0) for s in SIGNS]
        return table

    def _roleless(self, number: int) -> bool:
        """Whether nobody said what an input measures: either direction is right, and speaks of no grid CT's."""
        setting = self.evidence.settings.get(number)
        return setting is not None and setting.role == "UNKNOWN" and setting.connection == "UNKNOWN"

    def _turned(self, role: Role, hypothesis: int) -> int:
        """Turn of a CT's measured power against the wire's own, steps of 60 degrees."""
        return round(self.geometry.rho(role.phase, hypothesis) / 60)

    def _turns(self, role: Role, grid: Role) -> tuple[int, int]:
        geometry = self.geometry
        return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)

    def wires(self, state: State) -> tuple[Wire, Wire, Wire]:
        """Which living grid CTs sit on L1, L2 and L3 in a state."""
        return _wires(state, self._alive)

    def given(self, states: Sequence[State]) -> Array:
        """Circuits x states x hypotheses: ln likelihood of a single-phase circuit, given where the grid CTs sit.

        Each depends on the grid CTs of its own wire only, so that few different ones exist among hundreds of states.
        """
        places = [self._places.get(state) or self._place(state) for state in states]
        table = np.array(self._columns).T
        return np.asarray(table[:, np.array(places, dtype=int).reshape(-1, COUNT)])

    def _place(self, state: State) -> list[int]:
        """Columns of the six hypotheses in a state."""
        wires = self.wires(state)
        keys = [(h, wires[PHASE_OF[h]]) for h in range(COUNT)]
        if self.geometry.name == "delta-line":  # the third pair of lines shows on both of the others, and on no third
            keys = [(h, wires[0] + wires[1] if PHASE_OF[h] == 2 else wire) for h, wire in keys]
        for key in keys:
            if key not in self._given:
                self._given[key] = len(self._columns)
                self._columns.append(self._circuits(*key))
        self._places[state] = [self._given[key] for key in keys]
        return self._places[state]

    def _circuits(self, hypothesis: int, wire: Wire) -> Array:
        crosswise = self.geometry.name == "delta-line" and PHASE_OF[hypothesis] == 2
        on_wire = [(self.grid[place].input, self.grid[place].phase, h) for place, h in wire if not crosswise]
        values = self._own[:, hypothesis] + bound(self._bounds, hypothesis, on_wire)
        same = self._same_wire(self._same, hypothesis, wire)
        if self.geometry.delta:
            same = np.maximum(same, -CROSSWISE_DEPTH)
        values = values + same - math.log(2)
        response = self._responses[:, PHASE_OF[hypothesis]]
        return np.asarray(np.logaddexp(values[:, 0], values[:, 1]) + self._tested(hypothesis, wire) + response)

    def group_cells(self, state: State) -> Array:
        """Circuits x hypotheses x signs of Q: what is said of a CT of a three-phase load beside its angle."""
        wires = self.wires(state)
        cells = np.empty((len(self.circuits), COUNT, len(SIGNS)))
        for hypothesis in range(COUNT):
            wire = wires[PHASE_OF[hypothesis]]
            # The sign of Q of a single load on it is that of another load each time.
            lone = self._same_wire(self._lone, hypothesis, wire).max(1)
            plain = self._tested(hypothesis, wire) + self._responses[:, PHASE_OF[hypothesis]] + lone
            cells[:, hypothesis] = plain[:, None] + self._same_wire(self._same, hypothesis, wire)
        return cells + self._every_wire(state)

    def _tested(self, hypothesis: int, wire: Wire) -> Array:
        """What the announced edges on each circuit say, with these grid CTs on that wire."""
        if not self._edges:
            return self._untested
        key = hypothesis, wire
        if key not in self._tests:
            self._tests[key] = np.array([self._test(self._edges.get(n), hypothesis, wire) for n in self.circuits])
        return self._tests[key]

    def _test(self, scores: list[EdgeScore] | None, hypothesis: int, wire: Wire) -> float:
        if not scores:
            return 0.0
        if self.geometry.delta:
            return sum(score.scores[hypothesis] for score in scores)
        seen = [
            (role.input, self.geometry.rho(role.phase, h), self.evidence.tracks[role.input].noise)
            for role, h in ((self.grid[place], h) for place, h in wire)
        ]
        return sum(score.scores[hypothesis] + wire_score(score, hypothesis, seen) for score in scores)

    def _same_wire(self, table: Array, hypothesis: int, wire: Wire) -> Array:
        """Circuits x signs of Q: the best of what the grid CTs on that wire say."""
        if not wire:
            return np.asarray(table[:, -1, 0])
        against = [REVERSED[hypothesis] ^ REVERSED[h] for _, h in wire]
        if self.geometry.name == "delta-line" and PHASE_OF[hypothesis] == 2:
            # The current between the first two lines enters by one and leaves by the other.
            against = [turned ^ (PHASE_OF[h] == 0) for turned, (_, h) in zip(against, wire, strict=True)]
        if len(wire) == 1:
            return np.asarray(table[:, wire[0][0], against[0]])
        return np.asarray(table[:, [place for place, _ in wire], against].max(1))

    def _every_wire(self, state: State) -> Array:
        """Every wire carries a share of a balanced load: only the turn between the two measurements can be told, at
        each grid CT."""
        total = np.zeros((len(self.circuits), COUNT, len(SIGNS)))
        circuits = np.arange(len(self.circuits))[:, None]
        for place, (role, h, alive) in enumerate(zip(self.grid, state, self._alive, strict=True)):
            if alive:
                total += self._every[circuits, place, (self._turned(role, h) - self._rho) % 6]
        return np.asarray(total / np.maximum(self._balanced, 1)[:, None, None])

    def meter(self, states: Places) -> Array:
        """ln likelihood of states of the grid meter by what its own CTs showed.

        Args:
            states: all that a prior allows, at once: they are floored against each other.
        """
        if self._changes is None or not np.array_equal(self._changes[0], states):
            self._changes = states, self._by_changes(states)
        beside = self.evidence.beside
        witness = beside.scores(states) if beside is not None else 0.0
        return np.asarray(self._changes[1] + self._steady(states) + witness)

    def _by_changes(self, states: Places) -> Array:
        total = edge_scores(self.evidence, states)
        if self.geometry.delta:
            return np.asarray(total + self._by_pairs(states))
        for place, role in enumerate(self.grid):
            load_steps = self._ordinary(self.evidence.grid.load_steps.get(role.input, []))
            noise = max(0.3, self.evidence.volt_noise)
            scores = combined_load_steps(load_steps, role, self.geometry, self.evidence.signed, NOMINAL_VOLTS, noise)
            total = total + scores[states[:, place]]
        return total

    def _by_pairs(self, states: Places) -> Array:
        roles = self.evidence.roles.values()
        noise = max(
            (self.evidence.tracks[k.input].noise for k in self.grid if k.input in self.evidence.tracks), default=0.0
        )
        hides = 1.0 if any(role.generates or role.stores for role in roles) else self.unmetered
        phases = tuple(k.phase for k in self.grid)
        return pair_scores(self.evidence.pairs.steps, phases, self.geometry, round(noise), hides, states)

    def _ordinary(self, load_steps: list[LoadStep]) -> list[LoadStep]:
        """Steps to judge by their angle; on a delta supply the announced ones are judged by `announced`, together."""
        return [j for j in load_steps if not j.tested] if self.geometry.delta else load_steps

    def _steady(self, states: Places) -> Array:
        total = np.zeros(len(states))
        if self.geometry.name == "delta-neutral" and any(r.generates for r in self.evidence.roles.values()):
            return total  # an inverter between two lines turns both lines' angles anywhere
        steady_states = sorted(
            self.evidence.grid.steady_states, key=lambda b: -max(b.volt_amperes) * min(b.seconds, 40.0) ** 0.5
        )
        weights: tuple[float, ...] = STEADY_WEIGHTS
        if self.evidence.history is not None:
            steady_states, weights = by_place(steady_states, len(self.grid))
        for steady, weight in zip(steady_states, weights, strict=False):
            total += weight * self._steady_scores(steady, states)
        if not len(states):
            return total
        total = floor_at(total, DELTA_STEADY_DEPTH if self.geometry.delta else STEADY_DEPTH)
        if self.unmetered > 0:
            # Unmetered generation would make the steady state prove nothing: every state would fit alike.
            ways = STEADY_WAYS_SINGLE if self.geometry.name == "single" else STEADY_WAYS
            flat = math.log(self.unmetered) + float(total.max()) - math.log(ways)
            total = np.logaddexp(math.log(1 - self.unmetered + 1e-9) + total, flat)
        return total

    def _steady_scores(self, steady: SteadyState, states: Places) -> Array:
        weights = sign_weights(steady, self.evidence.signed)
        results = np.zeros(len(states))
        for share, made in generation_scenarios(steady, self.evidence.roles, self.geometry):
            tables = [
                [(1e-3, 1e-3)] * COUNT
                if steady.amps[place] < 0.25
                else steady_table(steady, place, role, self.geometry, made, self.guess)
                for place, role in enumerate(self.grid)
            ]
            results += share * steady_scores(np.array(tables), states, weights)
        return np.log(results + 1e-30)


def generation_scenarios(steady: SteadyState, roles: dict[int, Role], geometry: Geometry) -> list[Scenario]:
    """On which wires the generation of a resting state may enter: a unit's CT may be misplaced itself.

    Of more than `MOST_SCENARIOS` the least probable are left out, and the others share their probability.
    """
    scenarios: list[Scenario] = [(1.0, (0.0, 0.0, 0.0))]
    for number, size in (steady.generation | steady.giving).items():
        role = roles.get(number)
        if role is None or role.generates != (number in steady.generation):
            continue
        sure = bool(role.group) or geometry.name == "single"
        makes = 1.0 if role.generates else MAKES_CHANCE
        chances = [
            makes * (1.0 if sure else FEEDS_HOME if phase == role.phase else FEEDS_ELSEWHERE) for phase in range(PHASES)
        ]
        if sure:
            chances = [chance if phase == role.phase else 0.0 for phase, chance in enumerate(chances)]
        fresh = [(share * (1 - makes), made) for share, made in scenarios if makes < 1]
        for share, made in scenarios:
            for phase, chance in enumerate(chances):
                if chance:
                    more = list(made)
                    more[phase] += size
                    fresh.append((share * chance, (more[0], more[1], more[2])))
        scenarios = fresh
        if len(scenarios) > MOST_SCENARIOS:
            kept = sorted(scenarios, key=lambda one: -one[0])[:MOST_SCENARIOS]
            whole = sum(share for share, _ in kept)
            scenarios = [(share / whole, made) for share, made in kept]
    return scenarios


def by_place(steady_states: list[SteadyState], count: int) -> tuple[list[SteadyState], tuple[float, ...]]:
    """Resting states of weeks: for each grid CT the one in which it was loaded most, then the others, with weights.

    A minute has few states and they share their appliances; weeks hold for each phase a state of its own.
    """
    chosen: list[SteadyState] = []
    for place in range(count):
        most = max(steady_states, key=lambda b: b.volt_amperes[place], default=None)
        if most is not None and most not in chosen:
            chosen.append(most)
    rest = [b for b in steady_states if b not in chosen]
    return chosen + rest, (STEADY_WEIGHTS[0],) * len(chosen) + STEADY_WEIGHTS[1:]
