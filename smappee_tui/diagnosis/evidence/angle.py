"""What a circuit's own angle says, without looking at any other CT."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from smappee_tui.diagnosis.evidence.watch.tracks import Plateau, Track
from smappee_tui.diagnosis.evidence.wire_correlation import SIGNS
from smappee_tui.diagnosis.model.channels import Role
from smappee_tui.diagnosis.model.geometry import Geometry
from smappee_tui.diagnosis.model.hypotheses import COUNT, IMPOSSIBLE, LARGE_VA, Kind, kind_of
from smappee_tui.diagnosis.model.weights import (
    ANGLE_DEPTH,
    GENERATOR_ANGLE_DEPTH,
    GIVES_CHANCE,
    GIVES_CHANCE_SWITCHED,
    LARGE_ANGLE_DEPTH,
    PLATEAU_WEIGHTS,
)

DAYLIGHT_WATTS = 40.0
"""A converter's standby draws less than this, W; more of either sign is production."""


@dataclass(slots=True)
class AngleEvidence:
    """What a channel's own angle says."""

    scores: dict[tuple[int, int], float]
    """ln likelihood by hypothesis and sign of its reactive power, in the order of both."""


def angle_evidence(
    role: Role, track: Track | None, geometry: Geometry, *, gives: float = GIVES_CHANCE, guess: bool = True
) -> AngleEvidence:
    """Judge a circuit's angle on its most loaded plateaus.

    Args:
        role: the channel.
        track: what it showed.
        geometry: how the monitor measures.
        gives: chance that a circuit configured to take gives power (`gives_chance`).
        guess: weigh load angles by how common they are; else any angle up to 75° is as likely as another.
    """
    allowed = geometry.allowed(role.phase, bool(role.group), role.grid)
    total = {(h, s): (0.0 if h in allowed else IMPOSSIBLE) for h in range(COUNT) for s in SIGNS}
    if track is None:
        return AngleEvidence(total)
    two_way = flows_both_ways(track)
    loaded, running = track.loaded(), track.mean_running()
    rests = loaded or ([running] if running is not None else [])
    for plateau, weight in zip(rests, PLATEAU_WEIGHTS, strict=False):
        for key, value in _angle_scores(role, plateau, two_way, geometry, gives, guess).items():
            total[key] += weight * value
    known = loaded[0].sign if loaded else 0
    top = max(total.values())
    large = bool(loaded) and loaded[0].volt_amperes > LARGE_VA
    depth = GENERATOR_ANGLE_DEPTH if role.generates else LARGE_ANGLE_DEPTH if large else ANGLE_DEPTH
    for key, value in total.items():
        behind = -depth if known and key[1] != known else value - top
        total[key] = max(behind, -depth) if key[0] in allowed else IMPOSSIBLE
    return AngleEvidence(total)


def flows_both_ways(track: Track) -> bool:
    """Whether a circuit rested at clear power of either sign: it stores or generates, whatever it is called."""
    clear = [p.watts for p in track.plateaus if abs(p.watts) > 100 and abs(p.watts) > 0.75 * p.volt_amperes]
    return bool(clear) and min(clear) < 0 < max(clear)


def gives_chance(track: Track | None) -> float:
    """How probable it is that a circuit configured to take gives power.

    Balcony solar, a plug-in battery or a car may hang anywhere. The sun does not switch: a circuit that jumps between
    nothing and all in a second is a load, or at most a battery.
    """
    if track is None or not track.switched:
        return GIVES_CHANCE
    return GIVES_CHANCE_SWITCHED


def _angle_scores(
    role: Role, plateau: Plateau, two_way: bool, geometry: Geometry, gives: float, guess: bool
) -> dict[tuple[int, int], float]:
    size = plateau.volt_amperes
    if plateau.amps < 0.2 or size < 40:
        return {}
    if role.generates and (abs(plateau.watts) < DAYLIGHT_WATTS or abs(plateau.watts) < 0.3 * size):
        return {}  # at night only filter current flows, of either sign
    ratio = max(-1.0, min(1.0, plateau.watts / size))
    angle = math.degrees(math.acos(ratio))
    rounding = 0.03 if plateau.spread < 0.04 else 0.015
    error = min(0.5, rounding / plateau.amps + 3.0 / size)
    blur = (
        math.degrees(math.acos(max(-1.0, 1 - error))) * 0.7
        if angle < 25 or angle > 155
        else math.degrees(error) / max(0.3, math.sin(math.radians(angle)))
    )
    kind: Kind = "storage" if role.stores or two_way else "generator" if role.generates else kind_of(size)
    if not guess and kind in ("large", "medium", "small"):
        kind = "any"
    back: Kind | None = None if role.generates or kind == "storage" else "generator" if guess else "any"
    small = 0.02 if size < 100 else 0.0
    signed = (plateau.sign,) * 2 if plateau.sign else SIGNS
    logs = _log_densities(
        role, geometry, (signed[0] * angle, signed[1] * angle), kind, back, gives, blur + 1.5, 1e-6 + small * 0.01
    )
    return dict(zip(_KEYS, logs, strict=True))


_KEYS = tuple((hypothesis, sign) for hypothesis in range(COUNT) for sign in SIGNS)


@lru_cache(maxsize=512)
def _log_densities(
    role: Role,
    geometry: Geometry,
    angles: tuple[float, float],
    kind: Kind,
    back: Kind | None,
    gives: float,
    blur: float,
    least: float,
) -> array[float]:
    """ln density by hypothesis and sign of Q, as `_KEYS`; kept, for most circuits rest as they did at the last look."""
    turned = np.array(angles) - np.array([[geometry.rho(role.phase, h)] for h in range(COUNT)])
    density = geometry.densities(role, kind, turned, blur)
    if back is not None:
        density = (1 - gives) * density + gives * geometry.densities(role, back, turned + 180.0, blur)
    return array("d", np.log(density + least).ravel())  # hundreds are kept: an eighth of what a dict takes
