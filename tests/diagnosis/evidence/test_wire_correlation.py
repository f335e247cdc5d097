"""A channel and a grid CT that sit on one wire: what the one does predicts what the other must do."""

import cmath
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.steps import Step
from smappee_tui.diagnosis.evidence.wire_correlation import CAP_STEP, WireCorrelation, log_ratio, step_scores
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, STAR, Geometry
from tests.diagnosis.made import resting, role

phases = st.integers(0, 2)
directions = st.sampled_from((1, -1))
angles = st.floats(-75, 75)


def voltage(geometry: Geometry, phase: int) -> complex:
    """Phasor that the monitor multiplies with for a CT configured on a phase."""
    lines = [cmath.rect(230.0, -2 * math.pi * k / 3) for k in range(3)]
    return lines[phase] - lines[2] if geometry is DELTA_LINE else lines[phase]


@given(st.sampled_from((STAR, DELTA_LINE)), phases, phases, phases, directions, directions, angles, st.floats(1, 30))
def test_turn(
    geometry: Geometry, wire: int, mine: int, grid: int, way: int, grid_way: int, angle: float, amps: float
) -> None:
    if geometry is DELTA_LINE:
        mine, grid = mine % 2, grid % 2  # the third line is the reference
    current = cmath.rect(amps, math.radians(-120 * wire - angle))
    own = voltage(geometry, mine) * (way * current).conjugate()
    seen = voltage(geometry, grid) * (grid_way * current).conjugate()
    turn = geometry.turn(mine, grid, 0 if way == grid_way else 1)
    assert abs(own * cmath.rect(1, math.radians(60 * turn)) * abs(seen) / abs(own) - seen) < 1e-6 * abs(seen)


@given(phases, phases, directions, angles, st.floats(200, 3000))
def test_the_true_direction_fits_a_step_best(mine: int, grid: int, way: int, angle: float, size: float) -> None:
    turn = STAR.turn(mine, grid, 0 if way > 0 else 1)
    own = cmath.rect(size, math.radians(angle))
    seen = own * cmath.rect(1, math.radians(60 * turn))
    step = Step(3, own.real, abs(own.imag), abs(own.imag), size / 230, size)
    roles = {0: role(0, grid, kind="grid"), 3: role(3, mine)}
    scores = step_scores(STAR, step, roles[3], {0: seen.real}, {0: resting(300, 320)}, roles)
    sign = 1 if own.imag >= 0 else -1
    best = max(scores, key=lambda key: scores[key])
    assert scores[(0, turn, sign)] >= scores[best] - 0.7  # a crosswise turn may fit a little tighter by chance


@given(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(5, 100), st.floats(1, 200))
def test_no_single_coincidence_is_decisive(seen: float, predicted: float, noise: float, slack: float) -> None:
    score = log_ratio(seen, predicted, noise, slack)
    assert math.isfinite(score)
    correlation = WireCorrelation()
    correlation.add_step({(0, 0, 1): score})
    assert abs(correlation.raw()[(0, 0, 1)]) <= CAP_STEP


def test_what_fits_best_scores_best() -> None:
    scores = [log_ratio(1000.0, predicted, 10.0, 60.0) for predicted in (1000.0, 900.0, 500.0, -1000.0)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("count", [3, 10])
def test_clean_steps_tell_the_direction(count: int) -> None:
    """A boiler of 2.3 kW whose steps the grid CT of its phase shows with the other sign: the clamp is turned."""
    roles = {0: role(0, 2, kind="grid"), 3: role(3, 2)}
    correlation = WireCorrelation()
    for n in range(count):
        watts = 2300.0 * (-1) ** n
        step = Step(3, watts, 30.0, 30.0, 10.0, 2300.0)
        correlation.add_step(step_scores(STAR, step, roles[3], {0: -watts}, {0: resting(300, 320)}, roles))
    scores = correlation.same_wire({0: (0, 3)})
    assert scores[(0, 1, 1)] > scores[(0, 0, 1)] + 2


def test_scores_are_relative_and_bounded() -> None:
    correlation = WireCorrelation()
    for _ in range(200):
        correlation.add_step({(0, 0, 1): 3.0, (0, 3, 1): -9.0, (0, 0, -1): 3.0, (0, 3, -1): -9.0})
    scores = correlation.same_wire({0: (0, 3)})
    assert max(scores.values()) == 0
    assert min(scores.values()) >= -12.0 - 1e-9
