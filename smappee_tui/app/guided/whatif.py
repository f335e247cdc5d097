"""What a channel would read if it were configured otherwise: on L1, L2, L3, normal and reversed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.evidence.steps import reactive
from smappee_tui.diagnosis.judgement import ChannelVerdict

LEAST_VA = 25.0
"""Apparent power below which a power factor is made of rounding."""


@dataclass(frozen=True, slots=True)
class Way:
    """One of six ways to configure a channel."""

    phase: int
    reversed: bool
    """Against the present setting: True means "turn the setting round"."""
    watts: float
    pf: float
    best: bool
    """The one that the evidence speaks for."""
    current: bool
    """As it is configured now."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All six ways, and what they are reckoned from."""

    ways: tuple[Way, ...]
    watts: float
    va: float
    sure: bool
    """The best way is more than a guess."""


def what_if(number: int, evidence: Evidence, verdict: ChannelVerdict | None) -> WhatIf | None:
    """Reckon it from the channel's most telling reading so far; None where nothing was seen.

    A current on wire j measured with voltage i turns by 120 degrees for each phase between them, so from one reading
    all others follow: S·e^{jθ} becomes S·e^{j(θ + 120°(i - i'))}, and a reversal turns it by 180°. Only |Q| is
    published; of its two signs the one is taken that makes the best fit a plausible load.
    """
    role, track = evidence.roles.get(number), evidence.tracks.get(number)
    if role is None or track is None or math.isnan(track.watts):
        return None
    plateaus = track.loaded()
    va = plateaus[0].volt_amperes if plateaus else track.volt_amperes
    watts = plateaus[0].watts if plateaus else track.watts
    if va < LEAST_VA:
        return None
    hypotheses = verdict.hypotheses if verdict is not None else ()
    best = (hypotheses[0].phase, hypotheses[0].reversed) if hypotheses else (role.phase, False)
    sure = bool(hypotheses) and hypotheses[0].probability >= 0.8
    angle = math.atan2(reactive(watts, va), watts)
    turn = _turn(role.phase, *best)
    signed = min((angle, -angle), key=lambda theta: abs(math.remainder(theta + turn, math.tau)))
    ways = []
    for phase in range(3):
        for backwards in (False, True):
            theta = signed + _turn(role.phase, phase, backwards)
            pf = math.cos(theta)
            ways.append(
                Way(phase, backwards, va * pf, pf, (phase, backwards) == best, phase == role.phase and not backwards)
            )
    return WhatIf(tuple(ways), watts, va, sure)


def _turn(configured: int, phase: int, backwards: bool) -> float:
    """How far the measured angle turns when the setting moves from one phase to another."""
    return math.radians(120.0 * ((configured - phase) % 3) + (180.0 if backwards else 0.0))
