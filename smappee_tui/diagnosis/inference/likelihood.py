"""What the evidence says of every wiring, before any prior: computed once, weighed under two priors."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.evidence.angle import angle_evidence, gives_chance
from smappee_tui.diagnosis.evidence.edges import EdgeScore, score_edge, wire_score
from smappee_tui.diagnosis.evidence.grid_edges import edge_scores
from smappee_tui.diagnosis.evidence.grid_meter import (
    LoadStep,
    SteadyState,
    combined_load_steps,
    floor_at,
    sign_weights,
    steady_score,
    steady_table,
)
from smappee_tui.diagnosis.evidence.inflow import bound, inflow_bounds
from smappee_tui.diagnosis.evidence.record import Evidence, balanced_members
from smappee_tui.diagnosis.evidence.wire_correlation import NO_WIRE, SIGNS, WireKey
from smappee_tui.diagnosis.inference.three_phase import JointCache
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import NOMINAL_VOLTS, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, PHASES, REVERSED, State, log_sum

Wire = tuple[tuple[int, int], ...]
"""The living grid CTs on one wire: (place among the grid CTs, hypothesis)."""
STEADY_DEPTH = 7.0
DELTA_STEADY_DEPTH = 3.0
"""The same on a delta supply, where a load between two lines reads up to 60 degrees off."""
ANYHOW = 36.0
"""How many ways of resting there are where generation hides: six turns, and as many sizes; the best state fits one."""
TURNED_WAYS = 12.0
"""The same on a single phase, where there are two turns."""
Scenario = tuple[float, tuple[float, float, float]]
"""Probability, and the generation that enters on L1, L2 and L3, VA."""
MOST_SCENARIOS = 9
"""Two single-phase units anywhere; each scenario costs a look at every state of the grid meter."""
AT_HOME, AWAY = 0.9, 0.05
"""Probability that a single-phase unit feeds the phase that its CT is configured on, and each of the two others."""
MORE_HIDDEN = 0.01
"""Chance of generation that nobody thought of, whatever was declared."""
MAKES = 0.5
"""Probability that a circuit that seems to give really does; else it is a load whose CT is turned."""
NO_RESPONSE = (0.0, 0.0, 0.0)
STEADY_WEIGHTS = (0.9, 0.4, 0.2)


class Likelihood:
    """ln likelihoods of one site's wirings."""

    def __init__(
        self, evidence: Evidence, unmetered: float, tables: JointCache | None = None, *, guess: bool = True
    ) -> None:
        """Look at the evidence as it is now.

        Args:
            evidence: what was seen.
            unmetered: how probable generation is that no CT measures.
            tables: of three-phase loads, kept from one look to the next.
            guess: weigh angles at rest by how common such loads are; else only by whether such loads exist at all.
        """
        self.tables = tables if tables is not None else {}
        self.evidence = evidence
        self.geometry = evidence.geometry
        self.unmetered = unmetered
        self.guess = guess
        self.grid = [evidence.roles[n] for n in evidence.grid_inputs]
        self.own = {
            n: angle_evidence(
                r, evidence.tracks.get(n), self.geometry, gives=gives_chance(evidence.tracks.get(n)), guess=guess
            )
            for n, r in evidence.roles.items()
            if not r.grid
        }
        self._responses = {
            n: response.wire_scores(evidence.roles[n].phase)
            for n, response in evidence.inverter_responses.items()
            if n in evidence.roles
        }
        # The bound says that nothing else explains a circuit; it accuses nobody, for generation may hide anywhere.
        hidden = min(1.0, unmetered + MORE_HIDDEN)
        self._bounds = {} if guess else inflow_bounds(evidence.blocks, evidence.roles, self.geometry, hidden)
        self._balanced = balanced_members(evidence)
        self._correlations = {
            n: correlation.every_wire(evidence.grid_inputs)
            if n in self._balanced
            else correlation.same_wire({k.input: self._turns(evidence.roles[n], k) for k in self.grid})
            for n, correlation in evidence.correlations.items()
            if not self.geometry.delta or n in self._balanced  # between two lines a load shows on two wires
        }
        self._lone = {
            n: correlation.same_wire({k.input: self._turns(evidence.roles[n], k) for k in self.grid})
            for n, correlation in evidence.lone_correlations.items()
        }
        self._edges: dict[int, list[EdgeScore]] = {}
        for edge in evidence.edges.values():
            n = edge.mark.input
            role = evidence.roles.get(n) if n is not None else None
            if role is not None and not role.grid:
                score = score_edge(edge, role, self.geometry)
                if score is not None:
                    self._edges.setdefault(role.input, []).append(score)
        self._alive = [(t := evidence.tracks.get(n)) is not None and t.most_amps >= 0.1 for n in evidence.grid_inputs]
        self._given: dict[tuple[int, int, Wire], float] = {}
        self._cells: dict[tuple[int, int, State], list[float]] = {}
        self._wires: dict[State, tuple[Wire, Wire, Wire]] = {}
        self._meter: tuple[list[State], list[float]] | None = None

    def _turns(self, role: Role, grid: Role) -> tuple[int, int]:
        geometry = self.geometry
        return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)

    def wires(self, state: State) -> tuple[Wire, Wire, Wire]:
        """Which living grid CTs sit on L1, L2 and L3 in a state."""
        if state not in self._wires:
            on = [(place, h) for place, h in enumerate(state) if self._alive[place]]
            first, second, third = (tuple(one for one in on if PHASE_OF[one[1]] == phase) for phase in range(3))
            self._wires[state] = (first, second, third)
        return self._wires[state]

    def given(self, role: Role, state: State) -> list[float]:
        """ln likelihood of a single-phase circuit's six hypotheses, given where the grid CTs sit.

        Each depends on the grid CTs of its own wire only, so that few different ones exist among hundreds of states.
        """
        wires = self.wires(state)
        result = []
        for hypothesis in range(COUNT):
            key = (role.input, hypothesis, wires[PHASE_OF[hypothesis]])
            if key not in self._given:
                self._given[key] = self._circuit(role, hypothesis, wires[PHASE_OF[hypothesis]])
            result.append(self._given[key])
        return result

    def _circuit(self, role: Role, hypothesis: int, wire: Wire) -> float:
        own = self.own[role.input].scores
        correlation = self._correlations.get(role.input)
        on_wire = [(self.grid[place].input, self.grid[place].phase, h) for place, h in wire]
        held = bound(self._bounds, role.input, hypothesis, on_wire)
        values = [
            own[(hypothesis, sign)]
            + float(held[place])
            + (0.0 if correlation is None else self._same_wire(correlation, hypothesis, sign, wire))
            - math.log(2)
            for place, sign in enumerate(SIGNS)
        ]
        response = self._responses.get(role.input, NO_RESPONSE)[PHASE_OF[hypothesis]]
        return log_sum(values) + self._tested(role.input, hypothesis, wire) + response

    def group_cell(self, number: int, hypothesis: int, signs: tuple[int, ...], state: State) -> list[float]:
        """What is said of one CT of a three-phase load beside its angle, for each sign of its reactive power."""
        key = (number, hypothesis, state)
        if key not in self._cells:
            self._cells[key] = self._cell(number, hypothesis, signs, state)
        return self._cells[key]

    def _cell(self, number: int, hypothesis: int, signs: tuple[int, ...], state: State) -> list[float]:
        wire = self.wires(state)[PHASE_OF[hypothesis]]
        plain = self._tested(number, hypothesis, wire) + self._responses.get(number, NO_RESPONSE)[PHASE_OF[hypothesis]]
        lone = self._lone.get(number)
        if lone is not None:  # the sign of Q is that of another load each time
            plain += max(self._same_wire(lone, hypothesis, sign, wire) for sign in signs)
        correlation = self._correlations.get(number)
        if correlation is None:
            return [plain] * len(signs)
        if number in self._balanced:
            return [plain + self._every_wire(number, correlation, hypothesis, sign, state) for sign in signs]
        return [plain + self._same_wire(correlation, hypothesis, sign, wire) for sign in signs]

    def _tested(self, number: int, hypothesis: int, wire: Wire) -> float:
        """What the announced edges on this circuit say, with these grid CTs on that wire."""
        scores = self._edges.get(number)
        if not scores:
            return 0.0
        if self.geometry.delta:
            return sum(score.scores[hypothesis] for score in scores)
        seen = [
            (role.input, self.geometry.rho(role.phase, h), self.evidence.tracks[role.input].noise)
            for role, h in ((self.grid[place], h) for place, h in wire)
        ]
        return sum(score.scores[hypothesis] + wire_score(score, hypothesis, seen) for score in scores)

    def _same_wire(self, correlation: dict[WireKey, float], hypothesis: int, sign: int, wire: Wire) -> float:
        turned = REVERSED[hypothesis]
        found = [correlation.get((self.grid[place].input, turned ^ REVERSED[h], sign), 0.0) for place, h in wire]
        return max(found) if found else correlation.get((NO_WIRE, 0, sign), 0.0)

    def _every_wire(
        self, number: int, correlation: dict[WireKey, float], hypothesis: int, sign: int, state: State
    ) -> float:
        """Every wire carries a share: only the turn between the two measurements can be told, at each grid CT."""
        mine = self.geometry.rho(self.evidence.roles[number].phase, hypothesis)
        total = sum(
            correlation[(role.input, round((self.geometry.rho(role.phase, h) - mine) / 60) % 6, sign)]
            for role, h, alive in zip(self.grid, state, self._alive, strict=True)
            if alive
        )
        return total / self._balanced[number]

    def meter(self, states: list[State]) -> list[float]:
        """ln likelihood of states of the grid meter by what its own CTs showed.

        Args:
            states: all that a prior allows, at once: they are floored against each other.
        """
        if self._meter is None or self._meter[0] != states:
            self._meter = (states, self._meter_scores(states))
        return self._meter[1]

    def _meter_scores(self, states: list[State]) -> list[float]:
        load_steps = [
            combined_load_steps(
                self._ordinary(self.evidence.grid.load_steps.get(role.input, [])),
                role,
                self.geometry,
                self.evidence.signed,
                NOMINAL_VOLTS,
                max(0.3, self.evidence.volt_noise),
            )
            for role in self.grid
        ]
        steady = self._steady(states)
        announced = edge_scores(self.evidence, states)
        return [
            sum(j[h] for j, h in zip(load_steps, state, strict=True)) + s + t
            for state, s, t in zip(states, steady, announced, strict=True)
        ]

    def _ordinary(self, load_steps: list[LoadStep]) -> list[LoadStep]:
        """Steps to judge by their angle; on a delta supply the announced ones are judged by `announced`, together."""
        return [j for j in load_steps if not j.tested] if self.geometry.delta else load_steps

    def _steady(self, states: list[State]) -> list[float]:
        if self.geometry.name == "delta-neutral" and any(r.generates for r in self.evidence.roles.values()):
            return [0.0] * len(states)  # an inverter between two lines turns both lines' angles anywhere
        steady_states = sorted(
            self.evidence.grid.steady_states, key=lambda b: -max(b.volt_amperes) * min(b.seconds, 40.0) ** 0.5
        )
        weights: tuple[float, ...] = STEADY_WEIGHTS
        if self.evidence.history is not None:
            steady_states, weights = by_place(steady_states, len(self.grid))
        total = [0.0] * len(states)
        for steady, weight in zip(steady_states, weights, strict=False):
            scores = self._steady_scores(steady, states)
            total = [t + weight * s for t, s in zip(total, scores, strict=True)]
        total = floor_at(total, DELTA_STEADY_DEPTH if self.geometry.delta else STEADY_DEPTH) if total else total
        if self.unmetered > 0:
            # Unmetered generation would make the steady state prove nothing: every state would fit alike.
            ways = TURNED_WAYS if self.geometry.name == "single" else ANYHOW
            flat = math.log(self.unmetered) + max(total) - math.log(ways)
            total = [log_sum([math.log(1 - self.unmetered + 1e-9) + t, flat]) for t in total]
        return total

    def _steady_scores(self, steady: SteadyState, states: list[State]) -> list[float]:
        weights = sign_weights(steady, self.evidence.signed)
        scenarios = generation_scenarios(steady, self.evidence.roles, self.geometry)
        results = [0.0] * len(states)
        for share, made in scenarios:
            tables = [
                steady_table(steady, place, role, self.geometry, made, self.guess)
                for place, role in enumerate(self.grid)
            ]
            for place, amps in enumerate(steady.amps):
                if amps < 0.25:
                    tables[place] = [(1e-3, 1e-3)] * COUNT
            for index, state in enumerate(states):
                results[index] += share * math.exp(max(-60.0, steady_score(tables, state, weights)))
        return [math.log(r + 1e-30) for r in results]


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
        makes = 1.0 if role.generates else MAKES
        chances = [makes * (1.0 if sure else AT_HOME if phase == role.phase else AWAY) for phase in range(PHASES)]
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
