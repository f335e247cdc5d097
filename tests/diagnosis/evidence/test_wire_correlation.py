"""A channel and a grid CT that sit on one wire: what the one does predicts what the other must do."""

import cmath
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence import facts
from smappee_tui.diagnosis.evidence.wire_correlation import WireCorrelation, log_ratio, log_ratios
from smappee_tui.diagnosis.model.geometry import DELTA_LINE, STAR, Geometry
from smappee_tui.diagnosis.model.weights import STEP_CAP

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


@given(st.floats(-3000, 3000), st.floats(-3000, 3000), st.floats(5, 100), st.floats(1, 200))
def test_no_single_coincidence_is_decisive(seen: float, predicted: float, noise: float, slack: float) -> None:
    score = log_ratio(seen, predicted, noise, slack)
    assert math.isfinite(score)
    correlation = WireCorrelation()
    correlation.add_steps({(0, 0, 1): np.array([score])})
    assert abs(correlation.raw()[(0, 0, 1)]) <= STEP_CAP


def test_what_fits_best_scores_best() -> None:
    scores = [log_ratio(1000.0, predicted, 10.0, 60.0) for predicted in (1000.0, 900.0, 500.0, -1000.0)]
    assert scores == sorted(scores, reverse=True)


def test_scores_are_relative_and_bounded() -> None:
    correlation = WireCorrelation()
    step = {(0, 0, 1): 3.0, (0, 3, 1): -9.0, (0, 0, -1): 3.0, (0, 3, -1): -9.0}
    correlation.add_steps({key: np.full(200, score) for key, score in step.items()})
    scores = correlation.same_wire({0: (0, 3)})
    assert max(scores.values()) == 0
    assert min(scores.values()) >= -12.0 - 1e-9


def test_a_step_and_a_watch_say_no_more_than_their_caps() -> None:
    once, often = WireCorrelation(), WireCorrelation()
    step = {(0, turn, sign): 20.0 if turn == 0 else -20.0 for turn in (0, 3) for sign in (1, -1)}
    once.add_steps({key: np.full(1, score) for key, score in step.items()})
    assert once.raw()[0, 0, 1] == pytest.approx(3.8)
    assert once.same_wire({0: (0, 3)})[0, 1, 1] == pytest.approx(-3.8), "turned is no worse than on no wire"
    often.add_steps({key: np.full(9, score) for key, score in step.items()})
    assert min(often.same_wire({0: (0, 3)}).values()) == -12.0


def test_a_balanced_load_says_less_at_one_grid_ct_and_little_for_a_crosswise_turn() -> None:
    found = {
        best: WireCorrelation(
            flicker={(0, turn, sign): 0.0 if turn == best else -30.0 for turn in range(6) for sign in (1, -1)}
        ).every_wire((0,))
        for best in (0, 2)
    }
    assert [found[0][0, turn, 1] for turn in range(6)] == [0.0, -6.0, -6.0, -6.0, -6.0, -6.0]
    assert [found[2][0, turn, 1] for turn in range(6)] == [-3.0, -6.0, 0.0, -3.0, -6.0, -6.0]


def test_a_coincidence_is_ten_times_as_wide_and_one_in_ten() -> None:
    """Five deviations off: nine parts would cost 12.5 nats, the tenth says 2.6 at most."""
    away = math.log(0.9 * math.exp(-12.5) + 0.01 * math.exp(-0.125))
    right = math.log(0.9 + 0.01)
    assert log_ratio(50.0, 0.0, 10.0, 0.0) == pytest.approx(0.0)
    assert log_ratio(50.0, 50.0, 10.0, 0.0) == pytest.approx(right - away)
    assert log_ratio(0.0, 50.0, 10.0, 0.0) == pytest.approx(away - right)


def test_many_changes_at_once_say_what_they_say_one_by_one() -> None:
    seen, predicted, spread = np.array([[50.0, -900.0, 0.0], [60.0, 800.0, -0.5], [10.0, 25.0, 4.0]])
    found = log_ratios(seen, predicted, spread)
    alone = [log_ratio(*one, 0.0) for one in zip(seen.tolist(), predicted.tolist(), spread.tolist(), strict=True)]
    assert found.tolist() == pytest.approx(alone)
    assert np.isnan(log_ratios(np.array([math.nan]), predicted[:1], spread[:1])).all()
    one_by_one, at_once = WireCorrelation(), WireCorrelation()
    table = {(1, 0, 1): [3.0, -400.0, 0.2], (1, 3, 1): [-2.0, 9.0, math.nan], (2, 0, 1): [math.nan, 1.0, math.nan]}
    for step in range(3):
        one_by_one.add_steps({key: np.array(scores[step : step + 1]) for key, scores in table.items()})
    at_once.add_steps({key: np.array(scores) for key, scores in table.items()})
    assert at_once.steps == pytest.approx(one_by_one.steps)
    assert at_once.step_count == one_by_one.step_count == 3


@pytest.mark.parametrize(
    ("seconds", "steps", "code"),
    [(0, 1, "evidence.in_step_loads"), (0, 3, "evidence.in_step_loads"), (40, 3, "evidence.in_step"),
     (40, 0, "evidence.in_step_still")],
)  # fmt: skip
def test_what_is_said_of_it_counts_what_there_was(seconds: int, steps: int, code: str) -> None:
    """Loads that went on or off say enough without a second of small changes: "for 0 s" says nothing."""
    seen = SimpleNamespace(seconds=seconds, step_count=steps, of=lambda way: float(way[1] == 0) * 99)
    evidence = SimpleNamespace(
        correlations={3: seen},
        grid_inputs=(0,),
        roles={0: SimpleNamespace(phase=0, grid=True)},
        geometry=SimpleNamespace(turn=lambda own, grid, way: way),
    )
    role = SimpleNamespace(input=3, phase=0, grid=False)
    (said,) = facts._correlation(role, evidence)  # type: ignore[arg-type]
    assert said.code == code
