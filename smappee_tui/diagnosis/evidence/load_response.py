"""Which wire a load sits on, and whether it is a load at all, by what the voltages do while nothing switches.

A load on wire j draws a current that goes as its own voltage to some power s: 1 where it is a resistance, -1 where it
takes a constant power. Its CT's current is multiplied with the voltage of the phase i that it is configured on, so the
power read goes as V_i · V_j^s: on its own wire with the own voltage alone, on another one with two. What gives power
(solar, a battery) gives a constant power; a resistance read negative is a load whose CT is turned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.sums.blocks import FloatArray, quantile
from smappee_tui.diagnosis.model.weights import LOAD_RESPONSE_DEPTH, LOAD_RESPONSE_OWN_DEPTH, MOST_LOAD, RESPONSE_WEIGHT

LEAST_WATTS = 300.0
"""A load whose power is known finely enough, W: it is published in watts."""
ENOUGH = 16
"""Changes from one stretch at rest to the next that are needed."""
LARGEST = 0.03
"""A relative change of power from one stretch to the next that no voltage makes: something switched."""
NEIGHBOURS = 12.0
"""Seconds between the begins of two stretches that follow each other."""
ROUNDING = 0.144
"""Standard deviation of the change of a mean voltage, V, by rounding to 1 V: 1/sqrt(12), over 8 seconds, twice."""
FINEST = 5e-4
"""Relative; what rounding to one watt leaves, and a heating element's own drift."""
POWERS = ((1.0, 0.6), (0.5, 0.07), (0.0, 0.06), (-0.5, 0.07), (-1.0, 0.2))
"""s, and how common: resistances, and what regulates itself."""


@dataclass(frozen=True, slots=True)
class LoadResponse:
    """What the voltages say of one circuit."""

    wires: tuple[float, float, float]
    """ln likelihood of the three wires, the best one 0."""
    load: float
    """Nats by which a resistance explains its power better than something that gives a constant one."""


def load_response(at: FloatArray, watts: FloatArray, volts: FloatArray, configured: int) -> LoadResponse | None:
    """Judge one circuit of a star supply; None where too little moved.

    Args:
        at: begins of the stretches, s.
        watts: mean power of each stretch, W; NaN where it did not rest.
        volts: stretches x phases: mean voltages, V.
        configured: phase with whose voltage the monitor multiplies.
    """
    loud = np.abs(watts) >= LEAST_WATTS
    pairs = loud[:-1] & loud[1:] & (watts[:-1] * watts[1:] > 0) & (np.diff(at) < NEIGHBOURS)
    pairs &= (volts[:-1].min(1) > 100.0) & (volts[1:].min(1) > 100.0)
    if pairs.sum() < ENOUGH:
        return None
    change = np.log(watts[1:][pairs] / watts[:-1][pairs])
    moved = np.log(volts[1:][pairs] / volts[:-1][pairs])
    still = np.abs(change) < LARGEST
    change, moved = change[still], moved[still]
    if len(change) < ENOUGH:
        return None
    moved = _denoised(moved, ROUNDING / float(volts[np.isfinite(volts).all(1)].mean()))
    own = moved[:, configured]
    predicted = {(wire, power): own + power * moved[:, wire] for wire in range(volts.shape[1]) for power, _ in POWERS}
    rests = {key: change - one for key, one in predicted.items()}
    spread = min(quantile(np.abs(rest), 0.68)[0] for rest in rests.values()) + FINEST
    fits = {
        key: -2.5 * RESPONSE_WEIGHT * float(np.log1p((rest / spread) ** 2 / 4.0).sum()) for key, rest in rests.items()
    }
    wires = [
        float(np.logaddexp.reduce([np.log(share) + fits[(wire, power)] for power, share in POWERS]))
        for wire in range(volts.shape[1])
    ]
    top = max(wires)
    best = max(range(len(wires)), key=lambda wire: wires[wire])
    scores = [
        max(one - top, -(LOAD_RESPONSE_OWN_DEPTH if wire == configured else LOAD_RESPONSE_DEPTH))
        for wire, one in enumerate(wires)
    ]
    load = fits[(best, 1.0)] - max(fits[(best, -1.0)], fits[(best, 0.0)])
    return LoadResponse((scores[0], scores[1], scores[2]), min(max(load, 0.0), MOST_LOAD))


def _denoised(moved: FloatArray, rounding: float) -> FloatArray:
    """Changes of the voltages as they probably were before they were rounded: phases that move together tell of each
    other, and what is only rounding is nothing."""
    seen = moved.T @ moved / len(moved) + 1e-12 * np.eye(moved.shape[1])
    values, axes = np.linalg.eigh(seen)
    kept = np.maximum(values - rounding**2, 0.0) / values
    return np.asarray(moved @ (axes * kept) @ axes.T)
