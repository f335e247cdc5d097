"""How often CTs are mounted wrong, before anything is measured.

The optimistic prior is what the few published audits of metered sites found (about one site in ten with an error). The
pessimistic one is what somebody should assume who is about to sign that all is well. A verdict "ok" must hold under
the pessimistic prior, a fault under the optimistic one.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache

from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, PHASE_OF, REVERSED, State, log_sum


@dataclass(frozen=True)
class Prior:
    """Probabilities of one CT, and of three CTs of one load together."""

    ok: float
    reversed: float
    wrong: float
    """Each of the two wrong phases."""
    wrong_reversed: float
    """Each of the two."""
    identity: float
    """Three CTs: each on its own phase."""
    swap: float
    """Each of the three swaps of two."""
    rotation: float
    """Each of the two rotations."""
    doubled: float
    """One CT moved beside another, each of the six ways; the rarer doubled arrangements have a tenth of it."""
    turned: tuple[float, float, float, float]
    """None turned; each one; each two; all three."""

    @cache  # noqa: B019 - two instances live as long as the program
    def single(self, phase: int, allowed: tuple[int, ...]) -> tuple[float, ...]:
        """ln prior of the six hypotheses of a CT configured on `phase`, of which only some can be told apart."""
        logs = []
        for hypothesis in range(COUNT):
            if hypothesis not in allowed:
                logs.append(IMPOSSIBLE)
                continue
            if PHASE_OF[hypothesis] == phase:
                value = self.reversed if REVERSED[hypothesis] else self.ok
            else:
                value = self.wrong_reversed if REVERSED[hypothesis] else self.wrong
            logs.append(math.log(value))
        return tuple(logs)

    @cache  # noqa: B019
    def triple(self, configured: tuple[int, ...]) -> list[tuple[State, float]]:
        """All joint states of three CTs, or of two, with their ln prior."""
        table = []
        for state in itertools.product(range(COUNT), repeat=len(configured)):
            places = [PHASE_OF[h] for h in state]
            moved = sum(p != c for p, c in zip(places, configured, strict=True))
            if len(set(places)) < len(set(configured)):
                chance = self.doubled if moved == 1 else 0.1 * self.doubled
            elif moved == 0:
                chance = self.identity
            else:
                chance = self.swap if moved == 2 else self.rotation
            turned = sum(REVERSED[h] for h in state)
            turns = self.turned[-1 if turned == len(state) else turned]
            table.append((state, math.log(chance) + math.log(turns)))
        whole = log_sum([value for _, value in table])
        return [(state, value - whole) for state, value in table]


OPTIMISTIC = Prior(
    ok=0.86, reversed=0.06, wrong=0.025, wrong_reversed=0.015,
    identity=0.86, swap=0.035, rotation=0.018, doubled=0.008, turned=(0.84, 0.04, 0.006, 0.022),
)  # fmt: skip
PESSIMISTIC = Prior(
    ok=0.50, reversed=0.20, wrong=0.09, wrong_reversed=0.06,
    identity=0.50, swap=0.09, rotation=0.07, doubled=0.02, turned=(0.55, 0.09, 0.03, 0.09),
)  # fmt: skip
