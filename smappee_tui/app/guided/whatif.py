"""What a channel would read if it were configured otherwise: on L1, L2, L3, normal and reversed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from smappee_tui.diagnosis.evidence.record import Evidence
from smappee_tui.diagnosis.judgement import ChannelVerdict
from smappee_tui.diagnosis.remedy.turned import sign_that_fits, turn_of, turned

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

    Of the two signs that its reactive power may have the one is taken that makes the best fit a plausible load; see
    `diagnosis.remedy.turned` for the rest. Ways that do not follow from a reading are left out.
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
    geometry = evidence.geometry
    read, size = np.array([watts]), np.array([va])
    sign, _ = sign_that_fits(read, size, turn_of(geometry, role.phase, *best) or 0.0, role, geometry, gives="no")
    ways = []
    for phase in range(3):
        for backwards in (False, True):
            degrees = turn_of(geometry, role.phase, phase, backwards)
            if degrees is None:
                continue
            then = float(turned(read, size, degrees, sign).watts[0])
            ways.append(
                Way(
                    phase,
                    backwards,
                    then,
                    max(-1.0, min(1.0, then / va)),
                    (phase, backwards) == best,
                    phase == role.phase and not backwards,
                )
            )
    return WhatIf(tuple(ways), watts, va, sure)
