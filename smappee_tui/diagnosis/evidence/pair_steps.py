"""Load steps of a delta supply: between which two lines, and how do all grid CTs that saw it sit?

A load between two lines enters by one and leaves by the other, so two grid CTs show it, each under an angle of its own.
One pair leaves several wirings that look healthy, two pairs mostly one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.geometry import LINES, PAIRS, Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, PHASE_OF, REVERSED, Places, angle_densities, kind_of
from smappee_tui.diagnosis.model.weights import PAIR_CAP, PAIR_DEPTH, PAIR_FAMILY_DEPTH, SWITCHED_ON

LEAST_WATTS, LEAST_VA = 100.0, 150.0
"""Smallest step that is looked at: what some CT shows of it as power, and all of them as apparent power."""
MOST_STEPS = 40
"""Steps kept; the smallest go first."""
MOVED = 0.2
"""Share of the largest change that counts as having seen a step."""
ALIKE = 0.985
"""Cosine between what two steps showed, from which on they count as one kind: 10 degrees."""
_ANGLES = np.arange(-80.0, 81.0, 10.0)
_SIZES = np.geomspace(0.55, 3.2, 28)
"""Of the largest change that a CT shows: the load that made it."""
_SIGNS = np.array((1.0, -1.0))


@dataclass(frozen=True, slots=True)
class PairStep:
    """What every grid CT showed of one step, in the order of their inputs."""

    watts: tuple[float, ...]
    """Change, W."""
    vars: tuple[tuple[float, float], ...]
    """The two sizes that the change of Q may have, var: | |Q after| - |Q before| | and their sum."""
    gained: float
    """Change of all their apparent powers together, VA."""

    @property
    def size(self) -> float:
        """Largest change of power, W."""
        return max(map(abs, self.watts))

    @property
    def moved(self) -> tuple[bool, ...]:
        """Which CTs showed it."""
        sizes = [math.hypot(watts, least) for watts, (least, _) in zip(self.watts, self.vars, strict=True)]
        return tuple(size > MOVED * max(sizes) for size in sizes)

    def like(self, other: PairStep) -> bool:
        """Whether both are probably loads of one kind between the same lines, switched on or off."""
        product = sum(a * b for a, b in zip(self.watts, other.watts, strict=True))
        return abs(product) > ALIKE * math.hypot(*self.watts) * math.hypot(*other.watts)


@dataclass(slots=True)
class PairSteps:
    """The steps of a delta supply, bounded."""

    steps: list[PairStep] = field(default_factory=list)

    def add(self, step: PairStep) -> None:
        """Keep a step that is clear."""
        if step.size < LEAST_WATTS or abs(step.gained) < LEAST_VA or step.moved.count(True) > 2:
            return  # too small, or of three lines at once: a three-phase load, or two that switched together
        self.steps.append(step)
        if len(self.steps) > MOST_STEPS:
            self.steps.remove(min(self.steps, key=lambda one: one.size))


def pairs_seen(steps: Sequence[PairStep]) -> int:
    """Between how many different pairs of lines loads switched, told by which grid CTs showed them."""
    return len({step.moved for step in steps})


def pair_scores(
    steps: Sequence[PairStep], phases: tuple[int, ...], geometry: Geometry, noise: float, hides: float, states: Places
) -> Array:
    """ln likelihood of joint states of the grid CTs.

    Args:
        steps: all that were kept.
        phases: configured, of each grid CT.
        geometry: how the monitor measures.
        noise: standard deviation of the grid CTs' changes without a step, W.
        hides: how probable it is that something on site gives power: then a gain of current says nothing.
        states: states x grid CTs.
    """
    total = np.zeros(len(states))
    families: list[tuple[PairStep, list[Array]]] = []
    for step in sorted(steps, key=lambda one: -one.size):
        table = _table(step, phases, geometry, noise, hides)
        scores = table[tuple(states.T)]
        family = next((members for known, members in families if known.like(step)), None)
        if family is None:
            family = []
            families.append((step, family))
        family.append(np.maximum(scores - scores.max(), -PAIR_CAP))
    for _, members in families:
        # One kind of load has one angle and one pair of lines, however often it switches.
        together = np.sum(members, axis=0) / math.sqrt(len(members))
        total += np.maximum(together - together.max(), -PAIR_FAMILY_DEPTH)
    return np.asarray(np.maximum(total - total.max(), -PAIR_DEPTH))


@lru_cache(maxsize=400)
def _table(step: PairStep, phases: tuple[int, ...], geometry: Geometry, noise: float, hides: float) -> Array:
    """ln likelihood of the hypotheses of the grid CTs, an axis of six each, on whichever pair, of whichever load."""
    sizes = step.size * _SIZES
    on = SWITCHED_ON * (1.0 - hides) + 0.5 * hides
    on = on if step.gained > 0 else 1.0 - on
    weight = np.stack([angle_densities(kind_of(size), _ANGLES) for size in sizes], axis=1)
    weight = weight[:, :, None] * np.array((on, 1.0 - on))
    whole = np.broadcast_to(weight, (len(PAIRS), *weight.shape)).reshape(-1, 1)
    power = np.exp(1j * np.radians(_ANGLES))[:, None, None] * sizes[:, None] * _SIGNS
    for place, phase in enumerate(phases):
        shares = _shares(geometry, phase)  # pairs x hypotheses
        predicted = power[None, ..., None] * shares[:, None, None, None, :]
        spread = math.hypot(12.0, 1.5 * noise) + 0.04 * step.size
        away = (step.watts[place] - predicted.real) / spread
        bell = 0.97 * np.exp(-0.5 * np.minimum(80.0, away**2)) + 0.03 * np.exp(-0.5 * np.minimum(80.0, away**2 / 36))
        low, high = step.vars[place]
        loose = 30.0 + 0.15 * step.size
        fits = sum(
            np.exp(-0.5 * np.minimum(80.0, ((seen - predicted.imag) / loose) ** 2)) for seen in (low, -low, high, -high)
        )
        bell = bell * (0.25 * fits + 0.05)
        flat = bell.reshape(-1, COUNT)
        # The axis of pairs, angles, sizes and signs is summed over with the last CT.
        whole = (
            whole.T @ flat if place == len(phases) - 1 else (whole[:, :, None] * flat[:, None]).reshape(len(flat), -1)
        )
    result = whole.reshape((COUNT,) * len(phases))
    return np.asarray(np.log(result + 1e-12 * result.max()))


@lru_cache(maxsize=16)
def _shares(geometry: Geometry, configured: int) -> Array:
    """Pairs of lines x hypotheses: what a CT reads of one volt-ampere, real, between those lines, complex."""
    table = np.zeros((len(PAIRS), COUNT), dtype=complex)
    reference = LINES[configured] - (LINES[2] if geometry.name == "delta-line" else 0.0)
    for pair, (enters, leaves) in enumerate(PAIRS):
        for hypothesis in range(COUNT):
            line = PHASE_OF[hypothesis]
            if line in (enters, leaves):
                direction = (1 if line == enters else -1) * (-1 if REVERSED[hypothesis] else 1)
                table[pair, hypothesis] = direction * reference / (LINES[enters] - LINES[leaves])
    return table
