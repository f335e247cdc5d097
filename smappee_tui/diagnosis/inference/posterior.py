"""From likelihoods to probabilities: the grid CTs jointly, then every circuit given the grid, under a given prior."""

from __future__ import annotations

import itertools
import math

import numpy as np

from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.inference.likelihood import Likelihood
from smappee_tui.diagnosis.inference.three_phase import CELLS, Table, marginals, shared_table, with_prior
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, Places, hypothesis_of
from smappee_tui.diagnosis.model.priors import Prior
from smappee_tui.diagnosis.model.weights import CIRCUITS_SAY, RELEVANT

FIRST = 8
"""States looked at before those that matter beside the best of them."""
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
        self.margins: dict[int, float] = {}
        """By input of a grid CT, nats by which what was seen, without any prior, speaks for the best wiring in which it
        sits as configured, against the best in which it does not."""
        roles = self.evidence.roles
        groups: dict[str, list[int]] = {}
        for place, n in enumerate(likelihood.circuits):
            if roles[n].group:
                groups.setdefault(roles[n].group, []).append(place)
        self._singles = [place for place, n in enumerate(likelihood.circuits) if not roles[n].group]
        self._groups = np.array(list(groups.values()), dtype=int).reshape(-1, 3)
        """Places of three CTs a load."""
        self._tables = np.array([self._table(one) for one in self._groups.tolist()])
        self._solve()

    def _single_prior(self, role: Role) -> tuple[float, ...]:
        allowed = self.likelihood.geometry.allowed(role.phase, bool(role.group), role.grid)
        return self.prior.single(role.phase, allowed)

    def _table(self, members: list[int]) -> Table:
        likelihood = self.likelihood
        numbers = [likelihood.circuits[place] for place in members]
        roles = [self.evidence.roles[n] for n in numbers]
        tracks = [self.evidence.tracks.get(n) for n in numbers]
        own = [likelihood.own[n] for n in numbers]
        table = shared_table(roles, tracks, own, likelihood.geometry, likelihood.tables, likelihood.guess)
        return with_prior(table, self.prior, tuple(r.phase for r in roles))

    def _solve(self) -> None:
        circuits = self.likelihood.circuits
        priors = np.array([self._single_prior(self.evidence.roles[circuits[c]]) for c in self._singles])
        priors = priors.reshape(len(self._singles), COUNT)
        states, seen = self._grid_states()
        best = -math.inf
        scored: list[tuple[float, int, Array]] = []
        order = np.argsort(-seen, kind="stable")
        begin, some = 0, FIRST
        while begin < len(order) and seen[order[begin]] >= best - RELEVANT:
            # Circuits can only take likelihood away: what is that far behind before they are asked matters no more.
            places = order[begin : begin + some]
            places = places[seen[places] >= best - RELEVANT]
            totals, inside = self._circuits_in(states[places], priors)
            for place, total, parts in zip(places.tolist(), (seen[places] + totals).tolist(), inside, strict=True):
                if seen[place] < best - RELEVANT:
                    break
                best = max(best, total)
                scored.append((total, place, parts))
            begin, some = begin + len(places), len(order)
        # Rounded, so that which of equally likely states are kept does not hang on the last digit.
        kept = sorted((s for s in scored if s[0] > best - RELEVANT), key=lambda one: -round(one[0], 6))[:MOST_STATES]
        totals = np.array([total for total, _, _ in kept])
        inside = np.zeros((len(kept), len(circuits), COUNT))
        for row, (_, place, parts) in enumerate(kept):
            inside[row, self._singles] = parts
            if len(self._groups):
                cells = self.likelihood.group_cells(tuple(states[place].tolist()))[self._groups]
                scores, inside[row, self._groups] = marginals(self._tables, cells.reshape(-1, 3, len(CELLS)))
                totals[row] += scores.sum()
        shares = np.exp(totals - totals.max())
        shares /= shares.sum()
        found = dict(zip(circuits, np.tensordot(shares, inside, 1).tolist(), strict=True))
        for column, role in enumerate(self.grid):
            sits = [states[place, column] for _, place, _ in kept]
            found[role.input] = np.bincount(sits, weights=shares, minlength=COUNT).tolist()
        bare = seen - self._grid_prior
        told = totals - np.array([self._grid_prior[place] for _, place, _ in kept])
        for column, role in enumerate(self.grid):
            right = states[:, column] == hypothesis_of(role.phase)
            mine = np.array([right[place] for _, place, _ in kept])
            alone = bare[right].max() - bare[~right].max(initial=-math.inf)
            together = told[mine].max(initial=-math.inf) - told[~mine].max(initial=-math.inf)
            self.margins[role.input] = float(max(alone, together - CIRCUITS_SAY))
        self.marginals = {n: found[n] for n in self.evidence.roles}

    def _circuits_in(self, states: Places, priors: Array) -> tuple[Array, Array]:
        """ln likelihood of all single circuits together in each state, and what each is then: states x singles x
        hypotheses."""
        given = self.likelihood.given([tuple(state) for state in states.tolist()])
        logs = priors[:, None] + given[self._singles]
        tops = logs.max(2, keepdims=True)
        parts = np.exp(logs - tops)
        wholes = parts.sum(2, keepdims=True)
        totals = (tops + np.log(wholes))[:, :, 0]
        return totals.sum(0), np.swapaxes(parts / wholes, 0, 1)

    def _grid_states(self) -> tuple[Places, Array]:
        """Every state that the grid CTs may be in, and its ln posterior by what they showed themselves."""
        if not self.grid:
            self._grid_prior = np.zeros(1)
            return np.zeros((1, 0), dtype=int), np.zeros(1)
        if len(self.grid) == 3:
            table = self.prior.triple(tuple(r.phase for r in self.grid))
        elif len(self.grid) == 2 and self.likelihood.geometry.name == "delta-line":
            allowed = self.likelihood.geometry.allowed(0, group=False, grid=True)
            table = [(s, p) for s, p in self.prior.triple(tuple(r.phase for r in self.grid)) if set(s) <= set(allowed)]
        else:
            singles = [self._single_prior(r) for r in self.grid]
            table = [
                (state, sum(p[h] for p, h in zip(singles, state, strict=True)))
                for state in itertools.product(range(COUNT), repeat=len(self.grid))
            ]
        table = [(s, p) for s, p in table if p > IMPOSSIBLE]
        states = np.array([state for state, _ in table], dtype=int)
        self._grid_prior = np.array([prior for _, prior in table])
        return states, self._grid_prior + self.likelihood.meter(states)
