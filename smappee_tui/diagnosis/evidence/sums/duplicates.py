"""Two clamps round one wire: each load shows on both circuits' CTs at once, and at the grid meter only once."""

from __future__ import annotations

from dataclasses import dataclass, field

from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.model.channels import Role

LEAST_VA = 150.0
"""Smaller steps of two circuits meet by chance."""
ALIKE = 0.07
"""How far two CTs may disagree on one current."""
ONCE = (0.7, 1.35)
"""What the grid CTs moved together over one CT's step, where the load is there once; two loads are there twice."""
MOST_PAIRS = 200


@dataclass(slots=True)
class Pair:
    """Two circuits that stepped alike in one second."""

    together: int = 0
    apart: int = 0
    """Steps of one without the other, or that the grid meter saw twice."""


@dataclass(slots=True)
class DuplicateCtDetector:
    """Accumulates over a watch which circuits always step together."""

    pairs: dict[tuple[int, int], Pair] = field(default_factory=dict)

    def note(self, found: dict[int, Step], roles: dict[int, Role], grid_moved: float) -> None:
        """Take one second's steps.

        Args:
            found: steps by input, grid CTs included.
            roles: all channels.
            grid_moved: what the grid CTs' power moved in all, W, either sign counted.
        """
        circuits = {n: s for n, s in found.items() if not roles[n].grid and s.size >= LEAST_VA}
        for pair, kept in self.pairs.items():
            if (pair[0] in circuits) != (pair[1] in circuits):
                kept.apart += 1
        inputs = sorted(circuits)
        for place, a in enumerate(inputs):
            for b in inputs[place + 1 :]:
                if roles[a].group and roles[a].group == roles[b].group:
                    continue
                first, second = circuits[a].size, circuits[b].size
                if abs(first - second) > ALIKE * max(first, second):
                    continue
                if (a, b) not in self.pairs and len(self.pairs) >= MOST_PAIRS:
                    continue
                kept = self.pairs.setdefault((a, b), Pair())
                if ONCE[0] < grid_moved / first < ONCE[1]:
                    kept.together += 1
                elif grid_moved > ONCE[1] * first:
                    kept.apart += 1

    def forget(self, numbers: set[int]) -> None:
        """Drop what was seen of these channels."""
        self.pairs = {pair: kept for pair, kept in self.pairs.items() if not numbers & set(pair)}
