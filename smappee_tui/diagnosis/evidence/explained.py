"""What explains a grid CT's changes: all circuits together, and for the rest what it does anyway.

A regression that expects the configured wiring until steps teach it better; its residue is the yardstick of every
comparison, for the denser a grid CT's life, the less one coincidence says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import quantile
from smappee_tui.diagnosis.evidence.watch.timeline import Array
from smappee_tui.diagnosis.model.weights import CHANGES_OF_ANY_SIZE, CHANGES_OFTEN

PRIOR_SPREAD = 0.5
"""How far a circuit's share at a grid CT may lie from what the configuration says, before anything is seen."""
MISFIT = 0.05
"""Part of the metered changes that meters and voltages leave unexplained."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Changes of one grid CT as all circuits' changes explain them together."""

    shares: Array
    """Of each circuit's change, what this grid CT shows of it."""
    doubt: Array
    """Covariance of the shares."""
    scales: Array
    """Standard deviations, W, of what it does anyway: mostly, now and then, rarely (`CHANGES_OFTEN`)."""


def explain(x: Array, y: Array, weights: Array, expected: Array) -> Explained:
    """Regress one grid CT's changes on all circuits' changes.

    Args:
        x: changes, moment by circuit, W.
        y: changes of the grid CT at the same moments, W; NaN where it did not report.
        weights: how much each moment counts.
        expected: share of each circuit by configuration.
    """
    known = ~np.isnan(y)
    x, y, weights = x[known], y[known], weights[known]
    scale = max(20.0, scales_of(y - x @ expected)[0])
    size = np.abs(x).sum(1)
    spread = np.hypot(scale, MISFIT * size)
    believed = np.eye(len(expected)) / PRIOR_SPREAD**2
    shares, inverse = expected, np.eye(len(expected)) * PRIOR_SPREAD**2
    for _ in range(6):
        weight = weights / (1.0 + ((y - x @ shares) / (3.0 * spread)) ** 2) / spread**2
        weighted = (x * weight[:, None]).T
        inverse = np.linalg.inv(weighted @ x + believed)
        shares = expected + inverse @ (weighted @ (y - x @ expected))
    return Explained(shares, inverse, scales_of(y - x @ shares))


def scales_of(changes: Array) -> Array:
    """Three standard deviations that describe a sharp middle and wide tails, W."""
    sizes = np.abs(changes[~np.isnan(changes)])
    if len(sizes) < 12:
        return np.array((20.0, 60.0, 200.0))
    middle, often, rare = quantile(sizes, 0.5, 0.9, 0.98)
    return np.array((max(middle / 0.674, 4.0), max(often / 1.645, 8.0), max(rare / 2.33, 150.0)))


def log_density(away: Array, scales: Array, slack: Array) -> Array:
    """ln density of a change of a grid CT, per W, blurred by `slack`."""
    square = away**2
    wide = 10.0 * max(float(scales[2]), 100.0)
    density: Array = CHANGES_OF_ANY_SIZE / wide * np.exp(-0.5 * np.minimum(square / wide**2, 1400.0))
    for share, scale in zip(CHANGES_OFTEN, scales, strict=True):
        variance = scale**2 + slack**2
        density += share * np.exp(-0.5 * np.minimum(square / variance, 1400.0)) / np.sqrt(variance)
    return np.log(density + 1e-300)
