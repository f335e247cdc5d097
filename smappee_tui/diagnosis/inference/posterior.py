"""From likelihoods to probabilities: the grid CTs jointly, then every circuit given the grid, under a given prior."""

from __future__ import annotations

import itertools
import math

from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.inference.likelihood import Likelihood
from smappee_tui.diagnosis.inference.three_phase import CELLS, Cell, marginals, shared_table, with_prior
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, State, log_sum
from smappee_tui.diagnosis.model.priors import Prior

RELEVANT = 10.0
"""States of the grid meter this far below the best, in ln likelihood, are left out."""
MOST_STATES = 24
"""States of the grid meter under which three-phase loads are judged; the rest weighs too little to matter."""


class Joint:
    """The joint posterior of one site under one prior."""

    def __init__(self, likelihood: Likelihood, prior: Prior) -> None:
        self.likelihood = likelihood
        self.evidence = likelihood.evidence
        self.prior = prior
        self.grid = likelihood.grid
        self.marginals: dict[int, list[float]] = {}
        """By input, the probability of the six hypotheses."""
        self._groups: dict[str, list[Cell]] = {}
        self._solve()

    def _single_prior(self, role: Role) -> tuple[float, ...]:
        allowed = self.likelihood.geometry.allowed(role.phase, bool(role.group), role.grid)
        return self.prior.single(role.phase, allowed)

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
            own = [self.likelihood.own[n] for n in members]
            likelihood = self.likelihood
            table = shared_table(roles, tracks, own, likelihood.geometry, likelihood.tables, likelihood.guess)
            self._groups[group] = with_prior(table, self.prior.triple_of(tuple(r.phase for r in roles)))
        best = -math.inf
        for state, weight in sorted(states, key=lambda one: -one[1]):
            if weight < best - RELEVANT:
                break  # circuits can only take likelihood away: their scores are relative to the best
            total = weight
            given: dict[int, list[float]] = {}
            for n in singles:
                given[n] = self.likelihood.given(self.evidence.roles[n], state)
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
        correlations = []
        for n in members:
            by_sign = [self.likelihood.group_cell(n, h, SIGNS, state) for h in range(COUNT)]
            correlations.append([by_sign[h][SIGNS.index(sign)] for h, sign in CELLS])
        return marginals(table, correlations)

    def _grid_states(self) -> list[tuple[State, float]]:
        if not self.grid:
            return [((), 0.0)]
        if len(self.grid) == 3:
            table = self.prior.triple(tuple(r.phase for r in self.grid))
        else:
            singles = [self._single_prior(r) for r in self.grid]
            table = [
                (state, sum(p[h] for p, h in zip(singles, state, strict=True)))
                for state in itertools.product(range(COUNT), repeat=len(self.grid))
            ]
        table = [(s, p) for s, p in table if p > IMPOSSIBLE]
        seen = self.likelihood.meter([state for state, _ in table])
        return [(state, prior + weight) for (state, prior), weight in zip(table, seen, strict=True)]


def _normal(logs: list[float]) -> list[float]:
    whole = log_sum(logs)
    return [math.exp(value - whole) for value in logs]
