import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.diagnosis.evidence.steps import AFTER, reactive
from smappee_tui.diagnosis.evidence.watch.stretch import Readings, Stretch
from smappee_tui.diagnosis.evidence.watch.tracks import WINDOW
from tests.diagnosis.made import role, sample


def found(watts: list[float], factor: float = 1.0) -> list[tuple[int, float]]:
    """(sample at which it begins, size) of all steps in a series."""
    samples = [sample(float(second), [(value, abs(value) / factor)]) for second, value in enumerate(watts)]
    roles = {0: role(0)}
    readings = Readings(samples, roles, 1.0)
    before = np.full((3, WINDOW, 1), math.nan)
    stretch = Stretch((0,), np.concatenate([before, readings.values], axis=1), [], samples)
    return [(place - AFTER, step[0].watts) for place, step in stretch.steps(roles).items()]


@given(st.integers(10, 20), st.floats(60, 3500), st.sampled_from((1, -1)), st.floats(0, 0.26) | st.floats(0.51, 0.99))
def test_a_step_is_found_once_and_where_it_begins(at: int, size: float, sign: int, part: float) -> None:
    """`part`: the second in which it switched holds a share of it."""
    low, high = 300.0, 300.0 + size
    if sign < 0:
        low, high = high, low
    series = [low] * at + [low + part * (high - low)] + [high] * 15
    steps = found(series)
    assert len(steps) == 1
    assert steps[0][0] in (at, at + 1)  # a share of less than half: the next second is the sharper one
    assert steps[0][1] == pytest.approx(sign * size, rel=0.35)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.3, 0.45, 0.55, 0.8])
def test_size_of_a_step_with_a_part_second(share: float) -> None:
    steps = found([100.0] * 12 + [100 + share * 2000] + [2100.0] * 12)
    assert steps[0][1] == pytest.approx(2000, rel=0.2)


def test_both_edges_of_an_appliance() -> None:
    steps = found([50.0] * 10 + [1050.0] * 12 + [50.0] * 12)
    assert [round(size) for _, size in steps] == [1000, -1000]


@given(st.floats(-80, 80), st.floats(0, 4000))
def test_a_ramp_is_no_step(slope: float, start: float) -> None:
    assert found([start + slope * t for t in range(40)]) == []


@given(st.integers(8, 20), st.floats(-2000, 2000))
def test_a_spike_is_no_step(at: int, size: float) -> None:
    assert found([500.0] * at + [500 + size] + [500.0] * 15) == []


@given(st.lists(st.floats(-20, 20), min_size=30, max_size=60))
def test_noise_is_no_step(noise: list[float]) -> None:
    assert found([800 + n for n in noise]) == []


def test_the_size_of_a_step_across_zero() -> None:
    assert [round(size) for _, size in found([-1500.0] * 10 + [500.0] * 10)] == [2000]


def test_too_short_for_a_step() -> None:
    assert found([0.0] * 3 + [1000.0] * (WINDOW - 5)) == []


@given(st.floats(-1e5, 1e5), st.floats(0, 1e5))
def test_reactive_power_is_never_imaginary(watts: float, volt_amperes: float) -> None:
    vars_ = reactive(watts, volt_amperes)
    assert vars_ >= 0
    if volt_amperes > abs(watts):
        assert math.hypot(watts, vars_) == pytest.approx(volt_amperes, rel=1e-6)
