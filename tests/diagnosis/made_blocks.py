"""Stretches of a house without electronics: what each CT reads is said outright, in watts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import Blocks, FloatArray
from smappee_tui.diagnosis.model.channels import Role

Watts = Sequence[float] | FloatArray


def role(number: int, phase: int = 0, kind: str = "circuit", group: str = "") -> Role:
    """A channel; kinds are circuit, grid, solar and battery."""
    group = group or ("grid" if kind == "grid" else "")
    return Role(number, phase, kind == "grid", kind == "solar", kind == "battery", group)


def roles(*all_of_them: Role) -> dict[int, Role]:
    return {one.input: one for one in all_of_them}


def blocks(watts: dict[int, Watts], seconds: float = 10.0, power_factor: float = 1.0) -> Blocks:
    """Stretches of these powers by input, one after the other; amps are left out."""
    columns = np.array([np.asarray(values, dtype=float) for values in watts.values()]).T
    count = len(columns)
    at = 1_760_000_000.0 + seconds * np.arange(count)
    none = np.full_like(columns, np.nan)
    return Blocks(tuple(watts), at, np.full(count, seconds), columns, none, np.abs(columns) / power_factor)


def household(seed: int, count: int = 60, base: float = 150.0, peak: float = 2000.0) -> FloatArray:
    """Power of somebody's loads, W: a base, and loads that come and go."""
    chance = np.random.default_rng(seed)
    turned = chance.random((3, count)) < 0.15
    sizes = chance.uniform(0.1, 0.6, 3) * peak
    return np.asarray(base + (np.cumsum(turned, axis=1) % 2 * sizes[:, None]).sum(axis=0), dtype=float)


def sun(seed: int, count: int = 60, peak: float = 2500.0) -> FloatArray:
    """Production, W: never switched, never at an end within the time."""
    chance = np.random.default_rng(seed)
    return np.asarray(peak * (0.7 + 0.25 * np.sin(np.linspace(0, 4, count) + chance.uniform(0, 6))), dtype=float)
