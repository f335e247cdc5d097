"""On which wire of the grid meter does a circuit hang? What its own CT and the grid's CTs see at the same moment.

For a current that both see, the grid CT k reads the complex power of channel c turned by a known angle:
z_k = z_c · e^{jα}, α = 120°·(i_c - i_k) + 180°·r, where i are the configured phases and r says whether the two CTs are
turned against each other. True phases cancel. So each pair (k, r) is a hypothesis that predicts the grid's every move,
and what it says is "same wire as CT k, same or opposite direction".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.weights import COINCIDENCE, GROUP_DEPTH, STEP_CAP, VAGUE_DEPTH, WIRE_DEPTH

STRAIGHT = (0, 3)
SIGNS = (1, -1)
"""Sign of the channel's reactive power, which the monitor does not publish per channel."""
NO_WIRE = -1


WireKey = tuple[int, int, int]
"""(input of a grid CT, turn in steps of 60 degrees, sign of the channel's reactive power)."""


@dataclass(slots=True)
class WireCorrelation:
    """What is known of one channel's wire: a score for every grid CT, turn, and sign of reactive power."""

    flicker: dict[WireKey, float] = field(default_factory=dict)
    """ln likelihood ratio against "nothing of this channel there"."""
    steps: dict[WireKey, float] = field(default_factory=dict)
    seconds: int = 0
    """Seconds of flicker used."""
    step_count: int = 0
    """Load steps used."""

    def add_steps(self, scores: dict[WireKey, Array]) -> None:
        """Add scores, each capped against the best one of its step: a clean step must still tell the directions apart.

        Args:
            scores: of many steps; NaN where a grid CT was not read, which says nothing.
        """
        table = np.array(list(scores.values()))
        self.step_count += int((~np.isnan(table)).any(axis=0).sum())
        top = np.maximum(0.0, np.fmax.reduce(table))
        added = np.maximum(table - top, -STEP_CAP) - np.maximum(-top, -STEP_CAP)
        for key, total in zip(scores, np.nan_to_num(added).sum(axis=1).tolist(), strict=True):
            self.steps[key] = self.steps.get(key, 0.0) + total

    def of(self, key: WireKey) -> float:
        """Flicker and steps together, of one."""
        return self.flicker.get(key, 0.0) + self.steps.get(key, 0.0)

    def raw(self) -> dict[WireKey, float]:
        """Flicker and steps together."""
        keys = self.flicker.keys() | self.steps.keys()
        return {key: self.flicker.get(key, 0.0) + self.steps.get(key, 0.0) for key in keys}

    def same_wire(self, turns: dict[int, tuple[int, int]]) -> dict[WireKey, float]:
        """For a single-phase circuit: scores of "same wire as CT k", relative to the best, floored.

        Args:
            turns: of every grid CT, the turn that "same direction" and "opposite direction" would show.

        Returns:
            By (grid input, 0 or 1 for turned against it, sign); "on none of them" is (-1, 0, sign).
        """
        found = {
            (k, against, sign): self.of((k, pair[against], sign))
            for k, pair in turns.items()
            for against in (0, 1)
            for sign in SIGNS
        }
        for sign in SIGNS:
            found[(NO_WIRE, 0, sign)] = 0.0
        top = max(found.values())
        return {key: max(value - top, -WIRE_DEPTH) for key, value in found.items()}

    def every_wire(self, grid: tuple[int, ...]) -> dict[WireKey, float]:
        """For a balanced three-phase load, which every wire feeds: scores of each turn at each CT, floored; in the
        order of the CTs, the turns and the signs."""
        result: dict[WireKey, float] = {}
        for k in grid:
            mine = {(t, s): self.of((k, t, s)) for t in range(6) for s in SIGNS}
            top = max(mine.values())
            straight = max(v for (t, _), v in mine.items() if t in STRAIGHT)
            for (t, s), value in mine.items():
                # A crosswise turn predicts loosely: being less wrong than a straight one says little.
                depth = VAGUE_DEPTH if t in STRAIGHT and straight < top else GROUP_DEPTH
                result[(k, t, s)] = max(value - top, -depth)
        return result


def log_ratio(seen: float, predicted: float, noise: float, slack: float) -> float:
    """ln of p(seen | predicted) / p(seen | nothing) with a ten times wider bell for coincidences.

    Args:
        seen: change at the grid CT, W.
        predicted: change that the hypothesis predicts, W.
        noise: standard deviation of the grid CT's other changes, W.
        slack: standard deviation of the prediction, W.
    """
    spread = math.hypot(noise, slack)
    return _log_bell(seen - predicted, spread) - _log_bell(seen, noise)


def _log_bell(x: float, sd: float) -> float:
    near = (1 - COINCIDENCE) * math.exp(-0.5 * min(700.0, (x / sd) ** 2)) / sd
    wide = 10.0 * sd
    far = COINCIDENCE * math.exp(-0.5 * min(700.0, (x / wide) ** 2)) / wide
    return math.log(near + far + 1e-30)


def log_ratios(seen: Array, predicted: Array, spread: Array) -> Array:
    """`log_ratio` of many changes, each with one spread for noise and prediction; NaN where nothing is seen."""
    return _log_bells(seen - predicted, spread) - _log_bells(seen, spread)


def _log_bells(x: Array, sd: Array) -> Array:
    square = (x / sd) ** 2
    near = (1 - COINCIDENCE) * np.exp(-0.5 * np.minimum(700.0, square)) / sd
    far = COINCIDENCE * np.exp(-0.5 * np.minimum(700.0, square / 100.0)) / (10.0 * sd)
    log: Array = np.log(near + far + 1e-30)
    return log
