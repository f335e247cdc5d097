"""Scores of a circuit's moves against the grid CTs' moves in the same second: the input of `link`."""

from __future__ import annotations

import math

from smappee_tui.diagnosis.channels import Role
from smappee_tui.diagnosis.geometry import Geometry
from smappee_tui.diagnosis.hypotheses import LARGE_VA
from smappee_tui.diagnosis.link import SIGNS, Key, log_ratio
from smappee_tui.diagnosis.steps import Step
from smappee_tui.diagnosis.tracks import Track

SMALLEST_FLICKER = 6.0
"""Smaller changes of a circuit, W, are its CT's own noise."""
ROUNDED_VA = 14.0
"""Standard deviation of a change of V·I whose current is read in steps of 0.1 A, VA."""
OWN_NOISE = 2.0
"""Standard deviation of a CT's own reading from second to second, W."""


def flicker_scores(
    geometry: Geometry, role: Role, track: Track, grid: list[tuple[int, Track]], roles: dict[int, Role], exact_va: bool
) -> dict[Key, float]:
    """Score every pair from the last second's small change; empty where the channel hardly moved.

    A load that flickers keeps its angle, so the change of Q follows from the change of P by the channel's own ratio.
    """
    cosine = track.cosine()
    if cosine is None or (role.generates and abs(cosine) < 0.4):
        return {}
    change_p = track.watts[-1] - track.watts[-2]
    change_s = track.volt_amperes[-1] - track.volt_amperes[-2]
    angle = math.acos(cosine)
    steep = abs(cosine) < 0.35
    change = change_s if steep else change_p
    level = abs(track.volt_amperes[-1])
    # Small against the load or the rounding: nothing. Voltage moves every resistive load together: 1 V is 0.9 %.
    rounding = 0.0 if exact_va or not steep else ROUNDED_VA
    if abs(change) < max(SMALLEST_FLICKER, 0.008 * level, 2.5 * rounding) or abs(change) > max(60.0, 0.3 * level):
        return {}
    scores: dict[Key, float] = {}
    for number, seen_by in grid:
        seen = seen_by.watts[-1] - seen_by.watts[-2]
        noise = max(1.5, seen_by.noise)
        for turn in _turns(geometry, role, roles[number]):
            alpha = math.radians(60 * turn)
            # All turns of a three-phase load are judged by one measure: a tight guess must not win by being tight.
            crosswise = bool(role.group) or abs(math.sin(alpha)) > 0.1
            for sign in SIGNS:
                if steep:
                    predicted = change * math.cos(sign * angle + alpha)
                else:
                    predicted = change * (math.cos(alpha) - sign * math.tan(angle) * math.sin(alpha))
                # Harmonics make the angle look larger than it is, and crosswise that matters.
                lean = min(3.0, math.tan(min(angle, math.pi - angle)))
                doubt = 0.25 if steep else 0.15 + (0.4 if level > LARGE_VA else 1.0) * lean if crosswise else 0.06
                slack = abs(change) * doubt + OWN_NOISE + rounding
                scores[(number, turn, sign)] = log_ratio(seen, role.flow * predicted, noise, slack)
    return scores


def step_scores(
    geometry: Geometry,
    step: Step,
    role: Role,
    moves: dict[int, float],
    tracks: dict[int, Track],
    roles: dict[int, Role],
) -> dict[Key, float]:
    """Score every pair from one load step of a circuit, by what the grid CTs did over the same seconds."""
    scores: dict[Key, float] = {}
    for number, seen in moves.items():
        # What this grid CT does anyway in such a window; tight predictions must not lose to vague ones by it.
        noise = max(8.0, 1.5 * tracks[number].noise, tracks[number].restless)
        for turn in _turns(geometry, role, roles[number]):
            alpha = math.radians(60 * turn)
            lean = 1.0 if role.group else abs(math.sin(alpha))
            doubt = lean * (0.5 * step.vars_sum - 0.15 * abs(step.vars_difference) + 0.12 * step.size)
            for sign in SIGNS:
                predicted = step.watts * math.cos(alpha) - sign * step.vars_difference * math.sin(alpha)
                scores[(number, turn, sign)] = log_ratio(
                    seen, role.flow * predicted, noise, 0.08 * step.size + doubt + 2.0
                )
    return scores


def _turns(geometry: Geometry, role: Role, grid: Role) -> tuple[int, ...]:
    """The turns worth scoring: a load on one wire can only show two, a three-phase load any."""
    if role.group:
        return tuple(range(6))
    return geometry.turn(role.phase, grid.phase, 0), geometry.turn(role.phase, grid.phase, 1)
