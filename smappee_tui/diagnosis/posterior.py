"""From evidence to probabilities: the grid CTs jointly, then every circuit given the grid, under a given prior."""

from __future__ import annotations

import itertools
import math

from smappee_tui.diagnosis.announced import trial_scores
from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.evidence import Evidence
from smappee_tui.diagnosis.grid import Block, Jump, combined_jumps, floor_at, sign_weights, steady_score, steady_table
from smappee_tui.diagnosis.group import CELLS, Cell, balanced_members, marginals, shared_table, with_prior
from smappee_tui.diagnosis.hypotheses import COUNT, log_sum
from smappee_tui.diagnosis.link import NO_WIRE, SIGNS, Key
from smappee_tui.diagnosis.own import own_scores
from smappee_tui.diagnosis.priors import IMPOSSIBLE, Prior
from smappee_tui.diagnosis.trials import NOMINAL_VOLTS, TrialScore, score_trial, wire_score

State = tuple[int, ...]
STEADY_DEPTH = 7.0
DELTA_STEADY_DEPTH = 3.0
"""The same on a delta supply, where a load between two lines reads up to 60 degrees off."""
RELEVANT = 10.0
"""States of the grid meter this far below the best, in ln likelihood, are left out."""
MOST_STATES = 24
"""States of the grid meter under which three-phase loads are judged; the rest weighs too little to matter."""
NO_RIDE = (0.0, 0.0, 0.0)
BLOCK_WEIGHTS = (0.9, 0.4, 0.2)


