"""Which wire an inverter's CT sits on, by what the voltages do to it.

An inverter feeds in what the sun gives: its power is constant while its own wire's voltage moves, so its current goes
as one over that voltage. A CT on wire j that is multiplied with the voltage of phase i therefore reads a power that
goes as V_i/V_j. Nothing else tells W+ from W- where the inverter's angle is 0 and reactive power is not published: both
read -1/2 of the power.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from smappee_tui.diagnosis.model.weights import INVERTER_DEPTH, RESPONSE_WEIGHT
from smappee_tui.site.sample import Sample

LAG = 3
"""Samples between the two readings that are compared: an edge and its answer, and little of a cloud."""
LEAST_WATTS = 40.0
LEAST_VOLTS = 100.0
MOST = 600
"""Comparisons kept, the latest."""
ENOUGH = 30
SLOPES = (1.0, 1.6)
"""How steeply the power follows: one by itself, more where the neutral shifts the angles as well."""
_FINEST = 0.002
"""Relative; rounding to one watt leaves as much."""


@dataclass(slots=True)
class InverterVoltageResponse:
    """Changes of one CT's power beside the changes of the three voltages, all as logarithms."""

    most: int = MOST
    changes: deque[tuple[float, float, float, float]] = field(init=False)
    _recent: deque[tuple[float, tuple[float, float, float]]] = field(default_factory=lambda: deque(maxlen=LAG + 1))

    def __post_init__(self) -> None:
        self.changes = deque(maxlen=self.most)

    def add(self, watts: float, sample: Sample) -> None:
        """Take one second."""
        self._recent.append((watts, sample.volts))
        if len(self._recent) <= LAG:
            return
        (before, low), (after, high) = self._recent[0], self._recent[-1]
        if not (abs(before) >= LEAST_WATTS and abs(after) >= LEAST_WATTS and before * after > 0):
            return  # night, a change of direction, or no number at all
        if not all(volts > LEAST_VOLTS for volts in (*low, *high)):  # `min` would pass over a missing one
            return
        x, y, z = (math.log(b / a) for a, b in zip(low, high, strict=True))
        self.changes.append((math.log(after / before), x, y, z))

    def wire_scores(self, configured: int) -> tuple[float, float, float]:
        """ln likelihood of the three wires, relative; the configured one is never spoken for or against.

        Args:
            configured: phase with whose voltage the monitor multiplies, 0 to 2.
        """
        if len(self.changes) < ENOUGH:
            return (0.0, 0.0, 0.0)
        fits = {j: self._fit(configured, j) for j in range(3) if j != configured}
        top = max(fits.values())
        behind = {j: max(RESPONSE_WEIGHT * (fit - top), -INVERTER_DEPTH) for j, fit in fits.items()}
        # The two others share what they had between them: that the CT is misplaced at all is not proved here.
        even = math.log(2 / sum(math.exp(b) for b in behind.values()))
        scores = [0.0 if j == configured else even + behind[j] for j in range(3)]
        return scores[0], scores[1], scores[2]

    def _fit(self, configured: int, wire: int) -> float:
        """How well the power goes as V_configured/V_wire; neighbouring comparisons overlap and count `LAG` times."""
        pairs = [(c[0], c[1 + configured] - c[1 + wire]) for c in self.changes]
        best = -math.inf
        for slope in SLOPES:
            rest = [change - slope * ratio for change, ratio in pairs]
            spread = sorted(map(abs, rest))[int(0.68 * len(rest))] + _FINEST
            best = max(best, sum(-math.log(spread) - 2.5 * math.log1p((r / spread) ** 2 / 4) for r in rest) / LAG)
        return best