class Joint:
    """The joint posterior of one site under one prior."""

    def __init__(self, evidence: Evidence, prior: Prior, unmetered: float) -> None:
        self.evidence = evidence
        self.prior = prior
        self.geometry = evidence.geometry
        self.unmetered = unmetered
        self.grid = [evidence.roles[n] for n in evidence.grid_inputs]
        self.marginals: dict[int, list[float]] = {}
        self._groups: dict[str, list[Cell]] = {}
        self._own = {
            n: own_scores(r, evidence.tracks.get(n), self.geometry) for n, r in evidence.roles.items() if not r.grid
        }
        self._rides = {
            n: riding.wire_scores(evidence.roles[n].phase)
            for n, riding in evidence.riding.items()
            if n in evidence.roles
        }
        self._balanced = balanced_members(evidence)
        self._links = {
            n: link.every_wire(evidence.grid_inputs)
            if n in self._balanced
            else link.same_wire({k.input: self._turns(evidence.roles[n], k) for k in self.grid})
            for n, link in evidence.links.items()
            if not self.geometry.delta or n in self._balanced  # between two lines a load shows on two wires
        }
        self._trials: dict[int, list[TrialScore]] = {}
        for trial in evidence.trials.values():
            n = trial.mark.input
            role = evidence.roles.get(n) if n is not None else None
            if role is not None and not role.grid:
                score = score_trial(trial, role, self.geometry)
                if score is not None:
                    self._trials.setdefault(role.input, []).append(score)
        self._alive = {
            n: (t := evidence.tracks.get(n)) is not None and t.most_amps >= 0.1 for n in evidence.grid_inputs
        }
        self._solve()

    def _turns(self, role: Role, grid: Role) -> tuple[int, int]:
        geometry = self.geometry
        return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)

    def _single_prior(self, role: Role) -> tuple[float, ...]:
        return self.prior.single(role.phase, self.geometry.allowed(role.phase, bool(role.group), role.grid))

    def _solve(self) -> None:
        states = self._grid_states()
        groups: dict[str, list[int]] = {}
        singles: list[int] = []
        for n, role in self.evidence.roles.items():
            if role.grid:
                continue
            if role.group:
                groups.setdefault(role.group, []).append(n)
            else:
                singles.append(n)
        scored: list[tuple[State, float, dict[int, list[float]]]] = []
        for group, members in groups.items():
            roles = [self.evidence.roles[n] for n in members]
            tracks = [self.evidence.tracks.get(n) for n in members]
            table = shared_table(roles, tracks, [self._own[n] for n in members], self.geometry)
            self._groups[group] = with_prior(table, self.prior.triple_of(tuple(r.phase for r in roles)))
        best = -math.inf
        for state, weight in sorted(states, key=lambda one: -one[1]):
            if weight < best - RELEVANT:
                break  # circuits can only take likelihood away: their scores are relative to the best
            total = weight
            given: dict[int, list[float]] = {}
            for n in singles:
                given[n] = self._given(self.evidence.roles[n], state)
                prior = self._single_prior(self.evidence.roles[n])
                total += log_sum([p + g for p, g in zip(prior, given[n], strict=True)])
            best = max(best, total)
            scored.append((state, total, given))
        kept = sorted((s for s in scored if s[1] > best - RELEVANT), key=lambda one: -one[1])[:MOST_STATES]
        final: list[tuple[State, float, dict[int, list[float]]]] = []
        for state, total, given in kept:
            inside: dict[int, list[float]] = {}
            for n in singles:
                prior = self._single_prior(self.evidence.roles[n])
                inside[n] = _normal([p + g for p, g in zip(prior, given[n], strict=True)])
            for group, members in groups.items():
                score, parts = self._group(self._groups[group], members, state)
                total += score
                for n, part in zip(members, parts, strict=True):
                    inside[n] = part
            final.append((state, total, inside))
        self._mix(final)

    def _mix(self, final: list[tuple[State, float, dict[int, list[float]]]]) -> None:
        top = max(total for _, total, _ in final)
        weights = [math.exp(total - top) for _, total, _ in final]
        whole = sum(weights)
        for n in self.evidence.roles:
            self.marginals[n] = [0.0] * COUNT
        for (state, _, inside), weight in zip(final, weights, strict=True):
            share = weight / whole
            for role, hypothesis in zip(self.grid, state, strict=True):
                self.marginals[role.input][hypothesis] += share
            for n, part in inside.items():
                mine = self.marginals[n]
                for h in range(COUNT):
                    mine[h] += share * part[h]

    def _group(self, table: list[Cell], members: list[int], state: State) -> tuple[float, list[list[float]]]:
        """ln likelihood of a three-phase load given the grid's state, and the marginals of its CTs."""
        links = []
        for n in members:
            link = self._links.get(n)
            ride = self._rides.get(n, NO_RIDE)
            trial = [self._trial_score(n, h, state) + ride[h // 2] for h in range(COUNT)]
            links.append(
                [(0.0 if link is None else self._link_score(n, link, state, h, sign)) + trial[h] for h, sign in CELLS]
            )
        return marginals(table, links)

    def _given(self, role: Role, state: State) -> list[float]:
        """ln likelihood of a circuit's six hypotheses, given where the grid CTs sit."""
        own = self._own[role.input].scores
        ride = self._rides.get(role.input, NO_RIDE)
        link = self._links.get(role.input)
        result = []
        for hypothesis in range(COUNT):
            values = []
            for sign in SIGNS:
                value = own[(hypothesis, sign)]
                if link is not None:
                    value += self._link_score(role.input, link, state, hypothesis, sign)
                values.append(value - math.log(2))
            result.append(log_sum(values) + self._trial_score(role.input, hypothesis, state) + ride[hypothesis // 2])
        return result

    def _trial_score(self, number: int, hypothesis: int, state: State) -> float:
        """What the announced edges on this circuit say, with the grid CTs on that wire."""
        scores = self._trials.get(number)
        if not scores:
            return 0.0
        phase = hypothesis // 2
        wire = [
            (role.input, self.geometry.rho(role.phase, h), self.evidence.tracks[role.input].noise)
            for role, h in zip(self.grid, state, strict=True)
            if h // 2 == phase and self._alive[role.input]
        ]
        if self.geometry.delta:
            return sum(score.scores[hypothesis] for score in scores)
        return sum(score.scores[hypothesis] + wire_score(score, hypothesis, wire) for score in scores)

    def _link_score(self, number: int, link: dict[Key, float], state: State, hypothesis: int, sign: int) -> float:
        if number in self._balanced:
            # Every wire carries a share: only the turn between the two measurements can be told, at each grid CT.
            mine = self.geometry.rho(self.evidence.roles[number].phase, hypothesis)
            total = sum(
                link[(role.input, round((self.geometry.rho(role.phase, h) - mine) / 60) % 6, sign)]
                for role, h in zip(self.grid, state, strict=True)
                if self._alive[role.input]
            )
            return total / self._balanced[number]
        phase, turned = divmod(hypothesis, 2)
        found = [
            link.get((role.input, turned ^ (h % 2), sign), 0.0)
            for role, h in zip(self.grid, state, strict=True)
            if h // 2 == phase and self._alive[role.input]
        ]
        return max(found) if found else link.get((NO_WIRE, 0, sign), 0.0)

    def _grid_states(self) -> list[tuple[State, float]]:
        evidence = self.evidence
        if not self.grid:
            return [((), 0.0)]
        noise = max(0.3, evidence.volt_noise)
        jumps = [
            combined_jumps(
                self._ordinary(evidence.grid.jumps.get(role.input, [])),
                role,
                self.geometry,
                evidence.signed,
                NOMINAL_VOLTS,
                noise,
            )
            for role in self.grid
        ]
        if len(self.grid) == 3:
            table = self.prior.triple(tuple(r.phase for r in self.grid))
        else:
            singles = [self._single_prior(r) for r in self.grid]
            table = [
                (state, sum(p[h] for p, h in zip(singles, state, strict=True)))
                for state in itertools.product(range(COUNT), repeat=len(self.grid))
            ]
        table = [(s, p) for s, p in table if p > IMPOSSIBLE]
        steady = self._steady([state for state, _ in table])
        announced = trial_scores(evidence, [state for state, _ in table])
        return [
            (state, prior + sum(j[h] for j, h in zip(jumps, state, strict=True)) + s + t)
            for (state, prior), s, t in zip(table, steady, announced, strict=True)
        ]

    def _ordinary(self, jumps: list[Jump]) -> list[Jump]:
        """Steps to judge by their angle; on a delta supply the announced ones are judged by `announced`, together."""
        return [j for j in jumps if not j.tested] if self.geometry.delta else jumps

    def _steady(self, states: list[State]) -> list[float]:
        if self.geometry.name == "delta-neutral" and any(r.generates for r in self.evidence.roles.values()):
            return [0.0] * len(states)  # an inverter between two lines turns both lines' angles anywhere
        blocks = sorted(self.evidence.grid.blocks, key=lambda b: -max(b.volt_amperes) * min(b.seconds, 40.0) ** 0.5)
        weights: tuple[float, ...] = BLOCK_WEIGHTS
        if self.evidence.past is not None:
            blocks, weights = by_place(blocks, len(self.grid))
        total = [0.0] * len(states)
        for block, weight in zip(blocks, weights, strict=False):
            scores = self._block_scores(block, states)
            total = [t + weight * s for t, s in zip(total, scores, strict=True)]
        total = floor_at(total, DELTA_STEADY_DEPTH if self.geometry.delta else STEADY_DEPTH) if total else total
        if self.unmetered > 0:
            # Unmetered generation would make the steady state prove nothing.
            flat = math.log(self.unmetered) + log_sum(total) - math.log(len(total))
            total = [log_sum([math.log(1 - self.unmetered + 1e-9) + t, flat]) for t in total]
        return total

    def _block_scores(self, block: Block, states: list[State]) -> list[float]:
        weights = sign_weights(block, self.evidence.signed)
        scenarios = self._generation(block)
        results = [0.0] * len(states)
        for share, made in scenarios:
            tables = [steady_table(block, place, role, self.geometry, made) for place, role in enumerate(self.grid)]
            for place, role in enumerate(self.grid):
                if block.amps[place] < 0.25:
                    tables[place] = [(1e-3, 1e-3)] * COUNT
                _ = role
            for index, state in enumerate(states):
                results[index] += share * math.exp(max(-60.0, steady_score(tables, state, weights)))
        return [math.log(r + 1e-30) for r in results]

    def _generation(self, block: Block) -> list[tuple[float, tuple[float, float, float]]]:
        """Where the generation may enter: (probability, VA per true phase)."""
        roles = [r for n, r in self.evidence.roles.items() if r.generates and n in self.evidence.tracks]
        scenarios: list[tuple[float, tuple[float, float, float]]] = [(1.0, (0.0, 0.0, 0.0))]
        for role, size in zip(roles, block.generation, strict=False):
            fresh = []
            for share, made in scenarios:
                for phase in range(3):
                    if role.group or self.geometry.name == "single":
                        chance = 1.0 if phase == role.phase else 0.0
                    else:
                        chance = 0.9 if phase == role.phase else 0.05
                    if chance:
                        more = list(made)
                        more[phase] += size
                        fresh.append((share * chance, (more[0], more[1], more[2])))
            scenarios = fresh if len(fresh) <= 9 else scenarios
        return scenarios


def by_place(blocks: list[Block], count: int) -> tuple[list[Block], tuple[float, ...]]:
    """Resting states of weeks: for each grid CT the one in which it was loaded most, then the others, with weights.

    A minute has few states and they share their appliances; weeks hold for each phase a state of its own.
    """
    chosen: list[Block] = []
    for place in range(count):
        most = max(blocks, key=lambda b: b.volt_amperes[place], default=None)
        if most is not None and most not in chosen:
            chosen.append(most)
    rest = [b for b in blocks if b not in chosen]
    return chosen + rest, (BLOCK_WEIGHTS[0],) * len(chosen) + BLOCK_WEIGHTS[1:]


def _normal(logs: list[float]) -> list[float]:
    whole = log_sum(logs)
    return [math.exp(value - whole) for value in logs]
